"""How far: what to ask for and what to offer, where the answer turns, and where both sides gain."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from tariffs.brief import how_far, limits_charts, limits_deals, limits_maps, limits_prose
from tariffs.brief.forms.blocks import Block, Cell, Drawn, Grid, Points, Row, Said, Section, of_row, shown
from tariffs.brief.limits_words import lever, setting
from tariffs.brief.sheets.asked import Asked, Market
from tariffs.brief.sheets.roots import MET, MISSED
from tariffs.limits.agreement import SUPPORT
from tariffs.words import N_, terms

# Columns of a market's answers: what of a row, its heading, its unit, whether it is a change.
ANSWERS = (
    ("landed_usd_per_t", N_("Landed, own label, USD/t"), "USD/t", False),
    ("rival_usd_per_t", N_("Cheapest rival, USD/t"), "USD/t", False),
    ("rival_gap_usd_per_t", N_("Less the rival's, USD/t"), "USD/t", True),
    ("tonnes", N_("Sold there, all labels, t"), "t", False),
    ("exports_to_buyers_tonnes", N_("Sold to Türkiye and Iraq, t"), "t", False),
    ("exports_change_tonnes", N_("Against before, t"), "t", True),
    ("net_back_usd_per_t", N_("Net-back, USD/t"), "USD/t", False),
    ("net_back_change_usd_per_t", N_("Against before, USD/t"), "USD/t", True),
)


NONE = {"met": MET, "unmet": MISSED}  # why there is no break-even, where that is all there is to say


def asks(asked: Asked) -> Points:
    """What to ask of each market, and what it would cost whom: the highest duty, and whether a deal can pay both."""
    t, said = asked.t, list[str]()
    for one in asked.markets:
        told = limits_prose.break_even(one.below_rival, t)
        said.append(" ".join(dict.fromkeys((told[0], told[-1]))))
    said += [t.explain(trouble) for trouble in asked.refused.values()]
    said += [limits_deals.agreement(one.agreed, t)[0] for one in asked.markets]
    return Points(t(N_("What to ask for, what to offer")), tuple(dict.fromkeys(said)))


def limits(asked: Asked) -> Section:
    """Break-even of each market's duty, how the market answers it, and where both sides gain."""
    t, blocks = asked.t, list[Block]()
    if asked.markets:
        note = N_("Solved anew at every setting, for the inputs as asked and at their central values.")
        blocks += [Said(t(note), "small"), _needed(asked)]
    answers, gains = how_far.responses(asked), how_far.agreements(asked)
    for one in asked.markets:
        blocks += _answering(asked, one, answers[answers["importer"] == one.importer])
        blocks += _both_sides(asked, one, gains[gains["importer"] == one.importer])
    blocks += [Said(t.explain(trouble)) for trouble in asked.refused.values()]
    return Section("limits", t(N_("Limits")), tuple(blocks))


def _needed(asked: Asked) -> Grid:
    """The settings at which each aim is just met."""
    t, rows = asked.t, list[Row]()
    told = [(one, found) for one in asked.markets for found in (one.below_rival, one.keep_tonnes)]
    aims = {(one.importer, found.target.name): found for one, found in told}
    say = partial(t.percent, digits=2)
    for number, row in how_far.break_evens(asked).iterrows():
        found, of_award = aims[row["importer"], row["aim"]], row["lever"] == SUPPORT
        cells = [
            of_row("break_evens", number, row, "stands_at", say),
            of_row("break_evens", number, row, "if_no_price_answered", say),
            of_row("break_evens", number, row, "break_even", say),
        ]
        if (cells[1].value or 0.0) < 0:
            below = N_("met without an award") if of_award else N_("not even without a duty")
            cells[1] = Cell(t(below), quiet=True)
        if not of_award and found.main is None and found.why and found.why.kind in NONE:
            cells[-1] = Cell(t(NONE[found.why.kind]), quiet=True)
        rows.append(Row((Cell(limits_prose.aim(found, t)), Cell(lever(row["lever"], t), quiet=True), *cells)))
    heads = (
        *(t(N_("Aim")), t(N_("Lever")), t(N_("Stands at"))),
        *(t(N_("If no price answered")), t(N_("With the market's answer"))),
    )
    return Grid(heads, tuple(rows), (2, 3, 4), t(N_("What would it take?")))


def _answering(asked: Asked, one: Market, frame: pd.DataFrame) -> Iterator[Block]:
    """The curve with its break-even, what is said of it, and the market at each duty."""
    t, found = asked.t, one.below_rival
    name = t(terms.LEVERS[one.lever])
    yield Drawn(name, limits_charts.break_even(found, t))
    yield Points("", tuple(limits_prose.break_even(found, t)))
    rows = []
    for number, row in frame.iterrows():
        cells = [of_row("responses", number, row, "duty", t.percent)]
        for column, _, unit, change in ANSWERS:
            cells.append(of_row("responses", number, row, column, partial(shown, unit=unit, t=t, change=change)))
        rows.append(Row(tuple(cells)))
    heads = (t(N_("Duty")), *(t(head) for _, head, _, _ in ANSWERS))
    title = t(N_("How the market answers the duty: {lever}"), lever=name)
    yield Grid(heads, tuple(rows), tuple(range(len(heads))), title, small=True)


def _both_sides(asked: Asked, one: Market, frame: pd.DataFrame) -> Iterator[Block]:
    """Who gains where on a map, what each side gains in every cell, and what that comes to."""
    t, made = asked.t, one.agreed
    place = t.place(one.importer)
    title = t(N_("{figure}, {place}"), figure=t(N_("Where both sides gain")), place=place)
    yield Drawn(title, limits_maps.zone(made, t))
    yield Points(t(N_("Zone of agreement")), tuple(limits_deals.agreement(made, t)))
    note = N_("The duty stands in the heads, “{lever}” in the first column. Gains are against today.")
    yield Said(t(note, lever=lever(made.support.name, t)), "small")
    for column, who in (("buyer_gain_usd", one.importer), ("seller_gain_usd", asked.study.exporter)):
        most = float(np.nanmax(np.abs(frame[column]), initial=0.0)) or 1.0
        rows, said = list[Row](), partial(shown, unit="USD a year", t=t, change=True)
        for support in made.support.values:
            line, cells = frame[frame["support"] == support], [Cell(setting(support, made.support.span, t))]
            for number, row in line.iterrows():
                value = float(row[column])
                shade = value / most if value == value else 0.0
                cells.append(of_row("agreements", number, row, column, said, shade))
            rows.append(Row(tuple(cells)))
        heads = ("", *(setting(duty, made.duty.span, t) for duty in made.duty.values))
        named = t(N_("Gain of {place}'s side, USD million a year"), place=t.place(who))
        yield Grid(heads, tuple(rows), tuple(range(len(heads))), named, small=True)
