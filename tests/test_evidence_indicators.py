"""Indicators of trade: identities that must hold, and one small case done by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from tariffs.errors import TariffsError
from tariffs.evidence import indicators
from tariffs.evidence.panels import BadPanel

sizes = st.floats(0.01, 1e6)
tables = arrays(float, st.tuples(st.integers(2, 6), st.integers(2, 6)), elements=sizes)


@given(exports=tables)
def test_the_normalised_index_sums_to_zero_over_countries_and_over_products(exports: np.ndarray) -> None:
    index = indicators.normalised(exports)
    assert_allclose(index.sum(axis=0), 0.0, atol=1e-12)
    assert_allclose(index.sum(axis=1), 0.0, atol=1e-12)
    above = indicators.balassa(exports) > 1.0 + 1e-9
    assert (index[above] > 0).all()  # both indices tell an advantage by the same comparison


@given(exports=tables)
def test_a_world_of_equal_baskets_has_no_revealed_advantage(exports: np.ndarray) -> None:
    alike = np.outer(exports[:, 0], exports[0])
    assert_allclose(indicators.balassa(alike), 1.0, rtol=1e-9)


@given(exports=arrays(float, 5, elements=sizes), imports=arrays(float, 5, elements=sizes))
def test_lafays_index_sums_to_zero(exports: np.ndarray, imports: np.ndarray) -> None:
    assert_allclose(indicators.lafay(exports, imports).sum(), 0.0, atol=1e-9)


def test_lafay_by_hand() -> None:
    # Exports 30 and 10, imports 10 and 30: balanced trade of 80, half in each good; balances +0.5 and -0.5.
    assert_allclose(indicators.lafay(np.array([30.0, 10.0]), np.array([10.0, 30.0])), [25.0, -25.0])


@given(seed=st.integers(0, 10_000))
def test_the_parts_of_constant_market_shares_add_up_to_the_change(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (year, seller, buyer, good, rng.uniform(0.1, 10.0))
        for year in (2020, 2023)
        for seller in ("IRN", "RUS", "TUR")
        for buyer in ("GEO", "ARM", "IRQ")
        for good in ("271320", "271490")
        if rng.uniform() < 0.8 or (year, seller) == (2020, "IRN")
    ]
    flows = pd.DataFrame(rows, columns=["year", "exporter", "importer", "product", "value"])
    split = indicators.constant_market_shares(flows, "IRN", 2020, 2023)
    parts = split.growth + split.composition + split.destination + split.competition + split.interaction
    new = flows[(flows["year"] == 2023) & (flows["exporter"] == "IRN")]["value"].sum()
    old = flows[(flows["year"] == 2020) & (flows["exporter"] == "IRN")]["value"].sum()
    assert split.change == pytest.approx(new - old, abs=1e-9)
    assert parts == pytest.approx(split.change, abs=1e-9)


def test_constant_market_shares_by_hand() -> None:
    # Georgia doubles from 100 to 200, Armenia stays at 100. Iran sold 10 of 100 in each, then 40 of 200 and 10 of 100.
    flows = pd.DataFrame(
        [
            (2020, "IRN", "GEO", 10.0), (2020, "RUS", "GEO", 90.0),
            (2020, "IRN", "ARM", 10.0), (2020, "RUS", "ARM", 90.0),
            (2023, "IRN", "GEO", 40.0), (2023, "RUS", "GEO", 160.0),
            (2023, "IRN", "ARM", 10.0), (2023, "RUS", "ARM", 90.0),
        ],
        columns=["year", "exporter", "importer", "value"],
    ).assign(product="271320")  # fmt: skip
    split = indicators.constant_market_shares(flows, "IRN", 2020, 2023)
    assert split.change == pytest.approx(30.0)
    assert split.growth == pytest.approx(10.0)  # 20 at the growth of 50 % of all imports
    assert split.composition == pytest.approx(0.0)  # one good
    assert split.destination == pytest.approx(0.0)  # 10 x (1.0 - 0.5) + 10 x (0.0 - 0.5)
    assert split.competition == pytest.approx(10.0)  # share in Georgia from 10 to 20 % of 100
    assert split.interaction == pytest.approx(10.0)  # 10 % of the 100 by which Georgia grew


def test_shares_of_suppliers_and_their_concentration() -> None:
    flows = pd.DataFrame({"year": 2020, "exporter": ["A", "B", "C"], "importer": "GEO", "quantity": [60.0, 30.0, 10.0]})
    found = indicators.supplier_shares(flows, "GEO", "quantity")
    assert_allclose(found["share"], [0.6, 0.3, 0.1])
    assert_allclose(found["concentration"], 0.46)  # 0.36 + 0.09 + 0.01
    assert indicators.concentration(np.array([0.6, 0.3, 0.1])) == pytest.approx(0.46)
    with pytest.raises(BadPanel, match=r"add up to 0\.900"):
        indicators.concentration(np.array([0.6, 0.3]))


def test_a_unit_value_is_held_against_the_rivals_in_the_same_market_and_year() -> None:
    flows = pd.DataFrame(
        {
            "year": 2023,
            "importer": ["GEO", "GEO", "GEO", "ARM"],
            "exporter": ["IRN", "RUS", "TUR", "IRN"],
            "product": "271320",
            "value": [300.0, 400.0, 500.0, 310.0],
            "quantity": 1.0,
        }
    )
    found = indicators.unit_value_gap(flows, "IRN")
    assert found["importer"].tolist() == ["GEO"]  # nobody else sells to Armenia
    assert found["gap"].iloc[0] == pytest.approx(300.0 / 450.0 - 1.0)


def test_the_cost_of_a_dollar_of_foreign_exchange() -> None:
    assert indicators.domestic_resource_cost(30.0, 300.0, 250.0) == pytest.approx(0.6)
    with pytest.raises(TariffsError, match="loses foreign exchange"):
        indicators.domestic_resource_cost(30.0, 250.0, 250.0)


def test_a_year_without_flows_is_refused_with_the_years_held() -> None:
    flows = pd.DataFrame({"year": [2020], "exporter": "IRN", "importer": "GEO", "product": "271320", "value": 1.0})
    with pytest.raises(BadPanel, match="There are flows of 2020"):
        indicators.constant_market_shares(flows, "IRN", 2020, 2023)
    with pytest.raises(BadPanel, match="sold nothing in 2020"):
        indicators.constant_market_shares(flows, "TUR", 2020, 2020)
