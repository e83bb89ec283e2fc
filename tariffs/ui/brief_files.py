"""The files of a brief, made once for all visitors; what needs openpyxl and the charts is loaded here, when asked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from tariffs.brief.order import MOST as MOST
from tariffs.brief.order import shell
from tariffs.progress import silent
from tariffs.study import Study
from tariffs.words import N_

if TYPE_CHECKING:
    from tariffs.brief.sheets.asked import Asked

# The sections that can be chosen, by their names on the sheets.
SECTIONS: Mapping[str, str] = {
    "summary": N_("Summary"),
    "landed": N_("Landed cost"),
    "seller": N_("Seller's side"),
    "scenarios": N_("Scenarios"),
    "results": N_("Results"),
    "limits": N_("Limits"),
    "doubt": N_("What the answer hangs on"),
    "model": N_("Model (live)"),
    "evidence": N_("Evidence"),
    "assumptions": N_("Assumptions"),
    "sources": N_("Sources"),
    "checks": N_("Checks"),
}
# The first page on the app's own paper: it follows the theme, and its own language's direction.
PAPER = """
.paper{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.4rem;padding:1.4rem 1.6rem;
  box-shadow:0 2px 10px color-mix(in srgb,currentColor 12%,transparent);overflow-x:auto;text-align:start}
.paper h1{font-size:1.6rem;margin:.1rem 0 .4rem;padding:0}
.paper h3{font-size:1rem;margin:1rem 0 .3rem;padding:0}
.paper p{margin:0 0 .5rem;text-align:start}
.paper .kicker,.paper .dates,.paper .u,.paper .q,.paper .standing{font-size:.8rem;opacity:.85}
.paper .answer{border-inline-start:4px solid;padding:.3rem 1rem;margin:.8rem 0}
.paper .standing{border:1px solid color-mix(in srgb,currentColor 35%,transparent);border-radius:.25rem;padding:0 .3em;
  font-weight:400;white-space:nowrap}
.paper table{border-collapse:collapse;width:100%;font-size:.86rem}
.paper caption{text-align:start;font-weight:600;padding:.6rem 0 .2rem;color:inherit}
.paper :is(th,td){padding:.2rem .35rem;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent);
  text-align:start;vertical-align:top}
.paper .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.paper tr.strong td{font-weight:600}
.paper tr.strong :is(td.q,.u){font-weight:400}
.paper tr.group th{background:color-mix(in srgb,currentColor 7%,transparent)}
.paper ul{margin:0;padding-inline-start:1.2rem}
/* On a phone a row takes three lines: its name, the values, and the range with its standing. */
@media (max-width:640px){
  .paper{padding:.8rem .7rem}
  .paper :is(table,thead,tbody,caption){display:block}
  .paper tr{display:grid;grid-template-columns:repeat(3,1fr);padding:.25rem 0;
    border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
  .paper :is(th,td){border:0;padding:.05rem .2rem}
  .paper :is(th,td):first-child{grid-column:1/-1}
  .paper :is(th,td):last-child:not(:first-child){text-align:end}
}
"""


def sections() -> Mapping[str, str]:
    """The sections that can be chosen, by code."""
    return SECTIONS


def first_page(studies: Sequence[Study], lang: str) -> str:
    """The first page of the printed form, as a part of this page."""
    from tariffs.brief.forms import page

    return f"<style>{PAPER}</style>{page.first_page(studies, lang)}"


def file(studies: Sequence[Study], lang: str, sections: tuple[str, ...], ending: str) -> bytes:
    """The brief's bytes in one form."""
    asked = tuple(study.question.query() for study in studies)
    return _file(studies[0].library.digest, asked, studies[0].markets, lang, sections, ending, studies)


@st.cache_resource(max_entries=18, show_spinner=False)
def _file(
    digest: str,
    asked: tuple[str, ...],
    markets: tuple[str, ...],
    lang: str,
    sections: tuple[str, ...],
    ending: str,
    _studies: Sequence[Study],
) -> bytes:
    from tariffs.brief import file as forms
    from tariffs.brief import workbook

    if ending == ".xlsx":
        return workbook.to_bytes(_studies[0], lang, _studies[1:], held_by(ending, sections), limits(_studies, lang))
    return forms.FORMS[ending].make(_studies, lang, held_by(ending, sections), silent)


def limits(studies: Sequence[Study], lang: str) -> "Asked":
    """What a workbook tells of limits and doubts beside the study, worked out or still to be."""
    return _limits(studies[0].library.digest, studies[0].question.query(), studies[0].markets, lang, studies[0])


@st.cache_resource(max_entries=18, show_spinner=False)
def _limits(digest: str, query: str, markets: tuple[str, ...], lang: str, _study: Study) -> "Asked":
    from tariffs.brief.sheets.asked import Asked
    from tariffs.words import Words

    return Asked(_study, Words(lang))


def held_by(ending: str, sections: Sequence[str]) -> tuple[str, ...]:
    """Those of the chosen sections that a form has; all of it where it has none of them."""
    from tariffs.brief import file as forms

    return tuple(name for name in sections if name in forms.FORMS[ending].sections)


def mime(ending: str) -> str:
    from tariffs.brief import file as forms

    return forms.FORMS[ending].mime


def again(studies: Sequence[Study], lang: str, sections: Sequence[str]) -> str:
    """The shell line that makes the same workbook."""
    return shell(studies, lang, held_by(".xlsx", sections), "brief.xlsx")
