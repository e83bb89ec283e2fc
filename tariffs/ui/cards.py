"""A table of words and figures that becomes cards on a phone, so that nothing has to be scrolled sideways.

Its style stands in :mod:`tariffs.ui.look`.
"""

import re
from html import escape

import pandas as pd
import streamlit as st

from tariffs.ui.rows import said

CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+|[a-z_]+\.[a-z0-9-]+\.[a-z_]+|-?(log)?normal\(.*\)")


def show(frame: pd.DataFrame, says: str) -> None:
    """One row per row; ``says`` is what the table holds, for those who hear it."""
    st.html(table(frame, says))


def table(frame: pd.DataFrame, says: str) -> str:
    """The table as HTML: the first column heads each row, empty cells are left out of cards."""
    heads = [escape(str(head)) for head in frame.columns]
    columns = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in heads)
    rows = "".join(_row(heads, [str(cell) for cell in row]) for row in frame.itertuples(index=False))
    return (
        f'<table class="cards" role="table"><caption>{escape(says)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(heads: list[str], cells: list[str]) -> str:
    first, *others = cells
    made = [f'<th scope="row" role="rowheader">{_said(first)}</th>']
    for head, cell in zip(heads[1:], others, strict=True):
        tag = f'<span class="tag">{head}</span>' if cell else ""
        made.append(f'<td role="cell">{tag}{_said(cell)}</td>')
    return f'<tr role="row">{"".join(made)}</tr>'


def _said(cell: str) -> str:
    """A cell's text; a row's name or a distribution is no word of any language and runs from left to right."""
    if CODE.fullmatch(cell):
        return f'<span class="code" lang="en" dir="ltr">{escape(cell)}</span>'
    return f"<span>{said(cell)}</span>"
