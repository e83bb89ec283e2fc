"""Limits in a terminal: the sentences, then a table."""

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tariffs.brief import limits_deals, limits_prose, limits_tables
from tariffs.brief.limits_words import lever, money, setting
from tariffs.limits.agreement import Agreement
from tariffs.limits.breakeven import BreakEven
from tariffs.limits.heatmap import HeatMap
from tariffs.limits.phase_in import PhaseIn
from tariffs.words import N_, Words

ROWS = 9  # settings of each lever shown of a map; the files have them all


def break_even(console: Console, found: BreakEven, t: Words) -> None:
    _say(console, limits_prose.break_even(found, t))
    frame = limits_tables.curve(found, t, ROWS)
    table = Table(show_edge=False)
    for number, name in enumerate(frame.columns):
        table.add_column(str(name), justify="right" if number < 2 else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


def heat_map(console: Console, made: HeatMap, t: Words) -> None:
    _say(console, limits_prose.heat_map(made, t))
    title = t(N_("{figure}: {unit}"), figure=limits_prose.figure(made, t), unit=limits_prose.unit_words(made, t))
    console.print(Text(title, style="bold"))
    table = Table(show_edge=False)
    table.add_column(f"{lever(made.y.name, t)} ↓  {lever(made.x.name, t)} →")
    columns, rows = (_some(len(axis.values)) for axis in (made.x, made.y))
    for column in columns:
        table.add_column(setting(made.x.values[column], made.x.span, t), justify="right")
    for row in reversed(rows):
        cells = (limits_prose.bare(float(made.values[row, column]), made, t) for column in columns)
        table.add_row(setting(made.y.values[row], made.y.span, t), *cells)
    console.print(table)


def agreement(console: Console, made: Agreement, t: Words) -> None:
    _say(console, limits_deals.agreement(made, t))
    table = Table(show_edge=False)
    for name in (N_("a year"), N_("at the Nash point"), N_("5–95 %"), N_("best for both together"), N_("5–95 %")):
        table.add_column(t(name), justify="left" if not table.columns else "right")
    points = (made.nash, made.best)
    for (figure, place), _ in (made.best.parties if made.best else {}).items():
        cells: list[str] = []
        for at in points:
            gain = at.parties[figure, place] if at else None
            cells.append("–" if gain is None else money(gain.central, t, signed=True))
            ranged = gain is not None and gain.ranged
            cells.append(t.between(gain.low, gain.high, "USD a year", signed=True) if gain and ranged else "–")
        table.add_row(limits_deals.party(figure, place, t), *cells)
    console.print(table)


def phase_in(console: Console, made: PhaseIn, t: Words, at_once: PhaseIn | None = None) -> None:
    _say(console, limits_deals.phase_in(made, t, at_once))
    table = Table(show_edge=False)
    shown = {
        "own_label_tonnes": N_("Iranian label"),
        "tonnes": N_("all labels"),
        "landed_usd_per_t": N_("landed"),
        "revenue_usd": N_("import revenue"),
        "buyer_side_gain_usd": N_("buyer's side"),
        "seller_side_gain_usd": N_("Iran's side"),
        "rent_usd": N_("quota rent"),
    }
    for name in (N_("year"), N_("rate"), *shown.values()):
        table.add_column(t(name), justify="right")
    for year in made.years:
        cells = []
        for name in shown:
            value = year.figures[name].central
            cells.append(money(value, t) if name.endswith("_usd") else t.amount(value, year.figures[name].unit))
        table.add_row(t.number(year.number), setting(year.rate, made.span, t, 2), *cells)
    console.print(table)


def _say(console: Console, told: Sequence[str]) -> None:
    for text in told:
        console.print(Text(text))
    console.print()


def _some(count: int) -> list[int]:
    return [int(i) for i in np.unique(np.linspace(0, count - 1, min(ROWS, count)).round())]
