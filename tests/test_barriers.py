"""What holds the trade back: parts that add up, barriers that are nothing, taste made equal, and labels."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import fsolve

from tariffs import Library, Question, run
from tariffs.barriers import BARRIERS, curve_over_duty, markets_sold_to, relabelled, split, what_holds_back
from tariffs.barriers.chain import DUTY, FREIGHT, LABEL, MEASURED, WEDGE, Chain, subsets
from tariffs.barriers.holding import TASTE
from tariffs.barriers.shapley import shapley
from tariffs.barriers.taste import Reshaped, equal_taste
from tariffs.errors import BadQuestion
from tariffs.market.market import Lane, Market, Shock
from tariffs.models import solve
from tariffs.sources import Array
from tariffs.study import Study
from tests.markets import ABOVE_ONE, markets_and_shocks, random_market, unchanged


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def today(library: Library) -> Study:
    return run(Question("status_quo", draws=32), library)


# Shapley


def by_every_order(players: Sequence[str], worth: dict[frozenset[str], Array]) -> dict[str, Array]:
    """The definition: what each adds when it comes, over all n! orders."""
    total = {name: 0.0 * worth[frozenset()] for name in players}
    orders = list(itertools.permutations(players))
    for order in orders:
        so_far: frozenset[str] = frozenset()
        for name in order:
            total[name] = total[name] + worth[so_far | {name}] - worth[so_far]
            so_far |= {name}
    return {name: value / len(orders) for name, value in total.items()}


@given(seed=st.integers(0, 2**32 - 1), players=st.integers(1, 5))
@settings(max_examples=30)
def test_parts_are_the_average_over_every_order_add_up_and_do_not_depend_on_how_barriers_are_listed(
    seed: int, players: int
) -> None:
    rng = np.random.default_rng(seed)
    names = tuple("abcdef"[:players])
    worth = {some: rng.normal(1e4, 1e4, 3) for some in subsets(names)}
    parts = shapley(names, worth)
    for name, slow in by_every_order(names, worth).items():
        assert_allclose(parts[name], slow, rtol=1e-9, atol=1e-6)
    whole = worth[frozenset(names)] - worth[frozenset()]
    assert_allclose(sum(parts.values()), whole, rtol=1e-9, atol=1e-9 * 1e5)
    turned = tuple(rng.permutation(names))
    for name, other in shapley(turned, worth).items():
        assert_allclose(other, parts[name], rtol=1e-12, atol=1e-9)


def test_a_barrier_that_changes_nothing_has_no_part_and_two_alike_have_the_same() -> None:
    """Glove game by hand: a and b open the market only together (worth 6), c does nothing: 3, 3 and 0."""
    worth = {some: np.array([6.0 if {"a", "b"} <= some else 0.0]) for some in subsets(("a", "b", "c"))}
    parts = shapley(("a", "b", "c"), worth)
    assert [float(parts[name][0]) for name in "abc"] == [3.0, 3.0, 0.0]


# The ladder taken apart


def test_a_ladder_by_hand_with_each_barrier_lifted(today: Study) -> None:
    """Net-back 200; burdens 20 % of FOB: 250; freight 40, label 10: 300; duty 10 % and 5: 335; wedge 100: 435."""
    from tariffs.units import Line

    chain = Chain(0.0, Line(0.0, 1.25), 0.0, 40.0, Line(10.0), 0.1, 5.0, Line(100.0))
    n = 200.0
    assert chain.without(frozenset()).at(n) == pytest.approx(435)
    assert chain.without(frozenset({DUTY})).at(n) == pytest.approx(400)
    assert chain.without(frozenset({WEDGE})).at(n) == pytest.approx(335)
    assert chain.without(frozenset({FREIGHT})).at(n) == pytest.approx(260 * 1.1 + 105)  # duty is charged on less
    assert chain.without(frozenset({LABEL})).at(n) == pytest.approx(290 * 1.1 + 105)
    assert chain.without(frozenset({"burdens"})).at(n) == pytest.approx(250 * 1.1 + 105)
    assert chain.without(frozenset(MEASURED)).at(n) == pytest.approx(200)
    assert chain.amounts(n) == pytest.approx({"burdens": 50, "freight": 40, "label": 10, "duty": 35, "wedge": 100})


@pytest.mark.parametrize("scenario", ["status_quo", "province_proposal", "complaint_day"])
def test_every_bundled_ladder_climbed_again_is_the_ladder_and_its_parts_add_up(scenario: str, library: Library) -> None:
    study = run(Question(scenario, draws=16), library)
    market = study.after.market
    ours = [n for n, lane in enumerate(market.lanes) if lane.producer == study.exporter]
    assert len(ours) >= 6
    for n in ours:
        stack, net_back = study.after.stacks[n], market.net_back[:, market.maker[n]]
        chain = Chain.of(stack)
        assert_allclose(chain.without(frozenset()).at(net_back), stack.landed.at(net_back), rtol=1e-12)
        parts = sum(np.asarray(x) for x in chain.amounts(net_back).values())
        assert_allclose(net_back + parts, stack.landed.at(net_back), rtol=1e-12)
        assert_allclose(chain.without(frozenset(MEASURED)).at(net_back), net_back, rtol=1e-12)


# The bundled markets


def test_the_parts_add_up_to_the_whole_distance_in_every_draw_of_every_market(today: Study) -> None:
    assert markets_sold_to(today) == ("TUR", "IRQ", "GEO", "ARM")
    for importer in markets_sold_to(today):
        held = what_holds_back(today, importer)
        assert held.solved.all() and held.draws == 32
        parts = shapley(BARRIERS, held.worth)
        whole = held.worth[frozenset(BARRIERS)] - held.worth[frozenset()]
        assert_allclose(sum(parts.values()), whole, rtol=1e-9, atol=1e-9 * np.abs(whole).max())
        assert sum(b.part.central or 0.0 for b in held.barriers) == pytest.approx(held.gap.central, rel=1e-9)
        assert held.today.central == pytest.approx(
            sum(
                float(today.result.tonnes[0, n])
                for n, lane in enumerate(today.result.market.lanes)
                if (lane.producer, lane.importer) == ("IRN", importer)
            ),
            rel=1e-9,
        )


def test_lifting_only_the_duty_is_the_scenario_with_a_duty_of_nothing(library: Library, today: Study) -> None:
    """The same question asked through the lever, by the ordinary road."""
    held = what_holds_back(today, "TUR")
    free = run(Question("status_quo", sets=("tur.duty=0",), draws=32), library)
    assert held[DUTY].alone.central == pytest.approx(free.figure("tonnes", "TUR").central, rel=1e-8)
    no_wedge = ("tur.wedge=0", "tur.wedge_iraqi_label=0")
    opened = run(Question("status_quo", sets=no_wedge, draws=32), library)
    assert held[WEDGE].alone.central == pytest.approx(opened.figure("tonnes", "TUR").central, rel=1e-8)
    both = run(Question("status_quo", sets=(*no_wedge, "tur.duty=0"), draws=32), library)
    together = held.worth[frozenset({DUTY, WEDGE})] - held.worth[frozenset()]
    assert together[0] == pytest.approx(both.figure("tonnes", "TUR").central, rel=1e-8)


def test_a_barrier_of_nothing_keeps_nothing_away(library: Library) -> None:
    """Iraq knows no other label of Iranian bitumen and its wedge is nil; the law as found has no Turkish duty."""
    held = what_holds_back(run(Question("status_quo", draws=0), library), "IRQ")
    for name in (LABEL, WEDGE):
        assert held.ways[0].amounts[name].central == 0
        assert held[name].alone.central == pytest.approx(0, abs=1e-6)
        assert held[name].part.central == pytest.approx(0, abs=1e-6)
    free = what_holds_back(run(Question("status_quo", sets=("tur.duty=0",), draws=0), library), "TUR")
    assert free[DUTY].part.central == pytest.approx(0, abs=1e-6)
    assert free[DUTY].part.low is None and free.sureness is None


def test_cutting_the_duty_alone_cannot_open_a_market_that_the_wedge_keeps_shut(library: Library) -> None:
    shut = what_holds_back(run(Question("status_quo", draws=16), library), "TUR")
    assert shut.duty_alone_is_not_enough and (shut.sureness or 0) > 0.9
    assert shut[WEDGE].alone.central > 10 * shut[DUTY].alone.central
    # A duty of 200 % on the only label that may come in, and no wedge: now the duty is what keeps the market shut.
    sets = ("tur.duty=200%", "tur.wedge=0", "tur.relabelling_ban=yes", "freight.tur=0")
    taxed = what_holds_back(run(Question("status_quo", sets=sets, draws=0), library), "TUR")
    assert taxed.refused == ("IRQ",)
    assert taxed[DUTY].alone.central == max(taxed[name].alone.central for name in MEASURED)
    assert not taxed.duty_alone_is_not_enough


def test_a_market_that_refuses_every_label_says_so_and_another_asks_for_a_market_that_buys(library: Library) -> None:
    banned = run(Question("status_quo", sets=("tur.ban=yes", "tur.relabelling_ban=yes"), draws=0), library)
    with pytest.raises(BadQuestion, match="refuses these goods under every label"):
        what_holds_back(banned, "TUR")
    with pytest.raises(BadQuestion, match="sells nothing to XAA"):
        what_holds_back(banned, "XAA")
    one_label = run(Question("status_quo", sets=("tur.ban=yes",), draws=0), library)
    held = what_holds_back(one_label, "TUR")
    assert held.refused == ("IRN",) and [way.label for way in held.ways] == ["IRQ"]


def test_the_exact_model_answers_whichever_model_was_asked(library: Library) -> None:
    exact, asked = (
        what_holds_back(run(Question("status_quo", draws=0, model=model), library), "TUR")
        for model in ("armington", "gsim")
    )
    assert asked.gap.central == pytest.approx(exact.gap.central, rel=1e-9)


# Taste


def two_makers_and_a_home(sigma: float = 3.0) -> Market:
    """Home and imports from A (two labels) and B, all at 100 USD/t before duty, with very unequal sales."""
    one = np.array([[sigma]])
    return Market(
        producers=("A", "B", "M"),
        importers=("M",),
        lanes=(Lane("A", "A", "M"), Lane("A", "X", "M"), Lane("B", "B", "M"), Lane("M", "M", "M")),
        tonnes=np.array([[10.0, 5.0, 30.0, 900.0]]),
        net_back=np.full((1, 3), 100.0),
        A=np.ones((1, 4)),
        B=np.zeros((1, 4)),
        supply=np.full((1, 3), 2.0),
        demand=np.array([[-0.5]]),
        sigma_label=one,
        sigma_import=one,
        sigma_home=one,
    )


def test_without_taste_sellers_at_one_price_sell_the_same() -> None:
    """945 t at one price: a third each for A, B and home, and half of A's third under each label."""
    tonnes = equal_taste(two_makers_and_a_home(), "M", "A")
    assert_allclose(tonnes, [[157.5, 157.5, 315.0, 315.0]])


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_without_taste_price_alone_decides_and_spending_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sigma = float(rng.uniform(0.5, 12))
    market = two_makers_and_a_home(sigma)
    market = replace(market, B=rng.uniform(0, 300, (1, 4)), tonnes=rng.uniform(100, 1000, (1, 4)))
    tonnes = equal_taste(market, "M", "A")
    price = market.landed[0]
    assert (tonnes * price).sum() == pytest.approx(float(market.spending.sum()))
    # With one elasticity: each maker's index p, spending ∝ p^(1-σ) among makers, the same within A's labels.
    spent = tonnes[0] * price
    assert spent[0] / spent[1] == pytest.approx((price[0] / price[1]) ** (1 - sigma))
    of_a = np.mean(price[:2] ** (1 - sigma)) ** (1 / (1 - sigma))
    assert (spent[0] + spent[1]) / spent[2] == pytest.approx((of_a / price[2]) ** (1 - sigma))
    assert spent[2] / spent[3] == pytest.approx((price[2] / price[3]) ** (1 - sigma))


