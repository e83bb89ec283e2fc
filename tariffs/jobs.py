"""The same work on many items: here, in several processes, or on a Dask cluster; the results are the same.

Processes of this machine come through joblib, a cluster through Dask's own client. The function travels with every
item as bytes, so that nothing the work needs is kept on one machine of a cluster: when that machine goes down,
another is given the same.
"""

import pickle  # nosec B403
import re
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from tariffs.errors import N_, TariffsError
from tariffs.progress import Progress, silent

Item = TypeVar("Item")
Done = TypeVar("Done")

ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+:\d{1,5}|(tcp|tls)://\[[0-9a-fA-F:]+\]:\d{1,5}")
Results: TypeAlias = Generator[Any, None, None]
Begin: TypeAlias = Callable[[bytes, Sequence[Any]], Results]

AT_HAND = 3  # calls on their way to each thread of a cluster
PATIENCE = 5  # seconds for a cluster to answer
WORKERS_PATIENCE = 10  # seconds for it to have a worker


class NoCluster(TariffsError):
    """The cluster asked for cannot be used; the message says what to do."""


def spread(
    function: Callable[[Item], Done],
    items: Sequence[Item],
    *,
    workers: int = 1,
    scheduler: str = "",
    progress: Progress = silent,
) -> list[Done]:
    """Results of ``function`` for every item, in the order of the items.

    Parameters
    ----------
    function : what to do with one item; it and the items can be pickled, and it depends on nothing else.
    workers : processes on this machine; 1 works here, without any.
    scheduler : ``tcp://host:port`` of a Dask cluster, which is then given the work instead.
    progress : told after each result; raising in it (``Stopped``) gives up what is left.

    Raises
    ------
    TariffsError
        When ``workers`` is no number of processes, or the cluster cannot be used. What ``function`` raises is
        raised here; no further item is begun then.
    """
    if workers < 1:
        raise TariffsError(N_("Work is spread over 1 process or more; found {workers}."), workers=workers)
    done: list[Done] = []
    progress(0, len(items))
    if not items:
        return done
    if workers == 1 and not scheduler:
        results: Iterator[Done] = (function(item) for item in items)
        return _gathered(results, len(items), progress, done)
    sealed = pickle.dumps(function)
    with _cluster(scheduler) if scheduler else _processes(workers) as begin:
        results = begin(sealed, items)
        try:
            return _gathered(results, len(items), progress, done)
        finally:
            results.close()  # what is left is not begun


def _gathered(results: Iterator[Done], count: int, progress: Progress, done: list[Done]) -> list[Done]:
    for result in results:
        done.append(result)
        progress(len(done), count)
    return done


def _call(sealed: bytes, item: Any) -> Any:
    return _opened(sealed)(item)


@lru_cache(maxsize=2)
def _opened(sealed: bytes) -> Callable[[Any], Any]:
    """The function, once in each process however many items it is given."""
    # Bytes that ``spread`` made.
    function: Callable[[Any], Any] = pickle.loads(sealed)  # noqa: S301  # nosec B301
    return function


@contextmanager
def _processes(workers: int) -> Iterator[Begin]:
    """Processes of this machine."""
    import joblib

    def begin(sealed: bytes, items: Sequence[Any]) -> Results:
        calls = (joblib.delayed(_call)(sealed, item) for item in items)
        results = joblib.Parallel(n_jobs=workers, backend="loky", return_as="generator")(calls)
        try:
            for result in results:  # noqa: UP028 - a plain loop, so that the close below is the one that counts
                yield result
        finally:
            with warnings.catch_warnings():  # it warns that work is given up, which is what was asked
                warnings.filterwarnings("ignore", message=".*have been cancelled.*", category=UserWarning)
                results.close()

    yield begin


@contextmanager
def _cluster(address: str) -> Iterator[Begin]:
    """A Dask cluster that has workers.

    Its own client is used, not joblib's: joblib 1.6 waits forever for a task whose workers died, here it is an error.
    """
    if not ADDRESS.fullmatch(address):
        raise NoCluster(N_("'{address}' is no address of a cluster. Write it as tcp://host:8786."), address=address)
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster(
            N_(
                "Work is sent to a cluster through Dask, which is not installed here. Run `pip install "
                "-r requirements-fast.txt`, on the cluster's machines too."
            )
        ) from None
    try:
        connect: Any = Client  # it has no types
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise NoCluster(
            N_(
                "No Dask cluster answers at {address} within {patience} seconds ({error}). Start one "
                "with `dask scheduler` and `dask worker`, check the address, or leave --scheduler out."
            ),
            address=address,
            patience=PATIENCE,
            error=error,
        ) from None
    try:
        try:
            client.wait_for_workers(1, timeout=WORKERS_PATIENCE)
        except TimeoutError:
            raise NoCluster(
                N_("The cluster at {address} has no worker. Start some with `dask worker {address}`."), address=address
            ) from None
        yield partial(_on_cluster, client)
    finally:
        client.close(timeout=PATIENCE)


def _on_cluster(client: Any, sealed: bytes, items: Sequence[Any]) -> Results:
    """Results in order; only so many calls are under way that every worker has the next at hand."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    most = AT_HAND * max(1, sum(client.nthreads().values()))
    left, under_way = iter(items), deque[Any]()
    try:
        while True:
            fresh = islice(left, most - len(under_way))
            under_way.extend([client.submit(_call, sealed, item, pure=False) for item in fresh])
            if not under_way:
                return
            try:
                yield under_way[0].result()
            except KilledWorker as error:
                tries = error.allowed_failures + 1
                raise NoCluster(
                    N_(
                        "One of the items took down every worker it was given to, {tries} in all. Most often "
                        "that is memory: give the workers more, or ask for fewer draws at once."
                    ),
                    tries=tries,
                ) from None
            except (CancelledError, OSError) as error:
                raise NoCluster(
                    N_("The cluster was lost before the work was done ({error}). Start it again."), error=error
                ) from None
            under_way.popleft()
    finally:
        client.cancel(list(under_way), force=True)
