"""Ranges under uncertainty, worked out when somebody asks: a bar while it lasts, and a way to stop it.

The work runs beside the page. Streamlit does not interrupt a fragment for another click in it, so a bar that the
work itself moved could not be stopped; here the page looks at it twice a second, and Stop ends it at its next step.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from threading import Event, Thread

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.limits import Target
from tariffs.progress import Progress, Stopped
from tariffs.study import Question
from tariffs.ui import engine, limits_engine
from tariffs.ui.look import plain
from tariffs.words import N_, Words

EVERY = 0.5  # seconds between two looks
RANGE = N_("Range over {draws} draws")
SOLVING = N_("Solving the market for every draw …")


@dataclass
class Work:
    """One range being worked out: how far it is, what it said, and whether it should stop."""

    name: str
    part: float = 0.0
    said: str = ""
    trouble: TariffsError | None = None
    finished: Event = field(default_factory=Event)
    stop: Event = field(default_factory=Event)

    def told(self, done: int, of: int) -> None:
        self.part = min(1.0, done / max(1, of))
        if self.stop.is_set():
            raise Stopped("stopped")

    def run(self, work: Callable[[Progress], str]) -> None:
        """Do it; for a thread of its own, where nothing of Streamlit is touched."""
        try:
            self.said = work(self.told)
        except Stopped:
            pass
        except TariffsError as trouble:
            self.trouble = trouble
        finally:
            self.finished.set()


def of_break_even(t: Words, asked: Question, lever: str, target: Target) -> None:
    """The 5 to 95 % of the break-even over the draws in which there is one."""
    from tariffs.brief import limits_prose

    held = engine.library()

    def work(told: Progress) -> str:
        return limits_prose.ranged(limits_engine.break_even_over_draws(held, asked, lever, target, told), t)

    on_request(t, f"break-even:{asked.query()}:{lever}:{target}", RANGE, limits_engine.SOME, work)


def of_zone(t: Words, asked: Question, importer: str, support: str) -> None:
    """The share of the draws in which there is a zone at all."""
    from tariffs.brief import limits_deals

    held = engine.library()

    def work(told: Progress) -> str:
        return limits_deals.ranged(limits_engine.zone_over_draws(held, asked, importer, support, told), t)

    on_request(t, f"zone:{asked.query()}:{importer}:{support}", RANGE, limits_engine.FEW, work)


def on_request(
    t: Words, name: str, label: str, draws: int, work: Callable[[Progress], str], busy: str = SOLVING
) -> None:
    """A button, then a bar with a way to stop, then the sentence; a new question starts again with the button."""
    kind = name.partition(":")[0]
    going: Work | None = st.session_state.get(f"limits_work_{kind}")
    if going is not None and going.name != name:
        going.stop.set()
        going = None

    def start() -> None:
        fresh = Work(name)
        st.session_state[f"limits_work_{kind}"] = fresh
        Thread(target=fresh.run, args=(work,), daemon=True).start()

    if going is not None and not going.finished.is_set():
        st.fragment(run_every=EVERY)(_watch)(t, kind, going, busy)
    elif going is not None and going.said:
        st.html(f'<p class="then">{escape(going.said)}</p>')
    else:
        if going is not None and going.trouble:
            st.warning(plain(t.explain(going.trouble)), icon=":material/block:")
        said = t(label, draws=t.number(draws))
        st.button(said, key=f"{t.lang}:limits:range:{kind}", on_click=start, icon=":material/casino:")


def _watch(t: Words, kind: str, going: Work, busy: str) -> None:
    """How far it is; when it has ended, the whole page is drawn once more."""
    if going.finished.is_set():
        st.rerun()
    st.button(t(N_("Stop")), key=f"{t.lang}:limits:stop:{kind}", on_click=going.stop.set, icon=":material/stop:")
    st.progress(going.part, text=plain(t(busy)))
