"""A schedule that somebody loaded, in place of duties that nobody knew: which rows it replaces, and from which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tariffs.law.measures import Measure
from tariffs.law.policy import Policy, region_of_share
from tariffs.sources import Figure, Source, Status

CHARGED = ("mfn", "preferential", "applied")  # what is charged; the other kinds say how far law allows to go


@dataclass(frozen=True, slots=True)
class Rate:
    """The duty of one importer on the product, for one declared origin (``any``: all that have no rate of their own).

    Rates are fractions of the customs value; several lines below the product give a range.
    """

    importer: str
    origin: str
    year: int | None  # None: the file does not say
    kind: str  # mfn, preferential, applied, statutory, bound
    low: float
    central: float
    high: float
    lines: int
    status: Status
    source: str


@dataclass(frozen=True)
class Rates:
    """Duties read from files, with the sources that they bring along."""

    rates: tuple[Rate, ...]
    sources: tuple[Source, ...]
    without_rate: tuple[str, ...] = ()  # importer and origin whose duty is no percentage: as written


@dataclass(frozen=True, slots=True)
class MovedDuty:
    """One duty row before the schedule and with it."""

    key: str
    importer: str
    origin: str
    product_class: str
    before: Figure | None  # None: no row for that origin stood there
    after: Figure
    since: date | None
    ceiling: bool


def with_rates(policy: Policy, rates: Sequence[Rate], product: str) -> tuple[Policy, tuple[MovedDuty, ...]]:
    """The policy with loaded rates from the first day of their year on; earlier days keep what they had.

    A rate replaces the duty rows of its own origin. Readings as another good and parts of a country that keep
    their own duty stay as they are.
    """
    moved: list[MovedDuty] = []
    for rate in _latest(rates):
        ceiling = rate.kind not in CHARGED
        rows = _rows_of(policy, rate, product, ceiling)
        for row in rows:
            policy = _replaced(policy, row, rate)
            moved.append(_told(row, rate, policy.measures[row.key]))
        if not rows:
            added = _added(policy, rate, product, ceiling)
            policy = policy.with_row("measures", added)
            moved.append(_told(None, rate, added))
    return policy, tuple(moved)


def _rows_of(policy: Policy, rate: Rate, product: str, ceiling: bool) -> list[Measure]:
    """Rows that the rate replaces: those that count as they stand, and classes that only repeat their figure.

    A class with a figure of its own is another reading of the good, of which the line's rate says nothing.
    """
    apart = _parts_with_own_rows(policy, rate.importer)
    held = [
        row for row in policy.measures.values()
        if row.importer == rate.importer and row.kind == "customs_duty" and row.product == product
        and row.form == "ad_valorem" and row.origin == rate.origin and _holds(row, rate.year)
        and row.region not in apart and (row.role == "ceiling") == ceiling
    ]
    first = [row for row in held if row.role == "baseline" or (ceiling and row.product_class == "any")]
    figures = {(row.rate.low, row.rate.central, row.rate.high) for row in first}
    repeated = [
        row for row in held if row not in first and row.role in ("alternative", "ceiling")
        and (row.rate.low, row.rate.central, row.rate.high) in figures
    ]
    return [*first, *repeated]


def _latest(rates: Sequence[Rate]) -> list[Rate]:
    """One rate for an origin and kind: the last year's, an applied one before an MFN average."""
    rank = {kind: number for number, kind in enumerate(("bound", "statutory", "mfn", "preferential", "applied"))}
    best: dict[tuple[str, str, bool], Rate] = {}
    for rate in sorted(rates, key=lambda r: (r.year or 0, rank.get(r.kind, 0))):
        best[rate.importer, rate.origin, rate.kind in CHARGED] = rate
    return list(best.values())


def _holds(row: Measure, year: int | None) -> bool:
    """Whether the row still holds when the rate begins."""
    return year is None or row.valid_to is None or row.valid_to >= date(year, 1, 1)


def _parts_with_own_rows(policy: Policy, importer: str) -> frozenset[str]:
    """Parts of a country that take a share of their own, such as Kurdistan: the state's list is not theirs."""
    return frozenset(region_of_share(s) for s in policy.shares.values() if importer in s.places) - {""}


def _replaced(policy: Policy, row: Measure, rate: Rate) -> Policy:
    since = date(rate.year, 1, 1) if rate.year else None
    if since is not None and (row.valid_from is None or row.valid_from < since):
        before = replace(
            row, key=f"{row.key}-before-{since.year}", valid_to=since - timedelta(days=1),
            rate=replace(row.rate, key=f"measures.{row.key}-before-{since.year}.rate", draw=row.rate.dimension),
        )
        policy = policy.with_row("measures", before)
        row = replace(row, valid_from=since)
    return policy.with_row("measures", replace(row, rate=_figure(row.rate, rate), note=""))


def _figure(held: Figure, rate: Rate) -> Figure:
    return replace(
        held, low=rate.low, central=rate.central, high=rate.high, status=rate.status, source=rate.source,
        distribution="pert",
    )


def _added(policy: Policy, rate: Rate, product: str, ceiling: bool) -> Measure:
    regions = [name for name, share in policy.regions(rate.importer) if share is None]
    key = f"file-{rate.importer}-{rate.origin}-{'ceiling' if ceiling else 'duty'}".lower().replace(" ", "-")
    return Measure(
        key=key, importer=rate.importer, region=regions[0] if len(regions) == 1 else "", product=product,
        product_class="any", origin=rate.origin, kind="customs_duty", form="ad_valorem",
        rate=Figure(f"measures.{key}.rate", rate.low, rate.central, rate.high, "fraction", rate.status, rate.source),
        specific=None, base="cif", recoverable=False, valid_from=date(rate.year, 1, 1) if rate.year else None,
        valid_to=None, role="ceiling" if ceiling else "baseline", note="",
    )


def _told(row: Measure | None, rate: Rate, after: Measure) -> MovedDuty:
    return MovedDuty(
        after.key, rate.importer, rate.origin, after.product_class, row.rate if row else None, after.rate,
        after.valid_from, after.role == "ceiling",
    )


def kept_apart(policy: Policy, moved: Sequence[MovedDuty], product: str) -> Mapping[str, Figure]:
    """Assumed duties on one named origin that no loaded rate speaks of, by their key: another reading stays."""
    touched, named = {one.key for one in moved}, {one.importer for one in moved}
    return {
        row.key: row.rate for row in policy.measures.values()
        if row.importer in named and row.kind == "customs_duty" and row.product == product and row.role == "baseline"
        and row.key not in touched and row.rate.status is Status.ASSUMED and row.valid_to is None
        and row.origin != "any"
    }
