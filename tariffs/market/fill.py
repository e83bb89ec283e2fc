"""Cells that no file holds, from totals that one does: the nearest table to a prior of size and cost."""

from collections.abc import Mapping

import numpy as np

from tariffs.market.balance import NotBalanced, Table, balanced, gravity
from tariffs.market.flows import Flow
from tariffs.sources import Array, Figure

__all__ = ["NotBalanced", "filled"]
WORLD = "WLD"
At = tuple[str, str]


def filled(
    flows: Mapping[str, Flow], known: Mapping[At, float], totals: Mapping[At, float], sigma: Figure
) -> dict[At, tuple[float, float, float]]:
    """Low, central and high tonnes of unknown (label, market) cells that a total speaks of.

    ``known`` are reported cells, ``totals`` those of a seller to ``WLD`` or of ``WLD`` to a market. The range
    is that of the prior: of how readily trade gives way to cost.

    Raises
    ------
    NotBalanced
        When the totals cannot be met.
    """
    routes = [flow for flow in flows.values() if not flow.home]
    sellers = tuple(dict.fromkeys(flow.label for flow in routes))
    buyers = tuple(dict.fromkeys(flow.importer for flow in routes))
    rows = np.array([totals.get((name, WORLD), np.nan) for name in sellers])
    columns = np.array([np.nan if name == WORLD else totals.get((WORLD, name), np.nan) for name in buyers])
    if np.isnan(rows).all() and np.isnan(columns).all():
        return {}
    cells = np.array([[known.get((i, j), np.nan) for j in buyers] for i in sellers])
    table = Table(sellers, buyers, cells, rows, columns)
    sold, bought, cost = _sizes(routes, sellers, buyers, rows, columns)
    ends = [end for end in (sigma.central, sigma.low, sigma.high) if end is not None]
    answers = [balanced(table, _scaled(gravity(sold, bought, cost, end - 1.0), bought)) for end in ends]
    spoken = np.isnan(cells) & ~np.isnan(cost) & (~np.isnan(rows)[:, None] | ~np.isnan(columns)[None, :])
    return {
        (sellers[i], buyers[j]): (
            float(min(a[i, j] for a in answers)), float(answers[0][i, j]), float(max(a[i, j] for a in answers)),
        )
        for i, j in zip(*np.nonzero(spoken), strict=True)
    }


def _sizes(
    routes: list[Flow], sellers: tuple[str, ...], buyers: tuple[str, ...], rows: Array, columns: Array
) -> tuple[Array, Array, Array]:
    """What each side trades in all (a total where one is stated, else our rows), and delivered price over the seller's
    own lowest one, nan where there is no route."""
    tonnes, price = np.zeros((len(sellers), len(buyers))), np.full((len(sellers), len(buyers)), np.nan)
    for flow in routes:
        at = sellers.index(flow.label), buyers.index(flow.importer)
        tonnes[at] += flow.tonnes.central or 0.0
        price[at] = np.nanmin([price[at], flow.usd_per_t.central or np.nan])
    cost = price / np.nanmin(price, axis=1, keepdims=True)
    sold = np.where(np.isnan(rows), tonnes.sum(axis=1), rows)
    bought = np.where(np.isnan(columns), tonnes.sum(axis=0), columns)
    return sold, bought, cost


def _scaled(prior: Array, bought: Array) -> Array:
    """The prior in tonnes: each column adds up to what its market buys."""
    total = prior.sum(axis=0)
    scaled: Array = prior * np.where(total > 0, bought / np.where(total > 0, total, 1.0), 0.0)
    return scaled
