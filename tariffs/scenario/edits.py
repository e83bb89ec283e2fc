"""Edits to rows of a policy: a number with its range, or a text."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tariffs.errors import N_, BadLever, Said
from tariffs.law.measures import ROLES
from tariffs.law.policy import FIGURE_FIELDS, TEXT_FIELDS, Policy
from tariffs.law.products import PRODUCT_CLASSES
from tariffs.sources import Figure, Status

LARGEST = {"fraction": 10.0, "usd_per_t": 10_000.0, "factor": 10.0, "tonnes": 1e9}
UNITS = {
    "fraction": N_("fraction"),
    "usd_per_t": N_("USD per tonne"),
    "factor": N_("factor"),
    "tonnes": N_("tonnes"),
}


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
    distribution: str = ""  # how a number is drawn, when the edit says so

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
                    N_(
                        "{row} is a rule without a number: nothing says what it would be charged on. "
                        "Add a row with a form and a base to data/, or set a lever of its kind."
                    ),
                    row=f"{edit.table}.{edit.key}",
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
        raise BadLever(N_("{row} holds a number; write for example {row}=0.05 or {row}=0.03/0.05/0.10."), row=edit.name)
    ends = (mid if low is None else low, mid, mid if high is None else high)
    if not all(math.isfinite(x) for x in ends) or list(ends) != sorted(ends):
        raise BadLever(
            N_("{row}: {found} is not low/central/high in rising order."),
            row=edit.name,
            found="/".join(map(str, ends)),
        )
    negative_allowed = edit.table == "elasticities"
    if ends[0] < 0 and not negative_allowed:
        raise BadLever(N_("{row} cannot be negative; found {found}."), row=edit.name, found=f"{ends[0]:g}")
    # A part of a whole is at most the whole; a duty may be many times the value.
    whole = figure.unit == "fraction" and edit.table in ("shares", "exporter_measures")
    largest = 1.0 if whole else LARGEST.get(figure.unit, math.inf)
    if ends[2] > largest:
        raise BadLever(
            N_("{row}: {found} is beyond {largest} ({unit}). A duty of five per cent is written 0.05 or 5%."),
            row=edit.name,
            unit=Said(UNITS[figure.unit]),
            found=f"{ends[2]:g}",
            largest=f"{largest:g}",
        )
    return replace(
        figure,
        low=ends[0],
        central=ends[1],
        high=ends[2],
        status=Status(edit.status),
        source=edit.source,
        distribution=edit.distribution
        or (figure.distribution if figure.distribution.startswith(("triangular", "loguniform")) else "pert"),
    )


def parse_edit(text: str) -> Edit:
    """Read ``table.key.field=value``; a value is a number, ``5%``, ``low/central/high``, a word or
    ``normal(mean; error)``.

    Raises
    ------
    BadLever
        When it has no such form, or its table or field is unknown.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    parts = name.split(".")
    if not equals or len(parts) != 3:
        raise BadLever(
            N_("'{text}' is no edit. Write table.key.field=value, as in measures.tur-duty-petrochemical.rate=0.05."),
            text=text,
        )
    table, key, field = parts
    texts, figures = TEXT_FIELDS.get(table, frozenset()), EDITABLE_FIGURES.get(table, frozenset())
    if not texts and not figures:
        raise BadLever(
            N_("There is no table '{table}' to edit. The tables are {tables}."),
            table=table,
            tables=sorted(EDITABLE_FIGURES),
        )
    if field in texts:
        return Edit(table, key, field, None, None, None, value, "assumed", "user")
    if field not in figures:
        raise BadLever(
            N_("{table} has no field '{field}' to edit. It has: {fields}."),
            table=table,
            field=field,
            fields=sorted(texts | figures),
        )
    if drawn := ESTIMATED.fullmatch(value):
        return _estimated(table, key, field, drawn)
    numbers = [number(part) for part in value.split("/")]
    if len(numbers) not in (1, 3):
        raise BadLever(N_("'{text}': give one number, or low/central/high."), text=text)
    low, mid, high = numbers if len(numbers) == 3 else numbers * 3
    return Edit(table, key, field, low, mid, high, None, "assumed", "user")


