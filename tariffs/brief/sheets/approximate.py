"""SMART and GSIM in cells, beside the exact model: the step from before to after, by closed forms.

Both start from the world before as the sheet of the model solved it. GSIM is one linear system, solved by
MINVERSE and MMULT; SMART takes one importer at a time. Neither follows its corners here (a route that falls to
nothing, a plant at its capacity, a ban): where one would bind, the sheet says so.

References
----------
Francois and Hall (2003), Global Simulation Analysis of Industry-Level Trade Policy, version 3.0; Laird and Yeats
(1986), UNCTAD Discussion Paper 19.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from openpyxl.utils import get_column_letter

from tariffs.barriers.many import first
from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, Ref, in_formula
from tariffs.brief.sheets import naming, straight
from tariffs.brief.sheets.checks import Check
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.newton import Column, Table
from tariffs.law.stack import Stack
from tariffs.market.market import Shock
from tariffs.models import solve
from tariffs.study import Study
from tariffs.words import N_

LAST = 9
TONNES = f"number|{look.TONNES}"
CHANGE = f"number|{look.TONNES_CHANGE}"
CLOSED = N_(
    "The change closes a route that trades. A straight line has no price for that: SMART has no answer here, and GSIM "
    "takes a choke price that these cells do not work out. Ask the analyzer: impact --model all."
)


@dataclass
class Others:
    """What the sheet tells others."""

    checks: list[Check] = field(default_factory=list)


def write(page: Page, study: Study, solved: Model) -> Others:
    t, market, made = page.t, study.world.baseline.market, Others()
    page.widths([46, *[13] * (LAST - 1), 2, 2, *[9] * 60])
    page.put_text(1, 1, t(N_("Other models (live)")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "The same change by the two models that trade officers know, in closed form and following the yellow "
            "cells: GSIM as one linear system, SMART one importer at a time. Both are straight lines, good for small "
            "changes; GSIM knows neither that labels are close nor that home goods are far, SMART knows no home goods."
        )
    )
    page.put_text(2, 1, intro, "small", across=LAST)
    shut = [n for n, stack in enumerate(study.after.stacks) if stack.prohibited]
    if any(solved.sides["before"].tonnes[n].value > 0 for n in shut):
        page.put_text(4, 1, t(CLOSED), "lead", across=LAST)
        print_setup.apply(page, study, last_column=LAST, last_row=5)
        return made
    page.section(4, t(N_("Tonnes by route, before and after")), LAST)
    heads = [
        *(t(N_("Route")), t(N_("Before")), t(N_("Exact model")), t(N_("GSIM")), t(N_("SMART"))),
        *(t(N_("Change, exact")), t(N_("Change, GSIM")), t(N_("Change, SMART")), t(N_("GSIM less exact"))),
    ]
    page.heads(5, heads, range(1, LAST))
    top, count = 6, len(market.lanes)
    table = _ground(page, study, solved, top)
    gsim = straight.gsim(table, top, study)
    smart = straight.smart(table, top)
    for number, lane in enumerate(market.lanes):
        _route(page, naming.way(lane.producer, lane.label, lane.importer, t), solved, number, top + number, gsim, smart)
    row = top + count
    row = _together(page, study, top, row)
    row = _corners(page, gsim, row + 1)
    _check(made, page, study, gsim, smart)
    page.sheet.freeze_panes = "B6"
    print_setup.apply(page, study, last_column=LAST, last_row=row)
    return made


def _ground(page: Page, study: Study, solved: Model, row: int) -> Table:
    """What both models read of each route: where it stands before, and its ladder after."""
    market, base, before = study.world.baseline.market, solved.base, solved.sides["before"]
    table, sheet, lanes = Table(page), f"'{base.page.name}'!", range(len(market.lanes))
    makers, places = market.maker.tolist(), market.place.tolist()

    def linked(name: str, number: int, cells: list[tuple[str, float]]) -> None:
        column = straight.WORKINGS + number
        page.put_text(row - 1, column, name, "backstage")
        for lane, (said, value) in enumerate(cells):
            page.put_formula(row + lane, column, f"={said}", value, "quiet|0.000000")
        table.columns[name] = Column(row, column, np.array([value for _, value in cells]))

    def of_base(name: str, numbers: list[int], stacks: Sequence[Stack] = ()) -> list[tuple[str, float]]:
        column = base[name]
        refused = {n for n, stack in enumerate(stacks) if stack.prohibited}  # there the cell says so in words
        return [
            (f"{column.values[n]:g}" if n in refused else f"{sheet}{column.cell(n)}", float(column.values[n]))
            for n in numbers
        ]

    table.give("maker", row, straight.WORKINGS, np.asarray(market.maker + 1, dtype=float), "quiet|0")
    table.give("place", row, straight.WORKINGS + 1, np.asarray(market.place + 1, dtype=float), "quiet|0")
    table.give("home", row, straight.WORKINGS + 2, market.home.astype(float), "quiet|0")
    for number, name in enumerate(("maker", "place", "home")):
        page.put_text(row - 1, straight.WORKINGS + number, name, "backstage")
    refs = {
        "was": [before.tonnes[n] for n in lanes],
        "paid": [before.landed[n] for n in lanes],
        "back": [before.net_back[lane.producer] for lane in market.lanes],
    }
    for number, (name, held) in enumerate(refs.items(), start=3):
        linked(name, number, [(ref.seen_from(page.name), ref.value) for ref in held])
    every = list(lanes)
    linked("slope_was", 6, of_base("slope_of_before", every, study.before.stacks))
    linked("slope_now", 7, of_base("slope_of_after", every, study.after.stacks))
    linked("const_now", 8, of_base("const_of_after", every, study.after.stacks))
    linked("sigma", 9, of_base("sigma_import", places))
    linked("demand", 10, of_base("total_demand", places))
    linked("supply_of", 11, of_base("supply", makers))
    return table


def _route(page: Page, name: str, solved: Model, number: int, row: int, gsim: Column, smart: Column) -> None:
    page.put_text(row, 1, name, "text")
    before, after = (solved.sides[when].tonnes[number] for when in ("before", "after"))
    cells = [page.put_formula(row, 2 + i, f"={ref.seen_from(page.name)}", ref.value, TONNES) for i, ref in
             enumerate((before, after))]  # fmt: skip
    for place, column in enumerate((gsim, smart)):
        value = float(column.values[number])
        cells.append(page.put_formula(row, 4 + place, f"={column.cell(number)}", value, TONNES))
    _changes(page, cells, row)


def _changes(page: Page, cells: list[Ref], row: int, style: str = CHANGE) -> None:
    was = cells[0]
    for place, now in enumerate(cells[1:]):
        page.put_formula(row, 6 + place, f"={now.here}-{was.here}", now.value - was.value, style)
    page.put_formula(row, LAST, f"={cells[2].here}-{cells[1].here}", cells[2].value - cells[1].value, style)


def _together(page: Page, study: Study, top: int, row: int) -> int:
    """The exporter's sales to the markets in focus, by each model."""
    t, market = page.t, study.world.baseline.market
    ours = [
        n
        for n, lane in enumerate(market.lanes)
        if lane.producer == study.exporter and lane.importer in study.importers and not lane.home
    ]
    places = t.listed([t.place(one) for one in study.importers])
    said = t(N_("{exporter} to {places}, all labels"), exporter=t.place(study.exporter), places=places)
    page.put_text(row, 1, said, "total")
    cells = []
    for column in range(2, 6):
        letter = get_column_letter(column)
        formula = "=" + "+".join(f"{letter}{top + n}" for n in ours)
        values = page.book.values[page.name]
        value = sum(float(values[f"{letter}{top + n}"]) for n in ours)
        cells.append(page.put_formula(row, column, formula, value, f"total_number|{look.TONNES}"))
    _changes(page, cells, row, f"total_number|{look.TONNES_CHANGE}")
    return row + 1


