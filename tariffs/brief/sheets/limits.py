"""Limits: how far a duty or an award may go, how the market answers a duty, and where both sides gain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import limits_prose, look, print_setup
from tariffs.brief.cells import Page, Ref, absolute, in_formula
from tariffs.brief.sheets import as_asked, limits_checks, maps, pairs, pictures, stale
from tariffs.brief.sheets.accounts import Accounts
from tariffs.brief.sheets.asked import Asked, Market
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.checks import Check
from tariffs.brief.sheets.figures import Formulas
from tariffs.brief.sheets.ground import Cell, Ground, Run
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.newton import Column
from tariffs.brief.sheets.response import COLUMNS, Bench, Point, Response
from tariffs.brief.sheets.results import Told
from tariffs.brief.sheets.roots import Aim, asked_for, root
from tariffs.brief.sheets.routes import FAR, Straight
from tariffs.brief.sheets.ways import Way
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, terms

LAST = 11
SOLVED = 1e-8  # what may be left of the equations, in logs, before a row is red
MARKS = LAST + 2  # columns beyond what is printed
SHOWN = tuple(COLUMNS.values())


@dataclass
class Limits:
    """What the sheet tells others."""

    checks: list[Check] = field(default_factory=list)
    asks: list[tuple[Ref, str]] = field(default_factory=list)  # sentences of what to ask for, then what to offer


def write(
    page: Page, work: Page, study: Study, every: list[Way], inputs: Inputs, lines: Straight, books: Accounts,
    solved: Model, told: Told, asked: Asked,
) -> Limits:  # fmt: skip
    """The sheet, and the sheet of workings behind it."""
    t, made = page.t, Limits()
    page.widths([36, *[12.5] * (LAST - 1), 2])
    page.put_text(1, 1, t(N_("Limits")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "How far a duty may go, and what an award would have to be. Figures in black follow the yellow cells: the "
            "market is solved anew, in cells, at every duty shown and in every cell of the maps. Figures in italics "
            "are as asked and do not follow the yellow cells."
        )
    )
    page.put_text(2, 1, intro, "small", across=LAST)
    said = t(
        N_(
            "Inputs were edited. What is struck through is of the question as asked; everything else on this sheet "
            "is told by its cells."
        )
    )
    edited = stale.notice(page, 3, inputs, said, LAST)
    markets = asked.markets
    bench = _bench(work, study, every, inputs, solved, lines, books)
    held = [(one, bench.response(one)) for one in markets]
    row = 4 + 3 + 5 * len(markets)
    tables: dict[str, dict[str, Column]] = {}
    start = row
    for number, (one, response) in enumerate(held):
        if number:
            page.sheet.row_breaks.append(Break(row - 1))
        if response is not None:
            row = _response(page, study, told, response, tables, row) + 1
        else:
            row = as_asked.draw(page, study, one, bench.kinked(one.lanes), edited, row) + 1
    for one, response in held:
        if response is not None:
            made.checks.extend(limits_checks.compared(page, study, one, response))
    last = _needed(page, study, lines, books, told, held, tables, bench, made, inputs, edited, 4)
    if last >= start:
        raise ValueError(f"the first table of limits has grown to row {last}")
    for one, response in held:
        page.sheet.row_breaks.append(Break(row - 1))
        row, offer = maps.draw(page, one, response if response and response.grid else None, inputs, edited, row)
        made.asks.append(offer)
        row += 1
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=LAST, last_row=row)
    first, last, end = pairs.draw(work, held, bench.ground.row + 1)
    print_setup.apply(work, study, last_column=12, last_row=3, one_page=True)
    if last >= first:  # the workings are for a screen; what they come to is for paper
        work.sheet.print_area, work.sheet.print_title_rows = f"A{first}:{get_column_letter(end)}{last}", "1:2"
    return made


def _bench(
    work: Page, study: Study, every: list[Way], inputs: Inputs, solved: Model, lines: Straight, books: Accounts
) -> Bench:
    t = work.t
    work.widths([30, *[10] * 90])
    work.put_text(1, 1, t(N_("Limits (live)")), "title")
    work.tall(1, 32)
    intro = t(
        N_(
            "Workings. The market of the sheet before, a row of cells to each guess of the net-backs: five guesses "
            "from a neighbour's answer bring what is left of the equations to rounding."
        )
    )
    work.put_text(2, 1, intro, "small", across=12)
    formulas = Formulas(work, study, books, lines, solved)
    return Bench(work, every, inputs, Ground(work, study.world.baseline.market, solved, 4), lines, formulas)


def _response(
    page: Page, study: Study, told: Told, made: Response, tables: dict[str, dict[str, Column]], row: int
) -> int:
    """The table of one duty, with its two charts."""
    t = page.t
    title = t(N_("How the market answers the duty: {lever} (live)"), lever=t(terms.LEVERS[made.lever]))
    page.section(row, title, LAST)
    page.heads(row + 1, [t(N_("Duty")), *(t(name) for _, name, _ in SHOWN)], range(1, len(SHOWN) + 1))
    top, exporter = row + 2, study.exporter
    before = {
        name: told.figures.get(Key(figure, exporter, "before"))
        for name, figure in (("more", "exports_to_buyers_tonnes"), ("kept", "net_back_usd_per_t"))
    }
    rows: list[list[float]] = []
    for number, point in enumerate(made.points):
        here = top + number
        values = [point.duty.value]
        page.put_formula(here, 1, f"={point.duty.seen_from(page.name)}", point.duty.value, "left|0.0%")
        for place, (name, _, style) in enumerate(SHOWN):
            if name in before:
                then = before[name]
                known = absolute(here, 1 + place)
                value = values[-1] - (then.value if then else 0.0)
                formula = f"={known}-{then.seen_from(page.name) if then else '0'}"
            else:
                cell = point.figures[name]
                value, formula = cell.value, f"={cell.seen_from(page.name)}"
            values.append(value)
            page.put_formula(here, 2 + place, formula, value, f"number|{style}")
        rows.append(values)
    grid = np.array(rows)
    names = ("duty", *(name for name, _, _ in SHOWN))
    tables[made.importer] = {name: Column(top, 1 + place, grid[:, place]) for place, name in enumerate(names)}
    last = top + len(made.points) - 1
    stands = t(N_("As asked it stands at {duty}."), duty=t.percent(made.present.value))
    page.put_text(last + 1, 1, stands, "small", LAST)
    where = f"{absolute(top, 1 + len(SHOWN))}:{absolute(last, 1 + len(SHOWN))}".replace("$", "")
    unsolved = CellIsRule("greaterThan", [f"{SOLVED:.8f}"], font=Font(color=look.RED, bold=True))
    page.sheet.conditional_formatting.add(where, unsolved)
    gaps = {"importer": t.place(made.importer)}
    prices = [(tables[made.importer][name], t(said)) for name, said in
              (("landed", N_("Landed price, Iranian label")), ("rival", N_("Cheapest rival")))]  # fmt: skip
    sold = [(tables[made.importer][name], t(said)) for name, said in
            (("tonnes", N_("sold there")), ("exports", N_("sold to Türkiye and Iraq")))]  # fmt: skip
    duty = tables[made.importer]["duty"]
    pictures.curve(page, t(N_("Landed prices in {importer} by the duty, USD per tonne"), **gaps), duty, prices,
                   t(N_("Duty")), t(N_("USD per tonne")), last + 2, (0, 5))  # fmt: skip
    pictures.curve(page, t(N_("Iran's sales by the duty of {importer}, tonnes a year"), **gaps), duty, sold,
                   t(N_("Duty")), t(N_("tonnes a year")), last + 2, (5, LAST))  # fmt: skip
    return last + 2 + pictures.HEIGHT


def _needed(
    page: Page, study: Study, lines: Straight, books: Accounts, told: Told,
    held: Sequence[tuple[Market, Response | None]], tables: dict[str, dict[str, Column]], bench: Bench,
    made: Limits, inputs: Inputs, edited: str, row: int,
) -> int:  # fmt: skip
    """The settings at which a target is just met: if nothing else moved, with the market's answer, and as asked."""
    t = page.t
    page.section(row, t(N_("What would it take?")), LAST)
    heads = [
        *(t(N_("Aim")), t(N_("Lever")), "", ""),
        *(t(N_("Stands at")), t(N_("If no price answered")), "", t(N_("With the market's answer")), ""),
        *(t(N_("As asked, by the analyzer")), ""),
    ]
    page.heads(row + 1, heads, (4, 5, 7, 9))
    top = row = row + 2
    answers: dict[str, int] = {}
    for one, response in held:
        if response is not None:
            answers[one.importer] = row
            row = _of_duty(page, study, told, one, response, tables[one.importer], bench, made, row)
    for one, response in held:
        if response is not None:
            row = _of_award(page, lines, books, told, one, response, row)
    stale.fade(page, f"J{top}:K{row - 1}", edited)
    for one, _ in held:
        live = asked_for(page, one, answers[one.importer]) if one.importer in answers else ""
        for number, sentence in enumerate(limits_prose.break_even(one.below_rival, t)[:2]):
            ref = stale.put(page, row, inputs, f"•  {sentence}", "" if number else live, "small", LAST)
            if not number:
                made.asks.append((ref, f"•  {sentence}"))
            row += 1
    return row


