"""The Evidence page's results: side by side, pictured, diagnosed, carried over, and copied."""

from collections.abc import Sequence

import streamlit as st

from tariffs.brief import evidence_charts, evidence_names, evidence_tables
from tariffs.errors import TariffsError
from tariffs.evidence import Named, named
from tariffs.evidence.carry import belief
from tariffs.evidence.methods import METHODS
from tariffs.evidence.write import as_csv, as_html, as_json, as_latex
from tariffs.market.elasticities import Elasticity
from tariffs.ui import engine, evidence_desk, limits_ranges, long_table, parts, pictures, rows, state
from tariffs.ui.evidence_desk import Run
from tariffs.ui.look import plain
from tariffs.words import N_, Words

CARRIED = "evidence:carried"
MODEL_KINDS = (
    "armington_origins", "armington_home_import", "label_substitution", "import_demand", "total_demand",
    "export_supply", "home_supply",
)  # fmt: skip


def draw(runs: Sequence[Run], t: Words) -> None:
    """The last run first: what it found, then everything beside it."""
    last = runs[-1]
    parts.heading(_title(last, t))
    st.caption(plain(last.fit.formula))
    st.markdown(plain(evidence_tables.dropped_says(last.fit, t)))
    if last.reset is not None:
        st.markdown(plain(evidence_tables.reset_says(last.reset, t)))
    for warning in last.said:
        st.warning(plain(t.said(warning)), icon=":material/info:")
    pictures.picture(lambda: evidence_charts.coefficients([r.fit for r in runs], t), t, "evidence-coefficients")
    _tables(runs, last, t)
    _draw_errors(last, t)
    _use(last, t)
    _copies(runs, last, t)


def _title(run: Run, t: Words) -> str:
    """What was estimated: a declared title, said to be changed where it is; a method's; or the file."""
    if run.spec.name:
        title = t(named(run.spec.name).title)
        return t(N_("{title} (changed)"), title=title) if run.spec.given() else title
    if run.spec.estimator in METHODS:
        return t(METHODS[run.spec.estimator].title)
    return run.spec.file or run.fit.formula


def _tables(runs: Sequence[Run], last: Run, t: Words) -> None:
    frame = evidence_tables.side_by_side([run.fit for run in runs], t)
    parts.heading(
        t(N_("Specifications side by side")), t(N_("Standard errors in brackets; *** p<0.01, ** <0.05, * <0.1."))
    )
    rows.table(
        list(frame.columns), frame.itertuples(index=False), t(N_("Coefficients and facts of every specification run."))
    )
    if len(runs) > 1:
        st.button(t(N_("Clear all")), on_click=evidence_desk.forget, type="tertiary", key=f"{t.lang}:evidence:clear")
    left, right = st.columns([1, 1.8], gap="medium")
    with left:
        st.markdown(f"**{plain(t(N_('Rows left out')))}**")
        st.table(evidence_tables.left_out(last.fit, t), hide_index=True, border="horizontal")
    with right:
        if last.fit.checks:
            word = t(N_("Published numbers: all met")) if last.fit.correct else t(N_("Published numbers: not all met"))
            st.markdown(f"**{plain(word)}**")
            long_table.figures(evidence_tables.expected(last.fit, t), word, "expected", t)
    for title, table in last.fit.tables.items():
        says = evidence_names.table(title, t)
        st.markdown(f"**{plain(says)}**")
        long_table.figures(evidence_names.headed(table, t), says, f"estimate:{title}", t)
    for note in last.fit.notes:
        st.caption(plain(t.said(note)))


def _draw_errors(last: Run, t: Words) -> None:
    """Errors by drawing clusters again, when somebody asks: beside the page, with a bar and a way to stop."""
    if last.reset is None or last.spec.bootstrap:
        return  # no formula, or drawn already
    label = N_("Draw the errors again, {draws} replications")
    busy = N_("Estimating every replication …")
    name = f"bootstrap:{last.spec}"
    limits_ranges.on_request(t, name, label, evidence_desk.REPLICATIONS, evidence_desk.drawing(last.spec), busy)


