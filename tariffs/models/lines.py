"""First-order supply and demand of many producers and markets: one linear system, and the corners it has.

A price or quantity is a relative change, zero where nothing moved. Arrays lead with the draws, (D,).
"""

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from tariffs.market.market import Mask
from tariffs.models.ces import onto, ratio
from tariffs.sources import Array

WORST_CONDITION = 1e12  # beyond it a solution of the linear system has no digit that can be trusted
ROUNDS = 40  # in which routes may reach zero, and producers their capacity
SLACK = 1e-12


@dataclass(frozen=True)
class Lines:
    """First-order demand of every route, for a batch of draws; where all draws agree an array has one row.

    Draws that meet one market and have the same corners share one linear system and differ in its right side
    only, so a heat map takes a handful of systems and not one per cell.
    """

    maker: NDArray[np.intp]  # (R,)
    place: NDArray[np.intp]  # (R,)
    theta: Array  # (D or 1, R) share of the importer's spending, at landed prices
    phi: Array  # (D or 1, R) share of the producer's sales
    slope: Array  # (D or 1, R) d ln landed / d ln net-back
    lift: Array  # (D, R) landed price at the old net-back, after over before, less one
    sigma: Array  # (D or 1, M)
    demand: Array  # (D or 1, M)

    @cached_property
    def one_market(self) -> bool:
        """Whether all draws have the same lines and only the lift differs."""
        return all(len(x) == 1 for x in (self.theta, self.phi, self.slope, self.sigma, self.demand))

    @cached_property
    def own(self) -> Array:
        """(D or 1, R) answer of a route to its own landed price."""
        return -self.sigma[:, self.place]

    @cached_property
    def pull(self) -> Array:
        """(D or 1, R) answer of a route to the mean landed price in its market."""
        return (self.demand + self.sigma)[:, self.place]

    def only(self, draws: NDArray[np.intp]) -> "Lines":
        """Some of the draws."""
        kept = {
            name: value if len(value) == 1 else value[draws]
            for name in ("theta", "phi", "slope", "lift", "sigma", "demand")
            for value in [getattr(self, name)]
        }
        return replace(self, **kept)

    def quantity(self, price: Array) -> Array:
        """Change of each route's quantity, (D, R) or (D, R, J), when landed prices change by ``price``."""
        of_place = onto(self.place, self.sigma.shape[1])
        if price.ndim == 2:
            return self.own * price + self.pull * ((self.theta * price) @ of_place)[:, self.place]
        mean: Array = np.einsum("rm,drj->dmj", of_place, self.theta[:, :, None] * price)
        return self.own[:, :, None] * price + self.pull[:, :, None] * mean[:, self.place]

    def together(self, rise: Array, start: Array, choked: Mask, full: Mask) -> tuple[Array, Array, Mask]:
        """``clear``, with draws of one market that have the same corners taken together."""
        draws = len(self.lift)
        corners = np.concatenate([choked, full], axis=1)
        varied = corners[:, (corners != corners[:1]).any(axis=0)]
        kind = np.zeros(draws, dtype=np.intp)
        for column in varied.T:  # numbered anew after each column, so that no number grows beyond the draws
            kind = np.unique(2 * kind + column, return_inverse=True)[1]
        alike = [np.flatnonzero(kind == k) for k in range(int(kind.max()) + 1)]
        price, landed, regular = np.zeros((draws, rise.shape[1])), self.lift.copy(), np.zeros(draws, dtype=bool)
        for who in alike:
            some, first = replace(self, lift=self.lift[who]), who[:1]
            price[who], landed[who], regular[who] = some.clear(rise[first], start[first], choked[first])
        return price, landed, regular

    def clear(self, rise: Array, start: Array, choked: Mask) -> tuple[Array, Array, Mask]:
        """Where supply ``start + rise·dp`` meets sales: net-backs (D, N), landed prices (D, R), which draws have any.

        A choked route sells nothing, at the landed price that makes it so. Routes choked in no draw are
        substituted out, so the system has one unknown per producer and one per route that is choked somewhere.
        """
        n, r, somewhere = rise.shape[1], self.lift.shape[1], np.flatnonzero(choked.any(axis=0))
        systems = max(len(self.theta), len(rise), len(choked))
        here, extra = np.arange(n), n + np.arange(len(somewhere))
        price = np.zeros((systems, r, n + len(somewhere)))  # landed price as a line in the unknowns
        price[:, np.arange(r), self.maker] = self.slope
        price[:, somewhere, :] = 0.0
        price[:, somewhere, extra] = 1.0
        fixed = self.lift.copy()
        fixed[:, somewhere] = 0.0
        of_maker = onto(self.maker, n)
        matrix = np.zeros((systems, len(extra) + n, len(extra) + n))
        right = np.zeros((len(self.lift), len(extra) + n))
        moves, stays = self.quantity(price), self.quantity(fixed)
        matrix[:, :n] = -np.einsum("rn,drj->dnj", of_maker, self.phi[:, :, None] * moves)
        matrix[:, here, here] += rise
        right[:, :n] = (self.phi * stays) @ of_maker - start
        shut = choked[:, somewhere]
        matrix[:, n:] = np.where(shut[:, :, None], moves[:, somewhere], price[:, somewhere])
        rows, columns = np.arange(len(somewhere)), self.maker[somewhere]
        matrix[:, n + rows, columns] -= np.where(shut, 0.0, self.slope[:, somewhere])
        right[:, n:] = np.where(shut, -1.0 - stays[:, somewhere], self.lift[:, somewhere])
        answer, regular = _linear(matrix, right)
        if systems == 1:
            return answer[:, :n], answer @ price[0].T + fixed, regular
        return answer[:, :n], np.einsum("drj,dj->dr", price, answer) + fixed, regular


