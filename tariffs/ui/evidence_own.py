"""Bitumen's own evidence on the page: prices, the exchange rule, labels, elasticities, past events."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

import pandas as pd
import streamlit as st

from tariffs.brief import evidence_forest, evidence_history, evidence_prices, evidence_said
from tariffs.brief.charts import Picture
from tariffs.errors import TariffsError
from tariffs.evidence import exchange, labels, meta, prices
from tariffs.sources import Array, Status
from tariffs.ui import cards, engine, evidence_engine, parts, pictures, state
from tariffs.ui.look import plain
from tariffs.words import N_, Words

PACKINGS, FORMS = ("bulk", "drum"), ("levels", "logs", "differences")
# Rows of elasticities that Georgia's labels speak of: what the model draws from, and what we estimate.
CARRIED = ("el-geo-origins", "el-geo-origins-est", "el-geo-label", "el-geo-label-est")


def of_prices(t: Words) -> None:
    """Bitumen on crude, with tests of stability and the next quote; drums over bulk; Iran below its rivals."""
    terms = N_("Spot quotes at the Gulf, one mean a month, on Brent of that month.")
    parts.heading(t(N_("Bitumen and crude")), t(terms))
    left, right = st.columns(2, gap="medium")
    with left:
        packing = _one_of(t, "packing", N_("Packing"), PACKINGS, lambda one: t(evidence_said.PACKINGS[one]))
    with right:
        form = _one_of(t, "form", N_("Form"), FORMS, lambda one: t(evidence_said.FORMS[one]))
    found = evidence_engine.crude(packing, form)
    _figure(t, f"crude:{packing}:{form}", lambda: evidence_prices.pass_through(found, t))
    said = evidence_said.stable(found, t)
    st.markdown(plain(said))
    cards.show(evidence_said.breaks(found, t), said)
    if form == "levels":
        at = st.number_input(
            t(N_("Brent, USD a barrel")), 10.0, 200.0, round(float(found.line.x[-1]), 0), 1.0,
            key=f"{t.lang}:evidence:brent", format="%.0f", width=220,
        )  # fmt: skip
        st.markdown(plain(evidence_said.next_quote(found, float(at), t)))
    if form == "levels" and packing == "bulk":
        st.markdown(plain(evidence_said.before_2020(prices.before_2020(engine.library()), t)))
    st.markdown(plain(evidence_said.fuel_oil(prices.on_fuel_oil(engine.library()), t)))
    parts.badge(str(Status.ESTIMATED), t)
    parts.heading(t(N_("Drums over bulk, Iran below its rivals")))
    gaps = evidence_engine.gaps()
    _figure(t, "gaps", lambda: evidence_prices.gaps(gaps, t))
    parts.badge(str(Status.DERIVED), t)
    _sources(t, [*found.sources, *(source for one in gaps for source in one.sources)])


def of_currency(t: Words) -> None:
    """The exporter's rate against the free one, what it takes of a tonne over time, and the rules that changed it."""
    parts.heading(t(N_("What the exchange rule takes of a tonne")))
    points, events = evidence_engine.wedge()
    market = exchange.free_market(engine.library())
    _figure(t, "exchange", lambda: evidence_prices.exchange(points, events, t))
    parts.badge(str(Status.DERIVED), t)
    _figure(t, "rates", lambda: evidence_prices.rates(points, market, t))
    rules = [(t.day(m.on), t(m.event)) for m in events]
    heads = [t(N_("Day")), t(N_("What happened"))]
    _table(t, N_("Changes of the rule"), pd.DataFrame(rules, columns=heads))
    _sources(t, [*(source for p in points for source in p.sources), *market.sources])


def of_labels(t: Words) -> None:
    """What Georgia's imports by declared origin say of both elasticities of substitution, and what they cannot say."""
    parts.heading(
        t(N_("Georgia before and after the Iranian label was barred")),
        t(N_("The model itself is asked: a Georgian market of 2020 with the Iranian label closed, against the count.")),
    )
    with st.spinner(t(N_("Solving the Georgian market over the whole grid, about eight seconds the first time …"))):
        every = evidence_engine.georgia()
    found = every[1]
    for what, interval, fall in (
        ("armington_origins", found.makers, found.maker_profile),
        ("label_substitution", found.label, found.label_profile),
    ):
        kind = t(evidence_forest.KINDS[what])
        st.markdown(f"**{plain(t(N_('Elasticity {kind}'), kind=kind))}**")
        _figure(t, f"profile:{what}", _profile(found.grid, fall, interval, what, t))
    parts.badge(str(Status.ESTIMATED), t)
    _table(t, N_("The answer rests on a stated spread of makers' prices"), evidence_said.by_spread(every, t))
    _table(t, N_("What was counted, tonnes by declared origin"), evidence_said.windows(found, t))
    held = engine.library().elasticities.rows
    rows = [held[key] for key in CARRIED if key in held]
    said = N_("On record: the prior that the model draws from, and our estimate")
    _table(t, said, evidence_said.beside_the_prior(rows, t))
    _sources(t, [*found.sources, *(row.value.source for row in rows)])


