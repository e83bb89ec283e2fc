"""Whose money: every rung of every route times its tonnes, by who keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tariffs.law.stack import Rung, Stack
from tariffs.models.result import Result
from tariffs.sources import Array

BUYER, SELLER, HALLS = "buyer_treasury", "seller_treasury", "currency_halls"


@dataclass(frozen=True)
class Payment:
    """What one rung of one route moves in a year."""

    producer: str
    label: str
    importer: str
    rung: Rung
    net_back: Array  # (D + 1,) USD/t
    tonnes: Array  # (D + 1,)

    @cached_property
    def usd(self) -> Array:
        """(D + 1,) a year; worked out when somebody asks, since most rungs of most routes are nobody's question."""
        paid: Array = self.rung.amount.at(self.net_back) * self.tonnes
        return paid


@dataclass(frozen=True)
class Ledger:
    """Every payment of one side of a comparison, worked out once."""

    stacks: tuple[Stack, ...]
    result: Result

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        """Recoverable charges are left out, since they come back."""
        result, market = self.result, self.result.market
        made = []
        for number, stack in enumerate(self.stacks):
            net_back, tonnes = result.net_back[..., market.maker[number]], result.tonnes[..., number]
            for rung in stack.rungs:
                if not rung.memo:
                    made.append(Payment(stack.producer, stack.label, stack.importer, rung, net_back, tonnes))
        return tuple(made)

    @cached_property
    def by_keeper(self) -> Mapping[str, list[Payment]]:
        """Payments by who ends up with the money."""
        found: dict[str, list[Payment]] = {}
        for paid in self.payments:
            found.setdefault(paid.rung.keeper, []).append(paid)
        return found

    def kept(self, keeper: str, *, producer: str = "", importer: str = "") -> Array:
        """USD a year that ends with one kind of keeper, shape (D + 1,)."""
        total = np.zeros(self.result.closed.shape)
        for paid in self.by_keeper.get(keeper, ()):
            if producer in ("", paid.producer) and importer in ("", paid.importer):
                total = total + paid.usd
        return total

    def unbalanced(self) -> Array:
        """What buyers spend less everything that anybody keeps, relative to spending: zero but for rounding.

        Spending at landed prices is the producers' net-backs plus every rung; shape (D + 1,).
        """
        result, market = self.result, self.result.market
        received = (result.net_back[..., market.maker] * result.tonnes).sum(axis=-1)
        for paid in self.payments:
            received = received + paid.usd
        spent = result.spending.sum(axis=-1)
        gap: Array = (spent - received) / spent
        return gap
