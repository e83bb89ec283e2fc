"""The Excel brief in a spreadsheet of its own: LibreOffice works every formula out again, edits follow, pages fit."""

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from tariffs import Library, Question, run
from tariffs.brief import limits_maps, workbook
from tariffs.brief.sheets import maps, naming
from tariffs.brief.sheets.asked import MAP
from tariffs.limits import agreement
from tariffs.market.build import shock_of
from tariffs.market.market import Market
from tariffs.models import solve
from tariffs.scenario import apply, parse_edit
from tariffs.study import Study
from tariffs.study.sides import Side
from tariffs.words import Words
from tests import browser
from tests.test_workbook import SHEETS, map_of, odd_law
from tests.typing_over import typed_over

LIBRARY = Library.open()
Recalculate = Callable[[Path], Path]
TUR, IRQ, RELABELLED = ("IRN", "IRN", "TUR"), ("IRN", "IRN", "IRQ"), ("IRN", "IRQ", "TUR")
TITLES = {TUR: "Iran to Türkiye", IRQ: "Iran to Iraq", RELABELLED: "Iran to Türkiye under the label of Iraq"}


def ask(scenario: str, library: Library = LIBRARY, **more: Any) -> Study:
    return run(Question(scenario, draws=16, **more), library)


@cache
def asked(scenario: str) -> Study:
    return ask(scenario)


@cache
def content_of(scenario: str) -> bytes:
    """A scenario's workbook, written once."""
    return workbook.to_bytes(asked(scenario))


def written(content: bytes, folder: Path, name: str = "brief") -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(content)
    return path


def edited(content: bytes, changes: dict[str, float]) -> bytes:
    """The workbook with yellow cells typed over, as a reader would."""
    book, values, linked = load_workbook(io.BytesIO(content), read_only=True), dict[str, float](), False
    for name, value in changes.items():
        sheet, _, address = book.defined_names[name].attr_text.partition("!")
        cell = book["Assumptions"][address.replace("$", "")]
        assert sheet.strip("'") == "Assumptions" and not cell.protection.locked
        values[cell.coordinate], linked = value, linked or cell.data_type == "f"
    book.close()
    if not linked:
        return typed_over(content, values)
    whole, out = load_workbook(io.BytesIO(content)), io.BytesIO()  # a number in the place of a formula
    for address, value in values.items():
        whole["Assumptions"][address].value = value
    whole.save(out)
    return out.getvalue()


def checks(rows: browser.Rows) -> dict[tuple[str, str], tuple[float, float, str]]:
    """Check and side: the analyzer's value, the workbook's, the result."""
    return {(str(r[0]), str(r[1])): (r[2], r[3], r[5]) for r in rows[7:] if r[0]}  # type: ignore[misc]


def worked_out(path: Path, folder: Path) -> dict[str, browser.Rows]:
    """The sheets that sum a workbook up, as LibreOffice works them out."""
    return browser.worked_out([path], folder, "Checks", "Cover")[0]


def assert_as_cached(path: Path, recalculate: Recalculate) -> None:
    plain = load_workbook(path, read_only=True)
    cached, anew = (load_workbook(one, data_only=True, read_only=True) for one in (path, recalculate(path)))
    compared = 0
    for sheet in plain:
        size = {"max_row": sheet.max_row, "max_col": sheet.max_column}
        rows = (book[sheet.title].iter_rows(1, values_only=True, **size) for book in (cached, anew))
        for number, (line, here, there) in enumerate(zip(sheet.iter_rows(1, **size), *rows, strict=True), start=1):
            for cell, stored, found in zip(line, here, there, strict=True):
                if cell.data_type != "f":
                    continue
                if isinstance(stored, str):
                    assert found == stored, (sheet.title, number, cell.value)
                else:
                    # A difference of two hundred thousand tonnes keeps eight decimals, no more; a gain on a map, what
                    # is left between sums of USD 100 million, keeps five; where only their last digit is left,
                    # LibreOffice takes it for nothing.
                    least = 1e-5 if sheet.title == "Limits (live)" else 1e-6 if found == 0 else 1e-8
                    assert found == pytest.approx(stored, rel=1e-9, abs=least), (sheet.title, number, cell.value)
                compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    "scenario", ["province_proposal", "status_quo", "complaint_day", "ban", "nonwto_levy_50", "fx_full_surrender"]
)
def test_libreoffice_finds_the_values_that_python_stored(
    scenario: str, tmp_path: Path, recalculate: Recalculate
) -> None:
    assert_as_cached(written(content_of(scenario), tmp_path), recalculate)


