"""Answers of many draws as they come, a block of draws at a time, and the result that they make together.

Blocks are worked on with routes in rows and draws side by side, so that every sum and product runs over draws that
lie next to each other in memory. A result leads with the draws, and lies in memory as it was worked out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tariffs.market.market import Market, Mask, Shock
from tariffs.models.layout import Layout
from tariffs.models.result import Result, first_reason
from tariffs.sources import Array

FIGURES = ("net_back", "landed", "tonnes", "price_index", "import_index", "residual")


@dataclass(frozen=True)
class Answers:
    """Room for every figure of a result, (draws, width), the draws of one route side by side."""

    layout: Layout
    net_back: Array
    landed: Array
    tonnes: Array
    price_index: Array
    import_index: Array
    residual: Array  # (draws,)

    @classmethod
    def of(cls, layout: Layout) -> "Answers":
        makers, routes, places = (x.shape[1] for x in (layout.net_back, layout.A, layout.demand))
        # One piece of memory: large pieces come from the machine in large pages, which is ten times as quick.
        ends = np.cumsum([makers, routes, routes, places, places, 1]) * layout.draws
        parts = np.split(np.empty(ends[-1]), ends[:-1])
        net_back, landed, tonnes, price_index, import_index = (x.reshape(-1, layout.draws).T for x in parts[:5])
        return cls(layout, net_back, landed, tonnes, price_index, import_index, parts[5])

    def blocks(self, size: int) -> Iterator[slice]:
        """Draws to be worked on together: about ``size`` of them, as many in one as in another."""
        draws = self.layout.draws
        ends = np.linspace(0, draws, max(1, round(draws / size)) + 1).astype(int).tolist()
        return (slice(start, end) for start, end in pairwise(ends))

    def put(self, block: slice, **rows: Array) -> None:
        """Figures of a block by name, (width, draws or 1)."""
        for name, values in rows.items():
            getattr(self, name)[block] = values.T

    def result(self, model: str, market: Market, shock: Shock, reasons: Mapping[str, Mask], steps: int) -> Result:
        """All draws; one with a reason (each (draws,)) comes back where it was."""
        layout, shape = self.layout, self.layout.batch
        told = {reason: which for reason, which in reasons.items() if which.any()}
        self.landed[:, np.asarray(shock.closed, dtype=bool)] = np.inf
        closed = np.ones(layout.draws, dtype=bool)
        for which in told.values():
            closed &= ~which
        if told:
            stay = ~closed
            for values, before in (
                (self.net_back, layout.net_back), (self.landed, layout.landed), (self.tonnes, layout.tonnes)
            ):  # fmt: skip
                values[stay] = np.broadcast_to(before, values.shape)[stay]
            self.price_index[stay] = self.import_index[stay] = 1.0
        return Result(
            model=model,
            market=market,
            shock=shock,
            net_back=self.net_back.reshape(*shape, -1),
            landed=self.landed.reshape(*shape, -1),
            tonnes=self.tonnes.reshape(*shape, -1),
            price_index=self.price_index.reshape(*shape, -1),
            import_index=self.import_index.reshape(*shape, -1),
            residual=self.residual.reshape(shape),
            closed=closed.reshape(shape),
            reason=first_reason(told),
            steps=steps,
            reasons={reason: which.reshape(shape) for reason, which in told.items()},
        )


def weighted(member: Array, weight: Array, values: Array) -> Array:
    """(groups, draws) sums of ``weight * values`` by group; one weight for all draws joins the sum's matrix.

    Parameters
    ----------
    member : ndarray, shape (groups, rows)
        One where a row belongs to a group, else nothing.
    weight, values : ndarray, shape (rows, draws or 1)
    """
    total: Array = (member * weight.T) @ values if weight.shape[1] == 1 else member @ (weight * values)
    return total
