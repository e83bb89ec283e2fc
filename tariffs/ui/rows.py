"""A small table as plain HTML: it turns with the language, scrolls by keyboard, and costs the browser next to nothing.

``st.table`` reads every cell as Markdown and draws it again at every move of a slider; these are figures and names.
``st.dataframe`` draws on a canvas, which neither turns with the language nor speaks to a screen reader.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

FROM_THE_RIGHT = re.compile("[\u0590-\u08ff]")

# A shade at an edge says that there is more beyond it; what moves with the table covers the shade at its own end.
STYLE = """
.rows,.beside{overflow-x:auto;--ground:light-dark(#fff,#101817);--shade:color-mix(in srgb,currentColor 24%,transparent);
  background:linear-gradient(90deg,var(--ground) 40%,transparent) 0 0/2rem 100% no-repeat local,
    linear-gradient(270deg,var(--ground) 40%,transparent) 100% 0/2rem 100% no-repeat local,
    linear-gradient(90deg,var(--shade),transparent) 0 0/.7rem 100% no-repeat,
    linear-gradient(270deg,var(--shade),transparent) 100% 0/.7rem 100% no-repeat}
.rows table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.45}
.rows :is(th,td){padding:.42rem .6rem;text-align:start;vertical-align:top;font-weight:400;
  border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.rows :is(th,td):first-child{padding-inline-start:.1rem}
.rows thead th{color:color-mix(in srgb,currentColor 78%,transparent);vertical-align:bottom}
.rows td{font-variant-numeric:tabular-nums}
[dir="rtl"] .rows td{font-variant-numeric:normal}
.rows :is(tbody th,thead th:first-child){position:sticky;inset-inline-start:0;z-index:1;background:var(--ground)}
.rows .part{display:block;height:.32rem;margin-top:.2rem;min-width:4.5rem;border-radius:.2rem;
  background:color-mix(in srgb,currentColor 14%,transparent)}
.rows .part i{display:block;height:100%;border-radius:.2rem;background:light-dark(#0b6e4f,#4cc38a)}
.rows.wide :is(th,td){min-width:5.2rem}
@media (max-width:640px){
  .rows table{font-size:.82rem}
  .rows :is(th,td){padding:.4rem .3rem}
  .rows.wide :is(th,td){min-width:4.4rem}
}
.rows.wide th:first-child{min-width:7.5rem}
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A share in words, with a bar as long as it is."""

    text: str
    share: float  # of the whole, 0 to 1


def table(heads: Sequence[object], rows: Iterable[Sequence[object]], says: str) -> None:
    """Heads, rows and what they are about; a table wider than its place can be scrolled without a mouse."""
    st.html(made(heads, rows, says))


def made(heads: Sequence[object], rows: Iterable[Sequence[object]], says: str) -> str:
    """The table as HTML; one of many columns keeps them wide enough to read and scrolls instead."""
    top = "".join(f'<th scope="col">{escape(str(head))}</th>' for head in heads)
    body = "".join(f"<tr>{''.join(_cell(value, at) for at, value in enumerate(row))}</tr>" for row in rows)
    label = escape(says, quote=True)
    wide = " wide" if len(heads) > 7 else ""
    return (
        f'<div class="rows{wide}" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object, at: int) -> str:
    text = "–" if value is None or value != value else said(value)  # NaN alone differs from itself
    return f'<th scope="row">{text}</th>' if at == 0 else f"<td>{text}</td>"


def said(value: object) -> str:
    """A cell's text, escaped; in a table that runs from the right, what holds no such letter keeps its own way."""
    if isinstance(value, Part):
        width = 100.0 * min(1.0, max(0.0, value.share))
        return f'{escape(value.text)}<span class="part" aria-hidden="true"><i style="width:{width:.1f}%"></i></span>'
    text = str(value)
    return escape(text) if FROM_THE_RIGHT.search(text) else f"<bdi>{escape(text)}</bdi>"
