"""Which levers the page shows, in which order, and the row that each of them moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tariffs.law.exporter import sellers_side
from tariffs.law.products import BITUMEN
from tariffs.law.schedule import Asked, treatment
from tariffs.scenario.levers import Ground
from tariffs.sources import Figure
from tariffs.words import N_

Finder = Callable[[Ground], Figure | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How firmly we stand on what a lever moves, and who told us."""

    status: str
    source: str
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A lever as a control: how far its slider goes, in steps of what, and what it means."""

    lever: str
    says: str
    most: float = 0.0  # end of the slider, as shown: per cent or USD per tonne; the box beside it takes more
    step: float = 1.0


def _at(table: str, key: str, field: str) -> Finder:
    return lambda ground: ground.policy.figure(table, key, field)


def _duty(importer: str, region: str = "") -> Finder:
    def find(ground: Ground) -> Figure | None:
        rules = treatment(ground.policy, Asked(BITUMEN, "IRN", "IRN", importer, ground.on, region))
        return rules.duty.measure.rate if rules.duty else None

    return find


def _currency(part: str) -> Finder:
    def find(ground: Ground) -> Figure | None:
        row = getattr(sellers_side(ground.policy, "IRN", ground.on), part)
        return row.rate if row else None

    return find


FIGURES: Mapping[str, Finder] = {
    "tur.duty": _duty("TUR"),
    "tur.levy": _at("measures", "tur-nonwto-levy", "rate"),
    "tur.truck_tax": _at("measures", "tur-fueltank-2024", "rate"),
    "tur.ban": _at("measures", "tur-prohibition-2019", "rate"),
    "tur.relabelling_ban": _at("measures", "tur-prohibition-relabelled", "rate"),
    "tur.wedge": _at("access_wedges", "aw-irn-irn-tur", "usd_per_t"),
    "tur.wedge_iraqi_label": _at("access_wedges", "aw-irn-irq-tur", "usd_per_t"),
    "irq.duty": _duty("IRQ", "FED"),
    "irq.krg_fee": _at("measures", "irq-krg-take", "rate"),
    "irq.wedge": _at("access_wedges", "aw-irn-irn-irq", "usd_per_t"),
    "irn.fx_share": _currency("share"),
    "irn.fx_haircut": _currency("hall1"),
    "irn.fx_haircut_hall2": _currency("hall2"),
    "irn.feedstock": _at("exporter_measures", "irn-feedstock-rate", "rate"),
    "irn.award": _at("exporter_measures", "irn-export-award", "rate"),
    "irn.vat_cost": _at("exporter_measures", "irn-vat-refund-delay", "rate"),
    "irn.export_duty": _at("exporter_measures", "irn-export-duty", "rate"),
    "freight.tur": _at("freight", "fr-tabriz-tur-total", "usd_per_t"),
    "freight.irq": _at("freight", "fr-plant-iraq", "usd_per_t"),
    "relabelling": _at("costs", "relabelling", "value"),
    "inland": _at("costs", "inland", "value"),
    "packing": _at("costs", "packing-bulk", "value"),
}
READINGS: Mapping[str, str] = {"tur.class": "cls-tur-irn", "irq.class": "cls-irq-any"}
# A package stands as firmly as the bundled scenario whose edits it makes.
PACKAGES: Mapping[str, str] = {
    "irn.fx": "fx_full_surrender",
    "irn.listed": "iran_delist_raw_material",
    "irn.incentives": "iran_restore_incentives",
}


def standing(ground: Ground, lever: str) -> Standing | None:
    """Who told us where a lever stands; nothing when no row is on record that day."""
    if lever in READINGS:
        reading = ground.policy.row("classification", READINGS[lever])
        return Standing(str(reading.status), str(reading.source))
    if lever in PACKAGES:
        package = ground.scenarios[PACKAGES[lever]]
        return Standing(package.status, package.source)
    if lever == "irq.practice":
        rows = [m for m in ground.policy.measures.values() if m.importer == "IRQ" and m.kind == "collected_duty"]
        return Standing(str(rows[0].rate.status), rows[0].rate.source) if rows else None
    figure = FIGURES[lever](ground)
    return Standing(str(figure.status), figure.source, figure) if figure else None


FIRST = (
    Shown(
        "tur.class",
        N_(
            "The class in which Türkiye's customs read bitumen declared as Iranian. The duty below follows it, "
            "unless you set the duty yourself."
        ),
    ),
    Shown(
        "tur.duty", N_("Customs duty on the CIF value of goods declared as Iranian; other labels keep theirs."), 50, 0.5
    ),
    Shown(
        "irq.duty", N_("Customs duty on the value that Iraqi customs take; the same rate on all its borders."), 50, 0.5
    ),
    Shown(
        "tur.wedge",
        N_(
            "What buyers pay above the landed cost on paper and no duty explains: the reported stop, standards, "
            "payment and sanctions risk, or somebody's margin."
        ),
        300,
        1,
    ),
    Shown(
        "irn.fx",
        N_(
            "How exporters must sell their currency. 20–80: a fifth in hall 1, the rest in hall 2. "
            "Each hall pays less than the free market."
        ),
    ),
    Shown("irn.incentives", N_("Iran pays an export award and refunds VAT within six months.")),
    Shown("irn.listed", N_("Goods on Iran's own list of raw materials lose the income-tax exemption of exports.")),
)

# More of them, under a heading each.
MORE: Mapping[str, tuple[Shown, ...]] = {
    N_("Türkiye"): (
        Shown(
            "tur.levy", N_("A levy per tonne on origins outside the WTO, as Decision 9070 puts on other goods."), 200, 5
        ),
        Shown("tur.truck_tax", N_("Tax on fuel in the tanks of Iranian trucks, per tonne of bitumen."), 50, 1),
        Shown("tur.ban", N_("Goods declared as Iranian are refused; other labels stay open.")),
        Shown("tur.relabelling_ban", N_("Iranian-made goods under another label are refused.")),
        Shown("tur.wedge_iraqi_label", N_("The same wedge for Iranian-made goods under the Iraqi label."), 300, 1),
    ),
    N_("Iraq"): (
        Shown("irq.class", N_("The bracket of Decision 957 in which Iraq reads bitumen.")),
        Shown("irq.practice", N_("Charge what the law says, or what was reported as collected.")),
        Shown(
            "irq.krg_fee",
            N_("Taken per tonne at Kurdistan's crossings; weighted by the tonnes that pass there."),
            100,
            1,
        ),
        Shown("irq.wedge", N_("What Iraqi buyers pay above the landed cost on paper."), 150, 1),
    ),
    N_("Iran"): (
        Shown("irn.fx_share", N_("Part of the proceeds that must be sold in hall 1; the rest goes to hall 2."), 100, 5),
        Shown("irn.fx_haircut", N_("How much less hall 1 pays for a dollar than the free market."), 60, 0.5),
        Shown("irn.fx_haircut_hall2", N_("How much less hall 2 pays for a dollar than the free market."), 60, 0.5),
        Shown(
            "irn.feedstock",
            N_("Feedstock is priced at the same official rate: the part of the haircut that comes back with it."),
            100,
            1,
        ),
        Shown("irn.award", N_("Paid to exporters, as a share of FOB."), 10, 0.5),
        Shown("irn.vat_cost", N_("What a late or missing VAT refund costs, as a share of FOB."), 15, 0.1),
        Shown("irn.export_duty", N_("Duty that Iran itself takes on exported bitumen, as a share of FOB."), 20, 0.5),
    ),
    N_("The road"): (
        Shown("freight.tur", N_("By truck from Tabriz to eastern Türkiye."), 150, 1),
        Shown("freight.irq", N_("By truck from the plant to an Iraqi city."), 150, 1),
        Shown("relabelling", N_("What another label costs: papers, detour, commission."), 100, 1),
        Shown("inland", N_("From the plant to the port at Bandar Abbas, for sales overseas."), 100, 1),
        Shown("packing", N_("Bulk costs nothing extra by definition; drums, bags and flexitanks do.")),
    ),
}

# Rows about the market that a user may know better; they move the world before the change as well.
BELIEFS: Mapping[str, str] = {
    "elasticities.el-tur-home-import.value": N_("Türkiye: home goods against imports"),
    "elasticities.el-tur-origins.value": N_("Türkiye: one origin against another"),
    "elasticities.el-tur-label.value": N_("Türkiye: one label against another"),
    "elasticities.el-export-supply.value": N_("Supply of the exporting countries"),
    "flows_baseline.bl-irn-irn-tur.tonnes": N_("Sold to Türkiye under the Iranian label"),
    "flows_baseline.bl-irn-irq-tur.tonnes": N_("Sold to Türkiye under the Iraqi label"),
    "flows_baseline.bl-irn-irn-irq.tonnes": N_("Sold to Iraq"),
}
