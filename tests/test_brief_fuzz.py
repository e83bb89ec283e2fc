"""Text from users and files, whatever it holds, is shown letter for letter and never run, in every form."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from openpyxl import load_workbook

from tariffs import Library, Question, run
from tariffs.brief import file, workbook
from tariffs.brief.cells import LONGEST, Book, clean
from tariffs.brief.forms import page, parcel
from tariffs.brief.forms.blocks import bare
from tariffs.brief.seal import seal
from tariffs.study import Study
from tariffs.words import Words
from tests import browser

OVERRIDES = "\u202e\u202d\u2066\u2067\u2068\u2069\u200f\u200e\u061c"
OPENINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "=HYPERLINK(", "=cmd|' /C calc'!A0", "＝", "﻿=", " =", "_x003D_")
ODD = (
    *(f"{opening}1+1" for opening in OPENINGS),
    "a\x00b\x07c\x1bd\x7fe\x85f",
    "half a letter \ud83d and its end \ude00",
    f"{OVERRIDES}gnp.exe",
    "\u202e=1+1",
    "🛢️👩🏽‍🔧🇮🇷 e\u0301 \U0010fffd",
    "قیمت =1+1 در تن ۴۸۱",
    "<script>alert(1)</script>&amp;]]>&#x0;",
    '"><img src=x onerror=alert(1)>',
    "{place} {0} %s $(rm -rf) `x` \\",
    "&P&[Date]",
    "_x0041_",
    "line\u2028and\u2029paragraph\r\nend",
    "x" * 40_000,
    "=" + "ب" * 40_000,
)
ANY = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=80),
    st.builds(str.__add__, st.sampled_from(OPENINGS), st.text(max_size=40)),
    st.text(alphabet=st.sampled_from(f"{OVERRIDES}=+-@\t\r\n\x00\x0b'\"&<>_x0041🛢"), max_size=40),
)
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
LIBRARY = Library.open()


@pytest.fixture(scope="module")
def study() -> Study:
    return run(Question(draws=16), LIBRARY)


def titled(study: Study, text: str) -> Study:
    """The same answer to a scenario that somebody has named so, in a file of their own."""
    return replace(study, scenario=replace(study.scenario, title=text, description=text))


def written(texts: list[str]) -> bytes:
    """A workbook that holds nothing but these texts, saved as a brief is."""
    book = Book(Words())
    sheet = book.page("=Texts[1]:*?/\\'")
    sheet.widths([60])
    for row, text in enumerate(texts, start=1):
        sheet.put_text(row, 1, text)
    sheet.put_formula(1, 2, "=1+1", 2.0, "number")
    return seal(book, LIBRARY.scenarios["status_quo"].as_of)


@given(st.lists(ANY, min_size=1, max_size=40))
@example(list(ODD))
@settings(QUIET, max_examples=40)
def test_a_cell_holds_the_text_itself(texts: list[str]) -> None:
    sheet = load_workbook(io.BytesIO(written(texts))).worksheets[0]
    for row, text in enumerate(texts, start=1):
        cell, said = sheet.cell(row, 1), clean(text, Words())
        assert (cell.value or "") == said and len(said) <= LONGEST
        assert cell.data_type == ("s" if said else "n")
    assert [c.coordinate for line in sheet.iter_rows() for c in line if c.data_type == "f"] == ["B1"]


def test_a_spreadsheet_that_opens_them_runs_none(soffice: str, tmp_path: Path) -> None:
    path = tmp_path / "texts.xlsx"
    path.write_bytes(written(list(ODD)))
    sheet = load_workbook(browser.convert(path, tmp_path, "xlsx"), data_only=True).worksheets[0]
    for row, text in enumerate(ODD, start=1):
        cell = sheet.cell(row, 1)
        # It writes line ends of its own kind, and joins halves of letters that we have already left out.
        assert as_read(str(cell.value)) == as_read(clean(text, Words())), text[:80]
        assert cell.data_type in ("s", "inlineStr")


def as_read(text: str) -> str:
    return text.replace("_x005F_", "_").replace("\u2028", "\n").replace("\u2029", "\n").strip()


def test_a_workbook_holds_no_formula_more_whatever_the_scenario_is_called(study: Study) -> None:
    text = "".join(ODD)
    usual, odd = (load_workbook(io.BytesIO(workbook.to_bytes(s))) for s in (study, titled(study, text)))
    formulas = [{(s.title, c.coordinate) for s in b for r in s for c in r if c.data_type == "f"} for b in (usual, odd)]
    assert formulas[0] == formulas[1]
    assert (odd["Cover"]["A2"].value or "") == clean(text, Words())
    for sheet in odd:
        assert len(str(sheet.oddFooter.left.text or "")) < 255


@given(text=ANY)
@settings(QUIET, max_examples=60)
def test_a_printed_page_has_no_tag_more_whatever_the_scenario_is_called(text: str, study: Study) -> None:
    usual, odd = (lxml_html.fromstring(page.first_page([s], "en")) for s in (titled(study, "x"), titled(study, text)))
    shown = [str(node.tag) for node in odd.iter() if node.get("class") != "subtitle"]
    assert shown == [str(node.tag) for node in usual.iter() if node.get("class") != "subtitle"]
    assert (odd.find(".//h1").text or "") == bare(text)
    assert not any(name.startswith("on") for node in odd.iter() for name in node.attrib)


@given(texts=st.lists(ANY, min_size=1, max_size=20))
@example(texts=list(ODD))
@settings(QUIET, max_examples=60)
def test_a_csv_holds_the_text_with_an_apostrophe_where_it_could_be_run(texts: list[str]) -> None:
    rows: list[dict[str, Any]] = [{"text": text, "value": -1.5} for text in texts]
    told = list(csv.DictReader(io.StringIO(parcel.as_csv(rows).lstrip("\ufeff"), newline="")))
    assert len(told) == len(texts)
    for text, row in zip(texts, told, strict=True):
        said = bare(text)
        risky = said.startswith(parcel.MEANS_MORE)
        assert row["text"] == (f"'{said}" if risky else said) and row["value"] == "-1.5"


def test_every_form_takes_all_of_it_at_once(study: Study, tmp_path: Path) -> None:
    odd = titled(study, "".join(ODD))
    for ending in file.FORMS:
        path = tmp_path / f"=cmd 🛢 {OVERRIDES[0]}{ending}"
        assert file.write([odd], path, "fa", ("summary", "sources")).stat().st_size > 10_000
    with zipfile.ZipFile(tmp_path / f"=cmd 🛢 {OVERRIDES[0]}.zip") as parcelled:
        assert json.loads(parcelled.read("brief.json"))["answers"][0]["title"] == bare("".join(ODD))
