"""Whatever is dropped on the analyzer: a result or a refusal with place and remedy, in bounded memory and time."""

import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tariffs.intake import UPLOAD, Limits, Loaded, Refused, Upload, load
from tests.bounds import MB, bounded

SAMPLES = Path(__file__).parent / "samples"
HEADER = ["year", "reporter", "exporter", "importer", "product", "flow", "value_usd", "quantity_t"]
ROW = [2024, "TUR", "IRN", "TUR", "271320", "import", 1000, 4]
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.fixture(autouse=True, scope="module")
def warm() -> None:
    """Libraries are imported once, outside the measure."""
    load([SAMPLES / "wits_xlsx" / "WITS-By-HS6Product_beer_220300.xlsx"])
    load([SAMPLES / "comtrade_new" / "TradeData_THA_8542_crlf.csv"])


def refused(name: str, data: bytes, limits: Limits = UPLOAD) -> str:
    upload = Upload(name, data)
    with bounded(), pytest.raises(Refused) as told:
        load([upload], limits=limits)
    for defect in told.value.defects:
        assert defect.file and defect.found and defect.expected and defect.remedy
    return str(told.value)


def cell(value: object) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def sheet(rows: list[list[object]], after: str = "") -> str:
    body = "".join(f"<row>{''.join(cell(c) for c in row)}</row>" for row in rows)
    return f"<worksheet {NS}><sheetData>{body}</sheetData>{after}</worksheet>"


def book(
    xml: str | bytes, second: str | None = None, states: tuple[str, str] = ("visible", "visible"), **parts: bytes
) -> bytes:
    """A workbook of one or two sheets, with whatever else it shall hold."""
    sheets = [xml] if second is None else [xml, second]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        out.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            f'ContentType="application/xml"/>{types}</Types>',
        )
        out.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
            f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="S{n}" sheetId="{n}" state="{states[n - 1]}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1)
        )
        out.writestr("xl/workbook.xml", f'<workbook {NS} xmlns:r="{REL}"><sheets>{listed}</sheets></workbook>')
        links = "".join(
            f'<Relationship Id="r{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        )
        for n, one in enumerate(sheets, 1):
            out.writestr(f"xl/worksheets/sheet{n}.xml", one)
        for name, data in parts.items():
            out.writestr(f"xl/{name.replace('__', '.')}", data)
    return made.getvalue()


def good(data: bytes, name: str = "f.xlsx") -> Loaded:
    with bounded():
        loaded = load([Upload(name, data)], limits=UPLOAD)
    assert [(r.exporter, r.value_usd) for r in loaded.flows] == [("IRN", 1000.0)]
    return loaded


TABLE: list[list[object]] = [list(HEADER), list(ROW)]
CSV = (",".join(HEADER) + "\n" + ",".join(map(str, ROW)) + "\n").encode()


def test_the_workbooks_made_here_are_workbooks() -> None:
    assert not good(book(sheet(TABLE))).notes


def test_a_zip_bomb_is_stopped_while_it_swells() -> None:
    bomb = b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 2_000_000
    told = refused("bomb.xlsx", book(bomb))
    assert "takes more than 15 MB when opened" in told and "save them as CSV" in told
    assert "takes more than" in refused(
        "strings.xlsx", book(sheet(TABLE), sharedStrings__xml=b"<sst><si><t>" + b" " * (60 * MB))
    )


def test_a_bomb_that_lies_about_its_size_is_stopped_too() -> None:
    data = bytearray(book(b" " * (40 * MB)))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")  # size unpacked, in the list of contents
    refused("liar.xlsx", bytes(data))


def test_a_cell_at_the_far_corner_does_not_open_seventeen_thousand_million_cells() -> None:
    far = f'<worksheet {NS}><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert "1,048,576 rows, 16,384 columns" in refused("far.xlsx", book(far))


def test_a_sheet_of_every_row_that_a_spreadsheet_has_is_refused_by_the_page_and_sent_to_csv() -> None:
    full = (
        b"<worksheet><sheetData>"
        + b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_048_577))
        + b"</sheetData></worksheet>"
    )
    assert "save them as CSV" in refused("full.xlsx", book(full))


@pytest.mark.parametrize("part", ["sheet", "strings"])
def test_an_entity_bomb_is_refused_unread(part: str) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = (
        book(entities + sheet(TABLE))
        if part == "sheet"
        else book(sheet(TABLE), sharedStrings__xml=f"{entities}<sst {NS}><si><t>&b;</t></si></sst>".encode())
    )
    assert "a document type or entity" in refused("laughs.xlsx", data)


def test_macros_are_neither_read_nor_run_and_said_to_be_there() -> None:
    loaded = good(book(sheet(TABLE), vbaProject__bin=b"\xd0\xcf\x11\xe0 nasty"), "m.xlsm")
    assert any("macros; they are not read and not run" in note for note in loaded.reports[0].notes)


def test_hidden_sheets_are_named_not_read() -> None:
    loaded = good(
        book(
            sheet(TABLE),
            sheet([[*HEADER], [2024, "TUR", "IRQ", "TUR", "271320", "import", 9, 9]]),
            ("visible", "hidden"),
        )
    )
    assert "Hidden sheets are not read: S2." in loaded.reports[0].notes
    assert "Unhide the sheet" in refused("h.xlsx", book(sheet(TABLE), states=("veryHidden", "visible")))


