"""Routes and rivals before and after, where the money goes, and every figure with its range."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import look, print_setup, tables
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming, stale
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.figures import AS_SOLVED, Formulas, every
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.ways import SIDES
from tariffs.study import Study
from tariffs.study.figures import RIVAL_SHARE, Key
from tariffs.study.sides import Side
from tariffs.words import N_, terms

LAST = 10
SNAP = 1e-15
CENT = 0.01  # USD a year: what the analyzer's own rounding leaves of nothing
PRICE, TONNES = f"number|{look.PRICE}", f"number|{look.TONNES}"
PRICE_CHANGE, TONNES_CHANGE = f"number|{look.PRICE_CHANGE}", f"number|{look.TONNES_CHANGE}"
SHARE = f"number|{look.PERCENT_FINE}"


@dataclass
class Told:
    """Cells of this sheet that others read."""

    landed: dict[tuple[int, str], Ref] = field(default_factory=dict)  # by lane and side
    tonnes: dict[tuple[int, str], Ref] = field(default_factory=dict)
    cheapest: dict[tuple[str, str], tuple[Ref, str]] = field(default_factory=dict)  # rival by market and side
    shares: dict[tuple[str, str], Ref] = field(default_factory=dict)  # their sum
    spent: dict[str, Ref] = field(default_factory=dict)
    received: dict[str, Ref] = field(default_factory=dict)
    figures: dict[Key, Ref] = field(default_factory=dict)


def write(page: Page, study: Study, solved: Model, formulas: Formulas, inputs: Inputs) -> Told:
    t, told = page.t, Told()
    page.widths([47, 17, 13, 13, 13, 13, 13, 13, 13, 16])
    page.put_text(1, 1, t(N_("Results")), "title")
    page.tall(1, 32)
    note = t(
        N_("Central values; ranges stand beside them in the last table. “Refused” means that the label may not enter.")
    )
    page.put_text(2, 1, note, "small", across=LAST)
    edited = stale.notice(page, 3, inputs, t(stale.DRAWN), LAST)
    row = _routes(page, study, told, solved, 4)
    for importer in study.importers:
        row = _rivals(page, study, told, importer, row + 1)
    page.sheet.row_breaks.append(Break(row))
    row = _money(page, study, told, formulas, row + 1)
    last = _figures(page, study, told, formulas, row + 1)
    stale.fade(page, f"F{row + 2}:I{last}", edited)
    page.sheet.freeze_panes = "B3"
    print_setup.apply(page, study, last_column=LAST)
    return told


def _routes(page: Page, study: Study, told: Told, solved: Model, row: int) -> int:
    t = page.t
    page.section(row, t(N_("Every route")), LAST)
    names = [
        t(N_("Route")),
        *(t(N_("Net-back before, USD/t")), t(N_("Net-back after, USD/t")), t(N_("Change"))),
        *(t(N_("Landed price before, USD/t")), t(N_("Landed price after, USD/t")), t(N_("Change"))),
        *(t(N_("Tonnes before")), t(N_("Tonnes after")), t(N_("Change"))),
    ]
    page.heads(row + 1, names, range(1, LAST))
    row += 2
    for number, line in enumerate(tables.routes(study).to_dict("records")):
        page.put_text(row, 1, naming.way(line["producer"], line["label"], line["importer"], t), "text")
        cells = [
            _link(page, row, 2 + place, solved.sides[when].net_back[line["producer"]], PRICE)
            for place, when in enumerate(SIDES)
        ]
        _change(page, row, 4, cells, PRICE_CHANGE)
        prices = []
        for place, when in enumerate(SIDES):
            if line[f"prohibited_{when}"]:
                page.put_text(row, 5 + place, t(N_("refused")), "quiet")
                told.landed[number, when] = page.put_number(row, 12 + place, 0.0, "backstage_number|0")
            else:
                told.landed[number, when] = _link(page, row, 5 + place, solved.sides[when].landed[number], PRICE)
                prices.append(told.landed[number, when])
        _change(page, row, 7, prices, PRICE_CHANGE)
        sold = [
            _link(page, row, 8 + place, solved.sides[when].tonnes[number], TONNES) for place, when in enumerate(SIDES)
        ]
        _change(page, row, 10, sold, TONNES_CHANGE)
        told.tonnes |= {(number, when): cell for when, cell in zip(SIDES, sold, strict=True)}
        row += 1
    return row


def _rivals(page: Page, study: Study, told: Told, importer: str, row: int) -> int:
    """Who sells in a market; shares are formulas over the tonnes above."""
    t, frame = page.t, tables.routes(study)
    title = t(N_("Who sells in {importer}, cheapest after the change first"), importer=t.place(importer))
    page.section(row, title, LAST)
    names = [
        t(N_("Seller")),
        *(t(N_("Landed price before, USD/t")), t(N_("Landed price after, USD/t")), t(N_("Change"))),
        *(t(N_("Tonnes before")), t(N_("Tonnes after")), t(N_("Change"))),
        *(t(N_("Share before")), t(N_("Share after")), t(N_("Change"))),
    ]
    page.heads(row + 1, names, range(1, LAST))
    here = frame[frame["importer"] == importer].sort_values("landed_after_usd_per_t", na_position="last")
    top, bottom = row + 2, row + 1 + len(here)
    row, cheapest = top, dict[str, tuple[float, Ref, str]]()
    bought = {when: float(here[f"tonnes_{when}"].sum()) for when in SIDES}
    for number, line in zip(here.index, here.to_dict("records"), strict=True):
        ours = line["producer"] == study.exporter
        name = naming.way(line["producer"], line["label"], line["importer"], t)
        page.put_text(row, 1, name, "strong" if ours else "text")
        prices = []
        for place, when in enumerate(SIDES):
            if line[f"prohibited_{when}"]:
                page.put_text(row, 2 + place, t(N_("refused")), "quiet")
                continue
            source = told.landed[number, when]
            cell, value = _link(page, row, 2 + place, source, PRICE), source.value
            prices.append(cell)
            is_rival = not ours and line[f"tonnes_{when}"] >= RIVAL_SHARE * bought[when]
            if is_rival and value < cheapest.get(when, (np.inf,))[0]:
                cheapest[when] = value, cell, name
        _change(page, row, 4, prices, PRICE_CHANGE)
        sold = []
        for place, when in enumerate(SIDES):
            source = told.tonnes[number, when]
            formula = f"={source.seen_from(page.name)}"
            sold.append(page.put_formula(row, 5 + place, formula, source.value, TONNES))
        _change(page, row, 7, sold, TONNES_CHANGE)
        shares = []
        for place, (when, column) in enumerate(zip(SIDES, "EF", strict=True)):
            formula = f"={column}{row}/SUM({column}${top}:{column}${bottom})"
            shares.append(page.put_formula(row, 8 + place, formula, sold[place].value / bought[when], SHARE))
        _change(page, row, 10, shares, f"number|{look.POINTS}")
        row += 1
    page.paint(row, 1, LAST, "total")
    page.put_text(row, 1, t(N_("Together")), "total")
    for place, when in enumerate(SIDES):
        tonnes, share = "EF"[place], "HI"[place]
        page.put_formula(
            row, 5 + place, f"=SUM({tonnes}{top}:{tonnes}{bottom})", bought[when], f"total_number|{look.TONNES}"
        )
        total = f"=SUM({share}{top}:{share}{bottom})"
        told.shares[importer, when] = page.put_formula(row, 8 + place, total, 1.0, f"total_number|{look.PERCENT_FINE}")
    told.cheapest |= {(importer, when): (cell, name) for when, (_, cell, name) in cheapest.items()}
    return row + 1


def _money(page: Page, study: Study, told: Told, formulas: Formulas, row: int) -> int:
    """What buyers spend and who keeps it, over all routes: both must come to the same."""
    t = page.t
    page.section(row, t(N_("Where the buyers' money goes, all markets, million USD a year")), LAST)
    page.heads(row + 1, [t(N_("Who keeps it")), t(N_("Before")), t(N_("After")), t(N_("Change"))], (1, 2, 3))
    top = row = row + 2
    level, change = f"number|{look.MILLIONS}", f"number|{look.MILLIONS_CHANGE}"
    kept = {when: _kept(side) for when, side in (("before", study.before), ("after", study.after))}
    for keeper in dict.fromkeys((*kept["before"], *kept["after"])):
        page.put_text(row, 1, t(KEEPERS[keeper] if keeper in KEEPERS else terms.KEEPERS[keeper]), "text")
        cells = [
            page.put_formula(row, 2 + i, f"={formulas.kept(keeper, when)}", kept[when].get(keeper, 0.0), level)
            for i, when in enumerate(SIDES)
        ]
        _change(page, row, 4, cells, change)
        row += 1
    page.put_text(row, 1, t(N_("Together")), "total")
    page.put_text(row + 1, 1, t(N_("Spent by the buyers")), "total")
    number = f"total_number|{look.MILLIONS}"
    sums, spending = [], []
    for place, when in enumerate(SIDES):
        column = "BC"[place]
        value = sum(kept[when].values())
        sums.append(page.put_formula(row, 2 + place, f"=SUM({column}{top}:{column}{row - 1})", value, number))
        lanes = range(len(study.before.result.market.lanes))
        prices, tonnes = ([book[n, when] for n in lanes] for book in (told.landed, told.tonnes))
        spent = sum(p.value * q.value for p, q in zip(prices, tonnes, strict=True))
        pairs = "+".join(f"{p.address}*{q.address}" for p, q in zip(prices, tonnes, strict=True))
        spending.append(page.put_formula(row + 1, 2 + place, f"={pairs}", spent, number))
    told.received, told.spent = dict(zip(SIDES, sums, strict=True)), dict(zip(SIDES, spending, strict=True))
    for line, cells in ((row, sums), (row + 1, spending)):
        _change(page, line, 4, cells, f"total_number|{look.MILLIONS_CHANGE}")
    return row + 2


KEEPERS = {"plants": N_("the plants, as net-back")}


def _kept(side: Side) -> dict[str, float]:
    """USD a year by keeper at the central values, the plants' net-back first."""
    result = side.result
    made = result.net_back[0, result.market.maker] * result.tonnes[0]
    kept = {"plants": float(made.sum())}
    for paid in side.ledger.payments:
        value = float(np.atleast_1d(paid.usd)[0])
        kept[paid.rung.keeper] = kept.get(paid.rung.keeper, 0.0) + value
    return kept


