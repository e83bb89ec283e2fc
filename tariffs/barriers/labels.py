"""Labels: how much trade only changes the one it travels under, how much is new, and who gives way to it.

For one market and one maker, with :math:`\\Delta_l` the change in tonnes under label *l*:

- gained :math:`G = \\sum_l \\max(\\Delta_l, 0)`, lost :math:`V = \\sum_l \\max(-\\Delta_l, 0)`;
- **label only** :math:`\\min(G, V)`: gained under one label and lost under another, so the bitumen is the same;
- **new** :math:`G - V`: what the maker sells more; below zero, what it sells less.

So the label changes add up to new tonnes, :math:`\\sum_l \\Delta_l = G - V`. New tonnes come from the other sellers
and from what the market buys more: new = what the others lose + what the market grows by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tariffs.barriers.holding import COARSE
from tariffs.barriers.many import draws_in, first, repeated, wide
from tariffs.errors import N_, BadQuestion, Place
from tariffs.law.landed import landed_stack, price_gap
from tariffs.market.build import shock_of
from tariffs.market.market import Lane, Shock
from tariffs.models import solve
from tariffs.scenario.lever import Ground, duty_lever
from tariffs.sources import Array, Status, weakest
from tariffs.study import Study
from tariffs.uncertainty import Estimate, estimate

RATES = tuple(round(0.025 * step, 3) for step in range(41))  # 0 to 100 %


@dataclass(frozen=True)
class Split:
    """A change in one market taken apart; every array has the shape of the tonnes given."""

    own: Array  # under the maker's own label
    others: Array  # under every other label
    label_only: Array
    new: Array
    displaced: Mapping[str, Array]  # by maker: what it sells less
    grown: Array  # what the market buys more


def split(lanes: Sequence[Lane], change: Array, exporter: str, importer: str) -> Split:
    """Take the change in tonnes of every route (…, R) apart for one maker and one market."""
    here = [n for n, lane in enumerate(lanes) if lane.importer == importer]
    ours = [n for n in here if lanes[n].producer == exporter]
    gained = np.maximum(change[..., ours], 0.0).sum(axis=-1)
    lost = np.maximum(-change[..., ours], 0.0).sum(axis=-1)
    own = change[..., [n for n in ours if lanes[n].label == exporter]].sum(axis=-1)
    rivals = dict.fromkeys(lanes[n].producer for n in here if n not in ours)
    return Split(
        own=own,
        others=change[..., [n for n in ours if lanes[n].label != exporter]].sum(axis=-1),
        label_only=np.minimum(gained, lost),
        new=gained - lost,
        displaced={
            name: -change[..., [n for n in here if lanes[n].producer == name]].sum(axis=-1) for name in rivals
        },
        grown=change[..., here].sum(axis=-1),
    )


@dataclass(frozen=True)
class Relabelled:
    """What a scenario does to labels in one market, in tonnes a year, each with its range."""

    importer: str
    own_label_change: Estimate
    other_labels_change: Estimate
    label_only_tonnes: Estimate
    new_tonnes: Estimate
    displaced: Mapping[str, Estimate]
    market_growth: Estimate


def relabelled(study: Study, importer: str) -> Relabelled:
    """Label changes and new trade between both sides of a study; no further solve."""
    change = study.after.result.tonnes - study.before.result.tonnes
    parts = split(study.result.market.lanes, change, study.exporter, importer)
    status, sources = _standing(study)

    def told(values: Array) -> Estimate:
        return estimate(values, study.solved, "t", status, sources)

    return Relabelled(
        importer,
        told(parts.own),
        told(parts.others),
        told(parts.label_only),
        told(parts.new),
        {name: told(values) for name, values in parts.displaced.items()},
        told(parts.grown),
    )


@dataclass(frozen=True)
class Point:
    """One duty on the curve, and what it does against the duty of the scenario."""

    duty: float
    own_tonnes: Estimate
    other_tonnes: Estimate
    label_only_tonnes: Estimate
    new_tonnes: Estimate


@dataclass(frozen=True)
class Curve:
    """Tonnes under each label as the duty on the exporter's own label moves, all else as the scenario has it."""

    importer: str
    duty_now: float | None  # of the scenario; missing when parts of the importer charge different rates
    points: tuple[Point, ...]
    tonnes: Array  # (K, D + 1, R) every route at every duty
    solved: NDArray[np.bool_]


