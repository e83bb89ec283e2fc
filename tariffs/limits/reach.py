"""A question at many settings of its levers at once: one pass of the law and one call of the model.

Every policy collapses to two numbers per route, and a figure may be worth an array. A lever is therefore
written once, the figures it moved are marked, and whoever asks what a marked figure is worth is handed the
whole batch of settings. Cell *c* of the answer is what ``run`` gives with the levers at their values of *c*.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tariffs.errors import N_, BadLever, TariffsError
from tariffs.law.exporter import burden_on_fob
from tariffs.law.landed import concerns
from tariffs.law.policy import FIGURE_FIELDS, Policy
from tariffs.law.stack import Stack
from tariffs.market.market import Mask
from tariffs.models.result import Result
from tariffs.scenario import LEVERS, Ground
from tariffs.scenario.edits import LARGEST
from tariffs.scenario.levers import Setting
from tariffs.sources import Array, Figure, Number
from tariffs.store import Library
from tariffs.study import Question, Study, run
from tariffs.study.figures import Key, numbers
from tariffs.study.sides import Side, World, policy_after, side_under
from tariffs.uncertainty import Draws

NOTHING_LEFT = 1.0 - 1e-9  # burdens on FOB from which on the law has no price


@dataclass
class Swept(Draws):
    """Draws in which marked figures are worth what the batch says; the rest as before."""

    base: Draws | None = None
    moved: Mapping[str, Array] | None = None

    def __call__(self, figure: Figure) -> Number:
        if self.moved is not None and figure.draw in self.moved:
            return self.moved[figure.draw]
        return self.base(figure) if self.base is not None else super().__call__(figure)


@dataclass(frozen=True)
class Span:
    """What a lever may be set to: from, to, in what unit, or which of several words."""

    name: str
    least: float
    most: float
    unit: str  # rate, usd_per_t, fraction, factor, tonnes, choice
    choices: tuple[str, ...] = ()

    @property
    def is_choice(self) -> bool:
        return bool(self.choices)

    @property
    def figure_unit(self) -> str:
        """Its unit in the words of figures."""
        return {"usd_per_t": "USD/t", "tonnes": "t"}.get(self.unit, "fraction")


def span_of(name: str, policy: Policy) -> Span:
    """The bounds of a lever, or of the number of a row.

    Raises
    ------
    BadLever
        When there is no such lever, row or number.
    """
    if name in LEVERS:
        lever = LEVERS[name]
        return Span(name, lever.least, lever.most, lever.unit, lever.choices)
    table, _, rest = name.partition(".")
    key, _, field = rest.rpartition(".")
    if name.count(".") < 2 or table not in FIGURE_FIELDS:
        raise BadLever(
            N_("There is no lever '{name}'. The levers are: {levers}; or write table.key.field."),
            name=name,
            levers=", ".join(LEVERS),
        )
    figure = policy.figure(table, key, field)
    whole = figure.unit == "fraction" and table in ("shares", "exporter_measures")
    return Span(name, 0.0, 1.0 if whole else LARGEST.get(figure.unit, 10_000.0), figure.unit)


def stands_at(name: str, policy: Policy, study: Study, day_of: Side) -> Setting | None:
    """Where a lever stands under a policy on a day; ``None`` when no row is on record, or for a mix of choices."""
    if name in LEVERS:
        library = study.library
        return LEVERS[name].read(Ground(policy, library.policy, day_of.on, library.scenarios))
    table, _, rest = name.partition(".")
    key, _, field = rest.rpartition(".")
    return policy.figure(table, key, field).central


@dataclass(frozen=True)
class Cells:
    """The answer at a batch of settings; every array has one entry for each cell, (C,)."""

    study: Study
    world: World
    after: Side
    usable: Mask  # settings under which the law leaves the seller something

    @cached_property
    def closed(self) -> Mask:
        """(C,) cells that both sides of the comparison closed in."""
        return self.usable & self.study.before.result.closed & self.after.result.closed

    @property
    def why_not(self) -> str:
        """Why cells did not close; empty when all did."""
        if self.closed.all():
            return ""
        if not self.usable.all():
            return N_(
                "The burdens on exports add up to the whole FOB price or more there, and leave the plant nothing."
            )
        return self.after.result.reason

    def number(self, key: Key) -> Array:
        """(C,) one figure; missing where the cell did not close or the figure does not exist."""
        study = self.study
        found = numbers(study.before, self.after, key)
        return np.where(self.closed, np.broadcast_to(found, self.closed.shape), np.nan)


@dataclass(frozen=True)
class Reach:
    """A question whose numeric levers can be moved in batches."""

    study: Study  # the question as asked: the present point
    spans: tuple[Span, ...]
    policy: Policy  # the levers written, their figures marked
    marks: tuple[str, ...]
    touched: tuple[bool, ...]  # whether writing the lever moves any figure at all

    @classmethod
    def of(cls, library: Library, question: Question, names: Sequence[str]) -> "Reach":
        """Find out which figures each lever moves.

        Raises
        ------
        BadLever
            When a lever is unknown, takes words instead of numbers, or moves rows in a way no batch can follow.
        """
        study = run(question, library)
        spans = tuple(span_of(name, study.after.policy) for name in names)
        for span in spans:
            if span.is_choice:
                raise BadLever(
                    N_(
                        "{name} is a choice ({choices}), not a number. Take a lever with a number, or set this "
                        "one with --set {name}={choice}."
                    ),
                    name=span.name,
                    choices=", ".join(span.choices),
                    choice=span.choices[0],
                )
        first = {span.name: _between(span, 0.25) for span in spans}
        policy = _written(study, first)
        marked, marks, touched = policy, [], []
        for span in spans:
            other = _between(span, 0.5)
            moved = _moved(policy, _written(study, {**first, span.name: other}), first[span.name], other)
            if moved is None:
                raise BadLever(
                    N_("{name} moves rows by other numbers than its own: it cannot be moved in a batch."),
                    name=span.name,
                )
            mark = f"lever:{span.name}"
            for table, key, attribute in moved:
                figure = getattr(marked.row(table, key), attribute)
                marked = marked.replace_row(table, key, **{attribute: replace(figure, draw=mark)})
            marks.append(mark)
            touched.append(bool(moved))
        return cls(study, spans, marked, tuple(marks), tuple(touched))

    @cached_property
    def present(self) -> tuple[float | None, ...]:
        """Where the levers stand in the question as asked."""
        return self._standing(self.study.after)

    @cached_property
    def today(self) -> tuple[float | None, ...]:
        """Where they stand in what it is compared with."""
        return self._standing(self.study.before)

    def _standing(self, side: Side) -> tuple[float | None, ...]:
        found = (stands_at(span.name, side.policy, self.study, side) for span in self.spans)
        return tuple(float(x) if isinstance(x, float | int) else None for x in found)

    def at(self, *values: Array) -> Cells:
        """Solve a batch: one array of settings for each lever, each (C,); with draws C is their number plus one."""
        study = self.study
        wide = [np.asarray(v, dtype=float) for v in np.broadcast_arrays(*values)]
        shape = wide[0].shape if wide else study.solved.shape
        usable = np.broadcast_to(self._burden(wide) < NOTHING_LEFT, shape)
        if not usable.all():
            wide = [np.where(usable, v, self._safe(i, v, usable)) for i, v in enumerate(wide)]
            usable = usable.copy()
        world = replace(study.world, draws=self._values(wide))
        before, after = study.before, study.after
        model = study.question.model
        side = side_under(world, self.policy, after.scenario, after.on, model, before, self._still)
        if side.result.closed.shape != shape:  # nothing in the market depends on the levers
            side = replace(side, result=spread_out(side.result, shape))
        return Cells(study, world, side, usable)

    @cached_property
    def _still(self) -> list[Stack | None] | None:
        """Ladders that no setting moves, as the question as asked has them; nothing where kinks may move any."""
        after, policy = self.study.after, self.policy
        if after.policy.groups is not policy.groups or any(stack.kinked for stack in after.stacks):
            return None
        moved = policy.changes_from(after.policy)
        return [
            None if any(concerns(row, route, policy.groups) for row in moved) else stack
            for route, stack in zip(self.study.world.baseline.routes, after.stacks, strict=True)
        ]

    def _values(self, wide: Sequence[Array]) -> Swept:
        base = self.study.world.draws
        return Swept(base.dimensions, base.count, base.seed, base=base, moved=dict(zip(self.marks, wide, strict=True)))

    def _burden(self, wide: Sequence[Array]) -> Array:
        study = self.study
        return np.asarray(burden_on_fob(self.policy, study.exporter, study.after.on, self._values(wide)))

    def _safe(self, number: int, values: Array, usable: Mask) -> float:
        """A setting under which the law has a price, to stand in where it has none; those cells are marked."""
        present = self.present[number]
        if present is not None:
            return present
        if not usable.any():
            raise TariffsError(N_("The burdens on exports leave nothing of the FOB price at any of these settings."))
        return float(values[usable][0])


def spread_out(result: Result, shape: tuple[int, ...]) -> Result:
    """A result that is the same in every cell, one row for each."""

    def wide(values: Array) -> Array:
        return np.broadcast_to(values, (*shape, values.shape[-1]))

    return replace(
        result,
        net_back=wide(result.net_back),
        landed=wide(result.landed),
        tonnes=wide(result.tonnes),
        price_index=wide(result.price_index),
        import_index=wide(result.import_index),
        residual=np.broadcast_to(result.residual, shape),
        closed=np.broadcast_to(result.closed, shape),
    )


def text_of(value: Setting) -> str:
    """A setting as an edit spells it, with every digit."""
    return value if isinstance(value, str) else repr(float(value))


def _between(span: Span, part: float) -> float:
    return span.least + part * (span.most - span.least)


def _written(study: Study, values: Mapping[str, float]) -> Policy:
    question = study.question
    for name, value in values.items():
        question = question.with_set(name, text_of(value))
    return policy_after(study.library, study.scenario.name, study.after.on, question.sets)


def _moved(one: Policy, other: Policy, first: float, second: float) -> list[tuple[str, str, str]] | None:
    """Figures that hold the lever's own number in both policies; ``None`` when anything else differs."""
    found = []
    for table, fields in FIGURE_FIELDS.items():
        rows, others = one.table(table), other.table(table)
        if rows.keys() != others.keys():
            return None
        for key, row in rows.items():
            changed = others[key]
            if changed is row or changed == row:
                continue
            same = row
            for attribute in fields.values():
                figure, now = getattr(row, attribute), getattr(changed, attribute)
                if figure == now:
                    continue
                if figure is None or now is None or not _are(figure, first) or not _are(now, second):
                    return None
                found.append((table, key, attribute))
                same = replace(same, **{attribute: now})
            if same != changed:
                return None
    return found


def _are(figure: Figure, value: float) -> bool:
    return figure.central is not None and math.isclose(figure.central, value, rel_tol=1e-12) and not figure.uncertain
