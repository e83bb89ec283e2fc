"""The live ladder: from the plant's net-back to the buyer's price, before and after, as formulas.

It is built from the rungs of each route, whatever charges they are, so a yellow cell of the sheet of
assumptions moves every price that rests on it.
"""

from dataclasses import dataclass, field

from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.climb import Climb
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.results import Told
from tariffs.brief.sheets.rungs import Line, lines_of
from tariffs.brief.sheets.waterfall import HEIGHT, draw
from tariffs.brief.sheets.ways import SIDES, Way
from tariffs.study import Study
from tariffs.words import N_, Words, terms

STEP, BASE_NAME, CHANGE, STANDING, SOURCE = 1, 2, 9, 10, 11
COLUMNS = {"before": (3, 4, 5), "after": (6, 7, 8)}
TOTALS = ("fob", "cif", "on_paper", "landed")


@dataclass
class Ladders:
    """The totals of every way by name and side, and the sum of each ladder's rungs."""

    totals: dict[tuple[int, str, str], Ref] = field(default_factory=dict)  # lane, total, side
    sums: dict[tuple[int, str], str] = field(default_factory=dict)  # formula that adds up the rungs


def write(page: Page, study: Study, every: list[Way], inputs: Inputs, told: Told, solved: Model) -> Ladders:
    t, ladders = page.t, Ladders()
    page.widths([44, 19, 9, 13, 10, 9, 13, 10, 13.5, 14.5, 29, 2, 24, 9, 9, 9, 9, 9, 9])
    page.put_text(1, 1, t(N_("Landed cost")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "Every figure here is a formula: change a yellow cell of the sheet “{assumptions}” and the ladder "
            "follows, from the net-back that clears the market to what the buyer pays. Figures in brackets are not "
            "part of the price by themselves: recoverable VAT, or charges of one part of a country before they are "
            "weighed."
        ),
        assumptions=t(N_("Assumptions")),
    )
    page.put_text(2, 1, intro, "small", across=SOURCE)
    row = 4
    for number, way in enumerate(way for way in every if way.in_focus):
        if number:
            page.sheet.row_breaks.append(Break(row - 1))
        row = _block(page, study, way, inputs, told, ladders, solved, row)
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=SOURCE, last_row=row)
    return ladders


def _block(
    page: Page, study: Study, way: Way, inputs: Inputs, told: Told, ladders: Ladders, solved: Model, row: int
) -> int:
    t = page.t
    page.section(row, naming.way(way.producer, way.label, way.importer, t), SOURCE)
    read = _reading(way, t)
    if read:
        page.put_text(row + 1, 1, read, "small", across=SOURCE)
    row += 2
    shut = [when for when in SIDES if way.stacks[when].prohibited]
    if len(shut) == 2:
        page.put_text(row, 1, t(N_("Refused at the border, before and after.")), "body", across=SOURCE)
        return row + 2
    _heads(page, study, row)
    lines = lines_of(way)
    rows = {line.id: row + 2 + place for place, line in enumerate(lines)}
    climbs = {}
    for line in lines:
        _label(page, rows[line.id], line)
    for when in SIDES:
        net_back = solved.sides[when].net_back[way.producer]
        climb = Climb(page, way, when, inputs, rows, COLUMNS[when], (net_back.seen_from(page.name), way.net_back[when]))
        if when in shut:
            for line in lines:
                page.paint(rows[line.id], COLUMNS[when][0], COLUMNS[when][2], _empty(line))
            landed = rows["landed",]
            page.put_text(landed, COLUMNS[when][2], t(N_("refused")), "total_number")
            continue
        climb.run()
        climb.blank({line.id: _empty(line) for line in lines})
        climbs[when] = climb
        for name in TOTALS:
            ladders.totals[way.number, name, when] = climb.amounts[name,]
        ladders.sums[way.number, when] = climb.adding_up()
    _changes(page, lines, rows, climbs)
    row = _rival(page, way, told, climbs, row + 2 + len(lines))
    draw(page, way, climbs, told, row + 1)
    return row + 1 + HEIGHT


def _heads(page: Page, study: Study, row: int) -> None:
    t = page.t
    for when, side in (("before", study.before), ("after", study.after)):
        first = COLUMNS[when][0]
        title = t(N_("Before: {day}") if when == "before" else N_("After: {day}"), day=t.day(side.on))
        page.put_text(row, first, title, "head_center", across=3)
    names = [
        *(t(N_("Step")), t(N_("Charged on"))),
        *(t(N_("Rate")), t(N_("Base, USD/t")), t(N_("USD/t"))) * 2,
        *(t(N_("Change, USD/t")), t(N_("Standing")), t(N_("Source"))),
    ]
    page.heads(row + 1, names, range(2, 9))


