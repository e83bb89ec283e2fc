"""What must hold inside one file because of what its rows mean: forms and bases, signs, anchors, totals."""

from collections.abc import Callable, Iterator

from tariffs.errors import Defect
from tariffs.market.elasticities import KINDS as ELASTICITY_KINDS
from tariffs.store.cells import WHOLE, limits, number, quoted
from tariffs.store.reader import Book, Row

DEMAND = ("import_demand", "total_demand")
EITHER_SIGN = ("inverse_export_supply", "price_transmission")
TOLERANCE = 0.5   # tonnes: what rounding may leave between rows and their total
PER_TONNE_FORMS = ("specific_usd_per_t", "minimum_usd_per_t")
RATE = ("rate_low", "rate_central", "rate_high")
SPECIFIC = ("specific_low", "specific_central", "specific_high")


def forms(book: Book) -> Iterator[Defect]:
    """A form says which numbers a row needs, how large they may be, and on what they are charged."""
    for row in book.rows("measures"):
        form = row["form"]
        yield from _form_and_number("measures.csv", row)
        most = None if form in PER_TONNE_FORMS else 2.0 if form == "factor" else 1.0
        yield from _capped("measures.csv", row, RATE, most)
        compound = form.startswith("compound")
        for name in SPECIFIC:
            if row[name] and not compound:
                yield Defect(
                    "measures.csv", row.line, name, quoted(row[name]), f"nothing beside form {form}",
                    "Empty the cell, or choose a compound form.",
                )
        if compound and not row["specific_central"] and row["role"] == "baseline":
            yield Defect(
                "measures.csv", row.line, "specific_central", "nothing", f"the USD per tonne of form {form}",
                "Fill in the specific part of the duty.",
            )
        yield from _base("measures.csv", row)
        if (form in ("factor", "minimum_usd_per_t")) != (row["kind"] == "valuation_adjustment") and form != "none":
            yield Defect(
                "measures.csv", row.line, "form", f"{quoted(form)} with kind {quoted(row['kind'])}",
                "factor or minimum_usd_per_t for valuation_adjustment, and for nothing else",
                "Correct the form or the kind.",
            )
    for row in book.rows("exporter_measures"):
        yield from _form_and_number("exporter_measures.csv", row)
        if row["form"] != "none" and row["base"] == "none":
            yield Defect(
                "exporter_measures.csv", row.line, "base", quoted("none"), "what the rate is a fraction of",
                "Choose a base, such as fob.",
            )


def _form_and_number(file: str, row: Row) -> Iterator[Defect]:
    if row["form"] == "none":
        for name in RATE:
            if row[name]:
                yield Defect(
                    file, row.line, name, quoted(row[name]), "nothing beside form none",
                    "Empty the cell, or say by the form what the number is.",
                )
    elif row["role"] == "baseline" and not row["rate_central"]:
        yield Defect(
            file, row.line, "rate_central", "nothing", f"a number in the unit of form {row['form']}",
            "Fill in the rate, or write form none when no number is on record.",
        )


def _base(file: str, row: Row) -> Iterator[Defect]:
    form, base = row["form"], row["base"]
    if form == "none":
        return
    per_tonne = form == "specific_usd_per_t"
    if base == "none" or ((base == "tonne") != per_tonne and form != "minimum_usd_per_t"):
        expected = "tonne" if per_tonne else "a value the rate is charged on, such as cif"
        yield Defect(
            file, row.line, "base", quoted(base), f"{expected}, beside form {form}", "Correct the base or the form.",
        )


def _capped(file: str, row: Row, names: tuple[str, ...], most: float | None) -> Iterator[Defect]:
    for name in names:
        value = number(row[name])
        if value is not None and (wrong := limits(row[name], value, 0.0, most)):
            yield Defect(file, row.line, name, wrong.found, wrong.expected, wrong.remedy)


def costs(book: Book) -> Iterator[Defect]:
    """Fractions stay below one; only a margin may be a loss."""
    for row in book.rows("costs"):
        fraction = row["unit"].startswith("fraction")
        for name in ("low", "central", "high"):
            value = number(row[name])
            least = None if row["stage"] == "margin" else 0.0
            if value is not None and (wrong := limits(row[name], value, least, 1.0 if fraction else None)):
                yield Defect("costs.csv", row.line, name, wrong.found, wrong.expected, wrong.remedy)


