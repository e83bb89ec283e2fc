"""Tables with one column for each proposal, as HTML: figures with their ranges, and inputs that differ marked."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from tariffs.brief.compared import Group

if TYPE_CHECKING:
    import pandas as pd

STYLE = """
.beside{margin:0 0 .5rem}
.beside table{border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.4}
.beside th,.beside td{text-align:start;vertical-align:top;padding:.45rem .9rem .45rem 0;min-width:8.5rem;
  border:0;border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.beside thead th{font-weight:600;vertical-align:bottom}
.beside th[scope=row]{font-weight:400;min-width:10.5rem}
.beside th[scope=rowgroup]{font-weight:650;padding-top:1rem}
.beside td p{margin:0}
.beside .fine{font-size:.82rem;opacity:.85}
.beside .moved{font-weight:600}
.beside td.differs{font-weight:650;background:color-mix(in srgb,currentColor 9%,transparent);padding-inline-start:.5rem}
.beside th[scope=row]{position:sticky;inset-inline-start:0;background:var(--ground)}
@media (max-width:640px){.beside th[scope=row]{min-width:6.5rem;max-width:8rem}.beside td{min-width:7.2rem}}
[dir=rtl] .beside th,[dir=rtl] .beside td{padding:.45rem 0 .45rem .9rem}
[dir=rtl] .beside td.differs{padding-inline-start:.5rem}
"""


def figures(heads: Sequence[str], groups: Sequence[Group], says: str) -> None:
    """Values with their ranges; the difference to the first column beneath, in bold."""
    body = ""
    for group in groups:
        body += f'<tr><th scope="rowgroup" colspan="{len(heads)}">{escape(group.heading)}</th></tr>'
        for row in group.rows:
            cells = ""
            for cell in row.cells:
                lines = [f"<p>{escape(cell.value)}</p>", _fine(cell.spread)]
                if cell.difference:
                    lines.append(f'<p class="moved">Δ {escape(cell.difference)}</p>')
                    lines.append(_fine(cell.difference_spread))
                cells += f"<td>{''.join(lines)}</td>"
            body += f'<tr><th scope="row">{escape(row.label)}</th>{cells}</tr>'
    _table(heads, body, says)


def inputs(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], says: str) -> None:
    """What each proposal asks; what is not as in the first column is marked by a sign, weight and shade."""
    body = ""
    for label, values in rows:
        cells = "".join(
            f"<td>{escape(value)}</td>" if value == values[0] else f'<td class="differs">≠ {escape(value)}</td>'
            for value in values
        )
        body += f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>'
    _table(heads, body, says)


def texts(frame: "pd.DataFrame", says: str) -> None:
    """A table of texts, its first column naming the rows; it can be reached and scrolled by keyboard."""
    body = ""
    for first, *others in frame.itertuples(index=False):
        cells = "".join(f"<td>{escape(str(value))}</td>" for value in others)
        body += f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>'
    _table([str(name) for name in frame.columns], body, says)


def _fine(text: str) -> str:
    return f'<p class="fine">{escape(text)}</p>' if text else ""


def _table(heads: Sequence[str], body: str, says: str) -> None:
    first, *others = (escape(head) for head in heads)
    head = f"<td>{first}</td>" + "".join(f'<th scope="col">{other}</th>' for other in others)
    st.html(
        f'<style>{STYLE}</style><div class="beside" role="region" tabindex="0" aria-label="{escape(says)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
