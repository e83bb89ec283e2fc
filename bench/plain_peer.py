"""The exact model as its page of equations reads, one policy at a time, for ``fsolve``.

What an economist writes first: who sells where is sorted out once, then a function of the net-backs goes through the
markets and their producers with NumPy on each basket and hands the excess of supply over sales to the solver.
``bench.peer`` is the same with every loop taken out by hand. Neither shares a line with ``tariffs.models``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fsolve

from tariffs.market.market import Market
from tariffs.sources import Array

Routes = NDArray[np.intp]


@dataclass(frozen=True)
class Basket:
    """One market: its home goods and its importers, with what was spent on each."""

    at_home: Routes
    importers: list[Routes]  # routes of each foreign producer
    within: list[Array]  # shares of a producer's labels
    among: Array  # shares of producers in imports
    both: Array  # shares of home goods and imports
    label: float
    between: float
    home: float
    demand: float


@dataclass(frozen=True)
class Written:
    """One market, ready to be solved policy by policy."""

    market: Market
    markets: list[Basket]

    @classmethod
    def of(cls, market: Market) -> "Written":
        return cls(market, baskets(market))

    def solve(self, A: Array, B: Array) -> Array:
        """(N,) log changes of the net-backs that clear every producer's sales."""
        return solve(self.market, self.markets, A, B)


def baskets(market: Market) -> list[Basket]:
    """The markets of one draw, ready to be solved."""
    spending, homes = market.spending, market.home
    found = []
    for m in range(len(market.importers)):
        foreign = np.flatnonzero((market.place == m) & ~homes & (spending > 0))
        own = [foreign[market.maker[foreign] == i] for i in np.unique(market.maker[foreign])]
        spent = np.array([spending[r].sum() for r in own])
        at_home = np.flatnonzero((market.place == m) & homes)
        both = np.array([spending[at_home].sum(), spent.sum()])
        found.append(
            Basket(
                at_home, own, [spending[r] / spending[r].sum() for r in own], spent / spent.sum(), both / both.sum(),
                float(market.sigma_label[m]), float(market.sigma_import[m]), float(market.sigma_home[m]),
                float(market.demand[m]),
            )
        )  # fmt: skip
    return found


def index(share: Array, change: Array, sigma: float) -> float:
    """Price index of a CES basket, after over before."""
    return float((share * change ** (1 - sigma)).sum() ** (1 / (1 - sigma)))


def solve(market: Market, markets: list[Basket], A: Array, B: Array) -> Array:
    """(N,) log changes of the net-backs that clear every producer's sales."""
    before, makers = market.landed, len(market.producers)

    def sales(net_back: Array) -> Array:
        change = (A * net_back[market.maker] + B) / before
        sold = np.zeros(len(before))
        for one in markets:
            paid = [index(w, change[r], one.label) for w, r in zip(one.within, one.importers, strict=True)]
            imports = index(one.among, np.array(paid), one.between)
            ours = float(change[one.at_home[0]]) if len(one.at_home) else 1.0
            whole = index(one.both, np.array([ours, imports]), one.home)
            demand = whole**one.demand
            sold[one.at_home] = market.tonnes[one.at_home] * demand * (whole / ours) ** one.home
            for price, r in zip(paid, one.importers, strict=True):
                upper = demand * (whole / imports) ** one.home * (imports / price) ** one.between
                sold[r] = market.tonnes[r] * upper * (price / change[r]) ** one.label
        return np.bincount(market.maker, sold, makers).astype(float)

    def excess(x: Array) -> Array:
        offered = np.minimum(market.willing * np.exp(market.supply * x), market.limit)
        return np.log(offered) - np.log(sales(market.net_back * np.exp(x)))

    found: Array = fsolve(excess, np.zeros(makers), xtol=1e-12)
    return found
