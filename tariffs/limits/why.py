"""Why no setting of a lever meets a target: the facts, in numbers; sentences are made of them in ``brief``."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tariffs.limits.reach import Cells, Reach
from tariffs.limits.roots import Look
from tariffs.limits.targets import BELOW_RIVAL, NET_BACK, Target
from tariffs.sources import Array
from tariffs.study.figures import Key

Kind = Literal["not_closed", "refused", "no_rival", "untouched", "met", "unmet"]
FLAT = 1e-7  # of the figure's size: a lever that moves it by less does not move it


@dataclass(frozen=True, slots=True)
class OtherLabel:
    """What is sold under another label than the exporter's own, tonnes a year."""

    label: str  # the one that most of it goes under
    tonnes: float
    own_tonnes: float


@dataclass(frozen=True, slots=True)
class Why:
    """What stands in the way; numbers are missing where they do not apply."""

    kind: Kind
    best: float | None = None  # setting nearest to meeting the target, or farthest from failing it
    short: float | None = None  # distance from the target there, below zero when unmet
    moves: float = 0.0  # by how much the lever moves the figure over the whole range, largest less smallest
    wedge_usd_per_t: float | None = None  # access wedge on the label, when it is at least what is missing
    above_rival: float | None = None  # USD/t by which the price at the border already exceeds the rival's
    other: OtherLabel | None = None  # when most goes under another label than the exporter's own
    reached: float | None = None  # share of the exporter's sales on routes whose cost the lever moves
    at_capacity: bool = False
    reason: str = ""  # the model's or the law's own words

    @property
    def names(self) -> tuple[str, ...]:
        """Causes in a word each, for JSON."""
        causes = {
            "access_wedge": self.wedge_usd_per_t is not None,
            "dear_before_the_border": self.above_rival is not None,
            "label_switch": self.other is not None,
            "small_part_of_sales": self.reached is not None,
            "capacity": self.at_capacity,
        }
        return (self.kind, *(name for name, holds in causes.items() if holds))


SMALL_PART = 0.1  # of the exporter's sales


def is_flat(seen: Look, level: float) -> bool:
    values = seen.values[seen.answered]
    return not len(values) or float(np.ptp(values)) <= FLAT * max(1.0, abs(level))


def explain(reach: Reach, target: Target, level: float, seen: Look, points: Array, whole: Cells) -> Why:
    """Why there is no break-even between the ends of what was seen."""
    values = seen.values
    if not seen.answered.any():
        return _no_figure(reach, target, whole)
    best = int(np.nanargmax(values))
    met = bool(np.nanmin(values) >= 0)
    worst = int(np.nanargmin(values))
    at = worst if met else best
    moves = float(np.ptp(values[seen.answered]))
    if is_flat(seen, level):
        return Why(
            "untouched", float(seen.points[at]), float(values[at]), moves, reached=_reached(reach, target, whole)
        )
    nearest = int(np.abs(points - seen.points[at]).argmin())
    return Why(
        "met" if met else "unmet",
        float(seen.points[at]),
        float(values[at]),
        moves,
        wedge_usd_per_t=None if met else _wedge(target, whole, nearest, -float(values[at])),
        above_rival=None if met else _above_rival(target, whole, nearest),
        at_capacity=not met and _at_capacity(reach, whole, nearest),
        other=_labels(reach, target, whole, nearest),
        reached=_reached(reach, target, whole),
    )


def _no_figure(reach: Reach, target: Target, whole: Cells) -> Why:
    if not whole.closed.any():
        return Why("not_closed", reason=whole.why_not)
    study = reach.study
    lane = study.after.result.market.lane(study.exporter, study.exporter, target.place)
    return Why("refused") if study.after.stacks[lane].prohibited else Why("no_rival")


def _wedge(target: Target, whole: Cells, at: int, missing: float) -> float | None:
    """The access wedge on the exporter's own label, when without it the price would be low enough."""
    if target.name != BELOW_RIVAL:
        return None
    wedge = float(whole.number(Key("wedge_usd_per_t", target.place, "after"))[at])
    return wedge if wedge >= missing > 0 else None


def _above_rival(target: Target, whole: Cells, at: int) -> float | None:
    """By how much the exporter's price at the border exceeds the cheapest rival's delivered one."""
    if target.name != BELOW_RIVAL:
        return None
    cif, landed, gap = (
        float(whole.number(Key(name, target.place, "after"))[at])
        for name in ("cif_usd_per_t", "landed_usd_per_t", "rival_gap_usd_per_t")
    )
    above = cif - (landed - gap)
    return above if above > 0 else None


def _labels(reach: Reach, target: Target, whole: Cells, at: int) -> OtherLabel | None:
    """What is sold under another label where the target is nearest to turning."""
    study, market = reach.study, whole.after.result.market
    places = {target.place} if target.place in market.importers else set(study.importers)
    own = other = 0.0
    label, most = "", 0.0
    for number, lane in enumerate(market.lanes):
        if lane.producer == study.exporter and lane.importer in places and not lane.home:
            tonnes = float(whole.after.result.tonnes[at, number])
            if lane.label == study.exporter:
                own += tonnes
                continue
            other += tonnes
            label, most = (lane.label, tonnes) if tonnes > most else (label, most)
    if not label or target.unit != "t" or other <= own:
        return None
    return OtherLabel(label, other, own)


def _reached(reach: Reach, target: Target, whole: Cells) -> float | None:
    """Share of the exporter's sales whose cost the lever moves: none, or so little that a net-back hardly feels it."""
    study, shock = reach.study, whole.after.result.shock
    lanes = study.after.result.market.lanes
    ours = np.array([lane.producer == study.exporter for lane in lanes])
    moved = (np.ptp(shock.A, axis=0) > 1e-12) | (np.ptp(shock.B, axis=0) > 1e-9)
    tonnes = study.after.result.tonnes[0]
    share = float(tonnes[ours & moved].sum() / tonnes[ours].sum())
    return share if share == 0.0 or (target.name == NET_BACK and share < SMALL_PART) else None


def _at_capacity(reach: Reach, whole: Cells, at: int) -> bool:
    study, result = reach.study, whole.after.result
    maker = result.market.producers.index(study.exporter)
    limit = np.broadcast_to(result.market.limit, result.output.shape)[at, maker]
    return bool(result.output[at, maker] >= limit * (1.0 - 1e-9))
