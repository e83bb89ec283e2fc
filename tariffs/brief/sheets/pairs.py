"""What every pair of duty and support comes to, below the workings: the part of that sheet that is for paper."""

from collections.abc import Sequence

from tariffs.brief.cells import Page
from tariffs.brief.sheets.asked import Market
from tariffs.brief.sheets.response import COLUMNS, Response
from tariffs.words import N_, terms

SHOWN = tuple(COLUMNS[name] for name in ("landed", "rival", "gap", "tonnes", "exports", "net_back"))


def draw(work: Page, held: Sequence[tuple[Market, Response | None]], row: int) -> tuple[int, int, int]:
    """A table for each importer whose maps are solved, side by side; returns their first row, last row, last column."""
    t, last, first = work.t, row - 1, 1
    for one, response in held:
        if response is None or not response.grid:
            continue
        end = first + 1 + len(SHOWN)
        title = t(N_("What every pair of duty and support comes to: {place} (live)"), place=t.place(one.importer))
        work.section(row, title, end, first)
        settings = t(terms.LEVERS[response.lever]), t(terms.LEVERS[one.agreed.support.name])
        work.heads(row + 1, [*settings, *(t(name) for _, name, _ in SHOWN)], range(1, 2 + len(SHOWN)), first)
        here = row + 2
        for support, line in zip(one.agreed.support.values, response.grid, strict=True):
            for duty, point in zip(one.agreed.duty.values, line, strict=True):
                work.put_number(here, first, float(duty), "left|0.0%")
                work.put_number(here, first + 1, float(support), "number|0.0%")
                for place, (name, _, style) in enumerate(SHOWN, first + 2):
                    cell = point.figures[name]
                    work.put_formula(here, place, f"={cell.here}", cell.value, f"number|{style}")
                here += 1
        last, first = here - 1, end + 2
    return row, last, first - 2
