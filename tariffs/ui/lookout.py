"""From a chart on one page to the control on the home page that moves what it shows."""

import re

import streamlit as st

from tariffs.ui import levers

PAGES, WANTED = "pages", "wanted"  # in a session: where pages are, and the control to be looked at
NUMBERS = {one.lever for one in (*levers.FIRST, *(one for group in levers.MORE.values() for one in group)) if one.most}

# Waits until the control is there, brings it into view and hands it the keyboard.
SEEK = """(function seek(left) {{
  const box = document.querySelector('.st-key-{place} input[type="range"]');
  if (!box) return left && setTimeout(seek, 100, left - 1);
  box.closest('.st-key-{place}').scrollIntoView({{block: 'center'}});
  box.focus({{preventScroll: true}});
}})(50)"""


def can_see(name: str) -> bool:
    """Whether the home page has a slider of that name."""
    return name in NUMBERS or name in levers.BELIEFS


def go(name: str) -> None:
    """Leave for the home page and its control of that name; all that is asked stays."""
    held = st.session_state.get(PAGES)
    if held is None:  # a page drawn alone has nowhere to go
        return
    st.session_state[WANTED] = name
    if name not in {one.lever for one in levers.FIRST}:
        st.session_state["open:more"] = True
    st.switch_page(held["scenario"])


def place(name: str) -> str:
    """The key of a control's frame, as it stands in the page."""
    return f"pair_{name}".replace(".", "_")


def look() -> None:
    """Show the control that was wanted, once; call it after the controls are drawn."""
    name = st.session_state.pop(WANTED, None)
    if name is not None and re.fullmatch(r"[a-z0-9_.-]+", name):
        st.html(f"<script>{SEEK.format(place=place(name))}</script>", unsafe_allow_javascript=True)
