"""What goes wrong is told in the reader's language: bad files, links, scenario files, data, regressions, markets."""

import errno
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tariffs import Library, Question, run
from tariffs.cli import frame
from tariffs.errors import SYSTEM, Defective, Said, TariffsError, system_says
from tariffs.evidence.estimate import estimate
from tariffs.evidence.own_flows import flows as own_flows
from tariffs.intake import UPLOAD, Upload, load
from tariffs.intake.formats import FORMATS
from tariffs.intake.given import facts
from tariffs.limits import break_even, target_of
from tariffs.limits.phase_in import plan_of
from tariffs.scenario.edits import parse_edit
from tariffs.store import check
from tariffs.study.ladder import climb
from tariffs.words import Words
from tests.test_languages import OTHERS, bare, english_in, library, opened, texts
from tests.test_regress import trade

ROOT = Path(__file__).parent.parent
HEADER = "year,reporter,exporter,importer,product,flow,value_usd,quantity_t\n"
ROW = "2024,TUR,IRN,TUR,271320,import,1000,4\n"
CODES = re.compile(r"[\w./|~^:=*+()-]+(, [\w./|~^:=*+()-]+)*", re.ASCII)


def archive(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr(name, "x")
    return made.getvalue()


# One file of each kind that people hand in by mistake.
BAD: dict[str, bytes] = {
    "nothing": b"",
    "blank": b"\n\n",
    "gzip": b"\x1f\x8b\x08\0",
    "rar": b"Rar!",
    "pdf": b"%PDF-1.7",
    "picture": b"\x89PNG\r\n",
    "parquet": b"PAR1",
    "pointer": b"version https://git-lfs",
    "rtf": b"{\\rtf1",
    "web page": b"<!DOCTYPE html><html>",
    "broken workbook": b"PK\x03\x04",
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "archive": archive("readme"),
    "open document": archive("content.xml"),
    "xlsb": archive("xl/workbook.bin"),
    "zero byte": b"a\0b,c\n1,2\n",
    "open quote": (HEADER + ROW).encode() + b'"' + b"x" * 200_000,
    "long line": b"x" * 3_000_000,
    "too large": b"0" * (5 * 2**20 + 1),
    "unknown columns": b"a,b,c\n1,2,3\n",
    "header alone": HEADER.encode(),
    "no usable row": (HEADER + "2024,TUR,Atlantis,TUR,271320,import,1000,4\n").encode(),
    "no reporter": b"Year,Trade Flow,Partner,Commodity Code,Trade Value (US$)\n2019,Import,Iran,271320,5\n",
    "json of another shape": b'{"data": 5}',
    "json cut short": b'{"data": [{"a":',
    "json too deep": b"[" * 100_000,
    "an interface's error": b'{"error": "quota", "data": []}',
    "sdmx that does not match": b'{"dataSets": [], "structure": {}}',
    "another product": (HEADER + "2024,TUR,DEU,FRA,271320,import,1000,4\n").encode(),
}


def quoted(gaps: Iterable[object]) -> Iterator[str]:
    """Codes, column names and what a reader typed, as a refusal repeats them: they stay as they are."""
    for gap in gaps:
        if isinstance(gap, TariffsError | Said):
            yield from quoted(gap.gaps.values())
        elif isinstance(gap, list | tuple):
            yield from quoted(gap)
        elif isinstance(gap, str) and CODES.fullmatch(gap):
            yield gap


def left(text: str, lang: str, *gaps: object) -> list[str]:
    """English in a refusal, besides what it quotes."""
    plain = bare(text)
    for code in sorted(quoted(gaps), key=len, reverse=True):
        plain = plain.replace(code, " ")
    return english_in(re.sub(r"`[^`]*`|--\w[\w-]*|'[^']*'|\"[^\"]*\"", " ", plain), lang)


def gaps_of(why: TariffsError) -> Iterable[object]:
    return [d.sentence() for d in why.defects] if isinstance(why, Defective) else why.gaps.values()


def answered_from(data: bytes) -> None:
    loaded = load([Upload("f.csv", data)], product="271320", limits=UPLOAD)
    library().with_flows(loaded)


@pytest.mark.parametrize("kind", BAD)
def test_a_file_is_refused_in_the_readers_language(kind: str) -> None:
    with pytest.raises(TariffsError) as told:
        answered_from(BAD[kind])
    for lang in OTHERS:
        said = Words(lang).explain(told.value)
        assert said != str(told.value)
        assert left(said, lang, *gaps_of(told.value)) == [], said


def test_every_format_has_a_title_in_every_language() -> None:
    for lang in OTHERS:
        t = Words(lang)
        for one in FORMATS.values():
            assert t(one.title) != one.title
            for text in (one.refuses, one.remedy):
                assert not text or t(text) != text


def spoilt(folder: Path) -> Iterator[str]:
    """Data with a defect of many kinds: cells, columns, keys, ranges, spans, links, totals, settings."""

    def edit(name: str, change: Callable[[list[str]], None]) -> None:
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        change(lines)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")

    def swap(row: int, old: str, new: str) -> Callable[[list[str]], None]:
        def change(lines: list[str]) -> None:
            assert old in lines[row], lines[row]
            lines[row] = lines[row].replace(old, new, 1)

        return change

    edit("measures.csv", lambda lines: lines.append(lines[1]))
    edit("measures.csv", swap(2, ",", ",TR,"))
    edit("measures.csv", swap(3, "2", "۲"))
    edit("costs.csv", swap(0, "note", "notes"))
    edit("flows_baseline.csv", swap(1, "own", "anchor_plus_freight"))
    edit("elasticities.csv", lambda lines: lines.__setitem__(1, lines[1].replace("-", "")))
    edit("sources.csv", swap(3, ",", " ,"))
    edit("scenario_edits.csv", swap(1, ",1,", ",3,"))
    edit("scenarios.csv", lambda lines: lines.append("x"))
    (folder / "freight.csv").unlink()
    (folder / "capacity.csv").write_text("", encoding="utf-8")
    (folder / "baseline.toml").write_text("year = 1404\n", encoding="utf-8")
    yield "spoilt"


def test_defects_of_data_are_told_in_the_readers_language(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    list(spoilt(folder))
    defects = check(folder).defects
    assert len(defects) > 12 and len({d.expected for d in defects}) > 8
    for lang in OTHERS:
        for defect in defects:
            said = Words(lang).said(defect.sentence())
            assert said != str(defect)
            assert left(said, lang, defect.sentence()) == [], said
    with pytest.raises(Defective) as told:
        Library.open(folder)
    assert str(len(defects)) in str(told.value).split("\n")[0]
    assert Words("fa").explain(told.value).count("\n") == len(defects)


def ground() -> Question:
    return Question(scenario="province_proposal", draws=0)


REFUSED: dict[str, Callable[[], object]] = {
    "an unknown scenario": lambda: run(Question(scenario="nonsense"), library()),
    "two ways to a price": lambda: climb(library(), ground(), "IRN", "IRN", "TUR", None, 300, 250),
    "a price out of bounds": lambda: climb(library(), ground(), "IRN", "IRN", "TUR", None, -3, None),
    "no place": lambda: climb(library(), ground(), "Iran", "IRN", "TUR", None, None, None),
    "an importer unheard of": lambda: climb(library(), ground(), "IRN", "IRN", "DEU", None, None, None),
    "a part unheard of": lambda: climb(library(), ground(), "IRN", "IRN", "TUR", "KRG", None, None),
    "no target": lambda: target_of("moon", None, ("TUR",), "IRN"),
    "no price": lambda: target_of("net-back=x", None, ("TUR",), "IRN"),
    "no such lever": lambda: break_even(library(), ground(), "tur.x", target_of("below-rival", "TUR", ("TUR",), "IRN")),
    "no such shape": lambda: plan_of("tur.duty", 0, 5, "x", None, None, None, 0, "importer", (0.05,)),
    "no quota": lambda: plan_of("tur.duty", 0, 5, "trq", None, None, None, 0, "importer", (0.05,)),
    "both signs": lambda: parse_edit("elasticities.el-tur-demand.value=normal(-0.5; 2)"),
    "a market that is prohibited": lambda: run(Question(scenario="ban", model="smart", draws=0), library()),
    "no table": lambda: library().table("moon"),
    "no fact": lambda: facts(["x"]),
    "no country": lambda: facts(["reporter=Atlantis"]),
    "no language": lambda: frame.speak("xx"),
    "a formula with no such column": lambda: estimate(trade(), "value ~ nothing | exporter", "ppml", "hetero"),
    "a formula without its sign": lambda: estimate(trade(), "value tariff", "ppml", "hetero"),
    "collinear": lambda: estimate(trade(), "value ~ tariff + I(2*tariff) | exporter", "ppml", "hetero"),
    "an empty sample": lambda: estimate(trade(), "value ~ tariff | exporter^importer^year", "ppml", "hetero"),
    "nothing varies": lambda: estimate(trade(), "value ~ I(tariff*0) | exporter", "ppml", "hetero"),
    "an outcome below zero": lambda: estimate(trade().assign(value=-1.0), "value ~ tariff | exporter", vcov="hetero"),
    "a number too large": lambda: run(
        Question(draws=0, sets=("measures.tur-duty-petrochemical.rate=40",)), library()
    ),
    "flows without flows": lambda: own_flows([Upload("a.csv", b"a,b\n1,2\n")]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_question_or_an_estimate_is_refused_in_the_readers_language(what: str) -> None:
    with pytest.raises(TariffsError) as told:
        REFUSED[what]()
    for lang in OTHERS:
        said = Words(lang).explain(told.value)
        assert said != str(told.value)
        assert left(said, lang, *gaps_of(told.value)) == [], said


def test_the_systems_own_reasons_are_told_in_the_readers_language() -> None:
    assert {os.strerror(code) for code in (errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR)} <= set(SYSTEM)
    for text in SYSTEM:
        for lang in OTHERS:
            assert english_in(Words(lang).said(system_says(OSError(1, text))), lang) == []


def page_says(app: AppTest, lang: str) -> dict[str, list[str]]:
    """Texts of a page with English left in them; tables of files included."""
    assert not app.exception
    tables = [str(cell) for table in app.table for row in table.value.itertuples() for cell in row[1:]]
    heads = [str(name) for table in app.table for name in table.value.columns]
    said = [*texts(app), *tables, *heads]
    return {text: words for text in said if (words := english_in(text, lang))}


@pytest.mark.parametrize("lang", OTHERS)
def test_the_page_refuses_a_file_and_shows_its_rows_to_mend_without_english(lang: str) -> None:
    app = opened("method", lang)
    app.session_state["open:own"] = True
    box = next(w for w in app.get("file_uploader") if str(w.key).startswith(f"{lang}:own_files"))
    box.upload("f.csv", BAD["unknown columns"], "text/csv").run()
    assert app.error and page_says(app, lang) == {}
    box = next(w for w in app.get("file_uploader") if str(w.key).startswith(f"{lang}:own_files"))
    mixed = (HEADER + ROW + "2024,TUR,Atlantis,TUR,271320,import,1000,4\n").encode()
    box.set_value([])
    box.upload("g.csv", mixed, "text/csv").run()
    assert app.warning and page_says(app, lang) == {}


@pytest.mark.parametrize("lang", OTHERS)
def test_a_link_that_asks_for_nonsense_is_told_without_english(lang: str) -> None:
    app = opened("", lang, scenario="nonsense", set="tur.duty=900%", on="2026-02-30")
    assert app.warning or app.info
    assert page_says(app, lang) == {}


def test_a_shell_answers_and_refuses_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    from tariffs.cli import app

    for lang, head in (("fa", "سناریو"), ("tr", "senaryo"), ("ar", "السيناريو")):
        app(["scenarios", "--lang", lang], standalone_mode=False)
        assert head in capsys.readouterr().out
        assert frame.words().lang == lang
    app(["scenarios"], standalone_mode=False)
    assert "compared with" in capsys.readouterr().out and frame.words().lang == "en"


def test_days_in_refusals_have_both_calendars_in_persian() -> None:
    with pytest.raises(TariffsError) as told:
        run(Question(scenario="ban", model="smart", draws=0, on=date(2026, 3, 1)), library())
    assert "اسفند" in Words("fa").explain(told.value)