def _corners(page: Page, gsim: Column, row: int) -> int:
    """Whether a straight line has run into nothing, which these cells do not follow."""
    t = page.t
    fine = t(N_("No route falls to nothing: the closed forms hold."))
    hit = t(N_("A route falls to nothing: the closed forms do not hold beyond it; ask the analyzer for that model."))
    least = min(float(gsim.values.min()), 0.0)
    formula = f"=IF(MIN({gsim.all})<0,{in_formula(hit)},{in_formula(fine)})"
    page.put_saying(row, 1, formula, hit if least < 0 else fine, "small", LAST)
    return row + 1


def _check(made: Others, page: Page, study: Study, gsim: Column, smart: Column) -> None:
    """Each route by each model beside the engine's, where the engine met no corner either."""
    t, market = page.t, first(study.before.market, 0)
    given = study.after.result.shock
    shock = Shock(given.A[:1], given.B[:1], given.closed)
    for model, column in (("gsim", gsim), ("smart", smart)):
        result = solve(model, market, shock)
        corners = model == "gsim" and result.steps > 1
        if not result.closed.all() or corners or given.closed.any():
            continue
        for number, lane in enumerate(market.lanes):
            if lane.producer == study.exporter and lane.importer in study.importers:
                name = naming.way(lane.producer, lane.label, lane.importer, t)
                said = t(N_("Tonnes by {model}, {way}"), model=model.upper(), way=name)
                engine = float(np.atleast_2d(result.tonnes)[0, number])
                here = Ref(page.name, column.cell(number), float(column.values[number]))
                made.checks.append((said, t(N_("after")), engine, f"={here.seen_from('')}", here.value, True))
