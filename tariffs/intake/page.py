"""A table as a file holds it: lines of text cells with their row numbers, not yet understood."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tariffs.errors import Said

# A row number as the user's program shows it (the first row is 1), and its cells as text.
Line: TypeAlias = tuple[int, list[str]]

HEAD = 40  # lines looked at to recognise a table


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file somebody lets us read. ``None`` leaves the size to the machine."""

    size: int | None = None  # bytes of the file as it was handed in

    @property
    def ceiling(self) -> int:
        """Bytes that a compressed or structured file may need in memory while it is read."""
        return 3 * (self.size if self.size is not None else 256 * 1024 * 1024)


UPLOAD = Limits(5 * 1024 * 1024)  # what the page accepts, as .streamlit/config.toml says


@dataclass(frozen=True)
class Page:
    """One table of a document, read again from its start each time ``lines`` is called."""

    file: str
    sheet: str
    lines: Callable[[], Iterator[Line]]
    medium: str  # how the text was found: "text, UTF-8, semicolons", "spreadsheet", "JSON"
    notes: tuple[Said, ...] = field(default=())

    @property
    def name(self) -> str:
        return f"{self.file} › {self.sheet}" if self.sheet else self.file

    def head(self) -> list[Line]:
        """The first lines that hold anything."""
        taken: list[Line] = []
        for at, line in enumerate(self.lines()):
            if any(cell.strip() for cell in line[1]):
                taken.append(line)
            if len(taken) == HEAD or at == 5 * HEAD:
                break
        return taken
