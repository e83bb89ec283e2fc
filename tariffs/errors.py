"""Errors that help someone finish their work: what was asked, what we hold, what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass


class TariffsError(Exception):
    """Anything this package can explain to its user."""


class BadQuestion(TariffsError):
    """A question that cannot be asked as it stands: unknown scenario, lever, place or date."""


class BadLever(BadQuestion):
    """An edit that names no row, or gives a value its field cannot hold."""


class NotSolved(TariffsError):
    """The market did not clear; the message carries the market and the shock."""


class NotWritten(TariffsError):
    """A file could not be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong in one place of one file."""

    file: str
    row: int | None  # line of the file, the header being line 1; None when the file as a whole is meant
    column: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, line {self.row}"
        where = f"{place}, column {self.column}" if self.column else place
        return f"{where}: found {self.found}; expected {self.expected}. {self.remedy}"


class BadData(TariffsError):
    """Every defect found in a data folder, at once."""

    def __init__(self, folder: str, defects: Sequence[Defect]) -> None:
        self.folder = folder
        self.defects = tuple(defects)
        lines = "\n".join(f"  {defect}" for defect in self.defects)
        many = "defect" if len(self.defects) == 1 else "defects"
        super().__init__(f"{len(self.defects)} {many} in {folder}:\n{lines}")
