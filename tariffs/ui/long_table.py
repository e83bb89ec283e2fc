"""A long table in parts: its first rows, and a button for more, so that a page stays a page."""

from collections.abc import Callable
from math import isfinite

import pandas as pd
import streamlit as st

from tariffs.ui import cards, rows, state
from tariffs.words import MINUS, N_, Words

FEW = 25  # rows of a table at first
MORE = 500  # rows that are added at once: a browser lays out as many without a wait
COUNT = ((0, 1e3), (1, 1e2), (2, 1e1), (3, 1.0))  # decimals of a figure of at least this size; four below


def show(frame: pd.DataFrame, says: str, name: str, t: Words, few: int = FEW) -> None:
    """Words and figures in cells that become cards on a phone; ``few`` rows of them at first."""
    _in_parts(frame, name, t, lambda part: cards.show(part, says), few)


def figures(frame: pd.DataFrame, says: str, name: str, t: Words) -> None:
    """Figures in columns, the first naming each row; a wide one is scrolled sideways within its place."""
    told = frame.astype(object)
    for at in range(frame.shape[1]):
        told.isetitem(at, [cell(value, t) for value in frame.iloc[:, at]])
    heads = [str(column) for column in frame.columns]
    _in_parts(told, name, t, lambda part: rows.table(heads, part.itertuples(index=False), says))


def cell(value: object, t: Words) -> str:
    """A figure with four digits that count, in the language's own signs; a whole number such as a year as it is."""
    if pd.api.types.is_bool(value):
        return t(N_("yes")) if value else t(N_("no"))
    if value is None or value != value:
        return "–"
    if not isinstance(value, float):
        return t.dated(str(value))
    if not isfinite(value):
        return MINUS * (value < 0) + "∞"
    if value == int(value) and abs(value) < 10_000:
        return t.number(value) if value < 0 else str(int(value))
    return t.number(value, next((digits for digits, least in COUNT if abs(value) >= least), 4))


def _in_parts(
    frame: pd.DataFrame, name: str, t: Words, draw: Callable[[pd.DataFrame], None], few: int = FEW
) -> None:
    """The rows shown so far, by a name that no language changes, and the way to the rest."""
    held, count = f"rows:{name}", len(frame)
    shown = min(count, int(st.session_state.get(held, few)))
    draw(frame.head(shown))
    if count <= few:
        return

    def change(to: int) -> None:
        st.session_state[held] = to
        state.touched()

    def button(way: str, label: str, to: int) -> None:
        st.button(t(label), key=f"{t.lang}:{held}:{way}", type="tertiary", on_click=change, args=(to,))

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = t(N_("{shown} of {number} rows"), shown=t.number(shown), number=t.number(count))
        st.caption(said, width="content")
        if shown < count:
            label = N_("Show all rows") if shown + MORE >= count else N_("Show more rows")
            button("more", label, shown + MORE)
        if shown > few:
            button("few", N_("Show fewer rows"), few)
