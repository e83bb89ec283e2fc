"""What must hold in any market, whatever the elasticities: laws of arithmetic, of demand, and of money.

Several laws below are theorems, and their proofs are short. Where every charge is per tonne (A = 1), the
equilibrium maximises what buyers and makers gain together,

    W(B) = max over q of  U(q) - C(q) - Σ B_r q_r ,

with U concave (nested CES inside a falling demand) and C convex (rising supply, a wall at capacity). W is a
maximum of straight lines in B, so it is convex and its slope in B_r is -q_r. Hence a charge that falls never
lowers its own route's tonnes, and the joint gain lies between the old and the new tonnes times the fall.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tariffs.market.market import Market, Shock
from tariffs.models import armington, welfare
from tariffs.models.result import Result
from tariffs.scenario import apply, parse_edit
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, Study, accounts, run
from tests.markets import Ranges, markets, markets_and_shocks, random_market, random_shock, unchanged

laws = settings(max_examples=60, deadline=None, derandomize=True)
TIGHT = 1e-8  # residuals close to 1e-10 in logs; quantities follow within σ times that


def solved(market: Market, shock: Shock) -> Result:
    result = armington.solve(market, shock)
    assume(bool(result.closed))
    return result


# Nothing changes when nothing changes


@laws
@given(market=markets(capacities=True))
def test_no_change_changes_nothing(market: Market) -> None:
    result = armington.solve(market, unchanged(market))
    assert result.closed
    assert_allclose(result.tonnes, market.tonnes, rtol=TIGHT)
    assert_allclose(result.net_back, market.net_back, rtol=TIGHT)
    assert_allclose(result.landed, market.landed, rtol=TIGHT)
    assert_allclose(result.price_index, 1.0, rtol=TIGHT)
    assert_allclose(welfare.surplus_by_market(result), 0.0, atol=1e-6 * market.spending.sum())
    assert_allclose(welfare.surplus_by_producer(result), 0.0, atol=1e-6 * market.spending.sum())


@laws
@given(case=markets_and_shocks(capacities=True))
def test_a_moderate_shock_always_clears(case: tuple[Market, Shock]) -> None:
    result = armington.solve(*case)
    assert result.closed, result.reason
    assert result.residual <= 1e-10


# Units


@laws
@given(case=markets_and_shocks(), rate=st.floats(0.01, 50_000.0))
def test_the_currency_of_prices_does_not_matter(case: tuple[Market, Shock], rate: float) -> None:
    market, shock = case
    result = solved(market, shock)
    abroad = replace(market, net_back=market.net_back * rate, B=market.B * rate)  # A is a ratio
    other = solved(abroad, replace(shock, B=shock.B * rate))
    assert_allclose(other.tonnes, result.tonnes, rtol=TIGHT)
    assert_allclose(other.net_back, result.net_back * rate, rtol=TIGHT)
    gain, other_gain = welfare.surplus_by_market(result), welfare.surplus_by_market(other)
    assert_allclose(other_gain, gain * rate, rtol=1e-6, atol=1e-7 * rate * market.spending.sum())


@laws
@given(case=markets_and_shocks())
def test_the_unit_of_mass_does_not_matter(case: tuple[Market, Shock]) -> None:
    market, shock = case
    result = solved(market, shock)
    kt = solved(replace(market, tonnes=market.tonnes / 1000.0), shock)
    assert_allclose(kt.tonnes * 1000.0, result.tonnes, rtol=TIGHT)
    assert_allclose(kt.net_back, result.net_back, rtol=TIGHT)


@laws
@given(case=markets_and_shocks(), order=st.randoms(use_true_random=False))
def test_the_order_in_which_routes_are_listed_does_not_matter(case: tuple[Market, Shock], order: object) -> None:
    market, shock = case
    result = solved(market, shock)
    turn = list(range(len(market.lanes)))
    order.shuffle(turn)  # type: ignore[attr-defined]
    lanes = tuple(market.lanes[i] for i in turn)
    shuffled = replace(market, lanes=lanes, tonnes=market.tonnes[turn], A=market.A[turn], B=market.B[turn])
    other = solved(shuffled, Shock(shock.A[turn], shock.B[turn], shock.closed[turn]))
    assert_allclose(other.tonnes, result.tonnes[turn], rtol=TIGHT)


# Adding up


def spent_in(market: Market, spending: Array, m: int) -> float:
    return float(spending[market.place == m].sum())


@laws
@given(case=markets_and_shocks(capacities=True))
def test_spending_follows_the_index_and_the_demand_of_the_market(case: tuple[Market, Shock]) -> None:
    """Shares add up to one: what routes take together is E0 P̂^(1+ε), which no route's own equation mentions."""
    result = solved(*case)
    market = result.market
    for m in range(len(market.importers)):
        expected = spent_in(market, market.spending, m) * result.price_index[m] ** (1.0 + market.demand[m])
        assert spent_in(market, result.spending, m) == pytest.approx(expected, rel=TIGHT)


