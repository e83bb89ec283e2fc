"""Edits to rows of a policy: a number with its range, or a text."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tariffs.errors import BadLever
from tariffs.law.measures import ROLES
from tariffs.law.policy import FIGURE_FIELDS, TEXT_FIELDS, Policy
from tariffs.law.products import PRODUCT_CLASSES
from tariffs.sources import Figure, Status

LARGEST = {"fraction": 10.0, "usd_per_t": 10_000.0, "factor": 10.0, "tonnes": 1e9}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to one field of one row."""

    table: str
    key: str
    field: str
    low: float | None
    central: float | None
    high: float | None
    text: str | None  # for fields that hold no number; "" opens a date
    status: str
    source: str
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.key}.{self.field}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named proposal."""

    name: str
    title: str
    description: str
    as_of: date
    compare_with: str  # scenario it is measured against; empty: against itself
    edits: tuple[Edit, ...]
    status: str
    source: str
    reference: str


def apply(policy: Policy, edits: Iterable[Edit]) -> Policy:
    """The policy with every edit made, in order.

    Raises
    ------
    BadLever
        When an edit names no row, no field, or gives a value the field cannot hold.
    """
    for edit in edits:
        if edit.field in FIGURE_FIELDS.get(edit.table, {}):
            if getattr(policy.row(edit.table, edit.key), "form", "") == "none":
                raise BadLever(
                    f"{edit.table}.{edit.key} is a rule without a number: nothing says what it would be charged on. "
                    "Add a row with a form and a base to data/, or set a lever of its kind."
                )
            figure = edited(policy.figure(edit.table, edit.key, edit.field), edit)
            policy = policy.replace_row(edit.table, edit.key, **{FIGURE_FIELDS[edit.table][edit.field]: figure})
        else:
            policy.row(edit.table, edit.key)
            policy = policy.replace_row(edit.table, edit.key, **{edit.field: _text(edit)})
    return policy


def edited(figure: Figure, edit: Edit) -> Figure:
    """A figure with an edit's range.

    Raises
    ------
    BadLever
        When the range is not in order, not finite, negative or absurdly large for its unit.
    """
    low, mid, high = edit.low, edit.central, edit.high
    if mid is None:
        raise BadLever(f"{edit.name} holds a number; write for example {edit.name}=0.05 or {edit.name}=0.03/0.05/0.10.")
    ends = (mid if low is None else low, mid, mid if high is None else high)
    if not all(math.isfinite(x) for x in ends) or list(ends) != sorted(ends):
        raise BadLever(f"{edit.name}: {'/'.join(map(str, ends))} is not low/central/high in rising order.")
    negative_allowed = edit.table == "elasticities"
    if ends[0] < 0 and not negative_allowed:
        raise BadLever(f"{edit.name} cannot be negative; found {ends[0]:g}.")
    # A part of a whole is at most the whole; a duty may be many times the value.
    whole = figure.unit == "fraction" and edit.table in ("shares", "exporter_measures")
    largest = 1.0 if whole else LARGEST.get(figure.unit, math.inf)
    if ends[2] > largest:
        raise BadLever(
            f"{edit.name} is a {figure.unit.replace('_', ' ')}; {ends[2]:g} is beyond {largest:g}. "
            "A duty of five per cent is written 0.05 or 5%."
        )
    return replace(
        figure,
        low=ends[0],
        central=ends[1],
        high=ends[2],
        status=Status(edit.status),
        source=edit.source,
        distribution=figure.distribution if figure.distribution.startswith(("triangular", "loguniform")) else "pert",
    )


def parse_edit(text: str) -> Edit:
    """Read ``table.key.field=value``; a value is a number, ``5%``, ``low/central/high`` or a word.

    Raises
    ------
    BadLever
        When it has no such form, or its table or field is unknown.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    parts = name.split(".")
    if not equals or len(parts) != 3:
        raise BadLever(
            f"{text!r} is no edit. Write table.key.field=value, as in measures.tur-duty-petrochemical.rate=0.05."
        )
    table, key, field = parts
    texts, figures = TEXT_FIELDS.get(table, frozenset()), EDITABLE_FIGURES.get(table, frozenset())
    if not texts and not figures:
        raise BadLever(f"There is no table {table!r} to edit. The tables are {', '.join(sorted(EDITABLE_FIGURES))}.")
    if field in texts:
        return Edit(table, key, field, None, None, None, value, "assumed", "user")
    if field not in figures:
        raise BadLever(f"{table} has no field {field!r} to edit. It has: {', '.join(sorted(texts | figures))}.")
    numbers = [number(part) for part in value.split("/")]
    if len(numbers) not in (1, 3):
        raise BadLever(f"{text!r}: give one number, or low/central/high.")
    low, mid, high = numbers if len(numbers) == 3 else numbers * 3
    return Edit(table, key, field, low, mid, high, None, "assumed", "user")


# Beliefs about the market may be edited too: they move both sides of a comparison.
EDITABLE_FIGURES = {
    **{table: frozenset(fields) for table, fields in FIGURE_FIELDS.items()},
    "elasticities": frozenset({"value"}),
    "flows_baseline": frozenset({"tonnes", "usd_per_t"}),
}


def number(text: str) -> float:
    """A number as people type it: ``0.05``, ``5%``, ``12.5``.

    Raises
    ------
    BadLever
        When it is none.
    """
    stripped = text.strip().replace("−", "-")
    try:
        value = float(stripped.removesuffix("%")) / (100.0 if stripped.endswith("%") else 1.0)
    except ValueError:
        raise BadLever(f"{text!r} is not a number. Write 0.05 or 5% for a rate, 43 for USD per tonne.") from None
    if not math.isfinite(value):
        raise BadLever(f"{text!r} is not a finite number.")
    return value


def _text(edit: Edit) -> object:
    value = (edit.text or "").strip()
    if edit.field not in TEXT_FIELDS[edit.table]:
        raise BadLever(f"{edit.table} has no field {edit.field!r} to edit.")
    allowed = {
        "role": ROLES,
        "product_class": PRODUCT_CLASSES,
        "who_keeps": ("unknown", "intermediary", "resource_cost"),
    }
    if edit.field in allowed:
        if value not in allowed[edit.field]:
            raise BadLever(f"{edit.name}: {value!r} is not one of {', '.join(allowed[edit.field])}.")
        return value
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadLever(f"{edit.name}: {value!r} is not a day; write it as 2026-02-01.") from None
