"""A marker that follows the pointer is in the chart itself: nobody is asked, and it stands somewhere at once."""

import pytest

from tariffs import Library, Question, run
from tariffs.barriers import curve_over_duty
from tariffs.brief import closer, limits_charts, limits_maps
from tariffs.limits import break_even, target_of
from tariffs.limits.heatmap import Axis
from tariffs.limits.reach import Span
from tariffs.words import Words


def test_the_response_curve_carries_its_marker_and_begins_where_the_question_stands() -> None:
    study = run(Question(scenario="status_quo", draws=16), Library.open())
    curve = curve_over_duty(study, "TUR", (0.0, 0.05, 0.1, 0.5), draws=16)
    assert curve.duty_now == 0.065
    spec = closer.label_curve(curve, Words()).chart.to_dict()
    (param,) = spec["params"]
    assert param["select"] == {
        "type": "point",
        "fields": ["duty"],
        "nearest": True,
        "on": "pointermove",
        "clear": False,
        "toggle": False,
    }
    assert param["value"] == [{"duty": 5.0}]  # the point of the curve that is nearest to 6.5 %
    rows = next(rows for rows in spec["datasets"].values() if "here" in rows[0])
    assert {row["here"] for row in rows if row["duty"] == 5.0} == {
        f"{Words().tonnes(e.central)} at 5%" for e in (curve.points[1].own_tonnes, curve.points[1].other_tonnes)
    }


def test_the_words_of_the_marker_stand_above_the_plot_where_no_curve_runs_through_them() -> None:
    held, words = Library.open(), Words()
    found = break_even(held, Question(draws=0), "irn.award", target_of("below-rival", "TUR", ("TUR", "IRQ"), "IRN"))
    spec = limits_charts.break_even(found, words).chart.to_dict()
    said = [x["encoding"] for x in spec["layer"] if x["encoding"].get("text", {}).get("field") == "here"]
    assert len(said) == 2 and all(one["y"]["value"] < 0 for one in said)
    # It begins where the question stands, on the curve and not at the nearest of its grid: the award of 2 %.
    (param,) = spec["params"]
    rows = next(rows for rows in spec["datasets"].values() if "here" in rows[0])
    at = next(row for row in rows if row["x"] == param["value"][0]["x"])
    assert at["x"] == 2.0 and at["y"] == pytest.approx(found.level - (found.distance or 0.0))


def test_a_break_even_is_named_on_the_side_that_the_curve_leaves_free() -> None:
    """Beside a rising curve there is room above on the left and below on the right; beside a falling one, mirrored."""
    held = Library.open()
    asked = Question(scenario="status_quo", draws=0)
    aim = target_of("below-rival", "TUR", ("TUR", "IRQ"), "IRN")
    for lever in ("tur.duty", "tur.wedge", "freight.tur", "irn.fx_haircut"):
        found = break_even(held, asked, lever, aim)
        spec = limits_charts.break_even(found, Words()).chart.to_dict()
        curve = next(rows for rows in spec["datasets"].values() if "here" in rows[0])
        bold = [x for x in spec["layer"] if x["mark"].get("fontWeight") == "bold"]
        assert len(bold) == 2 * len(found.roots) or not found.roots
        for layer in bold:
            (row,) = spec["datasets"][layer["data"]["name"]]
            way = 1 if layer["mark"]["align"] == "left" else -1
            over = layer["mark"]["dy"] < 0
            near = min((p for p in curve if way * (p["x"] - row["x"]) > 0), key=lambda p: abs(p["x"] - row["x"]))
            assert (near["y"] < row["y"]) == over, lever  # where words stand over the point, the curve goes down


def test_no_two_names_of_points_on_a_map_stand_on_one_line() -> None:
    axis = Axis(Span("tur.duty", 0.0, 0.3, "rate"), (0.0, 0.1, 0.2, 0.3), None, None)
    places = ((0.0, 0.0), (1.0, 1.0), (29.0, 0.0), (1.0, 15.0), (2.0, 15.5))
    points = [{"px": x, "py": y, "name": "n"} for x, y in places]
    assert limits_maps._heights(points, axis, axis) == [-11, -28, -11, 11, 28]
