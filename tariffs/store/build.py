"""From checked rows to the values that law, market and scenario speak of."""

from collections.abc import Iterable, Mapping
from datetime import date

from tariffs.law.measures import ExporterMeasure, Measure, Reading
from tariffs.law.places import Groups, Membership
from tariffs.law.policy import TEXT_FIELDS, Cost, Freight, Policy, Share, Wedge
from tariffs.market.elasticities import Elasticities, Elasticity
from tariffs.market.flows import Capacity, Flow, Total
from tariffs.scenario import Edit, Scenario
from tariffs.sources import Figure, Source, Status
from tariffs.store.cells import day, number

Cells = Mapping[str, str]
Rows = Iterable[Cells]
UNIT_OF_FORM = {"specific_usd_per_t": "usd_per_t", "minimum_usd_per_t": "usd_per_t", "factor": "factor"}


def figure(
    table: str, row: Cells, field: str, unit: str, prefix: str | None = None, distribution: str = "pert", draw: str = ""
) -> Figure:
    """The number of a row under the name by which a lever edits it.

    A single published number is its own range, unless its distribution carries the spread.
    """
    lead = field + "_" if prefix is None else prefix
    low, central, high = (number(row[f"{lead}{end}"]) for end in ("low", "central", "high"))
    if low is None and high is None and not distribution.startswith(("normal", "lognormal")):
        low = high = central
    return Figure(
        f"{table}.{row['key']}.{field}", low, central, high, unit, Status(
            row["status"]
        ), row["source"], distribution, draw
    )


def policy(tables: Mapping[str, Rows]) -> Policy:
    """Law, practice and the road, from their seven files and the groups."""
    return Policy(
        groups=Groups(tuple(
            Membership(row["group"], row["iso3"], day(row["joined"]), day(row["left"]), row["source"])
            for row in tables["origin_groups"]
        )),
        measures={row["key"]: measure(row) for row in tables["measures"]},
        classification={row["key"]: reading(row) for row in tables["classification"]},
        exporter_measures={row["key"]: exporter_measure(row) for row in tables["exporter_measures"]},
        freight={row["key"]: freight(row) for row in tables["freight"]},
        costs={
            row["key"]: Cost(
                row["key"], row["element"], row["stage"], row["unit"], figure(
                    "costs", row, "value", row["unit"], "",
                ), row["note"]
            )
            for row in tables["costs"]
        },
        access_wedges={row["key"]: wedge(row) for row in tables["access_wedges"]},
        shares={
            row["key"]: Share(
                row["key"], row["what"], tuple(row["place"].split(";")), figure(
                    "shares", row, "share", "fraction", "",
                ), row["note"]
            )
            for row in tables["shares"]
        },
    )


def measure(row: Cells) -> Measure:
    return Measure(
        key=row["key"], importer=row["importer"], region=row["region"], product=row["product"],
        product_class=row["product_class"], origin=row["origin_group"], kind=row["kind"], form=row["form"],
        rate=figure("measures", row, "rate", UNIT_OF_FORM.get(row["form"], "fraction")),
        specific=figure("measures", row, "specific", "usd_per_t") if row["form"].startswith("compound") else None,
        base=row["base"], recoverable=row["recoverable"] == "true", valid_from=day(row["valid_from"]),
        valid_to=day(row["valid_to"]), role=row["role"], note=row["note"],
    )


def reading(row: Cells) -> Reading:
    return Reading(
        key=row["key"], country=row["importer"], region=row["region"], product=row["product"], origin=row[
            "origin_group"
        ],
        product_class=row["product_class"], valid_from=day(row["valid_from"]), valid_to=day(row["valid_to"]),
        role=row["role"], status=row["status"], source=row["source"], note=row["note"],
    )


def exporter_measure(row: Cells) -> ExporterMeasure:
    return ExporterMeasure(
        key=row["key"], exporter=row["exporter"], kind=row["kind"], form=row["form"],
        rate=figure("exporter_measures", row, "rate", "fraction"), base=row["base"],
        depends_on_listing=row["depends_on_listing"], role=row["role"], direction=row["direction"],
        valid_from=day(row["valid_from"]), valid_to=day(row["valid_to"]), note=row["note"],
    )


