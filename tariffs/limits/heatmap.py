"""Two levers against one figure of the answer: every cell is the whole market solved anew."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from tariffs.errors import N_, BadQuestion, Said
from tariffs.limits.breakeven import inside
from tariffs.limits.reach import Cells, Reach, Span, span_of, stands_at, text_of
from tariffs.market.market import Mask
from tariffs.progress import Progress, silent
from tariffs.scenario.levers import Setting
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, Study, run
from tariffs.study.figures import Key, unit_of
from tariffs.uncertainty import Estimate

MOST_CELLS = 250_000


@dataclass(frozen=True, slots=True)
class Sweep:
    """A lever to be moved over part of its range, in how many settings; a choice takes all its words."""

    lever: str
    between: tuple[float, float] | None = None  # None: what has been discussed
    size: int = 101

    def __post_init__(self) -> None:
        if self.size < 2:
            raise BadQuestion(N_("An axis has two settings or more; asked for {size}."), size=self.size)


@dataclass(frozen=True)
class Axis:
    """One lever and the settings it takes on the map."""

    span: Span
    values: tuple[Setting, ...]
    present: Setting | None  # in the scenario as asked
    today: Setting | None  # in what it is compared with

    @property
    def name(self) -> str:
        return self.span.name


@dataclass(frozen=True)
class HeatMap:
    """One figure over two levers. ``values`` and ``closed`` are (Y, X): a row for each setting of ``y``."""

    study: Study
    x: Axis
    y: Axis
    key: Key
    values: Array  # missing where the cell did not close or has no such figure
    closed: Mask
    reason: str  # why cells did not close; empty when all did

    @property
    def unit(self) -> str:
        return unit_of(self.key.name)

    @property
    def not_closed(self) -> int:
        return int((~self.closed).sum())

    @property
    def present(self) -> Estimate:
        """The figure where the question stands, with its standing."""
        return self.study.figure(*self.key)


def heat_map(
    library: Library,
    question: Question,
    x: Sweep,
    y: Sweep,
    key: Key,
    told: Progress = silent,
) -> HeatMap:
    """Solve every cell of two axes; levers that are choices are taken one by one.

    Raises
    ------
    BadQuestion
        When the two levers are the same, the map is too large, or the figure is not known.
    """
    study = run(replace(question, draws=0), library)
    if key not in study.figures:
        raise BadQuestion(
            N_("There is no figure {key}. `impact --json` names figures, places and when."), key="/".join(key)
        )
    axes = (_axis(study, x), _axis(study, y))
    if axes[0].name == axes[1].name:
        raise BadQuestion(N_("A map needs two different levers; both axes are {name}."), name=axes[0].name)
    size = len(axes[0].values) * len(axes[1].values)
    if size > MOST_CELLS:
        raise BadQuestion(
            N_("A map has at most {most} cells; asked for {size}. Give a smaller --size."),
            most=f"{MOST_CELLS:,}",
            size=f"{size:,}",
        )
    values = np.full((len(axes[1].values), len(axes[0].values)), np.nan)
    closed, reason = np.zeros(values.shape, dtype=bool), ""
    worded = [axis for axis in axes if axis.span.is_choice]
    settings = list(product(*(range(len(axis.values)) for axis in worded)))
    for done, chosen in enumerate(settings):
        told(done, len(settings))
        at = {axis.name: number for axis, number in zip(worded, chosen, strict=True)}
        cells, where = _cells(library, study.question, axes, at)
        found = cells.number(key)
        values[where], closed[where] = found.reshape(values[where].shape), cells.closed.reshape(values[where].shape)
        reason = reason or cells.why_not
    told(len(settings), len(settings))
    return HeatMap(study, axes[0], axes[1], key, values, closed, reason)


def key_of(study: Study, name: str, place: str | None, when: str) -> Key:
    """A figure of the answer by name; without a place, the exporter's, else that of the first market.

    Raises
    ------
    BadQuestion
        When there is none of that name there.
    """
    keys = [key for key in study.figures if key.name == name and key.when == when]
    if not keys:
        names = ", ".join(dict.fromkeys(key.name for key in study.figures if key.when == when))
        raise BadQuestion(
            N_("There is no figure '{name}' {when}. The figures are: {names}."),
            name=name,
            when=when,
            names=names or Said(N_("of before, after, change")),
        )
    found = keys[0] if place is None else next((key for key in keys if key.place == place), None)
    if found is None:
        raise BadQuestion(
            N_("{name} is not told of '{place}', only of {places}."),
            name=name,
            place=place,
            places=", ".join(key.place for key in keys),
        )
    return found


# Where a map is drawn when nobody says: what has been discussed, not all that a lever can take.
USUAL = {
    "rate": (0.0, 0.3),
    "usd_per_t": (0.0, 200.0),
    "irn.award": (0.0, 0.1),
    "irn.fx_share": (0.0, 1.0),
    "irn.feedstock": (0.0, 1.0),
    "tur.truck_tax": (0.0, 50.0),
    "relabelling": (0.0, 100.0),
}


def usual(span: Span, *held: float | None) -> tuple[float, float]:
    """The stretch of a lever that a map shows, where it stands today and in the scenario included."""
    low, high = USUAL.get(span.name, USUAL.get(span.unit, (span.least, span.most)))
    known = [h for h in held if h is not None]
    return max(span.least, min([low, *known])), min(span.most, max([high, *(1.25 * h for h in known)]))


def _axis(study: Study, asked: Sweep) -> Axis:
    lever, between, size = asked.lever, asked.between, asked.size
    span = span_of(lever, study.after.policy)
    present = stands_at(lever, study.after.policy, study, study.after)
    today = stands_at(lever, study.before.policy, study, study.before)
    if span.is_choice:
        return Axis(span, span.choices, present, today)
    numbers = [x if isinstance(x, float) else None for x in (present, today)]
    low, high = usual(span, *numbers) if between is None else inside(span, between)
    return Axis(span, tuple(float(v) for v in np.linspace(low, high, size)), present, today)


def _cells(
    library: Library, question: Question, axes: tuple[Axis, ...], at: dict[str, int]
) -> tuple[Cells, tuple[int | slice, int | slice]]:
    """The cells of one setting of the worded levers, and which part of the map they are."""
    where: list[int | slice] = [slice(None), slice(None)]
    for place, axis in enumerate(reversed(axes)):  # rows are y
        if axis.name in at:
            where[place] = at[axis.name]
            question = question.with_set(axis.name, text_of(axis.values[at[axis.name]]))
    numeric = [axis for axis in axes if not axis.span.is_choice]
    reach = Reach.of(library, question, [axis.name for axis in numeric])
    grids = np.meshgrid(*(np.array(axis.values, dtype=float) for axis in numeric)) if numeric else []
    return reach.at(*(grid.ravel() for grid in grids)), (where[0], where[1])
