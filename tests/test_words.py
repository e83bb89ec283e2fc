"""Figures, days and names leave the house through one door, and missing ones say so."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from tariffs.law.measures import BORDER_KINDS
from tariffs.scenario import LEVERS
from tariffs.sources import Status
from tariffs.words import MINUS, Words, terms

ROOT = Path(__file__).parent.parent
t = Words()


@pytest.mark.parametrize(
    ("value", "digits", "signed", "said"),
    [
        (1234567.0, 0, False, "1,234,567"),
        (-35.16, 1, False, f"{MINUS}35.2"),
        (35.16, 1, True, "+35.2"),
        (-0.04, 1, True, "0.0"),
        (0.0, 0, True, "0"),
        (None, 1, False, "not known"),
    ],
)
def test_a_number_groups_its_thousands_and_carries_a_true_minus(
    value: float | None, digits: int, signed: bool, said: str
) -> None:
    assert t.number(value, digits, signed) == said


def test_a_fraction_becomes_per_cent_only_on_the_way_out() -> None:
    assert (t.percent(0.065), t.percent(0.2), t.percent(-0.007472)) == ("6.5%", "20%", f"{MINUS}0.7%")


def test_a_difference_of_fractions_is_in_points() -> None:
    assert t.difference(-0.074, "fraction") == f"{MINUS}7.4 points"
    assert t.difference(-13.67, "USD/t") == f"USD {MINUS}14/t"


def test_tonnes_keep_the_digits_that_mean_something() -> None:
    assert [t.tonnes(x) for x in (300.0, 20_821.7, 139_203.7, 4_000_000.0)] == [
        "300 t",
        "20.8 kt",
        "139 kt",
        "4,000 kt",
    ]


def test_a_range_names_its_unit_once() -> None:
    assert t.between(1.4, 21.2, "USD/t") == "1 to 21"
    assert t.between(0.6, 9.6, "USD/t") == "0.6 to 9.6"
    assert t.between(20_000.0, 126_000.0, "t") == "20.0 kt to 126 kt"


def test_places_carry_their_own_names() -> None:
    assert [t.place(p) for p in ("TUR", "IRQ", "WLD", "MED")] == [
        "Türkiye",
        "Iraq",
        "rest of the world",
        "Mediterranean suppliers",
    ]
    assert t.listed(["Türkiye", "Iraq"]) == "Türkiye and Iraq"
    assert t.day(date(2026, 2, 1)) == "1 February 2026"


def test_every_charge_lever_and_standing_has_a_term() -> None:
    assert set(BORDER_KINDS) - {"valuation_adjustment"} <= set(terms.RUNGS)
    assert set(LEVERS) == set(terms.LEVERS)
    assert {str(s) for s in Status} == set(terms.STATUSES) == set(terms.STATUS_MEANINGS)
    assert {choice for lever in LEVERS.values() for choice in lever.choices} <= set(terms.CHOICES)


def messages(path: Path) -> list[str]:
    """Every text inside ``N_(...)`` of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "N_"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def test_gaps_of_messages_are_named_never_counted() -> None:
    found = [m for path in (ROOT / "tariffs").rglob("*.py") for m in messages(path)]
    assert len(found) > 150
    for message in found:
        assert all(re.fullmatch(r"[a-z_]+", gap) for gap in re.findall(r"{([^}]*)}", message)), message
