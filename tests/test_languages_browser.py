"""The Persian page in a real browser: direction, figures in order, its own font, no sideways scrolling."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser
from tests.conftest import AppServer

# Left edges of the sign, the first digit and the unit's first letter of a text's first match, as painted.
PAINTED = """([selector, pattern]) => {
  const found = [];
  for (const box of document.querySelectorAll(selector)) {
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const match = node.data.match(new RegExp(pattern, "u"));
      if (!match) continue;
      const at = offset => {
        const range = document.createRange();
        range.setStart(node, match.index + offset); range.setEnd(node, match.index + offset + 1);
        return range.getBoundingClientRect().left;
      };
      const sign = match[0].indexOf("−"), digit = match[0].search(/[0-9۰-۹]/u), word = match[0].search(/[ء-ی]/u);
      found.push({text: match[0], sign: at(sign), digit: at(digit), word: word < 0 ? null : at(word)});
    }
  }
  return found;
}"""


@pytest.mark.parametrize("digits", ["", "&digits=fa"])
def test_the_persian_page_reads_from_the_right_and_its_figures_in_order(
    page: Page, app_server: AppServer, page_log: browser.PageLog, digits: str
) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    browser.open_page(page, f"{app_server.url}/?lang=fa{digits}")
    expect(page.locator(".lead")).to_be_visible()
    for width in (1400, 390):
        page.set_viewport_size({"width": width, "height": 900})
        browser.settle(page)
        signed = page.evaluate(PAINTED, ["[data-testid=stMetric]", "−[0-9۰-۹٫.,]+\u2069? ?[ء-ی]+"])
        assert signed, "no negative figure on the page to look at"
        for one in signed:
            assert one["sign"] < one["digit"], one  # the minus stands before its number, left of it
            assert one["word"] < one["sign"], one  # and the unit after both, further left, as Persian runs
    shown = page.locator('[data-testid="stSlider"]').first.evaluate("box => getComputedStyle(box).fontFeatureSettings")
    assert shown == ('"ss01"' if digits else "normal")  # the font's own Persian shapes; the value stays as it is
    assert page.evaluate("document.fonts.check('16px Vazirmatn', 'قیر')")
    assert page.evaluate("[...document.fonts].some(face => face.family === 'Vazirmatn' && face.status === 'loaded')")
    assert page_log.outside == [] and page_log.page_errors == []


@pytest.mark.parametrize("lang", ["fa", "ar"])
def test_sliders_and_charts_keep_running_from_left_to_right(page: Page, app_server: AppServer, lang: str) -> None:
    browser.open_page(page, f"{app_server.url}/?lang={lang}")
    for part in ("stVegaLiteChart", "stCode"):
        way = page.locator(f'[data-testid="{part}"]').first.evaluate("box => getComputedStyle(box).direction")
        assert way == "ltr", part
    slider = page.locator('[data-testid="stSlider"]').first
    assert slider.locator("> div").first.evaluate("box => getComputedStyle(box).direction") == "ltr"
    heading = page.locator("h2").first
    assert heading.evaluate("box => getComputedStyle(box).direction") == "rtl"


@pytest.mark.parametrize(("wants", "speaks"), [("tr-TR", "tr"), ("ar-IQ", "ar"), ("fa-IR", "fa"), ("de-DE", "en")])
def test_the_first_language_is_that_of_the_browser(
    browser: Browser, app_server: AppServer, wants: str, speaks: str
) -> None:
    from tests.browser import open_page

    context = browser.new_context(locale=wants)
    page = context.new_page()
    page.set_default_timeout(60_000)
    open_page(page, app_server.url)
    assert page.evaluate("document.documentElement.lang") == speaks
    assert page.evaluate("document.documentElement.dir") == ("rtl" if speaks in ("fa", "ar") else "ltr")
    context.close()


def test_changing_the_language_keeps_the_question_the_tab_and_the_address(page: Page, app_server: AppServer) -> None:
    browser.open_page(page, f"{app_server.url}/method?scenario=ban&set=irq.duty%3D0.3&lang=en")
    page.get_by_role("tab", name="Method and limits").click()
    browser.settle(page)
    for name, tab in (("فارسی", "روش و حدود آن"), ("Türkçe", "Yöntem ve sınırları"), ("العربية", "المنهج وحدوده")):
        page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("radio", name=name, exact=True)).click()
        browser.settle(page)
        assert page.get_by_role("tab", name=tab).get_attribute("aria-selected") == "true"
        address = page.evaluate("location.search")
        assert "scenario=ban" in address and "irq.duty" in address and "Türk" not in address


@pytest.mark.parametrize("width", [1400, 390])
def test_the_glossary_fits_a_phone_and_a_desk(page: Page, app_server: AppServer, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    browser.open_page(page, f"{app_server.url}/glossary?lang=fa")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(164)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    box = page.get_by_label("جست‌وجو به هر زبان")
    box.fill("gümrük vergisi")
    box.press("Enter")
    browser.settle(page)
    expect(page.get_by_role("rowheader", name="حقوق گمرکی", exact=True)).to_be_visible()
    assert browser.axe_violations(page) == []
    browser.screenshot(page, f"glossary-fa-{width}")
