"""Pictures of a closer look: what holds the trade back, which label it takes, and how far the models part."""

from typing import Any

import altair as alt
import pandas as pd

from tariffs.barriers import Curve, Held
from tariffs.barriers.holding import TASTE
from tariffs.brief import holding, parting, relabelling
from tariffs.brief.charts import INK, ROW, STEP, Picture, _labels, _legend, _tips, plain_layers, tick_axis
from tariffs.brief.pointing import marker
from tariffs.sweeps.parting import Parted
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

PER = 1_000.0  # tonnes in the unit of the axis


def held_back(held: Held, t: Words) -> Picture:
    """From today's tonnes to the benchmark, one step for each barrier's part of the distance."""
    kinds = {"total": t(N_("sold")), "part": t(N_("kept away by")), "taste": t(N_("kept away by taste"))}
    rows: list[dict[str, Any]] = []

    def step(who: str, e: Estimate, kind: str, start: float) -> None:
        signed = kind != "total"
        amount, end = t.tonnes(e.central, signed=signed), start + (e.central or 0.0) / PER
        spread = t.between(e.low, e.high, e.unit, signed=signed) if e.ranged else "–"
        row = {"who": who, "amount": amount, "name": f"{who}\n{amount}", "spread": spread}
        rows.append(row | {"start": start, "end": end, "kind": kinds[kind]})

    step(t(N_("Sold as it stands")), held.today, "total", 0.0)
    for barrier in held.barriers:
        kind = "taste" if barrier.name == TASTE else "part"
        step(t(holding.NAMES[barrier.name]), barrier.part, kind, rows[-1]["end"])
    step(t(N_("Without barriers and taste")), held.benchmark, "total", 0.0)
    base = alt.Chart(pd.DataFrame(rows))
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=_labels())
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds.values())), legend=_legend(3))
    tips = _tips({"who": N_("barrier"), "amount": N_("a year"), "spread": N_("5–95 % range")}, t)
    x = alt.X("start:Q", title=t(N_("thousand tonnes a year")), axis=tick_axis(), scale=alt.Scale(zero=True, nice=True))
    bars = base.mark_bar(height=16, cornerRadius=2).encode(x=x, x2=alt.X2("end:Q"), y=y, color=colour, tooltip=tips)
    largest = max((b for b in held.barriers if b.name != TASTE), key=lambda b: b.part.central or 0.0)
    says = t(
        N_(
            "{place} buys {today} now and would buy {benchmark} without barriers and taste. Of the difference the "
            "largest part that can be priced is {barrier}, {part}; the duty is {duty}."
        ),
        place=t.place(held.importer),
        today=t.tonnes(held.today.central),
        benchmark=t.tonnes(held.benchmark.central),
        barrier=t(holding.SAID[largest.name]),
        part=t.tonnes(largest.part.central),
        duty=t.tonnes(held["duty"].part.central),
    )
    return Picture(plain_layers([bars], ROW * len(rows)), says, holding.table(held, t))


