"""Past events against the record: every back-test is there, verdicts follow their rule, and the commands tell it."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from tariffs.cli import app
from tariffs.errors import BadData, TariffsError
from tariffs.evidence import history, standing
from tariffs.evidence.history import Case, Outcome, verdict
from tariffs.sources import Status
from tariffs.store import Library
from tariffs.uncertainty import Estimate
from tests.damage import copy_of_data


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def found(library: Library) -> tuple[Outcome, ...]:
    return history.outcomes(library, draws=256)


def by(found: tuple[Outcome, ...], event: str, figure: str, label: str = "") -> list[Outcome]:
    return [o for o in found if (o.case.event, o.case.figure, o.case.label) == (event, figure, label)]


def test_every_event_kept_for_a_back_test_is_run_or_says_why_not(library: Library, found: tuple[Outcome, ...]) -> None:
    wanted = {row["key"] for row in library.table("events") if row["use"] == "backtest"}
    assert wanted <= {o.case.event for o in found}
    for o in found:
        assert o.case.record and o.case.source in library.sources
        assert (o.verdict == "not run") == bool(o.case.why)


def test_georgia_2021_is_a_hit_on_the_label_by_2023_and_a_miss_in_the_months_after(found: tuple[Outcome, ...]) -> None:
    (tonnes,) = by(found, "ev-2021-georgia", "label_tonnes", "IRQ")
    (share,) = by(found, "ev-2021-georgia", "label_share", "IRQ")
    assert tonnes.verdict == "hit"
    assert tonnes.predicted is not None and tonnes.predicted.low is not None and tonnes.predicted.low > 0
    assert share.verdict == "miss"  # the Iraqi label lost share at first: Azerbaijan took it
    (own,) = by(found, "ev-2021-georgia", "label_tonnes", "IRN")
    assert own.predicted is not None and own.predicted.central == pytest.approx(-1.0)
    assert own.verdict == "by construction"


def test_the_truck_tax_only_gives_back_what_was_put_in(found: tuple[Outcome, ...]) -> None:
    (came,) = by(found, "ev-2024-fueltank", "landed_usd_per_t")
    (went,) = by(found, "ev-2025-fueltank-end", "landed_usd_per_t")
    assert came.predicted is not None and went.predicted is not None
    assert came.predicted.central == pytest.approx(-float(went.predicted.central or 0.0), abs=0.05)
    assert came.verdict == went.verdict == "by construction"


def test_iraq_2026_rises_against_what_was_collected_and_not_against_the_paper(found: tuple[Outcome, ...]) -> None:
    paper, collected = by(found, "ev-2026-957", "landed_usd_per_t")
    assert paper.verdict == "no clear direction"
    assert collected.verdict == "right direction"


@pytest.mark.parametrize(
    ("low", "high", "positive", "record", "says"),
    [
        (0.1, 0.3, 1.0, {"low": 0.2, "high": 0.5}, "hit"),
        (0.1, 0.3, 1.0, {"low": 0.31, "high": 0.5}, "miss"),
        (0.1, 0.3, 1.0, {"sign": "up"}, "right direction"),
        (0.1, 0.3, 1.0, {"sign": "down"}, "wrong direction"),
        (-0.1, 0.3, 0.7, {"sign": "up"}, "no clear direction"),
        (0.1, 0.3, 1.0, {}, "nothing on record"),
        (0.1, 0.3, 1.0, {"low": 0.0, "high": 1.0, "by_construction": True}, "by construction"),
    ],
)
def test_a_verdict_follows_its_rule(
    low: float, high: float, positive: float, record: dict[str, object], says: str
) -> None:
    case = Case("e", "scenario", "on record", "source", **record)  # type: ignore[arg-type]
    predicted = Estimate(0.2, low, high, 0.2, positive, Status.ASSUMED, (), "fraction")
    assert verdict(case, predicted) == says
    assert verdict(case, None) == "not run"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('way = "days"', 'way = "dice"'),
        ('event = "ev-2016-law22"', 'event = "ev-nothing"'),
        ("before = 2016-01-17\n", ""),
        ('figure = "landed_usd_per_t"', 'figure = "mood"'),
        ("[[case]]", "[[cases]]"),
    ],
)
def test_a_spoiled_case_is_named(tmp_path: Path, library: Library, old: str, new: str) -> None:
    folder = copy_of_data(tmp_path)
    path = folder / history.FILE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, -1 if "case" in old else 1), encoding="utf-8")
    with pytest.raises(BadData, match=r"history\.toml"):
        history.outcomes(replace(library, folder=folder), draws=0)


# Indicators


def test_the_reported_flows_give_shares_and_say_what_they_cannot_give(library: Library) -> None:
    flows = standing.reported_flows(library)
    made = standing.of_flows(flows, "IRN", "GEO", "271320", Status.ESTIMATED, ("azernews-175440",))
    shown = {s.name: s for s in made}
    shares = shown["shares of suppliers and their concentration"].table
    assert shares is not None
    assert shares.groupby("year")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    split = shown["constant market shares"].table
    assert split is not None
    parts = split[["growth", "composition", "destination", "competition", "interaction"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(split["change"].tolist())
    for name in ("revealed comparative advantage", "Lafay's index", "unit value against rivals"):
        assert shown[name].table is None and shown[name].why_not


def test_a_table_of_all_goods_gives_every_indicator() -> None:
    rows = [
        (year, seller, buyer, good, value, value / price)
        for year, lift in ((2020, 1.0), (2022, 1.5))
        for seller, buyer, good, value, price in (
            ("IRN", "TUR", "271320", 30.0 * lift, 0.30), ("IRQ", "TUR", "271320", 20.0, 0.28),
            ("IRN", "TUR", "290110", 10.0, 0.9), ("TUR", "IRN", "290110", 40.0 * lift, 1.0),
            ("TUR", "IRN", "271320", 1.0, 0.5), ("IRQ", "IRN", "290110", 5.0, 0.8),
        )
    ]  # fmt: skip
    flows = pd.DataFrame(rows, columns=["year", "exporter", "importer", "product", "value", "quantity"])
    shown = standing.of_flows(flows, "IRN", "TUR", "271320", Status.REPORTED, ("mine.csv",))
    assert all(s.table is not None for s in shown), [s.why_not for s in shown]
    held = {s.name: s.table for s in shown}
    iran = held["revealed comparative advantage"].set_index("exporter").loc["IRN"]  # type: ignore[union-attr]
    # 2022: Iran sells 45 of bitumen out of 55, the world 66 of 141.
    assert iran["balassa"] == pytest.approx((45 / 55) / (66 / 141))


def test_the_plant_lives_on_cheap_feedstock(library: Library) -> None:
    maker = standing.of_maker(library, library.scenarios["status_quo"].as_of)
    # 20 of processing on 299 less 86 % of feedstock.
    assert maker.resource_cost.value == pytest.approx(20.0 / (299.0 * 0.14), rel=1e-3)
    assert maker.resource_cost_at_border.value is None
    assert "no value added at border prices" in maker.resource_cost_at_border.why_not
    assert maker.protection.anti_export_bias == pytest.approx(maker.protection.home_rate - maker.protection.rate)


# The shell


def told(*line: str) -> str:
    result = CliRunner().invoke(app, list(line))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_history_is_a_command() -> None:
    said = json.loads(told("history", "--draws", "64", "--json"))
    count = Counter(case["verdict"] for case in said["cases"])
    assert count["hit"] == 1 and count["miss"] == 2 and count["wrong direction"] == 0
    assert "can be tested" in said["headline"]
    assert all(case["predicted"] is None or case["predicted"]["status"] for case in said["cases"])
    assert "Georgia bars" in told("history", "--draws", "0")


def test_indicators_are_a_command_on_the_reported_flows_and_on_ones_own(tmp_path: Path) -> None:
    said = json.loads(told("indicators", "--json"))
    assert said["maker"]["anti_export_bias"] > 0
    assert said["indicators"][0]["sources"]
    assert "domestic" in told("indicators").lower() or "dollar earned" in told("indicators")
    mine = tmp_path / "flows.csv"
    mine.write_text(
        "year,exporter,importer,product,value,quantity\n2020,IRN,TUR,271320,30,100\n2020,IRQ,TUR,271320,20,70\n",
        encoding="utf-8",
    )
    own = json.loads(told("indicators", "--data", str(mine), "--importer", "tur", "--json"))
    gap = next(s for s in own["indicators"] if s["name"] == "unit value against rivals")
    assert gap["table"][0]["gap"] == pytest.approx(0.3 / (20 / 70) - 1.0)


def test_a_panel_of_ones_own_gives_a_demand_system_and_a_substitution(tmp_path: Path) -> None:
    import numpy as np

    from tests.test_evidence_demand import long, market
    from tests.test_evidence_feenstra import trade

    panel, flows = tmp_path / "panel.csv", tmp_path / "flows.parquet"
    long(market(np.random.default_rng(1), noise=0.005)).to_csv(panel, index=False)
    trade(4.0, 0.3, np.random.default_rng(1)).to_parquet(flows)
    options = ("--estimator", "aids", "--option", "index=tornqvist")
    system = json.loads(told("regress", "--data", str(panel), *options, "--json"))
    assert "beta_IRN" in {row["term"] for row in system["coefficients"]}
    assert system["stamp"]["data"] == "panel.csv" and system["stamp"]["digest"]
    out, asked = tmp_path / "out", ("regress", "--data", str(flows), "--estimator", "feenstra")
    found = json.loads(told(*asked, "--option", "draws=100", "--out", str(out), "--json"))
    assert found["coefficients"][0]["estimate"] == pytest.approx(4.0, abs=2.0)
    assert {p.suffix for p in out.iterdir()} >= {".csv", ".tex", ".html", ".json"}
    result = CliRunner().invoke(app, ["regress", "--data", str(tmp_path / "none.csv"), "--estimator", "aids"])
    assert isinstance(result.exception, TariffsError) and "There is no file" in str(result.exception)
    shutil.rmtree(out)
