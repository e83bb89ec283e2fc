"""Where a map is zero: straight pieces between the cells, by marching squares."""

import numpy as np

from tariffs.sources import Array


def zero_line(x: Array, y: Array, values: Array) -> list[tuple[float, float, float, float]]:
    """Pieces of the zero line as (x, y, x2, y2); squares with a missing corner have none.

    Parameters
    ----------
    x, y : ndarray, shapes (X,) and (Y,)
    values : ndarray, shape (Y, X)

    References
    ----------
    Lorensen and Cline (1987), Computer Graphics 21(4), 163-169, in two dimensions; a saddle is cut by its middle.
    """
    pieces = []
    for row in range(len(y) - 1):
        for column in range(len(x) - 1):
            corners = values[[row, row, row + 1, row + 1], [column, column + 1, column + 1, column]]
            if not np.isfinite(corners).all() or (corners > 0).all() or (corners <= 0).all():
                continue
            at = [(x[column], y[row]), (x[column + 1], y[row]), (x[column + 1], y[row + 1]), (x[column], y[row + 1])]
            cuts = [_cut(at[i], at[(i + 1) % 4], corners[i], corners[(i + 1) % 4]) for i in range(4)]
            found = [cut for cut in cuts if cut is not None]
            if len(found) == 4 and (corners.mean() > 0) != (corners[0] > 0):  # the middle goes with the other corners
                found = [found[3], *found[:3]]
            pieces += [(*found[i], *found[i + 1]) for i in range(0, len(found) - 1, 2)]
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in pieces]


def _cut(one: tuple[float, float], other: tuple[float, float], here: float, there: float) -> tuple[float, float] | None:
    """Where the edge between two corners is zero, if it is."""
    if (here > 0) == (there > 0):
        return None
    part = here / (here - there)
    return one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])
