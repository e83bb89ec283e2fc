"""Compiled or not, sweep or single cell: the same market, the same answer."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.market.market import Market, Shock
from tariffs.models import armington, kernel, solve
from tariffs.models.result import Result
from tariffs.sources import Array
from tests.markets import ABOVE_ONE, random_market, with_arrays
from tests.test_models_wild import Wild, wild

FIGURES = ("net_back", "landed", "tonnes", "price_index", "import_index")
WIDE = ("net_back", "tonnes", "sigma_label", "supply", "demand")
compiled = pytest.mark.skipif(not kernel.INSTALLED, reason="numba is optional, and not installed here")


def sweep(market: Market, cells: int = 50, levers: int = 2) -> Shock:
    """A duty on the first route that crosses a border, against support for every route of its maker."""
    first = int(np.flatnonzero(~market.home)[0])
    theirs = (market.maker == market.maker[first]) & ~market.home
    duty, support = (x.ravel() for x in np.meshgrid(np.linspace(0, 1, cells), np.linspace(0, 40, cells)))
    if levers == 1:
        support = 0.0 * support
    power = np.where(np.arange(len(market.lanes)) == first, 1.0 + duty[:, None], 1.0)
    return Shock(market.A * power, (market.B - support[:, None] * theirs) * power, np.zeros(len(market.lanes), bool))


def roomy(seed: int, room: float | None = None) -> Market:
    rng = np.random.default_rng(seed)
    market = random_market(rng, ABOVE_ONE)
    market = replace(market, B=market.B + 60.0)
    return market if room is None else replace(market, capacity=room * market.output)


def same(one: Result, other: Result, tolerance: float = 1e-11) -> None:
    assert (one.closed == other.closed).all()
    for name in FIGURES:
        mine, theirs = getattr(one, name)[one.closed], getattr(other, name)[one.closed]
        assert_allclose(mine, theirs, rtol=tolerance, atol=1e-9 * tolerance, err_msg=name)


def in_numpy(monkeypatch: pytest.MonkeyPatch, market: Market, shock: Shock) -> Result:
    with monkeypatch.context() as patched:
        patched.setenv("TARIFFS_KERNEL", "numpy")
        assert not kernel.wanted()
        return solve("armington", market, shock)


@compiled
@pytest.mark.parametrize("room", [None, 1.02], ids=["no limit", "a wall nearby"])
@pytest.mark.parametrize("seed", range(4))
def test_compiled_code_and_numpy_find_the_same_sweep(
    monkeypatch: pytest.MonkeyPatch, seed: int, room: float | None
) -> None:
    market = roomy(seed, room)
    shock = sweep(market)
    assert len(shock.A) >= armington.WORTHWHILE and kernel.wanted()
    fast, plain = solve("armington", market, shock), in_numpy(monkeypatch, market, shock)
    assert fast.closed.all() and plain.closed.all()
    same(fast, plain)


@compiled
@pytest.mark.parametrize("seed", range(3))
def test_compiled_code_and_numpy_find_the_same_draws(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Every array of the market differs from draw to draw, as in a Monte Carlo run."""
    market, rng = roomy(seed), np.random.default_rng(seed)
    arrays: dict[str, Array] = {
        f.name: x for f in fields(market) if isinstance(x := getattr(market, f.name), np.ndarray)
    }
    many = with_arrays(market, {k: v * np.exp(rng.uniform(-0.1, 0.1, (2100, v.size))) for k, v in arrays.items()})
    shock = Shock(many.A * np.exp(rng.uniform(-0.2, 0.2, many.A.shape)), many.B, np.zeros(len(market.lanes), bool))
    same(solve("armington", many, shock), in_numpy(monkeypatch, many, shock))


