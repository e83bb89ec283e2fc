"""What an answer hangs on: each range alone at its ends, Sobol's indices, and who could tell us more."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tariffs.brief import doubt_charts, leaning
from tariffs.doubt import Tornado, decompose, ranges, sensitivity, sobol, tornado, who_knows
from tariffs.errors import BadQuestion
from tariffs.progress import Stopped
from tariffs.scenario import LEVERS
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, run
from tariffs.study.figures import Key
from tariffs.study.replay import key_of
from tariffs.study.sides import all_figures
from tariffs.words import Words

LIBRARY = Library.open()
STUDY = run(Question(draws=64), LIBRARY)
ENGLISH = Words()
REFERENCE = Path(__file__).parent / "published" / "reference" / "sobol_ishigami.json"


# Indices against the literature and against laws


def ishigami(uniform: Array) -> Array:
    """(1, N) of uniform numbers (3, N): Ishigami and Homma's function on [-π, π]³ with a = 7, b = 0.1."""
    x = np.pi * (2 * uniform - 1)
    found: Array = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    return found[None]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_ishigami_function_has_its_published_indices(seed: int) -> None:
    published = json.loads(REFERENCE.read_text(encoding="utf-8"))
    expected, tolerance = published["expected"], published["tolerance"]
    found = decompose(ishigami, 3, tolerance["at_base_samples"], seed)
    assert found.first[0] == pytest.approx(expected["S1"], abs=tolerance["abs"])
    assert found.total[0] == pytest.approx(expected["ST"], abs=tolerance["abs"])
    for ends, value in ((found.first_ends, expected["S1"]), (found.total_ends, expected["ST"])):
        width = ends[1, 0] - ends[0, 0]
        assert (ends[0, 0] - width <= value).all() and (value <= ends[1, 0] + width).all()


def test_inputs_taken_together_hold_what_they_do_with_each_other() -> None:
    """x1 and x3 of Ishigami as one: S1 + S3 + S13 = 0.3139 + 0 + 0.2437, first and total alike."""
    found = decompose(ishigami, 3, 4096, 1, groups=[(0, 2), (1,)])
    assert found.first[0] == pytest.approx([0.557588855, 0.442411145], abs=0.02)
    assert found.total[0] == pytest.approx([0.557588855, 0.442411145], abs=0.02)


def test_a_sum_of_ranges_splits_its_variance_by_hand() -> None:
    """y = 3u + 4v: variances 9/12 and 16/12, so 0.36 and 0.64; an input that is not read has none."""
    found = decompose(lambda u: (3 * u[0] + 4 * u[1])[None], 3, 1024, 1)
    assert found.first[0] == pytest.approx([0.36, 0.64, 0.0], abs=0.01)
    assert found.total[0] == pytest.approx([0.36, 0.64, 0.0], abs=0.01)
    assert found.first[0, 2] == found.total[0, 2] == 0.0


def test_a_figure_that_nothing_moves_has_no_indices() -> None:
    found = decompose(lambda u: np.stack([np.full(u.shape[1], 7.0), u[0]]), 2, 64, 1, outputs=2)
    assert found.constant == (True, False)
    assert (found.first[0] == 0).all() and (found.total[0] == 0).all() and (found.first_ends[:, 0] == 0).all()


def test_samples_without_a_value_are_left_out_and_counted() -> None:
    def model(u: Array) -> Array:
        return np.where(u[0] > 0.95, np.nan, u[0] + u[1])[None]

    found = decompose(model, 2, 1024, 1)
    assert 0.02 < found.left_out < 0.2
    assert np.isfinite(found.first).all() and found.first[0].sum() == pytest.approx(1.0, abs=0.05)
    with pytest.raises(BadQuestion, match="too few"):
        decompose(lambda u: np.full((1, u.shape[1]), np.nan), 2, 64, 1)


@pytest.mark.parametrize("samples", [0, 1, 3, 100, 2**15])
def test_base_samples_are_a_power_of_two(samples: int) -> None:
    with pytest.raises(BadQuestion, match="power of two"):
        decompose(ishigami, 3, samples, 1)