def _of_duty(
    page: Page, study: Study, told: Told, one: Market, response: Response, table: dict[str, Column], bench: Bench,
    made: Limits, row: int,
) -> int:  # fmt: skip
    t = page.t
    aims = (
        (Aim("gap", table["gap"], _gap, at_most=True), one.below_rival),
        (Aim("more", table["more"], _more(told, study), at_most=False), one.keep_tonnes),
    )
    for number, (aim, engine) in enumerate(aims):
        page.put_text(row, 1, limits_prose.aim(engine, t), "text")
        page.put_text(row, 2, t(terms.LEVERS[one.lever]), "fine", across=3)
        stands = response.present
        page.put_formula(row, 5, f"={stands.seen_from(page.name)}", stands.value, "number|0.0%")
        if number == 0:
            _put_alone(page, row, _alone(response, told, one.importer, page), N_("not even without a duty"))
        else:
            page.put_text(row, 6, "–", "quiet", across=2)
        said, value = root(bench, page, table["duty"], response, aim, MARKS + number)
        page.put_formula(row, 8, f"={said}", value, f"strong_number|{look.PERCENT_FINE}", across=2)
        main = engine.main
        if main is None:
            page.put_text(row, 10, t(N_("none")), "memo", across=2)
        else:
            page.put_number(row, 10, main.value, f"memo|{look.PERCENT_FINE}")
            page.paint(row, 11, 11, "memo")
            if isinstance(value, float):
                gaps = {"lever": t(terms.LEVERS[one.lever]), "aim": limits_prose.aim(engine, t)}
                name = t(N_("Break-even, {lever}: {aim}"), **gaps)
                formula = f"=IF(ISNUMBER('{page.name}'!$H${row}),'{page.name}'!$H${row},-1)"
                made.checks.append((name, t(N_("after")), main.value, formula, value, True))
        row += 1
    return row


