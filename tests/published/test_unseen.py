"""Worked examples that no file holds, by hand or by another solver, and files that have been tampered with."""

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from tariffs.models.verify import BadExample, Checked, verify_file

REFERENCE = Path(__file__).parent / "reference"
OURS = sorted(p for stem in ("gsim", "armington", "erp", "wits") for p in REFERENCE.glob(f"{stem}*.json"))


def held_against(
    folder: Path, model: str, inputs: dict[str, Any], expected: dict[str, Any], **tolerance: Any
) -> Checked:
    path = folder / "example.json"
    content = {"model": model, "inputs": inputs, "expected": expected, "tolerance": tolerance or {"abs": 1e-9}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return verify_file(path)


def passes(folder: Path, model: str, inputs: dict[str, Any], expected: dict[str, Any], **tolerance: Any) -> None:
    """The example passes, all of it, and stops passing when any of its figures is changed."""
    checked = held_against(folder, model, inputs, expected, **tolerance)
    assert checked.passed and checked.not_checked == (), checked.line()
    for key, value in expected.items():
        wrong = expected | {key: (np.asarray(value, dtype=float) * 1.01 + 0.01).tolist()}
        assert not held_against(folder, model, inputs, wrong, **tolerance).passed, key


# Armington CES, by hand


def armington(**more: Any) -> dict[str, Any]:
    return {"sources": ["x", "y"], "initial_value": [50, 50], "initial_tariff": [0, 0]} | more


def test_supply_without_limit_passes_the_whole_tariff_on(tmp_path: Path) -> None:
    """25 % on one of two equal sources, σ 2, demand -1: P = 1/(0.5/1.25 + 0.5) = 1/0.9; q = p^-2 P."""
    passes(
        tmp_path,
        "Armington CES",
        armington(new_tariff=[0.25, 0], supply_elasticity=1e9, total_demand_elasticity=-1, sigma=2),
        {
            "consumer_price_ratio": [1.25, 1.0],
            "price_index_ratio": 1 / 0.9,
            "quantity_ratio": [0.64 / 0.9, 1 / 0.9],
            "aggregate_quantity_ratio": 0.9,
            "expenditure_ratio": 1.0,
        },
        rel=1e-7,
    )


def test_at_an_elasticity_of_one_every_source_keeps_its_spending(tmp_path: Path) -> None:
    """Cobb-Douglas, demand -1, supply 1: p·q = 1 and q = p/T, so p = √T: tariff power 1.44 gives 1.2."""
    passes(
        tmp_path,
        "armington ces, exact hat",
        armington(
            initial_value=[60, 40], new_tariff=[0.44, 0], supply_elasticity=1, total_demand_elasticity=-1, sigma=1
        ),
        {
            "consumer_price_ratio": [1.2, 1.0],
            "producer_price_ratio": [1 / 1.2, 1.0],
            "quantity_ratio": [1 / 1.2, 1.0],
            "price_index_ratio": 1.2**0.6,
        },
    )


def test_one_tariff_on_all_leaves_no_room_for_substitution(tmp_path: Path) -> None:
    """p = T^(μ/(μ-ε)), whatever σ: power 1.21, supply 2, demand -2: 1.1, and quantities 1.1^-2."""
    for sigma in (0.3, 4, 25):
        passes(
            tmp_path,
            "CES with constant elasticities (Armington)",
            {
                "sources": ["a", "b", "c"],
                "initial_value": [1, 20, 300],
                "tariff_power_ratio_new_over_old": [1.21, 1.21, 1.21],
                "supply_elasticity": 2,
                "total_demand_elasticity": -2,
                "sigma": sigma,
            },
            {"consumer_price_ratio": [1.1] * 3, "quantity_ratio": [1.1**-2] * 3, "price_index_ratio": 1.1},
        )


def test_a_single_source_is_a_market_too(tmp_path: Path) -> None:
    """As above with μ = 3, ε = -1, T = 16: p = 16^(3/4) = 8."""
    passes(
        tmp_path,
        "Armington CES",
        {
            "sources": ["only"],
            "initial_value_at_producer_prices": [7],
            "initial_tariff": [0],
            "new_tariff": [15],
            "supply_elasticity": [3],
            "total_demand_elasticity": -1,
            "sigma": 5,
        },
        {"consumer_price_ratio": [8], "producer_price_ratio": [0.5], "price_index_ratio": 8, "expenditure_ratio": 1},
    )


@pytest.mark.parametrize("sigma", [0.4, 0.999, 2.5, 12.0])
@pytest.mark.parametrize("at_producers", [True, False])
def test_a_tariff_of_1000_per_cent_taken_off_at_any_elasticity(
    sigma: float, at_producers: bool, tmp_path: Path
) -> None:
    """One equation in ln P, by bisection; shares are of spending with the tariff in it."""
    old, new = np.array([10.0, 0.2, 0.0]), np.array([0.0, 0.2, 0.5])
    producer = np.array([2.0, 30.0, 50.0])
    mu, eta = np.array([4.0, 0.5, 9.0]), -0.7
    paid = producer * (1 + old)
    share, power = paid / paid.sum(), (1 + new) / (1 + old)

    def price(index: float) -> Any:
        return np.exp(((sigma + eta) * index + mu * np.log(power)) / (mu + sigma))

    def gap(index: float) -> float:
        return float(np.log((share * price(index) ** (1 - sigma)).sum()) / (1 - sigma) - index)

    index = float(brentq(gap, -8, 8, xtol=1e-15, rtol=1e-15))
    p = price(index)
    key, value = ("initial_value_at_producer_prices", producer) if at_producers else ("initial_value", paid)
    passes(
        tmp_path,
        "Armington CES",
        {
            "sources": ["f", "g", "h"],
            key: value.tolist(),
            "initial_tariff": old.tolist(),
            "new_tariff": new.tolist(),
            "supply_elasticity": mu.tolist(),
            "total_demand_elasticity": eta,
            "sigma": sigma,
        },
        {
            "consumer_price_ratio": p.tolist(),
            "producer_price_ratio": (p / power).tolist(),
            "quantity_ratio": ((p / power) ** mu).tolist(),
            "price_index_ratio": float(np.exp(index)),
        },
        rel=1e-8,
    )


def test_a_tariff_that_is_missing_is_not_taken_for_zero(tmp_path: Path) -> None:
    inputs = armington(new_tariff=[0.25, 0], supply_elasticity=1, total_demand_elasticity=-1, sigma=2)
    del inputs["initial_tariff"]
    with pytest.raises(BadExample, match="initial_tariff"):
        held_against(tmp_path, "Armington CES", inputs, {"price_index_ratio": 1})


# GSIM, by fractions


def test_two_by_two_gsim_in_fractions(tmp_path: Path) -> None:
    """Free trade but for one duty of 1/10 that goes; ε -1, μ 2, σ 3, and Cramer's rule.

    Trade A→A 6, A→B 2, B→A 4, B→B 8; B's duty on A is 1/10. θ_AB = 2.2/10.2 = 11/51 and the duty's fall is
    1/1.1 - 1 = -1/11.
    """
    f = Fraction
    trade = [[f(6), f(2)], [f(4), f(8)]]
    before = [[f(1), f(11, 10)], [f(1), f(1)]]
    cut = [[f(0), f(-1, 11)], [f(0), f(0)]]
    eta, mu, sigma = f(-1), f(2), f(3)
    paid = [[trade[i][v] * before[i][v] for v in (0, 1)] for i in (0, 1)]
    theta = [[paid[i][v] / (paid[0][v] + paid[1][v]) for v in (0, 1)] for i in (0, 1)]
    phi = [[trade[i][v] / sum(trade[i]) for v in (0, 1)] for i in (0, 1)]

    def slope(i: int, k: int, v: int) -> Fraction:
        return theta[k][v] * (eta + sigma) - (sigma if i == k else 0)

    left = [[sum(phi[i][v] * slope(i, k, v) for v in (0, 1)) - (mu if i == k else 0) for k in (0, 1)] for i in (0, 1)]
    right = [-sum(phi[i][v] * slope(i, k, v) * cut[k][v] for v in (0, 1) for k in (0, 1)) for i in (0, 1)]
    whole = left[0][0] * left[1][1] - left[0][1] * left[1][0]
    p = [
        (right[0] * left[1][1] - left[0][1] * right[1]) / whole,
        (left[0][0] * right[1] - right[0] * left[1][0]) / whole,
    ]
    q = [[sum(slope(i, k, v) * (p[k] + cut[k][v]) for k in (0, 1)) for v in (0, 1)] for i in (0, 1)]
    assert theta[0][1] == f(11, 51) and p[0] > 0 > p[1]
    new = [[trade[i][v] * (1 + q[i][v]) * (1 + p[i]) for v in (0, 1)] for i in (0, 1)]
    mean = [sum(theta[i][v] * ((1 + p[i]) / (before[i][v]) - 1) for i in (0, 1)) for v in (0, 1)]  # all powers are 1

    def numbers(values: Any) -> Any:
        return [numbers(x) for x in values] if isinstance(values, list) else float(values)

    passes(
        tmp_path,
        "Global Simulation Analysis (GSIM)",
        {
            "trade_at_world_prices": numbers(trade),
            "initial_tariff": [[0, 0.1], [0, 0]],
            "final_tariff": [[0, 0], [0, 0]],
            "import_demand_elasticity": -1,
            "export_supply_elasticity": 2,
            "substitution_elasticity": 3,
        },
        {
            "world_price_change_by_exporter": numbers(p),
            "bilateral_quantity_change_proportional": numbers(q),
            "new_trade_at_world_prices": numbers(new),
            "composite_import_price_change_by_importer": numbers(mean),
            "tariff_revenue_change": [0, -0.2],
            "export_output_change": [float(2 * x) for x in p],
            "producer_surplus_change": [float(p[i] * sum(trade[i]) * (1 + p[i])) for i in (0, 1)],
        },
        others_abs=1e-12,
    )


def test_a_gsim_in_which_nothing_changes_moves_nothing(tmp_path: Path) -> None:
    powers = [[1, 1.2, 1.3], [1.1, 1, 1.0], [1.5, 1.0, 1]]
    passes(
        tmp_path,
        "GSIM",
        {
            "trade_at_world_prices": [[10, 20, 30], [5, 0, 15], [1, 2, 0]],
            "initial_power_of_tariff": powers,
            "final_power_of_tariff": powers,
            "import_demand_elasticity": [-1, -1.5, -2],
            "export_supply_elasticity": [1, 2, 3],
            "substitution_elasticity": [5, 6, 7],
        },
        {
            "world_price_change_by_exporter": [0, 0, 0],
            "consumer_surplus_change": [0, 0, 0],
            "net_welfare_change": [0, 0, 0],
            "new_trade_at_world_prices": [[10, 20, 30], [5, 0, 15], [1, 2, 0]],
        },
        abs=1e-12,
    )


# Effective protection and formulas, by hand


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        # (0.1 - 0.85*0.02) / 0.15 = 0.083/0.15: bitumen at 10 % made of vacuum bottom at 2 %
        ({"output_tariff": 0.1, "input_tariff": 0.02, "input_share": 0.85}, {"erp": 0.083 / 0.15}),
        # Three outputs, each with its own duty on the input and its own share.
        (
            {"output_tariff": [0.3, 0.0, 0.12], "input_tariff": [0.1, 0.2, 0.12], "input_share": [0.5, 0.5, 0.9]},
            {"erp": [0.5, -0.2, 0.12]},
        ),
        # Two inputs at one duty: (0.2 - (0.3 + 0.2)*0.1) / 0.5
        ({"output_tariff": 0.2, "input_tariff": 0.1, "input_share": [0.3, 0.2]}, {"erp": 0.3}),
        # A price of 250 with an input of 200: 50 free; 1.3*250 - 200*1.1 = 105 under the duties; 105/50 - 1
        (
            {"output_price": 250, "input_cost": 200, "output_tariff": 0.3, "input_tariff": 0.1},
            {"erp": 1.1, "value_added_free": 50, "value_added_protected": 105},
        ),
        # An export subsidy on the input: a negative tariff.
        ({"output_tariff": 0.0, "input_tariff": -0.1, "input_share": 0.5}, {"erp": 0.1}),
    ],
    ids=["bitumen", "three outputs", "two inputs", "at a price", "subsidy"],
)
def test_effective_protection(inputs: dict[str, Any], expected: dict[str, Any], tmp_path: Path) -> None:
    passes(tmp_path, "ERP (Corden)", inputs, expected)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"swiss_a_pct": 8, "swiss_r0_pct": [24, 8, 0]}, {"swiss_r1_pct": [6, 4, 0]}),  # 8*24/32, 8*8/16
        ({"swiss_a": 0.25, "swiss_r0": 0.75}, {"swiss_r1": 0.1875}),
        ({"linear_cut_pct": 36, "r0": [0.5, 0.0]}, {"linear_cut_r1": [0.32, 0]}),
        ({"linear_cut": 1.0, "r0": [0.2, 1.5]}, {"linear_cut_r1": [0, 0]}),
        ({"maximum_rate_pct": 15, "r0": [0.3, 0.15, 0.02]}, {"maximum_rate_r1": [0.15, 0.15, 0.02]}),
    ],
    ids=["swiss in per cent", "swiss in fractions", "linear", "to nothing", "cap"],
)
def test_tariff_cuts(inputs: dict[str, Any], expected: dict[str, Any], tmp_path: Path) -> None:
    passes(tmp_path, "Swiss and linear tariff-cut formulas", inputs, expected)


