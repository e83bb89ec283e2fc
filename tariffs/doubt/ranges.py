"""Every range that enters an answer, with the figures that move with it and the lever that moves it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tariffs.errors import TariffsError
from tariffs.law.policy import FIGURE_FIELDS, Policy
from tariffs.law.protection import makers_protection
from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Ground
from tariffs.sources import Figure
from tariffs.study import Study
from tariffs.uncertainty import drawn, quantile
from tariffs.uncertainty.shapes import spread_by_error

TAIL = 0.05  # an end of a range that is drawn from a standard error, which has no bounds of its own


@dataclass(frozen=True, slots=True)
class Range:
    """One random number behind an answer, and every figure that it moves."""

    name: str  # Figure.dimension
    figures: tuple[Figure, ...]
    lever: str  # the lever that moves the first of them, else its table.key.field

    @property
    def figure(self) -> Figure:
        """The figure it is told by."""
        return self.figures[0]

    @property
    def ends(self) -> tuple[float, float]:
        """The uniform numbers at which it stands at its low and at its high end."""
        return (TAIL, 1.0 - TAIL) if any(spread_by_error(f) for f in self.figures) else (0.0, 1.0)

    def value(self, end: float) -> float:
        """What its figure is worth at a uniform number; at 0 and 1 the ends on record themselves."""
        bound = {0.0: self.figure.low, 1.0: self.figure.high}.get(end)
        if bound is not None:
            return bound
        return float(quantile(self.figure, np.array([end]))[0])


def ranges(study: Study) -> tuple[Range, ...]:
    """The ranges that enter a study, by name; figures that move together are one range."""
    found: dict[str, dict[Figure, None]] = {}
    protection = (
        makers_protection(side.policy, study.exporter, side.on, side.here.draws).figures
        for side in (study.after, study.before)
    )
    after = (figure for stack in study.after.stacks for figure in stack.figures)
    for figure in (*after, *study.used, *(f for figures in protection for f in figures)):
        if figure.known and drawn(figure):
            found.setdefault(figure.dimension, {})[figure] = None
    moved_by = levers_of(study)
    held = []
    for name, figures in sorted(found.items()):
        lever = next((moved_by[f.key] for f in figures if f.key in moved_by), next(iter(figures)).key)
        held.append(Range(name, tuple(figures), lever))
    return tuple(held)


def levers_of(study: Study) -> Mapping[str, str]:
    """The lever that moves each figure by name, found by moving every lever and seeing what changes."""
    found: dict[str, str] = {}
    ground = Ground(study.after.policy, study.library.policy, study.after.on, study.library.scenarios)
    for lever in LEVERS.values():
        if lever.unit == "choice":
            continue
        now = lever.read(ground)
        least, most = lever.least, lever.most
        other = least + 0.37 * (most - least) if now != least + 0.37 * (most - least) else most
        try:
            moved = lever.write(ground, other)
        except TariffsError:
            continue  # no row for it on this day
        for key in _changed(ground.policy, moved):
            found.setdefault(key, lever.name)
    return found


def _changed(one: Policy, other: Policy) -> list[str]:
    """Keys of the figures that differ between two policies."""
    keys = []
    for table, fields in FIGURE_FIELDS.items():
        before, after = one.table(table), other.table(table)
        if before is after:
            continue
        for key, row in after.items():
            if before.get(key) is not row:
                now = (getattr(row, name) for name in fields.values())
                was = {getattr(before[key], name) for name in fields.values()} if key in before else set()
                keys += [figure.key for figure in now if figure is not None and figure not in was]
    return keys
