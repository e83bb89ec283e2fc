"""Ten thousand markets that nobody would believe, at each model: each closes, or says why not.

Shares next to nothing and next to everything, elasticities at their bounds and at one, duties to 1,000 %, charges
per tonne, support beyond the cost, closed routes, full plants, lonely producers. What the exact model calls closed
is checked here by equations of our own, written out group by group with no line of the solver in them.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from tariffs.market.market import Lane, Market, Shock
from tariffs.models import MODELS, solve
from tariffs.models.result import Result
from tariffs.sources import Array
from tests.markets import lanes_of

STRUCTURES, EACH = 80, 125  # 10,000 draws
SIGMAS = np.array([0.05, 0.3, 0.9, 0.999999, 1.0, 1.000001, 1.04, 1.3, 3.0, 9.0, 20.0, 50.0])
DEMANDS = np.array([-6.0, -2.0, -1.000001, -1.0, -0.3, -0.01])
SUPPLIES = np.array([0.05, 0.5, 1.0, 5.0, 20.0, 99.0, 500.0])


@dataclass(frozen=True)
class Wild:
    """One structure and its draws."""

    market: Market
    shock: Shock


def structure(rng: np.random.Generator, kind: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Lane, ...]]:
    """One route; one producer; nobody at home; everybody at home; or anything."""
    if kind == 0:
        return ("P0",), ("M0",), (Lane("P0", "P0", "M0"),)
    if kind == 1:
        importers = ("P0", "M0", "M1")
        return ("P0",), importers, tuple(Lane("P0", label, m) for m in importers for label in ("P0", "XZZ"))
    n, m = int(rng.integers(2, 7)), int(rng.integers(1, 6))
    producers = tuple(f"P{i}" for i in range(n))
    homes = {2: 0, 3: min(n, m)}.get(kind, int(rng.integers(0, min(n, m) + 1)))
    importers = (*producers[:homes], *(f"M{j}" for j in range(m - homes)))
    return producers, importers, lanes_of(rng, producers, importers)


def wild(seed: int) -> Wild:
    """A structure and ``EACH`` draws of everything else."""
    rng = np.random.default_rng(seed)
    producers, importers, lanes = structure(rng, seed % 6)
    n, m, r = len(producers), len(importers), len(lanes)
    home = np.array([lane.home for lane in lanes])
    maker = np.array([producers.index(lane.producer) for lane in lanes])

    def some(values: Array, size: int) -> Array:
        """From a list, or anything between its ends."""
        listed = rng.choice(values, (EACH, size))
        between = rng.uniform(values.min(), values.max(), (EACH, size))
        return np.where(rng.random((EACH, size)) < 0.6, listed, between)

    tonnes = np.exp(rng.normal(3.0, 4.0, (EACH, r)))  # the middle 95 % spans a factor of six million
    if seed % 5 == 4:
        tonnes = np.where(rng.random((EACH, r)) < 0.15, 0.0, tonnes)
    net_back, A = rng.uniform(100.0, 500.0, (EACH, n)), np.where(home, 1.0, rng.uniform(1.0, 1.7, (EACH, r)))
    B = rng.uniform(0.0, 250.0, (EACH, r))
    output = np.stack([(tonnes * (maker == i)).sum(axis=1) for i in range(n)], axis=1)
    room = rng.choice([1.0, 1.0001, 1.3, 1e30, 1e30], (EACH, n))  # the last is no limit at all
    market = Market(
        producers=producers,
        importers=importers,
        lanes=lanes,
        tonnes=tonnes,
        net_back=net_back,
        A=A,
        B=B,
        supply=some(SUPPLIES, n),
        demand=some(DEMANDS, m),
        sigma_label=some(SIGMAS, m),
        sigma_import=some(SIGMAS, m),
        sigma_home=some(SIGMAS, m),
        capacity=output * room if seed % 3 else None,
        potential=output * np.where(room == 1.0, rng.uniform(1.0, 2.0, (EACH, n)), 1.0) if seed % 3 else None,
    )
    hit = rng.random((EACH, r)) < 0.5
    duty = np.where(hit, rng.choice([-0.3, -0.05, 0.1, 0.5, 2.0, 10.0], (EACH, r)), 0.0)
    charge = np.where(rng.random((EACH, r)) < 0.3, rng.choice([-90.0, -30.0, 30.0, 400.0, 3000.0], (EACH, r)), 0.0)
    charge = np.where(rng.random((EACH, r)) < 0.004, -600.0, charge)  # support beyond the cost
    closed = rng.random(r) < (0.25 if seed % 4 == 3 else 0.0)
    return Wild(market, Shock(A * (1.0 + duty), B + charge, closed))


CASES = tuple(wild(seed) for seed in range(STRUCTURES))


@pytest.fixture(scope="module", params=list(MODELS))
def answers(request: pytest.FixtureRequest) -> list[Result]:
    """Every case answered by one model; any warning that a number overflowed is its own affair."""
    return [solve(request.param, case.market, case.shock) for case in CASES]


@pytest.fixture(scope="module")
def exact() -> list[Result]:
    return [solve("armington", case.market, case.shock) for case in CASES]


def test_every_wild_market_closes_or_says_why_not(answers: list[Result]) -> None:
    draws = 0
    for case, result in zip(CASES, answers, strict=True):
        assert result.closed.shape == (EACH,) == result.residual.shape
        assert (result.residual[result.closed] < 1e-9).all()
        assert (~(result.residual[~result.closed] <= 1e-10)).all()
        if not result.closed.all():
            assert result.reason
        for d in range(EACH):
            assert bool(result.reason_of(d)) != bool(result.closed[d])
        assert case.shock.closed.shape == (len(case.market.lanes),)
        draws += EACH
    assert draws == 10_000


def test_no_figure_of_a_wild_market_is_missing_or_without_end(answers: list[Result]) -> None:
    for case, result in zip(CASES, answers, strict=True):
        for name in ("net_back", "tonnes", "price_index", "import_index"):
            assert np.isfinite(getattr(result, name)).all(), name
        assert not np.isnan(result.residual).any()
        assert not np.isnan(result.landed).any()
        assert np.isfinite(result.landed[:, ~case.shock.closed]).all()
        assert (result.tonnes >= 0).all()
        sold = result.tonnes[:, ~case.shock.closed] > 0
        assert (result.landed[:, ~case.shock.closed][sold] > 0).all()


def test_a_draw_without_an_answer_comes_back_where_it_was(answers: list[Result]) -> None:
    for case, result in zip(CASES, answers, strict=True):
        for d in np.flatnonzero(~result.closed):
            assert (result.tonnes[d] == case.market.tonnes[d]).all()
            assert (result.net_back[d] == case.market.net_back[d]).all()
            assert (result.price_index[d] == 1).all()


def test_neighbours_in_a_batch_change_nothing(answers: list[Result]) -> None:
    """Solved alone, a draw has the answer that it has beside draws that fail."""
    for case, result in list(zip(CASES, answers, strict=True))[::7]:
        for d in range(0, EACH, 31):
            alone = solve(result.model, case.market.row(d), Shock(case.shock.A[d], case.shock.B[d], case.shock.closed))
            assert bool(alone.closed) == bool(result.closed[d])
            assert alone.reason == result.reason_of(d)
            assert np.allclose(alone.tonnes, result.tonnes[d], rtol=1e-9, atol=1e-12)


# The exact model's equations, written out again


def log_index(weights: Array, logs: Array, sigma: Array) -> Array:
    """``ln (Σ w p^(1-σ))^(1/(1-σ))`` over the last axis, (D,), from weights that need not add up to one."""
    power = 1.0 - sigma[:, None]
    least = np.where(weights > 0, power * logs, -np.inf).max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = (least + np.log((weights * np.exp(power * logs - least[:, None])).sum(axis=1))) / power[:, 0]
        whole = np.abs(weights.sum(axis=1) - 1.0) < 1e-9
        near = np.log1p((weights * np.expm1(power * logs)).sum(axis=1)) / power[:, 0]
        mean = (weights * logs).sum(axis=1) / weights.sum(axis=1)
    near = np.where(np.abs(power[:, 0]) < 1e-12, mean, near)
    return np.where(whole & (np.abs(power[:, 0]) < 1e-3), near, plain)


def demanded(case: Wild, result: Result) -> Array:
    """(D, R) ln of tonnes wanted at the result's net-backs, group by group; -inf where nothing is."""
    market, shock = case.market, case.shock
    lanes = market.lanes
    before = market.landed
    spent = before * market.tonnes
    live = (spent > 0) & ~shock.closed
    earned = np.where(result.net_back > 0, result.net_back, market.net_back)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(live, np.log((shock.A * earned[:, market.maker] + shock.B) / before), 0.0)
        tonnage = np.log(market.tonnes)
    wanted = np.full(spent.shape, -np.inf)
    for m, buyer in enumerate(market.importers):
        label, between, home = (s[:, m] for s in (market.sigma_label, market.sigma_import, market.sigma_home))
        of = {p: [r for r, x in enumerate(lanes) if (x.producer, x.importer) == (p, buyer)] for p in market.producers}
        own = {p: own_index(rows, spent, live, change, label) for p, rows in of.items() if rows}
        total = sum(spent[:, rows].sum(axis=1) for rows in of.values())
        foreign = [p for p in own if p != buyer]
        kinds = []
        imported = np.zeros(EACH)
        if foreign:
            bought = sum(spent[:, of[p]].sum(axis=1) for p in foreign)
            left = np.stack([live[:, of[p]].any(axis=1) for p in foreign], axis=1)
            weights = np.stack([spent[:, of[p]].sum(axis=1) for p in foreign], axis=1) * left
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(weights > 0, weights / np.where(bought > 0, bought, 1.0)[:, None], 0.0)
            imported = log_index(share, np.stack([own[p] for p in foreign], axis=1), between)
            kinds.append((bought * left.any(axis=1), imported))
        if buyer in own:
            kinds.append((spent[:, of[buyer]].sum(axis=1) * live[:, of[buyer]].any(axis=1), own[buyer]))
        weights = np.stack([w for w, _ in kinds], axis=1) / np.where(total > 0, total, 1.0)[:, None]
        index = log_index(weights, np.stack([np.where(w > 0, i, 0.0) for w, i in kinds], axis=1), home)
        for p, index_p in own.items():
            with np.errstate(invalid="ignore"):
                upper = home * (index - index_p)
                if p != buyer:
                    upper = home * (index - imported) + between * (imported - index_p)
                for r in of[p]:
                    log = tonnage[:, r] + market.demand[:, m] * index + upper + label * (index_p - change[:, r])
                    wanted[:, r] = np.where(live[:, r], log, -np.inf)
    return wanted


