"""What compiled code needs of its own: whether it is wanted, and an exponential and a logarithm that vectorise.

Inner loops run over draws and hold no call to a library, so the compiler makes vector instructions of them; that is
why the exponential and the logarithm are written out. ``TARIFFS_KERNEL=numpy`` in the environment leaves compiled
code out. It is kept on disk beside these files (or in numba's own cache where that cannot be written), so only the
first run ever waits for the compiler; where nothing can be written at all, every start does. What is kept holds for
the text that it was made from, that of every function called included (:func:`stamp`).
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, local
from typing import TYPE_CHECKING, Any

import numpy as np

from tariffs.models.nests import NEAR_ONE
from tariffs.sources import Array

if TYPE_CHECKING or find_spec("numba") is None:

    def njit(function):  # type: ignore[no-untyped-def]
        """Leave a function as it is."""
        return function

else:
    from numba import njit as compiled

    # Fused multiply-adds only: no reordering of sums, no assumption that numbers are finite.
    OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}

    def njit(function):
        """Compile a function when it is first called, and keep what came of it where there is a place for it."""
        try:
            made = compiled(cache=True, **OPTIONS)(function)
            made._cache._cache_file._source_stamp = stamp(function)
        except (RuntimeError, OSError):  # no folder that can be written, as in a container with a read-only disk
            return compiled(**OPTIONS)(function)
        return made

INSTALLED = find_spec("numba") is not None
LN2_HIGH, LN2_LOW, LOG2E = 0.693145751953125, 1.42860682030941723212e-6, 1.4426950408889634
SQRT2 = 1.4142135623730951
STEEPEST = 200.0  # exponents beyond are left to NumPy, as are those next to zero


def wanted() -> bool:
    """Whether large batches go through compiled code."""
    return INSTALLED and os.environ.get("TARIFFS_KERNEL", "") != "numpy"


class Turn:
    """Who may work in Python; compiled code works beside it.

    NumPy hands the interpreter over with every product of long rows. Two threads that both want it pass it to and fro
    thousands of times, which costs more than the products do; so one waits until the other is in compiled code.
    """

    def __init__(self) -> None:
        self._lock, self._mine = Lock(), local()

    def __enter__(self) -> None:
        self._lock.acquire()
        self._mine.held = True

    def __exit__(self, *failed: object) -> None:
        self._mine.held = False
        self._lock.release()

    @contextmanager
    def passed_on(self) -> Iterator[None]:
        """Let another thread have the turn meanwhile, where this one has it."""
        if not getattr(self._mine, "held", False):
            yield
            return
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()


TURN = Turn()


def stamp(function: Any) -> str:
    """What machine code of a function is made from: its file, the numbers it reads, and the same of all that it calls.

    numba itself asks for the file alone, and would run code with an old version of a function of another file in it.
    """
    made = hashlib.sha256(Path(function.__code__.co_filename).read_bytes())
    for name in function.__code__.co_names:
        held = function.__globals__.get(name)
        if hasattr(held, "py_func"):
            made.update(stamp(held.py_func).encode())
        elif isinstance(held, int | float):
            made.update(f"{name} = {held!r}".encode())
    return made.hexdigest()


def read_only(rows: Array) -> Array:
    """Rows that compiled code only reads, whoever else may write them: of one kind, so that it is compiled once."""
    read = np.ascontiguousarray(rows).view()
    read.flags.writeable = False
    return read


@njit
def _exp(row, bits, scale):  # type: ignore[no-untyped-def]
    """e^x in place: 2^n times a polynomial on at most half of ln 2 either side, right to the last digit or two.

    Its coefficients, and the logarithm's, interpolate at Chebyshev's points: relative errors of 3e-17 and 5e-18.
    """
    for d in range(len(row)):
        x = min(max(row[d], -700.0), 700.0)
        n = np.floor(x * LOG2E + 0.5)
        r = (x - n * LN2_HIGH) - n * LN2_LOW
        p = 2.509554758981093e-08
        p = p * r + 2.761379764561564e-07
        p = p * r + 2.755728007978737e-06
        p = p * r + 2.4801536405296596e-05
        p = p * r + 0.0001984126985433222
        p = p * r + 0.001388888890587323
        p = p * r + 0.008333333333332157
        p = p * r + 0.041666666666651364
        p = p * r + 0.16666666666666666
        p = p * r + 0.5
        p = p * r + 1.0
        row[d] = p * r + 1.0
        bits[d] = (np.int64(n) + 1023) << 52
    for d in range(len(row)):
        row[d] *= scale[d]


@njit
def _log(row, bits, mantissa):  # type: ignore[no-untyped-def]
    """ln x in place for x > 0: the exponent times ln 2, and 2 artanh((m-1)/(m+1)) of the rest."""
    whole = row.view(np.int64)
    for d in range(len(row)):
        bits[d] = (whole[d] & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000
    for d in range(len(row)):
        e, m = np.float64((whole[d] >> 52) - 1023), mantissa[d]
        large = m > SQRT2
        m = 0.5 * m if large else m
        e = e + 1.0 if large else e
        s = (m - 1.0) / (m + 1.0)
        q = s * s
        p = 0.07308292712444311
        p = p * q + 0.07665855309105386
        p = p * q + 0.09091444727837474
        p = p * q + 0.11111105565129939
        p = p * q + 0.14285714313001635
        p = p * q + 0.19999999999949722
        p = p * q + 0.3333333333333335
        row[d] = e * LN2_HIGH + (2.0 * s + (2.0 * s * q * p + e * LN2_LOW))


@njit
def _climb(change, basket, weighed, weight, power, index, share, bits, scale):  # type: ignore[no-untyped-def]
    """One nest: log index of each basket, and each good's share in it."""
    goods, draws = change.shape
    for k in range(len(weighed)):
        index[k, :] = 0.0
    for g in range(goods):
        k = basket[g]
        if weighed[k] == 0:
            for d in range(draws):
                share[g, d] = 1.0
                index[k, d] = change[g, d]
        else:
            for d in range(draws):
                share[g, d] = power[k, d] * change[g, d]
            _exp(share[g], bits, scale)
            for d in range(draws):
                share[g, d] *= weight[g, d]
                index[k, d] += share[g, d]
    for k in range(len(weighed)):
        if weighed[k] != 0:
            for d in range(draws):
                scale[d] = 1.0 / index[k, d]
            for g in range(goods):
                if basket[g] == k:
                    for d in range(draws):
                        share[g, d] *= scale[d]
            _log(index[k], bits, scale)
            for d in range(draws):
                index[k, d] /= power[k, d]


