"""Markets: everybody who sells there, how tariffs favour them, and what is law on which day."""

from datetime import date

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tariffs import Question, run
from tariffs.brief import markets as told
from tariffs.brief.timeline import timeline
from tariffs.law.measures import DUTY_KINDS
from tariffs.study.sellers import exporters_rules, importers_rules, market
from tariffs.words import Words
from tests.test_app import APP, library, link

PAGE = """
from tariffs.ui import bar, markets_page, state
t = state.words()
state.follow_the_link("markets")
bar.steps(t)
bar.models(t)
markets_page.show()
"""


def opened(**query: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("importer", ["TUR", "IRQ"])
def test_a_market_says_of_the_exporter_what_the_study_says(importer: str) -> None:
    study = run(Question(scenario="status_quo", draws=64), library())
    made = market(study, importer)
    for mine, name in ((made.own.landed, "landed_usd_per_t"), (made.margin, "rival_gap_usd_per_t"),
                       (made.own.tariff, "duty_fraction")):  # fmt: skip
        theirs = study.figure(name, importer, "after")
        assert (mine.central, mine.low, mine.high) == pytest.approx((theirs.central, theirs.low, theirs.high))
    assert made.own.rank == study.figure("rank", importer, "after").central
    assert sum(s.tonnes.central or 0.0 for s in made.sellers) == pytest.approx(
        study.figure("market_tonnes", importer, "after").central
    )
    assert sum(s.share.central or 0.0 for s in made.sellers) == pytest.approx(1.0)
    prices = [s.landed.central for s in made.sellers if s.landed.central is not None]
    assert prices == sorted(prices)


def test_preference_is_the_own_tariff_less_the_rivals() -> None:
    """As it stands Türkiye takes 6.5 % from the Iranian label and nothing from the others."""
    made = market(run(Question(scenario="status_quo", draws=16), library()), "TUR")
    assert made.own.tariff.central == pytest.approx(0.065)
    for one in made.sellers:
        if not one.own:
            assert one.tariff.central == pytest.approx(0.0)
            assert one.favour.central == pytest.approx(0.065)
    assert made.rivals_tariff.central == pytest.approx(0.0)
    assert made.favour.central == pytest.approx(0.065)
    assert "6.5 points ahead" in told.sentences(made, Words())[1].text


def test_what_is_refused_or_not_on_record_has_no_figure() -> None:
    study = run(Question(scenario="ban", draws=16), library())
    made = market(study, "TUR")
    assert made.own.refused and made.own.landed.central is None and made.own.rank is None
    assert made.own.tariff.central is None and made.favour.central is None
    assert all(s.gap.central is None for s in made.sellers)
    assert "refuses" in told.sentences(made, Words())[0].text
    far = market(study, "GEO")  # no Georgian duty is on record
    assert all(s.tariff.central is None for s in far.sellers if not s.home)
    assert "not known, not zero" in told.sentences(far, Words())[-1].text
    assert told.rows(far, Words())["tariff"].isna().sum() == sum(not s.home for s in far.sellers)


def test_every_row_that_may_be_charged_today_is_on_the_timeline_and_in_force() -> None:
    held, on = library(), date(2026, 2, 1)
    study = run(Question(draws=16), held)
    for importer in ("TUR", "IRQ"):
        rules = importers_rules(held.policy, importer, held.baseline.product)
        keys = {rule.key for rule in rules}
        charged = {
            rung.key
            for stack in study.before.stacks
            if stack.importer == importer
            for rung in stack.rungs
            if rung.name in DUTY_KINDS and rung.match
        }
        assert charged <= keys
        made = timeline(rules, on, held.sources, Words(), "Rules")
        spec = made.chart.to_dict()
        rows = next(rows for rows in spec["datasets"].values() if "holds" in rows[0])
        assert [row["holds"] for row in rows] == [rule.covers(on) for rule in rules]
        assert len({row["name"] for row in rows}) == len(rules)
        assert f"of {len(rules)} rules {sum(r.covers(on) for r in rules)} are" in made.says
        assert list(made.table.columns) == ["Rule", "Rate", "In force", "How it counts", "Standing", "Source"]
    assert {r.key for r in exporters_rules(held.policy, "IRN")} >= {"irn-fx-share-2025", "irn-export-award"}


def test_a_closed_rule_ends_where_its_row_ends() -> None:
    held = library()
    rules = [r for r in importers_rules(held.policy, "TUR", "271320") if r.key in ("tur-vat-18", "tur-vat-20")]
    made = timeline(rules, date(2026, 2, 1), held.sources, Words(), "VAT")
    rows = next(rows for rows in made.chart.to_dict()["datasets"].values() if "holds" in rows[0])
    assert (rows[0]["end"], rows[0]["holds"]) == ("2023-07-09", False)
    assert rows[1]["start"] == "2023-07-10" and rows[1]["holds"]
    assert list(made.table["In force"]) == ["until 9 July 2023", "since 10 July 2023"]


def test_picking_a_tile_moves_the_focus_and_leaves_the_question_alone() -> None:
    app = opened(scenario="status_quo")
    before = link(app)
    first = next(str(block.value) for block in app.get("html") if 'class="lead"' in str(block.value))
    app.button(key="en:tile:IRQ").click().run()
    assert not app.exception
    then = next(str(block.value) for block in app.get("html") if 'class="lead"' in str(block.value))
    assert "Türkiye" in first and "Iraq" in then
    assert link(app) == before
    assert any("Every seller in Iraq" in header.value for header in app.header)


def test_the_market_picked_here_is_the_market_of_the_home_page() -> None:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["market"] = "IRQ"
    app.run()
    assert any("Rivals in Iraq" in header.value for header in app.header)
    far = AppTest.from_file(str(APP), default_timeout=30)
    far.session_state["market"] = "GEO"  # no market that the question is about
    far.run()
    assert not far.exception
    assert any("Rivals in Türkiye" in header.value for header in far.header)


def test_shares_sum_to_one_draw_by_draw() -> None:
    study = run(Question(draws=64), library())
    made = market(study, "TUR")
    assert all(s.share.low is not None and s.share.low >= 0.0 for s in made.sellers)
    assert np.isclose(sum(s.share.median or 0.0 for s in made.sellers), 1.0, atol=0.05)
