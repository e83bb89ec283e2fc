"""Charts with their tables, and the rivals: all that needs pandas and Altair."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from tariffs.brief import charts, tables
from tariffs.brief.charts import Picture
from tariffs.study import Study
from tariffs.study.figures import RIVAL_SHARE
from tariffs.ui import notes
from tariffs.ui.look import plain
from tariffs.words import N_, Words, terms


def picture(make: Callable[[], Picture], t: Words, key: str) -> None:
    """A chart, with its takeaway for those who cannot see it and its figures as a table."""
    with charts.quickly():
        made = make()
        spec = made.chart.to_dict(validate=False)
    st.vega_lite_chart(spec, key=f"{key}-{t.lang}", alt=made.says, width="stretch")
    with st.expander(t(N_("Show as a table"))):
        st.table(made.table, hide_index=True, border="horizontal", alt=made.says)


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
    shown = pd.DataFrame(
        {
            "seller": [_seller(row, t) for row in frame.to_dict("records")],
            "before": frame["landed_before_usd_per_t"],
            "after": frame["landed_after_usd_per_t"],
            "tonnes_before": frame["tonnes_before"] / 1_000.0,
            "tonnes_after": frame["tonnes_after"] / 1_000.0,
            "share": frame["share_after"] * 100.0,
            "note": [_rival_note(row, t) for row in frame.to_dict("records")],
        }
    )
    number = st.column_config.NumberColumn
    says = t(N_("Sellers in {place} by landed price after the change."), place=t.place(importer))
    st.dataframe(
        shown,
        hide_index=True,
        alt=says,
        key=f"rivals-{t.lang}",
        height="content",
        placeholder="–",
        column_config={
            "seller": st.column_config.TextColumn(t(N_("Seller")), pinned=True, width=180),
            "before": number(t(N_("USD/t before")), format="%.0f", width=100),
            "after": number(t(N_("USD/t after")), format="%.0f", width=100),
            "tonnes_before": number(t(N_("kt before")), format="%.1f", width=90),
            "tonnes_after": number(t(N_("kt after")), format="%.1f", width=90),
            "share": st.column_config.ProgressColumn(
                t(N_("Share after, %")), format="%.1f", min_value=0, max_value=100, width=130
            ),
            "note": st.column_config.TextColumn(t(N_("Note")), width=130),
        },
    )
    if (frame["share_after"] < RIVAL_SHARE).any():
        st.caption(t(N_("Sellers with less than 1% of the market count as no rival: no price of their own is known.")))


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
    text = st.column_config.TextColumn
    shown = pd.DataFrame(
        {
            "key": frame["key"],
            "central": [notes.amount(u, v, t) for u, v in zip(frame["unit"], frame["central"], strict=True)],
            "range": [_range(row, t) for row in frame.to_dict("records")],
            "standing": [t(terms.STATUSES[status]) for status in frame["status"]],
            "title": frame["title"],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=560,
        key=f"figures-{t.lang}",
        alt=t(N_("Every figure used, with its range, standing and source.")),
        column_config={
            "key": text(t(N_("Row of data")), pinned=True, width=310),
            "central": text(t(N_("Central")), width=110),
            "range": text(t(N_("Range")), width=170),
            "standing": text(t(N_("Standing")), width=110),
            "title": text(t(N_("Source")), width=420),
        },
    )


def unknowns(study: Study, t: Words) -> None:
    """Open questions by priority."""
    frame = tables.unknowns(study)
    text = st.column_config.TextColumn
    st.dataframe(
        frame[["priority", "what", "why_it_matters", "placeholder", "how_to_obtain"]],
        hide_index=True,
        height=560,
        row_height=52,
        key=f"unknowns-{t.lang}",
        alt=t(N_("What nobody knows, by priority.")),
        column_config={
            "priority": st.column_config.NumberColumn(t(N_("Priority")), width=80),
            "what": text(t(N_("What")), width=330),
            "why_it_matters": text(t(N_("Why it matters")), width=320),
            "placeholder": text(t(N_("What stands in")), width=150),
            "how_to_obtain": text(t(N_("Who would know")), width=420),
        },
    )


def _range(row: dict[object, object], t: Words) -> str:
    low, high, unit = row["low"], row["high"], str(row["unit"])
    if not isinstance(low, float) or not isinstance(high, float) or not low < high:
        return str(row["distribution"]) if "normal(" in str(row["distribution"]) else "–"
    gaps = {"low": notes.amount(unit, low, t), "high": notes.amount(unit, high, t)}
    return t(N_("{low} to {high}"), **gaps)
