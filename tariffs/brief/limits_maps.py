"""Two levers in pictures: the heat map with its response curve, and the zone of agreement.

A map is worked out before it is drawn: pointing at a cell moves the cross-hair and the curve inside Vega, and
asks nobody.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.brief import limits_deals, limits_prose, limits_tables
from tariffs.brief.charts import INK, Picture, plain_layers
from tariffs.brief.limits_contour import zero_line
from tariffs.brief.limits_words import axis_title, lever, money, setting, shown
from tariffs.limits.agreement import Agreement
from tariffs.limits.heatmap import Axis, HeatMap
from tariffs.sources import Array
from tariffs.words import N_, Words

HEIGHT, CURVE = 320, 130  # px of a map and of the curve under it
SIGNS = 5  # signs along each side of a map
NEAR = 0.08  # of a map's height, within which two names would stand on one line
LESS_IS_BETTER = ("rival_gap_usd_per_t", "landed_usd_per_t", "duty_usd_per_t")  # the good colour is below zero
POINT = "cell"  # name of the selection in the map


def heat_map(made: HeatMap, t: Words) -> Picture:
    """A map with its zero line, signs and present point; pointing shows a cell and the curve through it."""
    frame = _cells(made.x, made.y, limits_prose.scaled(made.values, made), t)
    frame["text"] = [limits_prose.bare(float(v), made, t) for v in made.values.ravel()]
    worded = made.x.span.is_choice or made.y.span.is_choice
    signed = limits_prose.is_signed(made)
    most = float(np.nanmax(np.abs(frame["value"]))) if np.isfinite(frame["value"]).any() else 1.0
    colours = (
        alt.Scale(
            range="diverging",
            domain=[-most, most],
            domainMid=0,
            interpolate="lab",
            reverse=made.key.name in LESS_IS_BETTER,
        )
        if signed
        else alt.Scale(range="heatmap", zero=False)
    )
    unit = limits_prose.unit_words(made, t)
    legend = alt.Legend(title=unit, orient="top", labelColor=INK, titleColor=INK, gradientLength=180, tickCount=4)
    point = _pointed(made) if not worded else None
    tips = [
        alt.Tooltip("said_x:N", title=lever(made.x.name, t)),
        alt.Tooltip("said_y:N", title=lever(made.y.name, t)),
        alt.Tooltip("text:N", title=unit),
    ]
    base = alt.Chart(frame)
    rect = base.mark_rect(strokeWidth=0).encode(
        **_sides(made.x, made.y, t),
        color=alt.Color("value:Q", scale=colours, legend=legend),
        tooltip=tips,
    )
    layers: list[Any] = [rect if point is None else rect.add_params(point)]
    if not worded:
        layers += _over(made, frame)
        layers += _cross(base, point)
    layers += _named(_stands(made.x, made.y, t), made.x, made.y)
    whole: Any = alt.layer(*layers).properties(height=HEIGHT)
    if point is not None:
        whole = alt.vconcat(whole, _response(base, point, made, unit, t), spacing=12)
    says = " ".join(limits_prose.heat_map(made, t))
    return Picture(whole, says, limits_tables.corners(made, t))


def zone(made: Agreement, t: Words) -> Picture:
    """Who gains where, over the buyer's duty and the seller's support, with the points that matter."""
    frame = _cells(made.duty, made.support, made.buyer, t)
    kinds = kinds_of(made, t)
    names = list(kinds.values())
    frame["kind"] = [kinds[int(code)] for code in codes(made).ravel()]
    for name, gain in (("buyer", made.buyer), ("seller", made.seller)):
        frame[name] = [money(float(v), t, signed=True) if np.isfinite(v) else "–" for v in gain.ravel()]
    buyer, seller = t.place(made.importer), t.place(made.study.exporter)
    tips = [
        alt.Tooltip("said_x:N", title=lever(made.duty.name, t)),
        alt.Tooltip("said_y:N", title=lever(made.support.name, t)),
        alt.Tooltip("buyer:N", title=t(N_("{place}'s side, a year"), place=buyer)),
        alt.Tooltip("seller:N", title=t(N_("{place}'s side, a year"), place=seller)),
    ]
    legend = alt.Legend(
        title=None, orient="top", columns=fold(2), labelLimit=0, labelColor=INK, labelFontSize=12, symbolType="square"
    )
    colour = alt.Color("kind:N", sort=names, scale=alt.Scale(domain=names, range=_shades(kinds)), legend=legend)
    rect = alt.Chart(frame).mark_rect(strokeWidth=0).encode(**_sides(made.duty, made.support, t), color=colour)
    marks = [(N_("Nash"), made.nash), (N_("best together"), made.best)]
    rows = [
        {"px": shown(at.duty, made.duty.span), "py": shown(at.support, made.support.span), "name": t(name)}
        for name, at in marks
        if at is not None
    ]
    stands = _stands(made.duty, made.support, t)
    layers: list[Any] = [rect.encode(tooltip=tips), *_named([*stands, *rows], made.duty, made.support)]
    says = " ".join(limits_deals.agreement(made, t)[:3])
    return Picture(plain_layers(layers, HEIGHT), says, limits_tables.parties(made, t))


BOTH, PAYABLE, BUYER, SELLER, NEITHER, OPEN = range(6)


def codes(made: Agreement) -> NDArray[np.int_]:
    """(Y, X) who gains in each cell."""
    with np.errstate(invalid="ignore"):
        buyer, seller = made.buyer > 0, made.seller > 0
    return np.select(
        [~made.closed, made.zone, made.payable, buyer, seller], [OPEN, BOTH, PAYABLE, BUYER, SELLER], NEITHER
    )


def kinds_of(made: Agreement, t: Words) -> Mapping[int, str]:
    """The kinds of cell that a map has, in words."""
    names = {
        BOTH: t(N_("both gain")),
        PAYABLE: t(N_("with a payment, both")),
        BUYER: t(N_("only {place}"), place=t.place(made.importer)),
        SELLER: t(N_("only {place}"), place=t.place(made.study.exporter)),
        NEITHER: t(N_("neither gains")),
        OPEN: t(N_("did not close")),
    }
    here = {int(code) for code in np.unique(codes(made))}
    return {code: name for code, name in names.items() if code in here}


# How much of the text's own colour each kind of cell takes; the zone itself has the theme's first.
SHADES = {PAYABLE: 0.55, BUYER: 0.38, SELLER: 0.24, NEITHER: 0.1, OPEN: 0.0}


def _shades(kinds: Mapping[int, str]) -> list[str]:
    return [
        "#1E8463" if code == BOTH else f"rgba(127,140,150,{SHADES[code]})" if code != PAYABLE else "#84C3AB"
        for code in kinds
    ]


# Parts of the maps


def _cells(x: Axis, y: Axis, values: Array, t: Words) -> pd.DataFrame:
    """One row for each cell: its middle, its edges, its value."""
    across, up = _edges(x), _edges(y)
    rows = []
    for row, (py, y0, y1) in enumerate(up):
        said_y = setting(y.values[row], y.span, t)
        for column, (px, x0, x1) in enumerate(across):
            said_x = setting(x.values[column], x.span, t)
            value = float(values[row, column])
            rows.append((px, x0, x1, py, y0, y1, value, said_x, said_y))
    return pd.DataFrame(rows, columns=["px", "x0", "x1", "py", "y0", "y1", "value", "said_x", "said_y"])


def _edges(axis: Axis) -> list[tuple[Any, Any, Any]]:
    """Middle and both edges of each setting, in the axis' unit; words have none."""
    if axis.span.is_choice:
        return [(value, None, None) for value in axis.values]
    middles = np.array([shown(float(v), axis.span) for v in axis.values])
    half = (middles[1] - middles[0]) / 2.0
    lows, highs = np.maximum(middles - half, middles[0]), np.minimum(middles + half, middles[-1])
    return [(float(m), float(low), float(high)) for m, low, high in zip(middles, lows, highs, strict=True)]


