"""Newton's method on a batch of small systems at once, judged by what is left of each equation."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tariffs.sources import Array

TOLERANCE = 1e-11  # aimed at
ACCEPTED = 1e-10  # a residual above this is not a solution
LONGEST_STEP = 0.7  # in logs: a price at most doubles or halves in one step
HALVINGS = 12
STEPS = 60

# Residuals (D, N) and Jacobian (D, N, N) of the draws whose indices are given, at the point given.
Equations = Callable[[Array, NDArray[np.intp]], tuple[Array, Array]]


@dataclass(frozen=True)
class Solution:
    """Where each draw stopped, and the largest equation left there."""

    point: Array  # (D, N)
    residual: Array  # (D,)
    steps: int


def newton(equations: Equations, start: Array) -> Solution:
    """Solve every draw, dropping each from the work as soon as it has closed.

    Steps are capped, and halved while they make the largest residual worse. A draw that will not close
    keeps its best point and its residual: the caller says so.
    """
    point = start.copy()
    count = len(point)
    everyone = np.arange(count)
    value, jacobian = equations(point, everyone)
    residual = _largest(value)
    active = everyone[residual > TOLERANCE]
    value, jacobian = value[active], jacobian[active]
    steps = 0
    while len(active) and steps < STEPS:
        steps += 1
        move = _direction(value, jacobian)
        longest = np.abs(move).max(axis=1, keepdims=True)
        move *= np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))
        tried, value, jacobian, better = _try(equations, point[active], move, residual[active], active)
        point[active], residual[active] = tried, np.where(better[0], better[1], residual[active])
        going = (residual[active] > TOLERANCE) & better[0]
        active, value, jacobian = active[going], value[going], jacobian[going]
    return Solution(point, residual, steps)


def _try(
    equations: Equations, here: Array, move: Array, residual: Array, who: NDArray[np.intp]
) -> tuple[Array, Array, Array, tuple[NDArray[np.bool_], Array]]:
    """Take the step, halving it for the draws it makes worse."""
    there = here + move
    value, jacobian = equations(there, who)
    now = _largest(value)
    for _ in range(HALVINGS):
        worse = ~(now < residual)
        if not worse.any():
            break
        move[worse] *= 0.5
        there[worse] = here[worse] + move[worse]
        again, slope = equations(there[worse], who[worse])
        value[worse], jacobian[worse] = again, slope
        now[worse] = _largest(again)
    better = now < residual
    there[~better] = here[~better]
    return there, value, jacobian, (better, now)


def _direction(value: Array, jacobian: Array) -> Array:
    """Newton's direction; a singular system falls back on its diagonal."""
    move = np.full(value.shape, np.nan)
    with suppress(np.linalg.LinAlgError):
        move[...] = -np.linalg.solve(jacobian, value[..., None])[..., 0]
    bad = ~np.isfinite(move).all(axis=1)
    if bad.any():
        diagonal = np.einsum("dii->di", jacobian[bad])
        move[bad] = -value[bad] / np.where(np.abs(diagonal) > 1e-12, diagonal, 1.0)
        move[~np.isfinite(move)] = 0.0
    return move


def _largest(value: Array) -> Array:
    worst: Array = np.abs(value).max(axis=1, initial=0.0)
    return np.where(np.isfinite(worst), worst, np.inf)