def test_a_seller_too_small_to_be_a_rival_keeps_its_place_among_imports() -> None:
    market = replace(two_makers_and_a_home(), tonnes=np.array([[10.0, 30.0, 2.0, 900.0]]))
    tonnes = equal_taste(market, "M", "A")  # B sells 0.2 % of the market
    assert tonnes[0, 2] / tonnes[0, :3].sum() == pytest.approx(2.0 / 42.0)


def test_makers_offer_what_they_did_whatever_buyers_would_like(today: Study) -> None:
    """After taste is made equal the market clears on the old supply curves; a second solver finds the same."""
    market = two_makers_and_a_home()
    wanted = equal_taste(market, "M", "A")
    reshaped = Reshaped(
        **{name: getattr(market, name) for name in market.__dataclass_fields__ if name not in ("tonnes", "potential")},
        tonnes=wanted,
        potential=market.output,
    )
    result = solve("armington", reshaped, unchanged(market))
    assert result.closed.all()
    sold = result.output[0]
    assert_allclose(sold, market.output[0] * (result.net_back[0] / 100.0) ** 2.0, rtol=1e-9)

    def gaps(x: Array) -> Array:
        p = np.exp(x)  # of A, B, home; one elasticity 3, demand -0.5, equal thirds
        index = np.mean(p**-2.0) ** (-1 / 2.0)
        return np.asarray(np.log(315.0 * index ** (3.0 - 0.5) * p**-3.0) - np.log(market.output[0] * p**2.0))

    assert_allclose(result.net_back[0] / 100.0, np.exp(fsolve(gaps, np.zeros(3), xtol=1e-13)), rtol=1e-8)


