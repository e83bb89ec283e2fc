"""Charts of evidence: each is valid, says its numbers, and shows them in a table beside it."""

import pytest

from tariffs.brief import evidence_forest, evidence_prices
from tariffs.brief.charts import Picture
from tariffs.evidence import exchange, history, labels, meta, prices
from tariffs.store import Library
from tariffs.words import Words

T = Words()


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def drawn(picture: Picture) -> Picture:
    """The picture, once its chart has been held against the grammar."""
    spec = picture.chart.to_dict()
    assert spec["layer"]
    assert not picture.table.empty
    return picture


def test_the_forest_shows_every_figure_between_origins_and_the_combined_one(library: Library) -> None:
    found = meta.forest(library)
    combined = meta.combine(found, "armington_origins")
    picture = drawn(evidence_forest.forest(found, "armington_origins", T, combined))
    rows = set(picture.table.iloc[:, 0])
    assert {"el-fgo-271320", "el-bw-us-271320", "el-hauk-us-271320-early", "el-hauk-us-271320-late"} <= rows
    assert {"el-bw-tur-271", "el-gtap-pc-origins", "el-tur-origins", "el-geo-origins-est", "combined"} <= rows
    assert T.number(combined.value, 2) in picture.says


@pytest.mark.parametrize("kind", meta.KINDS)
def test_every_kind_of_elasticity_has_its_forest(library: Library, kind: str) -> None:
    assert drawn(evidence_forest.forest(meta.forest(library), kind, T)).says


def test_prices_are_drawn_with_the_band_of_a_single_quote(library: Library) -> None:
    found = prices.pass_through(library)
    picture = drawn(evidence_prices.pass_through(found, T))
    assert len(picture.table) == found.line.n
    assert T.number(found.line.slope, 2) in picture.says and "14 months" in picture.says


def test_the_exchange_wedge_is_drawn_with_its_events(library: Library) -> None:
    picture = drawn(evidence_prices.exchange(exchange.points(library), exchange.marked(library), T))
    assert "16 April 2024" in picture.says  # the widest burden on record


def test_the_exporters_rate_stands_against_the_free_market_month_by_month(library: Library) -> None:
    points = exchange.points(library)
    picture = drawn(evidence_prices.rates(points, exchange.free_market(library), T))
    assert len(picture.table) == sum(p.exporter_rate is not None for p in points)
    assert "On 19 January 2026 it stood 8" in picture.says  # the gap that was reported fell to 8 %


def test_gaps_between_prices_are_drawn_together(library: Library) -> None:
    found = (prices.packing_premium(library), *prices.discounts(library))
    picture = drawn(evidence_prices.gaps(found, T))
    assert len(picture.table) == sum(len(g.months) for g in found)


def test_a_profile_says_whether_it_bounds_the_elasticity(library: Library) -> None:
    found = labels.estimate(library)
    bounded = drawn(evidence_forest.profile(found.grid, found.maker_profile, found.makers, "armington_origins", T))
    free = drawn(evidence_forest.profile(found.grid, found.label_profile, found.label, "label_substitution", T))
    assert bounded.says.startswith("The elasticity between origins is")
    assert free.says.startswith("The data do not bound the elasticity between labels")


def test_the_answer_is_drawn_under_each_figure(library: Library) -> None:
    found = meta.answer_under(library, {"as it stands": None, "low": 2.0, "high": 20.0})
    picture = drawn(evidence_forest.answers(found, T))
    assert T.tonnes(found[0].exports_change_tonnes) in picture.says


def test_past_events_are_drawn_beside_the_record(library: Library) -> None:
    cases = tuple(c for c in history.cases(library.folder) if c.event == "ev-2021-georgia")
    events = {row["key"]: row for row in library.table("events")}
    assert cases and set(c.event for c in cases) <= set(events)
    picture = drawn(evidence_forest.history(history.outcomes(library, draws=64), T))
    assert "can be tested" in picture.says
