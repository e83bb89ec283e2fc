"""From FOB to what the buyer pays: road, border charges in their order, and the access wedge.

.. math::
    CIF = FOB + freight + insurance + relabelling, \\qquad
    landed = \\alpha \\cdot CIF + \\beta + \\omega = A \\cdot n + B

Each charge keeps its base: the customs value (CIF, times a valuation factor, at least a minimum
value), that value with the duties on it, the duty alone, or the tonne. VAT that the buyer gets back
is shown and not added. Compound duties and minimum values have a kink; it is judged at a stated
net-back, and the study asks again at the solved one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tariffs.law.exporter import FEEDSTOCK_SHARE, Taken, export_rungs, what_is_taken
from tariffs.law.measures import DUTY_KINDS, ExporterMeasure, Measure, Reading
from tariffs.law.places import LABELLED, Groups
from tariffs.law.policy import Cost, Freight, Policy, Row, Share, Wedge
from tariffs.law.schedule import Applied, Asked, Treatment, treatment
from tariffs.law.stack import Keeper, Rung, Stack, Stage
from tariffs.sources import Figure, Number, Status, Values, weakest
from tariffs.units import NOTHING, Line


@dataclass(frozen=True, slots=True)
class Route:
    """The way from one plant to one market under one declared origin."""

    producer: str
    label: str
    importer: str
    freight: str = ""  # key in freight.csv; empty: no figure known, or none to pay
    relabelling: str = ""  # key in costs.csv
    inland: str = ""  # key in costs.csv
    packing: str = ""  # key in costs.csv
    insurance: str = ""  # key in costs.csv

    @property
    def home(self) -> bool:
        return self.producer == self.importer

    @property
    def name(self) -> str:
        return f"{self.producer}/{self.label}/{self.importer}"


def landed_stack(
    policy: Policy, route: Route, product: str, on: date, values: Values, at: Number = 300.0, region: str | None = None,
    taken: dict[str, Taken] | None = None,
) -> Stack:
    """The whole ladder of a route on a day.

    Parameters
    ----------
    values : what each figure is worth: its central value, or an array of draws, shape (D,).
    at : net-back in USD/t, float or shape (D,), at which kinks are judged.
    region : one part of the importer; ``None`` weighs its parts by their share of trade.
    taken : what each producer's own state takes that day, kept from route to route: what is missing is put in.

    Raises
    ------
    Missing
        When a baseline row asked for a number has none.
    """
    if route.home:
        return Stack(route.producer, route.label, route.importer, Line(0.0, 1.0), Line(0.0, 1.0), (), ())
    known = {} if taken is None else taken
    if route.producer not in known:
        known[route.producer] = what_is_taken(policy, route.producer, on, values)
    extras = _paid_before_loading(policy, route, values)
    fob, seller = export_rungs(policy, route.producer, on, values, extras, known[route.producer])
    cif, road = _road(policy, route, fob, values)
    parts = _parts(policy, route, values, region)
    treatments = [
        treatment(policy, Asked(product, route.producer, route.label, route.importer, on, name)) for name, _ in parts
    ]
    open_parts = [(t, w) for t, (_, w) in zip(treatments, parts, strict=True) if t.prohibition is None]
    border: list[Rung] = []
    whole: Number = 0.0
    for _, weight in open_parts:
        whole = whole + weight
    for part, weight in open_parts:
        share = weight / whole
        border += [_weighed(rung, share, len(parts) > 1) for rung in border_rungs(part, cif, values, at)]
    return Stack(
        route.producer,
        route.label,
        route.importer,
        fob,
        cif,
        (*seller, *road, *border, *_access(policy, route, values)),
        tuple(treatments),
        prohibited=not open_parts,
        weights=tuple(share for _, share in policy.regions(route.importer) if share is not None and region is None),
    )


def concerns(row: Row, route: Route, groups: Groups) -> bool:
    """Whether a row may stand on a route's ladder; what this denies, no change of the row can move."""
    if route.home:
        return False
    match row:
        case Measure():
            # A row for one declared origin leaves the other labels alone; of a group, the day decides.
            open_to = row.origin == "any" or LABELLED in row.origin or row.origin in groups.of_group
            return row.importer == route.importer and (open_to or row.origin == route.label)
        case Reading():
            return row.country in (route.importer, route.producer)
        case ExporterMeasure():
            return row.exporter == route.producer
        case Freight():
            return row.key == route.freight
        case Cost():
            return row.key in (route.inland, route.packing, route.insurance, route.relabelling, FEEDSTOCK_SHARE)
        case Wedge():
            return (row.producer, row.label, row.importer) == (route.producer, route.label, route.importer)
        case Share():
            return route.importer in row.places


def border_rungs(rules: Treatment, cif: Line, values: Values, at: Number = 300.0) -> tuple[Rung, ...]:
    """Climb from the customs value through every charge the importer makes, in its order."""
    customs, valued_by = _customs_value(rules.charges, cif, values, at)
    duties = NOTHING
    customs_duty = NOTHING
    rungs: list[Rung] = []
    for applied in rules.charges:
        row = applied.measure
        if row.kind == "valuation_adjustment":
            continue
        base_name, base = _base(row.base, customs, cif, duties, customs_duty)
        amount = _amount(applied, base, values, at)
        if row.kind in DUTY_KINDS:
            duties = duties + amount
        if row.kind in ("customs_duty", "collected_duty"):
            customs_duty = customs_duty + amount
        figures = (row.rate, *((row.specific,) if row.specific else ()))
        if base_name.startswith("customs_value"):
            figures = (*figures, *valued_by)
        rungs.append(
            Rung(
                name=row.kind,
                key=row.key,
                stage="border",
                keeper="buyer_treasury",
                base_name=base_name,
                base=base,
                rate=values(row.rate),
                amount=amount,
                figures=figures,
                status=weakest(f.status for f in figures),
                note=row.note,
                match=applied.match,
                region=rules.asked.region,
                memo=row.recoverable,
            )
        )
    return tuple(rungs)


