"""The levers of one question as sliders, boxes and choices. Each shows the question and changes it, nothing else."""

import math
from dataclasses import replace
from datetime import date

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.scenario import LEVERS, parse_edit
from tariffs.scenario.levers import Setting
from tariffs.sources import Figure
from tariffs.study import Question
from tariffs.ui import engine, kept, levers, notes, state
from tariffs.ui.levers import Shown
from tariffs.ui.look import plain
from tariffs.ui.widgets import Panel, asking, back, choice, pair, seeded
from tariffs.words import N_, Words, terms

MORE = N_("More assumptions")
FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2030, 12, 31)


def draw(t: Words) -> None:
    """Scenario first, then the few levers that matter most, then the rest."""
    panel = _panel(t)
    st.header(plain(t(N_("Levers"))), anchor=False)
    _scenario(panel)
    for shown in levers.FIRST:
        _lever(panel, shown)
    changed = _changed_within(panel.asked)  # a fold that is closed still says that something in it was changed
    label = t(N_("More assumptions, ● {number} changed"), number=t.number(changed)) if changed else t(MORE)
    kept.fold("more", plain(label), t, lambda: _more(panel), icon=":material/add:", wide=changed > 0)
    _others(panel)
    asked = panel.asked
    st.button(
        t(N_("Back to the scenario as it is")),
        key=panel.key("reset"),
        icon=":material/restart_alt:",
        disabled=not (asked.sets or asked.beliefs or asked.on),
        on_click=asking(lambda now: replace(now, sets=(), beliefs=(), on=None)),
        width="stretch",
    )


def _more(panel: Panel) -> None:
    """Everything beyond the first levers."""
    t = panel.t
    _day(panel)
    for heading, group in levers.MORE.items():
        st.markdown(f"**{plain(t(heading))}**")
        for shown in group:
            _lever(panel, shown)
    st.markdown(f"**{plain(t(N_('What you hold true')))}**")
    st.caption(plain(t(N_("These replace our rows before and after the change, and their range with them."))))
    for name, label in levers.BELIEFS.items():
        _belief(panel, name, t(label))


def _changed_within(asked: Question) -> int:
    """How many changes of a question lie beyond the first levers."""
    names = (shown.lever for group in levers.MORE.values() for shown in group)
    return (asked.on is not None) + len(asked.beliefs) + sum(asked.setting(name) is not None for name in names)


def _panel(t: Words) -> Panel:
    asked, library = state.asked(), engine.library()
    return Panel(t, library.sources, engine.ground(asked), engine.ground(replace(asked, sets=())), asked)


def _scenario(panel: Panel) -> None:
    t, scenarios = panel.t, engine.library().scenarios
    control = seeded(panel.key("scenario"), panel.asked.scenario)
    st.selectbox(
        t(N_("Scenario")),
        list(scenarios),
        format_func=lambda name: t(scenarios[name].title),
        key=control.key,
        help=plain(t(N_("A proposal to start from. Choosing another lets go of your changes; Back brings them back."))),
        on_change=asking(lambda now: replace(now, scenario=control.value, sets=(), on=None), control),
    )
    st.caption(plain(t(scenarios[panel.asked.scenario].description)))


def _lever(panel: Panel, shown: Shown) -> None:
    t, lever = panel.t, LEVERS[shown.lever]
    value, usual = lever.read(panel.now), lever.read(panel.scenario)
    note = notes.of_lever(shown.says, levers.standing(panel.now, shown.lever), panel.sources, t)
    label = t(terms.LEVERS[shown.lever])
    if lever.unit == "choice":
        choice(panel, shown.lever, label, value, note, lambda chosen: _with_set(shown.lever, chosen))
    elif not isinstance(value, float):
        st.caption(plain(t(N_("{lever}: no row is on record for that day."), lever=label)), help=note)
    else:
        per = 100.0 if lever.unit == "rate" else 1.0
        unit = N_("{lever}, %") if lever.unit == "rate" else N_("{lever}, USD per tonne")
        pair(
            panel,
            shown.lever,
            t(unit, lever=label),
            value * per,
            (0.0, float(shown.most), lever.most * per),
            shown.step,
            note,
            lambda number: _with_set(shown.lever, number / per),
        )
    _changed(panel, shown.lever, value, usual)