def _put_alone(page: Page, row: int, cell: Cell, below: str) -> None:
    """A setting, or what is said of one below zero."""
    said = page.t(below)
    raw = page.put_formula(row, MARKS + 2, f"={cell.said}", cell.value, "backstage_number|0.0000%")
    formula = f"=IF({raw.here}<0,{in_formula(said)},{raw.here})"
    page.put_formula(row, 6, formula, said if cell.value < 0 else cell.value, f"number|{look.PERCENT_FINE}", across=2)


def _gap(point: Point) -> Cell:
    return Cell(point.figures["gap"].address, point.figures["gap"].value)


def _more(told: Told, study: Study) -> Callable[[Point], Cell]:
    before = told.figures[Key("exports_to_buyers_tonnes", study.exporter, "before")]

    def more(point: Point) -> Cell:
        here = point.figures["exports"]
        return Cell(f"{here.address}-{before.seen_from(here.sheet)}", here.value - before.value)

    return more


def _alone(response: Response, told: Told, importer: str, page: Page) -> Cell:
    """The duty at which our landed price would be the rival's, all net-backs as they are: a straight line in it."""
    stakes, (rival, _) = response.stakes, told.cheapest[importer, "after"]
    ground, place = stakes.ground, stakes.ground.lanes.index(response.own)
    back = stakes.formulas.solved.sides["after"].net_back[stakes.formulas.study.exporter]
    p0, p1, q0, q1, c, keep = (stakes.lines.heads[name] for name in ("p0", "p1", "q0", "q1", "c", "keep"))

    def seen(run: Run) -> str:
        return f"'{ground.page.name}'!{run.cell(place)}"

    fob = f"({back.seen_from(page.name)}+{seen(c)})/{seen(keep)}"
    fob_value = (back.value + float(c.values[place])) / float(keep.values[place])
    price = f"({rival.seen_from(page.name)}/{seen(ground.heads['price'])})"
    price_value = rival.value / float(ground.heads["price"].values[place])
    none = float(p0.values[place] + q0.values[place] * fob_value)
    rise = float(p1.values[place] + q1.values[place] * fob_value)
    said = f"({price}-({seen(p0)}+{seen(q0)}*{fob}))/({seen(p1)}+{seen(q1)}*{fob})"
    return Cell(said, (price_value - none) / rise)


