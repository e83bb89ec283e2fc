"""Two hundred panels on which an estimator may come to grief, tried one after the other in one process.

Run as a program: the last line says how many it survived. A compiled core that aborts takes the process with it,
so the test that starts it sees the missing line.
"""

import sys
import warnings

import numpy as np
import pandas as pd

from tariffs.errors import TariffsError
from tariffs.evidence.estimate import estimate

FORMULAS = (
    "value ~ tariff | exporter^year + importer^year",
    "value ~ tariff + distance | exporter^year + importer^year + exporter^importer",
    "value ~ log(distance) + tariff | exporter + importer",
    "value ~ tariff | exporter^importer^year",
    "value ~ tariff + distance",
    "value ~ C(exporter) + tariff | year",
    "value ~ i(year, tariff) | importer",
    "log(value) ~ tariff | exporter + year",
    "value ~ tariff*distance | importer^year",
)


def panel(number: int) -> pd.DataFrame:
    """One panel, spoilt in a way that its number decides."""
    rng = np.random.default_rng(number)
    exporters, importers, years = rng.integers(1, 6), rng.integers(1, 6), rng.integers(1, 4)
    cells = [(f"E{e}", f"I{i}", 2000 + y) for e in range(exporters) for i in range(importers) for y in range(years)]
    frame = pd.DataFrame(cells, columns=["exporter", "importer", "year"])
    n = len(frame)
    frame["value"] = rng.poisson(3, n).astype(float)
    frame["tariff"] = rng.random(n)
    frame["distance"] = rng.integers(1, 9, n).astype(float)
    spoil = SPOILS[number % len(SPOILS)]
    return spoil(frame, rng)


def _set(column: str, values: object):  # type: ignore[no-untyped-def]
    def spoil(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        return frame.assign(**{column: values})

    return spoil


def _some(column: str, value: object, share: float = 0.5):  # type: ignore[no-untyped-def]
    def spoil(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        spoilt = frame[column].astype(object if isinstance(value, str) else float)
        spoilt[rng.random(len(frame)) < share] = value
        return frame.assign(**{column: spoilt})

    return spoil


SPOILS = (
    _set("exporter", "E0"),
    _set("value", 0.0),
    _set("value", 1.0),
    _set("tariff", 0.0),
    _set("tariff", 1.0),
    _set("tariff", np.nan),
    _set("tariff", np.inf),
    _some("value", np.nan),
    _some("value", np.inf, 0.2),
    _some("value", -1.0, 0.1),
    _some("tariff", "a lot", 0.3),
    _some("value", 1e300, 0.3),
    _some("value", 1e-300, 0.9),
    _some("tariff", 1e200, 0.2),
    _some("value", 0.0, 0.95),
    lambda f, r: f.iloc[:1],
    lambda f, r: f.iloc[:2],
    lambda f, r: f.iloc[:0],
    lambda f, r: f.assign(distance=f["tariff"] * 2),
    lambda f, r: f.assign(distance=f["tariff"]),
    lambda f, r: f.assign(importer=[f"I{i}" for i in range(len(f))]),
    lambda f, r: f.assign(exporter=np.arange(len(f)), importer=np.arange(len(f))),
    lambda f, r: f.assign(year=pd.Timestamp("2000-01-01")),
    lambda f, r: f.assign(exporter=f["exporter"].astype("category")),
    lambda f, r: f.assign(exporter=pd.Categorical(f["exporter"], categories=["E0"])),
    lambda f, r: f.assign(value=f["value"].astype("Int64").mask(r.random(len(f)) < 0.3)),
    lambda f, r: f.assign(value=f["value"].astype(bool), tariff=f["tariff"].astype("float32")),
    lambda f, r: f.assign(value=f["value"].astype(complex)),
    lambda f, r: f.assign(tariff=[[1, 2]] * len(f)),
    lambda f, r: f.assign(exporter=None),
    lambda f, r: f.assign(importer=[{"a": 1}] * len(f)),
    lambda f, r: pd.concat([f, f["tariff"]], axis=1),
    lambda f, r: f.drop(columns="tariff"),
    lambda f, r: pd.concat([f] * 3, ignore_index=True),
    lambda f, r: f.assign(tariff=(f["value"] == 0).astype(float)),
    lambda f, r: f.assign(value=f["value"].where(f["exporter"] != "E0", 0.0)),
    lambda f, r: f.set_index("exporter", drop=False),
    lambda f, r: f.sample(frac=0.3, random_state=1),
    lambda f, r: f.assign(value=f["tariff"]),
    lambda f, r: f.assign(tariff=f["tariff"] * 1e-9),
)


def main(first: int, last: int) -> None:
    warnings.simplefilter("ignore")
    told = made = 0
    for number in range(first, last):
        formula = FORMULAS[(number // len(SPOILS) + number) % len(FORMULAS)]
        kind = ("ppml", "ols")[number % 2] if "log(value)" not in formula else "ols"
        vcov = ("hetero", "cluster", "iid")[number % 3]
        try:
            fit = estimate(panel(number), formula, kind, vcov, "exporter" if vcov == "cluster" else "")
        except TariffsError as refusal:
            told += 1
            assert len(str(refusal)) > 20, refusal
        else:
            made += 1
            assert np.isfinite(fit.params).all() and (fit.bse > -1).all(), (number, fit)
    print(f"survived {last - first}: {told} refused in words, {made} estimated", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
