"""Who told us, how firmly we stand on it, and how far off it may be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Number: TypeAlias = float | Array


class Status(StrEnum):
    """How firmly we stand on a figure, firmest first."""

    STATUTORY = "statutory"  # read in law
    PUBLISHED = "published"  # official body, agency or paper
    REPORTED = "reported"  # press, or one party
    DERIVED = "derived"  # arithmetic on cited figures
    ESTIMATED = "estimated"  # a stated rule applied to cited figures
    ASSUMED = "assumed"  # nobody measured it: a range stands in
    ILLUSTRATIVE = "illustrative"  # taken from a method, not from bitumen


FIRMNESS = tuple(Status)


def weakest(statuses: Iterable[Status]) -> Status:
    """The least firm of several statuses: what may be said of a figure made from all of them.

    Returns ``Status.STATUTORY`` for an empty iterable, since nothing weakens it.
    """
    return max(statuses, key=FIRMNESS.index, default=Status.STATUTORY)


@dataclass(frozen=True, slots=True)
class Source:
    """One document or data set that a figure was read in."""

    id: str
    title: str
    publisher: str
    where: str
    published: str  # ISO date, may stop at the month or year; empty when undated
    retrieved: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number we were given, with its range, its standing and its source.

    ``central`` is missing (``None``) when no source states it; missing is never zero.
    Figures that share a ``draw`` name move together when ranges are drawn.
    """

    key: str  # table.row.field: the name under which a lever edits it
    low: float | None
    central: float | None
    high: float | None
    unit: str
    status: Status
    source: str  # id in data/sources.csv
    distribution: str = "pert"
    draw: str = ""

    @property
    def known(self) -> bool:
        return self.central is not None

    @property
    def uncertain(self) -> bool:
        """Whether there is a range to draw from rather than a single point."""
        return self.low is not None and self.high is not None and self.low < self.high

    @property
    def dimension(self) -> str:
        """The name of the random number behind it; the same for figures that move together."""
        return self.draw or self.key

    def at(self, value: float, source: str = "user", status: Status = Status.ASSUMED) -> "Figure":
        """The same figure fixed at a value that somebody chose."""
        return replace(self, low=value, central=value, high=value, source=source, status=status)


# What a figure is worth in the run at hand: its central value, or an array of draws.
Values: TypeAlias = Callable[[Figure], Number]


class Missing(ValueError):
    """A figure without a central value was asked for a number."""


def central(figure: Figure) -> float:
    """The middle of a figure's range.

    Raises
    ------
    Missing
        When no source states it.
    """
    if figure.central is None:
        raise Missing(f"{figure.key} has no number on record ({figure.source})")
    return figure.central