def aggregate(market: Market, tonnes: Array, m: int) -> float:
    """The market's nested CES quantity, after over before, worked out from tonnes alone."""

    def ces(parts: list[tuple[float, float]], sigma: float) -> tuple[float, float]:
        """Weight and quantity ratio of a basket; the dual of the price index."""
        whole = sum(w for w, _ in parts)
        if abs(sigma - 1.0) < 1e-12:
            return whole, float(np.exp(sum(w / whole * np.log(q) for w, q in parts)))
        power = (sigma - 1.0) / sigma
        return whole, float(sum(w / whole * q**power for w, q in parts) ** (1.0 / power))

    here = np.flatnonzero(market.place == m)
    makers = dict.fromkeys(market.lanes[r].producer for r in here)
    baskets = {
        maker: ces(
            [
                (float(market.spending[r]), float(tonnes[r] / market.tonnes[r]))
                for r in here
                if market.lanes[r].producer == maker
            ],
            float(market.sigma_label[m]),
        )
        for maker in makers
    }
    foreign = [basket for maker, basket in baskets.items() if maker != market.importers[m]]
    own = [basket for maker, basket in baskets.items() if maker == market.importers[m]]
    return ces([ces(foreign, float(market.sigma_import[m])), *own], float(market.sigma_home[m]))[1]


# Powers of quantities lose digits when σ is small or near one, so the nests stay away from both here.
CALM = Ranges(label=(1.5, 12.0), between=(1.5, 10.0), home=(1.5, 6.0))


@laws
@given(case=markets_and_shocks(CALM))
def test_the_quantity_of_the_basket_answers_its_price_index(case: tuple[Market, Shock]) -> None:
    """Quantities put together the CES way give Q̂ = P̂^ε, though the solver only ever puts prices together."""
    result = solved(*case)
    market = result.market
    for m in range(len(market.importers)):
        expected = result.price_index[m] ** market.demand[m]
        assert aggregate(market, result.tonnes, m) == pytest.approx(float(expected), rel=1e-6)


@laws
@given(case=markets_and_shocks(CALM))
def test_where_total_demand_does_not_respond_only_the_mix_changes(case: tuple[Market, Shock]) -> None:
    """Diversion sums to zero: with ε → 0 and supply at a given price, the basket stays as large as it was."""
    market, shock = case
    still = replace(market, demand=np.full_like(market.demand, -1e-9), supply=np.full_like(market.supply, 1e6))
    result = solved(still, shock)
    for m in range(len(market.importers)):
        assert aggregate(still, result.tonnes, m) == pytest.approx(1.0, abs=1e-6)


@laws
@given(market=markets(), dearer=st.floats(0.5, 2.0))
def test_prices_that_all_rise_together_move_totals_and_not_shares(market: Market, dearer: float) -> None:
    """Demand is homogeneous: every landed price times λ makes every tonne λ^ε, at prices that supply does not move."""
    given_prices = replace(market, supply=np.full_like(market.supply, 1e7))
    result = solved(given_prices, Shock(market.A * dearer, market.B * dearer, np.zeros(len(market.lanes), bool)))
    assert_allclose(result.price_index, dearer, rtol=1e-5)
    assert_allclose(result.tonnes / market.tonnes, dearer ** market.demand[market.place], rtol=1e-5)


# The law of demand


@laws
@given(market=markets(per_tonne_only=True, capacities=True), fall=st.floats(1.0, 120.0), data=st.data())
def test_a_charge_per_tonne_that_falls_never_lowers_its_own_tonnes(
    market: Market, fall: float, data: st.DataObject
) -> None:
    lane = data.draw(st.integers(0, len(market.lanes) - 1))
    B = market.B.copy()
    B[lane] -= fall
    result = solved(market, Shock(market.A, B, np.zeros(len(market.lanes), bool)))
    assert result.tonnes[lane] >= market.tonnes[lane] * (1 - TIGHT)
    joint = float(welfare.surplus_by_market(result).sum() + welfare.surplus_by_producer(result).sum())
    slack = 1e-7 * float(market.spending.sum())
    assert fall * market.tonnes[lane] - slack <= joint <= fall * result.tonnes[lane] + slack


