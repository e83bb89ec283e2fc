"""The page of the brief: as a visitor uses it without a browser, and once in one, up to a spreadsheet."""

import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page
from streamlit.testing.v1 import AppTest

from tariffs import Library, Question, run
from tariffs.brief import file
from tariffs.brief.forms import page as printed
from tariffs.progress import Progress
from tariffs.study import Study
from tariffs.ui import brief_files, brief_page
from tariffs.words import Words
from tests import browser
from tests.conftest import AppServer

BRIEF = "from tariffs.ui import brief_page\nbrief_page.show()"
LIBRARY = Library.open()


def opened(lang: str = "en", question: Question | None = None) -> AppTest:
    app = AppTest.from_string(BRIEF, default_timeout=60)
    app.query_params["lang"] = lang
    if question is not None:
        app.session_state["asked"] = question
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of no content: what the page offers is the same, and the forms have tests of their own."""
    monkeypatch.setattr(brief_files, "file", lambda *_: b"x" * 2_048)


def paper(app: AppTest) -> str:
    return next(str(block.value) for block in app.get("html") if '<article class="paper"' in str(block.value))


def control(app: AppTest, kind: str, name: str) -> Any:
    """The control of that name, whichever turn it is in."""
    return next(w for w in app.get(kind) if (w.key or "").split(":", 1)[-1].removesuffix(":1") == f"brief:{name}")


def shell(app: AppTest) -> str:
    return str(app.code[-1].value)


def wish(app: AppTest) -> brief_page.Wish:
    held: brief_page.Wish = app.session_state[brief_page.WISH]
    return held


@pytest.mark.parametrize("lang", ["en", "fa", "tr", "ar"])
@pytest.mark.usefixtures("quick_files")
def test_the_page_shows_the_first_page_of_the_brief_in_the_language(lang: str) -> None:
    app = opened(lang, Question(draws=16))
    t = Words(lang)
    study = run(Question(draws=16), LIBRARY)
    assert printed.first_page([study], lang) in paper(app)
    assert f'lang="{lang}" dir="{t.direction}"' in paper(app)
    assert [b.proto.label for b in app.get("download_button")] == [
        t(label) for label, _, _ in brief_page.FORMS.values()
    ]
    assert len([c for c in app.caption if "province" in str(c.value)]) == 3 and not app.error
    lang_of = f" --lang {lang}" if lang != "en" else ""
    assert shell(app) == f"python -m tariffs brief --scenario province_proposal --draws 16{lang_of} --out brief.xlsx"


@pytest.mark.usefixtures("quick_files")
def test_what_is_chosen_goes_into_the_files_and_the_shell_line() -> None:
    app = opened(question=Question(sets=("irq.duty=0.04",), draws=64))
    control(app, "multiselect", "others").set_value(["ban", "card_proposal"]).run()
    control(app, "button_group", "markets").set_value(["IRQ"]).run()
    control(app, "button_group", "sections").set_value(["sources", "summary"]).run()
    control(app, "button_group", "lang").set_value("tr").run()
    assert not app.exception and not app.error
    assert wish(app) == brief_page.Wish(("ban", "card_proposal"), ("IRQ",), ("summary", "sources"), "tr")
    assert shell(app) == (
        "python -m tariffs brief --scenario province_proposal,ban,card_proposal --set irq.duty=0.04 --draws 64 "
        "--importer IRQ --sections summary,sources --lang tr --out brief.xlsx"
    )
    assert 'lang="tr"' in paper(app) and "Irak" in paper(app) and "Türkiye" not in paper(app).split("answer")[-1]
    control(app, "button_group", "sections").set_value([]).run()
    control(app, "button_group", "markets").set_value(["IRQ", "TUR"]).run()
    assert "--sections" not in shell(app) and "--importer" not in shell(app)


@pytest.mark.usefixtures("quick_files")
def test_choices_outlive_the_page_and_a_change_of_language_and_the_question_is_followed() -> None:
    app = opened(question=Question(draws=16))
    control(app, "multiselect", "others").set_value(["ban"]).run()
    app.session_state["lang"] = "fa"
    app.session_state["asked"] = Question("ban", draws=16)
    app.run()
    assert not app.exception
    assert "--scenario ban --draws 16 --lang fa" in shell(app)  # itself is not beside itself
    app.session_state["asked"] = Question(draws=16)
    app.run()
    assert "--scenario province_proposal,ban" in shell(app)


@pytest.mark.usefixtures("quick_files")
def test_a_proposal_that_cannot_take_the_changes_is_named_and_no_file_is_offered() -> None:
    question = Question("fx_full_surrender", sets=("irn.fx_haircut_hall2=0.1",), draws=16)
    app = opened(question=question)
    if not app.error:
        control(app, "multiselect", "others").set_value(["complaint_day"]).run()
    assert not app.exception
    assert len(app.error) == 1 and not app.get("download_button")


def test_files_are_made_once_and_are_those_of_the_shell() -> None:
    study = run(Question(draws=16), LIBRARY)
    for ending in brief_page.FORMS:
        made = brief_files.file([study], "en", ("summary",), ending)
        assert made == file.FORMS[ending].make([study], "en", ("summary",))
        assert brief_files.file([study], "en", ("summary",), ending) is made
    assert set(printed.SECTIONS) <= set(brief_files.SECTIONS) <= {*printed.SECTIONS, *file.FORMS[".xlsx"].sections}
    assert set(brief_page.FORMS) == set(file.FORMS)


@pytest.mark.usefixtures("quick_files")
def test_many_draws_are_made_when_asked_for_and_the_files_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []

    def drawn(question: Question, library: Library, told: Progress) -> Study:
        asked.append(question)
        told(1, 2)
        return replace(run(replace(question, draws=32), library), question=question)

    monkeypatch.setattr(brief_page, "run", drawn)
    app = opened(question=Question("ban", draws=16))
    control(app, "button_group", "draws").set_value(50_000).run()
    assert "--draws 16 " in shell(app)
    assert any("rest on 16 draws" in str(c.value) for c in app.caption)
    next(b for b in app.button if b.label == "Draw 50,000 times").click().run()
    until = time.monotonic() + 60
    while "--draws 50000" not in shell(app) and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
    assert not app.exception and asked == [Question("ban", draws=50_000)]
    assert "--draws 50000" in shell(app) and "50,000 draws" in paper(app)
    control(app, "button_group", "draws").set_value(2_000).run()
    assert "--draws" not in shell(app)


def test_a_brief_leaves_the_page_for_a_spreadsheet_and_says_the_same(
    page: Page, app_server: AppServer, page_log: browser.PageLog, soffice: str, tmp_path: Path
) -> None:
    browser.open_page(page, f"{app_server.url}/brief?scenario=card_proposal")
    said = page.locator(".paper .answer p").all_inner_texts()
    taken: dict[str, Path] = {}
    for name, ending in (("Excel workbook", "xlsx"), ("Tables, CSV and JSON", "zip")):
        button = page.get_by_role("button", name=name)
        button.focus()
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        assert waiting.value.suggested_filename == f"bitumen-card_proposal-en.{ending}"
        taken[ending] = tmp_path / f"brief.{ending}"
        waiting.value.save_as(taken[ending])
    opened_book = load_workbook(browser.convert(taken["xlsx"], tmp_path, "xlsx"), data_only=True)
    cover = [str(c.value) for row in opened_book["Cover"].iter_rows(min_row=6, max_row=9) for c in row if c.value]
    for sentence in said:
        assert any(sentence.startswith(told) for told in cover), sentence
    assert any(c.value == "All checks pass" for row in opened_book["Cover"] for c in row)
    with zipfile.ZipFile(io.BytesIO(taken["zip"].read_bytes())) as parcel:
        answer = json.loads(parcel.read("brief.json"))["answers"][0]["answer"]
    assert [one["text"] for one in answer] == [text for text in cover if text in {one["text"] for one in answer}]
    assert page_log.page_errors == [] and page_log.outside == []
