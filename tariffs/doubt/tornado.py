"""One range at a time to its ends, the others at their central values: how far each alone moves an answer."""

from dataclasses import dataclass

import numpy as np

from tariffs.doubt.naming import range_names
from tariffs.doubt.ranges import Range, ranges
from tariffs.study import Study
from tariffs.study.figures import Key, unit_of
from tariffs.study.replay import key_of, replay
from tariffs.study.sides import dimensions
from tariffs.uncertainty import placed
from tariffs.words import Words


@dataclass(frozen=True, slots=True)
class Swing:
    """What one range does to a figure when it alone goes to its ends."""

    key: str  # the name of the range: table.key.field, or the name of figures that move together
    label: str
    unit: str  # of the range
    low_value: float
    high_value: float
    at_low: float | None  # the figure there; missing when the market does not close
    at_high: float | None
    lever: str  # the lever that moves it, else table.key.field
    swing: float  # from the least to the largest of the figure at low, central and high


@dataclass(frozen=True, slots=True)
class Tornado:
    """A figure, and every range that enters it, widest first."""

    figure: Key
    unit: str
    central: float | None
    rows: tuple[Swing, ...]

    @property
    def moving(self) -> tuple[Swing, ...]:
        """Rows that move the figure by more than the solver's own tolerance."""
        least = 1e-8 * max((row.swing for row in self.rows), default=0.0)
        return tuple(row for row in self.rows if row.swing > least)


def tornado(
    study: Study,
    figure: str = "exports_to_buyers_tonnes",
    place: str = "",
    when: str = "",
    t: Words | None = None,
    held: tuple[Range, ...] | None = None,
) -> Tornado:
    """Every range to its low and its high end alone, in one batch of solves.

    The ends are those on record; a range drawn from a standard error goes to its 5 and 95 %. A tonnage goes to
    its end as a draw does, scaled into the reported totals, unlike one that somebody fixes with ``--assume``.
    ``held`` are the study's ranges where they are known already.

    Raises
    ------
    BadQuestion
        When the answer has no such figure.
    """
    key, words = key_of(study, figure, place, when), t or Words()
    held = held or ranges(study)
    values, names = _at_the_ends(study, held, key), range_names(held, study.library, words)
    central = values[0]
    rows = []
    for number, one in enumerate(held):
        low, high = (float(x) for x in values[1 + 2 * number : 3 + 2 * number])
        reached = [x for x in (low, central, high) if np.isfinite(x)]
        rows.append(
            Swing(
                key=one.name,
                label=names[number],
                unit=one.figure.unit,
                low_value=one.value(one.ends[0]),
                high_value=one.value(one.ends[1]),
                at_low=_told(low),
                at_high=_told(high),
                lever=one.lever,
                swing=float(max(reached) - min(reached)) if reached else 0.0,
            )
        )
    ordered = tuple(sorted(rows, key=lambda row: (-row.swing, row.key)))
    return Tornado(key, unit_of(key.name), _told(float(central)), ordered)


def _at_the_ends(study: Study, held: tuple[Range, ...], key: Key) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(1 + 2K,) the figure at the centre, then at the low and the high end of each of K ranges alone."""
    columns = {}
    for number, one in enumerate(held):
        column = np.full(2 * len(held), np.nan)
        column[2 * number : 2 * number + 2] = one.ends
        columns[one.name] = column
    draws = placed(dimensions(study.library), columns, 2 * len(held))
    return replay(study, draws, [key]).value(key)


def _told(value: float) -> float | None:
    return value if np.isfinite(value) else None
