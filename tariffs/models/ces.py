"""Price indices of nested constant-elasticity demand, in logs, for batches of draws."""

import numpy as np
from numpy.typing import NDArray

from tariffs.sources import Array

LARGEST = 600.0  # cap on an exponent: e^600 is beyond any market and still a number


def index_by_group(weight: Array, change: Array, sigma: Array, group: Array, sigma_group: Array) -> tuple[Array, Array]:
    """Log CES index of each group, (D, G), and each member's current share in it, (D, R)."""
    power = 1.0 - sigma
    raised = weight * np.exp(np.clip(power * change, -LARGEST, LARGEST))
    total = raised @ group
    down = 1.0 - sigma_group
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(total > 0, np.log(total) / down, 0.0)
        near = np.abs(down) < 0.05
        if near.any():  # towards Cobb-Douglas the ratio of logs loses digits, and at σ = 1 it is 0/0
            little = (weight * np.expm1(power * change)) @ group + _short_of_one(weight @ group)
            mean = (weight * change) @ group
            index = np.where(near, np.where(np.abs(down) < 1e-12, mean, np.log1p(little) / down), index)
            index = np.where(total > 0, index, 0.0)
    return index, ratio(raised, total @ group.T)


def index_over_makers(weight: Array, change: Array, sigma: Array) -> tuple[Array, Array]:
    """The same over axis 1 of (D, N, M): log index (D, M) and current shares (D, N, M)."""
    power = (1.0 - sigma)[:, None, :]
    raised = weight * np.exp(np.clip(power * change, -LARGEST, LARGEST))
    total = raised.sum(axis=1)
    down = 1.0 - sigma
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(total > 0, np.log(total) / down, 0.0)
        near = np.abs(down) < 0.05
        if near.any():
            little = (weight * np.expm1(power * change)).sum(axis=1) + _short_of_one(weight.sum(axis=1))
            mean = (weight * change).sum(axis=1)
            index = np.where(near, np.where(np.abs(down) < 1e-12, mean, np.log1p(little) / down), index)
            index = np.where(total > 0, index, 0.0)
    return index, ratio(raised, total[:, None, :])


def _short_of_one(total: Array) -> Array:
    """What closed members took from shares that summed to one; rounding counts as nothing."""
    return np.where(np.abs(total - 1.0) < 1e-12, 0.0, total - 1.0)


def ratio(top: Array, bottom: Array) -> Array:
    """``top / bottom`` where there is a bottom, else nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = np.where(bottom > 0, top / bottom, 0.0)
    return ratio


def onto(index: NDArray[np.intp], size: int) -> Array:
    member = np.zeros((len(index), size))
    member[np.arange(len(index)), index] = 1.0
    return member
