"""Prices on few points: intervals that keep their promise, arithmetic by hand, and what is said to be too few."""

from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from tariffs.evidence import exchange, few, prices
from tariffs.sources import Status
from tariffs.store import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


# Small samples


def test_errors_and_intervals_are_those_of_an_independent_package(library: Library) -> None:
    ours = prices.pass_through(library, "bulk", "levels", level=0.95).line
    theirs = sm.OLS(ours.y, sm.add_constant(ours.x)).fit(
        cov_type="HAC", cov_kwds={"maxlags": ours.lags, "use_correction": True}, use_t=True
    )
    assert_allclose(ours.coefficients, theirs.params)
    assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-8)
    assert_allclose(ours.interval, theirs.conf_int()[1])
    assert ours.r2 == pytest.approx(theirs.rsquared)


def test_a_break_test_by_hand() -> None:
    # Two exact lines with a jump between them, and a little noise: residuals known, so F is known.
    x = np.arange(10.0)
    y = np.where(x < 5, x, x + 4.0) + np.tile([0.1, -0.1], 5)
    whole = few.line(x, y, "a test")
    found = few.chow(whole, 5, "jump")

    def left(part: slice) -> float:
        fitted = np.polyval(np.polyfit(x[part], y[part], 1), x[part])
        return float(((y[part] - fitted) ** 2).sum())

    two = left(slice(0, 5)) + left(slice(5, 10))
    assert found.f == pytest.approx(((left(slice(0, 10)) - two) / 2) / (two / 6))
    assert found.p < 0.001
    assert few.sup_f(whole, "anywhere").at == 5
    with pytest.raises(few.TooFew, match="3 observations, and 4 are needed"):
        few.chow(whole, 3, "early")


def test_a_searched_break_is_seldom_found_where_there_is_none() -> None:
    rng = np.random.default_rng(1)
    found = [
        few.sup_f(few.line(x := rng.normal(size=14), 2.0 * x + rng.normal(size=14), "a test"), "anywhere").p < 0.10
        for _ in range(100)
    ]
    assert np.mean(found) <= 0.20


def test_with_fourteen_points_the_bootstrap_holds_the_slope_and_the_usual_interval_a_little_less() -> None:
    rng = np.random.default_rng(2)
    usual, wide, points = 0, 0, 0
    for _ in range(200):
        x = np.cumsum(rng.normal(size=14))
        y = 3.0 * x + rng.normal(size=14) * (1.0 + 0.3 * np.abs(x))
        found = few.line(x, y, "a test", level=0.90)
        usual += found.interval[0] <= 3.0 <= found.interval[1]
        wide += found.bootstrap[0] <= 3.0 <= found.bootstrap[1]
        new = rng.normal()
        _, low, high = found.predict(new)
        points += low <= 3.0 * new + rng.normal() * (1.0 + 0.3 * abs(new)) <= high
    assert 0.70 <= usual / 200 <= 0.93
    assert 0.84 <= wide / 200 <= 0.98
    assert wide >= usual
    assert 0.84 <= points / 200 <= 0.99


def test_too_few_points_draw_no_line() -> None:
    with pytest.raises(few.TooFew, match="7 observations, and 8 are needed"):
        few.line(np.arange(7.0), np.arange(7.0), "seven quotes")
    one = few.mean(np.array([5.0]))
    assert (one.low, one.high) == (-np.inf, np.inf)


# The quotes on record


def test_a_month_is_the_mean_of_its_quotes_and_only_of_spot_quotes_at_the_gulf(library: Library) -> None:
    bulk = prices.iranian(library, "bulk").usd_per_t
    assert bulk["2020-03-01"] == pytest.approx((222.5 + 200.0) / 2)  # two weeks of March 2020
    assert bulk["2021-09-01"] == pytest.approx(297.5)  # sales of single firms, at two places and more, stay out
    assert bulk["2024-03-01"] == pytest.approx(283.5)
    assert prices.iranian(library, "drum").usd_per_t["2024-03-01"] == pytest.approx(342.5)  # so do offers