def _base(name: str, customs: Line, cif: Line, duties: Line, customs_duty: Line) -> tuple[str, Line]:
    """What a charge is a part of, by the name its row gives."""
    match name:
        case "cif":
            return "customs_value", customs
        case "invoice":
            return "invoice", cif
        case "cif_plus_duty":
            return "customs_value_plus_duties", customs + duties
        case "duty":
            return "duty", customs_duty
        case "tonne":
            return "tonne", Line(1.0)
    raise KeyError(name)  # a row without a base has no number either, and is no charge


def _customs_value(
    charges: Sequence[Applied], cif: Line, values: Values, at: Number
) -> tuple[Line, tuple[Figure, ...]]:
    """The value duty is charged on, and the figures that moved it away from CIF."""
    customs, moved = cif, []
    for applied in charges:
        row = applied.measure
        if row.kind != "valuation_adjustment":
            continue
        moved.append(row.rate)
        if row.form == "factor":
            customs = customs * values(row.rate)
    for applied in charges:
        row = applied.measure
        if row.kind == "valuation_adjustment" and row.form == "minimum_usd_per_t":
            floor = Line(values(row.rate))
            customs = customs.where(np.asarray(customs.at(at)) >= floor.at(at), floor)
    return customs, tuple(moved)


def _amount(applied: Applied, base: Line, values: Values, at: Number) -> Line:
    row = applied.measure
    rate = values(row.rate)
    if row.form == "specific_usd_per_t":
        return Line(rate)
    ad_valorem = base * rate
    if not row.form.startswith("compound") or row.specific is None:
        return ad_valorem
    specific = Line(values(row.specific))
    if row.form == "compound_sum":
        return ad_valorem + specific
    higher = np.asarray(ad_valorem.at(at)) >= specific.at(at)
    return ad_valorem.where(higher if row.form == "compound_max" else ~higher, specific)


def _paid_before_loading(policy: Policy, route: Route, values: Values) -> list[Rung]:
    rungs = []
    for name, key in (("inland", route.inland), ("packing", route.packing)):
        if key:
            row = policy.row("costs", key)
            rungs.append(_per_tonne(name, key, "seller", "carrier", row.value, values, row.note))
    return rungs


def _road(policy: Policy, route: Route, fob: Line, values: Values) -> tuple[Line, list[Rung]]:
    rungs: list[Rung] = []
    if route.freight:
        leg = policy.row("freight", route.freight)
        rungs.append(_per_tonne("freight", leg.key, "road", "carrier", leg.usd_per_t, values, leg.note))
    if route.insurance:
        row = policy.row("costs", route.insurance)
        rate = values(row.value)
        rungs.append(
            Rung(
                "insurance",
                row.key,
                "road",
                "carrier",
                "fob",
                fob,
                rate,
                fob * rate,
                (row.value,),
                row.value.status,
                row.note,
            )
        )
    if route.relabelling:
        row = policy.row("costs", route.relabelling)
        rungs.append(_per_tonne("relabelling", row.key, "road", "label_broker", row.value, values, row.note))
    cif = fob
    for rung in rungs:
        cif = cif + rung.amount
    return cif, rungs


def _access(policy: Policy, route: Route, values: Values) -> list[Rung]:
    wedge = policy.wedge(route.producer, route.label, route.importer)
    if wedge is None:
        return []
    rung = _per_tonne("access_wedge", wedge.key, "access", "unknown", wedge.usd_per_t, values, wedge.note)
    keeper = wedge.who_keeps
    if keeper == "intermediary":
        return [replace(rung, keeper="intermediary")]
    return [replace(rung, keeper="resource_cost")] if keeper == "resource_cost" else [rung]


def _per_tonne(name: str, key: str, stage: Stage, keeper: Keeper, figure: Figure, values: Values, note: str) -> Rung:
    rate = values(figure)
    return Rung(
        name=name,
        key=key,
        stage=stage,
        keeper=keeper,
        base_name="tonne",
        base=Line(1.0),
        rate=rate,
        amount=Line(rate),
        figures=(figure,),
        status=figure.status,
        note=note,
    )


def price_gap(amount: Number, home: bool) -> Rung:
    """What a quoted price holds beyond the producer's FOB and the known way to the buyer.

    At home it is the maker's premium over export parity; elsewhere nobody has explained it.
    """
    return Rung(
        name="home_premium" if home else "price_gap",
        key="flows_baseline",
        stage="border",
        base_name="tonne",
        keeper="home_producer" if home else "unknown",
        base=Line(1.0),
        rate=amount,
        amount=Line(amount),
        figures=(),
        status=Status.DERIVED,
    )


def _parts(policy: Policy, route: Route, values: Values, region: str | None) -> list[tuple[str, Number]]:
    """The parts of the importer with their weights; parts without a share take what the others leave."""
    parts = policy.regions(route.importer)
    if region is not None:
        return [(region, 1.0)]
    known = {name: values(share) for name, share in parts if share is not None}
    left: Number = 1.0
    for weight in known.values():
        left = left - weight
    others = max(1, len(parts) - len(known))
    return [(name, known[name] if name in known else left / others) for name, _ in parts]


def _weighed(rung: Rung, weight: Number, several: bool) -> Rung:
    return replace(rung, amount=rung.amount * weight, weight=weight) if several else rung
