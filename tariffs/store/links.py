"""What one file says of another: keys, places and groups that must exist, and edits that rows can hold."""

from collections.abc import Callable, Iterator
from datetime import date

from tariffs.errors import N_, Defect, Said
from tariffs.law.measures import ROLES
from tariffs.law.places import LABELLED
from tariffs.law.policy import FIGURE_FIELDS, TEXT_FIELDS
from tariffs.law.products import PRODUCT_CLASSES
from tariffs.store.cells import ISO_DATE, limits, nearest, number, quoted
from tariffs.store.places import PLACES
from tariffs.store.reader import Book, Row
from tariffs.store.schema import TABLES

KEEPERS = ("unknown", "intermediary", "resource_cost")
UNITS = {"ad_valorem": 1.0, "share": 1.0, "fraction": 1.0, "factor": 2.0, "usd_per_t": None}   # the most each may be
USD_FORMS = ("specific_usd_per_t", "minimum_usd_per_t")


def keys_named(book: Book) -> Iterator[Defect]:
    """A cell that names a row of another file names one that is there."""
    for sheet in book.sheets.values():
        linked = [column for column in sheet.table.columns if column.to and book.readable(column.to)]
        for row in book.rows(sheet.table.name):
            for column in linked:
                cell = row[column.name]
                for key in cell.split(";") if column.kind == "links" else [cell]:
                    if (key or column.kind == "links") and key not in book.keys(column.to):
                        yield Defect(
                            sheet.table.file,
                            row.line,
                            column.name,
                            quoted(key),
                            Said(N_("a key of {table}.csv"), table=column.to),
                            nearest(
                                key,
                                book.keys(column.to),
                                Said(N_("Add the row to {table}.csv, or correct the key."), table=column.to),
                            ),
                        )


def origins(book: Book) -> Iterator[Defect]:
    """An origin is any, a place, or a group that has members."""
    if not book.readable("origin_groups"):
        return
    groups = book.keys("origin_groups")
    for name in ("measures", "classification"):
        for row in book.rows(name):
            origin = row["origin_group"]
            maker, _, declared = origin.upper().partition(LABELLED.upper())
            swapped = LABELLED in origin and not {maker, declared} <= PLACES
            if swapped or (origin != "any" and origin not in PLACES and origin not in groups):
                yield Defect(
                    f"{name}.csv", row.line, "origin_group", quoted(
                        origin
                    ), N_("any, a place, or a group of origin_groups.csv"),
                    nearest(
                        origin, groups, N_("Add the group with its members to origin_groups.csv, or correct the name."),
                    ),
                )


def wedges(book: Book) -> Iterator[Defect]:
    """A wedge belongs to one route of the baseline."""
    if not book.readable("flows_baseline"):
        return
    routes = {(row["producer"], row["label"], row["importer"]) for row in book.sheets["flows_baseline"].rows}
    seen: dict[tuple[str, ...], int] = {}
    for row in book.rows("access_wedges"):
        route = (row["producer"], row["label"], row["importer"])
        if route not in routes:
            yield Defect(
                "access_wedges.csv", row.line, "importer", quoted("/".join(route)), N_("a route of flows_baseline.csv"),
                N_("Add the route to flows_baseline.csv, or correct producer, label or importer."),
            )
        if route in seen:
            yield Defect(
                "access_wedges.csv", row.line, "importer", quoted("/".join(route)), N_("one wedge for each route"),
                Said(N_("Line {line} is for the same route: keep one of the two."), line=seen[route]),
            )
        seen.setdefault(route, row.line)


def unknown_files(book: Book) -> Iterator[Defect]:
    """An unknown says which file its answer will change."""
    files = [table.file for table in TABLES.values()]
    for row in book.rows("unknowns"):
        if row["replaces_file"] not in files:
            yield Defect(
                "unknowns.csv", row.line, "replaces_file", quoted(row["replaces_file"]), N_("a file of data/"),
                nearest(row["replaces_file"], files, N_("Name the file that the answer will change.")),
            )


def comparisons(book: Book) -> Iterator[Defect]:
    for row in book.rows("scenarios"):
        if row["compare_with"] and row["compare_with"] == row["scenario"]:
            yield Defect(
                "scenarios.csv",
                row.line,
                "compare_with",
                quoted(row["compare_with"]),
                N_("another scenario, or nothing"),
                N_("Leave the cell empty for the one that others are measured against."),
            )


