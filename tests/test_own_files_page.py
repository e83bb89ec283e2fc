"""Files handed in on a page: used by all pages of one visitor, refused with their places, carried away and back."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tariffs import Library, Question, project
from tariffs.intake import UPLOAD, Upload
from tariffs.store.own import Own
from tariffs.ui import take_away

APP = Path(__file__).parent.parent / "app.py"
HEAD = "year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t\n"
GOOD = HEAD + "2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000\n"
FAULTY = GOOD + "2025,,TUR,Atlantis,TUR,271320,HS22,import,cif,1,1\n2025,,TUR,IRQ,TUR,271320,HS22,import,cif,1,many\n"


PAGE = "from tariffs.ui import method_page, own_badge, state\nown_badge.draw(state.words())\nmethod_page.show()"


def data_page(lang: str = "en") -> AppTest:
    """The page of data and method, the badge of all pages above it."""
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.query_params["lang"] = lang
    app.run()
    assert not app.exception
    return app


def hand_in(app: AppTest, *files: tuple[str, str | bytes], lang: str = "en") -> AppTest:
    given = [(name, data.encode() if isinstance(data, str) else data, "text/csv") for name, data in files]
    box = next(w for w in app.get("file_uploader") if str(w.key).startswith(f"{lang}:own_files"))
    box.set_value(given).run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    next(b for b in app.button if b.key == key).click().run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(str(block.value) for kind in ("markdown", "html", "error", "warning") for block in app.get(kind))


def test_files_handed_in_are_answered_from_on_every_page_and_put_away_again() -> None:
    app = hand_in(data_page(), ("trade.csv", GOOD))
    said = texts(app)
    assert "with your data" in said and "counted by one side" in said and "because" in said
    scenario = AppTest.from_file(str(APP), default_timeout=60)
    scenario.session_state["own"] = app.session_state["own"]
    scenario.run()
    assert not scenario.exception and "with your data" in texts(scenario)
    lead = next(str(b.value) for b in scenario.get("html") if 'class="then"' in str(b.value))
    assert "instead of 145 kt" in lead  # 139 kt without the file
    press(scenario, "en:own:back")
    assert "with your data" not in texts(scenario) and "own" not in scenario.session_state


def test_prices_of_the_files_are_shown_and_taken_only_when_asked_for() -> None:
    app = hand_in(data_page(), ("trade.csv", GOOD))
    table = next(t.value for t in app.table if "unit value" in t.value.columns)
    assert list(table["in the answer"]) == ["the price on record"] and "320" in table["unit value"][0]
    press(app, "en:own:prices")
    table = next(t.value for t in app.table if "unit value" in t.value.columns)
    assert list(table["in the answer"]) == ["the unit value"] and "declared values" in texts(app)
    held = app.session_state["own"]
    assert held.project.prices and held.over(Library.open()).own.priced
    assert "prices=True" in take_away.python(Question(), held.over(Library.open()).own)
    press(app, "en:own:prices_back")
    assert not app.session_state["own"].project.prices


def test_two_visitors_do_not_see_each_others_files() -> None:
    one, other = data_page(), data_page()
    hand_in(one, ("trade.csv", GOOD))
    other.run()
    assert "your files" in texts(one) and "your files" not in texts(other)
    assert "own" not in other.session_state


def test_wrong_rows_stand_in_a_table_and_the_good_ones_wait_for_a_yes() -> None:
    app = hand_in(data_page(), ("trade.csv", FAULTY))
    assert "own" not in app.session_state and "with your data" not in texts(app)
    table = next(t.value for t in app.table if "rows like it" in t.value.columns)
    assert list(table["row"]) == ["3", "4"] and list(table["expected"]) == ["a country", "a number"]
    assert "Atlantis" in table["found"][0] and "many" in table["found"][1] and all(table["what to do"])
    press(app, "en:own:agree")
    assert "with your data" in texts(app)


def test_a_file_that_cannot_be_read_says_where_and_what_to_do() -> None:
    app = hand_in(data_page(), ("trade.csv", GOOD), ("scan.pdf", b"%PDF-1.4 nothing"))
    table = next(t.value for t in app.table if "column" in t.value.columns)
    assert table["file"][0] == r"scan\.pdf" and "PDF" in table["found"][0] and table["what to do"][0]
    assert "own" not in app.session_state
    hand_in(app, ("milk.csv", GOOD.replace("271320", "040110")))
    assert "own" not in app.session_state and "hold no flow" in texts(app)


def test_a_strangers_text_is_neither_a_path_nor_html_nor_markdown_nor_a_formula() -> None:
    bad = "../../etc/<img src=x onerror=alert(1)>[a](b) =cmd.csv"
    app = hand_in(data_page(), (bad, GOOD))
    said = texts(app)
    assert "<img" not in said.replace(r"\<img", "") and "../" not in said
    assert not any("[a](b" in str(block.value) for block in app.markdown)
    own: Own = app.session_state["own"].over(Library.open()).own
    assert own.files[0].startswith("<img")  # its last part, as a label
    from tariffs import run

    study = run(Question(draws=0), app.session_state["own"].over(Library.open()))
    lines = take_away.python(study.question, own)
    compile(lines, "lines", "exec")
    out = json.dumps(study.to_dict())
    assert "../" not in out


def test_what_a_download_leaves_out_can_be_said() -> None:
    text = "Year,Trade Flow,Partner,Commodity Code,Netweight (kg),Trade Value (US$)\n"
    text += "2025,Import,Iran,271320,25000000,8000000\n"
    app = hand_in(data_page(), ("legacy.csv", text))
    assert any("reporter" in str(cell) for t in app.table for cell in t.value.to_numpy().ravel())
    box = next(w for w in app.text_input if w.key == "en:own_facts:0")
    box.set_value("reporter=TUR").run()
    hand_in(app, ("legacy.csv", text))
    assert app.session_state["own"].over(Library.open()).flows["bl-irn-irn-tur"].tonnes.central == 25_000


def test_the_python_lines_ask_from_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tariffs import run

    (tmp_path / "trade.csv").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    app = hand_in(data_page(), ("trade.csv", GOOD))
    library = app.session_state["own"].over(Library.open())
    names: dict[str, Any] = {}
    exec(take_away.python(Question(draws=0), library.own).replace("print(study.answer())", ""), names)  # noqa: S102 ours
    assert names["study"].answer() == run(Question(draws=0), library).answer()
    assert names["study"].stamp["data"] == library.digest


# The project file

ASKED = Question(scenario="iraq_moderate_tariff", sets=("tur.duty=0.02",), draws=10, seed=3)
SAVED = project.Project(
    ASKED, (Upload("trade.csv", GOOD.encode()), Upload("داده.csv", b"x,y\n")), ("year=2024",), "abc"
)


def test_a_project_reopens_as_it_was_byte_for_byte() -> None:
    packed = project.packed(SAVED)
    held, ignored = project.opened(Upload("p.zip", packed), Library.open())
    assert held == SAVED and not ignored
    assert project.packed(held) == packed


def test_a_project_opens_on_the_page_with_its_question_and_files() -> None:
    held = project.Project(ASKED, (Upload("trade.csv", GOOD.encode()),))
    app = hand_in(data_page(), ("p.zip", project.packed(held)))
    assert app.session_state["asked"] == ASKED and "with your data" in texts(app)
    assert project.packed(app.session_state["own"].project) == project.packed(held)
    hand_in(app, ("p.zip", project.packed(held)), ("trade.csv", GOOD))
    assert "opened alone" in texts(app)


def archive(parts: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return raw.getvalue()


def note(**changes: Any) -> bytes:
    said = {"layout": 1, "question": "scenario=ban", "data": "", "facts": [], "files": ["a.csv"], **changes}
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"project.json": note(), "files/1": b"0" * (UPLOAD.ceiling + 1)}, "swells beyond 15 MB"),
        ({"project.json": b" " * (1 << 20) + note(), "files/1": b"a"}, "swells beyond"),
        ({"project.json": note(), "../../evil.csv": b"a"}, "“../../evil.csv”, which no project has"),
        ({"project.json": note(), "/etc/passwd": b"a"}, "which no project has"),
        ({"project.json": note(), "files/1": b"a", "run.sh": b"a"}, "“run.sh”, which no project has"),
        ({"project.json": note(files=["a", "b"]), "files/1": b"a"}, "lists 2 files and holds 1"),
        ({"files/1": b"a"}, "project.json is missing"),
        ({"project.json": b"\xff\x00", "files/1": b"a"}, "not as the analyzer writes it"),
        ({"project.json": b"[" * 100_000, "files/1": b"a"}, "not as the analyzer writes it"),
        ({"project.json": note(files=[5]), "files/1": b"a"}, "not as the analyzer writes it"),
        ({"project.json": note(layout=9), "files/1": b"a"}, "layout 9"),
        ({"project.json": note(facts=["rm -rf"]), "files/1": b"a"}, "is no fact"),
        ({f"files/{n}": b"" for n in range(1, 40)}, "holds 39 parts"),
    ],
)  # fmt: skip
def test_an_archive_that_is_no_project_is_refused_with_the_reason(parts: dict[str, bytes], says: str) -> None:
    from tariffs.errors import TariffsError

    with pytest.raises(TariffsError, match=re.escape(says)):
        project.opened(Upload("p.zip", archive(parts)), Library.open(), UPLOAD)


@pytest.mark.parametrize("at", [0, 10, 40, 100, -30, -5])
def test_a_damaged_project_is_refused_or_as_it_was_never_something_else(at: int) -> None:
    packed = bytearray(project.packed(SAVED))
    packed[at] ^= 0xFF
    for data in (bytes(packed), bytes(packed[:at])):
        try:
            held, _ = project.opened(Upload("p.zip", data), Library.open(), UPLOAD)
        except project.BadProject:
            continue
        assert held.files == SAVED.files
