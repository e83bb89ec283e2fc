"""A heat map of 101 x 101 cells in the exact model, NumPy only or compiled, against a loop of ``fsolve``."""

import os
import sys

import numpy as np

from bench.bundled import agree, heat_map
from bench.measure import against
from bench.peer import peer_of
from tariffs.models import kernel, solve

CHECKED, TIMED = 300, 150  # cells compared, and cells timed in each of the nine turns: 1,350 in all


def main(compiled: bool, tuned: bool) -> None:
    os.environ["TARIFFS_KERNEL"] = "" if compiled else "numpy"
    if compiled and not kernel.wanted():
        sys.exit("numba is not installed: pip install -r requirements-fast.txt")
    case, rng = heat_map(), np.random.default_rng(1)
    peer = peer_of(case.market, tuned)
    agree(case, peer, case.sample(rng, CHECKED))

    def theirs() -> float:
        for cell in case.sample(rng, TIMED):
            peer.solve(case.shock.A[cell], case.shock.B[cell])
        return TIMED / len(case.shock.A)

    against(
        f"heat map 101 x 101, {'compiled' if compiled else 'NumPy only'}",
        f"fsolve, cell by cell, {'tuned' if tuned else 'as written'}",
        theirs,
        lambda: solve("armington", case.market, case.shock),
        goal=2_000 if compiled else 200,
    ).tell()


if __name__ == "__main__":
    main(compiled="compiled" in sys.argv, tuned="tuned" in sys.argv)