@njit
def _take(values, row, who, out):  # type: ignore[no-untyped-def]
    """One row of (rows, draws), or of (rows, 1) where all draws agree, at some draws."""
    first, draws = who[0], len(out)
    if values.shape[1] == 1:
        for d in range(draws):
            out[d] = values[row, 0]
    elif who[draws - 1] - first == draws - 1:  # draws in a row: no need to look each one up
        for d in range(draws):
            out[d] = values[row, first + d]
    else:
        for d in range(draws):
            out[d] = values[row, who[d]]


@njit
def _put(values, row, who, given):  # type: ignore[no-untyped-def]
    """Write one row of (rows, draws) at some draws."""
    first, draws = who[0], len(given)
    if who[draws - 1] - first == draws - 1:
        for d in range(draws):
            values[row, first + d] = given[d]
    else:
        for d in range(draws):
            values[row, who[d]] = given[d]


@njit
def _eliminate(slopes, gap):  # type: ignore[no-untyped-def]
    """Solve ``slopes · move = gap`` draw by draw in place, (n, n, draws) and (n, draws): ``solver.by_elimination``."""
    n, draws = gap.shape
    for k in range(n):
        for d in range(draws):
            slopes[k, k, d] = 1.0 / slopes[k, k, d]
        for i in range(k + 1, n):
            for d in range(draws):
                down = slopes[i, k, d] * slopes[k, k, d]
                slopes[i, k, d] = down
                gap[i, d] -= down * gap[k, d]
            for j in range(k + 1, n):
                for d in range(draws):
                    slopes[i, j, d] -= slopes[i, k, d] * slopes[k, j, d]
    for k in range(n - 1, -1, -1):
        for d in range(draws):
            gap[k, d] *= slopes[k, k, d]
        for i in range(k):
            for d in range(draws):
                gap[i, d] -= slopes[i, k, d] * gap[k, d]


@njit
def _powers(sigma, weighed, odd):  # type: ignore[no-untyped-def]
    """Exponents 1 - σ of one basket in place; counts those that lose digits here, where several goods meet."""
    for d in range(len(sigma)):
        sigma[d] = 1.0 - sigma[d]
    if weighed != 0:
        for d in range(len(sigma)):
            odd[d] += 0.0 if (abs(sigma[d]) >= NEAR_ONE) & (abs(sigma[d]) <= STEEPEST) else 1.0


@njit
def _outside(values, least, most, odd):  # type: ignore[no-untyped-def]
    """Count what does not lie between two numbers, or is none."""
    for d in range(len(values)):
        odd[d] += 0.0 if (values[d] > least) & (values[d] < most) else 1.0
