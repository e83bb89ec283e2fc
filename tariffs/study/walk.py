"""A question walked once from rows to answer, with its range and its stamp."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tariffs import __version__
from tariffs.errors import BadQuestion, NotSolved
from tariffs.models import MODELS
from tariffs.models.result import Result
from tariffs.scenario import Scenario
from tariffs.sources import Figure, Source
from tariffs.store import Library
from tariffs.study.figures import Key, figures
from tariffs.study.question import Question
from tariffs.study.sides import Side, World, out_of_force, side, world
from tariffs.uncertainty import Estimate

if TYPE_CHECKING:
    import pandas as pd

KEPT = 6  # calibrated worlds kept between questions: a slider changes only what comes after


@dataclass(frozen=True)
class Study:
    """Everything there is to tell about one question; the page, the workbook and the shell read it."""

    question: Question
    scenario: Scenario
    compared: Scenario
    world: World
    before: Side
    after: Side

    @property
    def library(self) -> Library:
        return self.world.library

    @property
    def exporter(self) -> str:
        return self.library.baseline.exporter

    @property
    def importers(self) -> tuple[str, ...]:
        """The markets that the question is about."""
        return self.library.baseline.importers

    @property
    def result(self) -> Result:
        """The world after, solved from the world before."""
        return self.after.result

    @cached_property
    def solved(self) -> NDArray[np.bool_]:
        """(D + 1,) draws in which both sides closed."""
        return self.before.result.closed & self.after.result.closed

    @property
    def share_closed(self) -> float | None:
        """Share of the draws in which both sides closed; missing when nothing was drawn."""
        return float(self.solved[1:].mean()) if len(self.solved) > 1 else None

    @cached_property
    def figures(self) -> Mapping[Key, Estimate]:
        """Every figure of the answer by (name, place, when)."""
        return figures(self.world, self.before, self.after, self.solved, self.importers, self.exporter)

    def figure(self, name: str, place: str, when: str = "change") -> Estimate:
        return self.figures[Key(name, place, when)]

    @cached_property
    def used(self) -> tuple[Figure, ...]:
        """Every figure that entered the answer, those that a scenario put in included."""
        stacks = (*self.before.stacks, *self.after.stacks)
        return tuple(dict.fromkeys((*self.world.baseline.figures, *(f for s in stacks for f in s.figures))))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every source that a used figure names, in the order of data/sources.csv."""
        named = {figure.source for figure in self.used} | {self.scenario.source}
        return tuple(source for source in self.library.sources.values() if source.id in named)

    @property
    def stamp(self) -> dict[str, str | int]:
        """What it takes to get the same numbers again."""
        asked = self.question
        return {
            "question": asked.query(),
            "shell": asked.shell(),
            "data": self.library.digest,
            "version": __version__,
            "model": asked.model,
            "draws": asked.draws,
            "seed": asked.seed,
        }

    @cached_property
    def no_duty_on_record(self) -> tuple[str, ...]:
        """Importers on whose duty nothing is on record for the days asked about."""
        stacks = (*self.before.stacks, *self.after.stacks)
        return tuple(sorted({stack.importer for stack in stacks if "customs_duty" in stack.missing}))

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """Rows that the scenario edits and that do not hold on the day: that part of it changes nothing."""
        return tuple(out_of_force(self.after.policy, self.scenario.edits, self.after.on))

    def answer(self, lang: str = "en") -> str:
        """The answer in one sentence, with its range."""
        from tariffs.brief import prose
        from tariffs.words import Words

        return prose.answer(self, Words(lang))

    def to_frame(self) -> "pd.DataFrame":
        """Every figure of the answer, one row each."""
        from tariffs.brief import tables

        return tables.figures(self)

    def to_dict(self, detail: bool = False) -> dict[str, Any]:
        """The answer as plain values for JSON."""
        from tariffs.brief import plain

        return plain.study(self, detail)

    def workbook(self, path: str | Path, lang: str = "en") -> Path:
        """Write the Excel brief and return where it is."""
        from tariffs.brief import workbook

        return workbook.write(self, Path(path), lang)


def run(question: Question, library: Library) -> Study:
    """Walk a question from rows to answer.

    Raises
    ------
    BadQuestion
        When the scenario, a lever, a day or the model is unknown or out of bounds.
    NotSolved
        When the market does not clear at the central values; draws that do not clear are counted instead.
    """
    scenario, compared = scenarios_of(question, library)
    if question.model not in MODELS:
        raise BadQuestion(f"There is no model {question.model!r}. The models are: {', '.join(MODELS)}.")
    day, before_day = days_of(question, scenario, compared)
    here, before = _ground(question, library, compared, before_day, day)
    after = side(here, scenario.name, day, question.sets, question.model, before)
    for one in (before, after):
        _check_duties(one, library)
        if not one.result.closed.flat[0]:
            raise NotSolved(f"The market does not clear for {one.scenario} on {one.on}: {one.result.reason}")
    return Study(question, scenario, compared, here, before, after)


def _check_duties(one: Side, library: Library) -> None:
    """A market in focus needs a duty on record that day: an unknown one is not zero, and cannot be counted."""
    for stack in one.stacks:
        asked_about = stack.producer == library.baseline.exporter and stack.importer in library.baseline.importers
        if asked_about and "customs_duty" in stack.missing:
            raise BadQuestion(
                f"No customs duty is on record for {stack.importer} on {one.on}: we hold {stack.treatments[0].held}. "
                "Choose a day inside that span, or add the row to data/measures.csv."
            )


def scenarios_of(question: Question, library: Library) -> tuple[Scenario, Scenario]:
    """The scenario asked about and the one it is measured against (itself, unedited, when it names none)."""
    if question.scenario not in library.scenarios:
        from difflib import get_close_matches

        near = get_close_matches(question.scenario, library.scenarios, 3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise BadQuestion(
            f"There is no scenario {question.scenario!r}.{hint} The scenarios are: {', '.join(library.scenarios)}."
        )
    scenario = library.scenarios[question.scenario]
    return scenario, library.scenarios[scenario.compare_with or scenario.name]


def days_of(question: Question, scenario: Scenario, compared: Scenario) -> tuple[date, date]:
    """The day of the scenario and of what it is compared with.

    A day in the question moves both, unless the two scenarios differ in their day: then the day is what
    the scenario is about, and only its own side moves.
    """
    day = question.on or scenario.as_of
    return day, (compared.as_of if scenario.as_of != compared.as_of else day)


_grounds: OrderedDict[tuple[object, ...], tuple[World, Side]] = OrderedDict()
_lock = Lock()


def _ground(question: Question, library: Library, compared: Scenario, day: date, other: date) -> tuple[World, Side]:
    """The calibrated world and the side compared with, kept while only the scenario moves."""
    key = (library.digest, question.beliefs, question.draws, question.seed, question.model, compared.name, day, other)
    with _lock:
        if key in _grounds:
            _grounds.move_to_end(key)
            return _grounds[key]
    here = world(library, question, (day, other))
    made = here, side(here, compared.name, day, (), question.model)
    with _lock:
        _grounds[key] = made
        while len(_grounds) > KEPT:
            _grounds.popitem(last=False)
    return made
