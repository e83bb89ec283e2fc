"""Trade indicators on the page: of a visitor's own flows, else of the only reported ones with several suppliers."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from tariffs.brief import evidence_indicators
from tariffs.errors import TariffsError
from tariffs.evidence import georgia, own_flows, standing
from tariffs.intake import Upload
from tariffs.sources import Status
from tariffs.ui import engine, long_table, parts, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words

HELD = "evidence:flows"
KINDS = ["csv", "txt", "tsv", "xlsx", "json", "parquet", "gz"]


def show(t: Words) -> None:
    """Upload, whose trade, then every indicator or why it cannot be given; the maker's protection last."""
    own = _own(t)
    if own is None:
        seen = georgia.observed(engine.library())
        frame, status = standing.reported_flows(engine.library()), Status.ESTIMATED
        sources: tuple[str, ...] = (*seen.before.sources, *seen.after[1].sources)
        st.markdown(plain(t(N_("Shown: Georgia's reported imports by declared origin, 2020 and 2023, in tonnes."))))
    else:
        frame, status, sources = own.frame, Status.REPORTED, own.files
        gaps = {"rows": t.number(len(frame)), "files": t.listed(list(own.files))}
        st.markdown(plain(t(N_("Shown: {rows} flows of your own ({files})."), **gaps)))
    exporter, importer, product = _whose(frame, t)
    for shown in standing.of_flows(frame, exporter, importer, product, status, sources):
        _indicator(shown, exporter, importer, t)
    _maker(t)
    if own is None:
        held = engine.library().sources
        parts.listed_sources([held[one] for one in dict.fromkeys(sources) if one in held], t)


def _own(t: Words) -> own_flows.OwnFlows | None:
    """What the visitor brought, read once and kept in this session alone."""
    with st.expander(t(N_("Your own flows")), expanded=HELD in st.session_state):
        given = st.file_uploader(
            t(N_("Official trade files, or columns year, exporter, importer, product, value, quantity; to 5 MB each")),
            type=KINDS,
            accept_multiple_files=True,
            key=f"{t.lang}:evidence:flows",
        )
    if given:
        mark = tuple(one.file_id for one in given)
        if st.session_state.get(HELD, (None,))[0] != mark:
            st.session_state[HELD] = (mark, *_read(given))
    elif HELD in st.session_state and st.session_state[HELD][2] == t.lang:
        del st.session_state[HELD]
    held = st.session_state.get(HELD)
    if held is None:
        return None
    if isinstance(held[1], TariffsError):
        st.error(plain(t.explain(held[1])), icon=":material/error:")
        return None
    kept: own_flows.OwnFlows = held[1]
    return kept


def _read(given: list[Any]) -> tuple[own_flows.OwnFlows | TariffsError, str]:
    """The flows, or why there are none; and the language whose uploader holds the files."""
    try:
        return own_flows.flows([Upload(one.name, one.getvalue()) for one in given]), state.lang()
    except TariffsError as why:
        return why, state.lang()


def _whose(frame: pd.DataFrame, t: Words) -> tuple[str, str, str]:
    """Exporter, importer and product among those that the table has."""
    left, middle, right = st.columns(3, gap="medium")
    exporters, importers = sorted(set(frame["exporter"].astype(str))), sorted(set(frame["importer"].astype(str)))
    products = sorted(set(frame["product"].astype(str)))
    with left:
        exporter = _among(t, "exporter", t(N_("Exporter")), exporters, "IRN", lambda one: t.place(one))
    with middle:
        importer = _among(t, "importer", t(N_("Importer")), importers, "TUR", lambda one: t.place(one))
    with right:
        product = _among(t, "product", t(N_("Product")), products, engine.library().baseline.product, str)
    return exporter, importer, product


def _among(t: Words, name: str, label: str, held: list[str], first: str, says: Any) -> str:
    at = held.index(first) if first in held else 0
    return str(st.selectbox(label, held, index=at, format_func=says, key=f"{t.lang}:evidence:flows:{name}:{len(held)}"))


def _indicator(shown: standing.Shown, exporter: str, importer: str, t: Words) -> None:
    parts.heading(evidence_indicators.title(shown, t), evidence_indicators.meaning(shown, t))
    if shown.table is None:
        st.markdown(plain(t.explain(shown.trouble or TariffsError())))
        return
    if said := evidence_indicators.says(shown, exporter, importer, t):
        st.html(f'<p class="then">{escape(said)}</p>')
    if shown.table.empty:
        st.markdown(plain(t(N_("No flow has both a value and a quantity with rivals beside it."))))
    else:
        told = evidence_indicators.told(shown.table, t)
        long_table.figures(told, evidence_indicators.title(shown, t), f"indicator:{shown.name}", t)
    if shown.note is not None:
        st.caption(plain(t.said(shown.note)))
    parts.badge(str(shown.status), t)


def _maker(t: Words) -> None:
    """What the exporter's own state does to its maker on the day that is asked about."""
    asked, held = state.asked(), engine.library()
    on = asked.on or held.scenarios["status_quo"].as_of
    maker = standing.of_maker(held, on)
    parts.heading(t(N_("Protection and resource cost of the Iranian plant")))
    st.markdown(plain(evidence_indicators.protection(maker, t)))
    st.markdown(plain(evidence_indicators.resource_cost(maker, t)))
    parts.badge(str(maker.resource_cost.status), t)
