"""Draws: the shapes they come in, the totals they respect, and the luck that scenarios share."""

import math
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from tariffs.errors import BadQuestion
from tariffs.market.build import tonnes
from tariffs.market.market import Shock
from tariffs.models import armington
from tariffs.sources import Array, Figure, Missing, Status
from tariffs.store import Library
from tariffs.study import Question, run
from tariffs.study.sides import all_figures, dimensions, side, world
from tariffs.uncertainty import Draws, drawn, estimate, pert, quantile
from tests.markets import with_arrays

LIBRARY = Library.open()
MANY = 4096
EVEN = (np.arange(200_000) + 0.5) / 200_000  # uniform numbers without luck
TODAY = date(2026, 2, 1)


def figure(low: float, mid: float, high: float, distribution: str = "pert", key: str = "f", draw: str = "") -> Figure:
    return Figure(key, low, mid, high, "", Status.ASSUMED, "by-hand", distribution, draw)


def draws(count: int = MANY, seed: int = 1) -> Draws:
    return Draws(dimensions(LIBRARY), count, seed)


# Shapes


@pytest.mark.parametrize(("low", "mode", "high"), [(0.0, 0.3, 1.0), (10, 80, 250), (-0.6, -0.3, -0.1), (0, 0, 0.02)])
def test_pert_has_the_mean_and_the_variance_of_the_closed_form(low: float, mode: float, high: float) -> None:
    values = pert(low, mode, high, EVEN)
    mean = (low + 4 * mode + high) / 6  # Malcolm et al. (1959)
    assert values.mean() == pytest.approx(mean, rel=1e-4, abs=1e-6)
    # A beta on the range with a + b = 6: variance (mean - low)(high - mean) / 7.
    assert values.var() == pytest.approx((mean - low) * (high - mean) / 7, rel=1e-3)


def test_pert_is_the_beta_of_scipy() -> None:
    a, b = 1 + 4 * (80 - 10) / 240, 1 + 4 * (250 - 80) / 240
    u = np.array([0.01, 0.25, 0.5, 0.75, 0.99])
    assert_allclose(pert(10, 80, 250, u), stats.beta(a, b, loc=10, scale=240).ppf(u), rtol=1e-10)


