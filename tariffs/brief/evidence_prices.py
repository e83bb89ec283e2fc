"""Quotes in pictures: bitumen on crude, the exchange wedge over time, gaps between prices."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from tariffs.brief.charts import INK, Picture
from tariffs.brief.evidence_look import layers, legend, ticks
from tariffs.evidence.exchange import Marked, Point
from tariffs.evidence.prices import Gap, PassThrough
from tariffs.store.series import Series
from tariffs.words import N_, Words

GAPS: Mapping[str, str] = {
    "drum less bulk": N_("Drum less bulk"),
    "IRN less BHR": N_("Iran less Bahrain"),
    "IRN less SGP": N_("Iran less Singapore"),
    "IRN less MED": N_("Iran less the Mediterranean"),
}


SCALES: Mapping[str, tuple[str, str]] = {  # of crude, and of bitumen
    "levels": (N_("Brent, USD a barrel"), N_("USD per tonne")),
    "logs": (N_("Brent, log of USD a barrel"), N_("log of USD per tonne")),
    "differences": (N_("change of Brent, USD a barrel"), N_("change, USD per tonne")),
}


def pass_through(found: PassThrough, t: Words) -> Picture:
    """Quotes against Brent, the line through them, and where the next quote should fall."""
    line, (crude, fob) = found.line, (t(says) for says in SCALES[found.form])
    frame = pd.DataFrame({"crude": line.x, "fob": line.y, "month": [t.dated(m.isoformat()[:7]) for m in found.months]})
    grid = np.linspace(line.x.min(), line.x.max(), 41)
    band = pd.DataFrame([[x, *line.predict(float(x))] for x in grid], columns=["crude", "middle", "low", "high"])
    x = alt.X("crude:Q", title=crude, scale=alt.Scale(zero=False), axis=ticks())
    y = alt.Y("low:Q", title=fob, scale=alt.Scale(zero=False), axis=ticks())
    area = alt.Chart(band).mark_area(opacity=0.18).encode(x=x, y=y, y2=alt.Y2("high:Q"))
    drawn = alt.Chart(band).mark_line(strokeWidth=2, color=INK).encode(x=x, y=alt.Y("middle:Q"))
    dots = alt.Chart(frame).mark_point(filled=True, size=80, opacity=1, color=INK)
    tips = [
        alt.Tooltip("month:N", title=t(N_("Month"))),
        alt.Tooltip("crude:Q", title=crude, format=".4~g"),
        alt.Tooltip("fob:Q", title=fob, format=".4~g"),
    ]
    points = dots.encode(x=x, y=alt.Y("fob:Q"), tooltip=tips)
    digits = 2 if found.form == "logs" else 1
    shown = pd.DataFrame(
        {
            t(N_("Month")): frame["month"],
            crude: [t.number(v, digits) for v in frame["crude"]],
            fob: [t.number(v, digits) for v in frame["fob"]],
        }
    )
    return Picture(layers([area, drawn, points], 280), _pass_through_says(found, t), shown)


def _pass_through_says(found: PassThrough, t: Words) -> str:
    line = found.line
    low, high = line.interval
    gaps = {
        "n": t.number(line.n),
        "slope": t.number(line.slope, 2),
        "low": t.number(low, 2),
        "high": t.number(high, 2),
        "wide_low": t.number(line.bootstrap[0], 2),
        "wide_high": t.number(line.bootstrap[1], 2),
    }
    if found.form == "logs":
        says = N_(
            "{n} months: one per cent more on Brent goes with {slope} per cent more on bitumen ({low} to {high} by t, "
            "{wide_low} to {wide_high} by the bootstrap). The band is where a single quote should fall."
        )
    elif found.form == "differences":
        says = N_(
            "{n} changes from one quoted month to the next: a dollar on a barrel of Brent goes with USD {slope} on a "
            "tonne ({low} to {high} by t, {wide_low} to {wide_high} by the bootstrap). The band is where a single "
            "change should fall."
        )
    else:
        says = N_(
            "{n} months: a dollar on a barrel of Brent goes with USD {slope} on a tonne ({low} to {high} by t, "
            "{wide_low} to {wide_high} by the bootstrap). The band is where a single quote should fall."
        )
    return t(says, **gaps)


def exchange(points: Sequence[Point], events: Sequence[Marked], t: Words) -> Picture:
    """The burden of the currency rule in USD a tonne over time, events marked."""
    frame = pd.DataFrame(
        [
            {
                "day": p.start.isoformat(),
                "burden": p.burden,
                "rule": p.burden_under_the_rule,
                "rate": p.rate_name,
                "cut": t.percent(p.haircut),
                "said": t.day(p.start),
                "named": t(p.rate_name),
            }
            for p in points
        ]
    )
    first = frame["day"].min()
    marks = pd.DataFrame(
        [
            {"day": m.on.isoformat(), "said": t.day(m.on), "event": t(m.event)}
            for m in events
            if m.on.isoformat() >= first
        ],
        columns=["day", "said", "event"],
    )
    x = alt.X("day:T", title=None, axis=alt.Axis(labelColor=INK, tickCount="year"))
    y = alt.Y("burden:Q", title=t(N_("USD per tonne")), axis=ticks())
    tips = [
        alt.Tooltip("said:N", title=t(N_("Day"))),
        alt.Tooltip("named:N", title=t(N_("Exchange rate"))),
        alt.Tooltip("cut:N", title=t(N_("Haircut"))),
        alt.Tooltip("burden:Q", format=",.0f", title=t(N_("All proceeds, USD/t"))),
        alt.Tooltip("rule:Q", format=",.0f", title=t(N_("Under the rule, USD/t"))),
    ]
    base = alt.Chart(frame)
    line = base.mark_line(strokeWidth=2, color=INK, point=True).encode(x=x, y=y, tooltip=tips)
    under = base.mark_point(shape="triangle-down", size=70, filled=True).encode(x=x, y=alt.Y("rule:Q"), tooltip=tips)
    rules = alt.Chart(marks).mark_rule(strokeDash=[4, 3], opacity=0.7, color=INK)
    named = [alt.Tooltip("said:N", title=t(N_("Day"))), alt.Tooltip("event:N", title=t(N_("What happened")))]
    most = max(points, key=lambda p: p.burden)
    last = points[-1]
    says = t(
        N_(
            "If all proceeds go at the exporter's rate it takes up to {most} ({day}); on {last_day} it took {last}. "
            "Triangles count only the share that the rule of the day sends there. Dashed lines are changes of the rule."
        ),
        most=t.usd_per_t(most.burden),
        day=t.day(most.start),
        last_day=t.day(last.start),
        last=t.usd_per_t(last.burden),
    )
    shown = frame[["said", "named", "cut"]].copy()
    shown["burden"] = [t.number(p.burden) for p in points]
    shown["rule"] = [_known(p.burden_under_the_rule, t) for p in points]
    heads = (N_("Day"), N_("Exchange rate"), N_("Haircut"), N_("All proceeds, USD/t"), N_("Under the rule, USD/t"))
    shown.columns = pd.Index([t(h) for h in heads])
    return Picture(layers([rules.encode(x=x, tooltip=named), line, under], 280), says, shown)


def rates(points: Sequence[Point], market: Series, t: Words) -> Picture:
    """The exporter's rate on the days it is on record, against the free market's month by month."""
    first = min(p.start for p in points).replace(day=1)
    months = market.values[market.values.index >= pd.Timestamp(first)]
    free = pd.DataFrame({"day": [m.date().isoformat() for m in months.index], "rate": months.to_numpy() / 1e3})
    known = [(p, p.exporter_rate) for p in points if p.exporter_rate is not None]
    own = pd.DataFrame(
        [
            {"day": p.start.isoformat(), "rate": rate / 1e3, "said": t.day(p.start), "named": t(p.rate_name)}
            for p, rate in known
        ]
    )
    x = alt.X("day:T", title=None, axis=alt.Axis(labelColor=INK, tickCount="year"))
    y = alt.Y("rate:Q", title=t(N_("thousand rials per USD")), axis=ticks())
    tips = [
        alt.Tooltip("said:N", title=t(N_("Day"))),
        alt.Tooltip("named:N", title=t(N_("Exchange rate"))),
        alt.Tooltip("rate:Q", format=",.0f", title=t(N_("thousand rials per USD"))),
    ]
    line = alt.Chart(free).mark_line(strokeWidth=2, color=INK).encode(x=x, y=y)
    dots = alt.Chart(own).mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, tooltip=tips)
    last, rate = known[-1]
    says = t(
        N_("Line: the free market, mean of each month. Dots: the exporter's rate. On {day} it stood {gap} below."),
        day=t.day(last.start),
        gap=t.percent(1.0 - rate / (last.free_rate or last.free_market)),
    )
    shown = pd.DataFrame(
        {
            t(N_("Day")): own["said"],
            t(N_("Exchange rate")): own["named"],
            t(N_("Exporter's, thousand rials")): [t.number(r / 1e3) for _, r in known],
            t(N_("Free, thousand rials")): [t.number((p.free_rate or p.free_market) / 1e3) for p, _ in known],
        }
    )
    return Picture(layers([line, dots], 240), says, shown)


def gaps(found: Sequence[Gap], t: Words) -> Picture:
    """Gaps between prices month by month: Iran below its rivals, drums above bulk."""
    frame = pd.DataFrame(
        [
            {"month": m.isoformat(), "said": t.dated(m.isoformat()[:7]), "gap": float(v), "what": _gap(g, t)}
            for g in found
            for m, v in zip(g.months, g.usd_per_t, strict=True)
        ]
    )
    x = alt.X("month:T", title=None, axis=alt.Axis(labelColor=INK, tickCount="year"))
    y = alt.Y("gap:Q", title=t(N_("USD per tonne")), axis=ticks())
    base = alt.Chart(frame).mark_line(point=True, strokeWidth=2)
    tips = [
        alt.Tooltip("said:N", title=t(N_("Month"))),
        alt.Tooltip("what:N", title=t(N_("Gap"))),
        alt.Tooltip("gap:Q", title=t(N_("USD per tonne")), format=",.0f"),
    ]
    lines = base.encode(x=x, y=y, color=alt.Color("what:N", legend=legend()), tooltip=tips)
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK).encode(y=alt.Y("zero:Q"))
    each = [
        t(
            N_("{what}: {mean} on average over {n} months ({low} to {high})."),
            what=_gap(g, t),
            mean=t.usd_per_t(g.mean.mean, signed=True),
            n=t.number(g.mean.n),
            low=t.number(g.mean.low, 0, signed=True),
            high=t.number(g.mean.high, 0, signed=True),
        )
        for g in found
    ]
    shown = pd.DataFrame(
        {
            t(N_("Month")): frame["said"],
            t(N_("Gap")): frame["what"],
            t(N_("USD per tonne")): [t.number(v, signed=True) for v in frame["gap"]],
        }
    )
    return Picture(layers([zero, lines], 280), " ".join(each), shown)


def _known(value: float | None, t: Words) -> str:
    return "–" if value is None else t.number(value)


def _gap(found: Gap, t: Words) -> str:
    return t(GAPS.get(found.name, found.name))
