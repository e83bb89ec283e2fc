"""How sure we are: every range drawn at once, and what that does to an answer.

Scrambled Sobol points, one dimension per range; a range keeps its dimension in every scenario, so
two scenarios see the same luck and their difference is not noise. Entry 0 of every array of draws
is the central value, so one pass of the model answers both.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from tariffs.errors import BadQuestion
from tariffs.sources import Array, Figure, Missing, Number, Status

MOST_DRAWS = 1_000_000


@dataclass
class Draws:
    """Values of figures: entry 0 central, then ``count`` draws. Call it as a ``Values``.

    Parameters
    ----------
    dimensions : names of everything that may be drawn (``Figure.dimension``), in a fixed order.
    count : draws beside the central value; 0 gives the central value alone.
    seed : the same seed and data give the same draws anywhere.
    """

    dimensions: Sequence[str]
    count: int
    seed: int
    _points: Array | None = field(default=None, repr=False)
    _index: dict[str, int] = field(default_factory=dict, repr=False)
    _made: dict[tuple[object, ...], Number] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.count <= MOST_DRAWS:
            raise BadQuestion(f"Draws run from 0 to {MOST_DRAWS:,}; found {self.count:,}.")
        if not 0 <= self.seed < 2**32:
            raise BadQuestion(f"A seed is a whole number from 0 to 4294967295; found {self.seed}.")
        self._index = {name: number for number, name in enumerate(self.dimensions)}

    def __call__(self, figure: Figure) -> Number:
        """The central value alone, or an array of shape (count + 1,).

        Raises
        ------
        Missing
            When the figure has no number on record.
        """
        if figure.central is None:
            raise Missing(f"{figure.key} has no number on record (source {figure.source}).")
        if not self.count or figure.dimension not in self._index or not drawn(figure):
            return figure.central
        made = (figure.dimension, figure.low, figure.central, figure.high, figure.distribution)
        if made not in self._made:
            uniform = self._uniform()[:, self._index[figure.dimension]]
            self._made[made] = np.concatenate([[figure.central], quantile(figure, uniform)])
        return self._made[made]

    def _uniform(self) -> Array:
        if self._points is None:
            power = max(0, math.ceil(math.log2(self.count)))
            engine = qmc.Sobol(max(1, len(self.dimensions)), scramble=True, rng=np.random.default_rng(self.seed))
            # Sobol points keep their balance in powers of two; the first of them are used.
            self._points = np.clip(engine.random_base2(power)[: self.count], 1e-12, 1 - 1e-12)
        return self._points


def drawn(figure: Figure) -> bool:
    """Whether a figure has anything to draw: a range, or a standard error in its distribution."""
    return figure.uncertain or figure.distribution.startswith(("normal(", "lognormal("))


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


def _triangular(low: float, mode: float, high: float, uniform: Array) -> Array:
    split = (mode - low) / (high - low)
    left = low + np.sqrt(uniform * (high - low) * (mode - low))
    right = high - np.sqrt((1.0 - uniform) * (high - low) * (high - mode))
    return np.where(uniform < split, left, right)


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

    @property
    def ranged(self) -> bool:
        return self.low is not None


def estimate(
    values: Number, closed: NDArray[np.bool_], unit: str, status: Status, sources: Iterable[str] = ()
) -> Estimate:
    """Sum up draws, entry 0 being the central value; draws that did not close are left out.

    Parameters
    ----------
    values : float or ndarray, shape (D + 1,)
    closed : ndarray of bool, shape (D + 1,)
    """
    wide = np.broadcast_to(np.asarray(values, dtype=float), closed.shape)
    central = float(wide[0]) if closed[0] and np.isfinite(wide[0]) else None
    draws = wide[1:][closed[1:] & np.isfinite(wide[1:])]
    if not len(draws):
        return Estimate(central, None, None, None, None, status, tuple(sources), unit)
    low, median, high = (float(x) for x in np.quantile(draws, [0.05, 0.5, 0.95]))
    return Estimate(central, low, high, median, float((draws > 0).mean()), status, tuple(sources), unit)