SOBOL = sobol(STUDY, samples=64)


def test_first_indices_add_up_to_at_most_one_and_totals_to_at_least_that() -> None:
    for found in SOBOL:
        luck = sum((row.first_high - row.first_low) ** 2 for row in found.rows) ** 0.5
        assert found.explained <= 1.0 + luck
        assert sum(row.total for row in found.rows) >= found.explained - luck
        assert [row.total for row in found.rows] == sorted((row.total for row in found.rows), reverse=True)


def test_the_figures_asked_first_are_exports_net_back_and_the_turkish_price() -> None:
    assert [(f.figure.name, f.figure.place, f.figure.when) for f in SOBOL] == [
        ("exports_to_buyers_tonnes", "IRN", "change"),
        ("net_back_usd_per_t", "IRN", "change"),
        ("landed_usd_per_t", "TUR", "change"),
    ]


def test_a_figure_of_law_alone_hangs_on_no_elasticity_and_no_tonnage() -> None:
    (found,) = sobol(STUDY, [Key("burden_fraction", "IRN", "change")], samples=64)
    moving = {row.key for row in found.rows if row.total > 0}
    assert moving and all(key.startswith(("exporter_measures.", "costs.")) for key in moving)
    assert all(row.first == row.total == 0.0 for row in found.rows if row.key not in moving)


def test_a_range_that_somebody_fixes_is_no_dimension_any_more() -> None:
    held = {one.name for one in ranges(STUDY)}
    key = "elasticities.el-tur-label.value"
    fixed = run(Question(draws=0, beliefs=(f"{key}=9",)), LIBRARY)
    assert held - {one.name for one in ranges(fixed)} == {key}


def test_ranges_are_those_that_enter_the_answer() -> None:
    names = {one.name for one in ranges(STUDY)}
    assert "elasticities.el-export-supply.value" in names and "iranian_price" in names
    assert "elasticities.el-tur-import-demand.value" not in names  # evidence, not read by the model
    assert "freight.fr-tabriz-erzurum.usd_per_t" not in names  # part of a leg that is quoted whole
    assert all(one.figure.uncertain for one in ranges(STUDY))


def test_correlated_ranges_are_one_dimension() -> None:
    pair = ("access_wedges.aw-irn-irn-tur.usd_per_t", "freight.fr-tabriz-tur-total.usd_per_t")
    study = run(Question(draws=0, correlate=("~".join(pair) + "=0.6",)), LIBRARY)
    (found,) = sobol(study, [Key("landed_usd_per_t", "TUR", "after")], samples=32)
    keys = [row.key for row in found.rows]
    assert "~".join(pair) in keys and not set(pair) & set(keys)
    assert len(keys) == len(ranges(study)) - 1
    (apart,) = sobol(STUDY, [Key("landed_usd_per_t", "TUR", "after")], samples=32)
    together = next(row.total for row in found.rows if "~" in row.key)
    assert together > max(row.total for row in apart.rows if row.key in pair)  # dear freight meets a wide wedge


def test_indices_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    key = [Key("net_back_usd_per_t", "IRN", "change")]
    one, again, other = (sobol(STUDY, key, samples=16, seed=seed) for seed in (1, 1, 2))
    assert one == again != other
    assert sobol(run(Question(draws=0), LIBRARY), key, samples=16) == one  # whatever was drawn before


def test_indices_can_be_stopped() -> None:
    def stop(done: int, of: int) -> None:
        raise Stopped("enough")

    with pytest.raises(Stopped):
        sobol(STUDY, samples=16, progress=stop)


# Each range alone


TORNADO = tornado(STUDY)


def test_the_widest_range_comes_first() -> None:
    swings = [row.swing for row in TORNADO.rows]
    assert swings == sorted(swings, reverse=True)
    assert TORNADO.central == STUDY.figure("exports_to_buyers_tonnes", "IRN").central
    assert 0 < len(TORNADO.moving) <= len(TORNADO.rows) == len(ranges(STUDY))


