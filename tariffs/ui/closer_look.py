"""A closer look at one market: what holds the trade back, which label it takes, and how far the models part."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from tariffs.barriers import Curve, Held, curve_over_duty, relabelled, what_holds_back
from tariffs.barriers.labels import RATES
from tariffs.brief import closer, holding, parting, relabelling
from tariffs.errors import TariffsError
from tariffs.study import Question, Study
from tariffs.sweeps import Parted, side_by_side
from tariffs.ui import beside_table, engine, kept, parts, pictures
from tariffs.ui.look import plain
from tariffs.words import N_, Words

DRAWS = 64  # of the study's own, enough for a range; the shell takes more

HOLDING_TERMS = N_(
    "Each barrier is lifted alone, with the others in place, and all of them together. A part of the whole distance "
    "is what a barrier adds, averaged over every order in which barriers may fall, so the parts add up."
)
LABEL_TERMS = N_(
    "Label only: bitumen that comes in under one label instead of another. New: what is sold more under all labels "
    "together. The shade is the 5 to 95 % range."
)
MODEL_TERMS = N_(
    "GSIM and SMART are the models that trade officers know. They are first-order relatives of the exact one: the "
    "gap is taken apart by switching off, one after another, what they do not know."
)


def draw(study: Study, t: Words, importer: str) -> None:
    """Three sections for the market in focus, each worked out while it is open: together they take longer than the
    rest of the page, and every move of a lever waits for them."""
    place = t.place(importer)
    parts.heading(t(N_("A closer look at {place}"), place=place))
    sections: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
        (
            "holding",
            t(N_("What holds the trade with {place} back"), place=place),
            HOLDING_TERMS,
            lambda: _holding(study, t, importer),
        ),
        ("labels", t(N_("New trade or another label")), LABEL_TERMS, lambda: _labels(study, t, importer)),
        ("models", t(N_("How far the models part")), MODEL_TERMS, lambda: models(study.question, t, with_chart=True)),
    )
    for name, title, says, show in sections:
        kept.fold(name, title, t, partial(_section, t(says), show, t))


def _section(says: str, show: Callable[[], None], t: Words) -> None:
    st.caption(plain(says))
    _or_why_not(show, t)


def _or_why_not(show: Callable[[], None], t: Words) -> None:
    try:
        show()
    except TariffsError as reason:
        st.info(plain(t.explain(reason)))


def _holding(study: Study, t: Words, importer: str) -> None:
    held = _held(study.library.digest, study.question.query(), importer, study)
    for number, told in enumerate(holding.sentences(held, t)):
        st.markdown(f"**{plain(told.text)}**" if number == 0 else plain(told.text))
    pictures.picture(lambda: closer.held_back(held, t), t, "holding")
    st.caption("  \n".join(plain(line) for line in holding.limits(held, t)))


def _labels(study: Study, t: Words, importer: str) -> None:
    st.markdown(plain(relabelling.sentence(relabelled(study, importer), t).text))
    curve = _curve(study.library.digest, study.question.query(), importer, study)
    st.markdown(plain(relabelling.curve_says(curve, t)))
    pictures.picture(lambda: closer.label_curve(curve, t), t, "labels")


def models(asked: Question, t: Words, with_chart: bool = False) -> None:
    """How far the models part and why, with a chart or with the figures alone."""
    question = replace(asked, model="armington", draws=min(asked.draws, DRAWS))
    parted = _parted(engine.library().digest, question.query(), question)
    st.markdown("\n".join(f"- {plain(told.text)}" for told in parting.sentences(parted, t)))
    if with_chart:
        pictures.picture(lambda: closer.models(parted, t), t, "models")
    else:
        beside_table.texts(parting.table(parted, t), t(N_("The models side by side.")))


@st.cache_resource(max_entries=24, show_spinner=False)
def _held(digest: str, query: str, importer: str, _study: Study) -> Held:
    return what_holds_back(_study, importer, DRAWS)


@st.cache_resource(max_entries=24, show_spinner=False)
def _curve(digest: str, query: str, importer: str, _study: Study) -> Curve:
    return curve_over_duty(_study, importer, RATES[::2], DRAWS)


@st.cache_resource(max_entries=12, show_spinner=False)
def _parted(digest: str, query: str, _question: Question) -> Parted:
    return side_by_side(_question, engine.library())
