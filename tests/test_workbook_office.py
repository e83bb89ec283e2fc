"""The Excel brief in a spreadsheet of its own: LibreOffice works every formula out again, edits follow, pages fit."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from tariffs import Library, Question, run
from tariffs.brief import workbook
from tariffs.law.landed import landed_stack
from tariffs.scenario import apply, parse_edit
from tariffs.sources import central
from tariffs.study import Study
from tests import browser
from tests.test_workbook import SHEETS, cells, odd_law

LIBRARY = Library.open()
Recalculate = Callable[[Path], Path]
TUR, IRQ, RELABELLED = ("IRN", "IRN", "TUR"), ("IRN", "IRN", "IRQ"), ("IRN", "IRQ", "TUR")
TITLES = {TUR: "Iran to Türkiye", IRQ: "Iran to Iraq", RELABELLED: "Iran to Türkiye under the label of Iraq"}


def ask(scenario: str, library: Library = LIBRARY, **more: Any) -> Study:
    return run(Question(scenario, draws=16, **more), library)


def written(study: Study, folder: Path) -> Path:
    return workbook.write(study, folder / f"{study.scenario.name}.xlsx")


def edited(path: Path, changes: dict[str, float]) -> Path:
    """The workbook with yellow cells typed over, as a reader would."""
    book = load_workbook(path)
    for name, value in changes.items():
        sheet, _, address = book.defined_names[name].attr_text.partition("!")
        cell = book[sheet.strip("'")][address.replace("$", "")]
        assert not cell.protection.locked
        cell.value = value
    changed = path.with_stem(f"{path.stem}-edited")
    book.save(changed)
    return changed


def checks(book: Workbook) -> dict[tuple[str, str], tuple[float, float, str]]:
    """Check and side: the analyzer's value, the workbook's, the result."""
    rows = book["Checks"].iter_rows(min_row=8, values_only=True)
    return {(str(r[0]), str(r[1])): (r[2], r[3], r[5]) for r in rows if r[0]}  # type: ignore[misc]


def worked_out(path: Path, recalculate: Recalculate) -> Workbook:
    return load_workbook(recalculate(path), data_only=True)


def assert_as_cached(path: Path, recalculate: Recalculate) -> None:
    plain, cached, anew = load_workbook(path), load_workbook(path, data_only=True), worked_out(path, recalculate)
    compared = 0
    for sheet, cell in cells(plain):
        if cell.data_type == "f":
            here, there = (b[sheet.title][cell.coordinate].value for b in (cached, anew))
            if isinstance(here, str):
                assert there == here, (sheet.title, cell.coordinate, cell.value)
            else:
                assert there == pytest.approx(here, rel=1e-9, abs=1e-9), (sheet.title, cell.coordinate, cell.value)
            compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    "scenario", ["province_proposal", "status_quo", "complaint_day", "ban", "nonwto_levy_50", "fx_full_surrender"]
)
def test_libreoffice_finds_the_values_that_python_stored(
    scenario: str, tmp_path: Path, recalculate: Recalculate
) -> None:
    assert_as_cached(written(ask(scenario), tmp_path), recalculate)


def test_compound_duties_and_minimum_values_are_worked_out_alike(tmp_path: Path, recalculate: Recalculate) -> None:
    assert_as_cached(written(ask("turkey_reclassify_raw_material", odd_law()), tmp_path), recalculate)


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


def says(study: Study, way: tuple[str, str, str], when: str, edits: list[str], name: str = "landed") -> float:
    """What the law would make of the edits at the net-back that was solved."""
    side = study.before if when == "before" else study.after
    market, policy = side.result.market, apply(side.policy, [parse_edit(text) for text in edits])
    route = study.world.baseline.routes[market.lane(*way)]
    net_back = float(side.result.net_back[0, market.producers.index("IRN")])
    stack = landed_stack(policy, route, study.world.baseline.product, side.on, central, net_back)
    return float(np.asarray(getattr(stack, name).at(net_back)))


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_moves_prices_as_the_engine_says(what: str, tmp_path: Path, recalculate: Recalculate) -> None:
    scenario, typed, edits, way = EDITS[what]
    study = ask(scenario)
    book = worked_out(edited(written(study, tmp_path), typed), recalculate)
    found = checks(book)
    for when in ("before", "after"):
        for name, said in (("fob", "FOB"), ("cif", "CIF"), ("landed", "Landed price")):
            solved, here, result = found[f"{said}, {TITLES[way]}, USD/t", when]
            expected = says(study, way, when, edits.get(when, []), name)
            assert here == pytest.approx(expected, rel=1e-9)
            assert solved == pytest.approx(says(study, way, when, [], name), rel=1e-9)
            assert result == ("OK" if abs(expected - solved) < 1e-9 else "edited")
    for (check, when), (_, _, result) in found.items():
        if "add up" in check or "What buyers spend" in check:
            assert result == "OK", (check, when)
        assert result != "FAIL"
    assert str(book["Checks"]["B4"].value).startswith("Inputs edited")
    assert book["Checks"]["B5"].value >= len(typed)
    assert any(str(c.value).startswith("Inputs edited") for row in book["Cover"] for c in row)


def test_a_broken_formula_fails_its_check_and_the_cover_says_so(tmp_path: Path, recalculate: Recalculate) -> None:
    path = written(ask("province_proposal"), tmp_path)
    book = load_workbook(path)
    landed = book["Landed cost"]
    cif = next(row for row in landed.iter_rows(max_col=8) if row[0].value == "CIF")
    cif[7].value = 300.0
    book.save(path)
    book = worked_out(path, recalculate)
    assert "FAIL" in {result for _, _, result in checks(book).values()}
    assert book["Checks"]["B4"].value == "A check fails: see the sheet of checks"
    assert any(c.value == "A check fails: see the sheet of checks" for row in book["Cover"] for c in row)


@pytest.mark.parametrize("scenario", ["province_proposal", "ban"])
def test_it_prints_on_a4_across_with_every_column_on_its_page(scenario: str, soffice: str, tmp_path: Path) -> None:
    study = ask(scenario)
    pdf = browser.convert(written(study, tmp_path), tmp_path, "pdf")
    pages = _pages(pdf)
    sizes = re.findall(rb"MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes())
    assert len(pages) <= 20
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(842, 595)}
    # A column that did not fit would stand on a page of its own, without the sheet's first one.
    titles = {name: [p for p in pages if re.search(rf"^ *\S.*{name}, page \d+ / \d+ *$", p, re.M)] for name in SHEETS}
    assert sum(len(found) for found in titles.values()) == len(pages)
    for name in ("Cover", "Summary", "About"):
        assert len(titles[name]) == 1, name
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
