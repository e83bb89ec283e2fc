"""Run every claim in a process of its own, one after the other, and print two tables: the models, then the app."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure import Claim

CLAIMS = (
    ("heatmap",),
    ("heatmap", "tuned"),
    ("heatmap", "compiled"),
    ("heatmap", "compiled", "tuned"),
    ("approximations", "gsim"),
    ("approximations", "smart"),
    ("draws",),
    ("draws", "tuned"),
    ("draws", "compiled"),
    ("draws", "compiled", "tuned"),
    ("million",),
    ("slider",),
)

APP = (("app",), ("endurance", "crowd"), ("endurance", "soak"))


def main(wanted: list[str]) -> int:
    """Both tables, or the one named: ``models`` or ``app``. Returns 1 while anything is short of its goal."""
    short = (models() if "app" not in wanted else 0) + (app() if "models" not in wanted else 0)
    return 1 if short else 0


def app() -> int:
    """The app as its visitors have it; returns how many goals were missed."""
    table = Table(title="The app, in milliseconds, messages or MiB")
    for name in ("figure", "measured", "at most", ""):
        table.add_column(name, justify="left" if name == "figure" else "right")
    short = 0
    for script, *rest in APP:
        run = _run(script, rest)
        if run.returncode:
            sys.stderr.write(run.stderr)
            table.add_row(" ".join((script, *rest)), "failed", "", "short")
            short += 1
        for line in run.stdout.splitlines():
            found = json.loads(line)
            met = found["most"] is None or found["value"] <= found["most"]
            short += not met
            most = "" if found["most"] is None else f"{found['most']:,g}"
            word = "short" if not met else "met" if most else ""
            table.add_row(found["name"], f"{found['value']:,.4g}", most, word)
    Console(width=140).print(table)
    return short


def _run(script: str, rest: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", f"bench.{script}", *rest],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip


def models() -> int:
    """The models against their peers; returns how many goals were missed."""
    table = Table(title="In one run: times faster than the peer (processor time, median of nine turns), or ms, or MiB")
    for name in ("claim", "peer", "measured", "goal", "", "ours, ms", "peak MiB"):
        table.add_column(name, justify="left" if name in ("claim", "peer") else "right")
    short = 0
    for script, *rest in CLAIMS:
        if "compiled" in rest and find_spec("numba") is None:
            table.add_row(f"{script}, compiled", "", "numba is not installed", "", "", "", "")
            continue
        run = _run(script, rest)
        if run.returncode:
            sys.stderr.write(run.stderr)
            table.add_row(" ".join((script, *rest)), "", "failed", "", "", "", "")
            short += 1
            continue
        claim = Claim(**json.loads(run.stdout.splitlines()[-1]))
        short += not claim.met
        table.add_row(
            claim.name,
            claim.peer,
            f"{claim.ratio:,.1f} [{claim.least:,.1f} to {claim.most:,.1f}] {claim.unit}",
            f"{'≥' if claim.unit == '×' else '≤'} {claim.goal:,.0f}",
            "met" if claim.met else "short",
            f"{claim.ours_ms:,.1f}",
            f"{claim.peak_mib:,.0f}",
        )
    Console(width=150).print(table)
    return short


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