def _sides(x: Axis, y: Axis, t: Words) -> dict[str, Any]:
    """Both axes of a map."""
    found: dict[str, Any] = {}
    for axis, name, side, side2 in ((x, "x", alt.X, alt.X2), (y, "y", alt.Y, alt.Y2)):
        if axis.span.is_choice:
            found[name] = side(f"said_{name}:N", title=axis_title(axis, t), sort=None)
            continue
        scale = alt.Scale(nice=False, zero=False)
        found[name] = side(f"{name}0:Q", title=axis_title(axis, t), scale=scale, axis=number_axis())
        found[f"{name}2"] = side2(f"{name}1:Q")
    return found


def _pointed(made: HeatMap) -> Any:
    """The cell pointed at; at first the one where the question stands."""
    start = []
    for axis in (made.x, made.y):
        values = np.array(axis.values, dtype=float)
        present = axis.present if isinstance(axis.present, float) else float(values[0])
        start.append(shown(float(values[np.abs(values - present).argmin()]), axis.span))
    return alt.selection_point(
        name=POINT,
        fields=["px", "py"],
        on="pointerover",
        clear=False,
        toggle=False,
        empty=False,
        value=[{"px": start[0], "py": start[1]}],
    )


def _over(made: HeatMap, frame: pd.DataFrame) -> list[Any]:
    """The zero line and the signs."""
    layers: list[Any] = []
    x, y = (np.array([shown(float(v), axis.span) for v in axis.values]) for axis in (made.x, made.y))
    pieces = zero_line(x, y, made.values)
    if pieces:
        line = alt.Chart(pd.DataFrame(pieces, columns=["px", "py", "px2", "py2"]))
        where = {"x": "px:Q", "y": "py:Q", "x2": "px2:Q", "y2": "py2:Q"}
        layers += [
            line.mark_rule(stroke="Canvas", strokeWidth=5).encode(**where),
            line.mark_rule(color=INK, strokeWidth=2.2).encode(**where),
        ]
    if limits_prose.is_signed(made):
        columns, rows = (set(np.linspace(0, n - 1, SIGNS + 2).round()[1:-1].astype(int)) for n in (len(x), len(y)))
        chosen = [n for n in range(len(frame)) if n // len(x) in rows and n % len(x) in columns]
        some = frame.iloc[chosen].dropna(subset=["value"]).copy()
        some["sign"] = ["+" if v > 0 else "−" if v < 0 else "0" for v in some["value"]]
        signs = alt.Chart(some[["px", "py", "sign"]]).encode(x="px:Q", y="py:Q", text="sign:N")
        layers += [
            signs.mark_text(fontSize=15, stroke="Canvas", strokeWidth=4, opacity=0.9),
            signs.mark_text(fontSize=15, color=INK),
        ]
    return layers


def _cross(base: alt.Chart, point: Any) -> list[Any]:
    """A cross-hair through the cell pointed at, and what it holds."""
    here = base.transform_filter(point)
    rule: dict[str, Any] = {"strokeWidth": 1, "color": INK, "opacity": 0.8}
    text = here.encode(x="px:Q", y="py:Q", text="text:N")
    style: dict[str, Any] = {"dx": 6, "dy": -9, "align": "left", "fontSize": 13, "fontWeight": "bold"}
    return [
        here.mark_rule(**rule).encode(x="px:Q"),
        here.mark_rule(**rule).encode(y="py:Q"),
        text.mark_text(stroke="Canvas", strokeWidth=5, **style),
        text.mark_text(color=INK, **style),
    ]


def _response(base: alt.Chart, point: Any, made: HeatMap, unit: str, t: Words) -> Any:
    """The figure along the first lever, the second held where the pointer is."""
    x = alt.X("px:Q", title=axis_title(made.x, t), scale=alt.Scale(nice=False, zero=False), axis=number_axis())
    y = alt.Y("value:Q", title=unit, axis=number_axis(), scale=alt.Scale(zero=limits_prose.is_signed(made)))
    row = base.transform_filter(f"isValid({POINT}.py) && abs(datum.py - {POINT}.py[0]) < 1e-9")
    at = base.transform_filter(point)
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=INK, strokeDash=[4, 3], opacity=0.75)
    layers: list[Any] = [zero.encode(y="value:Q")] if limits_prose.is_signed(made) else []
    layers += [
        row.mark_line(strokeWidth=2.5).encode(x=x, y=y),
        at.mark_point(size=90, filled=True, opacity=1, color=INK).encode(x="px:Q", y="value:Q"),
    ]
    whole: Any = alt.layer(*layers).properties(height=CURVE)
    return whole


