"""A study as frames: the same tables for the page, the workbook and the shell."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tariffs.law.stack import Rung, Stack
from tariffs.study import Study
from tariffs.study.sides import Side


def figures(study: Study) -> pd.DataFrame:
    """Every figure of the answer, one row each: name, place, when, central, range, standing, sources."""
    return pd.DataFrame(
        [
            {
                "figure": key.name,
                "place": key.place,
                "when": key.when,
                "unit": e.unit,
                "central": e.central,
                "low": e.low,
                "median": e.median,
                "high": e.high,
                "lower_quartile": e.lower_quartile,
                "upper_quartile": e.upper_quartile,
                "share_positive": e.positive,
                "share_negative": e.negative,
                "share_counted": e.counted,
                "status": str(e.status),
                "sources": ";".join(e.sources),
            }
            for key, e in study.figures.items()
        ]
    )


def routes(study: Study) -> pd.DataFrame:
    """Every route before and after at the central values."""
    before, after = study.before.result, study.after.result
    market = before.market
    rows = []
    for number, lane in enumerate(market.lanes):
        maker = market.maker[number]
        closed_before, closed_after = study.before.stacks[number].prohibited, study.after.stacks[number].prohibited
        rows.append(
            {
                "producer": lane.producer,
                "label": lane.label,
                "importer": lane.importer,
                "home": lane.home,
                "net_back_before_usd_per_t": float(before.net_back[0, maker]),
                "net_back_after_usd_per_t": float(after.net_back[0, maker]),
                "landed_before_usd_per_t": None if closed_before else float(before.landed[0, number]),
                "landed_after_usd_per_t": None if closed_after else float(after.landed[0, number]),
                "tonnes_before": float(before.tonnes[0, number]),
                "tonnes_after": float(after.tonnes[0, number]),
                "prohibited_before": closed_before,
                "prohibited_after": closed_after,
            }
        )
    return pd.DataFrame(rows)


def ladder(side: Side, producer: str, label: str, importer: str) -> pd.DataFrame:
    """One route's ladder at the central values, from net-back to landed price, totals in their places.

    Columns: step, key, stage, kind (``total`` or ``charge``), base, rate, usd_per_t, keeper, status, source,
    low and high of the figures' own ranges, match, region, memo, note.
    """
    number = side.result.market.lane(producer, label, importer)
    stack = side.stacks[number]
    net_back = float(side.result.net_back[0, side.result.market.maker[number]])
    return stack_frame(stack, net_back)


def stack_frame(stack: Stack, net_back: float) -> pd.DataFrame:
    """A ladder at a given net-back; see ``ladder`` for the columns."""
    rows = [_total("net_back", net_back)]
    totals = {"seller": ("fob", stack.fob), "road": ("cif", stack.cif)}
    for stage in ("seller", "road", "border", "access"):
        rows += [_charge(rung, net_back) for rung in stack.rungs if rung.stage == stage]
        if stage in totals:
            rows.append(_total(totals[stage][0], _at(totals[stage][1].at(net_back))))
        elif stage == "border" and any(rung.stage == "access" for rung in stack.rungs):
            rows.append(_total("on_paper", _at(stack.on_paper.at(net_back))))
    rows.append(_total("landed", _at(stack.landed.at(net_back))))
    return pd.DataFrame(rows)


def rivals(study: Study, importer: str) -> pd.DataFrame:
    """Everybody who sells in a market, cheapest after the change first."""
    frame = routes(study)
    here = frame[frame["importer"] == importer].copy()
    for when in ("before", "after"):
        here[f"share_{when}"] = here[f"tonnes_{when}"] / here[f"tonnes_{when}"].sum()
    return here.sort_values("landed_after_usd_per_t", na_position="last").reset_index(drop=True)


def gains(study: Study) -> pd.DataFrame:
    """Who gains and who pays, USD a year, with its range."""
    frame = figures(study)
    names = [
        "producers_gain_usd",
        "seller_treasury_usd",
        "currency_halls_usd",
        "feedstock_sellers_gain_usd",
        "buyers_gain_usd",
        "home_producers_gain_usd",
        "revenue_usd",
        "side_gain_usd",
        "wedge_rent_usd",
    ]
    chosen = frame[frame["figure"].isin(names) & (frame["when"] == "change")].copy()
    order = {name: number for number, name in enumerate(names)}
    return chosen.sort_values(["place", "figure"], key=lambda c: c.map(order) if c.name == "figure" else c).reset_index(
        drop=True
    )


def assumptions(study: Study) -> pd.DataFrame:
    """Every figure that entered the answer: range, unit, standing, source."""
    titles = {source.id: source.title for source in study.library.sources.values()}
    return pd.DataFrame(
        [
            {
                "key": f.key,
                "low": f.low,
                "central": f.central,
                "high": f.high,
                "unit": f.unit,
                "status": str(f.status),
                "source": f.source,
                "title": titles.get(f.source, "chosen by the user"),
                "distribution": f.distribution,
            }
            for f in study.used
        ]
    )


def sources(study: Study) -> pd.DataFrame:
    """Every source that a used figure names."""
    return pd.DataFrame(
        [
            {
                "id": s.id,
                "title": s.title,
                "publisher": s.publisher,
                "where": s.where,
                "published": s.published,
                "retrieved": s.retrieved,
                "kind": s.kind,
                "note": s.note,
            }
            for s in study.sources
        ]
    )


def unknowns(study: Study) -> pd.DataFrame:
    """What nobody knows, most important first, with how to find out."""
    return pd.DataFrame(
        [
            {
                "key": u.key,
                "what": u.what,
                "why_it_matters": u.why_it_matters,
                "how_to_obtain": u.how_to_obtain,
                "placeholder": u.placeholder,
                "priority": u.priority,
            }
            for u in sorted(study.library.unknowns, key=lambda u: (u.priority, u.key))
        ]
    )


def _total(name: str, amount: float) -> dict[str, object]:
    return {
        "step": name,
        "key": "",
        "stage": "",
        "kind": "total",
        "base": "",
        "base_usd_per_t": None,
        "rate": None,
        "usd_per_t": amount,
        "low": None,
        "central": None,
        "high": None,
        "keeper": "",
        "status": "",
        "source": "",
        "match": "",
        "region": "",
        "weight": 1.0,
        "memo": False,
        "note": "",
    }


def _charge(rung: Rung, net_back: float) -> dict[str, object]:
    first = rung.figures[0] if rung.figures else None
    match = rung.match
    return {
        "step": rung.name,
        "key": rung.key,
        "stage": rung.stage,
        "kind": "charge",
        "base": rung.base_name,
        "base_usd_per_t": _at(rung.base.at(net_back)),
        "rate": _at(rung.rate),
        "usd_per_t": _at(rung.amount.at(net_back)),
        "low": first.low if first else None,
        "central": first.central if first else None,
        "high": first.high if first else None,
        "keeper": rung.keeper,
        "status": str(rung.status),
        "source": _names(f.source for f in rung.figures),
        "match": f"{match.product}/{match.origin}/{match.product_class}" if match else "",
        "region": rung.region,
        "weight": _at(rung.weight),
        "memo": rung.memo,
        "note": rung.note,
    }


def _at(value: object) -> float:
    """The central entry of a number that may be an array of draws."""
    return float(np.atleast_1d(np.asarray(value, dtype=float))[0])


def _names(ids: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(ids))
