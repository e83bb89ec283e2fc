"""Where a curve meets zero: look everywhere on a fine grid first, then close in on every crossing at once.

A market's answer bends where charges have kinks, labels take over or a plant reaches its capacity, so a
bracket from one end to the other proves nothing. Values that did not close are missing, and no crossing is
read across a hole.

References
----------
Chandrupatla (1997), Advances in Engineering Software 28(3), 145-149: the bracketing step, as SciPy has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from tariffs.sources import Array

# Settings (C,) to the distance from the target (C,); missing where there is no answer.
Curve: TypeAlias = Callable[[Array], Array]

POINTS = 401  # of the first look
CLOSER = 17  # points around a place where the curve comes near zero without crossing it
ROUNDS = 4  # of looking closer there
DEEPER = 30.0  # a curve that falls by one and rises again hides no dip of more than this in between
JUMP = 1e-6  # of the curve's own size: what is left at a root beyond this is a step, not a crossing
TIGHT = {"xatol": 1e-13, "xrtol": 4e-15, "fatol": 0.0, "frtol": 0.0}  # the first of the range searched
LOOSE = {"xatol": 1e-10, "xrtol": 1e-10, "fatol": 0.0, "frtol": 0.0}


@dataclass(frozen=True, slots=True)
class Root:
    """One setting at which the target is just met."""

    value: float
    rising: bool  # whether the distance grows with the lever
    left: float  # distance that remains there, in the target's own unit
    jump: bool  # the curve steps over the target and never takes it


@dataclass(frozen=True)
class Look:
    """A curve seen over its whole range."""

    points: Array  # (C,) rising
    values: Array  # (C,) missing where there is no answer

    @property
    def answered(self) -> NDArray[np.bool_]:
        return np.isfinite(self.values)

    @property
    def size(self) -> float:
        """The largest distance seen: what small means for this curve."""
        seen = np.abs(self.values[self.answered])
        return float(seen.max(initial=0.0))

    @property
    def crossings(self) -> NDArray[np.intp]:
        """Left ends of the steps over which the sign changes."""
        signs = np.sign(self.values)
        with np.errstate(invalid="ignore"):
            crosses = (signs[:-1] * signs[1:] < 0) | ((signs[:-1] == 0) & (np.abs(signs[1:]) > 0))
        crosses[-1:] |= (signs[-1:] == 0) & (np.abs(signs[-2:-1]) > 0)  # met just at the far end
        return np.flatnonzero(crosses)


def spread(least: float, most: float, points: int = POINTS) -> Array:
    """Settings to look at, closer together near the low end, where most levers stand."""
    part = np.linspace(0.0, 1.0, points)
    return least + (most - least) * (part + part**2) / 2.0


def look(curve: Curve, points: Array, noise: float = 0.0, values: Array | None = None) -> Look:
    """See a curve over its range, and ever closer where it bends near zero without crossing.

    ``noise`` is what rounding alone may move a value by: on a level stretch it bends everywhere, and nowhere.
    ``values`` are those at the points, where they are known.
    """
    seen = Look(points, curve(points) if values is None else values)
    for _ in range(ROUNDS):
        near = _bends(seen.values, noise)
        if not len(near):
            break
        x = seen.points
        extra = np.concatenate([np.linspace(x[i - 1], x[i + 1], CLOSER)[1:-1] for i in near])
        extra = np.setdiff1d(extra, x)
        both = np.concatenate([x, extra])
        order = np.argsort(both)
        seen = Look(both[order], np.concatenate([seen.values, curve(extra)])[order])
    return seen


def _bends(values: Array, noise: float) -> NDArray[np.intp]:
    """Where a curve comes nearest to zero from one side and turns back, so steeply that it might get there."""
    size = np.abs(values)
    with np.errstate(invalid="ignore"):
        down, up = size[:-2] - size[1:-1], size[2:] - size[1:-1]
        inside = (down > noise) & (up > noise) & (size[1:-1] < DEEPER * np.maximum(down, up))
        inside &= (values[:-2] * values[1:-1] > 0) & (values[1:-1] * values[2:] > 0)
    return np.flatnonzero(inside) + 1


def roots(curve: Curve, seen: Look) -> tuple[Root, ...]:
    """Every crossing, closed in on together."""
    left = seen.crossings
    if not len(left):
        return ()
    points, values = seen.points, seen.values
    tight = {**TIGHT, "xatol": TIGHT["xatol"] * float(points[-1] - points[0])}
    closed_in = _close_in(curve, points[left], points[left + 1], (), tight)
    at = np.where(values[left] == 0, points[left], closed_in)
    rest = curve(at)
    rising = values[left + 1] > values[left]
    return tuple(
        Root(float(x), bool(up), float(y), bool(not abs(y) <= JUMP * max(seen.size, 1e-12)))
        for x, up, y in zip(at, rising, rest, strict=True)
    )


def each(
    curve: Curve,
    seen: Array,
    points: Array,
    near: float,
    told: Callable[[], None] = lambda: None,
    tolerances: Mapping[str, float] = LOOSE,
) -> Array:
    """The root of every draw, the one nearest to a stated setting where there are several.

    Parameters
    ----------
    curve : settings of all draws at once, (D,), to their distances, (D,).
    seen : ndarray, shape (K, D), distances at ``points`` (K,).
    told : called once for each further pass.

    Returns
    -------
    ndarray, shape (D,); missing where a draw has no crossing.
    """
    signs = np.sign(seen)
    with np.errstate(invalid="ignore"):
        crosses = (signs[:-1] * signs[1:] < 0) | (signs[:-1] == 0)  # (K - 1, D)
    middle = (points[:-1] + points[1:]) / 2.0
    away = np.where(crosses, np.abs(middle - near)[:, None], np.inf)
    step = away.argmin(axis=0)
    who = np.flatnonzero(crosses.any(axis=0))
    found = np.full(seen.shape[1], np.nan)
    if len(who):
        rest = np.full(seen.shape[1], near)

        def of_some(x: Array, which: Array) -> Array:
            told()
            here, index = rest.copy(), which.astype(int)
            here[index] = x
            some: Array = curve(here)[index]
            return some

        low, high = points[step[who]], points[step[who] + 1]
        found[who] = _close_in(of_some, low, high, (who.astype(float),), tolerances)
    return found


def _close_in(
    curve: Callable[..., Array], low: Array, high: Array, args: tuple[Array, ...], tolerances: Mapping[str, float]
) -> Array:
    closer: Any = elementwise.find_root  # its stubs know fewer shapes than it takes
    found = closer(curve, (low, high), args=args, tolerances=dict(tolerances), maxiter=100)
    return np.asarray(found.x)
