"""The levers that matter first, by name: each knows which rows it moves and what it stands at.

Every other row can be edited by its own name (``parse_edit``). A lever that restores or grants a
package (incentives, delisting) makes the edits of the bundled scenario of that content, so its
numbers stay in ``data/``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tariffs.errors import N_, BadLever
from tariffs.law.exporter import sellers_side
from tariffs.law.policy import Policy
from tariffs.scenario.cuts import FORMULAS, cut
from tariffs.scenario.edits import Edit, apply, number
from tariffs.scenario.lever import (
    Ground,
    Lever,
    Package,
    Setting,
    as_it_stands,
    bundled,
    class_lever,
    duty_lever,
    figure_lever,
    levy_lever,
    package_lever,
    point,
    switch,
)

__all__ = ["LEVERS", "Ground", "Lever", "Setting", "set_lever"]


def set_lever(ground: Ground, name: str, text: str) -> Policy:
    """The policy with a lever set to a value as typed: ``0.05``, ``5%``, ``swiss:0.16``, ``raw_material``.

    Raises
    ------
    BadLever
        When the lever is unknown or cannot take the value.
    """
    if name not in LEVERS:
        raise BadLever(N_("There is no lever '{lever}'. The levers are: {levers}."), lever=name, levers=list(LEVERS))
    lever = LEVERS[name]
    value: Setting = text.strip()
    if lever.unit == "choice":
        if value not in lever.choices:
            raise BadLever(
                N_("{lever} is one of {choices}; found '{text}'."), lever=name, choices=lever.choices, text=text
            )
        return lever.write(ground, value)
    now = lever.read(ground)
    if str(value).partition(":")[0] in FORMULAS:
        if not isinstance(now, float):
            raise BadLever(N_("{lever} has no rate on record to cut; give a number."), lever=name)
        amount = cut(now, str(value))
    else:
        amount = number(str(value))
    if not lever.least <= amount <= lever.most:
        beyond = (
            N_("{lever} runs from {least} to {most}; found {found}. A rate is a fraction: five per cent is 0.05 or 5%.")
            if lever.unit == "rate"
            else N_("{lever} runs from {least} to {most}; found {found}.")
        )
        gaps = {"least": f"{lever.least:g}", "most": f"{lever.most:g}", "found": f"{amount:g}"}
        raise BadLever(beyond, lever=name, **gaps)
    return lever.write(ground, amount)


def _currency_regime(share: float) -> Package:
    """All currency through hall 1, or none: the share in force on the day; sold freely, hall 2 takes nothing."""

    def edits(ground: Ground) -> Sequence[Edit]:
        side = sellers_side(ground.untouched, "IRN", ground.on)
        rows = [(side.share, share)] + ([(side.hall2, 0.0)] if share == 0.0 else [])
        return [point("exporter_measures", row.key, "rate", value) for row, value in rows if row]

    return edits


def _practice_lever() -> Lever:
    def rows(ground: Ground) -> list[str]:
        held = ground.policy.measures.values()
        return [m.key for m in held if m.importer == "IRQ" and m.kind == "collected_duty" and m.covers(ground.on)]

    def read(ground: Ground) -> Setting | None:
        return "collected" if any(ground.policy.measures[k].role == "baseline" for k in rows(ground)) else "statutory"

    def write(ground: Ground, value: Setting) -> Policy:
        role = "baseline" if value == "collected" else "alternative"
        if value == "collected" and not rows(ground):
            raise BadLever(
                N_("{lever}: nothing is on record of what Iraq collects on {day}. Choose another day."),
                lever="irq.practice",
                day=ground.on,
            )
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
    """A row by its key; a dated row only on a day on which it is in force."""

    def where(ground: Ground) -> tuple[str, str, str] | None:
        covers = getattr(ground.policy.row(table, key), "covers", None)
        return (table, key, field) if covers is None or covers(ground.on) else None

    return where


def _export_duty_lever(name: str, key: str) -> Lever:
    """A duty that somebody sets is one of its own: it no longer falls away with the raw-materials listing."""

    def read(ground: Ground) -> Setting | None:
        charged = key in {rule.key for rule in sellers_side(ground.policy, "IRN", ground.on).rules}
        return ground.policy.figure("exporter_measures", key, "rate").central if charged else 0.0

    def write(ground: Ground, value: Setting) -> Policy:
        policy = ground.policy.replace_row("exporter_measures", key, depends_on_listing="false")
        return apply(policy, [point("exporter_measures", key, "rate", float(value))])

    return Lever(name, "rate", 0.0, 0.5, (), read, write)


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
    class_lever("tur.class", "cls-tur-irn"),
    duty_lever("tur.duty", "TUR", ("",)),
    levy_lever("tur.levy", "tur-nonwto-levy", 500.0),
    levy_lever("tur.truck_tax", "tur-fueltank-2024", 100.0),
    switch("tur.ban", "measures", "tur-prohibition-2019"),
    switch("tur.relabelling_ban", "measures", "tur-prohibition-relabelled", off_role="alternative"),
    figure_lever("tur.wedge", "usd_per_t", 400.0, _at("access_wedges", "aw-irn-irn-tur", "usd_per_t")),
    figure_lever("tur.wedge_iraqi_label", "usd_per_t", 400.0, _at("access_wedges", "aw-irn-irq-tur", "usd_per_t")),
    class_lever("irq.class", "cls-irq-any"),
    duty_lever("irq.duty", "IRQ", ("FED", "KRG")),
    _practice_lever(),
    figure_lever("irq.krg_fee", "usd_per_t", 200.0, _at("measures", "irq-krg-take", "rate")),
    figure_lever("irq.wedge", "usd_per_t", 400.0, _at("access_wedges", "aw-irn-irn-irq", "usd_per_t")),
    package_lever(
        "irn.fx",
        {"as_now": as_it_stands, "full_surrender": _currency_regime(1.0), "free_sale": _currency_regime(0.0)},
    ),
    figure_lever("irn.fx_share", "rate", 1.0, _currency_row("share")),
    figure_lever("irn.fx_haircut", "rate", 0.9, _currency_row("hall1")),
    figure_lever("irn.fx_haircut_hall2", "rate", 0.9, _currency_row("hall2")),
    figure_lever("irn.feedstock", "rate", 1.0, _at("exporter_measures", "irn-feedstock-rate", "rate")),
    package_lever("irn.listed", {"yes": as_it_stands, "no": bundled("iran_delist_raw_material")}),
    package_lever("irn.incentives", {"no": as_it_stands, "yes": bundled("iran_restore_incentives")}),
    figure_lever("irn.award", "rate", 0.5, _at("exporter_measures", "irn-export-award", "rate")),
    figure_lever("irn.vat_cost", "rate", 0.5, _at("exporter_measures", "irn-vat-refund-delay", "rate")),
    _export_duty_lever("irn.export_duty", "irn-export-duty"),
    figure_lever("freight.tur", "usd_per_t", 500.0, _at("freight", "fr-tabriz-tur-total", "usd_per_t")),
    figure_lever("freight.irq", "usd_per_t", 500.0, _at("freight", "fr-plant-iraq", "usd_per_t")),
    figure_lever("relabelling", "usd_per_t", 300.0, _at("costs", "relabelling", "value")),
    figure_lever("inland", "usd_per_t", 300.0, _at("costs", "inland", "value")),
    _packing_lever(),
)
LEVERS: Mapping[str, Lever] = {lever.name: lever for lever in _ALL}