@compiled
def test_compiled_code_changes_nothing_about_wild_markets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it proposes, a draw closes or fails for the reason it would have without it."""
    monkeypatch.setattr(armington, "WORTHWHILE", 1)
    agreed = 0
    for seed in range(0, 60, 5):
        case: Wild = wild(seed)
        fast, plain = solve("armington", case.market, case.shock), in_numpy(monkeypatch, case.market, case.shock)
        both = fast.closed & plain.closed
        # Markets at the edge may be reached from one start and not from the other; both say which they reached.
        assert both.sum() >= 0.97 * plain.closed.sum()
        assert (fast.residual[fast.closed] <= 1e-10).all() and (plain.residual[plain.closed] <= 1e-10).all()
        agreed += int(both.sum())
    assert agreed > 1_000


@pytest.mark.parametrize("levers", [1, 2])
@pytest.mark.parametrize("room", [None, 1.02], ids=["no limit", "a wall nearby"])
@pytest.mark.parametrize("seed", range(4))
def test_a_sweep_gives_each_cell_the_answer_it_has_alone(
    monkeypatch: pytest.MonkeyPatch, seed: int, room: float | None, levers: int
) -> None:
    """The guess from solved neighbours decides where a cell starts, and nothing of where it ends."""
    market = roomy(seed, room)
    shock = sweep(market, levers=levers)
    together = in_numpy(monkeypatch, market, shock)
    assert together.closed.all()
    for cell in range(0, len(shock.A), 97):
        alone = solve("armington", market, Shock(shock.A[cell], shock.B[cell], shock.closed))
        assert_allclose(together.tonnes[cell], alone.tonnes, rtol=1e-10)
        assert_allclose(together.net_back[cell], alone.net_back, rtol=1e-11)


@pytest.mark.parametrize("model", ["gsim", "smart"])
@pytest.mark.parametrize("room", [None, 1.02], ids=["no limit", "a wall nearby"])
@pytest.mark.parametrize("seed", range(4))
def test_an_approximation_gives_each_cell_of_a_sweep_the_answer_it_has_alone(
    seed: int, room: float | None, model: str
) -> None:
    """Routes that reach nothing, plants that are full and cells without an answer are all on these maps."""
    market = roomy(seed, room)
    shock = sweep(market)
    rate = np.linspace(0.0, 6.0, len(shock.A))[:, None]
    shock = replace(shock, B=np.where(market.home, shock.B, shock.B * (1.0 + rate) - 40.0 * rate))
    together, tonnes = solve(model, market, shock), []
    assert (together.residual[together.closed] < 1e-9).all()
    for cell in range(0, len(shock.A), 53):
        alone = solve(model, market, Shock(shock.A[cell], shock.B[cell], shock.closed))
        assert bool(alone.closed) == bool(together.closed[cell])
        assert alone.reason == together.reason_of(cell)
        for name in FIGURES:
            assert_allclose(getattr(together, name)[cell], getattr(alone, name), rtol=1e-9, atol=1e-9, err_msg=name)
        tonnes.append(alone.tonnes[..., ~market.home])
    assert together.closed.any()
    if model == "gsim":
        assert (np.array(tonnes) == 0).any(), "no route reached nothing: the map is too tame"


def test_a_map_with_a_wall_is_read_off_solved_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the wall where a plant is full need no step of their own, and have the residual to show for it."""
    market = roomy(2)
    first = market.maker[np.flatnonzero(~market.home)[0]]
    market = replace(market, capacity=np.where(np.arange(len(market.producers)) == first, 1.02, 1e3) * market.output)
    result = in_numpy(monkeypatch, market, sweep(market))
    full = result.output >= market.limit * (1.0 - 1e-9)
    assert full.any(axis=0).any() and (full != full[0]).any()
    assert result.closed.all() and result.residual.max() <= 1e-10
    assert result.steps == 0


def test_a_sweep_over_cells_without_an_answer_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    market = roomy(1)
    shock = sweep(market)
    hopeless = np.arange(len(shock.A)) % 50 == 7
    shock = replace(shock, B=np.where(hopeless[:, None] & ~market.home, shock.B - 5_000.0, shock.B))
    result = in_numpy(monkeypatch, market, shock)
    assert (result.closed == ~hopeless).all()
    assert "support" in result.reason and "support" in result.reason_of(7) and result.reason_of(8) == ""


