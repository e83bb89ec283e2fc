"""Workbooks: looked through before they are opened, so that none can swell beyond its limit.

A workbook is an archive of XML. We copy the few parts that hold cells into a clean archive, counting
as we inflate, and give only that copy to the reader: no macro, no link, no entity, no cell a million
columns away reaches it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from tariffs.errors import Said
from tariffs.intake.page import Limits, Line, Page
from tariffs.intake.refusal import refuse
from tariffs.words import N_

NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/sharedStrings\.xml"
    r"|xl/styles\.xml|xl/worksheets/[^/]+\.xml"
)
ENTITY = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
CELL_OR_ROW = re.compile(
    rb"<(?:\w+:)?(row|c)(?=[\s>/])(?:[^>]*?\sr\s*=\s*[\"']([A-Za-z]{0,8})(\d{1,12}))?"
)
FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])")
NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</|</(?:\w+:)?c>)"
)
MERGED = re.compile(rb"<(?:\w+:)?mergeCell(?=[\s>/])")
CHUNK, OVERLAP = 1 << 18, 4096
PER_CELL = 40  # bytes of memory that a cell takes while it is read, its text apart
MOST_PARTS = 2_000
BROKEN = N_("Open it in a spreadsheet and save it again; a broken download must be repeated.")


@dataclass
class Found:
    """What a look through the sheets found."""

    inflated: int = 0
    area: int = 0
    texts: int = 0
    formulas: int = 0
    merged: int = 0
    unsaved: int = 0  # formulas without a saved value
    notes: list[Said] = field(default_factory=list)


@dataclass
class Extent:
    """How far one sheet reaches."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    at_row: int = 0
    at_column: int = 0

    @property
    def area(self) -> int:
        return self.rows * self.columns


def workbook_pages(file: str, source: BinaryIO, limits: Limits) -> list[Page]:
    """The visible sheets of an .xlsx or .xlsm.

    Raises
    ------
    Refused
        When it is broken, too large once unpacked, or holds what no trade table needs.
    """
    found = Found()
    clean = _copy(file, source, limits, found)
    if found.unsaved:
        raise refuse(
            file, Said(N_("{unsaved} formulas whose values were never saved"), unsaved=found.unsaved), N_("figures"),
            N_("Open the workbook in a spreadsheet, let it calculate, and save it; or paste the values."),
        )
    if found.formulas:
        read = N_("{count} cells are formulas; the values that the spreadsheet saved are read.")
        found.notes.append(Said(read, count=found.formulas))
    return _sheets(file, clean, found)


def old_workbook_pages(file: str, source: BinaryIO, limits: Limits) -> list[Page]:
    """The visible sheets of an .xls, which cannot be looked through beforehand."""
    if limits.size is not None:
        raise refuse(
            file,
            N_("a workbook of the old kind (.xls)"),
            N_("an .xlsx workbook or a CSV file"),
            N_(
                "Open it in a spreadsheet and save it as .xlsx; or load it with `python -m tariffs load` "
                "on your machine."
            ),
        )
    return _sheets(file, io.BytesIO(source.read()), Found())


def _copy(file: str, source: BinaryIO, limits: Limits, found: Found) -> io.BytesIO:
    clean = io.BytesIO()
    try:
        with zipfile.ZipFile(source) as given, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED, True, 1) as out:
            parts = given.infolist()
            if len(parts) > MOST_PARTS:
                raise refuse(
                    file,
                    Said(N_("an archive of {count} parts"), count=len(parts)),
                    N_("a workbook of a few sheets"),
                    BROKEN,
                )
            if any(part.filename.endswith("vbaProject.bin") for part in parts):
                found.notes.append(Said(N_("The workbook holds macros; they are not read and not run.")))
            for part in sorted(
                (p for p in parts if NEEDED.fullmatch(p.filename)), key=lambda p: p.filename != "[Content_Types].xml",
            ):
                with given.open(part) as packed, out.open(part.filename, "w") as unpacked:
                    for chunk in _looked_through(file, packed, part.filename, limits, found):
                        unpacked.write(chunk)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        IndexError,
    ):
        raise refuse(
            file,
            N_("a broken workbook"),
            N_("a workbook that opens in a spreadsheet"),
            BROKEN,
        ) from None
    clean.seek(0)
    return clean


