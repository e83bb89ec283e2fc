"""Genuine downloads, mutated where it hurts: a result or a refusal with place and remedy, nothing else.

A slice runs with the tests; ``TARIFFS_FUZZ_SECONDS=60 python -m pytest tests/test_intake_fuzz.py`` is a longer one.
For a night: ``python -m tests.test_intake_fuzz --files 100000 --seed 1``, which prints the seed of what fails.
"""

import argparse
import io
import mmap
import os
import random
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from tariffs import Library, Question
from tariffs.errors import TariffsError
from tariffs.intake import UPLOAD, Given, Loaded, Refused, Upload, load
from tariffs.intake.formats import FORMATS
from tariffs.project import Project, laid_over, opened, packed
from tests import bounds
from tests.bounds import TooMuch, bounded

HERE = Path(__file__).parent
SEEDS = sorted(p for folder in ("samples", "layouts") for p in (HERE / folder).rglob("*.*") if p.suffix != ".md")
TOKENS = [
    b"",
    b"NA",
    b"-",
    b"0",
    b"-1",
    b"1e999",
    b"nan",
    b"=1+1",
    b'"',
    b'""',
    b"\xff\xfe",
    b"\0",
    b"\r",
    b"\n",
    b"\t",
    b";",
    b",",
    "۱۲٫۵".encode(),
    "İ".encode(),
    b"\xed\xa0\x80",
    b"9" * 400,
    b"1" * 5000,
    b"271320",
    b"TOTAL",
    b"W00",
    b"{",
    b"[",
    b"}" * 50,
    b"999999999999",
    b"2147483648",
    b"32768",
    b"0001",
    b"1.234.567,89",
    b"1402",
    b"-0",
    b"inf",
    b"true",
    b"<!ENTITY a 'b'>",
]
LIBRARY = Library.open()


def warmed() -> None:
    """Import libraries once, outside the measure."""
    for path in (HERE / "samples" / "wits_xlsx").glob("*.xlsx"):
        with suppress(Refused):
            load([path])
    load([HERE / "samples" / "comtrade_new" / "TradeData_THA_8542_crlf.csv"])
    load([HERE / "samples" / "comtrade_json" / "empty_answer_pretty.json"])


@pytest.fixture(autouse=True, scope="module")
def warm() -> None:
    warmed()


def mutated(rng: random.Random) -> Upload:
    """One file: a genuine one or a layout, changed in one to eight ways that keep some of its shape."""
    seed = rng.choice(SEEDS)
    data = seed.read_bytes()
    if data.startswith(b"PK") and rng.random() < 0.8:
        return Upload(seed.name, _workbook(data, rng))
    data = data[:60_000] if rng.random() < 0.9 else data
    for _ in range(rng.randint(1, 8)):
        data = _bytes(data, rng)
    return Upload(seed.name, data)


