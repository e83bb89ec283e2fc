"""A study in pictures: Altair charts that take their colours from whoever shows them.

Every function takes a study and ``Words`` and returns a ``Picture``: the chart, the sentence that says what is
in it, and the table beside it. No colour is named here: categories take the theme's, in the order below.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from tariffs.brief import tables, takeaways
from tariffs.study import Study
from tariffs.words import N_, Words, terms

ROW = 34  # px for one row with two lines of text
TALL = 46  # px for one row where some label takes three
STEP = 30  # px for one row with one
LABELS = 204  # px at most for the labels of an axis
WRAP, WIDE = 27, 33  # letters of a label on one line, and of one that leaves its plot less room
INK = "currentColor"  # the text around the chart, whichever theme is on
SMALLEST = 0.05  # USD/t below which a step is left out
LETTER = 7.2  # px of a digit at most, in numbers of 12 px
LITTLE = 5e4  # USD a year below which a gain is not drawn

# Who keeps a step of the ladder, in the order of the theme's colours.
PRICE, SELLER, ROAD, BUYER, ACCESS = "price", "seller", "road", "buyer", "access"
GROUPS: Mapping[str, str] = {
    PRICE: N_("price so far"),
    SELLER: N_("Iran: state, currency rule"),
    BUYER: N_("buyer's treasury"),
    ACCESS: N_("access wedge"),
    ROAD: N_("carriers"),
}

STAGES: Mapping[str, str] = {"seller": SELLER, "road": ROAD, "border": BUYER, "access": ACCESS}

_ISOLATES = re.compile("[\u2066-\u2069]")

WHO: Mapping[str, str] = {
    "producers_gain_usd": N_("{place}: plants"),
    "seller_treasury_usd": N_("{place}: treasury"),
    "currency_halls_usd": N_("{place}: currency rule"),
    "feedstock_sellers_gain_usd": N_("{place}: feedstock sellers"),
    "buyers_gain_usd": N_("{place}: buyers"),
    "home_producers_gain_usd": N_("{place}: home producer"),
    "revenue_usd": N_("{place}: import revenue"),
    "side_gain_usd": N_("{place}: all together"),
    "wedge_rent_usd": N_("{place}: access wedge, not counted"),
}


@dataclass(frozen=True)
class Picture:
    """A chart, what it says, and the same figures as a table."""

    chart: alt.LayerChart | alt.VConcatChart
    says: str
    table: pd.DataFrame


def open_label(study: Study, importer: str) -> str | None:
    """The label whose ladder can be shown in a market: the exporter's own, else another it sells under."""
    market = study.after.result.market
    ours = [(lane.label, n) for n, lane in enumerate(market.lanes) if _ours(study, lane, importer)]
    open_ = [label for label, n in ours if not study.after.stacks[n].prohibited]
    return study.exporter if study.exporter in open_ else next(iter(open_), None)


def steps(study: Study, t: Words, importer: str, label: str) -> list[dict[str, Any]]:
    """The ladder as steps: name, from, to, USD/t, who keeps it. Parts of a market are one step."""
    rows: list[dict[str, Any]] = []
    for row in tables.ladder(study.after, study.exporter, label, importer).to_dict("records"):
        amount, total = float(row["usd_per_t"]), row["kind"] == "total"
        if row["memo"] or (not total and abs(amount) < SMALLEST):
            continue
        same = next((r for r in rows if r["step"] == row["step"]), None)
        if same:
            same["usd_per_t"] += amount
            continue
        name = folded(t(terms.RUNGS[row["step"]]))
        keeper = t(GROUPS[PRICE if total else STAGES[row["stage"]]])
        rows.append({"step": row["step"], "name": name, "usd_per_t": amount, "keeper": keeper, "total": total})
    reached = 0.0
    for step in rows:
        start = 0.0 if step["total"] else reached
        reached = step["usd_per_t"] if step["total"] else reached + step["usd_per_t"]
        text = t.number(step["usd_per_t"], 0 if step["total"] else 1, signed=not step["total"])
        nearer, farther = (reached, reached) if step["total"] else sorted((start, reached))
        step |= {"start": start, "end": reached, "nearer": nearer, "farther": farther, "text": text}
        step["long"] = LETTER * len(_ISOLATES.sub("", text))
    return rows


