"""What files say of one label in one market: the shape in which customs figures meet the baseline."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tariffs.sources import Figure, Source, Status

# Whose figure was taken, best first. The buyer's customs collect a duty on it, under the declared origin.
IMPORTER, RECONCILED, EXPORTER = "importer", "reconciled", "exporter"
SUMMED, ALONE, BALANCED, REST = "summed", "alone", "balanced", "rest"


@dataclass(frozen=True, slots=True)
class Cell:
    """One declared origin in one market in one year, as customs on either side wrote it.

    ``WLD`` as the label stands for all sellers, as the market for all buyers.
    """

    label: str
    importer: str
    year: int
    months: int  # 12: the whole year
    tonnes: float | None  # of the months covered, raised to a year; None: only a value was reported
    low: float | None
    high: float | None
    rule: str  # importer, reconciled, exporter
    status: Status
    source: str  # id of the file's source
    import_t: float | None = None
    export_t: float | None = None
    import_usd: float | None = None
    export_usd: float | None = None
    usd_per_t: float | None = None
    other_years: Mapping[int, float] = field(default_factory=dict)  # tonnes of the same flow in other years


@dataclass(frozen=True, slots=True)
class Moved:
    """One row of the baseline before the files and with them."""

    key: str
    producer: str
    label: str
    importer: str
    before: Figure | None  # None: a route that only the files know
    after: Figure
    rule: str  # importer, reconciled, exporter; balanced: from totals; rest: to everybody else; none: nothing traded
    year: int
    cell: Cell | None

    @property
    def change(self) -> float:
        return (self.after.central or 0.0) - (0.0 if self.before is None else self.before.central or 0.0)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Imports under one label beside what its own plants are thought to send there, tonnes."""

    label: str
    importer: str
    declared: float
    plausible_low: float
    plausible: float
    plausible_high: float

    @property
    def excess(self) -> float:
        """Tonnes above the central supply; never below zero."""
        return max(0.0, self.declared - self.plausible)

    @property
    def beyond(self) -> bool:
        """Whether not even the highest supply that we hold possible explains the imports."""
        return self.declared > self.plausible_high


@dataclass(frozen=True, slots=True)
class Outlier:
    """A unit value that lies far from every price we hold for the route, USD/t."""

    label: str
    importer: str
    usd_per_t: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Price:
    """A unit value of customs beside the prices that we hold for its rows, USD/t."""

    label: str
    importer: str
    usd_per_t: float
    low: float  # on record
    central: float
    high: float
    basis: str  # of the unit value: cif, as the buyer's customs count; fob, as the seller's do
    year: int
    why: str  # why it is not taken as the price; empty: it is
    status: Status
    source: str  # id of the file's source

    @property
    def taken(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Measured:
    """What the files put in place of the assumed baseline, and what they leave open."""

    cells: tuple[Cell, ...]
    moved: tuple[Moved, ...]
    suspicions: tuple[Suspicion, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    outside: Mapping[str, tuple[float, tuple[str, ...]]] = field(default_factory=dict)  # market -> t, sellers unknown
    unbalanced: Mapping[str, object] = field(default_factory=dict)  # why totals could not be used: message, gaps
    dropped_totals: tuple[str, ...] = ()  # what the totals spoke of that the files replace
    prices: tuple[Price, ...] = ()

    @property
    def taken(self) -> tuple[Price, ...]:
        """Unit values that stand in place of prices on record."""
        return tuple(price for price in self.prices if price.taken)


@dataclass(frozen=True)
class Observed:
    """Cells read from files, with the sources that they bring along."""

    cells: tuple[Cell, ...]
    totals: tuple[Cell, ...]  # of all sellers to a market, or of a seller to all markets
    sources: tuple[Source, ...]
