"""What draws say of a figure: its middle, its ranges, and how sure its sign is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tariffs.sources import Array, Number, Status

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the answer: its central value, its 5-95 % range, and how firmly it stands.

    ``low`` and ``high`` are missing when nothing was drawn; ``central`` when the model did not close.
    """

    central: float | None
    low: float | None
    high: float | None
    median: float | None
    positive: float | None  # share of the draws in which it is above zero
    status: Status
    sources: tuple[str, ...]
    unit: str
    lower_quartile: float | None = None
    upper_quartile: float | None = None
    negative: float | None = None  # share of the draws in which it is below zero
    counted: float | None = None  # share of the draws in which it has a value, so that it was counted

    @property
    def ranged(self) -> bool:
        return self.low is not None

    @property
    def sign(self) -> float | None:
        """Share of the draws on the side of zero where most of them are."""
        return None if self.positive is None or self.negative is None else max(self.positive, self.negative)


def estimate(
    values: Number, closed: NDArray[np.bool_], unit: str, status: Status, sources: Iterable[str] = ()
) -> Estimate:
    """Sum up draws, entry 0 being the central value; draws that did not close are left out.

    Parameters
    ----------
    values : float or ndarray, shape (D + 1,)
    closed : ndarray of bool, shape (D + 1,)
    """
    return estimates([np.asarray(values, dtype=float)], closed, [unit], [(status, tuple(sources))])[0]


def estimates(
    values: Sequence[Array],
    closed: NDArray[np.bool_],
    units: Sequence[str],
    standings: Sequence[tuple[Status, tuple[str, ...]]],
) -> list[Estimate]:
    """:func:`estimate` of several figures at once.

    Parameters
    ----------
    values : one number or array, shape (D + 1,), for each figure.
    closed : ndarray of bool, shape (D + 1,)
    """
    found = []
    every = bool(closed.all())
    for value, unit, (status, sources) in zip(values, units, standings, strict=True):
        first = float(value.flat[0])
        central = first if closed[0] and np.isfinite(first) else None
        summed = _summary(value, closed, every) if len(closed) > 1 else None
        if summed is None:
            found.append(Estimate(central, None, None, None, None, status, sources, unit))
            continue
        (low, lower, median, upper, high), positive, negative, counted = summed
        found.append(
            Estimate(central, low, high, median, positive, status, sources, unit, lower, upper, negative, counted)
        )
    return found


def _summary(value: Array, closed: NDArray[np.bool_], every: bool) -> tuple[list[float], float, float, float] | None:
    """Quantiles at ``LEVELS``, shares above and below zero, share counted; nothing when no draw counts."""
    count = len(closed) - 1
    if value.size == 1 or not any(value.strides):
        # The same in every draw.
        if not (closed[1:].any() and np.isfinite(value.flat[0])):
            return None
        one = float(value.flat[0])
        return [one] * len(LEVELS), float(one > 0), float(one < 0), float(closed[1:].mean())
    draws = np.sort(value[1:] if every else value[1:][closed[1:]])
    last = len(draws)
    if last and not (np.isfinite(draws[0]) and np.isfinite(draws[-1])):  # nan and inf are sorted to the ends
        draws = draws[np.isfinite(draws)]
        last = len(draws)
    if not last:
        return None
    below, above = np.searchsorted(draws, 0.0, "left"), last - np.searchsorted(draws, 0.0, "right")
    return _sorted_quantiles(draws), float(above / last), float(below / last), last / count


def _sorted_quantiles(draws: Array) -> list[float]:
    """``numpy.quantile`` of sorted numbers by the same rule (linear between neighbours)."""
    at = np.asarray(LEVELS) * (len(draws) - 1)
    left = np.floor(at).astype(np.intp)
    right = np.minimum(left + 1, len(draws) - 1)
    share, low, high = at - left, draws[left], draws[right]
    gap = high - low
    between = np.where(share >= 0.5, high - gap * (1.0 - share), low + gap * share)
    return [float(x) for x in between]