def freight(row: Cells) -> Freight:
    return Freight(
        key=row["key"], start=row["from"], start_place=row["from_iso3"], end=row["to"], end_place=row["to_iso3"],
        mode=row["mode"], via=row["via"], usd_per_t=figure("freight", row, "usd_per_t", "usd_per_t"), note=row["note"],
    )


def wedge(row: Cells) -> Wedge:
    return Wedge(
        key=row["key"], producer=row["producer"], label=row["label"], importer=row["importer"],
        region=row["region_of_importer"], usd_per_t=figure("access_wedges", row, "usd_per_t", "usd_per_t"),
        who_keeps=row["who_keeps"], method=row["method"], note=row["note"],
    )


def flow(row: Cells) -> Flow:
    return Flow(
        key=row["key"], year=int(row["year"]), producer=row["producer"], label=row["label"], importer=row["importer"],
        tonnes=figure("flows_baseline", row, "tonnes", "tonnes"),
        usd_per_t=figure("flows_baseline", row, "usd_per_t", "usd_per_t", draw=row["price_draw"]),
        price_basis=row["price_basis"], price_rule=row["price_rule"], anchor=row["anchor"] == "true",
        freight=row["freight"], relabelling=row["relabelling"], inland=row["inland"],
        status=row["status"], source=row["source"], note=row["note"],
    )


def total(row: Cells) -> Total:
    return Total(
        key=row["key"], what=row["what"], rows=tuple(row["rows"].split(";")),
        tonnes=figure("flow_totals", row, "tonnes", "tonnes"), residual=row["residual"], note=row["note"],
    )


def capacity(row: Cells) -> Capacity:
    return Capacity(row["key"], row["producer"], figure("capacity", row, "tonnes", "tonnes"), row["note"])


def elasticity(row: Cells) -> Elasticity:
    spread = row["distribution"] or ("pert" if row["low"] else "fixed")
    return Elasticity(
        key=row["key"], kind=row["kind"], product=row["product"], place=row["place"],
        value=figure("elasticities", row, "value", "elasticity", "", spread), note=row["note"],
    )


def elasticities(rows: Rows) -> Elasticities:
    return Elasticities({row["key"]: elasticity(row) for row in rows})


def source(row: Cells) -> Source:
    return Source(
        id=row["id"], title=row["title"], publisher=row["publisher"], where=row[
            "url_or_site"
        ], published=row["published"],
        retrieved=row["retrieved"], kind=row["kind"], note=row["note"],
    )


def edit(row: Cells) -> Edit:
    text = row["text"] if row["field"] in TEXT_FIELDS[row["table"]] else None
    low, central, high = (number(row[end]) for end in ("low", "central", "high"))
    if low is None and high is None:
        low = high = central
    return Edit(
        table=row["table"], key=row["key"], field=row["field"], low=low, central=central, high=high, text=text,
        status=row["status"], source=row["source"], note=row["note"],
    )


def scenarios(rows: Rows, edit_rows: Rows) -> dict[str, Scenario]:
    """Every proposal with its edits in their order."""
    by_scenario: dict[str, list[tuple[int, Edit]]] = {}
    for row in edit_rows:
        by_scenario.setdefault(row["scenario"], []).append((int(row["edit"]), edit(row)))
    made: dict[str, Scenario] = {}
    for row in rows:
        steps = sorted(by_scenario.get(row["scenario"], ()), key=lambda step: step[0])
        made[row["scenario"]] = Scenario(
            name=row["scenario"], title=row["title"], description=row["description"],
            as_of=date.fromisoformat(row["as_of"]),
            compare_with=row["compare_with"], edits=tuple(step for _, step in steps), status=row["status"],
            source=row["source"], reference=row["reference"],
        )
    return made
