"""Duty against support: what each side gains in every cell, who gains where, and where both gain most evenly.

Every cell is the market solved anew on the sheet of workings, so maps, signs, colours and sentences follow the yellow
cells. Where a ladder cannot be solved there, the maps are the analyzer's, and say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.styles import PatternFill

from tariffs.brief import limits_deals, limits_maps, look
from tariffs.brief.cells import Page, Ref, absolute, in_formula, in_pieces
from tariffs.brief.limits_words import all_else, setting
from tariffs.brief.sheets import sentences, stale
from tariffs.brief.sheets.asked import Market
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.response import Response
from tariffs.limits import Agreement
from tariffs.limits.agreement import LITTLE
from tariffs.sources import Array
from tariffs.words import N_, terms

LAST = 11
SOLVED = 1e-8  # what may be left of the equations, in logs, in a cell that is told
FIRST, SIDE = 2, 14  # column of the first duty; of what a sentence is made from, beyond what is printed
LOSS, NOTHING, GAIN = "E9B7AE", "FFFFFF", "A8CFBB"
FILLS = {limits_maps.BOTH: "A8CFBB", limits_maps.PAYABLE: "DDEFE5"}
# Who gains, without words: the buyer's sign, then the seller's.
MARKS = {
    limits_maps.BOTH: "+ +",
    limits_maps.PAYABLE: "±",
    limits_maps.BUYER: "+ −",
    limits_maps.SELLER: "− +",
    limits_maps.NEITHER: "− −",
    limits_maps.OPEN: "·",
}
BEST = N_(
    "Both {buyer} and {seller} gain in {count} of the {all} cells of their map. The product of both gains is largest "
    "in the cell of a {duty} duty and {support} support: {gain} a year for {buyer}, {other} for {seller}."
)
NOWHERE = N_("On the map of {buyer}'s duty and {seller}'s support no cell lets both gain.")
TOGETHER = N_("Together they gain most in the cell of a {duty} duty and {support} support: {joint} a year.")
MILLION = N_("USD {number} million")


@dataclass(frozen=True)
class Area:
    """Cells of one map: a row for each support, a column for each duty."""

    top: int
    values: Array  # (Y, X)

    def cell(self, row: int, column: int) -> str:
        return absolute(self.top + row, FIRST + column)

    @property
    def all(self) -> str:
        tall, wide = self.values.shape
        return f"{self.cell(0, 0)}:{self.cell(tall - 1, wide - 1)}"

    @property
    def plain(self) -> str:
        return self.all.replace("$", "")


def draw(
    page: Page, one: Market, response: Response | None, inputs: Inputs, told: str, row: int
) -> tuple[int, tuple[Ref, str]]:
    """The maps of one importer, and what they say; ``told`` is the cell that speaks once an input is edited.

    Returns the row after them, and where the first of their sentences stands, with its text.
    """
    t, made = page.t, one.agreed
    buyer, seller = t.place(one.importer), t.place(made.study.exporter)
    gaps = {"buyer": buyer, "seller": seller}
    if response:
        title = t(N_("Where both sides gain: duty of {buyer}, support by {seller} (live)"), **gaps)
        note = N_(
            "Duty from left to right, support from top to bottom (share of FOB). Gains against today, USD million a "
            "year; the sign tells a gain from a loss, the colour how large it is. The market is solved in cells at "
            "every pair of settings: these maps follow the yellow cells."
        )
    else:
        title = t(N_("Where both sides gain: duty of {buyer}, support by {seller} (as asked)"), **gaps)
        note = N_(
            "Duty from left to right, support from top to bottom (share of FOB). Gains against today, USD million a "
            "year; the sign tells a gain from a loss, the colour how large it is. Solved for the inputs as asked: "
            "these maps do not follow the yellow cells."
        )
    page.section(row, title, LAST)
    page.put_text(row + 1, 1, t(note), "small", across=LAST)
    row += 2
    areas = []
    for place, gain, name in ((one.importer, made.buyer, "buyer"), (made.study.exporter, made.seller, "seller")):
        said = t(N_("Gain of {place}'s side, USD million a year"), place=t.place(place))
        areas.append(_gains(page, made, said, gain, response, name, row))
        row = areas[-1].top + len(gain)
        if response is None:
            stale.fade(page, areas[-1].plain, told)
    row = _zone(page, made, areas, response, told, row)
    live = _sentences(page, made, areas, row) if response else []
    sentences_ = [f"•  {sentence}" for sentence in limits_deals.agreement(made, t)]
    titled = f"•  {all_else(made.study, t)}"  # a title is its writer's text, and stays out of formulas
    places = []
    for number, sentence in enumerate(sentences_):
        if sentence == titled:
            page.put_text(row, 1, sentence, "text", across=LAST)
            stale.fade(page, f"A{row}:A{row}", told)
        else:
            otherwise = live[number] if number < len(live) else ""
            places.append(stale.put(page, row, inputs, sentence, otherwise, "text", LAST))
        row += 1
    return row, (places[0], sentences_[0])


def _head(page: Page, made: Agreement, title: str, row: int) -> int:
    page.group(row, title, LAST)
    page.put_text(row + 1, 1, page.t(terms.LEVERS[made.support.name]), "head")
    for column, duty in enumerate(made.duty.values):
        page.put_number(row + 1, FIRST + column, float(duty), "head_center|0.0%")
    return row + 2


def _gains(
    page: Page, made: Agreement, title: str, gain: Array, response: Response | None, name: str, row: int
) -> Area:
    top = row = _head(page, made, title, row)
    values, style = np.full(gain.shape, np.nan), f"cell|{look.MILLIONS_SIGNED}"
    for y, support in enumerate(made.support.values):
        page.put_number(row, 1, float(support), "left|0.0%")
        for x in range(gain.shape[1]):
            if response:
                figures = response.grid[y][x].figures
                left, here = (figures[one].seen_from(page.name) for one in ("left", name))
                closed = figures["left"].value <= SOLVED
                value = figures[name].value
                formula = f"=IF({left}<={SOLVED:.8f},{here},{in_formula(MARKS[limits_maps.OPEN])})"
                page.put_formula(row, FIRST + x, formula, value if closed else MARKS[limits_maps.OPEN], style)
                values[y, x] = value if closed else np.nan
            elif np.isfinite(gain[y, x]):
                values[y, x] = gain[y, x]
                page.put_number(row, FIRST + x, float(gain[y, x]), style)
            else:
                page.put_text(row, FIRST + x, MARKS[limits_maps.OPEN], "quiet")
        row += 1
    area = Area(top, values)
    # Ends that hold the middle between them, whatever an edit makes of the figures.
    scale = ColorScaleRule(
        start_type="formula", start_value=f"MIN({area.all},-1)", start_color=LOSS, mid_type="num", mid_value=0,
        mid_color=NOTHING, end_type="formula", end_value=f"MAX({area.all},1)", end_color=GAIN,
    )  # fmt: skip
    page.sheet.conditional_formatting.add(area.plain, scale)
    return area


def _zone(
    page: Page, made: Agreement, areas: Sequence[Area], response: Response | None, told: str, row: int
) -> int:
    """Who gains in each cell, as two signs."""
    t = page.t
    gaps = {"buyer": t.place(made.importer), "seller": t.place(made.study.exporter)}
    title = t(N_("Who gains: first sign {buyer}, second {seller}; ± both, with a payment"), **gaps)
    top = row = _head(page, made, title, row)
    codes = limits_maps.codes(made)
    for y, support in enumerate(made.support.values):
        page.put_number(row, 1, float(support), "left|0.0%")
        for x in range(codes.shape[1]):
            if response:
                _mark(page, areas, y, x, row)
            else:
                page.put_text(row, FIRST + x, MARKS[int(codes[y, x])], "center")
        row += 1
    where = f"{absolute(top, FIRST)}:{absolute(row - 1, FIRST - 1 + codes.shape[1])}".replace("$", "")
    if response is None:
        stale.fade(page, where, told)
    for code, fill in FILLS.items():
        rule = FormulaRule(
            formula=[f"B{top}={in_formula(MARKS[code])}"], fill=PatternFill("solid", bgColor=fill, fgColor=fill)
        )
        page.sheet.conditional_formatting.add(where, rule)
    stands = [setting(axis.present, axis.span, t) for axis in (made.duty, made.support)]
    today = [setting(axis.today, axis.span, t) for axis in (made.duty, made.support)]
    said = t(
        N_("As asked it stands at {duty} and {support}; today at {duty_today} and {support_today}."),
        duty=stands[0],
        support=stands[1],
        duty_today=today[0],
        support_today=today[1],
    )
    page.put_text(row, 1, said, "small", across=LAST)
    return row + 1


def _mark(page: Page, areas: Sequence[Area], y: int, x: int, row: int) -> None:
    """Who gains in one cell, as a formula over both maps."""
    buyer, seller = (area.cell(y, x) for area in areas)
    b, s = (float(area.values[y, x]) for area in areas)
    m = {code: in_formula(mark) for code, mark in MARKS.items()}
    little = f"{LITTLE:g}"
    formula = (
        f"=IF(ISNUMBER({buyer}),IF(AND({buyer}>{little},{seller}>{little}),{m[limits_maps.BOTH]},"
        f"IF({buyer}+{seller}>{little},{m[limits_maps.PAYABLE]},IF({buyer}>0,{m[limits_maps.BUYER]},"
        f"IF({seller}>0,{m[limits_maps.SELLER]},{m[limits_maps.NEITHER]})))),{m[limits_maps.OPEN]})"
    )
    both = b > LITTLE and s > LITTLE
    code = (
        limits_maps.OPEN
        if not np.isfinite(b)
        else limits_maps.BOTH
        if both
        else limits_maps.PAYABLE
        if b + s > LITTLE
        else limits_maps.BUYER
        if b > 0
        else limits_maps.SELLER
        if s > 0
        else limits_maps.NEITHER
    )
    page.put_formula(row, FIRST + x, formula, MARKS[code], "center")


def _sentences(page: Page, made: Agreement, areas: Sequence[Area], row: int) -> list[str]:
    """What the maps say by themselves, as formulas: where both gain most evenly, and where they gain most together."""
    t = page.t
    buyer, seller = areas
    b, s = buyer.values, seller.values
    with np.errstate(invalid="ignore"):
        product = np.where((b > LITTLE) & (s > LITTLE), b * s / 1e12, 0.0)
        joint = np.where(np.isfinite(b), (b + s) / 1e6, -1e99)
    top = row - len(b) - 1
    both = f"AND({{b}}>{LITTLE:g},{{s}}>{LITTLE:g})"
    said = f"IF(ISNUMBER({{b}}),IF({both},{{b}}*{{s}}/1000000000000,0),0)"
    even = _best(page, product, buyer, seller, made, top, 0, said)
    said = "IF(ISNUMBER({b}),({b}+{s})/1000000,-1E+99)"
    most = _best(page, joint, buyer, seller, made, top, b.shape[1] + 6, said)

    def million(cell: str) -> str:
        return sentences.filled(t, MILLION, {"number": sentences.number(t, f"{cell}/1000000", 1)})

    gaps = {
        "buyer": in_pieces(t.place(made.importer)),
        "seller": in_pieces(t.place(made.study.exporter)),
        "count": f"SUMPRODUCT(({even[4]}>0)*1)",
        "all": f"{product.size}",
        "duty": sentences.percent(t, even[0]),
        "support": sentences.percent(t, even[1]),
        "gain": million(even[2]),
        "other": million(even[3]),
    }
    zone = (
        f"IF(MAX({even[4]})>0,{sentences.filled(t, BEST, gaps)},{sentences.filled(t, NOWHERE, gaps)})"
    )
    best = {
        "duty": sentences.percent(t, most[0]),
        "support": sentences.percent(t, most[1]),
        "joint": million(f"({most[2]}+{most[3]})"),
    }
    bullet = in_formula("•  ")
    return [f"{bullet}&{zone}", f"{bullet}&{sentences.filled(t, TOGETHER, best)}"]


def _best(
    page: Page, worth: Array, buyer: Area, seller: Area, made: Agreement, row: int, beside: int, template: str
) -> tuple[str, str, str, str, str]:
    """The cell of largest worth: addresses of its duty, its support and both gains, and of what every cell is worth."""
    first = SIDE + beside
    tall, wide = worth.shape
    for y in range(tall):
        for x in range(wide):
            said = template.format(b=buyer.cell(y, x), s=seller.cell(y, x))
            page.put_formula(row + y, first + x, f"={said}", float(worth[y, x]), "backstage_number|General")
        here = f"{absolute(row + y, first)}:{absolute(row + y, first + wide - 1)}"
        page.put_formula(row + y, first + wide, f"=MAX({here})", float(worth[y].max()), "backstage_number|General")
    area = f"{absolute(row, first)}:{absolute(row + tall - 1, first + wide - 1)}"
    rows = f"{absolute(row, first + wide)}:{absolute(row + tall - 1, first + wide)}"
    at_y, at_x = (int(n) for n in np.unravel_index(int(worth.argmax()), worth.shape))
    up = page.put_formula(row, first + wide + 1, f"=MATCH(MAX({rows}),{rows},0)", at_y + 1.0, "backstage_number|0")
    formula = f"=MATCH(MAX({rows}),INDEX({area},{up.address},0),0)"
    across = page.put_formula(row + 1, first + wide + 1, formula, at_x + 1.0, "backstage_number|0")
    duties_, supports_ = (np.array(axis.values, dtype=float) for axis in (made.duty, made.support))
    duties = f"{absolute(buyer.top - 1, FIRST)}:{absolute(buyer.top - 1, FIRST + wide - 1)}"
    supports = f"{absolute(buyer.top, 1)}:{absolute(buyer.top + tall - 1, 1)}"
    found = [
        (f"INDEX({duties},{across.address})", float(duties_[at_x])),
        (f"INDEX({supports},{up.address})", float(supports_[at_y])),
        (f"INDEX({buyer.all},{up.address},{across.address})", float(buyer.values[at_y, at_x])),
        (f"INDEX({seller.all},{up.address},{across.address})", float(seller.values[at_y, at_x])),
    ]
    cells: list[Ref] = []
    for place, (said, value) in enumerate(found):
        cells.append(page.put_formula(row + 2 + place, first + wide + 1, f"={said}", value, "backstage_number|General"))
    duty, support, gain, other = (cell.address for cell in cells)
    return duty, support, gain, other, area
