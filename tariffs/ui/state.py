"""One question per visitor: read from the link, changed by the controls, written back to the link.

Widgets forget; this does not. A control shows what the question says and changes the question when it is
moved, so a link, the Back button and a second page all speak of the same thing.
"""

from urllib.parse import parse_qsl

import streamlit as st

from tariffs.study import Question, from_query
from tariffs.study.question import Read
from tariffs.ui import engine
from tariffs.words import languages

Pairs = tuple[tuple[str, str], ...]


def asked() -> Question:
    """What this visitor asks."""
    question: Question = st.session_state.get("asked", Question())
    return question


def ask(question: Question) -> None:
    """Ask something else from now on; for callbacks of controls."""
    st.session_state["asked"] = question
    st.session_state["ignored"] = ()
    touched()


def refuse(reason: str) -> None:
    """Keep what was asked, and say why the last move could not be taken."""
    st.session_state["refused"] = reason
    touched()


def refused() -> str:
    """Why the last move could not be taken; said once."""
    reason: str = st.session_state.pop("refused", "")
    return reason


def touched() -> None:
    """Say that this rerun comes from a control, so that a late address cannot overrule it."""
    st.session_state["touched"] = True


def ignored() -> tuple[str, ...]:
    """Parts of the link that could not be used."""
    parts: tuple[str, ...] = st.session_state.get("ignored", ())
    return parts


def follow_the_link(page: str) -> None:
    """Bring question and address together; call it once, before a page is drawn.

    A new address (a link, Back, Forward) changes the question. A control changes the address. An address
    without a question means the default one at first, later whatever was asked when the page was entered.
    """
    held = st.session_state
    here, first = _address(), "asked" not in held
    entered = held.get("page") != page
    by_control = held.pop("touched", False)
    by_link = not by_control and (first or (here != held.get("seen") and bool(here or not entered)))
    if by_link:
        bare: Question = held.setdefault("bare", {}).get(page, Question())
        read = from_query(here, engine.check) if here else Read(bare)
        held["asked"], held["ignored"] = read.question, read.ignored
    if entered and not here:
        held.setdefault("bare", {})[page] = held["asked"]
    held["page"] = page
    if not by_link:
        _write(held["asked"], here)
    held["seen"] = _address()


def lang() -> str:
    """The visitor's language: chosen, else of the link, else of the browser, else English."""
    of_link = st.query_params.get("lang")
    if "lang" not in st.session_state and of_link in languages():
        st.session_state["lang"] = of_link
    for wanted in (st.session_state.get("lang"), st.context.locale):
        code = str(wanted or "").split("-")[0].lower()
        if code in languages():
            return code
    return "en"


def speak(code: str) -> None:
    """Use another language from now on; what is asked stays."""
    st.session_state["lang"] = code
    touched()


def _address() -> Pairs:
    return tuple((name, value) for name in st.query_params if name != "lang" for value in st.query_params.get_all(name))


def _write(question: Question, here: Pairs) -> None:
    wanted = tuple(parse_qsl(question.query()))
    chosen = st.session_state.get("lang")
    if question == Question() and not here and not chosen:
        return  # the plain address already says it
    if sorted(wanted) == sorted(here) and st.query_params.get("lang") == chosen:
        return
    pairs: dict[str, list[str]] = {}
    for name, value in (*wanted, *((("lang", chosen),) if chosen else ())):
        pairs.setdefault(name, []).append(value)
    st.query_params.from_dict(pairs)
