"""The one writer of cells. Text is always text, and a formula always brings the value that we computed.

Nothing else in the brief assigns a cell: a name or a note that begins with ``=`` can never become a formula.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink

from tariffs.brief.bands import Band, Shared
from tariffs.brief.fitting import height
from tariffs.brief.look import ROLES, Look
from tariffs.sources import Array
from tariffs.words import N_, Words

LONGEST = 32_767  # characters that a cell can hold
PIECE = 250  # letters that a formula takes between two quotes
MEANS_MORE = ("=", "+", "-", "@", "\t", "\r", "\n", "'")  # what a spreadsheet may read as more than text
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ would be shown as the letter A
NAME = re.compile(r"in_[a-z0-9_]{1,200}")
DEFAULT_WIDTH = 13.0  # of a column, letters
Value = float | str


class Ref(NamedTuple):
    """Where a number stands and what it is."""

    sheet: str
    address: str  # $E$5
    value: float
    name: str = ""  # a defined name, when it has one

    @property
    def here(self) -> str:
        """How a formula on the same sheet calls it: E5."""
        return self.address.replace("$", "")

    def seen_from(self, sheet: str) -> str:
        """How a formula on a sheet calls it."""
        return self.name or (self.address if sheet == self.sheet else f"{quoted(self.sheet)}!{self.address}")


@dataclass
class Book:
    """A workbook being written, with the values of its formulas by sheet and address."""

    t: Words
    workbook: Workbook = field(default_factory=Workbook)
    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    pages: list["Page"] = field(default_factory=list)
    dressed: dict[tuple[str, bool], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.look = Look(self.workbook, self.t.rtl)
        self.workbook.remove(self.workbook.active)

    def page(self, title: str) -> "Page":
        """A new sheet after the others; its name is made legal and unlike theirs."""
        name = legal_sheet_name(title, self.workbook.sheetnames)
        sheet = self.workbook.create_sheet(name)
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.rightToLeft = self.t.rtl
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = 14.0, True
        self.values[name] = {}
        self.pages.append(Page(self, name, sheet))
        return self.pages[-1]

    def define(self, name: str, ref: Ref) -> Ref:
        """Give a cell a name that can never look like a cell's address."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for an input")
        self.workbook.defined_names[name] = DefinedName(name, attr_text=f"{quoted(ref.sheet)}!{ref.address}")
        return Ref(ref.sheet, ref.address, ref.value, name)


