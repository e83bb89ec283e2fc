"""Markets: where the exporter stands in each, against whom, and what is law there on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from tariffs.law.policy import Policy
from tariffs.study import Study
from tariffs.study.sellers import Market, exporters_rules, importers_rules, market
from tariffs.ui import kept, parts, rows, scenario_page, state, tiles
from tariffs.ui.look import plain
from tariffs.words import N_, Words

if TYPE_CHECKING:
    import pandas as pd

OVERVIEW_TERMS = N_(
    "Prices are those of the Iranian label after the change. The margin is the distance to the cheapest rival; below "
    "zero Iran is cheaper. Preference is the tariff of the Iranian label less the rivals': above zero they are ahead."
)
SELLER_TERMS = N_(
    "Tariff: all import duties as a share of CIF. Preference: the tariff of the Iranian label less this seller's, in "
    "points; above zero the seller is ahead. Sellers with less than 1% of the market count as no rival."
)
RULE_TERMS = N_(
    "Our rows before any proposal. Faint bars do not hold on the day of the line. An empty place in the table means "
    "that no number is on record, not that it is zero."
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: its name, its head, how many decimals, and whether a change or a share."""

    name: str
    head: str
    digits: int | None = None  # nothing for words
    signed: bool = False
    drawn: bool = False  # a share in per cent, with its bar

    def cell(self, value: object, t: Words) -> object:
        """What stands in the cell; a missing figure stays missing."""
        if self.digits is None or not isinstance(value, (int, float)) or value != value:
            return value
        text = t.number(float(value), self.digits, self.signed)
        return rows.Part(text, float(value) / 100.0) if self.drawn else text


def show() -> None:
    t = state.words()
    parts.title(t(N_("Markets")))
    study = scenario_page.answered(t)
    if study is None:
        return
    every = study.after.result.market.importers
    markets = [
        market(study, importer) for importer in (*study.importers, *(i for i in every if i not in study.importers))
    ]
    focus = in_focus(markets, study.importers)
    _answer(focus, t)
    left, right = st.columns([1, 1.25], gap="large")
    with left:
        parts.heading(t(N_("Pick a market")))
        tiles.draw(markets, focus, t)
    with right:
        _prices(focus, t)
    _sellers(focus, t)
    _overview(markets, t)
    _rules(study, focus.importer, t)
    parts.foot(study, t)


def in_focus(markets: Sequence[Market], usual: Sequence[str]) -> Market:
    """The market looked at, the same as on the other pages."""
    held = st.session_state.get("market")
    return next((m for m in markets if m.importer == held), next(m for m in markets if m.importer == usual[0]))


def _answer(focus: Market, t: Words) -> None:
    from tariffs.brief import markets as told

    first, *rest = told.sentences(focus, t)
    with st.container(key="answer"):
        st.html(f'<p class="lead">{escape(first.text)}</p>')
        for one in rest:
            st.html(f'<p class="then">{escape(one.text)}</p>')
        with st.container(horizontal=True, gap="small"):
            parts.badge(first.status, t)


def _prices(focus: Market, t: Words) -> None:
    from tariffs.brief import markets as told
    from tariffs.ui import pictures

    parts.heading(t(N_("Landed prices in {place}"), place=t.place(focus.importer)))
    pictures.picture(lambda: told.prices(focus, t), t, "sellers")
    st.caption(plain(t(N_("Hollow: before. Filled: after. Lines: 5 to 95 % of the draws."))))


def _sellers(focus: Market, t: Words) -> None:
    from tariffs.brief import markets as told

    place = t.place(focus.importer)
    parts.heading(t(N_("Every seller in {place}"), place=place), t(SELLER_TERMS))
    columns = (
        _Column("seller", N_("Seller")),
        _Column("rank", N_("Rank"), 0),
        _Column("before", N_("USD/t before"), 0),
        _Column("landed", N_("USD/t after"), 0),
        _Column("range", N_("5–95 % range")),
        _Column("gap", N_("Against Iran, USD/t"), 0, signed=True),
        _Column("tonnes", N_("kt after"), 1),
        _Column("moved", N_("kt, change"), 1, signed=True),
        _Column("share", N_("Share after, %"), 1, drawn=True),
        _Column("tariff", N_("Tariff, %"), 1),
        _Column("favour", N_("Preference, points"), 1, signed=True),
        _Column("note", N_("Note")),
    )
    _table(told.rows(focus, t), columns, t(N_("Sellers in {place} by landed price after the change."), place=place), t)


def _overview(markets: Sequence[Market], t: Words) -> None:
    from tariffs.brief import markets as told

    parts.heading(t(N_("All markets")), t(OVERVIEW_TERMS))
    columns = (
        _Column("market", N_("Market")),
        _Column("before", N_("USD/t before"), 0),
        _Column("landed", N_("USD/t after"), 0),
        _Column("range", N_("5–95 % range")),
        _Column("rank", N_("Rank"), 0),
        _Column("margin", N_("Margin, USD/t"), 0, signed=True),
        _Column("share", N_("Iran's share, %"), 1, drawn=True),
        _Column("tariff", N_("Tariff on Iran, %"), 1),
        _Column("rivals", N_("on rivals, %"), 1),
        _Column("favour", N_("Preference, points"), 1, signed=True),
    )
    _table(told.overview(markets, t), columns, t(N_("Every market from Iran's side, after the change.")), t)


def _table(frame: "pd.DataFrame", columns: Sequence[_Column], says: str, t: Words) -> None:
    """Figures as the language writes them, with a bar under a share."""
    told = [[one.cell(row[one.name], t) for one in columns] for row in frame.to_dict("records")]
    rows.table([t(one.head) for one in columns], told, says)


def _rules(study: Study, importer: str, t: Words) -> None:
    """What is law when: of the market in focus, and of the exporter's own state."""
    parts.heading(t(N_("What is law when")), t(RULE_TERMS))
    held: Policy = study.library.policy
    place = t.place(importer)
    rules = importers_rules(held, importer, study.library.baseline.product)
    if rules:
        _timeline(study, rules, t(N_("Rules of {place}"), place=place), f"rules-{importer}", t)
    else:
        st.info(plain(t(N_("No rule of {place} on these goods is on record."), place=place)))
    exporter = study.exporter
    own = exporters_rules(held, exporter)
    says = t(N_("Rules of {place}"), place=t.place(exporter))
    kept.fold("rules-own", says, t, lambda: _timeline(study, own, says, "rules-own", t))


def _timeline(study: Study, rules: Sequence[object], says: str, key: str, t: Words) -> None:
    from tariffs.brief.timeline import timeline
    from tariffs.ui import cards, pictures

    made = pictures.built(lambda: timeline(rules, study.after.on, study.library.sources, t, says))  # type: ignore[arg-type]
    st.markdown(plain(made.says))
    pictures.shown(made, t, key)
    with st.expander(t(N_("Show as a table"))):
        cards.show(made.table, made.says)
