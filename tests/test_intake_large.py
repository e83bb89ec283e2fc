"""A large year: the same rows by search, by copy and row by row; the copy is whole or made again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tariffs.errors import NotWritten
from tariffs.intake import Flows, Loaded, Refused, large, load
from tariffs.intake.tidy import FLOW_SCHEMA
from tariffs.progress import Stopped

ROOT = Path(__file__).parent.parent
COLUMNS = [name for name in FLOW_SCHEMA.names if name != "file"]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year in BACI's layout, 60,000 random rows; some quantities missing, some partners no country, two lines bad."""
    rng = np.random.default_rng(7)
    places, products = [364, 792, 368, 268, 31, 697], [271320, 271390, 271311, 271410, 390110, 10121]
    path = tmp_path_factory.mktemp("year") / "BACI_HS17_Y2021_V202301.csv"
    lines = ["t,i,j,k,v,q"]
    for i, j, k, v, q in zip(
        rng.choice(places, 15_000),
        rng.choice(places, 15_000),
        rng.choice(products, 15_000),
        rng.random(15_000) * 2713.2,
        rng.random(15_000) * 1e6,
        strict=True,
    ):
        quantity = "          NA" if q < 1e5 else f"{q:.3f}"
        lines.append(f"2021,{i},{j},{k:06d},{v:.3f},{quantity}")
    lines.insert(7_234, "2021,271320,271320,390110,271320,271320")  # the digits stand everywhere but in the product
    path.write_text("\n".join(lines), encoding="ascii")  # the last line has no end
    return path


def rows(loaded: Loaded) -> list[dict[str, object]]:
    return sorted(loaded.flows.table.select(COLUMNS).to_pylist(), key=lambda r: r["row"])


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tariffs.intake.door.LARGE", 1000)
    monkeypatch.setattr(large, "PIECE", 10_000)  # many pieces, so that lines are cut between them