def test_capacity_binds_in_the_benchmark_too() -> None:
    market = two_makers_and_a_home()
    reshaped = Reshaped(
        **{name: getattr(market, name) for name in market.__dataclass_fields__ if name not in ("tonnes", "potential")}
        | {"capacity": np.array([[20.0, np.inf, np.inf]])},
        tonnes=equal_taste(market, "M", "A"),
        potential=market.output,
    )
    result = solve("armington", reshaped, unchanged(market))
    assert result.closed.all() and result.output[0, 0] == pytest.approx(20.0)


# Labels


@given(drawn=markets_and_shocks(ABOVE_ONE))
@settings(max_examples=60)
def test_label_changes_add_up_to_new_trade_and_new_trade_to_what_others_lose_and_the_market_grows(
    drawn: tuple[Market, Shock],
) -> None:
    market, shock = drawn
    result = solve("armington", market, shock)
    change = result.tonnes - market.tonnes
    size = np.abs(market.tonnes).sum()
    for exporter, importer in itertools.product(market.producers, market.importers):
        parts = split(market.lanes, change, exporter, importer)
        assert parts.own + parts.others == pytest.approx(parts.new, abs=1e-9 * size)
        assert sum(parts.displaced.values()) + parts.grown == pytest.approx(parts.new, abs=1e-9 * size)
        assert parts.label_only >= 0
        ours = [change[n] for n, x in enumerate(market.lanes) if (x.producer, x.importer) == (exporter, importer)]
        gained = sum(max(x, 0.0) for x in ours)
        assert parts.label_only + max(parts.new, 0.0) == pytest.approx(gained, abs=1e-9 * size)
        assert sum(np.abs(ours)) == pytest.approx(2 * parts.label_only + abs(parts.new), abs=1e-9 * size)


