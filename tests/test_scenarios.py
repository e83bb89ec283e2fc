"""Proposals, levers and beliefs on the real data: what each moves, what it leaves alone, and what it refuses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.errors import BadLever, BadQuestion, TariffsError
from tariffs.law.measures import Measure
from tariffs.law.schedule import Asked, treatment
from tariffs.law.stack import Stack
from tariffs.scenario import LEVERS, apply, parse_edit
from tariffs.scenario.levers import Ground, Lever, Setting
from tariffs.sources import central
from tariffs.store import Library
from tariffs.study import Question, Study, run
from tariffs.study.sides import Side, policy_after, side, world
from tests.markets import clear, figure

TODAY, COMPLAINT = date(2026, 2, 1), date(2025, 10, 16)
LIBRARY = Library.open()
SCENARIOS = tuple(LIBRARY.scenarios)
OURS, RELABELLED, GENUINE = ("IRN", "IRN", "TUR"), ("IRN", "IRQ", "TUR"), ("IRQ", "IRQ", "TUR")


def ask(scenario: str = "status_quo", *sets: str, beliefs: tuple[str, ...] = (), **more: object) -> Study:
    question = Question(scenario=scenario, sets=sets, beliefs=beliefs, draws=0)
    return run(replace(question, **more), LIBRARY)  # type: ignore[arg-type]


def stack_of(one: Side, route: tuple[str, str, str]) -> Stack:
    return next(s for s in one.stacks if (s.producer, s.label, s.importer) == route)


def tonnes_of(one: Side, route: tuple[str, str, str]) -> float:
    return float(one.result.tonnes[0, one.result.market.lane(*route)])


def what(study: Study, name: str, place: str, when: str = "change") -> float:
    value = study.figure(name, place, when).central
    assert value is not None
    return value


def on_record(stack: Stack) -> list[tuple[object, ...]]:
    """The ladder as charged: every rung with its rate."""
    return [(r.key, r.name, float(np.asarray(r.rate).flat[0]), r.region) for r in stack.rungs] + [(stack.prohibited,)]


# Every bundled proposal


@pytest.mark.parametrize("draws", [0, 200])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_bundled_scenario_runs_and_clears(name: str, draws: int) -> None:
    study = ask(name, draws=draws)
    for one in (study.before, study.after):
        assert one.result.closed[0]
        assert (one.result.residual[one.result.closed] <= 1e-10).all()
        assert one.result.closed.shape == (draws + 1,)
    if draws:
        assert study.share_closed is not None and study.share_closed >= 0.99
    else:
        assert study.share_closed is None
    assert what(study, "tonnes", "TUR", "after") >= 0


def test_the_status_quo_changes_nothing() -> None:
    study = ask("status_quo", draws=64)
    assert_allclose(study.after.result.tonnes, study.before.result.tonnes, rtol=1e-9)
    for name, place in {(key.name, key.place) for key in study.figures if key.when == "change"}:
        # A gain adds terms of opposite sign; against a market of USD 1.4 bn a rounding error is below a cent.
        assert study.figure(name, place).central in (None, pytest.approx(0.0, abs=0.01)), name


def test_a_concession_and_a_finding_of_no_law_give_the_same_numbers() -> None:
    conceded, found = ask("turkey_reclassify_raw_material"), ask("law_as_found")
    assert_allclose(conceded.after.result.tonnes, found.after.result.tonnes, rtol=1e-12)
    for key, estimate in conceded.figures.items():
        assert estimate.central == found.figures[key].central, key
    # They differ in the row that speaks.
    duties = [next(r.key for r in stack_of(s.after, OURS).rungs if r.name == "customs_duty") for s in (conceded, found)]
    assert duties == ["tur-duty-raw_material", "tur-duty-refined_product"]


def test_the_day_of_the_complaint_stands_on_its_own_day_and_the_comparison_on_the_other() -> None:
    study = ask("complaint_day")
    assert (study.before.on, study.after.on) == (TODAY, COMPLAINT)
    # 100 % at 32.7 % against 20 % at 10 % and 80 % at 5 %.
    assert what(study, "currency_fraction", "IRN", "before") == pytest.approx(0.06)
    assert what(study, "currency_fraction", "IRN", "after") == pytest.approx(0.327)


def test_the_day_of_the_complaint_brings_the_market_back_to_its_baseline() -> None:
    """The baseline tonnes were read under that day's law, so the detour over 2026 ends where it began."""
    study = ask("complaint_day")
    baseline = np.array([f.tonnes.central for f in LIBRARY.flows.values()], dtype=float)
    assert_allclose(study.after.result.tonnes[0], baseline, rtol=1e-8)


