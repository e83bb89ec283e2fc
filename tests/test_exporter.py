"""The seller's own side, by hand: the currency rule, the listing, refunds, awards, and effective protection."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.errors import TariffsError
from tariffs.law.exporter import currency_cost, export_rungs, sellers_side
from tariffs.law.landed import Route, landed_stack
from tariffs.law.policy import Policy
from tariffs.law.protection import Input, effective_export_rate, effective_rate, makers_protection
from tariffs.law.stack import Stack
from tariffs.scenario import apply, parse_edit
from tariffs.sources import Status, central
from tariffs.store import Library
from tariffs.study.sides import dimensions, with_edits
from tariffs.uncertainty import Draws
from tests.markets import ON, exporter_measure, policy

AUCTION_DAY = date(2025, 10, 26)  # the day of the quoted rates: haircut 32.7 %, hall 2 open since the 21st
COMPLAINT = date(2025, 10, 16)
TODAY = date(2026, 2, 1)
FOB = 265.0
TO_TUR = Route("IRN", "IRN", "TUR", freight="fr-tabriz-tur-total")


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def edited(law: Policy, *texts: str) -> Policy:
    return apply(law, [parse_edit(text) for text in texts])


def rates(law: Policy, on: date) -> Mapping[str, float]:
    """Every burden on FOB by the row it was read in."""
    _, rungs = export_rungs(law, "IRN", on, central)
    return {rung.key: float(rung.rate) for rung in rungs}


def net_back_of(stack: Stack, fob: float) -> float:
    return float((fob - stack.fob.const) / stack.fob.slope)


# The currency rule. 265 x 0.327 = 86.7; 265 x 0.2 x 0.327 = 17.3; 17.3 + 265 x 0.8 x 0.10 = 38.5
CURRENCY = [
    pytest.param(("irn.fx_share=1",), (1.0, 0.327, 0.0), 86.7, id="all through hall 1"),
    pytest.param(("irn.fx_haircut_hall2=0",), (0.2, 0.327, 0.0), 17.3, id="20-80 with hall 2 at the free rate"),
    pytest.param(("irn.fx_haircut_hall2=10%",), (0.2, 0.327, 0.10), 38.5, id="20-80 with hall 2 a tenth below"),
]


@pytest.mark.parametrize(("levers", "rule", "usd"), CURRENCY)
def test_the_currency_rule_costs_what_it_does_on_paper(
    levers: tuple[str, ...], rule: tuple[float, float, float], usd: float
) -> None:
    assert FOB * currency_cost(*rule) == pytest.approx(usd, abs=0.05)


@pytest.mark.parametrize(("levers", "rule", "usd"), CURRENCY)
def test_the_rungs_of_a_real_ladder_take_the_same_for_currency(
    library: Library, levers: tuple[str, ...], rule: tuple[float, float, float], usd: float
) -> None:
    law = with_edits(library, library.policy, AUCTION_DAY, levers)
    stack = landed_stack(law, TO_TUR, "271320", AUCTION_DAY, central)
    net_back = net_back_of(stack, FOB)
    halls = [rung for rung in stack.rungs if rung.keeper == "currency_halls"]
    assert sum(float(np.asarray(rung.amount.at(net_back))) for rung in halls) == pytest.approx(usd, abs=0.05)
    assert stack.fob.at(net_back) == pytest.approx(FOB)


def test_fob_is_the_net_back_and_every_rung_of_the_seller(library: Library) -> None:
    stack = landed_stack(library.policy, TO_TUR, "271320", TODAY, central)
    for net_back in (150.0, 235.0, 320.0):
        taken = sum(float(np.asarray(r.amount.at(net_back))) for r in stack.rungs if r.stage == "seller")
        assert stack.fob.at(net_back) == pytest.approx(net_back + taken, rel=1e-12)


def test_burdens_add_up_before_they_divide() -> None:
    # 30 % + 10 % - 5 % = 35 % of FOB; a net-back of 195 needs FOB 195 / 0.65 = 300.
    law = policy(
        seller=[
            exporter_measure("export_duty", 0.30),
            exporter_measure("income_tax_exemption_loss", 0.10),
            exporter_measure("export_award", 0.05, direction="benefit"),
        ]
    )
    fob, rungs = export_rungs(law, "XBB", ON, central)
    assert fob.at(195.0) == pytest.approx(300.0)
    amounts = {rung.name: float(np.asarray(rung.amount.at(195.0))) for rung in rungs}
    assert amounts == pytest.approx({"export_duty": 90.0, "income_tax_exemption_loss": 30.0, "export_award": -15.0})


# 1 x 0.9 + 0.5 and more, with nothing given back on feedstock
TOO_MUCH = ("irn.fx_share=1", "irn.fx_haircut=0.9", "irn.export_duty=0.5", "irn.feedstock=0")


def test_burdens_that_leave_nothing_are_refused_with_the_way_out(library: Library) -> None:
    law = with_edits(library, library.policy, TODAY, TOO_MUCH)
    with pytest.raises(TariffsError, match=r"leave nothing.*Lower"):
        export_rungs(law, "IRN", TODAY, central)


# The raw-materials listing


def test_delisting_ends_what_depends_on_listing_and_nothing_else(library: Library) -> None:
    before = rates(library.policy, TODAY)
    after = rates(edited(library.policy, "exporter_measures.irn-raw-list.role=off"), TODAY)
    depending = {m.key for m in library.policy.exporter_measures.values() if m.depends_on_listing == "true"}
    assert before.keys() - after.keys() == {"irn-income-tax-loss", "irn-export-duty"}
    assert before.keys() - after.keys() <= depending
    assert after == {key: rate for key, rate in before.items() if key not in depending}


def test_delisting_is_worth_the_rows_that_depend_on_it(library: Library) -> None:
    before = rates(library.policy, TODAY)
    after = rates(edited(library.policy, "exporter_measures.irn-raw-list.role=off"), TODAY)
    # Income-tax loss 3 % and export duty 0 %, central.
    assert sum(before.values()) - sum(after.values()) == pytest.approx(0.03)


def test_delisting_leaves_the_buyers_charges_as_they_are(library: Library) -> None:
    one = landed_stack(library.policy, TO_TUR, "271320", TODAY, central)
    law = edited(
        library.policy,
        "exporter_measures.irn-raw-list.role=off",
        "classification.cls-irn-own.product_class=refined_product",
    )
    other = landed_stack(law, TO_TUR, "271320", TODAY, central)
    border = [[(r.key, r.rate, r.match) for r in s.rungs if r.stage == "border"] for s in (one, other)]
    assert border[0] == border[1]
    assert one.treatments[0].reading == other.treatments[0].reading


def test_a_buyers_reclassification_leaves_the_sellers_charges_as_they_are(library: Library) -> None:
    law = edited(library.policy, "classification.cls-tur-irn.product_class=raw_material")
    assert rates(law, TODAY) == rates(library.policy, TODAY)
    assert sellers_side(law, "IRN", TODAY).listed is not None


# Refunds


def test_vat_never_refunded_replaces_the_cost_of_waiting_for_it(library: Library) -> None:
    before = rates(library.policy, TODAY)
    after = rates(edited(library.policy, "exporter_measures.irn-vat-non-refund.role=baseline"), TODAY)
    assert before["irn-vat-refund-delay"] == 0.024
    assert "irn-vat-refund-delay" not in after
    assert after["irn-vat-non-refund"] == 0.09


# The feedstock that is priced at the same official rate


def without_a_number(law: Policy) -> Policy:
    """As before anybody had measured what comes back: the row stands, its number is missing."""
    row = law.exporter_measures["irn-feedstock-rate"]
    return law.with_row(
        "exporter_measures", replace(row, form="none", rate=replace(row.rate, low=None, central=None, high=None))
    )


def test_without_a_number_nothing_is_given_back_on_feedstock(library: Library) -> None:
    found = rates(without_a_number(library.policy), COMPLAINT)
    assert "irn-feedstock-rate" not in found
    # All of 32.7 %, income tax 3 %, VAT lock-up 2.4 %.
    assert sum(found.values()) == pytest.approx(0.381)


@pytest.mark.parametrize(
    ("on", "tau"),
    [(COMPLAINT, 0.327), (AUCTION_DAY, 0.1054), (TODAY, 0.06)],
    ids=["full surrender", "October", "today"],
)
def test_what_comes_back_on_feedstock_is_its_share_of_what_the_rule_takes(
    library: Library, on: date, tau: float
) -> None:
    # tau: 1 x 0.327; 0.2 x 0.327 + 0.8 x 0.05 = 0.0654 + 0.04; 0.2 x 0.10 + 0.8 x 0.05.
    # Half of the cheaper rate is left to the plant, and vacuum bottom is 86 % of the price: 0.5 x 0.86 x tau.
    law = edited(library.policy, "exporter_measures.irn-feedstock-rate.rate=0.5")
    found = rates(law, on)
    halls = sum(rate for key, rate in found.items() if "fx" in key)
    assert halls == pytest.approx(tau)
    assert found["irn-feedstock-rate"] == pytest.approx(-0.5 * 0.86 * tau)
    fob, _ = export_rungs(law, "IRN", on, central)
    # Income tax 3 %, VAT lock-up 2.4 %, export duty and award 0.
    assert fob.slope == pytest.approx(1 / (1 - (0.57 * tau + 0.054)))  # 1 - 0.5 x 0.86 = 0.57


def test_feedstock_gives_nothing_back_where_no_currency_rule_takes(library: Library) -> None:
    law = with_edits(library, library.policy, TODAY, ("irn.feedstock=1", "irn.fx=free_sale"))
    assert rates(law, TODAY)["irn-feedstock-rate"] == pytest.approx(0.0)


# Effective protection


def test_a_duty_on_the_input_works_against_its_user() -> None:
    # (0.10 - 0.6 x 0.05) / 0.4 = 0.175; with two inputs (0.10 - 0.03 - 0.2 x 0.1) / 0.2 = 0.25
    assert effective_rate(0.10, [Input(0.6, 0.05)]) == pytest.approx(0.175)
    assert effective_rate(0.10, [Input(0.6, 0.05), Input(0.2, 0.1)]) == pytest.approx(0.25)


def test_a_uniform_rate_protects_value_added_at_that_rate() -> None:
    share = np.array([0.0, 0.3, 0.6, 0.9])
    assert_allclose(effective_rate(0.12, [Input(share, 0.12)]), 0.12)


def test_a_drawback_takes_the_input_duty_out_of_exports() -> None:
    # Home sales (0.10 - 0.6 x 0.05) / 0.4; exports get no duty on the output: -0.03 / 0.4, and 0 with a full drawback
    assert effective_export_rate(0.0, [Input(0.6, 0.05)]) == pytest.approx(-0.075)
    assert effective_export_rate(0.0, [Input(0.6, 0.05)], drawback=1.0) == 0.0
    assert effective_export_rate(0.0, [Input(0.6, 0.05)], drawback=0.5) == pytest.approx(-0.0375)


@pytest.mark.parametrize("share", [1.0, 1.2, np.array([0.5, 1.0])])
def test_no_value_added_means_no_effective_rate(share: float) -> None:
    with pytest.raises(TariffsError, match="no value added"):
        effective_rate(0.1, [Input(share, 0.0)])


def test_today_cheap_feedstock_outweighs_what_the_state_takes(library: Library) -> None:
    # Taken: currency 0.06, income tax 0.03, export duty 0, VAT lock-up 0.024, award 0: s = -0.114.
    # Given: 14 % duty on vacuum bottom exports, 86 % of the price: 0.1204. (-0.114 + 0.1204) / 0.14 = 0.0457
    found = makers_protection(without_a_number(library.policy), "IRN", TODAY, central)
    assert found.support == pytest.approx(-0.114)
    assert (found.feedstock_share, found.feedstock_tariff) == (0.86, -0.14)
    assert found.rate == pytest.approx(0.0457, abs=5e-5)
    assert found.missing == ()


def test_under_full_surrender_the_state_takes_more_than_all_value_added(library: Library) -> None:
    # s = -(0.327 + 0.054) = -0.381; (-0.381 + 0.1204) / 0.14 = -1.8614
    found = makers_protection(without_a_number(library.policy), "IRN", COMPLAINT, central)
    assert found.rate == pytest.approx(-1.8614, abs=5e-5)
    assert {b.key: b.rate for b in found.burdens}["irn-fx-hall1-2025"] == pytest.approx(0.327)


def test_what_comes_back_on_feedstock_is_part_of_the_support(library: Library) -> None:
    # Half of 0.86 x 0.327 comes back: s = -0.381 + 0.14061 = -0.24039; (-0.24039 + 0.1204) / 0.14 = -0.8571
    law = edited(library.policy, "exporter_measures.irn-feedstock-rate.rate=0.5")
    assert makers_protection(law, "IRN", COMPLAINT, central).rate == pytest.approx(-0.8571, abs=5e-5)


def test_effective_protection_names_its_sources_and_its_weakest_standing(library: Library) -> None:
    found = makers_protection(library.policy, "IRN", TODAY, central)
    assert {"argus-bitumen-21-39", "bitumenshop-weekly", "irib-hall2-2025"} <= set(found.sources)
    assert found.status == Status.ASSUMED
    assert found.feedstock_duty is not None
    assert found.feedstock_duty.key == "irn-vb-export-duty"


def test_the_feedstock_duty_counts_as_protection_but_is_never_charged_on_bitumen(library: Library) -> None:
    assert library.policy.exporter_measures["irn-vb-export-duty"].role == "alternative"
    charged = edited(library.policy, "exporter_measures.irn-vb-export-duty.role=baseline")
    assert "irn-vb-export-duty" not in rates(charged, TODAY)
    assert (
        makers_protection(charged, "IRN", TODAY, central).rate
        == makers_protection(library.policy, "IRN", TODAY, central).rate
    )


def test_without_a_duty_on_feedstock_the_figure_says_what_is_missing(library: Library) -> None:
    off = edited(library.policy, "exporter_measures.irn-vb-export-duty.role=off")
    for law, on in ((off, TODAY), (library.policy, date(2021, 9, 24))):  # the row starts on 2021-09-25
        found = makers_protection(law, "IRN", on, central)
        assert found.missing == ("feedstock_export_duty",)
        assert found.feedstock_duty is None
        assert found.rate == pytest.approx(found.support / 0.14)


def test_effective_protection_is_drawn_with_its_ranges(library: Library) -> None:
    draws = Draws(dimensions(library), 64, 1)
    found = makers_protection(library.policy, "IRN", TODAY, draws)
    rate = np.asarray(found.rate)
    assert rate.shape == (65,)
    assert rate[0] == pytest.approx(makers_protection(library.policy, "IRN", TODAY, central).rate)
    assert rate[1:].std() > 0


def test_feedstock_as_dear_as_bitumen_leaves_nothing_to_protect(library: Library) -> None:
    law = library.policy
    row = law.costs["vb-share"]
    with pytest.raises(TariffsError, match="no value added"):
        makers_protection(law.with_row("costs", replace(row, value=row.value.at(1.0))), "IRN", TODAY, central)
