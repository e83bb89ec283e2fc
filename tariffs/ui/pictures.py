"""Charts with their tables, and the rivals: all that needs pandas and Altair."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from tariffs.brief import charts, tables
from tariffs.brief.chart_speed import quickly
from tariffs.brief.chart_words import spoken
from tariffs.brief.charts import Picture
from tariffs.brief.sheets import naming
from tariffs.study import Study
from tariffs.study.figures import RIVAL_SHARE
from tariffs.ui import long_table, notes, rows
from tariffs.ui.look import plain
from tariffs.words import N_, Words, terms

RIVALS = N_("Sellers in {place} by landed price after the change.")


@dataclass(frozen=True)
class Built:
    """A picture ready to be shown: its specification, its takeaway, its figures."""

    spec: dict[str, Any]
    says: str
    table: pd.DataFrame


def picture(make: Callable[[], Picture], t: Words, key: str) -> None:
    """A chart, with its takeaway for those who cannot see it and its figures as a table."""
    made = built(make)
    if made.table.empty:  # an empty chart has nothing to look at and no name
        st.markdown(plain(made.says))
        return
    shown(made, t, key)
    beside(made, t)


def built(make: Callable[[], Picture]) -> Built:
    with quickly():
        made = make()
        return Built(made.chart.to_dict(validate=False), made.says, made.table)


def shown(made: Built, t: Words, key: str) -> None:
    st.vega_lite_chart(spoken(made.spec, t), key=f"{key}-{t.lang}", alt=made.says, width="stretch")


def pressed(made: Built, t: Words, key: str, selection: str, field: str) -> str:
    """The same, and the field of the mark that was just pressed, else nothing."""
    event: Any = st.vega_lite_chart(
        spoken(made.spec, t), key=f"{key}-{t.lang}", alt=made.says, width="stretch", on_select="rerun",
        selection_mode=selection,
    )  # fmt: skip
    held = event["selection"].get(selection) or [{}]
    return str(held[0].get(field, ""))


def beside(made: Built, t: Words) -> None:
    """The figures of a chart, for reading."""
    with st.expander(t(N_("Show as a table"))):
        of(made)


def of(made: Built) -> None:
    """The figures of a chart as a table."""
    rows.table(list(made.table.columns), made.table.itertuples(index=False), made.says)


def ladder(study: Study, t: Words, importer: str) -> None:
    """The waterfall, or in words why there is none."""
    label = charts.open_label(study, importer)
    place = t.place(importer)
    if label is None:
        st.info(plain(t(N_("{place} would refuse these goods under every label: no price lands there."), place=place)))
        return
    if label != study.exporter:
        text = N_("{place} would refuse goods declared as Iranian. This is the way under the label of {label}.")
        st.info(plain(t(text, place=place, label=t.place(label))))
    picture(lambda: charts.waterfall(study, t, importer, label), t, "waterfall")


def before_after(study: Study, t: Words) -> None:
    """Price and tonnes by market, side by side where there is room."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{plain(t(N_('Landed price, Iranian label')))}**")
        picture(lambda: charts.prices(study, t), t, "prices")
    with right:
        st.markdown(f"**{plain(t(N_('Sold a year, all labels')))}**")
        picture(lambda: charts.volumes(study, t), t, "volumes")
    st.caption(plain(t(N_("Hollow: before. Filled: after. Lines: 5 to 95 % of the draws."))))


def gains(study: Study, t: Words) -> None:
    """Who gains and who pays, a year."""
    picture(lambda: charts.gains(study, t), t, "gains")


def rivals(study: Study, t: Words, importer: str) -> None:
    """Everybody who sells there, cheapest first."""
    frame = tables.rivals(study, importer)
    heads = (
        N_("Seller"),
        N_("USD/t before"),
        N_("USD/t after"),
        N_("kt before"),
        N_("kt after"),
        N_("Share after, %"),
        N_("Note"),
    )
    held = frame.to_dict("records")
    rows.table([t(head) for head in heads], [_rival(row, t) for row in held], t(RIVALS, place=t.place(importer)))
    if (frame["share_after"] < RIVAL_SHARE).any():
        st.caption(t(N_("Sellers with less than 1% of the market count as no rival: no price of their own is known.")))


def _rival(row: dict[object, object], t: Words) -> tuple[str, ...]:
    """Seller, price and thousand tonnes before and after, share, note."""
    prices = (row["landed_before_usd_per_t"], row["landed_after_usd_per_t"])
    tonnes = (row["tonnes_before"], row["tonnes_after"])
    return (
        _seller(row, t),
        *("–" if value != value else t.number(float(str(value))) for value in prices),
        *(t.number(float(str(value)) / 1_000.0, 1) for value in tonnes),
        t.number(float(str(row["share_after"])) * 100.0, 1),
        _rival_note(row, t),
    )


def _seller(row: dict[object, object], t: Words) -> str:
    maker, label = t.place(str(row["producer"])), t.place(str(row["label"]))
    if row["home"]:
        return t(N_("{maker}, home"), maker=maker)
    return maker if row["producer"] == row["label"] else t(N_("{maker}, declared as {label}"), maker=maker, label=label)


def _rival_note(row: dict[object, object], t: Words) -> str:
    if row["prohibited_after"]:
        return t(N_("refused at the border"))
    if float(str(row["share_after"])) < RIVAL_SHARE:
        return t(N_("no rival"))
    return ""


def figures(study: Study, t: Words) -> None:
    """Every figure that entered the answer: row, range, standing, source."""
    frame = tables.assumptions(study)
    shown = pd.DataFrame(
        {
            t(N_("Figure")): [naming.figure(figure, study, t) for figure in study.used],
            t(N_("Central")): [notes.amount(u, v, t) for u, v in zip(frame["unit"], frame["central"], strict=True)],
            t(N_("Range")): [_range(row, t) for row in frame.to_dict("records")],
            t(N_("Standing")): [t(terms.STATUSES[status]) for status in frame["status"]],
            t(N_("Source")): [t.said(title) for title in frame["title"]],
            t(N_("Row of data")): frame["key"],
        }
    )
    long_table.show(shown, t(N_("Every figure used, with its range, standing and source.")), "figures", t)


def unknowns(study: Study, t: Words) -> None:
    """Open questions by priority."""
    frame = tables.unknowns(study)
    heads = {
        "what": N_("What"),
        "why_it_matters": N_("Why it matters"),
        "placeholder": N_("What stands in"),
        "how_to_obtain": N_("Who would know"),
    }
    shown = pd.DataFrame({t(head): [t(str(said)) for said in frame[name]] for name, head in heads.items()})
    shown.insert(1, t(N_("Priority")), [t.number(priority) for priority in frame["priority"]])
    long_table.show(shown, t(N_("What nobody knows, by priority.")), "unknowns", t)


def _range(row: dict[object, object], t: Words) -> str:
    low, high, unit = row["low"], row["high"], str(row["unit"])
    if not isinstance(low, float) or not isinstance(high, float) or not low < high:
        return str(row["distribution"]) if "normal(" in str(row["distribution"]) else "–"
    gaps = {"low": notes.amount(unit, low, t), "high": notes.amount(unit, high, t)}
    return t(N_("{low} to {high}"), **gaps)
