"""SMART by hand, by law on random importers, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tariffs.market.market import Lane, Market, Shock
from tariffs.models import armington, smart
from tariffs.models.smart import INFINITE, effects
from tariffs.sources import Array
from tests.markets import markets, markets_and_shocks, random_market, random_shock, unchanged, without

laws = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def importers(draw: st.DrawFn) -> tuple[Array, Array, Array]:
    """Imports of two to six partners, and powers before and after."""
    count = draw(st.integers(2, 6))

    def several(low: float, high: float) -> Array:
        return np.array(draw(st.lists(st.floats(low, high), min_size=count, max_size=count)))

    return np.exp(several(0.0, 8.0)), several(1.0, 2.0), several(1.0, 2.0)


# By hand


def test_one_freed_partner_wins_by_the_bounded_formula_and_the_rest_lose_by_their_size() -> None:
    """M = 100 against 300, R = 1/1.25 = 0.8, sigma 1.5: TD = 100 * 300 * 0.3 / (400 + 30) = 20.93."""
    run = effects(np.array([100.0, 200.0, 100.0]), np.array([1.25, 1.25, 1.25]), np.array([1.0, 1.25, 1.25]), -1.0)
    won = 100 * 300 * 1.5 * 0.2 / (400 + 100 * 1.5 * 0.2)
    assert_allclose(run.diversion, [won, -won * 2 / 3, -won / 3])
    assert_allclose(run.creation, [20.0, 0.0, 0.0])  # 100 * -1 * (1 - 1.25) / 1.25


def test_a_duty_on_one_partner_is_won_by_the_others_by_their_size() -> None:
    """Two rivals of one size, 10 % on a third: to the first order it loses M (ΣM - M)/ΣM σ * 10 %."""
    trade = np.array([100.0, 150.0, 150.0])
    run = effects(trade, np.ones(3), np.array([1.001, 1.0, 1.0]), -1.0)
    assert run.diversion[1] == run.diversion[2] > 0
    assert run.diversion[0] == pytest.approx(-100 * 300 / 400 * 1.5 * 0.001, rel=2e-3)


def test_a_finite_supply_holds_creation_back_and_takes_the_rest_in_price() -> None:
    """ε -1, μ 4, tariff 25 % off: TC = 100 * 0.2 / (1 + 1/4) = 16, dp = 16 % / 4 = 4 % = Δ ε / (μ - ε)."""
    run = effects(np.array([100.0]), np.array([1.25]), np.array([1.0]), -1.0, supply=4.0)
    assert_allclose(run.creation, [16.0])
    assert_allclose(run.world_price, [0.04])
    assert_allclose(run.world_price, [-0.2 * -1.0 / (4.0 + 1.0)])
    assert_allclose(run.price_effect, [116.0 * 0.04])


def test_a_price_that_is_half_road_moves_the_buyer_half_as_much() -> None:
    """s = 0.5 on the road to the buyer: TC = 100 * 0.2 / (1 + 0.5/4)."""
    run = effects(np.array([100.0]), np.array([1.25]), np.array([1.0]), -1.0, supply=4.0, pass_through=0.5)
    assert_allclose(run.creation, [20.0 / 1.125])
    # On that line demand and supply agree: ε (Δ + s dp) = μ dp.
    assert_allclose(-1.0 * (-0.2 + 0.5 * run.world_price), 4.0 * run.world_price)


# By law


@laws
@given(case=importers(), demand=st.floats(-4.0, -0.1), sigma=st.floats(0.2, 50.0), supply=st.floats(0.5, 150.0))
def test_diversion_moves_trade_and_makes_none(
    case: tuple[Array, Array, Array], demand: float, sigma: float, supply: float
) -> None:
    trade, before, after = case
    run = effects(trade, before, after, demand, sigma, supply)
    slack = 1e-9 * trade.sum()
    assert abs(run.diversion.sum()) <= slack
    assert (run.diversion >= -trade - slack).all()
    assert (trade + run.bought >= -slack).all()
    assert_allclose(run.total, run.creation + run.diversion + run.price_effect, atol=slack)
    assert supply < INFINITE or (run.price_effect == 0).all()
    change = after / before
    mean = (trade * change).sum() / trade.sum()
    assert (run.diversion[change < mean * (1 - 1e-9)] >= 0).all()
    assert (run.diversion[change > mean * (1 + 1e-9)] <= 0).all()


@laws
@given(case=importers(), cut=st.floats(0.5, 1.0))
def test_a_cut_that_all_partners_share_diverts_nothing(case: tuple[Array, Array, Array], cut: float) -> None:
    trade, before, _ = case
    run = effects(trade, before, cut * before, -1.2, 5.0)
    assert_allclose(run.diversion, 0.0, atol=1e-9 * trade.sum())
    assert_allclose(run.creation, trade * 1.2 * (1 - cut), atol=1e-9 * trade.sum())


@laws
@given(case=importers(), more=st.floats(1.1, 10.0))
def test_more_substitution_diverts_more_but_less_than_in_step(case: tuple[Array, Array, Array], more: float) -> None:
    trade, before, after = case
    little, lots = (effects(trade, before, after, -1.2, sigma).diversion for sigma in (1.5, 1.5 * more))
    won, won_more = little[little > 0].sum(), lots[lots > 0].sum()
    slack = 1e-9 * trade.sum()
    assert won - slack <= won_more <= more * won + slack


@laws
@given(case=importers(), demand=st.floats(-0.7, -0.1))
def test_doubling_import_demand_doubles_creation(case: tuple[Array, Array, Array], demand: float) -> None:
    trade, before, after = case
    once, twice = (effects(trade, before, after, k * demand).creation for k in (1, 2))
    assume((2 * once > -trade).all())  # no partner loses more than it sells
    assert_allclose(twice, 2 * once)


@laws
@given(market=markets())
def test_no_change_changes_nothing(market: Market) -> None:
    result = smart.solve(market, unchanged(market))
    assert result.closed and result.residual < 1e-12
    for name in ("tonnes", "net_back", "landed"):
        assert_allclose(getattr(result, name), getattr(market, name), rtol=1e-9)
    assert_allclose(np.r_[result.price_index, result.import_index], 1.0, rtol=1e-9)


@laws
@given(case=markets_and_shocks(), rate=st.floats(0.01, 50_000.0))
def test_neither_the_currency_nor_the_unit_of_mass_matters(case: tuple[Market, Shock], rate: float) -> None:
    market, shock = case
    result = smart.solve(market, shock)
    abroad = replace(market, net_back=market.net_back * rate, B=market.B * rate, tonnes=market.tonnes * 7.0)
    other = smart.solve(abroad, replace(shock, B=shock.B * rate))
    assert bool(other.closed) == bool(result.closed)
    assert_allclose(other.tonnes, 7.0 * result.tonnes, rtol=1e-9, atol=1e-9 * market.tonnes.max())
    assert_allclose(other.net_back, rate * result.net_back, rtol=1e-9)


@laws
@given(case=markets_and_shocks())
def test_home_sales_stay_and_landed_prices_follow_the_net_back(case: tuple[Market, Shock]) -> None:
    market, shock = case
    result = smart.solve(market, shock)
    if not result.closed:
        assert result.reason
        return
    assert_allclose(result.tonnes[market.home], market.tonnes[market.home])
    assert_allclose(result.landed, shock.A * result.net_back[market.maker] + shock.B)
    assert (result.tonnes >= 0).all() and result.residual < 1e-9


# One importer at a time


def rivals(supply: float = INFINITE) -> Market:
    """XBB and XCC sell to XAA, which makes its own, and to XDD."""
    lanes = (
        Lane("XAA", "XAA", "XAA"),
        *(Lane(maker, maker, buyer) for maker in ("XBB", "XCC") for buyer in ("XAA", "XDD")),
    )
    return Market(
        producers=("XAA", "XBB", "XCC"),
        importers=("XAA", "XDD"),
        lanes=lanes,
        tonnes=np.array([900.0, 100.0, 50.0, 80.0, 120.0]),
        net_back=np.array([400.0, 200.0, 250.0]),
        A=np.array([1.0, 1.1, 1.0, 1.1, 1.0]),
        B=np.array([0.0, 40.0, 0.0, 40.0, 0.0]),
        supply=np.full(3, supply),
        demand=np.array([-0.5, -1.0]),
        sigma_label=np.array([9.0, 9.0]),
        sigma_import=np.array([5.0, 5.0]),
        sigma_home=np.array([4.0, 4.0]),
    )


def test_a_duty_in_one_importer_leaves_the_others_as_they_were() -> None:
    market = rivals(supply=4.0)
    result = smart.solve(market, Shock(market.A, market.B + np.array([0, 20.0, 0, 0, 0]), np.zeros(5, bool)))
    assert result.tonnes[1] < market.tonnes[1] and result.tonnes[3] > market.tonnes[3]
    assert_allclose(result.tonnes[[2, 4]], market.tonnes[[2, 4]])
    assert result.price_index[0] > 1.0 == result.price_index[1]
    exact = armington.solve(market, result.shock)
    assert exact.tonnes[2] > market.tonnes[2]  # what the exact model knows: XBB sells elsewhere what XAA taxes


def test_a_producers_net_back_is_what_it_earns_by_the_tonne() -> None:
    market = rivals(supply=4.0)
    result = smart.solve(market, Shock(market.A, market.B + np.array([0, 26.0, 0, 0, 0]), np.zeros(5, bool)))
    # Landed 260, so 26 is 10 %; s = 1.1 * 200/260; dp = 0.1 ε / (μ - ε s) at XAA and nothing at XDD.
    price = 0.1 * -0.5 / (4.0 + 0.5 * 220 / 260)
    sold = result.tonnes[[1, 2]]
    assert_allclose(result.net_back[1], 200.0 * (1 + price * sold[0] / sold.sum()))
    assert_allclose(result.net_back[[0, 2]], market.net_back[[0, 2]])


def test_with_infinite_supply_net_backs_stay_and_the_whole_charge_is_passed_on() -> None:
    market = rivals()
    shock = Shock(market.A * 1.1, market.B, np.zeros(5, bool))
    result = smart.solve(market, shock)
    assert_allclose(result.net_back, market.net_back)
    assert_allclose(result.landed, shock.A * market.net_back[market.maker] + shock.B)


def test_an_importer_that_buys_only_at_home_is_left_alone() -> None:
    market = replace(rivals(), tonnes=np.array([900.0, 0.0, 50.0, 0.0, 120.0]))
    result = smart.solve(market, Shock(market.A * 1.1, market.B, np.zeros(5, bool)))
    assert result.closed
    assert_allclose(result.tonnes[:2], [900.0, 0.0])
    assert result.import_index[0] == 1.0


def test_a_batch_of_draws_equals_its_draws_one_by_one() -> None:
    rng = np.random.default_rng(5)
    market = random_market(rng)
    shock = random_shock(rng, market, 0.2)
    names = ("tonnes", "net_back", "A", "B", "supply", "demand", "sigma_label", "sigma_import", "sigma_home")
    draws = {n: getattr(market, n) * np.exp(rng.uniform(-0.2, 0.2, (25, getattr(market, n).size))) for n in names}
    many = replace(market, **draws)
    together = smart.solve(many, Shock(many.A * shock.A / market.A, shock.B, shock.closed))
    for d in range(25):
        alone = smart.solve(many.row(d), Shock(together.shock.A[d], shock.B, shock.closed))
        assert together.closed[d] == alone.closed
        for name in ("tonnes", "net_back", "landed", "price_index", "import_index"):
            assert_allclose(getattr(together, name)[d], getattr(alone, name), rtol=1e-12, atol=1e-9, err_msg=name)


# What it refuses


def test_a_prohibition_of_what_trades_is_refused_with_a_way_on() -> None:
    result = smart.solve(rivals(), without(rivals(), 1))
    assert not result.closed and np.isinf(result.residual)
    assert "prohibited" in result.reason and "armington" in result.reason
    assert_allclose(result.tonnes, rivals().tonnes)


def test_a_prohibition_of_what_does_not_trade_changes_nothing() -> None:
    market = replace(rivals(), tonnes=np.array([900.0, 0.0, 50.0, 80.0, 120.0]))
    result = smart.solve(market, without(market, 1))
    assert result.closed and np.isinf(result.landed[1])
    assert_allclose(result.tonnes, market.tonnes)


def test_support_beyond_the_whole_cost_is_reported_and_spoils_no_other_draw() -> None:
    market = rivals()
    B = np.tile(market.B, (2, 1))
    B[1, 1] = -500.0
    result = smart.solve(market, Shock(market.A, B, np.zeros(5, bool)))
    assert result.closed.tolist() == [True, False]
    assert "support" in result.reason
    assert np.isfinite(result.tonnes).all() and np.isfinite(result.net_back).all()


def test_a_duty_that_takes_the_last_tonne_takes_no_more() -> None:
    market = rivals()
    result = smart.solve(market, Shock(market.A * np.array([1, 9.0, 1, 1, 1]), market.B, np.zeros(5, bool)))
    assert result.closed and result.tonnes[1] == 0.0
    assert (result.tonnes >= 0).all()
