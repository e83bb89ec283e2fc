"""Every page, in every language, on light and dark, on a desk and a phone: nothing stands in anybody's way."""

import contextlib
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, TimeoutError, ViewportSize

from tests import browser
from tests.browser import LANGUAGES, PAGES
from tests.conftest import AppServer

DESK, PHONE = 1400, 390
# Each language meets both themes on every page, and each width meets both themes in two languages.
VIEWS = {
    "en": ((DESK, "light"), (PHONE, "dark")),
    "fa": ((PHONE, "light"), (DESK, "dark")),
    "tr": ((PHONE, "light"), (DESK, "dark")),
    "ar": ((DESK, "light"), (PHONE, "dark")),
}
SOON = 4_000  # ms from the address to the first words; two on a quiet machine, see bench/

# When the first words of the page stood there, in ms after the navigation began.
FIRST_WORDS = """
new MutationObserver((_, watch) => {
  if (document.querySelector('[data-testid="stMain"] :is(h1, h2, p)')?.innerText.trim()) {
    window.__firstWords = performance.now(); watch.disconnect();
  }
}).observe(document, {subtree: true, childList: true});
"""
WIDER = """() => Math.max(...[document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .map(box => box.scrollWidth - box.clientWidth))"""
# The charts with no name that tells something, and those without their figures before the next chart.
CHARTS = """() => {
  const chart = '[data-testid="stVegaLiteChart"]';
  const figures = '.rows, [data-testid="stExpander"], [data-testid="stTable"], [data-testid="stDataFrame"]';
  const all = [...document.querySelectorAll(`${chart}, ${figures}`)];
  return all.flatMap((box, at) => {
    if (!box.matches(chart)) return [];
    const says = box.getAttribute('aria-label') || '';
    const faults = says.length > 30 ? [] : [`no takeaway: "${says}"`];
    return all[at + 1]?.matches(figures) ? faults : [...faults, `no table: "${says}"`];
  });
}"""


@pytest.mark.parametrize("where", PAGES)
def test_nothing_stands_in_anybodys_way(page: Page, app_server: AppServer, where: str) -> None:
    page.add_init_script(FIRST_WORDS)
    log = browser.PageLog()
    log.listen(page)
    waited = []
    for lang, direction in LANGUAGES.items():
        for number, (width, theme) in enumerate(VIEWS[lang]):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.set_viewport_size(ViewportSize(width=width, height=900))
            if number == 0:
                browser.open_page(page, f"{app_server.url}/{where}?lang={lang}")
            browser.settle(page, 150)
            here = f"{where or 'home'}, {lang}, {width}, {theme}"
            assert browser.axe_violations(page) == [], here
            assert page.evaluate(WIDER) <= 0, here
            browser.screenshot(page, f"{where or 'home'}-{lang}-{theme}-{width}")
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [lang, direction]
        with contextlib.suppress(TimeoutError):  # a chart that has just changed its width is drawn anew, then named
            page.wait_for_function(f"() => ({CHARTS})().length === 0", timeout=10_000)
        assert page.evaluate(CHARTS) == []
        waited.append(page.evaluate("window.__firstWords"))
    assert min(waited) < SOON  # the first visitor of all waits for imports, and a shared machine is slow at times
    assert log.outside == [] and log.page_errors == []
    # Streamlit looks for its server beside the page first, then above it.
    assert [said for said in log.console_errors if "404" not in said] == []


def test_every_page_of_the_menu_is_held_to_this(page: Page, app_server: AppServer) -> None:
    browser.open_page(page, f"{app_server.url}/?lang=en")
    menu = page.locator('[data-testid="stTopNavLink"]')
    found = [urlsplit(str(link.get_attribute("href"))).path.strip("/") for link in menu.all()]
    assert sorted(found) == sorted(PAGES)
