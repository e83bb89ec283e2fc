"""Limits as plain values for JSON: the field names of the frames, each figure with its range and standing."""

from dataclasses import replace
from typing import Any

import numpy as np

from tariffs.brief import limits_deals, limits_prose
from tariffs.brief.plain import estimate
from tariffs.limits.agreement import Agreement, Point
from tariffs.limits.breakeven import BreakEven
from tariffs.limits.heatmap import Axis, HeatMap
from tariffs.limits.phase_in import PhaseIn, Year
from tariffs.sources import Array
from tariffs.study import Study
from tariffs.words import Words


def break_even(found: BreakEven, t: Words) -> dict[str, Any]:
    target, why, ranged = found.target, found.why, found.ranged
    return {
        "answer": " ".join(limits_prose.break_even(found, t)),
        "lever": found.span.name,
        "unit": found.span.unit,
        "between": list(found.between),
        "target": {
            "name": target.name,
            "figure": target.figure,
            "place": target.place,
            "at_least": target.at_least,
            "level": found.level,
            "unit": target.unit,
        },
        "exists": bool(found.roots),
        "break_even": estimate(found.estimate),
        "roots": [{"value": r.value, "rising": r.rising, "left": r.left, "jump": r.jump} for r in found.roots],
        "met_between": [list(stretch) for stretch in found.good],
        "present": {"value": found.present, "distance": found.distance, "met": found.met},
        "why": None
        if why is None
        else {
            "kind": why.kind,
            "causes": list(why.names[1:]),
            "best": why.best,
            "distance": why.short,
            "moves": why.moves,
            "wedge_usd_per_t": why.wedge_usd_per_t,
            "border_price_above_rival_usd_per_t": why.above_rival,
            "share_of_sales_reached": why.reached,
            "other_label": None
            if why.other is None
            else {"label": why.other.label, "tonnes": why.other.tonnes, "own_tonnes": why.other.own_tonnes},
            "reason": why.reason,
        },
        "draws": None
        if ranged is None
        else {
            "count": ranged.draws,
            "share_exists": ranged.exists,
            "share_always_met": ranged.always,
            "share_never_met": ranged.never,
            "low": ranged.low,
            "median": ranged.median,
            "high": ranged.high,
        },
        "stamp": _stamp(
            found.study,
            ranged.draws if ranged else 0,
            "breakeven",
            f"--lever {found.span.name} --target {target.text}"
            + (f" --market {target.place}" if target.market else ""),
        ),
    }


def heat_map(made: HeatMap, t: Words) -> dict[str, Any]:
    return {
        "answer": " ".join(limits_prose.heat_map(made, t)),
        "figure": made.key.name,
        "place": made.key.place,
        "when": made.key.when,
        "unit": made.unit,
        "x": _axis(made.x),
        "y": _axis(made.y),
        "values": _grid(made.values),
        "closed": made.closed.tolist(),
        "not_closed": made.not_closed,
        "reason": made.reason,
        "present": estimate(made.present),
        "stamp": _stamp(
            made.study,
            0,
            "heatmap",
            f"--x {made.x.name} --y {made.y.name} --output {made.key.name} --place {made.key.place} "
            f"--when {made.key.when} --size {max(len(made.x.values), len(made.y.values))}",
        ),
    }


def agreement(made: Agreement, t: Words, grid: bool = True) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "answer": " ".join(limits_deals.agreement(made, t)),
        "importer": made.importer,
        "exporter": made.study.exporter,
        "duty": _axis(made.duty),
        "support": _axis(made.support),
        "empty": made.nash is None,
        "share_of_map": made.area[0],
        "share_of_map_with_payments": made.area[1],
        "gains_nowhere": list(made.losers),
        "nash": _point(made.nash),
        "joint_best": _point(made.best),
        "payment": None
        if made.payment is None
        else {
            "payer": made.payment.payer,
            "taker": made.payment.taker,
            "smallest_usd": made.payment.smallest,
            "largest_usd": made.payment.largest,
        },
        "draws": None
        if made.share is None
        else {"count": made.draws, "share_with_zone": made.share, "share_with_joint_gain": made.share_joint},
        "not_closed": int((~made.closed).sum()),
        "stamp": _stamp(
            made.study,
            made.draws,
            "agreement",
            f"--importer {made.importer} --duty-lever {made.duty.name} --support-lever {made.support.name} "
            f"--size {len(made.duty.values)}",
        ),
    }
    if grid:
        answer |= {
            "buyer_side_gain_usd": _grid(made.buyer),
            "seller_side_gain_usd": _grid(made.seller),
            "zone": made.zone.tolist(),
            "closed": made.closed.tolist(),
        }
    return answer


def phase_in(made: PhaseIn, t: Words, at_once: PhaseIn | None = None) -> dict[str, Any]:
    plan = made.plan
    return {
        "answer": " ".join(limits_deals.phase_in(made, t, at_once)),
        "lever": plan.lever,
        "importer": made.importer,
        "exporter": made.study.exporter,
        "shape": plan.shape,
        "from": made.start,
        "to": plan.to,
        "today": {name: estimate(value) for name, value in made.today.items()},
        "years": [_year(year) for year in made.years],
        "rent_kept_by": plan.keeper if plan.shape == "trq" else None,
        "discount_rate": {
            "central": plan.discount[1],
            "low": plan.discount[0],
            "high": plan.discount[2],
            "status": "assumed",
            "sources": [],
        },
        "present_value": {name: estimate(value) for name, value in made.values.items()},
        "present_value_by_rate": {
            name: {f"{rate:g}": value for rate, value in rates.items()} for name, rates in made.by_rate.items()
        },
        "at_once": None if at_once is None else {name: estimate(value) for name, value in at_once.values.items()},
        "stamp": _stamp(
            made.study,
            made.study.question.draws,
            "phase-in",
            f"--lever {plan.lever} --to {plan.to:.10g} --years {plan.years} --shape {plan.shape}"
            + (f" --quota {plan.quota:.10g} --rent {plan.keeper}" if plan.shape == "trq" else ""),
        ),
    }


def _stamp(study: Study, draws: int, command: str, options: str) -> dict[str, Any]:
    """What it takes to get the same numbers again; ranges of limits are drawn beside the central study."""
    asked = replace(study.question, draws=draws)
    shell = f"{study.shell(f'limits {command}', draws=draws)} {options}"
    return {**study.stamp, "question": asked.query(), "shell": shell, "draws": draws}


def _year(year: Year) -> dict[str, Any]:
    return {
        "year": year.number,
        "rate": year.rate,
        "quota_tonnes": year.quota,
        "regime": year.regime or None,
        "rent_usd_per_t": None if year.rent_usd_per_t is None else estimate(year.rent_usd_per_t),
        **{name: estimate(value) for name, value in year.figures.items()},
        "closed": year.closed,
    }


def _point(at: Point | None) -> dict[str, Any] | None:
    if at is None:
        return None
    return {
        "duty": at.duty,
        "support": at.support,
        "buyer_side_gain_usd": estimate(at.buyer),
        "seller_side_gain_usd": estimate(at.seller),
        "joint_gain_usd": at.joint,
        "parties": [{"figure": f, "place": p, **estimate(gain)} for (f, p), gain in at.parties.items()],
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        "lever": axis.name,
        "unit": axis.span.unit,
        "values": list(axis.values),
        "present": axis.present,
        "today": axis.today,
    }


def _grid(values: Array) -> list[list[float | None]]:
    """Rows of numbers; a missing one is ``null``."""
    return [[float(v) if np.isfinite(v) else None for v in row] for row in values]
