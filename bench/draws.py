"""A Monte Carlo from nothing: drawing every range, both sides' ladders, solving both, and quantiles, per draw.

    python -m bench.draws [compiled] [tuned]

against one ``fsolve`` solve of one side in one draw.
"""

import os
import sys

import numpy as np

from bench.measure import against
from bench.peer import peer_of
from tariffs import Library, Question, run
from tariffs.models import kernel
from tariffs.study import large
from tariffs.study.figures import Key, standings
from tariffs.study.sides import dimensions

DRAWS, SOLVED, TIMED = 2**15, 200, 60  # draws of ours in a turn; draws that the peer has, and solves in a turn
ASKED = (
    Key("exports_to_buyers_tonnes", "IRN", "change"),
    Key("net_back_usd_per_t", "IRN", "change"),
    Key("landed_usd_per_t", "TUR", "change"),
)


def main(compiled: bool, tuned: bool) -> None:
    os.environ["TARIFFS_KERNEL"] = "" if compiled else "numpy"
    if compiled and not kernel.wanted():
        sys.exit("numba is not installed: pip install -r requirements-fast.txt")
    library = Library.open()
    some, rng = run(Question(draws=SOLVED), library).after.result, np.random.default_rng(1)
    peers = [peer_of(some.market.row(d), tuned) for d in range(SOLVED + 1)]  # laying a market out is not counted
    for d, peer in enumerate(peers):
        found = some.market.row(d).net_back * np.exp(peer.solve(some.shock.A[d], some.shock.B[d]))
        assert np.allclose(found, some.net_back[d], rtol=1e-8, atol=0), f"draw {d}"
    study = run(Question(draws=0), library)
    standing = standings(study.world, study.before, study.after)

    def theirs() -> float:
        for d in rng.choice(len(peers), TIMED, replace=False):
            peers[d].solve(some.shock.A[d], some.shock.B[d])
        return TIMED / DRAWS

    against(
        f"Monte Carlo, drawing and quantiles included, {'compiled' if compiled else 'NumPy only'}",
        f"one fsolve a draw, {'tuned' if tuned else 'as written'}",
        theirs,
        lambda: large.tally(study.at, dimensions(library), DRAWS, 1, (), standing, ASKED),
        goal=300,
    ).tell()


if __name__ == "__main__":
    main(compiled="compiled" in sys.argv, tuned="tuned" in sys.argv)