SHAPES: dict[str, tuple[Figure, Callable[[Array], Array]]] = {
    "pert": (figure(1, 3, 10), lambda u: stats.beta(1 + 8 / 9, 1 + 28 / 9, loc=1, scale=9).ppf(u)),
    "triangular": (figure(2, 4, 8, "triangular"), lambda u: stats.triang(1 / 3, loc=2, scale=6).ppf(u)),
    "triangular below zero": (
        figure(-0.6, -0.3, -0.1, "triangular"), lambda u: stats.triang(0.6, loc=-0.6, scale=0.5).ppf(u),
    ),
    "triangular on log": (
        figure(1, 3, 10, "triangular on log"),
        lambda u: np.exp(stats.triang(math.log(3) / math.log(10), loc=0, scale=math.log(10)).ppf(u)),
    ),
    # Logs of 20, 5 and 2: from the low end -20, the mode 5 lies (ln 20 - ln 5) / (ln 20 - ln 2) = 0.602 of the way.
    "triangular on log of the absolute value": (
        figure(-20, -5, -2, "triangular on log of the absolute value"),
        lambda u: -np.exp(math.log(20) - stats.triang(math.log(4) / math.log(10), scale=math.log(10)).ppf(u)),
    ),
    "loguniform": (figure(1.5, 10, 99, "loguniform"), lambda u: stats.loguniform(1.5, 99).ppf(u)),
    "normal": (figure(-3, -2.05, -1, "normal(-2.05; 0.50)"), lambda u: stats.norm(-2.05, 0.5).ppf(u)),
    "lognormal": (figure(4, 9.78, 20, "lognormal(ln 9.78; 0.35)"), lambda u: stats.lognorm(0.35, scale=9.78).ppf(u)),
    "lognormal on a range": (
        figure(2, 6, 17, "lognormal on [2, 17]"),
        lambda u: np.exp(
            stats.truncnorm(
                4 * math.log(2 / 6) / math.log(8.5), 4 * math.log(17 / 6) / math.log(8.5),
                loc=math.log(6), scale=math.log(8.5) / 4,
            ).ppf(u)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_named_distribution_is_the_one_of_that_name(name: str) -> None:
    row, reference = SHAPES[name]
    u = np.array([0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999])
    assert_allclose(quantile(row, u), reference(u), rtol=1e-8)


UNCERTAIN = sorted({f.key: f for f in all_figures(LIBRARY) if drawn(f) and f.known}.items())


@pytest.mark.parametrize(("key", "row"), UNCERTAIN, ids=[key for key, _ in UNCERTAIN])
def test_every_range_on_record_is_drawn_inside_itself_and_around_its_middle(key: str, row: Figure) -> None:
    values = quantile(row, EVEN[::50])
    assert np.isfinite(values).all()
    assert (np.diff(values) >= 0).all(), "a luckier number gives no smaller value"
    assert row.central is not None
    if row.distribution.startswith(("normal", "lognormal(")):
        assert np.median(values) == pytest.approx(row.central, rel=1e-3)  # the range is 95 %, not a bound
        return
    assert row.low is not None and row.high is not None
    assert values.min() >= row.low - 1e-9 * abs(row.low) and values.max() <= row.high + 1e-9 * abs(row.high)
    assert values.min() < row.low + 0.25 * (row.high - row.low)  # the ends are reached, or nearly
    assert values.max() > row.high - 0.75 * (row.high - row.low)
    # The middle of a skewed range is off its median, though never by the whole side.
    assert row.low <= np.median(values) <= row.high


@pytest.mark.parametrize(
    "distribution", ["pert", "triangular", "triangular on log", "loguniform", "lognormal on [1, 9]"]
)
def test_a_demand_elasticity_may_have_any_of_the_named_shapes(distribution: str) -> None:
    values = quantile(figure(-9.0, -3.0, -1.0, distribution), EVEN[::100])
    assert np.isfinite(values).all()
    assert values.min() >= -9.0 - 1e-9 and values.max() <= -1.0 + 1e-9
    assert (np.diff(values) >= 0).all()


# Draws


def test_the_first_entry_is_the_central_value() -> None:
    take = draws(64)
    for row in all_figures(LIBRARY):
        if row.known:
            assert np.atleast_1d(take(row))[0] == row.central


def test_without_draws_a_figure_is_its_central_value_alone() -> None:
    take = draws(0)
    assert all(take(row) == row.central for row in all_figures(LIBRARY) if row.known)


def test_a_missing_figure_is_not_drawn() -> None:
    with pytest.raises(Missing):
        draws(8)(replace(figure(0, 0, 0), low=None, central=None, high=None))


def test_draws_cover_a_range_evenly() -> None:
    row = LIBRARY.elasticities.rows["el-tur-label"].value
    values = np.asarray(draws()(row))[1:]
    # 4096 scrambled Sobol points: each of 64 equal slices of probability holds 64 of them.
    slices = np.histogram(values, bins=quantile(row, np.linspace(0, 1, 65)))[0]
    assert slices.tolist() == [64] * 64


def test_two_ranges_are_drawn_apart() -> None:
    take = draws()
    one, other = (
        np.asarray(take(LIBRARY.elasticities.rows[key].value))[1:] for key in ("el-tur-label", "el-tur-home-import")
    )
    assert abs(stats.spearmanr(one, other).statistic) < 0.05


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    row = LIBRARY.flows["bl-irn-irn-tur"].tonnes
    first, again, other = (np.asarray(draws(256, seed)(row)) for seed in (7, 7, 8))
    assert_allclose(first, again, rtol=0)
    assert (first[1:] != other[1:]).mean() > 0.99


def test_a_study_is_the_same_every_time_it_is_run() -> None:
    asked = Question(scenario="province_proposal", draws=64, seed=3)
    one, two = (run(asked, Library.open()) for _ in range(2))
    assert_allclose(one.after.result.tonnes, two.after.result.tonnes, rtol=1e-12)
    other = run(replace(asked, seed=4), LIBRARY)
    assert_allclose(other.after.result.tonnes[0], one.after.result.tonnes[0], rtol=1e-12)  # the middle is no luck
    assert not np.allclose(other.after.result.tonnes[1:], one.after.result.tonnes[1:])


def test_rows_that_share_a_draw_move_together() -> None:
    take = draws()
    for name in ("iranian_price", "mediterranean_price"):
        rows = [f.usd_per_t for f in LIBRARY.flows.values() if f.usd_per_t.draw == name]
        assert len(rows) > 1
        leader = np.asarray(take(rows[0]))[1:]
        for row in rows[1:]:
            turn = np.argsort(leader)
            assert (np.diff(np.asarray(take(row))[1:][turn]) >= -1e-9).all(), row.key


def test_a_figure_keeps_its_luck_in_every_scenario() -> None:
    """Common random numbers: what a scenario does not touch is drawn the same, so differences are not noise."""
    studies = {
        name: run(Question(scenario=name, draws=128), LIBRARY) for name in ("status_quo", "ban", "nonwto_levy_50")
    }
    still = studies["status_quo"]
    for study in studies.values():
        assert_allclose(study.before.result.tonnes, still.before.result.tonnes, rtol=1e-12)
        one, other = (s.after.stacks[s.after.result.market.lane("IRN", "IRQ", "TUR")] for s in (study, still))
        for mine, theirs in zip(one.rungs, other.rungs, strict=False):
            if mine.key == theirs.key:
                assert_allclose(np.asarray(mine.rate), np.asarray(theirs.rate), err_msg=mine.key)
    # And a scenario without edits differs from itself in no draw at all.
    assert_allclose(still.after.result.tonnes, still.before.result.tonnes, rtol=1e-9)


def test_an_edited_range_is_drawn_with_the_luck_of_the_row_it_replaces() -> None:
    plain, wider = LIBRARY.policy.costs["relabelling"].value, figure(0, 20, 120, key="costs.relabelling.value")
    take = draws(256)
    assert stats.spearmanr(np.asarray(take(plain))[1:], np.asarray(take(wider))[1:]).statistic > 0.999


@pytest.mark.parametrize(("count", "seed"), [(-1, 1), (1_000_001, 1), (10, -1), (10, 2**32)])
def test_too_many_draws_or_an_impossible_seed_are_refused_in_words(count: int, seed: int) -> None:
    with pytest.raises(BadQuestion, match="from 0 to"):
        Draws(["a"], count, seed)


# Tonnes and the totals they add up to


FLOWS = tuple(LIBRARY.flows.values())


def drawn_tonnes(seed: int) -> dict[str, Array]:
    rows = tonnes(FLOWS, LIBRARY.totals, draws(seed=seed))
    return {f.key: np.broadcast_to(np.asarray(t, dtype=float), (MANY + 1,)) for f, t in zip(FLOWS, rows, strict=True)}


def added(rows: dict[str, Array], choose: Callable[[tuple[str, str, str]], bool]) -> Array:
    total: Array = np.sum([rows[f.key] for f in FLOWS if choose(f.route)], axis=0)
    return total


BOUNDS: dict[str, tuple[Callable[[tuple[str, str, str]], bool], float, float]] = {
    "Iranian goods in Türkiye": (lambda r: r[0] == "IRN" and r[2] == "TUR", 10e3, 250e3),
    "Turkish imports": (lambda r: r[0] != "TUR" and r[2] == "TUR", 30e3, 400e3),
    "Iranian exports": (lambda r: r[0] == "IRN", 2.5e6, 7.0e6),
    "Turkish consumption": (lambda r: r[2] == "TUR", 2.5e6, 3.2e6),
    "Iraqi consumption": (lambda r: r[2] == "IRQ", 0.5e6, 1.5e6),
    "Turkish exports": (lambda r: r[0] == "TUR" and r[2] != "TUR", 0.5e6, 1.0e6),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("what", BOUNDS)
def test_tonnes_respect_what_was_reported_in_every_draw(what: str, seed: int) -> None:
    choose, low, high = BOUNDS[what]
    total = added(drawn_tonnes(seed), choose)
    assert total.min() >= low * (1 - 1e-9), f"{total.min():,.0f}"
    assert total.max() <= high * (1 + 1e-9), f"{total.max():,.0f}"


def test_no_draw_gives_a_negative_tonnage() -> None:
    assert all((t >= 0).all() for t in drawn_tonnes(1).values())


# data/README.md, "How the baseline adds up", central tonnes
CENTRAL = {
    "Turkish home sales": (lambda r: r == ("TUR", "TUR", "TUR"), 2_750_000),
    "Turkish consumption": (lambda r: r[2] == "TUR", 2_900_000),
    "Turkish imports": (lambda r: r[2] == "TUR" and r[0] != "TUR", 150_000),
    "Turkish exports": (lambda r: r[0] == "TUR" and r[2] != "TUR", 700_000),
    "Turkish output": (lambda r: r[0] == "TUR", 3_450_000),
    "Iranian label in Türkiye": (lambda r: r == ("IRN", "IRN", "TUR"), 20_000),
    "Iranian goods under the Iraqi label in Türkiye": (lambda r: r == ("IRN", "IRQ", "TUR"), 60_000),
    "Iranian goods in Iraq": (lambda r: r[0] == "IRN" and r[2] == "IRQ", 40_000),
    "Iranian goods in Georgia": (lambda r: r[0] == "IRN" and r[2] == "GEO", 14_800),
    "Iranian goods in Armenia": (lambda r: r[0] == "IRN" and r[2] == "ARM", 17_500),
    "Iranian goods elsewhere": (lambda r: r == ("IRN", "IRN", "WLD"), 3_847_700),
    "Iranian exports": (lambda r: r[0] == "IRN", 4_000_000),
    "Iraqi consumption": (lambda r: r[2] == "IRQ", 1_000_000),
    "Iraqi exports": (lambda r: r[0] == "IRQ" and r[2] != "IRQ", 151_800),
    "Georgian imports": (lambda r: r[2] == "GEO", 106_200),
    "Armenian imports": (lambda r: r[2] == "ARM", 47_500),
    "named sellers elsewhere": (lambda r: r[2] == "WLD", 4_767_000),
}


@pytest.mark.parametrize("what", CENTRAL)
def test_the_baseline_adds_up_as_its_table_says(what: str) -> None:
    choose, expected = CENTRAL[what]
    assert added(drawn_tonnes(1), choose)[0] == pytest.approx(expected, abs=0.5)


def test_a_tonnage_that_somebody_fixed_is_the_same_in_every_draw() -> None:
    fixed = replace(LIBRARY.flows["bl-irn-irn-tur"], tonnes=LIBRARY.flows["bl-irn-irn-tur"].tonnes.at(45_000.0))
    flows = tuple(fixed if f.key == fixed.key else f for f in FLOWS)
    rows = dict(zip((f.key for f in flows), tonnes(flows, LIBRARY.totals, draws()), strict=True))
    assert_allclose(np.asarray(rows["bl-irn-irn-tur"]), 45_000.0)


def test_what_is_left_of_a_total_is_never_below_nothing() -> None:
    """If Iran is believed to sell Iraq more than Iraq uses, Iraq's own plants sell nothing, and not less."""
    believed = replace(LIBRARY.flows["bl-irn-irn-irq"], tonnes=LIBRARY.flows["bl-irn-irn-irq"].tonnes.at(2_000_000.0))
    flows = tuple(believed if f.key == believed.key else f for f in FLOWS)
    rows = dict(zip((f.key for f in flows), tonnes(flows, LIBRARY.totals, draws()), strict=True))
    assert_allclose(np.asarray(rows["bl-irq-irq-irq"]), 0.0)


# Estimates


def test_an_estimate_leaves_out_draws_that_did_not_clear() -> None:
    values = np.array([5.0, 1.0, 2.0, 3.0, 1e9])
    found = estimate(values, np.array([True, True, True, True, False]), "t", Status.ASSUMED)
    assert (found.central, found.median) == (5.0, 2.0)
    assert found.low == pytest.approx(1.1) and found.high == pytest.approx(2.9)  # 5 and 95 % of 1, 2, 3
    assert found.positive == 1.0


def test_an_estimate_without_draws_has_no_range() -> None:
    found = estimate(np.array([5.0]), np.array([True]), "t", Status.ASSUMED)
    assert (found.central, found.low, found.ranged) == (5.0, None, False)


def test_a_levy_of_50_to_120_only_ever_adds_to_what_is_paid() -> None:
    study = run(Question(scenario="nonwto_levy_50", draws=512), LIBRARY)
    found = study.figure("duty_usd_per_t", "TUR")
    assert found.low is not None and found.median is not None and found.high is not None
    assert found.positive == 1.0
    # The 6.5 % duty falls by a few cents as Iranian FOB gives way, so the ends may pass those of the levy by as much.
    assert 49.0 < found.low < found.median < found.high < 120.0


def test_every_draw_of_a_world_is_a_market_of_its_own() -> None:
    """One draw solved alone equals its entry in the batch, draws of every range included."""
    here = world(LIBRARY, Question(scenario="ban", draws=32), (TODAY,))
    one = side(here, "ban", TODAY, (), "armington")
    market, shock, count = here.baseline.market, one.result.shock, 33
    assert one.result.tonnes.shape[0] == count
    given = {f.name: getattr(market, f.name) for f in fields(market)}
    arrays = {name: x for name, x in given.items() if isinstance(x, np.ndarray)}
    wide = with_arrays(market, {name: np.broadcast_to(x, (count, x.shape[-1])) for name, x in arrays.items()})
    A, B = (np.broadcast_to(x, one.result.tonnes.shape) for x in (shock.A, shock.B))
    for d in (1, 7, 32):
        alone = armington.solve(wide.row(d), Shock(A[d], B[d], shock.closed))
        assert_allclose(alone.tonnes, one.result.tonnes[d], rtol=1e-9)
