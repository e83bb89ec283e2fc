"""GSIM by hand, by law, against its exact relative, and at the corners where its straight lines end."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tariffs.errors import TariffsError
from tariffs.market.market import Lane, Market, Shock
from tariffs.models import armington, gsim, solve
from tariffs.models.result import Result
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, run
from tests.markets import ABOVE_ONE, markets, markets_and_shocks, random_market, random_shock, unchanged, without

laws = settings(max_examples=50, deadline=None, derandomize=True)


def one_nest(market: Market) -> Market:
    """The same market with one elasticity between everything, which is the only kind GSIM knows."""
    return replace(market, sigma_label=market.sigma_import, sigma_home=market.sigma_import)


def part_of(market: Market, shock: Shock, share: float) -> Shock:
    return Shock(market.A + share * (shock.A - market.A), market.B + share * (shock.B - market.B), shock.closed)


def rivals(demand: float = -0.5, sigma: float = 5.0, supply: float = 2.0) -> Market:
    """XBB and XCC sell to XAA and to XDD; duties of 10 % and, at XAA, 40 a tonne of road."""
    lanes = tuple(Lane(maker, maker, buyer) for maker in ("XBB", "XCC") for buyer in ("XAA", "XDD"))
    both = np.ones(2)
    return Market(
        producers=("XBB", "XCC"),
        importers=("XAA", "XDD"),
        lanes=lanes,
        tonnes=np.array([100.0, 50.0, 80.0, 120.0]),
        net_back=np.array([200.0, 250.0]),
        A=np.array([1.1, 1.0, 1.1, 1.0]),
        B=np.array([40.0, 0.0, 40.0, 0.0]),
        supply=supply * both,
        demand=demand * both,
        sigma_label=sigma * both,
        sigma_import=sigma * both,
        sigma_home=sigma * both,
    )


def duty(market: Market, lane: int, rate: float) -> Shock:
    """A further ad valorem rate on the landed price of one route."""
    factor = 1.0 + rate * (np.arange(len(market.lanes)) == lane)
    return Shock(market.A * factor, market.B * factor, np.zeros(len(market.lanes), bool))


# By hand


def test_one_producer_and_one_buyer_split_a_duty_by_their_elasticities() -> None:
    """μ dp = ε (dp + dT), so dp = ε dT / (μ - ε) = -0.5 * 0.1 / 2.5 = -2 %, and tonnes fall by 2 * 2 % = 4 %."""
    market = Market(
        ("XBB",),
        ("XAA",),
        (Lane("XBB", "XBB", "XAA"),),
        *(np.array([x]) for x in (1000.0, 200.0, 1.0, 0.0, 2.0, -0.5, 5.0, 5.0, 5.0)),
    )
    result = gsim.solve(market, duty(market, 0, 0.1))
    assert_allclose(result.net_back, [196.0])
    assert_allclose(result.tonnes, [960.0])
    assert_allclose(result.landed, [1.1 * 196.0])
    assert_allclose(result.price_index, [1.1 * 0.98])


def test_a_charge_per_tonne_dampens_what_a_net_back_does_to_the_landed_price() -> None:
    """Half of the landed price is road: s = 0.5, so μ dp = ε (0.5 dp + dT) and dp = -0.05 / 2.25."""
    market = Market(
        ("XBB",),
        ("XAA",),
        (Lane("XBB", "XBB", "XAA"),),
        *(np.array([x]) for x in (1000.0, 200.0, 1.0, 200.0, 2.0, -0.5, 5.0, 5.0, 5.0)),
    )
    result = gsim.solve(market, Shock(market.A, np.array([240.0]), np.zeros(1, bool)))  # 40 more on 400: 10 %
    assert_allclose(result.net_back, [200.0 * (1 - 0.05 / 2.25)])


def test_two_labels_of_one_producer_get_one_price() -> None:
    lanes = (Lane("XBB", "XBB", "XAA"), Lane("XBB", "XCC", "XAA"))
    market = Market(
        ("XBB",), ("XAA",), lanes, np.array([90.0, 10.0]), np.array([200.0]), np.ones(2), np.zeros(2),
        *(np.array([x]) for x in (2.0, -0.5, 9.0, 5.0, 4.0)),
    )  # fmt: skip
    result = gsim.solve(market, duty(market, 0, 0.02))
    # Substitution is sigma_import: x = dp + (0.02, 0), mean x = dp + 0.018.
    dp = -0.5 * 0.018 / 2.5
    assert_allclose(result.net_back, [200.0 * (1 + dp)])
    assert_allclose(result.tonnes / market.tonnes - 1, -5 * (dp + np.array([0.02, 0])) + 4.5 * (dp + 0.018))


# By law


@laws
@given(market=markets())
def test_no_change_changes_nothing(market: Market) -> None:
    result = gsim.solve(market, unchanged(market))
    assert result.closed and result.residual < 1e-12
    for name in ("tonnes", "net_back", "landed"):
        assert_allclose(getattr(result, name), getattr(market, name), rtol=1e-12)
    assert_allclose(np.r_[result.price_index, result.import_index], 1.0, rtol=1e-12)


def landed_at(result: Result) -> Array:
    """What each route costs at the net-backs found, under the new charges."""
    price: Array = result.shock.A * result.net_back[..., result.market.maker] + result.shock.B
    return price


@laws
@given(case=markets_and_shocks())
def test_what_is_sold_is_what_the_supply_line_offers_and_never_less_than_nothing(case: tuple[Market, Shock]) -> None:
    market, shock = case
    result = gsim.solve(market, shock)
    if not result.closed:
        assert result.reason and np.isinf(result.residual)
        return
    assert (result.tonnes >= 0).all() and np.isfinite(result.tonnes).all()
    sells = result.output > 0
    line = market.output * (1 + market.supply * (result.net_back / market.net_back - 1))
    assert_allclose(result.output[sells], line[sells], rtol=1e-9, atol=1e-9 * market.output.max())
    assert_allclose(result.landed[sells[market.maker]], landed_at(result)[sells[market.maker]], rtol=1e-12)
    assert result.residual < 1e-6


@laws
@given(case=markets_and_shocks(), rate=st.floats(0.01, 50_000.0))
def test_neither_the_currency_nor_the_unit_of_mass_matters(case: tuple[Market, Shock], rate: float) -> None:
    market, shock = case
    result = gsim.solve(market, shock)
    abroad = replace(market, net_back=market.net_back * rate, B=market.B * rate, tonnes=market.tonnes * 7.0)
    other = gsim.solve(abroad, replace(shock, B=shock.B * rate))
    assert bool(other.closed) == bool(result.closed)
    assert_allclose(other.tonnes, 7.0 * result.tonnes, rtol=1e-7, atol=1e-7 * market.tonnes.max())
    assert_allclose(other.net_back, rate * result.net_back, rtol=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_answers_grow_in_step_with_a_small_shock(seed: int) -> None:
    rng = np.random.default_rng(seed)
    market = random_market(rng)
    shock = random_shock(rng, market)
    once, twice = (gsim.solve(market, part_of(market, shock, share)) for share in (1e-3, 2e-3))
    assert_allclose(twice.tonnes - market.tonnes, 2 * (once.tonnes - market.tonnes), rtol=1e-9, atol=1e-9)


def test_a_batch_of_draws_equals_its_draws_one_by_one() -> None:
    rng = np.random.default_rng(5)
    market = random_market(rng)
    shock = random_shock(rng, market, 0.2)
    draws = {
        name: getattr(market, name) * np.exp(rng.uniform(-0.2, 0.2, (25, getattr(market, name).size)))
        for name in ("tonnes", "net_back", "A", "B", "supply", "demand", "sigma_label", "sigma_import", "sigma_home")
    }
    many = replace(market, **draws)
    lots = Shock(many.A * shock.A / market.A, shock.B * np.ones((25, 1)), shock.closed)
    together = gsim.solve(many, lots)
    for d in range(25):
        alone = gsim.solve(many.row(d), Shock(lots.A[d], lots.B[d], lots.closed))
        assert together.closed[d] == alone.closed
        for name in ("tonnes", "net_back", "landed", "price_index", "import_index"):
            assert_allclose(getattr(together, name)[d], getattr(alone, name), rtol=1e-10, atol=1e-9, err_msg=name)


# Against the exact model


def gap(market: Market, shock: Shock) -> float:
    """Largest difference between GSIM and the exact model, in ratios."""
    first, exact = gsim.solve(market, shock), armington.solve(market, shock)
    assert first.closed.all() and exact.closed.all()
    sold = market.tonnes > 0
    apart = [np.abs(first.net_back - exact.net_back) / market.net_back]
    apart.append(np.abs(first.tonnes - exact.tonnes)[sold] / market.tonnes[sold])
    apart.append(np.abs(first.price_index - exact.price_index))
    apart.append(np.abs(first.import_index - exact.import_index))
    return float(np.concatenate([a.ravel() for a in apart]).max())


def meets_to_second_order(market: Market, shock: Shock) -> None:
    """A tenth of the shock, a hundredth of the gap: the gap over the shock squared settles at a constant."""
    scaled = [gap(market, part_of(market, shock, share)) / share**2 for share in (1e-2, 1e-3, 1e-4)]
    assert scaled[-1] > 0
    assert_allclose(scaled[1:], scaled[:-1], rtol=0.15)


@pytest.mark.parametrize("seed", range(12))
def test_in_a_market_of_one_nest_gsim_and_armington_meet_to_second_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    market = one_nest(random_market(rng, ABOVE_ONE))
    meets_to_second_order(market, random_shock(rng, market, 0.2))


def bundled(library: Library, capacity: bool = True) -> tuple[Market, Shock]:
    """The real market with one elasticity per importer, and what the province proposes."""
    result = run(Question(scenario="province_proposal", draws=0), library).result
    market = result.market.row(0)
    if not capacity:
        market = replace(market, capacity=None, potential=None)
    return one_nest(market), Shock(result.shock.A[0], result.shock.B[0], result.shock.closed)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def test_in_the_real_market_with_one_elasticity_they_meet_to_second_order(library: Library) -> None:
    meets_to_second_order(*bundled(library))


def test_a_producer_held_at_its_capacity_is_held_there_by_both(library: Library) -> None:
    market, shock = bundled(library)
    iran = market.producers.index("IRN")
    full = replace(
        market,
        capacity=np.where(np.arange(len(market.producers)) == iran, market.output, np.inf),
        potential=np.where(np.arange(len(market.producers)) == iran, 1.2 * market.output, market.output),
    )
    meets_to_second_order(full, shock)
    result = gsim.solve(full, shock)
    assert_allclose(result.output[iran], full.output[iran], rtol=1e-12)
    assert result.net_back[iran] > gsim.solve(market, shock).net_back[iran]


def test_a_producer_that_reaches_its_capacity_takes_the_rest_in_price(library: Library) -> None:
    market, shock = bundled(library, capacity=False)
    iran = market.producers.index("IRN")
    free = gsim.solve(market, shock)
    ceiling = (market.output[iran] + free.output[iran]) / 2
    limited = replace(market, capacity=np.where(np.arange(len(market.producers)) == iran, ceiling, np.inf))
    result = gsim.solve(limited, shock)
    assert result.closed and result.residual < 1e-9
    assert_allclose(result.output[iran], ceiling, rtol=1e-12)
    assert result.net_back[iran] > free.net_back[iran]


def test_they_part_as_the_shock_grows() -> None:
    """At 10 % GSIM takes a little too much of the trade away, at 50 % most of what the exact model leaves."""
    market = rivals()
    gaps = [gap(market, duty(market, 0, rate)) for rate in (0.01, 0.1, 0.5)]
    assert gaps[0] < 2e-4 and 0.01 < gaps[1] < 0.02 and gaps[2] > 0.25
    first, exact = (model(market, duty(market, 0, 0.5)).tonnes[0] for model in (gsim.solve, armington.solve))
    assert 3 * first < exact


def test_with_nests_that_differ_they_part_in_the_first_order() -> None:
    """Labels that replace each other more easily than producers do are beyond one elasticity."""
    rng = np.random.default_rng(3)
    market = random_market(rng, ABOVE_ONE)
    shock = random_shock(rng, market, 0.2)
    scaled = [gap(market, part_of(market, shock, share)) / share**2 for share in (1e-2, 1e-3)]
    assert scaled[1] > 5 * scaled[0]


# Where straight lines end


def test_a_duty_beyond_the_choke_price_does_no_more_than_one_at_it() -> None:
    market = rivals()
    high, higher = (gsim.solve(market, duty(market, 0, rate)) for rate in (0.6, 3.0))
    assert high.tonnes[0] == higher.tonnes[0] == 0.0
    assert high.closed and higher.closed
    for name in ("tonnes", "net_back", "price_index", "import_index"):
        assert_allclose(getattr(high, name), getattr(higher, name), rtol=1e-12)
    assert higher.landed[0] > high.landed[0]  # what one would pay; nobody does


def test_a_prohibition_is_the_duty_that_just_ends_the_trade() -> None:
    market = rivals()
    ban, duty_of_60 = gsim.solve(market, without(market, 0)), gsim.solve(market, duty(market, 0, 0.6))
    assert ban.closed and np.isinf(ban.landed[0])
    for name in ("tonnes", "net_back", "price_index"):
        assert_allclose(getattr(ban, name), getattr(duty_of_60, name), rtol=1e-12)


def test_trade_falls_to_nothing_without_a_jump() -> None:
    market = rivals()
    rates = np.linspace(0.0, 0.6, 241)
    sold = np.array([gsim.solve(market, duty(market, 0, rate)).tonnes for rate in rates])
    assert sold[0, 0] == 100.0 and sold[-1, 0] == 0.0
    assert (np.diff(sold[:, 0]) <= 1e-9).all()
    assert np.abs(np.diff(sold, axis=0)).max() < 3.0


@pytest.mark.parametrize("seed", range(8))
def test_a_route_sells_something_at_its_price_or_nothing_at_a_choke_price_below_it(seed: int) -> None:
    """The corners are right whichever routes end there: no route is shut that buyers would want at its price."""
    rng = np.random.default_rng(seed)
    market = random_market(rng, ABOVE_ONE)
    result = gsim.solve(market, random_shock(rng, market, 0.5))
    assert result.closed, result.reason
    shut = (result.tonnes == 0) & (market.tonnes > 0)
    # Shutting those routes by law instead leaves the same market.
    banned = replace(result.shock, closed=shut)
    again = gsim.solve(market, banned)
    assert_allclose(again.tonnes, result.tonnes, rtol=1e-8, atol=1e-8)
    # At its real price, each such route would be wanted less than not at all.
    sells = result.output > 0
    net_back = np.where(sells, result.net_back, market.net_back * (1 - 1 / market.supply))
    asked = (result.shock.A * net_back[market.maker] + result.shock.B) / market.landed - 1
    linear = asked - (result.shock.A - market.A) * (net_back - market.net_back)[market.maker] / market.landed
    for m in range(len(market.importers)):
        here = market.place == m
        spent = market.spending[here] / market.spending[here].sum()
        # The index holds the choke prices of what is shut; what still trades enters demand by its straight line.
        wanted = -market.sigma_import[m] * linear[here] + (market.demand[m] + market.sigma_import[m]) * (
            result.price_index[m] - 1 + (spent * (linear[here] - asked[here]) * ~shut[here]).sum()
        )
        assert (wanted[shut[here]] <= -1 + 1e-6).all()


def test_a_producer_whose_every_route_closes_stands_at_nothing() -> None:
    market = rivals()
    result = gsim.solve(market, without(market, 0, 1))
    assert result.closed
    assert result.output[0] == result.net_back[0] == 0.0
    assert result.net_back[1] > market.net_back[1]


def test_where_buyers_want_the_same_at_any_price_a_ban_on_everything_has_no_answer() -> None:
    """Demand of 0 has no choke price. The other draws are none the worse for it."""
    market = replace(rivals(), demand=np.array([[-0.5, -0.5], [0.0, -0.5], [-0.2, -0.5]]))
    result = gsim.solve(market, without(market, 0, 2))
    assert result.closed.tolist() == [True, False, True]
    assert "demand elasticity" in result.reason
    assert np.isfinite(result.tonnes).all() and np.isfinite(result.net_back).all()
    assert_allclose(result.tonnes[1], market.tonnes)  # an answer that is none stays where it was
    assert np.isinf(result.residual[1])
    alone = gsim.solve(replace(market, demand=market.demand[2]), without(market, 0, 2))
    assert_allclose(result.tonnes[2], alone.tonnes, rtol=1e-12)


def test_support_beyond_the_whole_cost_is_reported_and_not_raised() -> None:
    market = rivals()
    result = gsim.solve(market, Shock(market.A, market.B - np.array([300.0, 0, 0, 0]), np.zeros(4, bool)))
    assert not result.closed
    assert "support" in result.reason and "Lower" in result.reason
    assert_allclose(result.tonnes, market.tonnes)


def test_lines_that_take_a_price_below_zero_are_no_answer() -> None:
    market = rivals(supply=0.05)
    everything = Shock(4 * market.A, 4 * market.B, np.zeros(4, bool))
    result = gsim.solve(replace(market, demand=np.full(2, -0.1)), everything)
    assert not result.closed
    assert "armington" in result.reason


# Its own form


def square(values: list[list[float]]) -> Array:
    return np.array(values)


def test_a_system_without_a_single_answer_says_so_and_moves_nothing() -> None:
    """Nothing supplied and nothing demanded responds to the level of prices, so any level would do."""
    trade = square([[0, 10], [20, 0]])
    none = np.zeros(2)
    found = gsim.simulate(trade, np.ones((2, 2)), square([[1, 1.1], [1, 1]]), none, none, np.full(2, 5.0))
    assert not found.closed and "elasticity" in found.reason
    for name in ("world_price", "quantity", "consumers", "revenue", "welfare"):
        assert_allclose(getattr(found, name), 0.0)


def test_more_exporters_than_importers_have_no_welfare_by_region() -> None:
    trade, before = square([[10.0], [20.0]]), square([[1.2], [1.0]])
    found = gsim.simulate(trade, before, np.ones((2, 1)), np.array([-1.0]), np.full(2, 2.0), np.array([4.0]))
    assert found.closed and found.revenue.shape == (1,)
    assert_allclose(found.revenue, [-2.0])
    with pytest.raises(TariffsError, match="2 exporters but 1 importers"):
        _ = found.welfare


def test_tariffs_of_another_shape_are_refused() -> None:
    with pytest.raises(TariffsError, match="expected"):
        gsim.simulate(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 3)), -np.ones(2), np.ones(2), np.ones(2))


# The whole road


@pytest.mark.parametrize("model", ["gsim", "smart"])
@pytest.mark.parametrize("scenario", ["province_proposal", "statutory_ceiling"])
def test_a_question_answered_by_an_approximation_keeps_its_money_in_balance(
    library: Library, model: str, scenario: str
) -> None:
    study = run(Question(scenario=scenario, model=model, draws=32), library)
    assert study.solved.all()
    assert_allclose(study.after.ledger.unbalanced(), 0.0, atol=1e-12)
    exact = run(Question(scenario=scenario, draws=32), library)
    lane = study.result.market.lane("IRN", "IRN", "TUR")

    def moved(result: Result) -> float:
        return float(np.sign(result.tonnes[0, lane] - result.market.tonnes[0, lane]))

    assert moved(study.result) == moved(exact.result) or model == "smart"


def test_the_door_names_every_model() -> None:
    market = rivals()
    for name in ("armington", "gsim", "smart"):
        assert solve(name, market, unchanged(market)).model == name
    with pytest.raises(TariffsError, match="armington, gsim, smart"):
        solve("gravity", market, unchanged(market))
