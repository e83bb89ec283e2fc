"""Limits told: from a shell, as files, and as charts that hold against the grammar."""

import csv
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tariffs import Library, Question
from tariffs.brief import limits_charts, limits_deals, limits_maps, limits_plain, limits_prose, limits_tables
from tariffs.brief.limits_contour import zero_line
from tariffs.brief.limits_words import money
from tariffs.cli import app
from tariffs.limits import Plan, agreement, break_even, heat_map, phase_in, target_of
from tariffs.limits.heatmap import HeatMap, Sweep
from tariffs.limits.phase_in import alternative
from tariffs.study.figures import Key
from tariffs.words import Words

t = Words()
TODAY = Question(scenario="status_quo", draws=0)
PROPOSAL = Question(draws=0)


@cache
def library() -> Library:
    return Library.open()


def asked(*line: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["limits", *line], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def gap_map(size: int = 15) -> HeatMap:
    key = Key("rival_gap_usd_per_t", "TUR", "after")
    return heat_map(library(), PROPOSAL, Sweep("tur.duty", size=size), Sweep("tur.wedge", size=size), key)


# The shell


def test_the_shell_tells_a_break_even_with_its_range() -> None:
    code, out = asked("breakeven", "--lever", "tur.duty", "--target", "below-rival", "--draws", "32", "--json")
    held = json.loads(out)
    assert code == 0 and held["exists"]
    assert held["roots"][0]["value"] == pytest.approx(held["break_even"]["central"])
    assert held["break_even"]["low"] < held["break_even"]["central"] < held["break_even"]["high"]
    assert {"status", "sources"} <= held["break_even"].keys()
    assert held["draws"]["count"] == held["stamp"]["draws"] == 32
    assert "--draws 32" in held["stamp"]["shell"] and "limits breakeven" in held["stamp"]["shell"]


def test_the_shell_says_no_with_its_reason_and_code_one() -> None:
    line = ("breakeven", "--lever", "irq.duty", "--target", "below-rival", "--market", "IRQ", "--draws", "0")
    code, out = asked(*line, "--json")
    held = json.loads(out)
    assert code == 1 and not held["exists"]
    assert held["why"]["kind"] == "unmet" and held["why"]["distance"] < 0
    assert held["break_even"]["central"] is None
    code, out = asked(*line)
    assert code == 1 and "There is no setting" in out and "Because even at 0%" in " ".join(out.split())


def test_a_stretch_without_the_break_even_in_it_has_none() -> None:
    line = ("breakeven", "--lever", "tur.duty", "--target", "below-rival", "--draws", "0", "--json", "--between")
    assert asked(*line, "0,20%")[0] == 0
    assert asked(*line, "20%,1")[0] == 1


@pytest.mark.parametrize("kind", ["csv", "json", "png", "svg"])
def test_a_map_is_written_as_the_file_that_is_asked_for(kind: str, tmp_path: Path) -> None:
    out = tmp_path / f"map.{kind}"
    line = ("heatmap", "--x", "tur.duty", "--y", "irn.award", "--output", "exports_to_buyers_tonnes", "--size", "5")
    assert asked(*line, "--out", str(out))[0] == 0
    if kind == "csv":
        rows = list(csv.DictReader(out.open(encoding="utf-8")))
        assert len(rows) == 25 and set(rows[0]) == {"tur.duty", "irn.award", "exports_to_buyers_tonnes", "closed"}
    elif kind == "json":
        held = json.loads(out.read_text(encoding="utf-8"))
        assert np.shape(held["values"]) == np.shape(held["closed"]) == (5, 5)
        assert held["x"]["lever"] == "tur.duty" and len(held["x"]["values"]) == 5
        assert held["present"]["status"]
    elif kind == "svg":
        drawn = out.read_text(encoding="utf-8")
        assert drawn.startswith("<svg") and "currentColor" not in drawn
    else:
        assert out.read_bytes().startswith(b"\x89PNG")


def test_a_map_cannot_be_written_as_something_else(tmp_path: Path) -> None:
    from tariffs.errors import BadQuestion, NotWritten

    line = ("heatmap", "--x", "tur.duty", "--y", "irn.award", "--output", "tonnes", "--size", "3", "--out")
    with pytest.raises(BadQuestion, match=r"\.csv"):
        asked(*line, str(tmp_path / "map.doc"))
    with pytest.raises(NotWritten):
        asked(*line, str(tmp_path / "nowhere" / "map.csv"))


def test_the_shell_tells_a_zone_and_an_empty_one_by_its_code() -> None:
    line = ("agreement", "--importer", "TUR", "--draws", "0", "--size", "9", "--json")
    code, out = asked(*line)
    empty = json.loads(out)
    assert code == 1 and empty["empty"] and empty["gains_nowhere"] == ["TUR", "IRN"] and empty["nash"] is None
    code, out = asked(*line, "--scenario", "access_opened")
    found = json.loads(out)
    assert code == 0 and not found["empty"]
    assert found["nash"]["buyer_side_gain_usd"]["central"] > 0 < found["nash"]["seller_side_gain_usd"]["central"]
    assert np.shape(found["zone"]) == np.shape(found["buyer_side_gain_usd"]) == (9, 9)
    assert {party["place"] for party in found["nash"]["parties"]} == {"TUR", "IRN"}


def test_the_shell_tells_a_quota_year_by_year() -> None:
    line = ("phase-in", "--lever", "tur.duty", "--to", "0", "--years", "3", "--shape", "trq", "--quota", "30000")
    code, out = asked(*line, "--in-rate", "0", "--out-rate", "6.5%", "--draws", "16", "--json")
    held = json.loads(out)
    assert code == 0 and [year["year"] for year in held["years"]] == [1, 2, 3]
    assert held["years"][0]["regime"] == "binding" and held["rent_kept_by"] == "importer"
    assert held["years"][0]["rent_usd_per_t"]["central"] > 0
    assert held["present_value"]["seller_side_gain_usd"]["low"] is not None
    assert held["discount_rate"]["status"] == "assumed"


@pytest.mark.parametrize(
    "line",
    [
        ("breakeven", "--lever", "tur.duty", "--target", "below-rival", "--between", "0"),
        ("breakeven", "--lever", "tur.duty", "--target", "below-rival", "--market", "GEO"),
        ("heatmap", "--x", "tur.duty", "--y", "tur.duty", "--output", "tonnes"),
        ("heatmap", "--x", "tur.duty", "--y", "irq.duty", "--output", "tons"),
        ("agreement", "--importer", "XXX"),
        ("phase-in", "--lever", "tur.duty", "--to", "0", "--shape", "trq"),
        ("phase-in", "--lever", "packing", "--to", "0"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(line: tuple[str, ...]) -> None:
    from tariffs.errors import TariffsError

    with pytest.raises(TariffsError) as refused:
        asked(*line)
    assert len(str(refused.value)) > 30


@pytest.mark.parametrize(
    "line",
    [
        ("breakeven", "--lever", "tur.duty", "--target", "keep-tonnes", "--draws", "0"),
        (
            "heatmap",
            "--x",
            "tur.duty",
            "--y",
            "irn.fx",
            "--output",
            "landed_usd_per_t",
            "--when",
            "after",
            "--size",
            "5",
        ),
        ("agreement", "--importer", "IRQ", "--scenario", "access_opened", "--draws", "0", "--size", "7"),
        ("phase-in", "--lever", "tur.duty", "--to", "0", "--draws", "0", "--shape", "front"),
    ],
)
def test_what_a_person_reads_holds_no_hole(line: tuple[str, ...]) -> None:
    _, out = asked(*line)
    assert not re.search(r"\bnan\b|\bNone\b|\{|\}", out), out


# Sentences, tables, charts


def test_money_below_a_million_does_not_read_as_nothing() -> None:
    assert [money(x, t) for x in (1_500_000.0, 166_000.0, 12.0)] == [
        "USD 1.5 million",
        "USD 166 thousand",
        "USD 12",
    ]


def test_a_break_even_sentence_carries_its_figure_and_where_the_lever_stands() -> None:
    found = break_even(library(), PROPOSAL, "tur.duty", target_of("below-rival", "TUR", ("TUR", "IRQ"), "IRN"))
    told = limits_prose.break_even(found, t)
    assert t.percent(found.roots[0].value, 2) in told[0] and "at most" in told[0]
    assert "It stands at 0%" in told[1]
    assert "yes" in limits_tables.curve(found, t).to_string()


def test_the_zero_line_runs_where_the_values_change_sign() -> None:
    x, y = np.linspace(0.0, 1.0, 11), np.linspace(0.0, 2.0, 5)
    pieces = zero_line(x, y, np.broadcast_to(x - 0.43, (5, 11)))
    assert len(pieces) == 4
    assert {round(end, 9) for piece in pieces for end in (piece[0], piece[2])} == {0.43}


def test_a_saddle_is_cut_in_two() -> None:
    corners = np.array([0.0, 1.0])
    assert len(zero_line(corners, corners, np.array([[1.0, -1.0], [-1.0, 1.0]]))) == 2
    assert zero_line(corners, corners, np.array([[1.0, np.nan], [-1.0, 1.0]])) == []


def test_pointing_at_the_map_is_answered_inside_the_chart() -> None:
    made = gap_map()
    spec = limits_maps.heat_map(made, t).chart.to_dict()
    (param,) = spec["params"]
    assert param["select"]["type"] == "point" and param["select"]["on"] == "pointerover"
    assert param["value"][0]["px"] == 0.0  # it begins where the question stands
    text = json.dumps(spec["vconcat"])
    assert limits_maps.POINT in text
    assert len(spec["vconcat"]) == 2
    data = spec["datasets"][spec["vconcat"][0]["layer"][0]["data"]["name"]]
    assert len(data) == 15 * 15


def test_every_chart_of_limits_holds_against_the_grammar() -> None:
    found = break_even(library(), PROPOSAL, "tur.duty", target_of("below-rival", "TUR", ("TUR", "IRQ"), "IRN"))
    zone = agreement(library(), replace(TODAY, scenario="access_opened"), "TUR", size=9)
    plan = Plan("tur.duty", 0.0, shape="trq", quota=30_000.0)
    plans = [phase_in(library(), TODAY, alternative(plan, shape)) for shape in ("trq", "at_once", "linear", "front")]
    pictures: dict[str, Any] = {
        "break-even": limits_charts.break_even(found, t),
        "map": limits_maps.heat_map(gap_map(), t),
        "zone": limits_maps.zone(zone, t),
        "years": limits_charts.phases(plans, t),
    }
    for name, picture in pictures.items():
        spec = picture.chart.to_dict()  # raises where it breaks the grammar
        assert "NaN" not in json.dumps(spec), name
        assert len(picture.says) > 20 and len(picture.table) > 2, name
    assert set(limits_maps.kinds_of(zone, t).values()) >= {"both gain"}
    assert limits_tables.worths(plans, t).shape == (4, 5)
    assert any("rent" in one for one in limits_deals.phase_in(plans[0], t, plans[1]))


def test_a_cell_without_a_value_is_null_in_json() -> None:
    made = gap_map(3)
    holed = replace(made, values=np.where(np.eye(3) > 0, np.nan, made.values), closed=np.eye(3) == 0, reason="why")
    held = limits_plain.heat_map(holed, t)
    assert held["values"][0][0] is None and held["not_closed"] == 3
    assert "3 of 9 cells did not close" in held["answer"]
