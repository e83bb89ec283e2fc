"""How the brief looks: one accent, quiet greys, blue on pale yellow where a reader may write.

A style is asked for as ``role`` or ``role|number format``; each role is registered once as a named style.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

ACCENT, INK, GREY, PALE, LINE = "1F4E5F", "222222", "6B7280", "F3F5F6", "C9D0D4"
INPUT_INK, INPUT_FILL = "0000FF", "FFF9DB"
RED, RED_FILL, AMBER, AMBER_FILL, GREEN, GREEN_FILL = "9C1C1C", "FBE3E1", "8A5A00", "FDF0D2", "1E6B3A", "E3F2E7"
FONT, FONT_RTL = "Calibri", "Tahoma"

# A change shows its sign, and a plain 0 when it would round to nothing: no "-0.0" in red.
PERCENT = "0.0%;[Red]-0.0%"
PERCENT_FINE = "0.00%;[Red]-0.00%"
POINTS = '[>=0.0005]+0.0%;[Red][<=-0.0005]-0.0%;"0"'
PRICE = "#,##0.0;[Red]-#,##0.0"
PRICE_CHANGE = '[>=0.05]+#,##0.0;[Red][<=-0.05]-#,##0.0;"0"'
PRICE_MEMO = "(#,##0.0);[Red](-#,##0.0)"
TONNES = "#,##0;[Red]-#,##0"
TONNES_CHANGE = '[>=0.5]+#,##0;[Red][<=-0.5]-#,##0;"0"'
MILLIONS = "#,##0.0,,;[Red]-#,##0.0,,"
MILLIONS_CHANGE = '[>=50000]+#,##0.0,,;[Red][<=-50000]-#,##0.0,,;"0"'
MILLIONS_SIGNED = '[>=50000]+#,##0.0,,;[<=-50000]-#,##0.0,,;"0"'  # on a coloured ground
PLAIN = "0.00;[Red]-0.00"
EXACT = "#,##0.000000;[Red]-#,##0.000000"
TINY = "0.0E+00"
COUNT = "0"

# The number format of a figure's unit: its level, and its change.
FORMATS: Mapping[str, tuple[str, str]] = {
    "USD/t": (PRICE, PRICE_CHANGE),
    "usd_per_t": (PRICE, PRICE_CHANGE),
    "t": (TONNES, TONNES_CHANGE),
    "tonnes": (TONNES, TONNES_CHANGE),
    "USD a year": (MILLIONS, MILLIONS_CHANGE),
    "fraction": (PERCENT, POINTS),
    "fraction_of_fob": (PERCENT, POINTS),
    "fraction_of_price": (PERCENT, POINTS),
    "place": (COUNT, "+0;[Red]-0;0"),
}


def format_of(unit: str, change: bool = False) -> str:
    """The number format of a unit; a change shows its plus sign."""
    return FORMATS.get(unit, (PLAIN, PLAIN))[int(change)]


@dataclass(frozen=True, slots=True)
class Role:
    """What a cell is, and so how it looks."""

    size: float = 10
    bold: bool = False
    italic: bool = False
    ink: str = INK
    fill: str = ""
    above: str = ""  # colour of the line above
    below: str = ""
    thick: bool = False  # whether the line below is a thick one
    across: str | None = None
    upright: str = "center"
    wrap: bool = False
    indent: int = 0
    locked: bool = True
    underline: bool = False
    foreign: bool = False  # whether it runs from the left, whatever the sheet does


ROLES: Mapping[str, Role] = {
    "body": Role(wrap=True, upright="top"),
    "small": Role(size=9, ink=GREY, wrap=True, upright="top"),
    "kicker": Role(size=10, bold=True, ink=GREY),
    "title": Role(size=22, bold=True, ink=ACCENT, wrap=True),
    "subtitle": Role(size=12, ink=GREY, wrap=True, upright="top"),
    "lead": Role(size=13, wrap=True, upright="top"),
    "lead_first": Role(size=13, bold=True, wrap=True, upright="top"),
    "warning": Role(size=9, bold=True, ink=AMBER, wrap=True, upright="top"),
    "tag": Role(size=9, italic=True, ink=GREY, upright="top"),
    "section": Role(size=12, bold=True, ink=ACCENT, below=ACCENT, thick=True),
    "head": Role(size=9, bold=True, ink=GREY, below=LINE, wrap=True, upright="bottom"),
    "head_next": Role(size=9, bold=True, ink=GREY, below=LINE, wrap=True, upright="bottom", indent=1),
    "head_center": Role(size=9, bold=True, ink=GREY, below=LINE, wrap=True, upright="bottom", across="center"),
    "head_right": Role(size=9, bold=True, ink=GREY, below=LINE, wrap=True, upright="bottom", across="right"),
    "group": Role(bold=True, ink=ACCENT, fill=PALE),
    "text": Role(below=LINE, wrap=True),
    "label": Role(below=LINE, wrap=True),
    "indented": Role(below=LINE, wrap=True, indent=1),
    "strong": Role(bold=True, below=LINE, wrap=True),
    "next": Role(below=LINE, wrap=True, indent=1),  # text beyond the first column
    "key": Role(size=8.5, ink=GREY, below=LINE, wrap=True),
    "fine": Role(size=8.5, ink=GREY, below=LINE, wrap=True, indent=1),
    "foreign": Role(size=8.5, ink=GREY, below=LINE, wrap=True, indent=1, foreign=True),
    "foreign_next": Role(below=LINE, wrap=True, indent=1, foreign=True),
    "number": Role(below=LINE, across="right"),
    "left": Role(ink=GREY, below=LINE, across="left"),
    "cell": Role(size=9, below=LINE, across="center"),
    "center": Role(size=9, below=LINE, across="center"),
    "strong_number": Role(bold=True, below=LINE, across="right"),
    "quiet": Role(ink=GREY, below=LINE, across="right"),
    "memo": Role(italic=True, ink=GREY, below=LINE, across="right"),
    "memo_text": Role(italic=True, ink=GREY, below=LINE, wrap=True, indent=2),
    "total": Role(bold=True, fill=PALE, above=ACCENT, below=LINE),
    "total_number": Role(bold=True, fill=PALE, above=ACCENT, below=LINE, across="right"),
    "input": Role(ink=INPUT_INK, fill=INPUT_FILL, below=LINE, across="right", locked=False),
    "linked": Role(fill=INPUT_FILL, below=LINE, across="right", locked=False),
    "verdict": Role(bold=True, below=LINE, across="center"),
    "verdict_big": Role(size=12, bold=True, upright="center", indent=1),
    "input_sample": Role(ink=INPUT_INK, fill=INPUT_FILL, below=LINE, across="right"),
    "linked_sample": Role(fill=INPUT_FILL, below=LINE, across="right"),
    "sample": Role(ink=INPUT_INK, fill=INPUT_FILL, below=LINE),
    "link": Role(ink=ACCENT, below=LINE, underline=True),
    "code": Role(size=9, ink=INK, fill=PALE, wrap=True, indent=1),
    "backstage": Role(size=8, ink=GREY),
    "backstage_number": Role(size=8, ink=GREY, across="right"),
}


class Look:
    """The named styles of one workbook, one for each role, made when first asked for."""

    def __init__(self, workbook: Workbook, rtl: bool) -> None:
        self._workbook, self._rtl = workbook, rtl
        self._made: set[str] = set()

    def name(self, role: str) -> str:
        """The name of a role's registered style."""
        name = f"Brief {role}"
        if role not in self._made:
            self._workbook.add_named_style(_style(name, ROLES[role], self._rtl))
            self._made.add(role)
        return name


