"""How sure: every headline figure over the draws, what it hangs on one range at a time, and how a duty fans out."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from openpyxl.chart import AreaChart, BarChart
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page
from tariffs.brief.leaning import figure_name, matters_most, quantile_heads, range_value, ranged_changes
from tariffs.brief.sheets import naming, pictures, stale
from tariffs.brief.sheets.asked import Asked, Fan
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.newton import Column
from tariffs.doubt import Sensitivity, Swing
from tariffs.study import Study
from tariffs.words import N_, terms

LAST = 10
ROWS = 10  # ranges that the tornado shows
LOW_INK, HIGH_INK = "86AEBD", "C2703D"
BANDS = ("C9DCE3", "86AEBD", "86AEBD", "C9DCE3")  # 5–25, 25–50, 50–75, 75–95 %


def write(page: Page, studies: Sequence[Study], asked: Asked, inputs: Inputs) -> None:
    """The first study's doubts, then those of the proposals beside it, each on a page of its own."""
    t, study = page.t, studies[0]
    page.widths([50, 20, 11, 11, 11, 11, 11, 11, 13, 20])
    page.put_text(1, 1, t(N_("Doubt")), "title")
    page.tall(1, 32)
    if not study.question.draws or asked.sensitivity is None:
        _none(page, study)
        return
    note = t(
        N_(
            "Over {draws} draws of all ranges at once, for the inputs as asked: what is on this sheet does not follow "
            "the yellow cells. Five per cent of the draws lie below the 5 % column, five per cent above the 95 % one."
        ),
        draws=t.number(study.question.draws),
    )
    page.put_text(2, 1, note, "small", across=LAST)
    edited = stale.notice(page, 3, inputs, t(stale.DRAWN), LAST)
    row = _doubts(page, study, asked.sensitivity, t(N_("What matters most")), 4)
    for fan in asked.fans:
        row = _fan(page, fan, row + 1)
    for other in studies[1:]:
        found = Asked(other, t).sensitivity
        if found is not None:
            page.sheet.row_breaks.append(Break(row))
            title = t(N_("What matters most: “{title}”"), title=t(other.scenario.title))
            row = _doubts(page, other, found, title, row + 1)
    stale.fade(page, f"A5:{get_column_letter(LAST)}{row}", edited)
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=LAST, last_row=row)


def _doubts(page: Page, study: Study, found: Sensitivity, title: str, row: int) -> int:
    page.section(row, title, LAST)
    page.put_text(row + 1, 1, matters_most(found, page.t), "lead", across=LAST)
    return _tornado(page, found, _ranges(page, study, row + 3) + 1)


def _none(page: Page, study: Study) -> None:
    """Nothing was drawn: how to get what stands here otherwise."""
    t = page.t
    said = t(
        N_(
            "Nothing was drawn for this brief, so there are no ranges to show: every figure stands at the central "
            "value of what it rests on. Ask again with draws; two thousand take a second."
        )
    )
    page.put_text(3, 1, said, "lead", across=LAST)
    line = study.shell("brief").replace("--draws 0", "--draws 2000") + " --out brief.xlsx"
    page.put_text(5, 1, line, "code", across=LAST)
    print_setup.apply(page, study, last_column=LAST, last_row=6)


def _ranges(page: Page, study: Study, row: int) -> int:
    t = page.t
    page.section(row, t(N_("How wide each figure is: the change, over the draws")), LAST)
    heads = [
        *(t(N_("Figure")), t(N_("Unit")), t(N_("Central")), *quantile_heads(t)),
        *(t(N_("Above zero, share of draws")), t(N_("Standing"))),
    ]
    page.heads(row + 1, heads, range(2, 9))
    row += 2
    for key, figure in ranged_changes(study):
        style = f"number|{look.format_of(figure.unit, True)}"
        page.put_text(row, 1, figure_name(key, t), "text")
        page.put_text(row, 2, naming.unit(figure.unit, t), "fine")
        ends = (figure.central, figure.low, figure.lower_quartile, figure.median, figure.upper_quartile, figure.high)
        for place, value in enumerate(ends):
            page.put_number(row, 3 + place, value, f"strong_{style}" if not place else style)
        page.put_number(row, 9, figure.positive, "number|0%")
        page.put_text(row, 10, t(terms.STATUSES[str(figure.status)]), "next")
        row += 1
    return row


def _tornado(page: Page, found: Sensitivity, row: int) -> int:
    """The table of swings, and bars from the central value to each end."""
    t, key, unit = page.t, found.tornado.figure, found.tornado.unit
    page.section(row, t(N_("What it hangs on: {figure}"), figure=figure_name(key, t)), LAST)
    rows = [swing for swing in found.tornado.moving if None not in (swing.at_low, swing.at_high)][:ROWS]
    heads = [
        *(t(N_("Each range alone at its ends")), t(N_("Low")), t(N_("High"))),
        *(t(N_("Figure at low")), t(N_("Figure at high"))),
        *(t(N_("Less central, at low")), t(N_("Less central, at high")), t(N_("Moved by"))),
    ]
    page.heads(row + 1, heads, range(1, 7))
    top = row = row + 2
    style, centre = look.format_of(unit, True), found.tornado.central or 0.0
    for swing in rows:
        _swing(page, swing, style, centre, row)
        row += 1
    if rows:
        page.sheet.row_breaks.append(Break(row))
        _bars(page, found, rows, top, row)
        row += pictures.HEIGHT + 4
    return row


