"""A lever moved: the study without doubt, its figures included, as the page asks for it; processor time.

Run alone: ``python -m bench.slider``.
"""

import time
from statistics import median

from bench.measure import Claim, peak
from tariffs import Library, Question, run

MOVES = {
    "tur.duty": (0.0, 0.2), "tur.levy": (1.0, 100.0), "tur.wedge": (0.0, 200.0), "irq.duty": (0.0, 0.3),
    "irn.fx_haircut": (0.05, 0.4), "freight.tur": (20.0, 80.0), "relabelling": (0.0, 60.0),
}  # fmt: skip
STEPS = 40  # of each slider
ROUNDS = 5  # the quietest counts: the machine is shared


def recompute(library: Library, draws: int, steps: int) -> list[float]:
    """Processor seconds of every move, sliders one after another from their low to their high end."""
    asked, taken = Question(draws=draws), []
    _ = run(asked, library).figures
    for name, (low, high) in MOVES.items():
        for step in range(steps):
            moved = asked.with_set(name, f"{low + (high - low) * step / steps:.6g}")
            start = time.process_time()
            _ = run(moved, library).figures
            taken.append(time.process_time() - start)
    return taken


def main() -> None:
    """Tell the middle of every move of the quietest round, at central values."""
    library = Library.open()
    rounds = [recompute(library, 0, STEPS) for _ in range(ROUNDS)]
    quiet = sorted(min(rounds, key=median))
    ms = 1e3 * median(quiet)
    Claim(
        "a lever moved, study without doubt, median", "", ms, 1e3 * quiet[0], 1e3 * quiet[len(quiet) * 9 // 10],
        goal=5, ours_ms=ms, peak_mib=peak(), unit="ms",
    ).tell()  # fmt: skip


if __name__ == "__main__":
    main()
