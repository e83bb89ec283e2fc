"""Limits worked out once for all visitors, by question and by what is looked at; ranges when they are asked for."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from tariffs.limits import (
    Agreement,
    BreakEven,
    HeatMap,
    PhaseIn,
    Plan,
    Target,
    agreement,
    break_even,
    heat_map,
    phase_in,
)
from tariffs.limits.heatmap import Sweep
from tariffs.progress import Progress
from tariffs.store import Library
from tariffs.study import Question
from tariffs.study.figures import Key
from tariffs.ui import engine

if TYPE_CHECKING:
    from tariffs.brief.charts import Picture
    from tariffs.ui.pictures import Built

CELLS = 31  # settings of each lever on the page's maps
SOME = 500  # draws of a range that is worked out on the page
FEW = 100  # draws of a zone, since each maps many points


def break_even_of(asked: Question, lever: str, target: Target) -> BreakEven:
    held = engine.library()
    question = replace(asked, draws=0)
    return _break_even(held.digest, question.query(), lever, target, question, held)


@st.cache_resource(max_entries=32, show_spinner=False)
def _break_even(digest: str, query: str, lever: str, target: Target, _asked: Question, _held: Library) -> BreakEven:
    return break_even(_held, _asked, lever, target)


def break_even_over_draws(held: Library, asked: Question, lever: str, target: Target, told: Progress) -> BreakEven:
    return break_even(held, replace(asked, draws=SOME), lever, target, told=told)


def map_of(asked: Question, x: str, y: str, key: Key) -> HeatMap:
    held = engine.library()
    question = replace(asked, draws=0)
    return _map(held.digest, question.query(), x, y, key, question, held)


@st.cache_resource(max_entries=16, show_spinner=False)
def _map(digest: str, query: str, x: str, y: str, key: Key, _asked: Question, _held: Library) -> HeatMap:
    return heat_map(_held, _asked, Sweep(x, size=CELLS), Sweep(y, size=CELLS), key)


def zone_of(asked: Question, importer: str, support: str) -> Agreement:
    held = engine.library()
    question = replace(asked, draws=0)
    return _zone(held.digest, question.query(), importer, support, question, held)


@st.cache_resource(max_entries=16, show_spinner=False)
def _zone(digest: str, query: str, importer: str, support: str, _asked: Question, _held: Library) -> Agreement:
    return agreement(_held, _asked, importer, support=support, size=CELLS)


def zone_over_draws(held: Library, asked: Question, importer: str, support: str, told: Progress) -> Agreement:
    question = replace(asked, draws=FEW)
    return agreement(held, question, importer, support=support, size=CELLS, told=told)


def plan_of(asked: Question, plan: Plan) -> PhaseIn:
    held = engine.library()
    question = replace(asked, draws=0)
    return _plan(held.digest, question.query(), plan, question, held)


@st.cache_resource(max_entries=32, show_spinner=False)
def _plan(digest: str, query: str, plan: Plan, _asked: Question, _held: Library) -> PhaseIn:
    return phase_in(_held, _asked, plan)


def drawn(asked: Question, name: str, make: "Callable[[], Picture]") -> "Built":
    """A chart built once for a question; ``name`` says all else that it depends on, the language too."""
    return _drawn(engine.library().digest, asked.query(), name, make)


@st.cache_resource(max_entries=48, show_spinner=False)
def _drawn(digest: str, query: str, name: str, _make: "Callable[[], Picture]") -> "Built":
    from tariffs.ui import pictures

    return pictures.built(_make)