def _stands(x: Axis, y: Axis, t: Words) -> list[dict[str, Any]]:
    """Where the question stands, and where things stand today."""
    rows = []
    for name, px, py in ((N_("scenario"), x.present, y.present), (N_("today"), x.today, y.today)):
        if isinstance(px, float) and isinstance(py, float) and _holds(x, px) and _holds(y, py):
            rows.append({"px": shown(px, x.span), "py": shown(py, y.span), "name": t(name)})
    return rows


def _named(rows: list[dict[str, Any]], x: Axis, y: Axis) -> list[Any]:
    """Points with their names beside them, to the left where the map ends on the right."""
    if not rows:
        return []
    far = shown(float(x.values[0]), x.span) + 0.7 * _reach(x)
    points = alt.Chart(pd.DataFrame(rows)).encode(x="px:Q", y="py:Q")
    layers: list[Any] = [
        points.mark_point(size=90, strokeWidth=5, stroke="Canvas", filled=False),
        points.mark_point(size=90, strokeWidth=2, color=INK, filled=False),
    ]
    for row, shift in zip(rows, _heights(rows, x, y), strict=True):
        right = row["px"] > far
        style: dict[str, Any] = {
            "dx": -9 if right else 9, "dy": shift, "align": "right" if right else "left", "fontSize": 12,
        }  # fmt: skip
        said = alt.Chart(pd.DataFrame([row])).encode(x="px:Q", y="py:Q", text="name:N")
        layers += [said.mark_text(stroke="Canvas", strokeWidth=4, **style), said.mark_text(color=INK, **style)]
    return layers


