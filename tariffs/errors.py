"""Errors that help someone finish their work: what was asked, what we hold, what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass


def N_(message: str) -> str:
    """Mark a text for translation where it is written, to be translated where it is shown."""
    return message


class Place(str):
    """A place by ISO alpha-3 in a message: its code in English, its name where the message is in another language."""


class Said(str):
    """A message with its gaps filled in English; ``Words.said`` fills them in another language.

    Being a text, it goes into JSON and comparisons as it is. A gap may be a number, a list of names, or another
    ``Said``, which is then said in that language too.
    """

    __slots__ = ("gaps", "message")

    message: str
    gaps: dict[str, object]

    def __new__(cls, message: str, **gaps: object) -> "Said":
        shown = {name: f"{gap:,}" if isinstance(gap, int) else _plainly(gap) for name, gap in gaps.items()}
        said = super().__new__(cls, message.format(**shown) if gaps else message)
        said.message, said.gaps = message, gaps
        return said

    @classmethod
    def of(cls, text: str) -> "Said":
        """A text that may bring its gaps along or have none."""
        return text if isinstance(text, Said) else cls(text)


def sentences(*parts: str) -> Said:
    """Sentences one after the other."""
    return Said(
        " ".join(f"{{s{at}}}" for at in range(len(parts))), **{f"s{n}": Said.of(p) for n, p in enumerate(parts)}
    )


# What a system says most often of a file that it does not give or take, in its own English.
SYSTEM = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("No space left on device"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("Read-only file system"),
    N_("File name too long"),
    N_("Input/output error"),
)


def system_says(trouble: OSError) -> Said:
    """Why the system refused a file: its usual reasons are messages of ours, so they can be told in any language."""
    return Said(trouble.strerror or str(trouble))


class TariffsError(Exception):
    """Anything this package can explain to its user.

    ``TariffsError(N_("{lever} has no rate."), lever=name)`` is read in English by ``str`` and in any language by
    ``Words.explain``; a text without gaps is taken as it stands. A gap may be a day, a place, a list of names, or
    another error that says why.
    """

    def __init__(self, message: str = "", **gaps: object) -> None:
        super().__init__(message.format(**{name: _plainly(gap) for name, gap in gaps.items()}) if gaps else message)
        self.message = message
        self.gaps = gaps


def _plainly(gap: object) -> str:
    return ", ".join(map(str, gap)) if isinstance(gap, list | tuple) else str(gap)


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
    """One thing wrong in one place of one file; the last three texts may be :class:`Said`, or messages without gaps."""

    file: str
    row: int | None  # line of the file, the header being line 1; None when the file as a whole is meant
    column: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return str(self.sentence())

    def sentence(self) -> Said:
        """Where it is, what was found and expected, what to do: to be said in any language."""
        place: str = self.file
        if self.row is not None:
            place = Said(N_("{file}, line {row}"), file=self.file, row=str(self.row))
        if self.column:
            place = Said(N_("{place}, column {column}"), place=place, column=self.column)
        told = N_("{place}: found {found}; expected {expected}. {remedy}")
        texts = {name: Said.of(getattr(self, name)) for name in ("found", "expected", "remedy")}
        return Said(told, place=place, **texts)


class Defective(TariffsError):
    """Files with one defect or more, all told at once."""

    def __init__(self, heading: str, *defects: Defect) -> None:
        self.heading, self.defects = heading, defects
        lines = [f"  {defect}" if heading else str(defect) for defect in defects]
        super().__init__("\n".join([heading, *lines] if heading else lines))


class BadData(Defective):
    """Every defect found in a data folder, at once."""

    def __init__(self, folder: str, defects: Sequence[Defect]) -> None:
        self.folder = folder
        one, more = N_("1 defect in {folder}:"), N_("{count} defects in {folder}:")
        heading = Said(one, folder=folder) if len(defects) == 1 else Said(more, count=len(defects), folder=folder)
        super().__init__(heading, *defects)
