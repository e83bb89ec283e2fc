"""What a reader declares about its format, and the row it is handed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tariffs.intake import codes, places
from tariffs.intake.letters import Unreadable, number, plain, western
from tariffs.intake.page import Line
from tariffs.intake.places import Place
from tariffs.intake.refusal import (
    GROUP,
    NEGATIVE,
    NO_CODE,
    NO_FLOW,
    NO_PLACE,
    NO_YEAR,
    UNREADABLE,
    UNSPECIFIED,
    Skip,
)
from tariffs.intake.report import Tally
from tariffs.intake.tidy import FlowRow, TariffRow
from tariffs.words import N_

RowReader: TypeAlias = "Callable[[Row], Iterable[FlowRow] | Iterable[TariffRow]]"
FLOWS, TARIFFS = "flows", "tariffs"
FLOW_WORDS = {
    "import": "import", "imports": "import", "m": "import", "1": "import", "ithalat": "import", "واردات": "import",
    "وارد": "import", "grossimports": "import", "grossimp": "import", "mprt": "import",
    "export": "export", "exports": "export", "x": "export", "2": "export", "ihracat": "export", "صادرات": "export",
    "صادر": "export", "grossexports": "export", "grossexp": "export", "xprt": "export",
    "reexport": "re-export", "rx": "re-export", "3": "re-export", "reexports": "re-export",
    "reimport": "re-import", "rm": "re-import", "4": "re-import", "reimports": "re-import",
    "trade": "trade", "domesticexport": "export", "dx": "export", "foreignimport": "import", "fm": "import",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said about a file because the file does not."""

    year: int | None = None
    reporter: str = ""
    exporter: str = ""
    importer: str = ""
    product: str = ""
    flow: str = ""
    revision: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)  # USD for one unit of a currency


@dataclass(frozen=True)
class Format:
    """One official layout: by which column names it is known, and how its rows are read."""

    name: str
    title: str
    kind: str
    checked: bool                              # whether a genuine file was met
    columns: Mapping[str, tuple[str, ...]]     # field -> header names, as somebody would write them
    needs: tuple[str, ...]                     # fields without which it is not this format
    read: RowReader
    decimal: str = "."
    numbers: tuple[str, ...] = ()              # fields that hold figures
    asks: tuple[str, ...] = ()                 # facts the file lacks: names of Given
    one_row_each: bool = False                 # a key stands once, so a second identical row is a repetition
    refuses: str = ""                          # why such a file is never taken, with `remedy`
    remedy: str = ""
    percent_or_fraction: bool = False          # a spreadsheet may hold 0.05 where it shows 5 %
    year_in_name: "Callable[[str], int | None] | None" = None  # the year that a file's name states
    find: "Callable[[Sequence[Line]], Header | None] | None" = None  # for headers in several rows

    def names(self) -> Mapping[str, str]:
        """Comparable header name -> field."""
        return {plain(name): field for field, names in self.columns.items() for name in names}


@dataclass(frozen=True)
class Header:
    """Where the columns of a format stand in a table."""

    line: int                    # row number of the last header row
    at: Mapping[str, int]        # field -> place of the column
    written: Mapping[str, str]   # field -> the name as the file writes it
    groups: Mapping[str, int] = field(default_factory=dict)  # columns named by the data, such as country groups
    unknown: tuple[str, ...] = ()


class Row:
    """One line under a header; asks for a cell by its field and says what is wrong with it."""

    __slots__ = ("cells", "file", "given", "header", "mark", "number", "tally")

    def __init__(self, header: Header, mark: str, given: Given, tally: Tally, file: str) -> None:
        self.header, self.mark, self.given, self.tally, self.file = header, mark, given, tally, file
        self.cells: list[str] = []
        self.number = 0

    def has(self, name: str) -> bool:
        return name in self.header.at

    def text(self, name: str) -> str:
        at = self.header.at.get(name)
        return "" if at is None else self.at(at)

    def at(self, place: int) -> str:
        """The cell of a column; nothing where the line is shorter."""
        return self.cells[place].strip() if place < len(self.cells) else ""

    def figure(self, name: str, floor: float | None = 0.0) -> float | None:
        """A number, or nothing; ``floor`` refuses what lies below it."""
        return self.amount(self.text(name), self.header.written.get(name, name), floor)

    def amount(self, text: str, column: str, floor: float | None = 0.0) -> float | None:
        """Text of a column as a number."""
        if not text:
            return None
        try:
            value = number(text, self.mark)
        except Unreadable:
            raise Skip(UNREADABLE, f"{column}: {text}") from None
        if value is not None and floor is not None and value < floor:
            raise Skip(NEGATIVE, f"{column}: {text}")
        return value

    def year(self, name: str = "year") -> int:
        text = self.text(name) if self.has(name) else ""
        if not text and self.given.year is not None:
            return self.given.year
        return self.year_in(text)

    @staticmethod
    def year_in(text: str) -> int:
        digits = western(text)[:4]
        if not (len(digits) == 4 and digits.isascii() and digits.isdecimal() and 1900 <= int(digits) <= 2100):
            raise Skip(NO_YEAR, text or "nothing")
        return int(digits)

    def month(self, name: str = "month") -> int | None:
        value = self.figure(name)
        return int(value) if value is not None and 1 <= value <= 12 and value == int(value) else None

    def count(self, name: str) -> int | None:
        """A whole number of tariff lines; nothing when the cell is no such number."""
        value = self.figure(name)
        return int(value) if value is not None and value <= 1e6 and value == int(value) else None

    def code(self, name: str = "product", width: int = 6) -> str:
        """The product's code, or the one that the user gave."""
        text = self.text(name) if self.has(name) else ""
        if not text and self.given.product:
            return self.given.product
        return self.code_in(text, width)

    def code_in(self, text: str, width: int = 6) -> str:
        """A code as digits alone."""
        try:
            digits = codes.hs(text, width)
        except codes.NotHs:
            raise Skip(NO_CODE, text or "nothing") from None
        if digits.startswith("0") and not codes.SEPARATORS.sub("", text).startswith("0"):
            self.tally.mend(N_("zeros that a spreadsheet had cut off the front of a code"), self.number, text)
        return digits

    def place(self, name: str, look: Callable[[str], Place | None] = places.by_name, world: bool = True) -> str:
        """A country's alpha-3, or WLD where the world is allowed."""
        text = self.text(name)
        found = look(text)
        if found is None:
            raise Skip(NO_PLACE, f"{self.header.written.get(name, name)}: {text or 'nothing'}")
        if found.kind == "country" or (found.kind == "world" and world):
            return found.code
        raise Skip(UNSPECIFIED if found.kind == "unspecified" else GROUP, text)

    def flow(self, name: str = "flow") -> str:
        text = self.text(name) if self.has(name) else ""
        if not text and self.given.flow:
            return self.given.flow
        word = FLOW_WORDS.get(plain(text))
        if word is None:
            raise Skip(NO_FLOW, text or "nothing")
        return word


def between(flow: str, reporter: str, partner: str) -> tuple[str, str]:
    """Who sold and who bought, from who reported what."""
    return (partner, reporter) if flow in ("import", "re-import") else (reporter, partner)


def basis_of(flow: str) -> str:
    """The valuation that the UN asks of reporters: imports CIF, exports FOB."""
    return "cif" if flow in ("import", "re-import") else "fob"


def percent(value: float | None) -> float | None:
    return None if value is None else value / 100.0