def test_a_day_in_the_question_moves_both_sides_of_a_scenario_of_the_same_day() -> None:
    study = ask("province_proposal", on=date(2025, 12, 31))
    assert study.before.on == study.after.on == date(2025, 12, 31)
    study = ask("complaint_day", on=date(2025, 6, 2))
    assert (study.before.on, study.after.on) == (TODAY, date(2025, 6, 2))


def test_the_province_and_the_card_ask_for_different_things() -> None:
    province, card = ask("province_proposal"), ask("card_proposal")
    assert stack_of(province.after, OURS).amount("income_tax_exemption_loss").at(200.0) == 0.0
    assert stack_of(card.after, OURS).amount("income_tax_exemption_loss").at(200.0) > 0.0
    for study in (province, card):
        assert what(study, "duty_fraction", "TUR", "after") == 0.0


def test_a_proposal_with_access_is_measured_against_the_same_without() -> None:
    study = ask("province_proposal_with_access")
    assert study.compared.name == "province_proposal"
    assert_allclose(study.before.result.tonnes, ask("province_proposal").after.result.tonnes, rtol=1e-9)
    assert what(study, "wedge_usd_per_t", "TUR") == pytest.approx(-164.0)


def test_the_legal_ceiling_is_asked_of_every_label_outside_the_customs_union() -> None:
    after = ask("statutory_ceiling").after
    rates = {
        (s.producer, s.label): next(float(r.rate) for r in s.rungs if r.name == "customs_duty")
        for s in after.stacks
        if s.importer == "TUR" and s.producer != "TUR"
    }
    assert rates == {
        ("IRN", "IRN"): 0.2, ("IRN", "IRQ"): 0.2, ("IRQ", "IRQ"): 0.2, ("AZE", "AZE"): 0.2, ("RUS", "RUS"): 0.2,
        ("MED", "MED"): 0.0,
    }  # fmt: skip


def test_a_levy_of_decision_9070s_form_hits_both_labels_and_spares_azerbaijan_and_russia() -> None:
    after = ask("nonwto_levy_50").after
    paid = {
        (s.producer, s.label): float(np.asarray(s.amount("specific_levy").at(200.0)).flat[0])
        for s in after.stacks
        if s.importer == "TUR" and s.producer != "TUR"
    }
    assert paid == {
        ("IRN", "IRN"): 50.0, ("IRN", "IRQ"): 50.0, ("IRQ", "IRQ"): 50.0, ("AZE", "AZE"): 0.0, ("RUS", "RUS"): 0.0,
        ("MED", "MED"): 0.0,
    }  # fmt: skip


def test_a_ban_on_the_iranian_label_leaves_the_iraqi_one_open() -> None:
    study = ask("ban")
    assert tonnes_of(study.after, OURS) == 0.0
    assert stack_of(study.after, OURS).prohibited
    assert study.figure("landed_usd_per_t", "TUR", "after").central is None
    assert tonnes_of(study.after, RELABELLED) > tonnes_of(study.before, RELABELLED)


def test_closing_both_ways_ends_iranian_sales_to_turkiye() -> None:
    study = ask("ban", "tur.relabelling_ban=yes")
    assert what(study, "tonnes", "TUR", "after") == 0.0
    assert tonnes_of(study.after, GENUINE) > tonnes_of(study.before, GENUINE)


def test_an_unknown_scenario_names_its_neighbours() -> None:
    with pytest.raises(BadQuestion, match="Did you mean province_proposal"):
        ask("provinc_proposal")
    with pytest.raises(BadQuestion, match="The scenarios are: status_quo"):
        ask("xyz")


def test_an_unknown_model_names_those_there_are() -> None:
    with pytest.raises(BadQuestion, match="armington"):
        ask("status_quo", model="crystal_ball")


# An outsider's recomputation


