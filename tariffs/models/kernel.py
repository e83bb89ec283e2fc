"""What compiled code needs of its own: whether it is wanted, and an exponential and a logarithm that vectorise.

Inner loops run over draws and hold no call to a library, so the compiler makes vector instructions of them; that is
why the exponential and the logarithm are written out. ``TARIFFS_KERNEL=numpy`` in the environment leaves compiled
code out. It is kept on disk beside these files (or in numba's own cache where that cannot be written), so only the
first run ever waits for the compiler; where nothing can be written at all, every start does.
"""

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

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
            return compiled(cache=True, **OPTIONS)(function)
        except RuntimeError:  # no folder that can be written, as in a container with a read-only disk
            return compiled(**OPTIONS)(function)

INSTALLED = find_spec("numba") is not None
LN2_HIGH, LN2_LOW, LOG2E = 0.693145751953125, 1.42860682030941723212e-6, 1.4426950408889634
SQRT2 = 1.4142135623730951


def wanted() -> bool:
    """Whether large batches go through compiled code."""
    return INSTALLED and os.environ.get("TARIFFS_KERNEL", "") != "numpy"


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
    for g in range(goods):
        k = basket[g]
        if weighed[k] != 0:
            for d in range(draws):
                share[g, d] /= index[k, d]
    for k in range(len(weighed)):
        if weighed[k] != 0:
            _log(index[k], bits, scale)
            for d in range(draws):
                index[k, d] /= power[k, d]
