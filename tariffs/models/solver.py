"""Newton's method on a block of small systems at once, judged by what is left of each equation."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from tariffs.models.equations import Point, System
from tariffs.models.nests import Rows
from tariffs.sources import Array

TOLERANCE = 2e-12  # aimed at
PROPOSED = 1e-11  # small enough for a start to be the answer
ACCEPTED = 1e-10  # a residual above this is not a solution
LONGEST_STEP = 0.7  # in logs: a price at most doubles or halves in one step
HALVINGS = 12
STEPS = 60
CROWDED = 0.7  # share of a block still at work below which the rest is dropped from it

# Where to go from gaps (N, D) and slopes (N, N, D): the solution of slopes · move = -gap, draw by draw.
Direction = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Seen:
    """What a result is told from, as it was at the points where draws closed."""

    moved: Array  # (N, D)
    price: Array  # (r, D)
    branch: Array  # (k, D)
    total: Array  # (m, D)
    tonnes: Array  # (r, D)

    @classmethod
    def of(cls, at: Point) -> "Seen":
        return cls(at.moved, at.price, at.branch, at.total, at.tonnes)

    def put(self, who: Rows, at: "Seen", which: Rows) -> None:
        """Take over some draws of a smaller block, ``who`` they are here and ``which`` there."""
        for name, values in vars(self).items():
            values[:, who] = getattr(at, name)[:, which]


@dataclass(frozen=True)
class Solution:
    """Where each draw stopped, and the largest gap left there."""

    x: Array  # (N, D)
    residual: Array  # (D,)
    steps: int
    at: Seen | None = None  # what was seen there, where every draw closed


def newton(
    system: System, start: Array, direction: Direction | None = None, most: int = STEPS, enough: float = TOLERANCE
) -> Solution:
    """Solve every draw of a block, dropping draws from the work once they have closed.

    Steps are capped, and halved while they make the largest gap worse. A draw that will not close keeps its
    best point and its residual: the caller says so. No draw's path depends on its neighbours. ``enough`` is the
    gap at which a start needs no step.
    """
    solve = direction or by_elimination
    x, residual = start.copy(), np.full(system.draws, np.inf)
    who = np.arange(system.draws)
    here, left, move, halved = x, residual, np.zeros_like(x), np.zeros(system.draws, dtype=int)
    seen, closed = None, np.zeros(system.draws, dtype=bool)
    for steps in range(most + 1):
        there = here + move
        at = system.at(there)
        gap = system.gap(there, at)
        now = np.abs(gap).max(axis=0, initial=0.0)
        better = now < left  # false where it is not a number
        if not better.all():
            there, now = np.where(better, there, here), np.where(better, now, left)
        halved = np.where(better, 0, halved + 1)
        x[:, who], residual[who] = there, now
        small = now <= (TOLERANCE if steps else enough)
        going = ~small & (halved < HALVINGS) & np.isfinite(now)
        done = np.flatnonzero(small & better & ~closed[who])
        if seen is None:
            seen = Seen.of(at)
        else:
            seen.put(who[done], Seen.of(at), done)
        closed[who[done]] = True
        if steps == most or not going.any():
            return Solution(x, residual, steps, seen if closed.all() else None)
        if going.mean() < CROWDED:
            keep = np.flatnonzero(going)
            system, who, there, now, halved = system.only(keep), who[keep], there[:, keep], now[keep], halved[keep]
            going, better, move, gap, at = going[keep], better[keep], move[:, keep], gap[:, keep], at.only(keep)
        onward = solve(gap, system.slopes(there, at))
        longest = np.abs(onward).max(axis=0)
        onward *= np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))
        move = onward if better.all() else np.where(better, onward, move / 2.0)
        move[:, ~going] = 0.0
        here, left = there, now
    raise AssertionError("unreachable: the last step returns")


def by_elimination(gap: Array, slopes: Array) -> Array:
    """Gauss without pivoting, written over draws: the diagonal dominates wherever goods replace each other.

    A batched LAPACK call takes as long for one 8 x 8 system as this for twenty, because it works on one
    draw at a time. Draws whose pivots vanish are left to LAPACK.
    """
    left, right = slopes.copy(), -gap
    n = len(gap)
    for k in range(n - 1):
        down = left[k + 1 :, k] / left[k, k]
        left[k + 1 :, k + 1 :] -= down[:, None] * left[k, k + 1 :]
        right[k + 1 :] -= down * right[k]
    for k in range(n - 1, -1, -1):
        right[k] /= left[k, k]
        right[:k] -= left[:k, k] * right[k]
    bad = ~np.isfinite(right).all(axis=0)
    if bad.any():
        right[:, bad] = with_pivots(gap[:, bad], slopes[:, :, bad])
    return right


def with_pivots(gap: Array, slopes: Array) -> Array:
    """The same by LAPACK; a singular system falls back on its diagonal."""
    matrices, right = np.ascontiguousarray(slopes.transpose(2, 0, 1)), -gap.T[..., None]
    found = np.full(right.shape, np.nan)
    try:
        found = np.linalg.solve(matrices, right)
    except np.linalg.LinAlgError:  # one singular draw would take the others with it
        for d in range(len(matrices)):
            with suppress(np.linalg.LinAlgError):
                found[d] = np.linalg.solve(matrices[d], right[d])
    move = found[..., 0].T
    bad = ~np.isfinite(move).all(axis=0)
    if bad.any():
        diagonal = np.einsum("iid->id", slopes[:, :, bad])
        move[:, bad] = -gap[:, bad] / np.where(np.abs(diagonal) > 1e-12, diagonal, 1.0)
        move[~np.isfinite(move)] = 0.0
    return move
