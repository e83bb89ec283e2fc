"""Markets and their sellers in words, as a chart and as rows for a table."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from tariffs.brief.charts import INK, ROW, Picture, _labels, _legend, _tips, plain_layers, tick_axis
from tariffs.brief.saying import Told, spread
from tariffs.study.levels import RIVAL_SHARE
from tariffs.study.sellers import Market, Seller
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

NEAR = 0.5  # USD/t below which two prices are the same
EQUAL = 0.0005  # of CIF, below which two tariffs are the same

ALONE = N_(
    "{place} charges {own} of CIF on goods declared as Iranian; no rival from abroad sells there with a tariff on "
    "record."
)
AS_MUCH = N_(
    "{place} charges {own} of CIF on goods declared as Iranian and as much on rivals from abroad: the tariff favours "
    "nobody."
)
DEARER = N_(
    "{place} charges {own} of CIF on goods declared as Iranian and {rivals} on rivals from abroad, who are {points} "
    "points ahead."
)
CHEAPER = N_(
    "{place} charges {own} of CIF on goods declared as Iranian and {rivals} on rivals from abroad, {points} points "
    "more."
)


def seller(one: Seller, t: Words) -> str:
    """Who sells, under which label."""
    maker, label = t.place(one.producer), t.place(one.label)
    if one.home:
        return t(N_("{maker}, home"), maker=maker)
    return maker if one.producer == one.label else t(N_("{maker}, declared as {label}"), maker=maker, label=label)


def sentences(market: Market, t: Words) -> list[Told]:
    """Where the exporter stands in a market, against whom, and whether the tariff is why."""
    place, own = t.place(market.importer), market.own
    if own.refused:
        text = N_("{place} refuses goods declared as Iranian: under that label there is nothing to rank.")
        return [Told(t(text, place=place), str(own.tonnes.status))]
    gaps = {"place": place, "price": t.usd_per_t(own.landed.central), "range": spread(own.landed, t)}
    gap = market.margin.central
    if gap is None:
        told = [
            t(N_("Iranian bitumen lands in {place} at {price}{range}; nobody else sells enough to compare."), **gaps)
        ]
    elif abs(gap) < NEAR:
        told = [t(N_("Iranian bitumen lands in {place} at {price}{range}, as the cheapest rival does."), **gaps)]
    else:
        gaps["gap"] = t.usd_per_t(abs(gap))
        text = (
            N_("Iranian bitumen lands in {place} at {price}{range}, {gap} below the cheapest rival.")
            if gap < 0
            else N_("Iranian bitumen lands in {place} at {price}{range}, {gap} above the cheapest rival.")
        )
        told = [t(text, **gaps)]
    tariffs = _tariffs(market, t)
    return [Told(told[0], str(own.landed.status)), *([tariffs] if tariffs else [])]


def _tariffs(market: Market, t: Words) -> Told | None:
    place, own, favour = t.place(market.importer), market.own.tariff, market.favour.central
    if own.central is None:
        text = t(N_("What {place} charges on these goods is not on record: not known, not zero."), place=place)
        return Told(text, str(own.status))
    gaps = {"place": place, "own": t.percent(own.central), "rivals": t.percent(market.rivals_tariff.central)}
    if favour is None:
        text = ALONE
    elif abs(favour) < EQUAL:
        text = AS_MUCH
    else:
        gaps["points"] = t.number(abs(favour) * 100.0, 1)
        text = DEARER if favour > 0 else CHEAPER
    return Told(t(text, **gaps), str(own.status))


def note(one: Seller, exporter: str, t: Words) -> str:
    """What a row cannot say in figures."""
    if one.refused:
        return t(N_("refused at the border"))
    if one.producer != exporter and (one.share.central or 0.0) < RIVAL_SHARE:
        return t(N_("no rival"))
    return ""


def overview(markets: Sequence[Market], t: Words) -> pd.DataFrame:
    """One row for each market, numbers in the units of a reader: USD/t, kt, per cent, points."""
    return pd.DataFrame(
        [
            {
                "market": t.place(m.importer),
                "before": m.own.before.central,
                "landed": m.own.landed.central,
                "range": _ends(m.own.landed, t),
                "rank": m.own.rank,
                "margin": m.margin.central,
                "share": _per_cent(_iranian_share(m)),
                "tariff": _per_cent(m.own.tariff.central),
                "rivals": _per_cent(m.rivals_tariff.central),
                "favour": _per_cent(m.favour.central),
            }
            for m in markets
        ]
    )


def rows(market: Market, t: Words) -> pd.DataFrame:
    """One row for each seller of a market, cheapest first, in the same units."""
    return pd.DataFrame(
        [
            {
                "seller": seller(s, t),
                "rank": s.rank,
                "before": s.before.central,
                "landed": s.landed.central,
                "range": _ends(s.landed, t),
                "gap": None if s.own or s.gap.central is None else round(s.gap.central, 2) + 0.0,
                "tonnes": _thousands(s.tonnes.central),
                "moved": _thousands(s.moved.central),
                "share": _per_cent(s.share.central),
                "tariff": _per_cent(s.tariff.central),
                "favour": None if s.own else _per_cent(s.favour.central),
                "note": note(s, market.own.producer, t),
            }
            for s in market.sellers
        ]
    )


def prices(market: Market, t: Words) -> Picture:
    """Landed price of every seller before and after, with its range, cheapest first."""
    kinds = {True: t(N_("Iranian-made")), False: t(N_("rivals"))}
    maker = market.own.producer
    found = []
    for one in market.sellers:
        who, value = seller(one, t), t(N_("refused")) if one.refused else t.usd_per_t(one.landed.central)
        row: dict[str, Any] = {
            "name": f"{who}\n{value}",
            "who": who,
            "value": value,
            "kind": kinds[one.producer == maker],
        }
        row |= {
            "spread": _ends(one.landed, t) or "–",
            "share": t.percent(one.share.central),
            "before": one.before.central,
        }
        found.append(row | {end: getattr(one.landed, end) for end in ("central", "low", "high")})
    base = alt.Chart(pd.DataFrame(found))
    y = alt.Y("name:N", sort=[row["name"] for row in found], title=None, axis=_labels())
    title, scale = t(N_("USD per tonne")), alt.Scale(zero=False, nice=True, padding=8)
    heads = {"who": N_("seller"), "value": N_("after"), "spread": N_("5–95 % range"), "share": N_("share")}
    tips = _tips(heads, t)
    whisker = base.mark_rule(strokeWidth=2, opacity=0.6, color=INK).encode(
        x=alt.X("low:Q", title=title, axis=tick_axis(), scale=scale), x2=alt.X2("high:Q"), y=y, tooltip=tips
    )
    ring = base.mark_point(size=110, filled=False, strokeWidth=2, color=INK).encode(
        x=alt.X("before:Q", title=title, scale=scale), y=y, tooltip=tips
    )
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds.values())), legend=_legend(2))
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds.values()), range=["diamond", "circle"]), legend=None)
    dot = base.mark_point(size=140, filled=True, opacity=1).encode(
        x=alt.X("central:Q", title=title, scale=scale), y=y, color=colour, shape=shape, tooltip=tips
    )
    told = " ".join(told.text for told in sentences(market, t))
    shown = pd.DataFrame(found)[["who", "value", "spread", "share"]]
    shown.columns = pd.Index([t(N_("Seller")), t(N_("Landed price")), t(N_("5–95 % range")), t(N_("Share"))])
    return Picture(plain_layers([whisker, ring, dot], ROW * len(found)), told, shown)


def _iranian_share(market: Market) -> float | None:
    shares = [s.share.central for s in market.sellers if s.producer == market.own.producer]
    return sum(x for x in shares if x is not None) if shares else None


def _ends(e: Estimate, t: Words) -> str:
    return t.between(e.low, e.high, e.unit) if e.ranged and e.central is not None else ""


def _per_cent(fraction: float | None) -> float | None:
    return None if fraction is None else round(100.0 * fraction, 6) + 0.0


def _thousands(tonnes: float | None) -> float | None:
    return None if tonnes is None else round(tonnes / 1_000.0, 3) + 0.0
