"""The question and its answer to take along: link, shell, Python, JSON, workbook."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from importlib.util import find_spec
from urllib.parse import urlencode

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.store.own import Own
from tariffs.study import Question, Study, run
from tariffs.ui import engine, kept, scenario_file, state
from tariffs.ui.lineup import ALONE, WITH, Lineup, values
from tariffs.ui.look import plain
from tariffs.words import N_, Words

LIVE = N_("A workbook with live formulas: change a yellow cell and the figures follow.")
EXACT_ONLY = N_(
    "A workbook with live formulas, of the exact model: its cells solve that one, and GSIM and SMART stand beside it."
)
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
                help=plain(t(LIVE if study.question.model == Question().model else EXACT_ONLY)),
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
        st.download_button(
            t(N_("Scenario file")),
            scenario_file.saved(study.question, state.lineup(), study.library.digest),
            file_name=f"{name}.scenario.json",
            mime="application/json",
            icon=":material/save:",
            on_click="ignore",
            help=plain(t(N_("The question itself, with what stands beside it on Compare, to be opened here again."))),
            key=f"{t.lang}:save",
        )
    _open_file(t)
    if study.library.own is not None:
        note = N_("The link carries the question, not your files: the project file on “Data & method” carries both.")
        st.caption(plain(t(note)))
    _way(t(N_("Link to this question")), link(study.question, state.lineup()), "text")
    kept.fold("code", t(N_("For programmers: the same in a shell and in Python")), t, lambda: _programs(study, t))


def _programs(study: Study, t: Words) -> None:
    _way(t(N_("In a shell")), str(study.stamp["shell"]), "bash")
    _way(t(N_("In Python")), python(study.question, study.library.own), "python")


def _way(label: str, text: str, language: str) -> None:
    st.caption(plain(label))
    st.code(text, language=language, wrap_lines=True)


def _open_file(t: Words) -> None:
    """Ask what a saved file asks; a bad one says what is wrong and leaves everything as it was."""
    turn = int(st.session_state.get("files_opened", 0))
    key = f"{t.lang}:open:{turn}"

    def take() -> None:
        given = st.session_state.get(key)
        if given is None:
            return
        st.session_state["files_opened"] = turn + 1  # an empty box again: the file is read once
        try:
            held = scenario_file.loaded(given.getvalue(), engine.check)
        except TariffsError as trouble:
            st.session_state["file_refused"] = trouble
            state.touched()
        else:
            state.ask(held.question, held.lineup)
            st.session_state["other_data"] = held.data not in ("", engine.library().digest)

    def draw() -> None:
        st.file_uploader(
            t(N_("A file saved here earlier, up to 1 MB; it stays in this session")),
            type=["json"],
            max_upload_size=1,
            key=key,
            on_change=take,
        )
        if trouble := st.session_state.pop("file_refused", None):
            st.error(plain(t.explain(trouble)), icon=":material/error:")

    kept.fold("file", t(N_("Open a scenario file")), t, draw)
    if st.session_state.pop("other_data", False):
        text = N_("The file was saved with other data than ours now: the question is the same, figures may differ.")
        st.info(plain(t(text)), icon=":material/history:")


def link(question: Question, beside: Lineup = ALONE) -> str:
    """The address of this page with the question in it, and with the proposals laid beside it."""
    base = str(st.context.url or "").partition("?")[0]
    others = "".join(f"&{urlencode({WITH: value})}" for value in values(beside))
    return f"{base}?{question.query()}{others}"


def python(question: Question, own: Own | None = None) -> str:
    """Lines that ask the same; the user's files are looked for in the folder where they run."""
    usual = Question()
    given = [(f.name, getattr(question, f.name)) for f in fields(Question)]
    changed = [(n, v) for n, v in given if n == "scenario" or v != getattr(usual, n)]
    said = ", ".join(
        f"{n}={v.isoformat() if n == 'on' else v!r}" if n != "on" else f"on={v.isoformat()!r}" for n, v in changed
    )
    library, more = "Library.open()", ""
    if own is not None:
        names = dict.fromkeys(source.title.partition(" › ")[0] for source in own.sources)
        paths = ", ".join(f"Path({name!r})" for name in names)
        more = "from pathlib import Path\n\nfrom tariffs.intake import load\n"
        library = "library"
    lines = "" if own is None else (
        f"loaded = load([{paths}], product=\"271320\")\nlibrary = Library.open()"
        f"{_flows(own)}{'.with_measures(loaded)' if own.duties else ''}\n"
    )
    return (
        f"{more}from tariffs import Library, Question, run\n\n{lines}"
        f"study = run(Question({said}), {library})\n"
        "print(study.answer())"
    )


def _flows(own: Own) -> str:
    if not own.measured:
        return ""
    return ".with_flows(loaded, prices=True)" if own.priced else ".with_flows(loaded)"


def as_json(study: Study) -> Callable[[], bytes]:
    """The file when it is asked for; everything that could fail has been worked out before."""
    return lambda: json.dumps(study.to_dict(detail=True), ensure_ascii=False, indent=1).encode()


def workbook(study: Study, lang: str) -> Callable[[], bytes]:
    """The Excel brief when it is asked for, of the exact model: that is what its cells solve."""

    def build() -> bytes:
        from tariffs.brief import workbook as excel

        exact = replace(study.question, model=excel.EXACT)
        made: bytes = excel.to_bytes(study if exact == study.question else run(exact, study.library), lang)
        return made

    return build