def signs(book: Book) -> Iterator[Defect]:
    """Demand falls when prices rise; every other elasticity is positive."""
    for row in book.rows("elasticities"):
        kind = row["kind"]
        if kind in EITHER_SIGN or kind not in ELASTICITY_KINDS:
            continue
        for name in ("low", "central", "high"):
            value = number(row[name])
            if value is not None and (value >= 0 if kind in DEMAND else value <= 0):
                expected = "a number below zero" if kind in DEMAND else "a number above zero"
                yield Defect(
                    "elasticities.csv", row.line, name, quoted(row[name]), f"{expected} for {kind}",
                    "Correct the sign; the low end of a demand elasticity is the most negative.",
                )


def distributions(book: Book) -> Iterator[Defect]:
    """A distribution drawn between two ends needs both, on one side of zero when it is drawn on logs."""
    for row in book.rows("elasticities"):
        name = row["distribution"]
        if not name.startswith(("pert", "triangular", "loguniform", "lognormal on")):
            continue
        low, high = number(row["low"]), number(row["high"])
        if low is None or high is None:
            yield Defect(
                "elasticities.csv", row.line, "distribution", quoted(name), "low and high beside such a distribution",
                "Fill in both ends, or write fixed.",
            )
        elif "log" in name and low * high <= 0:
            yield Defect(
                "elasticities.csv", row.line, "distribution", quoted(name), "both ends on one side of zero",
                "Choose a distribution without log, or correct the ends.",
            )


def numbers_needed(book: Book) -> Iterator[Defect]:
    """Figures the model always reads cannot be missing."""
    needed = {
        "flows_baseline": ("tonnes_central", "usd_per_t_central"), "flow_totals": ("tonnes_central",),
        "capacity": ("tonnes_central",),
        "freight": ("usd_per_t_central",), "costs": ("central",), "access_wedges": ("usd_per_t_central",),
        "shares": ("central",), "elasticities": ("central",),
    }
    for table, names in needed.items():
        for row in book.rows(table) if book.readable(table) else ():
            for name in names:
                if not row[name]:
                    yield Defect(
                        f"{table}.csv", row.line, name, "nothing", "a number",
                        "Fill in the middle of the range; without one, take the row out and list it in unknowns.csv.",
                    )


def routes(book: Book) -> Iterator[Defect]:
    """A route has one row; goods sold under another label say what the label costs."""
    seen: dict[tuple[str, ...], int] = {}
    for row in book.rows("flows_baseline"):
        route = (row["producer"], row["label"], row["importer"])
        if route in seen:
            yield Defect(
                "flows_baseline.csv", row.line, "importer", quoted("/".join(route)), "each route once",
                f"Line {seen[route]} holds the same producer, label and importer: join the two rows.",
            )
        seen.setdefault(route, row.line)
        if (row["label"] != row["producer"]) != bool(row["relabelling"]):
            expected = "a key of costs.csv, since the label is not the maker's" if not row[
                "relabelling"
            ] else "nothing, since the label is the maker's own"
            found = quoted(row["relabelling"]) if row["relabelling"] else "nothing"
            yield Defect(
                "flows_baseline.csv", row.line, "relabelling", found, expected,
                "Write relabelling for goods under another label, and leave it empty otherwise.",
            )


