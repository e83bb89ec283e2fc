"""Charts say what the figures say, in few marks, and hold against the grammar."""

import json
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from tariffs import Library, Question, run
from tariffs.brief import charts, evidence_forest, timeline
from tariffs.brief.charts import Picture
from tariffs.evidence import meta
from tariffs.study import Study
from tariffs.study.sellers import importers_rules
from tariffs.words import Words

t = Words("en")
SCENARIOS = ("province_proposal", "ban", "statutory_ceiling", "province_proposal_with_access", "status_quo")


@cache
def study(scenario: str = "province_proposal", *sets: str, draws: int = 200) -> Study:
    return run(Question(scenario=scenario, sets=sets, draws=draws), Library.open())


def ladder_of(asked: Study, importer: str = "TUR") -> Picture:
    label = charts.open_label(asked, importer)
    assert label is not None
    return charts.waterfall(asked, t, importer, label)


DRAWN: dict[str, Callable[[Study], Picture]] = {
    "ladder in Türkiye": ladder_of,
    "ladder in Iraq": lambda asked: ladder_of(asked, "IRQ"),
    "prices": lambda asked: charts.prices(asked, t),
    "volumes": lambda asked: charts.volumes(asked, t),
    "gains": lambda asked: charts.gains(asked, t),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_holds_against_the_grammar_in_few_marks_and_says_what_it_shows(name: str, scenario: str) -> None:
    picture = DRAWN[name](study(scenario))
    spec = picture.chart.to_dict()
    marks = sum(len(spec["datasets"][layer["data"]["name"]]) if "data" in layer else 0 for layer in spec["layer"])
    shared = len(spec["datasets"][spec["data"]["name"]]) * len(spec["layer"]) if "data" in spec else 0
    assert 0 < marks + shared <= 500
    assert len(picture.says) > 20
    assert "nan" not in json.dumps(spec).lower().split('"')
    assert "nan" not in picture.table.to_csv().lower().split(",")


@pytest.mark.parametrize("importer", ["TUR", "IRQ"])
@pytest.mark.parametrize("scenario", ["province_proposal", "statutory_ceiling", "complaint_day"])
def test_the_steps_of_a_ladder_add_up_to_the_landed_price(scenario: str, importer: str) -> None:
    asked = study(scenario)
    rows = charts.steps(asked, t, importer, "IRN")
    walked = rows[0]["usd_per_t"] + sum(row["usd_per_t"] for row in rows if not row["total"])
    # Steps below five cents are left out.
    assert walked == pytest.approx(rows[-1]["usd_per_t"], abs=0.25)
    assert rows[-1]["usd_per_t"] == pytest.approx(asked.figure("landed_usd_per_t", importer, "after").central)


def test_every_step_starts_where_the_one_before_ended() -> None:
    rows = charts.steps(study(), t, "TUR", "IRN")
    for before, after in pairwise(rows):
        reached = after["end"] if after["total"] else after["start"]
        assert reached == pytest.approx(before["end"], abs=0.25)
        assert after["total"] is False or after["start"] == 0.0


def test_what_comes_back_to_the_exporter_points_down_and_says_so() -> None:
    rows = {row["step"]: row for row in charts.steps(study(), t, "TUR", "IRN")}
    award = rows["export_award"]
    assert award["usd_per_t"] < 0
    assert award["end"] < award["start"]
    assert award["text"].startswith("−")


def test_a_market_that_refuses_the_own_label_shows_the_way_under_another() -> None:
    assert charts.open_label(study("ban"), "TUR") == "IRQ"
    assert charts.open_label(study("ban", "tur.relabelling_ban=yes"), "TUR") is None


def test_a_refused_label_is_a_word_in_the_table_of_prices() -> None:
    table = charts.prices(study("ban"), t).table
    assert "refused" in table.iloc[:, 1].tolist()


def test_gains_carry_their_sign_in_words_and_sum_to_the_side() -> None:
    asked = study()
    rows: list[dict[str, Any]] = charts.gains(asked, t).table.to_dict("records")
    said = {str(row["Who"]): str(row["A year"]) for row in rows}
    assert said["Iran: treasury"].startswith("USD −")
    assert said["Iran: plants"].startswith("USD +")


def test_without_draws_there_are_no_whiskers_and_no_ranges() -> None:
    asked = study("province_proposal", draws=0)
    for name in ("prices", "gains"):
        assert set(DRAWN[name](asked).table.iloc[:, 2]) == {"–"}


@pytest.mark.parametrize("lang", ["en", "fa", "tr", "ar"])
def test_no_label_of_a_chart_is_longer_than_its_place(lang: str) -> None:
    """Vega cuts a line that is longer than its limit; each of ours is folded before, in three lines at most."""
    words, asked = Words(lang), study("ban", draws=16)
    library = asked.library
    rules = importers_rules(library.policy, "TUR", library.baseline.product)
    found = meta.forest(library)
    pictures = [
        charts.gains(asked, words),
        timeline.timeline(rules, asked.after.on, library.sources, words, ""),
        evidence_forest.forest(found, "armington_origins", words, meta.combine(found, "armington_origins")),
    ]
    for picture in pictures:
        spec = picture.chart.to_dict()
        names = {row["name"] for rows in spec["datasets"].values() for row in rows if "name" in row}
        assert len(names) > 5
        for name in names:
            lines = re.sub("[\u200b\u2066-\u2069]", "", name).split("\n")
            assert len(lines) <= 3, name
            assert all(len(line) <= charts.WIDE for line in lines), name
            assert not any(line.endswith("…") for line in lines)
