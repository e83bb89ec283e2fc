"""Limits: what it would take, how far two levers carry, where both sides gain, and a cut spread over years."""

from collections.abc import Callable
from html import escape
from typing import TypeVar

import streamlit as st

from tariffs.errors import TariffsError
from tariffs.limits import TARGETS, target_of
from tariffs.limits.phase_in import KEEPERS, Plan
from tariffs.scenario import LEVERS
from tariffs.study import Question, Study
from tariffs.study.figures import Key
from tariffs.ui import engine, limits_doubt, limits_engine, limits_ranges, parts, rows, scenario_page, state
from tariffs.ui.look import plain
from tariffs.ui.widgets import asking
from tariffs.words import N_, Words, terms

One = TypeVar("One")
NUMERIC = tuple(name for name, lever in LEVERS.items() if lever.unit != "choice")
SUPPORTS = ("irn.award", "irn.vat_cost", "irn.export_duty", "irn.fx_share")
PHASED = ("tur.duty", "irq.duty", "tur.wedge", "irn.award")
QUOTA = 30_000.0  # tonnes a year, to begin with; nobody has proposed one
OUTPUTS: tuple[tuple[str, str, str], ...] = (
    ("rival_gap_usd_per_t", "TUR", "after"),
    ("exports_to_buyers_tonnes", "IRN", "change"),
    ("own_label_tonnes", "TUR", "change"),
    ("rival_gap_usd_per_t", "IRQ", "after"),
    ("net_back_usd_per_t", "IRN", "change"),
    ("side_gain_usd", "TUR", "change"),
    ("side_gain_usd", "IRQ", "change"),
    ("side_gain_usd", "IRN", "change"),
    ("seller_treasury_usd", "IRN", "change"),
)
ZONE_TERMS = N_(
    "Türkiye's or Iraq's side: buyers, home producer and treasury. Iran's side: plants, treasury, whoever buys the "
    "surrendered currency, and feedstock sellers. The Nash point is where the product of both gains is largest."
)
PHASE_TERMS = N_(
    "A tariff-rate quota lets so many tonnes in at the lower rate and the rest at today's. Where it binds, the right "
    "to bring a tonne in is worth something: the rent."
)


def show() -> None:
    t = state.words()
    parts.title(t(N_("Limits")))
    study = scenario_page.answered(t)
    if study is None:
        return
    _asked_about(study, t)
    parts.heading(t(N_("What would it take?")))
    _break_even(t)
    parts.heading(t(N_("Two levers at once")))
    _map(t)
    parts.heading(t(N_("Where both sides gain")), t(ZONE_TERMS))
    _zone(t)
    parts.heading(t(N_("Over several years")), t(PHASE_TERMS))
    _phase_in(t)
    parts.heading(t(N_("What the answer hangs on")))
    limits_doubt.draw(t)
    parts.foot(study, t)


def _asked_about(study: Study, t: Words) -> None:
    """What all of the page is about, and how to ask about something else."""
    from tariffs.brief.limits_words import all_else

    st.markdown(plain(all_else(study, t)))
    if study.question.sets:
        changes = t.listed(list(study.question.sets))
        st.caption(plain(t(N_("With your own changes: {changes}."), changes=changes)))


