"""The library and the answers, kept between reruns and shared by all visitors; nothing here is anyone's own."""

import time
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path

import streamlit as st

from tariffs.errors import BadQuestion
from tariffs.models import MODELS
from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Ground, Setting
from tariffs.store import Library
from tariffs.store.reader import DATA
from tariffs.study import Question, Study, run
from tariffs.study.sides import policy_after, with_user_beliefs
from tariffs.study.walk import days_of, scenarios_of
from tariffs.uncertainty import Draws

MOST_DRAWS = 20_000  # of a link; the shell takes more


def library() -> Library:
    """Our rows, read again when a file of ``data/`` has changed."""
    return _library(_files(int(time.monotonic())))


@lru_cache(maxsize=1)
def _files(second: int) -> Hashable:
    """Name, time and size of every file; looked at once a second, since a page asks for the rows many times."""
    return tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(Path(DATA).iterdir()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _library(files: Hashable) -> Library:
    return Library.open()


def study(question: Question) -> Study:
    """The answer to a question, worked out once.

    Raises
    ------
    TariffsError
        When there is no answer; it is not remembered.
    """
    held = library()
    return _study(held.digest, question.query(), question, held)


@st.cache_resource(max_entries=12, show_spinner=False)
def _study(digest: str, query: str, _question: Question, _library: Library) -> Study:
    answered = run(_question, _library)
    _ = answered.figures  # worked out here, so that no two visitors do it at once
    return answered


def check(question: Question) -> None:
    """Whether a question can be asked at all, without answering it.

    Raises
    ------
    BadQuestion
        Naming what cannot be taken.
    """
    held = library()
    scenario, compared = scenarios_of(question, held)
    if question.model not in MODELS:
        raise BadQuestion(f"There is no model {question.model!r}.")
    if question.draws > MOST_DRAWS:
        raise BadQuestion(f"The page draws at most {MOST_DRAWS:,}; the shell takes more.")
    Draws((), question.draws, question.seed)
    days = days_of(question, scenario, compared)
    policy_after(with_user_beliefs(held, question.beliefs, days), scenario.name, days[0], question.sets)


def ground(question: Question) -> Ground:
    """What the levers stand on after the change that a question asks about."""
    held = library()
    scenario, compared = scenarios_of(question, held)
    days = days_of(question, scenario, compared)
    believed = with_user_beliefs(held, question.beliefs, days)
    policy = policy_after(believed, scenario.name, days[0], question.sets)
    return Ground(policy, believed.policy, days[0], held.scenarios)


def own(question: Question, lever: str) -> Setting | None:
    """Where a lever stands when the user leaves it alone and keeps every other change."""
    return LEVERS[lever].read(ground(question.with_set(lever, None)))
