r"""What trade data say of competitiveness: how much, whose share, and why it moved. History, not a forecast.

Flows come as a tidy frame: year, exporter, importer, product, value (USD), quantity (tonnes). A missing flow
is missing: sums run over what is there, and the caller says what is not.

References
----------
Balassa (1965), Manchester School 33(2), 99-123. Yu, Cai and Leung (2009), Annals of Regional Science 43(1),
267-282, for the normalised index. Lafay (1992), in Dagenais and Muet (eds), International Trade Modelling,
209-234. Richardson (1971), Journal of International Economics 1(2), 227-239, for constant market shares.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tariffs.errors import N_, TariffsError
from tariffs.evidence.panels import BadPanel, need
from tariffs.sources import Array

FLOWS = ("year", "exporter", "importer", "product", "value", "quantity")


def balassa(exports: Array) -> Array:
    r"""Revealed comparative advantage, ``(X_ij / X_i) / (X_wj / X_w)``; above one: a larger share than the world's.

    Parameters
    ----------
    exports : ndarray, shape (countries, products), USD; the countries are the whole world of the comparison.
    """
    x = _table(exports)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = x / x.sum(axis=1, keepdims=True)
        world = x.sum(axis=0, keepdims=True) / x.sum()
        return np.asarray(own / world)


def normalised(exports: Array) -> Array:
    r"""The normalised index, ``X_ij / X_w - X_i X_wj / X_w²``: comparable over countries, sums to zero both ways."""
    x = _table(exports)
    total = x.sum()
    return np.asarray(x / total - x.sum(axis=1, keepdims=True) * x.sum(axis=0, keepdims=True) / total**2)


def lafay(exports: Array, imports: Array) -> Array:
    r"""Lafay's index of one country's products, in points; positive: a comparative advantage, sums to zero.

    .. math:: LFI_j = 100 \left[\frac{x_j - m_j}{x_j + m_j} - \frac{\sum x - \sum m}{\sum x + \sum m}\right]
              \frac{x_j + m_j}{\sum x + \sum m}

    Parameters
    ----------
    exports, imports : ndarray, shape (products,), USD. A product that is not traded counts as nothing.
    """
    x, m = np.asarray(exports, dtype=float), np.asarray(imports, dtype=float)
    traded, whole = x + m, float((x + m).sum())
    if x.shape != m.shape or (x < 0).any() or (m < 0).any() or whole <= 0:
        raise BadPanel(N_("Lafay's index needs exports and imports of the same products, none below zero, some above."))
    with np.errstate(divide="ignore", invalid="ignore"):
        balance = np.where(traded > 0, (x - m) / traded, 0.0)
    return np.asarray(100.0 * (balance - (x.sum() - m.sum()) / whole) * traded / whole)


def concentration(shares: Array) -> float:
    """Herfindahl and Hirschman's index of shares, from ``1 / n`` to 1.

    Raises
    ------
    BadPanel
        When the shares do not add up to one.
    """
    s = np.asarray(shares, dtype=float)
    if abs(float(s.sum()) - 1.0) > 0.005 or (s < 0).any():
        raise BadPanel(
            N_("The shares add up to {total}; concentration needs all suppliers, none below zero."),
            total=f"{s.sum():.3f}",
        )
    return float((s**2).sum())


@dataclass(frozen=True)
class SharesKept:
    """Why an exporter's sales changed between two years; the five parts add up to the change."""

    change: float  # of sales, in the unit of the flows
    growth: float  # had sales grown as all imports of all goods did
    composition: float  # selling goods whose trade grew faster or slower
    destination: float  # selling where the good's imports grew faster or slower
    competition: float  # the share in each market gained or lost, at the first year's market size
    interaction: float  # shares gained where markets grew


