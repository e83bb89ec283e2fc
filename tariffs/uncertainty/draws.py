"""Every range drawn at once: scrambled Sobol points, one dimension per range.

A range keeps its dimension in every scenario, so two scenarios see the same luck and their difference is
not noise. Entry 0 of every array of draws is the central value, so one pass of the model answers both.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from scipy import special
from scipy.stats import qmc

from tariffs.errors import N_, BadQuestion
from tariffs.sources import Array, Figure, Missing, Number
from tariffs.uncertainty.correlation import Correlation, copula
from tariffs.uncertainty.shapes import drawn, is_pert, quantile
from tariffs.uncertainty.tables import pert_from_table

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
        values = np.full(len(uniform) + 1, central)
        if np.isnan(uniform.min()):  # some of the draws leave it where it is
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
    points = _engine(len(dimensions), seed).random_base2(max(0, math.ceil(math.log2(count))))[:count]
    return _by_name(dimensions, points)


class Sequel:
    """One sequence of scrambled Sobol points, handed out in pieces that follow on each other.

    The pieces of a seed, one behind the other, are the points that :func:`sobol_points` gives at once.
    """

    def __init__(self, dimensions: Sequence[str], seed: int, size: int) -> None:
        if size & (size - 1):
            raise ValueError(f"a piece holds a power of two of points; found {size}")
        self.dimensions, self.size = dimensions, size
        self._engine = _engine(len(dimensions), seed)

    def piece(self, number: int, count: int) -> Points:
        """The first ``count`` points of the piece of that number, 0 the first."""
        ahead = number * self.size - self._engine.num_generated
        if ahead < 0:
            self._engine.reset()
            ahead = number * self.size
        if ahead:
            self._engine.fast_forward(ahead)
        return _by_name(self.dimensions, self._engine.random(self.size)[:count])


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


def _engine(width: int, seed: int) -> qmc.Sobol:
    return qmc.Sobol(max(1, width), scramble=True, rng=np.random.default_rng(seed))


def _by_name(dimensions: Sequence[str], points: Array) -> Points:
    """Columns of points (D, width) by name, each of them in one stretch of memory."""
    index = {name: number for number, name in enumerate(dimensions)}
    columns = np.ascontiguousarray(points.T)
    np.clip(columns, NEAREST, 1.0 - NEAREST, out=columns)
    return lambda name: columns[index[name]]
