"""From bytes to rows: every file opened once, every row with the line on which it stands."""

import csv
import hashlib
import io
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tariffs.errors import N_, BadData, Defect, Said, sentences, system_says
from tariffs.store.cells import fault, nearest, quoted
from tariffs.store.schema import TABLES, Table

DATA = Path(__file__).resolve().parents[2] / "data"
BASELINE = "baseline.toml"
PUT_BACK = N_("Put it back, from a copy or with git restore.")
SAVE_AS = N_("In a spreadsheet choose Save As, CSV UTF-8; in an editor choose UTF-8 without BOM.")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and the line of the file on which it begins (the header is line 1)."""

    line: int
    cells: dict[str, str]
    sound: bool            # whether every one of its cells can be read

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file as read."""

    table: Table
    rows: tuple[Row, ...] = ()
    readable: bool = False      # whether the file could be taken apart and has all its columns


@dataclass(frozen=True)
class Book:
    """A whole data folder as read, with what is wrong in single files and cells."""

    folder: Path
    sheets: Mapping[str, Sheet]
    baseline: Mapping[str, Any]
    baseline_lines: Mapping[str, int]      # line on which each entry of baseline.toml stands
    digest: str
    defects: tuple[Defect, ...] = ()
    _keys: dict[str, frozenset[str]] = field(default_factory=dict)

    def rows(self, name: str) -> tuple[Row, ...]:
        """Rows without a defect of their own, so that one mistake is told once."""
        return tuple(row for row in self.sheets[name].rows if row.sound)

    def readable(self, *names: str) -> bool:
        return all(self.sheets[name].readable for name in names)

    def keys(self, name: str) -> frozenset[str]:
        """Every key that a file holds, those of doubtful rows included."""
        if name not in self._keys:
            column = TABLES[name].key[0]
            self._keys[name] = frozenset(row[column] for row in self.sheets[name].rows)
        return self._keys[name]


def read(folder: Path) -> Book:
    """Read every file of a data folder.

    Raises
    ------
    BadData
        When there is no such folder to read.
    """
    _folder_or_bad_data(folder)
    sheets: dict[str, Sheet] = {}
    defects: list[Defect] = []
    digest = hashlib.sha256()
    baseline: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for name in sorted((*(table.file for table in TABLES.values()), BASELINE)):
        table = TABLES.get(name.removesuffix(".csv"))
        raw, missing = _bytes(folder / name)
        if missing is not None:
            defects.append(missing)
            if table:
                sheets[table.name] = Sheet(table)
            continue
        digest.update(name.encode() + b"\0" + raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + b"\0")
        text, faults = _decoded(name, raw)
        if table is None:
            baseline, lines, more = _toml(text)
            defects += [*faults, *more]
        else:
            sheets[table.name], more = _sheet(table, text)
            defects += [*faults, *more]
    return Book(folder, sheets, baseline, lines, digest.hexdigest()[:12], tuple(defects))


def _folder_or_bad_data(folder: Path) -> None:
    try:
        if folder.is_dir():
            return
        there = N_("a file") if folder.exists() else N_("nothing")
        found = N_("a link that leads to no folder") if folder.is_symlink() else there
    except OSError as problem:
        found = Said(N_("a path that cannot be opened ({strerror})"), strerror=system_says(problem))
    remedy = N_("Give the path of the folder that holds measures.csv.")
    raise BadData(str(folder), [Defect(str(folder), None, "", found, N_("a folder with the data files"), remedy)])


def _bytes(path: Path) -> tuple[bytes, Defect | None]:
    try:
        return path.read_bytes(), None
    except FileNotFoundError:
        found = N_("a link that leads nowhere") if path.is_symlink() else N_("no file")
    except IsADirectoryError:
        found = N_("a folder of that name")
    except OSError as problem:
        found = Said(N_("a file that cannot be opened ({strerror})"), strerror=system_says(problem))
    return b"", Defect(
        path.name, None, "", found, N_("a file that can be read"), sentences(PUT_BACK, N_("Check its name, too."))
    )


