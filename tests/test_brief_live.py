"""Fifty readers type what they like into the brief: LibreOffice and the engine must come to the same market."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from tariffs import Library, Question, run
from tariffs.brief import workbook
from tariffs.brief.sheets.asked import Asked, Market
from tariffs.brief.sheets.model import answers_of
from tariffs.market.build import shock_of
from tariffs.models import solve
from tariffs.models.result import Result
from tariffs.scenario import apply, parse_edit
from tariffs.study import Study
from tariffs.words import Words, terms
from tests import browser
from tests.typing_over import typed_over

LIBRARY = Library.open()
READERS, BATCHES = 50, 2
LAW = ("measures", "exporter_measures", "freight", "costs", "access_wedges", "shares")
KEY, BEFORE, AFTER = 9, 3, 4  # columns of the sheet of assumptions


@dataclass(frozen=True)
class Typed:
    """One yellow cell typed over."""

    key: str
    sides: tuple[str, ...]  # that read the cell: after takes what before says where it is linked
    cell: str
    value: float


def fresh(key: str, value: float, rng: random.Random) -> float:
    """Another value that the cell takes: a duty anywhere from 0 to 100 %, the rest within a half of what it is."""
    if key.startswith("measures.") and 0 <= value <= 1:
        return rng.uniform(0.0, 1.0)
    if key.startswith("exporter_measures.") and value == 0:
        return rng.uniform(0.0, 0.05)
    most = 1.0 if key.startswith("shares.") else np.inf
    return float(min(value * rng.uniform(0.5, 1.5), most))


@dataclass(frozen=True)
class Brief:
    """One scenario's workbook, written once for all its readers, and the yellow cells that they may type over."""

    study: Study
    content: bytes
    yellow: tuple[tuple[str, tuple[str, ...], str, float], ...]  # key, sides, address, what stands there
    markets: tuple[Market, ...]

    @classmethod
    def of(cls, scenario: str) -> "Brief":
        study = run(Question(scenario, draws=0), LIBRARY)
        asked = Asked(study, Words())
        content = workbook.to_bytes(study, asked=asked)
        return cls(study, content, tuple(yellow_cells(content)), asked.markets)

    def typed(self, rng: random.Random) -> list[Typed]:
        """Three yellow cells typed over, wherever they are."""
        chosen = rng.sample(self.yellow, 3)
        return [Typed(key, sides, cell, fresh(key, value, rng)) for key, sides, cell, value in chosen]


def yellow_cells(content: bytes) -> Iterator[tuple[str, tuple[str, ...], str, float]]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    for row in book["Assumptions"].iter_rows(min_row=6):
        key = str(row[KEY - 1].value)
        if key.partition(".")[0] not in (*LAW, "elasticities"):
            continue
        for cell in (row[BEFORE - 1], row[AFTER - 1]):
            if cell.protection.locked or not isinstance(cell.value, int | float):
                continue
            linked = cell.column == BEFORE and str(row[AFTER - 1].value).startswith("=")
            own = "before" if cell.column == BEFORE else "after"
            sides = ("before", "after") if linked or key.startswith("elasticities.") else (own,)
            yield key, sides, cell.coordinate, float(cell.value)
    book.close()


def market_says(study: Study, typed: list[Typed]) -> dict[str, Result]:
    """Both sides as the engine solves them with the same figures, from the market as it was calibrated."""
    market, answers = study.world.baseline.market, answers_of(study)
    believed = {one.key: one.value for one in typed if one.key.startswith("elasticities.")}
    for name in ("supply", "demand", "sigma_home", "sigma_import", "sigma_label"):
        held = [believed.get(figure.key, figure.central) for figure in answers[name]]
        market = replace(market, **{name: np.array(held, dtype=float)})
    found = {}
    for when, side in (("before", study.before), ("after", study.after)):
        edits = [f"{one.key}={one.value!r}" for one in typed if when in one.sides and one.key not in believed]
        policy = apply(side.policy, [parse_edit(text) for text in edits])
        stacks = study.world.baseline.stacks_under(policy, side.on, study.world.draws, market.net_back)
        found[when] = solve("armington", market, shock_of(stacks))
    return found


def by_straight_lines(before: Result, after: Result, rows: list[Any]) -> list[float]:
    """How far the cells' GSIM and SMART are from the engine's, from the world before to the ladders after."""
    market, off = before.as_market(), []
    for model, column in (("gsim", 3), ("smart", 4)):
        engine = solve(model, market, after.shock)
        corners = (engine.tonnes[0] <= 0) & (market.tonnes[0] > 0)
        if not engine.closed.all() or after.shock.closed.any() or corners.any() or engine.steps > 1:
            continue  # the sheet says that it does not follow corners
        for number in range(len(market.lanes)):
            here, there = rows[5 + number][column], float(engine.tonnes[0, number])
            off.append(abs(here - there) / max(1.0, abs(there)))
    return off


