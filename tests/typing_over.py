"""Yellow cells typed over in the file itself, as a reader does in a spreadsheet: openpyxl takes seconds to save one."""

import io
import re
import zipfile
from collections.abc import Mapping

from openpyxl import load_workbook


def typed_over(content: bytes, values: Mapping[str, float], sheet: str = "Assumptions") -> bytes:
    """The workbook with other numbers in some cells that hold a number, by address."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    part = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"
    book.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {entry: archive.read(entry) for entry in archive.namelist()}
    text = held[part].decode()
    for address, value in values.items():
        cell = re.compile(rf'(<c r="{address}"[^>]*>)<v>[^<]*</v></c>')
        text, changed = cell.subn(rf"\g<1><v>{value!r}</v></c>", text)
        assert changed == 1, address
    held[part] = text.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry, inside in held.items():
            archive.writestr(entry, inside)
    return out.getvalue()