# Files that have been tampered with


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.stem)
def test_a_file_without_one_of_its_keys_is_refused_or_says_less_but_never_passes_for_more(
    path: Path, tmp_path: Path
) -> None:
    whole = json.loads(path.read_text(encoding="utf-8"))
    # Names, the documented default of WITS, and a tariff that neither shares nor a ratio of powers need.
    optional = {"regions", "swiss_a_default_pct"}
    optional |= {"initial_tariff"} if "tariff_power_ratio_new_over_old" in whole["inputs"] else set()
    for key in whole["inputs"]:
        content = copy.deepcopy(whole)
        del content["inputs"][key]
        (tmp_path / "x.json").write_text(json.dumps(content), encoding="utf-8")
        if key in optional:
            assert verify_file(tmp_path / "x.json").passed
            continue
        with pytest.raises(BadExample) as refused:
            verify_file(tmp_path / "x.json")
        assert refused.value.key.startswith("inputs.") or key == "swiss_r0_pct", key
    for part in ("model", "inputs", "expected", "tolerance"):
        content = copy.deepcopy(whole)
        del content[part]
        (tmp_path / "x.json").write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(BadExample) as refused:
            verify_file(tmp_path / "x.json")
        assert refused.value.key == part


STRANGE: tuple[Any, ...] = (
    *(None, True, "0.1", "", [], {}, [[]], [1, [2]], [0.1], {"a": 1}),
    *(-1, 0, 3, 1e308, 1e-320, -1e308),
)


def spoilt(content: Any, where: int, what: Any) -> bool:
    """Put ``what`` in the place that ``where`` names, counted over all keys and items; false when there is none."""
    places: list[Callable[[], None]] = []

    def walk(holder: Any) -> None:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        for key in keys:
            places.append(lambda holder=holder, key=key: holder.__setitem__(key, what))  # type: ignore[misc]
            if isinstance(holder[key], dict | list):
                walk(holder[key])

    walk(content)
    if not places:
        return False
    places[where % len(places)]()
    return True


@given(file=st.sampled_from(OURS), where=st.integers(0, 10_000), what=st.sampled_from(STRANGE))
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_it_is_checked_or_refused_and_nothing_else_happens(
    file: Path, where: int, what: Any, tmp_path: Path
) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    assert spoilt(content, where, copy.deepcopy(what))
    path = tmp_path / "spoilt.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        checked = verify_file(path)
    except BadExample as refused:
        assert refused.remedy and str(path) in str(refused)
    else:
        assert isinstance(checked.passed, bool)
        assert all(np.isfinite(f.ours) for f in checked.figures) or not checked.passed
        assert checked.line()