def alone(row_key: str) -> bool:
    """Whether a belief fixes just this range: a tonnage or a price believed is scaled or quoted otherwise."""
    return not row_key.startswith(("flow", "capacity")) and "." in row_key


ASKED = [("exports_to_buyers_tonnes", ""), ("landed_usd_per_t", "TUR"), ("revenue_usd", "IRQ")]


@pytest.mark.parametrize(("figure", "place"), ASKED)
def test_the_ends_of_a_tornado_are_those_of_two_runs_with_the_range_believed(figure: str, place: str) -> None:
    found = tornado(STUDY, figure, place)
    edited = {edit.name for edit in STUDY.scenario.edits}
    rows = [row for row in found.moving if alone(row.key) and row.key not in edited][:9]
    assert len(rows) == 9
    for row in rows:
        for value, at in ((row.low_value, row.at_low), (row.high_value, row.at_high)):
            believed = run(Question(draws=0, beliefs=(f"{row.key}={value!r}",)), LIBRARY)
            assert believed.figure(found.figure.name, found.figure.place).central == pytest.approx(
                at, rel=1e-9, abs=1e-9 * abs(found.central or 1.0)
            ), row.key


def test_a_figure_that_moves_with_others_moves_all_of_them() -> None:
    """The Iranian price at its low end is the low end of every row quoted with it."""
    row = next(row for row in TORNADO.rows if row.key == "iranian_price")
    flows = {
        key: replace(flow, usd_per_t=flow.usd_per_t.at(flow.usd_per_t.low or 0.0))
        if flow.usd_per_t.draw == "iranian_price"
        else flow
        for key, flow in LIBRARY.flows.items()
    }
    low = run(Question(draws=0), replace(LIBRARY, flows=flows, digest="low Iranian price"))
    assert low.figure("exports_to_buyers_tonnes", "IRN").central == pytest.approx(row.at_low, rel=1e-9)


def test_a_range_that_is_not_read_moves_nothing() -> None:
    found = tornado(STUDY, "burden_fraction")
    still = [row for row in found.rows if row.key.startswith(("elasticities.", "flows_baseline.", "flow_totals."))]
    assert still and all(row.swing == 0 for row in still)


def test_every_range_leads_to_its_lever_or_to_its_own_row() -> None:
    keys = {figure.key for figure in all_figures(LIBRARY)}
    by_key = {row.key: row for row in TORNADO.rows}
    assert by_key["access_wedges.aw-irn-irn-tur.usd_per_t"].lever == "tur.wedge"
    assert by_key["freight.fr-tabriz-tur-total.usd_per_t"].lever == "freight.tur"
    assert by_key["exporter_measures.irn-fx-hall1-2026.rate"].lever == "irn.fx_haircut"
    assert all(row.lever in LEVERS or row.lever in keys for row in TORNADO.rows)
    assert len({row.label for row in TORNADO.rows}) == len(TORNADO.rows), "no two ranges go by one name"


def test_a_closed_market_has_ends_that_are_missing_and_not_zero() -> None:
    study = run(Question(scenario="ban", draws=3), LIBRARY)
    found = tornado(study, "landed_usd_per_t", "TUR", "after")
    assert found.central is None and found.moving == ()
    assert all(row.at_low is None and row.at_high is None for row in found.rows)
    assert study.figure("landed_usd_per_t", "TUR", "after").sign is None
    with pytest.raises(BadQuestion, match="Only 0 of"):
        sobol(study, [found.figure], samples=4)


def test_a_figure_that_is_not_told_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadQuestion, match="Nearest: net_back_usd_per_t"):
        tornado(STUDY, "netback_usd_per_t")
    with pytest.raises(BadQuestion, match="told of TUR, IRQ"):
        tornado(STUDY, "landed_usd_per_t", "GEO")
    with pytest.raises(BadQuestion, match="is told change"):
        tornado(STUDY, "side_gain_usd", "IRN", "before")
    assert key_of(STUDY, "side_gain_usd") == Key("side_gain_usd", "IRN", "change")


