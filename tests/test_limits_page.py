"""The page of limits: as a visitor asks it without a browser, and once in one."""

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest

from tariffs import Question
from tariffs.ui import limits_engine, limits_page
from tests import browser
from tests.conftest import AppServer

LIMITS = "from tariffs.ui import limits_page\nlimits_page.show()"


def opened(question: Question | None = None) -> AppTest:
    app = AppTest.from_string(LIMITS, default_timeout=60)
    if question is not None:
        app.session_state["asked"] = question
    app.run()
    assert not app.exception
    return app


def leads(app: AppTest) -> list[str]:
    return [str(block.value) for block in app.get("html") if "<strong>" in str(block.value)]


def test_the_page_answers_its_questions_about_what_is_asked() -> None:
    app = opened()
    told = leads(app)
    assert len(told) == 4
    assert "may be at most 13.40%" in told[0]
    assert "no pair of settings lets both gain" in told[2]
    assert "5.2%, 3.9%, 2.6%, 1.3%, and 0%" in told[3]
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 5
    assert any("What moves this figure most" in one.value for one in app.markdown)
    assert sum("<table" in str(block.value) for block in app.get("html")) >= 6


def test_another_question_gives_other_limits() -> None:
    app = opened(Question(scenario="access_opened"))
    assert "Both Türkiye and Iran gain" in leads(app)[2]
    ban = opened(Question(scenario="ban"))
    assert "There is no setting" in leads(ban)[0]
    assert any("refuses goods declared as Iranian" in str(block.value).replace("\\", "") for block in ban.markdown)


def test_another_target_asks_for_another_break_even() -> None:
    app = opened()
    app.selectbox(key="en:limits:target").select("net-back").run()
    assert not app.exception
    assert "net-back of" in leads(app)[0]
    app.number_input(key="en:limits:cost").set_value(300.0).run()
    assert "There is no setting" in leads(app)[0]
    app.selectbox(key="en:limits:lever").select("irn.award").run()
    assert "must be at least" in leads(app)[0]


def test_a_lever_that_is_not_on_record_is_said_and_the_rest_stays() -> None:
    app = opened(Question(scenario="complaint_day"))  # no second hall on that day
    app.selectbox(key="en:limits:lever").select("irn.fx_haircut_hall2").run()
    assert not app.exception
    assert any("no row for it" in str(w.value).replace("\\", "") for w in app.warning)
    assert len(leads(app)) == 3


def test_a_quota_shows_its_rent_and_who_keeps_it() -> None:
    app = opened(Question(scenario="status_quo"))
    app.selectbox(key="en:limits:shape:3").select("trq").run()
    assert not app.exception
    assert any("earns a rent" in str(block.value) for block in app.markdown)
    app.selectbox(key="en:limits:keeper").select("exporter").run()
    assert any("go to the exporter" in str(block.value) for block in app.markdown)


def test_using_a_point_asks_about_it() -> None:
    app = opened()
    app.number_input(key="en:limits:use:tur.duty").set_value(10.0).run()
    app.button(key="en:limits:use").click().run()
    assert not app.exception
    assert "tur.duty=0.1" in app.session_state["asked"].sets


def test_a_range_is_worked_out_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_engine, "SOME", 16)
    app = opened()
    assert not any("draws, 5 to 95" in str(block.value) for block in app.get("html"))
    app.button(key="en:limits:range:break-even").click().run()
    app.session_state["limits_work_break-even"].finished.wait(60)
    app.run()
    assert not app.exception
    assert any("of 16 draws" in str(block.value) for block in app.get("html"))


def test_levers_that_are_numbers_are_all_offered() -> None:
    assert "tur.duty" in limits_page.NUMERIC and "packing" not in limits_page.NUMERIC
    assert len(limits_page.NUMERIC) > 15


# In a browser


@pytest.fixture
def browser_(page: Page) -> Browser:
    """The browser of the test's page, for pages of other sizes and themes."""
    found = page.context.browser
    assert found is not None
    return found


def to_limits(page: Page, server: AppServer) -> None:
    browser.open_page(page, server.url)
    page.get_by_role("link", name="Limits").click()
    expect(page.get_by_role("heading", name="Two levers at once")).to_be_visible()
    browser.settle(page)


@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (390, "dark")])
def test_pointing_at_a_cell_moves_the_cross_without_asking_the_server(
    browser_: Browser, app_server: AppServer, width: int, theme: str
) -> None:
    context = browser_.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    log = browser.PageLog()
    log.listen(page)
    browser.open_page(page, f"{app_server.url}/limits?scenario=card_proposal")
    expect(page.get_by_role("heading", name="Two levers at once")).to_be_visible()
    chart = page.locator('.st-key-map_stack [data-testid="stVegaLiteChart"]')
    chart.scroll_into_view_if_needed()
    browser.settle(page)
    before = chart.screenshot()
    sent: list[str] = []
    page.on("websocket", lambda socket: sent.append(socket.url))
    page.on("request", lambda request: sent.append(request.url))
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 200)
    page.wait_for_timeout(500)
    assert chart.screenshot() != before
    assert sent == []

    assert browser.axe_violations(page) == []
    wide = page.evaluate(
        "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 0
    assert "card_proposal" in page.evaluate("location.search")
    assert log.outside == [] and log.page_errors == []
    browser.screenshot(page, f"limits-{theme}-{width}", whole=True)
    context.close()


def test_a_range_can_be_stopped(page: Page, app_server: AppServer, page_log: browser.PageLog) -> None:
    to_limits(page, app_server)
    assert page_log.console_errors == []
    page.get_by_role("button", name="Range over 500 draws").click()
    stop = page.locator('[class*="limits-stop"] button')
    expect(stop).to_be_visible()
    stop.click()
    expect(page.get_by_role("button", name="Range over 500 draws")).to_be_visible(timeout=browser.PATIENCE)
    browser.settle(page)
    assert page.get_by_text("of 500 draws").count() == 0


def test_a_bar_of_the_tornado_leads_to_the_control_that_moves_it(
    page: Page, app_server: AppServer, page_log: browser.PageLog
) -> None:
    """By a button with its name, and by a press on the bar itself; the question stays, the control has the keyboard."""
    browser.open_page(page, f"{app_server.url}/limits?scenario=card_proposal")
    for control, press in (
        ("Sold to Türkiye under the Iranian label, thousand tonnes a year", "button"),
        ("Sold to Iraq, thousand tonnes a year", "bar"),
    ):
        if press == "button":
            button = page.get_by_role("button", name="Tonnes from Iran to Türkiye", exact=False).first
            button.focus()
            page.keyboard.press("Enter")
        else:
            page.locator('path[aria-label*="range: Tonnes from Iran to Iraq"]').last.click()
        slider = page.get_by_role("slider", name=control)
        expect(slider).to_be_focused()
        expect(page.get_by_test_id("stSlider").filter(has=slider)).to_be_in_viewport()
        assert page.evaluate("location.pathname + location.search") == "/?scenario=card_proposal"
        browser.settle(page)
        page.get_by_role("link", name="Limits").click()
        expect(page.get_by_role("heading", name="What the answer hangs on")).to_be_visible()
        browser.settle(page)
    assert page_log.page_errors == []