def constant_market_shares(
    flows: pd.DataFrame, exporter: str, first: int, last: int, measure: str = "value"
) -> SharesKept:
    r"""Split the change of an exporter's sales, holding its share of each market (importer and product) constant.

    .. math:: \Delta X = g X^0 + \sum_j (g_j - g) X^0_j + \sum_{jk} (g_{jk} - g_j) X^0_{jk}
              + \sum_{jk} \Delta s_{jk} M^0_{jk} + \sum_{jk} \Delta s_{jk} \Delta M_{jk}

    *g* are the growth rates of all imports, of a good's, and of a good's in one market, from the first year,
    which is the base. A market that imports in one of the years only enters with its imports of the other at
    zero, and its growth is then part of the growth of the good.

    Raises
    ------
    BadPanel
        When the exporter sold nothing in the first year, or a year has no rows.
    """
    need(flows, ("year", "exporter", "importer", "product", measure))
    tables = []
    for year in (first, last):
        part = flows[flows["year"] == year]
        if part.empty:
            held = ", ".join(map(str, sorted(flows["year"].unique())))
            raise BadPanel(N_("No flows of {year}. There are flows of {held}."), year=year, held=held)
        tables.append(part.groupby(["product", "importer"])[measure].sum())
    markets = tables[0].index.union(tables[1].index)
    m0, m1 = (t.reindex(markets, fill_value=0.0).to_numpy(dtype=float) for t in tables)
    ours = flows[flows["exporter"] == exporter]
    x0, x1 = (
        ours[ours["year"] == y].groupby(["product", "importer"])[measure].sum().reindex(markets, fill_value=0.0)
        .to_numpy(dtype=float)
        for y in (first, last)
    )  # fmt: skip
    if x0.sum() <= 0:
        raise BadPanel(
            N_("{exporter} sold nothing in {year}, so there is no share to hold constant."),
            exporter=exporter,
            year=str(first),
        )
    product = pd.Series(markets.get_level_values("product"))
    good0, good1 = (pd.Series(m).groupby(product).transform("sum").to_numpy(dtype=float) for m in (m0, m1))
    growth = m1.sum() / m0.sum() - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        of_good = np.where(good0 > 0, good1 / good0 - 1.0, 0.0)
        share0, share1 = np.where(m0 > 0, x0 / m0, 0.0), np.where(m1 > 0, x1 / m1, 0.0)
        of_market = np.where(m0 > 0, m1 / m0 - 1.0, 0.0)
    gained = share1 - share0
    return SharesKept(
        change=float(x1.sum() - x0.sum()),
        growth=float(growth * x0.sum()),
        composition=float(((of_good - growth) * x0).sum()),
        destination=float(((of_market - of_good) * x0).sum()),
        competition=float((gained * m0).sum()),
        interaction=float((gained * (m1 - m0)).sum()),
    )


def supplier_shares(flows: pd.DataFrame, importer: str, measure: str = "value") -> pd.DataFrame:
    """Each supplier's share of an importer's purchases by period, with the concentration of suppliers.

    Returns
    -------
    Columns year, exporter, share, concentration.
    """
    need(flows, ("year", "exporter", "importer", measure))
    part = flows[flows["importer"] == importer]
    if part.empty:
        raise BadPanel(
            N_("No imports of {importer}. There are imports of {held}."),
            importer=importer,
            held=sorted(set(flows["importer"])),
        )
    sums = part.groupby(["year", "exporter"])[measure].sum().reset_index()
    sums["share"] = sums[measure] / sums.groupby("year")[measure].transform("sum")
    sums["concentration"] = (sums["share"] ** 2).groupby(sums["year"]).transform("sum")
    return sums.loc[:, ["year", "exporter", "share", "concentration"]]


def unit_value_gap(flows: pd.DataFrame, exporter: str) -> pd.DataFrame:
    """An exporter's unit value against everyone else's in the same market and year, as a fraction.

    Only flows with both a value and a quantity enter. Below zero: it sells cheaper, or a lower grade.

    Returns
    -------
    Columns year, importer, product, unit_value, rivals_unit_value, gap.
    """
    need(flows, FLOWS)
    held = flows[(flows["value"] > 0) & (flows["quantity"] > 0)]
    keys = ["year", "importer", "product"]
    own = held[held["exporter"] == exporter].groupby(keys)[["value", "quantity"]].sum()
    rest = held[held["exporter"] != exporter].groupby(keys)[["value", "quantity"]].sum()
    both = pd.merge(own, rest, left_index=True, right_index=True, suffixes=("", "_rest"))
    found = both.assign(
        unit_value=both["value"] / both["quantity"], rivals_unit_value=both["value_rest"] / both["quantity_rest"]
    )
    found["gap"] = found["unit_value"] / found["rivals_unit_value"] - 1.0
    return found[["unit_value", "rivals_unit_value", "gap"]].reset_index()


def domestic_resource_cost(factors: float, price: float, tradable_inputs: float) -> float:
    """Home factors spent per dollar of foreign exchange that the maker earns or saves; below one: it pays.

    Parameters
    ----------
    factors : home factors (labour, capital, land, untraded inputs) at what they are worth elsewhere, USD/t.
    price : the good at its border price, USD/t.
    tradable_inputs : traded inputs at their border prices, USD/t.

    Raises
    ------
    TariffsError
        When the traded inputs are worth as much as the good: nothing is earned at any cost.

    References
    ----------
    Bruno (1972), Journal of Political Economy 80(1), 16-33.
    """
    added = price - tradable_inputs
    if added <= 0:
        raise TariffsError(
            N_(
                "Traded inputs of USD {inputs}/t against a border price of USD {price}/t leave no value added at "
                "border prices: making the good loses foreign exchange, whatever the home factors cost."
            ),
            inputs=f"{tradable_inputs:,.0f}",
            price=f"{price:,.0f}",
        )
    return factors / added


def _table(exports: Array) -> Array:
    x = np.asarray(exports, dtype=float)
    if x.ndim != 2 or (x < 0).any() or not x.sum() > 0:
        raise BadPanel(N_("Exports come as countries by products, none below zero, some above."))
    return x
