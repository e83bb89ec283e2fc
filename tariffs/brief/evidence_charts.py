"""Estimates in pictures: coefficients with their intervals, specification beside specification."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from tariffs.brief.charts import INK, LABELS, Picture
from tariffs.brief.evidence_tables import heading
from tariffs.evidence import Fit
from tariffs.words import N_, Words

MOST_TERMS = 14
ROW = 26  # px for one specification of one term


def coefficients(fits: Sequence[Fit], t: Words) -> Picture:
    """Every coefficient but the intercept: a point, its 95 % interval, and the line of zero."""
    rows = []
    for at, fit in enumerate(fits):
        ends = fit.conf_int().to_dict("index")
        for term in [str(x) for x in fit.params.index if x != "(intercept)"][:MOST_TERMS]:
            low, high = float(ends[term]["low"]), float(ends[term]["high"])
            rows.append(
                {
                    "term": term,
                    "specification": heading(at, fit, t),
                    "estimate": float(fit.params[term]),
                    "low": low,
                    "high": high,
                }
            )
    frame = pd.DataFrame(rows)
    order = list(dict.fromkeys(frame["term"]))
    names = list(dict.fromkeys(frame["specification"]))
    base = alt.Chart(frame).encode(
        y=alt.Y("term:N", sort=order, title=None, axis=_names()),
        yOffset=alt.YOffset("specification:N", sort=names),
        tooltip=[
            alt.Tooltip("term:N", title=t(N_("Coefficient"))),
            alt.Tooltip("specification:N", title=t(N_("Specification"))),
            alt.Tooltip("estimate:Q", title=t(N_("Estimate")), format=".3f"),
            alt.Tooltip("low:Q", title=t(N_("From")), format=".3f"),
            alt.Tooltip("high:Q", title=t(N_("To")), format=".3f"),
        ],
    )
    colour = alt.Color("specification:N", sort=names, title=None, legend=_legend() if len(names) > 1 else None)
    title = t(N_("Estimate with its 95% interval"))
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=title, axis=_ticks()), x2="high:Q", color=colour
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        x="estimate:Q", color=colour, shape=alt.Shape("specification:N", sort=names, legend=None)
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeDash=[4, 3], stroke=INK, opacity=0.6)
    zero = zero.encode(x="zero:Q")
    height = max(90, ROW * len(order) * max(1, len(names)))
    fitted = alt.AutoSizeParams(type="fit-x", contains="padding")
    layers: Any = alt.layer(zero, lines, points)
    chart: alt.LayerChart = layers.properties(height=height, autosize=fitted)
    shown = pd.DataFrame(
        {
            t(N_("Coefficient")): frame["term"],
            t(N_("Specification")): frame["specification"],
            t(N_("Estimate")): [t.number(v, 3) for v in frame["estimate"]],
            t(N_("95% interval")): [
                t(N_("{low} to {high}"), low=t.number(a, 3), high=t.number(b, 3))
                for a, b in zip(frame["low"], frame["high"], strict=True)
            ],
        }
    )
    apart = sum(1 for a, b in zip(frame["low"], frame["high"], strict=True) if a > 0 or b < 0)
    says = t(
        N_("{count} coefficients with their 95% intervals; {apart} of the intervals leave out zero."),
        count=t.number(len(frame)),
        apart=t.number(apart),
    )
    return Picture(chart, says, shown)


def _names() -> alt.Axis:
    return alt.Axis(labelLimit=LABELS, labelColor=INK, labelAngle=0, ticks=False, domain=False, grid=False)


def _ticks() -> alt.Axis:
    return alt.Axis(tickCount=5, labelAngle=0, grid=True, titlePadding=8, labelColor=INK, titleColor=INK)


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", columns=2, labelLimit=0, labelColor=INK, labelFontSize=12)
