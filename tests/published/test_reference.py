"""Worked examples from papers, manuals and official pages, to the digits they print.

Each file of ``reference/`` carries its inputs, its results, its citation and the printed precision. The
answer always comes through the code a page would call; a test only lays out the example's inputs.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.law.landed import Route, border_rungs, landed_stack
from tariffs.law.protection import Input, effective_rate
from tariffs.law.schedule import Asked, treatment
from tariffs.market.market import Lane, Market, Shock
from tariffs.models import solve
from tariffs.models.welfare import rule_of_half
from tariffs.scenario.cuts import cut, linear_cut, swiss_cut
from tariffs.sources import central
from tariffs.units import Line
from tests.markets import ON, measure, policy

HERE = Path(__file__).parent / "reference"
NAMES = (
    "armington_emr_doc_example",
    "armington_riker_schreiber_style_4_source",
    "erp_car_steel",
    "erp_escalation_cases",
    "tax_cascade_cif_duty_vat",
    "tax_cascade_mixed_duty_vat",
    "viner_trade_diversion_auto_parts",
    "welfare_small_country_specific_tariff",
    "wits_tariff_cut_formulas",
)


def example(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("name", NAMES)
def test_every_worked_example_says_where_it_was_read_and_how_precisely_it_is_printed(name: str) -> None:
    read = example(name)
    assert read["source"]
    assert read["provenance"]
    assert 0 < next(iter(read["tolerance"].values())) <= 0.005


# Armington: one market, one elasticity between all goods, so every nest shares it


def one_market(inputs: dict[str, Any], home: str) -> Market:
    """The example's sources as producers of one market; a value at net-back 1 is a tonne.

    The nests collapse into one when their elasticities are equal, which is the published model.
    """
    sources = tuple(inputs["sources"])
    value, sigma = np.array(inputs["initial_value"], dtype=float), np.array([float(inputs["sigma"])])
    ones = np.ones(len(sources))
    return Market(
        producers=sources,
        importers=(home,),
        lanes=tuple(Lane(s, s, home) for s in sources),
        tonnes=value,
        net_back=ones,
        A=ones + np.array(inputs["initial_tariff"], dtype=float),
        B=0.0 * ones,
        supply=np.array(inputs["supply_elasticity"], dtype=float),
        demand=np.array([float(inputs["total_demand_elasticity"])]),
        sigma_label=sigma,
        sigma_import=sigma,
        sigma_home=sigma,
    )


@pytest.mark.parametrize(
    ("name", "home"), [("armington_emr_doc_example", "dom"), ("armington_riker_schreiber_style_4_source", "D_domestic")]
)
def test_prices_quantities_and_the_index_of_published_armington_runs(name: str, home: str) -> None:
    """emr (paulofelipe/emr, ae3ff84), documentation example; and emr on the inputs of MathWorks (2025-03-20)
    after Riker and Schreiber, USITC ECWP 2020-11-B."""
    read = example(name)
    inputs, expected, precision = read["inputs"], read["expected"], read["tolerance"]["rel"]
    market = one_market(inputs, home)
    power = np.array(inputs.get("tariff_power_ratio_new_over_old") or 1.0 + np.array(inputs["new_tariff"]))
    result = solve("armington", market, Shock(market.A * power, market.B, np.zeros(len(power), bool)))
    assert result.closed
    assert_allclose(result.landed / market.landed, expected["consumer_price_ratio"], rtol=precision)
    assert_allclose(result.tonnes / market.tonnes, expected["quantity_ratio"], rtol=precision)
    assert_allclose(result.price_index[0], expected["price_index_ratio"], rtol=precision)
    # The aggregate quantity is Q̂ = P̂^ε.
    total = result.price_index[0] ** inputs["total_demand_elasticity"]
    assert_allclose(total, expected["aggregate_quantity_ratio"], rtol=precision)


# Tax cascades


def test_the_landed_cost_of_a_consignment_with_duty_and_vat_on_top() -> None:
    """calqoo.com, import cost example: goods 1000, shipping 100, insurance 50, duty 20 %, VAT 18 % on CIF and duty."""
    read = example("tax_cascade_cif_duty_vat")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    law = policy(
        measure("customs_duty", "ad_valorem", given["duty"]),
        measure("vat", "ad_valorem", given["vat"], base="cif_plus_duty"),
        freight=given["shipping"],
        costs=[("insurance", given["insurance"] / given["product"])],
    )
    route = Route("XBB", "XBB", "XAA", freight="leg", insurance="insurance")
    stack = landed_stack(law, route, "271320", ON, central)
    net_back = given["product"]  # no rule of the seller's own: FOB is the net-back
    assert stack.cif.at(net_back) == pytest.approx(expected["cif"], abs=precision)
    assert stack.amount("customs_duty").at(net_back) == pytest.approx(expected["duty"], abs=precision)
    assert stack.amount("vat").at(net_back) == pytest.approx(expected["vat"], abs=precision)
    assert stack.landed.at(net_back) == pytest.approx(expected["landed"], abs=precision)


def test_a_consignment_of_an_exempt_and_a_dutiable_item() -> None:
    """Irish Revenue, calculating duty and VAT on items from outside the EU: a camera and shirts, VAT on both."""
    read = example("tax_cascade_mixed_duty_vat")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    lines = {"camera": "852589", "shirts": "610510"}
    law = policy(
        *(
            measure("customs_duty", "ad_valorem", item["duty"], key=item["name"], product=lines[item["name"]])
            for item in given["items"]
        ),
        measure("vat", "ad_valorem", given["vat"], base="cif_plus_duty"),
    )
    paid, base = {"customs_duty": 0.0, "vat": 0.0}, 0.0
    for item in given["items"]:
        rules = treatment(law, Asked(lines[item["name"]], "XBB", "XBB", "XAA", ON))
        for rung in border_rungs(rules, Line(item["value"]), central):
            paid[rung.name] += float(rung.amount.const)
            base += float(rung.base.const) if rung.name == "vat" else 0.0
    assert paid["customs_duty"] == pytest.approx(expected["duty"], abs=precision)
    assert base == pytest.approx(expected["vat_base"], abs=precision)
    assert paid["vat"] == pytest.approx(expected["vat"], abs=precision)
    assert sum(paid.values()) == pytest.approx(expected["total_due"], abs=precision)


# Effective protection


def test_a_car_with_untaxed_steel_is_protected_at_twice_its_duty() -> None:
    """Solved exercise, brainmass.com 165636, part a: car 10,000, steel 5,000, 25 % on the car, none on the steel."""
    read = example("erp_car_steel")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    share = given["input_cost"] / given["output_price"]
    rate = effective_rate(given["output_tariff"], [Input(share, given["input_tariff_cases"][0])])
    assert rate == pytest.approx(expected["erp_case_a"], abs=precision)
    added = given["output_price"] - given["input_cost"]
    assert added == expected["value_added_free"]
    assert (1 + rate) * added == pytest.approx(expected["value_added_tariff_case_a"], abs=precision)


def test_the_same_two_duties_protect_more_the_less_value_is_added() -> None:
    """economicstree.com, Effective Rate of Protection, cases 1 and 3: 40 % on the output, 20 % on the input."""
    read = example("erp_escalation_cases")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    share = np.array(given["input_share"])
    rate = effective_rate(given["output_tariff"], [Input(share, given["input_tariff"])])
    assert_allclose(rate, expected["erp"], atol=precision)
    free = 1000 * (1 - share)
    assert_allclose(free, expected["value_added_free_at_1000"], atol=precision * 1000)
    assert_allclose((1 + rate) * free, expected["value_added_protected"], atol=precision * 1000)


# Formulas for cutting a tariff


def test_the_formulas_by_which_wits_cuts_a_tariff() -> None:
    """WITS online help, SMART, Defining a Tariff change: linear cut, and the Swiss formula with a = 16."""
    read = example("wits_tariff_cut_formulas")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    by = given["linear_cut_pct"] / 100
    assert_allclose([linear_cut(r, by) for r in given["r0"]], expected["linear_cut_r1"], atol=precision)
    assert_allclose([cut(r, f"linear:{by}") for r in given["r0"]], expected["linear_cut_r1"], atol=precision)
    rates = [r / 100 for r in given["swiss_r0_pct"]]
    a = given["swiss_a_default_pct"] / 100
    assert_allclose([100 * swiss_cut(r) for r in rates], expected["swiss_r1_pct"], atol=precision)
    assert_allclose([100 * cut(r, f"swiss:{a}") for r in rates], expected["swiss_r1_pct"], atol=precision)


# Welfare


def test_diverting_trade_to_a_dearer_partner_costs_more_revenue_than_buyers_gain() -> None:
    """Feenstra and Taylor (2008), quoted at ebrary.net/879: an auto part from Asia under a 10 % tariff, or Mexico."""
    read = example("viner_trade_diversion_auto_parts")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    law = policy(measure("customs_duty", "ad_valorem", given["tariff"], origin="XBB"))  # Asia pays, Mexico does not
    asia = landed_stack(law, Route("XBB", "XBB", "XAA"), "870829", ON, central)
    mexico = landed_stack(law, Route("XCC", "XCC", "XAA"), "870829", ON, central)
    price = (given["asia_price_with_10pct_tariff"] - asia.landed.const) / asia.landed.slope
    assert price == pytest.approx(expected["asia_price_before_tariff"], abs=precision)
    paid = mexico.landed.at(given["mexico_price_tariff_free"])
    # One unit is bought before and after; the buyer gains the difference of what it costs.
    gain = rule_of_half(paid - asia.landed.at(price), 1.0, 1.0)
    assert gain == pytest.approx(expected["consumer_gain_per_unit"], abs=precision)
    lost = asia.amount("customs_duty").at(price)
    assert lost == pytest.approx(expected["tariff_revenue_loss_per_unit"], abs=precision)
    assert gain - lost == pytest.approx(expected["net_per_unit"], abs=precision)


def straight_line(text: str) -> tuple[float, float]:
    """``P=1200-20Q`` as intercept and slope."""
    read = re.fullmatch(r"P=(\d+)([+-]\d+)Q", text)
    assert read, text
    return float(read[1]), float(read[2])


def test_a_tariff_per_tonne_in_a_small_country_with_straight_lines() -> None:
    """Solved exercise at zuoti.pro 1869201 (Colombian soybeans).

    The rule of half is exact here: surplus is the area beside a straight line between two prices, a
    trapezium, whose area is the height (the price change) times the mean of its two sides (the quantities).
    """
    read = example("welfare_small_country_specific_tariff")
    given, expected, precision = read["inputs"], read["expected"], read["tolerance"]["abs"]
    choke, fall = straight_line(given["inverse_demand"])
    start, rise = straight_line(given["inverse_supply"])
    world = float(given["world_price"])
    law = policy(measure("customs_duty", "specific_usd_per_t", given["specific_tariff"], base="tonne"))
    stack = landed_stack(law, Route("XBB", "XBB", "XAA"), "120190", ON, central)
    price = {"free_trade": stack.cif.at(world), "tariff": stack.landed.at(world)}
    assert price["tariff"] == expected["tariff"]["price"]
    used = {case: (p - choke) / fall for case, p in price.items()}
    made = {case: (p - start) / rise for case, p in price.items()}
    revenue = {"free_trade": 0.0, "tariff": stack.amount("customs_duty").at(world) * (used["tariff"] - made["tariff"])}
    for case, p in price.items():
        printed = expected[case]
        assert used[case] == pytest.approx(printed["consumption"], abs=precision)
        assert made[case] == pytest.approx(printed["production"], abs=precision)
        assert used[case] - made[case] == pytest.approx(printed["imports"], abs=precision)
        # From the price at which nobody buys, or makes, down or up to this one.
        assert rule_of_half(p - choke, 0.0, used[case]) == pytest.approx(printed["CS"], abs=precision)
        assert rule_of_half(-(p - start), 0.0, made[case]) == pytest.approx(printed["PS"], abs=precision)
        assert revenue[case] == pytest.approx(printed["revenue"], abs=precision)
    change = price["tariff"] - price["free_trade"]
    buyers = rule_of_half(change, used["free_trade"], used["tariff"])
    makers = rule_of_half(-change, made["free_trade"], made["tariff"])
    assert buyers == pytest.approx(expected["change"]["CS"], abs=precision)
    assert makers == pytest.approx(expected["change"]["PS"], abs=precision)
    net = buyers + makers + revenue["tariff"] - revenue["free_trade"]
    assert net == pytest.approx(expected["change"]["net_welfare"], abs=precision)