@laws
@given(market=markets(per_tonne_only=True, capacities=True), seed=st.integers(0, 2**32 - 1))
def test_charges_and_tonnes_move_against_each_other_over_all_routes(market: Market, seed: int) -> None:
    """Σ ΔB Δq ≤ 0 when every charge moves at once, the same theorem."""
    rng = np.random.default_rng(seed)
    B = market.B + rng.uniform(-60.0, 60.0, len(market.lanes))
    result = solved(market, Shock(market.A, B, np.zeros(len(market.lanes), bool)))
    moved = (B - market.B) * (result.tonnes - market.tonnes)
    assert moved.sum() <= 1e-7 * market.spending.sum()


# Elasticities that rise towards the inner nests make all routes substitutes for each other.
SUBSTITUTES = Ranges(label=(8.0, 15.0), between=(4.0, 8.0), home=(2.0, 4.0), demand=(-2.0, -0.1))


@laws
@given(market=markets(SUBSTITUTES), cut=st.floats(0.01, 0.3), data=st.data())
def test_a_lower_duty_on_one_route_never_lowers_its_tonnes_among_substitutes(
    market: Market, cut: float, data: st.DataObject
) -> None:
    lane = data.draw(st.integers(0, len(market.lanes) - 1))
    A = market.A.copy()
    A[lane] *= 1.0 - cut
    result = solved(market, Shock(A, market.B, np.zeros(len(market.lanes), bool)))
    # The market's index is no law: where the seller can hardly expand, its dearer other labels may outweigh the cut.
    assert result.tonnes[lane] >= market.tonnes[lane] * (1 - TIGHT)


@laws
@given(market=markets(SUBSTITUTES), cut=st.floats(0.01, 0.3), data=st.data())
def test_rivals_in_the_market_lose_when_one_seller_at_given_prices_pays_less(
    market: Market, cut: float, data: st.DataObject
) -> None:
    lane = data.draw(st.integers(0, len(market.lanes) - 1))
    given_prices = replace(market, supply=np.full_like(market.supply, 1e6))
    A = market.A.copy()
    A[lane] *= 1.0 - cut
    result = solved(given_prices, Shock(A, market.B, np.zeros(len(market.lanes), bool)))
    rivals = (market.place == market.place[lane]) & (np.arange(len(market.lanes)) != lane)
    assert (result.tonnes[rivals] <= market.tonnes[rivals] * (1 + 1e-5)).all()
    elsewhere = market.place != market.place[lane]
    assert_allclose(result.tonnes[elsewhere], market.tonnes[elsewhere], rtol=1e-3)


# Who gains


@laws
@given(case=markets_and_shocks(capacities=True))
def test_buyers_gain_where_their_index_falls_and_makers_where_their_net_back_rises(case: tuple[Market, Shock]) -> None:
    result = solved(*case)
    buyers, index = welfare.surplus_by_market(result), result.price_index
    makers, ratio = welfare.surplus_by_producer(result), result.net_back / result.market.net_back
    assert (np.sign(buyers) == -np.sign(np.log(index)))[np.abs(index - 1) > 1e-6].all()
    assert (np.sign(makers) == np.sign(np.log(ratio)))[np.abs(ratio - 1) > 1e-6].all()


@laws
@given(case=markets_and_shocks(capacities=True))
def test_a_makers_gain_lies_between_its_old_and_new_tonnes_times_the_price_change(case: tuple[Market, Shock]) -> None:
    result = solved(*case)
    change = result.net_back - result.market.net_back
    ends = np.sort([change * result.market.output, change * result.output], axis=0)
    gain, slack = welfare.surplus_by_producer(result), 1e-7 * result.market.spending.sum()
    assert (ends[0] - slack <= gain).all() and (gain <= ends[1] + slack).all()


def test_a_small_change_is_worth_the_rule_of_half() -> None:
    """The exact areas and the trapezium part only in the third order: a tenth of the step, a thousandth of the gap."""
    market = one_market()
    gaps = []
    for step in (10.0, 1.0):
        B = market.B.copy()
        B[0] += step
        result = armington.solve(market, Shock(market.A, B, np.zeros(len(market.lanes), bool)))
        change = result.net_back - market.net_back
        trapezium = welfare.rule_of_half(-change, market.output, result.output)
        gaps.append(float(np.abs(welfare.surplus_by_producer(result) - trapezium).max()))
    assert gaps[1] < 2e-3 * gaps[0]


def one_market() -> Market:
    return random_market(np.random.default_rng(11), per_tonne_only=True)


