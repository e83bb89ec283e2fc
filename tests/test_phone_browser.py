"""On a phone: the answer near the top, one row of buttons above it, and a line of it in sight while a lever moves.

With it what is heard instead of seen: a slider's value as the page writes it, and the answer after a move.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.conftest import AppServer
from tests.test_keyboard_browser import tab_to

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
# Numbers of the ladder and the dashed lines through it, as they stand on the screen.
MEETINGS = """() => {
  const plot = document.querySelector('[data-testid="stVegaLiteChart"] svg');
  const lines = [...plot.querySelectorAll('line[stroke-dasharray], path[stroke-dasharray]')]
    .map(line => line.getBoundingClientRect());
  const numbers = [...plot.querySelectorAll('.mark-text.role-mark text')]
    .filter(one => /^[+−]?[0-9۰-۹]+[.,٫]?[0-9۰-۹]*$/.test(one.textContent.replace(/[\u2066-\u2069]/g, '')));
  const met = numbers.filter(one => {
    const box = one.getBoundingClientRect();
    return lines.some(line => box.left - 1 < line.right && box.right + 1 > line.left && box.top > line.top);
  });
  return {lines: lines.length, numbers: numbers.length, met: met.map(one => one.textContent)};
}"""


def opened(page: Page, server: AppServer, query: str = "", size: dict[str, int] = PHONE) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    browser.open_page(page, f"{server.url}/{query}")
    expect(page.locator(".lead")).to_be_visible()


def top(page: Page, what: str) -> float:
    box = page.locator(what).first.bounding_box()
    assert box is not None
    return box["y"]


def bottom(page: Page, what: str) -> float:
    box = page.locator(what).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("lang", browser.LANGUAGES)
def test_sentence_range_and_the_first_figures_are_on_the_first_screen(
    page: Page, app_server: AppServer, lang: str
) -> None:
    opened(page, app_server, f"?lang={lang}")
    above = [page.locator(f".st-key-{lang}-{name} button:visible") for name in ("past", "future", "keep")]
    rows = {round(box["y"] + box["height"] / 2) for one in above if (box := one.bounding_box())}
    rows.add(round((top(page, ".fold summary") + bottom(page, ".fold summary")) / 2))
    assert max(rows) - min(rows) <= 4  # one row
    assert top(page, ".lead") < 215
    assert bottom(page, ".then") < PHONE["height"]
    assert top(page, '[data-testid="stMetric"]') < PHONE["height"]


def test_what_is_folded_on_a_phone_has_a_name_and_opens_without_a_mouse(page: Page, app_server: AppServer) -> None:
    opened(page, app_server)
    for name in ("Undo", "Redo", "Keep to compare"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    turkish = page.get_by_text("Türkçe", exact=True)
    expect(turkish).to_be_hidden()
    tab_to(page, "Language and model")
    page.keyboard.press("Enter")
    expect(turkish).to_be_visible()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('tur.duty')")
    browser.settle(page)
    expect(turkish).to_be_visible()  # what was opened stays open
    turkish.click()
    page.wait_for_function("() => document.documentElement.lang === 'tr'")
    assert browser.axe_violations(page) == []


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_the_answer_stays_in_sight_while_a_lever_moves(page: Page, app_server: AppServer, lang: str) -> None:
    opened(page, app_server, f"?lang={lang}")
    slider = page.get_by_role("slider").nth(2)
    slider.focus()
    page.evaluate("document.activeElement.scrollIntoView({block: 'start'})")
    line = page.locator(".follow")
    said = line.inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("said => document.querySelector('.follow').innerText !== said", arg=said)
    browser.settle(page)
    assert bottom(page, ".lead") < 0  # the sentence itself is out of sight
    assert top(page, ".follow") >= 0 and bottom(page, ".follow") < 130
    assert len(line.inner_text().strip().split("\n")) == 2  # price and tonnes, a line each
    assert bottom(page, ".follow") - top(page, ".follow") < 60


def test_on_a_desk_the_answer_stands_beside_the_levers_and_nothing_is_folded(
    page: Page, app_server: AppServer
) -> None:
    opened(page, app_server, size=DESK)
    expect(page.locator(".follow")).to_be_hidden()
    expect(page.locator(".fold")).to_be_hidden()
    expect(page.get_by_text("Türkçe", exact=True)).to_be_visible()
    expect(page.locator(".sources li").first).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("query", ["?lang=tr", "?lang=fa&digits=fa", "?lang=en&scenario=status_quo"])
def test_no_number_of_the_ladder_meets_a_line(
    page: Page, app_server: AppServer, query: str, size: dict[str, int]
) -> None:
    opened(page, app_server, query, size)
    page.locator('[data-testid="stVegaLiteChart"] svg').first.wait_for()
    found = page.evaluate(MEETINGS)
    assert found["lines"] == 2 and found["numbers"] >= 8
    assert found["met"] == []


def test_the_sources_are_folded_on_a_phone_and_open_when_asked(page: Page, app_server: AppServer) -> None:
    opened(page, app_server)
    expect(page.locator(".sources li").first).to_be_hidden()
    page.locator(".told summary").click()
    expect(page.locator(".sources li").first).to_be_visible()


@pytest.mark.parametrize(("query", "said"), [("?lang=tr", "0,5"), ("?lang=fa&digits=fa", "۰٫۵"), ("?lang=fa", "0.5")])
def test_a_slider_is_heard_as_the_page_writes_its_value(
    page: Page, app_server: AppServer, query: str, said: str
) -> None:
    opened(page, app_server, query, DESK)
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", said)
    expect(slider).to_have_value("0.5")


def test_the_new_answer_is_heard_after_a_lever_has_moved(page: Page, app_server: AppServer) -> None:
    opened(page, app_server, size=DESK)
    heard = page.locator("body > p[role=status]")
    expect(heard).to_have_text("")  # nobody is told what the page says anyway
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    expect(heard).to_have_text(re.compile("USD 48[2-9]/t instead of"))
    assert heard.inner_text() == page.locator(".lead").inner_text()


def test_a_menu_without_room_for_all_pages_says_so_in_the_readers_language(page: Page, app_server: AppServer) -> None:
    opened(page, app_server, "?lang=fa", {"width": 800, "height": 900})
    more = page.get_by_test_id("stTopNavSection")
    expect(more).to_be_visible()
    words = more.locator("p")
    said = words.evaluate("box => [getComputedStyle(box).fontSize, getComputedStyle(box, '::after').content]")
    assert said == ["0px", '"صفحه‌های دیگر"']
