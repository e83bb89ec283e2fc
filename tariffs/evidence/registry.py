"""Named estimates: one small TOML each in ``data/regressions/``, saying what to run, on what, and what to expect."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from tariffs.errors import N_, BadData, BadQuestion, Defect, Said
from tariffs.store import DATA

FOLDER = "regressions"
ESTIMATORS = ("ppml", "ols")
VCOVS = ("iid", "hetero", "cluster")
FACTORS = ("stata-ml", "fixest", "dummies", "none")


@dataclass(frozen=True, slots=True)
class Expect:
    """A published number: a coefficient with its standard error, or a statistic such as ``nobs``."""

    term: str
    value: float
    tolerance: float
    se: float | None = None
    se_tolerance: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Where an estimate may go: ``scale`` times a term, into rows of ``elasticities``."""

    term: str
    scale: float = 1.0
    rows: tuple[str, ...] = ()  # keys of elasticities.csv that a user may replace with it
    carries: str = ""  # the row of elasticities.csv, marked estimated, that this run reproduces
    says: str = ""


@dataclass(frozen=True)
class Named:
    """One named estimate as declared."""

    name: str
    title: str
    purpose: str
    kind: str  # fixest, or python:package.module.function
    data: str = ""  # a file below data/, CSV or Parquet
    derive: Mapping[str, str] = field(default_factory=dict)
    sample: tuple[str, ...] = ()
    formula: str = ""
    estimator: str = "ols"
    vcov: str = "hetero"
    cluster: str = ""  # column, or several with + between
    factor: str = "fixest"
    weights: str = ""
    source: str = ""
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[Expect, ...] = ()
    use: Use | None = None


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Every named estimate, in alphabetical order."""
    return tuple(sorted(path.stem for path in _folder(folder).glob("*.toml")))


def named(name: str, folder: Path | None = None) -> Named:
    """One estimate as its TOML declares it.

    Raises
    ------
    BadQuestion
        When there is none of that name.
    BadData
        With everything wrong in its file.
    """
    held = names(folder)
    if name not in held:
        near = get_close_matches(name, held, 3) or held[:3]
        raise BadQuestion(
            N_("There is no estimate '{name}'. Nearest: {near}. `regress` lists them all."),
            name=name,
            near=", ".join(near),
        )
    path = _folder(folder) / f"{name}.toml"
    return _read(path, path.stat().st_mtime_ns)


def everything(folder: Path | None = None) -> tuple[Named, ...]:
    return tuple(_read(path, path.stat().st_mtime_ns) for path in sorted(_folder(folder).glob("*.toml")))


@lru_cache(maxsize=256)
def _read(path: Path, _: int) -> Named:
    """What a file declares; read again once it was written again."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise _bad(path, "", f'"{problem}"', N_("TOML that can be read"), N_("Correct the file.")) from None
    return _named(path, given)


def _folder(folder: Path | None) -> Path:
    return (folder or DATA) / FOLDER


PLAIN = ("title", "kind", "data", "formula", "estimator", "vcov", "cluster", "factor", "weights", "source", "note")


def _named(path: Path, given: dict[str, Any]) -> Named:
    known = {*PLAIN, "for", "sample", "derive", "options", "expect", "use"}
    if strange := sorted(set(given) - known):
        raise _bad(
            path,
            strange[0],
            f'"{strange[0]}"',
            Said(N_("one of {words}"), words=", ".join(sorted(known))),
            N_("Correct the entry."),
        )
    for needed in ("title", "for", "kind", "source"):
        if not str(given.get(needed, "")).strip():
            raise _bad(path, needed, N_("nothing"), Said(N_("a line {needed} = …"), needed=needed), N_("Add it."))
    allowed = {"estimator": ESTIMATORS, "vcov": VCOVS, "factor": FACTORS}
    for entry, words in allowed.items():
        if entry in given and given[entry] not in words:
            raise _bad(
                path, entry, f'"{given[entry]}"', Said(N_("one of {words}"), words=", ".join(words)), N_("Choose one.")
            )
    kind = str(given["kind"])
    if kind != "fixest" and not kind.startswith("python:tariffs.evidence."):
        expected = N_("fixest, or python:tariffs.evidence.module.function")
        raise _bad(path, "kind", f'"{kind}"', expected, N_("Name a function of the evidence room."))
    if kind == "fixest" and not (given.get("formula") and given.get("data")):
        raise _bad(path, "formula", N_("nothing"), N_("data and a formula"), N_("Add both."))
    try:
        use = given.get("use")
        return Named(
            name=path.stem,
            purpose=str(given["for"]),
            derive={str(k): str(v) for k, v in given.get("derive", {}).items()},
            sample=tuple(str(x) for x in given.get("sample", ())),
            options=dict(given.get("options", {})),
            expect=tuple(Expect(**{"tolerance": 0.0, **row}) for row in given.get("expect", ())),
            use=Use(**{**use, "rows": tuple(use.get("rows", ()))}) if use else None,
            **{entry: str(given[entry]) for entry in PLAIN if entry in given},
        )
    except TypeError as problem:
        raise _bad(
            path, "expect or use", f'"{problem}"', N_("the fields of data/README.md"), N_("Correct them.")
        ) from None


def _bad(path: Path, column: str, found: str, expected: str, remedy: str) -> BadData:
    return BadData(str(path.parent), [Defect(path.name, None, column, found, expected, remedy)])