# An estimate with its standard error: normal(7.6; 0.5), lognormal(ln 7.6; 0.2), -lognormal(ln 2.05; 0.2).
ESTIMATED = re.compile(r"(-?)(log)?normal\((ln )?(-?\d+(?:\.\d+)?); ?(\d+(?:\.\d+)?)\)")
FAR_ENOUGH = 6.0  # standard errors from zero, so that no draw gets the wrong sign


def _estimated(table: str, key: str, field: str, drawn: re.Match[str]) -> Edit:
    minus, log, ln, mean, spread = drawn.groups()
    name, middle, error = f"{table}.{key}.{field}", float(mean), float(spread)
    if table != "elasticities":
        raise BadLever(N_("{name}: normal() and lognormal() are for elasticities. Write low/central/high."), name=name)
    unclear = bool(log) != bool(ln) or (minus and not log) or (log and middle <= 0)
    if unclear or not 0 < error < 1e6 or abs(middle) > 1e6:
        raise BadLever(
            N_(
                "{name}: write normal(mean; error), or lognormal(ln median; relative error) with a minus "
                "before it for a negative elasticity."
            ),
            name=name,
        )
    if log:
        if error > 2:
            raise BadLever(
                N_("{name}: a relative error of {error} says nothing about the size; use at most 2."),
                name=name,
                error=f"{error:g}",
            )
        ends = [middle * math.exp(z * error) for z in (-1.96, 0.0, 1.96)]
        low, middle, high = sorted(-x for x in ends) if minus else ends
    else:
        if abs(middle) < FAR_ENOUGH * error:
            sign = "-" if middle < 0 else ""
            better = f"{sign}lognormal(ln {abs(middle):g}; {error / (abs(middle) or 1):.3g})"
            both = N_("{name}: normal({mean}; {spread}) would draw both signs. Write {better}.")
            raise BadLever(both, name=name, mean=mean, spread=spread, better=better)
        low, high = middle - 1.96 * error, middle + 1.96 * error
    text = f"{log or ''}normal({ln or ''}{mean}; {spread})"
    return Edit(table, key, field, low, middle, high, None, "assumed", "user", distribution=text)


# Beliefs about the market may be edited too: they move both sides of a comparison.
EDITABLE_FIGURES = {
    **{table: frozenset(fields) for table, fields in FIGURE_FIELDS.items()},
    "elasticities": frozenset({"value"}),
    "flows_baseline": frozenset({"tonnes", "usd_per_t"}),
}


NO_END = N_(
    "'{text}' is not a finite number. An elasticity without end would move the whole market at the smallest difference "
    "of prices, which no figure on record supports: write a large one, such as 30."
)


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
        raise BadLever(
            N_("'{text}' is not a number. Write 0.05 or 5% for a rate, 43 for USD per tonne."), text=text
        ) from None
    if not math.isfinite(value):
        raise BadLever(NO_END, text=text)
    return value


def _text(edit: Edit) -> object:
    value = (edit.text or "").strip()
    if edit.field not in TEXT_FIELDS[edit.table]:
        raise BadLever(N_("{table} has no field '{field}' to edit."), table=edit.table, field=edit.field)
    allowed = {
        "role": ROLES,
        "product_class": PRODUCT_CLASSES,
        "who_keeps": ("unknown", "intermediary", "resource_cost"),
    }
    if edit.field in allowed:
        if value not in allowed[edit.field]:
            raise BadLever(
                N_("{row}: '{text}' is not one of {choices}."), row=edit.name, text=value, choices=allowed[edit.field]
            )
        return value
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadLever(N_("{row}: '{text}' is not a day; write it as 2026-02-01."), row=edit.name, text=value) from None
