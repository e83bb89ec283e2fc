"""Several proposals on the same draws: how each differs from the first, and which is best for whom.

The draws are common: in each of them every proposal meets the same market, so what the market's ranges alone would
move cancels out of a difference, and "best in so many of the draws" compares like with like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tariffs.sources import Array
from tariffs.study import Study
from tariffs.study.figures import Key, measured, standings
from tariffs.uncertainty import Estimate
from tariffs.uncertainty.estimates import estimate

GAIN = "side_gain_usd"
NOTICED = 5e4  # USD a year by which proposals must differ for a side to mind which it is


@dataclass(frozen=True, slots=True)
class Best:
    """The proposal under which one country's side gains most."""

    place: str
    number: int | None  # of the proposal; missing when the proposals make no difference that anybody notices
    gain: Estimate  # USD a year, against what the proposal is compared with
    lead: float | None  # over the next best, USD a year; missing when nothing is compared
    share: float | None  # of the draws in which it is the best; missing when nothing was drawn
    often: int | None  # the proposal that is the best in most draws
    often_share: float | None


@dataclass(frozen=True)
class Together:
    """Studies of at least one proposal, the first being the one that the others are held against."""

    studies: tuple[Study, ...]
    keys: tuple[Key, ...]

    @property
    def first(self) -> Study:
        return self.studies[0]

    @cached_property
    def comparable(self) -> bool:
        """Whether gains are counted from the same state of the same market, by the same model."""
        starts = {
            (s.compared.name, s.before.on, s.question.beliefs, s.question.model, s.question.correlate)
            for s in self.studies
        }
        return len(starts) == 1

    @cached_property
    def _drawn(self) -> bool:
        """Whether every study holds the same number of draws at hand."""
        return not any(s.tally for s in self.studies) and len({len(s.solved) for s in self.studies}) == 1

    @cached_property
    def _values(self) -> tuple[Mapping[Key, Array], ...]:
        return tuple(measured(s.before, s.after, self.keys) for s in self.studies)

    def difference(self, key: Key, number: int) -> Estimate | None:
        """A figure of one proposal less that of the first, on common draws; missing when one of them has none."""
        one, other = self.studies[number].figures[key], self.first.figures[key]
        if one.central is None or other.central is None:
            return None
        if not self._drawn:
            gap = np.array([one.central - other.central])
            return estimate(gap, np.array([True]), one.unit, one.status, one.sources)
        closed = self.studies[number].solved & self.first.solved
        status, sources = standings(self.first.world, self.studies[number].before, self.studies[number].after)(key)
        return estimate(self._values[number][key] - self._values[0][key], closed, one.unit, status, sources)

    def best(self, place: str) -> Best:
        """Under which proposal a country's side gains most."""
        key = Key(GAIN, place, "change")
        gains = [s.figures[key] for s in self.studies]
        central = np.array([np.nan if g.central is None else g.central for g in gains])
        order = np.argsort(-np.where(np.isnan(central), -np.inf, central), kind="stable")
        top = int(order[0])
        lead = float(central[top] - central[order[1]]) if len(order) > 1 else None
        number = None if lead is None or not lead >= NOTICED else top
        shares = self._shares(key)
        often = None if shares is None else int(np.argmax(shares))
        share, of_often = (None, None) if shares is None or often is None else (shares[top], shares[often])
        return Best(place, number, gains[top], lead, share, often, of_often)

    def _shares(self, key: Key) -> list[float] | None:
        """Share of the draws in which each proposal is the best, none better."""
        if not self._drawn or len(self.first.solved) < 2:
            return None
        solved = np.logical_and.reduce([s.solved for s in self.studies])[1:]
        gains = np.stack([values[key][1:] for values in self._values])[:, solved]
        return [float(x) for x in (gains >= gains.max(axis=0)).mean(axis=1)] if gains.shape[1] else None


def together(studies: Sequence[Study], keys: Sequence[Key]) -> Together:
    """Lay studies side by side; ``keys`` name the figures to be compared, the sides' gains among them or not."""
    first = studies[0]
    gains = [Key(GAIN, place, "change") for place in (first.exporter, *first.importers)]
    return Together(tuple(studies), tuple(dict.fromkeys((*keys, *gains))))
