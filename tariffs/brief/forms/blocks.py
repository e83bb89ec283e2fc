"""What a printed brief is made of: sections of texts, tables and pictures, before anybody has set them in type."""

import unicodedata
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from tariffs.brief.charts import Picture
from tariffs.brief.foreign import language_of
from tariffs.brief.sheets import naming
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words, terms

ENDS: Mapping[str, Callable[[Estimate], float | None]] = {
    "central": lambda e: e.central,
    "low": lambda e: e.low,
    "lower_quartile": lambda e: e.lower_quartile,
    "median": lambda e: e.median,
    "upper_quartile": lambda e: e.upper_quartile,
    "high": lambda e: e.high,
    "share_positive": lambda e: e.positive,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows; a figure brings its bare value and what it is a figure of."""

    text: str
    value: float | None = None
    of: str = ""  # landed_usd_per_t TUR after central
    quiet: bool = False
    unit: str = ""  # beside a name, in small letters
    shade: float = 0.0  # from -1, a loss as large as any in the table, to 1, a gain
    foreign: bool = False  # whether it stays in its own language, whatever that of the brief is


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a table; ``kind`` is "", "group" (one cell, a heading), "code" (one cell), "strong" or "total"."""

    cells: tuple[Cell, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its heads; columns from ``numbers`` on hold figures, up to ``until``."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: tuple[int, ...] = ()
    title: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph; ``kind`` is "", "lead", "small" or "code"."""

    text: str
    kind: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences under a heading, each a point of its own."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A picture under a heading."""

    title: str
    picture: Picture
    note: str = ""


Block = Said | Points | Grid | Drawn


@dataclass(frozen=True)
class Section:
    """One part of the brief under its title."""

    code: str
    title: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)


def shown(value: float | None, unit: str, t: Words, change: bool = False) -> str:
    """A figure in a table whose unit stands in a column of its own; a change brings its sign."""
    if value is None:
        return "–"
    if unit == "fraction":
        return t.difference(value, unit) if change else t.percent(value)
    scale, digits = {"USD/t": (1.0, 1), "USD a year": (1e-6, 1)}.get(unit, (1.0, 0))
    return t.number(value * scale, digits, signed=change)


def cell(study: Study, key: Key, t: Words, end: str = "central") -> Cell:
    """One end of a figure: what is shown, and beside it the number as the engine has it."""
    figure = study.figures.get(key)
    value = ENDS[end](figure) if figure else None
    if figure is None or value is None:
        return Cell("–", quiet=True)
    of = " ".join((key.name, key.place, key.when, end))
    if end == "share_positive":
        return Cell(t.percent(value, 0), value, of)
    return Cell(shown(value, figure.unit, t, key.when == "change"), value, of, quiet=end != "central")


def of_proposal(one: Cell, study: Study) -> Cell:
    """A figure of a proposal beside the first says whose it is."""
    return replace(one, of=f"{one.of} {study.scenario.name}") if one.of else one


def of_row(
    table: str, number: Hashable, row: pd.Series, column: str, say: Callable[[float], str], shade: float = 0.0
) -> Cell:
    """One number of a table that the parcel holds too, named by the table, its row from 0 and its column."""
    value = row[column]
    if value is None or value != value:
        return Cell("–", quiet=True)
    return Cell(say(float(value)), float(value), f"{table} {number} {column}", shade=shade)


def level(study: Study, name: str, place: str, when: str, t: Words) -> Cell:
    """A figure before or after; in words where the label is refused."""
    found = cell(study, Key(name, place, when), t)
    side = study.before if when == "before" else study.after
    if found.value is None and _refused(study, place, side.stacks):
        return Cell(t(N_("refused")), quiet=True)
    return found


def figure_row(study: Study, name: str, place: str, t: Words, strong: bool = False) -> Row:
    """Name with its unit, before, after, change, its low and high end, standing."""
    change = study.figures[Key(name, place, "change")]
    cells = (
        Cell(t(terms.FIGURES[name]), unit=naming.unit(change.unit, t)),
        level(study, name, place, "before", t),
        level(study, name, place, "after", t),
        *(cell(study, Key(name, place, "change"), t, end) for end in ("central", "low", "high")),
        Cell(t(terms.STATUSES[str(change.status)]), quiet=True),
    )
    return Row(cells, "strong" if strong else "")


def figure_heads(t: Words) -> tuple[str, ...]:
    """Heads of a table of such rows."""
    return (
        *(t(N_("Figure")), t(N_("Before")), t(N_("After")), t(N_("Change"))),
        *(t(N_("Low, 5 %")), t(N_("High, 95 %")), t(N_("Standing"))),
    )


def group(text: str) -> Row:
    return Row((Cell(text),), "group")


def texts(*said: str) -> tuple[Cell, ...]:
    return tuple(Cell(text) for text in said)


def own_words(text: str, t: Words, quiet: bool = False) -> Cell:
    """A text of others in the brief's language where we have it in that, else in its own, and marked so."""
    said = t(text)
    return Cell(said, quiet=quiet, foreign=bool(said) and said == text and language_of(text) != t.lang)


def bare(text: str) -> str:
    """Text without control characters and halves of letters, which no reader could show."""
    kept = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(x for x in kept if x in "\t\n" or unicodedata.category(x) not in ("Cc", "Cs", "Cn"))


def _refused(study: Study, place: str, stacks: object) -> bool:
    found = stacks if isinstance(stacks, tuple | list) else ()
    return any(s.prohibited and s.producer == s.label == study.exporter and s.importer == place for s in found)
