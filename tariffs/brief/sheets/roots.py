"""Where a response meets its target: closed in on in cells, between the two points of the response around it.

A straight line between them gives the first setting, a parabola through all three the second, and the cubic through
all four the answer. The market is solved anew at the first and the second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tariffs.brief import limits_prose
from tariffs.brief.cells import Page, Ref, absolute, in_formula, in_pieces
from tariffs.brief.sheets import sentences
from tariffs.brief.sheets.asked import Market
from tariffs.brief.sheets.ground import Cell
from tariffs.brief.sheets.newton import Column
from tariffs.brief.sheets.response import NOTHING, Bench, Point, Response
from tariffs.words import N_, terms

CLOSE = 1e-7  # two points whose distances differ by less are one
MET, MISSED = N_("met at every setting"), N_("met at no setting")


@dataclass(frozen=True)
class Aim:
    """What is sought: cells of the response that are zero there, and how a point's own distance is worked out."""

    name: str
    distances: Column  # under each other, on the sheet that shows the response
    of: Callable[[Point], Cell]
    at_most: bool  # whether a distance below zero is what is wanted


def root(bench: Bench, shown: Page, duties: Column, made: Response, aim: Aim, column: int) -> tuple[str, float | str]:
    """The setting as a formula for the sheet that shows the response, with its value; words where there is none.

    ``column`` on that sheet is free for the marks of the steps between which the sign changes.
    """
    page, t = bench.page, shown.t
    signs = aim.distances.values
    crossing = [bool(a * b <= 0 and a != b) for a, b in pairwise(signs)]
    for place, crosses in enumerate(crossing):
        one, two = aim.distances.cell(place), aim.distances.cell(place + 1)
        formula = f"=IF({one}={two},0,IF({one}*{two}<=0,1,0))"
        shown.put_formula(aim.distances.row + place, column, formula, float(crosses), "backstage_number|0")
    marks = Column(aim.distances.row, column, np.array(crossing, dtype=float))
    sheet = f"'{shown.name}'!"
    row = bench.ground.row
    page.put_text(row, 1, aim.name, "backstage")
    step = crossing.index(True) + 1 if any(crossing) else 0
    found = f"IF(SUM({sheet}{marks.all})=0,0,MATCH(1,{sheet}{marks.all},0))"
    at = page.put_formula(row, 2, f"={found}", float(step), "quiet|0")
    near = max(step, 1)
    ends = [_picked(page, row, 3 + 2 * i + j, sheet, held, at, i, near) for i in (0, 1) for j, held in
            enumerate((duties, aim.distances))]  # fmt: skip
    bench.ground.row += 1
    (d0, g0), (d1, g1) = (ends[0], ends[1]), (ends[2], ends[3])
    first = _ask(bench, made, _through(at, made.present, (d0, g0), (d1, g1)), None)
    third = first.duty, _kept(page, first, aim, made)
    second = _ask(bench, made, _through(at, first.duty, (d0, g0), (d1, g1), third), first)
    fourth = second.duty, _kept(page, second, aim, made)
    last = _through(at, second.duty, (d0, g0), (d1, g1), third, fourth)
    sheet = f"'{page.name}'!"
    met = in_formula(t(MET)), in_formula(t(MISSED))
    begins = aim.distances.cell(0)
    good = f"{begins}<=0" if aim.at_most else f"{begins}>=0"
    answer = page.put_formula(bench.ground.row, 2, f"={last.said}", last.value, "quiet|0.000000%")
    bench.ground.row += 1
    formula = f"IF({sheet}{at.address}=0,IF({good},{met[0]},{met[1]}),{sheet}{answer.address})"
    if step:
        return formula, answer.value
    is_met = signs[0] <= 0 if aim.at_most else signs[0] >= 0
    return formula, t(MET) if is_met else t(MISSED)


def asked_for(page: Page, one: Market, row: int) -> str:
    """The highest duty at which the label lands below its rival, told by the cells: a formula of text."""
    t, found = page.t, absolute(row, 8)
    aim = in_pieces(limits_prose.aim(one.below_rival, t))
    gaps = {"aim": aim, "lever": in_pieces(t(terms.LEVERS[one.lever])), "value": sentences.percent(t, found, 2)}
    said = sentences.filled(t, limits_prose.AT_MOST, gaps)
    bullet = in_formula("•  ")
    return f"{bullet}&IF(ISNUMBER({found}),{said},{gaps['lever']}&{in_formula(': ')}&{aim}&{in_formula(': ')}&{found})"


def _picked(page: Page, row: int, column: int, sheet: str, held: Column, at: Ref, after: int, near: int) -> Ref:
    """One end of the step in which the sign changes; of the first step where none does."""
    formula = f"=INDEX({sheet}{held.all},MAX(1,{at.address})+{after})"
    return page.put_formula(row, column, formula, float(held.values[near - 1 + after]), "quiet|0.000000")


def _through(at: Ref, otherwise: Ref, *points: tuple[Ref, Ref]) -> Cell:
    """Where the curve through points is zero, the setting taken as a polynomial in the distance.

    ``otherwise`` stands in where there is no step to close in on, or two points are one.
    """
    same, said, value = [], [], 0.0
    for number, (setting, distance) in enumerate(points):
        others = [g for place, (_, g) in enumerate(points) if place != number]
        same += [f"ABS({g.address}-{distance.address})<{CLOSE:.0E}" for g in others[number:]]
        said.append(
            f"{setting.address}" + "".join(f"*{g.address}/({g.address}-{distance.address})" for g in others)
        )
        if all(g.value != distance.value for g in others):
            value += setting.value * float(np.prod([g.value / (g.value - distance.value) for g in others]))
    formula = f"IF(OR({at.address}=0,{','.join(same)}),{otherwise.seen_from(at.sheet)},{'+'.join(said)})"
    gaps = [abs(g.value - h.value) for i, (_, g) in enumerate(points) for _, h in points[i + 1 :]]
    return Cell(formula, otherwise.value if at.value == 0 or min(gaps) < CLOSE else value)


def _ask(bench: Bench, made: Response, duty: Cell, before: Point | None) -> Point:
    start = bench.as_solved()
    if before is not None:
        start = [made.field.log(before.number, i) for i in range(bench.ground.n)]
    return bench.solved(made, [duty], [NOTHING], [start])[0]


def _kept(page: Page, point: Point, aim: Aim, made: Response) -> Ref:
    """The distance at a point, in a cell of its own beside the point's figures."""
    cell, ground = aim.of(point), made.field.ground
    row = made.field.row_of(point.number)
    return page.put_formula(row, ground.at_figures - 1, f"={cell.said}", cell.value, "quiet|0.000000")