@pytest.mark.parametrize("name", ["province_proposal", "complaint_day", "ban", "statutory_ceiling"])
def test_an_outsider_reaches_the_same_tonnes_from_the_market_before_and_the_charges_after(name: str) -> None:
    result = ask(name).result
    market, shock = result.market.row(0), replace(result.shock, A=result.shock.A[0], B=result.shock.B[0])
    found = clear(market, shock)
    assert found.residual < 1e-9
    # Home is one group, TKM sells 100 t: each within a millionth of its own size.
    assert_allclose(result.tonnes[0], found.tonnes, rtol=1e-6, atol=1e-9)
    for i, maker in enumerate(market.producers):
        assert result.net_back[0, i] == pytest.approx(found.net_back[maker], rel=1e-6)


# Levers


def legal(lever: Lever) -> Iterator[Setting]:
    """Values a person may type: every choice, or a modest number and nothing at all."""
    if lever.unit == "choice":
        yield from lever.choices
    else:
        yield from (0.0, 0.035 if lever.unit == "rate" else 21.5)


SETTINGS = [(name, value) for name, lever in LEVERS.items() for value in legal(lever)]


def ground(study: Study) -> Ground:
    return Ground(study.after.policy, study.world.library.policy, study.after.on, study.library.scenarios)


@pytest.mark.parametrize(("name", "value"), SETTINGS, ids=[f"{n}={v}" for n, v in SETTINGS])
def test_a_lever_stands_where_it_was_put(name: str, value: Setting) -> None:
    study = ask("status_quo", f"{name}={value}")
    assert LEVERS[name].read(ground(study)) == value
    assert study.after.result.closed[0]


def other_than(now: Setting | None, lever: Lever) -> str:
    values = [v for v in legal(lever) if v != now]
    return str(values[-1])


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_moves_a_charge_somewhere(name: str) -> None:
    """A lever that can be moved without any route noticing would mislead whoever moves it."""
    still = ask("status_quo")
    value = other_than(LEVERS[name].read(ground(still)), LEVERS[name])
    moved = ask("status_quo", f"{name}={value}")
    assert [on_record(s) for s in moved.after.stacks] != [on_record(s) for s in still.after.stacks], f"{name}={value}"


@pytest.mark.parametrize("name", ["irn.fx", "irn.fx_share", "irn.fx_haircut"])
def test_the_currency_levers_hold_on_the_day_of_the_complaint_too(name: str) -> None:
    value = "free_sale" if name == "irn.fx" else "0"
    study = ask("complaint_day", f"{name}={value}")
    assert what(study, "currency_fraction", "IRN", "after") == pytest.approx(0.0)


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_moves_only_the_world_after(name: str) -> None:
    still = ask("status_quo")
    moved = ask("status_quo", f"{name}={other_than(LEVERS[name].read(ground(still)), LEVERS[name])}")
    assert_allclose(moved.before.result.tonnes, still.before.result.tonnes, rtol=1e-12)
    assert [on_record(s) for s in moved.before.stacks] == [on_record(s) for s in still.before.stacks]


@pytest.mark.parametrize(
    "text",
    [
        "tur.duty=0.3",
        "tur.class=raw_material",
        "tur.ban=yes",
        "tur.wedge=10",
        "tur.truck_tax=15",
        "tur.duty=swiss:0.16",
    ],
)
def test_what_is_asked_of_the_iranian_label_does_not_touch_the_iraqi_one(text: str) -> None:
    still, moved = ask("status_quo"), ask("status_quo", text)
    assert on_record(stack_of(moved.after, OURS)) != on_record(stack_of(still.after, OURS))
    for route in (RELABELLED, GENUINE, ("AZE", "AZE", "TUR"), ("MED", "MED", "TUR")):
        assert on_record(stack_of(moved.after, route)) == on_record(stack_of(still.after, route))


def test_a_duty_on_the_iranian_label_holds_in_both_parts_of_iraq() -> None:
    study = ask("status_quo", "irq.duty=0.02")
    duties = [
        (r.region, r.rate) for r in stack_of(study.after, ("IRN", "IRN", "IRQ")).rungs if r.name == "customs_duty"
    ]
    assert sorted(duties) == [("FED", 0.02), ("KRG", 0.02)]


