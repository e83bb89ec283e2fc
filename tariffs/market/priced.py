"""Unit values of customs beside the prices on record: shown, and taken in their place where somebody asks for it.

A unit value is a declared value over a declared weight. Nobody says that it is what was paid: for goods under
sanctions it often is not. So the prices on record stay unless the user says otherwise, and a unit value that
cannot be the price of that row is not taken even then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tariffs.market.cells import IMPORTER, Cell, Outlier, Price
from tariffs.market.doubtful import prices_of
from tariffs.market.flows import Flow
from tariffs.sources import weakest

NOT_ASKED, OUTLYING, OTHER_YEAR, NO_LEG = "not_asked", "outlying", "other_year", "no_leg"


def compared(
    flows: Mapping[str, Flow], cells: Sequence[Cell], name: Callable[[str], str], outliers: Sequence[Outlier],
    year: int, asked: bool,
) -> tuple[Price, ...]:
    """The unit value of each label in each market beside the prices on record, and whether it is taken.

    Members of a group that the model takes as one seller are weighed by their tonnes.

    Parameters
    ----------
    year : of the baseline; prices of another year are another level.
    asked : whether the user wants unit values as prices.
    """
    parts: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        if cell.usd_per_t is not None and cell.tonnes:
            parts.setdefault((name(cell.label), cell.importer), []).append(cell)
    odd = {(name(one.label), one.importer) for one in outliers}
    found = []
    for (label, importer), held in sorted(parts.items()):
        ways = [f for f in flows.values() if (f.label, f.importer) == (label, importer) and not f.home]
        prices = prices_of(flows, label, importer)
        if not ways or prices is None:
            continue
        basis = "cif" if all(c.rule == IMPORTER for c in held) else "fob"
        tonnes = sum(c.tonnes or 0.0 for c in held)
        value = sum((c.usd_per_t or 0.0) * (c.tonnes or 0.0) for c in held) / tonnes
        if (label, importer) in odd:
            why = OUTLYING
        elif any(c.year != year for c in held):
            why = OTHER_YEAR
        elif basis == "fob" and not all(f.freight or f.before_freight for f in ways):
            why = NO_LEG  # what it costs on arrival is not known
        else:
            why = "" if asked else NOT_ASKED
        found.append(Price(
            label, importer, value, *prices, basis, max(c.year for c in held), why, weakest(c.status for c in held),
            held[0].source,
        ))  # fmt: skip
    return tuple(found)


def priced(flows: Mapping[str, Flow], prices: Sequence[Price]) -> dict[str, Flow]:
    """The rows with the unit values that are taken as their own prices, where they hold: on arrival or on leaving."""
    taken = {(p.label, p.importer): p for p in prices if p.taken}
    rows = dict(flows)
    for key, flow in flows.items():
        one = taken.get((flow.label, flow.importer))
        if one is None or flow.home:
            continue
        figure = replace(
            flow.usd_per_t, low=one.usd_per_t, central=one.usd_per_t, high=one.usd_per_t, status=one.status,
            source=one.source,
        )  # fmt: skip
        rows[key] = replace(flow, usd_per_t=figure, price_rule="own", price_basis=one.basis)
    return rows
