"""A study of a million draws, every figure with its quantiles, in a process of its own: does it fit in 2 GiB?

    python -m bench.million [DRAWS]
"""

import sys
import time

from bench.measure import Claim, peak
from tariffs import Library, Question, run

GOAL = 2_048.0  # MiB


def main(draws: int = 1_000_000) -> None:
    library = Library.open()
    start = time.perf_counter()
    _ = run(Question(draws=draws), library).figures
    taken, most = time.perf_counter() - start, peak()
    Claim(f"a study of {draws:,} draws, peak memory", "", most, most, most, GOAL, 1e3 * taken, most, unit="MiB").tell()


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
