"""Every kind of charge a border makes, one at a time, with the arithmetic on paper.

One exporter, XBB, without rules of its own, sends goods to XAA over a leg of USD 50/t. At a net-back of
250 the FOB is 250 and the CIF 300, so 1 % of CIF is 3.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.law.landed import Route, landed_stack
from tariffs.law.measures import Measure
from tariffs.law.policy import Policy
from tariffs.law.stack import Stack
from tariffs.sources import central
from tests.markets import ON, measure, policy, share_of

NET_BACK = 250.0
ROUTE = Route("XBB", "XBB", "XAA", freight="leg")
DUTY = measure("customs_duty", "ad_valorem", 0.10)
VAT = measure("vat", "ad_valorem", 0.20, base="cif_plus_duty")
VAT_GIVEN_BACK = measure("vat", "ad_valorem", 0.20, base="cif_plus_duty", recoverable=True)
LEVY = measure("specific_levy", "specific_usd_per_t", 50.0, base="tonne")
DUTY_ON_DUTY = measure("additional_duty", "ad_valorem", 0.65, base="duty")
FLOOR = measure("valuation_adjustment", "minimum_usd_per_t", 350.0, key="floor")
LOW_FLOOR = measure("valuation_adjustment", "minimum_usd_per_t", 240.0, key="low-floor")
FACTOR = measure("valuation_adjustment", "factor", 0.75, key="factor")


def law_of(*measures: Measure) -> Policy:
    return policy(*measures, freight=50.0)


def ladder(*measures: Measure, at: float = NET_BACK) -> Stack:
    return landed_stack(law_of(*measures), ROUTE, "271320", ON, central, at=at)


def paid(stack: Stack, name: str, net_back: float = NET_BACK) -> float:
    return float(np.asarray(stack.amount(name).at(net_back)))


# By hand. What each charge comes to at CIF 300, and the landed price
BY_HAND: dict[str, tuple[Sequence[Measure], dict[str, float], float]] = {
    # 10 % of 300
    "ad valorem": ([DUTY], {"customs_duty": 30.0}, 330.0),
    "USD per tonne": (
        [measure("customs_duty", "specific_usd_per_t", 25.0, base="tonne")],
        {"customs_duty": 25.0},
        325.0,
    ),
    # 5 % of 300 is 15, and 8
    "both": ([measure("customs_duty", "compound_sum", 0.05, specific=8.0)], {"customs_duty": 23.0}, 323.0),
    # 15 against 20
    "the higher": ([measure("customs_duty", "compound_max", 0.05, specific=20.0)], {"customs_duty": 20.0}, 320.0),
    "the lower": ([measure("customs_duty", "compound_min", 0.05, specific=20.0)], {"customs_duty": 15.0}, 315.0),
    # Customs takes 350 where the invoice says 300: 10 % of 350
    "a minimum value above CIF": ([FLOOR, DUTY], {"customs_duty": 35.0}, 335.0),
    # 240 is below 300, so the invoice counts
    "a minimum value below CIF": ([LOW_FLOOR, DUTY], {"customs_duty": 30.0}, 330.0),
    # 10 % of 0.75 x 300 = 225
    "a valuation factor": ([FACTOR, DUTY], {"customs_duty": 22.5}, 322.5),
    # 0.75 x 300 = 225, below the floor of 240: 10 % of 240
    "a factor and a minimum": ([FACTOR, LOW_FLOOR, DUTY], {"customs_duty": 24.0}, 324.0),
    # 20 % of 300 + 30
    "excise on top of duty": (
        [DUTY, measure("excise", "ad_valorem", 0.20, base="cif_plus_duty")],
        {"customs_duty": 30.0, "excise": 66.0},
        396.0,
    ),
    # 65 % of 30
    "duty on duty": ([DUTY, DUTY_ON_DUTY], {"customs_duty": 30.0, "additional_duty": 19.5}, 349.5),
    # The levy is no customs duty: 65 % of 30 still
    "duty on duty beside a levy": (
        [DUTY, DUTY_ON_DUTY, LEVY],
        {"customs_duty": 30.0, "additional_duty": 19.5, "specific_levy": 50.0},
        399.5,
    ),
    # 20 % of 300 + 30
    "VAT that stays": ([DUTY, VAT], {"customs_duty": 30.0, "vat": 66.0}, 396.0),
    # Shown, and given back
    "VAT that comes back": ([DUTY, VAT_GIVEN_BACK], {"customs_duty": 30.0, "vat": 66.0}, 330.0),
    # 20 % of 300 + 30 + 19.5 + 50 = 399.5
    "VAT on everything before it": (
        [DUTY, DUTY_ON_DUTY, LEVY, VAT],
        {"customs_duty": 30.0, "additional_duty": 19.5, "specific_levy": 50.0, "vat": 79.9},
        479.4,
    ),
    # 3 % of 300; 1 % of 330
    "a tax deposit on CIF": ([measure("tax_deposit", "ad_valorem", 0.03)], {"tax_deposit": 9.0}, 309.0),
    "a tax deposit on CIF and duty": (
        [DUTY, measure("tax_deposit", "ad_valorem", 0.01, base="cif_plus_duty")],
        {"customs_duty": 30.0, "tax_deposit": 3.3},
        333.3,
    ),
    # A fee at the crossing is no duty, so VAT is 20 % of 330, not of 340
    "a fee per tonne": (
        [DUTY, measure("per_tonne_fee", "specific_usd_per_t", 10.0, base="tonne"), VAT],
        {"customs_duty": 30.0, "per_tonne_fee": 10.0, "vat": 66.0},
        406.0,
    ),
    # 1 % of the invoice of 300, whatever value customs takes for the duty
    "a consular fee on the invoice": (
        [FACTOR, DUTY, measure("consular_fee", "ad_valorem", 0.01, base="invoice")],
        {"customs_duty": 22.5, "consular_fee": 3.0},
        325.5,
    ),
    # What is really paid replaces the law's duty, and the value customs would have put on the goods
    "a duty as collected": (
        [FACTOR, DUTY, measure("collected_duty", "ad_valorem", 0.03)],
        {"customs_duty": 0.0, "collected_duty": 9.0},
        309.0,
    ),
    "no rule at all": ([], {}, 300.0),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_a_charge_comes_to_what_it_does_on_paper(case: str) -> None:
    measures, amounts, landed = BY_HAND[case]
    stack = ladder(*measures)
    assert stack.fob.at(NET_BACK) == pytest.approx(250.0)
    assert stack.cif.at(NET_BACK) == pytest.approx(300.0)
    for name, amount in amounts.items():
        assert paid(stack, name) == pytest.approx(amount), name
    assert stack.landed.at(NET_BACK) == pytest.approx(landed)


@pytest.mark.parametrize("case", BY_HAND)
def test_the_two_numbers_of_a_route_are_the_sum_of_its_rungs_at_any_net_back(case: str) -> None:
    stack = ladder(*BY_HAND[case][0])
    for net_back in (120.0, 250.0, 480.0):
        rungs = sum(rung.amount.at(net_back) for rung in stack.rungs if not rung.memo)
        # No seller's rule here, so the net-back and every rung make the landed price.
        assert stack.landed.at(net_back) == pytest.approx(net_back + rungs, abs=1e-12)
        assert stack.landed.slope * net_back + stack.landed.const == pytest.approx(net_back + rungs, abs=1e-12)


@pytest.mark.parametrize("case", [c for c in BY_HAND if c not in ("both", "the higher", "the lower")])
def test_a_rung_is_its_base_times_its_rate(case: str) -> None:
    stack = ladder(*BY_HAND[case][0])
    assert all(rung.rate == rung.figures[0].central for rung in stack.rungs)
    for net_back in (120.0, 250.0, 480.0):
        for rung in stack.rungs:
            assert rung.amount.at(net_back) == pytest.approx(rung.base.at(net_back) * rung.rate, abs=1e-12), rung.name


def test_the_higher_of_two_duties_changes_sides_as_the_price_rises() -> None:
    law = measure("customs_duty", "compound_max", 0.05, specific=20.0)
    # 5 % of CIF passes USD 20 at CIF 400, a net-back of 350. At 450 it is 5 % of 500.
    assert paid(ladder(law, at=250.0), "customs_duty") == pytest.approx(20.0)
    assert paid(ladder(law, at=450.0), "customs_duty", 450.0) == pytest.approx(25.0)
    lower = measure("customs_duty", "compound_min", 0.05, specific=20.0)
    assert paid(ladder(lower, at=450.0), "customs_duty", 450.0) == pytest.approx(20.0)


def test_below_a_minimum_value_a_cheaper_price_saves_no_duty() -> None:
    under, over = ladder(FLOOR, DUTY, at=250.0), ladder(FLOOR, DUTY, at=450.0)
    assert under.landed.slope == pytest.approx(1.0)  # 35 whatever the price
    assert over.landed.slope == pytest.approx(1.1)
    assert paid(over, "customs_duty", 450.0) == pytest.approx(50.0)


def test_each_draw_stands_on_its_own_side_of_a_kink() -> None:
    net_back = np.array([250.0, 450.0, 320.0])  # CIF 300, 500, 370 against a minimum of 350
    stack = landed_stack(law_of(FLOOR, DUTY), ROUTE, "271320", ON, central, at=net_back)
    assert_allclose(stack.amount("customs_duty").at(net_back), [35.0, 50.0, 37.0])
    law = measure("customs_duty", "compound_max", 0.05, specific=20.0)
    stack = landed_stack(law_of(law), ROUTE, "271320", ON, central, at=net_back)
    assert_allclose(stack.amount("customs_duty").at(net_back), [20.0, 25.0, 20.0])  # 5 %: 15, 25, 18.5


def test_vat_that_comes_back_is_shown_beside_the_price_and_not_in_it() -> None:
    rung = next(r for r in ladder(DUTY, VAT_GIVEN_BACK).rungs if r.name == "vat")
    assert rung.memo
    assert rung.amount.at(NET_BACK) == pytest.approx(66.0)
    assert not next(r for r in ladder(DUTY, VAT).rungs if r.name == "vat").memo


def test_a_rule_without_a_number_is_named_and_not_charged() -> None:
    stack = ladder(
        DUTY, measure("consular_fee", "none", None, base="invoice"), measure("licence", "none", None, base="none")
    )
    assert stack.landed.at(NET_BACK) == pytest.approx(330.0)
    assert [a.measure.kind for a in stack.treatments[0].formalities] == ["consular_fee", "licence"]


@pytest.mark.parametrize("role", ["ceiling", "analogue", "disputed", "alternative", "off"])
def test_only_baseline_rows_are_charged_unless_a_class_chooses_another(role: str) -> None:
    stack = ladder(DUTY, measure("excise", "ad_valorem", 0.5, key="other", role=role))
    assert stack.landed.at(NET_BACK) == pytest.approx(330.0)


@pytest.mark.parametrize(
    ("on", "landed"),
    [(date(2025, 12, 31), 300.0), (date(2026, 1, 1), 330.0), (date(2026, 6, 30), 330.0), (date(2026, 7, 1), 300.0)],
)
def test_the_first_and_the_last_day_of_a_row_both_count(on: date, landed: float) -> None:
    law = law_of(measure("customs_duty", "ad_valorem", 0.10, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30)))
    assert landed_stack(law, ROUTE, "271320", on, central).landed.at(NET_BACK) == pytest.approx(landed)


# Importers of two parts: N takes 42 % of the trade, S what is left


def in_two_parts(*measures: Measure) -> Stack:
    return landed_stack(
        policy(*measures, freight=50.0, shares=[share_of("n-share-value", "XAA", 0.42)]), ROUTE, "271320", ON, central
    )


NORTH = measure("customs_duty", "ad_valorem", 0.10, key="north", region="N")
SOUTH = measure("customs_duty", "ad_valorem", 0.20, key="south", region="S")


def test_parts_of_an_importer_weigh_by_their_share_of_trade() -> None:
    # 0.42 x 30 + 0.58 x 60 = 12.6 + 34.8
    stack = in_two_parts(NORTH, SOUTH)
    assert paid(stack, "customs_duty") == pytest.approx(47.4)
    assert [rung.region for rung in stack.rungs if rung.stage == "border"] == ["N", "S"]


def test_a_stop_in_one_part_sends_everything_through_the_other() -> None:
    stop = measure("prohibition", "none", None, key="stop", region="N")
    stack = in_two_parts(NORTH, SOUTH, stop)
    assert not stack.prohibited
    assert paid(stack, "customs_duty") == pytest.approx(60.0)  # all of it through S at 20 %


def test_a_stop_in_every_part_closes_the_route() -> None:
    stops = [measure("prohibition", "none", None, key=f"stop-{part}", region=part) for part in ("N", "S")]
    assert in_two_parts(NORTH, SOUTH, *stops).prohibited
    assert ladder(DUTY, measure("prohibition", "none", None)).prohibited


def test_a_charge_of_one_part_is_weighed_and_a_charge_of_all_is_whole() -> None:
    fee = measure("per_tonne_fee", "specific_usd_per_t", 10.0, base="tonne", region="N")
    everywhere = measure("consular_fee", "ad_valorem", 0.01, base="invoice")
    stack = in_two_parts(NORTH, SOUTH, fee, everywhere)
    assert paid(stack, "per_tonne_fee") == pytest.approx(4.2)  # 0.42 x 10
    assert paid(stack, "consular_fee") == pytest.approx(3.0)  # 1 % of 300 in both parts
