"""What holds the exporter's trade with a market back: each barrier lifted alone, all together, and its fair part.

Every set of the six barriers is one row of a single batched solve of the exact model. A barrier is lifted on the
exporter's routes into that market alone, under every label it sells under; its sales elsewhere keep theirs. What no
price explains is taste: how buyers would choose without it is said in ``taste``. The parts are averaged over every
order in which barriers may fall, so they add up to the whole distance between today and the benchmark.

The benchmark is a ruler, no forecast: nobody can carry bitumen for nothing, taste holds grades and contracts that
no treaty lifts, and elasticities measured near today's prices are used far from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tariffs.barriers.chain import DUTY, MEASURED, Chain, subsets
from tariffs.barriers.many import draws_in, first, repeated, wide
from tariffs.barriers.shapley import shapley
from tariffs.barriers.taste import Reshaped, equal_taste
from tariffs.errors import N_, BadQuestion, Place
from tariffs.market.market import Market, Shock
from tariffs.models import solve
from tariffs.sources import Array, Number, weakest
from tariffs.study import Study, run
from tariffs.study.figures import RIVAL_SHARE
from tariffs.uncertainty import Estimate, estimate

TASTE = "taste"
BARRIERS = (*MEASURED, TASTE)
COARSE = 128  # draws at most: 64 solves each, and a range needs no more
OPENS = 0.5  # a barrier opens a market when lifting it alone brings this part of what lifting all of them would


@dataclass(frozen=True, slots=True)
class Way:
    """The way into a market under one label: what the plant keeps, what each barrier costs, what buyers pay."""

    label: str
    net_back: Estimate
    amounts: Mapping[str, Estimate]  # USD/t of each measured barrier; with the net-back they add up to landed
    landed: Estimate


@dataclass(frozen=True, slots=True)
class Barrier:
    """One barrier: what it keeps away. What it costs on the way is said label by label, in ``Way``."""

    name: str
    alone: Estimate  # tonnes more if it alone were lifted
    part: Estimate  # its part of the whole distance, averaged over all orders; the parts add up


@dataclass(frozen=True)
class Held:
    """What holds back the trade with one market; ``worth`` maps sets of lifted barriers to tonnes, (D + 1,)."""

    importer: str
    exporter: str
    ways: tuple[Way, ...]  # one for each label that may land, the exporter's own first
    refused: tuple[str, ...]  # labels that may not land: that barrier is not lifted here
    duty_known: bool
    draws: int
    home_price: Estimate
    cheapest_rival: Estimate
    barriers: tuple[Barrier, ...]
    today: Estimate
    open: Estimate  # tonnes if every measured barrier were lifted, tastes as they are
    benchmark: Estimate  # the same without taste
    gap: Estimate  # benchmark less today
    worth: Mapping[frozenset[str], Array]
    solved: NDArray[np.bool_]

    def __getitem__(self, name: str) -> Barrier:
        return next(barrier for barrier in self.barriers if barrier.name == name)

    @cached_property
    def duty_opens(self) -> NDArray[np.bool_]:
        """(D + 1,) whether cutting the duty alone brings ``OPENS`` of what lifting all measured barriers would."""
        today, every = self.worth[frozenset()], self.worth[frozenset(MEASURED)]
        alone = self.worth[frozenset({DUTY})] - today
        return np.asarray(alone >= OPENS * (every - today))

    @property
    def duty_alone_is_not_enough(self) -> bool:
        """At the central values, where lifting everything would open the market and the duty alone would not."""
        every = self.worth[frozenset(MEASURED)] - self.worth[frozenset()]
        return bool(self.solved[0] and every[0] > 0 and not self.duty_opens[0])

    @property
    def sureness(self) -> float | None:
        """Share of the draws in which cutting the duty alone is not enough; missing when nothing was drawn."""
        drawn = ~self.duty_opens[1:][self.solved[1:]]
        return float(drawn.mean()) if len(drawn) else None


def markets_sold_to(study: Study) -> tuple[str, ...]:
    """Markets of their own that the exporter sells to; the rest of the world is none."""
    lanes = study.result.market.lanes
    return tuple(dict.fromkeys(x.importer for x in lanes if x.producer == study.exporter and x.importer != "WLD"))


def what_holds_back(study: Study, importer: str, draws: int = COARSE) -> Held:
    """Take the world after a scenario apart, for one market; always with the exact model.

    Parameters
    ----------
    draws : draws used at most, the first of the study's own, so that scenarios see the same luck.

    Raises
    ------
    BadQuestion
        When the exporter does not sell there, or may not under any label.
    """
    if importer not in markets_sold_to(study):
        raise BadQuestion(
            N_(
                "{exporter} sells nothing to {importer} in our rows, so no barrier can be told apart. "
                "Ask for {markets}."
            ),
            exporter=Place(study.exporter),
            importer=Place(importer),
            markets=[Place(place) for place in markets_sold_to(study)],
        )
    if study.question.model != "armington":
        study = run(replace(study.question, model="armington"), study.library)
    side, market = study.after, first(study.after.market, draws)
    lanes = [n for n, x in enumerate(market.lanes) if (x.producer, x.importer) == (study.exporter, importer)]
    closed = [n for n in lanes if side.stacks[n].prohibited]
    lanes = [n for n in lanes if n not in closed]
    if not lanes:
        raise BadQuestion(
            N_(
                "{importer} refuses these goods under every label on {day}: the refusal is the barrier, and no other "
                "can be measured behind it. Lift it first, as with tur.ban=no."
            ),
            importer=Place(importer),
            day=side.on,
        )
    count = draws_in(market)
    chains = {n: Chain.of(side.stacks[n]).first(count) for n in lanes}
    worth, solved = _solve_every_set(market, side.result.shock, chains, importer, study.exporter, count)
    solved &= study.solved[:count]
    parts = shapley(BARRIERS, worth)
    lanes.sort(key=lambda n: market.lanes[n].label != study.exporter)
    net_back = wide(market.net_back, count)[:, market.producers.index(study.exporter)]
    status, sources = weakest(f.status for f in study.used), tuple(dict.fromkeys(f.source for f in study.used))

    def told(values: Number, unit: str) -> Estimate:
        return estimate(values, solved, unit, status, sources)

    def way(n: int) -> Way:
        amounts = {name: told(amount, "USD/t") for name, amount in chains[n].amounts(net_back).items()}
        landed = told(wide(market.landed, count)[:, n], "USD/t")
        return Way(market.lanes[n].label, told(net_back, "USD/t"), amounts, landed)

    today = worth[frozenset()]
    home, rival = _rivals(study, importer, count)
    return Held(
        importer=importer,
        exporter=study.exporter,
        ways=tuple(way(n) for n in lanes),
        refused=tuple(market.lanes[n].label for n in closed),
        duty_known="customs_duty" not in side.stacks[lanes[0]].missing,
        draws=count - 1,
        home_price=told(home, "USD/t"),
        cheapest_rival=told(rival, "USD/t"),
        barriers=tuple(
            Barrier(name, told(worth[frozenset({name})] - today, "t"), told(parts[name], "t")) for name in BARRIERS
        ),
        today=told(today, "t"),
        open=told(worth[frozenset(MEASURED)], "t"),
        benchmark=told(worth[frozenset(BARRIERS)], "t"),
        gap=told(worth[frozenset(BARRIERS)] - today, "t"),
        worth=worth,
        solved=solved,
    )


def _solve_every_set(
    market: Market, shock: Shock, chains: Mapping[int, Chain], importer: str, exporter: str, count: int
) -> tuple[dict[frozenset[str], Array], NDArray[np.bool_]]:
    """Tonnes (count,) into the market for every set of lifted barriers, and the draws in which all of them closed."""
    sets = subsets(BARRIERS)
    slope, const = (np.tile(wide(x, count), (len(sets), 1, 1)) for x in (shock.A, shock.B))
    asked, tasteless = wide(market.tonnes, count), equal_taste(market, importer, exporter)
    tonnes = np.stack([wide(tasteless, count) if TASTE in some else asked for some in sets])
    for row, some in enumerate(sets):
        for n, chain in chains.items():
            line = chain.without(some)
            slope[row, :, n], const[row, :, n] = line.slope, line.const
    flat = (len(sets) * count, len(market.lanes))
    many = repeated(market, len(sets))
    everything = Reshaped(
        **{f.name: getattr(many, f.name) for f in fields(many)}
        | {"tonnes": tonnes.reshape(flat), "capacity": many.limit, "potential": many.willing}
    )
    result = solve("armington", everything, Shock(slope.reshape(flat), const.reshape(flat), shock.closed))
    ours = result.tonnes[:, list(chains)].sum(axis=1).reshape(len(sets), count)
    closed = np.asarray(result.closed.reshape(len(sets), count).all(axis=0))
    return dict(zip(sets, ours, strict=True)), closed


def _rivals(study: Study, importer: str, count: int) -> tuple[Array, Array]:
    """Home price, and the landed price of the cheapest seller that matters, each (count,); nan where there is none."""
    result, exporter = study.after.result, study.exporter
    lanes = result.market.lanes
    here = [n for n, x in enumerate(lanes) if x.importer == importer]
    tonnes, landed = wide(result.tonnes, count), wide(result.landed, count)
    bought = tonnes[:, here].sum(axis=1)
    others = [n for n in here if lanes[n].producer != exporter]
    homes = [n for n in here if lanes[n].home]
    nothing = np.full(count, np.nan)
    matters = tonnes[:, others] >= RIVAL_SHARE * bought[:, None]
    cheapest = np.where(matters, landed[:, others], np.inf).min(axis=1, initial=np.inf)
    return landed[:, homes[0]] if homes else nothing, np.where(np.isfinite(cheapest), cheapest, np.nan)