@st.fragment
def _break_even(t: Words) -> None:
    """A lever, a target, the setting that just meets it, or why there is none."""
    from tariffs.brief import limits_charts, limits_prose
    from tariffs.ui import pictures

    asked, library = state.asked(), engine.library()
    importers = library.baseline.importers
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        lever = _choose(t, "lever", N_("Lever"), NUMERIC, lambda name: t(terms.LEVERS[name]))
        name = _choose(t, "target", N_("Target"), tuple(TARGETS), lambda one: t(TARGETS[one]))
        market: str | None = None
        text = name
        if name == "net-back":
            at = float(
                engine.study(asked).figure("net_back_usd_per_t", library.baseline.exporter, "before").central or 0
            )
            cost = st.number_input(
                t(N_("Net-back to keep, USD per tonne")),
                1.0,
                9_999.0,
                round(at, 1),
                1.0,
                key=_key(t, "cost"),
                format="%.1f",
            )
            text = f"{name}={cost:.10g}"
        else:
            places = importers if name == "below-rival" else (*importers, "")
            market = _choose(t, f"market:{name}", N_("Market"), places, lambda one: _places(one, importers, t)) or None
    target = target_of(text, market, importers, library.baseline.exporter)
    try:
        found = limits_engine.break_even_of(asked, lever, target)
    except TariffsError as trouble:
        left.warning(plain(t.explain(trouble)), icon=":material/block:")
        return
    with left:
        _lead(limits_prose.break_even(found, t))
        status = str(found.estimate.status)
        parts.badge(status, t)
        limits_ranges.of_break_even(t, asked, lever, target)
    with right:
        name = f"{t.lang}:break-even:{lever}:{target}"
        drawn = limits_engine.drawn(asked, name, lambda: limits_charts.break_even(found, t))
        pictures.shown(drawn, t, "break-even")
        pictures.beside(drawn, t)


@st.fragment
def _map(t: Words) -> None:
    """Any two levers on a figure; pointing at a cell asks nobody."""
    from tariffs.brief import limits_maps, limits_prose
    from tariffs.ui import pictures

    asked = state.asked()
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        keys = tuple(Key(*one) for one in OUTPUTS)
        key = _choose(t, "output", N_("Figure"), keys, lambda one: _figure(one, t))
        x = _choose(t, "x", N_("From left to right"), NUMERIC, lambda name: t(terms.LEVERS[name]))
        others = tuple(name for name in ("irn.award", *NUMERIC) if name != x)
        y = _choose(t, "y", N_("From bottom to top"), tuple(dict.fromkeys(others)), lambda name: t(terms.LEVERS[name]))
    try:
        made = limits_engine.map_of(asked, x, y, key)
    except TariffsError as trouble:
        left.warning(plain(t.explain(trouble)), icon=":material/block:")
        return
    with left:
        _lead(limits_prose.heat_map(made, t))
        parts.badge(str(made.present.status), t)
        st.caption(
            plain(t(N_("Point at a cell: the cross and the curve below the map follow. Blank cells did not close.")))
        )
        _use_this_point(t, x, y, made.x.present, made.y.present)
    with right:
        # Streamlit gives charts under one another the whole width without their axes: leave room for those.
        with st.container(key="map_stack"):
            name = f"{t.lang}:map:{x}:{y}:{key}"
            drawn = limits_engine.drawn(asked, name, lambda: limits_maps.heat_map(made, t))
            pictures.shown(drawn, t, "map")
        pictures.beside(drawn, t)


@st.fragment
def _zone(t: Words) -> None:
    """Who gains where, who pays inside each side, and what a payment would add."""
    from tariffs.brief import limits_deals, limits_maps
    from tariffs.ui import pictures

    asked, importers = state.asked(), engine.library().baseline.importers
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        importer = _choose(t, "zone", N_("Buyer"), importers, t.place)
        support = _choose(t, "support", N_("What Iran moves"), SUPPORTS, lambda name: t(terms.LEVERS[name]))
    try:
        made = limits_engine.zone_of(asked, importer, support)
    except TariffsError as trouble:
        left.warning(plain(t.explain(trouble)), icon=":material/block:")
        return
    with left:
        _lead(limits_deals.agreement(made, t)[:-1])
        if made.best:
            parts.badge(str(made.best.buyer.status), t)
        limits_ranges.of_zone(t, asked, importer, support)
    with right:
        name = f"{t.lang}:zone:{importer}:{support}"
        drawn = limits_engine.drawn(asked, name, lambda: limits_maps.zone(made, t))
        pictures.shown(drawn, t, "zone")
        pictures.of(drawn)


