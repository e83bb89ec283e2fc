"""How the routes of a market hang together: labels in producers, producers in branches, branches in markets.

Every level is the same thing, a basket of goods with one elasticity of substitution, so one class serves all
three. Arrays are (rows, draws): one row per good, its draws side by side in memory, so that each sum or
exponential runs over thousands of draws at once. A market's structure is the same in every draw and is worked
out once.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from tariffs.market.market import Market, Mask
from tariffs.models.ces import onto
from tariffs.sources import Array

Rows = NDArray[np.intp]
NEAR_ONE = 0.05  # this close to σ = 1 the ratio of logs loses digits, and at 1 it is 0/0


@dataclass(frozen=True)
class Nest:
    """One level of the tree: goods that are open, and the basket of each.

    A basket that only ever held one good is that good: its index is the good's price and its share one,
    without an exponential. The others are ``mixed``, whatever is left open in them.
    """

    basket: Rows  # (goods,) the basket of each good
    first: Rows  # (baskets,) a good of each basket
    mixed: Rows  # goods in baskets of several
    of_mixed: Rows  # (mixed,) place of each one's basket in ``several``
    several: Rows  # baskets of several goods
    add: Array  # (several, mixed) sums goods into baskets
    add_all: Array  # (baskets, goods)

    @classmethod
    def of(cls, basket: Rows, size: int, alone: Mask) -> "Nest":
        """``alone`` (baskets,) marks those that held one good before anything closed."""
        mixed, several = np.flatnonzero(~alone[basket]), np.flatnonzero(~alone)
        of_mixed = np.searchsorted(several, basket[mixed])
        first = np.searchsorted(basket, np.arange(size))
        return cls(basket, first, mixed, of_mixed, several, onto(of_mixed, len(several)).T, onto(basket, size).T)

    def index(self, weight: Array, power: Array, change: Array) -> tuple[Array, "Basket"]:
        r"""Log price index of every basket, and what it takes to share a basket's spending out.

        .. math:: \ln P = \ln\Big(\sum_r w_r \hat p_r^{1-\sigma}\Big) / (1-\sigma)

        Parameters
        ----------
        weight : ndarray, shape (mixed, draws or 1)
            Shares before the change; closed goods are left out, so they may sum to less than one.
        power : ndarray, shape (several, draws or 1)
            ``1 - σ`` of each basket of several.
        change : ndarray, shape (goods, draws)
            Log price of every good, after over before.
        """
        index = change[self.first]
        if not len(self.mixed):
            return index, Basket(self, None, None)
        moved = change[self.mixed]
        raised = power[self.of_mixed] * moved
        np.exp(raised, out=raised)
        raised *= weight
        total = self.add @ raised
        level = np.log(total) / power
        near = np.abs(power) < NEAR_ONE
        if near.any():
            level = np.where(near, self._near_one(weight, power, moved), level)
        index[self.several] = level
        return index, Basket(self, raised, total)

    def _near_one(self, weight: Array, power: Array, moved: Array) -> Array:
        """Towards Cobb-Douglas, the mean of the logs; what is closed counts as missing from the sum."""
        lost = self.add @ np.broadcast_to(weight, moved.shape) - 1.0
        little = self.add @ (weight * np.expm1(power[self.of_mixed] * moved)) + np.where(np.abs(lost) < 1e-12, 0, lost)
        mean = self.add @ (weight * moved)
        return np.where(np.abs(power) < 1e-12, mean, np.log1p(little) / np.where(power == 0, 1.0, power))


@dataclass(frozen=True)
class Basket:
    """Spending shares of one level at one point: ``raised`` over the ``total`` of its basket."""

    nest: Nest
    raised: Array | None  # (mixed, D) w p^(1-σ); None where every basket holds one good
    total: Array | None  # (several, D)

    def share_out(self, spending: Array) -> Array:
        """(goods, D) from spending by basket (baskets, D)."""
        shared: Array = spending[self.nest.basket]
        if self.raised is not None and self.total is not None:
            shared[self.nest.mixed] = (spending[self.nest.several] / self.total)[self.nest.of_mixed] * self.raised
        return shared

    def only(self, draws: Rows) -> "Basket":
        """The same of some draws."""
        if self.raised is None or self.total is None:
            return self
        return Basket(self.nest, self.raised[:, draws], self.total[:, draws])

    @cached_property
    def share(self) -> Array:
        """(goods, D) share of every good in its basket; one where it is alone."""
        return self.share_out(np.ones((len(self.nest.first), 1 if self.total is None else self.total.shape[1])))


@dataclass(frozen=True)
class Tree:
    """Open routes by market, branch (imports, home goods) and producer, with the three nests above them."""

    producers: int  # N
    routes: Rows  # (r,) index in the market of each open route that trades in some draw
    maker: Rows  # (r,) its producer
    groups: Rows  # (g,) index among all groups of each open producer-market group
    branches: Rows  # (k,) index among all branches of each open one
    markets: Rows  # (m,) importer of each market with an open route
    labels: Nest  # routes in groups
    makers: Nest  # groups in branches
    sides: Nest  # branches in markets
    home: Mask  # (k,)
    # All that traded before, closed or not: the shares before the change are shares of these.
    group_of: Rows  # (R,) of each route
    branch_of: Rows  # (all groups,)
    market_of: Rows  # (all branches,) importer

    @classmethod
    def of(cls, market: Market, closed: Mask) -> "Tree":
        """Of a market's routes that trade and stay open; kept, since thousands of shocks meet one market."""
        traded = (np.asarray(market.tonnes) > 0).reshape(-1, len(market.lanes)).any(axis=0)
        key = np.stack([market.place, market.home, market.maker]).astype(np.intp)
        sizes = len(market.producers), len(market.importers)
        return _tree(*sizes, key.tobytes(), traded.tobytes(), (traded & ~closed).tobytes())

    @classmethod
    def grown(cls, producers: int, importers: int, key: Rows, traded: Mask, is_open: Mask) -> "Tree":
        """From (3, R) importer, home and producer of every route."""
        groups, group_of = _classes(key)
        branches, branch_of = _classes(groups[:2])
        market_of = branches[0]
        alone = tuple(
            np.bincount(index, weights=used, minlength=size) <= 1
            for index, used, size in _levels(group_of, branch_of, market_of, traded, importers)
        )
        routes = np.flatnonzero(is_open)
        routes = routes[np.argsort(group_of[routes], kind="stable")]
        open_groups, basket = np.unique(group_of[routes], return_inverse=True)
        open_branches, branch = np.unique(branch_of[open_groups], return_inverse=True)
        markets, place = np.unique(market_of[open_branches], return_inverse=True)
        return cls(
            producers=producers,
            routes=routes,
            maker=key[2, routes],
            groups=open_groups,
            branches=open_branches,
            markets=markets,
            labels=Nest.of(basket, len(open_groups), alone[0][open_groups]),
            makers=Nest.of(branch, len(open_branches), alone[1][open_branches]),
            sides=Nest.of(place, len(markets), alone[2][markets]),
            home=branches[1][open_branches] > 0,
            group_of=group_of,
            branch_of=branch_of,
            market_of=market_of,
        )

    @cached_property
    def idle(self) -> Rows:
        """Routes that are closed, or that nobody uses in any draw."""
        return np.setdiff1d(np.arange(len(self.group_of)), self.routes)

    @cached_property
    def seller(self) -> Rows:
        """(g,) the producer of each group."""
        return self.maker[self.labels.first]

    @cached_property
    def of_maker(self) -> Array:
        """(N, r) adds routes up by producer."""
        return onto(self.maker, self.producers).T

    @cached_property
    def of_seller(self) -> Array:
        """(N, g) adds groups up by producer."""
        return onto(self.seller, self.producers).T

    @cached_property
    def by_market(self) -> tuple[tuple[Rows, Rows], ...]:
        """Groups and branches of every market with an open route."""
        place = self.sides.basket
        of_group = place[self.makers.basket]
        return tuple((np.flatnonzero(of_group == m), np.flatnonzero(place == m)) for m in range(len(self.markets)))


@lru_cache(maxsize=256)
def _tree(producers: int, importers: int, key: bytes, traded: bytes, is_open: bytes) -> Tree:
    keys, masks = np.frombuffer(key, np.intp).reshape(3, -1), (np.frombuffer(x, np.bool_) for x in (traded, is_open))
    return Tree.grown(producers, importers, keys, *masks)


def _classes(keys: Rows) -> tuple[Rows, Rows]:
    """The different columns of ``keys`` in order, (keys, classes), and which one each column is."""
    found, which = np.unique(keys, axis=1, return_inverse=True)
    return found, which.ravel()


def _levels(
    group_of: Rows, branch_of: Rows, market_of: Rows, traded: Mask, importers: int
) -> tuple[tuple[Rows, Mask, int], ...]:
    """Of each level: the basket of every good, which goods traded, and how many baskets there are."""
    groups = np.bincount(group_of, weights=traded, minlength=len(branch_of)) > 0
    branches = np.bincount(branch_of, weights=groups, minlength=len(market_of)) > 0
    return (
        (group_of, traded, len(branch_of)),
        (branch_of, groups, len(market_of)),
        (market_of, branches, importers),
    )
