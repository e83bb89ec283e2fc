"""The market at other duties and supports, as cells solve it, beside the engine's own."""

import numpy as np

from tariffs.brief.cells import Page
from tariffs.brief.sheets.asked import Market
from tariffs.brief.sheets.checks import Check
from tariffs.brief.sheets.response import Response
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, terms


def compared(page: Page, study: Study, one: Market, response: Response) -> list[Check]:
    """The response at its first, middle and last duty; the maps at their corners and in the middle."""
    return [*_along(page, study, one, response), *_over(page, study, one, response)]


def _along(page: Page, study: Study, one: Market, response: Response) -> list[Check]:
    t, found = page.t, list[Check]()
    figures = (("landed", "landed_usd_per_t", one.importer), ("exports", "exports_to_buyers_tonnes", study.exporter))
    for name, figure, place in figures:
        engine = one.cells.number(Key(figure, place, "after"))
        for number in (0, len(response.points) // 2, len(response.points) - 1):
            if not np.isfinite(engine[number]):
                continue
            cell = response.points[number].figures[name]
            said = t(
                N_("{figure} at a duty of {duty}, {importer}"),
                figure=t(terms.FIGURES[figure]),
                duty=t.percent(float(response.points[number].duty.value)),
                importer=t.place(one.importer),
            )
            found.append((said, t(N_("after")), float(engine[number]), f"={cell.seen_from('')}", cell.value, True))
    return found


def _over(page: Page, study: Study, one: Market, response: Response) -> list[Check]:
    t, found = page.t, list[Check]()
    if not response.grid:
        return found
    duties, supports = (np.array(axis.values, dtype=float) for axis in (one.agreed.duty, one.agreed.support))
    rows, columns = len(supports) - 1, len(duties) - 1
    sides = ((one.agreed.buyer, "buyer", one.importer), (one.agreed.seller, "seller", study.exporter))
    for gain, name, place in sides:
        for y, x in ((0, 0), (0, columns), (rows, 0), (rows, columns), (rows // 2, columns // 2)):
            cell, known = response.grid[y][x].figures[name], float(gain[y, x])
            if not np.isfinite(known):
                continue
            said = t(
                N_("Gain of {place}'s side at a duty of {duty} and {support} support, {importer}, million USD"),
                place=t.place(place),
                duty=t.percent(float(duties[x])),
                support=t.percent(float(supports[y])),
                importer=t.place(one.importer),
            )
            formula, value = f"={cell.seen_from('')}/1000000", cell.value / 1e6
            found.append((said, t(N_("after")), known / 1e6, formula, value, True))
    return found
