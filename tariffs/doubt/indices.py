r"""Which unknown an answer's spread comes from: Sobol's first and total indices.

.. math:: S_j = \frac{V[E(Y|X_j)]}{V[Y]}, \qquad T_j = 1 - \frac{V[E(Y|X_{\sim j})]}{V[Y]}

The first index is the part of the variance that would go if the range were known; the total one adds what it
does together with others. Ranges that move together, by one draw or by a correlation, are one dimension.

References
----------
Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270, the estimator of
``scipy.stats.sobol_indices``; Sobol' (1993), Mathematical Modeling and Computational Experiment 1, 407-414.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.stats import qmc, sobol_indices

from tariffs.doubt.naming import range_names
from tariffs.doubt.ranges import Range, ranges
from tariffs.errors import N_, BadQuestion
from tariffs.progress import Progress, silent
from tariffs.sources import Array
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.study.replay import key_of, replay
from tariffs.study.sides import dimensions
from tariffs.uncertainty import placed
from tariffs.uncertainty.correlation import copula
from tariffs.words import Words

SAMPLES = 512  # base samples; a study is walked (ranges + 2) times as often
AT_ONCE = 8_192  # draws solved in one batch
RESAMPLES = 100
MOST_SAMPLES = 2**14

# Outputs (S, N) at uniform numbers (K, N).
Model: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Shares:
    """Indices of every output and dimension, (S, K) each, with 5 and 95 % of a bootstrap."""

    first: Array
    total: Array
    first_ends: Array  # (2, S, K)
    total_ends: Array  # (2, S, K)
    left_out: float  # share of the base samples in which some output had no value
    constant: tuple[bool, ...]  # (S,) outputs that nothing moves


@dataclass(frozen=True, slots=True)
class Share:
    """What one range does to the spread of a figure."""

    key: str
    label: str
    lever: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, slots=True)
class Sobol:
    """A figure, and every range that enters it, the largest total index first."""

    figure: Key
    rows: tuple[Share, ...]
    samples: int
    left_out: float
    constant: bool  # nothing moves the figure: every index is zero

    @property
    def explained(self) -> float:
        """Sum of the first indices; what is missing to one comes from ranges acting together."""
        return sum(row.first for row in self.rows)


def sobol(
    study: Study,
    figures: Sequence[Key] | None = None,
    samples: int = SAMPLES,
    seed: int | None = None,
    t: Words | None = None,
    progress: Progress = silent,
) -> tuple[Sobol, ...]:
    """First and total indices of figures of a study, over every range that enters it.

    Parameters
    ----------
    figures : by default exports to the buyers, the net-back and the first market's landed price, their changes.
    samples : base samples, a power of two; the seed of the question unless another is given.

    Raises
    ------
    BadQuestion
        When the samples are no power of two, or more than half of them do not close.
    """
    keys = tuple(figures or of_interest(study))
    held, words = ranges(study), t or Words()
    groups = _together(study, held)
    names = dimensions(study.library)
    correlations = study.world.correlations

    def model(points: Array) -> Array:
        columns = {one.name: row for one, row in zip(held, points, strict=True)}
        found = replay(study, placed(names, columns, points.shape[1], correlations, quick=True), keys)
        return np.stack([found.value(key)[1:] for key in keys])

    shares = decompose(
        model, len(held), samples, study.question.seed if seed is None else seed, len(keys), groups, progress
    )
    labels, told = range_names(held, study.library, words), []
    for number, key in enumerate(keys):
        rows = [_row(shares, number, at, group, held, labels) for at, group in enumerate(groups)]
        rows.sort(key=lambda row: (-row.total, row.key))
        told.append(Sobol(key, tuple(rows), samples, shares.left_out, shares.constant[number]))
    return tuple(told)


def of_interest(study: Study) -> tuple[Key, ...]:
    """The figures that are asked about first."""
    return (
        key_of(study, "exports_to_buyers_tonnes"),
        key_of(study, "net_back_usd_per_t"),
        key_of(study, "landed_usd_per_t", study.importers[0]),
    )


def decompose(
    model: Model,
    width: int,
    samples: int,
    seed: int,
    outputs: int = 1,
    groups: Sequence[Sequence[int]] | None = None,
    progress: Progress = silent,
) -> Shares:
    """Indices of a model of ``width`` uniform numbers, its inputs taken one group at a time.

    Raises
    ------
    BadQuestion
        When ``samples`` is no power of two, or more than half of the samples have no value.
    """
    if not 2 <= samples <= MOST_SAMPLES or samples & (samples - 1):
        raise BadQuestion(
            N_("Base samples are a power of two from 2 to {most}; found {samples}."),
            most=f"{MOST_SAMPLES:,}",
            samples=f"{samples:,}",
        )
    blocks = [(number,) for number in range(width)] if groups is None else [tuple(group) for group in groups]
    points = qmc.Sobol(max(1, 2 * width), scramble=True, rng=np.random.default_rng(seed)).random(samples).T
    points = np.clip(points, 1e-12, 1.0 - 1e-12)
    one, other = points[:width], points[width : 2 * width]
    settings = [one, other, *(_swapped(one, other, block) for block in blocks)]
    each = max(1, AT_ONCE // samples)
    found: list[Array] = []
    for start in range(0, len(settings), each):
        progress(start, len(settings))
        batch = settings[start : start + each]
        values = model(np.concatenate(batch, axis=1)).reshape(outputs, len(batch), samples)
        found += list(np.moveaxis(values, 1, 0))
    progress(len(settings), len(settings))
    table = np.stack(found)  # (2 + K, S, N)
    good = np.flatnonzero(np.isfinite(table).all(axis=(0, 1)))
    if len(good) * 2 < samples:
        raise BadQuestion(
            N_(
                "Only {good} of {samples} samples have a value in every draw, too few to say what the figure hangs on. "
                "Ask for a figure that exists on both sides, or narrow the widest range."
            ),
            good=f"{len(good):,}",
            samples=f"{samples:,}",
        )
    # The estimator wants a power of two: samples without a value give their place to those that have one.
    table = table[..., good[np.arange(samples) % len(good)]]
    constant = tuple(bool(np.ptp(table[:, s]) <= 1e-9 * max(1e-9, np.abs(table[:, s]).max())) for s in range(outputs))
    first, total = _indices(table)
    luck = np.random.default_rng(seed)
    again = [_indices(table[..., luck.integers(0, samples, samples)]) for _ in range(RESAMPLES)]
    ends = [np.quantile(np.stack(part), [0.05, 0.95], axis=0) for part in zip(*again, strict=True)]
    still = np.array(constant)[:, None]
    return Shares(
        np.where(still, 0.0, first),
        np.where(still, 0.0, total),
        np.where(still, 0.0, ends[0]),
        np.where(still, 0.0, ends[1]),
        1.0 - len(good) / samples,
        constant,
    )


def _indices(table: Array) -> tuple[Array, Array]:
    """First and total indices, (S, K) each, of outputs (2 + K, S, N)."""
    size = (table.shape[1], table.shape[0] - 2)
    if not size[1]:
        return np.zeros(size), np.zeros(size)
    found = sobol_indices(func={"f_A": table[0], "f_B": table[1], "f_AB": table[2:]}, n=table.shape[2])
    return np.reshape(found.first_order, size), np.reshape(found.total_order, size)


def _swapped(one: Array, other: Array, block: Sequence[int]) -> Array:
    """The first sample with one group of inputs taken from the second."""
    mixed = one.copy()
    mixed[list(block)] = other[list(block)]
    return mixed


def _together(study: Study, held: Sequence[Range]) -> list[tuple[int, ...]]:
    """Positions of ranges by dimension: those that a correlation ties are one."""
    ties = copula(study.world.correlations)
    groups: dict[str, list[int]] = {}
    for number, one in enumerate(held):
        groups.setdefault(ties[one.name].names[0] if one.name in ties else one.name, []).append(number)
    return [tuple(group) for group in groups.values()]


def _row(
    shares: Shares, output: int, at: int, group: Sequence[int], held: Sequence[Range], labels: Sequence[str]
) -> Share:
    ends = (shares.first_ends[:, output, at], shares.total_ends[:, output, at])
    return Share(
        key="~".join(held[number].name for number in group),
        label=", ".join(labels[number] for number in group),
        lever=held[group[0]].lever,
        first=float(shares.first[output, at]),
        first_low=float(ends[0][0]),
        first_high=float(ends[0][1]),
        total=float(shares.total[output, at]),
        total_low=float(ends[1][0]),
        total_high=float(ends[1][1]),
    )