def _swing(page: Page, swing: Swing, style: str, centre: float, row: int) -> None:
    t = page.t
    page.put_text(row, 1, swing.label, "text")
    for column, value in ((2, swing.low_value), (3, swing.high_value)):
        page.put_text(row, column, range_value(value, swing.unit, t), "quiet")
    ends = [page.put_number(row, 4 + i, at, f"number|{style}") for i, at in enumerate((swing.at_low, swing.at_high))]
    for place, end in enumerate(ends):
        middle = repr(centre)
        page.put_formula(row, 6 + place, f"={end.here}-({middle})", end.value - centre, f"number|{style}")
    page.put_text(row, 8, swing.lever, "fine", across=3)


def _bars(page: Page, found: Sensitivity, rows: Sequence[Swing], top: int, row: int) -> None:
    t, unit = page.t, found.tornado.unit
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "clustered", 100, 40
    title = t(N_("{figure}: from its central value to where each range alone takes it"),
              figure=figure_name(found.tornado.figure, t))  # fmt: skip
    pictures.titled(chart, title)
    pictures.axis(chart.x_axis, "", "General", grid=False)
    chart.x_axis.title = None
    pictures.axis(chart.y_axis, t(UNITS.get(unit, N_("difference"))), FORMATS.get(unit, "#,##0"), grid=True)
    chart.x_axis.scaling.orientation = "maxMin"  # the widest on top
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.crosses = "max"  # below the bars, whose order is turned round
    if t.rtl:
        chart.y_axis.scaling.orientation = "maxMin"
    names = pictures.reference(page, Column(top, 1, np.zeros(len(rows))))
    for column, name, ink in ((6, N_("at its low end"), LOW_INK), (7, N_("at its high end"), HIGH_INK)):
        series = SeriesFactory(pictures.reference(page, Column(top, column, np.zeros(len(rows)))), title=t(name))
        series.graphicalProperties = GraphicalProperties(solidFill=ink, ln=LineProperties(noFill=True))
        series.invertIfNegative = False
        chart.series.append(series)
    chart.set_categories(names)
    chart.legend.position = "b"
    chart.legend.txPr = pictures.rich(850)
    chart.layout = Layout(manualLayout=ManualLayout(x=0.34, y=0.13, w=0.63, h=0.67, xMode="edge", yMode="edge"))
    pictures.place(page, chart, row + 1, (0, LAST), pictures.HEIGHT + 3)


UNITS = {
    "t": N_("tonnes a year"),
    "USD/t": N_("USD per tonne"),
    "USD a year": N_("USD million a year"),
    "fraction": N_("per cent"),
}
FORMATS = {"t": "#,##0", "USD/t": "#,##0.0", "USD a year": "#,##0.0,,", "fraction": "0%"}


def _fan(page: Page, fan: Fan, row: int) -> int:
    """How a figure spreads over the settings of a duty: a table, and areas stacked on one another."""
    t = page.t
    name = figure_name(fan.key, t)
    page.section(row, t(N_("Over the duty: {lever}"), lever=t(terms.LEVERS[fan.lever])), LAST)
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    bands = [t.percent(shares[0])]
    for low, high in pairwise(shares):
        bands.append(t(N_("{low} to {high} of the draws"), low=t.percent(low), high=t.percent(high)))
    page.heads(row + 1, [t(N_("Duty")), "", *quantile_heads(t)], range(2, 7))
    for place, band in enumerate(bands):
        page.put_text(row + 1, LAST + 2 + place, band, "backstage")
    top = row = row + 2
    number = f"number|{look.TONNES}"
    for duty, values in zip(fan.duties, fan.levels, strict=True):
        page.put_number(row, 1, float(duty), "left|0.0%")
        page.paint(row, 2, 2, "left")
        cells = [page.put_number(row, 3 + place, float(value), number) for place, value in enumerate(values)]
        for place, cell in enumerate(cells):
            before = cells[place - 1] if place else None
            formula = f"={cell.here}" + (f"-{before.here}" if before else "")
            value = cell.value - (before.value if before else 0.0)
            page.put_formula(row, LAST + 2 + place, formula, value, f"backstage_number|{look.TONNES}")
        row += 1
    chart = AreaChart()
    chart.grouping = "stacked"
    pictures.titled(chart, t(N_("{figure}, by the duty: median and ranges"), figure=name))
    pictures.axis(chart.x_axis, t(N_("Duty")), "0.0%", grid=False)
    pictures.axis(chart.y_axis, t(N_("tonnes a year")), "#,##0", grid=True)
    size = np.zeros(len(fan.duties))
    for place, band in enumerate(bands):
        column = Column(top, LAST + 2 + place, size)
        series = SeriesFactory(pictures.reference(page, column), title=band)
        fill = GraphicalProperties(noFill=True) if not place else GraphicalProperties(solidFill=BANDS[place - 1])
        fill.line = LineProperties(noFill=True)
        series.graphicalProperties = fill
        chart.series.append(series)
    chart.set_categories(pictures.reference(page, Column(top, 1, size)))
    if t.rtl:
        chart.x_axis.scaling.orientation = "maxMin"
        chart.y_axis.crosses = "max"
    chart.legend.position = "b"
    chart.legend.legendEntry = [LegendEntry(idx=0, delete=True)]  # what carries the bands is not seen
    chart.legend.txPr = pictures.rich(850)
    chart.layout = Layout(manualLayout=ManualLayout(x=0.09, y=0.12, w=0.88, h=0.62, xMode="edge", yMode="edge"))
    pictures.place(page, chart, row + 1, (0, LAST))
    return row + pictures.HEIGHT + 1