def anchors(book: Book) -> Iterator[Defect]:
    """Each producer's FOB is read from one row, its anchor, which has a price of its own."""
    if not book.readable("flows_baseline"):
        return
    rows = book.sheets["flows_baseline"].rows
    doubtful = {row["producer"] for row in rows if not row.sound}
    by_producer: dict[str, list[Row]] = {}
    for row in rows:
        by_producer.setdefault(row["producer"], []).append(row)
    for producer, own in by_producer.items():
        if producer in doubtful:
            continue
        marked = [row for row in own if row["anchor"] == "true"]
        if not marked:
            yield Defect(
                "flows_baseline.csv", own[0].line, "anchor", f"no anchor for {quoted(producer)}",
                "exactly one anchor for each producer",
                f"Write true in the row from which the FOB price of {producer} is read.",
            )
            for row in own:
                if row["price_rule"] == "anchor_plus_freight":
                    yield Defect(
                        "flows_baseline.csv", row.line, "price_rule",
                        f"{quoted('anchor_plus_freight')} without an anchor of {producer}", "a producer with an anchor",
                        "Mark an anchor, or write own.",
                    )
        for row in marked[1:]:
            yield Defect(
                "flows_baseline.csv", row.line, "anchor", f"{quoted('true')}, as in line {marked[0].line}",
                f"exactly one anchor for {producer}", "Write false in all rows but one.",
            )
        for row in marked:
            if row["price_rule"] != "own":
                yield Defect(
                    "flows_baseline.csv", row.line, "price_rule", quoted(row["price_rule"]),
                    "own in the row of an anchor", "Write own: others are built on this price.",
                )


def totals(book: Book) -> Iterator[Defect]:
    """Rows add up to the total they are said to make; what is left over has a place among them."""
    if not book.readable("flows_baseline", "flow_totals"):
        return
    flows = {row["key"]: row for row in book.sheets["flows_baseline"].rows}
    for row in book.rows("flow_totals"):
        keys = row["rows"].split(";")
        if row["residual"] and row["residual"] in flows and row["residual"] not in keys:
            yield Defect(
                "flow_totals.csv", row.line, "residual", quoted(row["residual"]), "one of the rows of the total",
                "Add it to rows, or name one of them.",
            )
        parts = [flows.get(key) for key in keys]
        if not all(part and part.sound and part["tonnes_central"] for part in parts) or not row["tonnes_central"]:
            continue
        added = sum(float(part["tonnes_central"]) for part in parts if part)
        total = float(row["tonnes_central"])
        if abs(added - total) > TOLERANCE:
            yield Defect(
                "flow_totals.csv", row.line, "tonnes_central", quoted(row["tonnes_central"]),
                f"{added:.10g}, what its rows come to",
                f"Correct the total or a row; {abs(added - total):.10g} t lie between them.",
            )


def parts_of_importers(book: Book) -> Iterator[Defect]:
    """Parts of an importer are weighed by shares; one part at most may take what the others leave."""
    if not book.readable("measures", "shares"):
        return
    keys = (row["key"].partition("-share-value") for row in book.sheets["shares"].rows)
    shared = {name.upper() for name, mark, _ in keys if mark}
    first: dict[tuple[str, str], int] = {}
    for row in book.rows("measures"):
        if row["region"]:
            first.setdefault((row["importer"], row["region"]), row.line)
    for importer in {importer for importer, _ in first}:
        parts = [(line, part) for (where, part), line in first.items() if where == importer]
        without = sorted((line, part) for line, part in parts if part not in shared)
        for line, region in without[1:]:
            yield Defect(
                "measures.csv", line, "region", quoted(region), f"a share of {importer} for all its parts but one",
                f"Add a row {region.lower()}-share-value with place {importer} to shares.csv, or correct the region.",
            )


def edit_numbers(book: Book) -> Iterator[Defect]:
    """The edits of a scenario are numbered 1, 2, 3 without a gap."""
    if not book.readable("scenario_edits"):
        return
    by_scenario: dict[str, list[Row]] = {}
    for row in book.sheets["scenario_edits"].rows:
        by_scenario.setdefault(row["scenario"], []).append(row)
    for scenario, rows in by_scenario.items():
        if not all(WHOLE.fullmatch(row["edit"]) for row in rows):
            continue
        rows.sort(key=lambda row: int(row["edit"]))
        given = {int(row["edit"]) for row in rows}
        for row in rows:
            if int(row["edit"]) > 1 and int(row["edit"]) - 1 not in given:
                yield Defect(
                    "scenario_edits.csv", row.line, "edit", quoted(row["edit"]),
                    f"number {int(row['edit']) - 1} before it",
                    f"Number the edits of {scenario} 1, 2, 3 without a gap.",
                )


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (
    forms, costs, signs, distributions, numbers_needed, routes, anchors, totals, parts_of_importers, edit_numbers,
)
