"""House units, and the few conversions between them: fractions, USD, tonnes, USD per tonne.

A rate is a fraction of its base (0.05, never 5); a change is a ratio, after over before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tariffs.sources import Number


@dataclass(frozen=True, slots=True)
class Line:
    """An amount in USD per tonne that is a straight line in the net-back: ``const + slope * n``.

    Every charge between the plant gate and the buyer is one, so a whole policy collapses to two
    numbers per route. Both parts may be arrays of draws.
    """

    const: Number
    slope: Number = 0.0

    def at(self, net_back: Number) -> Number:
        return self.const + self.slope * net_back

    def __add__(self, other: "Line") -> "Line":
        return Line(_sum(self.const, other.const), _sum(self.slope, other.slope))

    def __sub__(self, other: "Line") -> "Line":
        return Line(
            self.const if _none(other.const) else self.const - other.const,
            self.slope if _none(other.slope) else self.slope - other.slope,
        )

    def __mul__(self, factor: Number) -> "Line":
        return Line(_product(self.const, factor), _product(self.slope, factor))

    def where(self, choose: NDArray[np.bool_] | bool, other: "Line") -> "Line":
        """This line where ``choose`` holds, the other elsewhere (draw by draw)."""
        return Line(np.where(choose, self.const, other.const)[()], np.where(choose, self.slope, other.slope)[()])


NOTHING = Line(0.0)


def together(lines: Sequence[Line]) -> Line:
    """The sum of several lines; draws are added up in one array."""
    return Line(_total([line.const for line in lines]), _total([line.slope for line in lines]))


# Most charges are per tonne or on a price, so that one of their parts is nothing: no draws are copied for that.


def _none(value: Number) -> bool:
    return isinstance(value, float) and value == 0.0


def _sum(one: Number, other: Number) -> Number:
    return one if _none(other) else other if _none(one) else one + other


def _product(one: Number, other: Number) -> Number:
    return 0.0 if _none(one) or _none(other) else one * other


def _total(values: Sequence[Number]) -> Number:
    whole: Number = sum((value for value in values if isinstance(value, float)), start=0.0)
    draws = [value for value in values if not isinstance(value, float)]
    if not draws:
        return whole
    total = draws[0] + whole
    for value in draws[1:]:
        total = np.add(total, value, out=total if np.shape(total) == np.shape(value) else None)
    return total


def ad_valorem_equivalent(usd_per_t: Number, customs_value: Number) -> Number:
    """A specific charge as a fraction of the customs value it is paid on."""
    return usd_per_t / customs_value
