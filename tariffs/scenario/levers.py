"""The levers that matter first, by name: each knows which rows it moves and what it stands at.

Every other row can be edited by its own name (``parse_edit``). A lever that restores or grants a
package (incentives, delisting, a currency regime) makes the edits of the bundled scenario of that
content, so its numbers stay in ``data/``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tariffs.errors import BadLever
from tariffs.law.exporter import sellers_side
from tariffs.law.measures import Measure
from tariffs.law.policy import Policy
from tariffs.law.products import BITUMEN, PRODUCT_CLASSES
from tariffs.law.schedule import Asked, treatment
from tariffs.scenario.cuts import FORMULAS, cut
from tariffs.scenario.edits import Edit, Scenario, apply, edited, number

Unit = Literal["rate", "usd_per_t", "choice"]
Setting = float | str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a lever stands on: the policy being edited, the one before any edit, the day, the proposals."""

    policy: Policy
    untouched: Policy
    on: date
    scenarios: Mapping[str, Scenario]


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


def set_lever(ground: Ground, name: str, text: str) -> Policy:
    """The policy with a lever set to a value as typed: ``0.05``, ``5%``, ``swiss:0.16``, ``raw_material``.

    Raises
    ------
    BadLever
        When the lever is unknown or cannot take the value.
    """
    if name not in LEVERS:
        raise BadLever(f"There is no lever {name!r}. The levers are: {', '.join(LEVERS)}.")
    lever = LEVERS[name]
    value: Setting = text.strip()
    if lever.unit == "choice":
        if value not in lever.choices:
            raise BadLever(f"{name} is one of {', '.join(lever.choices)}; found {text!r}.")
        return lever.write(ground, value)
    now = lever.read(ground)
    if str(value).partition(":")[0] in FORMULAS:
        if not isinstance(now, float):
            raise BadLever(f"{name} has no rate on record to cut; give a number.")
        amount = cut(now, str(value))
    else:
        amount = number(str(value))
    if not lever.least <= amount <= lever.most:
        hint = " A rate is a fraction: five per cent is 0.05 or 5%." if lever.unit == "rate" else ""
        raise BadLever(f"{name} runs from {lever.least:g} to {lever.most:g}; found {amount:g}.{hint}")
    return lever.write(ground, amount)


def _figure_lever(name: str, unit: Unit, most: float, where: Callable[[Ground], tuple[str, str, str] | None]) -> Lever:
    """A lever on the number of one row, the row found for the day."""

    def read(ground: Ground) -> Setting | None:
        place = where(ground)
        return ground.policy.figure(*place).central if place else None

    def write(ground: Ground, value: Setting) -> Policy:
        place = where(ground)
        if place is None:
            raise BadLever(f"{name}: no row for it on {ground.on}. Add one to data/ or choose another day.")
        return apply(ground.policy, [_point(*place, float(value))])

    return Lever(name, unit, 0.0, most, (), read, write)


def _point(table: str, key: str, field: str, value: float) -> Edit:
    return Edit(table, key, field, value, value, value, None, "assumed", "user")


def _duty_lever(name: str, importer: str, regions: tuple[str, ...]) -> Lever:
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
                f"{name}: no customs duty on record in {importer} on {ground.on}. Add the row to data/measures.csv."
            )
        for region, row, product_class in found:
            key = row.key if row.origin == "IRN" else f"{row.key}@IRN{region}"
            rate = edited(row.rate, _point("measures", key, "rate", float(value)))
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


def _class_lever(name: str, key: str) -> Lever:
    def read(ground: Ground) -> Setting | None:
        return str(ground.policy.row("classification", key).product_class)

    def write(ground: Ground, value: Setting) -> Policy:
        edit = Edit("classification", key, "product_class", None, None, None, str(value), "assumed", "user")
        return apply(ground.policy, [edit])

    return Lever(name, "choice", 0, 0, PRODUCT_CLASSES, read, write)


