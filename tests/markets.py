"""Small worlds to test with: rows of law written by hand, random markets, and a second solver.

The second solver shares no line with ours. It reads the equations of DESIGN section 3 one scalar at a
time and leaves the root to ``scipy.optimize.fsolve``, so agreement is between two people, not two calls.
"""

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import fsolve

from tariffs.law.measures import ExporterMeasure, Measure, Reading
from tariffs.law.places import Groups, Membership
from tariffs.law.policy import Cost, Freight, Policy, Share, Wedge
from tariffs.market.market import Lane, Market, Shock
from tariffs.sources import Array, Figure, Status

ON = date(2026, 2, 1)


# Rows of law, one line each


def figure(key: str, value: float | None, unit: str = "fraction") -> Figure:
    return Figure(key, value, value, value, unit, Status.ILLUSTRATIVE, "by-hand")


def measure(kind: str, form: str, rate: float | None, base: str = "cif", **more: object) -> Measure:
    """One rule of importer XAA on everything, on every day; ``more`` replaces any field."""
    key = str(more.pop("key", kind))
    specific = more.pop("specific", None)
    row = Measure(
        key=key,
        importer="XAA",
        region="",
        product="any",
        product_class="any",
        origin="any",
        kind=kind,
        form=form,
        rate=figure(f"measures.{key}.rate", rate),
        base=base,
        recoverable=False,
        valid_from=None,
        valid_to=None,
        specific=None if specific is None else figure(f"measures.{key}.specific", float(str(specific)), "usd_per_t"),
        role="baseline",
        note="",
    )
    return replace(row, **more)  # type: ignore[arg-type]


def exporter_measure(kind: str, rate: float | None, form: str = "ad_valorem", **more: object) -> ExporterMeasure:
    """One rule of exporter XBB's own state."""
    key = str(more.pop("key", kind))
    row = ExporterMeasure(
        key=key,
        exporter="XBB",
        kind=kind,
        form=form,
        rate=figure(f"exporter_measures.{key}.rate", rate),
        base="fob",
        depends_on_listing="false",
        role="baseline",
        direction="cost",
        valid_from=None,
        valid_to=None,
        note="",
    )
    return replace(row, **more)  # type: ignore[arg-type]


def share_of(key: str, place: str, share: float) -> Share:
    return Share(key, "by hand", (place,), figure(f"shares.{key}.share", share), "")


def policy(
    *measures: Measure,
    readings: Iterable[Reading] = (),
    seller: Iterable[ExporterMeasure] = (),
    freight: float | None = None,
    costs: Iterable[tuple[str, float]] = (),
    wedges: Iterable[Wedge] = (),
    shares: Iterable[Share] = (),
    memberships: Iterable[Membership] = (),
) -> Policy:
    """A policy of a few rows; ``freight`` is the leg called ``leg``, ``costs`` are key and value."""
    cost = figure("freight.leg.usd_per_t", freight, "usd_per_t")
    legs = {} if freight is None else {"leg": Freight("leg", "", "XBB", "", "XAA", "road", "", cost, "")}
    return Policy(
        groups=Groups(tuple(memberships)),
        measures={m.key: m for m in measures},
        classification={r.key: r for r in readings},
        exporter_measures={m.key: m for m in seller},
        freight=legs,
        costs={key: Cost(key, key, "", "", figure(f"costs.{key}.value", value), "") for key, value in costs},
        access_wedges={w.key: w for w in wedges},
        shares={s.key: s for s in shares},
    )


# Random markets


@dataclass(frozen=True)
class Ranges:
    """Where a random market's elasticities lie."""

    label: tuple[float, float] = (0.4, 15.0)
    between: tuple[float, float] = (0.4, 12.0)
    home: tuple[float, float] = (0.4, 8.0)
    demand: tuple[float, float] = (-2.0, -0.1)
    supply: tuple[float, float] = (0.5, 20.0)


WIDE = Ranges()
ABOVE_ONE = Ranges(label=(1.2, 15.0), between=(1.2, 12.0), home=(1.2, 8.0))


def lanes_of(rng: np.random.Generator, producers: Sequence[str], importers: Sequence[str]) -> tuple[Lane, ...]:
    """Routes at random: most pairs trade, some under two labels; nobody is left out."""
    lanes: list[Lane] = []
    for maker in producers:
        for buyer in importers:
            if maker == buyer:
                lanes.append(Lane(maker, maker, buyer))
            elif rng.random() < 0.75:
                lanes.append(Lane(maker, maker, buyer))
                if rng.random() < 0.4:
                    borrowed = [p for p in producers if p not in (maker, buyer)]
                    lanes.append(Lane(maker, str(rng.choice(borrowed)) if borrowed else "XZZ", buyer))
    for maker in producers:
        if not any(lane.producer == maker for lane in lanes):
            lanes.append(Lane(maker, maker, importers[-1]))
    for buyer in importers:
        if not any(lane.importer == buyer and not lane.home for lane in lanes):
            lanes.append(Lane(next(p for p in producers if p != buyer), "XZZ", buyer))
    return tuple(lanes)