def test_labels_by_hand() -> None:
    """Own label +15, two others -4 and +1: gained 16, lost 4, so 4 only changed label and 12 are new."""
    lanes = (Lane("A", "A", "M"), Lane("A", "X", "M"), Lane("A", "Y", "M"), Lane("B", "B", "M"), Lane("A", "A", "Z"))
    parts = split(lanes, np.array([15.0, -4.0, 1.0, -9.0, 100.0]), "A", "M")
    assert (parts.own, parts.others, parts.label_only, parts.new, parts.grown) == (15, -3, 4, 12, 3)
    assert parts.displaced == {"B": 9}


def test_one_more_tonne_of_a_single_label_is_new_whatever_else_moves() -> None:
    rng = np.random.default_rng(3)
    market = random_market(rng)
    lone = next(
        x for x in market.lanes if sum((y.producer, y.importer) == (x.producer, x.importer) for y in market.lanes) == 1
    )
    parts = split(market.lanes, rng.normal(0, 5, len(market.lanes)), lone.producer, lone.importer)
    assert parts.label_only == 0


def test_a_study_says_what_only_changed_its_label(library: Library) -> None:
    study = run(Question("law_as_found", draws=64), library)
    told = relabelled(study, "TUR")
    own, all_labels = study.figure("own_label_tonnes", "TUR"), study.figure("tonnes", "TUR")
    assert told.own_label_change.central == pytest.approx(own.central)
    assert told.new_tonnes.central == pytest.approx(all_labels.central)
    assert (told.new_tonnes.low, told.new_tonnes.high) == pytest.approx((all_labels.low, all_labels.high))
    # The duty on the Iranian label goes: some of what comes in under it came in under the Iraqi one.
    assert told.label_only_tonnes.central > 0
    assert told.own_label_change.central == pytest.approx(told.label_only_tonnes.central + told.new_tonnes.central)
    assert told.label_only_tonnes.central == pytest.approx(-(told.other_labels_change.central or 0))


