"""Larger tables for regressions: ``data/panels/``, each file with its digest in ``panels.csv``."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tariffs.errors import N_, Defect, Said

FOLDER, INDEX = "panels", "panels/panels.csv"
COLUMNS = ("file", "rows", "sha256", "source", "note")
KINDS = (".parquet", ".csv", ".csv.gz")


@dataclass(frozen=True, slots=True)
class Panel:
    """One file of the folder, as its index describes it."""

    file: str
    rows: int
    sha256: str
    source: str
    note: str
    line: int


def panels(folder: Path) -> tuple[Panel, ...]:
    """What the index lists; nothing when the data folder has no panels."""
    return tuple(row for row in _read(folder) if isinstance(row, Panel))


def defects(folder: Path, sources: frozenset[str]) -> Iterator[Defect]:
    """A file that is missing, changed or not listed; a line that cannot be read; a source nobody knows."""
    where = folder / FOLDER
    if not where.is_dir():
        return
    listed = set()
    for row in _read(folder):
        if isinstance(row, Defect):
            yield row
            continue
        listed.add(row.file)
        if row.source not in sources:
            yield Defect(
                INDEX,
                row.line,
                "source",
                f'"{row.source}"',
                N_("an id of sources.csv"),
                N_("Add the source, or correct it."),
            )
        path = where / row.file
        if not path.is_file():
            yield Defect(
                INDEX,
                row.line,
                "file",
                f'"{row.file}"',
                Said(N_("that file in {folder}/"), folder=FOLDER),
                N_("Put it back."),
            )
        elif digest(path) != row.sha256:
            yield Defect(
                INDEX,
                row.line,
                "sha256",
                f'"{row.sha256[:12]}…"',
                Said(N_("{digest}, what the file has"), digest=digest(path)),
                N_("Put the file back, or write its new digest and say in the note what changed."),
            )
    for path in sorted(where.iterdir()):
        if path.name.endswith(KINDS) and path.name != "panels.csv" and path.name not in listed:
            yield Defect(
                INDEX,
                None,
                "file",
                N_("no line"),
                Said(N_("a line for {name}"), name=path.name),
                N_("Add its rows, sha256 and source, or take the file away."),
            )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(folder: Path) -> Iterator[Panel | Defect]:
    path = folder / INDEX
    if not path.is_file():
        if (folder / FOLDER).is_dir():
            yield Defect(
                INDEX, None, "", N_("no file"), N_("the list of panels"), N_("Put it back, or take the folder away.")
            )
        return
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8", errors="replace"), newline=""))
    header = next(reader, [])
    if tuple(header) != COLUMNS:
        yield Defect(INDEX, 1, "", f'"{",".join(header)}"', ",".join(COLUMNS), N_("Correct the header."))
        return
    for cells in reader:
        if len(cells) != len(COLUMNS) or not cells[1].isdigit() or Path(cells[0]).name != cells[0]:
            yield Defect(
                INDEX,
                reader.line_num,
                "",
                f'"{",".join(cells)[:60]}"',
                N_("file, rows, sha256, source, note"),
                N_("Write one line for each file, rows as a whole number."),
            )
        else:
            yield Panel(cells[0], int(cells[1]), cells[2], cells[3], cells[4], reader.line_num)