@laws
@given(market=markets(capacities=True), seed=st.integers(0, 2**32 - 1))
def test_there_and_back_again_leaves_the_market_as_it_was(market: Market, seed: int) -> None:
    there = solved(market, random_shock(np.random.default_rng(seed), market))
    back = solved(there.as_market(), unchanged(market))
    assert_allclose(back.tonnes, market.tonnes, rtol=1e-7)
    assert_allclose(back.net_back, market.net_back, rtol=1e-7)


# Money, on the real study


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.mark.parametrize("draws", [0, 64])
def test_what_buyers_spend_is_what_somebody_keeps(library: Library, draws: int) -> None:
    for name in library.scenarios:
        study = run(Question(scenario=name, draws=draws), library)
        for side in (study.before, study.after):
            gap = side.ledger.unbalanced()[side.result.closed]
            assert_allclose(gap, 0.0, atol=1e-12, err_msg=name)


def tonnes(study: Study, label: str, producer: str = "IRN", importer: str = "TUR", when: str = "after") -> float:
    result = (study.after if when == "after" else study.before).result
    return float(result.tonnes[0, result.market.lane(producer, label, importer)])


def fob(study: Study, when: str) -> float:
    """Iranian FOB by hand: the net-back over what the burdens of the day leave."""
    side = study.after if when == "after" else study.before
    net_back = float(side.result.net_back[0, side.result.market.producers.index("IRN")])
    taken = sum(
        float(np.asarray(r.rate).flat[0]) for r in side.stacks[1].rungs if r.stage == "seller" and r.base_name == "fob"
    )
    return net_back / (1.0 - taken)


def test_turkish_revenue_is_every_charge_times_its_tonnes(library: Library) -> None:
    """At the status quo only the Iranian label pays: 6.5 % of FOB and 43 of road. A levy of 50 adds three labels."""
    study = run(Question(scenario="nonwto_levy_50", draws=0), library)
    assert study.before.stacks[1].producer == study.before.stacks[1].label == "IRN"
    before = 0.065 * (fob(study, "before") + 43.0) * tonnes(study, "IRN", when="before")
    assert study.figure("revenue_usd", "TUR", "before").central == pytest.approx(before, rel=1e-9)
    after = 0.065 * (fob(study, "after") + 43.0) * tonnes(study, "IRN")
    after += 50.0 * (tonnes(study, "IRN") + tonnes(study, "IRQ") + tonnes(study, "IRQ", producer="IRQ"))
    assert study.figure("revenue_usd", "TUR", "after").central == pytest.approx(after, rel=1e-9)
    assert study.figure("revenue_usd", "TUR").central == pytest.approx(after - before, rel=1e-9)


def collected(study: Study, name: str) -> float:
    """What Türkiye's treasury keeps of one kind of charge after the change."""
    paid = [p for p in study.after.ledger.payments if p.importer == "TUR" and p.rung.keeper == accounts.BUYER]
    return sum(float(p.usd[0]) for p in paid if p.rung.name == name)


def test_vat_that_comes_back_is_nobodys_revenue(library: Library) -> None:
    study = run(Question(scenario="status_quo", draws=0), library)
    assert any(r.name == "vat" for r in study.after.stacks[1].rungs)
    assert collected(study, "vat") == 0.0


def test_a_levy_whose_rate_is_edited_moves_revenue_in_step(library: Library) -> None:
    law = apply(library.policy, [parse_edit("measures.tur-nonwto-levy.rate=75")])
    assert law.measures["tur-nonwto-levy"].rate.central == 75.0
    study = run(Question(scenario="nonwto_levy_50", sets=("measures.tur-nonwto-levy.rate=75",), draws=0), library)
    by_hand = 75.0 * (tonnes(study, "IRN") + tonnes(study, "IRQ") + tonnes(study, "IRQ", producer="IRQ"))
    assert collected(study, "specific_levy") == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("name", ["province_proposal", "ban", "statutory_ceiling", "access_opened"])
def test_shares_of_a_market_add_up_to_one(library: Library, name: str) -> None:
    study = run(Question(scenario=name, draws=0), library)
    for side in (study.before, study.after):
        result = side.result
        for importer in study.importers:
            here = result.market.place == result.market.importers.index(importer)
            whole = result.tonnes[0, here].sum()
            ours = [i for i in np.flatnonzero(here) if result.market.lanes[i].producer == "IRN"]
            when = "before" if side is study.before else "after"
            assert study.figure("share", importer, when).central == pytest.approx(result.tonnes[0, ours].sum() / whole)
            assert study.figure("market_tonnes", importer, when).central == pytest.approx(whole)
