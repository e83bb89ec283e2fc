"""The same doubt from a shell, from Python and in the app, and long work that is stopped."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tariffs.brief import leaning
from tariffs.doubt import sensitivity
from tariffs.store import Library
from tariffs.study import Question, from_query, run
from tariffs.words import Words

ROOT = Path(__file__).parent.parent
LIBRARY = Library.open()
PAIR = "access_wedges.aw-irn-irn-tur.usd_per_t~freight.fr-tabriz-tur-total.usd_per_t=0.5"


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tariffs", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)


def answer(*arguments: str) -> Any:
    done = shell(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


def test_shell_and_python_say_the_same_of_what_an_answer_hangs_on() -> None:
    asked = ("--scenario", "iran_delist_raw_material", "--figure", "net_back_usd_per_t", "--draws", "12", "--seed", "3")
    told = answer("sensitivity", *asked, "--json")
    study = run(Question(scenario="iran_delist_raw_material", draws=500, seed=3), LIBRARY)
    found = sensitivity(study, "net_back_usd_per_t", samples=16)  # raised to a power of two
    here = json.loads(json.dumps(leaning.to_dict(study, found, Words())))
    assert told["tornado"] == here["tornado"] and told["sobol"] == here["sobol"]
    assert told["matters_most"] == here["matters_most"]
    assert told["figure"] == {"name": "net_back_usd_per_t", "place": "IRN", "when": "change", "unit": "USD/t"}
    again = told["stamp"]["shell"].removeprefix("python -m tariffs ").split()
    assert answer(*again, "--json")["sobol"] == told["sobol"]


def test_shell_python_and_app_draw_the_same_numbers() -> None:
    from tariffs.ui import engine

    told = answer("impact", "--draws", "64", "--seed", "9", "--correlate", PAIR, "--json")
    asked = Question(draws=64, seed=9, correlate=(PAIR,))
    in_python, in_app = run(asked, LIBRARY), engine.study(asked)
    assert in_app.figures == in_python.figures
    found = told["exporter"]["net_back_usd_per_t"]["change"]
    mine = in_python.figure("net_back_usd_per_t", "IRN")
    assert [found[end] for end in ("low", "lower_quartile", "median", "upper_quartile", "high")] == [
        mine.low, mine.lower_quartile, mine.median, mine.upper_quartile, mine.high,
    ]  # fmt: skip
    assert (found["share_positive"], found["share_negative"], found["share_counted"]) == (
        mine.positive, mine.negative, 1.0,
    )  # fmt: skip
    assert PAIR in told["stamp"]["shell"]


def test_a_link_with_a_correlation_the_data_cannot_hold_is_named() -> None:
    from tariffs.ui import engine

    read = from_query(f"correlate={PAIR}&correlate=freight.nowhere.usd_per_t~iranian_price=0.5", engine.check)
    assert read.question.correlate == (PAIR,)
    assert read.ignored == ("correlate=freight.nowhere.usd_per_t~iranian_price=0.5",)


def test_the_tables_of_the_shell_lead_with_the_sentence() -> None:
    done = shell("sensitivity", "--draws", "8")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("What is unsure about this figure (Exports to Türkiye and Iraq, Iran) comes most")
    for words in ("Each range alone at its ends", "Share of the variance", "8 base samples"):
        assert words in done.stdout
    alone = shell("sensitivity", "--draws", "0")
    assert "What moves this figure most" in alone.stdout and "Share of the variance" not in alone.stdout


REFUSED = {
    "a figure that is not told": (("--figure", "netback"), "Nearest:"),
    "a place it is not told of": (("--figure", "landed_usd_per_t", "--place", "GEO"), "told of TUR, IRQ"),
    "fewer than no draws": (("--draws", "-1"), "0 or more"),
    "too many": (("--draws", "100000"), "power of two"),
    "an unknown scenario": (("--scenario", "province_propsal"), "Did you mean province_proposal"),
    "a correlation of one": (("--correlate", "a.b.c~d.e.f=1"), "between -1 and 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_one_message_and_exit_two(name: str) -> None:
    arguments, says = REFUSED[name]
    done = shell("sensitivity", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert says in done.stderr and "Traceback" not in done.stderr


def test_a_million_draws_show_how_far_they_are_and_stop_cleanly_on_an_interrupt() -> None:
    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "tariffs", "impact", "--draws", "1000000"]
    work = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    shown = ""
    try:
        end = time.monotonic() + 90
        while "/1000000" not in shown and time.monotonic() < end:
            shown += _read(ours)
        assert "draws" in shown and "/1000000" in shown, shown
        work.send_signal(signal.SIGINT)
        printed, _ = work.communicate(timeout=60)
        while more := _read(ours):
            shown += more
    finally:
        work.kill()
        os.close(ours)
    assert work.returncode == 130 and printed == b""
    assert "Stopped after" in shown and "of 1,000,000 draws; nothing was written." in shown
    assert "Traceback" not in shown


def _read(terminal: int) -> str:
    """What a terminal shows next; nothing when it stays silent for a while or is gone."""
    if not select.select([terminal], [], [], 1.0)[0]:
        return ""
    try:
        return os.read(terminal, 65_536).decode("utf-8", "replace")
    except OSError:
        return ""


def test_a_pipe_sees_no_bar(tmp_path: Path) -> None:
    done = shell("impact", "--draws", "20001", "--json")
    assert done.returncode == 0 and done.stderr == ""
    told = json.loads(done.stdout)
    assert told["stamp"]["draws"] == 20_001 and told["share_closed"] == 1.0 and told["unbalanced"] < 1e-9
