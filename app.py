"""The analyzer in a browser: language, question, pages. Start it with ``make run``."""

from pathlib import Path

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.ui import (
    bar,
    brief_page,
    compare_page,
    engine,
    evidence_page,
    glossary_page,
    limits_page,
    look,
    lookout,
    markets_page,
    method_page,
    own_badge,
    scenario_page,
    state,
)
from tariffs.words import N_, NAMES, Words, languages

RESULTS = ("scenario", "", "compare", "limits", "markets")  # pages that answer the question
ICON = Path(__file__).parent / "static" / "favicon.svg"


def main() -> None:
    t = state.words()
    st.set_page_config(page_title=t(N_("Bitumen tariffs")), page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(scenario_page.show, title=t(N_("Scenario")), icon=":material/tune:", url_path="scenario", default=True),
        st.Page(compare_page.show, title=t(N_("Compare")), icon=":material/view_column:", url_path="compare"),
        st.Page(limits_page.show, title=t(N_("Limits")), icon=":material/straighten:", url_path="limits"),
        st.Page(markets_page.show, title=t(N_("Markets")), icon=":material/public:", url_path="markets"),
        st.Page(evidence_page.show, title=t(N_("Evidence")), icon=":material/query_stats:", url_path="evidence"),
        st.Page(brief_page.show, title=t(N_("Brief")), icon=":material/description:", url_path="brief"),
        st.Page(method_page.show, title=t(N_("Data & method")), icon=":material/menu_book:", url_path="method"),
        st.Page(glossary_page.show, title=t(N_("Glossary")), icon=":material/translate:", url_path="glossary"),
    ]
    page = st.navigation(pages, position="top")
    st.session_state[lookout.PAGES] = {one.url_path or "scenario": one for one in pages}
    look.dress(t)
    above = st.container(horizontal=True, vertical_alignment="center", gap="small", key="manners")
    try:
        engine.library()
    except TariffsError as defects:  # rows that somebody has edited: name them all, answer nothing
        with above:
            _say_how(t)
        st.error(look.plain(t.explain(defects)))
        return
    state.follow_the_link(page.url_path)
    with above:
        if page.url_path in RESULTS:
            bar.steps(t)
            bar.fold(t)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="aside"):
            if page.url_path in RESULTS:
                bar.models(t)
            _say_how(t)
    own_badge.draw(t)
    page.run()


def _say_how(t: Words) -> None:
    """In which language, and in Persian with which digits."""
    with st.container(horizontal=True, gap="small", width="content", key="say_how"):
        _choose_language(t)
        if t.lang == "fa":
            _choose_digits(t)


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


def _choose_digits(t: Words) -> None:
    """Figures as 481 or as ۴۸۱."""
    st.segmented_control(
        t(N_("Digits")),
        ["", "fa"],
        default=t.digits,
        required=True,
        format_func=lambda system: "۱۲۳" if system else "123",
        key="digits_shown",
        label_visibility="collapsed",
        on_change=lambda: state.count_in(str(st.session_state["digits_shown"])),
    )


main()