def folded(text: str, letters: int = WRAP) -> str:
    """A label in lines that fit beside a plot, on a phone too."""
    return "\n".join(wrap(text, letters, break_long_words=False))


def tall(names: Iterable[str]) -> int:
    """Height of a row: more where some label takes three lines."""
    return TALL if any(name.count("\n") > 1 for name in names) else ROW


def references(study: Study, t: Words, importer: str) -> list[tuple[str, float]]:
    """What the landed price is held against: the cheapest rival that matters, and the home price."""
    landed = study.figure("landed_usd_per_t", importer, "after").central
    gap = study.figure("rival_gap_usd_per_t", importer, "after").central
    home = study.figure("home_price_usd_per_t", importer, "after").central
    found = []
    if landed is not None and gap is not None:
        found.append((t(N_("cheapest rival {price}"), price=t.number(landed - gap)), landed - gap))
    if home is not None and (not found or abs(home - found[0][1]) > SMALLEST):
        found.append((t(N_("home price {price}"), price=t.number(home)), home))
    elif found and home is not None:
        found = [(t(N_("cheapest rival is the home price {price}"), price=t.number(home)), home)]
    return found


def waterfall(study: Study, t: Words, importer: str, label: str) -> Picture:
    """From the plant's net-back to the buyer's price, step by step, after the change."""
    rows, marks = steps(study, t, importer, label), references(study, t, importer)
    order = [row["name"] for row in rows]
    most = 1.16 * max([*(row["farther"] for row in rows), *(price for _, price in marks)])
    y = alt.Y("name:N", sort=order, title=None, axis=_labels())
    keepers = [t(text) for text in GROUPS.values()]
    colour = alt.Color(
        "keeper:N",
        sort=keepers,
        scale=alt.Scale(domain=keepers),
        legend=_legend(2),
    )
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, most], nice=False), title=t(N_("USD per tonne")), axis=tick_axis())
    tips = _tips({"name": N_("step"), "usd_per_t": N_("USD per tonne"), "keeper": N_("who keeps it")}, t)
    base = alt.Chart(pd.DataFrame(rows))
    bars = base.mark_bar(height=18, cornerRadius=2).encode(x=x, x2=alt.X2("end:Q"), y=y, color=colour, tooltip=tips)
    # A number stands behind its bar; where a line would run through it, before the bar, or within one from zero.
    told: dict[str, Any] = {"y": y, "text": alt.Text("text:N"), "tooltip": tips}
    hits = " || ".join(_touches(price, most) for _, price in marks) or "false"
    behind, before = (base.transform_filter(test) for test in (f"!({hits})", hits))
    within: Any = alt.condition("datum.total", alt.value("Canvas"), alt.value(INK))
    texts = [
        behind.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(x=alt.X("farther:Q"), **told),
        before.mark_text(align="right", dx=-5, fontSize=12).encode(x=alt.X("nearer:Q"), color=within, **told),
    ]
    layers: list[Any] = []
    top: Any = alt.YValue(0)  # type: ignore[no-untyped-call]
    for number, (text, price) in enumerate(marks):
        line = alt.Chart(pd.DataFrame({"price": [price], "text": [text]}))
        rule = line.mark_rule(strokeDash=[4, 3], strokeWidth=1, opacity=0.75, color=INK)
        word = line.mark_text(align="right", baseline="bottom", dx=4, dy=-4 - 15 * number, fontSize=12, color=INK)
        layers += [
            rule.encode(x=alt.X("price:Q")),
            word.encode(x=alt.X("price:Q"), y=top, text=alt.Text("text:N")),
        ]
    shown = pd.DataFrame(
        [[row["name"].replace("\n", " "), row["text"], row["keeper"]] for row in rows], columns=[0, 1, 2]
    )
    shown.columns = pd.Index([t(N_("Step")), t(N_("USD per tonne")), t(N_("Who keeps it"))])
    return Picture(
        plain_layers([*layers, bars, *texts], STEP * len(rows)), takeaways.waterfall(rows, marks, t, importer), shown
    )


