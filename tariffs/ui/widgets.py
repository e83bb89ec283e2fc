"""One control each: it shows what the question says, and asks another question when it is moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Ground, Setting
from tariffs.sources import Source
from tariffs.study import Question
from tariffs.ui import engine, state
from tariffs.ui.look import plain
from tariffs.ui.lookout import place
from tariffs.words import N_, Words, terms

TURNS = "turns"


@dataclass(frozen=True, slots=True)
class Control:
    """A widget under its name and turn.

    A widget whose value we change becomes another widget, one turn on. A browser that has not heard of the
    change yet sends the old value along with its next move; under the same key that would count as a move of
    its own and undo what the user did. A move of an earlier turn counts for nothing.
    """

    name: str
    turn: int

    @property
    def key(self) -> str:
        return f"{self.name}:{self.turn}" if self.turn else self.name

    @property
    def value(self) -> Any:
        return st.session_state[self.key]

    def stands(self) -> bool:
        """Whether this is the turn on the page."""
        held: dict[str, int] = st.session_state.get(TURNS, {})
        return held.get(self.name, 0) == self.turn


@dataclass(frozen=True)
class Panel:
    """What every control needs: the words, who told us, and the levers now and as the scenario has them."""

    t: Words
    sources: Mapping[str, Source]
    now: Ground
    scenario: Ground
    asked: Question

    def key(self, *names: str) -> str:
        """Of a widget: it carries the language, so that labels in another language are another widget."""
        return ":".join((self.t.lang, *names))


def choice(
    panel: Panel,
    name: str,
    label: str,
    value: Setting | None,
    note: str,
    change: Callable[[Setting | None], Question],
) -> None:
    """Two ways as buttons, more as a list; nothing chosen means the scenario's own mix."""
    t, choices = panel.t, list(LEVERS[name].choices)
    control = seeded(panel.key(name), value)

    def say(one: str) -> str:
        return t(terms.CHOICES[one])

    on_change = asking(lambda now: change(control.value), control)
    if len(choices) == 2:
        st.segmented_control(label, choices, format_func=say, key=control.key, help=note, on_change=on_change)
    else:
        mix = t(N_("the scenario's own mix"))
        st.selectbox(
            label,
            choices,
            index=None if value is None else 0,
            format_func=say,
            key=control.key,
            help=note,
            on_change=on_change,
            placeholder=mix,
        )


def pair(
    panel: Panel,
    name: str,
    label: str,
    value: float,
    ends: tuple[float, float, float],
    step: float,
    note: str,
    change: Callable[[float], Question],
) -> None:
    """A slider and the box beside it, for exact values and for those beyond the slider's end."""
    least, most, box_most = ends
    value = round(value, 6)
    slider = seeded(panel.key(name, "slider"), min(max(value, least), most))
    box = seeded(panel.key(name, "box"), value)
    digits = 0 if step >= 1 and value == int(value) else 1 if round(value, 1) == value else 2
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=place(name)):
        st.slider(
            label,
            least,
            most,
            step=float(step),
            format=f"%.{0 if step >= 1 else 1}f",
            key=slider.key,
            help=note,
            on_change=asking(lambda now: change(float(slider.value)), slider),
        )
        st.number_input(
            panel.t(N_("{what}: exact value"), what=label),
            min(least, value),
            max(box_most, value),
            step=float(step),
            format=f"%.{digits}f",
            key=box.key,
            label_visibility="collapsed",
            width=112,
            on_change=asking(lambda now: change(float(box.value)), box),
        )


def back(panel: Panel, name: str, value: str, change: Callable[[Question], Question]) -> None:
    st.button(
        plain(panel.t(N_("● Changed by you. Back to {value}"), value=value)),
        key=panel.key(name, "back"),
        type="tertiary",
        on_click=asking(change),
    )


def asking(change: Callable[[Question], Question], control: Control | None = None) -> Callable[[], None]:
    """A callback that asks the changed question; one that cannot be asked leaves things as they are."""

    def on_change() -> None:
        if control is not None and not control.stands():
            return
        try:
            changed = change(state.asked())
            engine.check(changed)
        except TariffsError as refused:
            state.refuse(refused)
        else:
            state.ask(changed)

    return on_change


def seeded(name: str, value: object) -> Control:
    """A widget that shows what the question says; what the user has just moved is left as it is."""
    turns: dict[str, int] = st.session_state.setdefault(TURNS, {})
    control = Control(name, turns.get(name, 0))
    if control.key in st.session_state and control.value != value:
        turns[name] = control.turn + 1
        control = Control(name, turns[name])
    if control.key not in st.session_state:
        st.session_state[control.key] = value
    return control
