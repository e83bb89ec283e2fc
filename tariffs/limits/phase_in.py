r"""A change of one lever spread over years, against making it at once.

Every year is the market of the baseline under that year's rate: nothing grows, and nobody waits for a better
year. Of a change from :math:`v_0` to *v* over *N* years, year *k* has made the part

.. math:: \frac{k}{N} \;\text{(linear)}, \qquad \sum_{j \le k} \frac{N - j + 1}{N (N + 1)/2} \;\text{(front-loaded)}

A tariff-rate quota keeps both its rates and opens by a stated growth each year (``quota.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tariffs.errors import N_, BadQuestion
from tariffs.limits.quota import Filled, fill
from tariffs.limits.reach import Cells, Reach, Span
from tariffs.market.market import Mask
from tariffs.progress import Progress, silent
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, Study
from tariffs.study.figures import Key
from tariffs.uncertainty import Estimate, estimate

Shape = Literal["at_once", "linear", "front", "trq"]
SHAPES: tuple[Shape, ...] = ("at_once", "linear", "front", "trq")
Keeper = Literal["importer", "exporter", "licence_holder", "treasury"]
KEEPERS: tuple[Keeper, ...] = ("importer", "exporter", "licence_holder", "treasury")
MOST_YEARS = 30
FIGURES = (
    "tonnes",
    "own_label_tonnes",
    "landed_usd_per_t",
    "revenue_usd",
    "buyers_gain_usd",
    "buyer_side_gain_usd",
    "seller_side_gain_usd",
    "rent_usd",
)
VALUED = ("revenue_change_usd", "buyers_gain_usd", "buyer_side_gain_usd", "seller_side_gain_usd", "rent_usd")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is phased in, how, and how later years are weighed."""

    lever: str
    to: float
    years: int = 5
    shape: Shape = "linear"
    quota: float | None = None  # tonnes a year, of the goods whose duty the lever is
    in_rate: float | None = None  # None: ``to``
    out_rate: float | None = None  # None: where the lever stands today
    growth: float = 0.0  # of the quota, a year
    keeper: Keeper = "importer"  # of the quota's rent
    discount: tuple[float, float, float] = (0.05, 0.08, 0.12)  # assumed: real, in USD, a year; low, central, high

    def __post_init__(self) -> None:
        if not 1 <= self.years <= MOST_YEARS:
            beyond = N_("A change is phased in over 1 to {most} years; found {years}.")
            raise BadQuestion(beyond, most=MOST_YEARS, years=self.years)
        if self.shape == "trq" and self.quota is None:
            raise BadQuestion(N_("A tariff-rate quota needs its tonnes: --quota 30000."))
        if not 0 <= self.discount[0] <= self.discount[1] <= self.discount[2] < 1:
            raise BadQuestion(N_("A discount rate is a fraction from 0 to 1, or low/central/high in rising order."))
        if not -0.5 <= self.growth <= 2:
            raise BadQuestion(
                N_("The quota's growth is a fraction a year from -0.5 to 2; found {growth}."), growth=f"{self.growth:g}"
            )


@dataclass(frozen=True)
class Year:
    """One year of a plan."""

    number: int
    rate: float  # that the last tonne pays; of the lever
    quota: float | None
    regime: str  # below, binding, above; empty without a quota
    rent_usd_per_t: Estimate | None
    figures: Mapping[str, Estimate]
    closed: bool


@dataclass(frozen=True)
class PhaseIn:
    """A plan year by year, and what it is worth; ``values`` are present values of gains, USD."""

    study: Study
    plan: Plan
    span: Span
    importer: str
    start: float
    today: Mapping[str, Estimate]  # the year before it begins
    years: tuple[Year, ...]
    values: Mapping[str, Estimate]  # at the central discount rate
    by_rate: Mapping[str, Mapping[float, float]]  # central gains at the low, central and high discount rate

    @property
    def rates(self) -> tuple[float, ...]:
        return tuple(year.rate for year in self.years)


