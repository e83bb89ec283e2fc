"""Ten visitors at once, and a thousand moves of one: how long they wait, and how much memory the server takes.

Run alone: ``python -m bench.endurance crowd`` or ``python -m bench.endurance soak``. Visitors speak to the server as a
browser does, from this machine, so they take some of its two cores; what a browser needs to draw is not in it.
"""

import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import psutil

from bench.measure import Goal
from tariffs import Library, Question, run
from tariffs.brief import prose
from tariffs.words import Words
from tests.browser import ROOT
from tests.server import AppServer, serving
from tests.visitor import Visitor

DUTY = "Türkiye's duty on the Iranian label"
VISITORS, EACH = 10, 20
PAUSE = (1.0, 3.0)  # seconds between two moves of one visitor
MOVES, UPLOADS = 1_000, 100
SETTLED = 100  # moves after which everything that is kept is full


def crowd(server: AppServer) -> None:
    """Ten visitors, each moving a slider every two seconds."""

    def visit(number: int) -> list[tuple[float, float]]:
        pauses = random.Random(number)
        with Visitor(server) as visitor:
            waits = []
            for step in range(EACH):
                time.sleep(pauses.uniform(*PAUSE))
                whole = visitor.slide(DUTY, round(0.1 + number * 2.3 + step * 1.1, 1))
                waits.append((visitor.said_after, whole))
            return waits[2:]  # the first ones come while others are still opening the page

    with ThreadPoolExecutor(VISITORS) as all_:
        waits = [wait for visit in all_.map(visit, range(VISITORS)) for wait in visit]
    for name, at, most in (("sentence", 0, 1_000.0), ("whole page", 1, None)):
        sorted_ = sorted(1e3 * wait[at] for wait in waits)
        Goal(f"ten visitors, move to {name}, 95 % within, ms", sorted_[len(sorted_) * 95 // 100], most).tell()


def soak(server: AppServer) -> None:
    """A thousand moves and a hundred tables brought along by one visitor; every answer as one who is alone gets it."""
    process, pick, library, wrong = psutil.Process(server.pid), random.Random(1), Library.open(), 0
    with Visitor(server) as visitor:
        held = []
        for number in range(MOVES):
            duty = pick.randrange(1, 500) / 10
            visitor.slide(DUTY, duty)
            if number % 10 == 0:
                alone = prose.headline(run(Question(sets=(f"tur.duty={duty / 100:.10g}",)), library), Words("en"))
                wrong += unescape(visitor.lead) != alone[0].text
                held.append(process.memory_info().rss / 2**20)
        visitor.turn_to("evidence")
        before = process.memory_info().rss / 2**20
        for number in range(UPLOADS):
            visitor.upload("CSV", f"table-{number}.csv", b"outcome,x\n" + b"1.5,2\n" * 50_000)
        after = process.memory_info().rss / 2**20
    settled = held[SETTLED // 10 :]
    Goal(f"memory after {MOVES:,} moves against after {SETTLED}, MiB more", settled[-1] - settled[0], 50).tell()
    Goal("answers that differ from those of one alone", wrong, 0).tell()
    Goal(f"memory after {UPLOADS} uploads, MiB more", after - before, 100).tell()
    Goal("memory of the server, MiB", after, None).tell()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, serving(ROOT / "app.py", Path(folder) / "log") as running:
        {"crowd": crowd, "soak": soak}[sys.argv[1]](running)
