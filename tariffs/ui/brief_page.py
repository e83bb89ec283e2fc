"""Brief: what is asked, on paper. Which proposals, markets, sections and language; the first page; the files."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from tariffs.errors import BadQuestion, TariffsError
from tariffs.progress import Progress
from tariffs.study import Question, Study, run
from tariffs.study.question import MANY_DRAWS
from tariffs.ui import brief_files, engine, limits_ranges, parts, scenario_page, state
from tariffs.ui.look import plain
from tariffs.ui.widgets import Control, seeded
from tariffs.words import N_, NAMES, Words, languages

WISH, DRAWN = "brief_wish", "brief_drawn"
MANY = (MANY_DRAWS, 50_000)  # draws that a brief can rest on; the many are solved in pieces, which keeps memory small
FORMS: dict[str, tuple[str, str, str]] = {
    ".xlsx": (
        N_("Excel workbook"),
        ":material/table_view:",
        N_("Live formulas: change a yellow cell and the market is solved again. Sheets not chosen are hidden."),
    ),
    ".html": (
        N_("Page to print"),
        ":material/print:",
        N_("One file that any browser opens and prints on A4. Sections not chosen are left out."),
    ),
    ".zip": (
        N_("Tables, CSV and JSON"),
        ":material/folder_zip:",
        N_("The same figures for a program to read. Sections not chosen are left out."),
    ),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor wants in the brief, beside the question itself; nothing named means all, or as the page has it."""

    others: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    lang: str = ""
    draws: int = 0


BY_THE_EXACT_MODEL = N_(
    "The brief is of the exact model, which the workbook solves in its cells; GSIM and SMART stand on a sheet of "
    "their own."
)


def show() -> None:
    t = state.words()
    parts.title(t(N_("Brief")))
    scenario_page.notices(t)
    asked = replace(state.asked(), model=Question().model)  # the workbook's cells solve the exact model
    if asked != state.asked():
        st.caption(plain(t(BY_THE_EXACT_MODEL)))
    left, right = st.columns([1, 2.1], gap="large")
    with left:
        wish = _wishes(asked, t)
        files = st.container(key="brief_files")
    try:
        studies = _studies(asked, wish)
    except TariffsError as trouble:
        right.error(plain(t.explain(trouble)), icon=":material/error:")
        return
    lang = wish.lang or t.lang
    with right:
        st.html(brief_files.first_page(studies, lang))
    with files:
        if wish.draws > MANY_DRAWS:
            _draw_more(asked, wish, t)
        _files(studies, lang, wish.sections, t)
    parts.foot(studies[0], t)


def _wishes(asked: Question, t: Words) -> Wish:
    """The choices, each shown as it stands and kept when the page is left."""
    held, wish = engine.library(), _wish(asked)
    title = t(held.scenarios[asked.scenario].title) if asked.scenario in held.scenarios else asked.scenario
    st.markdown(plain(t(N_("The brief is about what you ask now: “{title}”."), title=title)))
    if asked.sets:
        st.caption(plain(t(N_("With your own changes: {changes}."), changes=t.listed(list(asked.sets)))))
    others = [name for name in held.scenarios if name != asked.scenario]
    control = seeded(_key(t, "others"), list(wish.others))
    st.multiselect(
        t(N_("Proposals beside it, three at most")),
        others,
        format_func=lambda name: t(held.scenarios[name].title),
        max_selections=brief_files.MOST - 1,
        key=control.key,
        on_change=_moved(control, lambda now, value: replace(now, others=tuple(value))),
        placeholder=t(N_("none")),
        help=plain(t(N_("Solved on the same draws, with your own changes in each of them."))),
    )
    markets = held.baseline.importers
    control = seeded(_key(t, "markets"), list(wish.markets or markets))
    st.pills(
        t(N_("Markets it speaks of")),
        markets,
        selection_mode="multi",
        format_func=t.place,
        key=control.key,
        on_change=_moved(control, lambda now, value: replace(now, markets=_but_all(value, markets))),
        help=plain(t(N_("The model holds all markets whichever are told of, so no figure changes."))),
    )
    sections = brief_files.sections()
    control = seeded(_key(t, "sections"), list(wish.sections or sections))
    st.pills(
        t(N_("Sections")),
        tuple(sections),
        selection_mode="multi",
        format_func=lambda name: t(sections[name]),
        wrap=True,
        key=control.key,
        on_change=_moved(control, lambda now, value: replace(now, sections=_but_all(value, tuple(sections)))),
    )
    control = seeded(_key(t, "lang"), wish.lang or t.lang)
    st.segmented_control(
        t(N_("Language of the brief")),
        languages(),
        required=True,
        format_func=lambda code: NAMES.get(code, code),
        key=control.key,
        on_change=_moved(control, lambda now, value: replace(now, lang="" if value == t.lang else str(value))),
    )
    control = seeded(_key(t, "draws"), wish.draws or MANY_DRAWS)
    st.segmented_control(
        t(N_("Draws")),
        MANY,
        required=True,
        format_func=t.number,
        key=control.key,
        on_change=_moved(control, lambda now, value: replace(now, draws=int(value))),
        help=plain(t(N_("How often the market is solved over all ranges at once, for the ranges of the brief."))),
    )
    return wish


