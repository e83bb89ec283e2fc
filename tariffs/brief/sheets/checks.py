"""What the engine says beside what the sheet works out, and whether a reader has edited an input."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, Ref, absolute, in_formula, quoted
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.landed import TOTALS, Ladders
from tariffs.brief.sheets.model import ENOUGH, Model
from tariffs.brief.sheets.results import Told
from tariffs.brief.sheets.ways import SIDES, Way
from tariffs.study import Study
from tariffs.words import N_, Words, terms

NAME, SIDE, ENGINE, SHEET, DIFFERENCE, RESULT = range(1, 7)
TOLERANCE = 1e-9  # relative, and absolute below one
VALUE, SMALL = f"number|{look.EXACT}", f"quiet|{look.TINY}"


# Name, side, the engine's value, the sheet's formula and its value, and whether an edit may move it.
Check = tuple[str, str, "float | Ref", str, float, bool]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the overall cell can say, and where it stands."""

    cell: str  # as another sheet calls it
    passed: str
    edited: str
    failed: str

    def colour(self, page: Page, where: str) -> None:
        """Red where it fails, amber where inputs were edited, green where all pass."""
        paint(page, where, ((self.failed, look.RED, look.RED_FILL), (self.edited, look.AMBER, look.AMBER_FILL)))
        paint(page, where, ((self.passed, look.GREEN, look.GREEN_FILL),))


def write(
    page: Page,
    study: Study,
    every: list[Way],
    inputs: Inputs,
    told: Told,
    ladders: Ladders,
    solved: Model,
    more: Sequence[Check] = (),
) -> Verdicts:
    """``more`` are checks that other sheets bring along."""
    t = page.t
    words = _words(t)
    page.widths([82, 10, 18, 18, 13, 13])
    page.put_text(1, 1, t(N_("Checks")), "title")
    page.tall(1, 32)
    note = t(
        N_(
            "Each row compares the analyzer's own value with what the formulas of this workbook make of the same "
            "question. The analyzer's values belong to the inputs as they were solved, so after an edit of a yellow "
            "cell the rows that rest on it say “{edited}” and show by how much they moved; the others must still pass. "
            "A difference counts from one part in a thousand million."
        ),
        edited=words[1],
    )
    page.put_text(2, 1, note, "small", across=RESULT)
    overall = 4
    page.put_text(overall, 1, t(N_("Overall")), "strong")
    page.put_text(overall + 1, 1, t(N_("Yellow cells that differ from what was solved")), "label")
    count = page.put_formula(overall + 1, 2, f"={inputs.edited.seen_from(page.name)}", 0.0, "number|0")
    heads = (N_("Check"), N_("Side"), N_("Analyzer"), N_("This workbook"), N_("Difference, relative"), N_("Result"))
    page.heads(7, [t(head) for head in heads], (2, 3, 4))
    page.put_text(7, RESULT, t(heads[-1]), "head_center")
    row = top = 8
    for name, side, engine, formula, value, movable in (*_all(page, study, every, told, ladders, solved), *more):
        page.put_text(row, NAME, name, "text")
        page.put_text(row, SIDE, side, "fine")
        said = engine if isinstance(engine, Ref) else page.put_number(row, ENGINE, engine, VALUE)
        if isinstance(engine, Ref):
            said = page.put_formula(row, ENGINE, f"={engine.seen_from(page.name)}", engine.value, VALUE)
        here = page.put_formula(row, SHEET, formula, value, VALUE)
        off = (value - said.value) / max(1.0, abs(said.value))
        gap = page.put_formula(row, DIFFERENCE, f"=({here.here}-{said.here})/MAX(1,ABS({said.here}))", off, SMALL)
        near = f"ABS({gap.here})<={TOLERANCE:.9f}"
        otherwise = in_formula(words[2])
        if movable:
            otherwise = f"IF({count.address}>0,{in_formula(words[1])},{otherwise})"
        passes = abs(gap.value) <= TOLERANCE
        verdict = words[0] if passes else words[2]
        page.put_formula(row, RESULT, f"=IF({near},{in_formula(words[0])},{otherwise})", verdict, "verdict")
        row += 1
    verdicts = _overall(page, overall, top, row - 1, count, words)
    where = f"F{top}:F{row - 1}"
    paint(page, where, ((words[2], look.RED, look.RED_FILL), (words[1], look.AMBER, look.AMBER_FILL)))
    paint(page, where, ((words[0], look.GREEN, ""),))
    page.sheet.freeze_panes = "A8"
    print_setup.apply(page, study, last_column=RESULT, title_rows=(7, 7))
    return verdicts


def paint(page: Page, where: str, rules: Sequence[tuple[str, str, str]]) -> None:
    """Colour a cell by the words in it."""
    for text, ink, fill in rules:
        background = PatternFill(bgColor=fill) if fill else None
        rule = CellIsRule(
            operator="equal", formula=[in_formula(text)], font=Font(color=ink, bold=True), fill=background
        )
        page.sheet.conditional_formatting.add(where, rule)


