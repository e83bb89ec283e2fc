"""At which setting of a lever a stated target is just met; all of them, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from tariffs.errors import N_, BadQuestion
from tariffs.limits import why
from tariffs.limits.reach import Cells, Reach, Span
from tariffs.limits.roots import POINTS, Curve, Look, Root, each, look, roots, spread
from tariffs.limits.targets import Target
from tariffs.progress import Progress, silent
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, Study
from tariffs.study.figures import Key, numbers
from tariffs.uncertainty import Estimate

LOOKS = 33  # settings at which every draw is seen before its root is closed in on
PASSES = 12  # about as many more as closing in takes; only the progress bar leans on it
SAME = 1e-9  # of the figure's size: distances below are rounding


@dataclass(frozen=True, slots=True)
class Ranged:
    """The break-even over the draws."""

    draws: int
    exists: float  # share of the draws that closed in which there is one
    always: float  # share in which the target is met at every setting
    never: float  # share in which it is met at none
    low: float | None  # 5 % of the draws in which there is one
    median: float | None
    high: float | None  # 95 %


@dataclass(frozen=True)
class BreakEven:
    """The settings at which a target is just met. A distance of zero or more means that it is met."""

    study: Study
    span: Span
    target: Target
    between: tuple[float, float]
    level: float  # of the figure, at the central values
    present: float | None  # where the lever stands in the scenario
    distance: float | None  # from the target there
    seen: Look
    roots: tuple[Root, ...]
    why: why.Why | None  # why there is none
    ranged: Ranged | None

    @property
    def main(self) -> Root | None:
        """The one nearest to where the lever stands."""
        near = self.between[0] if self.present is None else self.present
        return min((r for r in self.roots), key=lambda r: abs(r.value - near), default=None)

    @property
    def met(self) -> bool | None:
        return None if self.distance is None else self.distance >= -SAME * max(1.0, abs(self.level))

    @cached_property
    def good(self) -> tuple[tuple[float, float], ...]:
        """Stretches of the lever over which the target is met."""
        ends = [self.between[0], *(r.value for r in self.roots), self.between[1]]
        found: list[tuple[float, float]] = []
        for low, high in pairwise(ends):
            inside = (self.seen.points >= low) & (self.seen.points <= high) & self.seen.answered
            middle = self.seen.values[inside]
            if len(middle) and np.median(middle) >= -SAME * max(1.0, abs(self.level)):
                joined = bool(found) and found[-1][1] == low
                found[-1:] = [(found[-1][0], high)] if joined else [*found[-1:], (low, high)]
        return tuple(found)

    @property
    def estimate(self) -> Estimate:
        """The main one with its range over the draws in which there is one, and how firmly it stands."""
        figure = self.study.figure(*self.target.key)
        main, ranged = self.main, self.ranged
        return Estimate(
            None if main is None else main.value,
            ranged.low if ranged else None,
            ranged.high if ranged else None,
            ranged.median if ranged else None,
            None,
            figure.status,
            figure.sources,
            self.span.figure_unit,
        )


def break_even(
    library: Library,
    question: Question,
    lever: str,
    target: Target,
    between: tuple[float, float] | None = None,
    told: Progress = silent,
    points: int = POINTS,
) -> BreakEven:
    """Search a lever's whole range for the settings that just meet a target.

    Parameters
    ----------
    between : the part of the lever's range to search; default: all of it.
    told : how far it has come; the range under uncertainty is what takes time. Raising ``Stopped`` ends it.
    points : settings of the first look, which finds how many there are.

    Raises
    ------
    BadLever
        When the lever is unknown or takes words.
    BadQuestion
        When ``between`` does not lie inside what the lever takes.
    """
    central = Reach.of(library, replace(question, draws=0), [lever])
    return break_evens(library, question, central, (target,), between, told, points)[0]


def break_evens(
    library: Library,
    question: Question,
    central: Reach,
    targets: Sequence[Target],
    between: tuple[float, float] | None = None,
    told: Progress = silent,
    points: int = POINTS,
) -> tuple[BreakEven, ...]:
    """The same for several targets of one lever, which share the first look; ``central`` reaches it without draws."""
    span, present = central.spans[0], central.present[0]
    low, high = inside(span, between)
    settings = spread(low, high, points)
    if present is not None and low < present < high:
        settings = np.unique(np.append(settings, present))
    whole, made = central.at(settings), []
    for target in targets:
        level = float(level_of(central.study, target)[0])
        curve, noise = curve_of(central, target), SAME * max(1.0, abs(level))
        seen = _rounded(look(curve, settings, noise, distance_of(whole, target, level)), noise)
        found = () if why.is_flat(seen, level) else roots(curve, seen)
        here = None if present is None else float(curve(np.array([present]))[0])
        reason = None if found else why.explain(central, target, level, seen, settings, whole)
        near = min((r.value for r in found), key=lambda x: abs(x - (present or low)), default=present)
        ranged = None
        if question.draws:
            start = low if near is None else near
            ranged = over_draws(library, question, span.name, target, (low, high), start, told)
        distance = None if here is None or not np.isfinite(here) else here
        made.append(
            BreakEven(central.study, span, target, (low, high), level, present, distance, seen, found, reason, ranged)
        )
    return tuple(made)


def over_draws(
    library: Library,
    question: Question,
    lever: str,
    target: Target,
    between: tuple[float, float],
    near: float,
    told: Progress = silent,
) -> Ranged:
    """The break-even of every draw, all draws at once; of several in one draw, the nearest to ``near``."""
    reach = Reach.of(library, question, [lever])
    count = question.draws + 1
    points = spread(*between, LOOKS)
    of = LOOKS + PASSES
    done = 0

    def one_more() -> None:
        nonlocal done
        done = min(done + 1, of)
        told(done, of)

    curve = curve_of(reach, target)
    seen = np.full((LOOKS, count), np.nan)
    for number, point in enumerate(points):
        seen[number] = curve(np.full(count, point))
        one_more()
    level = level_of(reach.study, target)
    small = SAME * np.maximum(1.0, np.abs(level))
    seen = np.where(np.abs(seen) <= small, 0.0, seen)
    # A draw whose figure the lever does not move has no break-even, however near to the target it lies.
    still = np.ptp(np.where(np.isfinite(seen), seen, 0.0), axis=0) <= why.FLAT * np.maximum(1.0, np.abs(level))
    moving = np.where(still, np.nan, seen)
    found = each(curve, moving, points, float(np.clip(near, *between)), one_more)[1:]
    told(of, of)
    drawn = seen[:, 1:]
    answered = np.isfinite(drawn).any(axis=0)
    exists = np.isfinite(found)
    lowest = np.where(np.isfinite(drawn), drawn, np.inf).min(axis=0)
    highest = np.where(np.isfinite(drawn), drawn, -np.inf).max(axis=0)
    always, never = answered & ~exists & (lowest >= 0), answered & ~exists & (highest < 0)
    total = max(1, int(answered.sum()))
    ends = np.quantile(found[exists], [0.05, 0.5, 0.95]) if exists.any() else (None, None, None)
    low, median, high = (None if x is None else float(x) for x in ends)
    with_one, met, unmet = (float(x.sum()) / total for x in (exists, always, never))
    return Ranged(question.draws, with_one, met, unmet, low, median, high)


def level_of(study: Study, target: Target) -> Array:
    """(D + 1,) the level to be reached: stated, or the figure before the change."""
    if target.level is not None:
        return np.full(study.solved.shape, target.level)
    key = Key(target.figure, target.place, "before")
    found = numbers(study.before, study.after, key)
    return np.broadcast_to(found, study.solved.shape)


def curve_of(reach: Reach, target: Target) -> Curve:
    """Settings of the one lever to distances from the target, zero or more where it is met."""
    level = level_of(reach.study, target)

    def curve(settings: Array) -> Array:
        return distance_of(reach.at(settings), target, level)

    return curve


def distance_of(cells: Cells, target: Target, level: Array | float) -> Array:
    gap = cells.number(target.key) - level
    return gap if target.at_least else -gap


def inside(span: Span, between: Sequence[float] | None) -> tuple[float, float]:
    """The part of a lever's range that is asked for.

    Raises
    ------
    BadQuestion
        When it is empty or lies outside.
    """
    if between is None:
        return span.least, span.most
    low, high = between
    if not span.least <= low < high <= span.most:
        raise BadQuestion(
            N_("{name} runs from {least} to {most}; --between {low},{high} does not lie inside, low end first."),
            name=span.name,
            least=f"{span.least:g}",
            most=f"{span.most:g}",
            low=f"{low:g}",
            high=f"{high:g}",
        )
    return low, high


def _rounded(seen: Look, noise: float) -> Look:
    """Distances that are rounding alone become zero, so that noise is not read as crossings."""
    return Look(seen.points, np.where(np.abs(seen.values) <= noise, 0.0, seen.values))
