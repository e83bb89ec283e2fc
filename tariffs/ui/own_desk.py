"""A visitor's files: read once, kept in the session alone, used only when all of them can be or the visitor agrees."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from tariffs.errors import BadQuestion, Defect, TariffsError
from tariffs.intake import UPLOAD, Loaded, Refused, Upload, load
from tariffs.intake.given import facts
from tariffs.intake.refusal import MISFIT, NEGATIVE, NO_CODE, NO_FLOW, NO_PLACE, NO_YEAR, UNREADABLE, Reason
from tariffs.project import MOST_FILES, Project, is_project, laid_over, opened
from tariffs.store import Library
from tariffs.ui import engine, state
from tariffs.words import N_

# Rows that somebody wrote and that say something wrong; the other reasons leave out what nobody asked for.
WRONG = {
    UNREADABLE: N_("a number"),
    MISFIT: N_("as many cells as the header"),
    NO_PLACE: N_("a country"),
    NO_YEAR: N_("a year"),
    NO_CODE: N_("an HS code"),
    NEGATIVE: N_("zero or more"),
    NO_FLOW: N_("import or export"),
}


@dataclass
class Own:
    """Files that the answers rest on; :meth:`over` lays them over our rows, once for each state of these."""

    project: Project
    loaded: Loaded
    _made: dict[str, Library] = field(default_factory=dict)

    def over(self, library: Library) -> Library:
        if library.digest not in self._made:
            self._made = {library.digest: laid_over(library, self.loaded, self.project.prices)}
        return self._made[library.digest]


@dataclass(frozen=True)
class Waiting:
    """Files that were read and are not yet answered from, since some of their rows are wrong."""

    project: Project
    loaded: Loaded
    wrong: tuple["WrongRow", ...]
    kept: int


@dataclass(frozen=True)
class WrongRow:
    """One row to mend, or the first of several for the same reason."""

    file: str
    row: int
    found: str
    reason: Reason
    count: int


def own() -> Own | None:
    held: Own | None = st.session_state.get(engine.OWN)
    return held


def waiting() -> Waiting | None:
    held: Waiting | None = st.session_state.get(f"{engine.OWN}:waiting")
    return held


def refused() -> tuple[Defect, ...]:
    """What stands in the way of files handed in last."""
    defects: tuple[Defect, ...] = st.session_state.get(f"{engine.OWN}:refused", ())
    return defects


def trouble() -> TariffsError | None:
    """Why files handed in last are not used, where it is no place in them."""
    why: TariffsError | None = st.session_state.get(f"{engine.OWN}:trouble")
    return why


def left_out() -> tuple[str, ...]:
    """Parts of a project's question that cannot be asked."""
    parts: tuple[str, ...] = st.session_state.get(f"{engine.OWN}:left_out", ())
    return parts


def take(files: Sequence[Upload], said: str) -> None:
    """Files handed in, or all of them taken away; ``said`` are facts, separated by blanks."""
    for name in ("waiting", "refused", "trouble", "left_out"):
        st.session_state.pop(f"{engine.OWN}:{name}", None)
    state.touched()
    if not files:
        st.session_state.pop(engine.OWN, None)
        return
    try:
        project = _project(files, tuple(said.split()))
        loaded = load(
            project.files, product=engine.ours().baseline.product, given=facts(project.facts), limits=UPLOAD
        ) if project.files else None
        if loaded is None:
            st.session_state.pop(engine.OWN, None)
            return
        Own(project, loaded).over(engine.ours())  # refuses what holds nothing for the model
    except Refused as why:
        st.session_state[f"{engine.OWN}:refused"] = tuple(why.defects)
        return
    except TariffsError as why:
        st.session_state[f"{engine.OWN}:trouble"] = why
        return
    wrong = _wrong(loaded)
    if wrong:
        kept = sum(report.rows_kept for report in loaded.reports)
        st.session_state[f"{engine.OWN}:waiting"] = Waiting(project, loaded, wrong, kept)
    else:
        st.session_state[engine.OWN] = Own(project, loaded)


def agree() -> None:
    """Use the good rows; the wrong ones stay out."""
    held = waiting()
    if held is not None:
        st.session_state[engine.OWN] = Own(held.project, held.loaded)
        st.session_state.pop(f"{engine.OWN}:waiting", None)
        state.touched()


def take_prices(wanted: bool) -> None:
    """Take unit values of the files as prices, or go back to those on record."""
    held = own()
    if held is not None:
        st.session_state[engine.OWN] = Own(replace(held.project, prices=wanted), held.loaded)
        state.touched()


def _project(files: Sequence[Upload], said: tuple[str, ...]) -> Project:
    """The files with what was said about them; an archive that we saved brings its own question along."""
    saved = [file for file in files if is_project(file.data)]
    if saved and len(files) > 1:
        raise BadQuestion(N_("A project file is opened alone: take the other files away first."))
    if len(files) > MOST_FILES:
        raise BadQuestion(N_("At most {most} files are taken at once."), most=MOST_FILES)
    if not saved:
        return Project(state.asked(), tuple(files), said)
    project, ignored = opened(saved[0], engine.ours(), UPLOAD)
    state.ask(project.question)
    st.session_state[f"{engine.OWN}:left_out"] = ignored
    return project


def _wrong(loaded: Loaded) -> tuple[WrongRow, ...]:
    return tuple(
        WrongRow(report.file, example.row, example.found, dropped.reason, dropped.count)
        for report in loaded.reports for dropped in report.dropped if dropped.reason in WRONG
        for example in dropped.examples
    )
