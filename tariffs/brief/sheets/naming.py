"""What a figure of the data is called in the brief: the term for it, and whom it concerns."""

from collections.abc import Callable, Mapping

from tariffs.law.measures import Measure
from tariffs.market.flows import Flow
from tariffs.sources import Figure
from tariffs.store import Library
from tariffs.study import Study
from tariffs.words import N_, Words, terms

NET_BACK, PRICE_GAP = "net_back", "price_gap"  # tables of our own, for what the model solved
EXPORTER_KINDS: Mapping[str, str] = {
    **terms.RUNGS,
    "fx_surrender_share_hall1": terms.LEVERS["irn.fx_share"],
    "fx_haircut_hall1": terms.LEVERS["irn.fx_haircut"],
    "fx_haircut_hall2": terms.LEVERS["irn.fx_haircut_hall2"],
    "feedstock_base_rate": terms.LEVERS["irn.feedstock"],
    "feedstock_export_duty": N_("Export duty on the feedstock"),
}
COSTS: Mapping[str, str] = {
    **terms.RUNGS,
    "vb-share": N_("Feedstock, share of the bitumen price"),
    "relabelling": N_("Cost of another label"),
}
ELASTICITIES: Mapping[str, str] = {
    "total_demand": N_("Demand elasticity, {place}"),
    "import_demand": N_("Import demand elasticity, {place}"),
    "armington_home_import": N_("Substitution between home goods and imports, {place}"),
    "armington_origins": N_("Substitution between suppliers, {place}"),
    "label_substitution": N_("Substitution between labels, {place}"),
    "export_supply": N_("Export supply elasticity, {place}"),
    "home_supply": N_("Supply elasticity of a home producer, {place}"),
}
REGIONS: Mapping[str, str] = {"FED": N_("Federal Iraq"), "KRG": N_("Kurdistan Region")}
UNITS: Mapping[str, str] = {
    "usd_per_t": N_("USD/t"),
    "tonnes": N_("t a year"),
    "fraction": N_("%"),
    "fraction_of_fob": N_("% of FOB"),
    "fraction_of_price": N_("% of price"),
    "factor": N_("factor"),
    "elasticity": N_("elasticity"),
    "USD/t": N_("USD/t"),
    "t": N_("t a year"),
    "USD a year": N_("million USD a year"),
    "place": N_("place"),
}


def unit(name: str, t: Words) -> str:
    return t(UNITS[name]) if name in UNITS else name.replace("_", " ")


def region(code: str, t: Words) -> str:
    return t(REGIONS[code]) if code in REGIONS else code


def way(producer: str, label: str, importer: str, t: Words) -> str:
    """Whose goods, where to, and under whose name when it is not the maker's."""
    gaps = {"producer": t.place(producer), "importer": t.place(importer), "label": t.place(label)}
    if producer == importer:
        return t(N_("{producer}, at home"), **gaps)
    if producer == label:
        return t(N_("{producer} to {importer}"), **gaps)
    return t(N_("{producer} to {importer} under the label of {label}"), **gaps)


def figure(which: Figure, study: Study, t: Words) -> str:
    """The term of a figure and its place; a key that no table holds stands for itself."""
    table, _, rest = which.key.partition(".")
    key, _, fieldname = rest.rpartition(".")
    say = SAY.get(table)
    said = say(study.library, key or rest, fieldname, t) if say else ""
    return said or which.key


def _measure(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.policy.measures.get(key)
    return _measure_named(row, fieldname, t) if row else ""


def _measure_named(row: Measure, fieldname: str, t: Words) -> str:
    if row.kind == "valuation_adjustment":
        term = t(N_("Customs value, as a multiple of CIF"))
        if row.form == "minimum_usd_per_t":
            term = t(N_("Lowest customs value"))
    else:
        term = t(terms.RUNGS[row.kind]) if row.kind in terms.RUNGS else row.kind
    gaps = {"term": term, "importer": t.place(row.importer)}
    if fieldname == "specific":
        return t(N_("{term}, {importer}, part per tonne"), **gaps)
    details = [region(row.region, t)] if row.region else []
    details += [t(terms.CLASSES[row.product_class])] if row.product_class in terms.CLASSES else []
    if details:
        return t(N_("{term}, {importer}: {details}"), details=", ".join(details), **gaps)
    return t(N_("{term}, {importer}"), **gaps)


def _exporter(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.policy.exporter_measures.get(key)
    return t(EXPORTER_KINDS[row.kind]) if row and row.kind in EXPORTER_KINDS else ""


def _freight(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.policy.freight.get(key)
    return t(N_("Freight, {start} to {end}"), start=row.start, end=row.end) if row else ""


def _cost(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.policy.costs.get(key)
    if row is None:
        return ""
    for name in (key, key.partition("-")[0]):
        if name in COSTS:
            return t(COSTS[name])
    return row.element


def _wedge(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.policy.access_wedges.get(key)
    return t(N_("Access wedge, {way}"), way=way(row.producer, row.label, row.importer, t)) if row else ""


def _share(library: Library, key: str, fieldname: str, t: Words) -> str:
    part, mark, _ = key.partition("-share-value")
    return t(N_("Share of trade through {part}"), part=region(part.upper(), t)) if mark else ""


def _flow(library: Library, key: str, fieldname: str, t: Words) -> str:
    row: Flow | None = library.flows.get(key)
    if row is None:
        return ""
    gaps = {"way": way(row.producer, row.label, row.importer, t)}
    return t(N_("Tonnes, {way}") if fieldname == "tonnes" else N_("Quoted price, {way}"), **gaps)


def _total(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.totals.get(key)
    return row.what if row else ""


def _elasticity(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.elasticities.rows.get(key)
    return t(ELASTICITIES[row.kind], place=t.place(row.place)) if row and row.kind in ELASTICITIES else ""


def _capacity(library: Library, key: str, fieldname: str, t: Words) -> str:
    return t(N_("Most that can be exported in a year"))


def _net_back(library: Library, key: str, fieldname: str, t: Words) -> str:
    return t(N_("Net-back at the plant, {place} (solved by the model)"), place=t.place(key))


def _gap(library: Library, key: str, fieldname: str, t: Words) -> str:
    producer, label, importer = key.split("-")
    return t(N_("Price difference not explained, {way}"), way=way(producer, label, importer, t))


SAY: Mapping[str, Callable[[Library, str, str, Words], str]] = {
    "measures": _measure,
    "exporter_measures": _exporter,
    "freight": _freight,
    "costs": _cost,
    "access_wedges": _wedge,
    "shares": _share,
    "flows_baseline": _flow,
    "flow_totals": _total,
    "elasticities": _elasticity,
    "capacity": _capacity,
    NET_BACK: _net_back,
    PRICE_GAP: _gap,
}
