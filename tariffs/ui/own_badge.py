"""Said on every page: that the answer rests on the visitor's own files, and a way back from them."""

import streamlit as st

from tariffs.ui import engine, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words

SHOWN = 40  # letters of the files' names


def draw(t: Words) -> None:
    """Nothing where there are no files."""
    own = engine.library().own
    if own is None:
        return
    names = t.listed(list(own.files))
    short = names if len(names) <= SHOWN else names[: SHOWN - 1] + "…"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="own_files"):
        st.badge(
            plain(t(N_("with your data: {files}"), files=short)), color="violet", icon=":material/folder_open:",
            help=plain(names),
        )
        st.button(t(N_("Back to our data")), type="tertiary", key=f"{t.lang}:own:back", on_click=put_away)


def put_away() -> None:
    """Answer from our rows again; the files are forgotten."""
    for key in [str(k) for k in st.session_state if str(k) == engine.OWN or str(k).startswith(f"{engine.OWN}:")]:
        del st.session_state[key]
    # Another turn for the control that holds the files: it shows none.
    st.session_state["turn:files"] = int(st.session_state.get("turn:files", 0)) + 1
    state.touched()
