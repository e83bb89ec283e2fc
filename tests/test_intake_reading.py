"""What files write in many ways is read in one: letters, digits, marks, names, codes, calendars, encodings."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given as example
from hypothesis import settings
from hypothesis import strategies as st

from tariffs.errors import BadQuestion, NotWritten
from tariffs.intake import Flows, Given, Loaded, Refused, Upload, load
from tariffs.intake.codes import EDITIONS, NotHs, hs, trace, wanted
from tariffs.intake.given import facts
from tariffs.intake.letters import Unreadable, decimal_mark, number, plain
from tariffs.intake.places import by_eurostat, by_iso, by_name, by_number
from tariffs.intake.readers.iran import gregorian
from tariffs.intake.template import KINDS, LANGUAGES, write_template
from tariffs.intake.tidy import FLOW_SCHEMA, Builder, FlowRow
from tariffs.intake.write import FORMULA, inert, write
from tariffs.whole import replaced

ROOT = Path(__file__).parent.parent
SAMPLES, LAYOUTS = ROOT / "tests" / "samples", ROOT / "tests" / "layouts"
OWN = "year,reporter,exporter,importer,product,flow,value_usd,quantity_t\n"


def own(*rows: str, head: str = OWN) -> Loaded:
    return load([Upload("f.csv", (head + "\n".join(rows) + "\n").encode())])


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1.234", ",", 1234.0),
        ("1.234", ".", 1.234),
        ("۱٬۲۳۴٫۵", ".", 1234.5),
        ("١٢٣", ",", 123.0),
        (" 4.46529e+009", ".", 4_465_290_000.0),
        ("−3", ".", -3.0),
        ("1 234 567", ".", 1_234_567.0),
        ("", ".", None),
        ("NA", ".", None),
        ("           NA", ".", None),
        ("..", ".", None),
        (":", ",", None),
        ("12,34", ",", 12.34),
    ],
)
def test_a_figure_is_read_under_its_decimal_mark_in_any_digits(text: str, mark: str, value: float | None) -> None:
    assert number(text, mark) == value


@pytest.mark.parametrize(
    "text", ["12,34,5", "1.2.3", "5 %", "=1+1", "1e999", "twelve", "1,23", "0x10", "1_000", "+", "."]
)
def test_what_is_no_figure_is_not_guessed_at(text: str) -> None:
    with pytest.raises(Unreadable):
        number(text, ".")


def test_the_decimal_mark_is_proved_by_cells_or_taken_as_usual() -> None:
    assert decimal_mark(["1.234.567,5", "3"], ".").sign == ","
    assert decimal_mark(["1,234.5"], ",").sign == "."
    assert decimal_mark(["1.234", "1.500"], ",").sign == "," and "usual" in decimal_mark(["1.234"], ",").why


@example(st.floats(-1e14, 1e14, allow_nan=False))
@settings(max_examples=200)
def test_a_figure_written_and_read_again_is_the_same(value: float) -> None:
    assert number(repr(value)) == value
    assert number(repr(value).replace(".", ","), ",") == value


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("كشور", "کشور"),
        ("ارزش ریالي", "ارزش ريالی"),
        ("İHRACAT DOLAR", "ihracat dolar"),
        ("GTİP", "gtip"),
        ("Trade Value (US$)", "trade value us"),
        ("ارزش‌ دلاری", "ارزش دلاری"),
        ("Côte d'Ivoire", "COTE DIVOIRE"),
        ("سال ۱۴۰۲", "سال 1402"),
    ],
)
def test_two_spellings_of_a_name_are_one(left: str, right: str) -> None:
    assert plain(left) == plain(right)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Iran (Islamic Republic of)", "IRN"),
        ("İran", "IRN"),
        ("ایران", "IRN"),
        ("إيران", "IRN"),
        ("Türkiye", "TUR"),
        ("Turkey", "TUR"),
        ("تركيا", "TUR"),
        ("ترکیه", "TUR"),
        ("العراق", "IRQ"),
        ("Irak", "IRQ"),
        ("عراق", "IRQ"),
        ("Gürcistan", "GEO"),
        ("گرجستان", "GEO"),
        ("جورجيا", "GEO"),
        ("Azerbaycan", "AZE"),
        ("Namibia", "NAM"),
        ("NA", "NAM"),
        ("Rusya Federasyonu", "RUS"),
        ("Congo (Kinshasa)", "COD"),
        ("Bosnia and Herzegovina", "BIH"),
        ("Hong Kong, China", "HKG"),
    ],
)
def test_a_country_is_known_by_its_name_in_four_languages(name: str, code: str) -> None:
    found = by_name(name)
    assert found is not None and (found.code, found.kind) == (code, "country")


def test_codes_that_are_no_country_are_told_apart_from_unknown_ones() -> None:
    assert by_number("0") == by_iso("W00") == by_name(" World") and by_number("0").kind == "world"  # type: ignore[union-attr]
    assert by_number("490").code == "TWN" and by_number("842").code == "USA"  # type: ignore[union-attr]
    assert by_number("697").kind == by_iso("_X").kind == by_eurostat("QV").kind == "unspecified"  # type: ignore[union-attr]
    assert by_name("European Union").kind == "group"  # type: ignore[union-attr]
    assert by_name("Atlantis") is by_number("998") is by_iso("ZZZ") is None
    assert by_eurostat("EL").code == by_eurostat("GR").code == "GRC"  # type: ignore[union-attr]


def test_every_country_of_cepii_is_the_same_country_here() -> None:
    with (SAMPLES / "baci" / "country_codes_V202301.csv").open(encoding="utf-8") as file:
        rows = [
            r for r in csv.DictReader(file) if r["iso_3digit_alpha"] not in ("N/A", "CSK", "DDR", "ANT", "SUN", "SCG")
        ]
    assert len(rows) == 231
    assert [
        r for r in rows if (found := by_number(r["country_code"])) is None or found.code != r["iso_3digit_alpha"]
    ] == []


@pytest.mark.parametrize(
    ("text", "width", "code"),
    [
        ("2713.20", 6, "271320"),
        ("2713.20.00.00.00", 2, "271320000000"),
        ("10111", 6, "010111"),
        ("0105.13.", 2, "010513"),
        ("271320.0", 6, "271320"),
        ("۲۷۱۳۲۰۰۰", 8, "27132000"),
        ("27 13 20", 6, "271320"),
    ],
)
def test_a_code_is_its_digits_with_the_zero_that_a_spreadsheet_lost(text: str, width: int, code: str) -> None:
    assert hs(text, width) == code


@pytest.mark.parametrize("text", ["TOTAL", "", "01-05_Animal", "AG2", "2", "12345678901234"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(NotHs):
        hs(text)


def test_bitumen_kept_its_number_through_every_edition_and_petroleum_oils_did_not() -> None:
    for first in EDITIONS:
        for last in EDITIONS:
            assert trace("271320", first, last).codes == ("271320",) and trace("271320", first, last).exact
    assert trace("271000", "HS92", "HS22").codes == ("271012", "271019", "271020", "271091", "271099")
    assert trace("271012", "HS22", "HS96").codes == ("271000",) and not trace("271012", "HS22", "HS96").exact
    assert wanted("271012", "271000", "HS92") == "yes" and wanted("271012", "271011", "HS07") == "yes"
    assert wanted("271320", "27132000", "") == "yes" and wanted("271320", "2713", "") == "coarser"
    assert wanted("271320", "271390", "HS22") == "no"


def test_iranian_months_are_counted_where_their_middle_lies() -> None:
    assert gregorian(1402, 1).isoformat() == "2023-04-04"
    assert gregorian(1402, 12).isoformat() == "2024-03-05"
    assert gregorian(1403, None).isoformat() == "2024-03-20"  # 1399 and 1403 are leap years


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_do_not_change_what_is_read(encoding: str, delimiter: str) -> None:
    text = (OWN + "2024,TUR,IRN,Türkiye,271320,import,1000,4\n" * 3).replace(",", delimiter)
    rows = list(load([Upload("x.txt", text.encode(encoding))]).flows)
    assert {(r.exporter, r.importer, r.value_usd, r.quantity_t) for r in rows} == {("IRN", "TUR", 1000.0, 4.0)}


def test_rows_left_out_are_counted_with_an_example_and_the_row_they_stand_in() -> None:
    loaded = own(
        "2024,TUR,IRN,TUR,271320,import,1000,4",
        "2024,TUR,IRN,TUR,271320,import,abc,4",
        "2024,TUR,Atlantis,TUR,271320,import,1,1",
        "2024,TUR,IRN,TUR,271320,import,-5,1",
        "1402,TUR,IRN,TUR,271320,import,5,1",
        "2024,TUR,IRN,TUR,TOTAL,import,5,1",
        "2024,TUR,IRN,TUR,271320,sideways,5,1",
        "2024,TUR,IRN,TUR,271320,import,,",
        "2024,TUR,IRN",
        "",
        "2024,TUR,European Union,TUR,271320,import,5,1",
    )
    report = loaded.reports[0]
    assert (report.rows_read, report.rows_kept, report.rows_dropped) == (10, 1, 9)
    places = {d.reason.says: (d.count, d.examples[0].row, d.examples[0].found) for d in report.dropped}
    assert places["a figure that cannot be read"] == (1, 3, "value_usd: abc")
    assert places["a place that is not known"] == (1, 4, "exporter: Atlantis")
    assert places["a negative value or quantity"][1] == 5 and places["no year"] == (1, 6, "1402")
    assert places["more or fewer cells than the header"] == (1, 10, "3 cells for 8 columns")
    assert places["a group of countries, not a country"][1] == 12
    assert all(d.reason.remedy for d in report.dropped)


def test_both_sides_of_a_flow_are_set_side_by_side_with_their_margin() -> None:
    loaded = own(
        "2024,TUR,IRN,TUR,271320,import,1100,4",
        "2024,IRN,IRN,TUR,27132000,export,1000,4",
        "2024,IRQ,IRN,IRQ,271320,import,900,9",
        "2024,IRN,IRN,IRQ,271320,export,300,3",
    )
    near, far = loaded.mirrors
    assert (near.importer, near.value_margin, near.weight_margin, near.far) == ("TUR", pytest.approx(0.1), 0.0, False)
    assert (far.importer, far.value_margin, far.weight_margin, far.far) == ("IRQ", 2.0, 2.0, True)


def test_a_source_that_states_each_flow_once_loses_its_repetitions_and_others_keep_them() -> None:
    text = (LAYOUTS / "BACI_HS17_Y2021_V202301.csv").read_text(encoding="utf-8")
    row = text.splitlines()[1]
    twice = load([Upload("BACI_HS17_Y2021_V1.csv", f"{text}{row}\n2021,364,792,271320,9,9\n".encode())])
    assert {d.reason.says: d.count for d in twice.reports[0].dropped}["the same row again"] == 1
    assert any("1 flows stand more than once with different figures" in n for n in twice.reports[0].notes)
    kept = own(*["2024,TUR,IRN,TUR,271320,import,1000,4"] * 2)
    assert len(kept.flows) == 2 and "repeat another one exactly" in kept.reports[0].notes[0]


def test_a_year_in_the_files_name_that_its_rows_contradict_is_told() -> None:
    data = (LAYOUTS / "BACI_HS17_Y2021_V202301.csv").read_bytes()
    renamed = load([Upload("BACI_HS17_Y2020_V202301.csv", data)])
    assert {row.year for row in renamed.flows} == {2021}
    told = [note for note in renamed.reports[0].notes if "name says 2020, its rows say 2021" in note]
    assert len(told) == 1
    rightly = load([Upload("BACI_HS17_Y2021_V202301.csv", data)])
    assert not any("name says" in note for note in rightly.reports[0].notes)


def test_re_exports_are_flows_of_their_own() -> None:
    head = "Classification,Year,Trade Flow,Reporter,Partner,Commodity Code,Netweight (kg),Trade Value (US$)\n"
    loaded = own("H5,2020,Re-Export,Turkey,Iraq,271320,5,10", "H5,2020,Re-Import,Turkey,Iraq,271320,5,10", head=head)
    assert [(r.flow, r.exporter, r.importer) for r in loaded.flows] == [
        ("re-export", "TUR", "IRQ"),
        ("re-import", "IRQ", "TUR"),
    ]


# --- out again


def some(text: str, value: float = 5.0) -> Flows:
    builder = Builder(FlowRow)
    builder.add(FlowRow(2024, None, "", text, "TUR", "271320", "", value, None, "trade", "", None, "", text, 2))
    return Flows(builder.table())


@pytest.mark.parametrize("start", FORMULA)
def test_no_text_from_a_file_becomes_a_formula_in_a_csv(start: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(some(f'{start}HYPERLINK("http://x","y")', -5.0), path)
    with path.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert row["exporter"].startswith("'" + start) and row["file"].startswith("'" + start)
    assert row["value_usd"] == "-5.0" and row["quantity_t"] == ""  # a number stays a number, missing stays missing


@example(st.text(max_size=30))
@settings(max_examples=200)
def test_a_text_that_is_no_formula_is_written_as_it_is(text: str) -> None:
    assert inert(text) == (f"'{text}" if text.startswith(FORMULA) else text)


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_rows_come_back_as_they_went_out(ending: str, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    flows = load([SAMPLES / "comtrade_new" / "TradeData_THA_8542_crlf.csv"]).flows
    path = tmp_path / f"out.{ending}"
    write(flows, path)
    if ending == "parquet":
        assert pq.read_table(path).cast(FLOW_SCHEMA).to_pylist() == flows.table.to_pylist()
        return
    again = load([path]).flows if ending == "csv" else Flows(flows.table.schema.empty_table())
    if ending == "json":
        assert json.loads(path.read_text(encoding="utf-8")) == flows.records()
    else:
        names = [n for n in FLOW_SCHEMA.names if n not in ("file", "row")]
        assert again.table.select(names).to_pylist() == flows.table.select(names).to_pylist()


def test_a_file_that_could_not_be_written_leaves_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), replaced(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == "old" and os.listdir(tmp_path) == ["out.csv"]
    with pytest.raises(NotWritten, match="There is no folder"):
        write(some("IRN"), tmp_path / "no" / "such" / "out.csv")
    with pytest.raises(NotWritten, match=r"Rows are written as .csv"):
        write(some("IRN"), tmp_path / "out.exe")


# --- templates


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_filled_in_loads_as_what_was_filled_in(lang: str, kind: str, ending: str, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / f"t.{ending}"
    write_template(kind, lang, path)
    values = {
        "flows": {
            "year": 2024,
            "exporter": "ایران",
            "importer": "TUR",
            "product": "271320",
            "flow": "export",
            "value_usd": 1000.5,
            "quantity_t": 3,
        },
        "tariffs": {"importer": "Irak", "origin": "any", "product": "271320", "kind": "mfn", "rate_percent": 5},
    }[kind]
    if ending == "csv":
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow([values.get(name, "") for name in KINDS[kind]])
    else:
        book = load_workbook(path)
        sheet = book.worksheets[0]
        assert len(sheet.data_validations.dataValidation) >= 5 and len(book.worksheets) == 2
        assert sheet.sheet_view.rightToLeft == (lang in ("fa", "ar"))
        for at, name in enumerate(KINDS[kind], 1):
            sheet.cell(3, at, values.get(name))
        book.save(path)
    loaded = load([path])
    if kind == "flows":
        row = next(iter(loaded.flows))
        assert (row.exporter, row.importer, row.value_usd, row.quantity_t, row.basis) == (
            "IRN",
            "TUR",
            1000.5,
            3.0,
            "fob",
        )
    else:
        rate = next(iter(loaded.tariffs))
        assert (rate.importer, rate.origin, rate.rate, rate.kind) == ("IRQ", "any", 0.05, "mfn")


def test_a_template_is_asked_for_by_a_known_name_language_and_ending(tmp_path: Path) -> None:
    for kind, lang in (("fleas", "en"), ("flows", "xx")):
        with pytest.raises(BadQuestion):
            write_template(kind, lang, tmp_path / "t.xlsx")
    with pytest.raises(NotWritten):
        write_template("flows", "en", tmp_path / "t.pdf")


# --- facts and the shell


def test_facts_are_checked_before_a_file_is_read() -> None:
    assert facts(["reporter=Türkiye", "flow=ithalat", "year=2024", "EUR=1.08", "product=2713.20"]) == Given(
        2024, "TUR", product="271320", flow="import", rates={"EUR": 1.08}
    )
    for wrong in (
        "reporter",
        "reporter=Atlantis",
        "flow=up",
        "year=1402",
        "colour=red",
        "EUR=-1",
        "product=tar",
        "revision=HS99",
    ):
        with pytest.raises(BadQuestion):
            facts([wrong])


def shell(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    line = [sys.executable, "-m", "tariffs", "load", *arguments]
    return subprocess.run(line, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120, check=False)


def test_the_shell_says_what_was_recognised_why_and_what_became_of_every_row(tmp_path: Path) -> None:
    sample = SAMPLES / "comtrade_new" / "TradeData_THA_8542_crlf.csv"
    done = shell(str(sample), "--out", str(tmp_path / "f.csv"))
    assert done.returncode == 0, done.stderr
    for said in (
        "[comtrade]",
        "because: header in row 1",
        "ISO-8859-1",
        "156 rows read, 155 kept, 1 left out",
        "not taken",
    ):
        assert said in done.stdout
    assert len((tmp_path / "f.csv").read_text(encoding="utf-8").splitlines()) == 156
    told = json.loads(shell(str(sample), "--json").stdout)
    assert len(told["flows"]) == 155 and told["reports"][0]["rows_dropped"] == 1


def test_the_shell_answers_no_with_one_and_refuses_with_two_naming_place_and_remedy(tmp_path: Path) -> None:
    sample = SAMPLES / "usa_trade_online" / "hts10_imports_2022.csv"
    assert shell(str(sample), "--product", "271320").returncode == 1
    services = SAMPLES / "comtrade_new" / "TradeData_Services_EB10.csv"
    refused = shell(str(services), str(tmp_path / "none.csv"))
    assert refused.returncode == 2 and "Traceback" not in refused.stderr
    assert (
        "line 2: found 61 of 61 rows with services" in refused.stderr
        and "none.csv: found nothing readable" in refused.stderr
    )
    for wrong in (["--product", "tar"], ["--as", "comtrad"], ["--given", "reporter=Atlantis"]):
        assert shell(str(sample), *wrong).returncode == 2
    assert shell().returncode == 2
    assert shell("--template", "flows", "--lang", "fa", "--out", str(tmp_path / "t.xlsx")).returncode == 0
    assert "iran-customs" in shell("--formats").stdout


def test_an_unknown_table_is_refused_with_its_header_and_a_way_on() -> None:
    with pytest.raises(Refused, match=r"line 1: found the columns a, b, c.*--template flows.*send its header line"):
        load([Upload("what.csv", b"a,b,c\n1,2,3\n")])


def test_a_report_can_be_told_in_any_language_and_goes_into_json_as_it_is() -> None:
    from copy import deepcopy

    from tariffs.errors import Said
    from tariffs.words import Words

    said = Said("{count} rows of {file}", count=12345, file="{odd}.csv")
    assert said == deepcopy(said) == "12,345 rows of {odd}.csv" and json.dumps(said) == '"12,345 rows of {odd}.csv"'
    assert Words("tr").said(said) == "12.345 rows of {odd}.csv"
    assert Words("fa").said(Said("{braces} in a file's own text")) == "{braces} in a file's own text"


# --- spreadsheets as people make them


def workbook(rows: list[list[object]], path: Path, percent_column: int = 0) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell in sheet["C"] if percent_column else ():
        cell.number_format = "0%"
    book.save(path)
    return path


def test_a_rate_that_a_spreadsheet_shows_as_five_per_cent_is_five_per_cent(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["الرمز", "اسم المادة", "نسبة الرسم"],
        ["2713.20", "قير", 0.05],
        ["3901.10", "بولي", 0.15],
    ]
    loaded = load([workbook(rows, tmp_path / "iraq.xlsx", 3)])
    assert [r.rate for r in loaded.tariffs] == [pytest.approx(0.05), pytest.approx(0.15)]
    assert any("stored as fractions" in note for note in loaded.reports[0].notes)


def test_figures_typed_as_text_with_a_decimal_comma_are_read_in_a_workbook_too(tmp_path: Path) -> None:
    head = ["YIL", "AY", "ISTPOZ", "ULKE_ADI", "IHRITH", "DOLAR", "MIKTAR_1"]
    rows: list[list[object]] = [head, [2023, 4, 271320000000, "Irak", "İthalat", "1.234.567,50", "4.115.225"]]
    row = next(iter(load([workbook(rows, tmp_path / "tuik.xlsx")]).flows))
    assert (row.value_usd, row.quantity_t, row.product) == (1_234_567.5, pytest.approx(4115.225), "271320000000")
    numbers: list[list[object]] = [head, [2023, 4, "2713.20.00.00.00", "Irak", "İthalat", 1234567.5, 4115225]]
    row = next(iter(load([workbook(numbers, tmp_path / "tuik2.xlsx")]).flows))
    assert (row.value_usd, row.quantity_t) == (1_234_567.5, pytest.approx(4115.225))


def test_a_trade_map_list_of_suppliers_is_imports_and_one_in_euro_is_not_taken_for_dollars() -> None:
    text = "Exporters\tImported value in 2022 (USD thousand)\tImported value in 2023 (USD thousand)\nIraq\t10\t20\n"
    told = Given(reporter="TUR", product="271320")
    rows = list(load([Upload("t.txt", text.encode())], given=told).flows)
    assert [(r.year, r.flow, r.exporter, r.importer, r.value_usd, r.basis) for r in rows] == [
        (2022, "import", "IRQ", "TUR", 10_000.0, "cif"),
        (2023, "import", "IRQ", "TUR", 20_000.0, "cif"),
    ]
    with pytest.raises(Refused, match="the header of a format that we know"):
        load([Upload("t.txt", text.replace("USD", "Euro").encode())], given=told)


def test_an_old_workbook_is_read_on_ones_own_machine_and_refused_as_an_upload(
    soffice: str, tmp_path: Path
) -> None:
    """The Turkish schedule as the Ministry gives it: four columns, .xls; rows made up for the test."""
    from tariffs.intake import UPLOAD
    from tests.browser import convert

    rows: list[list[object]] = [
        ["POZİSYON NO", "EŞYANIN TANIMI", "ÖLÇÜ BİRİMİ", "474 VERGİ HADDİ"],
        ["27.13", "Petrol koku, petrol bitümeni", None, None],
        ["2713.20.00.00.00", "- Petrol bitümeni", "-", 20],
    ]
    old = convert(workbook(rows, tmp_path / "27.xlsx"), tmp_path, "xls")
    loaded = load([old])
    assert [(r.product, r.rate) for r in loaded.tariffs] == [("271320000000", 0.2)]
    with pytest.raises(Refused, match=r"a workbook of the old kind \(.xls\)"):
        load([old], limits=UPLOAD)