def _package_lever(name: str, settings: Mapping[str, str]) -> Lever:
    """A choice among bundled packages of edits; a setting without one means the rows as they stand."""

    def touched(ground: Ground) -> list[tuple[str, str]]:
        packages = (ground.scenarios[s] for s in settings.values() if s)
        return [(e.table, e.key) for package in packages for e in package.edits]

    def as_untouched(ground: Ground) -> Policy:
        policy = ground.policy
        for table, key in touched(ground):
            policy = policy.with_row(table, ground.untouched.row(table, key))
        return policy

    def write(ground: Ground, value: Setting) -> Policy:
        package = settings[str(value)]
        clean = as_untouched(ground)
        return apply(clean, ground.scenarios[package].edits) if package else clean

    def read(ground: Ground) -> Setting | None:
        for setting in settings:
            if _same(write(ground, setting), ground.policy, touched(ground)):
                return setting
        return None

    return Lever(name, "choice", 0, 0, tuple(settings), read, write)


def _same(one: Policy, other: Policy, rows: Iterable[tuple[str, str]]) -> bool:
    """Whether rows hold the same numbers and words, whoever wrote them."""

    def content(policy: Policy, table: str, key: str) -> object:
        row = policy.row(table, key)
        figure = getattr(row, "rate", None) or getattr(row, "usd_per_t", None)
        words = (getattr(row, "role", ""), getattr(row, "product_class", ""), getattr(row, "valid_to", None))
        return (figure and (figure.low, figure.central, figure.high), words)

    return all(content(one, *row) == content(other, *row) for row in rows)


def _switch(name: str, table: str, key: str, on_role: str = "baseline", off_role: str = "disputed") -> Lever:
    def read(ground: Ground) -> Setting | None:
        return "yes" if ground.policy.row(table, key).role == on_role else "no"

    def write(ground: Ground, value: Setting) -> Policy:
        role = on_role if value == "yes" else off_role
        return apply(ground.policy, [Edit(table, key, "role", None, None, None, role, "assumed", "user")])

    return Lever(name, "choice", 0, 0, ("no", "yes"), read, write)


def _levy_lever(name: str, key: str, most: float) -> Lever:
    """A per-tonne levy that is off until it is given an amount."""

    def read(ground: Ground) -> Setting | None:
        row = ground.policy.row("measures", key)
        return row.rate.central if row.role == "baseline" and row.covers(ground.on) else 0.0

    def write(ground: Ground, value: Setting) -> Policy:
        role = Edit(
            "measures", key, "role", None, None, None, "baseline" if float(value) > 0 else "off", "assumed", "user"
        )
        until = Edit("measures", key, "valid_to", None, None, None, "", "assumed", "user")
        return apply(ground.policy, [role, until, _point("measures", key, "rate", float(value))])

    return Lever(name, "usd_per_t", 0.0, most, (), read, write)


def _practice_lever() -> Lever:
    def rows(ground: Ground) -> list[str]:
        return [m.key for m in ground.policy.measures.values() if m.importer == "IRQ" and m.kind == "collected_duty"]

    def read(ground: Ground) -> Setting | None:
        return "collected" if any(ground.policy.measures[k].role == "baseline" for k in rows(ground)) else "statutory"

    def write(ground: Ground, value: Setting) -> Policy:
        role = "baseline" if value == "collected" else "alternative"
        edits = [Edit("measures", k, "role", None, None, None, role, "assumed", "user") for k in rows(ground)]
        return apply(ground.policy, edits)

    return Lever("irq.practice", "choice", 0, 0, ("statutory", "collected"), read, write)


def _currency_row(part: str) -> Callable[[Ground], tuple[str, str, str] | None]:
    def where(ground: Ground) -> tuple[str, str, str] | None:
        side = sellers_side(ground.policy, "IRN", ground.on)
        row = {"share": side.share, "hall1": side.hall1, "hall2": side.hall2}[part]
        return ("exporter_measures", row.key, "rate") if row else None

    return where