def _profile(grid: Array, fall: Array, interval: labels.Interval, what: str, t: Words) -> Callable[[], Picture]:
    return lambda: evidence_forest.profile(grid, fall, interval, what, t)


def of_elasticities(t: Words) -> None:
    """Every figure on record and ours of one kind, how they combine, and what the answer would be under each."""
    parts.heading(t(N_("Every elasticity on record")))
    kind = _chosen_kind(t)
    found = evidence_engine.figures()
    combined = other = None
    try:
        combined, other = (meta.combine(found, kind, impute) for impute in (False, True))
    except TariffsError:  # fewer than two with an error: they stand side by side
        combined = None
    _figure(t, f"forest:{kind}", lambda: evidence_forest.forest(found, kind, t, combined))
    if combined is not None and other is not None:
        st.markdown(plain(evidence_said.rule(combined, other, t)))
    with st.container(horizontal=True, gap="xsmall"):
        for status in dict.fromkeys(str(e.status) for e in found if e.kind == kind):
            parts.badge(status, t)
    if kind == "armington_origins":
        parts.heading(t(N_("What the answer would be under each")))
        scenario = state.asked().scenario
        with st.spinner(t(N_("Solving the market for every figure …"))):
            answers = evidence_engine.answers(scenario)
        _figure(t, f"answers:{scenario}", lambda: evidence_forest.answers(answers, t))
        parts.badge(str(Status.ESTIMATED), t)
    _sources(t, [e.source for e in found if e.kind == kind])


def _chosen_kind(t: Words) -> str:
    kinds = tuple(meta.KINDS)
    key = f"{t.lang}:evidence:kind"
    chosen: str = st.selectbox(
        t(N_("Kind")), kinds, format_func=lambda one: t(evidence_forest.KINDS[one]), key=key,
        index=kinds.index(st.session_state.get("evidence:kind", kinds[0])),
    )  # fmt: skip
    st.session_state["evidence:kind"] = chosen
    return chosen


def of_the_past(t: Words) -> None:
    """Past events run as scenarios: predicted range against what is on record."""
    parts.heading(
        t(N_("Past events against the record")),
        t(N_("Thick bars: on record. Lines: predicted, 5 to 95 % of the draws. Dots: the middle.")),
    )
    with st.spinner(t(N_("Running every event over 2,000 draws, about eight seconds the first time …"))):
        found = evidence_engine.past()
    st.html(f'<p class="then">{escape(evidence_history.headline(found, t))}</p>')
    made = evidence_engine.drawn(f"{_said(t)}:past", lambda: evidence_forest.history(found, t))
    pictures.shown(made, t, "evidence-past")
    parts.badge(str(Status.ESTIMATED), t)
    cards.show(made.table, made.says)
    _sources(t, [o.case.source for o in found])


def _figure(t: Words, name: str, make: Callable[[], Picture]) -> None:
    """What a chart says, then the chart, then its figures."""
    made = evidence_engine.drawn(f"{_said(t)}:{name}", make)
    st.html(f'<p class="then">{escape(made.says)}</p>')
    pictures.shown(made, t, f"evidence-{name}".replace(":", "-"))
    pictures.beside(made, t)


def _said(t: Words) -> str:
    return f"{t.lang}{t.digits}"


def _table(t: Words, title: str, frame: pd.DataFrame) -> None:
    st.markdown(f"**{plain(t(title))}**")
    cards.show(frame, t(title))


def _one_of(t: Words, name: str, label: str, choices: Sequence[str], says: Callable[[str], str]) -> str:
    """A choice that outlives a change of language."""
    kept = f"evidence:{name}"
    chosen: str = st.segmented_control(
        t(label), list(choices), default=st.session_state.get(kept, choices[0]), format_func=says, required=True,
        key=f"{t.lang}:evidence:{name}",
    )  # fmt: skip
    st.session_state[kept] = chosen
    return chosen


def _sources(t: Words, ids: Iterable[str]) -> None:
    """Who told us, once each."""
    held = engine.library().sources
    parts.listed_sources([held[one] for one in dict.fromkeys(ids) if one in held], t)


