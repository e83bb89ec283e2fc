"""Three people from beginning to end in a real browser: the exporter, the negotiator, the economist."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect

from tests import browser
from tests.conftest import AppServer
from tests.test_browser_pages import asked, press
from tests.test_regress import trade
from tests.test_workbook_office import checks


def lead(page: Page) -> str:
    expect(page.locator(".lead")).to_be_visible()
    return page.locator(".lead").inner_text()


def figures(text: str) -> list[str]:
    """The numbers of a sentence, in their order, without the marks around them and whatever mark parts decimals."""
    return [number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)*", text)]


def picked(page: Page, label: str, option: str) -> None:
    """One of a list, by keyboard: what is typed is looked for."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    page.keyboard.type(option)
    page.get_by_role("option", name=option).first.click()
    browser.settle(page)


def test_an_exporter_moves_a_duty_and_sends_the_link_to_a_reader_of_another_language(
    page: Page, app_server: AppServer, page_log: browser.PageLog, new_context: Callable[..., BrowserContext]
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    browser.open_page(page, f"{app_server.url}/?lang=fa")
    before = figures(lead(page))
    duty = page.get_by_role("slider", name="حقوق گمرکی ترکیه بر نام ایران، درصد")
    duty.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('tur.duty')")
    browser.settle(page)
    after, tiles = figures(lead(page)), page.get_by_test_id("stMetricValue").all_inner_texts()
    assert after != before and len(after) == 5  # price, price before, difference, its range
    sent = page.locator(".st-key-foot code").first.inner_text()
    assert parse_qs(urlsplit(sent).query)["set"] == ["tur.duty=0.025"]
    browser.screenshot(page, "journey-exporter-fa", whole=True)

    reader = new_context(locale="tr-TR", viewport={"width": 1400, "height": 900}).new_page()
    browser.open_page(reader, sent)
    assert reader.evaluate("document.documentElement.lang") == "tr"
    assert sorted(figures(lead(reader))) == sorted(after)
    assert [figures(x) for x in reader.get_by_test_id("stMetricValue").all_inner_texts()] == [figures(x) for x in tiles]
    moved = reader.get_by_test_id("stSlider").first
    expect(moved.get_by_role("slider")).to_have_value("2.5")
    # The decimal mark of the language, drawn by a font of one sign; the value itself stays as it is.
    assert "Decimal Mark" in moved.get_by_test_id("stSliderThumbValue").locator("p").evaluate(
        "box => getComputedStyle(box).fontFamily"
    )
    assert reader.evaluate("[...document.fonts].some(f => f.family.includes('Decimal') && f.status === 'loaded')")
    browser.screenshot(reader, "journey-exporter-tr")
    assert page_log.outside == [] and page_log.page_errors == []


def test_a_figure_typed_as_the_language_writes_it_is_read_as_it_was_meant(page: Page, app_server: AppServer) -> None:
    """An English Chromium drops the signs that it does not know: 7,5 would be 75, and ۷٫۵ nothing."""
    browser.open_page(page, f"{app_server.url}/?lang=tr")
    for language, typed, meant in (("", "7,5", "0.075"), ("فارسی", "۸٫۵", "0.085"), ("العربية", "٩٫٥", "0.095")):
        if language:
            page.get_by_role("radio", name=language).or_(page.get_by_role("button", name=language)).first.click()
            browser.settle(page)
        box = page.get_by_test_id("stNumberInputField").first
        box.focus()
        page.keyboard.press("Control+A")
        for sign in typed:
            page.keyboard.insert_text(sign)
        page.keyboard.press("Enter")
        page.wait_for_function("said => location.search.includes(said)", arg=meant)
        assert asked(page)["set"] == [f"tur.duty={meant}"]
        browser.settle(page)


def test_a_negotiator_compares_takes_the_brief_and_a_spreadsheet_says_the_same(
    page: Page, app_server: AppServer, page_log: browser.PageLog, soffice: str, tmp_path: Path
) -> None:
    browser.open_page(page, f"{app_server.url}/compare?scenario=province_proposal")
    picked(page, "Another proposal", "Both buyers read bitumen as a raw material")
    press(page, "Add")
    row = page.locator(".beside").last.get_by_role("row").filter(has_text="Landed price").first
    values = row.locator("td p:first-child").all_inner_texts()
    assert len(values) == 2 and "card_proposal" in asked(page)["with"][0]
    browser.screenshot(page, "journey-negotiator-compare", whole=True)
    press(page, "Ask this one")
    assert asked(page)["scenario"] == ["card_proposal"]

    page.get_by_role("link", name="Brief", exact=True).click()
    expect(page.locator(".paper .answer p").first).to_be_visible()
    browser.settle(page)
    told = page.locator(".paper .answer p").first.inner_text()
    browser.screenshot(page, "journey-negotiator-brief", whole=True)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Excel workbook").click()
    brief = tmp_path / "brief.xlsx"
    waiting.value.save_as(brief)

    book = load_workbook(browser.recalculate(brief, tmp_path), data_only=True)
    cover = [str(c.value) for line in book["Cover"].iter_rows() for c in line if c.value]
    assert any(told.startswith(text) for text in cover if len(text) > 40) and "All checks pass" in cover
    rows = [list(line) for line in book["Checks"].iter_rows(values_only=True)]
    landed = checks(rows)["Landed price, Iran to Türkiye, USD/t", "after"]
    (said,) = figures(values[1])
    assert f"{landed[1]:,.0f}" == said and f"USD {said}/t" in told  # LibreOffice's own sum, Compare and the brief
    assert page_log.outside == [] and page_log.page_errors == []


def test_an_economist_brings_a_panel_estimates_and_the_answer_stands_on_it(
    page: Page, app_server: AppServer, page_log: browser.PageLog, tmp_path: Path
) -> None:
    panel = tmp_path / "panel.csv"
    trade().to_csv(panel, index=False)
    browser.open_page(page, f"{app_server.url}/?lang=en")
    before = page.locator(".st-key-answer").inner_text()
    page.get_by_role("link", name="Evidence").click()
    expect(page.get_by_text("What to run")).to_be_visible()
    browser.settle(page)
    page.get_by_text("Your own table").click()
    page.locator('input[type="file"]').first.set_input_files(panel)
    expect(page.get_by_text("panel.csv: 108 rows", exact=False)).to_be_visible()
    browser.settle(page)
    formula = page.get_by_role("textbox", name="Formula")
    formula.fill("value ~ log(1 + tariff) + log(distance) | exporter^year + importer^year")
    formula.press("Control+Enter")
    browser.settle(page)
    press(page, "Run")
    expect(page.get_by_role("heading", name="Use this estimate")).to_be_visible(timeout=60_000)
    browser.settle(page)
    table = page.get_by_role("region", name="Coefficients and facts of every specification run.")
    row = table.get_by_role("row").filter(has_text="log(1 + tariff)").locator("td").inner_text()
    slope = -float(figures(row)[0])
    assert row.startswith("−") and -6 < slope < -2  # the panel was drawn with an elasticity of 4
    picked(page, "In place of", "substitution between origins, Türkiye")
    browser.screenshot(page, "journey-economist-evidence", whole=True)
    page.get_by_role("button", name="Use this estimate").click()
    expect(page.get_by_text("Carried over:")).to_be_visible()
    browser.settle(page)

    page.get_by_role("link", name="Scenario").click()
    expect(page.locator(".lead")).to_be_visible()
    browser.settle(page)
    (belief,) = asked(page)["assume"]
    name, value, error = re.fullmatch(r"(\S+)=lognormal\(ln ([\d.]+); ([\d.]+)\)", belief).groups()  # type: ignore[union-attr]
    assert name == "elasticities.el-tur-origins.value" and float(error) > 0
    assert float(value) == pytest.approx(-slope, abs=0.001)  # as the table showed it, its sign turned
    after = page.locator(".st-key-answer").inner_text()
    assert after != before and figures(after) != figures(before)
    page.get_by_text("More assumptions, ● 1 changed").click()
    expect(page.get_by_text("An estimate of your own, drawn with its error", exact=False)).to_be_visible()
    browser.screenshot(page, "journey-economist-scenario")
    assert page_log.outside == [] and page_log.page_errors == []