def _belief(panel: Panel, name: str, label: str) -> None:
    """A row about the market: how strongly something responds, or how much was sold."""
    t, library = panel.t, engine.library()
    table, key, _ = name.split(".")
    row: Figure = library.flows[key].tonnes if table == "flows_baseline" else library.elasticities.rows[key].value
    told = next((s.partition("=")[2] for s in panel.asked.beliefs if s.partition("=")[0] == name), None)
    value = float(row.central or 0.0) if told is None else _number(name, told, row)
    # Tonnes in thousands, elasticities as they are.
    per, step = (1e-3, 1.0) if table == "flows_baseline" else (1.0, 0.5)
    unit = N_("{what}, thousand tonnes a year") if table == "flows_baseline" else N_("{what}, elasticity")
    # A figure that customs counted has no range left: the control keeps that of our own row as well.
    usual = library.without_own.flows[key].tonnes if table == "flows_baseline" else row
    low = min(float(row.low or 0.0), float(usual.low or 0.0)) * per
    high = max(float(row.high or 0.0), float(usual.high or 0.0)) * per
    pair(
        panel,
        name,
        t(unit, what=label),
        value * per,
        (low, high, 10 * high),
        step,
        notes.of_belief(row, panel.sources, t),
        lambda number: _with_belief(name, number / per, row),
    )
    if told is not None and "normal(" in told:
        st.caption(plain(t(N_("An estimate of your own, drawn with its error: {what}."), what=told)))
    if told is not None:
        was = notes.amount(row.unit, row.central, t)
        back(panel, name, was, lambda now: now.with_belief(name, None))


def _changed(panel: Panel, name: str, value: Setting | None, usual: Setting | None) -> None:
    """A dot and the way back when the user has set a lever; a word when it only follows another one."""
    t = panel.t
    if panel.asked.setting(name) is not None:
        own = engine.own(panel.asked, name)
        back(panel, name, notes.value(name, own, t), lambda now: now.with_set(name, None))
    elif not _same(value, usual):
        text = t(N_("○ Follows your other changes; {value} in the scenario."), value=notes.value(name, usual, t))
        st.caption(plain(text))


def _day(panel: Panel) -> None:
    t, control = panel.t, seeded(panel.key("on"), panel.now.on)
    usual = engine.library().scenarios[panel.asked.scenario].as_of

    def change(now: Question) -> Question:
        chosen = control.value
        return replace(now, on=None if chosen in (None, usual) else chosen)

    st.date_input(
        t(N_("Day whose rules count")),
        min_value=min(FIRST_DAY, panel.now.on),
        max_value=max(LAST_DAY, panel.now.on),
        key=control.key,
        format="YYYY-MM-DD",
        help=plain(t(N_("Law and currency rules have dates; the same question has another answer on another day."))),
        on_change=asking(change, control),
    )
    if t.lang == "fa":
        st.caption(plain(t.day(panel.now.on)))  # the same day in the reader's own calendar too
    if panel.asked.on is not None:
        back(panel, "on", t.day(usual), lambda now: replace(now, on=None))


def _others(panel: Panel) -> None:
    """What a link changes beyond the controls: rows by name."""
    named = {text: text.partition("=")[0] for text in (*panel.asked.sets, *panel.asked.beliefs)}
    others = [text for text, name in named.items() if name not in LEVERS and name not in levers.BELIEFS]
    if others:
        text = panel.t(N_("The link also changes: {changes}."), changes=panel.t.listed(others))
        st.caption(plain(text))


def _with_set(name: str, value: Setting | None) -> Question:
    """The question with a lever set, or left alone when that is where it stands anyway."""
    asked = state.asked()
    if value is None or _same(value, engine.own(asked, name)):
        return asked.with_set(name, None)
    return asked.with_set(name, f"{value:.10g}" if isinstance(value, float) else value)


def _with_belief(name: str, value: float, row: Figure) -> Question:
    same = row.central is not None and math.isclose(value, row.central, rel_tol=1e-9)
    return state.asked().with_belief(name, None if same else f"{value:.10g}")


def _same(one: Setting | None, other: Setting | None) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def _number(name: str, told: str, row: Figure) -> float:
    """The middle of a belief as typed: ``8``, ``2/8/16``, or ``normal(8; 2)``."""
    try:
        middle = parse_edit(f"{name}={told}").central
    except TariffsError:
        middle = None
    return float((row.central or 0.0) if middle is None else middle)
