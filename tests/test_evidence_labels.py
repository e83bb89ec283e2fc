"""What Georgia's imports say of labels and makers, and what they cannot say."""

from dataclasses import replace

import numpy as np
import pytest

from tariffs.errors import BadQuestion
from tariffs.evidence import georgia, labels
from tariffs.market.market import Shock
from tariffs.models import armington
from tariffs.store import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


@pytest.fixture(scope="module")
def found(library: Library) -> tuple[labels.LabelEvidence, ...]:
    return labels.sensitivity(library)


def test_the_windows_are_the_figures_of_the_importers_union(library: Library) -> None:
    seen = georgia.observed(library)
    assert seen.before.tonnes["IRN"] == 9_100
    assert seen.before.total == 128_700
    assert seen.after[1].tonnes == {"RUS": 37_100, "IRQ": 27_200, "TUR": 13_300, "AZE": 1_700, "IRN": 200, "TKM": 100}
    assert np.isnan(seen.after[0].odds()[2])  # Türkiye is not named in early 2021: missing, not zero
    # Log odds of Azerbaijan: 82.1 to 26.6 before, 1.7 to 27.2 after.
    assert seen.before.odds()[0] == pytest.approx(np.log(82.1 / 26.6))
    assert seen.after[1].odds()[0] == pytest.approx(np.log(1.7 / 27.2))
    assert seen.noise.per_regime == (3, 2, 2)


def test_the_label_elasticity_is_not_identified_and_the_result_says_so(found: tuple[labels.LabelEvidence, ...]) -> None:
    for one in found:
        assert not one.label.identified
        assert one.label.flatness < labels.BOUND_90  # nowhere on the grid does the likelihood rule a value out
        assert (one.label.low, one.label.high) == (one.grid[0], one.grid[-1])


def test_between_makers_it_is_the_product_of_elasticity_and_shock_that_is_identified(
    found: tuple[labels.LabelEvidence, ...],
) -> None:
    centres = np.array([one.makers.best for one in found])
    spreads = np.array([one.spread for one in found])
    assert (np.diff(centres) < 0).all()  # larger price shocks ask for less substitution
    assert np.ptp(np.log(centres * spreads)) < 0.35
    answer = found[1]
    assert answer.makers.identified
    assert answer.makers.low < 9.78 < answer.makers.high  # the middle of the prior is inside


def test_even_without_noise_a_ban_alone_tells_only_a_curve_of_both_elasticities(library: Library) -> None:
    """A market that obeyed the model: the truth is on the curve, and most other pairs are ruled out."""
    true = georgia.observed(library)
    row, column = 24, 14
    market = labels.georgian_market(
        library, true.before, labels.RELABELLED[2:3], labels.GRID[row : row + 1], labels.GRID[column : column + 1]
    )
    closed = np.array([lane.label == "IRN" for lane in labels.LANES])
    sold = armington.solve(market, Shock(market.A, market.B, closed)).tonnes[0]
    made = dict(zip(("AZE", "RUS", "TUR"), sold[:3], strict=True)) | {"IRQ": sold[3] + sold[4]}
    after = replace(true.after[1], tonnes=made, total=sum(made.values()))
    blind = replace(true.after[0], tonnes={"IRQ": 1.0})  # a span that names no rival says nothing
    seen = georgia.Observed(true.before, (blind, after), georgia.Noise(1e-3, 7, (3, 2, 2)))
    (one,) = labels.sensitivity(library, spreads=(1e-3,), seen=seen)
    assert one.moments == 3
    fall = 2.0 * (one.log_likelihood.max() - one.log_likelihood)
    assert fall[row, column] < 3 * labels.BOUND_90  # the part made in Iran is unknown, and costs a little
    assert (fall > 10 * labels.BOUND_90).mean() > 0.5


def test_a_row_taken_out_is_missed_in_words(library: Library) -> None:
    rows = tuple(r for r in library.table("flows_reported") if not (r["importer"] == "GEO" and r["exporter"] == "WLD"))
    without = replace(library, _tables={**library._tables, "flows_reported": rows})
    with pytest.raises(BadQuestion, match="holds no total of Georgia's imports"):
        georgia.observed(without)
