"""What the real rows say on real days: the table anybody can check after a change, and how each row was found."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tariffs.law.landed import Route, landed_stack
from tariffs.law.measures import Reading
from tariffs.law.policy import Policy
from tariffs.law.products import product_match
from tariffs.law.schedule import Asked, Treatment, treatment
from tariffs.law.stack import Stack
from tariffs.market.build import route_of
from tariffs.scenario import apply, parse_edit
from tariffs.sources import central
from tariffs.store import Library
from tests.markets import measure, policy

COMPLAINT, TODAY = date(2025, 10, 16), date(2026, 2, 1)
DAYS = (
    date(2016, 6, 1),
    date(2018, 6, 1),
    date(2023, 7, 9),
    date(2024, 12, 29),
    date(2025, 6, 2),
    COMPLAINT,
    date(2026, 1, 1),
    TODAY,
    date(2026, 11, 23),
)
FOB = 299.0  # the Iranian gate of the baseline: 342 at the Turkish border, 339 in an Iraqi city


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def law(library: Library) -> Policy:
    return library.policy


def rules(
    law: Policy, importer: str, label: str, on: date, region: str = "", producer: str = "", product: str = "271320"
) -> Treatment:
    return treatment(law, Asked(product, producer or label, label, importer, on, region))


def charged(law: Policy, importer: str, label: str, on: date, region: str = "", producer: str = "") -> dict[str, float]:
    """What is charged, by row."""
    found = rules(law, importer, label, on, region, producer)
    return {a.measure.key: a.measure.rate.central or 0.0 for a in found.charges}


def ladder(library: Library, flow: str, on: date, law: Policy | None = None, region: str | None = None) -> Stack:
    """The ladder of a route of the baseline."""
    route = route_of(library.flows[flow], "IRN")
    return landed_stack(law or library.policy, route, "271320", on, central, region=region)


def at_fob(stack: Stack, fob: float = FOB) -> float:
    """The net-back that gives this FOB."""
    return float((fob - stack.fob.const) / stack.fob.slope)


def paid(stack: Stack, fob: float = FOB) -> Mapping[str, float]:
    """USD per tonne of every rung, by row, parts of an importer added up."""
    net_back, found = at_fob(stack, fob), dict[str, float]()
    for rung in stack.rungs:
        found[rung.key] = found.get(rung.key, 0.0) + float(np.asarray(rung.amount.at(net_back)))
    return found


def edited(law: Policy, *texts: str) -> Policy:
    return apply(law, [parse_edit(text) for text in texts])


# The table of data/README.md, "A check to run after a change"


@pytest.mark.parametrize("on", [COMPLAINT, TODAY])
def test_turkiye_reads_the_iranian_label_as_petrochemical_and_the_iraqi_as_refined(law: Policy, on: date) -> None:
    iranian, iraqi = rules(law, "TUR", "IRN", on), rules(law, "TUR", "IRQ", on)
    assert iranian.reading and iranian.reading.product_class == "petrochemical"
    assert iraqi.reading and iraqi.reading.product_class == "refined_product"
    assert iranian.duty and iranian.duty.measure.rate.central == 0.065
    assert iranian.duty.measure.rate.status == "assumed"
    assert iraqi.duty and iraqi.duty.measure.rate.central == 0.0


@pytest.mark.parametrize(
    ("on", "region", "expected"),
    [
        (COMPLAINT, "FED", {"irq-duty-2018-any": 0.10, "irq-valuation-unified": 1.0}),
        (COMPLAINT, "KRG", {"irq-duty-2018-any": 0.10, "irq-valuation-unified": 1.0, "irq-krg-take": 10.0}),
        (date(2025, 12, 31), "FED", {"irq-duty-2018-any": 0.10, "irq-valuation-unified": 1.0}),
        (date(2025, 12, 31), "KRG", {"irq-duty-2018-any": 0.10, "irq-valuation-unified": 1.0, "irq-krg-take": 10.0}),
        (
            date(2026, 1, 1),
            "FED",
            {"irq-duty-2026-refined_product": 0.10, "irq-valuation-unified": 1.0, "irq-taxdeposit-2026": 0.01},
        ),
        (
            date(2026, 1, 1),
            "KRG",
            {"irq-krg-duty-2026": 0.05, "irq-valuation-unified": 1.0, "irq-krg-take": 10.0},
        ),
        (
            TODAY,
            "FED",
            {"irq-duty-2026-refined_product": 0.10, "irq-valuation-cut": 0.75, "irq-taxdeposit-2026": 0.01},
        ),
        (TODAY, "KRG", {"irq-krg-duty-2026": 0.05, "irq-krg-take": 10.0}),
    ],
)
def test_iraq_charges_what_its_rows_say_before_and_after_decision_957(
    law: Policy, on: date, region: str, expected: dict[str, float]
) -> None:
    assert charged(law, "IRQ", "IRN", on, region) == expected


@pytest.mark.parametrize(("on", "tau", "usd"), [(COMPLAINT, 0.327, 98), (TODAY, 0.060, 18)])
def test_the_currency_rule_takes_98_dollars_on_the_day_of_the_complaint_and_18_after(
    library: Library, on: date, tau: float, usd: int
) -> None:
    # 1 x 0.327 x 299 = 97.8; (0.2 x 0.10 + 0.8 x 0.05) x 299 = 17.9
    stack = ladder(library, "bl-irn-irn-tur", on)
    halls = [r for r in stack.rungs if r.keeper == "currency_halls"]
    assert sum(float(r.rate) for r in halls) == pytest.approx(tau)
    assert round(sum(float(np.asarray(r.amount.at(at_fob(stack)))) for r in halls)) == usd


@pytest.mark.parametrize("on", [COMPLAINT, TODAY])
def test_access_to_turkiye_costs_164_on_the_iranian_label_and_176_under_the_iraqi_one(
    library: Library, on: date
) -> None:
    assert paid(ladder(library, "bl-irn-irn-tur", on))["aw-irn-irn-tur"] == 164.0
    assert paid(ladder(library, "bl-irn-irq-tur", on))["aw-irn-irq-tur"] == 176.0


@pytest.mark.parametrize(
    ("on", "federal", "kurdistan"),
    [
        # 10 % of CIF 339; the same and USD 10
        (COMPLAINT, 33.90, 43.90),
        # 10 % of 0.75 x 339 = 25.425, and 1 % of 254.25 + 25.425 = 2.797; 5 % of 339 = 16.95 and 10
        (TODAY, 28.22, 26.95),
    ],
)
def test_what_a_tonne_pays_in_each_part_of_iraq_and_on_average(
    library: Library, on: date, federal: float, kurdistan: float
) -> None:
    def border(region: str | None) -> float:
        stack = ladder(library, "bl-irn-irn-irq", on, region=region)
        return sum(float(np.asarray(r.amount.at(at_fob(stack)))) for r in stack.rungs if r.stage == "border")

    assert ladder(library, "bl-irn-irn-irq", on).cif.at(at_fob(ladder(library, "bl-irn-irn-irq", on))) == pytest.approx(
        339
    )
    assert border("FED") == pytest.approx(federal, abs=0.005)
    assert border("KRG") == pytest.approx(kurdistan, abs=0.005)
    # 42 % of the trade enters through Kurdistan.
    assert border(None) == pytest.approx(0.58 * federal + 0.42 * kurdistan, abs=0.005)


def test_the_parts_of_iraq_weigh_42_and_58(law: Policy) -> None:
    weights = dict(law.regions("IRQ"))
    assert set(weights) == {"FED", "KRG"}
    assert weights["KRG"] is not None and weights["KRG"].central == 0.42
    stack = landed_stack(law, Route("IRN", "IRN", "IRQ"), "271320", TODAY, central)
    duty = {
        r.region: float(np.asarray(r.amount.at(100.0) / r.base.at(100.0) / r.rate))
        for r in stack.rungs
        if r.name == "customs_duty"
    }
    assert duty == pytest.approx({"FED": 0.58, "KRG": 0.42})


def test_a_place_without_parts_takes_everything(law: Policy) -> None:
    assert law.regions("TUR") == (("", None),)


@pytest.mark.parametrize("on", DAYS)
def test_legal_headroom_never_shows_up_among_charges(library: Library, on: date) -> None:
    for flow in library.flows.values():
        for found in ladder(library, flow.key, on).treatments:
            assert not {a.measure.role for a in found.charges} & {"ceiling", "analogue", "disputed", "off"}
            assert not [r for r in ladder(library, flow.key, on).rungs if "ceiling" in r.key]


# Türkiye


@pytest.mark.parametrize(
    ("on", "key", "rate"), [(date(2023, 7, 9), "tur-vat-18", 0.18), (date(2023, 7, 10), "tur-vat-20", 0.20)]
)
def test_turkish_vat_rose_on_10_july_2023_and_is_shown_beside_the_price(
    library: Library, on: date, key: str, rate: float
) -> None:
    stack = ladder(library, "bl-irn-irn-tur", on)
    vat = [r for r in stack.rungs if r.name == "vat"]
    assert [(r.key, r.rate, r.memo) for r in vat] == [(key, rate, True)]
    # No petrochemical reading yet and customs-union duty of 0: CIF 342 and the wedge of 164, no VAT.
    assert stack.landed.at(at_fob(stack)) == pytest.approx(299 + 43 + 164)
    assert vat[0].amount.at(at_fob(stack)) == pytest.approx(rate * 342)


def test_today_turkish_vat_is_charged_on_cif_and_duty(library: Library) -> None:
    stack = ladder(library, "bl-irn-irn-tur", TODAY)
    vat = next(r for r in stack.rungs if r.name == "vat")
    assert vat.amount.at(at_fob(stack)) == pytest.approx(0.20 * 342 * 1.065)
    assert stack.landed.at(at_fob(stack)) == pytest.approx(342 * 1.065 + 164)  # 364.23 + 164


def test_before_the_statement_of_october_2025_nothing_reads_the_label_as_petrochemical(law: Policy) -> None:
    before = rules(law, "TUR", "IRN", date(2025, 10, 15))
    assert before.reading and before.reading.product_class == "refined_product"
    assert before.duty and before.duty.measure.key == "tur-duty-refined_product"


@pytest.mark.parametrize("product_class", ["raw_material", "refined_product"])
def test_reclassifying_the_iranian_label_picks_the_duty_of_its_new_class(law: Policy, product_class: str) -> None:
    moved = edited(law, f"classification.cls-tur-irn.product_class={product_class}")
    found = rules(moved, "TUR", "IRN", TODAY)
    assert found.duty and found.duty.measure.key == f"tur-duty-{product_class}"
    assert found.duty.measure.rate.central == 0.0
    assert found.duty.match.product_class == product_class
    # The Iraqi label has a reading of its own.
    assert rules(moved, "TUR", "IRQ", TODAY) == rules(law, "TUR", "IRQ", TODAY)


def test_goods_of_the_customs_union_stay_free_whatever_others_pay(library: Library, law: Policy) -> None:
    dear = edited(law, "measures.tur-duty-any.rate=0.2", "measures.tur-duty-refined_product.rate=0.2")
    found = rules(dear, "TUR", "MED", TODAY)
    assert found.duty and found.duty.measure.key == "tur-duty-eu"
    assert found.duty.match.origin == "named"
    assert {label: rules(dear, "TUR", label, TODAY).duty.measure.rate.central for label in ("AZE", "RUS", "IRQ")} == {  # type: ignore[union-attr]
        "AZE": 0.2,
        "RUS": 0.2,
        "IRQ": 0.2,
    }


@pytest.mark.parametrize(
    ("on", "fee"),
    [(date(2024, 12, 28), 0), (date(2024, 12, 29), 10), (date(2025, 2, 10), 10), (date(2025, 2, 11), 0)],
)
def test_the_fuel_tank_tax_was_paid_by_iranian_trucks_from_29_december_2024_to_10_february_2025(
    law: Policy, on: date, fee: float
) -> None:
    assert charged(law, "TUR", "IRN", on).get("tur-fueltank-2024", 0) == fee
    assert "tur-fueltank-2024" not in charged(law, "TUR", "IRQ", on)


def test_the_iraqi_label_pays_what_iraq_pays_and_the_price_of_the_label(library: Library) -> None:
    relabelled, genuine = ladder(library, "bl-irn-irq-tur", TODAY), ladder(library, "bl-irq-irq-tur", TODAY)
    one, other = relabelled.treatments[0], genuine.treatments[0]
    assert (one.reading, one.charges, one.ceilings) == (other.reading, other.charges, other.ceilings)
    steps = paid(relabelled)
    assert steps["relabelling"] == 10.0
    assert steps["tur-duty-refined_product"] == 0.0
    # 299 + 43 + 10 + no duty + 176 of access
    assert relabelled.landed.at(at_fob(relabelled)) == pytest.approx(528)
    assert "relabelling" not in paid(genuine)


def test_the_label_decides_and_not_the_maker(law: Policy) -> None:
    ban = edited(law, "measures.tur-prohibition-2019.role=baseline")
    assert rules(ban, "TUR", "IRN", TODAY).prohibition is not None
    assert rules(ban, "TUR", "IRQ", TODAY, producer="IRN").prohibition is None
    closed = edited(law, "measures.tur-prohibition-relabelled.role=baseline")
    assert rules(closed, "TUR", "IRN", TODAY).prohibition is None
    assert rules(closed, "TUR", "IRQ", TODAY, producer="IRN").prohibition is not None
    assert rules(closed, "TUR", "IRQ", TODAY, producer="IRQ").prohibition is None


def test_a_prohibited_route_says_so_and_the_disputed_stop_is_off_by_default(library: Library) -> None:
    ban = edited(library.policy, "measures.tur-prohibition-2019.role=baseline")
    assert ladder(library, "bl-irn-irn-tur", TODAY, ban).prohibited
    assert not ladder(library, "bl-irn-irq-tur", TODAY, ban).prohibited
    assert not ladder(library, "bl-irn-irn-tur", TODAY).prohibited


# Iraq and Kurdistan


def test_kurdistan_kept_its_flat_five_per_cent_while_baghdad_applied_its_own(law: Policy) -> None:
    on = date(2018, 6, 1)
    flat = rules(law, "IRQ", "IRN", on, "KRG").duty
    assert flat and flat.measure.key == "irq-krg-flat-2003"
    assert (flat.match.region, flat.match.product) == ("KRG", "general")  # beats a row on the line itself
    federal = rules(law, "IRQ", "IRN", on, "FED").duty
    assert federal and federal.measure.key == "irq-duty-2018-any"
    assert (federal.match.region, federal.match.product) == ("", "line")


@pytest.mark.parametrize(
    ("on", "key"), [(date(2019, 2, 16), "irq-krg-flat-2003"), (date(2019, 2, 17), "irq-duty-2018-any")]
)
def test_kurdistan_joined_the_common_tariff_on_17_february_2019(law: Policy, on: date, key: str) -> None:
    assert key in charged(law, "IRQ", "IRN", on, "KRG")


@pytest.mark.parametrize(
    ("on", "region", "row", "rate"),
    [
        (COMPLAINT, "FED", "irq-collected-2018", 0.03),
        (COMPLAINT, "KRG", "irq-collected-krg-2019", 0.01),
        (TODAY, "FED", "irq-collected-2026", 0.075),
    ],
)
def test_practice_replaces_the_laws_duty_and_the_value_customs_puts_on_the_goods(
    library: Library, law: Policy, on: date, region: str, row: str, rate: float
) -> None:
    practice = edited(law, f"measures.{row}.role=baseline")
    found = charged(practice, "IRQ", "IRN", on, region)
    assert found[row] == rate
    assert not {k for k in found if "duty-20" in k or "valuation" in k}
    duty = rules(practice, "IRQ", "IRN", on, region).duty
    assert duty and duty.measure.kind == "collected_duty"
    # On the whole CIF of 339: what is collected already holds the customs value.
    stack = ladder(library, "bl-irn-irn-irq", on, practice, region)
    assert paid(stack)[row] == pytest.approx(rate * 339)


def test_iraqs_class_picks_among_its_brackets(law: Policy) -> None:
    found = {}
    for product_class in ("raw_material", "refined_product", "petrochemical"):
        duty = rules(
            edited(law, f"classification.cls-irq-any.product_class={product_class}"), "IRQ", "IRN", TODAY, "FED"
        ).duty
        assert duty
        found[product_class] = (duty.measure.key, duty.measure.rate.central)
    assert found == {
        "raw_material": ("irq-duty-2026-raw_material", 0.05),
        "refined_product": ("irq-duty-2026-refined_product", 0.10),
        "petrochemical": ("irq-duty-2026-petrochemical", 0.15),
    }


# How a row was found


@pytest.mark.parametrize(
    ("scope", "product", "level"),
    [
        ("271320", "271320", "line"),
        ("27132000", "27132000", "line"),
        ("271320", "27132000", "line"),
        ("2713", "271320", "heading"),
        ("27", "271320", "chapter"),
        ("25-27", "271320", "chapters"),
        ("27-27", "271320", "chapters"),
        ("any", "271320", "general"),
        ("01-14", "271320", None),
        ("2714", "271320", None),
        ("27132000", "271320", None),
        ("39", "271320", None),
    ],
)
def test_how_closely_a_row_names_the_goods(scope: str, product: str, level: str | None) -> None:
    assert product_match(scope, product) == level


def test_the_closest_row_serves_when_several_name_the_goods() -> None:
    scopes = {"general": "any", "chapters": "25-27", "chapter": "27", "heading": "2713", "line": "271320"}
    rows = [measure("customs_duty", "ad_valorem", 0.01, key=level, product=scope) for level, scope in scopes.items()]
    order = ["general", "chapters", "chapter", "heading", "line"]
    for count in range(1, 6):
        found = treatment(policy(*rows[:count]), Asked("271320", "XBB", "XBB", "XAA", TODAY)).duty
        assert found and (found.measure.key, found.match.product) == (order[count - 1], order[count - 1])


def test_a_lookup_says_whether_the_origin_was_named_or_in_a_group_or_any(law: Policy) -> None:
    on = edited(law, "measures.tur-nonwto-levy.role=baseline")
    iranian, iraqi = rules(on, "TUR", "IRN", TODAY), rules(on, "TUR", "IRQ", TODAY)
    assert iranian.duty and iranian.duty.match.origin == "named"
    assert iraqi.duty and iraqi.duty.match.origin == "any"
    for found in (iranian, iraqi):
        levy = found.charge("specific_levy")
        assert levy and (levy.measure.key, levy.match.origin) == ("tur-nonwto-levy", "group")


def test_a_named_label_beats_a_group_and_a_group_beats_any(law: Policy) -> None:
    wide, group = law.measures["tur-duty-any"], "nonwto_ex_aze"
    among = replace(wide, key="among", origin=group)
    named = replace(wide, key="named", origin="IRQ")
    assert rules(law.with_row("measures", among), "TUR", "IRQ", TODAY).duty.measure.key == "among"  # type: ignore[union-attr]
    both = law.with_row("measures", among).with_row("measures", named)
    assert rules(both, "TUR", "IRQ", TODAY).duty.measure.key == "named"  # type: ignore[union-attr]


def test_a_row_of_a_part_beats_a_row_of_the_whole_even_one_that_names_the_origin() -> None:
    named = measure("customs_duty", "ad_valorem", 0.01, key="whole", origin="XBB", product="271320")
    part = measure("customs_duty", "ad_valorem", 0.05, key="part", region="N")
    for region, key in (("N", "part"), ("S", "whole")):
        found = treatment(policy(named, part), Asked("271320", "XBB", "XBB", "XAA", TODAY, region)).duty
        assert found and found.measure.key == key


def test_a_named_origin_beats_a_row_of_the_goods_own_class() -> None:
    reading = Reading(
        "cls", "XAA", "", "271320", "any", "raw_material", None, None, "baseline", "illustrative", "by-hand", ""
    )
    by_class = measure("customs_duty", "ad_valorem", 0.02, key="class", product_class="raw_material")
    named = measure("customs_duty", "ad_valorem", 0.0, key="named", origin="XBB")
    law = policy(by_class, named, readings=[reading])
    found = [treatment(law, Asked("271320", label, label, "XAA", TODAY)).duty for label in ("XBB", "XCC")]
    assert [f.measure.key for f in found if f] == ["named", "class"]


def test_decision_9070_aims_at_non_members_of_the_wto_from_29_november_2024_and_spares_azerbaijan(law: Policy) -> None:
    assert law.groups.members("nonwto_ex_aze", date(2024, 11, 28)) == frozenset()
    assert law.groups.members("nonwto_ex_aze", date(2024, 11, 29)) == {"IRN", "IRQ", "TKM", "UZB"}
    early = replace(law.measures["tur-nonwto-levy"], role="baseline", valid_from=date(2020, 1, 1))
    on = law.with_row("measures", early)  # the row alone would reach further back than the group
    assert rules(on, "TUR", "IRN", date(2024, 11, 28)).charge("specific_levy") is None
    hit = {
        label
        for label in ("IRN", "IRQ", "AZE", "RUS", "MED", "TKM")
        if rules(on, "TUR", label, TODAY).charge("specific_levy")
    }
    assert hit == {"IRN", "IRQ", "TKM"}


def test_a_member_that_leaves_its_group_is_outside_from_the_next_day(law: Policy) -> None:
    last = date(2026, 6, 30)
    memberships = tuple(
        replace(m, left=last) if (m.group, m.place) == ("nonwto_ex_aze", "IRQ") else m for m in law.groups.memberships
    )
    groups = replace(law.groups, memberships=memberships)
    assert "IRQ" in groups.members("nonwto_ex_aze", last)
    assert "IRQ" not in groups.members("nonwto_ex_aze", last + timedelta(days=1))


# Headroom, and what nobody has told us


@pytest.mark.parametrize(
    ("product_class", "ends"),
    [
        ("petrochemical", (0.15, 0.30, 0.50)),
        ("raw_material", (0.20, 0.20, 0.30)),
        ("refined_product", (0.20, 0.20, 0.30)),
    ],
)
def test_law_474_caps_each_class_and_is_shown_as_headroom(
    law: Policy, product_class: str, ends: tuple[float, float, float]
) -> None:
    found = rules(edited(law, f"classification.cls-tur-irn.product_class={product_class}"), "TUR", "IRN", TODAY)
    closest = found.ceilings[0].measure
    assert closest.key == f"tur-ceiling-{product_class}"
    assert (closest.rate.low, closest.rate.central, closest.rate.high) == ends
    assert {a.measure.key for a in found.ceilings} == {f"tur-ceiling-{product_class}", "tur-ceiling-271320"}
    assert "tur-ceiling-271320" not in {a.measure.key for a in found.charges}


@pytest.mark.parametrize("place", ["GEO", "ARM"])
def test_a_duty_on_no_record_is_missing_and_not_zero(library: Library, place: str) -> None:
    found = rules(library.policy, place, "IRN", TODAY)
    assert found.missing == ("customs_duty",)
    assert found.duty is None
    assert found.held == "no row at all"
    stack = ladder(library, f"bl-irn-irn-{place.lower()}", TODAY)
    assert stack.missing == ("customs_duty",)
    assert not [r for r in stack.rungs if r.name == "customs_duty"]


def test_a_recorded_zero_is_a_duty_and_not_missing(law: Policy) -> None:
    found = rules(law, "TUR", "RUS", TODAY)
    assert found.missing == ()
    assert found.duty and found.duty.measure.rate.central == 0.0


def test_before_the_first_row_the_answer_is_what_we_hold_and_not_a_guess(law: Policy) -> None:
    found = rules(law, "TUR", "IRN", date(1995, 12, 31))
    assert found.missing == ("customs_duty",)
    assert found.held.startswith("rows from 1996-01-01")


def test_formalities_without_a_number_are_named(law: Policy) -> None:
    assert "tur-consular" in {a.measure.key for a in rules(law, "TUR", "IRN", TODAY).formalities}
    assert "irq-licence-asycuda" in {a.measure.key for a in rules(law, "IRQ", "IRN", TODAY, "FED").formalities}
