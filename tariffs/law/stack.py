"""The ladder from the plant's net-back to what the buyer pays, one rung per charge."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from tariffs.law.schedule import Match, Treatment
from tariffs.sources import Figure, Number, Status
from tariffs.units import NOTHING, Line, together

KINKED = ("compound_max", "compound_min", "minimum_usd_per_t")
Stage = Literal["seller", "road", "border", "access"]
# Who ends up with the money of a rung.
Keeper = Literal[
    "currency_halls",
    "seller_treasury",
    "carrier",
    "label_broker",
    "buyer_treasury",
    "unknown",
    "intermediary",
    "resource_cost",
    "home_producer",
    "feedstock_sellers",
]


@dataclass(frozen=True, slots=True)
class Rung:
    """One charge: its base, its rate, what it comes to per tonne, and who told us."""

    name: str  # the kind of charge; its words are in tariffs/words
    key: str  # the row it was read in
    stage: Stage
    keeper: Keeper
    base_name: str  # fob, customs_value, customs_value_plus_duties, duty, tonne
    base: Line
    rate: Number  # fraction of the base, or USD per tonne where the base is a tonne
    amount: Line  # USD per tonne
    figures: tuple[Figure, ...]
    status: Status
    note: str = ""
    match: Match | None = None
    region: str = ""
    weight: Number = 1.0  # the part of the trade that passes through the region; the amount is weighed by it
    memo: bool = False  # shown, but no part of the price (recoverable VAT)


@dataclass(frozen=True)
class Stack:
    """A route's whole ladder. ``landed`` is a line in the net-back: ``A·n + B``."""

    producer: str
    label: str
    importer: str
    fob: Line
    cif: Line
    rungs: tuple[Rung, ...]
    treatments: tuple[Treatment, ...]  # one for each part of the importer; none for home sales
    prohibited: bool = False
    weights: tuple[Figure, ...] = ()  # shares by which the parts of the importer are weighed

    @cached_property
    def landed(self) -> Line:
        paid = (rung.amount for rung in self.rungs if rung.stage in ("border", "access") and not rung.memo)
        return together((self.cif, *paid))

    @property
    def on_paper(self) -> Line:
        """Landed cost before the access wedge: what law and freight alone explain."""
        total = self.landed
        for rung in self.rungs:
            if rung.stage == "access":
                total = total - rung.amount
        return total

    def with_rung(self, rung: Rung) -> "Stack":
        return replace(self, rungs=(*self.rungs, rung))

    def amount(self, name: str) -> Line:
        """What all rungs of one name come to."""
        total = NOTHING
        for rung in self.rungs:
            if rung.name == name:
                total = total + rung.amount
        return total

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (*(f for rung in self.rungs for f in rung.figures), *self.weights)

    @property
    def kinked(self) -> bool:
        """Whether a charge changes its slope with the price, so that the ladder depends on where the market is."""
        return any(a.measure.form in KINKED for t in self.treatments for a in t.charges)

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of charge on which the importer's rows say nothing."""
        return tuple(sorted({kind for t in self.treatments for kind in t.missing}))
