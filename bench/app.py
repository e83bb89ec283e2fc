"""The app in the hand, measured in Chromium: a key on a slider, a pointer on the map.

Run alone: ``python -m bench.app``. Times are from the key or the pointer, as the browser saw it, to the change on the
page. The same moves made again are answered from memory: that is the page with an empty model.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.measure import Goal
from tests import browser
from tests.server import AppServer, serving

MOVES = 8  # fewer than answers are kept, so that all of them are still there on the way back
POINTS = 24  # of the pointer on its way over the map

# From the first key or pointer event after ``arm()``: when the sentence had changed, when charts last changed, when
# the first change of a chart was painted, and how many messages went to the server meanwhile.
WATCH = """
(() => {
  const w = window.__watch = {};
  w.arm = () => {
    w.lead = document.querySelector(".lead")?.textContent;
    w.at = w.said = w.drawn = w.painted = w.sent = 0; w.changed = false; w.armed = true;
  };
  const begin = () => { if (w.armed) { w.armed = false; w.at = performance.now(); } };
  for (const kind of ["keydown", "pointerover", "pointermove"]) document.addEventListener(kind, begin, true);
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...said) { w.sent++; return send.apply(this, said); };
  const chart = '[data-testid="stVegaLiteChart"]';
  const drawn = () => {
    if (!w.at) return;
    w.drawn = performance.now();
    if (!w.changed) { w.changed = true; requestAnimationFrame(() => { w.painted = performance.now(); }); }
  };
  const fill = CanvasRenderingContext2D.prototype.clearRect;  // a chart of many marks is a canvas
  CanvasRenderingContext2D.prototype.clearRect = function (...where) { drawn(); return fill.apply(this, where); };
  new MutationObserver(changes => {
    if (!w.at) return;
    const lead = document.querySelector(".lead")?.textContent;
    if (lead && lead !== w.lead && !w.said) w.said = performance.now();
    if (changes.some(one => one.target.nodeType === 1 && one.target.closest(chart))) drawn();
  }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})();
"""


@dataclass(frozen=True)
class Move:
    """Milliseconds from a key to the new sentence and to the last change of a chart."""

    said: float
    drawn: float


def slide(page: Page, key: str, times: int) -> list[Move]:
    """Press a key on the first slider, each time when the page is at rest."""
    page.get_by_role("slider").first.focus()
    moves = []
    for _ in range(times):
        page.evaluate("__watch.arm()")
        page.keyboard.press(key)
        page.wait_for_function("__watch.said > 0", polling=50)
        browser.settle(page)
        said, drawn = page.evaluate("[__watch.said - __watch.at, __watch.drawn - __watch.at]")
        moves.append(Move(said, drawn))
    return moves


def point(page: Page, chart: str, times: int) -> tuple[list[float], int]:
    """Milliseconds from pointer to repaint over a chart, and how many messages that sent to the server."""
    box = page.locator(chart).first.bounding_box()
    assert box is not None
    took, sent = [], 0
    for number in range(times):
        part = 0.3 + 0.4 * number / times
        page.evaluate("__watch.arm()")
        page.mouse.move(box["x"] + part * box["width"], box["y"] + (0.35 + 0.2 * part) * box["height"])
        page.wait_for_function("() => __watch.painted || __watch.at && performance.now() - __watch.at > 1000")
        painted, said = page.evaluate("[__watch.painted - __watch.at, __watch.sent]")
        sent += said
        if painted > 0:  # else the pointer stayed within its cell
            took.append(painted)
    return took, sent


@contextmanager
def opened(server: AppServer, where: str = "") -> Iterator[Page]:
    """A page of the app with its watch running, on a desk."""
    with sync_playwright() as play:
        chromium = browser.program("chromium", "CHROMIUM", "chromium")
        running = play.chromium.launch(executable_path=chromium, args=browser.CHROMIUM_ARGS)
        page = running.new_page(viewport={"width": 1400, "height": 900})
        page.add_init_script(WATCH)
        browser.open_page(page, f"{server.url}/{where}")
        yield page
        running.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(browser.ROOT / "app.py", Path(folder) / "log") as server:
        with opened(server) as page:
            slide(page, "ArrowRight", 2)
            fresh, kept = slide(page, "ArrowRight", MOVES), slide(page, "ArrowLeft", MOVES)
        Goal("key to new sentence, ms", median(one.said for one in fresh), 150).tell()
        last, empty = (median(one.drawn for one in moves) for moves in (fresh, kept))
        Goal("key to last chart, ms", last, None).tell()
        Goal("key to last chart against an empty model", last / empty, 1.15).tell()
        with opened(server, "limits") as page:
            page.locator(".st-key-map_stack").scroll_into_view_if_needed()
            browser.settle(page)
            took, sent = point(page, '.st-key-map_stack [data-testid="stVegaLiteChart"]', POINTS)
        Goal("pointer to redraw on the map, ms", median(took), 50).tell()
        Goal("messages to the server meanwhile", sent, 0).tell()


if __name__ == "__main__":
    sys.exit(main())