def _workbook(data: bytes, rng: random.Random) -> bytes:
    """The same workbook with one part's XML mutated."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        chosen = rng.choice(given.namelist())
        for name in given.namelist():
            part = given.read(name)
            if name == chosen:
                for _ in range(rng.randint(1, 6)):
                    part = _bytes(part, rng)
            if rng.random() < 0.98:
                out.writestr(name, part)
    return made.getvalue()


def _bytes(data: bytes, rng: random.Random) -> bytes:
    at, to = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
    match rng.randrange(10):
        case 0:  # one cell becomes something else
            start = max(data.rfind(b",", 0, at), data.rfind(b"\n", 0, at), data.rfind(b">", 0, at)) + 1
            ends = [e for e in (data.find(b",", at), data.find(b"\n", at), data.find(b"<", at)) if e >= 0]
            return data[:start] + rng.choice(TOKENS) + data[min(ends, default=len(data)) :]
        case 1:  # a few bytes flip
            flipped = bytearray(data)
            for _ in range(rng.randint(1, 5)):
                if flipped:
                    flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            return bytes(flipped)
        case 2:
            return data[:at]
        case 3:
            return data[:at] + data[to:]
        case 4:  # a stretch comes again
            return data[:to] + data[at : min(to, at + 2_000)] + data[to:]
        case 5:
            return data[:at] + rng.choice(TOKENS) + data[at:]
        case 6:  # another delimiter or decimal mark
            return data.replace(rng.choice([b",", b";", b"\t", b"."]), rng.choice([b",", b";", b"\t", b"|", b"."]))
        case 7:  # another encoding
            text = data.decode("utf-8", "replace")
            return text.encode(
                rng.choice(["utf-16", "cp1256", "cp1254", "latin-1", "utf-8-sig", "utf-16-be"]), "replace"
            )
        case 8:  # lines change places
            lines = data.split(b"\n")
            rng.shuffle(lines)
            return b"\n".join(lines)
        case _:  # a column goes from every line
            gone = rng.randrange(12)
            lines = [line.split(b",") for line in data.split(b"\n")]
            return b"\n".join(b",".join(c for n, c in enumerate(line) if n != gone) for line in lines)


def tried(seed: int) -> str:
    """Load one mutated file; what happened, in a word.

    Raises
    ------
    AssertionError
        As :func:`judged` says.
    """
    rng = random.Random(seed)
    return judged(mutated(rng), rng, f"seed {seed}")


def judged(upload: Upload, rng: random.Random, which: str) -> str:
    """Load one file under facts and a format drawn by chance; what happened, in a word.

    Raises
    ------
    AssertionError
        When it was neither a result nor a refusal with place and remedy, or took too long or too much memory.
    """
    chosen = rng.choice(sorted(FORMATS)) if rng.random() < 0.1 else ""
    given = Given(year=2024, reporter="IRN", product="271320", flow="export") if rng.random() < 0.5 else None
    product = rng.choice(["", "", "271320", "8542"])
    which = f"{which}: {upload.name}"
    try:
        with bounded(which):
            loaded = load([upload], chosen, product, given, UPLOAD)
    except TooMuch:
        raise
    except Refused as told:
        assert told.defects and all(d.file and d.found and d.expected and d.remedy for d in told.defects), str(told)
        outcome = "refused"
    except TariffsError as told:
        raise AssertionError(f"{which}: {told!r}") from told
    except Exception as fault:
        raise AssertionError(f"{which}: {type(fault).__name__}: {fault}") from fault
    else:
        assert all(r.rows_read == r.rows_kept + r.rows_dropped for r in loaded.reports), which
        for row in loaded.flows:
            assert 1900 <= row.year <= 2100 and row.product.isdigit(), which
            assert all(v is None or 0 <= v < float("inf") for v in (row.value_usd, row.quantity_t)), which
        _answered_from(loaded, which)
        outcome = "loaded"
    return outcome


def _answered_from(loaded: Loaded, which: str) -> None:
    """What was read goes into the library, or is refused in words."""
    if not len(loaded.flows) and not len(loaded.tariffs):
        return
    try:
        with bounded(which):
            laid = laid_over(LIBRARY, loaded)
    except TooMuch:
        raise
    except TariffsError as told:
        assert str(told), which
    except Exception as fault:
        raise AssertionError(f"{which}: {type(fault).__name__}: {fault}") from fault
    else:
        assert laid.digest != LIBRARY.digest, which


def test_a_crash_a_long_wait_and_a_hungry_file_are_told_from_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge itself: what it must not let pass does not pass."""
    rng, file = random.Random(1), Upload("f.csv", b"a,b\n1,2\n")
    assert judged(file, rng, "sound") == "refused"

    def crash(*_: object) -> Loaded:
        raise ZeroDivisionError

    def dawdle(*_: object) -> Loaded:
        end = time.process_time() + 0.13
        while time.process_time() < end:
            pass
        raise Refused

    def swell(*_: object) -> Loaded:
        with mmap.mmap(-1, bounds.MEMORY + bounds.MB) as pages:  # new ones: a heap may hand out what it holds
            for at in range(0, len(pages), mmap.PAGESIZE):
                pages[at] = 1
        raise Refused

    for fault, says, seconds in (
        (crash, "ZeroDivisionError", bounds.SECONDS),
        (dawdle, r"took 0\.\d s", 0.1),
        (swell, "took 2[0-9] MB", bounds.SECONDS),
    ):
        monkeypatch.setattr(bounds, "SECONDS", seconds)
        monkeypatch.setitem(globals(), "load", fault)
        with pytest.raises(AssertionError, match=says):
            judged(file, rng, "planted")
    monkeypatch.undo()


def test_mutated_project_files_open_or_are_refused_and_nothing_else() -> None:
    rng = random.Random(2713)
    files = tuple(Upload(path.name, path.read_bytes()[:20_000]) for path in SEEDS[:3])
    sound = packed(Project(Question(), files))
    outcomes = {"opened": 0, "refused": 0}
    for _ in range(400):
        data = sound
        for _ in range(rng.randint(1, 4)):
            data = _bytes(data, rng)
        try:
            held, _ = opened(Upload("p.zip", data), LIBRARY, UPLOAD)
        except TariffsError as told:
            assert str(told)
            outcomes["refused"] += 1
        else:
            assert all(file.name and "/" not in file.name for file in held.files)
            outcomes["opened"] += 1
    assert outcomes["refused"] > 100, outcomes


def test_mutated_downloads_load_or_are_refused_and_nothing_else() -> None:
    end = time.process_time() + float(os.environ.get("TARIFFS_FUZZ_SECONDS", "12"))
    first, outcomes = int(os.environ.get("TARIFFS_FUZZ_SEED", "2713")), {"loaded": 0, "refused": 0}
    for seed in range(first, first + 10_000_000):
        outcomes[tried(seed)] += 1
        if time.process_time() > end and sum(outcomes.values()) >= 100:
            break
    assert min(outcomes.values()) > 10, outcomes  # both ways out were taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    warmed()
    begun, done = time.monotonic(), 0
    for number in range(asked.seed, asked.seed + asked.files):
        tried(number)
        done += 1
        if time.monotonic() - begun > asked.seconds:
            break
    print(f"{done:,} mutated files from seed {asked.seed}: every one loaded or was refused with place and remedy")
