"""Home: the answer, the levers, and why."""

import time

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.study import Question, Study
from tariffs.ui import controls, engine, lookout, parts, state, take_away
from tariffs.ui.look import plain
from tariffs.words import N_, Words

LADDER_TERMS = N_(
    "Net-back: what the plant keeps. FOB: the price where the goods leave Iran, its own charges included. "
    "CIF: with freight and insurance to the border. Landed cost on paper: with duties and fees. "
    "Landed price: what buyers pay, the access wedge included. A recoverable VAT is no cost and is left out."
)
GAINS_TERMS = N_(
    "Plants gain when they keep more per tonne or sell more. Treasuries gain what they collect. "
    "Buyers gain when they pay less. All together adds up one country's part. The line is the 5 to 95 % range."
)


def show() -> None:
    t = state.words()
    answer, levers, working = _frame()
    study = None
    with answer:
        notices(t)
        try:
            study = engine.study(state.asked())
        except TariffsError as trouble:
            _no_answer(trouble, t)
        else:
            _remember(study.question)
            _answer(study, t)
            _let_it_be_seen()
    with levers:
        if study is not None:
            parts.follow(study, t)
        controls.draw(t)
        lookout.look()
    if study is None:
        return
    with working:
        _working(study, t)
    with st.container(key="foot"):
        take_away.draw(study, t)
        parts.sources(study, t)
        parts.stamp(study, t)


def answered(t: Words) -> Study | None:
    """For a page of its own: the answer to what is asked now, or why there is none."""
    notices(t)
    try:
        return engine.study(state.asked())
    except TariffsError as trouble:
        st.error(plain(t.explain(trouble)), icon=":material/error:")
        return None


def _let_it_be_seen() -> None:
    """At a visitor's first sight, give the browser a moment to paint the answer before the charts keep it busy."""
    if not st.session_state.get("seen_answer"):
        st.session_state["seen_answer"] = True
        time.sleep(0.15)


def _frame() -> tuple[st.delta_generator.DeltaGenerator, ...]:
    """Answer, levers, working: one under another on a phone, levers on the left of a desktop."""
    with st.container(key="frame"):
        return tuple(st.container(key=name) for name in ("answer", "controls", "working"))


def _answer(study: Study, t: Words) -> None:
    places = t.listed([t.place(p) for p in study.importers])
    title = t(N_("Iranian bitumen in {places}: {scenario}"), places=places, scenario=t(study.scenario.title))
    parts.title(title)
    parts.headline(study, t)
    parts.tiles(study, t)


def _working(study: Study, t: Words) -> None:
    """Charts and reasons."""
    from tariffs.ui import closer_look, pictures  # bring pandas and Altair, which the answer above does not wait for

    parts.heading(t(N_("From the plant to the buyer")), t(LADDER_TERMS))
    importer = _market_in_focus(study, t)
    pictures.ladder(study, t, importer)
    parts.heading(t(N_("Before and after")))
    pictures.before_after(study, t)
    parts.heading(t(N_("Who gains, who pays")), t(GAINS_TERMS))
    pictures.gains(study, t)
    parts.reasons(study, t)
    parts.unknown(study, t)
    parts.heading(t(N_("Rivals in {place}"), place=t.place(importer)))
    pictures.rivals(study, t, importer)
    closer_look.draw(study, t, importer)


def _market_in_focus(study: Study, t: Words) -> str:
    """Which market the ladder and the rivals are for; a way of looking, no part of the question."""
    key = f"{t.lang}:market"
    held = st.session_state.get("market")
    if st.session_state.get(key) is None:
        st.session_state[key] = held if held in study.importers else study.importers[0]

    def look_there() -> None:
        st.session_state["market"] = st.session_state[key]
        state.touched()

    st.segmented_control(
        t(N_("Market")), study.importers, format_func=t.place, required=True, key=key, on_change=look_there
    )
    return str(st.session_state[key])


def notices(t: Words) -> None:
    """What of the link was left out, and why the last move was not taken."""
    if left_out := state.ignored():
        text = t(
            N_("Parts of this link could not be used and were left out: {parts}. The rest is below."),
            parts=t.listed(list(left_out[:8])),
        )
        st.warning(plain(text), icon=":material/link_off:")
    if reason := state.refused():
        text = t(N_("The last change could not be taken, so nothing moved: {reason}"), reason=t.explain(reason))
        st.warning(plain(text), icon=":material/undo:")


def _no_answer(trouble: TariffsError, t: Words) -> None:
    """Why there is no answer, that nothing entered is lost, and a way on."""
    parts.title(t(N_("No answer to this question")))
    st.error(plain(t.explain(trouble)), icon=":material/error:")
    kept = N_("Everything you entered is kept, and so is the rest of the question. Change a lever marked ●.")
    st.markdown(plain(t(kept)))
    last: Question | None = st.session_state.get("answered")
    way = t(N_("Back to the last answer")) if last else t(N_("Back to the scenario alone"))
    st.button(way, on_click=state.ask, args=(last or Question(state.asked().scenario),), key=f"{t.lang}:last")


def _remember(question: Question) -> None:
    st.session_state["answered"] = question
