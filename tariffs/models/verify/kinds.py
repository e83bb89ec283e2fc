"""Which model a worked example is about: by what it calls its model, and by the keys that it has."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tariffs.models.verify.rates import of_cuts, of_protection
from tariffs.models.verify.reading import Example
from tariffs.models.verify.trade import COLUMNS, ROWS, TRADE, Answers, of_armington, of_gsim


class Kind(NamedTuple):
    """A family of worked examples: how its files name it, keys that only it has, and who answers."""

    name: str
    says: re.Pattern[str]
    keys: tuple[str, ...]
    answer: Callable[[Example], Answers]


KINDS = (
    Kind("GSIM", re.compile(r"\bgsim\b|global simulation", re.I), (TRADE, TRADE + ROWS, TRADE + COLUMNS), of_gsim),
    Kind(
        "effective protection",
        re.compile(r"effective (rate of )?protection|\berp\b", re.I),
        ("output_tariff", "input_share", "input_cost"),
        of_protection,
    ),
    Kind(
        "tariff-cut formulas",
        re.compile(r"tariff[ -]?(cut|reduction)?s? ?formula|swiss", re.I),
        ("linear_cut_pct", "linear_cut", "swiss_r0_pct", "swiss_r0", "maximum_rate_pct", "maximum_rate"),
        of_cuts,
    ),
    Kind(
        "Armington CES",
        re.compile(r"armington|\bces\b", re.I),
        ("initial_value", "initial_value_at_producer_prices"),
        of_armington,
    ),
)


def kind_of(example: Example) -> Kind:
    """The family a file belongs to: by what it calls its model, and where that could be two, by its keys.

    Raises
    ------
    BadExample
        When its model is none of ours.
    """
    text = example.model
    named = [kind for kind in KINDS if kind.says.search(text)]
    if len(named) > 1:
        named = [kind for kind in named if example.held(*kind.keys)] or named
    if not named:
        example.refuse("model", repr(text[:80]), " or ".join(kind.name for kind in KINDS), "Name one of these models.")
    return named[0]
