"""Many questions at once: one tidy frame, the same numbers as asked one by one, and no half of a file."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

import pandas as pd
import pytest

from tariffs import Library, Question, run
from tariffs.errors import BadQuestion, NotWritten
from tariffs.progress import Stopped
from tariffs.sweeps import Grid, Lever, answer_one, questions, sweep, write

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def shell(*arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "tariffs", "sweep", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


SMALL = Grid(
    scenarios=("status_quo", "province_proposal"),
    levers=(Lever("tur.duty", ("0", "0.1")),),
    models=("armington", "gsim"),
    seeds=(1, 2),
    draws=20,
)


def test_every_combination_is_asked_once_in_a_fixed_order(library: Library) -> None:
    asked = questions(SMALL, library)
    assert len(asked) == len(set(asked)) == 2 * 2 * 2 * 2
    assert asked[0] == Question("status_quo", sets=("tur.duty=0",), draws=20)
    assert [q.seed for q in asked] == [1] * 8 + [2] * 8


def test_a_sweep_has_the_figures_that_each_question_has_when_asked_alone(library: Library) -> None:
    frame = sweep(SMALL, library)
    assert list(frame.columns)[:4] == ["product", "scenario", "on", "tur.duty"]
    assert set(frame["product"]) == {"271320"} and set(frame["on"]) == {"2026-02-01"}
    alone = run(Question("province_proposal", sets=("tur.duty=0.1",), model="gsim", draws=20, seed=2), library)
    rows = frame[
        (frame["scenario"] == "province_proposal")
        & (frame["tur.duty"] == "0.1")
        & (frame["model"] == "gsim")
        & (frame["seed"] == 2)
    ]
    assert len(rows) == len(alone.figures)
    for row in rows.to_dict("records"):
        figure = alone.figure(row["figure"], row["place"], row["when"])
        for name in ("central", "low", "high", "median"):
            value = getattr(figure, name)
            assert (row[name] == value) or (value is None and pd.isna(row[name]))
    assert frame.groupby(["scenario", "tur.duty", "model", "seed"]).size().nunique() == 1


def test_two_processes_write_the_same_bytes_as_one(library: Library, tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet", "a.json"):
        one, two = tmp_path / name, tmp_path / f"two-{name}"
        write(sweep(SMALL, library), one, {"data": "x"})
        write(sweep(SMALL, library, workers=2), two, {"data": "x"})
        assert one.read_bytes() == two.read_bytes()
    read = pd.read_parquet(tmp_path / "a.parquet")
    told = json.loads((tmp_path / "a.json").read_text())
    assert len(read) == len(pd.read_csv(tmp_path / "a.csv")) == len(told["rows"])


def test_a_replication_changes_the_range_and_not_the_central_value(library: Library) -> None:
    frame = sweep(Grid(("province_proposal",), seeds=(1, 2, 3), draws=50), library)
    net_back = frame[(frame["figure"] == "net_back_usd_per_t") & (frame["when"] == "after")]
    assert net_back["central"].nunique() == 1 and net_back["low"].nunique() == 3


def test_markets_can_be_kept_apart(library: Library) -> None:
    frame = sweep(Grid(("province_proposal",)), library, importers=("TUR",))
    assert set(frame["place"]) == {"TUR", "IRN"}
    with pytest.raises(BadQuestion, match="XAA is no market in focus"):
        sweep(Grid(("province_proposal",)), library, importers=("XAA",))


def test_a_market_that_does_not_clear_is_a_row_with_its_reason(library: Library) -> None:
    """SMART needs a price on every route, and a ban leaves none."""
    frame = sweep(Grid(("ban", "province_proposal"), models=("armington", "smart")), library)
    bad = frame[frame["reason"].str.contains("SMART needs a price", na=False)]
    assert len(bad) == 1 and bad["scenario"].item() == "ban" and pd.isna(bad["central"].item())
    assert len(frame) > 100
    assert answer_one(library, Question("ban", model="smart", draws=0))[0]["figure"] is None


@pytest.mark.parametrize(
    ("grid", "says"),
    [
        (Grid(("nope",)), "There is no scenario 'nope'"),
        (Grid(("status_quo",), (Lever("tur.dutty", ("1",)),)), "There is no lever 'tur.dutty'"),
        (Grid(("status_quo",), (Lever("tur.duty", ("0", "dear")),)), "'dear' is not a number"),
        (Grid(("status_quo",), models=("gtap",)), "There is no model 'gtap'"),
        (Grid(("status_quo",), products=("271500",)), "nothing is on record about trade in 271500"),
        (Grid(("status_quo",), seeds=tuple(range(200_000))), "a sweep asks at most 100,000"),
        (Grid(()), "at least one scenario"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_cannot_be_asked_is_refused_before_anything_is_answered(grid: Grid, says: str, library: Library) -> None:
    told = []
    with pytest.raises(BadQuestion, match=says):
        sweep(grid, library, progress=lambda done, of: told.append(done))
    assert told == []


@pytest.mark.parametrize("text", ["tur.duty", "=1,2", "tur.duty=", "tur.duty=1,,2"])
def test_a_lever_without_values_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion, match="Write it as tur"):
        Lever.read(text)


def test_the_product_asked_for_may_be_named(library: Library) -> None:
    named = sweep(Grid(("status_quo",), products=("271320",)), library)
    assert named.equals(sweep(Grid(("status_quo",)), library))


def test_a_stopped_sweep_gives_nothing(library: Library) -> None:
    def stop(done: int, of: int) -> None:
        if done == 3:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        sweep(SMALL, library, progress=stop)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.csv"
    path.write_text("what was there before", encoding="utf-8")

    def break_off(self: pd.DataFrame, target: IO[bytes], **more: object) -> None:
        target.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", break_off)
    with pytest.raises(KeyboardInterrupt):
        write(pd.DataFrame({"a": [1]}), path, {})
    assert path.read_text(encoding="utf-8") == "what was there before"
    assert [p.name for p in tmp_path.iterdir()] == ["old.csv"]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(BadQuestion, match=r"\.csv, \.parquet, \.json"):
        write(frame, tmp_path / "a.xls", {})
    with pytest.raises(NotWritten, match="Make it, or choose another place"):
        write(frame, tmp_path / "nowhere" / "a.csv", {})
    with pytest.raises(NotWritten, match="File name too long"):
        write(frame, tmp_path / ("a" * 300 + ".csv"), {})


# From the shell


def test_the_shell_sweeps_into_a_file_and_prints_its_name(tmp_path: Path) -> None:
    out = tmp_path / "s.csv"
    done = shell("--scenario", "status_quo,province_proposal", "--lever", "tur.duty=0,10%", "--out", str(out))
    assert (done.returncode, done.stdout.strip()) == (0, str(out)), done.stderr
    frame = pd.read_csv(out)
    assert set(frame["tur.duty"]) == {"0", "10%"} and set(frame["scenario"]) == {"status_quo", "province_proposal"}
    told = json.loads(shell("--scenario", "status_quo", "--seed", "1,2", "--json").stdout)
    assert told["stamp"]["questions"] == 2 and {row["seed"] for row in told["rows"]} == {1, 2}


def test_the_shell_refuses_what_it_cannot_use_with_exit_2(tmp_path: Path) -> None:
    for arguments, says in (
        (["--scenario", "nope"], "There is no scenario"),
        (["--scenario", "status_quo", "--seed", "one"], "A seed is a whole number"),
        (["--scenario", "status_quo", "--out", str(tmp_path / "a.txt")], "ends in none of them"),
        (["--scenario", "status_quo", "--scheduler", "nowhere"], "is no address of a cluster"),
    ):
        done = shell(*arguments)
        assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_sweep_leaves_no_file(workers: str, tmp_path: Path) -> None:
    """Stopped from the keyboard once the bar, which a terminal shows, says that some questions are answered."""
    line = [sys.executable, "-m", "tariffs", "sweep", "--scenario", "all", "--draws", "500", "--workers", workers]
    line += ["--seed", ",".join(map(str, range(1, 400))), "--out", str(tmp_path / "long.parquet")]
    ours, theirs = pty.openpty()
    running = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    said = b""
    while not re.search(rb"[1-9]\d*/\d{4}", said):
        said += os.read(ours, 4096)
    os.kill(running.pid, signal.SIGINT)
    with suppress(OSError):  # the end of a terminal
        while part := os.read(ours, 4096):
            said += part
    stdout, _ = running.communicate(timeout=30)
    os.close(ours)
    assert running.returncode == 130 and stdout == b""
    assert b"Stopped." in said and b"Traceback" not in said
    assert list(tmp_path.iterdir()) == []
