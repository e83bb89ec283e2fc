"""Compare: up to four proposals side by side, which is best for whom, and what tells them apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.scenario import LEVERS, Edit
from tariffs.study import Question, Study
from tariffs.sweeps.together import Together, together
from tariffs.ui import engine, lineup, notes, parts, scenario_page, state
from tariffs.ui.bar import SHORT
from tariffs.ui.lineup import MOST, Lineup, Proposal
from tariffs.ui.look import plain
from tariffs.ui.widgets import asking, seeded
from tariffs.words import N_, Words, terms

DRAWN = (  # figures that the dumbbell can show, the first to begin with
    ("exports_to_buyers_tonnes", ""),
    ("net_back_usd_per_t", ""),
    ("landed_usd_per_t", "each"),
    ("tonnes", "each"),
    ("rival_gap_usd_per_t", "each"),
    ("revenue_usd", "each"),
)
TABLE_TERMS = N_(
    "Each figure after its proposal with its 5 to 95 % range, and after Δ its difference to the first proposal. All "
    "proposals meet the same draws, so the range of a difference is of that difference alone."
)


@dataclass(frozen=True)
class Column:
    """One proposal on the page: its number in the line-up, its name, what it asks, its answer or why it has none."""

    number: int
    name: str
    question: Question
    study: Study | None
    reason: str


def show() -> None:
    t = state.words()
    parts.title(t(N_("Proposals side by side")))
    scenario_page.notices(t)
    columns = [_column(number, one, t) for number, one in enumerate(state.lineup())]
    answered = [one for one in columns if one.study is not None]
    beside = _beside(answered)
    names = [one.name for one in answered]
    if beside:
        _lead(beside, names, t)
    _proposals(columns, t)
    if beside is None:
        return
    _chart(beside, names, t)
    _inputs(answered, t)
    _results(beside, names, t)
    parts.foot(beside.first, t)


def _column(number: int, one: Proposal, t: Words) -> Column:
    """A proposal answered on the draws of the question asked now."""
    asked = state.asked()
    question = replace(one.question or asked, draws=asked.draws, seed=asked.seed, correlate=asked.correlate)
    name = one.name or _own_name(question, t)
    try:
        return Column(number, name, question, engine.study(question), "")
    except TariffsError as trouble:
        return Column(number, name, question, None, t.explain(trouble))


def _own_name(question: Question, t: Words) -> str:
    held = engine.library().scenarios
    title = t(held[question.scenario].title) if question.scenario in held else question.scenario
    if question.sets or question.beliefs or question.on:
        title = t(N_("{title}, changed"), title=title)
    if question.model in SHORT and question.model != Question().model:
        title = t(N_("{title} ({model})"), title=title, model=t(SHORT[question.model]))
    return title


def _beside(answered: Sequence[Column]) -> Together | None:
    from tariffs.brief import compared

    studies = [one.study for one in answered if one.study is not None]
    return together(studies, compared.keys(studies[0].exporter, studies[0].importers)) if studies else None


def _lead(beside: Together, names: Sequence[str], t: Words) -> None:
    """Which is best for whom."""
    from tariffs.brief import compared

    first, *rest = compared.sentences(beside, names, t)
    with st.container(key="answer"):
        st.html(f'<p class="lead">{escape(first.text)}</p>')
        if rest:
            st.markdown("\n".join(f"- {plain(one.text)}" for one in rest))
            parts.badge(rest[0].status, t)


def _proposals(columns: Sequence[Column], t: Words) -> None:
    """The line-up itself: names, order, what each asks, and another one to add."""
    with st.container(key="proposals"):
        for place, one in zip(st.columns(len(columns), gap="small", border=True), columns, strict=True):
            with place:
                _proposal(one, len(columns), t)
    _add(t)


def _proposal(one: Column, many: int, t: Words) -> None:
    held = state.lineup()[one.number]
    control = seeded(f"{t.lang}:name:{one.number}", held.name)

    def rename() -> None:
        if control.stands():
            state.line_up(lineup.renamed(state.lineup(), one.number, str(control.value)))

    st.text_input(
        t(N_("Proposal {number}"), number=t.number(one.number + 1)),
        key=control.key,
        placeholder=_own_name(one.question, t),
        max_chars=lineup.LONGEST_NAME,
        help=plain(t(N_("A name of your own; empty brings back the scenario's."))),
        on_change=rename,
    )
    kind = N_("The question asked now") if held.question is None else N_("Kept as it was")
    said = [t(kind), t(N_("on {day}"), day=t.day(one.study.after.on))] if one.study else [t(kind)]
    st.caption(plain(" · ".join(said)))
    if one.reason:
        st.warning(plain(one.reason), icon=":material/block:")

    def button(label: str, name: str, change: Callable[[Lineup], Lineup], disabled: bool = False) -> None:
        st.button(
            label,
            key=f"{t.lang}:{name}:{one.number}",
            type="tertiary",
            disabled=disabled,
            on_click=lambda: state.line_up(change(state.lineup())),
        )

    with st.container(horizontal=True, gap="small"):
        if many > 1:
            button(t(N_("Earlier")), "earlier", lambda now: lineup.moved(now, one.number, -1), one.number == 0)
            button(t(N_("Later")), "later", lambda now: lineup.moved(now, one.number, 1), one.number == many - 1)
        if held.question is not None:
            button(t(N_("Remove")), "remove", lambda now: lineup.removed(now, one.number))
            kept = held.question
            st.button(
                t(N_("Ask this one")),
                key=f"{t.lang}:ask:{one.number}",
                type="tertiary",
                on_click=asking(lambda now: kept),
                help=plain(t(N_("Makes it the question asked now, on every page."))),
            )


def _add(t: Words) -> None:
    """A bundled scenario, or the question asked now as it stands."""
    if len(state.lineup()) >= MOST:
        st.caption(plain(t(N_("Four proposals stand side by side; remove one to add another."))))
        return
    held, copy = engine.library().scenarios, ""
    control = seeded(f"{t.lang}:another", st.session_state.get("another", next(iter(held))))

    def choose() -> None:
        st.session_state["another"] = control.value

    def add() -> None:
        chosen = str(st.session_state.get("another", next(iter(held))))
        one = Proposal(state.asked() if chosen == copy else Question(scenario=chosen))
        state.line_up(lineup.added(state.lineup(), one))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            t(N_("Another proposal")),
            [*held, copy],
            format_func=lambda name: t(held[name].title) if name else t(N_("The question asked now, kept as it is")),
            key=control.key,
            on_change=choose,
            width=420,
        )
        st.button(t(N_("Add")), key=f"{t.lang}:add", icon=":material/add:", on_click=add)


def _chart(beside: Together, names: Sequence[str], t: Words) -> None:
    """One figure before and after each proposal."""
    from tariffs.brief import compared
    from tariffs.ui import pictures

    first = beside.first
    choices = [(name, place) for name, where in DRAWN for place in (first.importers if where else (first.exporter,))]
    parts.heading(t(N_("Before and after")))
    key = f"{t.lang}:dumbbell"
    if st.session_state.get(key) is None:
        held = st.session_state.get("dumbbell")
        st.session_state[key] = held if held in choices else choices[0]

    def remember() -> None:
        st.session_state["dumbbell"] = st.session_state[key]
        state.touched()

    name, place = st.selectbox(
        t(N_("Figure")),
        choices,
        format_func=lambda one: t(N_("{figure}, {place}"), figure=t(terms.FIGURES[one[0]]), place=t.place(one[1])),
        key=key,
        on_change=remember,
        width=420,
    )
    pictures.picture(lambda: compared.dumbbell(beside, names, name, place, t), t, "dumbbell")
    st.caption(plain(t(N_("Hollow: before. Filled: after. Lines: 5 to 95 % of the draws."))))


def _inputs(answered: Sequence[Column], t: Words) -> None:
    """Levers and choices that are not the same everywhere, then the rows of data behind them."""
    from tariffs.ui import beside_table

    parts.heading(t(N_("What tells them apart")))
    heads = ["", *(f"{t.number(one.number + 1)}. {one.name}" for one in answered)]
    rows = [row for row in _asked(answered, t) if len(set(row[1])) > 1]
    if not rows:
        st.caption(plain(t(N_("Nothing so far: every input is the same."))))
        return
    beside_table.inputs(heads, rows, t(N_("Inputs that differ; what is not as in the first proposal is marked ≠.")))
    with st.expander(t(N_("Rows of data that each proposal changes"))):
        edits = [{edit.name: edit for edit in one.study.scenario.edits} for one in answered if one.study]
        names = dict.fromkeys(name for held in edits for name in held)
        changed = [(name, [_edit(held[name], t) if name in held else "–" for held in edits]) for name in names]
        beside_table.inputs(heads, changed, t(N_("Rows of data that each proposal changes")))


def _asked(answered: Sequence[Column], t: Words) -> list[tuple[str, list[str]]]:
    """Every input by name, as each proposal has it."""
    studies = [one.study for one in answered if one.study]
    rows = [
        (t(N_("Scenario")), [t(s.scenario.title) for s in studies]),
        (t(N_("Day whose rules count")), [t.day(s.after.on) for s in studies]),
        (t(N_("Compared with")), [t(s.compared.title) for s in studies]),
        (t(N_("Model")), [t(SHORT[s.question.model]) for s in studies]),
    ]
    grounds = [engine.ground(one.question) for one in answered]
    for name, lever in LEVERS.items():
        rows.append((t(terms.LEVERS[name]), [notes.value(name, lever.read(ground), t) for ground in grounds]))
    told = [
        {text.partition("=")[0]: text.partition("=")[2] for text in (*one.question.sets, *one.question.beliefs)}
        for one in answered
    ]
    for name in dict.fromkeys(name for held in told for name in held if name not in LEVERS):
        rows.append((name, [held.get(name, t(N_("as on record"))) for held in told]))
    return rows


def _edit(edit: Edit, t: Words) -> str:
    """What a proposal writes in a cell of our rows: a number with its range, or a word."""
    from tariffs.brief.timeline import ROLES

    if edit.central is None:
        words = {**terms.CLASSES, **ROLES}
        return t(words[edit.text]) if edit.text in words else edit.text or t(N_("open"))
    return f"{edit.central:g}" if edit.low == edit.high else f"{edit.low:g} / {edit.central:g} / {edit.high:g}"


def _results(beside: Together, names: Sequence[str], t: Words) -> None:
    """Figures of every proposal, with the difference to the first."""
    from tariffs.brief import compared
    from tariffs.ui import beside_table

    parts.heading(t(N_("What comes of each")), t(TABLE_TERMS))
    heads = [t(N_("Figure")), *(f"{t.number(number + 1)}. {name}" for number, name in enumerate(names))]
    beside_table.figures(heads, compared.table(beside, t), t(N_("Figures of every proposal, side by side.")))
