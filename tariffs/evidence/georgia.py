"""Georgia's imports by declared origin, before and after the Iranian label was barred, as windows of tonnes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from tariffs.errors import N_, BadQuestion
from tariffs.sources import Array
from tariffs.store import Library

IMPORTER, BARRED, OTHER_LABEL = "GEO", "IRN", "IRQ"
RIVALS = ("AZE", "RUS", "TUR")  # labels compared with the Iraqi one
BASIS = "importers' union"
Span = tuple[str, str]

BEFORE: Span = ("2020-01-01", "2020-12-31")
# After February 2021. The first span holds one month before it; its year is not printed and fits 2021.
AFTER: tuple[Span, ...] = (("2021-01-01", "2021-04-30"), ("2023-01-01", "2023-09-30"))
# Spans from the same month, inside the same regime: their differences say how much shares move without a ban.
NESTED: tuple[tuple[Span, ...], ...] = (
    (("2020-01-01", "2020-07-31"), ("2020-01-01", "2020-08-31"), BEFORE),
    (("2021-01-01", "2021-02-28"), AFTER[0]),
    (("2023-01-01", "2023-04-30"), AFTER[1]),
)


@dataclass(frozen=True)
class Window:
    """Tonnes by declared origin in one span; a label that is not named is missing, not zero."""

    start: date
    end: date
    tonnes: Mapping[str, float]
    total: float
    sources: tuple[str, ...]

    def odds(self, rivals: Sequence[str] = RIVALS) -> Array:
        """(rivals,) log of each rival's tonnes over the Iraqi label's; missing (nan) where one is not named."""
        other = self.tonnes.get(OTHER_LABEL, np.nan)
        held = np.array([self.tonnes.get(label, np.nan) for label in rivals])
        return np.asarray(np.log(np.where(held > 0, held, np.nan) / other))


def window(library: Library, span: Span) -> Window:
    """One span of the importers' union's figures.

    Raises
    ------
    BadQuestion
        When data/flows_reported.csv no longer holds it.
    """
    rows = [
        row
        for row in library.table("flows_reported")
        if row["importer"] == IMPORTER
        and row["basis"] == BASIS
        and (row["period_start"], row["period_end"]) == span
        and row["tonnes"]
    ]
    whole = [row for row in rows if row["exporter"] == "WLD"]
    if not whole:
        raise BadQuestion(
            N_(
                "data/flows_reported.csv holds no total of Georgia's imports from {first} to {last} "
                "({basis}). Put the rows back, or change the spans of the estimate."
            ),
            first=span[0],
            last=span[1],
            basis=BASIS,
        )
    return Window(
        start=date.fromisoformat(span[0]),
        end=date.fromisoformat(span[1]),
        tonnes={row["label_origin"]: float(row["tonnes"]) for row in rows if row["exporter"] != "WLD"},
        total=float(whole[0]["tonnes"]),
        sources=tuple(dict.fromkeys(row["source"] for row in rows)),
    )


@dataclass(frozen=True)
class Noise:
    """How far log shares move between parts of one regime: the stated noise of a span."""

    spread: float  # standard deviation of a part's log odds
    parts: int  # differences it was read from
    per_regime: tuple[int, ...]  # parts in each regime


@dataclass(frozen=True)
class Observed:
    """What was counted before and after, and how noisy a span is."""

    before: Window
    after: tuple[Window, ...]
    noise: Noise


def observed(library: Library) -> Observed:
    """The year before, the spans after, and the noise inside them."""
    return Observed(window(library, BEFORE), tuple(window(library, span) for span in AFTER), noise(library))


def noise(library: Library) -> Noise:
    """Pooled within-regime standard deviation of the log odds of parts of a span."""
    squares, spare, counts = 0.0, 0, []
    for spans in NESTED:
        parts = _parts([window(library, span) for span in spans])
        counts.append(len(parts))
        odds = np.array([part.odds() for part in parts])
        for column in odds.T:
            seen = column[np.isfinite(column)]
            if len(seen) > 1:
                squares += float(((seen - seen.mean()) ** 2).sum())
                spare += len(seen) - 1
    return Noise(float(np.sqrt(squares / spare)), spare, tuple(counts))


def _parts(nested: Sequence[Window]) -> list[Window]:
    """Disjoint parts of spans that start together: the first, then what each adds."""
    parts = [nested[0]]
    for shorter, longer in pairwise(nested):
        added = {label: tonnes - shorter.tonnes.get(label, 0.0) for label, tonnes in longer.tonnes.items()}
        # Figures are rounded to 100 t: what is left below that says nothing.
        kept = {label: tonnes for label, tonnes in added.items() if tonnes > 0.05e3}
        parts.append(Window(shorter.end, longer.end, kept, longer.total - shorter.total, longer.sources))
    return parts