def curve_over_duty(study: Study, importer: str, rates: Sequence[float] = RATES, draws: int = COARSE) -> Curve:
    """Move the duty on the exporter's own label from nothing to 100 %, in one batched solve.

    Raises
    ------
    BadQuestion
        When the exporter's own label does not trade there, or no duty on it is on record that day.
    """
    side, exporter = study.after, study.exporter
    lanes = side.market.lanes
    own = Lane(exporter, exporter, importer)
    if own not in lanes:
        raise BadQuestion(
            N_("Nothing is sold to {importer} under the label of {exporter} in our rows."),
            importer=Place(importer),
            exporter=Place(exporter),
        )
    n = lanes.index(own)
    if side.stacks[n].prohibited:
        raise BadQuestion(
            N_("{importer} refuses the label of {exporter} on {day}: no duty is charged on it."),
            importer=Place(importer),
            exporter=Place(exporter),
            day=side.on,
        )
    if "customs_duty" in side.stacks[n].missing:
        raise BadQuestion(
            N_("No duty on the label of {exporter} is on record in {importer} on {day}, so none can be moved."),
            importer=Place(importer),
            exporter=Place(exporter),
            day=side.on,
        )
    market = first(side.market, draws)
    count, baseline = draws_in(market), study.world.baseline
    lever = duty_lever("duty", importer, tuple(name for name, _ in side.policy.regions(importer)))
    ground = Ground(side.policy, side.policy, side.on, study.library.scenarios)
    net_back, gap = side.result.net_back[:, market.maker[n]], baseline.gaps[n]
    shock = side.result.shock
    slope, const = (np.tile(wide(x, count), (len(rates), 1, 1)) for x in (shock.A, shock.B))
    for row, rate in enumerate(rates):
        policy = lever.write(ground, rate)
        stack = landed_stack(policy, baseline.routes[n], baseline.product, side.on, study.world.draws, net_back)
        line = shock_of([stack.with_rung(price_gap(gap, home=False))])
        slope[row, :, n], const[row, :, n] = wide(line.A, count)[:, 0], wide(line.B, count)[:, 0]
    flat = (len(rates) * count, len(lanes))
    moved = Shock(slope.reshape(flat), const.reshape(flat), shock.closed)
    result = solve(study.question.model, repeated(market, len(rates)), moved)
    tonnes = result.tonnes.reshape(len(rates), count, -1)
    solved = result.closed.reshape(len(rates), count).all(axis=0) & study.solved[:count]
    before = wide(market.tonnes, count)
    status, sources = _standing(study)

    def told(values: Array) -> Estimate:
        return estimate(values, solved, "t", status, sources)

    points = []
    others = [k for k, lane in enumerate(lanes) if lane[::2] == own[::2] and k != n]
    for rate, now in zip(rates, tonnes, strict=True):
        parts = split(lanes, now - before, exporter, importer)
        levels = told(now[:, n]), told(now[:, others].sum(axis=1))
        points.append(Point(rate, *levels, told(parts.label_only), told(parts.new)))
    at = {float(np.atleast_1d(r.rate)[0]) for r in side.stacks[n].rungs if r.name in ("customs_duty", "collected_duty")}
    return Curve(importer, at.pop() if len(at) == 1 else None, tuple(points), tonnes, solved)


def _standing(study: Study) -> tuple[Status, tuple[str, ...]]:
    return weakest(f.status for f in study.used), tuple(dict.fromkeys(f.source for f in study.used))
