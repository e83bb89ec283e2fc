"""What a figure of the data is called in the brief: the term for it, and whom it concerns."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from tariffs.law.measures import Measure
from tariffs.market.flows import Flow
from tariffs.scenario import Edit
from tariffs.sources import Figure
from tariffs.store import Library
from tariffs.study import Study
from tariffs.words import N_, Words, terms

PRICE_GAP = "price_gap"  # a table of our own, for what a quoted price leaves open
EXPORTER_KINDS: Mapping[str, str] = {
    **terms.RUNGS,
    "fx_surrender_share_hall1": terms.LEVERS["irn.fx_share"],
    "fx_haircut_hall1": terms.LEVERS["irn.fx_haircut"],
    "fx_haircut_hall2": terms.LEVERS["irn.fx_haircut_hall2"],
    "feedstock_base_rate": terms.LEVERS["irn.feedstock"],
    "feedstock_export_duty": N_("Export duty on the feedstock"),
    "raw_materials_list": N_("List of raw materials"),
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


def edits(studies: Iterable[Study], t: Words) -> dict[str, str]:
    """What each edited row is called, by the edit's name; two rows that words would confuse keep their own names."""
    said = {edit.name: _edited(edit, study.library, t) for study in studies for edit in study.scenario.edits}
    often = Counter(said.values())
    return {name: words if words and often[words] == 1 else name for name, words in said.items()}


def _edited(edit: Edit, library: Library, t: Words) -> str:
    if edit.table == "classification" and edit.field == "product_class":
        row = library.policy.classification.get(edit.key)
        if row is None:
            return ""
        if row.origin == "any":
            return t(N_("Class of all goods in {place}"), place=t.place(row.country))
        return t(N_("Class of goods of {origin} in {place}"), origin=t.place(row.origin), place=t.place(row.country))
    say = SAY.get(edit.table)
    said = say(library, edit.key, edit.field, t) if say and edit.field not in ("valid_from", "valid_to") else ""
    return t(N_("{row}: whether in force"), row=said) if said and edit.field == "role" else said


def is_share(edit: Edit, library: Library) -> bool:
    """Whether an edited number is a share, which is told in per cent."""
    policy = library.policy
    tables: Mapping[str, Mapping[str, object]] = {
        "measures": policy.measures,
        "exporter_measures": policy.exporter_measures,
    }
    row = tables.get(edit.table, {}).get(edit.key)
    return str(getattr(getattr(row, edit.field, None), "unit", "")).startswith("fraction")


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
    return t(N_("Freight, {start} to {end}"), start=t(row.start), end=t(row.end)) if row else ""


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
    return t(row.what) if row else ""


def _elasticity(library: Library, key: str, fieldname: str, t: Words) -> str:
    row = library.elasticities.rows.get(key)
    return t(ELASTICITIES[row.kind], place=t.place(row.place)) if row and row.kind in ELASTICITIES else ""


def _capacity(library: Library, key: str, fieldname: str, t: Words) -> str:
    return t(N_("Most that can be exported in a year"))


def _gap(library: Library, key: str, fieldname: str, t: Words) -> str:
    producer, label, importer = key.split("-")
    if producer == importer:
        return t(N_("Home price above export parity, {place}"), place=t.place(producer))
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
    PRICE_GAP: _gap,
}