def test_formulas_give_their_saved_value_or_a_refusal_never_a_guess() -> None:
    saved = sheet(TABLE).replace("<c><v>1000</v></c>", "<c><f>500+500</f><v>1000</v></c>")
    assert any("1 cells are formulas" in note for note in good(book(saved)).reports[0].notes)
    for empty in ("<c><f>500+500</f></c>", "<c><f>500+500</f><v/></c>", '<c><f t="shared" si="0"/><v></v></c>'):
        assert "never saved" in refused("f.xlsx", book(sheet(TABLE).replace("<c><v>1000</v></c>", empty)))


def test_merged_titles_above_the_header_do_not_hide_it() -> None:
    titled = sheet(
        [["Bitumen trade of Iran"], [], *TABLE], '<mergeCells count="1"><mergeCell ref="A1:H1"/></mergeCells>'
    )
    loaded = good(book(titled))
    assert "1 merged cells" in " ".join(loaded.reports[0].notes) and "header in row 3" in loaded.reports[0].evidence[0]


def test_a_wrong_ending_does_not_mislead() -> None:
    good(book(sheet(TABLE)), "f.csv")
    good(CSV, "f.xlsx")
    good(CSV, "../../etc/passwd")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"\n\n\n", "no rows"),
        (b"   ", "no rows"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"PAR1", "Parquet"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', "a web page"),
        (b"PK\x03\x04", "a broken workbook"),
        (b"a\0b,c\n1,2\n", "a zero byte"),
        (CSV + b"2024,T\0R\n" * 9, "a zero byte"),
        (b"Rar!", "RAR"),
        (b"version https://git-lfs", "LFS pointer"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old kind"),
        (CSV.splitlines()[0], "a header without rows"),
        (CSV + b'"' + b"x" * 200_000, "cannot be parted"),
        (b"," * (5 * MB - 1), "more than"),
        (b"x" * (5 * MB - 1), "more than"),
        (b"[" * 1_000_000, "JSON"),
        (b'{"data":' * 200_000, "JSON"),
        (b'{"data": [' + b"1" * 5000 + b"]}", "JSON"),
        (b'{"data": [' + b"[]," * 1_600_000 + b"[]]}", "JSON"),
        (b'{"data": 5}', "another shape"),
        (b'{"data": [{"a":', "breaks off"),
        (b'{"error": "quota", "data": []}', "quota"),
        (b'{"dataSets": [], "structure": {}}', "SDMX"),
        (b"[1, NaN, {}]", "another shape"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (os.urandom(0) + bytes(range(1, 256)) * 2000, ""),
        (b"0" * (5 * MB + 1), "at most 5 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_no_table_is_told_what_it_is(data: bytes, said: str) -> None:
    assert said in refused("f.csv", data)


def test_archives_and_other_spreadsheets_are_told_apart() -> None:
    for name, said in (
        ("BACI_HS17_Y2021_V202301.csv", "an archive holding BACI"),
        ("content.xml", "an OpenDocument"),
        ("xl/workbook.bin", "an .xlsb"),
    ):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as out:
            out.writestr(name, "x")
        assert said in refused("f.xlsx", made.getvalue())


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "nothing", "zero"])
def test_what_is_no_file_is_refused_without_waiting_for_it(kind: str, tmp_path: Path) -> None:
    path = {"device": Path("/dev/zero"), "zero": Path("a\0b")}.get(kind, tmp_path / kind)
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    with bounded(), pytest.raises(Refused):
        load([path])


@pytest.mark.parametrize("part", [0.0005, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("sample", sorted(SAMPLES.rglob("*.*")), ids=lambda p: p.name)
def test_a_download_that_broke_off_is_refused_or_read_as_far_as_it_goes(sample: Path, part: float) -> None:
    whole = sample.read_bytes()
    cut = Upload(sample.name, whole[: int(len(whole) * part)])
    with bounded():
        try:
            loaded = load([cut], limits=UPLOAD)
        except Refused as told:
            assert all(d.file and d.found and d.expected and d.remedy for d in told.defects)
        else:
            assert all(r.rows_read == r.rows_kept + r.rows_dropped for r in loaded.reports)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b"t,i,j,k,v,q\n" + b"2021,364,792,271320,17.5,5000\n" * (n // 30 - 1),
        lambda n: (
            b"year,exporter,importer,product,flow,value_usd\n"
            + b"".join(b"2024,IRN,TUR,271320,import,%d\n" % i for i in range(n // 35))
        ),
        lambda n: (
            b"year,exporter,importer,product,flow,value_usd\n" + b"2024,Nowhere%d,TUR,271320,import,5\n" * (n // 36)
        ),
    ],
    ids=["baci", "own", "unusable"],
)
def test_the_largest_upload_is_read_within_the_same_bounds(make: Callable[[int], bytes]) -> None:
    data = make(5 * MB)[: 5 * MB]
    with bounded():
        try:
            load([Upload("f.csv", data)], limits=UPLOAD)
        except Refused as told:
            assert "a place that is not known" in str(told)


def test_unknown_letters_of_any_kind_are_read_or_refused() -> None:
    rng = random.Random(2713)
    for _ in range(150):
        data = rng.randbytes(rng.randrange(1, 3000))
        start = rng.choice([b"", CSV, b"PK\x03\x04", b"{", b"\xff\xfe", b"\xd0\xcf\x11\xe0"])
        with pytest.raises(Refused):
            load([Upload("f.bin", start[: rng.randrange(len(start) + 1)] + data)], limits=UPLOAD)
