"""Many draws a block at a time, so that what a model works on stays in the cache and memory does not grow."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from tariffs.market.market import Market, Shock
from tariffs.models.answers import FIGURES
from tariffs.models.result import Result, first_reason
from tariffs.sources import Array

BLOCK = 4096

Model = Callable[[Market, Shock], Result]


def in_blocks(model: Model, market: Market, shock: Shock) -> Result:
    """Solve some draws at a time and put the answers side by side; few draws go through as they are."""
    shape = np.broadcast_shapes(market.batch, shock.A.shape[:-1], shock.B.shape[:-1])
    if int(np.prod(shape, dtype=int)) <= BLOCK:
        return model(market, shock)
    parts = [model(*part) for part in _parts(market, shock, shape)]
    names = (*FIGURES, "closed")
    figures: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    reasons = {
        reason: np.concatenate(
            [part.reasons.get(reason, np.zeros(part.closed.shape, dtype=bool)) for part in parts]
        ).reshape(shape)
        for reason in dict.fromkeys(reason for part in parts for reason in part.reasons)
    }
    return replace(
        parts[0],
        market=market,
        shock=shock,
        reason=first_reason(reasons),
        steps=max(part.steps for part in parts),
        reasons=reasons,
        **{name: values.reshape(*shape, *values.shape[1:]) for name, values in figures.items()},
    )


def _parts(market: Market, shock: Shock, shape: tuple[int, ...]) -> Iterator[tuple[Market, Shock]]:
    def flat(x: Array) -> Array:
        same = x.size == x.shape[-1]
        return x.reshape(1, -1) if same else np.broadcast_to(x, (*shape, x.shape[-1])).reshape(-1, x.shape[-1])

    def some(x: Array, draws: slice) -> Array:
        return x if len(x) == 1 else x[draws]

    given = {f.name: getattr(market, f.name) for f in fields(market)}
    arrays: dict[str, Any] = {name: flat(x) for name, x in given.items() if isinstance(x, np.ndarray)}
    A, B = flat(shock.A), flat(shock.B)
    one = replace(market, **arrays) if all(len(x) == 1 for x in arrays.values()) else None
    count = int(np.prod(shape, dtype=int))
    for start in range(0, count, BLOCK):
        draws = slice(start, min(start + BLOCK, count))
        wide = np.broadcast_to(some(A, draws), (draws.stop - start, A.shape[1]))
        several: dict[str, Any] = {name: some(x, draws) for name, x in arrays.items()}
        yield one or replace(market, **several), Shock(wide, some(B, draws), shock.closed)
