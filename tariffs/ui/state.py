"""One question per visitor: read from the link, changed by the controls, written back to the link.

Widgets forget; this does not. A control shows what the question says and changes the question when it is
moved, so a link, the Back button and a second page all speak of the same thing.
"""

from urllib.parse import parse_qsl

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.study import Question, from_query
from tariffs.ui import engine
from tariffs.ui.lineup import ALONE, WITH, Lineup, read, values
from tariffs.words import Words, languages

Pairs = tuple[tuple[str, str], ...]
Moment = tuple[Question, Lineup]  # what was asked, and what stood beside it
MANNERS = ("lang", "digits")  # of a link: how the answer is said, no part of the question
PAST, FUTURE = "past", "future"  # moments before this one, and those that were taken back
STEPS = 100  # taken back at most


def asked() -> Question:
    """What this visitor asks."""
    question: Question = st.session_state.get("asked", Question())
    return question


def ask(question: Question, beside: Lineup | None = None) -> None:
    """Ask something else from now on, beside the same proposals or others; for callbacks of controls."""
    then = question, lineup() if beside is None else beside
    _remember(then)
    st.session_state["asked"], st.session_state["lineup"] = then
    st.session_state["ignored"] = ()
    touched()


def _remember(then: Moment) -> None:
    """Keep what was asked so far, so that it can be asked again; what was taken back is let go."""
    now = asked(), lineup()
    if "asked" in st.session_state and then != now:
        st.session_state[PAST] = (*steps(PAST), now)[-STEPS:]
        st.session_state[FUTURE] = ()


def steps(way: str) -> tuple[Moment, ...]:
    """Moments to go back to (``PAST``) or forward to (``FUTURE``), the nearest last."""
    found: tuple[Moment, ...] = st.session_state.get(way, ())
    return found


def step(way: str) -> None:
    """Take the last change back, or make it again; nothing where there is none."""
    if kept := steps(way):
        other = FUTURE if way == PAST else PAST
        st.session_state[other] = (*steps(other), (asked(), lineup()))
        st.session_state[way] = kept[:-1]
        st.session_state["asked"], st.session_state["lineup"] = kept[-1]
        st.session_state["ignored"] = ()
        touched()


def lineup() -> Lineup:
    """The proposals that stand side by side, the question asked now among them."""
    held: Lineup = st.session_state.get("lineup", ALONE)
    return held


def line_up(proposals: Lineup) -> None:
    """Lay other proposals side by side from now on; for callbacks of controls."""
    ask(asked(), proposals)


def refuse(reason: TariffsError) -> None:
    """Keep what was asked, and say why the last move could not be taken."""
    st.session_state["refused"] = reason
    touched()


def refused() -> TariffsError | None:
    """Why the last move could not be taken; said once."""
    reason: TariffsError | None = st.session_state.pop("refused", None)
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
    The proposals beside the question go the same way.
    """
    held = st.session_state
    here, first = _address(), "asked" not in held
    entered = held.get("page") != page
    by_control = held.pop("touched", False)
    by_link = not by_control and (first or (here != held.get("seen") and bool(here or not entered)))
    if by_link:
        _take(here, *held.setdefault("bare", {}).get(page, (Question(), ALONE)))
    if entered and not here:
        held.setdefault("bare", {})[page] = asked(), lineup()
    held["page"] = page
    if not by_link:
        _write(here)
    held["seen"] = _address()


def _take(here: Pairs, bare: Question, beside: Lineup) -> None:
    """Ask what the address says; an empty one says what was asked when the page was entered."""
    held, left_out = st.session_state, []
    question = bare
    if here:
        told = from_query([pair for pair in here if pair[0] != WITH], engine.check)
        beside, ignored = read([text for name, text in here if name == WITH], engine.check)
        question, left_out = told.question, [*told.ignored, *ignored]
    _remember((question, beside))
    held["asked"], held["lineup"], held["ignored"] = question, beside, tuple(left_out)


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


def digits() -> str:
    """Which digits figures are written with: "fa" for Persian ones, nothing for those of the language."""
    if "digits" not in st.session_state:
        st.session_state["digits"] = "fa" if st.query_params.get("digits") == "fa" else ""
    return str(st.session_state["digits"])


def words() -> Words:
    """The visitor's language and digits."""
    return Words(lang(), digits())


def count_in(system: str) -> None:
    """Write figures with other digits from now on; what is asked stays."""
    st.session_state["digits"] = system
    touched()


def speak(code: str) -> None:
    """Use another language from now on; what is asked stays."""
    st.session_state["lang"] = code
    touched()


def _address() -> Pairs:
    """The question as it stands in the address, without the way of saying it."""
    names = [name for name in st.query_params if name not in MANNERS]
    return tuple((name, value) for name in names for value in st.query_params.get_all(name))


def _write(here: Pairs) -> None:
    question, beside = asked(), values(lineup())
    wanted = tuple(parse_qsl(question.query()))
    manners = {name: st.session_state.get(name) or None for name in MANNERS}
    if question == Question() and not beside and not here and not any(manners.values()):
        return  # the plain address already says it
    same = sorted(wanted) == sorted(p for p in here if p[0] != WITH) and beside == [v for n, v in here if n == WITH]
    if same and all(st.query_params.get(n) == said for n, said in manners.items()):
        return
    pairs: dict[str, list[str]] = {}
    others = ((WITH, value) for value in beside)
    for name, value in (*wanted, *others, *((name, said) for name, said in manners.items() if said)):
        pairs.setdefault(name, []).append(value)
    st.query_params.from_dict(pairs)
