"""Doubt in pictures: what moves a figure, one range at a time, and how wide each figure is."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from tariffs.brief.charts import INK, ROW, STEP, TALL, WRAP, Picture, _labels, _legend, _tips, plain_layers, tick_axis
from tariffs.brief.leaning import figure_name, quantile_heads, range_value
from tariffs.brief.sheets.asked import Fan
from tariffs.doubt import Swing, Tornado
from tariffs.study import Study
from tariffs.study.figures import Key, unit_of
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words, terms

BAR = "bar"  # name of the selection of a tornado's bars
ROWS = 12  # ranges of a tornado that are drawn; the table has as many
PER = {"t": 1_000.0, "USD a year": 1e6, "fraction": 0.01}  # what an axis counts in


def tornado(found: Tornado, t: Words, rows: int = ROWS) -> Picture:
    """Every range alone at its low and its high end: bars from the central value, the widest first."""
    shown, per = [row for row in found.moving if None not in (row.at_low, row.at_high)][:rows], _per(found.unit)
    ends = {"low": t(N_("at its low end")), "high": t(N_("at its high end"))}
    centre = found.central if found.central is not None else 0.0
    bars: list[dict[str, Any]] = []
    for row in shown:
        for end, at, value in (("low", row.at_low, row.low_value), ("high", row.at_high, row.high_value)):
            bars.append(
                {
                    "name": "\n".join(_folded(row.label)),
                    "range": row.label,
                    "value": range_value(value, row.unit, t),
                    "figure": t.difference(at, found.unit),
                    "from": centre / per,
                    "to": (at if at is not None else centre) / per,
                    "end": ends[end],
                    "lever": row.lever,
                }
            )
    columns = ("name", "range", "value", "figure", "from", "to", "end", "lever")
    base = alt.Chart(pd.DataFrame(bars, columns=[*columns]))
    y = alt.Y("name:N", sort=list(dict.fromkeys(bar["name"] for bar in bars)), title=None, axis=_labels())
    both = list(ends.values())
    colour = alt.Color("end:N", sort=both, scale=alt.Scale(domain=both), legend=_legend(2))
    tips = _tips({"range": N_("range"), "value": N_("stands at"), "figure": N_("figure there")}, t)
    x = alt.X("from:Q", title=_axis(found.figure, found.unit, t), axis=tick_axis(), scale=alt.Scale(zero=False))
    marks = base.mark_bar(height=16, cornerRadius=2, opacity=0.85, cursor="pointer").encode(
        x=x, x2=alt.X2("to:Q"), y=y, color=colour, tooltip=tips
    )
    if shown:  # a page can follow a bar to what moves it
        marks = marks.add_params(alt.selection_point(name=BAR, fields=["lever"], toggle=False))
    line = alt.Chart(pd.DataFrame({"centre": [centre / per]})).mark_rule(strokeWidth=1, color=INK)
    high = STEP if all(len(_folded(row.label)) < 3 for row in shown) else TALL
    chart = plain_layers([marks, line.encode(x=alt.X("centre:Q"))], high * max(1, len(shown)))
    return Picture(chart, _tornado_says(found, shown, t), _tornado_table(found, shown, t))


def fan(study: Study, t: Words, figures: Sequence[Key]) -> Picture:
    """How wide figures of one unit are: 5–95 % thin, 25–75 % thick, the median a tick, the central value a dot."""
    found = [(key, study.figures[key]) for key in figures]
    unit = found[0][1].unit if found else ""
    per, rows, sentences = _per(unit), [], []
    for key, e in found:
        name, signed = figure_name(key, t), key.when == "change"
        value = t.difference(e.central, unit) if signed else t.amount(e.central, unit)
        spread = t.between(e.low, e.high, unit, signed) if e.ranged else "–"
        scaled = {
            end: None if number is None else number / per
            for end, number in (
                ("central", e.central), ("low", e.low), ("lower", e.lower_quartile), ("median", e.median),
                ("upper", e.upper_quartile), ("high", e.high),
            )
        }  # fmt: skip
        label = "\n".join([*_folded(name), value])
        rows.append({"name": label, "who": name, "value": value, "spread": spread} | scaled)
        sentences.append(t(N_("{figure}: {value}, 5–95 % {range}."), figure=name, value=value, range=spread))
    frame = pd.DataFrame(rows)
    base, y = alt.Chart(frame), alt.Y("name:N", sort=[str(row["name"]) for row in rows], title=None, axis=_labels())
    tips = _tips({"who": N_("figure"), "value": N_("central"), "spread": N_("5–95 % range")}, t)
    x = alt.X("low:Q", title=_axis(figures[0], unit, t), axis=tick_axis(), scale=alt.Scale(zero=False))
    thin = base.mark_rule(strokeWidth=1.5, color=INK).encode(x=x, x2=alt.X2("high:Q"), y=y, tooltip=tips)
    thick = base.mark_bar(height=12, cornerRadius=2, opacity=0.45).encode(
        x=alt.X("lower:Q"), x2=alt.X2("upper:Q"), y=y, tooltip=tips
    )
    tick = base.mark_tick(thickness=2, size=18, color=INK).encode(x=alt.X("median:Q"), y=y, tooltip=tips)
    dot = base.mark_point(size=80, filled=True, opacity=1, color=INK).encode(x=alt.X("central:Q"), y=y, tooltip=tips)
    chart = plain_layers([thin, thick, tick, dot], ROW * max(1, len(rows)))
    return Picture(chart, " ".join(sentences), _fan_table(found, t))


def over_duty(found: Fan, t: Words) -> Picture:
    """A figure over the settings of a duty: 5–95 % of the draws pale, 25–75 % darker, the median a line."""
    unit = unit_of(found.key.name)
    per, name = _per(unit), figure_name(found.key, t)
    frame = pd.DataFrame(found.levels / per, columns=["low", "lower", "median", "upper", "high"])
    frame["duty"] = found.duties * 100.0
    base = alt.Chart(frame)
    x = alt.X("duty:Q", title=t(N_("{lever}, %"), lever=t(terms.LEVERS[found.lever])), axis=tick_axis(),
              scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y("low:Q", title=_axis(found.key, unit, t), axis=tick_axis(), scale=alt.Scale(zero=False))
    wide = base.mark_area(opacity=0.25).encode(x=x, y=y, y2=alt.Y2("high:Q"))
    narrow = base.mark_area(opacity=0.35).encode(x=x, y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"))
    line = base.mark_line(strokeWidth=2, color=INK).encode(x=x, y=alt.Y("median:Q"))
    first, last = found.levels[0], found.levels[-1]
    says = t(
        N_("{figure}: median {median} at a duty of {low}, {other} at {high}; 5–95 % {range} and {other_range}."),
        figure=name, median=t.amount(float(first[2]), unit), other=t.amount(float(last[2]), unit),
        low=t.percent(float(found.duties[0]), 0), high=t.percent(float(found.duties[-1]), 0),
        range=t.between(float(first[0]), float(first[4]), unit),
        other_range=t.between(float(last[0]), float(last[4]), unit),
    )  # fmt: skip
    rows = [[t.percent(float(duty)), *(t.amount(float(v), unit) for v in levels)]
            for duty, levels in zip(found.duties, found.levels, strict=True)]  # fmt: skip
    table = pd.DataFrame(rows, columns=[t(N_("Duty")), *quantile_heads(t)])
    return Picture(plain_layers([wide, narrow, line], 240), says, table)


def _per(unit: str) -> float:
    return PER.get(unit, 1.0)


def _axis(key: Key, unit: str, t: Words) -> str:
    said = {
        "t": N_("thousand tonnes a year"),
        "USD a year": N_("USD million a year"),
        "fraction": N_("per cent"),
        "USD/t": N_("USD per tonne"),
    }
    return t(said[unit]) if unit in said else figure_name(key, t)


def _folded(label: str) -> list[str]:
    """A label in lines that an axis has room for."""
    return wrap(label, WRAP, break_long_words=False)


def _tornado_says(found: Tornado, shown: Sequence[Swing], t: Words) -> str:
    figure = figure_name(found.figure, t)
    if not shown:
        return t(N_("Nothing that is unsure moves this figure: {figure}."), figure=figure)
    top = shown[0]
    return t(
        N_("{figure}, each range alone at its ends. Widest: {range}, from {low} to {high}."),
        figure=figure,
        range=top.label,
        low=t.difference(top.at_low, found.unit),
        high=t.difference(top.at_high, found.unit),
    )


def _tornado_table(found: Tornado, shown: Sequence[Swing], t: Words) -> pd.DataFrame:
    rows = [
        [
            row.label,
            range_value(row.low_value, row.unit, t),
            range_value(row.high_value, row.unit, t),
            t.difference(row.at_low, found.unit),
            t.difference(row.at_high, found.unit),
            row.lever,
        ]
        for row in shown
    ]
    frame = pd.DataFrame(rows, columns=list(range(6)))
    heads = (N_("Range"), N_("Low"), N_("High"), N_("Figure at low"), N_("Figure at high"), N_("Moved by"))
    frame.columns = pd.Index([t(head) for head in heads])
    return frame


def _fan_table(found: Sequence[tuple[Key, Estimate]], t: Words) -> pd.DataFrame:
    rows = []
    for key, e in found:
        say = t.difference if key.when == "change" else t.amount
        ends = [say(x, e.unit) for x in (e.central, e.low, e.lower_quartile, e.median, e.upper_quartile, e.high)]
        sign = t.percent(e.sign, 0) if e.sign is not None else "–"
        rows.append((figure_name(key, t), *ends, sign))
    frame = pd.DataFrame(rows, columns=list(range(8)))
    heads = (t(N_("Figure")), t(N_("Central")), *quantile_heads(t), t(N_("Sure of the sign")))
    frame.columns = pd.Index(heads)
    return frame
