"""Quantiles of PERT ranges read from a table: what a million draws from a hundred ranges need.

The uniform number itself says where to look. Its distance from the nearer end, as the machine writes it, holds a
power of two and eight steps between it and the next; in each such cell one polynomial of degree seven gives the
quantile, right to 1e-12 of the range. So no normal, no logarithm and no search stands between a point and its value,
and a table is small enough for the nearest memory. With numba a range is read in one pass (``TARIFFS_KERNEL``).
"""

from functools import lru_cache

import numpy as np
from scipy import special

from tariffs.models.kernel import njit, wanted
from tariffs.sources import Array

STEPS = 8  # cells from one power of two to the next
OCTAVES = 24  # down to 2^-24 from an end; nearer to it the beta is inverted
DEGREE = 7
SHIFT = 49  # bits of a number below its cell: 52 of the fraction less the three that count to STEPS
BELOW, ONE = (1 << SHIFT) - 1, 0x3FF << 52
FIRST = (0x3FF - OCTAVES) * STEPS  # cell of 2^-OCTAVES, counted from zero
CELLS = (OCTAVES - 1) * STEPS + 1  # on one side, up to a half itself
NEAREST = 2.0**-OCTAVES
MIDDLE = 1.0 + 0.5 / STEPS  # of the fractions inside a cell
WORTHWHILE = 1000  # numbers from which on compiled code pays


def pert_from_table(low: float, mode: float, high: float, uniform: Array, values: Array) -> None:
    """Put the PERT quantiles of uniform numbers (D,), none of them 0 or 1, into ``values`` (D,).

    Off from :func:`shapes.pert` by less than 1e-12 of the range's width.
    """
    width = high - low
    lean = 4.0 * (mode - low) / width
    table = _beta_table(lean)
    if wanted() and len(uniform) >= WORTHWHILE:
        far = _read(uniform, table, low, width, values)
    else:
        far = _looked_up(uniform, table, low, width, values)
    if far:
        ends = np.flatnonzero((uniform < NEAREST) | (uniform > 1.0 - NEAREST))
        values[ends] = low + width * special.betaincinv(1.0 + lean, 5.0 - lean, uniform[ends])


def _looked_up(uniform: Array, table: Array, low: float, width: float, values: Array) -> bool:
    """Fill ``values`` with NumPy, and tell whether some lie outside the table."""
    near = np.minimum(uniform, 1.0 - uniform)
    bits = near.view(np.int64)
    cell = bits >> SHIFT
    cell -= FIRST
    far = bool(cell.min(initial=0) < 0)
    if far:
        np.maximum(cell, 0, out=cell)
    cell += CELLS * (uniform > 0.5)
    inside = ((bits & BELOW) | ONE).view(np.float64)
    inside -= MIDDLE
    table[DEGREE].take(cell, out=values, mode="clip")  # nothing to clip; other modes copy once more
    for power in range(DEGREE - 1, -1, -1):
        values *= inside
        values += table[power].take(cell)
    values *= width
    values += low
    return far


@njit
def _read(uniform, table, low, width, values):  # type: ignore[no-untyped-def]
    """The same, compiled."""
    far = False
    near = np.empty(1)
    bits = near.view(np.int64)
    number = np.empty(1, np.int64)
    inside = number.view(np.float64)
    for d in range(len(uniform)):
        above = uniform[d] > 0.5
        near[0] = 1.0 - uniform[d] if above else uniform[d]
        cell = (bits[0] >> SHIFT) - FIRST
        if cell < 0:
            far, cell = True, 0
        if above:
            cell += CELLS
        number[0] = (bits[0] & BELOW) | ONE
        x = inside[0] - MIDDLE
        value = table[DEGREE, cell]
        for power in range(DEGREE - 1, -1, -1):
            value = value * x + table[power, cell]
        values[d] = low + width * value
    return far


@lru_cache(maxsize=256)
def _beta_table(lean: float) -> Array:
    """(DEGREE + 1, 2 CELLS) polynomials in the fraction less its middle, of a beta with a = 1 + lean, b = 5 - lean."""
    a, b = 1.0 + lean, 5.0 - lean
    at = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))  # Chebyshev's points, -1 to 1
    numbers = np.arange(CELLS) + FIRST
    start = (numbers << SHIFT).view(np.float64)
    wide = ((numbers + 1) << SHIFT).view(np.float64) - start
    near = start[:, None] + wide[:, None] * (0.5 + 0.5 * at)
    quantiles = np.concatenate([special.betaincinv(a, b, near), 1.0 - special.betaincinv(b, a, near)])
    found = np.linalg.solve(np.vander(at, increasing=True), quantiles.T)
    # A cell is 1 / STEPS wide in its fraction: powers of two, so nothing is lost.
    return np.ascontiguousarray(found * (2.0 * STEPS) ** np.arange(DEGREE + 1)[:, None])
