"""Our own tables to fill in: a workbook with instructions and checked cells, or a bare CSV."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tariffs.errors import BadQuestion, NotWritten, Said
from tariffs.intake.codes import EDITIONS
from tariffs.intake.readers.own import FLOW_FIELDS, TARIFF_FIELDS
from tariffs.intake.write import inert
from tariffs.whole import replaced, workbook_bytes
from tariffs.words import N_, Words

KINDS: Mapping[str, tuple[str, ...]] = {"flows": FLOW_FIELDS, "tariffs": TARIFF_FIELDS}
LANGUAGES = ("en", "fa", "tr", "ar")
ROWS = 5_000  # rows whose cells are checked as they are typed
LABELS = {
    "year": N_("Year"), "month": N_("Month"), "reporter": N_("Who reported"), "exporter": N_("Seller's country"),
    "importer": N_("Buyer's country"), "product": N_("HS code"), "hs_revision": N_("HS edition"),
    "flow": N_("Import or export"), "basis": N_("CIF or FOB"),
    "value_usd": N_("Value, US dollars"), "quantity_t": N_("Quantity, tonnes"),
    "origin": N_("Origin"), "kind": N_("Kind of duty"), "rate_percent": N_("Rate, per cent"),
    "rate_min_percent": N_("Lowest rate, per cent"), "rate_max_percent": N_("Highest rate, per cent"),
    "text": N_("Duty as written, when it is no percentage"),
}
HELP = {
    "year": N_("Gregorian year, four digits: 2024."),
    "month": N_("1 to 12, Gregorian; empty for a whole year."),
    "reporter": N_("Whose customs wrote the figure; empty when unknown."),
    "exporter": N_("ISO code of three letters, or the country's name in any of the four languages."),
    "importer": N_("ISO code of three letters, or the country's name in any of the four languages."),
    "product": N_("Digits: 271320 for petroleum bitumen; national lines may be longer."),
    "hs_revision": N_("Which edition the code belongs to, such as HS22; empty when unknown."),
    "flow": N_("import or export, as the reporter saw it; trade when both sides were reconciled."),
    "basis": N_("cif when freight and insurance to the buyer's border are in the value, fob when not."),
    "value_usd": N_("Current US dollars, without thousands separators. Empty when not known; never 0 for unknown."),
    "quantity_t": N_("Metric tonnes. Empty when not known; never 0 for unknown."),
    "origin": N_("Declared origin: a country, a group as the law names it, or any."),
    "kind": N_("mfn, preferential, applied, statutory or bound."),
    "rate_percent": N_("5 means five per cent of the customs value."),
    "rate_min_percent": N_("Only when the rate stands for several lines."),
    "rate_max_percent": N_("Only when the rate stands for several lines."),
    "text": N_("For example an amount per tonne, with its unit."),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "flow": ("import", "export", "re-export", "re-import", "trade"), "basis": ("cif", "fob", "customs"),
    "kind": ("mfn", "preferential", "applied", "statutory", "bound"), "hs_revision": EDITIONS,
}
RULES: Mapping[str, tuple[str, float, float]] = {
    "year": ("whole", 1988, 2100), "month": ("whole", 1, 12), "value_usd": ("decimal", 0, 1e13),
    "quantity_t": ("decimal", 0, 1e10), "rate_percent": ("decimal", 0, 1000), "rate_min_percent": ("decimal", 0, 1000),
    "rate_max_percent": ("decimal", 0, 1000),
}


def write_template(kind: str, lang: str, path: Path) -> None:
    """Write an empty table to fill in; the name's ending, .xlsx or .csv, chooses the form.

    Raises
    ------
    BadQuestion
        When there is no such table or language.
    NotWritten
        When the file cannot be written there, or its ending is another one.
    """
    if kind not in KINDS:
        raise BadQuestion(N_("There is no template '{kind}'. There are {kinds}."), kind=kind, kinds=list(KINDS))
    if lang not in LANGUAGES:
        raise BadQuestion(
            N_("Templates are written in {languages}, not in '{lang}'."), languages=list(LANGUAGES), lang=lang
        )
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise NotWritten(
            N_("{path} ends in {ending}. A template ends in .xlsx or .csv."),
            path=path,
            ending=ending or Said(N_("nothing")),
        )
    content = template(kind, lang, ending)
    with replaced(path) as file:
        file.write(content)


def template(kind: str, lang: str, ending: str) -> bytes:
    """An empty table to fill in, as the content of an .xlsx or a .csv file."""
    return _workbook(kind, Words(lang)) if ending == ".xlsx" else _csv(kind, Words(lang))


def _csv(kind: str, t: Words) -> bytes:
    """The labels of the language, then the names that the reader looks for."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([inert(t(LABELS[name])) for name in KINDS[kind]])
    out.writerow(KINDS[kind])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _workbook(kind: str, t: Words) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    table = book.create_sheet(t(N_("Data")))
    _table(table, kind, t)
    _instructions(book.create_sheet(t(N_("Instructions"))), kind, t)
    for sheet in book.worksheets:
        sheet.sheet_view.rightToLeft = t.rtl
    return workbook_bytes(book)


def _table(sheet: Any, kind: str, t: Words) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for at, name in enumerate(KINDS[kind], 1):
        label, key = sheet.cell(1, at, t(LABELS[name])), sheet.cell(2, at, name)
        label.font, key.font = Font(bold=True), Font(color="808080", size=9)
        label.fill = PatternFill("solid", fgColor="E6F3EE")
        label.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 17
        if name == "product":
            for row in range(3, 203):
                sheet.cell(row, at).number_format = "@"  # keeps a leading zero
        check = _check(name, t, DataValidation)
        if check is not None:
            check.add(f"{letter}3:{letter}{ROWS + 2}")
            sheet.add_data_validation(check)
    sheet.freeze_panes = "A3"


def _check(name: str, t: Words, validation: Any) -> Any:
    if name in CHOICES:
        made = validation(type="list", formula1=f'"{",".join(CHOICES[name])}"', allow_blank=True)
    elif name in RULES:
        kind, low, high = RULES[name]
        ends = {"formula1": f"{low:.0f}", "formula2": f"{high:.0f}"}
        made = validation(type=kind, operator="between", allow_blank=True, **ends)
    else:
        return None
    made.errorTitle, made.error = t(LABELS[name])[:32], t(HELP[name])[:225]
    made.promptTitle, made.prompt = t(LABELS[name])[:32], t(HELP[name])[:255]
    made.showErrorMessage = made.showInputMessage = True
    return made


def _instructions(sheet: Any, kind: str, t: Words) -> None:
    from openpyxl.styles import Alignment, Font

    lines = (
        t(N_("Fill in the first sheet from its third row on, one flow or one rate to a row.")),
        t(N_("Leave the second row as it is: it names the columns for the analyzer.")),
        t(N_("A figure that is not known stays empty. Zero means that somebody counted zero.")),
        t(N_("Load the file with: python -m tariffs load F.xlsx")),
    )
    for at, line in enumerate(lines, 1):
        sheet.cell(at, 1, line)
    first = len(lines) + 2
    for at, head in enumerate((t(N_("Column")), t(N_("Name")), t(N_("What to write"))), 1):
        sheet.cell(first, at, head).font = Font(bold=True)
    for row, name in enumerate(KINDS[kind], first + 1):
        sheet.cell(row, 1, t(LABELS[name]))
        sheet.cell(row, 2, name)
        cell = sheet.cell(row, 3, t(HELP[name]))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in (("A", 26), ("B", 18), ("C", 80)):
        sheet.column_dimensions[letter].width = width
