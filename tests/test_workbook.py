"""The Excel brief as a file: what it says, what it refuses to run, and what happens when writing goes wrong."""

import io
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.worksheet.worksheet import Worksheet

from tariffs import Library, Question, run
from tariffs.brief import workbook
from tariffs.brief.cells import Book, clean, legal_sheet_name
from tariffs.errors import NotWritten
from tariffs.study import Study
from tariffs.words import Words
from tests.markets import measure

ROOT = Path(__file__).parent.parent
LIBRARY = Library.open()
SHEETS = ["Cover", "Summary", "Assumptions", "Landed cost", "Results", "Sources", "Checks", "About"]
# Functions that Excel 2010 and LibreOffice 7 share, none of them volatile or dependent on a locale.
ALLOWED = {"SUM", "SUMPRODUCT", "IF", "ABS", "MAX", "MIN", "INDEX", "MATCH", "AND", "ROUND"}
ADDRESS = re.compile(r"([A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|[RrCc])")


def ask(scenario: str = "province_proposal", library: Library = LIBRARY, draws: int = 64, **more: Any) -> Study:
    return run(Question(scenario, draws=draws, **more), library)


def opened(content: bytes, values: bool = False) -> Workbook:
    return load_workbook(io.BytesIO(content), data_only=values)


def cells(book: Workbook) -> Iterator[tuple[Worksheet, Any]]:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet, cell


def texts(book: Workbook) -> str:
    return "\n".join(str(cell.value) for _, cell in cells(book))


def formulas(book: Workbook) -> set[str]:
    return {cell.value for _, cell in cells(book) if cell.data_type == "f"}


@pytest.fixture(scope="module")
def study() -> Study:
    return ask()


@pytest.fixture(scope="module")
def content(study: Study) -> bytes:
    return workbook.to_bytes(study)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


@pytest.fixture(scope="module")
def shown(content: bytes) -> Workbook:
    return opened(content, values=True)


# What it says