@dataclass
class Page:
    """One sheet being written. Cells are kept as the XML they will be: a workbook has some twenty thousand of them."""

    book: Book
    name: str
    sheet: Any
    cells: dict[int, dict[int, tuple[int, str]]] = field(default_factory=dict)  # by row and column: look, content
    heights: dict[int, float] = field(default_factory=dict)  # points
    shared: int = 0  # formulas that several cells share
    widest: int = 1  # the last column that holds anything
    merged: set[tuple[int, int]] = field(default_factory=set)  # where cells joined to one begin
    wide: dict[int, float] = field(default_factory=dict)  # widths of columns, letters

    @property
    def t(self) -> Words:
        return self.book.t

    def put_text(self, row: int, column: int, text: str, style: str = "text", across: int = 1) -> None:
        """Text, shown letter for letter whatever it begins with; ``across`` merges cells to the right."""
        shown = clean(text, self.t)
        content = f' t="inlineStr"><is><t xml:space="preserve">{escape(shown)}</t></is></c>' if shown else "/>"
        # Quoted, text stays text when somebody edits it.
        self._put(row, column, style, content, across, shown.startswith(MEANS_MORE))
        role = ROLES[style]
        if role.wrap:
            self.tall(row, height(shown, self._width(column, across) - 1.5 * role.indent, role.size))

    def put_number(self, row: int, column: int, value: float | None, style: str) -> Ref:
        """A number; one that is missing or not finite is said in words."""
        if value is None or not math.isfinite(value):
            self.put_text(row, column, self.t(N_("not known")), "quiet")
            return Ref(self.name, absolute(row, column), math.nan)
        self._put(row, column, style, f"><v>{_digits(value)}</v></c>")
        return Ref(self.name, absolute(row, column), float(value))

    def put_formula(self, row: int, column: int, formula: str, value: Value, style: str, across: int = 1) -> Ref:
        """A formula written by us, beside the value that Python made of it."""
        if not formula.startswith("="):
            raise ValueError(f"{formula!r} is no formula")
        if isinstance(value, str):
            kind, shown = ' t="str"', escape(value)
        elif math.isfinite(value):
            kind, shown = "", _digits(value)
        else:
            raise ValueError(f"{self.name} {absolute(row, column)}: {formula} has no value")
        self._put(row, column, style, f"{kind}><f>{escape(formula[1:])}</f><v>{shown}</v></c>", across)
        letter = get_column_letter(column)
        self.book.values[self.name][f"{letter}{row}"] = value
        return Ref(self.name, f"${letter}${row}", value if isinstance(value, float) else math.nan)

    def put_shared(self, row: int, column: int, formula: str, values: Sequence[float], style: str) -> None:
        """Cells under each other with one formula: written in the first of them, moved down for each of the others.

        What in the formula is to move with the cell says its row without a dollar; it stays on this sheet.
        """
        formula_, look = self.share(row, column, row + len(values) - 1, formula), self._look(style)
        if not all(map(math.isfinite, values)):
            raise ValueError(f"{self.name} {absolute(row, column)}: {formula} has no value in {values}")
        self.widest = max(self.widest, column)
        opening = formula_.opening()
        for here, value in enumerate(values, row):
            self.cells.setdefault(here, {})[column] = look, f"{opening}{value + 0.0:.15g}</v></c>"
            if here == row:
                opening = formula_.opening()

    def share(self, row: int, column: int, last: int, formula: str) -> Shared:
        """A formula for cells of a column from one row to another at most."""
        letter, number = get_column_letter(column), self.shared
        self.shared += 1
        return Shared(number, f"{letter}{row}:{letter}{last}", escape(formula[1:]))

    def band(self, column: int, formulas: Sequence[Shared | None], styles: Sequence[str]) -> Band:
        """Cells beside each other for ``put_band``; the last style goes for all that follow."""
        looks = [self._look(style) for style in styles]
        return Band(column, looks + looks[-1:] * (len(formulas) - len(looks)), formulas)

    def put_band(self, row: int, band: Band, values: Sequence[float] | Array) -> None:
        """A row of a band."""
        numbers = np.asarray(values, dtype=float) + 0.0  # a negative zero is no number that anybody means
        if not np.isfinite(numbers).all():
            raise ValueError(f"{self.name} {absolute(row, band.column)}: a formula has no value in {values}")
        self.widest = max(self.widest, band.last)
        self.cells.setdefault(row, {})[band.column] = band.look[0], band.content(row, numbers.tolist())

    def put_saying(self, row: int, column: int, formula: str, text: str, style: str, across: int = 1) -> None:
        """A sentence that a formula tells, in a row tall enough for it."""
        self.put_text(row, column, text, style, across)
        self.put_formula(row, column, formula, clean(text, self.t), style)

    def put_link(self, row: int, column: int, text: str, sheet: str) -> None:
        """A jump to another sheet of the same workbook."""
        self.put_text(row, column, text, "link")
        cell = self.sheet.cell(row, column)  # openpyxl's own: it lists the links; the content is ours
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quoted(sheet)}!A1", display=clean(text, self.t))

    def paint(self, row: int, first: int, last: int, style: str) -> None:
        """The look of cells that hold nothing."""
        look, held = self._look(style), self.cells.setdefault(row, {})
        self.widest = max(self.widest, last)
        for column in range(first, last + 1):
            held[column] = look, held[column][1] if column in held else "/>"

    @property
    def last_row(self) -> int:
        return max(self.cells, default=1)

    def heads(self, row: int, names: Sequence[str], numbers: Sequence[int] = (), first: int = 1) -> None:
        """The head of a table; columns in ``numbers`` (from 0) hold figures."""
        for place, name in enumerate(names):
            style = "head_right" if place in numbers else "head_next" if place else "head"
            self.put_text(row, first + place, name, style)

    def section(self, row: int, text: str, last: int, first: int = 1) -> None:
        self.paint(row, first, last, "section")
        self.put_text(row, first, text, "section")
        self.tall(row, 21)

    def group(self, row: int, text: str, last: int, first: int = 1) -> None:
        self.paint(row, first, last, "group")
        self.put_text(row, first, text, "group")
        self.tall(row, 16)

    def widths(self, widths: Sequence[float], first: int = 1) -> None:
        for width, run in groupby(enumerate(widths, first), key=itemgetter(1)):
            columns = [column for column, _ in run]
            held = self.sheet.column_dimensions[get_column_letter(columns[0])]
            held.width, held.min, held.max = width, columns[0], columns[-1]
            self.wide.update(dict.fromkeys(columns, float(width)))

    def tall(self, row: int, points: float) -> None:
        """At least this tall."""
        self.heights[row] = max(self.heights.get(row, 0.0), points)

    def roomy(self, row: int, points: float) -> None:
        """Taller by this much."""
        self.tall(row, self.heights.get(row, 14.0) + points)

    def _put(self, row: int, column: int, style: str, content: str, across: int = 1, quoted: bool = False) -> None:
        look, held = self._look(style, quoted), self.cells.setdefault(row, {})
        held[column] = look, content
        if column + across - 1 > self.widest:
            self.widest = column + across - 1
        if across > 1:
            for beside in range(column + 1, column + across):
                held[beside] = look, "/>"
            self._merge(row, column, column + across - 1)

    def _merge(self, row: int, first: int, last: int) -> None:
        # Without openpyxl's look at all ranges so far: ours lie in one row each, and none within another.
        if (row, first) not in self.merged:
            self.merged.add((row, first))
            self.sheet.merged_cells.ranges.add(CellRange(min_col=first, min_row=row, max_col=last, max_row=row))

    def _look(self, style: str, quoted: bool = False) -> int:
        """The number of a look among the workbook's; openpyxl numbers it through a cell that is never kept."""
        found = self.book.dressed.get((style, quoted))
        if found is None:
            cell = Cell(self.sheet, row=1, column=1)
            role, _, number_format = style.partition("|")
            cell.style = self.book.look.name(role)
            if number_format:
                cell.number_format = number_format
            if quoted:
                cell.quotePrefix = True
            found = self.book.dressed[style, quoted] = int(cell.style_id)
        return found

    def _width(self, column: int, across: int) -> float:
        return sum(self.wide.get(column + place, DEFAULT_WIDTH) for place in range(across))