def edits(book: Book) -> Iterator[Defect]:
    """An edit names a field of a row that exists, and gives it something it can hold."""
    seen: dict[tuple[str, ...], int] = {}
    for row in book.rows("scenario_edits"):
        table, key, name = row["table"], row["key"], row["field"]
        if table not in FIGURE_FIELDS:
            yield _edit(
                row, "table", table, Said(N_("one of {words}"), words=', '.join(FIGURE_FIELDS)),
                nearest(table, FIGURE_FIELDS, N_("Choose one of these tables.")),
            )
            continue
        if book.readable(table) and key not in book.keys(table):
            yield _edit(
                row,
                "key",
                key,
                Said(N_("a key of {table}.csv"), table=table),
                nearest(
                    key, book.keys(table), Said(N_("Correct the key, or add the row to {table}.csv."), table=table)
                ),
            )
        fields = (*FIGURE_FIELDS[table], *sorted(TEXT_FIELDS[table]))
        if name not in fields:
            yield _edit(
                row,
                "field",
                name,
                Said(N_("one of {words}"), words=", ".join(fields)),
                nearest(name, fields, N_("Choose one of these fields.")),
            )
            continue
        target = (row["scenario"], table, key, name)
        if target in seen:
            yield _edit(
                row, "field", name, N_("each field of a row edited once in a scenario"),
                Said(N_("Line {line} edits it already: keep one of the two."), line=seen[target]),
            )
        seen.setdefault(target, row.line)
        if name in FIGURE_FIELDS[table]:
            target_rows = (held for held in book.rows(table) if held["key"] == key)
            yield from _figure_edit(row, next(target_rows, None))
        else:
            yield from _text_edit(row)


def _units(table: str, field: str, target: Row) -> tuple[str, ...]:
    """The units in which a field of a row may be edited; none when the row has no such number."""
    form = target["form"]
    match table:
        case "measures" if field == "specific":
            return ("usd_per_t",) if form.startswith("compound") else ()
        case "measures":
            return ("usd_per_t",) if form in USD_FORMS else ("factor",) if form == "factor" else (
                "ad_valorem", "fraction",
            )
        case "exporter_measures":
            return ("share", "fraction") if form == "share" else ("ad_valorem", "fraction")
        case "costs":
            return ("fraction",) if target["unit"].startswith("fraction") else ("usd_per_t",)
        case "shares":
            return ("share", "fraction")
        case _:
            return ("usd_per_t",)


def _figure_edit(row: Row, target: Row | None) -> Iterator[Defect]:
    if row["text"]:
        yield _edit(
            row, "text", row["text"], Said(N_("nothing, since {field} is a number"), field=row['field']),
            N_("Move the value to low, central and high."),
        )
    if row["unit"] not in UNITS:
        yield _edit(
            row,
            "unit",
            row["unit"],
            Said(N_("one of {words}, since {field} is a number"), words=", ".join(UNITS), field=row["field"]),
            N_("Write the unit of the number."),
        )
        return
    if target and not (units := _units(row["table"], row["field"], target)):
        yield _edit(
            row, "field", row["field"], N_("a number that the row has"),
            Said(N_("Give {key} a compound form first, or edit its rate."), key=row['key']),
        )
    elif target and row["unit"] not in units:
        yield _edit(
            row,
            "unit",
            row["unit"],
            Said(N_("one of {words}"), words=", ".join(units)),
            Said(N_("Write the number in the unit of {key}."), key=row["key"]),
        )
    if not row["central"]:
        yield Defect(
            "scenario_edits.csv",
            row.line,
            "central",
            N_("nothing"),
            Said(N_("the new value of {field}"), field=row["field"]),
            N_("Fill in the figure, and both ends when it has a range."),
        )
    for name in ("low", "central", "high"):
        value = number(row[name])
        if value is not None and (wrong := limits(row[name], value, 0.0, UNITS[row["unit"]])):
            yield Defect("scenario_edits.csv", row.line, name, wrong.found, wrong.expected, wrong.remedy)


def _text_edit(row: Row) -> Iterator[Defect]:
    for name in ("low", "central", "high"):
        if row[name]:
            yield _edit(
                row,
                name,
                row[name],
                Said(N_("nothing, since {field} is a text"), field=row["field"]),
                N_("Move the value to the column text."),
            )
    text, name = row["text"], row["field"]
    words = {"role": ROLES, "product_class": PRODUCT_CLASSES, "who_keeps": KEEPERS}.get(name)
    if words and text not in words:
        yield _edit(
            row,
            "text",
            text,
            Said(N_("one of {words}"), words=", ".join(words)),
            nearest(text, words, N_("Choose one of these words.")),
        )
    if not words and text and not _is_day(text):
        yield _edit(
            row, "text", text, N_("a date such as 2025-10-16, or nothing for an open end"), N_("Write year-month-day.")
        )


def _edit(row: Row, column: str, found: str, expected: str, remedy: str) -> Defect:
    return Defect("scenario_edits.csv", row.line, column, quoted(found) if found else N_("nothing"), expected, remedy)


def _is_day(text: str) -> bool:
    try:
        return bool(ISO_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (
    keys_named, origins, wedges, unknown_files, comparisons, edits,
)
