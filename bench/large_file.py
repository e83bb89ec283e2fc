"""One BACI year of ten million rows, down to one product: against pandas, in time and in memory.

The year is generated in BACI's layout (t,i,j,k,v,q; value in thousand USD, tonnes, some quantities
``NA``); its rows are random and mean nothing; of the product there are as many as of one in five thousand.
Every measurement is a process of its own, and the readers take turns. Ratios count, not seconds: they are of
processor time, which other work on the machine leaves alone, and each reader is one thread.

    python bench/large_file.py                  # ten million rows, three rounds
    python bench/large_file.py --rows 1000000 --rounds 1
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = 271320
CHUNK = 500_000
START = "import json,resource,sys,time\nfrom pathlib import Path\npath=Path(sys.argv[1]);folder=Path(sys.argv[2])\n"
STOP = (
    "\nprint(json.dumps({'seconds':time.process_time()-begun,'rows':rows,"
    "'mib':resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024}))\n"
)
LOAD = (  # as with pandas, the time to import is not counted
    "from tariffs.intake import load, places\nimport pandas, pyarrow.csv, pyarrow.parquet\n"
    "places.by_number('364'); places.by_name('Iran')\nbegun=time.process_time()\n"
)
READERS = {
    "pandas": START + "import pandas as pd\nbegun=time.process_time()\nframe=pd.read_csv(path)\n"
    f"rows=int((frame['k']=={PRODUCT}).sum())" + STOP,
    "load": START + LOAD + f"rows=len(load([path],product='{PRODUCT}').flows)" + STOP,
    "cache": START + LOAD + f"rows=len(load([path],product='{PRODUCT}',cache=folder).flows)" + STOP,
}


def generate(path: Path, rows: int, seed: int = 2713) -> int:
    """Write a year in BACI's layout; returns how many rows are of the product."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as compute
    import pyarrow.csv as pc

    rng = np.random.default_rng(seed)
    with (ROOT / "tests" / "samples" / "baci" / "country_codes_V202301.csv").open(encoding="utf-8") as file:
        countries = [int(r["country_code"]) for r in csv.DictReader(file) if len(r["iso_3digit_alpha"]) == 3]
    countries = [c for c in countries if c not in (200, 278, 530, 697, 810, 849, 891)]
    products = np.sort(rng.choice(np.arange(10_111, 970_600), 5_000, replace=False))
    products[products.searchsorted(PRODUCT) % len(products)] = PRODUCT
    chance = rng.pareto(1.5, len(products)) + 0.05
    ours = products == PRODUCT  # as many flows as a product has on average, one in five thousand
    chance[ours] = 0.0
    chance *= (1 - 1 / len(products)) / chance.sum()
    chance[ours] = 1 / len(products)
    made = 0
    with path.open("wb") as out:
        out.write(b"t,i,j,k,v,q\n")
        for start in range(0, rows, CHUNK):
            n = min(CHUNK, rows - start)
            k = rng.choice(products, n, p=chance)
            made += int((k == PRODUCT).sum())
            value = np.round(np.exp(rng.normal(3, 3, n)), 3)
            tonnes = np.round(value / np.exp(rng.normal(1, 1.5, n)), 3)
            quantity = pa.array([f"{q:.3f}" for q in tonnes], pa.string())
            quantity = compute.if_else(pa.array(rng.random(n) < 0.03), pa.scalar("           NA"), quantity)
            table = pa.table(
                {
                    "t": np.full(n, 2021, np.int16),
                    "i": rng.choice(countries, n),
                    "j": rng.choice(countries, n),
                    "k": compute.utf8_lpad(pa.array(k).cast(pa.string()), 6, "0"),
                    "v": value,
                    "q": quantity,
                }
            )
            pc.write_csv(table, out, pc.WriteOptions(include_header=False, quoting_style="none"))
    return made


def measure(reader: str, path: Path, folder: Path) -> dict[str, float]:
    """One run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", READERS[reader], str(path), str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{reader} failed:\n{done.stderr}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to put the generated year; default: a temporary folder")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as made_in:
        folder = Path(made_in)
        path = folder / "BACI_HS17_Y2021_V202301.csv"
        expected = generate(path, asked.rows)
        size = path.stat().st_size / 2**20
        print(f"{asked.rows:,} rows, {size:,.0f} MiB, {expected:,} of {PRODUCT}")
        first = measure("cache", path, folder / "sorted")
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in READERS}
        for _ in range(asked.rounds):
            for name, told in runs.items():
                told.append(measure(name, path, folder / "sorted"))
        for name, told in runs.items():
            wrong = {int(run["rows"]) for run in told} - {expected}
            if wrong:
                raise SystemExit(f"{name} found {wrong} rows, not {expected}")
        seconds = {name: median(run["seconds"] for run in told) for name, told in runs.items()}
        ratios = [a["seconds"] / b["seconds"] for a, b in zip(runs["pandas"], runs["cache"], strict=True)]
        peak = {name: max(run["mib"] for run in told) for name, told in runs.items()}
        print("claim | measured | goal | peak MiB")
        print(
            f"one product out of the CSV, time against pandas.read_csv | {seconds['load'] / seconds['pandas']:.2f} "
            f"({seconds['load']:.2f} s / {seconds['pandas']:.2f} s) | ≤ 0.50 | {peak['load']:.0f}"
        )
        print(
            f"one product out of the CSV, memory against pandas.read_csv | {peak['load'] / peak['pandas']:.2f} "
            f"({peak['load']:.0f} / {peak['pandas']:.0f} MiB) | ≤ 0.25 | {peak['load']:.0f}"
        )
        print(
            f"from the sorted copy, speed against pandas.read_csv | {seconds['pandas'] / seconds['cache']:.0f}× "
            f"[{min(ratios):.0f} to {max(ratios):.0f}] ({seconds['cache'] * 1000:.0f} ms) | ≥ 50× | {peak['cache']:.0f}"
        )
        print(f"making the sorted copy, once | {first['seconds']:.1f} s | – | {first['mib']:.0f}")


if __name__ == "__main__":
    main()