def along_the_duty(brief: Brief, typed: list[Typed], rows: list[Any]) -> list[float]:
    """How far the cells' market is from the engine's at another duty than the one that stands there."""
    study = brief.study
    off, believed = [], {one.key: one.value for one in typed if one.key.startswith("elasticities.")}
    market, answers = study.world.baseline.market, answers_of(study)
    for name in ("supply", "demand", "sigma_home", "sigma_import", "sigma_label"):
        held = [believed.get(figure.key, figure.central) for figure in answers[name]]
        market = replace(market, **{name: np.array(held, dtype=float)})
    for one in brief.markets:
        title = f"How the market answers the duty: {terms.LEVERS[one.lever]} (live)"
        top = next((n for n, row in enumerate(rows) if row[0] == title), None)
        reading = {n for n, s in enumerate(study.after.stacks) for r in s.rungs for f in r.figures if f.key in one.keys}
        if top is None or reading != set(one.lanes):
            continue  # others read the same cell, and the lever writes a row for the exporter alone
        duty, landed, exports, left = (rows[top + 2 + 5][n] for n in (0, 1, 5, 9))
        edits = [f"{t.key}={t.value!r}" for t in typed if "after" in t.sides and t.key not in (*believed, *one.keys)]
        edits += [f"{key}={duty!r}" for key in one.keys]
        policy = apply(study.after.policy, [parse_edit(text) for text in edits])
        stacks = study.world.baseline.stacks_under(policy, study.after.on, study.world.draws, market.net_back)
        result = solve("armington", market, shock_of(stacks))
        own = market.lane(study.exporter, study.exporter, one.importer)
        ours = [n for n, x in enumerate(market.lanes) if x.producer == study.exporter and x.importer in study.importers]
        assert left <= 1e-9, (one.lever, typed)
        off += [abs(landed / result.landed[0, own] - 1), abs(exports / result.tonnes[0, ours].sum() - 1)]
    return off


def differences(result: Result, rows: list[Any], when: str) -> list[float]:
    """How far the cells' net-backs, landed prices and tonnes are from the engine's, relative."""
    market, place = result.market, 0 if when == "before" else 1
    off = []
    for number in range(len(market.lanes)):
        row = rows[5 + number]
        told = (row[1 + place], row[4 + place], row[7 + place])
        engine = (
            result.net_back[0, market.maker[number]],
            result.landed[0, number],
            result.tonnes[0, number],
        )
        for here, there in zip(told, engine, strict=True):
            if np.isfinite(there) and not isinstance(here, str):
                off.append(abs(here - there) / max(1.0, abs(there)))
    return off


@pytest.mark.parametrize("batch", range(BATCHES))
def test_fifty_readers_find_in_the_cells_what_the_engine_finds(batch: int, tmp_path: Path, soffice: str) -> None:
    """Every scenario has two readers or more, and each reader a workbook of their own."""
    rng = random.Random(20260201 + batch)
    scenarios = [name for name in LIBRARY.scenarios if name != "status_quo"][batch::BATCHES]
    briefs, readers = [Brief.of(name) for name in scenarios], list[tuple[Brief, list[Typed]]]()
    for number in range(READERS // BATCHES):
        brief = briefs[number % len(briefs)]
        readers.append((brief, brief.typed(rng)))
        values = {one.cell: one.value for one in readers[-1][1]}
        (tmp_path / f"{number}.xlsx").write_bytes(typed_over(brief.content, values))
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(readers))]
    anew = browser.worked_out(paths, tmp_path, "Results", "Other models (live)", "Limits")
    compared = np.zeros(2, dtype=int)
    for (brief, typed), book in zip(readers, anew, strict=True):
        said, name = market_says(brief.study, typed), brief.study.scenario.name
        for when, result in said.items():
            assert result.closed.all(), (name, typed)
            off = differences(result, book["Results"], when)
            assert len(off) > 60 and max(off) <= 1e-9, (name, typed, when)
        apart = by_straight_lines(said["before"], said["after"], book["Other models (live)"])
        along = along_the_duty(brief, typed, book["Limits"])
        compared += len(apart), len(along)
        assert max(apart, default=0.0) <= 1e-9, (name, typed)
        assert max(along, default=0.0) <= 1e-8, (name, typed)
    assert compared[0] > 300 and compared[1] > 20