def _linear(matrix: Array, right: Array) -> tuple[Array, Mask]:
    """Solve (S, J, J) for (D, J), one system per draw or one for all; a singular one answers nothing, and is marked."""
    unit = np.broadcast_to(np.eye(matrix.shape[-1]), matrix.shape)
    good = np.ones(len(matrix), dtype=bool)
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        good = np.linalg.slogdet(matrix).sign != 0
        inverse = np.linalg.inv(np.where(good[:, None, None], matrix, unit))
    largest = np.abs(matrix).sum(axis=-1).max(axis=-1, initial=0.0)
    good &= largest * np.abs(inverse).sum(axis=-1).max(axis=-1, initial=0.0) < WORST_CONDITION
    found = np.zeros(right.shape)
    if len(matrix) == 1:
        if good[0]:
            found = np.linalg.solve(matrix[0], right.T).T
    elif good.any():
        found[good] = np.linalg.solve(matrix[good], right[good][..., None])[..., 0]
    return found, np.broadcast_to(good, len(right))


# Corners: routes at nothing, producers at capacity


@dataclass(frozen=True)
class Sellers:
    """Straight supply lines relative to what is sold before, (D, N) each: ``min(base + rise·dp, most)``."""

    base: Array
    rise: Array
    most: Array
    sold: Array  # tonnes

    @classmethod
    def of(cls, output: Array, willing: Array, limit: Array, supply: Array) -> "Sellers":
        """A producer held back by its capacity would sell more than it does; any other sells what it would."""
        held = (output >= limit * (1.0 - SLACK)) & (willing > limit)
        base = np.where(held, ratio(willing, output), 1.0)
        most = np.where(output > 0, limit / np.where(output > 0, output, 1.0), np.inf)
        return cls(base, base * supply, most, output)


@dataclass(frozen=True)
class Settled:
    """Where the lines meet once every corner is known; changes relative to before."""

    price: Array  # (D, N)
    landed: Array  # (D, R) at choke prices where choked
    quantity: Array  # (D, R)
    choked: Mask  # (D, R)
    supplied: Array  # (D, N) tonnes
    regular: Mask  # (D,) the linear system has one solution
    stable: Mask  # (D,) no corner was still changing
    rounds: int


def settle(lines: Lines, sellers: Sellers, banned: Mask) -> Settled:
    """Solve, let routes stop at zero and producers at capacity, and solve again until nothing changes."""
    trading = np.broadcast_to(lines.phi > 0, lines.lift.shape)
    choked = trading & banned
    full = np.repeat(sellers.base > sellers.most, len(choked) // len(sellers.base), axis=0)
    one_market = lines.one_market and len(sellers.base) == 1
    of_maker = onto(lines.maker, sellers.base.shape[1])
    price, landed = np.zeros(full.shape), np.zeros(choked.shape)
    quantity, offered, regular = np.zeros(choked.shape), np.zeros(full.shape), np.zeros(len(choked), dtype=bool)
    unsettled, rounds = np.arange(len(choked)), 0
    while True:
        rounds += 1
        some, who = (lines, slice(None)) if rounds == 1 else (lines.only(unsettled), unsettled)
        sells = trading[who]
        base, most, rise = (x if len(x) == 1 else x[who] for x in (sellers.base, sellers.most, sellers.rise))
        shut = choked[who]
        stuck = full[who] & (((sells & ~shut) @ of_maker) > 0)
        slopes, start = np.where(stuck, 0.0, rise), np.where(stuck, most, base) - 1.0
        meet = partial(some.together, full=stuck) if one_market else some.clear
        price[who], landed[who], regular[who] = meet(slopes, start, shut)
        now_landed, now_price = landed[who], price[who]
        quantity[who] = bought = some.quantity(now_landed)
        offered[who] = base + rise * now_price
        below = sells & ~shut & (bought < -1.0 - SLACK)
        # A choke price above the real one: buyers would want some after all.
        wanted = shut & ~banned & (now_landed > some.slope * now_price[:, lines.maker] + some.lift + SLACK)
        now, over = (shut | below) & ~wanted, offered[who] > most * (1.0 + SLACK)
        changing = ((now != shut).any(axis=-1) | (over != stuck).any(axis=-1)) & regular[who]
        full[who] = stuck
        unsettled = np.arange(len(choked))[who][changing]
        if rounds == ROUNDS or not len(unsettled):
            break
        choked[unsettled], full[unsettled] = now[changing], over[changing]
    stable = np.ones(len(choked), dtype=bool)
    stable[unsettled] = False
    supplied = np.minimum(offered, sellers.most) * sellers.sold
    return Settled(price, landed, quantity, choked, supplied, regular, stable, rounds)


def share(values: Array, index: NDArray[np.intp], size: int) -> Array:
    """(D, R) share of each route in its group's total."""
    return ratio(values, (values @ onto(index, size))[:, index])