def _decoded(name: str, raw: bytes) -> tuple[str, list[Defect]]:
    """The text of a file, line ends made one, with what is wrong in its encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", [Defect(name, 1, "", N_('"UTF-16 text"'), N_("text in UTF-8"), SAVE_AS)]
    defects = []
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
        remedy = sentences(N_("Re-save the file as UTF-8 without BOM."), SAVE_AS)
        defects.append(Defect(name, 1, "", N_('"a byte order mark (BOM)"'), N_("UTF-8 text without BOM"), remedy))
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return raw.decode("utf-8"), defects
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        bad = raw[problem.start : problem.start + 4].split(b"\n")[0]
        found = Said(N_('"{text}" (bytes {bytes})'), text=bad.decode("latin-1"), bytes=bad.hex(" "))
        return raw.decode("utf-8", "replace"), [*defects, Defect(name, line, "", found, N_("text in UTF-8"), SAVE_AS)]


def _sheet(table: Table, text: str) -> tuple[Sheet, list[Defect]]:
    if not text.strip():
        return Sheet(table), [Defect(table.file, None, "", N_("an empty file"), N_("a header line and rows"), PUT_BACK)]
    records, defects = _records(table, text)
    if not records:
        return Sheet(table), defects
    header = records[0][1]
    misfits = list(_header_defects(table, header))
    defects += misfits
    if misfits and not table.names & set(header):
        return Sheet(table), defects
    columns = {column.name: column for column in table.columns}
    known = [(place, columns.get(name)) for place, name in enumerate(header)]
    rows = []
    for line, cells in records[1:]:
        if len(cells) != len(header):
            defects.append(_count_defect(table, line, cells, header))
            rows.append(Row(line, dict(zip(header, cells, strict=False)), sound=False))
            continue
        faults = [
            Defect(table.file, line, column.name, wrong.found, wrong.expected, wrong.remedy)
            for place, column in known if column and (wrong := fault(column, cells[place]))
        ]
        defects += faults
        rows.append(Row(line, dict(zip(header, cells, strict=True)), sound=not faults and not misfits))
    if len(records) == 1 and not table.optional:
        defects.append(Defect(table.file, None, "", N_("a header without rows"), N_("at least one row"), PUT_BACK))
    return Sheet(table, tuple(rows), readable=not misfits), defects


def _records(table: Table, text: str) -> tuple[list[tuple[int, list[str]]], list[Defect]]:
    """Every record with the line on which it begins; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if cells:
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as problem:
        remedy = N_(
            'Close every quotation mark, write "" for one inside a quoted cell, keep a cell under 100,000 letters.'
        )
        return records, [Defect(table.file, line, "", f'"{problem}"', N_("cells that can be told apart"), remedy)]
    return records, []


def _header_defects(table: Table, header: list[str]) -> Iterator[Defect]:
    for mark, word in ((";", N_("semicolons")), ("\t", N_("tabs"))):
        if len(header) == 1 and mark in header[0]:
            yield Defect(
                table.file,
                1,
                "",
                quoted(header[0]),
                N_("columns separated by commas"),
                Said(
                    N_("The file is separated by {word}: save it again with commas between the cells."), word=Said(word)
                ),
            )
            return
    for name, times in Counter(header).items():
        if times > 1:
            yield Defect(
                table.file, 1, name, quoted(name), N_("each column once"),
                Said(N_("It stands there {times} times: delete all but one."), times=times),
            )
    spare = [name for name in header if name not in table.names]
    missing = [column.name for column in table.columns if column.name not in header]
    for name in spare:
        yield Defect(
            table.file, 1, name, quoted(name), Said(N_("one of {words}"), words=', '.join(sorted(table.names))),
            nearest(name, missing, N_("Delete the column, or put its text into the note.")),
        )
    for name in missing:
        yield Defect(
            table.file, 1, name, N_("no such column"), Said(N_("the column {name}"), name=name),
            Said(N_('Add "{name}" to the header, and its cells to every row.'), name=name),
        )


def _count_defect(table: Table, line: int, cells: list[str], header: list[str]) -> Defect:
    more = len(cells) > len(header)
    remedy = (
        N_("Put a text that holds a comma between quotation marks, and write numbers with a decimal point.")
        if more
        else N_("Add the missing commas; an empty cell still needs its comma.")
    )
    return Defect(
        table.file,
        line,
        "",
        Said(N_('"{count} cells"'), count=len(cells)),
        Said(N_("{count} cells, one for each column"), count=len(header)),
        remedy,
    )


def _toml(text: str) -> tuple[dict[str, Any], dict[str, int], list[Defect]]:
    numbered = list(enumerate(text.split("\n"), 1))
    lines = {part.partition("=")[0].strip(): at for at, part in reversed(numbered) if "=" in part}
    try:
        return tomllib.loads(text), lines, []
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        remedy = N_('Write one "name = value" to a line, as in data/README.md: dates bare, words in quotation marks.')
        return {}, lines, [Defect(BASELINE, None, "", f'"{problem}"', N_("settings that can be read"), remedy)]