@compiled
def test_the_compiled_exponential_and_logarithm_are_right_to_the_last_digits() -> None:
    x = np.linspace(-690.0, 690.0, 10_001)
    bits = np.empty(len(x), np.int64)
    raised = x.copy()
    kernel._exp(raised, bits, bits.view(np.float64))
    assert_allclose(raised, np.exp(x), rtol=1e-15)
    taken = np.exp(x)
    kernel._log(taken, bits, bits.view(np.float64))
    assert_allclose(taken, np.log(np.exp(x)), rtol=1e-15, atol=1e-15)


@compiled
def test_rows_that_may_be_written_and_rows_that_may_not_are_served_by_one_machine_code() -> None:
    """Another kind of array would have everybody wait for the compiler once more."""
    from tariffs.models.compiled import _run

    market = roomy(0)
    shock = sweep(market)
    solve("armington", market, shock)
    held = {name: np.broadcast_to(getattr(market, name), (len(shock.A), getattr(market, name).size)) for name in WIDE}
    assert not any(rows.flags.writeable for rows in held.values())
    solve("armington", with_arrays(market, held), shock)
    solve("armington", with_arrays(market, {name: rows.copy() for name, rows in held.items()}), shock)
    assert len(_run.signatures) == 1


@compiled
def test_where_nothing_can_be_kept_code_is_compiled_all_the_same() -> None:
    """A function without a file has no place beside it, as one on a disk that cannot be written."""
    homeless: dict[str, object] = {}
    exec("def twice(x):\n    return 2 * x", homeless)  # noqa: S102
    assert kernel.njit(homeless["twice"])(21) == 42  # type: ignore[no-untyped-call]


def test_one_thread_at_a_time_works_in_python_and_others_while_it_is_in_compiled_code() -> None:
    turn, order = kernel.Turn(), []
    with turn.passed_on():  # nobody has it: nothing to pass on
        order.append("free")

    def other() -> None:
        with turn:
            order.append("other")

    with ThreadPoolExecutor(1) as pool:
        with turn:
            waiting = pool.submit(other)
            assert wait([waiting], 0.1).not_done
            order.append("mine")
            with turn.passed_on():
                waiting.result(10)
            again = pool.submit(other)
            assert wait([again], 0.1).not_done
            order.append("mine again")
            with pytest.raises(ValueError, match="lost"), turn.passed_on():
                again.result(10)
                raise ValueError("lost")
            last = pool.submit(other)
            assert wait([last], 0.1).not_done, "the turn comes back also when compiled code fails"
        last.result(10)
    assert order == ["free", "mine", "other", "mine again", "other", "other"]


@compiled
@pytest.mark.parametrize("change", ["5.0 * x", "MORE * x", "deepest(x)"])
def test_code_kept_on_disk_is_made_again_when_another_file_changes(tmp_path: Path, change: str) -> None:
    """Also where a number that it reads changes, or a function that the function it calls calls."""

    def start(inner: str, more: float) -> tuple[float, int]:
        """What a new start answers, and how many functions it finds on the disk for that."""
        known: dict[str, Any] = {"njit": kernel.njit, "MORE": more}
        for name, body in (("deepest", f"{more} * x"), ("inner", inner), ("outermost", "inner(x) + 1.0")):
            place = tmp_path / f"{name}.py"
            place.write_text(f"@njit\ndef {name}(x):\n    return {body}\n", encoding="utf-8")
            known = dict(known)
            exec(compile(place.read_text(encoding="utf-8"), str(place), "exec"), known)  # noqa: S102
        return known["outermost"](3.0), sum(known["outermost"].stats.cache_hits.values())

    first = "2.0 * x" if change.startswith("5") else change
    assert start(first, 2.0) == (7.0, 0)
    assert start(first, 2.0) == (7.0, 1)
    assert start(change, 5.0) == (16.0, 0)
