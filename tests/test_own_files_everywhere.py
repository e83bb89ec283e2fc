"""A user's own files under every command that answers: the answer from them, the same without, and what moved."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tariffs import Library
from tariffs.cli import app
from tariffs.intake import load
from tariffs.store.own import NothingToUse
from tariffs.sweeps import Grid, Lever, sweep

HEAD = "year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t\n"
TRADE = HEAD + (
    "2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000\n2025,,TUR,IRQ,TUR,271320,HS22,import,cif,51000000,170000\n"
)
DUTIES = (
    "importer,origin,product,kind,rate_percent,rate_min_percent,rate_max_percent,year\n"
    "TUR,IRN,271320,applied,9,,,2025\n"
)
COMMANDS = {
    "breakeven": ["limits", "breakeven", "--lever", "tur.wedge", "--target", "keep-tonnes", "--market", "TUR"],
    "agreement": ["limits", "agreement", "--importer", "TUR", "--size", "5", "--scenario", "access_opened"],
    "heatmap": ["limits", "heatmap", "--x", "tur.duty", "--y", "irn.award", "--output", "tonnes", "--place", "TUR"],
    "phase-in": ["limits", "phase-in", "--lever", "tur.duty", "--to", "0", "--years", "2", "--scenario", "status_quo"],
    "sensitivity": ["sensitivity", "--figure", "tonnes", "--place", "TUR"],
    "barriers": ["barriers", "--importer", "TUR"],
    "landed": ["landed", "--importer", "TUR"],
    "impact": ["impact"],
    "models": ["impact", "--model", "all"],
}
WITHOUT_DRAWS = ("heatmap",)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options that name a table of flows and one of duties."""
    (tmp_path / "trade.csv").write_text(TRADE)
    (tmp_path / "duties.csv").write_text(DUTIES)
    return ["--flows", str(tmp_path / "trade.csv"), "--tariffs", str(tmp_path / "duties.csv")]


def line(name: str) -> list[str]:
    size = ["--size", "4"] if name == "heatmap" else []
    return [*COMMANDS[name], *size, *([] if name in WITHOUT_DRAWS else ["--draws", "0"])]


def told(*arguments: str) -> Any:
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert done.exit_code in (0, 1) and done.stdout.startswith("{"), (done.output, done.exception)
    return json.loads(done.stdout)


def first_sentence(name: str, answer: Any) -> str:
    """What a command's JSON says first, in the words that a person reads."""
    if name == "sensitivity":
        return str(answer["matters_most"])
    return str(answer.get("answer", ""))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_from_files_and_says_what_it_would_without(name: str, files: list[str]) -> None:
    ours, theirs = told(*line(name)), told(*line(name), *files)
    own = theirs["own_files"]
    assert own["files"] == ["trade.csv", "duties.csv"]
    moved = {row["key"]: row["with"]["central"] for row in own["rows"]}
    assert moved["bl-irn-irn-tur"] == 25_000
    assert [duty["with"]["central"] for duty in own["duties"]] == [0.09]
    assert theirs["stamp"]["shell"].endswith("--flows trade.csv --tariffs duties.csv") or name in (
        "breakeven", "agreement", "heatmap", "phase-in", "sensitivity"
    )  # fmt: skip
    assert "--flows trade.csv --tariffs duties.csv" in theirs["stamp"]["shell"]
    assert theirs["stamp"]["data"] != ours["stamp"]["data"]
    assert {key for key in ours if key not in ("stamp", "own_files")} <= theirs.keys()
    if "answer_without" in own:
        first = first_sentence(name, ours)
        assert own["answer_without"] and all(sentence in first for sentence in own["answer_without"] if first), first
        assert name in ("barriers", "landed") or own["answer_without"][0] not in first_sentence(name, theirs)
    else:
        assert name in ("impact", "models") and own["headline"]


def test_a_person_reads_the_same_in_a_terminal(files: list[str]) -> None:
    for name in ("breakeven", "barriers", "landed"):
        done = CliRunner().invoke(app, [*line(name), *files])
        text = " ".join(done.stdout.split())
        assert "Without your files: " in text and "This answer rests on your files: trade.csv and duties.csv." in text
        assert "Iraq label in Türkiye: 170 kt declared" in text and "20.0 kt (0 t to 150 kt)" in text
        assert "duties.csv: our own table of tariffs; 1 of 1 rows kept." in done.stderr
    bare = CliRunner().invoke(app, line("landed"))
    assert "your files" not in bare.stdout and bare.stderr == ""


@pytest.mark.parametrize("name", ["breakeven", "barriers", "sweep"])
def test_a_file_without_anything_for_the_model_is_refused_in_the_same_words(name: str, tmp_path: Path) -> None:
    path = tmp_path / "far.csv"
    path.write_text(HEAD + "2025,,FRA,DEU,FRA,271320,HS22,import,cif,1,1\n")
    arguments = ["sweep", "--scenario", "status_quo"] if name == "sweep" else line(name)
    done = CliRunner().invoke(app, [*arguments, "--flows", str(path)])
    with pytest.raises(NothingToUse) as expected:
        Library.open().with_flows(load([path]))
    assert isinstance(done.exception, NothingToUse) and str(done.exception) == str(expected.value)


# Many questions at once


GRID = Grid(("status_quo", "province_proposal"), (Lever("tur.duty", ("0", "5%")),), ("armington", "gsim"), draws=16)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, text in (("trade.csv", TRADE), ("duties.csv", DUTIES)):
        (tmp_path / name).write_text(text)
    loaded = load([tmp_path / "trade.csv", tmp_path / "duties.csv"])
    return Library.open().with_flows(loaded).with_measures(loaded)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as running:
        yield running.scheduler_address


def test_workers_and_a_cluster_answer_from_the_files_as_one_process_does(library: Library, cluster: str) -> None:
    alone = sweep(GRID, library)
    assert alone.equals(sweep(GRID, library, workers=2))
    assert alone.equals(sweep(GRID, library, scheduler=cluster))
    bare = sweep(GRID, library.without_own)
    assert len(bare) == len(alone) and not alone["central"].equals(bare["central"])


def test_the_shell_sweeps_over_files_and_names_them(files: list[str], tmp_path: Path) -> None:
    asked = ["sweep", "--scenario", "status_quo,province_proposal", *files]
    answer = told(*asked)
    assert answer["stamp"]["files"].startswith("trade.csv (our own table of flows, 2025); duties.csv")
    assert {row["key"] for row in answer["own_files"]["rows"]} >= {"bl-irn-irn-tur", "bl-irq-irq-tur"}
    out = tmp_path / "s.json"
    assert CliRunner().invoke(app, [*asked, "--out", str(out)]).exit_code == 0
    written = json.loads(out.read_text())
    assert written["stamp"] == answer["stamp"] and written["rows"] == answer["rows"]
    tonnes = [
        row["central"]
        for row in answer["rows"]
        if (row["figure"], row["place"], row["when"], row["scenario"])
        == ("own_label_tonnes", "TUR", "before", "status_quo")
    ]
    alone = told("impact", "--scenario", "status_quo", "--draws", "0", *files)
    market = next(m for m in alone["markets"] if m["importer"] == "TUR")
    assert tonnes == [market["own_label_tonnes"]["before"]["central"]]
