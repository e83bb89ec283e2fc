"""Tables behind the estimates are the ones on record: nothing missing, changed, unlisted or unpacked without end."""

import gzip
import io
from pathlib import Path

import pandas as pd
import pytest

from tariffs.errors import BadQuestion
from tariffs.evidence import tables
from tariffs.store import DATA, check
from tariffs.store.panels import INDEX, panels
from tests.damage import copy_of_data

FIRST = "agtpa_manufacturing.parquet"


def test_every_panel_has_the_rows_its_list_says_and_all_stay_small() -> None:
    held = panels(DATA)
    assert len(held) >= 4
    for panel in held:
        assert len(tables.bundled(f"panels/{panel.file}")[0]) == panel.rows
    assert sum(p.stat().st_size for p in (DATA / "panels").iterdir()) < 4_000_000


@pytest.mark.parametrize("what", ["changed", "missing", "unlisted", "unknown source", "broken line", "no list"])
def test_a_panel_that_is_not_what_the_list_says_is_a_defect(tmp_path: Path, what: str) -> None:
    folder = copy_of_data(tmp_path)
    path, index = folder / "panels" / FIRST, folder / INDEX
    text = index.read_text(encoding="utf-8")
    if what == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    elif what == "missing":
        path.unlink()
    elif what == "unlisted":
        (folder / "panels" / "more.csv").write_text("a\n1\n")
    elif what == "unknown source":
        index.write_text(text.replace("wto-unctad-2016", "nobody"), encoding="utf-8")
    elif what == "broken line":
        index.write_text(text + "../elsewhere.parquet,1,0,wto-unctad-2016,\n", encoding="utf-8")
    else:
        index.unlink()
    found = [d for d in check(folder).defects if d.file == INDEX]
    assert found and all(d.expected and d.remedy for d in found)


def test_a_data_folder_without_panels_is_sound(tmp_path: Path) -> None:
    folder = copy_of_data(tmp_path)
    for path in (folder / "panels").iterdir():
        path.unlink()
    (folder / "panels").rmdir()
    assert not [d for d in check(folder).defects if d.file == INDEX]


def test_a_table_is_looked_for_below_data_alone() -> None:
    for name in ("../README.md", "/etc/hostname", "panels/nothing.parquet"):
        with pytest.raises(BadQuestion, match="no table"):
            tables.bundled(name)


def test_a_small_file_that_unpacks_to_a_large_table_is_refused() -> None:
    packed = io.BytesIO()
    pd.DataFrame({"a": [1.0] * 600_000}).to_parquet(packed)
    assert len(packed.getvalue()) < 100_000
    with pytest.raises(BadQuestion, match="600,000 rows"):
        tables.parsed("x.parquet", packed.getvalue(), tables.MOST_ROWS_ON_PAGE)
    text = gzip.compress(b"a\n" + b"1\n" * 600_000)
    with pytest.raises(BadQuestion, match="rows or more"):
        tables.parsed("x.csv.gz", text, tables.MOST_ROWS_ON_PAGE)
    assert len(tables.parsed("x.csv.gz", gzip.compress(b"a,b\n1,2\n"), 10)) == 1


@pytest.mark.parametrize(
    ("name", "raw"),
    [("x.txt", b"a\n1"), ("x.csv", b""), ("x.csv", b"a,b\n"), ("x.parquet", b"PAR1 no"), ("x.csv.gz", b"no gzip")],
)
def test_a_file_that_is_no_table_is_refused_in_words(name: str, raw: bytes) -> None:
    with pytest.raises(BadQuestion) as told:
        tables.parsed(name, raw)
    assert name in str(told.value)