def _looked_through(file: str, packed: Any, part: str, limits: Limits, found: Found) -> Iterator[bytes]:
    """Pass a part on while counting, and stop before it costs more than the limit."""
    sheet = part.startswith("xl/worksheets/")
    tail, own = b"", 0
    extent = Extent()
    while chunk := packed.read(CHUNK):
        own += len(chunk)
        found.inflated += len(chunk)
        window = tail + chunk
        if ENTITY.search(window):
            raise refuse(
                file,
                Said(N_("a document type or entity in {part}"), part=part),
                N_("plain cells"),
                N_("No spreadsheet writes these; open the file in one and save it again, and ask who sent it."),
            )
        tail = window[-OVERLAP:]
        if sheet:
            _count(window, len(window) - len(tail), found, extent)
        _within(file, limits, found, extent, own if not sheet else max(0, own - 60 * extent.cells))
        yield chunk
    if sheet:
        _count(tail, len(tail), found, extent)
    texts = own if not sheet else max(0, own - 60 * extent.cells)
    _within(file, limits, found, extent, texts)
    found.area += extent.area
    found.texts += texts


def _within(file: str, limits: Limits, found: Found, extent: Extent, texts: int) -> None:
    needed = found.texts + texts + PER_CELL * (found.area + extent.area)
    if needed > limits.ceiling or found.inflated > 40 * limits.ceiling:
        raise refuse(
            file,
            Said(
                N_("a sheet that takes more than {ceiling} MB when opened (so far {rows} rows, {columns} columns)"),
                ceiling=limits.ceiling // 2**20,
                rows=extent.rows,
                columns=extent.columns,
            ),
            N_("a table of ordinary size"),
            N_("Keep the rows and columns you need and save them as CSV, which is read row by row."),
        )


def _count(window: bytes, end: int, found: Found, extent: Extent) -> None:
    """Rows, columns, formulas and merges that begin before ``end``, read with the bytes that follow."""
    for mark in CELL_OR_ROW.finditer(window):
        if mark.start() >= end:
            break
        kind, letters, digits = mark.groups()
        if kind == b"row":
            extent.at_row = int(digits) if digits else extent.at_row + 1
            extent.at_column = 0
        else:
            extent.cells += 1
            extent.at_column += 1
            if letters:
                extent.at_column = 0
                for letter in letters.upper():
                    extent.at_column = extent.at_column * 26 + letter - 64
                extent.at_row = int(digits)
            extent.columns = max(extent.columns, extent.at_column)
        extent.rows = max(extent.rows, extent.at_row)
    for pattern, name in ((FORMULA, "formulas"), (MERGED, "merged"), (NO_VALUE, "unsaved")):
        hits = sum(1 for mark in pattern.finditer(window) if mark.start() < end)
        setattr(found, name, getattr(found, name) + hits)


def _sheets(file: str, source: BinaryIO, found: Found) -> list[Page]:
    from python_calamine import CalamineWorkbook

    book: Any = _guarded(file, lambda: CalamineWorkbook.from_filelike(source))
    visible = [s for s in book.sheets_metadata if _is(s.visible, "Visible")]
    hidden = [s.name for s in book.sheets_metadata if s.name not in {v.name for v in visible}]
    if hidden:
        found.notes.append(Said(N_("Hidden sheets are not read: {sheets}."), sheets=", ".join(hidden)))
    if found.merged:
        first = N_("{count} merged cells: the value stands in the first of each.")
        found.notes.append(Said(first, count=found.merged))
    pages = []
    for meta in visible:
        if not _is(meta.typ, "WorkSheet"):
            continue

        def lines(name: str = meta.name) -> Iterator[Line]:
            yield from _lines(file, book, name)

        pages.append(Page(file, meta.name, lines, N_("spreadsheet"), tuple(found.notes)))
    if not pages:
        raise refuse(
            file,
            Said(N_("no visible sheet (hidden: {hidden})"), hidden=", ".join(hidden))
            if hidden
            else N_("no visible sheet"),
            N_("a sheet with a table"),
            N_("Unhide the sheet in a spreadsheet and save it."),
        )
    return pages


def _is(kind: object, name: str) -> bool:
    return str(kind).rpartition(".")[2] == name


def _lines(file: str, book: Any, name: str) -> Iterator[Line]:
    sheet = _guarded(file, lambda: book.get_sheet_by_name(name))
    rows = _guarded(file, lambda: iter(sheet.iter_rows()))
    at = 0  # the rows above the first used one are given, too
    while (cells := _guarded(file, lambda: next(rows, None))) is not None:
        at += 1
        yield at, [_shown(cell) for cell in cells]


def _shown(cell: object) -> str:
    """A cell as text; a whole number without the point that a spreadsheet does not show either."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _guarded(file: str, step: Any) -> Any:
    """A step of the reader; whatever it stumbles over, its own panics included, is a broken workbook."""
    try:
        return step()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:
        what = N_("a broken workbook")
        raise refuse(file, what, N_("a workbook that opens in a spreadsheet"), BROKEN) from None