# Who could tell us more


def test_the_question_that_is_asked_is_about_the_range() -> None:
    def about(key: str) -> str | None:
        figure = next(f for f in all_figures(LIBRARY) if f.key == key)
        found = who_knows(LIBRARY, [figure])
        return found.key if found else None

    assert about("costs.relabelling.value") == "unk-relabel-cost"
    assert about("freight.fr-tabriz-tur-total.usd_per_t") == "unk-freight"
    assert about("flows_baseline.bl-irn-irn-tur.tonnes") == "unk-tur-imports"
    assert about("flows_baseline.bl-irn-irn-tur.usd_per_t") == "unk-irn-price"
    assert about("elasticities.el-tur-origins.value") == "unk-elast-origins"
    assert about("access_wedges.aw-rus-rus-geo.usd_per_t") is None


def test_every_range_that_matters_for_the_proposal_has_somebody_to_ask() -> None:
    held = {one.name: one for one in ranges(STUDY)}
    for row in TORNADO.rows[:15]:
        assert who_knows(LIBRARY, held[row.key].figures), f"{row.key}: no row of unknowns.csv says how to learn it"


def test_one_sentence_says_what_matters_most_and_how_to_learn_it() -> None:
    found = sensitivity(STUDY, samples=64)
    assert found.sobol and found.share and found.unknown and found.most
    told = leaning.matters_most(found, ENGLISH)
    assert found.sobol.rows[0].label in told and found.unknown.how_to_obtain in told
    assert ENGLISH.percent(found.share.total, 0) in told
    assert found.most.name == found.sobol.rows[0].key


def test_without_samples_the_tornado_alone_says_it() -> None:
    found = sensitivity(STUDY, "net_back_usd_per_t", samples=0)
    assert found.sobol is None and found.most and found.most.name == found.tornado.rows[0].key
    assert found.tornado.rows[0].label in leaning.matters_most(found, ENGLISH)


def test_what_nobody_listed_is_said_and_a_figure_without_doubt_too() -> None:
    found = sensitivity(STUDY, "net_back_usd_per_t", samples=0)
    assert "nobody has listed how to learn it" in leaning.matters_most(replace(found, unknown=None), ENGLISH)
    still = replace(found, most=None, tornado=Tornado(found.tornado.figure, "USD/t", 1.0, ()))
    assert "Nothing that is unsure moves this figure" in leaning.matters_most(still, ENGLISH)


# Pictures


def test_the_tornado_is_drawn_as_it_is_told() -> None:
    picture = doubt_charts.tornado(TORNADO, ENGLISH)
    bars = picture.chart.to_dict()["layer"][0]["encoding"]
    assert [bars[x]["field"] for x in ("x", "x2", "y")] == ["from", "to", "name"]
    assert len(picture.table) == doubt_charts.ROWS
    assert TORNADO.rows[0].label in picture.says
    assert list(picture.table.iloc[:, 5]) == [row.lever for row in TORNADO.rows[: doubt_charts.ROWS]]


def test_the_fan_shows_quartiles_inside_the_range() -> None:
    keys = [Key("landed_usd_per_t", place, when) for place in STUDY.importers for when in ("before", "after")]
    picture = doubt_charts.fan(STUDY, ENGLISH, keys)
    layers = picture.chart.to_dict()["layer"]
    assert [layer["encoding"]["x"]["field"] for layer in layers] == ["low", "lower", "median", "central"]
    assert len(picture.table) == len(keys) and "Türkiye" in picture.says
    nothing = run(Question(draws=0), LIBRARY)
    assert doubt_charts.fan(nothing, ENGLISH, keys).table.iloc[0, -1] == "–"


def test_a_tornado_without_rows_is_an_empty_picture_with_a_sentence() -> None:
    picture = doubt_charts.tornado(Tornado(TORNADO.figure, "t", None, ()), ENGLISH)
    assert picture.table.empty and "Nothing that is unsure" in picture.says
    picture.chart.to_dict()
