"""How soon the page follows the hand, in a real browser; ``make bench`` holds it to the goals themselves."""

from statistics import median

from playwright.sync_api import Page

from bench.app import WATCH, point, slide
from tests import browser
from tests.conftest import AppServer

PATIENT = 20.0  # times what a quiet machine takes: this one is shared by other tests


def test_a_new_sentence_and_its_charts_come_soon_after_a_key(page: Page, app_server: AppServer) -> None:
    page.add_init_script(WATCH)
    browser.open_page(page, f"{app_server.url}/")
    moves = slide(page, "ArrowRight", 6)[1:]
    said, drawn = (median(times) for times in zip(*((one.said, one.drawn) for one in moves), strict=True))
    print(f"key to sentence {said:.0f} ms, to last chart {drawn:.0f} ms")
    assert said < 150 * PATIENT


def test_the_map_follows_the_pointer_without_asking_the_server(page: Page, app_server: AppServer) -> None:
    page.add_init_script(WATCH)
    page.set_viewport_size({"width": 1400, "height": 900})
    browser.open_page(page, f"{app_server.url}/limits")
    page.locator(".st-key-map_stack").scroll_into_view_if_needed()
    browser.settle(page)
    took, sent = point(page, '.st-key-map_stack [data-testid="stVegaLiteChart"]', 12)
    print(f"pointer to redraw {median(took):.0f} ms")
    assert median(took) < 50 * PATIENT and sent == 0
