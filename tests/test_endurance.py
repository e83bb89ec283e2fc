"""Many visitors at once, many moves, a server that dies: nobody loses anything, and nobody sees another's things.

The full lengths are measured by ``make bench``; here is a slice of each, with bounds far above what a quiet machine
needs.
"""

import ast
import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html import unescape
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tariffs import Library, Question, run
from tariffs.brief import prose
from tariffs.words import Words
from tests import browser
from tests.conftest import AppServer
from tests.server import free_port, serving
from tests.visitor import Visitor

UI = Path(__file__).parent.parent / "tariffs" / "ui"
DUTY = "Türkiye's duty on the Iranian label"
MOVES = 40


@cache
def library() -> Library:
    return Library.open()


def told(duty: float) -> str:
    """The sentence of one who is alone: the study of this process, for a duty in per cent."""
    question = Question(sets=(f"tur.duty={duty / 100.0:.10g}",))
    return prose.headline(run(question, library()), Words("en"))[0].text


def test_ten_visitors_at_once_each_get_their_own_answer_soon(app_server: AppServer) -> None:
    def visit(number: int) -> list[tuple[float, float, str]]:
        pauses = random.Random(number)
        with Visitor(app_server) as visitor:
            seen = []
            for step in range(3):
                duty = 0.5 + number + 10.0 * step
                visitor.slide(DUTY, duty)
                seen.append((visitor.said_after, duty, visitor.lead))
                time.sleep(pauses.uniform(0.2, 1.0))
        return seen

    with ThreadPoolExecutor(10) as crowd:
        seen = [one for visit in crowd.map(visit, range(10)) for one in visit]
    for _, duty, lead in seen:
        assert unescape(lead) == told(duty), duty
    waits = sorted(wait for wait, _, _ in seen)
    print(f"ten at once, slider to sentence, s: median {waits[15]:.2f}, 95 % within {waits[28]:.2f}")
    assert waits[28] < 8.0


def test_memory_stays_where_it_was_over_many_moves_and_uploads(app_server: AppServer) -> None:
    process, pick = psutil.Process(app_server.pid), random.Random(1)
    with Visitor(app_server) as visitor:
        for number in range(14):  # fills what is kept, imports what is used
            visitor.slide(DUTY, number / 2 + 0.5)
        before = process.memory_info().rss
        for _ in range(MOVES):
            duty = pick.randrange(1, 100) / 2
            visitor.slide(DUTY, duty)
            if pick.random() < 0.1:
                assert unescape(visitor.lead) == told(duty)
        visitor.turn_to("evidence")
        for number in range(5):
            visitor.upload("CSV", f"table-{number}.csv", b"outcome,x\n" + b"1.5,2\n" * 20_000)
        grown = (process.memory_info().rss - before) / 2**20
    print(f"memory after {MOVES} moves and 5 uploads: {grown:+.0f} MiB")
    assert grown < 120


def test_nobody_sees_what_another_has_uploaded_or_moved(app_server: AppServer) -> None:
    with Visitor(app_server) as one, Visitor(app_server) as other:
        one.slide(DUTY, 17.0)
        for visitor in (one, other):
            visitor.turn_to("evidence")
        one.upload("CSV", "secret.csv", b"outcome,confidential\n1,2\n3,4\n")
        assert any("secret" in said and "confidential" in said for said in one.said)
        other.ask()
        assert other.said and not any("secret" in said or "confidential" in said for said in other.said)
        other.turn_to("")
        assert other.query == "" and unescape(other.lead) == prose.headline(run(Question(), library()), Words())[0].text


def test_a_server_that_dies_and_comes_back_takes_nothing_along(page: Page, app_path: Path, tmp_path: Path) -> None:
    port = free_port()
    with serving(app_path, tmp_path / "first.log", port) as server:
        browser.open_page(page, f"{server.url}/?scenario=ban&set=irq.duty%3D0.2&lang=tr")
        page.get_by_role("slider").nth(1).press("ArrowRight")
        page.wait_for_function("() => location.search.includes('irq.duty%3D0.205')")
        browser.settle(page)
        before, address = page.locator(".lead").inner_text(), page.evaluate("location.href")
    expect(page.locator('[data-test-connection-state="CONNECTED"]')).to_have_count(0)
    with serving(app_path, tmp_path / "second.log", port):
        browser.settle(page)  # the open page finds the server again by itself
        assert page.locator(".lead").inner_text() == before
        browser.open_page(page, address)
        assert page.locator(".lead").inner_text() == before
        assert page.evaluate("document.documentElement.lang") == "tr"


@pytest.mark.parametrize("path", sorted(UI.glob("*.py")), ids=lambda path: path.stem)
def test_whatever_is_kept_for_all_visitors_has_a_limit(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for kept in node.decorator_list:
                if "cache_" in ast.unparse(kept):
                    assert "max_entries=" in ast.unparse(kept), f"{path.name}: {node.name}"
