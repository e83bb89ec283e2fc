"""Pairs of ranges that do not move apart: read from correlations.csv, and held against the other files."""

from collections.abc import Callable, Iterator, Mapping

from tariffs.errors import N_, BadQuestion, Defect, Said
from tariffs.law.policy import FIGURE_FIELDS
from tariffs.sources import Status
from tariffs.store.cells import nearest, number, quoted
from tariffs.store.reader import Book, Row
from tariffs.uncertainty.correlation import Correlation, connected, copula

FILE = "correlations.csv"
# Numbers that may be drawn, and the prefix of their three columns.
RANGES: Mapping[str, Mapping[str, str]] = {
    **{table: {name: f"{name}_" for name in fields} for table, fields in FIGURE_FIELDS.items() if fields},
    "costs": {"value": ""},
    "shares": {"share": ""},
    "elasticities": {"value": ""},
    "flows_baseline": {"tonnes": "tonnes_", "usd_per_t": "usd_per_t_"},
    "flow_totals": {"tonnes": "tonnes_"},
    "capacity": {"tonnes": "tonnes_"},
}
Rows = tuple[Mapping[str, str], ...]


def correlations_in(tables: Mapping[str, Rows]) -> tuple[Correlation, ...]:
    """The pairs on record, by the dimensions that are drawn."""
    moves = {
        f"flows_baseline.{row['key']}.usd_per_t": row["price_draw"]
        for row in tables["flows_baseline"]
        if row["price_draw"]
    }
    return tuple(
        Correlation(
            moves.get(row["key_a"], row["key_a"]),
            moves.get(row["key_b"], row["key_b"]),
            number(row["rho"]) or 0.0,
            Status(row["status"]),
            row["source"],
        )
        for row in tables["correlations"]
    )


def ranges_named(book: Book) -> Iterator[Defect]:
    """A correlation names two ranges that are there and are drawn apart."""
    for row in book.rows("correlations"):
        sound = True
        for column in ("key_a", "key_b"):
            for defect in _range(book, row, column):
                sound = False
                yield defect
        if sound and _dimension(book, row["key_a"]) == _dimension(book, row["key_b"]):
            yield Defect(
                FILE, row.line, "key_b", quoted(row["key_b"]), N_("a range that moves apart from key_a"),
                N_("Delete the row: the two share one draw already."),
            )


def agreement(book: Book) -> Iterator[Defect]:
    """Pairs are told once, and all of them can hold at the same time."""
    seen: dict[tuple[str, str], int] = {}
    pairs = []
    for row in book.rows("correlations"):
        pair = Correlation(_dimension(book, row["key_a"]), _dimension(book, row["key_b"]), number(row["rho"]) or 0.0)
        if pair.one == pair.other:
            return
        if pair.pair in seen:
            yield Defect(
                FILE, row.line, "key_b", quoted(row["key_b"]), N_("each pair of ranges once"),
                Said(N_("Line {line} is about the same pair: keep one of the two."), line=seen[pair.pair]),
            )
            return
        seen[pair.pair] = row.line
        pairs.append((pair, row))
    for joined in connected([pair for pair, _ in pairs]):
        try:
            copula([pair for pair, _ in pairs if pair.one in joined])
        except BadQuestion:
            last = [row for pair, row in pairs if pair.one in joined][-1]
            remedy = N_("Bring the correlations of these ranges nearer to zero, or state those of the pairs left out.")
            expected = Said(N_("correlations between {count} ranges that can hold together"), count=len(joined))
            yield Defect(FILE, last.line, "rho", quoted(last["rho"]), expected, remedy)


def _range(book: Book, row: Row, column: str) -> Iterator[Defect]:
    table, _, rest = row[column].partition(".")
    key, _, field = rest.rpartition(".")
    remedy = nearest(table, RANGES, Said(N_("The tables are {tables}."), tables=', '.join(RANGES)))
    if table not in RANGES:
        yield Defect(FILE, row.line, column, quoted(row[column]), N_("table.key.field of a range"), remedy)
    elif field not in RANGES[table]:
        fields = ", ".join(RANGES[table])
        yield Defect(
            FILE,
            row.line,
            column,
            quoted(row[column]),
            Said(N_("a number of {table}.csv"), table=table),
            Said(N_("It has: {fields}."), fields=fields),
        )
    elif book.readable(table) and key not in book.keys(table):
        remedy = nearest(
            key, book.keys(table), Said(N_("Add the row to {table}.csv, or correct the key."), table=table)
        )
        yield Defect(FILE, row.line, column, quoted(row[column]), Said(N_("a key of {table}.csv"), table=table), remedy)


def _dimension(book: Book, name: str) -> str:
    table, _, rest = name.partition(".")
    key, _, field = rest.rpartition(".")
    if (table, field) == ("flows_baseline", "usd_per_t"):
        return next((r["price_draw"] for r in book.rows(table) if r["key"] == key and r["price_draw"]), name)
    return name


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (ranges_named, agreement)
