"""The readers under atheris: files steered towards code that no file before them has reached.

Every file is judged as in ``tests/test_intake_fuzz.py``: a result or a refusal with place and remedy, within the
bounds of ``tests/bounds.py``. atheris and libFuzzer see which branches of ``tariffs.intake`` a file takes and keep
those that take new ones; they are changed by libFuzzer's own hand and by our mutations that keep a table's shape.

    make night
    python -m tests.guided_fuzz --files 5000 --corpus build/corpus

A file that fails is written to ``build/`` as ``crash-…``; give its path alone to see it fail again.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tariffs.intake"]):
    import tariffs.intake.door
    import tariffs.intake.template
    import tariffs.intake.write  # noqa: F401

from tariffs.intake import Upload
from tests.test_intake_fuzz import SEEDS, _bytes, _workbook, judged, warmed

LONGEST = 64 * 1024
FAILED = Path(__file__).parent.parent / "build"
NAMES = ("f.csv", "f.xlsx", "f.json", "BACI_HS17_Y2021_V202301.csv", "dat")


def one(data: bytes) -> None:
    """Judge one file; the facts given with it hang on its content, so that it fails again alone."""
    rng = random.Random(data)
    judged(Upload(rng.choice(NAMES), data), rng, "guided")


def changed(data: bytes, most: int, seed: int) -> bytes:
    """One file made another: half the time by bits and words, half the time as people and programs spoil tables."""
    rng = random.Random(seed)
    if data.startswith(b"PK") and rng.random() < 0.8:
        try:
            return _workbook(data, rng)[:most]
        except Exception:  # no longer a workbook
            return bytes(atheris.Mutate(data, most))
    if rng.random() < 0.5:
        return bytes(atheris.Mutate(data, most))
    return _bytes(data, rng)[:most]


def seeded(folder: Path) -> None:
    """The genuine files and layouts, cut to size: what the steering starts from."""
    for number, path in enumerate(SEEDS):
        data = path.read_bytes()
        if data.startswith(b"PK") and len(data) > LONGEST:
            continue
        (folder / f"seed-{number}").write_bytes(data[:LONGEST])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("again", nargs="?", type=Path, help="a file that failed, to be judged again")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=0, help="stop after this time; 0 for never")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="folder that keeps what reached new code; default: none")
    asked = parser.parse_args()
    warmed()
    if asked.again is not None:
        one(asked.again.read_bytes())
        return
    FAILED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        seeds = Path(made)
        seeded(seeds)
        if asked.corpus is not None:
            asked.corpus.mkdir(parents=True, exist_ok=True)
        folders = [str(seeds)] if asked.corpus is None else [str(asked.corpus), str(seeds)]
        told = ["guided_fuzz", f"-runs={asked.files}", f"-seed={asked.seed}", f"-max_len={LONGEST}", "-timeout=60"]
        told += ["-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={FAILED}/"]
        told += [f"-max_total_time={asked.seconds}"] if asked.seconds else []
        atheris.Setup([*told, *folders], one, custom_mutator=changed)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
