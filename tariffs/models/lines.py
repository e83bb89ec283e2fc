"""First-order supply and demand of many producers and markets: one linear system, and the corners it has.

A price or quantity is a relative change, zero where nothing moved. Arrays lead with the draws, (D,).
"""

from dataclasses import dataclass

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
    """First-order demand of every route, for a batch of draws."""

    maker: NDArray[np.intp]  # (R,)
    place: NDArray[np.intp]  # (R,)
    theta: Array  # (D, R) share of the importer's spending, at landed prices
    phi: Array  # (D, R) share of the producer's sales
    slope: Array  # (D, R) d ln landed / d ln net-back
    lift: Array  # (D, R) landed price at the old net-back, after over before, less one
    sigma: Array  # (D, M)
    demand: Array  # (D, M)

    def quantity(self, price: Array) -> Array:
        """Change of each route's quantity, (D, R) or (D, R, J), when landed prices change by ``price``."""
        extra = (1,) * (price.ndim - 2)
        sigma = self.sigma[:, self.place].reshape(*self.theta.shape, *extra)
        pull = (self.demand + self.sigma)[:, self.place].reshape(sigma.shape)
        of_place = onto(self.place, self.sigma.shape[1])
        weighted = self.theta.reshape(sigma.shape) * price
        mean: Array = np.einsum("rm,dr...->dm...", of_place, weighted)
        return -sigma * price + pull * mean[:, self.place]

    def clear(self, rise: Array, start: Array, choked: Mask) -> tuple[Array, Array, Mask]:
        """Where supply ``start + rise·dp`` meets sales: net-backs (D, N), landed prices (D, R), which draws have any.

        A choked route sells nothing, at the landed price that makes it so. Routes choked in no draw are
        substituted out, so the system has one unknown per producer and one per route that is choked somewhere.
        """
        draws, r = self.theta.shape
        n, somewhere = rise.shape[1], np.flatnonzero(choked.any(axis=0))
        here, extra = np.arange(n), n + np.arange(len(somewhere))
        price = np.zeros((draws, r, n + len(somewhere)))  # landed price as a line in the unknowns
        price[:, np.arange(r), self.maker] = self.slope
        price[:, somewhere, :] = 0.0
        price[:, somewhere, extra] = 1.0
        fixed = self.lift.copy()
        fixed[:, somewhere] = 0.0
        of_maker = onto(self.maker, n)
        matrix, right = np.zeros((draws, len(extra) + n, len(extra) + n)), np.zeros((draws, len(extra) + n))
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
        return answer[:, :n], np.einsum("drj,dj->dr", price, answer) + fixed, regular


def _linear(matrix: Array, right: Array) -> tuple[Array, Mask]:
    """Solve a batch (D, J, J); a singular system answers nothing and is marked."""
    size = matrix.shape[-1]
    unit = np.broadcast_to(np.eye(size), matrix.shape)
    good = np.ones(len(matrix), dtype=bool)
    both = np.concatenate([right[..., None], unit], axis=-1)
    try:
        found = np.linalg.solve(matrix, both)
    except np.linalg.LinAlgError:
        good = np.linalg.slogdet(matrix).sign != 0
        found = np.linalg.solve(np.where(good[:, None, None], matrix, unit), both)
    largest = np.abs(matrix).sum(axis=-1).max(axis=-1, initial=0.0)
    good &= largest * np.abs(found[..., 1:]).sum(axis=-1).max(axis=-1, initial=0.0) < WORST_CONDITION
    return np.where(good[:, None], found[..., 0], 0.0), good


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
    trading = lines.phi > 0
    choked = trading & banned
    full = sellers.base > sellers.most
    of_maker = onto(lines.maker, sellers.base.shape[1])
    rounds = 0
    while True:
        rounds += 1
        full = full & (((trading & ~choked) @ of_maker) > 0)
        rise, start = np.where(full, 0.0, sellers.rise), np.where(full, sellers.most, sellers.base) - 1.0
        price, landed, regular = lines.clear(rise, start, choked)
        quantity = lines.quantity(landed)
        below = trading & ~choked & (quantity < -1.0 - SLACK)
        # A choke price above the real one: buyers would want some after all.
        wanted = choked & ~banned & (landed > lines.slope * price[:, lines.maker] + lines.lift + SLACK)
        offered = sellers.base + sellers.rise * price
        now, over = (choked | below) & ~wanted, offered > sellers.most * (1.0 + SLACK)
        changing = ((now != choked).any(axis=-1) | (over != full).any(axis=-1)) & regular
        if rounds == ROUNDS or not changing.any():
            break
        choked, full = np.where(changing[:, None], now, choked), np.where(changing[:, None], over, full)
    supplied = np.minimum(offered, sellers.most) * sellers.sold
    return Settled(price, landed, quantity, choked, supplied, regular, ~changing, rounds)


def share(values: Array, index: NDArray[np.intp], size: int) -> Array:
    """(D, R) share of each route in its group's total."""
    return ratio(values, (values @ onto(index, size))[:, index])
