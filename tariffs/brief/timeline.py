"""What is law when: rules as bars over the years, with their standing and source."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from tariffs.brief.charts import INK, WIDE, Picture, _labels, _legend, _tips, folded, plain_layers, tall
from tariffs.law.measures import ExporterMeasure, Measure
from tariffs.law.places import LABELLED
from tariffs.sources import Figure, Source
from tariffs.words import N_, Words, terms

EARLIEST = date(2014, 1, 1)  # the picture begins here; the table says what is older
YEARS_AHEAD = 1
ROLES: Mapping[str, str] = {
    "baseline": N_("holds"),
    "alternative": N_("holds if chosen"),
    "disputed": N_("disputed, not counted"),
    "ceiling": N_("headroom, not charged"),
    "off": N_("switched off"),
}
KINDS: Mapping[str, str] = {
    "valuation_adjustment": N_("Valuation factor"),
    "prohibition": N_("Prohibition"),
    "licence": N_("Licence"),
    "transit_guarantee": N_("Transit guarantee"),
    "raw_materials_list": N_("On the raw-materials list"),
    "feedstock_export_duty": N_("Export duty on feedstock"),
    "vat_rate": N_("VAT"),
    "fx_surrender_share_hall1": N_("Share of currency sold in hall 1"),
    "fx_haircut_hall1": N_("Haircut in hall 1"),
    "fx_haircut_hall2": N_("Haircut in hall 2"),
    "feedstock_base_rate": N_("Feedstock at the same rate"),
}
GROUPS: Mapping[str, str] = {
    "any": N_("any origin"),
    "eu_customs_union": N_("customs union with the EU"),
    "nonwto_ex_aze": N_("outside the WTO, but for Azerbaijan"),
    "wto_members": N_("members of the WTO"),
    "wto_nonmembers": N_("outside the WTO"),
}
REGIONS: Mapping[str, str] = {"FED": N_("federal Iraq"), "KRG": N_("Kurdistan")}
Rule = Measure | ExporterMeasure


def timeline(rules: Sequence[Rule], on: date, sources: Mapping[str, Source], t: Words, says: str) -> Picture:
    """One bar for each rule from its first day to its last; the line is the day asked about.

    ``says`` names whose rules they are; the takeaway counts those in force on the day.
    """
    last = date(max([on.year, *(r.valid_to.year for r in rules if r.valid_to)]) + YEARS_AHEAD, 1, 1)
    rows = [_row(rule, on, last, sources, t) for rule in rules]
    for number, row in enumerate(rows):
        row["name"] += "\u200b" * number  # keeps rows of the same words apart
    roles = [text for text in map(t, ROLES.values()) if any(row["role"] == text for row in rows)]
    base = alt.Chart(pd.DataFrame(rows))
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=_labels())
    scale = alt.Scale(domain=[EARLIEST.isoformat(), last.isoformat()])
    axis = alt.Axis(format="%Y", tickCount={"interval": "year", "step": 2}, labelColor=INK, labelAngle=0, grid=True)
    heads = {"who": N_("rule"), "rate": N_("rate"), "dates": N_("in force"), "role": N_("how it counts")}
    tips = _tips(heads | {"standing": N_("standing"), "source": N_("source")}, t)
    # One look for each way of counting: its shade, and whether its end is open.
    bar = base.mark_bar(height=12, cornerRadius=2).encode(
        x=alt.X("start:T", scale=scale, axis=axis, title=None),
        x2=alt.X2("end:T"),
        y=y,
        color=alt.Color("role:N", scale=alt.Scale(domain=roles), legend=_legend(4)),
        opacity=alt.Opacity("holds:N", scale=alt.Scale(domain=[True, False], range=[1, 0.45]), legend=None),
        tooltip=tips,
    )
    day = alt.Chart(pd.DataFrame({"on": [on.isoformat()], "text": [t.day(on)]}))
    rule = day.mark_rule(strokeDash=[4, 3], strokeWidth=1.5, color=INK).encode(x=alt.X("on:T", scale=scale))
    top: Any = alt.YValue(0)  # type: ignore[no-untyped-call]
    word = day.mark_text(align="right", baseline="bottom", dx=4, dy=-4, fontSize=12, color=INK).encode(
        x=alt.X("on:T", scale=scale), y=top, text=alt.Text("text:N")
    )
    counted = sum(row["holds"] for row in rows)
    told = t(
        N_("{whose}: of {all} rules {now} are in force on {day}."),
        whose=says,
        all=t.number(len(rows)),
        now=t.number(counted),
        day=t.day(on),
    )
    shown = pd.DataFrame(rows)[["who", "rate", "dates", "role", "standing", "source"]]
    heads_shown = (N_("Rule"), N_("Rate"), N_("In force"), N_("How it counts"), N_("Standing"), N_("Source"))
    shown.columns = pd.Index([t(head) for head in heads_shown])
    high = tall(row["name"] for row in rows)
    return Picture(plain_layers([bar, rule, word], high * max(1, len(rows))), told, shown)


def _row(rule: Rule, on: date, last: date, sources: Mapping[str, Source], t: Words) -> dict[str, Any]:
    kind = t(KINDS.get(rule.kind) or terms.RUNGS.get(rule.kind, rule.kind))
    about = _about(rule, t)
    rate = _rate(rule, t)
    start, end = max(rule.valid_from or EARLIEST, EARLIEST), min(rule.valid_to or last, last)
    told = sources.get(rule.rate.source)
    second = f"{rate} · {about}" if about and rate else rate or about
    return {
        "name": f"{kind}\n{folded(second, WIDE)}" if second else kind,
        "who": t(N_("{rule}, {about}"), rule=kind, about=about) if about else kind,
        "rate": rate,
        "dates": _dates(rule, t),
        "role": t(ROLES[rule.role]),
        "standing": t(terms.STATUSES[str(rule.rate.status)]),
        "source": t.said(told.title) if told else rule.rate.source,
        "start": start.isoformat(),
        "end": max(end, start).isoformat(),
        "holds": rule.covers(on),
    }


def _about(rule: Rule, t: Words) -> str:
    """Which goods a rule is for: their origin, the class they are read as, the part of the country."""
    if isinstance(rule, ExporterMeasure):
        return ""
    said = [_origin(rule.origin, t)]
    said += [t(terms.CLASSES[rule.product_class])] if rule.product_class in terms.CLASSES else []
    said += [t(REGIONS[rule.region])] if rule.region in REGIONS else []
    return t.listed(said) if len(said) < 2 else " · ".join(said)


def _origin(origin: str, t: Words) -> str:
    if origin in GROUPS:
        return t(GROUPS[origin])
    if LABELLED in origin:
        maker, label = origin.upper().split(LABELLED.upper())
        return t(N_("{maker}, declared as {label}"), maker=t.place(maker), label=t.place(label))
    return t.place(origin)


def _rate(rule: Rule, t: Words) -> str:
    """A rate as a reader writes it; nothing where a rule has no number."""
    figure: Figure = rule.rate
    if rule.form == "none" or figure.central is None:
        return ""
    if rule.form in ("specific_usd_per_t", "minimum_usd_per_t"):
        return t.usd_per_t(figure.central)
    return (
        t(N_("× {factor}"), factor=t.number(figure.central, 2)) if rule.form == "factor" else t.percent(figure.central)
    )


def _dates(rule: Rule, t: Words) -> str:
    gaps = {
        "start": t.day(rule.valid_from) if rule.valid_from else "",
        "end": t.day(rule.valid_to) if rule.valid_to else "",
    }
    if rule.valid_from and rule.valid_to:
        return t(N_("{start} to {end}"), **gaps)
    if rule.valid_from:
        return t(N_("since {start}"), start=gaps["start"])
    return t(N_("until {end}"), end=gaps["end"]) if rule.valid_to else t(N_("no day on record"))
