"""One market under many policies at once: the draws repeated for each, so that one solve answers all."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from tariffs.market.market import Market
from tariffs.sources import Array


def first(market: Market, draws: int) -> Market:
    """The central values and the first draws of a market."""
    return _each(market, lambda values: values[: draws + 1])


def draws_in(market: Market) -> int:
    """Entries of the batch axis: the central values and every draw."""
    return int(max(np.prod(market.batch, dtype=int), 1))


def wide(values: Array, count: int) -> Array:
    """(count, …) of something given once for all draws, or for each; longer ones are cut."""
    return np.broadcast_to(values[:count], (count, *values.shape[1:]))


def repeated(market: Market, times: int) -> Market:
    """The same draws ``times`` over: entry ``k * D + d`` is draw ``d`` of the ``k``-th policy."""
    count = draws_in(market)
    return _each(market, lambda values: np.tile(wide(values, count), (times, 1)))


def _each(market: Market, change: Any) -> Market:
    given = {f.name: getattr(market, f.name) for f in fields(market)}
    changed: Any = {name: change(x) for name, x in given.items() if isinstance(x, np.ndarray)}
    return replace(market, **changed)
