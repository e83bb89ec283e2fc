"""The Evidence page: what to run, the button that runs it, and why nothing came of it."""

from html import escape
from typing import Any

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.evidence import methods
from tariffs.ui import evidence_desk as desk
from tariffs.ui import parts, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words

HELP = N_(
    "Outcome ~ regressors | fixed effects. Names are columns of the table. log(x), exp(x), sqrt(x), abs(x), I(x^2), "
    "C(x) for dummies, i(year, x, ref=2006) for one coefficient a year, a:b and a*b for products, a^b for combined "
    "fixed effects. With OLS, a last part endogenous ~ instrument."
)
ESTIMATORS = {
    "ppml": N_("PPML"),
    "ols": N_("OLS"),
    "tariffs": N_("PPML with tariffs, by columns"),
    "feenstra": N_("Feenstra, by columns"),
    "aids": N_("Demand system, by columns"),
}
OPTIONS = {
    "effects": N_("Fixed effects"),
    "controls": N_("Further regressors"),
    "cluster": N_("Cluster by"),
    "factor": N_("Small-sample factor"),
    "reference": N_("Reference exporter"),
    "draws": N_("Resamples of the years"),
    "seed": N_("Seed"),
    "period": N_("Column of the period"),
    "supplier": N_("Column of the supplier"),
    "index": N_("Price index"),
    "base": N_("Base of the index"),
    "at": N_("Elasticities at"),
    "free": N_("Without homogeneity and symmetry"),
    "shares": N_("Columns of shares"),
    "prices": N_("Columns of prices"),
    "spending": N_("Column of total spending"),
}
ERRORS = {"cluster": N_("Clustered"), "hetero": N_("Robust"), "iid": N_("Plain")}
RLM = "\u200f"  # a sentence that begins with a formula runs from the right all the same
FACTORS = {
    "stata-ml": N_("G/(G−1), as Stata's ppmlhdfe"),
    "fixest": N_("as R's fixest"),
    "dummies": N_("every fixed effect counted"),
    "none": N_("none"),
}


SECTIONS = {
    "rerun": N_("Rerun an estimate"),
    "prices": N_("Prices"),
    "currency": N_("Exchange rule"),
    "labels": N_("Labels in Georgia"),
    "elasticities": N_("Elasticities"),
    "past": N_("Past events"),
    "flows": N_("Trade indicators"),
}
SECTION = "evidence:section"
AT_FIRST = 8  # estimates named before anybody asks for all of them


def show() -> None:
    t = state.words()
    parts.title(t(N_("Evidence")))
    st.html(f'<p class="lead">{escape(t(N_("How we know an elasticity: rerun it, change it, use it.")))}</p>')
    section = _section(t)
    if section == "rerun":
        _rerun(t)
    elif section == "flows":
        from tariffs.ui import evidence_flows

        evidence_flows.show(t)
    else:
        from tariffs.ui import evidence_own

        drawn = {
            "prices": evidence_own.of_prices,
            "currency": evidence_own.of_currency,
            "labels": evidence_own.of_labels,
            "elasticities": evidence_own.of_elasticities,
            "past": evidence_own.of_the_past,
        }
        drawn[section](t)


def _section(t: Words) -> str:
    """Which part of the evidence is looked at; it outlives a change of language."""
    names = list(SECTIONS)
    chosen = st.segmented_control(
        t(N_("Evidence of")), names, default=st.session_state.get(SECTION, names[0]), required=True,
        format_func=lambda one: t(SECTIONS[one]), key=f"{t.lang}:{SECTION}", label_visibility="collapsed",
    )  # fmt: skip
    st.session_state[SECTION] = chosen
    return str(chosen)


def _rerun(t: Words) -> None:
    """Named estimates and tables of one's own: what to run, and what came of it."""
    with st.container(key="frame"):
        answer, controls, working = (st.container(key=name) for name in ("answer", "controls", "working"))
    with controls:
        asked = _controls(t)
    with answer:
        if asked:
            _run(t)
        _troubles(t)
        runs = desk.runs()
        if not runs:
            first = N_("Choose an estimate and press Run. It takes its data from this project, or a table of your own.")
            st.markdown(plain(t(first)))
    with working:
        if not runs:
            _overview(t)
            return
        from tariffs.ui import evidence_results

        evidence_results.draw(runs, t)


def _controls(t: Words) -> bool:
    """What to run; whether Run was pressed."""
    st.header(plain(t(N_("What to run"))), anchor=False)
    _own_table(t)
    held = desk.held()  # a file that has just come has changed it
    if not held.file:
        _choice(t)
    own_method = desk.own_method()
    if held.file:
        _estimator(t, list(ESTIMATORS))
    if desk.method() is not None:
        _options(t)
    elif own_method:
        says = N_("This estimate has a method of its own: it runs as declared, without a formula.")
        st.caption(plain(t(says)))
    else:
        _formula(t)
    return st.button(
        t(N_("Run")), type="primary", icon=":material/play_arrow:", width="stretch", key=f"{t.lang}:evidence:run"
    )


