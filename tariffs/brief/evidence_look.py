"""How charts of evidence look: axes, legends and layers in the reader's own colours."""

from typing import Any

import altair as alt

from tariffs.brief.charts import INK, _labels


def rows() -> alt.Axis:
    """Labels of rows, in as many lines as the text has."""
    return _labels()


def ticks() -> alt.Axis:
    """An axis of numbers."""
    return alt.Axis(tickCount=5, labelColor=INK, titleColor=INK, grid=True, titlePadding=8)


def legend() -> alt.Legend:
    """Below the chart, one column where it is narrow."""
    fold: Any = alt.ExprRef("width < 260 ? 1 : 2")
    return alt.Legend(title=None, orient="bottom", columns=fold, labelLimit=0, labelColor=INK, labelFontSize=12)


def layers(parts: list[Any], height: float) -> alt.LayerChart:
    """Parts over one another; the height is of the rows alone."""
    chart: Any = alt.layer(*parts)
    whole: alt.LayerChart = chart.properties(
        height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    return whole