def _use(last: Run, t: Words) -> None:
    """The estimate in place of one of our elasticities, in the question that every page asks."""
    parts.heading(t(N_("Use this estimate")))
    asked = named(last.spec.name) if last.spec.name and not last.spec.file else None
    if (asked and asked.use is None) or last.spec.estimator == "aids":
        says = N_("This estimate is not an elasticity of the model, so there is nothing to put in its place.")
        st.markdown(plain(t(says)))
        return
    rows = _rows(asked)
    terms = [str(term) for term in last.fit.params.index if term != "(intercept)"]
    first = asked.use.term if asked and asked.use and asked.use.term in terms else terms[0]
    left, middle, right = st.columns([2, 1, 2], gap="medium", vertical_alignment="bottom")
    with left:
        term = st.selectbox(
            t(N_("Coefficient")), terms, index=terms.index(first), key=f"{t.lang}:evidence:term:{first}"
        )
    with middle:
        minus = st.segmented_control(
            t(N_("Times")), ["−1", "1"], default="1" if _as_it_is(asked, first) else "−1",
            required=True, key=f"{t.lang}:evidence:scale:{last.spec.name}:{first}",
            help=plain(t(N_("A tariff coefficient is minus the elasticity of substitution."))),
        )  # fmt: skip
    with right:
        row = st.selectbox(
            t(N_("In place of")),
            list(rows),
            format_func=lambda key: _row_says(rows[key], t),
            key=f"{t.lang}:evidence:row",
        )
    try:
        text = belief(last.fit, None, str(row), str(term), -1.0 if minus == "−1" else 1.0)
        name, _, value = text.partition("=")
        engine.check(state.asked().with_belief(name, value))
    except TariffsError as why:
        st.info(plain(t.explain(why)), icon=":material/block:")
    else:
        st.button(
            t(N_("Use this estimate")), icon=":material/input:", on_click=_carry, args=(name, value),
            key=f"{t.lang}:evidence:use", help=plain(text),
        )  # fmt: skip
    if carried := st.session_state.get(CARRIED):
        says = N_("Carried over: {what}. The link, every page and the brief now use it as your own figure.")
        st.success(plain(t(says, what=carried)), icon=":material/check:")
        st.caption(t(N_("Link to the question")))
        st.code(f"?{state.asked().query()}", language="text", wrap_lines=True)


def _as_it_is(asked: Named | None, term: str) -> bool:
    """Whether a coefficient is the elasticity itself, and not minus it as that of a tariff."""
    return asked.use.scale > 0 if asked and asked.use else term.startswith("sigma")


def _rows(asked: Named | None) -> dict[str, Elasticity]:
    """Rows that the model reads; of a named estimate only those that it speaks of."""
    held = engine.library().elasticities.rows
    product = engine.library().baseline.product
    mine = {k: r for k, r in held.items() if r.product == product and r.kind in MODEL_KINDS}
    spoken_of = [k for k in (asked.use.rows if asked and asked.use else ()) if k in mine]
    return {k: mine[k] for k in (spoken_of or mine)}


def _row_says(row: Elasticity, t: Words) -> str:
    kinds = {
        "armington_origins": N_("substitution between origins, {place}"),
        "armington_home_import": N_("substitution of home and imported, {place}"),
        "label_substitution": N_("substitution between labels, {place}"),
        "import_demand": N_("import demand, {place}"),
        "total_demand": N_("demand, {place}"),
        "export_supply": N_("export supply, {place}"),
        "home_supply": N_("home supply, {place}"),
    }
    return t(kinds[row.kind], place=t.place(row.place))


def _carry(name: str, value: str) -> None:
    state.ask(state.asked().with_belief(name, value))
    st.session_state[CARRIED] = f"{name}={value}"


def _copies(runs: Sequence[Run], last: Run, t: Words) -> None:
    parts.heading(t(N_("Take it away")))
    latex = as_latex([run.fit for run in runs])
    for label, text, language in (
        (t(N_("In Python")), last.spec.python(), "python"),
        (t(N_("In a shell")), last.spec.shell(), "bash"),
    ):
        st.caption(plain(label))
        st.code(text, language=language, wrap_lines=True)
    with st.expander(t(N_("As LaTeX, specifications side by side"))):
        st.code(latex, language="latex", wrap_lines=True)
    name = last.spec.name or "estimate"
    with st.container(horizontal=True, gap="small"):
        for kind, text, mime in (
            ("csv", as_csv(last.fit), "text/csv"),
            ("tex", latex, "text/x-tex"),
            ("html", as_html(last.fit), "text/html"),
            ("json", as_json(last.fit), "application/json"),
        ):
            st.download_button(
                kind.upper() if kind != "tex" else "LaTeX", text, file_name=f"{name}.{kind}", mime=mime,
                on_click="ignore", key=f"{t.lang}:evidence:{kind}",
            )  # fmt: skip