def _touches(price: float, most: float) -> str:
    """Whether a number behind its bar would meet the line at a price, with the plot as wide as it is now."""
    end, line = f"datum.farther / {most:.6g} * width", f"{price / most:.6g} * width"
    return f"({end} < {line} && {end} + datum.long + 9 > {line})"


def prices(study: Study, t: Words) -> Picture:
    """Landed price of the exporter's own label before and after, by market, with its range."""
    says = N_("Landed price of the Iranian label. {each}")
    return _before_after(study, t, "landed_usd_per_t", t(N_("USD per tonne")), t.usd_per_t, says)


def volumes(study: Study, t: Words) -> Picture:
    """Tonnes sold under every label before and after, by market, with their range."""
    says = N_("Iranian bitumen sold a year, all labels. {each}")
    return _before_after(study, t, "tonnes", t(N_("thousand tonnes a year")), t.tonnes, says, per=1_000.0)


def gains(study: Study, t: Words) -> Picture:
    """Who gains and who pays, USD million a year, with its range; each country's parts first, then their sum."""
    places, parts, rows = [study.exporter, *study.importers], list(WHO), []
    kinds = {"gain": t(N_("gains")), "loss": t(N_("pays")), "sum": t(N_("all together"))}
    told = [row for row in tables.gains(study).to_dict("records") if row["place"] in places]
    found = [row for row in told if abs(row["central"] or 0.0) >= LITTLE]
    for row in sorted(found, key=lambda r: (places.index(r["place"]), parts.index(r["figure"]))):
        who, amount = t(WHO[row["figure"]], place=t.place(row["place"])), t.usd(row["central"], signed=True)
        ranged = row["low"] == row["low"] and row["low"] is not None
        spread = t.between(row["low"], row["high"], "USD a year", signed=True) if ranged else "–"
        kind = "sum" if row["figure"] == "side_gain_usd" else "gain" if row["central"] > 0 else "loss"
        scaled = {end: row[end] / 1e6 if ranged or end == "central" else None for end in ("central", "low", "high")}
        rows.append({"name": f"{folded(who, WIDE)}\n{amount}", "who": who, "amount": amount, "spread": spread} | scaled)
        rows[-1] |= {"kind": kinds[kind], "sum": kind == "sum"}
    frame = pd.DataFrame(rows, columns=[*("name", "who", "amount", "spread", "central", "low", "high", "kind", "sum")])
    base = alt.Chart(frame)
    order = [str(row["name"]) for row in rows]
    y = alt.Y("name:N", sort=order, title=None, axis=_labels())
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds.values())), legend=_legend(3))
    tips = _tips({"who": N_("who"), "amount": N_("a year"), "spread": N_("5–95 % range")}, t)
    x = alt.X("central:Q", title=t(N_("USD million a year")), axis=tick_axis())
    bars = base.mark_bar(height=16, cornerRadius=2).encode(x=x, y=y, color=colour, tooltip=tips)
    whisker = base.mark_rule(strokeWidth=1.5, color=INK).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y, tooltip=tips
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeWidth=1, color=INK).encode(x=alt.X("zero:Q"))
    shown = pd.DataFrame([[row["who"], row["amount"], row["spread"]] for row in rows], columns=[0, 1, 2])
    shown.columns = pd.Index([t(N_("Who")), t(N_("A year")), t(N_("5–95 % range"))])
    high = tall(order) * max(1, len(rows))
    return Picture(plain_layers([bars, whisker, zero], high), takeaways.gains(rows, t), shown)


