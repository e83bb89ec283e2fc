"""The shapes that ranges are drawn from: what a figure is worth at each uniform number."""

import math
import re
from dataclasses import replace

import numpy as np
from scipy import special

from tariffs.sources import Array, Figure


def drawn(figure: Figure) -> bool:
    """Whether a figure has anything to draw: a range, or a standard error in its distribution."""
    return figure.uncertain or spread_by_error(figure)


def spread_by_error(figure: Figure) -> bool:
    """Whether a figure is drawn from a standard error, so that its range is no bound."""
    return figure.distribution.startswith(("normal(", "lognormal("))


def quantile(figure: Figure, uniform: Array) -> Array:
    """The figure's value at each uniform number, shape (D,).

    PERT on low, central, high unless the row names another: triangular, triangular on log, loguniform,
    ``lognormal on [a, b]``, ``normal(mean; sd)``, ``lognormal(ln median; sd)``.
    """
    name = figure.distribution
    if numbers := re.fullmatch(r"(log)?normal\((?:ln )?(-?[\d.]+); ?([\d.]+)\)", name):
        off = float(numbers[3]) * special.ndtri(uniform)
        middle = float(figure.central or numbers[2])
        return np.asarray(middle * np.exp(off) if numbers[1] else middle + off)
    low, mid, high = (float(x) for x in (figure.low, figure.central, figure.high) if x is not None)
    if low == high:
        return np.full_like(uniform, low)
    if high < 0 and "log" in name:
        # A negative elasticity is drawn by its size, and keeps its order.
        mirrored = replace(figure, low=-high, central=-mid, high=-low)
        return -quantile(mirrored, 1.0 - uniform)
    if name == "loguniform":
        return low * (high / low) ** uniform
    if name.startswith("triangular on log"):
        return np.exp(_triangular(math.log(low), math.log(mid), math.log(high), uniform))
    if name.startswith("lognormal on"):
        # Truncated to the range, median of the parent at the central value, a quarter of the log range as spread.
        spread = math.log(high / low) / 4.0
        first, last = special.ndtr((np.log([low, high]) - math.log(mid)) / spread)
        return np.asarray(mid * np.exp(spread * special.ndtri(first + uniform * (last - first))))
    if name == "triangular":
        return _triangular(low, mid, high, uniform)
    return pert(low, mid, high, uniform)


def pert(low: float, mode: float, high: float, uniform: Array) -> Array:
    """Quantiles of the PERT distribution: a beta on the range whose mode counts four times.

    References
    ----------
    Malcolm, Roseboom, Clark, Fazar (1959), Operations Research 7(5), 646-669.
    """
    width = high - low
    a, b = 1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width
    return np.asarray(low + width * special.betaincinv(a, b, uniform))


def is_pert(figure: Figure) -> bool:
    """Whether :func:`quantile` inverts a beta, the one shape that is slow to draw."""
    named = ("log", "triangular", "normal(")
    return figure.uncertain and not figure.distribution.startswith(named)


def _triangular(low: float, mode: float, high: float, uniform: Array) -> Array:
    split = (mode - low) / (high - low)
    left = low + np.sqrt(uniform * (high - low) * (mode - low))
    right = high - np.sqrt((1.0 - uniform) * (high - low) * (high - mode))
    return np.where(uniform < split, left, right)
