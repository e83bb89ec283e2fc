"""One route's ladder taken apart, so that any set of its barriers can be lifted and the rest climbed again.

A barrier that is a share of what lies below it shrinks when that is lifted: without freight the duty is
charged on less. So the ladder keeps shares and amounts per tonne apart:

.. math::
    FOB = (n + \\pi) / (1 - a), \\quad CIF = FOB + \\gamma FOB + \\delta + \\lambda, \\quad
    landed = CIF + \\alpha\\,CIF + \\beta + \\omega
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tariffs.law.stack import Rung, Stack
from tariffs.sources import Number
from tariffs.units import NOTHING, Line

BURDENS, FREIGHT, LABEL, DUTY, WEDGE = "burdens", "freight", "label", "duty", "wedge"
MEASURED = (BURDENS, FREIGHT, LABEL, DUTY, WEDGE)  # in the order in which the good meets them


@dataclass(frozen=True)
class Chain:
    """The ladder of one route as shares and amounts per tonne; kinked charges stay on the side they are on."""

    before_loading: Number  # USD/t, inland freight and packing
    fob: Line
    on_fob: Number  # insurance, as a share of FOB
    freight: Number  # USD/t
    label: Line
    on_cif: Number  # duties and fees, as a share of CIF
    per_tonne: Number  # the same, USD/t
    wedge: Line  # the access wedge and any price difference that nobody explains

    @classmethod
    def of(cls, stack: Stack) -> "Chain":
        """Take a ladder apart."""
        by_barrier = {name: NOTHING for name in MEASURED}
        carried = NOTHING
        for rung in stack.rungs:
            name = barrier_of(rung)
            if name is None:
                continue
            if rung.stage == "seller" and name == FREIGHT:
                carried = carried + rung.amount
            else:
                by_barrier[name] = by_barrier[name] + rung.amount
        road, duty = by_barrier[FREIGHT], by_barrier[DUTY]
        on_fob = road.slope / stack.fob.slope
        on_cif = duty.slope / stack.cif.slope
        return cls(
            before_loading=carried.const,
            fob=stack.fob,
            on_fob=on_fob,
            freight=road.const - on_fob * stack.fob.const,
            label=by_barrier[LABEL],
            on_cif=on_cif,
            per_tonne=duty.const - on_cif * stack.cif.const,
            wedge=by_barrier[WEDGE],
        )

    def first(self, count: int) -> "Chain":
        """The same for the central values and the first draws, ``count`` entries in all."""

        def short(value: Number) -> Number:
            return value[:count] if isinstance(value, np.ndarray) and value.ndim else value

        def line(given: Line) -> Line:
            return Line(short(given.const), short(given.slope))

        return Chain(
            short(self.before_loading),
            line(self.fob),
            short(self.on_fob),
            short(self.freight),
            line(self.label),
            short(self.on_cif),
            short(self.per_tonne),
            line(self.wedge),
        )

    def without(self, lifted: frozenset[str]) -> Line:
        """Landed price as a line in the net-back once some barriers are lifted."""
        share = 1.0 if BURDENS in lifted else self.fob.slope
        carried: Number = 0.0 if FREIGHT in lifted else self.before_loading
        cif = fob = Line(carried * share, share)
        if FREIGHT not in lifted:
            cif = cif + fob * self.on_fob + Line(self.freight)
        if LABEL not in lifted:
            cif = cif + self.label
        landed = cif
        if DUTY not in lifted:
            landed = landed + cif * self.on_cif + Line(self.per_tonne)
        return landed if WEDGE in lifted else landed + self.wedge

    def amounts(self, net_back: Number) -> dict[str, Number]:
        """USD/t of each barrier at a net-back; with the net-back they add up to the landed price."""
        fob, cif = self.fob.at(net_back), self.without(frozenset({DUTY, WEDGE})).at(net_back)
        return {
            BURDENS: fob - net_back - self.before_loading,
            FREIGHT: self.before_loading + self.on_fob * fob + self.freight,
            LABEL: self.label.at(net_back),
            DUTY: self.on_cif * cif + self.per_tonne,
            WEDGE: self.wedge.at(net_back),
        }


def barrier_of(rung: Rung) -> str | None:
    """Which barrier a rung belongs to; none for what is given back."""
    if rung.memo:
        return None
    if rung.name == "relabelling":
        return LABEL
    if rung.stage == "access" or rung.name == "price_gap":
        return WEDGE
    if rung.stage == "border":
        return DUTY
    return FREIGHT if rung.keeper == "carrier" else BURDENS


def subsets(names: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Every set of names, the empty one first and the whole one last."""
    return tuple(frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size))