def _style(name: str, role: Role, rtl: bool) -> NamedStyle:
    # A spreadsheet heeds an indent only where the side is named, and sides change with the direction.
    across = role.across or ("left" if role.indent else None)
    if rtl and across == "left":  # figures keep their right edge: units stand below units in every language
        across = "right"
    return NamedStyle(
        name=name,
        font=_font(FONT_RTL if rtl else FONT, role.size, role.bold, role.italic, role.ink, role.underline),
        fill=_fill(role.fill),
        border=_border(role.above, role.below, "medium" if role.thick else "hair"),
        alignment=_alignment(across, role.upright, role.wrap, role.indent, 1 if role.foreign else 2 if rtl else 0),
        protection=_protection(role.locked),
    )


# Parts of a style are never changed once made, so all workbooks of a process share them.


@cache
def _font(name: str, size: float, bold: bool, italic: bool, ink: str, underline: bool) -> Font:
    return Font(name=name, size=size, bold=bold, italic=italic, color=ink, underline="single" if underline else None)


@cache
def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour) if colour else PatternFill()


@cache
def _border(above: str, below: str, kind: str) -> Border:
    return Border(top=_line(above), bottom=_line(below, kind))


@cache
def _alignment(across: str | None, upright: str, wrap: bool, indent: int, order: int) -> Alignment:
    return Alignment(horizontal=across, vertical=upright, wrap_text=wrap, indent=indent, readingOrder=order)


@cache
def _protection(locked: bool) -> Protection:
    return Protection(locked=locked)


def _line(colour: str, style: str = "thin") -> Side:
    return Side(style=style, color=colour) if colour else Side()