@pytest.mark.parametrize("product", ["271320", "2713", "390110", "271500"])
def test_search_and_copy_find_what_reading_every_row_finds(
    product: str, year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load([year], product=product)
    monkeypatch.setattr("tariffs.intake.door.LARGE", 1000)
    monkeypatch.setattr(large, "PIECE", 10_000)
    sought = load([year], product=product)
    year_without_bad = tmp_path / year.name
    year_without_bad.write_text(
        "\n".join(line for line in year.read_text(encoding="ascii").split("\n") if ",271320,271320," not in line),
        encoding="ascii",
    )
    copied = [load([year_without_bad], product=product, cache=tmp_path / "c") for _ in range(2)]
    assert rows(sought) == rows(whole)
    clean = load([year_without_bad], product=product)
    for one in copied:
        assert rows(one) == rows(clean)
    report, full = sought.reports[0], whole.reports[0]
    assert (report.rows_read, report.rows_kept) == (full.rows_read, full.rows_kept) == (15_001, len(whole.flows))
    assert report.rows_read == report.rows_kept + report.rows_dropped
    kept = {d.reason.says: d.count for d in report.dropped}
    assert kept.get("partner not specified by the source", 0) > 0 or product == "271500"
    assert sum("sorted copy was made" in n for n in copied[0].reports[0].notes) == 1
    assert sum("Read from the sorted copy" in n for n in copied[1].reports[0].notes) == 1


ODD = """t,i,j,k,v,q
2021,364,792,271320,12.5,40.000
2021,364,792,271320,12.5,40.000
2021,364,792,271320,9,41
2021,364,697,271320,1,1
2021,364,99,271320,1,1
2021,364,5,271320,1,1
2021,56,58,271320,1,1
1821,364,368,271320,1,1
2021,364,368,271320,-1.5,1
2021,364,268,271320,1,-0.5
2021,364,31,271320,          NA,          NA
2021,364,51,271320,7.25,          NA
2021,364,643,271320,          NA,3
2021,364,36,271320,0,0
2021,364,36,271320,-0.0,0
2021,364,36,271320,inf,1
2021,364,40,271320,nan,1
2021,,40,271320,1,1
2021,364,,271320,1,1
,364,40,271320,1,1
2021,364,0,271320,100,100
2021,364,112,271319,1,1
2021,364,112,271321,1,1
2021,364,112,27132,1,1
2021,364,112,010121,1,1
"""


@pytest.mark.parametrize("before", [50, 400, 5_000])
def test_the_copys_columns_hold_what_each_line_says_and_nothing_else(
    before: int, tmp_path: Path, searched: None
) -> None:
    """Odd rows at the start of a file, where the decimal mark is proved, and far behind it."""
    path = tmp_path / "BACI_HS17_Y2021_V202301.csv"
    head, *odd = ODD.splitlines()
    plain = [f"2021,364,792,{310000 + n},{n}.123,{n}" for n in range(before)]
    path.write_text("\n".join([head, *odd[:1], *plain, *odd[1:]]) + "\n", encoding="ascii")
    line_by_line, copied = (load([path], product="271320", cache=c) for c in (None, tmp_path / "c"))
    assert rows(copied) == rows(line_by_line) and len(copied.flows) >= 7
    ours, theirs = copied.reports[0], line_by_line.reports[0]
    assert ours.dropped == theirs.dropped and len(ours.dropped) >= 6
    for name in ("rows_read", "rows_kept", "rows_made", "mended", "decimal", "evidence"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.notes[1:] == theirs.notes
    assert copied.mirrors == line_by_line.mirrors
    assert copied.observed("271320") == line_by_line.observed("271320")


def copy_of(year: Path, folder: Path) -> Path:
    load([year], product="271320", cache=folder)
    (kept,) = folder.glob("*.parquet")
    return kept


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "BACI_HS17_Y2020_V202301.csv"
    path.write_text(
        "t,i,j,k,v,q\n" + "".join(f"2020,364,792,{271300 + n % 60},{n}.5,{n}\n" for n in range(5_000)), encoding="ascii"
    )
    return path


@pytest.mark.parametrize("where", [0.0, 0.2, 0.5, 0.8, 0.95, 0.999, 1.0])
def test_a_damaged_copy_is_noticed_and_made_again(where: float, sound: Path, tmp_path: Path, searched: None) -> None:
    folder = tmp_path / "c"
    kept = copy_of(sound, folder)
    before = rows(load([sound], product="271320", cache=folder))
    data = bytearray(kept.read_bytes())
    at = min(len(data) - 1, int(len(data) * where))
    data[at : at + 8] = bytes(b ^ 0xFF for b in data[at : at + 8])
    kept.write_bytes(bytes(data))
    again = load([sound], product="271320", cache=folder)
    assert rows(again) == before
    assert len(list(folder.glob("*.parquet"))) == 1


def test_a_copy_cut_short_or_emptied_is_made_again(sound: Path, tmp_path: Path, searched: None) -> None:
    folder = tmp_path / "c"
    kept = copy_of(sound, folder)
    for left in (0, 5, kept.stat().st_size // 2):
        kept.write_bytes(kept.read_bytes()[:left])
        loaded = load([sound], product="271320", cache=folder)
        assert any("is damaged" in note for note in loaded.reports[0].notes) and len(loaded.flows) == 83


def test_a_changed_year_gets_a_copy_of_its_own(sound: Path, tmp_path: Path, searched: None) -> None:
    folder = tmp_path / "c"
    copy_of(sound, folder)
    sound.write_text(sound.read_text(encoding="ascii") + "2020,364,368,271320,1,1\n", encoding="ascii")
    assert "IRQ" in {row.importer for row in load([sound], product="271320", cache=folder).flows}


def test_stopping_leaves_no_half_written_copy(sound: Path, tmp_path: Path, searched: None) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> None:
        told.append((done, of))
        raise Stopped("enough")

    with pytest.raises(Stopped):
        load([sound], product="271320", cache=tmp_path / "c", progress=stop)
    assert told and not list((tmp_path / "c").glob("*")) if (tmp_path / "c").exists() else told


def test_a_killed_run_leaves_nothing_that_is_ever_read(sound: Path, tmp_path: Path, searched: None) -> None:
    """The part that a killed process leaves has another name, and the next run clears it away."""
    folder = tmp_path / "c"
    code = (
        "import os,signal,sys\nfrom pathlib import Path\nfrom tariffs.intake import cache,load\n"
        "import tariffs.intake.door as l\nl.LARGE=1000\n"
        "cache.os.replace=lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "load([Path(sys.argv[1])], product='271320', cache=Path(sys.argv[2]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(sound), str(folder)],
        cwd=ROOT,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL
    (part,) = os.listdir(folder)
    assert part.endswith(".part")
    assert len(load([sound], product="271320", cache=folder).flows) == 83
    assert [Path(name).suffix for name in os.listdir(folder)] == [".parquet"]


def test_a_folder_that_holds_nothing_is_explained(sound: Path, tmp_path: Path, searched: None) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="ascii")
    with pytest.raises(NotWritten, match="cannot hold a sorted copy"):
        load([sound], product="271320", cache=blocked)


def test_progress_goes_up_to_the_end_of_the_file(sound: Path, searched: None) -> None:
    told: list[tuple[int, int]] = []
    load([sound], product="271320", progress=lambda done, of: told.append((done, of)))
    size = sound.stat().st_size
    assert told[-1] == (size, size) and all(0 <= done <= of for done, of in told)


def test_a_copy_is_refused_for_lines_that_are_none_of_bacis(sound: Path, tmp_path: Path, searched: None) -> None:
    sound.write_text(sound.read_text(encoding="ascii") + "2020,364,792,271320,one,1\n", encoding="ascii")
    with pytest.raises(Refused, match="one"):
        load([sound], product="271320", cache=tmp_path / "c")
    loaded = load([sound], product="271320")
    assert isinstance(loaded.flows, Flows) and loaded.reports[0].dropped[-1].examples[0].found == "v: one"


def test_an_hour_old_file_of_the_same_size_is_another_file(sound: Path, tmp_path: Path, searched: None) -> None:
    folder = tmp_path / "c"
    copy_of(sound, folder)
    os.utime(sound, (time.time() - 3600, time.time() - 3600))
    load([sound], product="271320", cache=folder)
    assert len(list(folder.glob("*.parquet"))) == 2
