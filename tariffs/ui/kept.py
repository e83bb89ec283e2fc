"""Tabs and folds that stay as they were when the language changes, since their labels do not."""

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tariffs.words import Words


def tabs(name: str, labels: Mapping[str, str], t: Words) -> dict[str, DeltaGenerator]:
    """Tabs by code, each under its label in the reader's language; the one that was open stays open."""
    key, held = f"{t.lang}:tabs:{name}", f"open:{name}"
    codes = {label: code for code, label in labels.items()}

    def remember() -> None:
        st.session_state[held] = codes.get(str(st.session_state.get(key)))

    last = st.session_state.get(held)
    shown = st.tabs(list(labels.values()), default=labels.get(str(last)), key=key, on_change=remember)
    return dict(zip(labels, shown, strict=True))


def fold(
    name: str, label: str, t: Words, draw: Callable[[], None], icon: str | None = None, wide: bool = False
) -> None:
    """An expander that is open when it was left open; at first when ``wide``.

    What is in it is drawn when it is open: the browser works through all that it is sent, seen or not, and that
    is time between a move of a slider and its answer.
    """
    key, held = f"{t.lang}:fold:{name}", f"open:{name}"
    st.session_state.setdefault(held, wide)

    def remember() -> None:
        st.session_state[held] = bool(st.session_state.get(key))

    # How it stands at first is part of which widget it is: said anew after every click, the keyboard would lose it.
    if key not in st.session_state:
        st.session_state[f"first:{key}"] = bool(st.session_state[held])
    with st.expander(label, expanded=st.session_state[f"first:{key}"], icon=icon, key=key, on_change=remember):
        if st.session_state[held]:
            draw()
