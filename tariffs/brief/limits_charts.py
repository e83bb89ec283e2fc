"""One lever in pictures: the break-even curve, and the years of a plan."""

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.brief import limits_deals, limits_prose, limits_tables
from tariffs.brief.charts import INK, Picture, plain_layers
from tariffs.brief.limits_maps import fold, number_axis
from tariffs.brief.limits_words import lever, setting, shown
from tariffs.brief.pointing import marker
from tariffs.limits.breakeven import BreakEven
from tariffs.limits.phase_in import PhaseIn
from tariffs.words import N_, Words, terms

LINE = 200  # points of a curve at most
ROOM = 0.3  # of the width, that the words of a break-even need on their side


def break_even(found: BreakEven, t: Words) -> Picture:
    """The figure over the lever, the level it must reach, and where it does."""
    span, target = found.span, found.target
    sign = 1.0 if target.at_least else -1.0
    keep = _window(found)
    points, values = found.seen.points[keep], found.level + sign * found.seen.values[keep]
    every = max(1, len(points) // LINE)
    # Where the question stands and where the figure meets its level are points of the curve too.
    known = {float(root.value): found.level for root in found.roots if points[0] <= root.value <= points[-1]}
    if found.present is not None and found.distance is not None and points[0] <= found.present <= points[-1]:
        known[float(found.present)] = found.level + sign * found.distance
    drawn = sorted({**dict(zip(points[::every].tolist(), values[::every].tolist(), strict=True)), **known}.items())
    rows = [(shown(float(p), span), float(v), setting(float(p), span, t, 2)) for p, v in drawn]
    frame = pd.DataFrame(rows, columns=["x", "y", "said"]).dropna()
    frame["here"] = [
        t(N_("{amount} at {rate}"), amount=limits_prose.exact(v, found, t), rate=said)
        for said, v in zip(frame["said"], frame["y"], strict=True)
    ]
    x = alt.X("x:Q", title=_titled(span.name, span.figure_unit, t), axis=number_axis(), scale=alt.Scale(nice=False))
    y = alt.Y("y:Q", title=_unit_title(target.figure, target.unit, t), axis=number_axis(), scale=alt.Scale(zero=False))
    base = alt.Chart(frame)
    tips = [alt.Tooltip("x:Q", format=",.2f", title=lever(span.name, t)), alt.Tooltip("y:Q", format=",.1f")]
    layers: list[Any] = [base.mark_line(strokeWidth=2.5).encode(x=x, y=y, tooltip=tips)]
    aim = pd.DataFrame({"y": [found.level], "text": [limits_prose.exact(found.level, found, t)]})
    layers.append(alt.Chart(aim).mark_rule(strokeDash=[4, 3], color=INK, opacity=0.75).encode(y="y:Q"))
    roots = [root.value for root in found.roots if points[0] <= root.value <= points[-1]]
    if roots:
        layers += [layer for root in roots for layer in _root(root, found, points, values, t)]
    if found.present is not None and found.distance is not None and points[0] <= found.present <= points[-1]:
        here = pd.DataFrame({"x": [shown(found.present, span)], "y": [found.level + sign * found.distance]})
        layers.append(alt.Chart(here).mark_point(size=110, strokeWidth=2, color=INK).encode(x="x:Q", y="y:Q"))
    if not frame.empty:
        stands = points[0] if found.present is None else found.present
        nearest = min(frame["x"], key=lambda at: abs(at - shown(float(stands), span)))
        layers += marker(base, x, y, "x", "here", float(nearest), (float(frame["x"].min()), float(frame["x"].max())))
    told = limits_prose.break_even(found, t)
    return Picture(plain_layers(layers, 240), told[0], limits_tables.curve(found, t))


def _root(
    root: float, found: BreakEven, points: NDArray[np.float64], values: NDArray[np.float64], t: Words
) -> list[Any]:
    """A break-even and where it is, its words on the side that the curve leaves free."""
    span = found.span
    after = int(np.clip(np.searchsorted(points, root), 1, len(points) - 1))
    rises = bool(values[after] >= values[after - 1])
    along = (root - points[0]) / (points[-1] - points[0])
    on_the_left = along > ROOM if rises else along > 1.0 - ROOM
    over = on_the_left == rises  # a rising curve leaves room above on its left and below on its right
    style: dict[str, Any] = {
        "align": "right" if on_the_left else "left",
        "dx": -8 if on_the_left else 8,
        "dy": -10 if over else 12,
        "fontSize": 13,
        "fontWeight": "bold",
        "color": INK,
    }
    row = {"x": shown(root, span), "y": found.level, "text": setting(root, span, t, 2)}
    where = alt.Chart(pd.DataFrame([row])).encode(x="x:Q", y="y:Q")
    said = where.encode(text="text:N")
    return [
        where.mark_point(size=120, filled=True, opacity=1, color=INK),
        said.mark_text(**style, stroke="Canvas", strokeWidth=4),
        said.mark_text(**style),
    ]


def phases(plans: Sequence[PhaseIn], t: Words) -> Picture:
    """Tonnes under the exporter's own label year by year, one line for each way of making the change."""
    rows = []
    for made in plans:
        name = t(limits_deals.SHAPES[made.plan.shape])
        today = made.today["own_label_tonnes"].central
        rows.append({"year": 0, "tonnes": (today or 0.0) / 1e3, "shape": name})
        for year in made.years:
            tonnes = year.figures["own_label_tonnes"].central
            rows.append({"year": year.number, "tonnes": None if tonnes is None else tonnes / 1e3, "shape": name})
    frame = pd.DataFrame(rows).dropna()
    names = list(dict.fromkeys(frame["shape"]))
    legend = alt.Legend(title=None, orient="top", columns=fold(4), labelLimit=0, labelColor=INK, labelFontSize=12)
    base = alt.Chart(frame).encode(
        x=alt.X("year:Q", title=t(N_("year; 0 is today")), axis=number_axis(), scale=alt.Scale(nice=False)),
        y=alt.Y(
            "tonnes:Q",
            title=t(N_("thousand tonnes a year")),
            axis=number_axis(),
            scale=alt.Scale(zero=False, nice=True),
        ),
        color=alt.Color("shape:N", sort=names, scale=alt.Scale(domain=names), legend=legend),
        tooltip=[
            alt.Tooltip("shape:N", title=t(N_("made"))),
            alt.Tooltip("year:Q", title=t(N_("year"))),
            alt.Tooltip("tonnes:Q", format=",.1f", title=t(N_("thousand tonnes"))),
        ],
    )
    shapes = alt.Shape("shape:N", sort=names, legend=None)
    layers = [base.mark_line(strokeWidth=2), base.mark_point(size=70, filled=True, opacity=1).encode(shape=shapes)]
    asked = plans[0]
    return Picture(plain_layers(layers, 240), limits_deals.phase_in(asked, t)[1], limits_tables.years(asked, t))


def drawn(picture: Picture, ending: str) -> bytes:
    """A picture as PNG, or as SVG for ``.svg``, on white; colours of a page become those of paper."""
    import vl_convert

    with alt.data_transformers.enable("default", max_rows=None):  # a fine map has more cells than a web page should
        chart = picture.chart.to_dict()
    spec = json.dumps(chart).replace(f'"{INK}"', '"#1C2B2A"').replace('"Canvas"', '"#FFFFFF"')
    if ending == ".svg":
        return str(vl_convert.vegalite_to_svg(spec)).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def _window(found: BreakEven) -> NDArray[np.bool_]:
    """The part of the range worth drawing: up to well beyond the last break-even and where the lever stands."""
    low, high = found.between
    known = [root.value for root in found.roots] + ([found.present] if found.present is not None else [])
    step = {"fraction": 0.3, "USD/t": 100.0}.get(found.span.figure_unit, high - low)
    end = min(high, max([low + step, *(1.5 * value for value in known)]))
    inside = (found.seen.points >= low) & (found.seen.points <= end)
    return inside if inside.sum() > 1 else np.ones(len(found.seen.points), dtype=bool)


def _titled(name: str, unit: str, t: Words) -> str:
    message = {"USD/t": N_("{lever}, USD per tonne"), "t": N_("{lever}, tonnes")}.get(unit, N_("{lever}, %"))
    return t(message, lever=lever(name, t))


def _unit_title(figure: str, unit: str, t: Words) -> str:
    message = {"USD/t": N_("{figure}, USD per tonne"), "t": N_("{figure}, tonnes")}.get(unit, N_("{figure}"))
    return t(message, figure=t(terms.FIGURES[figure]))
