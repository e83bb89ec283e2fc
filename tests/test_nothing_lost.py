"""Whatever stops the writing of a file, the old one or the new one is there whole; a full disk is explained."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
# Started once; for each way of writing it forks a child that is killed by the system at one moment of the writing.
KILLER = r"""
import io, json, os, resource, signal, sys
from pathlib import Path
import pandas as pd
import pyarrow.parquet as pq
from tariffs import Library, Question, project, run, sweeps, whole
from tariffs.brief import limits_charts, limits_maps, workbook
from tariffs.cli import limits as shell
from tariffs.errors import NotWritten
from tariffs.intake import Upload, load
from tariffs.intake import template as empty
from tariffs.intake.write import write
from tariffs.limits import heat_map
from tariffs.limits.heatmap import Sweep
from tariffs.study.figures import Key
from tariffs.words import Words

HEAD = "year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t\n"
loaded = load([Upload("a.csv", (HEAD + "2024,,TUR,IRN,TUR,271320,HS22,import,cif,1000,4\n").encode())])
library = Library.open()
study = run(Question(draws=0), library)
made = heat_map(library, Question(draws=0), Sweep("tur.duty", size=3), Sweep("irq.duty", size=3),
                Key("tonnes", "TUR", "change"))
folder = Path(sys.argv[1])
brief = workbook.to_bytes(study)
workbook.to_bytes = lambda *_: brief  # made once: it is the writing that is tried
sheet = empty.template("flows", "fa", ".xlsx")
empty.template = lambda *_: sheet
# Programs with threads of their own do not survive a fork: what they make is made before.
svg = limits_charts.drawn(limits_maps.heat_map(made, Words()), ".svg")
limits_charts.drawn = lambda *_: svg
packed_rows = io.BytesIO()
pq.write_table(loaded.flows.table, packed_rows)
pq.write_table = lambda table, file, **_: file.write(packed_rows.getvalue())
saved = project.packed(project.Project(Question(), (Upload("a.csv", b"x"),)))


def packed(path):
    with whole.replaced(path) as file:
        file.write(saved)


WAYS = {
    "rows.csv": lambda p: write(loaded.flows, p),
    "rows.parquet": lambda p: write(loaded.flows, p),
    "rows.json": lambda p: write(loaded.flows, p),
    "template.xlsx": lambda p: empty.write_template("flows", "fa", p),
    "brief.xlsx": lambda p: workbook.write(study, p),
    "project.zip": packed,
    "sweep.csv": lambda p: sweeps.write(pd.DataFrame({"a": [1]}), p, {}),
    "sweep.json": lambda p: sweeps.write(pd.DataFrame({"a": [1]}), p, {}),
    "map.csv": lambda p: shell._write(made, p),
    "map.json": lambda p: shell._write(made, p),
    "map.svg": lambda p: shell._write(made, p),
}


class Half:
    # A file whose writer dies in the middle of the first piece.
    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *what):
        return self._file.__exit__(*what)

    def write(self, data):
        self._file.write(bytes(data)[: max(1, len(data) // 2)])
        self._file.flush()
        die()


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def stop(moment):
    if moment == "half":
        real = os.fdopen
        whole.os = type("O", (), {**vars(os), "fdopen": staticmethod(lambda *a: Half(real(*a)))})
    if moment == "unnamed":
        os.fsync = die
    if moment == "named":
        real = os.replace
        os.replace = lambda *a: (real(*a), die())


told, explained = [], []
for name, way in WAYS.items():
    fresh = folder / "fresh" / name
    way(fresh)
    for moment in ("half", "unnamed", "named"):
        path = folder / moment / name
        path.write_bytes(b"old")
        sys.stdout.flush()
        child = os.fork()
        if not child:
            stop(moment)
            way(path)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        told.append([name, moment, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                     path.read_bytes() == (fresh.read_bytes() if moment == "named" else b"old")])
for name, way in WAYS.items():
    for where in (folder / "full" / name, Path("/proc") / name):
        if where.parent != Path("/proc"):
            where.write_bytes(b"old")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2, hard))  # a disk with room for two bytes
        try:
            way(where)
            why = ""
        except NotWritten as reason:
            why = str(reason)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        explained.append([str(where), why])
whole_still = all(p.read_bytes() == b"old" for p in (folder / "full").iterdir())
print(json.dumps([told, explained, whole_still]))
"""


def test_a_kill_or_a_full_disk_at_any_writing_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    for name in ("fresh", "half", "unnamed", "named", "full"):
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told, explained, whole_still = json.loads(done.stdout.splitlines()[-1])
    assert len(told) == 33
    assert [row for row in told if row[2] != 9] == []  # every child died by the kill, in the middle of its work
    assert [row[:2] for row in told if not row[3]] == []
    # No room, and a folder where nothing may be written: said in words, nothing lost, nothing left behind.
    assert len(explained) == 22
    assert [where for where, why in explained if "hoose" not in why] == []
    assert whole_still and len(list((tmp_path / "full").iterdir())) == 11


def test_a_full_disk_behind_the_answer_itself_is_explained() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tariffs", "load", "--formats", "--json"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2 and "Traceback" not in done.stderr and "could not be written" in done.stderr
