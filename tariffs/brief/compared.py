"""Proposals side by side: which is best for whom, their figures with the difference to the first, and a dumbbell."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

import altair as alt
import pandas as pd

from tariffs.brief.charts import INK, WIDE, Picture, _labels, _tips, folded, plain_layers, tall, tick_axis
from tariffs.brief.saying import Told, spread
from tariffs.study.figures import Key
from tariffs.sweeps.together import GAIN, Best, Together
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words, terms

OF_EXPORTER = (
    "net_back_usd_per_t",
    "burden_fraction",
    "exports_to_buyers_tonnes",
    "exports_tonnes",
    "seller_treasury_usd",
)
OF_MARKET = ("landed_usd_per_t", "duty_fraction", "rival_gap_usd_per_t", "rank", "tonnes", "share", "revenue_usd")
GAINS_OF_EXPORTER = ("producers_gain_usd", GAIN)
GAINS_OF_MARKET = ("buyers_gain_usd", GAIN)
PER = {"t": 1_000.0, "USD a year": 1e6, "fraction": 0.01}  # of a figure in the unit of its axis
AXES = {"USD/t": N_("USD per tonne"), "t": N_("thousand tonnes a year"), "USD a year": N_("USD million a year")}
LETTERS = 60  # of a proposal's name beside the chart


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one proposal: its value, its range, and the difference to the first."""

    value: str
    spread: str
    difference: str  # empty for the first, and where nothing moved
    difference_spread: str


@dataclass(frozen=True, slots=True)
class Row:
    """One figure under every proposal."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one place."""

    heading: str
    rows: tuple[Row, ...]


def keys(exporter: str, importers: Sequence[str]) -> list[Key]:
    """Every figure that is laid side by side."""
    found = [Key(name, exporter, "after") for name in OF_EXPORTER]
    found += [Key(name, place, "after") for place in importers for name in OF_MARKET]
    found += [Key(name, exporter, "change") for name in GAINS_OF_EXPORTER]
    return found + [Key(name, place, "change") for place in importers for name in GAINS_OF_MARKET]


def sentences(beside: Together, names: Sequence[str], t: Words) -> list[Told]:
    """Which proposal is best for whom, the shortest answer first."""
    first = beside.first
    status = str(first.figure("exports_to_buyers_tonnes", first.exporter).status)
    if len(beside.studies) < 2:
        return [Told(t(N_("Add a proposal to see which is best for whom.")), status)]
    if not beside.comparable:
        why = N_(
            "They start from different states of the market, or different models answer them, so a gain of one is no "
            "match for a gain of the other. Compare what they lead to."
        )
        lead = t(N_("Which of these is best for whom cannot be said."))
        return [Told(lead, status), Told(t(why), status)]
    found = [beside.best(place) for place in (first.exporter, *first.importers)]
    won = {one.number for one in found if one.number is not None}
    places = t.listed([t.place(one.place) for one in found if one.number is not None])
    if not won:
        return [Told(t(N_("The proposals make no difference that anybody would notice.")), status)]
    if len(won) == 1 and all(one.number is not None for one in found):
        lead = t(N_("“{proposal}” is best for every side: {places}."), proposal=names[won.pop()], places=places)
    elif len(won) == 1:
        lead = t(
            N_("“{proposal}” is best for {places}; the rest do not mind."), proposal=names[won.pop()], places=places
        )
    else:
        lead = t(N_("No proposal is best for every side."))
    return [Told(lead, status), *(Told(_best(one, names, t), str(one.gain.status)) for one in found)]


def _best(one: Best, names: Sequence[str], t: Words) -> str:
    place = t.place(one.place)
    if one.number is None:
        return t(N_("{place}: no proposal is noticeably better than another."), place=place)
    gaps = {
        "place": place,
        "proposal": names[one.number],
        "gain": t.usd(one.gain.central, signed=True),
        "range": "" if t.usd(one.gain.low) == t.usd(one.gain.high) else spread(one.gain, t),
        "lead": t.usd(one.lead),
    }
    text = t(N_("{place} does best under “{proposal}”: {gain} a year{range}, {lead} ahead of the next."), **gaps)
    if one.share is None or one.often is None:
        return text
    share = t.percent(one.share, 0)
    if one.often == one.number:
        return text + " " + t(N_("It is the best in {share} of the draws."), share=share)
    gaps = {"share": share, "other": names[one.often], "often": t.percent(one.often_share, 0)}
    often = N_("It is the best in {share} of the draws, though; most often that is “{other}” ({often}).")
    return text + " " + t(often, **gaps)


