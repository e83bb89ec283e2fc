"""Check a whole data folder: cells, rows, and what rows say of each other. Everything is told at once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tariffs.errors import N_, BadData, Defect, Said
from tariffs.store import correlations, flow_rules, links, panels, rules, settings
from tariffs.store.cells import day, number, quoted
from tariffs.store.reader import DATA, Book, Row, read

# What tells two rows of a table apart on one day; two baseline rows that agree on it may not overlap.
ONE_AT_A_TIME = {
    "measures": ("importer", "region", "product", "product_class", "origin_group", "kind"),
    "classification": ("importer", "region", "product", "origin_group"),
    "exporter_measures": ("exporter", "kind"),
    "origin_groups": ("group", "iso3"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and how many rows of each file stand on what."""

    defects: tuple[Defect, ...]
    counts: Mapping[str, Mapping[str, int]]   # file -> status -> rows; "" counts rows without a status

    @property
    def ok(self) -> bool:
        return not self.defects


def check(folder: Path | None = None) -> Checked:
    """Check every file of a data folder, the project's own by default.

    Nothing is raised for bad data: what is wrong is in ``defects``, a missing folder included.
    """
    try:
        book = read(Path(folder) if folder is not None else DATA)
    except BadData as problem:
        return Checked(problem.defects, {})
    counts = {sheet.table.file: dict(Counter(row["status"] for row in sheet.rows)) for sheet in book.sheets.values()}
    if held := panels.panels(book.folder):
        counts[panels.INDEX] = {"": len(held)}
    # Panels are looked at once the tables are sound: a lost source is told where it was lost.
    wrong = defects_of(book) or tuple(panels.defects(book.folder, book.keys("sources")))
    return Checked(wrong, counts)


def defects_of(book: Book) -> tuple[Defect, ...]:
    """Every defect of a folder, by file and line."""
    found = [*book.defects]
    for rule in RULES:
        found += rule(book)
    return tuple(sorted(set(found), key=lambda d: (d.file, d.row or 0, d.column)))


def repeated_keys(book: Book) -> Iterator[Defect]:
    """A key names one row."""
    for sheet in book.sheets.values():
        first: dict[tuple[str, ...], int] = {}
        for row in sheet.rows:
            key = tuple(row[column] for column in sheet.table.key)
            if not sheet.readable or not key[0]:
                continue
            if key in first:
                name = " / ".join(part for part in key if part)
                yield Defect(
                    sheet.table.file,
                    row.line,
                    sheet.table.key[-1] if sheet.table.name == "scenario_edits" else sheet.table.key[0],
                    quoted(name),
                    N_("a key used once"),
                    Said(
                        N_("Lines {first} and {line} share it: rename or delete one of them."),
                        first=first[key],
                        line=row.line,
                    ),
                )
            first.setdefault(key, row.line)


def ranges(book: Book) -> Iterator[Defect]:
    """low <= central <= high, and both ends or neither."""
    for sheet in book.sheets.values():
        for row in book.rows(sheet.table.name):
            for names in sheet.table.ranges:
                yield from _range_defects(sheet.table.file, row, names)
    for row in book.rows("fx_wedge"):
        yield from _order_defects("fx_wedge.csv", row, ("free_low", "free_rate_irr_per_usd", "free_high"))


def _range_defects(file: str, row: Row, names: tuple[str, str, str]) -> Iterator[Defect]:
    low, _, high = names
    if bool(row[low]) != bool(row[high]):
        empty, full = (high, low) if row[low] else (low, high)
        yield Defect(
            file, row.line, empty, Said(N_("nothing, while {full} is {cell}"), full=full, cell=quoted(row[full])),
            Said(N_("{low} and {high} together, or neither"), low=low, high=high),
            Said(N_("Fill in {empty}, or empty {full} and keep the central figure alone."), empty=empty, full=full),
        )
    yield from _order_defects(file, row, names)


def _order_defects(file: str, row: Row, names: tuple[str, str, str]) -> Iterator[Defect]:
    known = [(name, value) for name in names if (value := number(row[name])) is not None]
    for (less, a), (more, b) in pairwise(known):
        if a > b:
            yield Defect(
                file,
                row.line,
                less,
                Said(N_("{cell} above {more} {other}"), cell=quoted(row[less]), more=more, other=quoted(row[more])),
                Said(N_("{less} not above {more}"), less=less, more=more),
                N_("Exchange the two figures, or correct the one that is wrong."),
            )


def spans(book: Book) -> Iterator[Defect]:
    """A first day comes before the last."""
    for sheet in book.sheets.values():
        for row in book.rows(sheet.table.name):
            for first, last in sheet.table.spans:
                if row[first] and row[last] and row[first] > row[last]:
                    yield Defect(
                        sheet.table.file,
                        row.line,
                        last,
                        Said(
                            N_("{cell}, before {first} {other}"),
                            cell=quoted(row[last]),
                            first=first,
                            other=quoted(row[first]),
                        ),
                        Said(N_("a day not before {first}"), first=first),
                        N_("Correct one of the two dates; leave the end empty while it is in force."),
                    )


def overlaps(book: Book) -> Iterator[Defect]:
    """On one day, one baseline row for the same thing."""
    for name, columns in ONE_AT_A_TIME.items():
        if not book.readable(name):
            continue
        alike: dict[tuple[str, ...], list[Row]] = {}
        for row in book.rows(name):
            if row["role"] in ("baseline", ""):
                # A factor and a minimum customs value may stand together.
                form = row["form"] if row["kind"] == "valuation_adjustment" else ""
                alike.setdefault((*(row[c] for c in columns), form), []).append(row)
        first, last = book.sheets[name].table.spans[0]
        for rows in alike.values():
            for at, later in enumerate(rows):
                for earlier in rows[:at]:
                    if _meet(earlier, later, first, last):
                        yield _overlap(book.sheets[name].table.file, earlier, later, first, last)


def _meet(a: Row, b: Row, first: str, last: str) -> bool:
    starts = [d for row in (a, b) if (d := day(row[first]))]
    ends = [d for row in (a, b) if (d := day(row[last]))]
    return not starts or not ends or max(starts) <= min(ends)


def _overlap(file: str, earlier: Row, later: Row, first: str, last: str) -> Defect:
    mine, other = (
        Said(N_("{first} to {last}"), first=row[first] or Said(N_("open")), last=row[last] or Said(N_("open")))
        for row in (later, earlier)
    )
    return Defect(
        file,
        later.line,
        first,
        Said(N_('"{mine}", which meets line {line} ({other})'), mine=mine, line=earlier.line, other=other),
        N_("one baseline row for the same thing on any day"),
        Said(
            N_("Close the older row on the day before the newer begins ({last}), or give one of them another role."),
            last=last,
        ),
    )


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (
    repeated_keys, ranges, spans, overlaps, *rules.RULES, *flow_rules.RULES, *links.RULES, *settings.RULES,
    *correlations.RULES,
)
