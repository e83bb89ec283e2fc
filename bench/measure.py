"""Two ways of doing the same work, timed turn by turn, and the most memory it took."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

REPEATS = 9


@dataclass(frozen=True)
class Claim:
    """One row of the table: how many times faster, and what was promised."""

    name: str
    peer: str
    ratio: float
    least: float
    most: float
    goal: float
    ours_ms: float
    peak_mib: float
    note: str = ""
    unit: str = "×"  # a ratio is at least its goal; ms or MiB are at most theirs

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.unit == "×" else self.ratio <= self.goal

    def tell(self) -> None:
        """Hand the row to the table, as a line of JSON."""
        json.dump(asdict(self), sys.stdout)
        print()


@dataclass(frozen=True)
class Goal:
    """A figure of the app, and what it may be at most; nothing when it is told for itself."""

    name: str
    value: float
    most: float | None

    def tell(self) -> None:
        """Hand the row to the table, as a line of JSON."""
        json.dump(asdict(self), sys.stdout)
        print(flush=True)


def against(
    name: str, peer: str, theirs: Callable[[], float], ours: Callable[[], object], goal: float, note: str = ""
) -> Claim:
    """Time both in turn; ``theirs`` returns what share of the whole work it did, so a sample can stand for it.

    Processor time, not the clock on the wall: other work on the machine does not count for either side, and
    neither is given credit for a second core.
    """
    theirs(), ours()  # load, compile, warm the caches
    ratios, times = [], []
    for _ in range(REPEATS):
        start = time.process_time()
        share = theirs()
        slow = (time.process_time() - start) / share
        start = time.process_time()
        ours()
        fast = time.process_time() - start
        ratios.append(slow / fast)
        times.append(fast * 1e3)
    return Claim(name, peer, median(ratios), min(ratios), max(ratios), goal, median(times), peak(), note)


def peak() -> float:
    """Most memory this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