def _label(page: Page, row: int, line: Line) -> None:
    t = page.t
    if line.kind == "part":
        page.group(row, naming.region(line.region, t), SOURCE)
        return
    style = {"total": "total", "weighed": "text", "memo": "memo_text", "detail": "memo_text"}.get(line.kind, "indented")
    if line.kind == "total":
        page.paint(row, STEP, SOURCE, "total")
    name = t(terms.RUNGS[line.name]) if line.name else ""
    if line.kind == "weighed":
        name = t(N_("All charges of {part}, by its share of the trade"), part=naming.region(line.region, t))
    if line.kind == "memo":
        name = t(N_("{charge}, given back to the buyer"), charge=name)
    page.put_text(row, STEP, name, style)
    plain = "total" if line.kind == "total" else "fine"
    page.put_text(row, BASE_NAME, t(line.charged_on) if line.charged_on else "", plain)
    page.put_text(row, STANDING, t(terms.STATUSES[line.status]) if line.status else "", plain)
    page.put_text(row, SOURCE, line.sources, plain)


def _empty(line: Line) -> str:
    return {"total": "total_number", "part": "group"}.get(line.kind, "quiet")


def _changes(page: Page, lines: list[Line], rows: dict[tuple[str, ...], int], climbs: dict[str, Climb]) -> None:
    for line in lines:
        row = rows[line.id]
        amounts = [climbs[when].amounts.get(line.id) if when in climbs else None for when in SIDES]
        if line.kind == "part":
            continue
        style = "total_number" if line.kind == "total" else "memo" if line.kind in ("memo", "detail") else "number"
        before, after = amounts
        if len(climbs) < 2 or (before is None and after is None):
            page.paint(row, CHANGE, CHANGE, style)
            continue
        value = (after.value if after else 0.0) - (before.value if before else 0.0)
        formula = f"={after.here if after else ''}" + (f"-{before.here}" if before else "")
        page.put_formula(row, CHANGE, formula, value, f"{style}|{look.PRICE_CHANGE}")


def _rival(page: Page, way: Way, told: Told, climbs: dict[str, Climb], row: int) -> int:
    """The cheapest rival of any weight in the market, and how far our landed price is from it."""
    t = page.t
    found = {when: told.cheapest[way.importer, when] for when in SIDES if (way.importer, when) in told.cheapest}
    if not found:
        return row
    names = " / ".join(dict.fromkeys(name for _, name in found.values()))
    page.put_text(row, STEP, t(N_("Cheapest rival: {who}"), who=names), "label")
    page.put_text(row + 1, STEP, t(N_("Our landed price less the rival's")), "strong")
    page.paint(row, BASE_NAME, SOURCE, "text")
    page.paint(row + 1, BASE_NAME, SOURCE, "text")
    cells: list[dict[str, Ref]] = [{}, {}]
    for when, (rival, _) in found.items():
        column = COLUMNS[when][2]
        style = f"number|{look.PRICE}"
        cells[0][when] = page.put_formula(row, column, f"={rival.seen_from(page.name)}", rival.value, style)
        if when in climbs:
            ours = climbs[when].amounts["landed",]
            formula = f"={ours.here}-{cells[0][when].here}"
            gap = page.put_formula(
                row + 1, column, formula, ours.value - rival.value, f"strong_number|{look.PRICE_CHANGE}"
            )
            cells[1][when] = gap
    for place, both in enumerate(cells):
        if len(both) == 2:
            formula = f"={both['after'].here}-{both['before'].here}"
            value = both["after"].value - both["before"].value
            page.put_formula(row + place, CHANGE, formula, value, f"number|{look.PRICE_CHANGE}")
    return row + 2


def _reading(way: Way, t: Words) -> str:
    """How the importer reads the goods, before and after; nothing when no row says."""
    said = []
    for when in SIDES:
        classes = [
            t(terms.CLASSES[rules.reading.product_class])
            for rules in way.stacks[when].treatments
            if rules.reading and rules.reading.product_class in terms.CLASSES
        ]
        said.append(", ".join(dict.fromkeys(classes)))
    if not all(said):
        return ""
    gaps = {"importer": t.place(way.importer), "before": said[0], "after": said[1]}
    if said[0] == said[1]:
        return t(N_("{importer} reads these goods as: {before}, before and after."), **gaps)
    return t(N_("{importer} reads these goods as: {before} before, {after} after."), **gaps)
