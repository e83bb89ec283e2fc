"""Kinds of lever: how each finds its row, reads where it stands, and writes a new value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from tariffs.errors import N_, BadLever
from tariffs.law.measures import Measure
from tariffs.law.policy import Policy
from tariffs.law.products import BITUMEN, PRODUCT_CLASSES
from tariffs.law.schedule import Asked, treatment
from tariffs.scenario.edits import Edit, Scenario, apply, edited

Unit = Literal["rate", "usd_per_t", "choice"]
Setting = float | str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a lever stands on: the policy being edited, the one before any edit, the day, the proposals."""

    policy: Policy
    untouched: Policy
    on: date
    scenarios: Mapping[str, Scenario]


# The edits of one setting of a package, for the ground it is laid on.
Package: TypeAlias = Callable[[Ground], Sequence[Edit]]


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that a negotiator or an exporter can move."""

    name: str
    unit: Unit
    least: float
    most: float
    choices: tuple[str, ...]
    read: Callable[[Ground], Setting | None]
    write: Callable[[Ground, Setting], Policy]


def figure_lever(name: str, unit: Unit, most: float, where: Callable[[Ground], tuple[str, str, str] | None]) -> Lever:
    """A lever on the number of one row, the row found for the day."""

    def read(ground: Ground) -> Setting | None:
        place = where(ground)
        return ground.policy.figure(*place).central if place else None

    def write(ground: Ground, value: Setting) -> Policy:
        place = where(ground)
        if place is None:
            raise BadLever(
                N_("{lever}: no row for it on {day}. Add one to data/ or choose another day."),
                lever=name,
                day=ground.on,
            )
        return apply(ground.policy, [point(*place, float(value))])

    return Lever(name, unit, 0.0, most, (), read, write)


def point(table: str, key: str, field: str, value: float) -> Edit:
    return Edit(table, key, field, value, value, value, None, "assumed", "user")


def duty_lever(name: str, importer: str, regions: tuple[str, ...]) -> Lever:
    """The customs duty on goods declared as Iranian, and on them alone: other labels keep their row."""

    def rows(ground: Ground) -> list[tuple[str, Measure, str]]:
        found = []
        for region in regions:
            rules = treatment(ground.policy, Asked(BITUMEN, "IRN", "IRN", importer, ground.on, region))
            if rules.duty:
                found.append((region, rules.duty.measure, rules.reading.product_class if rules.reading else "any"))
        return found

    def read(ground: Ground) -> Setting | None:
        found = rows(ground)
        return found[0][1].rate.central if found else None

    def write(ground: Ground, value: Setting) -> Policy:
        found, policy = rows(ground), ground.policy
        if not found:
            raise BadLever(
                N_("{lever}: no customs duty on record in {importer} on {day}. Add the row to data/measures.csv."),
                lever=name,
                importer=importer,
                day=ground.on,
            )
        for region, row, product_class in found:
            key = row.key if row.origin == "IRN" else f"{row.key}@IRN{region}"
            rate = edited(row.rate, point("measures", key, "rate", float(value)))
            named = replace(
                row,
                key=key,
                rate=rate,
                origin="IRN",
                region=row.region or region,
                product_class=product_class,
                role="baseline",
            )
            policy = policy.with_row("measures", named)
        return policy

    return Lever(name, "rate", 0.0, 5.0, (), read, write)


def class_lever(name: str, key: str) -> Lever:
    def read(ground: Ground) -> Setting | None:
        return str(ground.policy.row("classification", key).product_class)

    def write(ground: Ground, value: Setting) -> Policy:
        edit = Edit("classification", key, "product_class", None, None, None, str(value), "assumed", "user")
        return apply(ground.policy, [edit])

    return Lever(name, "choice", 0, 0, PRODUCT_CLASSES, read, write)


def package_lever(name: str, settings: Mapping[str, Package]) -> Lever:
    """A choice among packages of edits; the package without edits means the rows as they stand."""

    def touched(ground: Ground) -> list[tuple[str, str]]:
        return [(e.table, e.key) for package in settings.values() for e in package(ground)]

    def write(ground: Ground, value: Setting) -> Policy:
        clean = ground.policy
        for table, key in touched(ground):
            clean = clean.with_row(table, ground.untouched.row(table, key))
        return apply(clean, settings[str(value)](ground))

    def read(ground: Ground) -> Setting | None:
        for setting in settings:
            if _same(write(ground, setting), ground.policy, touched(ground)):
                return setting
        return None

    return Lever(name, "choice", 0, 0, tuple(settings), read, write)


def as_it_stands(ground: Ground) -> Sequence[Edit]:
    return ()


def bundled(scenario: str) -> Package:
    """The edits of a bundled scenario, whose numbers stay in data/."""
    return lambda ground: ground.scenarios[scenario].edits


def _same(one: Policy, other: Policy, rows: Iterable[tuple[str, str]]) -> bool:
    """Whether rows hold the same numbers and words, whoever wrote them."""

    def content(policy: Policy, table: str, key: str) -> object:
        row = policy.row(table, key)
        figure = getattr(row, "rate", None) or getattr(row, "usd_per_t", None)
        words = (getattr(row, "role", ""), getattr(row, "product_class", ""), getattr(row, "valid_to", None))
        return (figure and (figure.low, figure.central, figure.high), words)

    return all(content(one, *row) == content(other, *row) for row in rows)


def switch(name: str, table: str, key: str, on_role: str = "baseline", off_role: str = "disputed") -> Lever:
    def read(ground: Ground) -> Setting | None:
        return "yes" if ground.policy.row(table, key).role == on_role else "no"

    def write(ground: Ground, value: Setting) -> Policy:
        role = on_role if value == "yes" else off_role
        return apply(ground.policy, [Edit(table, key, "role", None, None, None, role, "assumed", "user")])

    return Lever(name, "choice", 0, 0, ("no", "yes"), read, write)


def levy_lever(name: str, key: str, most: float) -> Lever:
    """A per-tonne levy that is off until it is given an amount."""

    def read(ground: Ground) -> Setting | None:
        row = ground.policy.row("measures", key)
        return row.rate.central if row.role == "baseline" and row.covers(ground.on) else 0.0

    def write(ground: Ground, value: Setting) -> Policy:
        starts = ground.policy.row("measures", key).valid_from
        if starts is not None and ground.on < starts:
            raise BadLever(
                N_("{lever}: the rule it speaks of starts on {start}, after {day}. Choose a later day."),
                lever=name,
                start=starts,
                day=ground.on,
            )
        role = Edit(
            "measures", key, "role", None, None, None, "baseline" if float(value) > 0 else "off", "assumed", "user"
        )
        until = Edit("measures", key, "valid_to", None, None, None, "", "assumed", "user")
        return apply(ground.policy, [role, until, point("measures", key, "rate", float(value))])

    return Lever(name, "usd_per_t", 0.0, most, (), read, write)