def label_curve(curve: Curve, t: Words) -> Picture:
    """Tonnes under the own label and under others as the duty on the own label moves, with their ranges."""
    kinds = {"own_tonnes": t(N_("Iranian label")), "other_tonnes": t(N_("other labels"))}
    rows = []
    for point in curve.points:
        for name, kind in kinds.items():
            e: Estimate = getattr(point, name)
            ends = {"low": e.low, "central": e.central, "high": e.high}
            scaled = {end: None if value is None else value / PER for end, value in ends.items()}
            says = {"amount": t.tonnes(e.central), "rate": t.percent(point.duty)}
            says["here"] = t(N_("{amount} at {rate}"), **says)
            spread = t.between(e.low, e.high, e.unit) if e.ranged else "–"
            rows.append({"duty": 100.0 * point.duty, "label": kind, "spread": spread} | scaled | says)
    base = alt.Chart(pd.DataFrame(rows))
    x = alt.X("duty:Q", title=t(N_("duty on the Iranian label, %")), axis=tick_axis(), scale=alt.Scale(nice=False))
    title = t(N_("thousand tonnes a year"))
    tips = _tips(
        {"rate": N_("duty"), "label": N_("label"), "amount": N_("a year"), "spread": N_("5–95 % range")}, t
    )
    shades = alt.Scale(domain=list(kinds.values()))
    layers: list[Any] = []
    if any(row["low"] is not None for row in rows):
        band = base.mark_area(opacity=0.18)
        shade = alt.Color("label:N", scale=shades, legend=None)
        layers.append(band.encode(x=x, y=alt.Y("low:Q", title=title), y2=alt.Y2("high:Q"), color=shade))
    # The dash tells the labels apart where colours cannot.
    dash = alt.StrokeDash("label:N", scale=alt.Scale(domain=list(kinds.values()), range=[[1, 0], [6, 3]]), legend=None)
    colour = alt.Color("label:N", scale=shades, legend=_legend(2))
    line = base.mark_line(strokeWidth=2.5).encode(
        x=x, y=alt.Y("central:Q", title=title, axis=tick_axis()), color=colour, strokeDash=dash, tooltip=tips
    )
    layers.append(line)
    at = curve.duty_now if curve.duty_now is not None else curve.points[0].duty
    nearest = 100.0 * min((point.duty for point in curve.points), key=lambda duty: abs(duty - at))
    across = (100.0 * curve.points[0].duty, 100.0 * curve.points[-1].duty)
    layers += marker(base, x, alt.Y("central:Q", title=title), "duty", "here", nearest, across)
    if curve.duty_now is not None and curve.duty_now <= curve.points[-1].duty:
        now = alt.Chart(pd.DataFrame({"duty": [100.0 * curve.duty_now], "text": [t(N_("after the change"))]}))
        top: Any = alt.YValue(0)  # type: ignore[no-untyped-call]
        rule = now.mark_rule(strokeDash=[4, 3], strokeWidth=1, opacity=0.75, color=INK).encode(x=alt.X("duty:Q"))
        word = now.mark_text(align="left", baseline="top", dx=4, dy=2, fontSize=12, color=INK)
        layers += [rule, word.encode(x=alt.X("duty:Q"), y=top, text=alt.Text("text:N"))]
    table = relabelling.curve_table(curve, t, every=max(1, len(curve.points) // 10))
    return Picture(plain_layers(layers, 260), relabelling.curve_says(curve, t), table)


def models(parted: Parted, t: Words) -> Picture:
    """Change in exports to the markets in focus, by model, with its range; a model without an answer has a row."""
    rows = []
    for one in parted.answers:
        e = one.figure("exports_to_buyers_tonnes", parted.exporter)
        who = t(parting.MODELS[one.model])
        value = t(N_("no answer")) if e is None else t.tonnes(e.central, signed=True)
        ends = {end: getattr(e, end, None) for end in ("low", "central", "high")}
        scaled = {end: None if value is None else value / PER for end, value in ends.items()}
        spread = t.between(e.low, e.high, e.unit, signed=True) if e is not None and e.ranged else "–"
        rows.append({"who": who, "amount": value, "name": f"{who}\n{value}", "spread": spread} | scaled)
    frame = pd.DataFrame(rows)
    base = alt.Chart(frame)
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=_labels())
    tips = _tips({"who": N_("model"), "amount": N_("a year"), "spread": N_("5–95 % range")}, t)
    title = t(N_("more sold, thousand tonnes a year"))
    whisker = base.mark_rule(strokeWidth=2, opacity=0.6, color=INK).encode(
        x=alt.X("low:Q", title=title, axis=tick_axis()), x2=alt.X2("high:Q"), y=y, tooltip=tips
    )
    dot = base.mark_point(size=130, filled=True, opacity=1, color=INK).encode(
        x=alt.X("central:Q", title=title, axis=tick_axis()), y=y, tooltip=tips
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeWidth=1, color=INK).encode(x=alt.X("zero:Q"))
    told = " ".join(told.text for told in parting.sentences(parted, t)[:2])
    return Picture(plain_layers([zero, whisker, dot], max(STEP, ROW) * len(rows)), told, parting.table(parted, t))
