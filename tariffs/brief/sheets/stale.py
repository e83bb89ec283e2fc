"""What belongs to the question as asked: it says so on its face, and turns grey once a reader edits an input."""

import math

from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils.cell import range_boundaries

from tariffs.brief.cells import Page, Ref, absolute, in_formula, in_pieces
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.words import N_

PALE = "9AA3AB"
FIRST_FORMAT = 164  # numbers below it are formats that every spreadsheet brings
DRAWN = N_(
    "Inputs were edited. What is struck through was drawn or solved for the question as asked: ask the analyzer again."
)


def notice(page: Page, row: int, inputs: Inputs, said: str, across: int) -> str:
    """A line that stays empty until an input is edited; returns the cell that holds it."""
    formula = f"=IF({inputs.edited.seen_from(page.name)}=0,{in_formula('')},{in_pieces(said)})"
    page.put_saying(row, 1, formula, said, "warning", across)
    page.put_formula(row, 1, formula, "", "warning", across)
    return absolute(row, 1)


def fade(page: Page, where: str, told: str) -> None:
    """Cells that turn grey and are struck through once the notice in ``told`` speaks."""
    formula = [f"{told}<>{in_formula('')}"]
    # A colour in a number format wins over that of a font, so a red figure takes its format again, without the colour.
    for number_format, cells in _red(page, where).items():
        neutral = NumberFormat(numFmtId=FIRST_FORMAT, formatCode=number_format.replace("[Red]", ""))
        style = DifferentialStyle(font=Font(color=PALE, strike=True), numFmt=neutral)
        page.sheet.conditional_formatting.add(" ".join(cells), Rule(type="expression", dxf=style, formula=formula))
    font = Font(color=PALE, strike=True)
    page.sheet.conditional_formatting.add(where, FormulaRule(formula=formula, font=font))


def _red(page: Page, where: str) -> dict[str, list[str]]:
    """Cells so far written whose negative numbers are red, by their number format."""
    first, top, last, bottom = range_boundaries(where)
    formats = {number: style.partition("|")[2] for (style, _), number in page.book.dressed.items()}
    found: dict[str, list[str]] = {}
    for row in sorted(row for row in page.cells if top <= row <= bottom):
        for column in sorted(column for column in page.cells[row] if first <= column <= last):
            number_format = formats[page.cells[row][column][0]]
            if "[Red]" in number_format:
                found.setdefault(number_format, []).append(absolute(row, column).replace("$", ""))
    return found


def put(page: Page, row: int, inputs: Inputs, said: str, otherwise: str, style: str, across: int) -> Ref:
    """A sentence of the analyzer's, and what stands there instead after an edit (a formula of text, or nothing)."""
    text = in_pieces(said)
    formula = f"=IF({inputs.edited.seen_from(page.name)}=0,{text},{otherwise or in_formula('')})"
    page.put_saying(row, 1, formula, said, style, across)
    return Ref(page.name, absolute(row, 1), math.nan)