def plan_of(
    lever: str,
    to: float,
    years: int,
    shape: str,
    quota: float | None,
    in_rate: float | None,
    out_rate: float | None,
    growth: float,
    keeper: str,
    discount: Sequence[float],
) -> Plan:
    """A plan from texts and numbers as a user gives them.

    Raises
    ------
    BadQuestion
        When there is no such shape or keeper, or the discount is neither one rate nor three.
    """
    known = next((one for one in SHAPES if one == shape), None)
    if known is None:
        raise BadQuestion(
            N_("There is no shape '{shape}'. The shapes are: {shapes}."), shape=shape, shapes=", ".join(SHAPES)
        )
    who = next((one for one in KEEPERS if one == keeper.replace("-", "_")), None)
    if who is None:
        unknown = N_("There is no keeper '{keeper}'. The rent goes to one of: {keepers}.")
        raise BadQuestion(unknown, keeper=keeper, keepers=", ".join(KEEPERS))
    if len(discount) not in (1, 3):
        raise BadQuestion(N_("Give one discount rate, or low/central/high."))
    low, rate, high = tuple(discount) * 3 if len(discount) == 1 else tuple(discount)
    return Plan(lever, to, years, known, quota, in_rate, out_rate, growth, who, (low, rate, high))


def alternative(plan: Plan, shape: Shape = "at_once") -> Plan:
    """The same change made otherwise, over the same years."""
    return replace(plan, shape=shape)


def made(shape: Shape, years: int) -> Array:
    """(N,) the part of the change that is made by the end of each year; the last is one."""
    number = np.arange(1, years + 1, dtype=float)
    if shape == "linear":
        return number / years
    if shape == "front":
        part: Array = np.cumsum(number[::-1]) / number.sum()
        return part
    return np.ones(years)


def phase_in(
    library: Library, question: Question, plan: Plan, importer: str | None = None, told: Progress = silent
) -> PhaseIn:
    """Solve every year of a plan. All else is as in the question's scenario from the first year on.

    Parameters
    ----------
    importer : the market that prices, tonnes and the buyer's gains are of; default: the one the lever names.

    Raises
    ------
    BadQuestion
        When the plan cannot be made: an unknown market, a lever that stands nowhere today, a value out of bounds.
    """
    place = importer or _place_of(plan.lever, library.baseline.importers)
    if place not in library.baseline.importers:
        raise BadQuestion(
            N_("'{place}' is not a market in focus. They are: {importers}."),
            place=place,
            importers=", ".join(library.baseline.importers),
        )
    reach = Reach.of(library, question, [plan.lever])
    span, start = reach.spans[0], reach.today[0]
    if start is None:
        raise BadQuestion(
            N_("{lever} stands nowhere today, so there is nothing to phase in from."), lever=plan.lever
        )
    rates = _rates(plan, span, start)
    shape = reach.study.solved.shape
    years: list[Year] = []
    flows: dict[str, list[Array]] = {name: [] for name in VALUED}
    closed = reach.study.before.result.closed.copy()
    for number in range(plan.years):
        told(number, plan.years)
        if plan.shape == "trq":
            quota = float(plan.quota or 0.0) * (1.0 + plan.growth) ** number
            filled = fill(reach, quota, *_quota_rates(plan, start))
            cells, rate, rent = filled.cells, float(filled.rate[0]), filled.rent_usd
            year = _year(number + 1, rate, cells, place, rent, plan.keeper, filled, quota)
        else:
            rate, rent = float(rates[number]), np.zeros(shape)
            cells = reach.at(np.full(shape, rate))
            year = _year(number + 1, rate, cells, place, rent, plan.keeper)
        years.append(year)
        numbers = _numbers(cells, place, rent, plan.keeper)
        for name, values in flows.items():
            values.append(numbers[name])
        closed &= cells.closed
    told(plan.years, plan.years)
    return PhaseIn(
        reach.study,
        plan,
        span,
        place,
        start,
        _before(reach.study, place),
        tuple(years),
        _values(reach.study, place, flows, plan, closed),
        {n: {r: float(present_value(np.stack(v), r)[0]) for r in plan.discount} for n, v in flows.items()},
    )


def present_value(gains: Array, rate: float) -> Array:
    """Gains (N, …) of years 1 to N at the beginning of year 1; each comes at the end of its year."""
    weights = (1.0 + rate) ** -np.arange(1, len(gains) + 1, dtype=float)
    total: Array = np.tensordot(weights, gains, axes=1)
    return total


