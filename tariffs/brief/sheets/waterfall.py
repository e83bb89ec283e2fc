"""The landed price as a picture: a waterfall of stacked columns that reads the live ladder."""

from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter

from tariffs.brief import look
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.climb import Climb
from tariffs.brief.sheets.results import Told
from tariffs.brief.sheets.ways import Way
from tariffs.words import N_

ACROSS, HEIGHT = 11, 13  # columns and rows that the chart covers
FIRST = 13  # column of the chart's own cells, beyond what is printed
NAME, AMOUNT, UNDER, TOTAL, UP, DOWN, MARK = range(FIRST, FIRST + 7)
UP_COLOUR, DOWN_COLOUR, MARK_COLOUR = "86AEBD", "6BA583", "B4BBC1"
# Steps between the net-back and the landed price: who keeps the money, and what that is called.
STEPS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"currency_halls", "feedstock_sellers"}), N_("Currency rule less feedstock")),
    (frozenset({"seller_treasury"}), N_("Seller's taxes less awards")),
    (frozenset({"carrier", "label_broker"}), N_("Freight, packing, label")),
    (frozenset({"buyer_treasury"}), N_("Import duties and fees")),
    (frozenset({"unknown", "intermediary", "resource_cost"}), N_("Price difference")),
    (frozenset({"access"}), N_("Access wedge")),
)
SERIES = (
    (UNDER, "", N_("base")),
    (TOTAL, look.ACCENT, N_("price")),
    (UP, UP_COLOUR, N_("adds")),
    (DOWN, DOWN_COLOUR, N_("takes off")),
    (MARK, MARK_COLOUR, N_("for comparison")),
)


def draw(page: Page, way: Way, climbs: dict[str, Climb], told: Told, row: int) -> None:
    """Write the chart's cells beside the ladder, and the chart below it; of the side after, when it is open."""
    t = page.t
    when = "after" if "after" in climbs else "before"
    last = _cells(page, way, climbs, told, when, row)
    name = naming.way(way.producer, way.label, way.importer, t)
    after, before = (
        N_("{way}: the landed price after, USD per tonne"),
        N_("{way}: the landed price before, USD per tonne"),
    )
    title = t(after if when == "after" else before, way=name)
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 45
    chart.title = title
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_letters(page, 1100, bold=True, ink=look.ACCENT))
    for run in chart.title.tx.rich.p[0].r:
        run.rPr = _letters(page, 1100, bold=True, ink=look.ACCENT)
    chart.title.overlay = False
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.title = t(N_("USD per tonne"))
    for paragraph in chart.y_axis.title.tx.rich.p:
        for run in paragraph.r:
            run.rPr = _letters(page, 900, ink=look.GREY)
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format, chart.y_axis.majorTickMark = "#,##0", "none"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E5E8EA"))
    chart.y_axis.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.x_axis.majorTickMark = "none"
    chart.x_axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=look.GREY))
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = _rich(page, 850)
    if t.rtl:
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.crosses = "max"
    for column, colour, _ in SERIES:
        chart.add_data(Reference(page.sheet, min_col=column, min_row=row, max_row=last), titles_from_data=True)
        _paint(page, chart.series[-1], column, colour)
    chart.set_categories(Reference(page.sheet, min_col=NAME, min_row=row + 1, max_row=last))
    chart.layout = Layout(manualLayout=ManualLayout(x=0.055, y=0.15, w=0.93, h=0.67, xMode="edge", yMode="edge"))
    start, end = AnchorMarker(col=0, row=row - 1), AnchorMarker(col=ACROSS, row=row - 1 + HEIGHT)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)
    page.sheet.add_chart(chart)


def _cells(page: Page, way: Way, climbs: dict[str, Climb], told: Told, when: str, row: int) -> int:
    """Name, amount and the five heights of every column; returns the last row."""
    t, climb = page.t, climbs[when]
    heads = [t(N_("Chart")), t(N_("amount"))] + [t(name) for _, _, name in SERIES]
    for place, head in enumerate(heads):
        page.put_text(row, NAME + place, head, "backstage")
    line = row + 1
    start = climb.amounts["start",]
    _bar(page, line, t(N_("Net-back at the plant")), start, TOTAL)
    reached, first = start.value, line
    for keepers, name in STEPS:
        cells = [climb.amounts[i] for i, keeper in climb.priced if keeper in keepers]
        if not cells:
            continue
        line += 1
        page.put_text(line, NAME, t(name), "backstage")
        step = sum(cell.value for cell in cells)
        formula = "=" + "+".join(cell.here for cell in cells)
        page.put_formula(line, AMOUNT, formula, step, f"backstage_number|{look.PRICE}")
        amounts = f"{_column(AMOUNT)}${first}:{_column(AMOUNT)}"
        now, then = f"SUM({amounts}{line})", f"SUM({amounts}{line - 1})"
        moved = reached + step
        _height(page, line, UNDER, f"=MIN({now},{then})", min(moved, reached))
        _height(page, line, UP, f"=MAX({_column(AMOUNT)}{line},0)", max(step, 0.0))
        _height(page, line, DOWN, f"=MAX(-{_column(AMOUNT)}{line},0)", max(-step, 0.0))
        reached = moved
    marks = [(t(N_("Landed price")), climb.amounts["landed",], TOTAL)]
    if when == "after" and "before" in climbs:
        marks.append((t(N_("Landed price before")), climbs["before"].amounts["landed",], MARK))
    if (way.importer, when) in told.cheapest:
        rival, name = told.cheapest[way.importer, when]
        marks.append((t(N_("Cheapest rival: {who}"), who=name), rival, MARK))
    for name, cell, column in marks:
        line += 1
        _bar(page, line, name, cell, column)
    return line


def _bar(page: Page, row: int, name: str, cell: Ref, column: int) -> None:
    page.put_text(row, NAME, name, "backstage")
    formula = f"={cell.seen_from(page.name)}"
    page.put_formula(row, AMOUNT, formula, cell.value, f"backstage_number|{look.PRICE}")
    _height(page, row, column, f"={_column(AMOUNT)}{row}", cell.value)


def _height(page: Page, row: int, column: int, formula: str, value: float) -> None:
    """A column's height; the label on it is the cell as it is formatted, and a zero has none."""
    formats = {UP: "+#,##0.0;;;", DOWN: "-#,##0.0;;;"}
    page.put_formula(row, column, formula, value, f"backstage_number|{formats.get(column, look.PRICE)}")


def _paint(page: Page, series: Any, column: int, colour: str) -> None:
    properties = GraphicalProperties(noFill=True) if not colour else GraphicalProperties(solidFill=colour)
    properties.line = LineProperties(noFill=True)
    series.graphicalProperties = properties
    series.invertIfNegative = False
    if colour:
        shown = DataLabelList()
        shown.showVal, shown.showSerName, shown.showCatName = True, False, False
        shown.showLegendKey = shown.showPercent = shown.showBubbleSize = False
        shown.position = "inEnd" if column in (TOTAL, MARK) else "ctr"
        shown.txPr = _rich(page, 850, "FFFFFF" if column == TOTAL else look.INK, bold=True)
        series.dLbls = shown


def _rich(page: Page, size: int, ink: str = look.INK, bold: bool = False) -> RichText:
    letters = ParagraphProperties(defRPr=_letters(page, size, bold, ink))
    return RichText(p=[Paragraph(pPr=letters, endParaRPr=CharacterProperties())])


def _letters(page: Page, size: int, bold: bool = False, ink: str = look.INK) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=ink, latin=None)


def _column(number: int) -> str:
    return str(get_column_letter(number))
