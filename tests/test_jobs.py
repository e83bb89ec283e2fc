"""Work spread over processes and over a real cluster: the same results, in order, whatever goes down."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tariffs import Library, Question, jobs
from tariffs.errors import BadQuestion, TariffsError
from tariffs.jobs import NoCluster, spread
from tariffs.progress import Stopped
from tariffs.sweeps import answer_one


def noisy(seed: int) -> tuple[bytes, int]:
    """Numbers that only the seed decides, byte for byte."""
    return np.random.default_rng(seed).normal(size=5).tobytes(), seed


def as_csv(answers: list[Any]) -> bytes:
    """Every digit of every figure: the shortest text that reads back as the same number."""
    return pd.DataFrame([row for rows in answers for row in rows]).to_csv().encode()


def told_apart(number: int) -> tuple[int, int]:
    return number, os.getpid()


def refuses_three(number: int) -> int:
    if number == 3:
        raise BadQuestion("three cannot be asked")
    return number


def leaves_a_trace(folder: Path, number: int) -> int:
    (folder / str(number)).touch()
    time.sleep(0.05)
    return number


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A real Dask cluster of two worker processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as running:
        yield running


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def test_the_order_of_the_items_is_kept_and_the_numbers_do_not_depend_on_how_many_work() -> None:
    items = list(range(40))
    alone = spread(noisy, items)
    assert [seed for _, seed in alone] == items
    for workers in (2, 3):
        assert spread(noisy, items, workers=workers) == alone
    assert spread(noisy, []) == []


def test_several_processes_really_work_and_none_of_them_is_this_one() -> None:
    done = spread(told_apart, list(range(30)), workers=2)
    assert [number for number, _ in done] == list(range(30))
    assert os.getpid() not in {pid for _, pid in done}
    assert {pid for _, pid in spread(told_apart, [1, 2])} == {os.getpid()}


@pytest.mark.parametrize("workers", [1, 2])
def test_what_goes_wrong_in_an_item_is_raised_as_it_was(workers: int) -> None:
    with pytest.raises(BadQuestion, match="three cannot be asked"):
        spread(refuses_three, list(range(6)), workers=workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_work_that_is_stopped_leaves_the_rest_undone(workers: int, tmp_path: Path) -> None:
    seen = []

    def stop_after_three(done: int, of: int) -> None:
        seen.append((done, of))
        if done == 3:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        spread(partial(leaves_a_trace, tmp_path), list(range(60)), workers=workers, progress=stop_after_three)
    assert seen == [(0, 60), (1, 60), (2, 60), (3, 60)]
    time.sleep(0.3)  # those already begun may end
    left = len(list(tmp_path.iterdir()))
    assert left < 60
    time.sleep(0.3)
    assert len(list(tmp_path.iterdir())) == left


def test_no_process_is_no_way_to_work() -> None:
    with pytest.raises(TariffsError, match="1 process or more; found 0"):
        spread(noisy, [1], workers=0)


# A cluster


def test_a_cluster_gives_byte_for_byte_what_one_process_gives_though_a_worker_is_killed_midway(
    cluster: Any, library: Library
) -> None:
    """Real studies with their draws; the first worker is killed outright once two results have arrived."""
    asked = [Question("province_proposal", draws=200, seed=seed) for seed in range(1, 15)]
    work = partial(answer_one, library)
    alone = spread(work, asked)
    killed = []

    def kill_one(done: int, of: int) -> None:
        if done == 2 and not killed:
            victim = next(iter(cluster.workers.values())).pid
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    shared = spread(work, asked, scheduler=cluster.scheduler_address, progress=kill_one)
    assert killed and killed[0] not in {w.pid for w in cluster.workers.values()}
    assert len(shared) == len(asked)
    assert as_csv(shared) == as_csv(alone)


def test_what_goes_wrong_on_the_cluster_is_raised_here(cluster: Any) -> None:
    with pytest.raises(BadQuestion, match="three cannot be asked"):
        spread(refuses_three, list(range(6)), scheduler=cluster.scheduler_address)
    assert spread(refuses_three, [1, 2], scheduler=cluster.scheduler_address) == [1, 2]  # it works on


def takes_its_worker_down(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_work_that_kills_every_worker_it_is_given_to_is_an_error_and_not_an_endless_wait(cluster: Any) -> None:
    with pytest.raises(NoCluster, match="took down every worker it was given to, 4 in all"):
        spread(takes_its_worker_down, list(range(4)), scheduler=cluster.scheduler_address)


def test_work_on_the_cluster_can_be_stopped(cluster: Any, tmp_path: Path) -> None:
    def stop_after_two(done: int, of: int) -> None:
        if done == 2:
            raise Stopped("enough")

    work = partial(leaves_a_trace, tmp_path)
    with pytest.raises(Stopped):
        spread(work, list(range(100)), scheduler=cluster.scheduler_address, progress=stop_after_two)
    time.sleep(0.5)
    assert len(list(tmp_path.iterdir())) < 40


def test_the_cluster_is_named_when_it_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", 1)
    with pytest.raises(NoCluster, match=r"No Dask cluster answers at tcp://127\.0\.0\.1:9 within 1 seconds"):
        spread(noisy, [1], scheduler="tcp://127.0.0.1:9")
    for address in ("127.0.0.1:8786", "http://host:1", "tcp://host", "tcp://a b:1", "yarn"):
        with pytest.raises(NoCluster, match="is no address of a cluster"):
            spread(noisy, [1], scheduler=address)


def test_without_dask_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoCluster, match=r"pip install -r requirements-fast\.txt"):
        spread(noisy, [1], scheduler="tcp://127.0.0.1:8786")
