"""The whole journey without a mouse: past the menu, along the levers, to the limits, and away with the figures."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests import browser
from tests.conftest import AppServer

# What has the keyboard, and whether one can see it: a ring on it or close around it.
STOP = """() => {
  const at = document.activeElement;
  const ringed = box => {
    const look = getComputedStyle(box);
    return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0 || look.boxShadow !== 'none';
  };
  let seen = false;
  for (let box = at, up = 0; box && up < 4 && !seen; box = box.parentElement, up++) seen = ringed(box);
  const name = at.getAttribute('aria-label') || at.innerText || '';
  return {name: name.trim(), seen, tag: at.tagName, size: at.getBoundingClientRect().width};
}"""


def tab_to(page: Page, name: str, key: str = "Tab", most: int = 90) -> None:
    """Press Tab until something of that name has the keyboard; every stop on the way can be seen and says its name."""
    for _ in range(most):
        page.keyboard.press(key)
        stop: dict[str, Any] = page.evaluate(STOP)
        assert stop["tag"] != "BODY", f"the way ends before {name!r}"
        assert stop["seen"] and stop["name"] and stop["size"] > 0, stop
        if stop["name"] == name or stop["name"].endswith(f"\n{name}"):
            return
    raise AssertionError(f"{name!r} is not within {most} stops")


def test_the_whole_journey_by_keyboard_alone(page: Page, app_server: AppServer, tmp_path: Path) -> None:
    browser.open_page(page, f"{app_server.url}/")
    tab_to(page, "Skip to main content", most=1)
    page.keyboard.press("Enter")
    first = page.locator(".lead").inner_text()
    tab_to(page, "Türkiye's duty on the Iranian label, %")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("said => document.querySelector('.lead').innerText !== said", arg=first)
    browser.settle(page)
    tab_to(page, "Türkiye's duty on the Iranian label, %: exact value", most=1)
    page.keyboard.press("Control+A")
    page.keyboard.type("12.5")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('0.125')")
    browser.settle(page)
    tab_to(page, "More assumptions")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stDateInput")).to_be_visible()
    page.keyboard.press("Enter")
    browser.settle(page)
    tab_to(page, "Figures as JSON")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "answer.json")
    assert '"tur.duty=0.125"' in (tmp_path / "answer.json").read_text(encoding="utf-8")

    page.keyboard.press("Control+Home")
    page.evaluate("document.activeElement.blur()")  # as a new visit to the top of the page
    tab_to(page, "Limits", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("What would it take?")).to_be_visible()
    browser.settle(page)
    tab_to(page, "Target")
    told = page.locator("p.then").first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("said => document.querySelector('p.then').innerText !== said", arg=told)
    browser.settle(page)
    assert "0.125" in page.evaluate("location.search")
