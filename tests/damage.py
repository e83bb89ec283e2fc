"""Ways to spoil a copy of the data folder: one cell, one line or one file at a time."""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tariffs.store import DATA


@dataclass(frozen=True)
class Place:
    """Where a defect must be reported, and what it must quote."""

    file: str
    line: int | None
    column: str
    found: str


Spoil = Callable[[Path], Place]


def copy_of_data(tmp_path: Path) -> Path:
    """A fresh copy of the project's data."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def records(folder: Path, table: str) -> list[list[str]]:
    """Header and rows of a file; in our files every row is one line."""
    text = (folder / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def write(folder: Path, table: str, rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    (folder / f"{table}.csv").write_bytes(out.getvalue().encode("utf-8"))


def line_of(folder: Path, table: str, *key: str) -> int:
    """Line of the row whose first cells are ``key``."""
    return next(line for line, row in enumerate(records(folder, table), 1) if tuple(row[: len(key)]) == key)


def set_cell(folder: Path, table: str, key: str | tuple[str, ...], column: str, text: str) -> int:
    """Write one cell; the line of its row comes back."""
    rows = records(folder, table)
    line = line_of(folder, table, *((key,) if isinstance(key, str) else key))
    rows[line - 1][rows[0].index(column)] = text
    write(folder, table, rows)
    return line


def cell(
    table: str, key: str | tuple[
        str, ...,
    ], column: str, text: str, *, at: tuple[str, str] | None = None, found: str | None = None
) -> Spoil:
    """Spoil one cell; ``at`` is the key and column where it must show when that is elsewhere."""

    def spoil(folder: Path) -> Place:
        line = set_cell(folder, table, key, column, text)
        shown = text if found is None else found
        if at is None:
            return Place(f"{table}.csv", line, column, shown)
        return Place(f"{table}.csv", line_of(folder, table, at[0]), at[1], shown)

    return spoil


def cells(table: str, key: str | tuple[str, ...], changes: dict[str, str], column: str, found: str) -> Spoil:
    """Change several cells of a row; the defect must show in one of them."""

    def spoil(folder: Path) -> Place:
        head, *rows = records(folder, table)
        line = line_of(folder, table, *((key,) if isinstance(key, str) else key))
        for name, text in changes.items():
            rows[line - 2][head.index(name)] = text
        write(folder, table, [head, *rows])
        return Place(f"{table}.csv", line, column, found)

    return spoil


def twin(table: str, key: str, changes: dict[str, str], column: str, found: str) -> Spoil:
    """Add a copy of a row at the end, with some cells changed."""

    def spoil(folder: Path) -> Place:
        rows = records(folder, table)
        row = list(rows[line_of(folder, table, key) - 1])
        for name, text in changes.items():
            row[rows[0].index(name)] = text
        write(folder, table, [*rows, row])
        return Place(f"{table}.csv", len(rows) + 1, column, found)

    return spoil


def header(table: str, change: Callable[[list[str]], list[str]], column: str, found: str) -> Spoil:
    """Change the header line."""

    def spoil(folder: Path) -> Place:
        rows = records(folder, table)
        write(folder, table, [change(rows[0]), *rows[1:]])
        return Place(f"{table}.csv", 1, column, found)

    return spoil


def raw(file: str, change: Callable[[bytes], bytes], line: int | None, column: str, found: str) -> Spoil:
    """Change the bytes of a file."""

    def spoil(folder: Path) -> Place:
        path = folder / file
        path.write_bytes(change(path.read_bytes()))
        return Place(file, line, column, found)

    return spoil


def without_line(table: str, key: tuple[str, ...], place: Place) -> Spoil:
    """Delete a row; the defect must show where something still speaks of it."""

    def spoil(folder: Path) -> Place:
        rows = records(folder, table)
        del rows[line_of(folder, table, *key) - 1]
        write(folder, table, rows)
        return place

    return spoil
