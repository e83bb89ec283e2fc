"""Worked examples that nobody has seen before: solved here by other means, then held against `verify`."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import fsolve

from tariffs.models.verify import BadExample, Checked, verify, verify_file
from tariffs.sources import Array

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "tests" / "published" / "reference"
OURS = sorted(p for stem in ("gsim", "armington", "erp", "wits") for p in REFERENCE.glob(f"{stem}*.json"))


def example(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))
    return content


Write = Callable[[Any], Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    """Writes an example to a file whose name says nothing."""

    def write(content: Any) -> Path:
        path = tmp_path / f"x{len(list(tmp_path.iterdir()))}.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def refused(path: Path) -> BadExample:
    with pytest.raises(BadExample) as caught:
        verify_file(path)
    assert str(path) in str(caught.value)
    return caught.value


# The examples that come with the project


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.stem)
def test_every_bundled_example_passes_and_none_of_its_numbers_goes_unchecked(path: Path) -> None:
    checked = verify_file(path)
    assert checked.passed, checked.line()
    assert checked.not_checked == ()
    assert checked.line().startswith("PASS  ")


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.stem)
def test_a_figure_moved_by_more_than_its_tolerance_fails(path: Path, written: Write) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    for key, value in content["expected"].items():
        if isinstance(value, str):
            continue
        moved = copy.deepcopy(content)
        moved["expected"][key] = (np.array(value, dtype=float) * 1.001 + 0.001).tolist()
        checked = verify_file(written(moved))
        assert not checked.passed and checked.line().startswith("FAIL"), key
        assert checked.worst.key == key


# Armington


def armington_by_hand(value: Array, before: Array, after: Array, supply: Array, demand: float, sigma: float) -> Any:
    """Prices by ``fsolve`` in the one unknown ln P; ``value`` at landed prices."""
    share = value / value.sum()
    power = (1 + after) / (1 + before)

    def prices(index: float) -> Array:
        moved: Array = np.exp(((sigma + demand) * index + supply * np.log(power)) / (supply + sigma))
        return moved

    found = fsolve(
        lambda x: np.log((share * prices(x[0]) ** (1 - sigma)).sum()) / (1 - sigma) - x[0], [0.0], xtol=1e-14
    )
    price, index = prices(found[0]), float(np.exp(found[0]))
    return {
        "consumer_price_ratio": price.tolist(),
        "quantity_ratio": ((price / power) ** supply).tolist(),
        "price_index_ratio": index,
        "aggregate_quantity_ratio": index**demand,
    }


BEFORE, AFTER = np.array([0.3, 0.0, 0.12, 0.05, 0.4]), np.array([0.0, 0.25, 0.12, 0.5, 0.1])
VALUE, SUPPLY = np.array([12.0, 40.0, 5.0, 33.0, 10.0]), np.array([2.0, 0.7, 15.0, 4.0, 30.0])
BY_HAND = armington_by_hand(VALUE * (1 + BEFORE), BEFORE, AFTER, SUPPLY, -0.6, 3.2)


def five_sources(**changes: Any) -> dict[str, Any]:
    """Tariffs before and after on five sources, values at producer prices."""
    inputs: dict[str, Any] = {
        "sources": ["v", "w", "x", "y", "z"],
        "initial_value_at_producer_prices": VALUE.tolist(),
        "initial_tariff": BEFORE.tolist(),
        "new_tariff": AFTER.tolist(),
        "supply_elasticity": SUPPLY.tolist(),
        "total_demand_elasticity": -0.6,
        "sigma": 3.2,
    }
    inputs = {k: v for k, v in (inputs | changes).items() if v is not None}
    return {
        "name": "Five sources",
        "model": "Armington CES",
        "inputs": inputs,
        "expected": BY_HAND,
        "tolerance": {"rel": 1e-8},
    }


def test_five_sources_with_tariffs_before_and_values_at_producer_prices(written: Write) -> None:
    checked = verify_file(written(five_sources()))
    assert checked.passed, checked.line()
    assert checked.model == "Armington CES" and sum(f.count for f in checked.figures) == 12


def test_values_at_landed_prices_are_the_shares_themselves(written: Write) -> None:
    landed = five_sources(initial_value_at_producer_prices=None, initial_value=(VALUE * (1 + BEFORE)).tolist())
    assert verify_file(written(landed)).passed
    mistaken = five_sources(initial_value_at_producer_prices=None, initial_value=VALUE.tolist())
    assert not verify_file(written(mistaken)).passed


def test_a_ratio_of_powers_says_the_same_as_two_tariffs(written: Write) -> None:
    ratio = ((1 + AFTER) / (1 + BEFORE)).tolist()
    assert verify_file(written(five_sources(new_tariff=None, tariff_power_ratio_new_over_old=ratio))).passed


def test_sources_in_another_order_are_the_same_market(written: Write) -> None:
    content, turn = five_sources(), [3, 0, 4, 2, 1]
    for part in ("inputs", "expected"):
        content[part] = {k: [v[i] for i in turn] if isinstance(v, list) else v for k, v in content[part].items()}
    assert verify_file(written(content)).passed


def test_two_sources_and_a_supply_elasticity_for_both(written: Write) -> None:
    content = five_sources(sources=["a", "b"], supply_elasticity=2.0)
    for key in ("initial_value_at_producer_prices", "initial_tariff", "new_tariff"):
        content["inputs"][key] = content["inputs"][key][:2]
    landed = (VALUE * (1 + BEFORE))[:2]
    content["expected"] = armington_by_hand(landed, BEFORE[:2], AFTER[:2], np.full(2, 2.0), -0.6, 3.2)
    assert verify_file(written(content)).passed


def test_a_list_of_sigmas_is_refused(written: Write) -> None:
    bad = refused(written(five_sources(sigma=[3.2, 3.2, 3.2, 3.2, 3.2])))
    assert (bad.key, bad.found, bad.expected) == ("inputs.sigma", "a list of 5", "one number")


# GSIM


def gsim_by_hand(trade: Array, before: Array, after: Array, eta: Array, mu: Array, sigma: Array) -> dict[str, Any]:
    """The equations one scalar at a time, and the root left to ``fsolve``."""
    n, m = trade.shape
    theta = [
        [trade[i, v] * before[i, v] / sum(trade[k, v] * before[k, v] for k in range(n)) for v in range(m)]
        for i in range(n)
    ]

    def quantity(p: Array, i: int, v: int) -> float:
        x = [p[k] + after[k, v] / before[k, v] - 1 for k in range(n)]
        own = (theta[i][v] * eta[v] - (1 - theta[i][v]) * sigma[v]) * x[i]
        return float(own + sum(theta[k][v] * (eta[v] + sigma[v]) * x[k] for k in range(n) if k != i))

    def gaps(p: Array) -> list[float]:
        return [
            mu[i] * p[i] - sum(trade[i, v] / trade[i].sum() * quantity(p, i, v) for v in range(m)) for i in range(n)
        ]

    p = fsolve(gaps, np.zeros(n), xtol=1e-12)
    q = [[quantity(p, i, v) for v in range(m)] for i in range(n)]
    new = [[trade[i, v] * (1 + q[i][v]) * (1 + p[i]) for v in range(m)] for i in range(n)]
    composite = [sum(theta[i][v] * ((1 + p[i]) * after[i, v] / before[i, v] - 1) for i in range(n)) for v in range(m)]
    buyers = []
    for v in range(m):
        spent, d = sum(trade[i, v] * before[i, v] for i in range(n)), composite[v]
        buyers.append(spent * (0.5 * eta[v] * d * d * np.sign(d) - d))
    return {
        "world_price_change_by_exporter": p.tolist(),
        "composite_import_price_change_by_importer": composite,
        "producer_surplus_change": [p[i] * trade[i].sum() * (1 + 0.5 * mu[i] * p[i]) for i in range(n)],
        "consumer_surplus_change": buyers,
        "tariff_revenue_change": [
            sum(new[i][v] * (after[i, v] - 1) - trade[i, v] * (before[i, v] - 1) for i in range(n)) for v in range(m)
        ],
        "bilateral_quantity_change_proportional": q,
        "new_trade_at_world_prices": new,
    }


def gsim_example(n: int, m: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    trade, before = rng.uniform(5, 100, (n, m)).round(1), 1 + rng.uniform(0, 0.5, (n, m)).round(2)
    after = np.where(rng.random((n, m)) < 0.5, before, 1 + rng.uniform(0, 0.5, (n, m)).round(2))
    eta, mu, sigma = -rng.uniform(0.5, 2, m), rng.uniform(0.5, 5, n), rng.uniform(2, 8, m)
    ends = "_rows_exporter_cols_importer"
    return {
        "name": f"GSIM {n}x{m}",
        "model": "GSIM",
        "inputs": {
            f"trade_at_world_prices{ends}": trade.tolist(),
            f"initial_power_of_tariff{ends}": before.tolist(),
            "final_power_of_tariff": after.tolist(),
            "import_demand_elasticity": eta.tolist(),
            "export_supply_elasticity": mu.tolist(),
            "substitution_elasticity": sigma.tolist(),
        },
        "expected": gsim_by_hand(trade, before, after, eta, mu, sigma),
        "tolerance": {"others_abs": 1e-8},
    }


@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 3), (6, 6), (3, 2)])
def test_gsim_of_another_size_is_solved_to_eight_digits(n: int, m: int, written: Write) -> None:
    checked = verify_file(written(gsim_example(n, m, seed=n)))
    assert checked.passed, checked.line()
    assert checked.not_checked == ()


def test_tables_the_other_way_round_are_turned(written: Write) -> None:
    content = gsim_example(3, 2, seed=9)
    inputs, expected = content["inputs"], content["expected"]
    for key in ("trade_at_world_prices", "initial_power_of_tariff"):
        table = inputs.pop(f"{key}_rows_exporter_cols_importer")
        inputs[f"{key}_rows_importer_cols_exporter"] = np.array(table).T.tolist()
    for key in ("bilateral_quantity_change_proportional", "new_trade_at_world_prices"):
        expected[key] = np.array(expected[key]).T.tolist()
    assert verify_file(written(content)).passed


def test_rates_in_place_of_powers_are_understood(written: Write) -> None:
    content = gsim_example(3, 3, seed=4)
    inputs = content["inputs"]
    powers = inputs.pop("initial_power_of_tariff_rows_exporter_cols_importer"), inputs.pop("final_power_of_tariff")
    inputs["initial_tariff"], inputs["final_tariff"] = ((np.array(p) - 1).tolist() for p in powers)
    assert verify_file(written(content)).passed


def test_the_mended_surplus_has_a_name_of_its_own(written: Write) -> None:
    content = example("gsim_4x4_us_eu_fta")
    content["expected"]["consumer_surplus_change_corrected"] = [110.59519674, -8.59347368, 68.55885367, -31.37844502]
    assert verify_file(written(content)).passed
    content["expected"]["consumer_surplus_change"][1] = -8.59347368
    assert not verify_file(written(content)).passed


# Effective protection


def protection(inputs: dict[str, Any], **expected: Any) -> dict[str, Any]:
    return {
        "model": "effective rate of protection",
        "inputs": inputs,
        "expected": expected,
        "tolerance": {"abs": 1e-9},
    }


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"output_tariff": 0.2, "input_tariff": 0.2, "input_share": 0.6}, {"erp": 0.2}),
        ({"output_tariff": [0.2, 0.1], "input_tariff": [0.0, 0.2], "input_share": 0.5}, {"erp": [0.4, 0.0]}),
        # Two inputs of one output: (0.3 - 0.4*0.1 - 0.2*0.05) / (1 - 0.6) = 0.25 / 0.4
        ({"output_tariff": 0.3, "input_tariff": [0.1, 0.05], "input_share": [0.4, 0.2]}, {"erp": 0.625}),
        (
            {"output_price": 800, "input_cost": 600, "output_tariff": 0.1, "input_tariff_cases": [0, 0.1, 0.2]},
            {"value_added_free": 200, "erp_case_a": 0.4, "erp_case_b": 0.1, "value_added_tariff_case_c": 160},
        ),
        # 1 - 0.75 = 0.25 of 400, and 1.1 - 0.75*1.2 = 0.2 of 400
        (
            {"output_price": 400, "input_share": 0.75, "output_tariff": 0.1, "input_tariff": 0.2},
            {"erp": -0.2, "value_added_free": 100, "value_added_protected": 80},
        ),
    ],
    ids=["one case", "lists", "two inputs", "lettered cases", "negative"],
)
def test_effective_protection_in_scalars_lists_and_cases(inputs: Any, expected: Any, written: Write) -> None:
    checked = verify_file(written(protection(inputs, **expected)))
    assert checked.passed and checked.not_checked == (), checked.line()
    wrong = {key: (np.array(value) + 0.01).tolist() for key, value in expected.items()}
    assert not verify_file(written(protection(inputs, **wrong))).passed


def test_inputs_that_take_the_whole_price_are_refused(written: Write) -> None:
    inputs = {"output_tariff": 0.1, "input_tariff": 0.1, "input_share": 1.0}
    assert "no value added" in str(refused(written(protection(inputs, erp=0.1))))


def test_cases_of_different_number_are_refused(written: Write) -> None:
    inputs = {"output_tariff": [0.1, 0.2], "input_tariff": [0.1, 0.2, 0.3], "input_share": 0.5}
    assert "2 output tariffs, 3 input tariffs" in str(refused(written(protection(inputs, erp=[0.1, 0.2, 0.3]))))


# Formulas


def test_cuts_as_fractions_or_in_per_cent(written: Write) -> None:
    content = {
        "model": "tariff-cut formula",
        "inputs": {"linear_cut": 0.25, "r0": [0.4, 0.08], "swiss_a_pct": 25, "swiss_r0_pct": 75, "maximum_rate": 0.1},
        "expected": {"linear_cut_r1": [0.3, 0.06], "swiss_r1_pct": 18.75, "maximum_rate_r1": [0.1, 0.08]},
        "tolerance": {"abs": 1e-12},
    }
    checked = verify_file(written(content))
    assert checked.passed and checked.not_checked == ()


def test_the_swiss_coefficient_is_16_where_none_is_given(written: Write) -> None:
    content = example("wits_tariff_cut_formulas")
    del content["inputs"]["swiss_a_default_pct"]
    assert verify_file(written(content)).passed


# Precision


@pytest.mark.parametrize(
    ("printed", "tolerance", "passes"),
    [
        ("0.33", {"printed": True}, True),
        ("0.330", {"printed": True}, False),  # a third digit is claimed and wrong
        ("0.33", {"decimals": 2}, True),
        ("0.34", {"decimals": 2}, False),
        ("0.33", {"abs": 0.01}, True),
        ("0.33", {"rel": 0.001}, False),
        ("0.33", {"erp": 0.005, "others_abs": 1e-9}, True),
    ],
)
def test_a_figure_is_held_to_the_precision_its_file_says(
    printed: str, tolerance: dict[str, Any], passes: bool, written: Write
) -> None:
    """The rate is 1/3: (0.2 - 0.4*0) / 0.6."""
    content = protection({"output_tariff": 0.2, "input_tariff": 0.0, "input_share": 0.4}, erp=7777)
    text = json.dumps(content | {"tolerance": tolerance}).replace("7777", printed)
    assert verify_file(written(text)).passed == passes


def test_a_key_that_ends_in_its_decimals_is_held_to_them(written: Write) -> None:
    inputs = {"output_tariff": 0.2, "input_tariff": 0.0, "input_share": 0.4}
    fine, off = (protection(inputs, **{"erp_2dp": rate, "erp": 1 / 3}) for rate in (0.33, 0.34))
    assert verify_file(written(fine)).passed
    assert not verify_file(written(off)).passed


def test_a_number_nobody_computes_is_named_and_not_passed_over_in_silence(written: Write) -> None:
    content = protection({"output_tariff": 0.2, "input_tariff": 0.2, "input_share": 0.6}, erp=0.2, happiness=3)
    checked = verify_file(written(content))
    assert checked.not_checked == ("happiness",)
    assert "not checked: happiness" in checked.line()
    del content["expected"]["erp"]
    assert "happiness" in refused(written(content)).found


# Files that cannot be used

BROKEN: list[tuple[str, Callable[[dict[str, Any]], Any], str, str]] = [
    ("gsim_4x4_us_eu_fta", lambda c: c["inputs"].pop("final_power_of_tariff"), "final_power", "no such key"),
    ("gsim_4x4_us_eu_fta", lambda c: c["inputs"]["export_supply_elasticity"].pop(), "export_supply", "a list of 3"),
    ("gsim_4x4_us_eu_fta", lambda c: c["inputs"]["regions"].pop(), "regions", "3 names"),
    ("gsim_4x4_us_eu_fta", lambda c: c["inputs"]["final_power_of_tariff"][2].pop(), "final_power", "different lengths"),
    (
        "gsim_4x4_us_eu_fta",
        lambda c: c["inputs"]["final_power_of_tariff"][2].__setitem__(1, "free"),
        "final_power_of_tariff[2][1]",
        "'free'",
    ),
    ("gsim_4x4_us_eu_fta", lambda c: c["expected"]["producer_surplus_change"].pop(), "producer_surplus", "a list of 3"),
    ("gsim_4x4_us_eu_fta", lambda c: c.update(model="gravity"), "model", "'gravity'"),
    ("gsim_4x4_us_eu_fta", lambda c: c.pop("model"), "model", "nothing"),
    ("gsim_4x4_us_eu_fta", lambda c: c.pop("expected"), "expected", "nothing"),
    ("gsim_4x4_us_eu_fta", lambda c: c.update(inputs=[1, 2]), "inputs", "a list of 2"),
    ("armington_emr_doc_example", lambda c: c["inputs"].pop("sigma"), "sigma", "no such key"),
    ("armington_emr_doc_example", lambda c: c["inputs"].update(sigma=None), "sigma", "no such key"),
    ("armington_emr_doc_example", lambda c: c["inputs"].update(sigma=True), "sigma", "true"),
    ("armington_emr_doc_example", lambda c: c["inputs"].update(sigma=-4), "sigma", "-4"),
    ("armington_emr_doc_example", lambda c: c["inputs"].update(initial_value=60), "initial_value", "one number"),
    ("armington_emr_doc_example", lambda c: c["inputs"].update(initial_value=[60, 0, 4]), "initial_value", "0"),
    ("armington_emr_doc_example", lambda c: c["inputs"].update(sources=["a", "a", "b"]), "sources", "twice"),
    (
        "armington_emr_doc_example",
        lambda c: c["expected"].update(quantity_ratio=[1, "x", 2]),
        "quantity_ratio[1]",
        "'x'",
    ),
    ("armington_emr_doc_example", lambda c: c.update(tolerance={}), "tolerance", "nothing"),
    ("armington_emr_doc_example", lambda c: c.update(tolerance={"rel": "tight"}), "tolerance.rel", "'tight'"),
    ("erp_car_steel", lambda c: c["inputs"].pop("input_tariff_cases"), "input_tariff", "no such key"),
    ("erp_car_steel", lambda c: c["inputs"].pop("output_price"), "output_price", "no such key"),
    ("erp_car_steel", lambda c: c["expected"].update(erp_case_d=1), "erp_case_d", "case d"),
    ("erp_escalation_cases", lambda c: c["inputs"].update(input_share=[]), "input_share", "an empty list"),
    ("wits_tariff_cut_formulas", lambda c: c["inputs"].pop("r0"), "r0", "no such key"),
    ("wits_tariff_cut_formulas", lambda c: c["inputs"].update(linear_cut_pct="80"), "linear_cut_pct", "'80'"),
]


@pytest.mark.parametrize(("name", "spoil", "key", "found"), BROKEN, ids=lambda x: x if isinstance(x, str) else "")
def test_a_spoilt_example_names_the_key_what_is_there_and_what_to_do(
    name: str, spoil: Callable[[dict[str, Any]], Any], key: str, found: str, written: Write
) -> None:
    content = example(name)
    spoil(content)
    bad = refused(written(content))
    assert key in bad.key and found in bad.found, str(bad)
    assert bad.expected and bad.remedy.endswith(".")


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "not json", '{"a": }', "[" * 100_000])
def test_what_is_no_worked_example_is_refused(text: str, written: Write) -> None:
    bad = refused(written(text))
    assert "JSON" in str(bad) or "object" in str(bad)


def test_infinity_is_no_figure(written: Write) -> None:
    content = example("armington_emr_doc_example")
    content["inputs"]["supply_elasticity"][1] = float("inf")
    assert refused(written(content)).key == "inputs.supply_elasticity[1]"


def test_the_model_is_told_by_its_text_and_its_keys_and_never_by_the_name_of_the_file(
    tmp_path: Path, written: Write
) -> None:
    misleading = tmp_path / "gsim_4x4.json"
    misleading.write_text(json.dumps(example("erp_car_steel")), encoding="utf-8")
    assert verify_file(misleading).model == "effective protection"
    both = example("gsim_4x4_us_eu_fta") | {"model": "GSIM with Armington demand"}
    assert verify_file(written(both)).model == "GSIM"
    other = five_sources() | {"model": "Armington CES, the exact relative of GSIM"}
    assert verify_file(written(other)).model == "Armington CES"


# From the shell


def shell(*arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "tariffs", "verify", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def test_the_shell_tells_a_line_per_file_and_exits_by_the_worst(written: Write) -> None:
    good = str(written(five_sources()))
    wrong = five_sources()
    wrong["expected"] = wrong["expected"] | {"price_index_ratio": 2.0}
    failing, missing = str(written(wrong)), str(written({}).with_name("absent.json"))
    passed = shell(good, *(str(p) for p in OURS))
    assert passed.returncode == 0 and passed.stderr == ""
    assert [line[:4] for line in passed.stdout.splitlines()] == ["PASS"] * (1 + len(OURS))
    failed = shell(good, failing)
    assert failed.returncode == 1
    assert [line[:4] for line in failed.stdout.splitlines()] == ["PASS", "FAIL"]
    unusable = shell(missing, failing, good)
    assert unusable.returncode == 2
    assert [line[:4] for line in unusable.stdout.splitlines()] == ["FAIL", "PASS"]
    assert "absent.json" in unusable.stderr and "Traceback" not in unusable.stderr


def test_the_shell_tells_the_same_as_json(written: Write) -> None:
    good, missing = str(written(five_sources())), "absent.json"
    told = json.loads(shell(good, missing, "--json").stdout)
    assert told["ok"] is False
    assert told["examples"][0]["passed"] is True and told["examples"][0]["model"] == "Armington CES"
    assert {f["key"] for f in told["examples"][0]["figures"]} == set(BY_HAND)
    assert told["unusable"][0]["file"] == "absent.json" and told["unusable"][0]["remedy"]


def test_several_files_are_all_reported_whatever_befalls_one(written: Write) -> None:
    paths = [written("{"), *OURS, Path("absent.json")]
    done = verify(paths)
    assert len(done.checked) == len(OURS) and len(done.unusable) == 2
    assert done.exit_code == 2
    assert all(isinstance(one, Checked) and one.passed for one in done.checked)
