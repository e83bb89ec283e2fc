"""The library and the answers, kept between reruns. Our rows are shared by all visitors; a visitor's own files stay
in the visitor's session, and answers from them are found by a digest that only the same files give."""

import time
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import streamlit as st

from tariffs.errors import N_, BadQuestion
from tariffs.models import MODELS, NO_MODEL
from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Ground, Setting
from tariffs.store import Library
from tariffs.store.reader import DATA
from tariffs.study import Question, Study, run
from tariffs.study.sides import correlations_of, policy_after, with_user_beliefs
from tariffs.study.walk import days_of, scenarios_of
from tariffs.uncertainty import Draws

MOST_DRAWS = 20_000  # of a link; the shell takes more
OWN = "own"  # in a session: the files that this visitor answers from


class OwnFiles(Protocol):
    """What a session keeps of a visitor's files."""

    def over(self, library: Library) -> Library:
        """The library with the files in it."""


def library() -> Library:
    """Our rows, with the visitor's own files laid over them where there are any."""
    own: OwnFiles | None = st.session_state.get(OWN)
    return own.over(ours()) if own else ours()


def ours() -> Library:
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
        raise BadQuestion(NO_MODEL, model=question.model, models=list(MODELS))
    if question.draws > MOST_DRAWS:
        raise BadQuestion(N_("The page draws at most {most}; the shell takes more."), most=f"{MOST_DRAWS:,}")
    Draws((), question.draws, question.seed)
    correlations_of(held, question.correlate)
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