def _of_award(
    page: Page, lines: Straight, books: Accounts, told: Told, one: Market, response: Response, row: int,
) -> int:  # fmt: skip
    """The award that would let the exporter land at the rival's price with the same net-back: in closed form."""
    t, lane = page.t, response.own
    key = lane, "after"
    award = next((ref for name, ref in lines.rates.get(key, ()) if name == "export_award"), None)
    if key not in lines.slope or (one.importer, "after") not in told.cheapest:
        return row
    (rival, _), landed = told.cheapest[one.importer, "after"], told.landed[lane, "after"]
    fob, slope, ends = books.column("fob", "after"), lines.slope[key], lines.parts[lane, "after", "fob"]
    price = f"{books.range('fob', 'after', page).rpartition('!')[0]}!{fob.cell(lane)}"
    kept = f"({FAR:g}/(({ends.high})-({ends.low})))"
    kept_value, fob_value = FAR / (ends.high_value - ends.low_value), float(fob.values[lane])
    gap = f"({rival.seen_from(page.name)}-{landed.seen_from(page.name)})"
    goal = f"({price}+{gap}/({slope.seen_from(page.name)}*{kept}))"
    goal_value = fob_value + (rival.value - landed.value) / (slope.value * kept_value)
    now, now_value = ("0", 0.0) if award is None else (f"-{award.seen_from(page.name)}", -award.value)
    page.put_text(row, 1, limits_prose.aim(one.below_rival, t), "text")
    page.put_text(row, 2, t(terms.LEVERS["irn.award"]), "fine", across=3)
    page.put_formula(row, 5, f"={now}", now_value, "number|0.0%")
    needed = Cell(f"{now}+{kept}*({price}/{goal}-1)", now_value + kept_value * (fob_value / goal_value - 1))
    _put_alone(page, row, needed, N_("met without an award"))
    for column in (8, 10):
        page.put_text(row, column, "–", "quiet", across=2)
    return row + 1
