"""House units, and the few conversions between them: fractions, USD, tonnes, USD per tonne.

A rate is a fraction of its base (0.05, never 5); a change is a ratio, after over before.
"""

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
        return Line(self.const + other.const, self.slope + other.slope)

    def __sub__(self, other: "Line") -> "Line":
        return Line(self.const - other.const, self.slope - other.slope)

    def __mul__(self, factor: Number) -> "Line":
        return Line(self.const * factor, self.slope * factor)

    def where(self, choose: NDArray[np.bool_] | bool, other: "Line") -> "Line":
        """This line where ``choose`` holds, the other elsewhere (draw by draw)."""
        return Line(np.where(choose, self.const, other.const)[()], np.where(choose, self.slope, other.slope)[()])


NOTHING = Line(0.0)


def ad_valorem_equivalent(usd_per_t: Number, customs_value: Number) -> Number:
    """A specific charge as a fraction of the customs value it is paid on."""
    return usd_per_t / customs_value