def test_practice_asked_for_and_then_a_duty_moves_what_is_collected() -> None:
    study = ask("status_quo", "irq.practice=collected", "irq.duty=0.02")
    rungs = {r.region: (r.name, r.rate) for r in stack_of(study.after, ("IRN", "IRN", "IRQ")).rungs if "duty" in r.name}
    assert rungs["FED"] == ("collected_duty", 0.02)


@pytest.mark.parametrize(
    ("sets", "rate"),
    [
        (("tur.duty=linear:0.8",), 0.013),          # a fifth of 6.5 %
        (("tur.duty=swiss:0.16",), 0.16 * 0.065 / 0.225),
        (("tur.duty=swiss",), 0.16 * 0.065 / 0.225),
        (("tur.duty=cap:0.05",), 0.05),
        (("tur.duty=cap:0.5",), 0.065),
        (("tur.duty=5%",), 0.05),
        (("tur.duty= 2.5 %",), 0.025),
        (("tur.duty=0.05",), 0.05),
        (("measures.tur-duty-petrochemical.rate=5%",), 0.05),
        (("measures.tur-duty-petrochemical.rate=1%/2%/3%",), 0.02),
    ],
)  # fmt: skip
def test_a_duty_is_set_or_cut_as_negotiators_write_it(sets: tuple[str, ...], rate: float) -> None:
    assert what(ask("status_quo", *sets), "duty_fraction", "TUR", "after") == pytest.approx(rate)


def test_class_and_duty_may_be_named_in_either_order() -> None:
    one = ask("status_quo", "tur.class=raw_material", "tur.duty=0.04")
    other = ask("status_quo", "tur.duty=0.04", "tur.class=raw_material")
    assert what(one, "duty_fraction", "TUR", "after") == pytest.approx(0.04)
    assert_allclose(one.after.result.tonnes, other.after.result.tonnes, rtol=1e-12)


def test_a_number_set_by_hand_stands_over_a_package() -> None:
    study = ask("status_quo", "irn.award=0.05", "irn.incentives=yes")
    assert LEVERS["irn.award"].read(ground(study)) == 0.05
    assert LEVERS["irn.vat_cost"].read(ground(study)) == 0.0  # the rest of the package stands


def test_a_lever_may_take_back_what_the_scenario_does() -> None:
    study = ask("fx_full_surrender", "irn.fx=as_now")
    assert_allclose(study.after.result.tonnes, study.before.result.tonnes, rtol=1e-9)


BAD = [
    ("tur.duty=7", "five per cent is 0.05 or 5%"),
    ("tur.duty=-0.01", "runs from 0"),
    ("tur.duty=abc", "is not a number"),
    ("tur.duty=nan", "not a finite number"),
    ("tur.duty=swiss:x", "no tariff-cut formula"),
    ("tur.duty=linear:2", "fraction between 0 and 1"),
    ("tur.class=polymer", "one of petrochemical, raw_material, refined_product"),
    ("tur.ban=maybe", "one of no, yes"),
    ("tur.dutty=0.05", "There is no lever 'tur.dutty'"),
    ("tur.wedge=1000", "runs from 0 to 400"),
    ("measures.tur-duty-petrochemcal.rate=0.05", "tur-duty-petrochemical"),
    ("measures.tur-duty-petrochemical.ratee=0.05", "has no field 'ratee'"),
    ("tariffs.tur-duty-petrochemical.rate=0.05", "There is no table"),
    ("measures.tur-duty-petrochemical.rate=0.3/0.2/0.1", "rising order"),
    ("measures.tur-duty-petrochemical.rate=0.1/0.2", "one number, or low/central/high"),
    ("measures.tur-duty-petrochemical.rate=-0.1", "cannot be negative"),
    ("measures.tur-duty-petrochemical.rate=50", "0.05 or 5%"),
    ("measures.tur-duty-petrochemical.role=boss", "one of baseline"),
    ("measures.tur-duty-petrochemical.valid_to=tomorrow", "2026-02-01"),
    ("classification.cls-tur-irn.product_class=plastic", "petrochemical"),
    ("measures.tur-duty-petrochemical.specific=5", "has no specific"),
]


@pytest.mark.parametrize(("text", "help_text"), BAD, ids=[text for text, _ in BAD])
def test_a_value_that_cannot_be_taken_is_refused_with_the_way_to_write_it(text: str, help_text: str) -> None:
    with pytest.raises(BadQuestion, match=help_text):
        ask("status_quo", text)


