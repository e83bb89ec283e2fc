"""What effective protection and the tariff-cut formulas say to the inputs of a worked example."""

import re
from collections.abc import Callable

import numpy as np

from tariffs.errors import TariffsError
from tariffs.law.protection import Input, effective_rate
from tariffs.models.verify.reading import Example
from tariffs.models.verify.trade import Answers
from tariffs.scenario.cuts import SWISS_COEFFICIENT, cap, linear_cut, swiss_cut
from tariffs.sources import Array

# erp, erp_case_a, value_added_free, value_added_free_at_1000, value_added_tariff_case_a …
PROTECTION = re.compile(r"(erp|value_added_(?:free|protected|tariff))(?:_at_(\d+))?(?:_case_([a-z]))?")


# Effective protection


def of_protection(example: Example) -> Answers:
    """Effective rates and value added, case by case; with one rate expected, lists are several inputs of one output."""
    output, tariff = example.numbers("output_tariff"), example.numbers("input_tariff", "input_tariff_cases")
    price = example.numbers("output_price") if example.held("output_price") else None
    share_key = example.key("input_share", "input_cost")
    share = example.numbers(share_key)
    if share_key == "input_cost":
        share = share / example.numbers("output_price")
    whole = example.expected.get("erp") is not None and not isinstance(example.expected["erp"], list)
    try:
        if whole and (share.size > 1 or tariff.size > 1):
            shares, tariffs = (x.ravel() for x in np.broadcast_arrays(share, tariff))
            inputs = [Input(float(a), float(t)) for a, t in zip(shares, tariffs, strict=True)]
            share, taxed = shares.sum(), (shares * tariffs).sum()
        else:
            inputs, taxed = [Input(share, tariff)], share * tariff
        rate = np.asarray(effective_rate(output, inputs))
    except ValueError:
        found = f"{output.size} output tariffs, {tariff.size} input tariffs and {share.size} shares"
        example.refuse("inputs", found, "lists of one length", "Give every case its tariffs and its share.")
    except TariffsError as error:
        example.refuse(f"inputs.{share_key}", f"{np.sum(share):g} of the price", "less than the whole", str(error))
    added = {"value_added_free": 1.0 - share, "value_added_protected": 1.0 + output - share - taxed}
    added["value_added_tariff"] = added["value_added_protected"]
    prices = [float(p) for p in re.findall(r"_at_(\d+)\b", " ".join(example.expected))]
    answers: dict[str, Array] = {}
    for key in example.expected:
        if not (named := PROTECTION.fullmatch(key)):
            continue
        name, at, case = named.groups()
        values = rate
        if name != "erp":
            scale = (
                np.array(float(at)) if at else price if price is not None else np.array(prices[0]) if prices else None
            )
            if scale is None:
                example.refuse("inputs.output_price", "no such key", "a price", f"{key} needs the price it stands at.")
            values = np.asarray(added[name] * scale)
        if case:
            number, several = ord(case) - ord("a"), values.reshape(-1)
            if number >= max(rate.size, 1):
                example.refuse(f"expected.{key}", f"case {case}", f"{rate.size} cases", "Give its tariff in inputs.")
            values = several[number if several.size > 1 else 0]
        answers[key] = values
    return answers or {"erp": rate, **added}


# Formulas for cutting a tariff


def of_cuts(example: Example) -> Answers:
    """New rates by the linear, Swiss and maximum-rate formulas, as fractions and in per cent."""
    answers: dict[str, Array] = {}

    def cut(name: str, formula: Callable[[float, float], float], by: float, *starts: str) -> None:
        rates = _rates(example, *starts)
        new = np.array([formula(rate, by) for rate in rates.ravel().tolist()]).reshape(rates.shape)
        answers[f"{name}_r1"], answers[f"{name}_r1_pct"] = new, 100.0 * new

    if example.held("linear_cut_pct", "linear_cut") or _expects(example, "linear"):
        by = float(_rates(example, "linear_cut", one=True))
        cut("linear_cut", linear_cut, by, "linear_r0", "r0")
        answers |= {"linear_r1": answers["linear_cut_r1"], "linear_r1_pct": answers["linear_cut_r1_pct"]}
    if any(key.startswith("swiss") for key in example.inputs) or _expects(example, "swiss"):
        named = example.held("swiss_a_default_pct", "swiss_a_pct", "swiss_a")
        a = float(_rates(example, "swiss_a_default", "swiss_a", one=True)) if named else SWISS_COEFFICIENT
        if a <= 0:
            example.refuse(f"inputs.{named}", f"{a:g}", "a number above zero", "The default of WITS is 16 per cent.")
        cut("swiss", lambda rate, a: swiss_cut(rate, a), a, "swiss_r0", "r0")
    if example.held("maximum_rate_pct", "maximum_rate") or _expects(example, "maximum_rate"):
        cut("maximum_rate", cap, float(_rates(example, "maximum_rate", one=True)), "maximum_rate_r0", "r0")
    if not answers:
        example.key("linear_cut_pct", "swiss_r0_pct", "maximum_rate_pct")
    return answers


def _expects(example: Example, formula: str) -> bool:
    """Whether the file prints rates by a formula, so that a key it needs cannot be left out in silence."""
    printed = [key for key, value in example.expected.items() if not isinstance(value, str)]
    return any(key.startswith(formula) and "_r1" in key for key in printed)


def _rates(example: Example, *names: str, one: bool = False) -> Array:
    """Fractions, from a key that holds them or from one that ends in _pct."""
    keys = [key for name in names for key in (f"{name}_pct", name)]
    key = example.key(*keys)
    values = example.numbers(key, shape=() if one else None, spread=False)
    return values / 100.0 if key.endswith("_pct") else values
