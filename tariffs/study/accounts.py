"""Whose money: every rung of every route times its tonnes, by who keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tariffs.law.stack import Rung
from tariffs.sources import Array
from tariffs.study.sides import Side

BUYER, SELLER, HALLS = "buyer_treasury", "seller_treasury", "currency_halls"


@dataclass(frozen=True, slots=True)
class Payment:
    """What one rung of one route moves in a year."""

    producer: str
    label: str
    importer: str
    rung: Rung
    usd: Array  # (D + 1,)


def payments(side: Side) -> Iterator[Payment]:
    """Every payment of a side; recoverable charges are left out, since they come back."""
    result, market = side.result, side.result.market
    for number, stack in enumerate(side.stacks):
        net_back, tonnes = result.net_back[..., market.maker[number]], result.tonnes[..., number]
        for rung in stack.rungs:
            if not rung.memo:
                per_tonne = np.where(tonnes > 0, rung.amount.at(net_back), 0.0)
                yield Payment(stack.producer, stack.label, stack.importer, rung, per_tonne * tonnes)


def kept(side: Side, keeper: str, *, producer: str = "", importer: str = "", name: str = "") -> Array:
    """USD a year that ends with one kind of keeper, shape (D + 1,)."""
    total = np.zeros(side.result.closed.shape)
    for paid in payments(side):
        if (
            paid.rung.keeper == keeper
            and producer in ("", paid.producer)
            and importer in ("", paid.importer)
            and name in ("", paid.rung.name)
        ):
            total = total + paid.usd
    return total


def unbalanced(side: Side) -> Array:
    """What buyers spend less everything that anybody keeps, relative to spending: zero but for rounding.

    Spending at landed prices is the producers' net-backs plus every rung; shape (D + 1,).
    """
    result, market = side.result, side.result.market
    received = (result.net_back[..., market.maker] * result.tonnes).sum(axis=-1)
    for paid in payments(side):
        received = received + paid.usd
    spent = result.spending.sum(axis=-1)
    gap: Array = (spent - received) / spent
    return gap