def test_the_sheets_stand_in_their_order(book: Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_the_cover_gives_the_answer_its_range_and_where_it_comes_from(study: Study, shown: Workbook) -> None:
    cover = "\n".join(str(c.value) for row in shown["Cover"] for c in row if c.value)
    assert "would land in Türkiye" in cover and "(range " in cover and "assumed" in cover
    for stamped in (study.stamp["data"], study.stamp["version"], "seed 1", "64 draws", study.question.shell()):
        assert str(stamped) in cover
    assert "All checks pass" in cover


def test_the_index_leads_to_every_other_sheet(book: Workbook) -> None:
    goals = {c.hyperlink.location for row in book["Cover"] for c in row if c.hyperlink}
    assert goals == {f"'{name}'!A1" for name in SHEETS[1:]}
    assert not any(c.hyperlink.target for row in book["Cover"] for c in row if c.hyperlink)


def test_every_formula_brings_the_value_that_python_computed(book: Workbook, shown: Workbook) -> None:
    formulas = [(s.title, c.coordinate) for s, c in cells(book) if c.data_type == "f"]
    assert len(formulas) > 500
    missing = [place for place in formulas if shown[place[0]][place[1]].value is None]
    assert missing == []


def test_a_spreadsheet_is_told_to_work_everything_out_when_it_opens(book: Workbook) -> None:
    assert book.calculation.fullCalcOnLoad and book.active.title == "Cover"


def test_landed_prices_in_the_workbook_are_the_engines(study: Study, shown: Workbook) -> None:
    engine = {
        study.figure("landed_usd_per_t", place, when).central
        for place in study.importers
        for when in ("before", "after")
    }
    here = [c.value for row in shown["Landed cost"] for c in row if isinstance(c.value, float)]
    for price in engine:
        assert price is not None and any(abs(value - price) <= 1e-9 * price for value in here)


def test_all_checks_pass_when_nothing_was_edited(shown: Workbook) -> None:
    results = [row[5].value for row in shown["Checks"].iter_rows(min_row=8)]
    assert len(results) > 30 and set(results) == {"OK"}


def test_every_figure_that_entered_is_listed_with_its_source(study: Study, book: Workbook) -> None:
    listed = {row[8].value for row in book["Assumptions"].iter_rows(min_row=6)}
    assert {figure.key for figure in study.used} <= listed
    assert "shares.krg-share-value.share" in listed  # the weight of Kurdistan's part is an input as well


def test_every_source_and_every_unknown_is_told(study: Study, book: Workbook) -> None:
    ids = {row[0].value for row in book["Sources"].iter_rows(min_row=5)}
    assert {source.id for source in study.sources} <= ids
    assert {unknown.key for unknown in LIBRARY.unknowns} <= ids


@pytest.mark.parametrize("scenario", list(LIBRARY.scenarios))
def test_every_proposal_can_be_written_and_passes_its_own_checks(scenario: str) -> None:
    shown = opened(workbook.to_bytes(ask(scenario)), values=True)
    assert {row[5].value for row in shown["Checks"].iter_rows(min_row=8)} == {"OK"}
    assert not re.search(r"\b(nan|inf|None|#[A-Z]+[!?])\b", texts(shown))


def test_a_refused_label_is_said_in_words() -> None:
    shown = opened(workbook.to_bytes(ask("ban")), values=True)
    for name in ("Summary", "Landed cost", "Results"):
        assert any(c.value == "refused" for row in shown[name] for c in row), name


def test_a_market_refused_before_and_after_has_no_ladder_and_no_error() -> None:
    shown = opened(workbook.to_bytes(ask("ban", beliefs=("tur.wedge=100",), sets=("tur.relabelling_ban=yes",))), True)
    assert {row[5].value for row in shown["Checks"].iter_rows(min_row=8)} == {"OK"}


def test_without_draws_there_are_dashes_where_ranges_would_stand() -> None:
    shown = opened(workbook.to_bytes(ask(draws=0)), values=True)
    assert {row[5].value for row in shown["Checks"].iter_rows(min_row=8)} == {"OK"}
    assert any(c.value == "–" for row in shown["Summary"] for c in row)


# Charges that no bundled proposal has


def odd_law() -> Library:
    """Türkiye with a compound duty, a minimum value, a duty on the duty and a charge on the invoice."""
    rows = {
        "odd-compound": measure("additional_duty", "compound_max", 0.02, specific=30.0, importer="TUR"),
        "odd-sum": measure("excise", "compound_sum", 0.01, specific=4.0, importer="TUR"),
        "odd-floor": measure("valuation_adjustment", "minimum_usd_per_t", 400.0, importer="TUR"),
        "odd-on-duty": measure("tax_deposit", "ad_valorem", 0.65, base="duty", importer="TUR"),
        "odd-invoice": measure("consular_fee", "ad_valorem", 0.01, base="invoice", importer="TUR"),
    }
    policy = LIBRARY.policy
    for key, row in rows.items():
        rate = replace(row.rate, key=f"measures.{key}.rate", source="research-turkey")
        specific = row.specific and replace(row.specific, key=f"measures.{key}.specific", source="research-turkey")
        valid = LIBRARY.scenarios["status_quo"].as_of
        named = replace(row, key=key, rate=rate, specific=specific, product="271320", valid_from=valid, valid_to=None)
        policy = policy.with_row("measures", named)
    return replace(LIBRARY, policy=policy, digest="odd-law")


def test_compound_duties_and_minimum_values_climb_as_the_engine_climbs() -> None:
    shown = opened(workbook.to_bytes(ask("turkey_reclassify_raw_material", odd_law())), values=True)
    assert {row[5].value for row in shown["Checks"].iter_rows(min_row=8)} == {"OK"}
    assert "MAX(" in texts(opened(workbook.to_bytes(ask("turkey_reclassify_raw_material", odd_law()))))


# The same question, the same bytes


def test_the_same_question_gives_the_same_bytes(study: Study, content: bytes) -> None:
    assert workbook.to_bytes(study) == content
    assert workbook.to_bytes(ask()) == content
    assert workbook.to_bytes(ask(seed=2)) != content


def test_no_clock_is_written(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-[^<]*)<", core) == ["2026-02-01T00:00:00Z"] * 2


# Locks, names, limits


def test_only_the_yellow_cells_are_open(book: Workbook) -> None:
    for sheet in book:
        assert sheet.protection.sheet and not sheet.protection.password, sheet.title
    goals = {d.attr_text.partition("!")[2].replace("$", "") for d in book.defined_names.values()}
    for sheet, cell in cells(book):
        named = sheet.title == "Assumptions" and cell.coordinate in goals
        assert cell.protection.locked is not named, (sheet.title, cell.coordinate)
        if named:
            assert cell.fill.fgColor.rgb.endswith("FFF9DB")


def test_names_of_inputs_can_never_be_taken_for_a_cell(book: Workbook) -> None:
    assert len(book.defined_names) > 30
    for name in book.defined_names:
        assert re.fullmatch(r"in_[a-z0-9_]+", name) and not ADDRESS.fullmatch(name), name
        assert len(name) <= 255


@pytest.mark.parametrize("name", ["FOB1", "R1", "c", "in_é", "in_", "IN_RATE"])
def test_a_name_that_could_be_a_cell_is_turned_down(name: str) -> None:
    book = Book(Words())
    cell = book.page("One").put_number(1, 1, 1.0, "input")
    with pytest.raises(ValueError, match="no name"):
        book.define(name, cell)


def test_every_yellow_cell_says_what_it_can_take(book: Workbook) -> None:
    sheet = book["Assumptions"]
    guarded = {c for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges for c in area.cells}
    for name in book.defined_names.values():
        row, column = sheet[name.attr_text.partition("!")[2]].row, sheet[name.attr_text.partition("!")[2]].column
        assert (row, column) in guarded
    for rule in sheet.data_validations.dataValidation:
        assert rule.type == "decimal" and rule.showErrorMessage and rule.error and len(rule.error) <= 225
        assert len(rule.errorTitle) <= 32
    rates = next(r for r in sheet.data_validations.dataValidation if r.formula2 == "1")
    assert rates.formula1 == "0" and "5%" in rates.error


def test_formulas_use_only_what_excel_2010_and_libreoffice_share(book: Workbook) -> None:
    for sheet, cell in cells(book):
        if cell.data_type == "f":
            called = {t.value[:-1] for t in Tokenizer(cell.value).items if t.type == "FUNC" and t.subtype == "OPEN"}
            assert called <= ALLOWED, (sheet.title, cell.coordinate, cell.value)
            assert "[" not in cell.value and "#" not in cell.value


def test_there_are_no_macros_and_no_links_to_other_files(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert not [n for n in names if "vba" in n.lower() or "externalLink" in n or n.endswith(".bin")]
        for name in names:
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name), name


def test_the_sheets_print_across_on_a4_with_their_origin_in_the_footer(study: Study, book: Workbook) -> None:
    for sheet in book:
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize), setup.fitToWidth) == ("landscape", 9, 1), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        one_page = sheet.title in ("Cover", "Summary", "About")
        assert setup.fitToHeight == (1 if one_page else 0)
        assert one_page or sheet.print_title_rows
        footer = sheet.oddFooter
        assert str(study.stamp["data"]) in footer.center.text and "&P" in footer.right.text
        assert study.scenario.title in footer.left.text
    assert all(book[name].freeze_panes for name in ("Assumptions", "Landed cost", "Results", "Sources", "Checks"))