@pytest.mark.parametrize("text", ["tur.duty=", "tur.duty", "=0.05", ""])
def test_an_edit_without_a_name_or_a_value_is_refused_before_anything_runs(text: str) -> None:
    with pytest.raises(BadQuestion, match="lever=value"):
        Question(sets=(text,))


def test_a_lever_without_a_row_on_the_day_says_which_day() -> None:
    with pytest.raises(BadLever, match="2025-10-16"):
        ask("complaint_day", "irn.fx_haircut_hall2=0.05")  # hall 2 opened on 21 October


@pytest.mark.parametrize(
    "text", ["elasticities.el-tur-demand.value=-0.5", "flows_baseline.bl-irn-irn-tur.tonnes=30000"]
)
def test_what_one_believes_of_the_market_is_no_change_to_it(text: str) -> None:
    with pytest.raises(BadQuestion, match="assume"):
        ask("status_quo", text)


# Beliefs: both sides move


def test_a_believed_elasticity_moves_the_world_before_and_after() -> None:
    plain = ask("province_proposal")
    study = ask(
        "province_proposal", beliefs=("elasticities.el-tur-label.value=5", "elasticities.el-tur-demand.value=-0.5")
    )
    m = study.after.result.market.importers.index("TUR")
    for one in (study.before, study.after):
        assert one.result.market.sigma_label[0, m] == 5.0
        assert one.result.market.demand[0, m] == -0.5
    assert what(study, "tonnes", "TUR") != pytest.approx(what(plain, "tonnes", "TUR"), rel=1e-3)
    assert what(study, "tonnes", "TUR", "before") != pytest.approx(what(plain, "tonnes", "TUR", "before"), rel=1e-6)


def test_a_believed_tonnage_recalibrates_the_market() -> None:
    study = ask("complaint_day", beliefs=("flows_baseline.bl-irn-irn-tur.tonnes=30000",))
    # On the day of the baseline the market stands at what is believed, and Iran's total is kept by its residual.
    assert tonnes_of(study.after, OURS) == pytest.approx(30_000, rel=1e-8)
    ours = [i for i, lane in enumerate(study.after.result.market.lanes) if lane.producer == "IRN"]
    assert study.after.result.tonnes[0, ours].sum() == pytest.approx(4_000_000, rel=1e-8)


def test_a_believed_price_moves_the_net_back() -> None:
    cheap = ask("complaint_day", beliefs=("flows_baseline.bl-irn-irn-wld.usd_per_t=260",))
    plain = ask("complaint_day")
    maker = plain.after.result.market.producers.index("IRN")
    ratio = cheap.after.result.net_back[0, maker] / plain.after.result.net_back[0, maker]
    assert ratio == pytest.approx(260 / 299, rel=1e-8)  # every burden is a fraction of FOB


def test_a_believed_lever_moves_both_sides_and_so_no_difference_of_its_own() -> None:
    study = ask("status_quo", beliefs=("tur.duty=0.20", "tur.wedge=50"))
    for when in ("before", "after"):
        assert what(study, "duty_fraction", "TUR", when) == pytest.approx(0.20)
        assert what(study, "wedge_usd_per_t", "TUR", when) == pytest.approx(50.0)
    assert what(study, "tonnes", "TUR") == pytest.approx(0.0, abs=1e-6)


def test_a_duty_believed_to_be_half_is_halved_once() -> None:
    """A lever of a belief is set on every day looked at; the row of both days is one row, and is cut once."""
    study = ask("status_quo", beliefs=("tur.duty=linear:0.5",))
    assert what(study, "duty_fraction", "TUR", "before") == pytest.approx(0.0325)
    assert what(study, "duty_fraction", "TUR", "after") == pytest.approx(0.0325)


def test_a_believed_class_holds_before_the_proposal_too() -> None:
    study = ask("turkey_reclassify_raw_material", beliefs=("tur.class=refined_product",))
    assert what(study, "duty_fraction", "TUR", "before") == 0.0
    assert what(study, "tonnes", "TUR") == pytest.approx(0.0, abs=1e-6)