def test_compound_duties_and_minimum_values_are_worked_out_alike(tmp_path: Path, recalculate: Recalculate) -> None:
    study = ask("turkey_reclassify_raw_material", odd_law())
    assert_as_cached(written(workbook.to_bytes(study), tmp_path), recalculate)


# What a reader types, the engine would say too: yellow cells by name, the same edits on either side, and the way.
EDITS: dict[str, tuple[str, dict[str, float], dict[str, list[str]], tuple[str, str, str]]] = {
    "the duty before": (
        "province_proposal",
        {"in_measures_tur_duty_petrochemical_rate_before": 0.2},
        {"before": ["measures.tur-duty-petrochemical.rate=0.2"]},
        TUR,
    ),
    "the duty after": (
        "province_proposal",
        {"in_measures_tur_duty_raw_material_rate_after": 0.035},
        {"after": ["measures.tur-duty-raw_material.rate=0.035"]},
        TUR,
    ),
    "freight, both sides from one cell": (
        "province_proposal",
        {"in_freight_fr_tabriz_tur_total_usd_per_t_before": 61.5},
        {w: ["freight.fr-tabriz-tur-total.usd_per_t=61.5"] for w in ("before", "after")},
        RELABELLED,
    ),
    "freight after alone": (
        "province_proposal",
        {"in_freight_fr_plant_iraq_usd_per_t_after": 33.0},
        {"after": ["freight.fr-plant-iraq.usd_per_t=33"]},
        IRQ,
    ),
    "the currency rule": (
        "turkey_reclassify_raw_material",
        {
            "in_exporter_measures_irn_fx_share_2025_rate_before": 0.65,
            "in_exporter_measures_irn_fx_hall1_2026_rate_after": 0.25,
        },
        {
            "before": ["exporter_measures.irn-fx-share-2025.rate=0.65"],
            "after": ["exporter_measures.irn-fx-share-2025.rate=0.65", "exporter_measures.irn-fx-hall1-2026.rate=0.25"],
        },
        TUR,
    ),
    "Iraq's parts, their duties and values": (
        "iraq_moderate_tariff",
        {
            "in_shares_krg_share_value_share_before": 0.7,
            "in_measures_irq_valuation_cut_rate_before": 0.9,
            "in_measures_irq_krg_take_rate_after": 42.0,
            "in_costs_insurance_value_before": 0.004,
        },
        {
            "before": [
                "shares.krg-share-value.share=0.7",
                "measures.irq-valuation-cut.rate=0.9",
                "costs.insurance.value=0.004",
            ],
            "after": [
                "shares.krg-share-value.share=0.7",
                "measures.irq-valuation-cut.rate=0.9",
                "costs.insurance.value=0.004",
                "measures.irq-krg-take.rate=42",
            ],
        },
        IRQ,
    ),
}


@dataclass(frozen=True)
class Answer:
    """One side as the engine answers it once rows are edited."""

    side: Side
    market: Market

    def price(self, way: tuple[str, str, str], name: str) -> float:
        net_back = self.side.result.net_back[..., self.market.producers.index("IRN")]
        stack = self.side.stacks[self.market.lane(*way)]
        return float(np.atleast_1d(getattr(stack, name).at(net_back))[0])


