"""What an economist would write instead: the exact model's equations for one policy, and ``fsolve`` for the root.

As fast as that gets one policy at a time: what does not change between policies is worked out once, the equations
are NumPy vectors over routes without a Python loop, one ``bincount`` is every sum of a nest, and each solve starts
where the market stands. The same on Python's plain numbers, market by market, takes half as long again. It shares
no line with ``tariffs.models``.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import fsolve

from bench.plain_peer import Written
from tariffs.market.market import Market
from tariffs.sources import Array


@dataclass(frozen=True)
class Tuned:
    """One market, ready to be solved policy by policy."""

    maker: Array
    tonnes: Array
    net_back: Array
    landed: Array
    output: Array
    capacity: Array
    supply: Array
    group: Array  # of each route: producer in market
    branch: Array  # of each group: imports or home goods of a market
    place: Array  # of each branch
    label: Array  # 1 - σ of each group
    between: Array  # 1 - σ of each branch
    home: Array  # 1 - σ of each market
    demand: Array
    within: Array
    in_branch: Array
    in_market: Array

    @classmethod
    def of(cls, market: Market) -> "Tuned":
        spending = market.tonnes * market.landed
        pairs = market.place * 100 + market.maker
        groups, group = np.unique(pairs, return_inverse=True)
        at_home = np.array([market.importers[g // 100] == market.producers[g % 100] for g in groups])
        branches, branch = np.unique((groups // 100) * 2 + at_home, return_inverse=True)
        place = branches // 2
        by_group = np.bincount(group, spending)
        by_branch = np.bincount(branch, by_group)
        by_market = np.bincount(place, by_branch)
        return cls(
            maker=market.maker,
            tonnes=market.tonnes,
            net_back=market.net_back,
            landed=market.landed,
            output=market.willing,
            capacity=np.log(market.limit),
            supply=market.supply,
            group=group,
            branch=branch,
            place=place,
            label=1 - market.sigma_label[groups // 100],
            between=1 - np.where(branches % 2, market.sigma_home[place], market.sigma_import[place]),
            home=1 - market.sigma_home,
            demand=market.demand,
            within=spending / by_group[group],
            in_branch=by_group / by_branch[branch],
            in_market=by_branch / by_market[place],
        )

    def sold(self, x: Array, A: Array, B: Array) -> Array:
        """(R,) tonnes at log changes ``x`` of the net-backs."""
        change = np.log((A * (self.net_back * np.exp(x))[self.maker] + B) / self.landed)
        groups = np.log(np.bincount(self.group, self.within * np.exp(self.label[self.group] * change))) / self.label
        branches = (
            np.log(np.bincount(self.branch, self.in_branch * np.exp(self.between[self.branch] * groups))) / self.between
        )
        total = np.log(np.bincount(self.place, self.in_market * np.exp(self.home[self.place] * branches))) / self.home
        upper = self.demand * total + (1 - self.home) * total
        middle = upper[self.place] + (self.home[self.place] - self.between) * branches
        lower = middle[self.branch] + (self.between[self.branch] - self.label) * groups
        return self.tonnes * np.exp(lower[self.group] + (self.label[self.group] - 1) * change)

    def solve(self, A: Array, B: Array, start: Array | None = None) -> Array:
        """(N,) log changes of the net-backs that clear every producer's sales."""
        output, supply, capacity, maker = np.log(self.output), self.supply, self.capacity, self.maker

        def gap(x: Array) -> Array:
            return np.minimum(output + supply * x, capacity) - np.log(np.bincount(maker, self.sold(x, A, B)))

        found: Array = fsolve(gap, np.zeros(len(output)) if start is None else start, xtol=1e-12)
        return found


def peer_of(market: Market, tuned: bool) -> Tuned | Written:
    """The loop with everything taken out of it that can be, or as one writes it."""
    return Tuned.of(market) if tuned else Written.of(market)