def _overview(t: Words) -> None:
    """Every named estimate, what it is for, and how many published numbers it must meet."""
    from tariffs.brief.evidence_tables import overview
    from tariffs.ui import long_table

    says = t(N_("Every named estimate and what it is for."))
    long_table.show(overview(desk.all_named(), t), says, "estimates", t, few=AT_FIRST)


def _choice(t: Words) -> None:
    names = desk.choices()
    st.selectbox(
        t(N_("Estimate")),
        names,
        format_func=lambda name: desk.title_of(name, t),
        key=desk.seeded(t, "name"),
        on_change=desk.choose,
        args=(t,),
    )
    st.caption(plain(desk.purpose(t)))


def _own_table(t: Words) -> None:
    with st.expander(t(N_("Your own table")), expanded=bool(desk.held().file)):
        given = st.file_uploader(
            t(N_("CSV or Parquet, up to 5 MB; it stays in this session")),
            type=["csv", "gz", "parquet", "xlsx", "txt", "json"],
            key=f"{t.lang}:evidence:file",
        )
        desk.take(given)
        if desk.held().file:
            gaps = {"name": desk.held().file, "rows": t.number(desk.rows()), "columns": ", ".join(desk.columns()[:30])}
            st.caption(plain(t(N_("{name}: {rows} rows. Columns: {columns}"), **gaps)))


def _formula(t: Words) -> None:
    st.text_area(
        t(N_("Formula")), key=desk.seeded(t, "formula"), on_change=desk.change, args=(t, "formula"), height=110,
        help=plain(t(HELP)), placeholder="value ~ log(1 + tariff) | exporter^year + importer^year",
    )  # fmt: skip
    if not desk.held().file:
        _estimator(t, ["ppml", "ols"])
    st.segmented_control(
        t(N_("Standard errors")), list(ERRORS), format_func=lambda x: t(ERRORS[x]), required=True,
        key=desk.seeded(t, "vcov"), on_change=desk.change, args=(t, "vcov"),
    )  # fmt: skip
    if desk.held().vcov == "cluster":
        st.text_input(
            t(N_("Cluster by")), key=desk.seeded(t, "cluster"), on_change=desk.change, args=(t, "cluster"),
            help=plain(t(N_("A column, columns combined with ^, or two groups with + between."))),
        )  # fmt: skip
    st.selectbox(
        t(N_("Small-sample factor")), list(FACTORS), format_func=lambda x: RLM * t.rtl + t(FACTORS[x]),
        key=desk.seeded(t, "factor"), on_change=desk.change, args=(t, "factor"),
    )  # fmt: skip


def _estimator(t: Words, held: list[str]) -> None:
    """Two as buttons; a table of one's own has more, as a list."""
    more: dict[str, Any] = {"key": desk.seeded(t, "estimator"), "on_change": desk.change, "args": (t, "estimator")}
    if len(held) == 2:
        st.segmented_control(
            t(N_("Estimator")), held, format_func=lambda x: t(ESTIMATORS[x]), required=True, **more
        )
    else:
        st.selectbox(t(N_("Estimator")), held, format_func=lambda x: t(ESTIMATORS[x]), **more)


def _options(t: Words) -> None:
    """The columns that an estimator without a formula reads, and its choices."""
    method = desk.method()
    if method is None:
        return
    columns = ", ".join(method.columns)
    st.caption(plain(t(N_("Reads the columns {columns}; official trade files too."), columns=columns)))
    for name, one in methods.choices(method.kind).items():
        label = t(OPTIONS[name])
        asked = (t, name, one.default)
        more: dict[str, Any] = {"key": desk.option(*asked), "on_change": desk.change_option, "args": asked}
        if isinstance(one.default, bool):
            st.toggle(label, **more)
        elif one.words:
            st.selectbox(label, one.words, **more)
        elif isinstance(one.default, int):
            st.number_input(label, 1, 10_000, step=1, **more)
        else:
            st.text_input(label, **more)


def _run(t: Words) -> None:
    warm = desk.warm()
    says = N_("Estimating …") if warm else N_("Estimating … The engine warms up the first time: about six seconds.")
    with st.spinner(t(says), show_time=True):
        desk.run()


def _troubles(t: Words) -> None:
    """Why the last run gave nothing, as a table of what to correct."""
    trouble = desk.trouble()
    if trouble is None:
        return
    st.error(plain(t(N_("This could not be estimated. Everything you entered is kept."))), icon=":material/error:")
    st.table(
        [{t(N_("Where")): where, t(N_("What to do")): what} for where, what in _parts(trouble, t)],
        border="horizontal",
        hide_index=True,
    )


def _parts(trouble: TariffsError, t: Words) -> list[tuple[str, str]]:
    from tariffs.errors import BadData
    from tariffs.evidence.guards import BadSample

    if isinstance(trouble, BadData):
        return [(plain(d.file), plain(t.said(d.sentence()))) for d in trouble.defects]
    where = t(N_("Sample")) if isinstance(trouble, BadSample) else t(N_("Formula or table"))
    return [(where, plain(t.explain(trouble)))]