def engine(study: Study, edits: dict[str, list[str]]) -> dict[str, Answer]:
    """Both sides solved anew with a reader's edits, from the market as it was calibrated."""
    here, answers = study.world, dict[str, Answer]()
    for when, side in (("before", study.before), ("after", study.after)):
        policy = apply(side.policy, [parse_edit(text) for text in edits.get(when, [])])
        stacks = here.baseline.stacks_under(policy, side.on, here.draws, here.baseline.market.net_back)
        result = solve("armington", here.baseline.market, shock_of(stacks))
        answers[when] = Answer(Side(side.scenario, side.on, policy, stacks, result, here), here.baseline.market)
    return answers


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_moves_prices_as_the_engine_says(what: str, tmp_path: Path, soffice: str) -> None:
    scenario, typed, edits, way = EDITS[what]
    study = asked(scenario)
    book = worked_out(written(edited(content_of(scenario), typed), tmp_path), tmp_path)
    found = checks(book["Checks"])
    anew, was = engine(study, edits), engine(study, {})
    for when in ("before", "after"):
        for name, said in (("fob", "FOB"), ("cif", "CIF"), ("landed", "Landed price")):
            solved, here, result = found[f"{said}, {TITLES[way]}, USD/t", when]
            assert here == pytest.approx(anew[when].price(way, name), rel=1e-9)
            assert solved == pytest.approx(was[when].price(way, name), rel=1e-9)
            assert result in ("OK", "edited")
        market, result_ = anew[when].market, anew[when].side.result
        for number, lane in enumerate(market.lanes):
            _, here, _ = found[f"Tonnes, {naming.way(*lane, Words())}", when]
            assert here == pytest.approx(result_.tonnes[0, number], rel=1e-9, abs=1e-6), lane
        for number, producer in enumerate(market.producers):
            _, here, _ = found[f"Net-back, {Words().place(producer)}, USD/t", when]
            assert here == pytest.approx(result_.net_back[0, number], rel=1e-9), producer
    for (check, when), (_, _, verdict) in found.items():
        if "add up" in check or "somebody keeps" in check or "sells what it makes" in check:
            assert verdict == "OK", (check, when)
        assert verdict != "FAIL"
    said = str(book["Cover"][6][0])
    assert said.startswith("Türkiye and Iraq would buy") and "range" not in said
    assert str(book["Checks"][3][1]).startswith("Inputs edited")
    assert float(book["Checks"][4][1] or 0) >= len(typed)
    assert any(str(cell).startswith("Inputs edited") for row in book["Cover"] for cell in row)


def test_an_edit_moves_maps_signs_and_what_is_said_of_them(tmp_path: Path, recalculate: Recalculate) -> None:
    typed = {
        "in_measures_tur_duty_raw_material_rate_after": 0.2,
        "in_freight_fr_plant_iraq_usd_per_t_after": 21.0,
        "in_exporter_measures_irn_export_award_rate_after": 0.01,
    }
    sets = (
        *("measures.tur-duty-raw_material.rate=0.2", "freight.fr-plant-iraq.usd_per_t=21"),
        "exporter_measures.irn-export-award.rate=0.01",
    )
    path = written(edited(content_of("province_proposal"), typed), tmp_path)
    book = load_workbook(recalculate(path), data_only=True)
    sheet, asked = book["Limits"], Question("province_proposal", sets=sets, draws=0)
    assert str(sheet["A3"].value).startswith("Inputs were edited.")
    said = [str(c.value) for c in sheet["A"] if c.value]
    for importer, place, number in (("TUR", "Türkiye", 0), ("IRQ", "Iraq", 1)):
        anew, was = (agreement(LIBRARY, q, importer, size=MAP) for q in (asked, replace(asked, sets=())))
        assert np.abs(anew.buyer - was.buyer).max() > 1e4  # an edit that moves the map
        for name, gain, count in ((place, anew.buyer, 0), ("Iran", anew.seller, number)):
            cells_, _, _ = map_of(book, name, count)
            here = np.array([[c.value for c in row] for row in cells_], dtype=float)
            assert np.abs(here - gain).max() <= 1e-9 * np.abs(gain).max(), (importer, name)
        top = next(c.row for c in sheet["A"] if str(c.value).startswith(f"Who gains: first sign {place}")) + 2
        marks = [[sheet.cell(top + y, 2 + x).value for x in range(MAP[0])] for y in range(MAP[1])]
        assert marks == [[maps.MARKS[int(code)] for code in row] for row in limits_maps.codes(anew)]
        joint = float((anew.buyer + anew.seller).max())
        together = [s.replace("−", "-") for s in said if s.startswith("•  Together they gain most in the cell")]
        assert any(f"USD {joint / 1e6:.1f} million" in s for s in together)
        both = int(anew.zone.sum())
        nowhere = f"On the map of {place}'s duty and Iran's support no cell lets both gain."
        zone = f"gain in {both} of the 42 cells" if both else nowhere
        assert any(zone in s for s in said)


