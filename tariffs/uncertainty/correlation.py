"""Ranges that do not move apart: pairs with a rank correlation, joined by a Gaussian copula.

.. math:: r = 2 \\sin(\\pi \\rho / 6)

ties Spearman's rank correlation ``ρ``, which a row states, to the correlation ``r`` of the normal
numbers behind the draws. Ranks are what a trade officer can judge ("when freight is dear, is the
wedge wide?"), and they stay what they are whatever the shape of the two ranges.

References
----------
Kruskal (1958), Journal of the American Statistical Association 53(284), 814-861.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tariffs.errors import N_, BadQuestion
from tariffs.sources import Array, Status


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two ranges, by the names of their dimensions, and the rank correlation between them."""

    one: str
    other: str
    rho: float
    status: Status = Status.ASSUMED
    source: str = "user"

    @property
    def pair(self) -> tuple[str, str]:
        return (self.one, self.other) if self.one <= self.other else (self.other, self.one)


@dataclass(frozen=True, slots=True)
class Tie:
    """Dimensions joined by one or more pairs, and the root of their correlation matrix."""

    names: tuple[str, ...]
    root: Array  # (K, K) lower triangular


def parse(text: str) -> tuple[str, str, float]:
    """Read ``key~key=rho``.

    Raises
    ------
    BadQuestion
        When it has no such form, or the correlation is not between -1 and 1.
    """
    pair, equals, value = (part.strip() for part in text.partition("="))
    one, tilde, other = (part.strip() for part in pair.partition("~"))
    if not (equals and tilde and one and other):
        raise BadQuestion(
            N_(
                "'{text}' is no correlation. Write two ranges and a number between -1 and 1, as in "
                "freight.fr-tabriz-tur-total.usd_per_t~freight.fr-plant-iraq.usd_per_t=0.5."
            ),
            text=text,
        )
    try:
        rho = float(value)
    except ValueError:
        rho = math.nan
    if not -1.0 < rho < 1.0:
        raise BadQuestion(
            N_("A correlation lies between -1 and 1, the ends left out; found '{value}' for {pair}."),
            value=value,
            pair=pair,
        )
    return one, other, rho


def one_each(texts: Sequence[str]) -> tuple[str, ...]:
    """Correlations as ``key~key=rho``, the last of each pair, in the order first named.

    Raises
    ------
    BadQuestion
        When a text is no correlation.
    """
    last: dict[tuple[str, str], str] = {}
    for text in texts:
        one, other, rho = parse(text)
        first, second = sorted((one, other))
        last[first, second] = f"{first}~{second}={rho:g}"
    return tuple(last.values())


def copula(correlations: Sequence[Correlation]) -> Mapping[str, Tie]:
    """The tie of every dimension that is in one; a pair that nobody speaks of is uncorrelated.

    Raises
    ------
    BadQuestion
        When the pairs contradict each other, so that no draws can have them all.
    """
    ties: dict[str, Tie] = {}
    for names in connected(correlations):
        matrix = np.eye(len(names))
        for pair in correlations:
            if pair.one in names:
                i, j = names.index(pair.one), names.index(pair.other)
                matrix[i, j] = matrix[j, i] = 2.0 * math.sin(math.pi * pair.rho / 6.0)
        smallest = float(np.linalg.eigvalsh(matrix)[0])
        if smallest < 1e-9:
            raise BadQuestion(
                N_(
                    "The correlations between {names} contradict each other: no draws can have them all "
                    "(smallest eigenvalue {smallest}). Bring them nearer to zero, or state the pairs left out."
                ),
                names=list(names),
                smallest=f"{smallest:.2g}",
            )
        ties |= dict.fromkeys(names, Tie(names, np.asarray(np.linalg.cholesky(matrix), dtype=float)))
    return ties


def connected(correlations: Sequence[Correlation]) -> list[tuple[str, ...]]:
    """Groups of dimensions that pairs connect, each in alphabetical order."""
    groups: list[set[str]] = []
    for pair in correlations:
        touched = [group for group in groups if group & {pair.one, pair.other}]
        groups = [group for group in groups if group not in touched]
        groups.append({pair.one, pair.other}.union(*touched))
    return sorted(tuple(sorted(group)) for group in groups)
