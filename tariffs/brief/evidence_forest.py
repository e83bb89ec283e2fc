"""Evidence in pictures: the forest of elasticities, what it does to the answer, profiles, past events.

Every function returns a ``Picture``: the chart, the sentence that says what is in it, and its table.
"""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from tariffs.brief import evidence_history, evidence_names
from tariffs.brief.charts import INK, ROW, STEP, Picture, folded, tall
from tariffs.brief.evidence_look import layers, legend, rows, ticks
from tariffs.evidence.history import Outcome
from tariffs.evidence.labels import BOUND_90, Interval
from tariffs.evidence.meta import Candidate, Combined, Entry
from tariffs.sources import Array
from tariffs.words import N_, Words

KINDS: Mapping[str, str] = {
    "armington_origins": N_("between origins"),
    "armington_home_import": N_("home against imports"),
    "label_substitution": N_("between labels"),
    "import_demand": N_("import demand"),
    "total_demand": N_("total demand"),
    "export_supply": N_("export supply"),
    "inverse_export_supply": N_("slope of export supply"),
    "price_transmission": N_("crude to bitumen"),
}
MEASURES: Mapping[str, str] = {"label_tonnes": N_("{label}: tonnes"), "label_share": N_("{label}: share")}
ERRORS: Mapping[str, str] = {
    "published": N_("published with an error"),
    "ours": N_("estimated here"),
    "stated": N_("published, error stated by us"),
    "none": N_("published without an error"),
    "range": N_("range that the model draws from"),
}


def _of_what(one: Entry, t: Words) -> str:
    """The good and the place that a figure was estimated for."""
    return t(N_("{good}, {place}"), good=evidence_names.product(one.product, t), place=t.place(one.place))


def forest(found: Sequence[Entry], kind: str, t: Words, combined: Combined | None = None) -> Picture:
    """Every figure of one kind with its interval or range; the combined one last."""
    listed = [
        {
            "name": f"{e.key}\n{folded(_of_what(e, t))}",
            "key": e.key,
            "value": e.value,
            "low": e.low,
            "high": e.high,
            "what": t(ERRORS[e.error_kind]),
            "text": t.number(e.value, 2),
            "source": e.source,
        }
        for e in found
        if e.kind == kind
    ]
    if combined is not None:
        listed.append(
            {
                "name": t(N_("combined")),
                "key": t(N_("combined")),
                "value": combined.value,
                "low": combined.low,
                "high": combined.high,
                "what": t(N_("combined")),
                "text": t.number(combined.value, 2),
                "source": "–",
            }
        )
    frame = pd.DataFrame(listed, columns=["name", "key", "value", "low", "high", "what", "text", "source"])
    positive = bool((frame["value"] > 0).all())
    scale = alt.Scale(type="log", nice=False) if positive else alt.Scale(zero=True)
    base = alt.Chart(frame)
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=rows())
    tips = [
        alt.Tooltip("key:N", title=t(N_("Row"))),
        alt.Tooltip("value:Q", format=",.2f", title=t(N_("Figure"))),
        alt.Tooltip("what:N", title=t(N_("What it is"))),
    ]
    title = t(N_("elasticity {kind}"), kind=t(KINDS[kind]))
    axis = alt.Axis(labelColor=INK, titleColor=INK, titleAnchor="end", tickCount=6)  # its end is never cut off
    rule = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2, opacity=0.7)
    rules = rule.encode(x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q"), y=y, color=_colour(frame), tooltip=tips)
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q", scale=scale, title=title, axis=axis), y=y, color=_colour(frame), tooltip=tips
    )
    shown = frame[["key", "text"]].copy()
    for end in ("low", "high"):
        shown[end] = [t.number(float(v), 2) if pd.notna(v) else "–" for v in frame[end]]
    shown[["what", "source"]] = frame[["what", "source"]]
    heads = (N_("Row"), N_("Figure"), N_("Low"), N_("High"), N_("What it is"), N_("Source"))
    shown.columns = pd.Index([t(h) for h in heads])
    high = tall(frame["name"]) * max(1, len(frame))
    return Picture(layers([rules, dots], high), _forest_says(frame, kind, t, combined), shown)


def _forest_says(frame: pd.DataFrame, kind: str, t: Words, combined: Combined | None) -> str:
    if frame.empty:
        return t(N_("No elasticity {kind} is on record."), kind=t(KINDS[kind]))
    ends = {"low": t.number(float(frame["value"].min()), 2), "high": t.number(float(frame["value"].max()), 2)}
    text = t(
        N_("{count} figures of the elasticity {kind}, from {low} to {high}."),
        count=t.number(len(frame) - (combined is not None)),
        kind=t(KINDS[kind]),
        **ends,
    )
    if combined is None:
        return text
    return (
        text
        + " "
        + t(
            N_("Those with an error combine to {value} ({low} to {high})."),
            value=t.number(combined.value, 2),
            low=t.number(combined.low, 2),
            high=t.number(combined.high, 2),
        )
    )


