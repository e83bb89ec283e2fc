"""Many draws in pieces: draw, climb the ladders, solve, keep the figures asked for, and forget the rest.

The pieces follow each other along one Sobol sequence, so a seed gives the numbers that it would give at once.
What is kept is one number per draw and figure, from which the quantiles are exact.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from tariffs.models.kernel import TURN
from tariffs.progress import Progress, silent
from tariffs.sources import Array
from tariffs.study.figures import Key, Standing, measured, unit_of
from tariffs.study.sides import Side
from tariffs.uncertainty import Correlation, Draws, Estimate, Sequel, correlated, estimates

LARGE = 20_000  # draws above which a study is solved in pieces
PIECE = 8_192  # draws solved at once: fewer pay for more calls, more no longer stay in the processor's own memory
# Bytes asked for and given back at once, before the first piece. The usual C library of Linux hands memory back to the
# machine, which clears it page by page before the next piece has it again, as soon as twice the largest single piece
# that it has seen lies free; from 32 MiB on it learns nothing more. This keeps what a piece needs for the next.
HELD = 31 * 2**20

# Both sides of a question at given draws.
Walk = Callable[[Draws], tuple[Side, Side]]


@dataclass(frozen=True)
class Tally:
    """What many draws say, when the draws themselves are gone."""

    figures: Mapping[Key, Estimate]
    share_closed: float
    unbalanced: float  # largest gap of the accounts, relative to spending, in any draw; not asked with few figures


@dataclass(frozen=True)
class _Piece:
    closed: NDArray[np.bool_]
    values: Mapping[Key, Array]
    unbalanced: float


def tally(
    walk: Walk,
    dimensions: Collection[str],
    count: int,
    seed: int,
    correlations: tuple[Correlation, ...],
    standing: Callable[[Key], Standing],
    wanted: Collection[Key] | None = None,
    progress: Progress = silent,
    size: int = PIECE,
    quick: bool = True,
) -> Tally:
    """Sum up many draws.

    Parameters
    ----------
    wanted : figures to keep; all of them when nothing is named.
    progress : told after every piece; what it raises ends the work.
    size : draws of a piece, a power of two.
    quick : read beta quantiles from tables.
    """
    names = list(dimensions)
    sequel = Sequel(names, seed, size)

    def draws_of(number: int) -> Draws:
        held = min(size, count - number * size)
        points = correlated(sequel.piece(number, held), correlations)
        return Draws(names, held, seed, correlations, points, quick)

    kept = _Kept(count)
    np.empty(HELD, np.uint8)
    pieces = range(-(-count // size))
    workers = min(cpu_count() or 1, 4)
    progress(0, count)
    with ThreadPoolExecutor(workers) as pool:
        running: list[tuple[int, Future[_Piece]]] = []
        try:
            for number in pieces:
                running.append((number, pool.submit(_solve, walk, draws_of(number), wanted)))
                if len(running) > workers:
                    first, done = running.pop(0)
                    kept.add(first * size, done.result())
                    progress(min((first + 1) * size, count), count)
            for first, done in running:
                kept.add(first * size, done.result())
                progress(min((first + 1) * size, count), count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return kept.summed(standing)


def _solve(walk: Walk, draws: Draws, wanted: Collection[Key] | None) -> _Piece:
    with TURN:
        before, after = walk(draws)
        closed = before.result.closed & after.result.closed
        gap = np.abs(after.ledger.unbalanced()[closed]) if wanted is None else np.zeros(1)
        return _Piece(closed, measured(before, after, wanted), float(gap.max(initial=0.0)))


class _Kept:
    """One number per draw of every figure; a figure that no draw moves is one number in all."""

    def __init__(self, count: int) -> None:
        self.closed = np.ones(count + 1, dtype=bool)
        self.unbalanced = 0.0
        self.columns: dict[Key, Array] = {}

    def add(self, start: int, piece: _Piece) -> None:
        """Put a piece in its place; its entry 0 is the central value, the same in every piece."""
        here = slice(1 + start, start + len(piece.closed))
        self.closed[0] = piece.closed[0]
        self.closed[here] = piece.closed[1:]
        self.unbalanced = max(self.unbalanced, piece.unbalanced)
        for key, values in piece.values.items():
            held = self.columns.get(key)
            if held is None:
                self.columns[key] = held = np.array(values.flat[0])
            if held.ndim == 0:
                if _still(values):
                    continue
                self.columns[key] = held = np.full(len(self.closed), float(held))
            held[here] = values[1:] if values.size > 1 else values

    def summed(self, standing: Callable[[Key], Standing]) -> Tally:
        keys = list(self.columns)
        found = estimates(
            [self.columns[key] for key in keys],
            self.closed,
            [unit_of(key.name) for key in keys],
            [standing(key) for key in keys],
        )
        return Tally(dict(zip(keys, found, strict=True)), float(self.closed[1:].mean()), self.unbalanced)


def _still(values: Array) -> bool:
    """Whether a figure is the same in every draw of a piece."""
    if values.size == 1 or not any(values.strides):
        return True
    first = values.flat[0]
    return bool(np.isnan(values).all() if np.isnan(first) else (values == first).all())
