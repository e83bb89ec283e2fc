"""What the brief's native charts share: letters, titles, axes that stay, and the curve of a response."""

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from tariffs.brief import look
from tariffs.brief.cells import Page
from tariffs.brief.sheets.newton import Column

HEIGHT = 15  # rows that a chart covers
GRID = "E5E8EA"
INKS = (look.ACCENT, "C2703D")


def letters(size: int, bold: bool = False, ink: str = look.INK) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=ink, latin=None)


def rich(size: int, ink: str = look.INK, bold: bool = False) -> RichText:
    properties = ParagraphProperties(defRPr=letters(size, bold, ink))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=CharacterProperties())])


def titled(chart: Any, title: str) -> None:
    """A title above the plot, in our letters."""
    chart.title = title
    paragraph = chart.title.tx.rich.p[0]
    paragraph.pPr = ParagraphProperties(defRPr=letters(1100, bold=True, ink=look.ACCENT))
    for run in paragraph.r:
        run.rPr = letters(1100, bold=True, ink=look.ACCENT)
    chart.title.overlay = False


def axis(of: Any, title: str, number_format: str, grid: bool) -> None:
    """An axis that is there, with what it counts."""
    of.delete = False
    of.title = title
    for paragraph in of.title.tx.rich.p:
        for run in paragraph.r:
            run.rPr = letters(900, ink=look.GREY)
    of.number_format, of.majorTickMark = number_format, "none"
    of.txPr = rich(850)
    of.spPr = GraphicalProperties(ln=LineProperties(solidFill=look.GREY))
    if grid:
        of.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    else:
        of.majorGridlines = None


def place(page: Page, chart: Any, row: int, columns: tuple[int, int], height: int = HEIGHT) -> None:
    """Where a chart stands: from a row, over columns counted from 0."""
    start = AnchorMarker(col=columns[0], row=row - 1)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=AnchorMarker(col=columns[1], row=row - 1 + height))
    page.sheet.add_chart(chart)


def reference(page: Page, column: Column) -> Reference:
    last = column.row + len(column.values) - 1
    return Reference(page.sheet, min_col=column.column, min_row=column.row, max_row=last)


def curve(
    page: Page, title: str, x: Column, lines: Sequence[tuple[Column, str]], of_x: str, of_y: str, row: int,
    columns: tuple[int, int],
) -> None:  # fmt: skip
    """Lines over a lever's settings; they read the cells and follow them."""
    chart = ScatterChart()
    chart.style, chart.scatterStyle = 13, "lineMarker"
    titled(chart, title)
    axis(chart.x_axis, of_x, "0%", grid=False)
    axis(chart.y_axis, of_y, "#,##0", grid=True)
    chart.x_axis.scaling.min, chart.x_axis.scaling.max = float(x.values[0]), float(x.values[-1])
    if page.t.rtl:
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.crosses = "max"
    for (column, name), ink in zip(lines, INKS, strict=False):
        series = Series(reference(page, column), reference(page, x), title=name)
        series.marker.symbol, series.marker.size = "circle", 5
        series.marker.graphicalProperties = GraphicalProperties(solidFill=ink, ln=LineProperties(solidFill=ink))
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=ink, w=22_000))
        series.smooth = False
        chart.series.append(series)
    chart.legend.position = "b"
    chart.legend.txPr = rich(850)
    chart.layout = Layout(manualLayout=ManualLayout(x=0.1, y=0.14, w=0.86, h=0.6, xMode="edge", yMode="edge"))
    place(page, chart, row, columns)