def _wish(asked: Question) -> Wish:
    """What was chosen before, without what no longer fits the question."""
    wish: Wish = st.session_state.get(WISH, Wish())
    held = engine.library().scenarios
    return replace(wish, others=tuple(name for name in wish.others if name in held and name != asked.scenario))


def _moved(control: Control, change: Callable[[Wish, Any], Wish]) -> Callable[[], None]:
    def on_change() -> None:
        if control.stands():
            st.session_state[WISH] = change(st.session_state.get(WISH, Wish()), control.value)
            state.touched()

    return on_change


def _but_all(chosen: list[str], held: tuple[str, ...]) -> tuple[str, ...]:
    """In the order held; all of them, or none, is the same as no choice."""
    kept = tuple(name for name in held if name in chosen)
    return () if len(kept) == len(held) else kept


def _questions(asked: Question, wish: Wish) -> list[Question]:
    """The question first, then the others with the same changes; each is sure to be askable."""
    questions = [replace(asked, scenario=name) for name in (asked.scenario, *wish.others)]
    for question in questions[1:]:
        try:
            engine.check(question)
        except TariffsError as reason:
            name = engine.library().scenarios[question.scenario].title
            message = N_("“{title}” cannot stand beside it: {reason}")
            raise BadQuestion(message, title=name, reason=reason) from reason
    return [replace(question, draws=wish.draws or asked.draws) for question in questions]


def _studies(asked: Question, wish: Wish) -> list[Study]:
    """The answers that the brief tells: over many draws once they are drawn, over the usual number until then."""
    questions = _questions(asked, wish)
    drawn: dict[str, list[Study]] = st.session_state.get(DRAWN, {})
    found = drawn.get(_named(questions))
    if found is None:
        usual = asked.draws if wish.draws > MANY_DRAWS else questions[0].draws
        found = [engine.study(replace(question, draws=usual)) for question in questions]
    return [study.about(wish.markets) for study in found]


def _draw_more(asked: Question, wish: Wish, t: Words) -> None:
    """A button, a bar with a way to stop; the files follow when it is done."""
    questions, held = _questions(asked, wish), engine.library()
    drawn: dict[str, list[Study]] = st.session_state.setdefault(DRAWN, {})
    name = _named(questions)

    def work(told: Progress) -> str:
        found = []
        for number, question in enumerate(questions):

            def of_all(done: int, of: int, before: int = number) -> None:
                told(before * of + done, of * len(questions))

            found.append(run(question, held, of_all))
        drawn.clear()  # one brief at a time: a visitor holds no more than that
        drawn[name] = found
        return t(N_("The ranges of these files rest on {draws} draws."), draws=t.number(wish.draws))

    limits_ranges.on_request(t, f"brief:{name}", N_("Draw {draws} times"), wish.draws, work)
    if name not in drawn:
        said = t(N_("Until then the files below rest on {draws} draws."), draws=t.number(asked.draws))
        st.caption(plain(said))


def _named(questions: list[Question]) -> str:
    return engine.library().digest + "|".join(question.query() for question in questions)


def _files(studies: list[Study], lang: str, sections: tuple[str, ...], t: Words) -> None:
    """Each form with its size and what it is of, then the shell line that makes the same file."""
    _limits(studies, lang, t)
    scenario = studies[0].question.scenario
    gaps = {"scenario": scenario, "data": studies[0].stamp["data"]}
    for ending, (label, icon, says) in FORMS.items():
        # A page holds pictures that take seconds to draw, so it is made when somebody asks for it.
        made = None if ending == ".html" else brief_files.file(studies, lang, sections, ending)
        st.download_button(
            t(label),
            _later(studies, lang, sections, ending) if made is None else made,
            file_name=f"bitumen-{scenario}-{lang}{ending}",
            mime=brief_files.mime(ending),
            icon=icon,
            on_click="ignore",
            width="stretch",
            help=plain(t(says)),
            key=_key(t, ending),
        )
        if made is None:
            st.caption(plain(t(N_("made when you ask for it; {scenario}, data {data}"), **gaps)))
        else:
            st.caption(plain(t(N_("{size} KB; {scenario}, data {data}"), size=t.number(len(made) / 1024), **gaps)))
    st.caption(plain(t(N_("The same file from a shell; the ending .xlsx, .html or .zip decides the form:"))))
    st.code(brief_files.again(studies, lang, sections), language="bash", wrap_lines=True)


def _limits(studies: list[Study], lang: str, t: Words) -> None:
    """Limits and doubts of the workbook, with a bar while they are worked out for the first time."""
    asked = brief_files.limits(studies, lang)
    if asked.known:
        return
    said = plain(t(N_("Working out the workbook's limits and doubts")))
    bar = st.progress(0.0, text=said)

    def told(done: int, of: int) -> None:
        bar.progress(done / of, text=said)

    asked.worked_out(told)
    bar.empty()


def _later(studies: list[Study], lang: str, sections: tuple[str, ...], ending: str) -> Callable[[], bytes]:
    """The file when it is asked for: everything it needs is held here, since there is no session by then."""
    return lambda: brief_files.file(studies, lang, sections, ending)


def _key(t: Words, name: str) -> str:
    return f"{t.lang}:brief:{name}"
