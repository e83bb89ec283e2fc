"""The analyzer in a browser: language, question, pages. Start it with ``make run``."""

from pathlib import Path

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.ui import engine, look, method_page, scenario_page, state
from tariffs.words import N_, Words, languages

ICON = Path(__file__).parent / "static" / "favicon.svg"
NAMES = {"en": "English", "fa": "فارسی", "tr": "Türkçe", "ar": "العربية"}  # each in its own language


def main() -> None:
    t = Words(state.lang())
    st.set_page_config(page_title=t(N_("Bitumen tariffs")), page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(scenario_page.show, title=t(N_("Scenario")), icon=":material/tune:", url_path="scenario", default=True),
        st.Page(method_page.show, title=t(N_("Data & method")), icon=":material/menu_book:", url_path="method"),
    ]
    page = st.navigation(pages, position="top")
    look.dress(t)
    if len(languages()) > 1:
        _choose_language(t)
    try:
        engine.library()
    except TariffsError as defects:  # rows that somebody has edited: name them all, answer nothing
        st.error(look.plain(defects))
        return
    state.follow_the_link(page.url_path)
    page.run()


def _choose_language(t: Words) -> None:
    """One choice among the languages that have a catalogue."""
    st.segmented_control(
        t(N_("Language")),
        languages(),
        default=t.lang,
        required=True,
        format_func=lambda lang: NAMES.get(lang, lang),
        key="language",
        label_visibility="collapsed",
        on_change=lambda: state.speak(str(st.session_state["language"])),
    )


main()
