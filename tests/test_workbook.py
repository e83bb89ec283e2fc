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

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.worksheet.worksheet import Worksheet

from tariffs import Library, Question, run
from tariffs.barriers.many import first
from tariffs.brief import estimates, reasons, workbook
from tariffs.brief.cells import Book, clean, legal_sheet_name, quoted
from tariffs.brief.leaning import quantile_heads
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.asked import Asked
from tariffs.brief.sheets.scenarios import edits_side_by_side
from tariffs.brief.sheets.worked import Basket
from tariffs.doubt import tornado
from tariffs.errors import BadQuestion, NotWritten
from tariffs.limits import agreement, break_even, reach, target_of
from tariffs.limits.reach import Reach
from tariffs.market.market import Shock
from tariffs.models import solve
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import Words
from tests.markets import measure

ROOT = Path(__file__).parent.parent
LIBRARY = Library.open()
SHEETS = [
    *("Cover", "Summary", "Assumptions", "Landed cost", "Seller's side", "Scenarios", "Results"),
    *("Routes (live)", "Model (live)", "Money (live)", "Other models (live)"),
    *("Limits", "Limits (live)", "Doubt", "Evidence"),
    *("Sources", "Checks", "About"),
]
# Functions that Excel 2010 and LibreOffice 7 share, none of them volatile or dependent on a locale.
ALLOWED = {
    *("SUM", "SUMPRODUCT", "SUMIF", "SUMIFS", "IF", "ABS", "MAX", "MIN", "INDEX", "MATCH", "AND", "ROUND", "INT"),
    *("EXP", "LN", "MMULT", "MINVERSE", "SUMSQ", "SUMXMY2", "OR", "ISNUMBER"),
}
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


