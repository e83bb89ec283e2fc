"""Limits and doubts as frames for machines; the page to print shows the same rows, named by their place in these.

Every number is as asked, at the central values, as the analyzer finds it: nothing here follows a yellow cell.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from tariffs.brief import limits_maps
from tariffs.brief.sheets.asked import Asked, Market
from tariffs.limits.agreement import SUPPORT, Point
from tariffs.study.figures import Key

GAP = "rival_gap_usd_per_t"
WHO = {
    limits_maps.BOTH: "both",
    limits_maps.PAYABLE: "both_with_a_payment",
    limits_maps.BUYER: "buyer",
    limits_maps.SELLER: "seller",
    limits_maps.NEITHER: "neither",
    limits_maps.OPEN: "",
}


def break_evens(asked: Asked) -> pd.DataFrame:
    """Each aim of each market: where the duty stands, and where it is just met, if no price answered and as they do."""
    rows = []
    for one in asked.markets:
        for found in (one.below_rival, one.keep_tonnes):
            rows.append(
                {
                    "importer": one.importer, "lever": one.lever, "aim": found.target.name,
                    "figure": found.target.figure, "level": found.level, "unit": found.target.unit,
                    "stands_at": found.present,
                    "if_no_price_answered": alone(asked, one) if found is one.below_rival else None,
                    "break_even": found.main.value if found.main else None,
                    "break_evens": len(found.roots), "from": found.between[0], "to": found.between[1],
                    "why_none": found.why.kind if found.why else "",
                }
            )  # fmt: skip
    for one in asked.markets:
        needed = award_alone(asked, one)
        if needed is not None:
            target = one.below_rival.target
            rows.append(
                {
                    "importer": one.importer, "lever": SUPPORT, "aim": target.name, "figure": target.figure,
                    "level": one.below_rival.level, "unit": target.unit, "stands_at": _award(one),
                    "if_no_price_answered": needed, "break_even": None, "break_evens": 0, "from": None, "to": None,
                    "why_none": "",
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def award_alone(asked: Asked, one: Market) -> float | None:
    """The award with which our price would be the cheapest rival's at the same net-back; none where a ladder bends.

    FOB is ``(net-back + c) / keep``, and an award of so much more of FOB adds to ``keep``.
    """
    study = asked.study
    market = study.after.result.market
    number = market.lane(study.exporter, study.exporter, one.importer)
    own, gap = study.after.stacks[number], study.figures[Key(GAP, one.importer, "after")].central
    bends = any(study.after.stacks[lane].kinked for lane in (number, *one.lanes))
    if own.prohibited or bends or gap is None or not one.lanes:
        return None
    net_back = float(study.after.result.net_back[0, market.maker[number]])
    rise, fob_rise = (float(np.ravel(line.slope)[0]) for line in (own.landed, own.fob))
    fob = float(np.ravel(own.fob.at(net_back))[0])
    goal = fob - gap * fob_rise / rise
    return _award(one) + (fob / goal - 1.0) / fob_rise


def _award(one: Market) -> float:
    """What the exporter's state pays as asked; nothing where no row says so."""
    present = one.agreed.support.present
    return float(present) if isinstance(present, float | int) else 0.0


def alone(asked: Asked, one: Market) -> float | None:
    """The duty at which our price would be the cheapest rival's, all net-backs as they are: a straight line in it."""
    study = asked.study
    market = study.after.result.market
    own = market.lane(study.exporter, study.exporter, one.importer)
    here, gap = (study.figures[Key(name, one.importer, "after")].central for name in ("landed_usd_per_t", GAP))
    if here is None or gap is None or one.cells.after.stacks[own].prohibited:
        return None
    net_back = float(study.after.result.net_back[0, market.maker[own]])
    price = np.broadcast_to(one.cells.after.stacks[own].landed.at(net_back), one.duties.shape)
    (first, last), (low, high) = one.duties[[0, -1]], price[[0, -1]]
    return float(first + (here - gap - low) * (last - first) / (high - low)) if high > low else None


