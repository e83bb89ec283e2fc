"""What a model answers, whichever model it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tariffs.errors import N_
from tariffs.market.market import Market, Shock, sum_over
from tariffs.sources import Array

# The reason that every model may give.
SUPPORT = N_(
    "support exceeds the whole cost of a route, so its landed price falls to zero or below. "
    "Lower the award or the negative charge on it."
)


@dataclass(frozen=True)
class Result:
    """The market after a shock, and how well its equations closed.

    A draw that did not close carries a reason and is never averaged in. A producer with no sales left
    has no net-back to speak of: it stands at 0 with 0 tonnes.
    """

    model: str
    market: Market  # the world before
    shock: Shock
    net_back: Array  # (…, N) USD/t
    landed: Array  # (…, R) USD/t; inf on a closed route
    tonnes: Array  # (…, R)
    price_index: Array  # (…, M) ratio, after over before
    import_index: Array  # (…, M) ratio of the imports' index
    residual: Array  # (…,) largest |ln supply - ln sales|
    closed: NDArray[np.bool_]  # (…,)
    reason: str  # why the draws that did not close did not; empty when all did
    steps: int  # Newton steps taken
    reasons: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)  # each reason, and its draws (…,)

    def reason_of(self, *draw: int) -> str:
        """Why one draw did not close; empty when it did."""
        return next((reason for reason, which in self.reasons.items() if which[draw]), "")

    @cached_property
    def output(self) -> Array:
        """(…, N) tonnes sold by each producer."""
        return sum_over(self.tonnes, self.market.maker, len(self.market.producers))

    @cached_property
    def spending(self) -> Array:
        """(…, R) USD at landed prices; nothing on a closed route."""
        return np.where(self.tonnes > 0, np.where(np.isfinite(self.landed), self.landed, 0.0) * self.tonnes, 0.0)

    @property
    def willing(self) -> Array:
        """(…, N) tonnes each producer would sell at its net-back if it had no capacity limit."""
        ratio = np.maximum(self.net_back, 1e-9) / self.market.net_back
        return np.minimum(self.market.willing * ratio**self.market.supply, 1e300)

    def as_market(self) -> Market:
        """The world after, as a baseline for a further change.

        Constant-elasticity demand and supply keep their form when re-based, so two steps in a row
        equal one step. A draw that did not close stays where it was, and stays marked here.
        """
        before, live, every = self.market, ~self.shock.closed, bool(self.closed.all())
        solved = self.closed[..., None]

        def now(after: Array, stayed: Array) -> Array:
            wide = np.broadcast_to(after, np.broadcast_shapes(after.shape, solved.shape))
            return wide if every else np.where(solved, wide, stayed)

        return replace(
            before,
            tonnes=now(self.tonnes if live.all() else np.where(live, self.tonnes, 0.0), before.tonnes),
            net_back=now(np.maximum(self.net_back, 1e-9), before.net_back),
            A=now(self.shock.A, before.A),
            B=now(self.shock.B, before.B),
            capacity=before.limit if before.capacity is not None else None,
            potential=None if before.capacity is None else now(self.willing, before.willing),
        )


def first_reason(reasons: Mapping[str, NDArray[np.bool_]]) -> str:
    """The reason of the first draw that did not close, in the order of the reasons; empty when all did."""
    return next((reason for reason, which in reasons.items() if which.any()), "")


def reasons_of(closed: NDArray[np.bool_], holds: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
    """Of the draws that did not close, which did not for which reason: the first that holds."""
    left, found = ~np.asarray(closed), {}
    for reason, which in holds.items():
        found[reason] = left & which
        left = left & ~which
    return {reason: which for reason, which in found.items() if which.any()}