def _all(page: Page, study: Study, every: list[Way], told: Told, ladders: Ladders, solved: Model) -> list[Check]:
    t = page.t
    sides = {"before": t(N_("before")), "after": t(N_("after"))}
    found: list[Check] = []
    for way in (way for way in every if way.in_focus):
        name = naming.way(way.producer, way.label, way.importer, t)
        for when in SIDES:
            for total in TOTALS:
                if cell := ladders.totals.get((way.number, total, when)):
                    said = t(N_("{figure}, {way}, USD/t"), figure=t(terms.RUNGS[total]), way=name)
                    here = f"={cell.seen_from(page.name)}"
                    found.append((said, sides[when], way.central(total, when), here, cell.value, True))
            if formula := ladders.sums.get((way.number, when)):
                landed = ladders.totals[way.number, "landed", when]
                said = t(N_("Net-back and rungs add up to the landed price, {way}"), way=name)
                found.append((said, sides[when], landed, f"={formula}", landed.value, False))
                engine = told.landed[way.number, when]
                said = t(N_("Landed price in the market's solution, {way}"), way=name)
                here = f"={landed.seen_from(page.name)}"
                # After an edit too: it fails where a charge has crossed a kink that the market's lines do not bend at.
                found.append((said, sides[when], engine, here, landed.value, False))
    for (importer, when), cell in told.shares.items():
        said = t(N_("Shares of the market add up to one, {importer}"), importer=t.place(importer))
        found.append((said, sides[when], 1.0, f"={cell.seen_from(page.name)}", cell.value, False))
    for when in SIDES:
        spent, received = told.spent[when], told.received[when]
        said = t(N_("What somebody keeps, as a share of what buyers spend"))
        both = [ref.seen_from(page.name) for ref in (received, spent)]
        found.append((said, sides[when], 1.0, f"={both[0]}/{both[1]}", received.value / spent.value, False))
        formula, value = f"={both[1]}/1000000", spent.value / 1e6
        side = study.before if when == "before" else study.after
        said = t(N_("Spending: prices times tonnes, million USD a year"))
        found.append((said, sides[when], float(side.result.spending[0].sum()) / 1e6, formula, value, True))
    return found + _market(page, study, solved, sides)


def _market(page: Page, study: Study, solved: Model, sides: dict[str, str]) -> list[Check]:
    """The market that the cells solve beside the analyzer's: what is left of its equations, net-backs, tonnes."""
    t, found, market = page.t, list[Check](), study.before.result.market
    for when, side in (("before", study.before), ("after", study.after)):
        cells, result = solved.sides[when], side.result
        left = f"=IF({cells.left.seen_from(page.name)}<={ENOUGH:.10f},0,{cells.left.seen_from(page.name)})"
        found.append((t(N_("Every producer sells what it makes")), sides[when], 0.0, left, 0.0, False))
        for number, producer in enumerate(market.producers):
            cell, said = cells.net_back[producer], t(N_("Net-back, {place}, USD/t"), place=t.place(producer))
            engine = float(result.net_back[0, number])
            if engine > 0:  # nothing is said of a producer that sells nothing
                found.append((said, sides[when], engine, f"={cell.seen_from(page.name)}", cell.value, True))
        for number, lane in enumerate(market.lanes):
            cell, name = cells.tonnes[number], naming.way(lane.producer, lane.label, lane.importer, t)
            said = t(N_("Tonnes, {way}"), way=name)
            engine = float(result.tonnes[0, number])
            found.append((said, sides[when], engine, f"={cell.seen_from(page.name)}", cell.value, True))
    return found


def _overall(page: Page, row: int, top: int, last: int, count: Ref, words: tuple[str, str, str]) -> Verdicts:
    t = page.t
    passed, failed = t(N_("All checks pass")), t(N_("A check fails: see the sheet of checks"))
    edited = t(N_("Inputs edited: compare with the analyzer's own figures"))
    area = f"{absolute(top, RESULT)}:{absolute(last, RESULT)}"
    fails = f"SUMPRODUCT(({area}={in_formula(words[2])})*1)>0"
    formula = f"=IF({fails},{in_formula(failed)},IF({count.address}>0,{in_formula(edited)},{in_formula(passed)}))"
    values = page.book.values[page.name]
    any_failed = any(values[f"F{line}"] == words[2] for line in range(top, last + 1))
    page.put_formula(row, 2, formula, failed if any_failed else passed, "verdict_big", across=3)
    verdicts = Verdicts(f"{quoted(page.name)}!{absolute(row, 2)}", passed, edited, failed)
    verdicts.colour(page, f"B{row}")
    return verdicts


def _words(t: Words) -> tuple[str, str, str]:
    return t(N_("OK")), t(N_("edited")), t(N_("FAIL"))
