"""From the plant's net-back up to FOB: what the exporter's own state takes, and gives.

.. math:: FOB = (n + inland + packing + e) / (1 - a)

``a`` adds up what is taken as a fraction of FOB: the currency rule, export duty, the lost income-tax
exemption and the VAT lock-up, less awards. Of the currency, a share ``s`` must be sold in hall 1
at a haircut ``h1`` and the rest in hall 2 at ``h2``, so the rule costs ``τ = s·h1 + (1-s)·h2`` of FOB.

Feedstock is most of the price, and its base price is set at the same official rate: what the rule
takes from the bitumen it partly gives back on the vacuum bottom, ``φ·θ·τ`` of FOB, with ``θ`` the
feedstock's share of the price and ``φ`` the part of the cheaper rate that auctions leave the plant.
Without it no plant could have sold at all under full surrender, and millions of tonnes were sold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tariffs.errors import N_, TariffsError
from tariffs.law.measures import ExporterMeasure
from tariffs.law.policy import Policy
from tariffs.law.products import BITUMEN
from tariffs.law.stack import Keeper, Rung
from tariffs.sources import Figure, Number, Values, weakest
from tariffs.units import Line

# Ad valorem burdens on FOB in the order in which the page lists them, with the sign of a cost.
BURDENS = {
    "export_duty": 1.0,
    "income_tax_exemption_loss": 1.0,
    "vat_refund_delay": 1.0,
    "vat_non_refund": 1.0,
    "export_award": -1.0,
}
FEEDSTOCK_SHARE = "vb-share"  # key in costs.csv: vacuum bottom as a share of the bitumen price


@dataclass(frozen=True, slots=True)
class SellersSide:
    """The exporter's rules in force on a day."""

    listed: ExporterMeasure | None  # the raw-materials listing, when it holds
    burdens: tuple[ExporterMeasure, ...]
    share: ExporterMeasure | None  # of proceeds surrendered through hall 1
    hall1: ExporterMeasure | None  # haircut there
    hall2: ExporterMeasure | None  # haircut on the rest; None: no such hall on that day
    feedstock: ExporterMeasure | None  # part of the rule's cost on feedstock that comes back to the plant

    @property
    def rules(self) -> tuple[ExporterMeasure, ...]:
        return tuple(r for r in (self.listed, *self.burdens, self.share, self.hall1, self.hall2, self.feedstock) if r)


def sellers_side(policy: Policy, exporter: str, on: date) -> SellersSide:
    """The exporter's rules on a day.

    The raw-materials listing is a switch of its own: when it is off, every row that depends on it
    falls away. VAT that is never refunded replaces the cost of waiting for it.
    """
    asked = ("sellers_side", exporter, on)
    if asked not in policy.looked_up:
        policy.looked_up[asked] = _sellers_side(policy, exporter, on)
    found: SellersSide = policy.looked_up[asked]
    return found


def _sellers_side(policy: Policy, exporter: str, on: date) -> SellersSide:
    rows = [
        m for m in policy.exporter_measures.values() if m.exporter == exporter and m.role == "baseline" and m.covers(on)
    ]
    by_kind = {m.kind: m for m in rows}
    listed = by_kind.get("raw_materials_list")
    own = policy.reading(exporter, exporter, exporter, BITUMEN, on)
    if own is not None and own.product_class != "raw_material":
        listed = None  # the exporter's own state reads the good as something else than a raw material
    burdens = [by_kind[k] for k in BURDENS if k in by_kind]
    if listed is None:
        burdens = [b for b in burdens if b.depends_on_listing != "true"]
    if "vat_non_refund" in by_kind:
        burdens = [b for b in burdens if b.kind != "vat_refund_delay"]
    return SellersSide(
        listed,
        tuple(burdens),
        by_kind.get("fx_surrender_share_hall1"),
        by_kind.get("fx_haircut_hall1"),
        by_kind.get("fx_haircut_hall2"),
        by_kind.get("feedstock_base_rate"),
    )


def currency_cost(share: Number, haircut_hall1: Number, haircut_hall2: Number = 0.0) -> Number:
    """What the currency rule takes, as a fraction of FOB: ``s·h1 + (1-s)·h2``.

    It is a ceiling: own imports, transfers and currency not brought back lower it.
    """
    return share * haircut_hall1 + (1.0 - share) * haircut_hall2


