"""What one figure of an answer hangs on: the tornado, the indices, and how to learn what matters most."""

from dataclasses import dataclass

from tariffs.doubt.indices import SAMPLES, Share, Sobol, sobol
from tariffs.doubt.knowing import who_knows
from tariffs.doubt.ranges import Range, ranges
from tariffs.doubt.tornado import Tornado, tornado
from tariffs.progress import Progress, silent
from tariffs.store.library import Unknown
from tariffs.study import Study
from tariffs.words import Words


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A figure, and what moves it."""

    tornado: Tornado
    sobol: Sobol | None  # nothing when no sample was asked for
    most: Range | None  # the range that matters most; nothing when none moves the figure
    share: Share | None  # what it does to the spread
    unknown: Unknown | None  # the open question about it


def sensitivity(
    study: Study,
    figure: str = "exports_to_buyers_tonnes",
    place: str = "",
    when: str = "",
    samples: int = SAMPLES,
    seed: int | None = None,
    t: Words | None = None,
    progress: Progress = silent,
) -> Sensitivity:
    """Tornado and Sobol indices of one figure of a study.

    Parameters
    ----------
    samples : base samples of the indices, a power of two; 0 leaves them out, and the tornado alone says what matters.

    Raises
    ------
    BadQuestion
        When the answer has no such figure, or the samples cannot be.
    """
    every = ranges(study)
    swings = tornado(study, figure, place, when, t, every)
    spread = sobol(study, [swings.figure], samples, seed, t, progress)[0] if samples else None
    held = {one.name: one for one in every}
    if spread:
        top = spread.rows[0] if spread.rows and not spread.constant else None
        names = top.key.split("~") if top else []
    else:
        top = None
        names = [swings.moving[0].key] if swings.moving else []
    figures = [figure for name in names for figure in held[name].figures]
    return Sensitivity(swings, spread, held[names[0]] if names else None, top, who_knows(study.library, figures))