def _digits(value: float) -> str:
    """A number with every digit; a negative zero is no number that anybody means."""
    shown = repr(float(value) + 0.0)
    return shown.removesuffix(".0")


def escape(text: str) -> str:
    """Text as XML writes it between two tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str, t: Words) -> str:
    """Text that a cell can hold: no control characters, never longer than fits."""
    kept = str(text)
    if not kept.isprintable():  # most texts are, and need no look at each letter
        kept = "".join(
            letter
            for letter in kept.replace("\r\n", "\n").replace("\r", "\n")
            if letter in "\t\n" or unicodedata.category(letter) not in ("Cc", "Cs", "Cn")
        )
    if "_x" in kept:
        kept = ESCAPE.sub("_x005F_", kept)
    if len(kept) <= LONGEST:
        return kept
    notice = t(N_(" … (cut: a cell holds no more)"))
    return kept[: LONGEST - len(notice)] + notice


def legal_sheet_name(title: str, taken: Sequence[str] = ()) -> str:
    """At most 31 characters, none of ``[]:*?/\\``, no apostrophe at an end, unlike those taken."""
    kept = "".join(letter for letter in title if letter not in "[]:*?/\\" and letter.isprintable())
    name = kept[:31].strip().strip("'") or "Sheet"
    others = {other.casefold() for other in taken}
    number, unique = 2, name
    while unique.casefold() in others:
        unique = f"{name[: 31 - len(str(number)) - 1]} {number}"
        number += 1
    return unique


def quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def absolute(row: int, column: int) -> str:
    return f"${get_column_letter(column)}${row}"


def in_formula(text: str) -> str:
    """A text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def in_pieces(text: str) -> str:
    """The same of any length: a formula takes so many letters between two quotes."""
    return "&".join(in_formula(text[start : start + PIECE]) for start in range(0, max(len(text), 1), PIECE))