def export_rungs(
    policy: Policy, exporter: str, on: date, values: Values, extras: Sequence[Rung] = (), taken: "Taken | None" = None
) -> tuple[Line, tuple[Rung, ...]]:
    """FOB as a line in the net-back, and the rungs that lead up to it.

    ``extras`` are per-tonne rungs paid before loading (inland freight, packing); ``taken`` is what the exporter's
    state takes, where it is known already.
    """
    taken = taken or what_is_taken(policy, exporter, on, values)
    way = tuple(rung.key for rung in extras)
    if way in taken.climbed:
        return taken.climbed[way]
    before = Line(0.0, 1.0)
    for rung in extras:
        before = before + rung.amount
    fob = before * taken.factor
    rungs = list(extras)
    for rate in taken.rates:
        rungs.append(
            Rung(
                name=rate.name,
                key=rate.row.key,
                stage="seller",
                keeper=rate.keeper,
                base_name="fob",
                base=fob,
                rate=rate.value,
                amount=fob * rate.value,
                figures=rate.figures,
                status=weakest(f.status for f in rate.figures),
                note=rate.row.note,
            )
        )
    taken.climbed[way] = fob, tuple(rungs)
    return taken.climbed[way]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an exporter's own state takes of FOB, the same on every route."""

    rates: "tuple[_Rate, ...]"
    factor: Number  # FOB over what the plant asks for at the ship: 1 / (1 - burden)
    # FOB and its rungs by the rows paid before loading: routes that leave the same way share them.
    climbed: dict[tuple[str, ...], tuple[Line, tuple[Rung, ...]]] = field(default_factory=dict, compare=False)


def what_is_taken(policy: Policy, exporter: str, on: date, values: Values) -> Taken:
    """The burdens of a day.

    Raises
    ------
    TariffsError
        When they leave nothing of FOB.
    """
    rates = _rates(policy, sellers_side(policy, exporter, on), values)
    burden = _sum(rates)
    if (np.asarray(burden) >= 1.0).any():
        raise TariffsError(
            N_(
                "The burdens on exports of {exporter} on {day} add up to {share} of FOB and leave nothing. "
                "Lower the currency rule, a tax or the export duty."
            ),
            exporter=exporter,
            day=on,
            share=f"{float(np.max(burden)):.0%}",
        )
    return Taken(tuple(rates), 1.0 / (1.0 - burden))


def burden_on_fob(policy: Policy, exporter: str, on: date, values: Values) -> Number:
    """What the exporter's own state takes, as a fraction of FOB; from one on, nothing is left to sell."""
    return _sum(_rates(policy, sellers_side(policy, exporter, on), values))


@dataclass(frozen=True, slots=True)
class _Rate:
    """One burden as a fraction of FOB; what is given back is negative."""

    name: str
    row: ExporterMeasure
    value: Number
    figures: tuple[Figure, ...]
    keeper: Keeper


def _rates(policy: Policy, side: SellersSide, values: Values) -> list[_Rate]:
    rates: list[_Rate] = []
    if side.share and side.hall1:
        share, hall1 = values(side.share.rate), values(side.hall1.rate)
        hall2 = values(side.hall2.rate) if side.hall2 else 0.0
        halls = (side.share.rate, side.hall1.rate)
        rates.append(_Rate("fx_hall1", side.hall1, currency_cost(share, hall1), halls, "currency_halls"))
        if side.hall2:
            in_hall2 = (side.share.rate, side.hall2.rate)
            rates.append(_Rate("fx_hall2", side.hall2, currency_cost(share, 0.0, hall2), in_hall2, "currency_halls"))
        if side.feedstock and side.feedstock.rate.known:
            part = policy.row("costs", FEEDSTOCK_SHARE).value
            back = -currency_cost(share, hall1, hall2) * values(side.feedstock.rate) * values(part)
            rates.append(
                _Rate("feedstock_rate", side.feedstock, back, (side.feedstock.rate, part), "feedstock_sellers")
            )
    for row in side.burdens:
        if row.rate.known:
            rates.append(_Rate(row.kind, row, BURDENS[row.kind] * values(row.rate), (row.rate,), "seller_treasury"))
    return rates


def _sum(rates: Sequence[_Rate]) -> Number:
    total: Number = 0.0
    for rate in rates:
        total = total + rate.value
    return total
