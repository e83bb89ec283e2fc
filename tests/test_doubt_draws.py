"""Draws: ranges that do not move apart, many draws in pieces, and what an estimate says of its sign."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from tariffs.errors import BadData, BadQuestion
from tariffs.models import kernel
from tariffs.progress import Stopped
from tariffs.sources import Array, Status
from tariffs.store import Library, check
from tariffs.study import Question, Study, from_query, large, run, walk
from tariffs.study.figures import Key, standings
from tariffs.study.sides import all_figures, correlations_of, dimensions
from tariffs.uncertainty import Draws, Sequel, drawn, estimate, pert
from tariffs.uncertainty.draws import sobol_points
from tariffs.uncertainty.tables import pert_from_table
from tests.damage import copy_of_data, records, write

LIBRARY = Library.open()
FREIGHT = "freight.fr-tabriz-tur-total.usd_per_t"
WEDGE = "access_wedges.aw-irn-irn-tur.usd_per_t"
LABEL = "elasticities.el-tur-label.value"
MANY = 4096
numba = pytest.mark.skipif(not kernel.INSTALLED, reason="numba is optional, and not installed here")


def ranks(texts: tuple[str, ...], *keys: str, count: int = MANY) -> list[Array]:
    """Draws of ranges under correlations, entry 0 left out."""
    held = {figure.key: figure for figure in all_figures(LIBRARY)}
    take = Draws(dimensions(LIBRARY), count, 1, correlations_of(LIBRARY, texts))
    return [np.asarray(take(held[key]))[1:] for key in keys]


# Ranges that do not move apart


@pytest.mark.parametrize("rho", [-0.8, -0.3, 0.5, 0.95])
def test_the_ranks_of_two_correlated_ranges_correlate_as_asked(rho: float) -> None:
    one, other = ranks((f"{FREIGHT}~{WEDGE}={rho}",), FREIGHT, WEDGE)
    assert stats.spearmanr(one, other).statistic == pytest.approx(rho, abs=0.02)


def test_three_ranges_may_be_tied_and_a_pair_nobody_speaks_of_stays_apart() -> None:
    texts = (f"{FREIGHT}~{WEDGE}=0.6", f"{WEDGE}~{LABEL}=0.5")
    freight, wedge, label = ranks(texts, FREIGHT, WEDGE, LABEL)
    assert stats.spearmanr(freight, wedge).statistic == pytest.approx(0.6, abs=0.02)
    assert stats.spearmanr(wedge, label).statistic == pytest.approx(0.5, abs=0.02)
    assert stats.spearmanr(freight, label).statistic == pytest.approx(0.0, abs=0.02)


def test_a_correlation_changes_how_ranges_meet_and_not_how_each_is_spread() -> None:
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    apart, together = (ranks(texts, FREIGHT, WEDGE) for texts in ((), (f"{FREIGHT}~{WEDGE}=0.7",)))
    for one, other in zip(apart, together, strict=True):
        assert_allclose(np.quantile(one, levels), np.quantile(other, levels), rtol=5e-3)


def test_a_correlation_leaves_every_other_range_with_the_draws_it_had() -> None:
    held = {figure.key: figure for figure in all_figures(LIBRARY) if drawn(figure) and figure.known}
    plain = Draws(dimensions(LIBRARY), 64, 1)
    tied = Draws(dimensions(LIBRARY), 64, 1, correlations_of(LIBRARY, (f"{FREIGHT}~{WEDGE}=0.7",)))
    moved = {key for key, f in held.items() if not np.array_equal(np.asarray(plain(f)), np.asarray(tied(f)))}
    assert moved == {FREIGHT}  # the first of a tie by name keeps its own draws: access_wedges before freight


def test_wide_freight_and_wide_wedge_together_widen_the_landed_price_and_against_each_other_narrow_it() -> None:
    def width(*texts: str) -> float:
        found = run(Question(draws=1024, correlate=texts), LIBRARY).figure("landed_usd_per_t", "TUR", "after")
        assert found.low is not None and found.high is not None
        return found.high - found.low

    pair = f"{FREIGHT}~{WEDGE}"
    assert width(f"{pair}=-0.9") < width() < width(f"{pair}=0.9")


def test_a_correlation_of_nothing_changes_nothing() -> None:
    one, other = (run(Question(draws=32, correlate=c), LIBRARY) for c in ((), (f"{FREIGHT}~{WEDGE}=0",)))
    assert one.figures == other.figures


REFUSED = {
    "no form": ("freight=0.5", "is no correlation"),
    "one": (f"{FREIGHT}~{WEDGE}=1", "between -1 and 1"),
    "a word": (f"{FREIGHT}~{WEDGE}=high", "between -1 and 1"),
    "not a number": (f"{FREIGHT}~{WEDGE}=nan", "between -1 and 1"),
    "no such range": ("freight.fr-tabriz-tur-totl.usd_per_t~" + WEDGE + "=0.5", "Nearest: freight.fr-tabriz-tur-total"),
    "no range": (f"measures.tur-vat-20.rate~{WEDGE}=0.5", "has no range"),
    "one draw": (
        "flows_baseline.bl-irn-irn-wld.usd_per_t~flows_baseline.bl-irn-irn-tur.usd_per_t=0.5", "move together already",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_correlation_that_cannot_be_is_refused_in_words(name: str) -> None:
    text, says = REFUSED[name]
    with pytest.raises(BadQuestion, match=says):
        run(Question(draws=8, correlate=(text,)), LIBRARY)


def test_correlations_that_contradict_each_other_are_refused() -> None:
    texts = (f"{FREIGHT}~{WEDGE}=0.9", f"{WEDGE}~{LABEL}=0.9", f"{FREIGHT}~{LABEL}=-0.9")
    with pytest.raises(BadQuestion, match="contradict each other"):
        correlations_of(LIBRARY, texts)


def test_prices_that_share_a_draw_are_correlated_under_their_common_name() -> None:
    (pair,) = correlations_of(LIBRARY, ("iranian_price~mediterranean_price=0.7",))
    assert pair.pair == ("iranian_price", "mediterranean_price")


def test_a_link_and_a_shell_line_carry_a_correlation() -> None:
    asked = Question(correlate=(f"{WEDGE}~{FREIGHT}=0.25", f"{FREIGHT}~{WEDGE}=0.5"))
    assert asked.correlate == (f"{WEDGE}~{FREIGHT}=0.5",), "the last of a pair, whichever way round"
    assert from_query(asked.query(), lambda _: None).question == asked
    assert f"--correlate '{WEDGE}~{FREIGHT}=0.5'" in asked.shell()


def with_rows(tmp_path: Path, *rows: tuple[str, str, str]) -> Path:
    folder = copy_of_data(tmp_path)
    header = records(folder, "correlations")[0]
    tail = ["assumed", "low", "curation-2026-11", "a test"]
    write(folder, "correlations", [header, *([f"cor-{n}", *row, *tail] for n, row in enumerate(rows))])
    return folder


def test_a_row_on_record_says_the_same_as_the_shell(tmp_path: Path) -> None:
    held = Library.open(with_rows(tmp_path, (FREIGHT, WEDGE, "0.5")))
    asked = Question(draws=64)
    on_record, in_question = run(asked, held), run(replace(asked, correlate=(f"{FREIGHT}~{WEDGE}=0.5",)), LIBRARY)
    assert on_record.figures == in_question.figures
    assert run(replace(asked, correlate=(f"{FREIGHT}~{WEDGE}=0",)), held).figures == run(asked, LIBRARY).figures


BAD_ROWS = {
    "a key of no file": ((FREIGHT.replace("total", "totl"), WEDGE, "0.5"), "key_a", "a key of freight.csv"),
    "a number of no file": ((FREIGHT, "access_wedges.aw-irn-irn-tur.rate", "0.5"), "key_b", "a number of acc"),
    "a table without ranges": ((FREIGHT, "prices.pr-2016-03-20-iran-mixed.mid", "0.5"), "key_b", "table.key.field"),
    "a correlation of one": ((FREIGHT, WEDGE, "1"), "rho", "0.999"),
    "the same range twice": ((FREIGHT, FREIGHT, "0.5"), "key_b", "moves apart"),
    "nothing": ((FREIGHT, WEDGE, ""), "rho", "a number"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_correlation_on_record_is_named(name: str, tmp_path: Path) -> None:
    row, column, expected = BAD_ROWS[name]
    folder = with_rows(tmp_path, row)
    (defect,) = check(folder).defects
    assert (defect.file, defect.row, defect.column) == ("correlations.csv", 2, column)
    assert expected in f"{defect.expected} {defect.remedy}"
    with pytest.raises(BadData):
        Library.open(folder)


def test_pairs_that_hold_together_only_as_a_whole_are_taken(tmp_path: Path) -> None:
    folder = with_rows(tmp_path, (FREIGHT, WEDGE, "0.9"), (WEDGE, LABEL, "0.9"), (FREIGHT, LABEL, "0.8"))
    assert check(folder).ok and len(Library.open(folder).correlations) == 3


def test_pairs_on_record_that_contradict_each_other_or_are_told_twice_are_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    clash = with_rows(tmp_path / "one", (FREIGHT, WEDGE, "0.9"), (WEDGE, LABEL, "0.9"), (FREIGHT, LABEL, "-0.9"))
    (defect,) = check(clash).defects
    assert (defect.row, defect.column, defect.found) == (4, "rho", '"-0.9"')
    (defect,) = check(with_rows(tmp_path / "two", (FREIGHT, WEDGE, "0.9"), (WEDGE, FREIGHT, "0.2"))).defects
    assert (defect.row, defect.column) == (3, "key_b")


# Many draws in pieces


def in_pieces(study: Study, count: int, size: int, quick: bool, keep: list[Key] | None = None) -> large.Tally:
    standing = standings(study.world, study.before, study.after)
    names, seed, tied = dimensions(study.library), study.question.seed, study.world.correlations
    return large.tally(study.at, names, count, seed, tied, standing, keep, size=size, quick=quick)


@pytest.mark.parametrize("correlate", [(), (f"{FREIGHT}~{WEDGE}=0.5",)])
def test_draws_in_pieces_say_what_they_say_at_once(correlate: tuple[str, ...]) -> None:
    asked = Question(scenario="province_proposal", draws=1000, seed=5, correlate=correlate)
    whole = run(asked, LIBRARY)
    pieces = in_pieces(run(replace(asked, draws=0), LIBRARY), 1000, 128, quick=False)
    assert pieces.share_closed == whole.share_closed
    assert pieces.figures.keys() == whole.figures.keys()
    for key, found in pieces.figures.items():
        other = whole.figures[key]
        assert (found.status, found.sources, found.unit) == (other.status, other.sources, other.unit)
        for end in ("central", "low", "lower_quartile", "median", "upper_quartile", "high", "positive", "negative"):
            mine, theirs = getattr(found, end), getattr(other, end)
            assert (mine is None) == (theirs is None), key
            # A change is a difference of two large numbers: it is held against the size of its levels.
            scale = max(abs(whole.figures[k].high or 0.0) for k in whole.figures if k[:2] == key[:2])
            assert mine is None or abs(mine - theirs) <= 1e-12 * max(1e-9, scale), (key, end, mine, theirs)


def test_tables_of_quantiles_move_no_answer() -> None:
    study = run(Question(draws=0, seed=2), LIBRARY)
    exact, quick = (in_pieces(study, 512, 256, quick=q) for q in (False, True))
    for key, found in exact.figures.items():
        other = quick.figures[key]
        assert found.median == pytest.approx(other.median, rel=1e-8, abs=1e-7), key
        assert found.low == pytest.approx(other.low, rel=1e-8, abs=1e-7), key


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=numba)])
@pytest.mark.parametrize("mode", [0.0, 0.01, 0.3, 0.5, 0.9, 1.0])
def test_a_table_of_quantiles_is_the_beta(mode: float, compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARIFFS_KERNEL", "" if compiled else "numpy")
    powers = 2.0 ** -np.arange(2, 40)  # where cells meet, and beyond the last of them
    ends = np.concatenate([powers, np.nextafter(powers, 0), [1e-12]])
    uniform = np.concatenate([np.random.default_rng(1).random(5_000), ends, 1.0 - ends, [0.5]])
    values = np.empty(len(uniform))
    pert_from_table(10.0, 10.0 + 50 * mode, 60.0, uniform, values)
    assert_allclose(values, pert(10.0, 10.0 + 50 * mode, 60.0, uniform), rtol=0, atol=50e-13)
    order = values[np.argsort(uniform)]
    assert (np.diff(order) > -50e-13).all(), "a luckier number gives no smaller value"


def test_pieces_of_the_sequence_are_the_sequence_in_any_order() -> None:
    names = ["a", "b", "c"]
    whole, parts = sobol_points(names, 256, 9), Sequel(names, 9, 64)
    for number in (0, 1, 3, 2, 0):
        piece = parts.piece(number, 64)
        for name in names:
            assert np.array_equal(piece(name), whole(name)[number * 64 : (number + 1) * 64])


def test_points_taken_one_dimension_at_a_time_are_the_same_points(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a", "b", "c"]
    whole = sobol_points(names, 200, 9)
    monkeypatch.setattr("tariffs.uncertainty.draws.AT_ONCE", 64)
    apart = sobol_points(names, 200, 9)
    for name in ("c", "a", "b"):
        assert np.array_equal(whole(name), apart(name))


def test_a_large_question_takes_the_pieces_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "LARGE", 100)
    told: list[tuple[int, int]] = []
    asked = Question(draws=300, seed=4)
    study = run(asked, LIBRARY, lambda done, of: told.append((done, of)))
    monkeypatch.setattr(walk, "LARGE", 1000)
    whole = run(asked, LIBRARY)
    assert (told[0], told[-1]) == ((0, 300), (300, 300))
    assert study.question == asked and study.stamp == whole.stamp
    assert study.figure("net_back_usd_per_t", "IRN").high == pytest.approx(
        whole.figure("net_back_usd_per_t", "IRN").high, rel=1e-9
    )
    assert study.answer() == whole.answer()
    assert study.to_dict()["share_closed"] == whole.to_dict()["share_closed"] == 1.0


def test_pieces_keep_only_the_figures_asked_for() -> None:
    wanted = [Key("net_back_usd_per_t", "IRN", "change"), Key("tonnes", "TUR", "after")]
    assert list(in_pieces(run(Question(draws=0), LIBRARY), 64, 32, quick=False, keep=wanted).figures) == wanted


def test_long_work_ends_when_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "LARGE", 100)
    told = []

    def tell(done: int, of: int) -> None:
        told.append(done)
        if done:
            raise Stopped("enough")

    with pytest.raises(Stopped, match="enough"):
        run(Question(draws=100_000), LIBRARY, tell)
    assert told == [0, large.PIECE]


# Estimates


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1000])
def test_quantiles_are_those_of_numpy(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count + 1)
    found = estimate(values, np.ones(count + 1, dtype=bool), "t", Status.ASSUMED)
    wanted = np.quantile(values[1:], [0.05, 0.25, 0.5, 0.75, 0.95])
    ends = (found.low, found.lower_quartile, found.median, found.upper_quartile, found.high)
    assert ends == tuple(wanted)
    assert found.positive == pytest.approx((values[1:] > 0).mean(), abs=1e-12)
    assert found.negative == pytest.approx((values[1:] < 0).mean(), abs=1e-12)


def test_the_sign_is_told_apart_from_nothing() -> None:
    found = estimate(np.array([0.0, -1.0, 0.0, 0.0, 2.0]), np.ones(5, dtype=bool), "t", Status.ASSUMED)
    assert (found.positive, found.negative, found.sign) == (0.25, 0.25, 0.25)


def test_a_figure_that_has_no_value_in_some_draws_says_in_how_many_it_was_counted() -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 5.0])
    found = estimate(values, np.array([True, True, True, True, False]), "t", Status.ASSUMED)
    assert (found.counted, found.median) == (0.5, 3.0)
    nothing = estimate(np.full(5, np.nan), np.ones(5, dtype=bool), "t", Status.ASSUMED)
    assert (nothing.central, nothing.low, nothing.counted, nothing.sign) == (None, None, None, None)


def test_more_draws_bring_the_ends_of_a_range_closer_to_where_they_settle() -> None:
    def off(count: int) -> float:
        ends = []
        for seed in range(1, 7):
            found = run(Question(draws=count, seed=seed), LIBRARY).figure("landed_usd_per_t", "TUR", "after")
            assert found.low is not None and found.high is not None
            ends.append((found.low, found.high))
        return float(np.std(ends, axis=0).mean())

    assert off(1024) < off(16) / 4  # by chance alone, a square root of 64 would give a factor of 8


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_study_of_few_draws_is_told_as_far_as_it_goes(count: int) -> None:
    study = run(Question(draws=count), LIBRARY)
    found = study.figure("net_back_usd_per_t", "IRN")
    assert found.central is not None and found.ranged is (count > 0)
    assert study.to_dict()["exporter"]["net_back_usd_per_t"]["change"]["lower_quartile"] == found.lower_quartile


def test_quartiles_lie_inside_the_range_and_reach_the_frame() -> None:
    study = run(Question(draws=256), LIBRARY)
    frame = study.to_frame().dropna(subset=["low"])
    assert (frame["low"] <= frame["lower_quartile"]).all() and (frame["lower_quartile"] <= frame["median"]).all()
    assert (frame["median"] <= frame["upper_quartile"]).all() and (frame["upper_quartile"] <= frame["high"]).all()
    assert (frame["share_positive"] + frame["share_negative"] <= 1.0 + 1e-12).all()


def test_every_pair_on_record_is_argued() -> None:
    with (LIBRARY.folder / "correlations.csv").open(encoding="utf-8", newline="") as file:
        assert all(len(row["note"]) > 20 for row in csv.DictReader(file))


# Ladders that are kept


EDITS: dict[str, Callable[[Question], Question]] = {
    name: lambda q, name=name, value=value: q.with_set(name, value)  # type: ignore[misc]
    for name, value in (
        ("tur.duty", "0.03"), ("tur.levy", "50"), ("tur.ban", "yes"), ("tur.class", "raw_material"),
        ("tur.wedge", "40"), ("irq.duty", "0.2"), ("irq.practice", "collected"), ("irq.krg_fee", "33"),
        ("irn.fx", "free_sale"), ("irn.listed", "no"), ("irn.incentives", "yes"), ("irn.export_duty", "0.04"),
        ("freight.tur", "70"), ("freight.irq", "12"), ("relabelling", "44"), ("inland", "12"), ("packing", "drum"),
        ("shares.krg-share-value.share", "0.2"), ("costs.vb-share.value", "0.7"), ("costs.insurance.value", "0.004"),
    )
}  # fmt: skip


@pytest.mark.parametrize("lever", EDITS)
def test_a_ladder_that_is_kept_is_the_one_that_would_be_climbed(lever: str) -> None:
    """Only ladders that a changed row concerns are climbed again; a fresh library climbs them all."""
    asked = EDITS[lever](Question(scenario="status_quo", draws=0))
    run(Question(scenario="status_quo", draws=0), LIBRARY)  # something to keep
    kept = run(asked, LIBRARY)
    fresh = kept.world.baseline.stacks_under(
        kept.after.policy, kept.after.on, kept.world.draws, kept.before.market.net_back
    )
    for mine, climbed in zip(kept.after.stacks, fresh, strict=True):
        assert mine.landed == climbed.landed and mine.prohibited == climbed.prohibited, (lever, mine.importer)
        assert mine.figures == climbed.figures


def test_a_world_at_other_draws_keeps_no_ladder_of_the_first() -> None:
    here = run(Question(draws=0), LIBRARY).world
    on, policy = here.library.baseline.law_of, here.library.policy
    here.stacks(policy, on, here.baseline.market.net_back)
    other = replace(here, draws=Draws(dimensions(LIBRARY), 4, 1))
    lines = [stack.landed.const for stack in other.stacks(policy, on, here.baseline.market.net_back)]
    assert any(np.size(line) == 5 for line in lines)