def _figures(page: Page, study: Study, told: Told, formulas: Formulas, row: int) -> int:
    t = page.t
    page.section(row, t(N_("All figures with their ranges")), LAST)
    names = [
        *(t(N_("Figure")), t(N_("Unit")), t(N_("Before")), t(N_("After")), t(N_("Change"))),
        *(
            t(N_("Low, 5 %")),
            t(N_("Median")),
            t(N_("High, 95 %")),
            t(N_("Above zero, share of draws")),
            t(N_("Standing")),
        ),
    ]
    page.heads(row + 1, names, range(2, 9))
    page.put_text(row + 2, 1, t(AS_SOLVED), "small", across=LAST)
    row += 3
    shown = ""
    for place, name in every(study):
        if place != shown:
            page.group(row, t(N_("{place}: the range is that of the change"), place=t.place(place)), LAST)
            row, shown = row + 1, place
        _figure(page, study, told, formulas, name, place, row)
        row += 1
    return row


def _figure(page: Page, study: Study, told: Told, formulas: Formulas, name: str, place: str, row: int) -> None:
    t, change = page.t, study.figures[Key(name, place, "change")]
    level, moved = (look.format_of(change.unit, c) for c in (False, True))
    page.put_text(row, 1, t(terms.FIGURES[name]), "text")
    page.put_text(row, 2, naming.unit(change.unit, t), "fine")
    cells = []
    for column, when in ((3, "before"), (4, "after")):
        if (key := Key(name, place, when)) not in study.figures:
            page.put_text(row, column, "–", "quiet")
        elif (cell := _live(page, row, column, study, formulas, key, level)) is not None:
            cells.append(cell)
            told.figures[key] = cell
    key = Key(name, place, "change")
    if len(cells) == 2 and change.central is not None:
        formula, moved_by = f"={cells[1].here}-{cells[0].here}", _snapped(change.central, cells[0].value)
        told.figures[key] = page.put_formula(row, 5, formula, moved_by, f"number|{moved}")
    elif (cell := _live(page, row, 5, study, formulas, key, moved)) is not None:
        told.figures[key] = cell
    for column, value in ((6, change.low), (7, change.median), (8, change.high)):
        if change.ranged:
            page.put_number(row, column, value, f"number|{moved}")
        else:
            page.put_text(row, column, "–", "quiet")
    page.put_number(row, 9, change.positive, "number|0%") if change.ranged else page.put_text(row, 9, "–", "quiet")
    page.put_text(row, 10, t(terms.STATUSES[str(change.status)]), "next")


