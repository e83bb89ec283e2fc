"""The model against its own derivative, against a second solver, and at the edges of its range."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.market.market import Lane, Market, Shock
from tariffs.models import armington, welfare
from tariffs.models.layout import Layout
from tariffs.models.result import Result
from tests.markets import ABOVE_ONE, clear, random_market, random_shock, unchanged, with_arrays, without

SEEDS = range(20)
SIGMAS = ("sigma_label", "sigma_import", "sigma_home")
ARRAYS = ("tonnes", "net_back", "A", "B", "supply", "demand", *SIGMAS)


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def two_labels() -> Market:
    """XBB sells at XAA under its own and XCC's name, XCC under its own, and XAA makes its own.

    XBB also sells to XDD, so that it lives on when XAA shuts.
    """
    lanes = (
        Lane("XAA", "XAA", "XAA"),
        Lane("XBB", "XBB", "XAA"),
        Lane("XBB", "XCC", "XAA"),
        Lane("XCC", "XCC", "XAA"),
        Lane("XBB", "XBB", "XDD"),
        Lane("XCC", "XCC", "XDD"),
    )
    return Market(
        producers=("XAA", "XBB", "XCC"),
        importers=("XAA", "XDD"),
        lanes=lanes,
        tonnes=np.array([900.0, 20.0, 60.0, 60.0, 400.0, 300.0]),
        net_back=np.array([400.0, 200.0, 250.0]),
        A=np.array([1.0, 1.2, 1.1, 1.05, 1.0, 1.0]),
        B=np.array([0.0, 60.0, 80.0, 50.0, 20.0, 25.0]),
        supply=np.array([3.0, 10.0, 8.0]),
        demand=np.array([-0.3, -1.5]),
        sigma_label=np.array([10.0, 10.0]),
        sigma_import=np.array([9.0, 5.0]),
        sigma_home=np.array([4.0, 4.0]),
    )


def agrees(result: Result, shock: Shock, tolerance: float = 1e-8) -> None:
    """The second solver finds the same tonnes, prices, net-backs and indices."""
    market, found = result.market, clear(result.market, shock)
    assert found.residual < 1e-9, "the second solver did not close either; nothing is learnt"
    assert result.closed.all(), result.reason
    assert_allclose(result.tonnes, found.tonnes, rtol=tolerance, atol=tolerance * market.tonnes.min(initial=1e9))
    live = result.tonnes > 0
    assert_allclose(result.landed[live], np.array(found.landed)[live], rtol=tolerance)
    for i, maker in enumerate(market.producers):
        if result.net_back[i] > 0:
            assert_allclose(result.net_back[i], found.net_back[maker], rtol=tolerance)
    for m, buyer in enumerate(market.importers):
        assert_allclose(result.price_index[m], found.index[buyer], rtol=tolerance)


# The derivative


@pytest.mark.parametrize("seed", SEEDS)
def test_the_analytic_jacobian_is_the_slope_of_the_equations(seed: int) -> None:
    rng = rng_of(seed)
    market = random_market(rng, ABOVE_ONE)
    shock = random_shock(rng, market)
    if seed % 3 == 0:
        shock = replace(shock, closed=np.arange(len(market.lanes)) == seed % len(market.lanes))
    if seed % 4 == 0:
        market = replace(market, tonnes=np.where(np.arange(len(market.lanes)) == 1, 0.0, market.tonnes))
    system = Layout.of(market, shock).block()
    point = rng.uniform(-0.2, 0.2, (len(market.producers), 1))
    jacobian = system.slopes(point, system.at(point))[..., 0]
    step, selling = 1e-5, system.selling[:, 0]
    for k in np.flatnonzero(selling):
        up, down = point.copy(), point.copy()
        up[k] += step
        down[k] -= step
        slope = (system.gap(up, system.at(up)) - system.gap(down, system.at(down)))[:, 0] / (2 * step)
        # A central difference is off by h² times the third derivative, some 1e-10 times σ³.
        assert_allclose(jacobian[selling, k], slope[selling], rtol=1e-6, atol=1e-6)


# A second solver


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_solver_finds_the_same_market(seed: int) -> None:
    rng = rng_of(100 + seed)
    market = random_market(rng)
    shock = random_shock(rng, market)
    agrees(armington.solve(market, shock), shock)


@pytest.mark.parametrize("seed", SEEDS)
def test_supply_equals_sales_when_the_market_is_said_to_clear(seed: int) -> None:
    rng = rng_of(200 + seed)
    market = random_market(rng)
    result = armington.solve(market, random_shock(rng, market, size=0.8))
    assert result.closed
    assert result.residual <= 1e-10
    supplied = market.output * (result.net_back / market.net_back) ** market.supply
    assert_allclose(result.output, supplied, rtol=1e-9)


# Elasticities at the edge


@pytest.mark.parametrize("name", SIGMAS)
def test_goods_that_keep_their_spending_shares_are_the_cobb_douglas_case(name: str) -> None:
    market = with_arrays(two_labels(), {name: np.array([1.0, 1.0])})
    shock = random_shock(rng_of(1), market)
    agrees(armington.solve(market, shock), shock)


def test_with_every_elasticity_at_one_spending_does_not_move() -> None:
    one = np.ones(2)
    market = replace(two_labels(), sigma_label=one, sigma_import=one, sigma_home=one, demand=-one)
    result = armington.solve(market, random_shock(rng_of(2), market))
    assert result.closed
    # Cobb-Douglas at every nest and unit demand: each route keeps its dollars whatever its price does.
    assert_allclose(result.spending, market.spending, rtol=1e-9)


@pytest.mark.parametrize("name", SIGMAS)
@pytest.mark.parametrize("off", [1e-13, 1e-9, 1e-7])
def test_an_elasticity_next_to_one_gives_almost_the_answer_at_one(name: str, off: float) -> None:
    market = two_labels()
    shock = random_shock(rng_of(3), market)
    at_one = armington.solve(with_arrays(market, {name: np.ones(2)}), shock)
    for near in (1.0 - off, 1.0 + off):
        result = armington.solve(with_arrays(market, {name: np.full(2, near)}), shock)
        assert result.closed
        # Tonnes move by about their own size times the gap in the elasticity.
        assert_allclose(result.tonnes, at_one.tonnes, rtol=10 * off + 1e-9)


@pytest.mark.parametrize("sigma", [0.9499, 0.9501, 1.0499, 1.0501])
def test_no_step_shows_where_the_formula_near_one_takes_over(sigma: float) -> None:
    market = with_arrays(two_labels(), {name: np.full(2, sigma) for name in SIGMAS})
    shock = random_shock(rng_of(4), market)
    agrees(armington.solve(market, shock), shock)


@pytest.mark.parametrize("sigma", [0.5, 50.0])
def test_goods_that_hardly_replace_each_other_or_almost_fully(sigma: float) -> None:
    market = with_arrays(two_labels(), {name: np.full(2, sigma) for name in SIGMAS})
    shock = random_shock(rng_of(5), market, size=0.2)
    agrees(armington.solve(market, shock), shock, tolerance=1e-7)


def test_a_producer_that_cannot_expand_takes_the_gain_in_price() -> None:
    market = replace(two_labels(), supply=np.full(3, 0.1))
    shock = Shock(market.A, market.B - np.array([0, 40.0, 0, 0, 0, 0]), np.zeros(6, bool))
    result = armington.solve(market, shock)
    agrees(result, shock)
    assert result.output[1] / market.output[1] - 1 < result.net_back[1] / market.net_back[1] - 1


def test_a_producer_that_expands_at_will_passes_the_whole_duty_on() -> None:
    market = replace(two_labels(), supply=np.full(3, 1e4))
    shock = Shock(market.A * np.array([1, 1.1, 1, 1, 1, 1]), market.B, np.zeros(6, bool))
    result = armington.solve(market, shock)
    agrees(result, shock, tolerance=1e-7)
    assert_allclose(result.net_back, market.net_back, rtol=1e-3)
    assert_allclose(result.landed[1], 1.2 * 1.1 * 200 + 60, rtol=1e-3)


def test_a_duty_ten_times_as_high_still_clears() -> None:
    market = two_labels()
    rate = market.A - 1.0
    shock = Shock(1.0 + 10.0 * rate, market.B, np.zeros(6, bool))  # 20 % becomes 200 %
    agrees(armington.solve(market, shock), shock)


# Routes that close


@pytest.mark.parametrize("lane", range(6))
def test_a_closed_route_sells_nothing_and_the_rest_clears(lane: int) -> None:
    market = two_labels()
    shock = without(market, lane)
    result = armington.solve(market, shock)
    assert result.tonnes[lane] == 0.0
    assert np.isinf(result.landed[lane])
    agrees(result, shock)


@pytest.mark.parametrize("lane", range(6))
def test_closing_a_route_is_the_limit_of_a_duty_without_end(lane: int) -> None:
    market = two_labels()
    closed = armington.solve(market, without(market, lane))
    out_of_reach = np.where(np.arange(6) == lane, 1e9, 1.0) * market.A
    dear = armington.solve(market, Shock(out_of_reach, market.B, np.zeros(6, bool)))
    assert dear.closed, dear.reason
    assert dear.tonnes[lane] < 1e-6 * market.tonnes[lane]
    # Home goods have one buyer, so their maker's net-back falls too; the price still ends some 1e6 times as high,
    # and with σ = 4 that leaves (1e6)^-3 = 1e-18 of the spending.
    assert_allclose(dear.tonnes, closed.tonnes, rtol=1e-6, atol=1e-6)
    assert_allclose(dear.net_back, closed.net_back, rtol=1e-7, atol=0.01)


def test_a_route_that_does_not_trade_stays_at_nothing() -> None:
    market = replace(two_labels(), tonnes=np.array([900.0, 0.0, 60.0, 60.0, 400.0, 300.0]))
    shock = Shock(market.A * np.array([1, 0.5, 1, 1, 1.1, 1]), market.B, np.zeros(6, bool))
    result = armington.solve(market, shock)
    assert result.tonnes[1] == 0.0
    assert np.isfinite(result.tonnes).all()
    agrees(result, shock)


def test_the_only_label_of_a_producer_may_close_in_one_market() -> None:
    market = two_labels()
    shock = without(market, 3)  # XCC has one label at XAA, and sells on at XDD
    result = armington.solve(market, shock)
    agrees(result, shock)
    assert result.tonnes[5] > market.tonnes[5]
    assert result.net_back[2] < market.net_back[2]


def test_a_producer_whose_every_route_closes_stands_at_nothing() -> None:
    market = two_labels()
    shock = without(market, 3, 5)
    result = armington.solve(market, shock)
    agrees(result, shock)
    assert result.output[2] == 0.0
    assert result.net_back[2] == 0.0


@pytest.mark.parametrize("sigma", [0.5, 1.0])
@pytest.mark.parametrize(
    ("name", "closed"),
    [("sigma_label", (1,)), ("sigma_import", (3,)), ("sigma_home", (1, 2, 3)), ("sigma_home", (0,))],
    ids=["a label", "a producer", "all imports", "home goods"],
)
def test_what_buyers_cannot_do_without_cannot_close(name: str, closed: tuple[int, ...], sigma: float) -> None:
    """With σ of one or less a missing variety makes its basket infinitely dear: there is no answer, and it says so."""
    market = with_arrays(two_labels(), {name: np.array([sigma, 4.0])})
    result = armington.solve(market, without(market, *closed))
    assert not result.closed
    assert "elasticity of substitution" in result.reason


def test_closing_what_does_not_trade_is_no_loss_whatever_the_elasticity() -> None:
    market = replace(
        two_labels(),
        tonnes=np.array([900.0, 0.0, 60.0, 60.0, 400.0, 300.0]),
        sigma_label=np.array([0.5, 0.5]),
    )
    result = armington.solve(market, without(market, 1))
    assert result.closed, result.reason
    assert_allclose(result.tonnes, market.tonnes, rtol=1e-9)


# Support beyond the cost


def test_support_beyond_the_whole_cost_is_reported_and_not_raised() -> None:
    market = two_labels()
    shock = Shock(market.A, market.B - np.array([0, 5_000.0, 0, 0, 0, 0]), np.zeros(6, bool))
    result = armington.solve(market, shock)
    assert not result.closed
    assert "support" in result.reason
    assert "Lower" in result.reason


def test_support_that_leaves_a_price_above_zero_clears() -> None:
    market = two_labels()
    shock = Shock(market.A, market.B - np.array([0, 100.0, 0, 0, 0, 0]), np.zeros(6, bool))  # B = -40, landed 200
    agrees(armington.solve(market, shock), shock)


# Capacity


def with_room(room: float) -> Market:
    """XBB can sell ``room`` times what it does; the others have no limit."""
    market = two_labels()
    return replace(market, capacity=np.array([np.inf, room * market.output[1], np.inf]))


def cheaper_by(usd: float) -> Shock:
    market = two_labels()
    return Shock(market.A, market.B - usd * np.array([0, 1.0, 0, 0, 0, 0]), np.zeros(6, bool))


def test_a_capacity_out_of_reach_changes_nothing() -> None:
    free, limited = armington.solve(two_labels(), cheaper_by(40.0)), armington.solve(with_room(9.0), cheaper_by(40.0))
    assert_allclose(limited.tonnes, free.tonnes, rtol=1e-10)


@pytest.mark.parametrize("room", [1.0, 1.01, 1.03])
def test_a_producer_at_capacity_takes_the_rest_of_the_gain_in_price(room: float) -> None:
    market = with_room(room)
    result = armington.solve(market, cheaper_by(100.0))
    agrees(result, cheaper_by(100.0))
    assert result.output[1] == pytest.approx(room * market.output[1], rel=1e-9)
    free = armington.solve(two_labels(), cheaper_by(100.0))
    assert free.output[1] > result.output[1]
    assert free.net_back[1] < result.net_back[1]


def test_a_producer_at_capacity_sells_less_where_its_charges_rise() -> None:
    result = armington.solve(with_room(1.0), cheaper_by(-60.0))
    agrees(result, cheaper_by(-60.0))
    assert result.output[1] < two_labels().output[1]


def test_capacity_reached_on_the_way_and_left_again_leaves_no_trace() -> None:
    market = with_room(1.02)
    there = armington.solve(market, cheaper_by(100.0))
    assert there.output[1] == pytest.approx(1.02 * market.output[1], rel=1e-9)
    straight, detour = armington.solve(market, cheaper_by(-20.0)), armington.solve(there.as_market(), cheaper_by(-20.0))
    assert_allclose(detour.tonnes, straight.tonnes, rtol=1e-8)
    further = armington.solve(there.as_market(), cheaper_by(140.0))
    assert_allclose(further.tonnes, armington.solve(market, cheaper_by(140.0)).tonnes, rtol=1e-8)


def test_a_makers_gain_is_the_area_left_of_its_supply_up_to_the_wall() -> None:
    market = with_room(1.02)
    there = armington.solve(market, cheaper_by(100.0))
    start, end = market.net_back[1], there.net_back[1]
    steps = np.linspace(start, end, 200_001)
    supplied = np.minimum(market.output[1] * (steps / start) ** market.supply[1], 1.02 * market.output[1])
    by_hand = float(((supplied[1:] + supplied[:-1]) / 2 * np.diff(steps)).sum())
    gain = welfare.surplus_by_producer(there)[1]
    assert gain == pytest.approx(by_hand, rel=1e-7)
    # The areas of two steps make the area of one.
    back = armington.solve(there.as_market(), cheaper_by(-20.0))
    straight = armington.solve(market, cheaper_by(-20.0))
    total = gain + welfare.surplus_by_producer(back)[1]
    assert total == pytest.approx(welfare.surplus_by_producer(straight)[1], rel=1e-7)


# Many draws at once


def batch_of(market: Market, count: int, seed: int) -> Market:
    rng = rng_of(seed)
    values = {name: np.asarray(getattr(market, name)) for name in ARRAYS}
    return with_arrays(market, {k: v * np.exp(rng.uniform(-0.3, 0.3, (count, v.size))) for k, v in values.items()})


def test_a_batch_of_draws_equals_its_draws_one_by_one() -> None:
    many = batch_of(two_labels(), 40, seed=6)
    rng = rng_of(7)
    dearer, costlier = np.exp(rng.uniform(-0.3, 0.3, many.A.shape)), rng.uniform(0.5, 2, many.B.shape)
    shock = Shock(many.A * dearer, many.B * costlier, np.arange(6) == 1)
    together = armington.solve(many, shock)
    assert together.closed.all()
    for d in range(40):
        alone = armington.solve(many.row(d), Shock(shock.A[d], shock.B[d], shock.closed))
        for name in ("tonnes", "net_back", "price_index", "import_index"):
            assert_allclose(getattr(together, name)[d], getattr(alone, name), rtol=1e-12, err_msg=name)


def test_one_draw_without_an_answer_does_not_spoil_the_others() -> None:
    market = two_labels()
    A = np.tile(market.A, (3, 1))
    B = np.tile(market.B, (3, 1))
    B[1, 1] = -5_000.0
    A[2, 3] = 1.5
    result = armington.solve(market, Shock(A, B, np.zeros(6, bool)))
    assert result.closed.tolist() == [True, False, True]
    assert_allclose(result.tonnes[0], market.tonnes, rtol=1e-9)
    alone = armington.solve(market, Shock(A[2], B[2], np.zeros(6, bool)))
    assert_allclose(result.tonnes[2], alone.tonnes, rtol=1e-12)


@pytest.mark.parametrize("name", ["tonnes", "net_back", "supply", "demand", *SIGMAS])
def test_draws_may_differ_in_one_thing_alone(name: str) -> None:
    market = two_labels()
    shock = random_shock(rng_of(8), market)
    grid = np.linspace(0.8, 1.2, 5)[:, None]
    many = with_arrays(market, {name: np.asarray(getattr(market, name)) * grid})
    result = armington.solve(many, shock)
    assert result.tonnes.shape == (5, 6)
    assert result.closed.shape == (5,)
    for d in range(5):
        alone = armington.solve(with_arrays(market, {name: getattr(many, name)[d]}), shock)
        assert_allclose(result.tonnes[d], alone.tonnes, rtol=1e-12)


# Two steps


@pytest.mark.parametrize("seed", SEEDS)
def test_two_steps_in_a_row_equal_one_step(seed: int) -> None:
    rng = rng_of(300 + seed)
    market = random_market(rng)
    first, last = random_shock(rng, market), random_shock(rng, market)
    straight = armington.solve(market, last)
    halfway = armington.solve(market, first)
    detour = armington.solve(halfway.as_market(), last)
    assert straight.closed and detour.closed
    assert_allclose(detour.tonnes, straight.tonnes, rtol=1e-8)
    assert_allclose(detour.net_back, straight.net_back, rtol=1e-9)
    assert_allclose(detour.price_index * halfway.price_index, straight.price_index, rtol=1e-9)


@pytest.mark.parametrize("closed", [(1,), (3, 5)], ids=["one route", "a whole producer"])
def test_two_steps_equal_one_when_a_route_closes_on_the_way(closed: tuple[int, ...]) -> None:
    market = two_labels()
    shut = without(market, *closed)
    last = replace(random_shock(rng_of(9), market), closed=shut.closed)
    straight = armington.solve(market, last)
    detour = armington.solve(armington.solve(market, shut).as_market(), last)
    assert straight.closed and detour.closed
    assert_allclose(detour.tonnes, straight.tonnes, rtol=1e-8)


def test_a_market_taken_as_found_stays_as_found() -> None:
    market = two_labels()
    result = armington.solve(market, unchanged(market))
    assert_allclose(result.as_market().tonnes, market.tonnes, rtol=1e-12)
    assert_allclose(result.as_market().landed, market.landed, rtol=1e-12)
