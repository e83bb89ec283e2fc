"""The last pass over a saved workbook: values beside formulas, and nothing that depends on the clock."""

import io
import re
import zipfile
from datetime import date
from xml.sax.saxutils import escape

from tariffs.brief.cells import Book, Value

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*?)><f>(.*?)</f><v\s*/?>(?:</v>)?</c>', re.DOTALL)
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def seal(book: Book, day: date) -> bytes:
    """The workbook's bytes, the same for the same content; ``day`` stands for the day it was made."""
    raw, out = io.BytesIO(), io.BytesIO()
    book.workbook.save(raw)
    values = {
        f"xl/worksheets/sheet{number}.xml": book.values[name]
        for number, name in enumerate(book.workbook.sheetnames, start=1)
    }
    with zipfile.ZipFile(raw) as saved, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as sealed:
        # The list of contents first: that is how other programs tell a workbook from any other archive.
        for entry in sorted(saved.infolist(), key=lambda e: e.filename != "[Content_Types].xml"):
            content = saved.read(entry)
            if entry.filename in values:
                content = _with_values(content.decode("utf-8"), values[entry.filename], entry.filename).encode("utf-8")
            elif entry.filename == "docProps/core.xml":
                content = STAMP.sub(rf"\g<1>{day.isoformat()}T00:00:00Z\g<3>".encode(), content)
            fixed = zipfile.ZipInfo(entry.filename, EARLIEST)
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            sealed.writestr(fixed, content)
    return out.getvalue()


def _with_values(xml: str, values: dict[str, Value], name: str) -> str:
    """The sheet with every formula's value, so that previews and readers that do not calculate show it."""
    used: set[str] = set()

    def add(found: re.Match[str]) -> str:
        address, attributes, formula = found.groups()
        used.add(address)
        value = values[address]
        kind, shown = (' t="str"', escape(value)) if isinstance(value, str) else ("", repr(value))
        attributes = re.sub(r'\s+t="[^"]*"', "", attributes)
        return f'<c r="{address}"{attributes}{kind}><f>{formula}</f><v>{shown}</v></c>'

    made = FORMULA.sub(add, xml)
    if used != set(values):
        raise ValueError(f"{name}: formulas without a value or values without a formula: {sorted(used ^ set(values))}")
    return made
