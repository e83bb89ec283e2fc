r"""What must hold in the exact model, for a block of draws: every producer's supply equals its sales.

The unknowns are :math:`x_i = \ln \hat n_i`. Everything is written in ratios to the market before, so a landed
price is :math:`\hat L_r = a_r e^{x_i} + b_r` with :math:`a_r = A_r n_{i0} / L_{r0}` and :math:`b_r = B_r / L_{r0}`.

Why it is shaped so. Arrays are (rows, draws), a block of draws at a time that fits the cache. A shares times
spending form gives every route's tonnes from the shares that the price indices need anyway,

.. math:: q_r = v_{r|i}\, v_{i|imp}\, v_{imp|m}\, E_m \hat P_m^{1+\epsilon} / L_r

so that an exponential is taken once per good and basket of several, not once more per route. Where a market is
the same in all draws its arrays keep one column and are never copied out.
"""

from dataclasses import dataclass, replace

import numpy as np

from tariffs.market.market import Mask
from tariffs.models.nests import Basket, Rows, Tree
from tariffs.sources import Array


@dataclass(frozen=True)
class Point:
    """Prices, shares and quantities at one guess of the net-backs."""

    moved: Array  # (N, D) net-backs, after over before
    price: Array  # (r, D) landed prices, after over before
    label: Basket  # routes in their groups
    between: Basket  # groups in their branches
    side: Basket  # branches in their markets
    branch: Array  # (k, D) ln of a branch's index
    total: Array  # (m, D) ln of a market's index
    tonnes: Array  # (r, D)
    sales: Array  # (N, D)

    def only(self, draws: Rows) -> "Point":
        """The same of some draws of the block."""
        baskets = {name: getattr(self, name).only(draws) for name in ("label", "between", "side")}
        arrays = {name: x[:, draws] for name, x in vars(self).items() if name not in baskets}
        return Point(**arrays, **baskets)


@dataclass(frozen=True)
class System:
    """The equations of a block of draws; a row holds one column where all draws agree."""

    tree: Tree
    draws: int
    a: Array  # (r, D)
    b: Array  # (r, D)
    was: Array  # (r, ·) landed price before, USD/t
    spent: Array  # (m, ·) USD before, closed routes included
    label_weight: Array  # (mixed routes, ·)
    maker_weight: Array  # (mixed groups, ·)
    side_weight: Array  # (mixed branches, ·)
    label: Array  # (g, ·) σ_L
    between: Array  # (k, ·) σ_M, and σ_H in a branch of home goods
    home: Array  # (m, ·) σ_H
    demand: Array  # (m, ·)
    supply: Array  # (N, ·)
    potential: Array  # (N, ·) ln of what a producer would sell at its net-back without a limit
    limit: Array  # (N, ·) ln of its capacity
    selling: Mask  # (N, ·) whether it has any sales left
    essential: Mask  # (·,) a closed route that buyers cannot do without (σ <= 1)
    patchy: bool  # some routes trade in some draws only: they stand at a price of one where they do not
    deserted: Mask  # (importers, ·) whose every route is closed

    def at(self, x: Array) -> Point:
        """Climb the three nests from net-backs ``exp(x)`` times those before, x (N, D)."""
        tree = self.tree
        moved = np.exp(x)
        price = self.a * moved[tree.maker] + self.b
        change = np.log(price)  # nan where support exceeds the cost
        groups, label = tree.labels.index(self.label_weight, (1.0 - self.label)[tree.labels.several], change)
        branch, between = tree.makers.index(self.maker_weight, (1.0 - self.between)[tree.makers.several], groups)
        total, side = tree.sides.index(self.side_weight, (1.0 - self.home)[tree.sides.several], branch)
        spending = self.spent * np.exp((1.0 + self.demand) * total)
        tonnes = label.share_out(between.share_out(side.share_out(spending)))
        tonnes /= price * self.was
        sales = tree.of_maker @ tonnes
        return Point(moved, price, label, between, side, branch, total, tonnes, sales)

    def gap(self, x: Array, at: Point) -> Array:
        """``ln supply - ln sales`` of every producer, (N, D); nothing for one without sales left."""
        offered = np.minimum(self.potential + self.supply * x, self.limit)
        return np.where(self.selling, offered - np.log(at.sales), 0.0)

    def slopes(self, x: Array, at: Point) -> Array:
        r"""Derivatives of ``gap`` in x, (N, N, D): how every producer's gap answers every net-back.

        With :math:`s_r = \partial \ln L_r / \partial x_i` and :math:`y_r` the part of a producer's sales,

        .. math::
            \partial \ln q_r / \partial \ln L_s = -\sigma_L \delta_{rs} + (\sigma_L - \sigma_M) v_{s|i}
            + (\sigma_M - \sigma_H) v_{s|imp} + (\sigma_H + \epsilon) v_{s|m}

        each term only where r and s share that nest; the sum is taken group by group.
        """
        tree, n = self.tree, len(self.supply)
        slope = 1.0 - self.b / at.price
        part = at.tonnes / np.where(at.sales > 0, at.sales, 1.0)[tree.maker]
        pull = tree.labels.add_all @ (at.label.share * slope)  # (g, D) mean slope inside a group
        part_group = tree.labels.add_all @ part
        upper = self.between[tree.makers.basket]
        own = upper * part_group * pull
        if len(tree.labels.mixed):
            own += self.label * (tree.labels.add_all @ (part * slope) - part_group * pull)
        found = np.zeros((n, n, self.draws))
        here = np.arange(n)
        below = self.potential + self.supply * x < self.limit
        found[here, here] = np.where(below, self.supply, 0.0) + tree.of_seller @ own
        in_branch = at.between.share * pull
        in_market = at.side.share[tree.makers.basket] * in_branch
        for m, (groups, branches) in enumerate(tree.by_market):
            makers = tree.seller[groups]
            every = (self.home[m] + self.demand[m]) * in_market[groups]
            for k in branches:
                inside = tree.makers.basket[groups] == k
                answer = every.copy()
                answer[inside] += (self.between[k] - self.home[m]) * in_branch[groups[inside]]
                for g in groups[inside]:
                    found[tree.seller[g], makers] -= part_group[g] * answer
        still = ~np.broadcast_to(self.selling, (n, self.draws))
        if still.any():
            found[here, here] = np.where(still, 1.0, found[here, here])
        return found

    def part_of_the_way(self, share: float) -> "System":
        """The same draws with landed prices only ``share`` of the way from those before, at old net-backs."""
        old = self.a / np.maximum(self.a + self.b, 1e-9)
        return replace(self, a=old + share * (self.a - old), b=1.0 - old + share * (self.b - 1.0 + old))

    def only(self, draws: Rows) -> "System":
        """Some draws of the block."""
        kept = {
            name: value[..., draws]
            for name in self.__dataclass_fields__
            if isinstance(value := getattr(self, name), np.ndarray) and value.shape[-1] > 1
        }
        return replace(self, draws=len(draws), **kept)  # type: ignore[arg-type]
