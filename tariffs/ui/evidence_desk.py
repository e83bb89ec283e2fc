"""What the Evidence page keeps for one visitor: the specification, the table brought along, and the last runs."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from tariffs.errors import N_, BadQuestion, TariffsError
from tariffs.evidence import EvidenceWarning, Fit, Named, methods, named, names, own_flows, regress, tables
from tariffs.evidence.diagnose import Reset
from tariffs.evidence.spec import Spec, least, of
from tariffs.intake import Upload
from tariffs.progress import Progress
from tariffs.ui import engine, state
from tariffs.words import Words

MOST_RUNS = 4
FIRST = "agtpa-ch1-ex2-tariff"
KEY, TABLE, RUNS, TROUBLE, DRAWN = (f"evidence:{name}" for name in ("spec", "table", "runs", "trouble", "drawn"))
REPLICATIONS = 199


@dataclass(frozen=True)
class Run:
    """One specification, its estimate, and what its diagnostics say."""

    spec: Spec
    fit: Fit
    reset: Reset | None
    said: tuple[str, ...]
    seconds: float


def held() -> Spec:
    """What the controls say."""
    if KEY not in st.session_state:
        st.session_state[KEY] = of(_named(FIRST))
    spec: Spec = st.session_state[KEY]
    return spec


def runs() -> tuple[Run, ...]:
    """The last runs, oldest first; one whose errors were drawn beside the page has joined them."""
    kept: tuple[Run, ...] = st.session_state.get(RUNS, ())
    drawn: dict[Spec, Run] = st.session_state.get(DRAWN, {})
    for spec in list(drawn):
        kept = (*(r for r in kept if r.spec != spec), drawn.pop(spec))[-MOST_RUNS:]
        st.session_state[RUNS] = kept
    return kept


def forget() -> None:
    """Put the last runs away."""
    st.session_state[RUNS] = ()
    state.touched()


def trouble() -> TariffsError | None:
    """Why the last run or upload gave nothing."""
    why: TariffsError | None = st.session_state.get(TROUBLE)
    return why


@st.cache_resource(max_entries=64, show_spinner=False)
def _named(name: str) -> Named:
    return named(name)


def choices() -> tuple[str, ...]:
    return names()


def all_named() -> tuple[Named, ...]:
    return tuple(_named(name) for name in names())


def title_of(name: str, t: Words) -> str:
    return t(_named(name).title)


def purpose(t: Words) -> str:
    return t(_named(held().name).purpose) if held().name else ""


def own_method() -> bool:
    """Whether the estimate chosen is worked out by a function of its own."""
    return bool(held().name) and not held().file and _named(held().name).kind != "fixest"


def method() -> methods.Method | None:
    """The estimator without a formula that a table of one's own is under."""
    return methods.METHODS.get(held().estimator) if held().file else None


def option(t: Words, name: str, default: Any) -> str:
    """The key of an option's widget, its value set from what is held."""
    key = f"{t.lang}:evidence:option:{held().estimator}:{name}"
    if key not in st.session_state:
        kept = dict(held().options)
        st.session_state[key] = methods.typed(name, kept[name], default) if name in kept else default
    return key


def change_option(t: Words, name: str, default: Any) -> None:
    """An option is kept where it says something else than the default."""
    value = st.session_state[f"{t.lang}:evidence:option:{held().estimator}:{name}"]
    kept = {k: v for k, v in held().options if k != name}
    if value != default and str(value).strip():
        kept[name] = "yes" if value is True else "no" if value is False else str(value).strip()
    st.session_state[KEY] = replace(held(), options=tuple(kept.items()))
    state.touched()


def seeded(t: Words, part: str) -> str:
    """The key of a widget, its value set from what is held; it carries the language."""
    key = f"{t.lang}:evidence:{part}"
    if key not in st.session_state:
        st.session_state[key] = getattr(held(), part)
    return key


def choose(t: Words) -> None:
    """Another named estimate: its declaration fills the controls."""
    _fill(of(_named(str(st.session_state[f"{t.lang}:evidence:name"]))))
    state.touched()


def change(t: Words, part: str) -> None:
    """One part of the specification; another estimator has other options."""
    new: dict[str, Any] = {part: str(st.session_state[f"{t.lang}:evidence:{part}"] or "").strip()}
    if part == "estimator":
        new["options"] = ()
    st.session_state[KEY] = replace(held(), **new)
    state.touched()