def _heights(rows: list[dict[str, Any]], x: Axis, y: Axis) -> list[int]:
    """px down from each point to its name: above it at the foot of the map, where the axis would run through it, and
    no two names on one line.
    """
    foot, near, wide = shown(float(y.values[0]), y.span), NEAR * _reach(y), 0.5 * _reach(x)
    found: list[int] = []
    for n, row in enumerate(rows):
        level = [other for other in rows[:n] if abs(row["py"] - other["py"]) <= near]
        beside = sum(abs(row["px"] - other["px"]) <= wide for other in level)
        found.append(-11 - 17 * beside if row["py"] - foot <= near else 11 + 17 * beside)
    return found


def _reach(axis: Axis) -> float:
    """From the least setting to the largest, as the axis shows them."""
    return shown(float(axis.values[-1]), axis.span) - shown(float(axis.values[0]), axis.span)


def _holds(axis: Axis, value: float) -> bool:
    numbers = [float(v) for v in axis.values if isinstance(v, float)]
    return bool(numbers) and numbers[0] <= value <= numbers[-1]


def number_axis() -> alt.Axis:
    """Few ticks, with the decimals that they need."""
    return alt.Axis(
        tickCount=5, format=",.2~f", labelAngle=0, grid=True, titlePadding=8, labelColor=INK, titleColor=INK
    )


def fold(columns: int) -> Any:
    """One column of a legend where the chart is narrow, as on a phone, and two on half a page."""
    return alt.ExprRef(f"width < 330 ? 1 : width < 520 ? {min(2, columns)} : {columns}")
