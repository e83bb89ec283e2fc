"""A study walked again at other draws: the same rows, edits and days, other luck."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tariffs.errors import N_, BadQuestion
from tariffs.sources import Array
from tariffs.study.figures import Key, measured
from tariffs.study.sides import Side
from tariffs.study.walk import Study
from tariffs.uncertainty import Draws


@dataclass(frozen=True)
class Replay:
    """Both sides at other draws, and every figure in each of them."""

    before: Side
    after: Side
    closed: NDArray[np.bool_]  # (D + 1,) draws in which both sides closed
    values: dict[Key, Array]  # (D + 1,) each, entry 0 central

    def value(self, key: Key) -> Array:
        """(D + 1,) one figure; nan where the market did not close."""
        wide = np.broadcast_to(self.values[key], self.closed.shape)
        return np.where(self.closed & np.isfinite(wide), wide, np.nan)


def replay(study: Study, draws: Draws, wanted: Collection[Key] | None = None) -> Replay:
    """Walk a study's question again at given draws; ``wanted`` names the figures to work out, else all."""
    before, after = study.at(draws)
    return Replay(before, after, before.result.closed & after.result.closed, measured(before, after, wanted))


def key_of(study: Study, figure: str, place: str = "", when: str = "") -> Key:
    """A figure of the answer by name; without a place the exporter's or the first market's, its change if it has one.

    Raises
    ------
    BadQuestion
        When the answer has no such figure.
    """
    held = [key for key in study.figures if key.name == figure]
    if not held:
        from difflib import get_close_matches

        names = sorted({key.name for key in study.figures})
        near = get_close_matches(figure, names, 3) or names
        raise BadQuestion(
            N_("The answer has no figure '{figure}'. Nearest: {near}."), figure=figure, near=", ".join(near)
        )
    places = list(dict.fromkeys(key.place for key in held))
    if place and place not in places:
        raise BadQuestion(
            N_("There is no {figure} of {place}. It is told of {places}."),
            figure=figure,
            place=place,
            places=", ".join(places),
        )
    times = [key.when for key in held if key.place == (place or places[0])]
    if when and when not in times:
        raise BadQuestion(
            N_("{figure} is told {times}; found '{when}'."), figure=figure, times=", ".join(times), when=when
        )
    return Key(figure, place or places[0], when or ("change" if "change" in times else times[0]))