def filled(sheet: Worksheet) -> list[list[Any]]:
    """What stands in the rows of a sheet that hold anything."""
    rows = [[c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if row]


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
    assert goals == {quoted(name) + "!A1" for name in SHEETS[1:]}
    assert not any(c.hyperlink.target for row in book["Cover"] for c in row if c.hyperlink)


def test_every_formula_brings_the_value_that_python_computed(book: Workbook, shown: Workbook) -> None:
    formulas = [(s.title, c.coordinate) for s, c in cells(book) if c.data_type == "f"]
    assert len(formulas) > 500
    missing = [place for place in formulas if shown[place[0]][place[1]].value is None]
    silent = [(name, "A3") for name in ("Summary", "Results", "Limits", "Doubt")]  # until an input is edited
    assert sorted(missing) == sorted(silent)


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


# Limits, doubt, evidence, other models


def test_the_break_even_that_cells_find_is_the_engines(study: Study, shown: Workbook) -> None:
    target = target_of("below-rival", "TUR", study.importers, study.exporter)
    root = break_even(LIBRARY, replace(study.question, draws=0), "tur.duty", target).main
    sheet = shown["Limits"]
    row = next(r for r in sheet.iter_rows(min_row=6, values_only=True) if str(r[0]).startswith("let Iranian bitumen"))
    assert root is not None and row[7] == pytest.approx(root.value, rel=1e-9)
    # If no price answered it is near, not the same: the rival's price falls a little as the duty falls.
    assert row[5] != row[7] and row[5] == pytest.approx(row[7], rel=0.02)


def map_of(book: Workbook, place: str, number: int = 0) -> tuple[list[list[Any]], list[float], list[float]]:
    """A map on the sheet of limits: its cells, its duties and its supports; ``number`` counts those of one name."""
    sheet = book["Limits"]
    top = [c.row for c in sheet["A"] if str(c.value).startswith(f"Gain of {place}'s side")][number] + 2
    wide = next(x for x in range(2, 20) if sheet.cell(top - 1, x).value is None) - 2
    tall = next(y for y in range(20) if not isinstance(sheet.cell(top + y, 1).value, int | float))
    duties = [sheet.cell(top - 1, 2 + x).value for x in range(wide)]
    supports = [sheet.cell(top + y, 1).value for y in range(tall)]
    return [[sheet.cell(top + y, 2 + x) for x in range(wide)] for y in range(tall)], duties, supports


@pytest.mark.parametrize("scenario", ["province_proposal", "access_opened"])
def test_the_maps_are_solved_in_cells_and_show_what_each_side_gains_with_its_sign(scenario: str) -> None:
    study = ask(scenario, draws=0)
    content = workbook.to_bytes(study)
    plain, shown = opened(content), opened(content, values=True)
    for importer, place, number in (("TUR", "Türkiye", 0), ("IRQ", "Iraq", 1)):
        made = agreement(LIBRARY, study.question, importer, size=(7, 6))
        for name, gain, count in ((place, made.buyer, 0), ("Iran", made.seller, number)):
            formulas_, duties, supports = map_of(plain, name, count)
            values, _, _ = map_of(shown, name, count)
            assert duties == pytest.approx(made.duty.values) and supports == pytest.approx(made.support.values)
            here = np.array([[c.value for c in row] for row in values])
            assert np.abs(here - gain).max() <= 1e-9 * np.abs(gain).max()
            assert all(str(c.value).startswith("=IF('Limits (live)'!") for row in formulas_ for c in row)
            assert all("+" in c.number_format and "-" in c.number_format for row in formulas_ for c in row)
    scales = [r for area in plain["Limits"].conditional_formatting for r in area.rules if r.type == "colorScale"]
    assert len(scales) == 4


def test_a_charge_that_bends_has_the_analyzers_own_curve_and_says_so() -> None:
    study = ask("turkey_reclassify_raw_material", odd_law(), draws=0)
    rows = filled(opened(workbook.to_bytes(study), values=True)["Limits"])
    why = next(n for n, row in enumerate(rows) if str(row[0]).startswith("A charge on the way to Türkiye bends"))
    reach = Reach.of(study.library, study.question, ["tur.duty"])
    duties = [row[0] for row in rows[why + 2 : why + 11]]
    landed = reach.at(np.array(duties)).number(Key("landed_usd_per_t", "TUR", "after"))
    assert [row[1] for row in rows[why + 2 : why + 11]] == pytest.approx(landed, rel=1e-12)
    assert sum("these maps do not follow the yellow cells" in str(row[0]) for row in rows) == 2  # as asked too


def test_a_market_that_refuses_the_label_says_why_there_is_no_curve() -> None:
    said = filled(opened(workbook.to_bytes(ask("ban", draws=0)), values=True)["Limits"])
    assert any(str(row[0]).startswith("The Iranian label may not enter Türkiye, so no duty") for row in said)


def test_what_no_cell_can_follow_is_struck_through_once_an_input_is_edited(book: Workbook) -> None:
    for name in ("Summary", "Results", "Limits", "Doubt"):
        sheet = book[name]
        notice = sheet["A3"]
        assert str(notice.value).startswith("=IF('Assumptions'!$M$4=0,") and "Inputs were edited" in notice.value
        struck = [r for area in sheet.conditional_formatting for r in area.rules if r.dxf and r.dxf.font]
        assert any(r.dxf.font.strike and r.formula == ['$A$3<>""'] for r in struck), name


def test_a_struck_figure_below_zero_loses_its_red(book: Workbook) -> None:
    """A colour in a number format wins over the grey of a struck figure, so the rule brings a format without one."""
    sheet = book["Doubt"]
    red = {cell.coordinate for row in sheet["C5:H40"] for cell in row if "[Red]" in cell.number_format}
    neutral = [
        (area.sqref, rule)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.dxf and rule.dxf.numFmt and rule.dxf.font.strike
    ]
    assert red and all("[Red]" not in rule.dxf.numFmt.formatCode for _, rule in neutral)
    for where, rule in neutral:
        for cell in (cell for area in where.ranges for row in sheet[area.coord:area.coord] for cell in row):
            assert cell.number_format.replace("[Red]", "") == rule.dxf.numFmt.formatCode
            red.discard(cell.coordinate)
    assert not red


def test_what_a_proposal_changes_is_said_in_words(study: Study) -> None:
    names = naming.edits([study], Words("en"))
    assert names["classification.cls-tur-irn.product_class"] == "Class of goods of Iran in Türkiye"
    assert names["exporter_measures.irn-raw-list.role"] == "List of raw materials: whether in force"
    assert len(set(names.values())) == len(names)
    levy = run(Question("nonwto_levy_50"), LIBRARY)
    said = dict(edits_side_by_side([study, levy], Words("tr")))
    assert said["measures.irq-duty-2026-any.rate"] == ["%5", "–"]
    assert said["measures.tur-nonwto-levy.rate"] == ["–", "50"], "a levy per tonne is no share"


def test_shapes_quantiles_and_days_are_told_as_each_language_tells_them() -> None:
    assert quantile_heads(Words("tr"))[:2] == ["%5", "%25"] and quantile_heads(Words("fa"))[0] == "5 درصد"
    held = {row.value.distribution: row.value for row in LIBRARY.elasticities.rows.values()}
    assert estimates.drawn_as(held["triangular"], Words("en")) == "triangular"
    assert estimates.drawn_as(held["triangular on log of the absolute value"], Words("tr")).startswith("mutlak değer")
    assert estimates.drawn_as(held["normal(-2.05; 0.50)"], Words("tr")) == "normal dağılım (-2.05; 0.50)"
    days = ("2026-02-01", "2025-09", "2019", "")
    both = ["1 فوریهٔ 2026 (12 بهمن 1404)", "سپتامبر 2025 (شهریور–مهر 1404)", "2019", ""]
    assert [Words("fa").dated(one) for one in days] == both
    assert [Words("tr").dated(one) for one in days] == list(days)


def test_each_proposal_has_its_own_doubts() -> None:
    first, other = ask(), ask("card_proposal")
    shown = opened(workbook.to_bytes(first, others=(other,)), values=True)
    said = filled(shown["Doubt"])
    start = next(n for n, row in enumerate(said) if row[0] == f"What matters most: “{other.scenario.title}”")
    figure = other.figure("exports_to_buyers_tonnes", "IRN")
    row = next(r for r in said[start:] if str(r[0]).startswith("Exports to Türkiye and Iraq, Iran") and len(r) > 8)
    assert row[2:4] == pytest.approx((figure.central, figure.low))
    widest = tornado(other).moving[0]
    assert any(r[0] == widest.label for r in said[start:])


def test_a_writer_tells_how_far_limits_and_doubts_are_worked_out(study: Study) -> None:
    heard: list[tuple[int, int]] = []
    workbook.to_bytes(study, told=lambda done, of: heard.append((done, of)))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_doubt_has_quantiles_a_tornado_and_what_to_learn(study: Study, shown: Workbook) -> None:
    said = filled(shown["Doubt"])
    text = "\n".join(str(c) for row in said for c in row)
    assert "to learn it" in text and "for the inputs as asked" in text
    figure = study.figure("exports_to_buyers_tonnes", "IRN")
    row = next(r for r in said if str(r[0]).startswith("Exports to Türkiye and Iraq, Iran") and len(r) > 8)
    ends = (figure.central, figure.low, figure.lower_quartile, figure.median, figure.upper_quartile, figure.high)
    assert row[2:8] == pytest.approx(ends) and row[8] == figure.positive
    widest = tornado(study).moving[0]
    bars = next(r for r in said if r[0] == widest.label)
    assert bars[5] - bars[6] == pytest.approx((widest.at_low or 0) - (widest.at_high or 0))


def test_without_draws_the_sheet_of_doubt_says_how_to_get_ranges() -> None:
    shown = opened(workbook.to_bytes(ask(draws=0)), values=True)
    text = "\n".join(str(c.value) for row in shown["Doubt"] for c in row if c.value)
    assert "Nothing was drawn" in text and "--draws 2000" in text and "tornado" not in text.lower()


def test_the_evidence_names_an_error_a_count_and_the_line_that_reruns_it(shown: Workbook) -> None:
    rows = filled(shown["Evidence"])
    run_again = next(r for r in rows if r[0] == "python -m tariffs regress agtpa-ch1-ex2-tariff")
    assert run_again[1:6] == ["ln_mfn", -7.604, 0.516, 18886, "PPML"]
    hauk = next(r for r in rows if "elasticities.el-hauk-us-271320-early.value" in r)
    assert hauk[2] == pytest.approx(4.413198) and hauk[3] == 1.40
    assumed = next(r for r in rows if "elasticities.el-bw-us-271320.value" in r)
    assert assumed[3] == "–"  # its spread is an assumption of ours, and no standard error
    used = next(r for r in rows if "elasticities.el-tur-origins.value" in r)
    assert used[2:6] == [9.78, "–", 2.08, 16.87]


@pytest.mark.parametrize("model", ["gsim", "smart"])
def test_the_other_models_in_cells_are_the_engines(model: str, study: Study, shown: Workbook) -> None:
    start, shock = study.before.market, study.after.result.shock
    one = first(start, 0)
    engine = solve(model, one, Shock(shock.A[:1], shock.B[:1], shock.closed))
    column = {"gsim": 3, "smart": 4}[model]
    rows = list(shown["Other models (live)"].iter_rows(min_row=6, values_only=True))
    here = [row[column] for row in rows[: len(one.lanes)]]
    assert here == pytest.approx(list(np.atleast_2d(engine.tonnes)[0]), rel=1e-9)


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
        one_page = sheet.title in ("Cover", "Summary", "Seller's side", "Routes (live)", "Limits (live)", "About")
        assert setup.fitToHeight == (1 if one_page else 0)
        assert one_page or sheet.print_title_rows
        footer = sheet.oddFooter
        assert str(study.stamp["data"]) in footer.center.text and "&P" in footer.right.text
        assert study.scenario.title in footer.left.text
    assert all(book[name].freeze_panes for name in ("Assumptions", "Landed cost", "Results", "Sources", "Checks"))


def test_the_picture_is_native_and_keeps_its_axes(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    waterfalls = [chart for chart in charts if "Landed cost" in chart]
    assert len(waterfalls) == 3  # both labels to Türkiye, and Iraq
    for chart in waterfalls:
        assert 'grouping val="stacked"' in chart and 'overlap val="100"' in chart and "USD per tonne" in chart
    assert sum("<scatterChart>" in c for c in charts) == 4 and sum("<areaChart>" in c for c in charts) == 1
    for chart in charts:
        # Both axes are there, one title for the chart and one for each axis that counts something, data by reference.
        assert chart.count('<delete val="0"') == 2 and chart.count("<title>") >= 2 and "<f>" in chart
        assert chart.count("<numFmt") >= 1


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
        assert "not known" in page.cells[row][1][1]
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
    checked = 0
    for path in (ROOT / "tariffs" / "brief").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "cells.py" and re.search(r"openpyxl|brief\.cells", text):
            assert not telling.search(text), path
            checked += 1
    assert checked > 15


# From right to left


def test_a_right_to_left_language_turns_the_sheets_round(study: Study) -> None:
    book = opened(workbook.to_bytes(study, "fa"))
    for sheet in book:
        assert sheet.sheet_view.rightToLeft, sheet.title
        for cell in (c for row in sheet.iter_rows() for c in row if c.value is not None):
            foreign = sheet.title == "منابع" and not re.search("[\u0600-\u06ff]", str(cell.value))
            assert cell.alignment.readingOrder in ((1.0, 2.0) if foreign else (2.0,)) and cell.font.name == "Tahoma"
    assert not opened(workbook.to_bytes(study)).worksheets[0].sheet_view.rightToLeft


# Writing


def test_figures_keep_their_right_edge_in_every_language(study: Study) -> None:
    """Units stand below units where a sheet runs from the right as well; the words turn round."""
    for lang, words in (("en", "left"), ("fa", "right")):
        sheet = opened(workbook.to_bytes(study, lang)).worksheets[1]
        cells = [cell for row in sheet.iter_rows(min_row=6, max_row=25) for cell in row if cell.value is not None]
        figures = [cell for cell in cells if cell.column in (3, 4, 5)]
        assert len(figures) > 40 and {cell.alignment.horizontal for cell in figures} == {"right"}, lang
        assert {cell.alignment.horizontal for cell in cells if cell.column == 2} == {words}


def test_the_cover_begins_in_bold_and_ends_with_who_pays(study: Study, book: Workbook, shown: Workbook) -> None:
    told = reasons.who_pays(study, Words("en"))
    assert told is not None and "Iran as a whole" in told.text
    said = [(row[0].value, row[0].font.b) for row in book["Cover"].iter_rows(min_row=6, max_row=9)]
    assert [bold for _, bold in said] == [True, False, False, False]
    assert shown["Cover"]["A9"].value == told.text
    # As asked: it goes once an input is edited.
    assert str(said[3][0]).startswith("=IF(") and str(said[3][0]).endswith(',"")')


def test_what_others_wrote_runs_in_its_own_direction(study: Study) -> None:
    """Names of products are ours, and in the reader's language; titles of published sources are their writers'."""
    book = opened(workbook.to_bytes(study, "fa"))
    of = [str(row[1].value) for row in book["شواهد"].iter_rows(min_row=5, max_row=70) if row[1].value]
    assert "بنزین موتور" in of and "قیر آسفالت" in of and not {"gasoline", "asphalt binder", "manufacturing"} & set(of)
    titles = {str(row[0].value): row[1] for row in book["منابع"].iter_rows(min_row=5) if row[0].value}
    assert titles["chatham-cu"].alignment.readingOrder == 1  # from the left
    assert titles["research-iran"].alignment.readingOrder == 2 and "فرض" in str(titles["research-iran"].value)


def test_baskets_of_a_field_hold_where_goods_are_cobb_douglas_and_where_nobody_sells() -> None:
    weights = np.array([[0.25, 0.0, 0.0], [0.75, 0.0, 0.0], [0.0, 0.4, 0.0], [0.0, 0.6, 0.0], [0.0, 0.0, 0.0]])
    logs = np.log([[1.1, 0.9, 1.2, 0.8, 5.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    with np.errstate(divide="ignore"):  # as where a field is solved
        found = Basket(np.array([1.0, 3.0, 2.0]), weights).index(logs)
    by_hand = np.log([1.1**0.25 * 0.9**0.75, (0.4 * 1.2**-2 + 0.6 * 0.8**-2) ** -0.5, 1.0])
    assert found == pytest.approx(np.array([by_hand, np.zeros(3)]), abs=1e-15)
    alike = Basket(np.array([2.0, 3.0]), weights[:, :2]).index(logs)
    assert alike[0] == pytest.approx([-np.log(0.25 / 1.1 + 0.75 / 0.9), by_hand[1]], abs=1e-15)


def test_a_brief_asks_the_model_no_more_often_than_it_must(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """The break-evens of a lever share their first look, a corner of a map is found soon, a fan is one call."""
    calls: list[str] = []
    solved = reach.side_under

    def counted(*args: Any, **more: Any) -> Any:
        calls.append("")
        return solved(*args, **more)

    monkeypatch.setattr(reach, "side_under", counted)
    asked = Asked(study, Words("en"))
    assert len(asked.markets) == 2
    assert len(calls) <= 32  # 37 and more without
    calls.clear()
    (fan,) = asked.fans
    assert len(calls) == 1
    alone = reach.Reach.of(LIBRARY, replace(asked.question, draws=64), [fan.lever])
    for duty, levels in zip(fan.duties[::4], fan.levels[::4], strict=True):
        spread = alone.at(np.full(65, duty)).number(fan.key)[1:]
        assert levels == pytest.approx(np.quantile(spread, (0.05, 0.25, 0.5, 0.75, 0.95)), rel=1e-9)


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

    monkeypatch.setattr(f"os.{step}", fail)
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


@pytest.mark.parametrize("model", ["gsim", "smart"])
def test_a_workbook_is_of_the_model_that_its_cells_solve(model: str) -> None:
    with pytest.raises(BadQuestion, match=f"cannot be of {model}.*brief.html"):
        workbook.to_bytes(run(Question(model=model, draws=0), Library.open()))
