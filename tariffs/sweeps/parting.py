"""The three models side by side for one question: how far they part, and which difference of theirs does it.

Why GSIM parts from the exact model is worked out, not recited. On one market and one shock, what tells them apart
is taken out of the exact model step by step: labels that are closer than makers (σ_L), home goods that are farther
(σ_H); what is left between that and GSIM is its straight lines. The steps add up to the whole gap. With the
shock scaled down, the last step falls with its square while the first two fall with it: it is shown at 1 %, 10 %
and all of the shock. SMART is taken the same way, over home goods and capacity that it does not know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tariffs.barriers.many import first
from tariffs.errors import BadQuestion, NotSolved
from tariffs.market.market import Market, Shock
from tariffs.models import MODELS, solve
from tariffs.store import Library
from tariffs.study import Question, Study, run
from tariffs.uncertainty import Estimate

EXACT = "armington"
SHARES = (0.01, 0.1, 1.0)  # of the shock
HEADLINE = (
    ("exports_to_buyers_tonnes", ""),
    ("net_back_usd_per_t", ""),
    ("landed_usd_per_t", "each"),
    ("tonnes", "each"),
    ("share", "each"),
    ("revenue_usd", "each"),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One model's answer, or why it has none."""

    model: str
    study: Study | None
    trouble: NotSolved | None = None

    @property
    def reason(self) -> str:
        """Why it has none, in English; empty when it has one."""
        return str(self.trouble or "")

    def figure(self, name: str, place: str, when: str = "change") -> Estimate | None:
        return self.study.figure(name, place, when) if self.study else None