def test_the_picture_is_native_and_keeps_its_axes(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    assert len(charts) == 3  # both labels to Türkiye, and Iraq
    for chart in charts:
        assert 'grouping val="stacked"' in chart and 'overlap val="100"' in chart
        assert chart.count('<delete val="0"') == 2 and "USD per tonne" in chart
        assert "Landed cost" in chart


# Text is text


TEXTS = ["=HYPERLINK(0)", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", "'=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("nasty", TEXTS)
def test_a_title_or_a_note_is_never_run(nasty: str, book: Workbook) -> None:
    scenario = replace(LIBRARY.scenarios["province_proposal"], title=nasty, description=f"{nasty}\x07\x00 &P")
    source = replace(LIBRARY.sources["research-turkey"], title=nasty, note=nasty, where=nasty)
    spoilt = replace(
        LIBRARY,
        scenarios={**LIBRARY.scenarios, "province_proposal": scenario},
        sources={**LIBRARY.sources, source.id: source},
        digest=f"spoilt {nasty!r}",
    )
    content = workbook.to_bytes(ask(library=spoilt))
    spoilt_book = opened(content)
    assert formulas(spoilt_book) == formulas(book)
    said = clean(nasty, Words())
    literal = [c for _, c in cells(spoilt_book) if c.value == said]
    assert len(literal) >= 3 and all(c.data_type == "s" and c.quotePrefix for c in literal)
    assert "\x07" not in texts(spoilt_book)


def test_control_characters_go_and_overlong_text_is_cut_with_a_notice() -> None:
    assert clean("a\x00\x0bb\x1f\ud800c\x85\r\nd\te", Words()) == "abc\nd\te"
    cut = clean("x" * 40_000, Words())
    assert len(cut) == 32_767 and cut.endswith("(cut: a cell holds no more)")
    assert clean("_x0041_", Words()) == "_x005F_x0041_"


def test_a_number_that_is_missing_or_not_finite_is_said_in_words() -> None:
    page = Book(Words()).page("One")
    for row, value in enumerate((None, float("nan"), float("inf")), start=1):
        page.put_number(row, 1, value, "number")
        assert page.sheet.cell(row, 1).value == "not known"
    with pytest.raises(ValueError, match="no value"):
        page.put_formula(9, 1, "=1/0", float("inf"), "number")
    with pytest.raises(ValueError, match="no formula"):
        page.put_formula(9, 1, "1", 1.0, "number")


def test_sheet_names_are_legal_and_differ() -> None:
    assert legal_sheet_name("a[b]:c*d?e/f\\g" + "x" * 40) == "abcdefg" + "x" * 24
    assert legal_sheet_name("'''") == "Sheet"
    assert legal_sheet_name("Results", ["RESULTS", "Results 2"]) == "Results 3"
    assert len(legal_sheet_name("y" * 31, ["Y" * 31])) == 31


def test_only_the_writer_of_cells_assigns_them() -> None:
    telling = re.compile(r"\.value\s*=[^=]|\.cell\([^)]*value|\.append\(\[|data_type\s*=|ws\[[^]]*\]\s*=")
    for path in (ROOT / "tariffs" / "brief").rglob("*.py"):
        if path.name != "cells.py":
            assert not telling.search(path.read_text(encoding="utf-8")), path


# From right to left


def test_a_right_to_left_language_turns_the_sheets_round(study: Study) -> None:
    book = opened(workbook.to_bytes(study, "fa"))
    for sheet in book:
        assert sheet.sheet_view.rightToLeft, sheet.title
        for cell in (c for row in sheet.iter_rows() for c in row if c.value is not None):
            assert cell.alignment.readingOrder == 2.0 and cell.font.name == "Tahoma"
    assert not opened(workbook.to_bytes(study)).worksheets[0].sheet_view.rightToLeft


# Writing


def test_a_brief_is_written_where_it_was_asked_for(study: Study, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "brief.xlsx"
    assert workbook.write(study, path) == path
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["brief.xlsx"]


def test_a_folder_in_place_of_a_file_is_explained(study: Study, tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"is a folder. Give the name of a file in it"):
        workbook.write(study, tmp_path)


def test_a_missing_folder_is_explained(study: Study, tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="There is no folder"):
        workbook.write(study, tmp_path / "nowhere" / "brief.xlsx")


def test_a_folder_that_takes_nothing_is_explained(study: Study) -> None:
    with pytest.raises(NotWritten, match="choose a folder that you may write in"):
        workbook.write(study, Path("/proc/brief.xlsx"))


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_on_the_way_leaves_the_old_file_whole(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "brief.xlsx"
    path.write_bytes(b"the old brief")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync" if step == "fsync" else "pathlib.Path.replace", fail)
    with pytest.raises(NotWritten, match="No space left on device"):
        workbook.write(study, path)
    assert path.read_bytes() == b"the old brief"
    assert [p.name for p in tmp_path.iterdir()] == ["brief.xlsx"]


def test_an_interruption_leaves_the_old_file_whole(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "brief.xlsx"
    path.write_bytes(b"the old brief")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        workbook.write(study, path)
    assert path.read_bytes() == b"the old brief" and len(list(tmp_path.iterdir())) == 1


def test_the_shell_line_on_the_last_sheet_writes_the_same_brief(
    study: Study, book: Workbook, content: bytes, tmp_path: Path
) -> None:
    line = next(str(c.value) for row in book["About"] for c in row if "tariffs brief" in str(c.value))
    words = shlex.split(line)
    words[words.index("brief.xlsx")] = str(tmp_path / "brief.xlsx")
    done = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "brief.xlsx").read_bytes() == content
