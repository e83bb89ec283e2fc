"""What a range is called, in the words of the trade."""

from collections.abc import Mapping, Sequence

from tariffs.doubt.ranges import Range
from tariffs.sources import Figure
from tariffs.store import Library
from tariffs.words import N_, Words, terms

TOGETHER: Mapping[str, str] = {
    "iranian_price": N_("Iranian export price"),
    "mediterranean_price": N_("Mediterranean export price"),
}
ELASTICITIES: Mapping[str, str] = {
    "total_demand": N_("How demand answers the price, {place}"),
    "import_demand": N_("How import demand answers the price, {place}"),
    "armington_origins": N_("Substitution between producers, {place}"),
    "armington_home_import": N_("Substitution between home goods and imports, {place}"),
    "label_substitution": N_("Substitution between labels, {place}"),
    "export_supply": N_("How exporters' supply answers the price"),
    "home_supply": N_("How supply answers the price, {place}"),
}
KINDS: Mapping[str, str] = {
    **terms.RUNGS,
    "fx_surrender_share_hall1": N_("Share of currency sold in hall 1"),
    "fx_haircut_hall1": N_("Haircut in hall 1"),
    "fx_haircut_hall2": N_("Haircut in hall 2"),
    "feedstock_base_rate": N_("Part of the haircut given back on feedstock"),
    "feedstock_export_duty": N_("Export duty on vacuum bottom"),
    "valuation_adjustment": N_("Value that customs puts on the good"),
}


def range_names(held: Sequence[Range], library: Library, t: Words) -> list[str]:
    """A name for each; ranges of one name are told apart by their rows."""
    names = [range_name(one, library, t) for one in held]
    return [
        name if names.count(name) == 1 else t(N_("{name} ({row})"), name=name, row=one.figure.key.split(".")[1])
        for name, one in zip(names, held, strict=True)
    ]


def range_name(one: Range, library: Library, t: Words) -> str:
    """A name that a reader can find again among the levers and the figures used."""
    if one.name in TOGETHER:
        return t(TOGETHER[one.name])
    if one.lever in terms.LEVERS:
        return t(terms.LEVERS[one.lever])
    return _named(one.figure, library, t)


def _named(figure: Figure, library: Library, t: Words) -> str:
    table, _, rest = figure.key.partition(".")
    key, _, field = rest.rpartition(".")
    if table == "flows_baseline":
        flow = library.flows[key]
        gaps = {"producer": t.place(flow.producer), "label": t.place(flow.label), "importer": t.place(flow.importer)}
        if field == "usd_per_t":
            return t(N_("Price of goods from {producer} in {importer}"), **gaps)
        if flow.home:
            return t(N_("Home sales, {producer}"), **gaps)
        if flow.label == flow.producer:
            return t(N_("Tonnes from {producer} to {importer}"), **gaps)
        return t(N_("Tonnes from {producer} to {importer}, declared as {label}"), **gaps)
    if table == "elasticities":
        row = library.elasticities.rows[key]
        return t(ELASTICITIES.get(row.kind, row.kind.replace("_", " ")), place=t.place(row.place))
    if table == "capacity":
        return t(N_("Capacity, {place}"), place=t.place(library.capacities[key].producer))
    if table == "flow_totals":
        return t(library.totals[key].what)
    return _of_law(table, key, library, t)


def _of_law(table: str, key: str, library: Library, t: Words) -> str:
    row = library.policy.table(table).get(key)
    if row is None:
        return f"{table}.{key}"
    if table == "access_wedges":
        gaps = {"producer": t.place(row.producer), "label": t.place(row.label), "importer": t.place(row.importer)}
        if row.label == row.producer:
            return t(N_("Access wedge in {importer}, goods from {producer}"), **gaps)
        return t(N_("Access wedge in {importer}, goods from {producer} declared as {label}"), **gaps)
    if table == "measures":
        return t(N_("{charge}, {place}"), charge=t(KINDS.get(row.kind, row.kind)), place=t.place(row.importer))
    if table == "freight":
        return t(N_("Freight from {start} to {end}"), start=t(row.start), end=t(row.end))
    if table == "costs":
        return t(row.element)
    if table == "shares":
        return t(row.what)
    return t(N_("{charge}, {place}"), charge=t(KINDS.get(row.kind, row.kind)), place=t.place(row.exporter))