@st.fragment
def _phase_in(t: Words) -> None:
    """The same change at once, in steps, or by a quota."""
    from tariffs.brief import limits_charts, limits_deals, limits_tables
    from tariffs.brief.limits_words import lever as said
    from tariffs.ui import pictures

    asked = state.asked()
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        lever = _choose(t, "phased", N_("Lever"), PHASED, lambda name: said(name, t))
        rate = LEVERS[lever].unit == "rate"
        label = N_("Goes to, %") if rate else N_("Goes to, USD per tonne")
        to = st.number_input(t(label), 0.0, 100.0 if rate else LEVERS[lever].most, 0.0, key=_key(t, f"to:{lever}"))
        years = st.slider(t(N_("Years")), 2, 10, 5, key=_key(t, "years"))
        shapes = ["linear", "front", *(["trq"] if lever.endswith(".duty") else [])]
        shape = _choose(t, f"shape:{len(shapes)}", N_("Made"), tuple(shapes), lambda one: t(limits_deals.SHAPES[one]))
        quota, keeper = QUOTA, "importer"
        if shape == "trq":
            quota = st.number_input(
                t(N_("Quota, tonnes a year")), 100.0, 1e7, QUOTA, 1_000.0, key=_key(t, "quota"), format="%.0f"
            )
            keeper = _choose(t, "keeper", N_("The rent goes to"), KEEPERS, lambda one: t(limits_deals.KEEPERS[one]))
    goal = to / 100.0 if rate else to
    ways = list(dict.fromkeys([shape, "at_once", *shapes]))
    try:
        plans = [
            limits_engine.plan_of(asked, Plan(lever, goal, years, way, quota=quota, keeper=keeper))  # type: ignore[arg-type]
            for way in ways
        ]
    except TariffsError as trouble:
        left.warning(plain(t.explain(trouble)), icon=":material/block:")
        return
    with left:
        _lead(limits_deals.phase_in(plans[0], t, plans[1])[:-1])
        parts.badge(str(plans[0].values["seller_side_gain_usd"].status), t)
    with right:
        name = f"{t.lang}:phases:{plans[0].plan}"
        drawn = limits_engine.drawn(asked, name, lambda: limits_charts.phases(plans, t))
        pictures.shown(drawn, t, "phases")
        pictures.of(drawn)
        worths = limits_tables.worths(plans, t)
        rows.table(list(worths.columns), worths.itertuples(index=False), drawn.says)


def _use_this_point(t: Words, x: str, y: str, px: object, py: object) -> None:
    """Ask about one point of the map: two numbers and a button, so that a click on the map stays a look."""
    values = {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, present in ((x, px), (y, py)):
            lever = LEVERS[name]
            per = 100.0 if lever.unit == "rate" else 1.0
            unit = N_("{lever}, %") if lever.unit == "rate" else N_("{lever}, USD per tonne")
            held = present if isinstance(present, float) else 0.0
            number = st.number_input(
                t(unit, lever=t(terms.LEVERS[name])),
                lever.least * per,
                lever.most * per,
                held * per,
                key=_key(t, f"use:{name}"),
            )
            values[name] = float(number) / per

    def use(now: Question) -> Question:
        for name, value in values.items():
            now = now.with_set(name, f"{value:.10g}")
        return now

    if st.button(t(N_("Use this point")), key=_key(t, "use"), on_click=asking(use), icon=":material/my_location:"):
        st.rerun()


def _lead(told: list[str]) -> None:
    """The answer larger than what explains it."""
    first, *rest = told
    st.html(f'<p class="then"><strong>{escape(first)}</strong></p>')
    if rest:
        st.markdown("\n".join(f"- {plain(one)}" for one in rest))


def _choose(t: Words, name: str, label: str, options: tuple[One, ...], say: Callable[[One], str]) -> One:
    chosen: One = st.selectbox(t(label), options, format_func=say, key=_key(t, name))
    return chosen


def _key(t: Words, name: str) -> str:
    return f"{t.lang}:limits:{name}"


def _places(one: str, importers: tuple[str, ...], t: Words) -> str:
    return t.place(one) if one else t.listed([t.place(place) for place in importers])


def _figure(key: Key, t: Words) -> str:
    message = {"change": N_("{figure} ({place}), change"), "after": N_("{figure} ({place}), after")}[key.when]
    return t(message, figure=t(terms.FIGURES[key.name]), place=t.place(key.place))