def responses(asked: Asked) -> pd.DataFrame:
    """How the market answers each duty: prices in its market, the exporter's sales and net-back."""
    rows = []
    for one in asked.markets:
        exporter = asked.study.exporter
        landed, gap, tonnes = (
            one.cells.number(Key(name, one.importer, "after")) for name in ("landed_usd_per_t", GAP, "tonnes")
        )
        held = {
            "landed_usd_per_t": landed, "rival_usd_per_t": landed - gap, "rival_gap_usd_per_t": gap, "tonnes": tonnes,
            "exports_to_buyers_tonnes": one.cells.number(Key("exports_to_buyers_tonnes", exporter, "after")),
            "exports_change_tonnes": one.cells.number(Key("exports_to_buyers_tonnes", exporter, "change")),
            "net_back_usd_per_t": one.cells.number(Key("net_back_usd_per_t", exporter, "after")),
            "net_back_change_usd_per_t": one.cells.number(Key("net_back_usd_per_t", exporter, "change")),
        }  # fmt: skip
        for number, duty in enumerate(one.duties):
            row = {"importer": one.importer, "lever": one.lever, "duty": float(duty)}
            rows.append(row | {name: float(values[number]) for name, values in held.items()})
    return pd.DataFrame(rows)


def agreements(asked: Asked) -> pd.DataFrame:
    """What each side gains at every pair of duty and support."""
    rows = []
    for one in asked.markets:
        made, codes = one.agreed, limits_maps.codes(one.agreed)
        for y, support in enumerate(made.support.values):
            for x, duty in enumerate(made.duty.values):
                rows.append(
                    {
                        "importer": one.importer, "duty": float(duty), "support": float(support),
                        "buyer_gain_usd": float(made.buyer[y, x]), "seller_gain_usd": float(made.seller[y, x]),
                        "who_gains": WHO[int(codes[y, x])],
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def points(asked: Asked) -> pd.DataFrame:
    """The Nash point and the point best for both together: the settings, and what every party gains there."""
    rows: list[dict[str, Any]] = []
    for one in asked.markets:
        for name, at in (("nash", one.agreed.nash), ("best_together", one.agreed.best)):
            if at is not None:
                rows += _parties(one, name, at)
    return pd.DataFrame(rows)


def _parties(one: Market, name: str, at: Point) -> Iterator[dict[str, Any]]:
    for (figure, place), gain in at.parties.items():
        yield {
            "importer": one.importer, "point": name, "duty": at.duty, "support": at.support,
            "figure": figure, "place": place, "gain_usd": gain.central,
        }  # fmt: skip


def swings(asked: Asked) -> pd.DataFrame:
    """Each range alone at its ends, the widest first, and where that takes the exporter's sales."""
    if asked.sensitivity is None:
        return pd.DataFrame()
    found = asked.sensitivity.tornado
    rows = [
        {
            "range": row.key, "says": row.label, "unit": row.unit, "low": row.low_value, "high": row.high_value,
            "figure": found.figure.name, "place": found.figure.place, "when": found.figure.when,
            "central": found.central, "at_low": row.at_low, "at_high": row.at_high, "lever": row.lever,
        }
        for row in found.moving
    ]  # fmt: skip
    return pd.DataFrame(rows)


def fans(asked: Asked) -> pd.DataFrame:
    """How the exporter's sales spread over the draws at each duty."""
    rows = []
    for fan in asked.fans:
        for duty, levels in zip(fan.duties, fan.levels, strict=True):
            low, lower, median, upper, high = (float(level) for level in levels)
            rows.append(
                {
                    "lever": fan.lever, "figure": fan.key.name, "place": fan.key.place, "duty": float(duty),
                    "low": low, "lower_quartile": lower, "median": median, "upper_quartile": upper, "high": high,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)