def _at(table: str, key: str, field: str) -> Callable[[Ground], tuple[str, str, str] | None]:
    return lambda ground: (table, key, field)


def _packing_lever() -> Lever:
    packings = ("bulk", "drum", "jumbo", "flexitank")

    def read(ground: Ground) -> Setting | None:
        now = ground.policy.row("costs", "packing-bulk").value
        return next(
            (p for p in packings if _ends(ground.untouched.row("costs", f"packing-{p}").value) == _ends(now)), None
        )

    def write(ground: Ground, value: Setting) -> Policy:
        chosen = ground.untouched.row("costs", f"packing-{value}").value
        row = ground.policy.row("costs", "packing-bulk")
        return ground.policy.with_row("costs", replace(row, value=replace(chosen, key=row.value.key)))

    return Lever("packing", "choice", 0, 0, packings, read, write)


def _ends(figure: object) -> tuple[object, ...]:
    return tuple(getattr(figure, end) for end in ("low", "central", "high"))


_ALL = (
    _class_lever("tur.class", "cls-tur-irn"),
    _duty_lever("tur.duty", "TUR", ("",)),
    _levy_lever("tur.levy", "tur-nonwto-levy", 500.0),
    _levy_lever("tur.truck_tax", "tur-fueltank-2024", 100.0),
    _switch("tur.ban", "measures", "tur-prohibition-2019"),
    _switch("tur.relabelling_ban", "measures", "tur-prohibition-relabelled", off_role="alternative"),
    _figure_lever("tur.wedge", "usd_per_t", 400.0, _at("access_wedges", "aw-irn-irn-tur", "usd_per_t")),
    _figure_lever("tur.wedge_iraqi_label", "usd_per_t", 400.0, _at("access_wedges", "aw-irn-irq-tur", "usd_per_t")),
    _class_lever("irq.class", "cls-irq-any"),
    _duty_lever("irq.duty", "IRQ", ("FED", "KRG")),
    _practice_lever(),
    _figure_lever("irq.krg_fee", "usd_per_t", 200.0, _at("measures", "irq-krg-take", "rate")),
    _figure_lever("irq.wedge", "usd_per_t", 400.0, _at("access_wedges", "aw-irn-irn-irq", "usd_per_t")),
    _package_lever("irn.fx", {"as_now": "", "full_surrender": "fx_full_surrender", "free_sale": "fx_full_release"}),
    _figure_lever("irn.fx_share", "rate", 1.0, _currency_row("share")),
    _figure_lever("irn.fx_haircut", "rate", 0.9, _currency_row("hall1")),
    _figure_lever("irn.fx_haircut_hall2", "rate", 0.9, _currency_row("hall2")),
    _figure_lever("irn.feedstock", "rate", 1.0, _at("exporter_measures", "irn-feedstock-rate", "rate")),
    _package_lever("irn.listed", {"yes": "", "no": "iran_delist_raw_material"}),
    _package_lever("irn.incentives", {"no": "", "yes": "iran_restore_incentives"}),
    _figure_lever("irn.award", "rate", 0.5, _at("exporter_measures", "irn-export-award", "rate")),
    _figure_lever("irn.vat_cost", "rate", 0.5, _at("exporter_measures", "irn-vat-refund-delay", "rate")),
    _figure_lever("irn.export_duty", "rate", 0.5, _at("exporter_measures", "irn-export-duty", "rate")),
    _figure_lever("freight.tur", "usd_per_t", 500.0, _at("freight", "fr-tabriz-tur-total", "usd_per_t")),
    _figure_lever("freight.irq", "usd_per_t", 500.0, _at("freight", "fr-plant-iraq", "usd_per_t")),
    _figure_lever("relabelling", "usd_per_t", 300.0, _at("costs", "relabelling", "value")),
    _figure_lever("inland", "usd_per_t", 300.0, _at("costs", "inland", "value")),
    _packing_lever(),
)
LEVERS: Mapping[str, Lever] = {lever.name: lever for lever in _ALL}