def random_market(rng: np.random.Generator, ranges: Ranges = WIDE, per_tonne_only: bool = False) -> Market:
    """Two to five producers, one to four buyers, homes among them; elasticities uniform in ``ranges``."""
    n, m = int(rng.integers(2, 6)), int(rng.integers(1, 5))
    producers = tuple(f"P{i}" for i in range(n))
    # Some buyers make bitumen themselves, and the last one never does.
    at_home = int(rng.integers(0, min(n, m)))
    importers = (*producers[:at_home], *(f"M{j}" for j in range(m - at_home)))
    lanes = lanes_of(rng, producers, importers)
    r = len(lanes)
    home = np.array([lane.home for lane in lanes])
    return Market(
        producers=producers,
        importers=importers,
        lanes=lanes,
        tonnes=np.exp(rng.normal(3.0, 1.5, r)),
        net_back=rng.uniform(150.0, 450.0, n),
        A=np.ones(r) if per_tonne_only else np.where(home, 1.0, rng.uniform(1.0, 1.6, r)),
        B=rng.uniform(0.0, 150.0, r),
        supply=rng.uniform(*ranges.supply, n),
        demand=rng.uniform(*ranges.demand, m),
        sigma_label=rng.uniform(*ranges.label, m),
        sigma_import=rng.uniform(*ranges.between, m),
        sigma_home=rng.uniform(*ranges.home, m),
    )


def random_shock(rng: np.random.Generator, market: Market, size: float = 0.4) -> Shock:
    """Every route's charges move, none closes; landed prices stay positive."""
    r = len(market.lanes)
    return Shock(market.A * np.exp(rng.uniform(-size, size, r)), market.B * rng.uniform(0.5, 2.0, r), np.zeros(r, bool))


def with_arrays(market: Market, arrays: Mapping[str, Array]) -> Market:
    """The market with some of its arrays replaced, by name."""
    given: Any = arrays
    return replace(market, **given)


def unchanged(market: Market) -> Shock:
    return Shock(market.A, market.B, np.zeros(len(market.lanes), bool))


def without(market: Market, *lanes: int) -> Shock:
    """The same charges with some routes closed."""
    closed = np.zeros(len(market.lanes), bool)
    closed[list(lanes)] = True
    return Shock(market.A, market.B, closed)


@st.composite
def markets(draw: st.DrawFn, ranges: Ranges = WIDE, per_tonne_only: bool = False, capacities: bool = False) -> Market:
    """Structure from a seed, elasticities from hypothesis, which likes the awkward ones (σ = 1 exactly).

    With ``capacities`` some markets have producers that can sell little more than they do, or nothing more.
    """
    market = random_market(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), ranges, per_tonne_only)
    n, m = len(market.producers), len(market.importers)

    def several(within: tuple[float, float], count: int) -> Array:
        return np.array(draw(st.lists(st.floats(*within), min_size=count, max_size=count)))

    room = st.lists(st.sampled_from([1.0, 1.02, 1.2, 3.0, math.inf]), min_size=n, max_size=n)
    limits = draw(st.none() | room) if capacities else None
    return replace(
        market,
        supply=several(ranges.supply, n),
        demand=several(ranges.demand, m),
        sigma_label=several(ranges.label, m),
        sigma_import=several(ranges.between, m),
        sigma_home=several(ranges.home, m),
        capacity=None if limits is None else market.output * np.array(limits),
    )


@st.composite
def markets_and_shocks(draw: st.DrawFn, ranges: Ranges = WIDE, capacities: bool = False) -> tuple[Market, Shock]:
    market = draw(markets(ranges, capacities=capacities))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return market, random_shock(rng, market, draw(st.floats(0.0, 0.5)))


# The second solver


@dataclass(frozen=True)
class Cleared:
    """What the second solver found, route by route."""

    net_back: dict[str, float]
    tonnes: list[float]  # one per route
    landed: list[float]
    index: dict[str, float]  # price index of each market, after over before
    residual: float


def ces(weights: Sequence[float], prices: Sequence[float], sigma: float) -> float:
    """``(Σ w p^(1-σ))^(1/(1-σ))``, and its limit ``Π p^w`` at one."""
    if sigma == 1.0:
        return math.exp(sum(w * math.log(p) for w, p in zip(weights, prices, strict=True)))
    return float(sum(w * p ** (1.0 - sigma) for w, p in zip(weights, prices, strict=True)) ** (1.0 / (1.0 - sigma)))