def table(beside: Together, t: Words) -> list[Group]:
    """Levels after each proposal, then who gains, each with its range and the difference to the first."""
    first = beside.first
    held: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]
    held = [(t.place(first.exporter), first.exporter, OF_EXPORTER, GAINS_OF_EXPORTER)]
    held += [(t.place(place), place, OF_MARKET, GAINS_OF_MARKET) for place in first.importers]
    groups = [
        Group(heading, tuple(_row(beside, Key(name, place, "after"), t) for name in levels))
        for heading, place, levels, _ in held
    ]
    gains = [
        _row(beside, Key(name, place, "change"), t, heading) for heading, place, _, names in held for name in names
    ]
    return [*groups, Group(t(N_("Who gains, against what each is compared with")), tuple(gains))]


def _row(beside: Together, key: Key, t: Words, place: str = "") -> Row:
    label = t(terms.FIGURES[key.name])
    if place:
        label = t(N_("{figure}, {place}"), figure=label, place=place)
    cells = []
    for number, study in enumerate(beside.studies):
        e = study.figures[key]
        gap = beside.difference(key, number) if number else None
        still = gap is None or t.difference(gap.central, gap.unit) == t.difference(0.0, gap.unit)
        cells.append(
            Cell(
                amount(e, t, key.when == "change"),
                t.between(e.low, e.high, e.unit, key.when == "change") if e.ranged and e.central is not None else "",
                "" if gap is None or still else t.difference(gap.central, gap.unit),
                "" if gap is None or still or not gap.ranged else _ends(gap, t),
            )
        )
    return Row(label, tuple(cells))


def amount(e: Estimate, t: Words, signed: bool = False) -> str:
    """A level, or why there is none."""
    return t(N_("none")) if e.central is None else t.amount(e.central, e.unit, signed)


def _ends(e: Estimate, t: Words) -> str:
    if e.unit != "fraction":
        return t.between(e.low, e.high, e.unit, signed=True)
    return t(N_("{low} to {high}"), low=t.difference(e.low, e.unit), high=t.difference(e.high, e.unit))


def dumbbell(beside: Together, names: Sequence[str], name: str, place: str, t: Words) -> Picture:
    """One figure under every proposal: hollow before, filled after, joined; the thin line is its range after."""
    rows: list[dict[str, Any]] = []
    for number, study in enumerate(beside.studies):
        before, after = (study.figure(name, place, when) for when in ("before", "after"))
        per, value, was = PER.get(after.unit, 1.0), amount(after, t), amount(before, t)
        numbered = f"{t.number(number + 1)}. {shorten(names[number], LETTERS, placeholder=' …')}"
        line = f"{folded(numbered, WIDE)}\n{value}"
        spread_ = t.between(after.low, after.high, after.unit) if after.ranged and after.central is not None else "–"
        row: dict[str, Any] = {"name": line, "who": names[number], "value": value, "was": was, "spread": spread_}
        row["before"] = None if before.central is None else before.central / per
        known = after.central is not None
        for end in ("central", "low", "high"):
            level = getattr(after, end)
            row[end] = level / per if known and level is not None else None
        rows.append(row)
    unit = beside.first.figure(name, place, "after").unit
    title = t(AXES.get(unit, N_("%")) if unit != "place" else N_("place"))
    base = alt.Chart(pd.DataFrame(rows))
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=_labels())
    tips = {"who": N_("proposal"), "was": N_("before"), "value": N_("after"), "spread": N_("5–95 % range")}
    scale = alt.Scale(zero=False, nice=True, padding=8)
    x = alt.X("central:Q", title=title, axis=tick_axis(), scale=scale)
    tooltip = _tips(tips, t)
    whisker = base.mark_rule(strokeWidth=1.5, opacity=0.55, color=INK).encode(
        x=alt.X("low:Q", title=title, axis=tick_axis(), scale=scale), x2=alt.X2("high:Q"), y=y, tooltip=tooltip
    )
    bar = base.mark_bar(height=5).encode(
        x=alt.X("before:Q", title=title, scale=scale), x2=alt.X2("central:Q"), y=y, tooltip=tooltip
    )
    ring = base.mark_point(size=120, filled=True, fill="Canvas", stroke=INK, strokeWidth=2, opacity=1).encode(
        x=alt.X("before:Q", title=title, scale=scale), y=y, tooltip=tooltip
    )
    dot = base.mark_point(size=140, filled=True, opacity=1, color=INK).encode(x=x, y=y, tooltip=tooltip)
    figure = t(N_("{figure}, {place}"), figure=t(terms.FIGURES[name]), place=t.place(place))
    each = N_("{proposal}: {after} after, {before} before.")
    told = " ".join(t(each, proposal=row["who"], after=row["value"], before=row["was"]) for row in rows)
    shown = pd.DataFrame(rows)[["who", "was", "value", "spread"]]
    shown.columns = pd.Index([t(N_("Proposal")), t(N_("Before")), t(N_("After")), t(N_("5–95 % range"))])
    high = (tall(row["name"] for row in rows) + 6) * len(rows)
    return Picture(plain_layers([whisker, bar, ring, dot], high), f"{figure}. {told}", shown)