@dataclass(frozen=True, slots=True)
class Step:
    """One difference between the exact model and another, and the tonnes by which it moves the answer."""

    name: str  # labels, home, home_goods, capacity, lines, one_by_one, before
    tonnes: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The change in exports to the markets in focus at a part of the shock, tonnes a year."""

    share: float
    exact: float
    one_elasticity: float  # the exact model with σ between all goods, as GSIM has it
    gsim: float | None
    smart: float | None

    @property
    def lines_gap(self) -> float | None:
        """GSIM against the exact model of its own elasticities, relative: falls in step with the shock."""
        return _relative(self.gsim, self.one_elasticity)

    @property
    def gap(self) -> float | None:
        """GSIM against the exact model as it is, relative: what does not fall with the shock is structure."""
        return _relative(self.gsim, self.exact)


@dataclass(frozen=True)
class Parted:
    """All models on one question; steps and shrunk shocks are of exports to the markets in focus."""

    question: Question
    answers: tuple[Answered, ...]
    steps: Mapping[str, tuple[Step, ...]]  # by model; they add up to its gap from the exact one
    shrunk: tuple[Shrunk, ...]
    largest_price_change: float | None  # of the exporter's landed prices in focus, exact model, a fraction
    refuses: bool  # the shock closes a route: it cannot be scaled down

    def __getitem__(self, model: str) -> Answered:
        return next(one for one in self.answers if one.model == model)

    @property
    def exporter(self) -> str:
        return self.exact.exporter

    @property
    def exact(self) -> Study:
        """The exact model's study.

        Raises
        ------
        NotSolved
            When it has none.
        """
        one = self[EXACT]
        if one.study is None:
            raise one.trouble or NotSolved()
        return one.study

    def gap(self, model: str) -> float | None:
        """Tonnes by which a model's change in exports differs from the exact one's."""
        other = self[model].figure("exports_to_buyers_tonnes", self.exporter)
        exact = self[EXACT].figure("exports_to_buyers_tonnes", self.exporter)
        if not other or not exact or other.central is None or exact.central is None:
            return None
        return other.central - exact.central

    def headline(self) -> list[tuple[str, str]]:
        """Names and places of the figures shown side by side."""
        study = self.exact
        found: list[tuple[str, str]] = []
        for name, where in HEADLINE:
            found += [(name, place) for place in (study.importers if where else (study.exporter,))]
        return found


def side_by_side(question: Question, library: Library) -> Parted:
    """Ask every model the same question, and take the gaps between them apart.

    Raises
    ------
    BadQuestion
        When the question cannot be asked of any.
    NotSolved
        When the exact model itself does not close; another model that does not has its reason instead of a number.
    """
    answers = tuple(_answered(replace(question, model=model), library) for model in MODELS)
    exact = next(one for one in answers if one.model == EXACT)
    if exact.study is None:
        raise exact.trouble or NotSolved()
    study = exact.study
    market, shock = first(study.before.market, 0), study.after.result.shock
    shock = Shock(shock.A[:1], shock.B[:1], shock.closed)

    def sold(model: str, world: Market, to: Shock) -> float | None:
        result = solve(model, world, to)
        if not result.closed.all():
            return None
        ours = [
            n
            for n, x in enumerate(world.lanes)
            if x.producer == study.exporter and x.importer in study.importers
        ]
        return float((result.tonnes - world.tonnes)[..., ours].sum())

    steps = {
        one.model: _steps(one, market, shock, sold, study)
        for one in answers
        if one.model != EXACT and one.study is not None
    }
    refuses = bool((shock.closed & (market.tonnes > 0).any(axis=0)).any())
    shrunk = () if refuses else tuple(_shrunk(share, market, shock, sold) for share in SHARES)
    return Parted(question, answers, steps, shrunk, _largest(study), refuses)


def one_elasticity(market: Market) -> Market:
    """The market with the elasticity between makers for labels and home goods too, as GSIM has it."""
    return replace(market, sigma_label=market.sigma_import, sigma_home=market.sigma_import)


def without_home(market: Market) -> Market:
    """Imports alone, as SMART sees a market."""
    kept = [n for n, lane in enumerate(market.lanes) if not lane.home]
    return replace(
        market,
        lanes=tuple(market.lanes[n] for n in kept),
        tonnes=market.tonnes[..., kept],
        A=market.A[..., kept],
        B=market.B[..., kept],
        capacity=None,
        potential=None,
    )


# Change in exports in focus, by model, market and shock; nothing when it does not close.
Sold = Callable[[str, Market, Shock], float | None]


def _steps(one: Answered, market: Market, shock: Shock, sold: Sold, study: Study) -> tuple[Step, ...]:
    """From the exact answer to this model's, one difference after another."""
    labels = replace(market, sigma_label=market.sigma_import)
    same = one_elasticity(market)
    road: list[tuple[str, float | None]] = [
        ("", sold(EXACT, market, shock)),
        ("labels", sold(EXACT, labels, shock)),
        ("home", sold(EXACT, same, shock)),
    ]
    if one.model == "smart":
        free = replace(same, capacity=None, potential=None)
        kept = np.array([not lane.home for lane in market.lanes])
        imports = Shock(shock.A[..., kept], shock.B[..., kept], shock.closed[kept])
        road += [
            ("capacity", sold(EXACT, free, shock)),
            ("home_goods", sold(EXACT, without_home(same), imports)),
        ]
    road.append(("lines" if one.model == "gsim" else "one_by_one", sold(one.model, market, shock)))
    own = one.figure("exports_to_buyers_tonnes", study.exporter)
    road.append(("before", own.central if own else None))
    found = []
    last = road[0][1]
    for name, value in road[1:]:
        if value is None or last is None:  # a step that does not close is joined with the next
            continue
        found.append(Step(name, value - last))
        last = value
    return tuple(found)


def _shrunk(share: float, market: Market, shock: Shock, sold: Sold) -> Shrunk:
    part = Shock(market.A + share * (shock.A - market.A), market.B + share * (shock.B - market.B), shock.closed)
    exact, same = sold(EXACT, market, part), sold(EXACT, one_elasticity(market), part)
    if exact is None or same is None:
        exact = same = float("nan")
    return Shrunk(share, exact, same, sold("gsim", market, part), sold("smart", market, part))


def _largest(study: Study) -> float | None:
    """Largest change of a landed price at which the exporter sells in focus, as a fraction."""
    result = study.after.result
    ours = [
        n
        for n, x in enumerate(result.market.lanes)
        if x.producer == study.exporter and x.importer in study.importers and np.isfinite(result.landed[0, n])
    ]
    if not ours:
        return None
    change = result.landed[0, ours] / np.broadcast_to(result.market.landed, result.landed.shape)[0, ours] - 1.0
    return float(change[np.abs(change).argmax()])


def _answered(question: Question, library: Library) -> Answered:
    try:
        return Answered(question.model, run(question, library))
    except BadQuestion:
        raise
    except NotSolved as trouble:
        return Answered(question.model, None, trouble)


def _relative(one: float | None, other: float) -> float | None:
    if one is None or not np.isfinite(other) or other == 0:
        return None
    return abs(one - other) / abs(other)