def _before_after(
    study: Study,
    t: Words,
    figure: str,
    axis: str,
    say: Callable[[float | None], str],
    says: str,
    per: float = 1.0,
) -> Picture:
    """Dots with whiskers: each market before (hollow) and after (filled)."""
    rows, sentences = [], []
    for importer in study.importers:
        both = {when: study.figure(figure, importer, when) for when in ("before", "after")}
        for when, text in (("before", N_("{place}, before")), ("after", N_("{place}, after"))):
            e = both[when]
            value = say(e.central) if e.central is not None else t(N_("refused"))
            who = t(text, place=t.place(importer))
            scaled = [None if v is None or e.central is None else v / per for v in (e.central, e.low, e.high)]
            spread = t.between(e.low, e.high, e.unit) if e.ranged and e.central is not None else "–"
            rows.append(
                {"who": who, "value": value, "name": f"{who}\n{value}", "when": when, "spread": spread}
                | dict(zip(("central", "low", "high"), scaled, strict=True))
            )
        before, after = (rows[-2]["value"], rows[-1]["value"])
        gaps = {"place": t.place(importer), "before": before, "after": after}
        sentences.append(t(N_("{place}: {after} after, {before} before."), **gaps))
    frame = pd.DataFrame(rows)
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=_labels())
    scale = alt.Scale(zero=figure != "landed_usd_per_t", nice=True)
    tips = _tips({"who": N_("market"), "value": N_("central"), "spread": N_("5–95 % range")}, t)
    base = alt.Chart(frame)
    whisker = base.mark_rule(strokeWidth=2, opacity=0.6, color=INK).encode(
        x=alt.X("low:Q", title=axis, scale=scale, axis=tick_axis()), x2=alt.X2("high:Q"), y=y, tooltip=tips
    )
    # A hollow dot is filled with nothing and ringed; a filled one says "after".
    ring = base.transform_filter("datum.when === 'before'").mark_point(size=110, strokeWidth=2, filled=False, color=INK)
    dot = base.transform_filter("datum.when === 'after'").mark_point(size=130, filled=True, opacity=1, color=INK)
    where = {"x": alt.X("central:Q", scale=scale), "y": y, "tooltip": tips}
    layers = [whisker, ring.encode(**where), dot.encode(**where)]
    shown = frame[["who", "value", "spread"]]
    shown.columns = pd.Index([t(N_("Market")), t(N_("Central")), t(N_("5–95 % range"))])
    return Picture(plain_layers(layers, ROW * len(rows)), t(says, each=" ".join(sentences)), shown)


def _ours(study: Study, lane: Any, importer: str) -> bool:
    return bool(lane.producer == study.exporter and lane.importer == importer)


def _labels() -> alt.Axis:
    """Row labels, in as many lines as the text has, the first of two raised so that both meet their row."""
    lines = "length(split(datum.label, '\\n'))"
    two = {"condition": [{"test": f"{lines} > {n}", "value": -6 * n} for n in (2, 1)], "value": 0}
    return alt.Axis(
        labelExpr="split(datum.label, '\\n')",
        labelLimit=LABELS,
        labelOffset=two,
        labelOverlap=False,
        labelPadding=8,
        labelAngle=0,
        labelColor=INK,
        ticks=False,
        domain=False,
        grid=False,
    )


def tick_axis() -> alt.Axis:
    return alt.Axis(tickCount=5, format=",.0f", labelAngle=0, grid=True, titlePadding=8, labelColor=INK, titleColor=INK)


def _legend(columns: int) -> alt.Legend:
    """One column where the chart is narrow, as on a phone."""
    fold: Any = alt.ExprRef(f"width < 260 ? 1 : {columns}")
    return alt.Legend(
        title=None, orient="bottom", columns=fold, labelLimit=0, labelColor=INK, labelFontSize=12, symbolType="square"
    )


def _tips(names: Mapping[str, str], t: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{column}:Q", title=t(title), format=",.1f")
        if column == "usd_per_t"
        else alt.Tooltip(f"{column}:N", title=t(title))
        for column, title in names.items()
    ]


def plain_layers(layers: list[Any], height: float) -> alt.LayerChart:
    """Layers over one another; the height is of the rows alone, words around them take room of their own."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    whole: Any = alt.layer(*layers, height=height, autosize=fit)
    made: alt.LayerChart = whole
    return made
