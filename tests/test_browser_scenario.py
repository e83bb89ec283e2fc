"""The home page in a real browser: keyboard, address, Back, both themes, both widths, files."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests import browser
from tests.conftest import AppServer

DUTY = "Türkiye's duty on the Iranian label, %"


def opened(page: Page, server: AppServer, query: str = "") -> Page:
    browser.open_page(page, f"{server.url}/{query}")
    expect(page.locator(".lead")).to_be_visible()
    return page


def lead(page: Page) -> str:
    return page.locator(".lead").inner_text()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(page.evaluate("location.search").removeprefix("?"))


def press(page: Page, key: str, times: int) -> None:
    """Move the slider of the Turkish duty by keyboard."""
    handle = page.get_by_role("slider", name=DUTY)
    handle.focus()
    for _ in range(times):
        handle.press(key)
    browser.settle(page)


def comes_to(page: Page, wanted: dict[str, list[str]]) -> None:
    """Wait until the address says so: a slider waits a moment for the next key before it speaks."""
    for _ in range(100):
        if asked(page) == wanted:
            break
        page.wait_for_timeout(100)
    assert asked(page) == wanted
    browser.settle(page)


def test_a_duty_is_moved_by_keyboard_and_the_address_follows(
    page: Page, app_server: AppServer, page_log: browser.PageLog
) -> None:
    opened(page, app_server)
    first = lead(page)
    assert asked(page) == {}

    press(page, "ArrowRight", 4)
    comes_to(page, {"scenario": ["province_proposal"], "set": ["tur.duty=0.02"]})
    second = lead(page)
    assert second != first

    page.reload(wait_until="domcontentloaded")
    browser.settle(page)
    assert lead(page) == second
    expect(page.get_by_role("slider", name=DUTY)).to_have_value("2")

    box = page.get_by_label(f"{DUTY}: exact value")
    box.fill("12.5")
    box.press("Enter")
    browser.settle(page)
    third = lead(page)
    assert third not in (first, second)
    assert asked(page)["set"] == ["tur.duty=0.125"]

    page.go_back()
    page.wait_for_function("() => location.search.includes('0.02')")
    browser.settle(page)
    assert lead(page) == second
    page.go_forward()
    page.wait_for_function("() => location.search.includes('0.125')")
    browser.settle(page)
    assert lead(page) == third

    assert page_log.outside == []
    assert page_log.console_errors == [] and page_log.page_errors == []
    assert page.evaluate("document.documentElement.lang") == "en"


def test_keys_that_come_while_the_page_is_answering_all_count(page: Page, app_server: AppServer) -> None:
    """The box beside the slider follows late; what it held before must not undo the next move."""
    opened(page, app_server)
    handle = page.get_by_role("slider", name=DUTY)
    handle.focus()
    for round_, pause in enumerate((0, 120, 210, 260, 330, 450), 1):
        for _ in range(8):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(pause)
        duty = 4 * round_
        comes_to(page, {"scenario": ["province_proposal"], "set": [f"tur.duty={duty / 100:.10g}"]})
        expect(handle).to_have_value(str(duty))
        expect(handle).to_be_focused()
        expect(page.get_by_label(f"{DUTY}: exact value")).to_have_value(f"{duty}.0")


def test_the_way_to_the_second_page_and_back_keeps_the_question(page: Page, app_server: AppServer) -> None:
    opened(page, app_server, "?scenario=ban&set=irq.duty=0.2")
    first = lead(page)
    page.get_by_role("link", name="Data & method").click()
    expect(page.get_by_text("Figures used")).to_be_visible()
    browser.settle(page)
    page.get_by_role("link", name="Scenario").click()
    expect(page.locator(".lead")).to_be_visible()
    browser.settle(page)
    assert lead(page) == first
    assert asked(page) == {"scenario": ["ban"], "set": ["irq.duty=0.2"]}


def test_a_bad_link_names_what_it_left_out_and_back_still_leaves(page: Page, app_server: AppServer) -> None:
    opened(page, app_server)
    opened(page, app_server, "?scenario=ban&set=tur.duty=banana")
    expect(page.get_by_text("set=tur.duty=banana")).to_be_visible()
    page.go_back()
    page.wait_for_function("() => location.search === ''")
    browser.settle(page)
    assert "instead of" in lead(page)


@pytest.mark.parametrize(("width", "theme"), [(1400, "dark"), (390, "light")])
def test_nothing_folded_away_stands_in_anybodys_way(
    browser_: Browser, app_server: AppServer, width: int, theme: str
) -> None:
    context = browser_.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    opened(page, app_server)
    page.get_by_text("More assumptions").click()
    expect(page.get_by_test_id("stDateInput")).to_be_visible()
    for fold in ("What holds the trade with Türkiye back", "New trade or another label", "How far the models part"):
        page.get_by_test_id("stExpander").get_by_text(fold).click()
        browser.settle(page)
    for table in page.get_by_text("Show as a table").all():
        table.click()
    browser.settle(page)
    assert browser.axe_violations(page) == []
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    browser.screenshot(page, f"scenario-{theme}-{width}", whole=True)
    browser.open_page(page, f"{app_server.url}/method")
    for tab in ("Your files", "What nobody knows", "Method and limits"):
        page.get_by_role("tab", name=tab).click()
        browser.settle(page)
        assert browser.axe_violations(page) == []
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    context.close()


@pytest.fixture
def browser_(page: Page) -> Browser:
    """The browser of the test's page, for pages of other sizes and themes."""
    found = page.context.browser
    assert found is not None
    return found


def test_every_tooltip_of_the_first_levers_opens_by_keyboard(page: Page, app_server: AppServer) -> None:
    opened(page, app_server)
    icons = page.locator('.st-key-controls [data-testid="stTooltipHoverTarget"]')
    assert icons.count() >= 8
    page.locator('.st-key-controls [data-testid="stTooltipIcon"] button').nth(2).focus()
    expect(page.get_by_text("Standing:").first).to_be_visible()


def test_the_figures_and_the_brief_are_handed_over(page: Page, app_server: AppServer, tmp_path: Path) -> None:
    opened(page, app_server, "?scenario=card_proposal")
    held = json.loads(_file(page, "Figures as JSON", tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert held["scenario"]["name"] == "card_proposal"
    assert held["answer"].startswith(lead(page)[:60])
    if page.get_by_role("button", name="Excel brief").count():
        brief = _file(page, "Excel brief", tmp_path / "brief.xlsx")
        assert brief.read_bytes()[:2] == b"PK"


def test_the_question_is_there_to_copy(page: Page, app_server: AppServer) -> None:
    opened(page, app_server, "?scenario=ban&set=irq.duty=0.2")
    page.get_by_text("For programmers: the same in a shell and in Python").click()
    browser.settle(page)
    text = page.locator(".st-key-foot").inner_text()
    assert re.search(r"http://127\.0\.0\.1:\d+/?\?scenario=ban&set=irq\.duty=0\.2", text)
    assert "python -m tariffs impact --scenario ban --set irq.duty=0.2" in text
    assert "Question(scenario='ban', sets=('irq.duty=0.2',))" in text


def _file(page: Page, button: str, path: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    download: Download = waiting.value
    download.save_as(path)
    return path
