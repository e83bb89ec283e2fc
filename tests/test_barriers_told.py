"""What holds the trade back as it is told: sentences, tables, pictures, shell and JSON."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tariffs import Library, Question, run
from tariffs.barriers import Held, curve_over_duty, markets_sold_to, relabelled, what_holds_back
from tariffs.barriers.chain import BURDENS
from tariffs.brief import closer, holding, prose, relabelling
from tariffs.words import Words

ROOT = Path(__file__).parent.parent
T = Words()


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def turkey(library: Library) -> Held:
    return what_holds_back(run(Question("status_quo", draws=32), library), "TUR")


def said(held: Held) -> str:
    return " ".join(told.text for told in holding.sentences(held, T))


def shell(*arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "tariffs", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_verdict_comes_first_with_its_figures_and_what_the_wedge_would_bring(turkey: Held) -> None:
    text = said(turkey)
    assert text.startswith("Cutting the duty alone cannot open Türkiye: it would bring 7.2 kt (range")
    assert "the access wedge 456 kt (range" in text
    assert "USD 268/t that the plant keeps" in text and "USD 516/t that buyers pay" in text


def test_where_there_is_no_duty_or_none_on_record_the_verdict_says_that_instead(library: Library) -> None:
    free = run(Question("status_quo", sets=("tur.duty=0",), draws=0), library)
    assert said(what_holds_back(free, "TUR")).startswith("There is no duty to cut in Türkiye; the access wedge keeps")
    unknown = what_holds_back(free, "GEO")
    assert said(unknown).startswith("No duty of Georgia is on record, so what cutting it would bring is not known")
    assert any("because it is not known" in line for line in holding.limits(unknown, T))


def test_where_the_duty_is_what_shuts_the_market_the_verdict_says_so(library: Library) -> None:
    sets = ("tur.duty=200%", "tur.wedge=0", "tur.relabelling_ban=yes", "freight.tur=0")
    taxed = what_holds_back(run(Question("status_quo", sets=sets, draws=0), library), "TUR")
    text = said(taxed)
    assert text.startswith("Cutting the duty alone would open Türkiye")
    assert "Goods declared as Iraq are refused there" in text


@pytest.mark.parametrize("scenario", ["status_quo", "province_proposal", "ban", "complaint_day", "statutory_ceiling"])
def test_every_market_is_told_without_a_gap_and_drawn(scenario: str, library: Library) -> None:
    study = run(Question(scenario, draws=8), library)
    for importer in markets_sold_to(study):
        held = what_holds_back(study, importer)
        sentences = [told.text for told in holding.sentences(held, T)] + holding.limits(held, T)
        assert sentences and all(s.endswith(".") for s in sentences)
        assert not any(word in s for s in sentences for word in ("nan", "None", "{"))
        made = closer.held_back(held, T)
        made.chart.to_dict()
        assert len(made.table) == 6 and made.says


def test_a_central_value_outside_its_own_range_is_explained(library: Library) -> None:
    held = what_holds_back(run(Question("status_quo", draws=128), library), "TUR")
    part = held[BURDENS].part
    assert part.central is not None and part.low is not None
    assert part.central < part.low  # several of Iran's charges most likely stand at the low end of their ranges
    assert any("can lie outside the 5 to 95 %" in line for line in holding.limits(held, T))
    undrawn = what_holds_back(run(Question("status_quo", draws=0), library), "TUR")
    assert not any("can lie outside" in line for line in holding.limits(undrawn, T))


def test_the_waterfall_starts_at_today_and_ends_at_the_benchmark_with_no_step_missing(turkey: Held) -> None:
    rows = closer.held_back(turkey, T).chart.to_dict()["datasets"]
    (steps,) = rows.values()
    assert steps[0]["end"] == pytest.approx((turkey.today.central or 0) / 1000)
    for before, after in itertools.pairwise(steps[:-1]):
        assert after["start"] == pytest.approx(before["end"])
    assert steps[-2]["end"] == pytest.approx(steps[-1]["end"]) == pytest.approx((turkey.benchmark.central or 0) / 1000)


def test_the_label_curve_is_drawn_with_its_ranges_and_says_both_ends(library: Library) -> None:
    study = run(Question("status_quo", draws=16), library)
    curve = curve_over_duty(study, "TUR", rates=(0.0, 0.5, 1.0))
    made = closer.label_curve(curve, T)
    made.chart.to_dict()
    assert "from 0% to 100%" in made.says and "only change their label" in made.says
    assert len(made.table) == 3
    assert "No other label takes any of it up" in closer.label_curve(curve_over_duty(study, "IRQ"), T).says


def test_the_study_says_in_each_market_what_only_changes_its_label(library: Library) -> None:
    study = run(Question("law_as_found", draws=64), library)
    told = relabelled(study, "TUR")
    text = relabelling.sentence(told, T).text
    assert f"{T.tonnes(told.label_only_tonnes.central)} (range" in text and "only changes its label" in text
    assert f"{T.tonnes(told.new_tonnes.central)} (range" in text and "is new trade" in text
    assert text in [one.text for one in prose.reasons(study, T)]
    assert text not in [one.text for one in prose.reasons(study, T, labels_too=False)]


def test_impact_as_json_holds_the_label_changes_and_they_add_up() -> None:
    told: dict[str, Any] = json.loads(
        shell("impact", "--scenario", "law_as_found", "--draws", "32", "--json").stdout
    )
    for market in told["markets"]:
        labels = market["relabelling"]
        lists = ("displaced_tonnes", "over_duty")
        central = {name: value["central"] for name, value in labels.items() if name not in lists}
        assert central["own_label_change"] + central["other_labels_change"] == pytest.approx(central["new_tonnes"])
        lost = sum(e["central"] for e in labels["displaced_tonnes"].values())
        assert lost + central["market_growth_tonnes"] == pytest.approx(central["new_tonnes"])
        assert central["new_tonnes"] == pytest.approx(market["tonnes"]["change"]["central"])
        assert labels["label_only_tonnes"]["low"] is not None
        assert [point["duty_fraction"] for point in labels["over_duty"]] == [i / 10 for i in range(11)]
        shut = market["barriers"]
        gap = shut["benchmark_tonnes"] - shut["today_tonnes"]
        assert sum(shut["part_tonnes"].values()) == pytest.approx(gap, rel=1e-9)
        assert shut["today_tonnes"] == pytest.approx(market["tonnes"]["after"]["central"])


def test_impact_as_json_says_why_nothing_is_told_where_every_label_is_refused() -> None:
    banned = ("--set", "tur.ban=yes", "--set", "tur.relabelling_ban=yes")
    told = json.loads(shell("impact", "--scenario", "status_quo", *banned, "--draws", "0", "--json").stdout)
    turkey = told["markets"][0]
    assert "refuses these goods under every label" in turkey["barriers"]["reason"]
    assert turkey["relabelling"]["over_duty"] == []


def test_the_shell_says_what_holds_the_trade_back_and_the_same_as_json() -> None:
    done = shell("barriers", "--importer", "tur", "--draws", "32")
    assert done.returncode == 0, done.stderr
    assert "Cutting the duty alone cannot open Türkiye" in done.stdout and "Access wedge" in done.stdout
    told: dict[str, Any] = json.loads(shell("barriers", "--importer", "TUR", "--draws", "32", "--json").stdout)
    (market,) = told["markets"]
    parts = [b["part_tonnes"]["central"] for b in market["barriers"]]
    assert sum(parts) == pytest.approx(market["gap_tonnes"]["central"], rel=1e-9)
    assert market["duty_alone_is_not_enough"] is True and market["share_closed"] == 1.0
    ways = {way["label"]: way for way in market["labels"]}
    assert ways["IRQ"]["label_usd_per_t"]["central"] == pytest.approx(10)
    assert len(market["label_curve"]) == 41 and market["says"]
    assert "barriers --scenario status_quo" in told["stamp"]["shell"]


def test_markets_that_refuse_or_do_not_buy_are_told_and_not_counted() -> None:
    everywhere = shell("barriers", "--set", "tur.ban=yes", "--set", "tur.relabelling_ban=yes", "--draws", "0")
    assert everywhere.returncode == 0 and "refuses these goods under every label" in everywhere.stdout
    assert "Iraq" in everywhere.stdout
    asked = shell("barriers", "--importer", "XAA")
    assert asked.returncode == 2 and "sells nothing to XAA" in asked.stderr and "Traceback" not in asked.stderr
