"""One control each: it shows what the question says, and asks another question when it is moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Ground, Setting
from tariffs.sources import Source
from tariffs.study import Question
from tariffs.ui import engine, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words, terms


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
    t, choices, key = panel.t, list(LEVERS[name].choices), panel.key(name)
    seed(key, value)

    def say(one: str) -> str:
        return t(terms.CHOICES[one])

    on_change = asking(lambda now: change(st.session_state[key]))
    if len(choices) == 2:
        st.segmented_control(label, choices, format_func=say, key=key, help=note, on_change=on_change)
    else:
        mix = t(N_("the scenario's own mix"))
        st.selectbox(
            label,
            choices,
            index=None if value is None else 0,
            format_func=say,
            key=key,
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
    slider, box = panel.key(name, "slider"), panel.key(name, "box")
    seed(slider, min(max(value, least), most))
    seed(box, value)
    digits = 0 if step >= 1 and value == int(value) else 1 if round(value, 1) == value else 2
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"pair_{name}".replace(".", "_")):
        st.slider(
            label,
            least,
            most,
            step=float(step),
            format=f"%.{0 if step >= 1 else 1}f",
            key=slider,
            help=note,
            on_change=asking(lambda now: change(float(st.session_state[slider]))),
        )
        st.number_input(
            panel.t(N_("{what}: exact value"), what=label),
            min(least, value),
            max(box_most, value),
            step=float(step),
            format=f"%.{digits}f",
            key=box,
            label_visibility="collapsed",
            width=112,
            on_change=asking(lambda now: change(float(st.session_state[box]))),
        )


def back(panel: Panel, name: str, value: str, change: Callable[[Question], Question]) -> None:
    st.button(
        plain(panel.t(N_("● Changed by you. Back to {value}"), value=value)),
        key=panel.key(name, "back"),
        type="tertiary",
        on_click=asking(change),
    )


def asking(change: Callable[[Question], Question]) -> Callable[[], None]:
    """A callback that asks the changed question; one that cannot be asked leaves things as they are."""

    def on_change() -> None:
        try:
            changed = change(state.asked())
            engine.check(changed)
        except TariffsError as refused:
            state.refuse(str(refused))
        else:
            state.ask(changed)

    return on_change


def seed(key: str, value: object) -> None:
    """Let a widget show what the question says; what the user has just moved is left as it is."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
