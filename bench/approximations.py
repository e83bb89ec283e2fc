"""The same heat map by GSIM and by SMART, against the exact model: an approximation should at least be quick."""

import os
import sys

from bench.bundled import heat_map
from bench.measure import against
from tariffs.models import solve


def main(model: str) -> None:
    os.environ["TARIFFS_KERNEL"] = "numpy"
    case = heat_map()
    assert solve(model, case.market, case.shock).closed.all()

    def exact() -> float:
        solve("armington", case.market, case.shock)
        return 1.0

    against(
        f"heat map 101 x 101, {model}",
        "armington, NumPy only",
        exact,
        lambda: solve(model, case.market, case.shock),
        goal=1,
    ).tell()


if __name__ == "__main__":
    main(sys.argv[1])