def test_a_belief_about_a_row_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(BadQuestion, match="el-tur-demand"):
        ask("status_quo", beliefs=("elasticities.el-tur-demnd.value=-0.5",))
    with pytest.raises(BadQuestion, match="bl-irn-irn-tur"):
        ask("status_quo", beliefs=("flows_baseline.bl-irn-irn-turk.tonnes=5",))


@pytest.mark.parametrize(
    "text",
    [
        "elasticities.el-tur-demand.value=0.3",       # a demand that rises with the price
        "elasticities.el-tur-origins.value=-4",       # goods that replace each other less than not at all
        "elasticities.el-tur-home-supply.value=0",
        "elasticities.el-tur-home-supply.value=-1",
        "flows_baseline.bl-irn-irn-tur.tonnes=-5",
        "flows_baseline.bl-irn-irn-wld.usd_per_t=0",
    ],
)  # fmt: skip
def test_a_belief_with_the_wrong_sign_is_refused_in_words(text: str) -> None:
    with pytest.raises(TariffsError):
        ask("status_quo", beliefs=(text,))


# Edits to rows


def test_an_edit_keeps_the_row_and_says_that_the_user_said_so() -> None:
    law = apply(LIBRARY.policy, [parse_edit("measures.tur-duty-petrochemical.rate=3%/4%/5%")])
    rate = law.measures["tur-duty-petrochemical"].rate
    assert (rate.low, rate.central, rate.high, rate.source) == (0.03, 0.04, 0.05, "user")
    assert LIBRARY.policy.measures["tur-duty-petrochemical"].rate.central == 0.065  # what we were given stands


def test_closing_a_row_lets_the_next_one_speak() -> None:
    law = policy_after(LIBRARY, "status_quo", TODAY, ("measures.tur-duty-petrochemical.valid_to=2026-01-31",))
    found = treatment(law, Asked("271320", "IRN", "IRN", "TUR", TODAY)).duty
    assert found and found.measure.key == "tur-duty-any"
    reopened = policy_after(LIBRARY, "status_quo", TODAY, ("measures.tur-fueltank-2024.valid_to=",))
    assert reopened.measures["tur-fueltank-2024"].valid_to is None


# Duties with a kink are judged at the price that the market settles at


def with_kink(usd: float, form: str) -> Library:
    """Türkiye asks 6.5 % of the Iranian label or USD per tonne, whichever is higher or lower."""
    row = LIBRARY.policy.measures["tur-duty-petrochemical"]
    kinked: Measure = replace(row, form=form, specific=figure("measures.kinked.specific", usd, "usd_per_t"))
    return replace(LIBRARY, policy=LIBRARY.policy.with_row("measures", kinked))


def under_full_surrender(library: Library) -> tuple[float, float, float]:
    """CIF at the net-back before, CIF at the net-back solved, and the duty paid there."""
    here = world(library, Question(scenario="status_quo", draws=0), (TODAY,))
    one = side(here, "fx_full_surrender", TODAY, ("irn.feedstock=0",), "armington")
    stack, maker = stack_of(one, OURS), one.result.market.producers.index("IRN")
    old, new = here.baseline.market.net_back[0, maker], one.result.net_back[0, maker]
    cif, duty = stack.cif, stack.amount("customs_duty")
    return float(np.ravel(cif.at(old))[0]), float(np.ravel(cif.at(new))[0]), float(np.ravel(duty.at(new))[0])


@pytest.mark.parametrize("form", ["compound_max", "compound_min"])
@pytest.mark.parametrize("part", [-0.5, 0.5, 1.5])
def test_a_duty_with_a_kink_is_judged_at_the_price_the_market_settles_at(form: str, part: float) -> None:
    plain_old, plain_new, _ = under_full_surrender(LIBRARY)
    assert abs(plain_new - plain_old) > 1.0, "the kink must lie between two prices that differ"
    # Below both prices, between them (so the side changes while the market settles), above both.
    usd = 0.065 * (min(plain_old, plain_new) + part * abs(plain_new - plain_old))
    _, cif, paid = under_full_surrender(with_kink(usd, form))
    choose = max if form == "compound_max" else min
    assert paid == pytest.approx(choose(0.065 * cif, usd), rel=1e-9)


def test_a_central_value_is_what_the_row_says() -> None:
    assert central(LIBRARY.policy.measures["tur-duty-petrochemical"].rate) == 0.065
