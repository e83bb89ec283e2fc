"""The forest of elasticities: which are weighed, how they combine, and what they do to the answer."""

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from tariffs.errors import TariffsError
from tariffs.evidence import labels, meta
from tariffs.store import Library
from tariffs.study import Question, run


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def found(library: Library) -> tuple[meta.Entry, ...]:
    return meta.entries(library)


def test_every_published_figure_is_in_the_forest_with_its_own_error_and_no_other(found: tuple[meta.Entry, ...]) -> None:
    held = {e.key: e for e in found}
    assert held["el-hauk-us-271320-early"].error == 1.40 and held["el-hauk-us-271320-early"].error_kind == "published"
    assert held["el-hauk-us-271320-late"].error == 2.22
    assert held["el-bw-us-271320"].error_kind == held["el-fgo-271320"].error_kind == "stated"  # none was published
    assert held["el-gtap-pc-home"].error is None and held["el-gtap-pc-origins"].low is None
    assert held["el-tur-origins"].error_kind == "range" and held["el-tur-origins"].used
    values = {e.key: round(e.value, 2) for e in found}
    wanted = {
        "el-bw-us-271320": 9.78,
        "el-fgo-271320": 28.13,
        "el-bw-tur-271": 3.73,
        "el-gtap-pc-home": 2.1,
        "el-gtap-pc-origins": 4.2,
        "el-hauk-us-import-demand": -2.05,
        "el-crude-asphalt-alabama": 0.58,
    }
    assert wanted.items() <= values.items()


def test_only_bitumens_own_figures_with_an_error_are_weighed(found: tuple[meta.Entry, ...]) -> None:
    combined = meta.combine(found, "armington_origins")
    assert set(combined.keys) == {"el-hauk-us-271320-early", "el-hauk-us-271320-late", "el-geo-origins-est"}
    wide = meta.combine(found, "armington_origins", impute=True)
    assert set(wide.keys) - set(combined.keys) == {"el-bw-us-271320", "el-fgo-271320"}
    assert wide.inconsistent > combined.inconsistent  # 28.13 and 4.41 differ by more than chance
    assert combined.low < 9.78 < combined.high  # the model's central is inside


def test_figures_that_agree_combine_by_inverse_variance(found: tuple[meta.Entry, ...]) -> None:
    one = next(e for e in found if e.key == "el-hauk-us-271320-early")
    sharp = replace(one, key="a", value=4.0, error=0.1, log=True)
    pair = [sharp, replace(sharp, key="b", value=4.4, error=0.2)]
    combined = meta.combine(pair, "armington_origins")
    assert combined.between == 0.0
    by_hand = (np.log(4.0) / 0.01 + np.log(4.4) / 0.04) / (1 / 0.01 + 1 / 0.04)
    assert combined.value == pytest.approx(np.exp(by_hand), rel=1e-6)
    made = combine_effects(np.log([4.0, 4.4]), np.array([0.01, 0.04]), method_re="iterated", use_t=True)
    assert combined.log_error == pytest.approx(made.sd_eff_w_re_hksj)


def test_one_figure_or_figures_of_two_signs_are_not_combined(found: tuple[meta.Entry, ...]) -> None:
    with pytest.raises(TariffsError, match="combining takes two"):
        meta.combine(found, "import_demand")
    one = next(e for e in found if e.key == "el-hauk-us-271320-early")
    with pytest.raises(TariffsError, match="do not even agree in sign"):
        meta.combine([one, replace(one, key="b", value=-1.0)], "armington_origins")


def test_the_answer_moves_with_the_substitution_between_origins_and_the_rows_stay(library: Library) -> None:
    values = meta.candidates(library)
    assert values["as it stands"] is None and 2 < float(values["combined"] or 0) < 17
    found = {c.name: c for c in meta.answer_under(library, {k: values[k] for k in ("as it stands", "el-bw-us-271320")})}
    study = run(Question("province_proposal", draws=0), library)
    assert found["as it stands"].exports_change_tonnes == study.figure("exports_to_buyers_tonnes", "IRN").central
    assert found["el-bw-us-271320"].exports_change_tonnes == pytest.approx(
        found["as it stands"].exports_change_tonnes, rel=1e-6
    )
    low, high = meta.answer_under(library, {"low": 2.08, "high": 16.87})
    assert low.exports_change_tonnes < found["as it stands"].exports_change_tonnes < high.exports_change_tonnes


def test_our_estimates_stand_beside_the_assumed_rows_and_come_out_of_the_model_again(library: Library) -> None:
    rows, again = library.elasticities.rows, labels.estimate(library)
    makers, label = rows["el-geo-origins-est"].value, rows["el-geo-label-est"].value
    ends = [f for f in (makers.low, makers.central, makers.high)]
    assert ends == pytest.approx([again.makers.low, again.makers.best, again.makers.high], abs=0.006)
    assert (label.low, label.high) == (pytest.approx(again.label.low), pytest.approx(again.label.high))
    assert not again.label.identified
    # No model reads them: the rows in use are still the assumed ones.
    product = library.baseline.product
    assert library.elasticities.require(("armington_origins",), product, "GEO").key == "el-geo-origins"
    assert library.elasticities.require(("label_substitution",), product, "GEO").key == "el-geo-label"


def test_an_estimate_more_or_less_in_the_table_does_not_reshuffle_the_draws(library: Library) -> None:
    from tariffs.market.elasticities import Elasticities
    from tariffs.study.sides import dimensions

    rows = {k: r for k, r in library.elasticities.rows.items() if not k.endswith("-est")}
    assert dimensions(replace(library, elasticities=Elasticities(rows))) == dimensions(library)
