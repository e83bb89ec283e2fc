"""How much the named, guarded estimate costs over the bare estimator, and what sharing a bootstrap gains.

Both fit the same panel in the same process, in turn; each figure is the median over the rounds. Peak memory is
the process's own, after its run.
"""

import resource
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

ROUNDS = 7
FORMULA = "value ~ ln_tariff + rta | exporter^year + importer^year + exporter^importer"


def panel(countries: int = 92, years: int = 12, seed: int = 1) -> pd.DataFrame:
    """About 100,000 rows, two thirds of them zero, some pairs and years without any trade."""
    rng = np.random.default_rng(seed)
    e, i, y = (x.ravel() for x in np.meshgrid(range(countries), range(countries), range(years), indexing="ij"))
    tariff = np.where(e == i, 0.0, rng.choice([0.0, 0.02, 0.05, 0.1, 0.2], len(e)))
    rta = (rng.random((countries, countries))[e, i] < 0.3) & (y >= rng.integers(0, years, (countries, countries))[e, i])
    mean = rng.normal(0, 1, (countries, years))[e, y] + rng.normal(0, 1, (countries, years))[i, y]
    mean += rng.normal(0, 1.2, (countries, countries))[e, i] - 4 * np.log1p(tariff) + 0.3 * rta - 1.2
    mean[rng.random((countries, countries))[e, i] < 0.06] = -np.inf
    frame = pd.DataFrame(
        {"exporter": e, "importer": i, "year": y, "ln_tariff": np.log1p(tariff), "rta": rta.astype(float)}
    )
    frame["value"] = rng.poisson(np.exp(mean)).astype(float)
    names = np.array([f"C{n:02d}" for n in range(countries)])
    return frame.assign(exporter=names[e], importer=names[i], pair=e * countries + i)


def main() -> None:
    import pyfixest

    from tariffs.evidence.estimate import estimate
    from tariffs.evidence.resample import bootstrap

    warnings.simplefilter("ignore")
    frame = panel()

    def bare() -> object:
        return pyfixest.fepois(FORMULA, data=frame, vcov={"CRV1": "pair"})

    def ours() -> object:
        return estimate(frame, FORMULA, "ppml", "cluster", "pair")

    one, other = bare(), ours()
    apart = max(abs(a / b - 1) for a, b in zip(other.params, one.coef(), strict=True))  # type: ignore[attr-defined]
    assert apart < 1e-5, apart
    took: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(ROUNDS):
        took["bare"].append(_seconds(bare))
        took["ours"].append(_seconds(ours))
    ratio = statistics.median(a / b for a, b in zip(took["ours"], took["bare"], strict=True))
    print("claim | measured | goal | peak MiB")
    seconds = {name: statistics.median(times) for name, times in took.items()}
    rows = f"{len(frame):,} rows, {seconds['bare']:.2f} s bare, {seconds['ours']:.2f} s ours"
    print(f"PPML through our door over bare pyfixest ({rows}) | {ratio:.2f}x | <= 1.1x | {_peak():.0f}")

    small = panel(40, 10)
    bootstrap(small, FORMULA, cluster="pair", draws=20, jobs=2)  # the processes start and import once
    alone = _seconds(lambda: bootstrap(small, FORMULA, cluster="pair", draws=100))
    shared = _seconds(lambda: bootstrap(small, FORMULA, cluster="pair", draws=100, jobs=2))
    claim = "bootstrap of pairs, 100 replications: one process over two"
    print(f"{claim} | {alone / shared:.2f}x | >= 1.2x | {_peak():.0f}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
