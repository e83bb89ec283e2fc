"""Glossary: what customs officers and traders of each country call a thing, where we read it, and the traps."""

import re
from html import escape

import streamlit as st

from tariffs.store import glossary
from tariffs.store.glossary import Term
from tariffs.ui import parts, state
from tariffs.ui.look import plain
from tariffs.words import N_, NAMES, RIGHT_TO_LEFT, Words

EVERY, BESIDE = "every", "beside"
SHOWN = {EVERY: N_("All four languages"), BESIDE: N_("English beside one other")}
FROM_THE_RIGHT = re.compile("[\u0620-\u08ff\u200c]+(?: [\u0620-\u08ff\u200c]+)*")
# Notes and, where no translation is at hand, meanings stay in the language they were written in.
STYLE = """
.glossary{width:100%;border-collapse:collapse;font-size:.95rem;line-height:1.5}
.glossary caption{display:table-caption;text-align:start;caption-side:top;padding:0 0 .5rem;opacity:.8}
.glossary th{text-align:start;font-weight:600;vertical-align:bottom}
.glossary td,.glossary th{padding:.55rem .7rem .55rem 0;vertical-align:top;text-align:start;
  border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.glossary [dir=rtl] td,.glossary td[dir=rtl]{text-align:right;padding:.55rem .7rem}
.glossary th[scope=row]{min-width:9rem}
.glossary .fine{font-size:.86rem;line-height:1.45;opacity:.85;margin:.25rem 0 0;text-align:start}
.glossary .said{margin:0}
.glossary .tag{display:none}
@media (max-width:760px){
  .glossary,.glossary tbody,.glossary tr,.glossary td,.glossary th{display:block;padding:0;border:0}
  .glossary caption{display:block}
  .glossary thead{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}
  .glossary tr{padding:.8rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent)}
  .glossary td,.glossary td[dir=rtl]{display:flex;gap:.6rem;padding:.12rem 0}
  .glossary td.wide{display:block;padding-top:.3rem}
  .glossary .tag{display:inline;flex:0 0 5.2rem;font-size:.84rem;opacity:.75}
  .glossary th[scope=row]{font-size:1.05rem;padding-bottom:.2rem}
}
"""


def show() -> None:
    t = state.words()
    parts.title(t(N_("Glossary")))
    st.markdown(
        plain(t(N_("One word for one thing, as officers and traders of each country say it, here and in the brief.")))
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.text_input(
            t(N_("Search in any language")), value=st.session_state.get("sought", ""), key=f"{t.lang}:sought", width=360
        )
        st.session_state["sought"] = wanted
        how = _shown(t)
    found = glossary.search(wanted, glossary.terms())
    if not found:
        st.info(plain(t(N_("No term holds “{wanted}”. Try fewer letters, or another language."), wanted=wanted)))
        return
    st.caption(plain(t.many("{number} term", "{number} terms", len(found))))
    st.html(f"<style>{STYLE}</style>{table(found, t, how)}")


def _shown(t: Words) -> str:
    key = f"{t.lang}:glossary"
    usual = st.session_state.get("glossary", EVERY if t.lang == "en" else BESIDE)
    how = st.segmented_control(
        t(N_("Languages shown")),
        list(SHOWN),
        default=usual,
        required=True,
        format_func=lambda one: t(SHOWN[one]),
        key=key,
    )
    st.session_state["glossary"] = how
    return str(how)


def table(found: list[Term], t: Words, how: str) -> str:
    """An accessible table; on a phone each term becomes a card."""
    other = t.lang if t.lang != "en" else "fa"
    langs: tuple[str, ...] = glossary.LANGUAGES if how == EVERY else ("en", other)
    mine = t.lang if t.lang in langs else "en"
    langs = (mine, *(lang for lang in langs if lang != mine))
    heads = [*(NAMES[lang] for lang in langs), t(N_("Meaning")), t(N_("Traps and sources"))]
    said = escape(t(N_("Trade terms in several languages, with their meaning and the traps around them.")))
    columns = "".join(f'<th scope="col" role="columnheader">{escape(head)}</th>' for head in heads)
    rows = "".join(_row(term, langs, t) for term in found)
    return (
        f'<table class="glossary" role="table"><caption>{said}</caption>'
        f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(term: Term, langs: tuple[str, ...], t: Words) -> str:
    first, *others = langs
    cells = [f'<th scope="row" role="rowheader" {_in(first)}>{escape(term.named(first))}</th>']
    for lang in others:
        tag = f'<span class="tag" {_in(lang)}>{escape(NAMES[lang])}</span>'
        cells.append(f'<td role="cell">{tag}<span class="said" {_in(lang)}>{escape(term.named(lang))}</span></td>')
    meaning = t(term.definition)
    spoken = "en" if meaning == term.definition else t.lang
    cells.append(f'<td class="wide" role="cell"><p class="said" {_in(spoken)}>{_mixed(meaning, spoken)}</p></td>')
    cells.append(f'<td class="wide" role="cell">{_fine(term, langs, t)}</td>')
    return f'<tr role="row">{"".join(cells)}</tr>'


def _fine(term: Term, langs: tuple[str, ...], t: Words) -> str:
    """Traps around a term, and where it was read in each language."""
    lines = [f'<p class="fine" {_in(t.lang)}>{_mixed(t(term.note), t.lang)}</p>'] if term.note else []
    for lang, source in zip(glossary.LANGUAGES[1:], term.sources, strict=True):
        if source and lang in langs:
            text = escape(t(N_("{language}: read at {source}"), language=NAMES[lang], source="\0"))
            lines.append(f'<p class="fine">{text.replace(chr(0), f"<bdi {_in(lang)}>{escape(source)}</bdi>")}</p>')
    return "".join(lines)


def _mixed(text: str, lang: str) -> str:
    """Text in which each Arabic or Persian term keeps its place among the words of a language from the left."""
    safe = escape(text)
    return safe if lang in RIGHT_TO_LEFT else FROM_THE_RIGHT.sub(r"<bdi>\g<0></bdi>", safe)


def _in(lang: str) -> str:
    return f'lang="{lang}" dir="{"rtl" if lang in RIGHT_TO_LEFT else "ltr"}"'
