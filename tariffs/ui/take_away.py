"""The question and its answer to take along: link, shell, Python, JSON, workbook."""

import json
from collections.abc import Callable
from dataclasses import fields
from importlib.util import find_spec

import streamlit as st

from tariffs.study import Question, Study
from tariffs.ui.look import plain
from tariffs.words import N_, Words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(study: Study, t: Words) -> None:
    """Files first, then the same question for a colleague, a shell and a notebook."""
    st.header(plain(t(N_("Take it away"))), anchor=False)
    name = f"bitumen-{study.question.scenario}"
    with st.container(horizontal=True, gap="small"):
        if find_spec("tariffs.brief.workbook"):
            st.download_button(
                t(N_("Excel brief")),
                workbook(study, t.lang),
                file_name=f"{name}.xlsx",
                mime=XLSX,
                icon=":material/table_view:",
                on_click="ignore",
                help=plain(t(N_("A workbook with live formulas: change a yellow cell and the figures follow."))),
                key=f"{t.lang}:xlsx",
            )
        st.download_button(
            t(N_("Figures as JSON")),
            as_json(study),
            file_name=f"{name}.json",
            mime="application/json",
            icon=":material/data_object:",
            on_click="ignore",
            help=plain(t(N_("Every figure with its range, standing and sources, and all it takes to solve it again."))),
            key=f"{t.lang}:json",
        )
    ways = (
        (t(N_("Link to this question")), link(study.question), "text"),
        (t(N_("In a shell")), study.question.shell(), "bash"),
        (t(N_("In Python")), python(study.question), "python"),
    )
    for label, text, language in ways:
        st.caption(plain(label))
        st.code(text, language=language, wrap_lines=True)


def link(question: Question) -> str:
    """The address of this page with the question in it."""
    base = str(st.context.url or "").partition("?")[0]
    return f"{base}?{question.query()}"


def python(question: Question) -> str:
    """Lines that ask the same."""
    usual = Question()
    given = [(f.name, getattr(question, f.name)) for f in fields(Question)]
    changed = [(n, v) for n, v in given if n == "scenario" or v != getattr(usual, n)]
    said = ", ".join(
        f"{n}={v.isoformat() if n == 'on' else v!r}" if n != "on" else f"on={v.isoformat()!r}" for n, v in changed
    )
    return (
        "from tariffs import Library, Question, run\n\n"
        f"study = run(Question({said}), Library.open())\n"
        "print(study.answer())"
    )


def as_json(study: Study) -> Callable[[], bytes]:
    """The file when it is asked for; everything that could fail has been worked out before."""
    return lambda: json.dumps(study.to_dict(detail=True), ensure_ascii=False, indent=1).encode()


def workbook(study: Study, lang: str) -> Callable[[], bytes]:
    """The Excel brief when it is asked for."""

    def build() -> bytes:
        from tariffs.brief import workbook as excel

        made: bytes = excel.to_bytes(study, lang)
        return made

    return build
