"""Every range drawn at once: scrambled Sobol points, one dimension per range.

A range keeps its dimension in every scenario, so two scenarios see the same luck and their difference is
not noise. Entry 0 of every array of draws is the central value, so one pass of the model answers both.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from tariffs.errors import N_, BadQuestion
from tariffs.models.kernel import njit, wanted
from tariffs.sources import Array, Figure, Missing, Number
from tariffs.uncertainty.correlation import Correlation, copula
from tariffs.uncertainty.shapes import drawn, is_pert, quantile
from tariffs.uncertainty.tables import WORTHWHILE, pert_from_table

MOST_DRAWS = 1_000_000
AT_ONCE = 2**16  # points held in all dimensions at once
NEAREST = 1e-12  # a uniform number keeps this far from 0 and 1, where some shapes have no end

# Uniform numbers (D,) of one dimension; nan stands for the figure's central value.
Points: TypeAlias = Callable[[str], Array]


@dataclass
class Draws:
    """Values of figures: entry 0 central, then ``count`` draws. Call it as a ``Values``.

    Parameters
    ----------
    dimensions : names of everything that may be drawn (``Figure.dimension``), in a fixed order.
    count : draws beside the central value; 0 gives the central value alone.
    seed : the same seed and data give the same draws anywhere.
    correlations : ranges that do not move apart; without one the points are those of Sobol as they are.
    points : uniform numbers to use instead of drawing them.
    quick : read beta quantiles from tables, right to 1e-12 of a range; worth it for many draws.
    """

    dimensions: Sequence[str]
    count: int
    seed: int
    correlations: tuple[Correlation, ...] = ()
    points: Points | None = field(default=None, repr=False)
    quick: bool = False
    _known: frozenset[str] = field(default=frozenset(), repr=False)
    _made: dict[tuple[object, ...], Number] = field(default_factory=dict, repr=False)
    _worth: dict[int, tuple[Figure, Number]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.count <= MOST_DRAWS:
            raise BadQuestion(
                N_("Draws run from 0 to {most}; found {found}."), most=f"{MOST_DRAWS:,}", found=f"{self.count:,}"
            )
        if not 0 <= self.seed < 2**32:
            raise BadQuestion(N_("A seed is a whole number from 0 to 4294967295; found {found}."), found=self.seed)
        self._known = frozenset(self.dimensions)

    def __call__(self, figure: Figure) -> Number:
        """The central value alone, or an array of shape (count + 1,).

        Raises
        ------
        Missing
            When the figure has no number on record.
        """
        if (known := self._worth.get(id(figure))) is not None:
            return known[1]
        worth = self._looked_up(figure)
        self._worth[id(figure)] = figure, worth  # held, so that no other figure ever takes its place in memory
        return worth

    def _looked_up(self, figure: Figure) -> Number:
        if figure.central is None:
            raise Missing(f"{figure.key} has no number on record (source {figure.source}).")
        if not self.count or figure.dimension not in self._known or not drawn(figure):
            return figure.central
        made = (figure.dimension, figure.low, figure.central, figure.high, figure.distribution)
        if made not in self._made:
            self._made[made] = self._values(figure, figure.central)
        return self._made[made]

    def _values(self, figure: Figure, central: float) -> Array:
        if self.points is None:
            self.points = correlated(sobol_points(self.dimensions, self.count, self.seed), self.correlations)
        uniform = self.points(figure.dimension)
        values = np.empty(len(uniform) + 1)
        values[0] = central
        if np.isnan(uniform.min()):  # some of the draws leave it where it is
            values[1:] = central
            moves = np.flatnonzero(~np.isnan(uniform))
            values[1 + moves] = quantile(figure, uniform[moves])
        elif self.quick and is_pert(figure):
            pert_from_table(float(figure.low or 0.0), central, float(figure.high or 0.0), uniform, values[1:])
        else:
            values[1:] = quantile(figure, uniform)
        return values


def sobol_points(dimensions: Sequence[str], count: int, seed: int) -> Points:
    """The first ``count`` scrambled Sobol points of a seed."""
    if count > AT_ONCE:
        return _one_by_one(dimensions, count, seed)
    # Sobol points keep their balance in powers of two; the first of them are used.
    return Sequel(dimensions, seed, 1 << math.ceil(math.log2(count))).piece(0, count)


class Sequel:
    """One sequence of scrambled Sobol points, handed out in pieces that follow on each other.

    The pieces of a seed, one behind the other, are the points that :func:`sobol_points` gives at once. Written as
    whole numbers they are linear in their place, bit by bit: with ``^`` for bits that differ,

    .. math:: p(2^k + j) = p(j) \\wedge p(2^k) \\wedge p(0), \\quad j < 2^k

    so those at powers of two, which SciPy gives, make all the others, in the dimensions that are asked for alone.

    References
    ----------
    Antonov, Saleev (1979), USSR Computational Mathematics and Mathematical Physics 19(1), 252-256.
    """

    def __init__(self, dimensions: Sequence[str], seed: int, size: int) -> None:
        if size & (size - 1):
            raise ValueError(f"a piece holds a power of two of points; found {size}")
        self.size = size
        self._index = {name: number for number, name in enumerate(dimensions)}
        self._engine = qmc.Sobol(max(1, len(dimensions)), scramble=True, rng=np.random.default_rng(seed))
        self._first = self._whole(0)
        self._turns: list[NDArray[np.int32]] = []  # p(2^k) ^ p(0), (width,)
        self._known: dict[str, NDArray[np.int32]] = {}  # of a dimension, the first piece, (size,)

    def piece(self, number: int, count: int) -> Points:
        """The first ``count`` points of the piece of that number, 0 the first."""
        start = number * self.size
        while 1 << len(self._turns) < max(start + 1, self.size):
            self._turns.append(self._whole(1 << len(self._turns)) ^ self._first)
        moved = np.zeros_like(self._first)
        for k in range(start.bit_length()):
            if start >> k & 1:
                moved ^= self._turns[k]

        def column(name: str) -> Array:
            near, turn, unit = self._near(name)[:count], moved[self._index[name]], 0.5**self._engine.bits
            points: Array
            if wanted() and count >= WORTHWHILE:
                points = np.empty(count)
                _turned(near, turn, unit, points)
            else:
                points = (near ^ turn) * unit
                np.maximum(points, NEAREST, out=points)  # the last is farther than that from 1
            return points

        return column

    def _near(self, name: str) -> NDArray[np.int32]:
        """(size,) the first piece of one dimension, as whole numbers."""
        if name not in self._known:
            width, points = self._index[name], np.empty(self.size, np.int32)
            points[0] = self._first[width]
            for k in range(self.size.bit_length() - 1):
                points[1 << k : 2 << k] = points[: 1 << k] ^ self._turns[k][width]
            self._known[name] = points
        return self._known[name]

    def _whole(self, number: int) -> NDArray[np.int32]:
        """(width,) the point of that number, 0 the first, as whole numbers."""
        if ahead := number - self._engine.num_generated:
            self._engine.fast_forward(ahead)
        point: NDArray[np.int32] = (self._engine.random()[0] * 2.0**self._engine.bits).astype(np.int32)
        return point


@njit
def _turned(near, turn, unit, points):  # type: ignore[no-untyped-def]
    """Points of a piece from those of the first, in one pass."""
    for d in range(len(near)):
        points[d] = max((near[d] ^ turn) * unit, NEAREST)


def _one_by_one(dimensions: Sequence[str], count: int, seed: int) -> Points:
    """The same points, a dimension at a time: all of them at once would take gigabytes."""
    sequel = Sequel(dimensions, seed, AT_ONCE)
    pieces = range(-(-count // AT_ONCE))
    return lambda name: np.concatenate([sequel.piece(n, min(AT_ONCE, count - n * AT_ONCE))(name) for n in pieces])


def correlated(points: Points, correlations: Sequence[Correlation]) -> Points:
    """The same points with some dimensions tied to each other by a Gaussian copula."""
    if not correlations:
        return points
    ties = copula(correlations)
    held: dict[str, Array] = {}

    def column(name: str) -> Array:
        if name not in ties:
            return points(name)
        if name not in held:
            tie = ties[name]
            apart = special.ndtri(np.stack([points(other) for other in tie.names]))
            together = np.clip(special.ndtr(tie.root @ apart), NEAREST, 1.0 - NEAREST)
            # The first of a tie keeps its own points, to the last bit.
            held.update(zip(tie.names[1:], together[1:], strict=True))
            held[tie.names[0]] = points(tie.names[0])
        return held[name]

    return column


def placed(
    dimensions: Sequence[str],
    columns: Mapping[str, Array],
    count: int,
    correlations: Sequence[Correlation] = (),
    quick: bool = False,
) -> Draws:
    """Draws at given uniform numbers (count,); every other dimension stays at its central value."""
    central = np.full(count, np.nan)
    points = correlated(lambda name: columns.get(name, central), correlations)
    return Draws(dimensions, count, 0, points=points, quick=quick)
