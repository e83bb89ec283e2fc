"""The thin bar above a page of results: the question's history, and which model answers."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.models import MODELS
from tariffs.ui import lineup, state
from tariffs.ui.look import plain
from tariffs.ui.widgets import asking, seeded
from tariffs.words import N_, Words

SHORT: Mapping[str, str] = {"armington": N_("Exact"), "gsim": N_("GSIM"), "smart": N_("SMART")}
MODEL_HELP = N_(
    "Exact solves the whole market; GSIM and SMART are first-order models that trade officers know. The choice "
    "holds on every page."
)

BACK_HELP = N_("Take the last change back, of the question or of the proposals beside it.")


def steps(t: Words) -> None:
    """Undo, redo, and keep the question to compare; a phone shows their pictures alone."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="steps"):
        _step(t, state.PAST, N_("Undo"), ":material/undo:", BACK_HELP)
        _step(t, state.FUTURE, N_("Redo"), ":material/redo:", N_("Make the change again that was taken back."))
        _keep(t)


def fold(t: Words) -> None:
    """On a phone, what opens the row beneath; the browser does it by itself, so nobody waits."""
    st.html(f'<details class="fold"><summary>{escape(t(N_("Language and model")))}</summary></details>')


def models(t: Words) -> None:
    """Which model answers, and how far the models part."""
    _model(t)
    _parting(t)


def _keep(t: Words) -> None:
    """Lay the question asked now, as it stands, beside the others."""
    kept, now = state.lineup(), lineup.Proposal(state.asked())
    st.button(
        t(N_("Keep to compare")),
        key=f"{t.lang}:keep",
        icon=":material/bookmark_add:",
        type="tertiary",
        disabled=len(kept) >= lineup.MOST or any(one.question == now.question for one in kept),
        help=plain(t(N_("Puts it on the page Compare as it is now, while you go on changing it."))),
        on_click=lambda: state.line_up(lineup.added(state.lineup(), now)),
    )


def _step(t: Words, way: str, label: str, icon: str, says: str) -> None:
    st.button(
        t(label),
        key=f"{t.lang}:{way}",
        icon=icon,
        type="tertiary",
        disabled=not state.steps(way),
        help=plain(t(says)),
        on_click=state.step,
        args=(way,),
    )


def _model(t: Words) -> None:
    control = seeded(f"{t.lang}:model", state.asked().model)
    st.segmented_control(
        t(N_("Model")),
        list(MODELS),
        format_func=lambda name: t(SHORT[name]),
        required=True,
        key=control.key,
        help=plain(t(MODEL_HELP)),
        label_visibility="collapsed",
        on_change=asking(lambda now: replace(now, model=str(control.value)), control),
    )


def _parting(t: Words) -> None:
    """The models side by side on the question asked now, worked out when it is opened."""
    with st.popover(
        t(N_("How far the models part")),
        type="tertiary",
        icon=":material/call_split:",
        key=f"{t.lang}:parting",
        on_change="rerun",
    ) as opened:
        if opened.open:
            from tariffs.ui import closer_look

            try:
                closer_look.models(state.asked(), t)
            except TariffsError as trouble:
                st.info(plain(t.explain(trouble)))
