"""Published worked examples, solved again: how far our figures lie from the printed ones, file by file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tariffs.errors import TariffsError
from tariffs.models.verify.kinds import kind_of
from tariffs.models.verify.reading import DECIMALS, BadExample, Example, size
from tariffs.sources import Array

__all__ = ["BadExample", "Checked", "Figure", "Verified", "verify", "verify_file"]


@dataclass(frozen=True, slots=True)
class Figure:
    """The printed figures under one key, and ours: the one that lies farthest off for its tolerance."""

    key: str
    count: int
    printed: float
    ours: float
    deviation: float
    allowed: float

    @property
    def passed(self) -> bool:
        return self.deviation <= self.allowed


@dataclass(frozen=True, slots=True)
class Checked:
    """One worked example, solved again."""

    file: str
    name: str
    model: str
    figures: tuple[Figure, ...]
    not_checked: tuple[str, ...]  # numbers the file expects and our model does not give

    @property
    def worst(self) -> Figure:
        """The figure that uses up most of its tolerance."""
        return max(self.figures, key=lambda figure: figure.deviation / figure.allowed)

    @property
    def passed(self) -> bool:
        return all(figure.passed for figure in self.figures)

    def line(self) -> str:
        """The file in one line."""
        worst, count = self.worst, sum(figure.count for figure in self.figures)
        left = f"; not checked: {', '.join(self.not_checked)}" if self.not_checked else ""
        return (
            f"{'PASS' if self.passed else 'FAIL'}  {self.name} [{self.model}]: {count} figures, largest deviation "
            f"{worst.deviation:.2g} of {worst.allowed:.2g} allowed ({worst.key}: {worst.ours:.10g}, "
            f"printed {worst.printed:.10g}){left}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        worst = self.worst
        return {
            "file": self.file,
            "name": self.name,
            "model": self.model,
            "passed": self.passed,
            "largest_deviation": worst.deviation,
            "allowed": worst.allowed,
            "figure": worst.key,
            "figures": [asdict(figure) | {"passed": figure.passed} for figure in self.figures],
            "not_checked": list(self.not_checked),
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """Every file asked about: the examples that could be solved, and the files that could not be used."""

    checked: tuple[Checked, ...]
    unusable: tuple[BadExample, ...]

    @property
    def exit_code(self) -> int:
        """0 when every example passes, 1 when one fails, 2 when a file cannot be used."""
        return 2 if self.unusable else int(not all(one.passed for one in self.checked))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        names = ("file", "key", "found", "expected", "remedy")
        return {
            "ok": self.exit_code == 0,
            "examples": [one.to_dict() for one in self.checked],
            "unusable": [{name: getattr(bad, name) for name in names} | {"message": str(bad)} for bad in self.unusable],
        }


def verify(paths: Sequence[Path]) -> Verified:
    """Solve every worked example again; a file that cannot be used does not keep the others from being told."""
    checked, unusable = [], []
    for path in paths:
        try:
            checked.append(verify_file(path))
        except BadExample as bad:
            unusable.append(bad)
    return Verified(tuple(checked), tuple(unusable))


def verify_file(path: Path) -> Checked:
    """Solve one worked example again.

    The model is the one that the file's ``model`` names, told apart by the keys of its inputs where needed;
    the file's own name plays no part. Text among the expected figures is passed over.

    Raises
    ------
    BadExample
        When the file, a key or a number in it cannot be used.
    """
    example = Example.read(path)
    kind = kind_of(example)
    try:
        with np.errstate(all="ignore"):  # what is no number is refused or fails below
            answers = kind.answer(example)
    except BadExample:
        raise
    except TariffsError as error:
        example.refuse("inputs", "what the model cannot take", f"inputs of {kind.name}", str(error))
    figures, beyond = [], []
    for key, value in example.expected.items():
        if isinstance(value, str):
            continue
        ours = answers.get(key, answers.get(DECIMALS.sub("", key)))
        if ours is None:
            beyond.append(key)
        else:
            figures.append(_figure(example, key, example.array(f"expected.{key}", value), np.asarray(ours)))
    if not figures:
        found = ", ".join(example.expected) or "nothing"
        example.refuse("expected", found, f"one of {', '.join(answers)}", f"Those are the figures of {kind.name}.")
    return Checked(example.file, example.name, kind.name, tuple(figures), tuple(beyond))


def _figure(example: Example, key: str, printed: Array, ours: Array) -> Figure:
    """Compare like with like; one figure of ours may stand for a list of equal ones."""
    if printed.size == ours.size == 1:
        ours = ours.reshape(printed.shape)
    if not printed.size or (ours.shape != printed.shape and ours.ndim):
        remedy = "Give one figure for each, in the order of the inputs."
        example.refuse(f"expected.{key}", size(printed.shape), size(ours.shape), remedy)
    ours = np.broadcast_to(ours, printed.shape)
    allowed = example.allowed(key, printed)
    off = np.abs(ours - printed)
    with np.errstate(over="ignore"):  # a figure that is absurdly far off is farthest off
        worst = np.unravel_index(int(np.argmax(off / allowed)), printed.shape)
    return Figure(key, printed.size, *(float(x[worst]) for x in (printed, ours, off, allowed)))