def _place_of(lever: str, importers: tuple[str, ...]) -> str:
    """The market a lever's name speaks of, else the first in focus."""
    parts = lever.lower().replace("-", ".").split(".")
    return next((place for place in importers if place.lower() in parts), importers[0])


def _rates(plan: Plan, span: Span, start: float) -> Array:
    for name, value in (("--to", plan.to), ("--in-rate", plan.in_rate), ("--out-rate", plan.out_rate)):
        if value is not None and not span.least <= value <= span.most:
            given = {"name": name, "value": f"{value:g}", "lever": span.name}
            beyond = N_("{name} {value}: {lever} runs from {least} to {most}.")
            raise BadQuestion(beyond, **given, least=f"{span.least:g}", most=f"{span.most:g}")
    part = made(plan.shape, plan.years)
    return np.where(part == 1.0, plan.to, start + (plan.to - start) * part)


def _quota_rates(plan: Plan, start: float) -> tuple[float, float]:
    return (
        plan.to if plan.in_rate is None else plan.in_rate,
        start if plan.out_rate is None else plan.out_rate,
    )


def _numbers(cells: Cells, place: str, rent: Array, keeper: Keeper) -> dict[str, Array]:
    """Figures of a year, (D + 1,). The rent is no longer the treasury's, unless it sells the licences."""
    exporter = cells.study.exporter

    def of(name: str, where: str, when: str = "after") -> Array:
        return cells.number(Key(name, where, when))

    lost = np.zeros_like(rent) if keeper == "treasury" else rent
    stays = rent if keeper in ("importer", "treasury") else np.zeros_like(rent)
    return {
        "tonnes": of("tonnes", place),
        "own_label_tonnes": of("own_label_tonnes", place),
        "landed_usd_per_t": of("landed_usd_per_t", place),
        "revenue_usd": of("revenue_usd", place) - lost,
        "revenue_change_usd": of("revenue_usd", place, "change") - lost,
        "buyers_gain_usd": of("buyers_gain_usd", place, "change") + (rent if keeper == "importer" else 0.0),
        "buyer_side_gain_usd": of("side_gain_usd", place, "change") - rent + stays,
        "seller_side_gain_usd": of("side_gain_usd", exporter, "change") + (rent if keeper == "exporter" else 0.0),
        "rent_usd": rent,
    }


# The study's own figure behind each of a year's, whose standing it has.
BEHIND = {
    "revenue_change_usd": "revenue_usd",
    "buyer_side_gain_usd": "side_gain_usd",
    "seller_side_gain_usd": "side_gain_usd",
    "rent_usd": "revenue_usd",
}


def _year(
    number: int,
    rate: float,
    cells: Cells,
    place: str,
    rent: Array,
    keeper: Keeper,
    filled: Filled | None = None,
    quota: float | None = None,
) -> Year:
    numbers = _numbers(cells, place, rent, keeper)
    found = {name: _estimate(cells.study, place, name, numbers[name], cells.closed) for name in FIGURES}
    per_tonne = None
    if filled:
        standing = cells.study.figure("duty_usd_per_t", place, "after")
        per_tonne = estimate(filled.rent_usd_per_t, cells.closed, "USD/t", standing.status, standing.sources)
    regime = filled.name if filled else ""
    return Year(number, rate, quota, regime, per_tonne, found, bool(cells.closed[0]))


def _before(study: Study, place: str) -> Mapping[str, Estimate]:
    return {
        name: study.figure(name, place, "before")
        for name in ("tonnes", "own_label_tonnes", "landed_usd_per_t", "revenue_usd")
    }


def _values(
    study: Study, place: str, flows: Mapping[str, list[Array]], plan: Plan, closed: Mask
) -> Mapping[str, Estimate]:
    rate = plan.discount[1]
    found = {n: _estimate(study, place, n, present_value(np.stack(v), rate), closed) for n, v in flows.items()}
    return {name: replace(value, unit="USD") for name, value in found.items()}


def _estimate(study: Study, place: str, name: str, values: Array, closed: Mask) -> Estimate:
    behind = BEHIND.get(name, name)
    where = study.exporter if name == "seller_side_gain_usd" else place
    when = "change" if behind.endswith("gain_usd") else "after"
    standing = study.figure(behind, where, when)
    return estimate(values, closed, standing.unit, standing.status, standing.sources)