def test_a_broken_formula_fails_its_check_and_the_cover_says_so(tmp_path: Path, soffice: str) -> None:
    path = written(content_of("province_proposal"), tmp_path)
    book = load_workbook(path)
    landed = book["Landed cost"]
    cif = next(row for row in landed.iter_rows(max_col=8) if row[0].value == "CIF")
    cif[7].value = 300.0
    other = next(row for row in book["Other models (live)"].iter_rows(min_row=6) if row[0].value == TITLES[TUR])
    book["Other models (live)"][str(other[3].value)[1:].replace("$", "")].value = 1.0  # what its column shows
    for row in book["Limits (live)"].iter_rows(max_col=2):
        if isinstance(row[1].value, float) and row[1].value > 0.2:
            row[1].value = 0.9  # the duties at which the market is solved
    book.save(path)
    told = worked_out(path, tmp_path)
    failed = {name for (name, _), (_, _, result) in checks(told["Checks"]).items() if result == "FAIL"}
    for said in ("CIF, Iran to Türkiye", "Tonnes by GSIM, Iran to Türkiye", "at a duty of 30%"):
        assert any(said in name for name in failed), said
    assert told["Checks"][3][1] == "A check fails: see the sheet of checks"
    assert any(cell == "A check fails: see the sheet of checks" for row in told["Cover"] for cell in row)


@pytest.mark.parametrize("scenario", ["province_proposal", "ban"])
def test_it_prints_on_a4_across_with_every_column_on_its_page(scenario: str, soffice: str, tmp_path: Path) -> None:
    study = asked(scenario)
    pdf = browser.convert(written(content_of(scenario), tmp_path), tmp_path, "pdf")
    pages = _pages(pdf)
    sizes = re.findall(rb"MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes())
    assert len(pages) <= 36
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(842, 595)}
    # A column that did not fit would stand on a page of its own, without the sheet's first one.
    titles = {
        name: [p for p in pages if re.search(rf"^ *\S.*{re.escape(name)}, page \d+ / \d+ *$", p, re.M)]
        for name in SHEETS
    }
    assert sum(len(found) for found in titles.values()) == len(pages)
    for name in ("Cover", "Summary", "About", "Routes (live)", "Limits (live)"):
        assert len(titles[name]) == 1, name
    # What workings come to is on paper, not their heading alone.
    assert len(re.findall(r"\d\.\d{4}", titles["Routes (live)"][0])) > 40
    assert len(re.findall(r"^ *\d+\.\d% ", titles["Limits (live)"][0], re.M)) == 42
    assert len(titles["Landed cost"]) == 3  # a way to a page, its picture with it
    repeated = {
        "Assumptions": ("Figure", "Row in the data"),
        "Checks": ("Check", "Result"),
        **{name: (name,) for name in ("Landed cost", "Results", "Sources")},
    }
    for name, heads in repeated.items():
        for page in titles[name]:
            body = page.replace(f"{name}, page", "")
            assert all(re.search(rf"\b{head}\b", body) for head in heads), name
    for page in pages:
        assert "###" not in page and "Err:" not in page and "#VALUE" not in page
        assert study.stamp["data"] in page


def _pages(pdf: Path) -> list[str]:
    reader = browser.program("pdftotext", "PDFTOTEXT", "poppler-utils")
    text = subprocess.run([reader, "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return [page for page in text.split("\f") if page.strip()]
