"""What happened to every row of a file: kept, left out and why, mended and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tariffs.errors import Said
from tariffs.intake.refusal import Reason

EXAMPLES = 3
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Example:
    """One row to look at."""

    row: int
    found: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows left out for one reason."""

    reason: Reason
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """Cells that were read as something other than what stands in them."""

    says: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Report:
    """The account of one table: ``rows_read == rows_kept + sum of dropped``, always."""

    file: str
    format: str
    title: str
    kind: str                     # flows or tariffs
    checked: bool                 # whether this reader has met a genuine file of the format
    evidence: tuple[Said, ...]    # why we took it for this format
    considered: tuple[Said, ...]  # what else it might have been, and why not
    medium: str
    decimal: Said
    rows_read: int
    rows_kept: int
    rows_made: int                # tidy rows: a line with imports and exports makes two
    dropped: tuple[Dropped, ...]
    mended: tuple[Mended, ...]
    notes: tuple[Said, ...]

    @property
    def rows_dropped(self) -> int:
        return sum(d.count for d in self.dropped)


@dataclass
class Tally:
    """Counts while a table is read."""

    read: int = 0
    kept: int = 0
    dropped: dict[Reason, tuple[int, list[Example]]] = field(default_factory=dict)
    mended: dict[str, tuple[int, list[Example]]] = field(default_factory=dict)
    notes: list[Said] = field(default_factory=list)

    def drop(self, reason: Reason, row: int, found: str, count: int = 1) -> None:
        held, examples = self.dropped.get(reason, (0, []))
        if len(examples) < EXAMPLES:
            examples.append(Example(row, found if len(found) <= SHOWN else found[: SHOWN - 1] + "…"))
        self.dropped[reason] = (held + count, examples)

    def mend(self, says: str, row: int, found: str) -> None:
        held, examples = self.mended.get(says, (0, []))
        if len(examples) < EXAMPLES:
            examples.append(Example(row, found[:SHOWN]))
        self.mended[says] = (held + 1, examples)

    def note(self, message: str, **gaps: object) -> None:
        said = Said(message, **gaps)
        if said not in self.notes:
            self.notes.append(said)


def losses(counts: Mapping[Reason, tuple[int, list[Example]]]) -> tuple[Dropped, ...]:
    """Reasons by how many rows they cost."""
    ordered = sorted(counts.items(), key=lambda kv: -kv[1][0])
    return tuple(Dropped(reason, count, tuple(examples)) for reason, (count, examples) in ordered)


def mends(counts: Mapping[str, tuple[int, list[Example]]]) -> tuple[Mended, ...]:
    return tuple(Mended(says, count, tuple(examples)) for says, (count, examples) in counts.items())
