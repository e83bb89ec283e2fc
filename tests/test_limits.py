"""Limits against the single run, against paper, and against laws that hold for any market."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import brentq

from tariffs import Library, Question, run
from tariffs.errors import BadLever, BadQuestion
from tariffs.limits import Plan, agreement, break_even, break_evens, heat_map, phase_in, target_of
from tariffs.limits.breakeven import level_of
from tariffs.limits.heatmap import Sweep, key_of
from tariffs.limits.phase_in import made, plan_of, present_value
from tariffs.limits.quota import fill
from tariffs.limits.reach import Reach
from tariffs.limits.roots import each, look, roots, spread
from tariffs.limits.targets import BELOW_RIVAL, KEEP_TONNES, Target
from tariffs.market.elasticities import Elasticities, Elasticity
from tariffs.market.flows import Flow
from tariffs.market.market import Market, Shock
from tariffs.models import solve
from tariffs.models.result import Result
from tariffs.progress import Stopped
from tariffs.scenario import Scenario
from tariffs.sources import Array, Figure, Status
from tariffs.store.library import Baseline
from tariffs.study import sides
from tariffs.study.figures import Key
from tests.markets import figure, measure, policy

IMPORTERS, EXPORTER = ("TUR", "IRQ"), "IRN"
TODAY = Question(scenario="status_quo", draws=0)
PROPOSAL = Question(draws=0)


@cache
def library() -> Library:
    return Library.open()


def aim(text: str, market: str | None = None) -> Target:
    return target_of(text, market, IMPORTERS, EXPORTER)


# A market small enough for paper


def paper() -> Library:
    """Two sellers, one buyer, unit elasticities: spending on each seller never moves.

    XBB sells 1,000 t at 100 fob over a leg of 20 under a duty of 10 %: it lands at 132, and its buyers spend
    132,000 a year on it whatever happens. It supplies 10 t for each dollar of net-back n, so under a duty d

        10 n (n + 20)(1 + d) = 132,000.

    XCC lands at 140 and, its sales being worth the same every year, stays there.
    """
    on = date(2026, 1, 1)

    def flow(producer: str, price: float, freight: str) -> Flow:
        t = figure(f"flows_baseline.{producer}.tonnes", 1_000.0, "tonnes")
        usd = figure(f"flows_baseline.{producer}.usd_per_t", price, "usd_per_t")
        basis = "fob" if freight else "cif"
        return Flow(
            producer, 2025, producer, producer, "XAA", t, usd, basis, "own", True, freight, "", "", "assumed", "", ""
        )

    def one(kind: str, value: float) -> Elasticity:
        return Elasticity(kind, kind, "271320", "WLD", figure(f"elasticities.{kind}.value", value), "")

    kinds = {"export_supply": 1.0, "total_demand": -1.0, "armington_origins": 1.0, "label_substitution": 1.0}
    rules = policy(
        measure("customs_duty", "ad_valorem", 0.10, key="duty", origin="XBB"),
        measure("customs_duty", "ad_valorem", 0.0, key="duty-others"),
        freight=20.0,
        costs=[("packing-bulk", 0.0), ("insurance", 0.0), ("vb-share", 0.5)],
    )
    return replace(
        library(),
        policy=rules,
        flows={f.key: f for f in (flow("XBB", 100.0, "leg"), flow("XCC", 140.0, ""))},
        totals={},
        capacities={},
        elasticities=Elasticities({kind: one(kind, value) for kind, value in kinds.items()}),
        scenarios={"as_is": Scenario("as_is", "", "", on, "", (), "assumed", "", "")},
        baseline=Baseline(on, 2025, "271320", "XBB", ("XAA",)),
        digest="paper",
        folder=Path(),
    )


PAPER = Question(scenario="as_is", draws=0)
DUTY = "measures.duty.rate"


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("net-back=90", 1 / 3),  # 10 · 90 · 110 (1 + d) = 132,000
        ("net-back=105", 132_000 / 131_250 - 1),  # 10 · 105 · 125 (1 + d) = 132,000
        ("below-rival", 0.225),  # 132,000 / 140 t, n = 94 2/7, (n + 20)(1 + d) = 140
        ("keep-tonnes", 0.10),
    ],
)
def test_a_break_even_duty_is_the_one_worked_out_on_paper(text: str, duty: float) -> None:
    found = break_even(paper(), PAPER, DUTY, target_of(text, "XAA", ("XAA",), "XBB"))
    assert [root.value for root in found.roots] == pytest.approx([duty], abs=1e-9)
    assert found.roots[0].rising is False


def test_what_no_duty_can_give_is_short_by_what_paper_says() -> None:
    found = break_even(paper(), PAPER, DUTY, target_of("net-back=110", None, ("XAA",), "XBB"))
    assert found.roots == () and found.why is not None
    best = -10 + 13_300**0.5  # n (n + 20) = 13,200 without a duty
    assert (found.why.kind, found.why.best) == ("unmet", 0.0)
    assert found.why.short == pytest.approx(best - 110.0, abs=1e-8)


# Break-even


@pytest.mark.parametrize(
    ("question", "lever", "text", "market"),
    [
        (PROPOSAL, "tur.duty", "below-rival", "TUR"),
        (PROPOSAL, "tur.duty", "keep-tonnes", "TUR"),
        (PROPOSAL, "irn.award", "net-back=280", None),
        (PROPOSAL, "freight.tur", "below-rival", "TUR"),
        (PROPOSAL, "relabelling", "keep-tonnes", "TUR"),
        (PROPOSAL, "tur.levy", "keep-tonnes", "TUR"),
        (TODAY, "tur.wedge", "below-rival", "TUR"),
        (TODAY, "irn.fx_haircut", "net-back", None),
        (TODAY, "irn.export_duty", "net-back=260", None),
        (TODAY, "measures.tur-duty-petrochemical.rate", "below-rival", "TUR"),
    ],
)
def test_a_break_even_put_back_into_the_single_run_just_meets_the_target(
    question: Question, lever: str, text: str, market: str | None
) -> None:
    target = aim(text, market)
    found = break_even(library(), question, lever, target)
    assert found.roots and found.why is None
    for root in found.roots:
        after = run(question.with_set(lever, repr(root.value)), library())
        reached = after.figure(*target.key).central
        assert reached == pytest.approx(found.level, rel=1e-9, abs=1e-7)  # USD/t near zero: the solver's own 1e-10
        assert not root.jump


def test_every_break_even_is_found_and_the_target_is_met_between_them() -> None:
    # Haircut of hall 1 on the revenue of the halls: not monotone, so look at a curve that turns by itself.
    def curve(x: Array) -> Array:
        return (x - 0.2) * (x - 0.5) * (0.9 - x)

    found = roots(curve, look(curve, spread(0.0, 1.0)))
    assert [root.value for root in found] == pytest.approx([0.2, 0.5, 0.9], abs=1e-12)
    assert [root.rising for root in found] == [False, True, False]


def test_a_curve_that_only_touches_between_two_looks_is_looked_at_again() -> None:
    def curve(x: Array) -> Array:
        return np.abs(x - 0.3337) - 1e-4

    assert len(roots(curve, look(curve, spread(0.0, 1.0, 21)))) == 2


def test_a_level_stretch_that_only_rounding_bends_is_not_looked_at_again() -> None:
    rng, seen = np.random.default_rng(1), []

    def curve(x: Array) -> Array:
        seen.append(len(x))
        return 5.0 + np.maximum(0.3 - x, 0.0) + 1e-13 * rng.standard_normal(len(x))

    look(curve, spread(0.0, 1.0), 1e-9)
    assert seen == [401]


# A plant at its capacity sells the same whatever the award: a level stretch. And a target met where the lever stands.
@pytest.mark.parametrize(
    ("scenario", "lever", "text"),
    [
        ("relabelling_route_closed", "irn.award", "keep-tonnes"), ("card_proposal", "irn.award", "keep-tonnes"),
        ("status_quo", "irn.award", "below-rival"), ("ban", "irn.award", "keep-tonnes"),
        ("status_quo", "inland", "keep-tonnes"),
    ],
)  # fmt: skip
def test_a_break_even_takes_one_look_and_some_steps(
    scenario: str, lever: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, real = [], sides.solve

    def counted(name: str, market: Market, shock: Shock) -> Result:
        found = real(name, market, shock)
        sizes.append(found.closed.size)
        return found

    monkeypatch.setattr(sides, "solve", counted)
    break_even(library(), Question(scenario=scenario, draws=0), lever, aim(text))
    assert len(sizes) <= 60 and sum(sizes) <= 600, "settings solved"


def test_a_step_over_the_target_is_told_apart_from_a_balance() -> None:
    def curve(x: Array) -> Array:
        return np.where(x < 0.4, -1.0, 1.0)

    (found,) = roots(curve, look(curve, spread(0.0, 1.0)))
    assert found.jump and found.value == pytest.approx(0.4, abs=1e-12)


def test_a_hole_in_the_curve_is_no_crossing() -> None:
    def curve(x: Array) -> Array:
        return np.where(np.abs(x - 0.5) < 0.1, np.nan, x - 0.5)

    assert roots(curve, look(curve, spread(0.0, 1.0))) == ()


def test_the_root_of_each_draw_is_its_own_and_draws_without_one_have_none() -> None:
    shift = np.array([0.1, 0.4, 2.0])
    points = spread(0.0, 1.0, 9)
    found = each(lambda x: x - shift, points[:, None] - shift, points, 0.3)
    assert_allclose(found, [0.1, 0.4, np.nan], atol=1e-9)


@pytest.mark.parametrize(
    ("question", "lever", "text", "market", "kind", "cause"),
    [
        (TODAY, "irq.duty", "below-rival", "IRQ", "unmet", "dear_before_the_border"),
        (PROPOSAL, "tur.duty", "net-back=300", None, "unmet", "small_part_of_sales"),
        (PROPOSAL, "tur.duty", "keep-tonnes", None, "met", "label_switch"),
        (PROPOSAL, "measures.tur-duty-petrochemical.rate", "net-back=300", None, "untouched", "small_part_of_sales"),
        (replace(PROPOSAL, scenario="ban"), "tur.duty", "below-rival", "TUR", "refused", None),
        (
            TODAY.with_belief("flows_baseline.bl-tur-tur-tur.usd_per_t", 430),
            "tur.duty",
            "below-rival",
            "TUR",
            "unmet",
            "access_wedge",
        ),
    ],
)
def test_no_break_even_has_its_real_reason(
    question: Question, lever: str, text: str, market: str | None, kind: str, cause: str | None
) -> None:
    found = break_even(library(), question, lever, aim(text, market))
    assert found.roots == () and found.why is not None
    assert found.why.kind == kind
    assert cause is None or cause in found.why.names
    assert found.main is None and found.estimate.central is None


def test_a_choice_has_no_break_even() -> None:
    with pytest.raises(BadLever, match="is a choice"):
        break_even(library(), TODAY, "packing", aim("net-back"))


@pytest.mark.parametrize("text", ["cheaper", "net-back=-3", "net-back=x", "below-rival=3"])
def test_an_aim_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion):
        aim(text)


def test_a_break_even_over_draws_is_the_single_runs_in_its_draw() -> None:
    question = replace(PROPOSAL, draws=64)
    target = aim("below-rival", "TUR")
    found = break_even(library(), question, "tur.duty", target)
    over = found.ranged
    assert over is not None and over.low is not None and over.high is not None
    assert over.low <= over.median <= over.high  # type: ignore[operator]
    assert over.exists + over.always + over.never == pytest.approx(1.0)
    # At the median of the break-evens, half of the draws that have one are met.
    study = run(question.with_set("tur.duty", repr(over.median)), library())
    gap = Reach.of(library(), question, ["tur.duty"]).at(np.full(65, over.median)).number(target.key)[1:]
    assert study.figure(*target.key).low is not None
    assert (gap <= 0).mean() == pytest.approx(over.exists / 2 + over.always, abs=2 / 64)


def test_a_lever_that_moves_nothing_has_no_break_even_in_any_draw() -> None:
    question = replace(TODAY, draws=16)
    found = break_even(library(), question, "measures.tur-duty-any.rate", aim("keep-tonnes", "IRQ"))
    assert found.roots == () and found.why is not None and found.why.kind == "untouched"
    assert found.ranged is not None
    assert (found.ranged.exists, found.ranged.always, found.ranged.low) == (0.0, 1.0, None)


def test_stopping_a_range_stops_it() -> None:
    def stop(done: int, of: int) -> None:
        raise Stopped("enough")

    with pytest.raises(Stopped):
        break_even(library(), replace(PROPOSAL, draws=8), "tur.duty", aim("below-rival", "TUR"), told=stop)


# Heat map

LEVERS_OF_A_MAP = [
    ("tur.duty", "irn.award", PROPOSAL),
    ("tur.levy", "relabelling", PROPOSAL),
    ("irn.fx", "tur.duty", PROPOSAL),  # a choice is taken one by one
    ("tur.ban", "tur.class", TODAY),
    ("irn.fx_haircut", "irn.export_duty", TODAY),
    ("shares.krg-share-value.share", "irq.duty", TODAY),
    ("tur.duty", "irq.duty", replace(PROPOSAL, model="gsim")),
    ("tur.duty", "freight.tur", replace(PROPOSAL, model="smart")),
]


@pytest.mark.parametrize(("x", "y", "question"), LEVERS_OF_A_MAP)
def test_a_cell_of_a_map_is_the_single_run(x: str, y: str, question: Question) -> None:
    key = Key("exports_to_buyers_tonnes", "IRN", "change")
    found = heat_map(library(), question, Sweep(x, size=7), Sweep(y, size=5), key)
    rng = np.random.default_rng(3)
    for _ in range(6):
        row, column = int(rng.integers(len(found.y.values))), int(rng.integers(len(found.x.values)))
        asked = question.with_set(x, text(found.x.values[column])).with_set(y, text(found.y.values[row]))
        alone = run(asked, library()).figure(*key).central
        assert found.values[row, column] == pytest.approx(alone, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("form", ["compound_max", "compound_min", "compound_sum"])
def test_a_duty_with_a_kink_bends_the_map_where_the_single_run_bends(form: str) -> None:
    held = kinked(form)
    key = Key("landed_usd_per_t", "TUR", "after")
    found = heat_map(held, TODAY, Sweep("tur.duty", (0.0, 0.12), 13), Sweep("irn.award", (0.0, 0.05), 3), key)
    for row, award in enumerate(found.y.values):
        for column in range(0, 13, 3):
            asked = TODAY.with_set("tur.duty", text(found.x.values[column])).with_set("irn.award", text(award))
            assert found.values[row, column] == pytest.approx(run(asked, held).figure(*key).central, abs=1e-9)
    steps = np.diff(found.values[0])
    assert (np.ptp(steps) > 1.0) == (form != "compound_sum")  # USD 20/t is 6 % of the CIF price


def test_a_break_even_on_a_kinked_duty_holds_in_the_single_run() -> None:
    held = kinked("compound_max")
    found = break_even(held, TODAY, "tur.duty", aim("below-rival", "TUR"))
    (root,) = found.roots
    after = run(TODAY.with_set("tur.duty", repr(root.value)), held).figure("rival_gap_usd_per_t", "TUR", "after")
    assert after.central == pytest.approx(0.0, abs=1e-7)


def kinked(form: str) -> Library:
    """Our rows with a compound duty of the given form, USD 20/t, on the Iranian label in Türkiye."""
    specific = Figure("measures.by-hand.specific", 20.0, 20.0, 20.0, "usd_per_t", Status.ILLUSTRATIVE, "by-hand")
    held = library()
    changed = held.policy.replace_row("measures", "tur-duty-petrochemical", form=form, specific=specific)
    return replace(held, policy=changed, digest=form)


def test_cells_that_leave_the_plant_nothing_are_blank_and_counted() -> None:
    question = replace(TODAY, scenario="complaint_day").with_set("irn.fx_haircut", "0.9")
    question = replace(question, on=date(2025, 10, 16)).with_set("irn.feedstock", "0")
    key = Key("net_back_usd_per_t", "IRN", "after")
    found = heat_map(
        library(), question, Sweep("irn.export_duty", (0.0, 0.5), 11), Sweep("irn.vat_cost", (0.0, 0.3), 4), key
    )
    assert 0 < found.not_closed < found.values.size
    assert np.isnan(found.values[~found.closed]).all() and np.isfinite(found.values[found.closed]).all()
    assert "leave the plant nothing" in found.reason


def test_a_map_needs_two_levers_a_known_figure_and_room() -> None:
    key = Key("tonnes", "TUR", "after")
    with pytest.raises(BadQuestion, match="two different levers"):
        heat_map(library(), TODAY, Sweep("tur.duty"), Sweep("tur.duty"), key)
    with pytest.raises(BadQuestion, match="no figure"):
        heat_map(library(), TODAY, Sweep("tur.duty"), Sweep("irq.duty"), Key("tons", "TUR", "after"))
    with pytest.raises(BadQuestion, match="cells"):
        heat_map(library(), TODAY, Sweep("tur.duty", size=1_000), Sweep("irq.duty", size=1_000), key)
    with pytest.raises(BadLever, match="There is no lever"):
        heat_map(library(), TODAY, Sweep("tur.dutty"), Sweep("irq.duty"), key)
    with pytest.raises(BadQuestion, match="does not lie inside"):
        heat_map(library(), TODAY, Sweep("tur.duty", (0.2, 0.1)), Sweep("irq.duty"), key)


def test_a_figure_is_found_by_name_and_place() -> None:
    study = run(PROPOSAL, library())
    assert key_of(study, "net_back_usd_per_t", None, "change") == Key("net_back_usd_per_t", "IRN", "change")
    assert key_of(study, "tonnes", "IRQ", "after") == Key("tonnes", "IRQ", "after")
    for name, place, when in (("tons", None, "after"), ("tonnes", "GEO", "after"), ("tonnes", None, "soon")):
        with pytest.raises(BadQuestion):
            key_of(study, name, place, when)


def text(value: float | str) -> str:
    return value if isinstance(value, str) else repr(value)


# Zone of agreement

OPENED = replace(TODAY, scenario="access_opened")


def test_where_nothing_changes_nobody_gains() -> None:
    found = agreement(library(), TODAY, "TUR", duty_between=(0.0, 0.13), support_between=(0.0, 0.1), size=3)
    assert found.duty.values[1] == pytest.approx(0.065)
    assert_allclose([found.buyer[0, 1], found.seller[0, 1]], 0.0, atol=1.0)  # of USD 1.5 billion of spending


def test_the_nash_point_lies_inside_the_zone_and_no_cell_beats_it() -> None:
    found = agreement(library(), OPENED, "TUR", size=21)
    assert found.nash is not None
    gains = (found.nash.buyer.central or 0.0, found.nash.seller.central or 0.0)
    assert min(gains) > 0
    product = np.where(found.zone, found.buyer * found.seller, 0.0)
    assert gains[0] * gains[1] >= product.max() * (1 - 1e-9)
    assert found.zone.any() and (found.payable | ~found.zone).all()


def test_the_parties_of_a_side_share_its_gain() -> None:
    found = agreement(library(), OPENED, "TUR", size=11)
    assert found.nash is not None
    for place, side in (("TUR", found.nash.buyer), ("IRN", found.nash.seller)):
        parts = sum(gain.central or 0.0 for (_, where), gain in found.nash.parties.items() if where == place)
        assert parts == pytest.approx(side.central, rel=1e-9)


def test_the_points_gains_are_those_of_the_single_run() -> None:
    found = agreement(library(), OPENED, "TUR", size=11)
    assert found.best is not None
    asked = OPENED.with_set("tur.duty", repr(found.best.duty)).with_set("irn.award", repr(found.best.support))
    alone = run(asked, library())
    assert found.best.buyer.central == pytest.approx(alone.figure("side_gain_usd", "TUR").central, rel=1e-9)
    assert found.best.joint >= np.nanmax(found.buyer + found.seller) - 1e-3


def test_an_empty_zone_names_who_gains_nowhere() -> None:
    found = agreement(library(), PROPOSAL, "TUR", size=11)
    assert found.nash is None and not found.zone.any()
    assert found.losers == ("TUR", "IRN")
    assert found.payment is None and found.best is not None and found.best.joint < 0


def test_the_smallest_payment_makes_the_loser_whole_and_leaves_the_payer_a_gain() -> None:
    found = agreement(library(), OPENED, "IRQ", size=21)
    assert found.nash is None and found.payment is not None and found.best is not None
    pays = found.payment
    assert (pays.payer, pays.taker) == ("IRN", "IRQ")
    assert (found.best.buyer.central or 0.0) + pays.smallest == pytest.approx(0.0, abs=1e-6)
    assert pays.smallest < pays.largest
    assert found.area[1] > found.area[0] == 0.0


def test_the_share_of_draws_with_a_zone_is_a_share() -> None:
    found = agreement(library(), replace(OPENED, draws=16), "TUR", size=5)
    assert found.share is not None and found.share_joint is not None
    assert 0.0 <= found.share <= found.share_joint <= 1.0
    assert found.nash is not None and found.nash.buyer.low is not None


# Phase-in and quota


@pytest.mark.parametrize("shape", ["linear", "front"])
def test_a_phase_in_ends_at_the_full_cut(shape: str) -> None:
    found = phase_in(library(), TODAY, plan_of("tur.duty", 0.0, 4, shape, None, None, None, 0.0, "importer", [0.08]))
    full = run(TODAY.with_set("tur.duty", "0"), library())
    assert found.rates[-1] == 0.0
    for name in ("tonnes", "own_label_tonnes", "landed_usd_per_t", "revenue_usd"):
        assert found.years[-1].figures[name].central == pytest.approx(
            full.figure(name, "TUR", "after").central, abs=1e-9
        )
    assert found.years[-1].figures["seller_side_gain_usd"].central == pytest.approx(
        full.figure("side_gain_usd", "IRN").central, abs=1e-3
    )


def test_steps_are_equal_or_shrink_and_add_up() -> None:
    assert_allclose(made("linear", 4), [0.25, 0.5, 0.75, 1.0])
    assert_allclose(made("front", 4), [0.4, 0.7, 0.9, 1.0])  # 4, 3, 2 and 1 tenths
    assert_allclose(made("at_once", 3), [1.0, 1.0, 1.0])


def test_present_value_by_hand() -> None:
    # 110 / 1.1 + 121 / 1.21 = 200
    assert present_value(np.array([[110.0], [121.0]]), 0.1) == pytest.approx(200.0)


@pytest.mark.parametrize(("quota", "regime"), [(10_000.0, "above"), (26_000.0, "binding"), (60_000.0, "below")])
def test_a_quota_lies_between_the_two_plain_tariffs_and_its_rent_is_complementary(quota: float, regime: str) -> None:
    reach = Reach.of(library(), TODAY, ["tur.duty"])
    filled = fill(reach, quota, 0.0, 0.065)
    low, high = (
        run(TODAY.with_set("tur.duty", rate), library()).figure("own_label_tonnes", "TUR", "after").central
        for rate in ("0.065", "0")
    )
    assert low is not None and high is not None
    imports, rent = float(filled.imports[0]), float(filled.rent_usd_per_t[0])
    full = run(TODAY, library()).figure("duty_usd_per_t", "TUR", "after").central
    assert filled.name == regime
    assert low - 1e-6 <= imports <= high + 1e-6
    assert rent >= 0
    assert rent * max(0.0, quota - imports) == pytest.approx(0.0, abs=1e-5)
    assert (regime == "above") == (imports > quota + 1e-6)
    if regime == "above":
        assert rent == pytest.approx(full, rel=1e-9)
    if regime == "binding":
        assert imports == pytest.approx(quota, rel=1e-11) and 0 < rent < (full or 0.0)


def test_a_binding_quota_is_what_a_search_for_its_rent_finds() -> None:
    quota = 26_000.0
    filled = fill(Reach.of(library(), TODAY, ["tur.duty"]), quota, 0.0, 0.065)
    open_ = run(TODAY.with_set("tur.duty", "0"), library())
    market, shock = open_.before.market, open_.result.shock
    lane = market.lane("IRN", "IRN", "TUR")

    def tonnes(rent: float) -> float:
        B = shock.B.copy()
        B[..., lane] += rent  # whoever keeps it, the buyer pays it
        return float(solve("armington", market, Shock(shock.A, B, shock.closed)).tonnes[0, lane])

    rent = brentq(lambda x: tonnes(x) - quota, 0.0, 60.0, xtol=1e-12)
    assert filled.rent_usd_per_t[0] == pytest.approx(rent, rel=1e-7)
    assert filled.rent_usd[0] == pytest.approx(rent * quota, rel=1e-7)


def test_the_rent_goes_to_its_keeper_and_nothing_is_lost() -> None:
    def values(keeper: str) -> Mapping[str, float]:
        plan = plan_of("tur.duty", 0.0, 1, "trq", 26_000.0, None, None, 0.0, keeper, [0.0])
        found = phase_in(library(), TODAY, plan)
        return {name: value.central or 0.0 for name, value in found.values.items()}

    by = {keeper: values(keeper) for keeper in ("importer", "exporter", "licence-holder", "treasury")}
    rent = by["importer"]["rent_usd"]
    assert rent > 0
    sums = {k: v["buyer_side_gain_usd"] + v["seller_side_gain_usd"] for k, v in by.items()}
    assert sums["importer"] == pytest.approx(sums["exporter"]) == pytest.approx(sums["treasury"])
    assert sums["licence-holder"] == pytest.approx(sums["importer"] - rent)
    assert by["treasury"]["revenue_change_usd"] == pytest.approx(by["importer"]["revenue_change_usd"] + rent)


def test_a_quota_under_draws_keeps_each_draw_at_its_kink() -> None:
    reach = Reach.of(library(), replace(TODAY, draws=32), ["tur.duty"])
    filled = fill(reach, 26_000.0, 0.0, 0.065)
    assert (filled.rent_usd_per_t >= -1e-9).all()
    assert_allclose(filled.rent_usd_per_t * np.maximum(0.0, 26_000.0 - filled.imports), 0.0, atol=1e-4)
    assert set(np.unique(filled.regime)) <= {0, 1, 2} and len(np.unique(filled.regime)) > 1


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (lambda: Plan("tur.duty", 0.0, years=0), "1 to 30 years"),
        (lambda: Plan("tur.duty", 0.0, shape="trq"), "needs its tonnes"),
        (lambda: Plan("tur.duty", 0.0, shape="trq", quota=-1.0), "positive number"),
        (lambda: Plan("tur.duty", 0.0, shape="trq", quota=1.0, in_rate=0.2, out_rate=0.1), "lower rate first"),
        (lambda: Plan("irn.award", 0.1, shape="trq", quota=1.0, in_rate=0.0, out_rate=0.1), "one importer"),
        (lambda: Plan("tur.duty", 9.0), "runs from"),
        (lambda: plan_of("tur.duty", 0.0, 5, "slow", None, None, None, 0.0, "importer", [0.1]), "no shape"),
        (lambda: plan_of("tur.duty", 0.0, 5, "linear", None, None, None, 0.0, "nobody", [0.1]), "no keeper"),
        (lambda: plan_of("tur.duty", 0.0, 5, "linear", None, None, None, 0.0, "importer", [0.1, 0.2]), "discount"),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(plan: object, says: str) -> None:
    with pytest.raises(BadQuestion, match=says):
        phase_in(library(), TODAY, plan())  # type: ignore[operator]


def test_todays_level_is_that_of_the_world_before() -> None:
    study = run(PROPOSAL, library())
    level = level_of(study, aim("keep-tonnes", "TUR"))
    assert level[0] == pytest.approx(study.figure("tonnes", "TUR", "before").central)


def test_a_corner_that_finer_maps_do_not_beat_is_the_best_of_all() -> None:
    asked = Question("turkey_reclassify_raw_material", draws=0)
    coarse, dense = (agreement(library(), asked, "IRQ", size=size) for size in ((7, 6), 41))
    assert coarse.best is not None and dense.best is not None
    assert (coarse.best.duty, coarse.best.support) == (dense.best.duty, dense.best.support) == (0.0, 0.0)
    assert coarse.best.joint >= np.nanmax(dense.buyer + dense.seller) - 1e-3
    assert coarse.nash is not None and dense.nash is not None  # inside the map: it is closed in on to the end
    assert coarse.nash.duty == pytest.approx(dense.nash.duty, abs=1e-5)


def test_targets_that_share_a_look_are_met_where_each_alone_is() -> None:
    asked, lever = Question("province_proposal", draws=0), "tur.duty"
    targets = [aim(BELOW_RIVAL, "TUR"), aim(KEEP_TONNES)]
    together = break_evens(library(), asked, Reach.of(library(), asked, [lever]), targets, (0.0, 0.3))
    for target, found in zip(targets, together, strict=True):
        alone = break_even(library(), asked, lever, target, (0.0, 0.3))
        assert [root.value for root in found.roots] == pytest.approx([root.value for root in alone.roots], abs=1e-12)
        assert (found.level, found.present, found.good) == (alone.level, alone.present, alone.good)
