"""What an answer hangs on: every range alone at its ends, and which unknown is worth learning."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from tariffs.doubt import Sensitivity, Swing, sensitivity
from tariffs.progress import Progress, silent
from tariffs.store import Library
from tariffs.study import Question, run
from tariffs.study.figures import Key
from tariffs.ui import engine, limits_engine, limits_ranges, lookout, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words, terms

SAMPLES = 256  # base samples of the indices; each is solved once for every range besides
MOST = 6  # bars of the tornado that have their names below it
OUTPUTS = (
    Key("exports_to_buyers_tonnes", "IRN", "change"),
    Key("net_back_usd_per_t", "IRN", "change"),
    Key("landed_usd_per_t", "TUR", "change"),
    Key("landed_usd_per_t", "IRQ", "change"),
    Key("side_gain_usd", "IRN", "change"),
)


@st.fragment
def draw(t: Words) -> None:
    """A tornado at once; the shares of the spread when they are asked for."""
    from tariffs.brief import doubt_charts, leaning
    from tariffs.ui import pictures

    asked = state.asked()
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        key: Key = st.selectbox(
            t(N_("Figure")), OUTPUTS, format_func=lambda one: _named(one, t), key=f"{t.lang}:limits:hangs-on"
        )
        found = _alone(asked, key, t)
        st.markdown(leaning.matters_most(found, t).replace("$", r"\$"))
        st.caption(plain(t(N_("Press a bar, or a name below, to go to the control that moves it."))))
        _ways(found.tornado.moving, t)
        held = engine.library()

        def work(told: Progress) -> str:
            return leaning.matters_most(_looked_at(held, asked, key, SAMPLES, t, told), t)

        label = N_("Shares of the spread, {draws} base samples")
        limits_ranges.on_request(t, f"hangs-on:{asked.query()}:{key}", label, SAMPLES, work)
    with right:
        drawn = limits_engine.drawn(asked, f"{t.lang}:hangs-on:{key}", lambda: doubt_charts.tornado(found.tornado, t))
        bar = pictures.pressed(drawn, t, "hangs-on", doubt_charts.BAR, "lever")
        pictures.beside(drawn, t)
    if lookout.can_see(bar):
        lookout.go(bar)


def _ways(rows: Sequence[Swing], t: Words) -> None:
    """The widest ranges that have a control, as buttons: what a press on their bars does, for the keyboard."""
    ways = {row.lever: row.label for row in rows[:MOST] if lookout.can_see(row.lever)}
    with st.container(horizontal=True, gap="small", key="ways"):
        for name, label in ways.items():
            if st.button(plain(label), key=f"{t.lang}:way:{name}", type="tertiary", icon=":material/tune:"):
                lookout.go(name)


def _alone(asked: Question, key: Key, t: Words) -> Sensitivity:
    held = engine.library()
    return _kept(held.digest, asked.query(), key, t.lang, asked, held, t)


@st.cache_resource(max_entries=24, show_spinner=False)
def _kept(digest: str, query: str, key: Key, lang: str, _asked: Question, _held: Library, _t: Words) -> Sensitivity:
    return _looked_at(_held, _asked, key, 0, _t, silent)


def _looked_at(held: Library, asked: Question, key: Key, samples: int, t: Words, told: Progress) -> Sensitivity:
    study = run(replace(asked, draws=0), held)
    return sensitivity(study, key.name, key.place, key.when, samples, t=t, progress=told)


def _named(key: Key, t: Words) -> str:
    from tariffs.brief.leaning import figure_name

    return figure_name(key, t) if key.name in terms.FIGURES else key.name
