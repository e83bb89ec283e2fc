"""Small sums that every model makes: quotients that may have nothing below, and membership of groups."""

import numpy as np
from numpy.typing import NDArray

from tariffs.sources import Array


def ratio(top: Array, bottom: Array) -> Array:
    """``top / bottom`` where there is a bottom, else nothing."""
    if bottom.min(initial=np.inf) > 0:
        return top / bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = np.where(bottom > 0, top / bottom, 0.0)
    return ratio


def onto(index: NDArray[np.intp], size: int) -> Array:
    """(len(index), size) membership: ``values @ onto(index, size)`` adds the last axis up by group."""
    member = np.zeros((len(index), size))
    member[np.arange(len(index)), index] = 1.0
    return member