def test_the_dearer_the_own_label_the_more_goes_under_the_other_and_less_in_all(today: Study) -> None:
    curve = curve_over_duty(today, "TUR")
    assert [p.duty for p in curve.points][::20] == [0.0, 0.5, 1.0]
    assert curve.duty_now == pytest.approx(0.065)
    own, other, new = (
        np.array([getattr(p, name).central for p in curve.points])
        for name in ("own_tonnes", "other_tonnes", "new_tonnes")
    )
    assert (np.diff(own) < 0).all() and (np.diff(other) > 0).all() and (np.diff(new) < 0).all()
    now = np.interp(0.065, [p.duty for p in curve.points], new)
    assert abs(now) < 300  # at the duty of the day nothing is new
    for point in curve.points:
        assert point.own_tonnes.low <= (point.own_tonnes.median or 0) <= point.own_tonnes.high  # type: ignore[operator]


def test_a_point_of_the_curve_is_the_answer_to_the_lever(library: Library, today: Study) -> None:
    curve = curve_over_duty(today, "TUR", rates=(0.25,))
    asked = run(Question("status_quo", sets=("tur.duty=25%",), draws=32), library)
    assert curve.points[0].own_tonnes.central == pytest.approx(
        asked.figure("own_label_tonnes", "TUR", "after").central, rel=1e-8
    )
    assert curve.points[0].new_tonnes.central == pytest.approx(asked.figure("tonnes", "TUR").central, rel=1e-7)
    assert curve.points[0].new_tonnes.low == pytest.approx(asked.figure("tonnes", "TUR").low, rel=1e-6)


def test_iraq_has_two_duties_and_one_label_so_nothing_changes_its_label(today: Study) -> None:
    curve = curve_over_duty(today, "IRQ", rates=(0.0, 0.3))
    assert curve.duty_now is None
    assert [p.label_only_tonnes.central for p in curve.points] == [0.0, 0.0]


def test_a_market_without_a_duty_on_record_has_no_curve(today: Study) -> None:
    with pytest.raises(BadQuestion, match="No duty on the label of IRN is on record in GEO"):
        curve_over_duty(today, "GEO")


def test_taste_is_the_only_barrier_without_a_price(today: Study) -> None:
    held = what_holds_back(today, "TUR")
    assert [b.name for b in held.barriers] == [*MEASURED, TASTE]
    assert set(held.ways[0].amounts) == set(MEASURED)
    for way in held.ways:
        total = (way.net_back.central or 0) + sum(e.central or 0 for e in way.amounts.values())
        assert total == pytest.approx(way.landed.central, rel=1e-12)