def profile(grid: Array, values: Array, found: Interval, what: str, t: Words) -> Picture:
    """How much less likely each value of an elasticity is than the best one; ``what`` is a key of ``KINDS``."""
    frame = pd.DataFrame({"value": grid, "fall": -2.0 * values})
    x = alt.X(
        "value:Q", scale=alt.Scale(type="log", nice=False), title=t(N_("elasticity {kind}"), kind=t(KINDS[what])),
        axis=alt.Axis(labelColor=INK, titleColor=INK),
    )  # fmt: skip
    y = alt.Y(
        "fall:Q",
        title=t(N_("fall of twice the log likelihood")),
        axis=ticks(),
        scale=alt.Scale(domainMax=10, clamp=True),
    )
    line = alt.Chart(frame).mark_line(strokeWidth=2, color=INK).encode(x=x, y=y)
    bound = alt.Chart(pd.DataFrame({"bound": [BOUND_90]})).mark_rule(strokeDash=[4, 3], color=INK)
    if found.identified:
        says = t(
            N_("The elasticity {kind} is {best} ({low} to {high}, 90 %)."),
            kind=t(KINDS[what]),
            best=t.number(found.best, 1),
            low=t.number(found.low, 1),
            high=t.number(found.high, 1),
        )
    else:
        says = t(
            N_(
                "The data do not bound the elasticity {kind}: nowhere from {low} to {high} is a value ruled out at 90 "
                "% on every side (largest fall {fall}, needed {bound})."
            ),
            kind=t(KINDS[what]),
            low=t.number(found.low, 1),
            high=t.number(found.high, 1),
            fall=t.number(found.flatness, 2),
            bound=t.number(BOUND_90, 2),
        )
    shown = pd.DataFrame(
        {
            t(N_("Value")): [t.number(v, 2) for v in frame["value"]],
            t(N_("Fall")): [t.number(v, 2) for v in frame["fall"]],
        }
    )
    return Picture(layers([line, bound.encode(y=alt.Y("bound:Q"))], 220), says, shown)


def answers(found: Sequence[Candidate], t: Words) -> Picture:
    """The answer under each value of the substitution between origins."""
    frame = pd.DataFrame(
        [
            {
                "name": f"{_whose(a.name, t)}\n{t.number(a.sigma, 1) if a.sigma is not None else ''}".rstrip(),
                "from": _whose(a.name, t),
                "exports": a.exports_change_tonnes / 1000.0,
                "text": t.tonnes(a.exports_change_tonnes, signed=True),
            }
            for a in found
        ]
    )
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=rows())
    x = alt.X("exports:Q", title=t(N_("more sold to the buyers, thousand tonnes a year")), axis=ticks())
    tips = [
        alt.Tooltip("from:N", title=t(N_("Whose figure"))),
        alt.Tooltip("text:N", title=t(N_("Change of sales"))),
    ]
    bars = alt.Chart(frame).mark_bar(height=14, cornerRadius=2).encode(x=x, y=y, tooltip=tips)
    low, high = min(found, key=lambda a: a.exports_change_tonnes), max(found, key=lambda a: a.exports_change_tonnes)
    says = t(
        N_(
            "The buyers would take {low} to {high} more a year, depending on whose figure is right; as it stands {now}."
        ),
        low=t.tonnes(low.exports_change_tonnes),
        high=t.tonnes(high.exports_change_tonnes),
        now=t.tonnes(found[0].exports_change_tonnes),
    )
    shown = frame[["from", "text"]]
    shown.columns = pd.Index([t(N_("Whose figure")), t(N_("Change of sales"))])
    return Picture(layers([bars], STEP * len(frame)), says, shown)


def history(found: Sequence[Outcome], t: Words) -> Picture:
    """Predicted ranges of past events beside what is on record, relative changes only."""
    listed = [
        {
            "name": f"{t.day(o.on)}\n{t(MEASURES[o.case.figure], label=t.place(o.case.label))}",
            "central": o.predicted.central,
            "low": o.predicted.low,
            "high": o.predicted.high,
            "from": o.case.low,
            "to": o.case.high,
            "verdict": t(evidence_history.VERDICTS[o.verdict]),
        }
        for o in found
        if o.predicted is not None and o.case.figure.startswith("label")
    ]
    frame = pd.DataFrame(listed, columns=["name", "central", "low", "high", "from", "to", "verdict"])
    y = alt.Y("name:N", sort=list(dict.fromkeys(frame["name"])), title=None, axis=rows())
    axis = alt.Axis(format="+.0%", labelColor=INK, titleColor=INK)
    base = alt.Chart(frame)
    record = base.transform_filter("isValid(datum.from)").mark_rule(strokeWidth=10, opacity=0.25, color=INK)
    records = record.encode(x=alt.X("from:Q"), x2=alt.X2("to:Q"), y=y)
    rule = base.mark_rule(strokeWidth=2, color=INK).encode(
        x=alt.X("low:Q", title=t(N_("change")), axis=axis), x2="high:Q", y=y
    )
    dots = base.mark_point(filled=True, size=90, opacity=1)
    tips = [alt.Tooltip("verdict:N", title=t(N_("How they agree")))]
    colour = alt.Color("verdict:N", legend=legend())
    points = dots.encode(x=alt.X("central:Q"), y=y, color=colour, tooltip=tips)
    return Picture(
        layers([records, rule, points], ROW * max(1, len(frame))),
        evidence_history.headline(found, t),
        evidence_history.table(found, t),
    )


WHOSE: Mapping[str, str] = {
    "as it stands": N_("as it stands"),
    "combined": N_("combined"),
    "combined with stated spreads": N_("combined with stated spreads"),
}


def _whose(name: str, t: Words) -> str:
    """A row's key as it stands, our own names in words."""
    return t(WHOSE[name]) if name in WHOSE else name


def _colour(frame: pd.DataFrame) -> alt.Color:
    return alt.Color("what:N", scale=alt.Scale(domain=list(dict.fromkeys(frame["what"]))), legend=legend())
