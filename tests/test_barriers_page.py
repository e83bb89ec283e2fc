"""The closer look on the page: three folds, for every market, with a reason where there is nothing to show."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parent.parent / "app.py"


def opened(**query: str) -> AppTest:
    """The page with its three folds open."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for fold in ("holding", "labels", "models"):
        app.session_state[f"open:{fold}"] = True
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return " ".join(element.value.replace("\\", "") for element in (*app.markdown, *app.info, *app.caption))


def headings(app: AppTest) -> list[str]:
    return [fold.label for fold in app.expander]


def test_the_page_says_what_holds_the_trade_back_what_only_changes_its_label_and_how_far_the_models_part() -> None:
    app = opened(scenario="law_as_found")
    shown = headings(app)
    for heading in ("What holds the trade with Türkiye back", "New trade or another label", "How far the models part"):
        assert shown.count(heading) == 1
    said = words(app)
    assert "There is no duty to cut in Türkiye; the access wedge keeps most away" in said
    assert "only changes its label" in said
    assert "As the duty on the Iranian label in Türkiye goes from 0% to 100%" in said
    assert "GSIM says" in said and "SMART says" in said and "Straight lines alone are off by" in said
    assert "The benchmark is a ruler, not a forecast" in said


def test_a_section_is_worked_out_only_while_it_is_open() -> None:
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert "How far the models part" in headings(app)
    assert "GSIM says" not in words(app) and len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 4
    app.session_state["open:models"] = True
    assert "GSIM says" in words(app.run())


def test_another_market_has_its_own_closer_look() -> None:
    app = opened(scenario="status_quo")
    assert "Cutting the duty alone cannot open Türkiye" in words(app)
    app.session_state["market"] = "IRQ"
    app.session_state["en:market"] = "IRQ"
    app.run()
    assert not app.exception
    assert "What holds the trade with Iraq back" in headings(app)
    assert "Cutting the duty alone cannot open Iraq" in words(app)
    assert "No other label takes any of it up" in words(app)


@pytest.mark.parametrize("scenario", ["ban", "relabelling_route_closed"])
def test_where_a_label_is_refused_the_page_says_so_and_stands(scenario: str) -> None:
    app = opened(scenario=scenario)
    said = words(app)
    assert "are refused there; that barrier is not among these" in said
    assert "SMART has no answer here" in said