def sales(
    market: Market, net_back: dict[str, float], shock: Shock
) -> tuple[list[float], list[float], dict[str, float]]:
    """Tonnes and landed price of every route, and every market's index, at given net-backs (DESIGN section 3)."""
    routes = range(len(market.lanes))
    before = [float(market.A[r] * market.net_back[market.maker[r]] + market.B[r]) for r in routes]
    spent = [before[r] * float(market.tonnes[r]) for r in routes]
    trades = [r for r in routes if spent[r] > 0 and not shock.closed[r]]
    landed = [float(shock.A[r] * net_back[market.lanes[r].producer] + shock.B[r]) for r in routes]
    tonnes, index = [0.0] * len(market.lanes), {}
    for m, buyer in enumerate(market.importers):
        label, between, home = (float(s[m]) for s in (market.sigma_label, market.sigma_import, market.sigma_home))
        here = [r for r in routes if market.lanes[r].importer == buyer and spent[r] > 0]
        total = sum(spent[r] for r in here)
        imports = sum(spent[r] for r in here if not market.lanes[r].home)
        of_maker: dict[str, float] = {}
        for maker in dict.fromkeys(market.lanes[r].producer for r in here):
            group = [r for r in here if market.lanes[r].producer == maker]
            left = [r for r in group if r in trades]
            if left:
                whole = sum(spent[r] for r in group)
                of_maker[maker] = ces([spent[r] / whole for r in left], [landed[r] / before[r] for r in left], label)
        foreign = [p for p in of_maker if p != buyer]
        parts: list[tuple[float, float]] = []
        of_imports = math.nan
        if foreign:
            weight = [sum(spent[r] for r in here if market.lanes[r].producer == p) / imports for p in foreign]
            of_imports = ces(weight, [of_maker[p] for p in foreign], between)
            parts.append((imports / total, of_imports))
        if buyer in of_maker:
            parts.append(((total - imports) / total, of_maker[buyer]))
        if not parts:
            continue
        whole_index = index[buyer] = ces([w for w, _ in parts], [p for _, p in parts], home)
        for r in (r for r in here if r in trades):
            maker, change = market.lanes[r].producer, landed[r] / before[r]
            ratio = whole_index ** float(market.demand[m])
            if maker == buyer:
                ratio *= (whole_index / of_maker[maker]) ** home
            else:
                ratio *= (whole_index / of_imports) ** home * (of_imports / of_maker[maker]) ** between
            tonnes[r] = float(market.tonnes[r]) * ratio * (of_maker[maker] / change) ** label
    return tonnes, landed, index


def clear(market: Market, shock: Shock, steps: int = 8) -> Cleared:
    """Clear every producer's sales with ``fsolve``, walking from the old charges to the new in small steps."""
    n0 = {p: float(market.net_back[i]) for i, p in enumerate(market.producers)}
    sold_before = {
        p: sum(float(market.tonnes[r]) for r, lane in enumerate(market.lanes) if lane.producer == p) for p in n0
    }
    mu = {p: float(market.supply[i]) for i, p in enumerate(market.producers)}
    # What each would sell at its old net-back without a limit, and the limit; sales before are possible by definition.
    s0 = {p: sold_before[p] if market.potential is None else float(market.potential[i]) for i, p in enumerate(n0)}
    most = {
        p: math.inf if market.capacity is None else max(float(market.capacity[i]), sold_before[p])
        for i, p in enumerate(n0)
    }
    live = [r for r in range(len(market.lanes)) if market.tonnes[r] > 0 and not shock.closed[r]]
    makers = [p for p in n0 if any(market.lanes[r].producer == p for r in live)]

    def at(x: Sequence[float]) -> dict[str, float]:
        return {**n0, **{p: n0[p] * math.exp(x[i]) for i, p in enumerate(makers)}}

    def gaps(now: Shock) -> Callable[[Array], list[float]]:
        def left_over(x: Array) -> list[float]:
            sold, _, _ = sales(market, at(list(x)), now)
            return [
                min(mu[p] * float(x[i]) + math.log(s0[p]), math.log(most[p]))
                - math.log(sum(sold[r] for r in live if market.lanes[r].producer == p))
                for i, p in enumerate(makers)
            ]

        return left_over

    point = np.zeros(len(makers))
    for step in range(1, steps + 1):
        part = step / steps
        now = Shock(market.A + part * (shock.A - market.A), market.B + part * (shock.B - market.B), shock.closed)
        with warnings.catch_warnings():  # it complains when it cannot do better than rounding; the residual says
            warnings.simplefilter("ignore", RuntimeWarning)
            point = fsolve(gaps(now), point, xtol=1e-14)
    residual = max((abs(g) for g in gaps(shock)(point)), default=0.0)
    tonnes, landed, index = sales(market, at(list(point)), shock)
    return Cleared(at(list(point)), tonnes, landed, index, residual)
