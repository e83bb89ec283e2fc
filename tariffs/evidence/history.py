"""Past events run as scenarios, and held against what is on record: hit, miss, or nothing to hold them against.

The cases stand in ``data/history.toml``. The market is that of the baseline year, so what is compared is a
change, relative or per tonne, and each case says how the years differ. Ranges are 5-95 % over the same draws on
both sides. A record that our own rows were made from proves nothing when it is met; such cases say so.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tariffs.errors import N_, BadData, Defect, Said
from tariffs.models.result import Result
from tariffs.sources import Array, Status, weakest
from tariffs.store import Library
from tariffs.study import Question, Study, run
from tariffs.uncertainty import Estimate, estimate

FILE = "history.toml"
FIGURES = ("label_tonnes", "label_share", "landed_usd_per_t", "net_back_usd_per_t")
WAYS = ("days", "scenario", "sets", "none")
SURE = 0.95  # share of the draws on one side of zero that makes a direction
NOTHING = 1e-9

Verdict = Literal[
    "hit",
    "miss",
    "right direction",
    "wrong direction",
    "no clear direction",
    "by construction",
    "nothing on record",
    "not run",
]


@dataclass(frozen=True)
class Case:
    """One event as declared: how it is run, which figure is read, and what is on record."""

    event: str
    way: str
    record: str
    source: str
    figure: str = ""
    label: str = ""
    importer: str = ""
    before: date | None = None
    after: date | None = None
    scenario: str = "status_quo"
    sets: tuple[str, ...] = ()
    before_sets: tuple[str, ...] = ()
    beliefs: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    sign: str = ""
    by_construction: bool = False
    why: str = ""
    compared: str = ""


@dataclass(frozen=True)
class Outcome:
    """An event, what the analyzer says of it, and how that stands to the record."""

    case: Case
    on: date
    title: str
    predicted: Estimate | None  # None: not run
    verdict: Verdict


def cases(folder: Path) -> tuple[Case, ...]:
    """The cases of data/history.toml.

    Raises
    ------
    BadData
        When the file cannot be read, or a case lacks or misspells an entry.
    """
    path = folder / FILE
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise _bad(folder, "", f"{problem!r}", N_("a list of [[case]] tables")) from None
    return tuple(_case(folder, row) for row in given)


def outcomes(library: Library, draws: int = 2000, seed: int = 1) -> tuple[Outcome, ...]:
    """Every case of the data folder, run."""
    events = {row["key"]: row for row in library.table("events")}
    kept: dict[Question, Study] = {}  # cases that ask the same share one run

    def ask(question: Question) -> Study:
        if question not in kept:
            kept[question] = run(question, library)
        return kept[question]

    found = []
    for case in cases(library.folder):
        if case.event not in events:
            raise _bad(library.folder, "event", case.event, Said(N_("a key of {table}.csv"), table="events"))
        row = events[case.event]
        predicted = None if case.way == "none" else _predicted(case, library, ask, draws, seed, Status(row["status"]))
        found.append(Outcome(case, date.fromisoformat(row["date"]), row["event"], predicted, verdict(case, predicted)))
    return tuple(found)


def verdict(case: Case, predicted: Estimate | None) -> Verdict:
    """How a prediction stands to the record: ranges that meet are a hit, a direction needs 95 % of the draws."""
    if predicted is None or predicted.central is None:
        return "not run"
    if case.by_construction:
        return "by construction"
    low = predicted.central if predicted.low is None else predicted.low
    high = predicted.central if predicted.high is None else predicted.high
    if case.low is not None and case.high is not None:
        return "hit" if low <= case.high and case.low <= high else "miss"
    if not case.sign:
        return "nothing on record"
    up = float(predicted.central > 0) if predicted.positive is None else predicted.positive
    right = up if case.sign == "up" else 1.0 - up
    if right >= SURE:
        return "right direction"
    return "wrong direction" if right <= 1.0 - SURE else "no clear direction"


def _predicted(
    case: Case, library: Library, ask: Callable[[Question], Study], draws: int, seed: int, status: Status
) -> Estimate:
    def asked(on: date | None, sets: Sequence[str]) -> Question:
        return Question(case.scenario, on, tuple(sets), case.beliefs, draws=draws, seed=seed)

    if case.way == "days":
        first, second = ask(asked(case.before, case.before_sets)), ask(asked(case.after, case.sets))
        before, after = first.after.result, second.after.result
        solved = first.solved & second.solved
    else:
        second = ask(asked(None, case.sets))
        before, after, solved = second.before.result, second.after.result, second.solved
    change = _figure(case, library.baseline.exporter, before, after)
    standing = weakest((status, *(f.status for f in second.used)))
    return estimate(change, solved, _unit(case), standing, (case.source,))


def _unit(case: Case) -> str:
    return "fraction" if case.figure.startswith("label") else "USD/t"


def _figure(case: Case, exporter: str, before: Result, after: Result) -> Array:
    """(D + 1,) the change of the figure a case reads."""
    market = after.market
    if case.figure == "net_back_usd_per_t":
        maker = market.producers.index(exporter)
        return np.asarray(after.net_back[..., maker] - before.net_back[..., maker])
    if case.figure == "landed_usd_per_t":
        lane = market.lane(exporter, exporter, case.importer)
        return np.asarray(after.landed[..., lane] - before.landed[..., lane])
    mine = np.array([r.label == case.label and r.importer == case.importer for r in market.lanes])
    there = np.array([r.importer == case.importer for r in market.lanes])
    old, new = (result.tonnes[..., mine].sum(axis=-1) for result in (before, after))
    if case.figure == "label_tonnes":
        return np.asarray(new / np.maximum(old, NOTHING) - 1.0)
    all_old, all_new = (result.tonnes[..., there].sum(axis=-1) for result in (before, after))
    return np.asarray(new / all_new - old / all_old)


def _case(folder: Path, row: Mapping[str, Any]) -> Case:
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    try:
        case = Case(**given)
    except TypeError as problem:
        raise _bad(folder, str(row.get("event", "")), str(problem), N_("the entries described at the top")) from None
    if case.way not in WAYS:
        raise _bad(folder, "way", case.way, ", ".join(WAYS))
    if case.way == "none" and not case.why:
        raise _bad(folder, "why", N_("nothing"), N_("the reason why it is not run"))
    if case.way != "none" and case.figure not in FIGURES:
        raise _bad(folder, "figure", case.figure or N_("nothing"), ", ".join(FIGURES))
    if case.way == "days" and not (case.before and case.after):
        raise _bad(folder, "before, after", N_("no day"), N_("two days"))
    return case


def _bad(folder: Path, column: str, found: str, expected: str) -> BadData:
    return BadData(str(folder), [Defect(FILE, None, column, found, expected, N_("Correct the case."))])
