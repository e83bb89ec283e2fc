"""Who sells what to whom before any change, and the totals those rows must add up to."""

from dataclasses import dataclass

from tariffs.sources import Figure


@dataclass(frozen=True, slots=True)
class Flow:
    """One route in the baseline year: tonnes, and the price at a stated point of the way."""

    key: str
    year: int
    producer: str
    label: str  # declared origin
    importer: str
    tonnes: Figure
    usd_per_t: Figure
    price_basis: str  # fob, ex_works, cif_…, delivered…
    price_rule: str  # own: this row's price; anchor_plus_freight: the producer's FOB plus the leg
    anchor: bool  # the row from which the producer's FOB, and so its net-back, is read
    freight: str  # key in freight.csv; empty when no figure is known
    relabelling: str  # key in costs.csv; empty when the label is the maker's own
    inland: str  # key in costs.csv for the way to the loading point; empty when quoted at the plant
    status: str
    source: str
    note: str

    @property
    def home(self) -> bool:
        return self.producer == self.importer

    @property
    def route(self) -> tuple[str, str, str]:
        return self.producer, self.label, self.importer

    @property
    def before_freight(self) -> bool:
        """Whether the price is quoted where the good leaves, not where it arrives."""
        return self.price_basis.startswith(("fob", "ex_"))


@dataclass(frozen=True, slots=True)
class Capacity:
    """The most that a producer can sell over all its routes in a year."""

    key: str
    producer: str
    tonnes: Figure
    note: str


@dataclass(frozen=True, slots=True)
class Total:
    """What several rows must add up to (a reported total), or stay within (bounds of a group)."""

    key: str
    what: str
    rows: tuple[str, ...]  # keys in flows_baseline.csv
    tonnes: Figure
    residual: str  # the row that takes what is left; empty: rows are scaled into the bounds
    note: str