def own_index(rows: list[int], spent: Array, live: Array, change: Array, label: Array) -> Array:
    whole = spent[:, rows].sum(axis=1)
    weights = spent[:, rows] * live[:, rows] / np.where(whole > 0, whole, 1.0)[:, None]
    some = weights.sum(axis=1) > 0
    return np.where(some, log_index(np.where(some[:, None], weights, 1.0), change[:, rows], label), 0.0)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_exact_model_closes_in_equations_that_are_not_its_own(exact: list[Result]) -> None:
    """Tonnes are those wanted at the net-backs told, and each producer's add up to what it offers there."""
    told = 0
    for case, result in zip(CASES, exact, strict=True):
        market, good = case.market, result.closed
        wanted = demanded(case, result)[good]
        with np.errstate(divide="ignore"):
            sold = np.log(result.tonnes[good])
        real = (wanted > -200) | (sold > -200)  # e^-200 tonnes is less than an atom
        assert np.abs(np.where(real, wanted - sold, 0.0)).max(initial=0.0) < 1e-8
        sales = np.stack([np.exp(wanted[:, market.maker == i]).sum(axis=1) for i in range(len(market.producers))], 1)
        ratio = np.where(result.net_back > 0, result.net_back / market.net_back, 1.0)[good]
        offered = np.minimum(market.willing[good] * ratio ** market.supply[good], market.limit[good])
        selling = sales > 0
        gap = np.where(selling, np.log(offered / np.where(selling, sales, 1.0)), 0.0)
        assert np.abs(gap).max(initial=0.0) < 1e-9
        told += int(good.sum())
    assert told > 7_000, "too many gave up for the test to say much"


def test_most_wild_markets_have_an_answer(answers: list[Result]) -> None:
    """Not a law: a guard against a model that refuses what it should solve."""
    share = np.mean([result.closed.mean() for result in answers])
    assert share > {"armington": 0.75, "gsim": 0.2, "smart": 0.2}[answers[0].model]
