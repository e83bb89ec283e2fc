"""GSIM's published example to every figure it gives, and every property that WITS documents of SMART."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.market.market import Lane, Market, Shock
from tariffs.models import gsim, solve
from tariffs.models.smart import INFINITE, SIGMA, Effects, effects
from tariffs.sources import Array

HERE = Path(__file__).parent / "reference"


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return content


# GSIM: Francois and Hall (2003), version 3.0, the 4x4 example: the US and the EU free their trade

EXAMPLE = read("gsim_4x4_us_eu_fta")
GIVEN, EXPECTED = EXAMPLE["inputs"], EXAMPLE["expected"]
PRECISION = 1e-8  # the file asks for 1e-6


def given(key: str) -> Array:
    return np.array(GIVEN[key], dtype=float)


def free_trade_area(published: bool = False) -> gsim.Simulation:
    return gsim.simulate(
        trade=given("trade_at_world_prices_rows_exporter_cols_importer"),
        before=given("initial_power_of_tariff_rows_exporter_cols_importer"),
        after=given("final_power_of_tariff"),
        demand=given("import_demand_elasticity"),
        supply=given("export_supply_elasticity"),
        sigma=given("substitution_elasticity"),
        published=published,
    )


def test_world_prices_are_those_of_the_paper_to_the_four_digits_it_prints() -> None:
    printed = EXPECTED["published_price_changes_4dp"]
    assert [round(float(price), 4) for price in free_trade_area().world_price] == printed


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("world_price_change_by_exporter", "world_price"),
        ("composite_import_price_change_by_importer", "composite_price"),
        ("producer_surplus_change", "producers"),
        ("consumer_surplus_change", "consumers"),
        ("tariff_revenue_change", "revenue"),
        ("net_welfare_change", "welfare"),
        ("export_output_change", "output"),
        ("bilateral_quantity_change_proportional", "quantity"),
        ("new_trade_at_world_prices", "trade"),
    ],
)
def test_every_other_output_of_the_published_run_to_eight_digits(key: str, field: str) -> None:
    assert_allclose(getattr(free_trade_area(published=True), field), EXPECTED[key], atol=PRECISION, rtol=0)


def test_no_output_of_the_published_run_is_left_unchecked() -> None:
    assert len(EXPECTED) == 10


def test_the_published_surplus_is_wrong_only_where_the_composite_price_rises() -> None:
    """The US and the EU pay less: same figure. Japan and the rest pay more: the triangle counts the wrong way."""
    mended, printed = free_trade_area(), free_trade_area(published=True)
    rises = mended.composite_price > 0
    assert rises.tolist() == [False, True, False, True]
    assert_allclose(mended.consumers[~rises], printed.consumers[~rises], rtol=1e-14)
    # Japan: spending at home prices 50*1.21 + 100*1.36 + 100*1.41 = 337.5, price +2.588 %, elasticity -1.25,
    # so the slip is 1.25 * 337.5 * 0.025881**2 = 0.2826.
    assert_allclose(mended.consumers[1] - printed.consumers[1], 1.25 * 337.5 * mended.composite_price[1] ** 2)
    assert mended.consumers[1] == pytest.approx(-8.59, abs=0.005)
    assert printed.consumers[1] == pytest.approx(-8.88, abs=0.005)


def test_welfare_is_the_sum_of_its_three_parts() -> None:
    for run in (free_trade_area(), free_trade_area(published=True)):
        assert_allclose(run.welfare, run.producers + run.consumers + run.revenue)


def test_the_example_laid_out_as_a_market_has_the_same_prices_and_flows() -> None:
    """Duties alone, and a value of one at a world price of one is a tonne: the market form is the published one."""
    regions = tuple(GIVEN["regions"])
    trade = given("trade_at_world_prices_rows_exporter_cols_importer")
    before, after = given("initial_power_of_tariff_rows_exporter_cols_importer"), given("final_power_of_tariff")
    sigma = given("substitution_elasticity")
    market = Market(
        producers=regions,
        importers=regions,
        lanes=tuple(Lane(i, i, v) for i in regions for v in regions),
        tonnes=trade.ravel(),
        net_back=np.ones(4),
        A=before.ravel(),
        B=np.zeros(16),
        supply=given("export_supply_elasticity"),
        demand=given("import_demand_elasticity"),
        sigma_label=3 * sigma,  # no part of GSIM
        sigma_import=sigma,
        sigma_home=2 * sigma,  # nor is this: home sales are one more origin
    )
    result = solve("gsim", market, Shock(after.ravel(), np.zeros(16), np.zeros(16, dtype=bool)))
    assert result.closed and result.residual < 1e-12
    assert_allclose(result.net_back - 1, EXPECTED["world_price_change_by_exporter"], atol=PRECISION, rtol=0)
    assert_allclose(
        result.price_index - 1, EXPECTED["composite_import_price_change_by_importer"], atol=PRECISION, rtol=0
    )
    assert_allclose(result.output / market.output - 1, EXPECTED["export_output_change"], atol=PRECISION, rtol=0)
    sold = np.where(trade > 0, trade * (1 + np.array(EXPECTED["bilateral_quantity_change_proportional"])), 0)
    assert_allclose(result.tonnes.reshape(4, 4), sold, atol=PRECISION, rtol=0)
    value = result.tonnes.reshape(4, 4) * result.net_back[:, None]
    assert_allclose(value, EXPECTED["new_trade_at_world_prices"], atol=PRECISION, rtol=0)


# SMART: WITS online help; Jammes and Olarreaga (2005)

DOCUMENTED = read("properties/smart_documented_properties")
SUPPLIES = pytest.mark.parametrize("supply", [INFINITE, 12.0, 1.5], ids=["infinite", "elastic", "stiff"])


def preferences(demand: float = -1.2, sigma: float = SIGMA, supply: float = INFINITE, several: bool = True) -> Effects:
    """Five partners; the second is freed, and with ``several`` the first gets half of its tariff off."""
    trade = np.array([400.0, 150.0, 60.0, 25.0, 5.0])
    before = 1 + np.array([0.2, 0.2, 0.2, 0.1, 0.0])
    after = 1 + np.array([0.1 if several else 0.2, 0.0, 0.2, 0.1, 0.0])
    return effects(trade, before, after, demand, sigma, supply)


def test_the_defaults_are_those_of_wits() -> None:
    assert DOCUMENTED["inputs"]["default_export_supply_elasticity"] == INFINITE
    assert DOCUMENTED["inputs"]["default_substitution_elasticity"] == SIGMA
    assert len(DOCUMENTED["expected"]["properties"]) == 7  # one test for each below


@SUPPLIES
def test_the_total_effect_is_creation_diversion_and_price_effect_partner_by_partner(supply: float) -> None:
    run = preferences(supply=supply)
    assert_allclose(run.total, run.creation + run.diversion + run.price_effect)
    # Value after is quantity after at the price after.
    assert_allclose(run.trade + run.total, (run.trade + run.bought) * (1 + run.world_price))


@SUPPLIES
@pytest.mark.parametrize("several", [False, True], ids=["one beneficiary", "several"])
def test_what_beneficiaries_win_by_diversion_the_others_lose(supply: float, several: bool) -> None:
    run = preferences(supply=supply, several=several)
    assert run.diversion.sum() == pytest.approx(0, abs=1e-12 * run.trade.sum())
    assert (run.diversion[1] > 0) and (run.diversion[2:] < 0).all()


def test_there_is_no_price_effect_when_supply_is_infinite() -> None:
    assert (preferences().price_effect == 0).all() and (preferences().world_price == 0).all()
    assert (preferences(supply=12.0).price_effect[:2] > 0).all()


def test_doubling_the_import_demand_elasticity_doubles_creation_when_supply_is_infinite() -> None:
    assert_allclose(preferences(demand=-2.4).creation, 2 * preferences(demand=-1.2).creation)
    stiff = preferences(demand=-2.4, supply=1.5).creation[1] / preferences(demand=-1.2, supply=1.5).creation[1]
    assert 1 < stiff < 2  # a finite supply holds it back


@pytest.mark.parametrize("several", [False, True], ids=["one beneficiary", "several"])
def test_diversion_rises_less_than_in_step_with_substitution_and_stops_at_the_trade_there_is(several: bool) -> None:
    runs = [preferences(sigma=sigma, several=several) for sigma in (1.5, 3.0, 6.0, 60.0, 6e5)]
    moved = np.array([run.diversion[run.diversion > 0].sum() for run in runs])
    assert (np.diff(moved) > 0).all()
    assert (moved[1:3] < 2 * moved[:2]).all()
    for run in runs:
        assert (run.diversion >= -run.trade * (1 + 1e-12)).all()
    if not several:  # the second partner takes all of it in the end
        assert moved[-1] == pytest.approx(490, rel=1e-4)


@SUPPLIES
def test_revenue_is_counted_on_the_flows_after_the_change(supply: float) -> None:
    run = preferences(supply=supply)
    new = ((run.trade + run.total) * (run.after - 1)).sum()
    assert run.revenue == pytest.approx(new - (run.trade * (run.before - 1)).sum())


@SUPPLIES
def test_at_a_world_price_of_one_value_is_quantity(supply: float) -> None:
    """The same flows as tonnes at net-backs other than one: the same value moves, and no other."""
    run = preferences(supply=supply)
    net_back = np.array([200.0, 250.0, 300.0, 350.0, 400.0])
    names = tuple("ABCDE")
    market = Market(
        producers=names,
        importers=("M",),
        lanes=tuple(Lane(name, name, "M") for name in names),
        tonnes=run.trade / net_back,
        net_back=net_back,
        A=run.before,
        B=np.zeros(5),
        supply=np.full(5, supply),
        demand=np.array([-1.2]),
        sigma_label=np.array([9.0]),
        sigma_import=np.array([SIGMA]),
        sigma_home=np.array([9.0]),
    )
    result = solve("smart", market, Shock(run.after, np.zeros(5), np.zeros(5, dtype=bool)))
    assert result.closed and result.residual < 1e-12
    assert_allclose(result.tonnes * net_back, run.trade + run.bought)
    assert_allclose(result.tonnes * result.net_back, run.trade + run.total)


def test_welfare_is_what_straight_demand_lines_enclose_net_of_the_revenue_lost() -> None:
    """Duty 20 % to nil on imports of 100, elasticity -1.2, no rival: TC = 100 * 1.2 * 0.2/1.2 = 20 and half of
    (0.2 + 0) times 20 is 2. Buyers win 0.2 * (100 + 120)/2 = 22, of which 20 was the treasury's."""
    run = effects(np.array([100.0]), np.array([1.2]), np.array([1.0]), -1.2)
    assert_allclose(run.creation, [20])
    assert run.revenue == pytest.approx(-20)
    assert run.welfare == pytest.approx(2)
    buyers = 0.2 * (100 + 120) / 2
    assert run.welfare == pytest.approx(buyers + run.revenue)


@SUPPLIES
def test_welfare_is_buyers_trapeziums_and_revenue_whatever_the_supply(supply: float) -> None:
    run = preferences(supply=supply)
    price = run.after * (1 + run.world_price) - run.before
    buyers = -(price * (2 * run.trade + run.bought) / 2).sum()
    assert run.welfare == pytest.approx(buyers + run.revenue)