def _live(page: Page, row: int, column: int, study: Study, formulas: Formulas, key: Key, style: str) -> Ref | None:
    """A figure as a formula where cells can follow it, else as it was solved; nothing when it is not known."""
    value = study.figures[key].central
    formula = formulas.of(key.name, key.place, key.when) if value is not None else ""
    if value is not None and formula:
        if study.figures[key].unit == "USD a year" and abs(value) < CENT:
            value = 0.0
        return page.put_formula(row, column, f"={formula}", value, f"number|{style}")
    page.put_number(row, column, value, f"memo|{style}")
    return None


def _link(page: Page, row: int, column: int, solved: Ref, style: str) -> Ref:
    """A figure of the sheet that solves the market."""
    return page.put_formula(row, column, f"={solved.seen_from(page.name)}", solved.value, style)


def _change(page: Page, row: int, column: int, cells: Iterable[Any], style: str) -> None:
    """After less before, as a formula; nothing when one of them has no price."""
    found = list(cells)
    if len(found) < 2:
        page.put_text(row, column, "–", "quiet")
        return
    before, after = (cell.here for cell in found)
    value = _snapped(found[1].value - found[0].value, found[0].value)
    page.put_formula(row, column, f"={after}-{before}", value, style)


def _snapped(change: float, before: float) -> float:
    """A change as spreadsheets work it out: they take the smallest differences for nothing."""
    return 0.0 if abs(change) <= SNAP * abs(before) else change
