"""Bitumen's own evidence, worked out once for all visitors; what takes seconds says so while it works."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from tariffs.evidence import exchange, history, labels, meta, prices
from tariffs.store import Library
from tariffs.ui import engine

if TYPE_CHECKING:
    from tariffs.brief.charts import Picture
    from tariffs.ui.pictures import Built

DRAWS = 2000  # of past events, as in the shell


def drawn(name: str, make: "Callable[[], Picture]") -> "Built":
    """A chart built once; ``name`` says all that it depends on besides the rows, the language too."""
    return _drawn(engine.library().digest, name, make)


@st.cache_resource(max_entries=96, show_spinner=False)
def _drawn(digest: str, name: str, _make: "Callable[[], Picture]") -> "Built":
    from tariffs.ui import pictures

    return pictures.built(_make)


def crude(packing: str, form: str) -> prices.PassThrough:
    held = engine.library()
    return _crude(held.digest, packing, form, held)


@st.cache_resource(max_entries=12, show_spinner=False)
def _crude(digest: str, packing: str, form: str, _held: Library) -> prices.PassThrough:
    return prices.pass_through(_held, packing, form)


def gaps() -> tuple[prices.Gap, ...]:
    held = engine.library()
    return _gaps(held.digest, held)


@st.cache_resource(max_entries=2, show_spinner=False)
def _gaps(digest: str, _held: Library) -> tuple[prices.Gap, ...]:
    return (prices.packing_premium(_held), *prices.discounts(_held))


def wedge() -> tuple[tuple[exchange.Point, ...], tuple[exchange.Marked, ...]]:
    held = engine.library()
    return _wedge(held.digest, held)


@st.cache_resource(max_entries=2, show_spinner=False)
def _wedge(
    digest: str, _held: Library
) -> tuple[tuple[exchange.Point, ...], tuple[exchange.Marked, ...]]:
    return exchange.points(_held), exchange.marked(_held)


def georgia() -> tuple[labels.LabelEvidence, ...]:
    """Georgia's labels under each stated spread; the first time takes some seconds."""
    held = engine.library()
    return _georgia(held.digest, held)


@st.cache_resource(max_entries=2, show_spinner=False)
def _georgia(digest: str, _held: Library) -> tuple[labels.LabelEvidence, ...]:
    return labels.sensitivity(_held)


def figures() -> tuple[meta.Entry, ...]:
    held = engine.library()
    return _figures(held.digest, held)


@st.cache_resource(max_entries=2, show_spinner=False)
def _figures(digest: str, _held: Library) -> tuple[meta.Entry, ...]:
    return meta.forest(_held)


def answers(scenario: str) -> tuple[meta.Candidate, ...]:
    """The answer under each figure of the substitution between origins."""
    held = engine.library()
    return _answers(held.digest, scenario, held)


@st.cache_resource(max_entries=8, show_spinner=False)
def _answers(digest: str, scenario: str, _held: Library) -> tuple[meta.Candidate, ...]:
    return meta.answer_under(_held, meta.candidates(_held), scenario)


def past() -> tuple[history.Outcome, ...]:
    """Past events run through the analyzer; the first time takes some seconds."""
    held = engine.library()
    return _past(held.digest, held)


@st.cache_resource(max_entries=2, show_spinner=False)
def _past(digest: str, _held: Library) -> tuple[history.Outcome, ...]:
    return history.outcomes(_held, DRAWS)
