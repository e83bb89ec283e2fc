"""Limits as frames: for files, and for the table beside each chart."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tariffs.brief import limits_deals, limits_prose
from tariffs.brief.limits_words import lever, money, setting
from tariffs.limits.agreement import Agreement
from tariffs.limits.breakeven import BreakEven
from tariffs.limits.heatmap import HeatMap
from tariffs.limits.phase_in import PhaseIn
from tariffs.words import N_, Words, terms


def cells(made: HeatMap) -> pd.DataFrame:
    """Every cell of a map, one row each: both levers, the figure, whether it closed."""
    rows = [
        (x, y, made.values[row, column], bool(made.closed[row, column]))
        for row, y in enumerate(made.y.values)
        for column, x in enumerate(made.x.values)
    ]
    return pd.DataFrame(rows, columns=[made.x.name, made.y.name, made.key.name, "closed"])


def corners(made: HeatMap, t: Words, most: int = 6) -> pd.DataFrame:
    """Some rows and columns of a map in words, for reading."""
    columns, rows = (
        np.unique(np.linspace(0, len(axis.values) - 1, min(most, len(axis.values))).round().astype(int))
        for axis in (made.x, made.y)
    )
    shown = [
        [
            setting(made.y.values[row], made.y.span, t),
            *(limits_prose.bare(float(made.values[row, column]), made, t) for column in columns),
        ]
        for row in reversed(rows)
    ]
    frame = pd.DataFrame(shown)
    first = f"{lever(made.y.name, t)} ↓ · {lever(made.x.name, t)} →"
    frame.columns = pd.Index([first, *(setting(made.x.values[c], made.x.span, t) for c in columns)])
    return frame


def curve(found: BreakEven, t: Words, most: int = 9) -> pd.DataFrame:
    """The figure at some settings of the lever, the break-evens among them."""
    points = found.seen.points[np.unique(np.linspace(0, len(found.seen.points) - 1, most).astype(int))]
    values = np.interp(points, found.seen.points, found.seen.values)
    sign = 1.0 if found.target.at_least else -1.0
    rows = [(float(p), found.level + sign * float(v), float(v) >= 0) for p, v in zip(points, values, strict=True)]
    rows += [(root.value, found.level, True) for root in found.roots]
    shown: list[list[str]] = [
        [
            setting(point, found.span, t, 2),
            limits_prose.exact(value if np.isfinite(value) else None, found, t),
            t(N_("yes")) if met else t(N_("no")),
        ]
        for point, value, met in sorted(rows)
    ]
    frame = pd.DataFrame(shown)
    frame.columns = pd.Index([lever(found.span.name, t), t(terms.FIGURES[found.target.figure]), t(N_("Target met"))])
    return frame


def parties(made: Agreement, t: Words) -> pd.DataFrame:
    """What each party gains at the Nash point and where both together gain most."""
    points = [(N_("At the Nash point"), made.nash), (N_("Where both together gain most"), made.best)]
    held = [(t(name), at) for name, at in points if at is not None]
    rows = []
    for pair in held[0][1].parties if held else ():
        cells = [limits_deals.party(*pair, t)]
        for _, at in held:
            gain = at.parties[pair]
            cells.append(money(gain.central, t, signed=True))
            if gain.ranged:
                cells.append(t.between(gain.low, gain.high, "USD a year", signed=True))
        rows.append(cells)
    frame = pd.DataFrame(rows)
    names = [t(N_("A year"))]
    for name, at in held:
        names.append(name)
        if at.buyer.ranged:
            names.append(t(N_("5–95 % range")))
    frame.columns = pd.Index(names[: frame.shape[1]])
    return frame


MILLIONS = 1e6


def worths(plans: Sequence[PhaseIn], t: Words) -> pd.DataFrame:
    """What each way of making a change is worth to both sides, USD million at the central discount rate."""
    shown = {
        "revenue_change_usd": N_("Import revenue"),
        "buyer_side_gain_usd": N_("Buyer's side"),
        "seller_side_gain_usd": N_("Iran's side"),
        "rent_usd": N_("Quota rent"),
    }
    rows = [
        [
            t(limits_deals.SHAPES[made.plan.shape]),
            *(_millions(made.values[name].central, t, name != "rent_usd") for name in shown),
        ]
        for made in plans
    ]
    frame = pd.DataFrame(rows)
    title = t(N_("Worth today at {rate}, USD million"), rate=t.percent(plans[0].plan.discount[1]))
    frame.columns = pd.Index([title, *(t(name) for name in shown.values())])
    return frame


def years(made: PhaseIn, t: Words) -> pd.DataFrame:
    """A plan year by year: rate, thousand tonnes, USD per tonne, USD million."""
    rows = []
    for year in made.years:
        held = year.figures
        tonnes = held["own_label_tonnes"].central
        rows.append(
            [
                t.number(year.number),
                setting(year.rate, made.span, t, 2),
                t.number(None if tonnes is None else tonnes / 1e3, 1),
                t.number(held["landed_usd_per_t"].central),
                _millions(held["revenue_usd"].central, t, False),
                _millions(held["buyer_side_gain_usd"].central, t, True),
                _millions(held["seller_side_gain_usd"].central, t, True),
            ]
        )
    frame = pd.DataFrame(rows)
    names = (
        N_("Year"),
        N_("Rate"),
        N_("Label, kt"),
        N_("USD/t"),
        N_("Revenue, USD m"),
        N_("Buyer, USD m"),
        N_("Iran, USD m"),
    )
    frame.columns = pd.Index([t(name) for name in names])
    return frame


def _millions(value: float | None, t: Words, signed: bool) -> str:
    return t.number(None if value is None else value / MILLIONS, 2, signed)
