"""Which questions a sweep asks: every combination of what is listed, in a fixed order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from tariffs.errors import N_, BadQuestion
from tariffs.models import MODELS, NO_MODEL
from tariffs.scenario import LEVERS
from tariffs.store import Library
from tariffs.study import Question
from tariffs.study.sides import policy_after, with_user_beliefs
from tariffs.study.walk import days_of, scenarios_of

MOST_QUESTIONS = 100_000


@dataclass(frozen=True, slots=True)
class Lever:
    """A lever or a row of data, and the values it takes in turn."""

    name: str
    values: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Lever":
        """Read ``tur.duty=0,5%,10%``.

        Raises
        ------
        BadQuestion
            When a name or a value is missing.
        """
        name, equals, values = (part.strip() for part in text.partition("="))
        found = tuple(dict.fromkeys(value.strip() for value in values.split(",")))
        if not equals or not name or not all(found):
            raise BadQuestion(N_("'{text}' names no lever with values. Write it as tur.duty=0,5%,10%."), text=text)
        return cls(name, found)


@dataclass(frozen=True)
class Grid:
    """What is crossed. Products beyond the one our rows are about need a data folder of their own."""

    scenarios: tuple[str, ...]
    levers: tuple[Lever, ...] = ()
    models: tuple[str, ...] = ("armington",)
    seeds: tuple[int, ...] = (1,)
    on: date | None = None
    sets: tuple[str, ...] = ()
    beliefs: tuple[str, ...] = ()
    draws: int = 0
    products: tuple[str, ...] = ()  # HS codes; none: the library's own


def questions(grid: Grid, library: Library) -> tuple[Question, ...]:
    """Every question of a grid, checked before any of them is answered.

    Raises
    ------
    BadQuestion
        Naming the first that cannot be asked, and how to ask it.
    """
    held = library.baseline.product
    for wanted in grid.products:
        if wanted != held:
            raise BadQuestion(
                N_(
                    "Our rows are about {held}; nothing is on record about trade in {wanted}. Give a data "
                    "folder for it with --data, and sweep each folder on its own."
                ),
                held=held,
                wanted=wanted,
            )
    for model in grid.models:
        if model not in MODELS:
            raise BadQuestion(NO_MODEL, model=model, models=list(MODELS))
    size = len(grid.scenarios) * len(grid.models) * len(grid.seeds)
    for lever in grid.levers:
        if lever.name not in LEVERS and lever.name.count(".") != 2:
            raise BadQuestion(
                N_("There is no lever '{name}'. The levers are: {levers}; or write table.key.field."),
                name=lever.name,
                levers=", ".join(LEVERS),
            )
        size *= len(lever.values)
    if size > MOST_QUESTIONS:
        raise BadQuestion(
            N_("That is {size} questions; a sweep asks at most {most}. List fewer values."),
            size=f"{size:,}",
            most=f"{MOST_QUESTIONS:,}",
        )
    if not size:
        raise BadQuestion(N_("A sweep needs at least one scenario, model and seed."))
    return tuple(_checked(grid, library))


def _checked(grid: Grid, library: Library) -> Iterator[Question]:
    """Neighbours share a seed, a model and a scenario, so that a calibrated world serves many."""
    for seed, model, scenario in product(grid.seeds, grid.models, grid.scenarios):
        for chosen in product(*(lever.values for lever in grid.levers)):
            moved = tuple(f"{lever.name}={value}" for lever, value in zip(grid.levers, chosen, strict=True))
            question = Question(scenario, grid.on, (*grid.sets, *moved), grid.beliefs, model, grid.draws, seed)
            if model == grid.models[0] and seed == grid.seeds[0]:
                can_be_asked(question, library)
            yield question


def can_be_asked(question: Question, library: Library) -> None:
    """Lay the question's edits over the policy without answering it.

    Raises
    ------
    BadQuestion
        Naming what cannot be taken.
    """
    scenario, compared = scenarios_of(question, library)
    days = days_of(question, scenario, compared)
    policy_after(with_user_beliefs(library, question.beliefs, days), scenario.name, days[0], question.sets)
