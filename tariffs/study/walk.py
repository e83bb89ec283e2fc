"""A question walked once from rows to answer, with its range and its stamp."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tariffs import __version__
from tariffs.errors import N_, BadQuestion, NotSolved, Place, TariffsError
from tariffs.models import MODELS, NO_MODEL
from tariffs.models.result import Result
from tariffs.progress import Progress, silent
from tariffs.scenario import Scenario
from tariffs.sources import Figure, Source
from tariffs.store import Library
from tariffs.study.figures import Key, figures, standings
from tariffs.study.large import LARGE, Tally, tally
from tariffs.study.question import Question
from tariffs.study.sides import NO_SCENARIO, Side, World, calibrated, dimensions, out_of_force, side, side_under, world
from tariffs.uncertainty import Draws, Estimate

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
    tally: Tally | None = None  # of many draws, when both sides hold the central values alone
    markets: tuple[str, ...] = ()  # the markets that are spoken of; none named: all in focus

    @property
    def library(self) -> Library:
        return self.world.library

    @property
    def exporter(self) -> str:
        return self.library.baseline.exporter

    @property
    def importers(self) -> tuple[str, ...]:
        """The markets that are spoken of."""
        return self.markets or self.library.baseline.importers

    def about(self, markets: "Sequence[str]") -> "Study":
        """The same answer, told of some of its markets alone; nothing is solved again and no figure moves.

        Raises
        ------
        BadQuestion
            When one of them is no market in focus.
        """
        held = self.library.baseline.importers
        if unknown := [market for market in markets if market not in held]:
            raise BadQuestion(
                N_("{markets} is no market that the answer speaks of. They are: {held}."), markets=unknown, held=held
            )
        chosen = tuple(market for market in held if market in markets)
        told = replace(self, markets=() if chosen == held else chosen)
        told.__dict__.update({n: self.__dict__[n] for n in ("solved", "figures", "used") if n in self.__dict__})
        return told

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
        if self.tally:
            return self.tally.share_closed
        return float(self.solved[1:].mean()) if len(self.solved) > 1 else None

    @property
    def unbalanced(self) -> float:
        """Largest gap of the money's accounts in any draw that closed, relative to spending."""
        if self.tally:
            return self.tally.unbalanced
        return float(np.abs(self.after.ledger.unbalanced()[self.solved]).max())

    @cached_property
    def figures(self) -> Mapping[Key, Estimate]:
        """Every figure of the answer by (name, place, when)."""
        if self.tally:
            return self.tally.figures
        return figures(self.world, self.before, self.after, self.solved)

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
            "shell": self.shell(),
            "data": self.library.digest,
            **({"files": self.library.own.told} if self.library.own else {}),
            "version": __version__,
            "model": asked.model,
            "draws": asked.draws,
            "seed": asked.seed,
        }

    def shell(self, command: str = "impact", **changes: Any) -> str:
        """The shell line that asks the same with the same files, which it finds in its own folder.

        ``changes`` are fields of the question that the line shall have otherwise.
        """
        own = self.library.own
        return replace(self.question, **changes).shell(command) + (own.options if own else "")

    @cached_property
    def without_own(self) -> "Study | None":
        """The same question without the user's files: missing where there are none, or where it cannot be asked."""
        if self.library.own is None:
            return None
        try:
            return run(self.question, self.library.without_own)
        except TariffsError:  # a belief about a row that only the files know
            return None

    @cached_property
    def no_duty_on_record(self) -> tuple[str, ...]:
        """Importers on whose duty nothing is on record for the days asked about."""
        stacks = (*self.before.stacks, *self.after.stacks)
        return tuple(sorted({stack.importer for stack in stacks if "customs_duty" in stack.missing}))

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """Rows that the scenario edits and that do not hold on the day: that part of it changes nothing."""
        return tuple(out_of_force(self.after.policy, self.scenario.edits, self.after.on))

    def at(self, draws: Draws) -> tuple[Side, Side]:
        """Both sides of the same question at other draws."""
        here, model = calibrated(self.library, draws), self.question.model
        before = side_under(here, self.before.policy, self.compared.name, self.before.on, model)
        after = side_under(here, self.after.policy, self.scenario.name, self.after.on, model, before)
        return before, after

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

    def workbook(self, path: str | Path, lang: str = "en", others: "Sequence[Study]" = ()) -> Path:
        """Write the Excel brief and return where it is; ``others`` are proposals laid beside this one."""
        from tariffs.brief import workbook

        return workbook.write(self, Path(path), lang, others)


def run(question: Question, library: Library, progress: Progress = silent) -> Study:
    """Walk a question from rows to answer; ``progress`` is told how many draws are done.

    Raises
    ------
    BadQuestion
        When the scenario, a lever, a day or the model is unknown or out of bounds.
    NotSolved
        When the market does not clear at the central values; draws that do not clear are counted instead.
    """
    scenario, compared = scenarios_of(question, library)
    if question.model not in MODELS:
        raise BadQuestion(NO_MODEL, model=question.model, models=list(MODELS))
    if question.draws > LARGE:
        return _in_pieces(question, library, progress)
    day, before_day = days_of(question, scenario, compared)
    here, before = _ground(question, library, compared, before_day, day)
    after = side(here, scenario.name, day, question.sets, question.model, before)
    for one in (before, after):
        _check_duties(one, library)
        if not one.result.closed.flat[0]:
            raise NotSolved(
                N_("The market does not clear for {scenario} on {day}: {reason}"),
                scenario=one.scenario,
                day=one.on,
                reason=TariffsError(one.result.reason),
            )
    return Study(question, scenario, compared, here, before, after)


def _in_pieces(question: Question, library: Library, progress: Progress) -> Study:
    """The central answer, and beside it what many draws say, solved piece by piece."""
    middle = run(replace(question, draws=0), library)
    Draws((), question.draws, question.seed)  # refuses a number of draws or a seed that cannot be
    summed = tally(
        middle.at,
        dimensions(middle.library),
        question.draws,
        question.seed,
        middle.world.correlations,
        standings(middle.world, middle.before, middle.after),
        progress=progress,
    )
    return replace(middle, question=question, tally=summed)


def _check_duties(one: Side, library: Library) -> None:
    """A market in focus needs a duty on record that day: an unknown one is not zero, and cannot be counted."""
    for stack in one.stacks:
        asked_about = stack.producer == library.baseline.exporter and stack.importer in library.baseline.importers
        if asked_about and "customs_duty" in stack.missing:
            raise BadQuestion(
                N_(
                    "No customs duty is on record for {importer} on {day}: we hold {held}. "
                    "Choose a day inside that span, or add the row to data/measures.csv."
                ),
                importer=Place(stack.importer),
                day=one.on,
                held=stack.treatments[0].held,
            )


def scenarios_of(question: Question, library: Library) -> tuple[Scenario, Scenario]:
    """The scenario asked about and the one it is measured against (itself, unedited, when it names none)."""
    if question.scenario not in library.scenarios:
        from difflib import get_close_matches

        near = get_close_matches(question.scenario, library.scenarios, 3)
        asked, held = question.scenario, list(library.scenarios)
        if near:
            message = N_("There is no scenario '{scenario}'. Did you mean {near}? The scenarios are: {held}.")
            raise BadQuestion(message, scenario=asked, near=near, held=held)
        raise BadQuestion(NO_SCENARIO, scenario=asked, held=held)
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
    luck = (question.draws, question.seed, question.correlate)
    key = (library.digest, question.beliefs, luck, question.model, compared.name, day, other)
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
