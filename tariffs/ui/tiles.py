"""A map of plain tiles: markets to pick, and origins with how their price stands against Iran's there."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from tariffs.brief.saying import FEW
from tariffs.study.sellers import Market, Seller
from tariffs.ui import state
from tariffs.ui.look import plain
from tariffs.words import N_, Words

# Column and row of each place, roughly where it lies; geography runs from west to east in every language.
PLACES: Mapping[str, tuple[int, int]] = {
    "RUS": (4, 1),
    "WLD": (1, 1),
    "GEO": (3, 2),
    "AZE": (4, 2),
    "TKM": (5, 2),
    "MED": (1, 3),
    "TUR": (2, 3),
    "ARM": (3, 3),
    "IRN": (4, 3),
    "IRQ": (3, 4),
    "BHR": (4, 4),
}
LOOKED_AT = "border:2px solid currentColor;background:color-mix(in srgb,currentColor 10%,transparent)"
SPARE = (5, 5)  # of a place that we have no tile for yet
STYLE = """
.st-key-tile_map{display:grid!important;grid-template-columns:repeat(5,minmax(0,1fr));grid-auto-rows:minmax(5.6rem,auto);
  gap:.4rem;direction:ltr;max-width:640px}
.st-key-tile_map>div{width:auto!important;min-width:0}
.st-key-tile_map button{width:100%;height:100%;min-height:5.6rem;padding:.3rem .15rem}
.st-key-tile_map button p,.tile{font-size:.8rem;line-height:1.3;overflow-wrap:anywhere;text-align:center!important}
.st-key-tile_map [data-testid="stElementContainer"],.st-key-tile_map [data-testid="stButton"],
.st-key-tile_map .stHtml,.st-key-tile_map [data-testid="stTooltipHoverTarget"]{height:100%;width:100%}
.tile{display:flex;flex-direction:column;justify-content:center;height:100%;min-height:5.6rem;padding:.3rem .15rem;
  border:1px dashed color-mix(in srgb,currentColor 35%,transparent);border-radius:.5rem;box-sizing:border-box}
.tile p{margin:0;font-size:.8rem!important;line-height:1.3!important;text-align:center!important}
[dir=rtl] .st-key-tile_map button p{direction:rtl}
/* On a phone the longest name of a place fits on one line; Arabic letters are narrower. */
@media (max-width:640px){
  .st-key-tile_map{gap:.25rem}
  .st-key-tile_map button,.tile{padding:.3rem 0}
  .st-key-tile_map button p,.tile p{font-size:.6rem!important;letter-spacing:-.03em}
  [dir=rtl] :is(.st-key-tile_map button p,.tile p){font-size:.68rem!important;letter-spacing:0}
}
.tile.home{border-style:double;border-width:3px}
"""


def draw(markets: Sequence[Market], focus: Market, t: Words) -> None:
    """Markets as buttons; the rest as plain tiles that say how they compare in the market in focus."""
    held = {m.importer: m for m in markets}
    origins: dict[str, Seller] = {}
    for one in focus.sellers:
        origins.setdefault(one.producer, one)
    places = [*PLACES, *(p for p in (*held, *origins) if p not in PLACES)]
    where = "".join(_at(place) for place in places)
    looked_at = f".st-key-tile_{focus.importer} button{{{LOOKED_AT}}}"
    st.html(f"<style>{STYLE}{where}{looked_at}</style>")
    with st.container(key="tile_map"):
        for place in places:
            with st.container(key=f"tile_{place}"):
                if place in held:
                    _market(held[place], place == focus.importer, t)
                else:
                    _origin(place, origins.get(place), focus, t)
    text = N_(
        "Buttons are markets, with Iran's share and what it gains or loses; dashed tiles are origins, ▲ dearer "
        "and ▼ cheaper than the Iranian label in {place}."
    )
    st.caption(plain(t(text, place=t.place(focus.importer))))


def _at(place: str) -> str:
    column, row = PLACES.get(place, SPARE)
    return f".st-key-tile_map>:has(>.st-key-tile_{place}){{grid-column:{column};grid-row:{row}}}"


def _market(one: Market, looked_at: bool, t: Words) -> None:
    ours = [s for s in one.sellers if s.producer == one.own.producer]
    share = sum(s.share.central or 0.0 for s in ours)
    moved = sum(s.moved.central or 0.0 for s in ours)
    sign = "●" if looked_at else "○"
    lines = [f"{sign} {t.place(one.importer)}", t.percent(share)]
    lines += [t.tonnes(moved, signed=True)] if abs(moved) >= FEW else []

    def look() -> None:
        st.session_state["market"] = one.importer
        for lang_key in [k for k in st.session_state if str(k).endswith(":market")]:
            del st.session_state[lang_key]
        state.touched()

    st.button(
        "  \n".join(plain(line) for line in lines),
        key=f"{t.lang}:tile:{one.importer}",
        on_click=look,
        width="stretch",
        wrap=True,
    )


def _origin(place: str, one: Seller | None, focus: Market, t: Words) -> None:
    if place == focus.own.producer:
        lines, kind = [t.place(place), t(N_("the exporter"))], "home"
    elif one is None:
        lines, kind = [t.place(place), t(N_("sells nothing here"))], ""
    elif one.gap.central is None:
        lines, kind = [t.place(place), t(N_("refused"))], ""
    else:
        gap = one.gap.central
        sign = "▲" if gap > 0 else "▼" if gap < 0 else "="
        lines, kind = [t.place(place), f"{sign} {t.usd_per_t(gap, signed=True)}"], ""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    st.html(f'<div class="tile {kind}" dir="auto">{said}</div>')
