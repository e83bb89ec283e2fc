"""The last pass over a saved workbook: our cells in its sheets, and nothing that depends on the clock."""

import io
import re
import zipfile
from datetime import date

from openpyxl.utils import get_column_letter

from tariffs.brief.cells import Book, Page
from tariffs.whole import workbook_bytes

LEVEL = 2  # of compression: the next ones cost more time than the bytes they save are worth
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
ROWS = re.compile(r"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)
EXTENT = re.compile(r'<dimension ref="[^"]*"\s*/>')


def seal(book: Book, day: date) -> bytes:
    """The workbook's bytes, the same for the same content; ``day`` stands for the day it was made."""
    raw, out = io.BytesIO(workbook_bytes(book.workbook)), io.BytesIO()
    pages = {f"xl/worksheets/sheet{number}.xml": page for number, page in enumerate(book.pages, start=1)}
    with zipfile.ZipFile(raw) as saved, zipfile.ZipFile(out, "w") as sealed:
        # The list of contents first: that is how other programs tell a workbook from any other archive.
        for entry in sorted(saved.infolist(), key=lambda e: e.filename != "[Content_Types].xml"):
            content = saved.read(entry)
            if entry.filename in pages:
                content = _with_cells(content.decode("utf-8"), pages[entry.filename]).encode("utf-8")
            elif entry.filename == "docProps/core.xml":
                content = STAMP.sub(rf"\g<1>{day.isoformat()}T00:00:00Z\g<3>".encode(), content)
            fixed = zipfile.ZipInfo(entry.filename, EARLIEST)
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            sealed.writestr(fixed, content, compresslevel=LEVEL)
    return out.getvalue()


def _with_cells(xml: str, page: Page) -> str:
    """A sheet as openpyxl saved it, with the cells that we wrote."""
    last = page.widest
    xml = EXTENT.sub(f'<dimension ref="A1:{get_column_letter(last)}{page.last_row}"/>', xml)
    before, after = ROWS.split(xml, maxsplit=1)
    return f"{before}<sheetData>{_rows(page, last)}</sheetData>{after}"


def _rows(page: Page, last: int) -> str:
    letters = [get_column_letter(column) for column in range(1, last + 1)]
    made = []
    for row in sorted(page.cells.keys() | page.heights.keys()):
        height = f' ht="{page.heights[row]:g}" customHeight="1"' if row in page.heights else ""
        made.append(f'<row r="{row}"{height}>')
        for column, (look, content) in sorted(page.cells.get(row, {}).items()):
            made.append(f'<c r="{letters[column - 1]}{row}" s="{look}"{content}')
        made.append("</row>")
    return "".join(made)