def _fill(spec: Spec) -> None:
    st.session_state[KEY] = spec
    st.session_state[TROUBLE] = None
    for key in [str(k) for k in st.session_state if ":evidence:" in str(k)]:
        if key.rpartition(":")[2] in ("name", "formula", "estimator", "vcov", "cluster", "factor"):
            del st.session_state[key]


def take(given: Any) -> None:
    """A file brought along, or taken away again; read once, kept in this session alone."""
    if given is None:
        if held().file:
            st.session_state.pop(TABLE, None)
            _fill(of(_named(FIRST)))
        return
    mark = (given.name, given.file_id)
    if st.session_state.get(TABLE, (None,))[0] == mark:
        return
    try:
        if given.size > tables.LARGEST_ON_PAGE:
            raise BadQuestion(
                N_("{name} is larger than 5 MB. The shell takes larger tables: regress --data."), name=given.name
            )
        upload = Upload(given.name, given.getvalue())
        frame = (
            tables.parsed(upload.name, upload.data, tables.MOST_ROWS_ON_PAGE)
            if upload.name.lower().endswith(tables.KINDS)
            else _flows(upload)
        )
    except TariffsError as why:
        st.session_state[TROUBLE] = why
        st.session_state[TABLE] = (mark, None, None)
        return
    st.session_state[TABLE] = (mark, frame, upload)
    _fill(Spec("", given.name, "", "ppml", "hetero", "", "fixest"))


def _table() -> pd.DataFrame | None:
    if not held().file:
        return None
    _, frame, upload = st.session_state.get(TABLE, (None, None, None))
    asked = method()
    if asked is not None and frame is not None and not {"year", "value"} <= set(frame.columns):
        return _flows(upload)  # an official file, in its own words
    kept: pd.DataFrame | None = frame
    return kept


def _flows(upload: Upload) -> pd.DataFrame:
    """Flows of an official file, bitumen alone where it holds other products too."""
    return own_flows.only_bitumen(own_flows.flows([upload]).frame, engine.library().baseline.product)


def rows() -> int:
    frame = _table()
    return 0 if frame is None else len(frame)


def columns() -> list[str]:
    frame = _table()
    return [] if frame is None else [str(c) for c in frame.columns]


@st.cache_resource(max_entries=1, show_spinner=False)
def _engine() -> dict[str, bool]:
    return {"warm": False}


def warm() -> bool:
    """Whether this server has estimated before."""
    return _engine()["warm"]


def run() -> None:
    """Estimate what is held; the result joins the last runs, or the reason is kept."""
    spec = least(held())
    started = time.perf_counter()
    try:
        frame = _table()
        if spec.file and not spec.formula and method() is None:
            raise BadQuestion(
                N_("Write a formula first: outcome ~ regressors | fixed effects, with the columns' names.")
            )
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            fit = regress(spec.name, data=frame, **spec.given())
            test = _reset(spec, frame)
    except TariffsError as why:
        st.session_state[TROUBLE] = why
        return
    _engine()["warm"] = True
    told = tuple(dict.fromkeys(w.message.args[0] for w in said if isinstance(w.message, EvidenceWarning)))
    made = Run(spec, fit, test, told, time.perf_counter() - started)
    st.session_state[RUNS] = (*(r for r in runs() if r.spec != spec), made)[-MOST_RUNS:]
    st.session_state[TROUBLE] = None


def drawing(spec: Spec) -> Callable[[Progress], str]:
    """Work beside the page: the same estimate with drawn errors, which joins the runs when it is done."""
    frame, asked = _table(), replace(spec, bootstrap=REPLICATIONS)
    waiting: dict[Spec, Run] = st.session_state.setdefault(DRAWN, {})

    def work(told: Progress) -> str:
        started = time.perf_counter()
        fit = regress(asked.name, data=frame, progress=told, **asked.given())
        waiting[asked] = Run(asked, fit, None, (), time.perf_counter() - started)
        return fit.errors

    return work


def _reset(spec: Spec, frame: pd.DataFrame | None) -> Reset | None:
    """The test of functional form, for estimates that have a formula."""
    from tariffs.evidence.diagnose import reset
    from tariffs.evidence.run import derived, specified

    asked = specified(spec.name, None, own_data=frame is not None, **spec.given())
    if asked.kind != "fixest":
        return None
    table = tables.bundled(asked.data)[0] if frame is None else frame
    wide = derived(table, asked.derive)
    try:
        return reset(
            wide, asked.formula, asked.estimator, asked.vcov, asked.cluster, asked.factor, asked.weights, asked.sample
        )
    except TariffsError as why:
        return Reset(None, None, str(why))