def test_crude_moves_bitumen_by_less_than_one_for_one_and_the_published_figures_are_inside(library: Library) -> None:
    found = prices.pass_through(library, "bulk", "logs")
    low, high = found.line.interval
    assert low < 0.58 < high and low < 0.70 < high  # Alabama after three months; the cement industry's long run
    assert found.line.n == 14
    assert "2020" in found.untested  # two quotes before July 2020 tell of no break
    levels = prices.pass_through(library, "bulk", "levels")
    differences = prices.pass_through(library, "bulk", "differences")
    assert differences.line.n == levels.line.n - 1
    assert differences.line.error > levels.line.error


def test_unit_values_before_2020_lie_where_a_quote_could_fall(library: Library) -> None:
    held = prices.before_2020(library)
    assert len(held) == 5
    assert all(h.inside for h in held)


def test_a_drum_costs_more_than_bulk_and_iran_sells_below_its_rivals(library: Library) -> None:
    premium = prices.packing_premium(library)
    assert premium.months[-1] == date(2025, 10, 1)
    assert premium.usd_per_t[-1] == pytest.approx(379.0 - 265.0)
    assert 45 < premium.mean.low < premium.mean.mean < premium.mean.high < 116  # the range of packing-drum
    bahrain, singapore, mediterranean = prices.discounts(library)
    assert singapore.mean.high < 0  # six months: a discount
    assert bahrain.mean.n == 4 and bahrain.mean.high > 0  # four months do not settle it
    assert mediterranean.mean.n == 3 and mediterranean.trend is None


def test_fuel_oil_has_three_pairs_and_no_line(library: Library) -> None:
    found = prices.on_fuel_oil(library)
    assert found.n == 3
    assert found.mean == pytest.approx(((451.08 - 437.25) + (447.6 - 466.1) + 17.5) / 3)
    assert found.low < 0 < found.high


# The exchange wedge


def test_the_haircuts_of_the_table_come_out_of_the_two_rates(library: Library) -> None:
    found = {p.key: p for p in exchange.points(library)}
    assert len(found) == 19
    for point in found.values():
        if point.printed is not None and point.exporter_rate and point.free_rate:
            assert point.haircut == pytest.approx(point.printed, abs=0.0006), point.key
        if point.printed_market is not None and point.haircut_market is not None:
            assert point.haircut_market == pytest.approx(point.printed_market, abs=0.0006), point.key


def test_full_surrender_took_87_dollars_a_tonne_in_october_2025_and_the_rule_a_fifth_of_it(library: Library) -> None:
    point = next(p for p in exchange.points(library) if p.key == "fx-2025-10-26")
    assert point.fob == 265.0 and point.fob_status is Status.REPORTED
    assert point.burden == pytest.approx((1 - 703435 / 1045000) * 265.0)
    assert round(point.burden) == 87
    assert point.burden_under_the_rule == pytest.approx(point.burden * 0.2)


def test_a_day_without_a_quote_near_is_priced_by_crude_and_says_so(library: Library) -> None:
    point = next(p for p in exchange.points(library) if p.key == "fx-2024-10-20")
    assert point.fob_status is Status.ESTIMATED
    assert point.status is Status.ESTIMATED
    assert "wb-pink-sheet" in point.sources


def test_cusum_is_that_of_its_paper_and_sees_a_jump() -> None:
    x = np.arange(40.0)
    steady = few.line(x, 2 * x + np.tile([0.5, -0.5], 20), "a test")
    found = few.cusum(steady)
    # By hand: sums of the residuals over their spread times the root of n; the largest is the statistic.
    spread = np.sqrt((steady.residuals**2).sum() / 38)
    assert found.statistic == pytest.approx(np.abs(np.cumsum(steady.residuals)).max() / spread / np.sqrt(40))
    assert found.p > 0.5 and found.critical == 1.36
    flat = np.tile([0.5, -0.5], 20) + np.where(x < 20, 0.0, 3.0)
    jump = few.cusum(few.line(np.tile([0.0, 1.0, 2.0, 1.0], 10), flat, "a test"))
    assert jump.p < 0.01 and abs(jump.path).argmax() == 19


def test_no_break_is_found_in_what_iran_asks_for_a_barrel_and_that_is_said_with_its_weakness(library: Library) -> None:
    found = prices.pass_through(library, "bulk", "levels")
    assert {b.name for b in found.breaks} == {"2022", "unknown date"}
    assert all(b.p > 0.05 for b in found.breaks) and found.drift.p > 0.05
    assert "2020" in found.untested
