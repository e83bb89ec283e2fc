"""Buyers without a taste of their own: share parameters made equal, so that price alone decides.

In a nest of constant elasticity σ, goods at prices *p* take shares of spending proportional to
:math:`b_i p_i^{1-\\sigma}`. The share parameters *b* hold whatever no price explains: habit, home bias, contracts,
grades, what a road can carry. Here they are made equal among the sellers of one market whose prices are known:

- between the labels of one maker, and between foreign makers, :math:`b_i = b`;
- between home and imports each maker counts as one: home :math:`p_h^{1-\\sigma_H}` against *n* foreign makers
  :math:`n \\bar P^{1-\\sigma_H}`, with :math:`\\bar P = (\\frac1n \\sum p_i^{1-\\sigma_M})^{1/(1-\\sigma_M)}`.

Sellers below one per cent of the market keep their place in the imports' nest, since their prices are proxies.
Buyers' spending at the prices of the day is kept as it is: that, too, is part of the benchmark.

References
----------
Dixit and Stiglitz (1977), American Economic Review 67(3), 297-308: symmetric varieties at one price sell the same.
Armington (1969): the share parameters. Anderson and van Wincoop (2004), Journal of Economic Literature 42(3),
691-751: from trade flows alone, a bias in taste cannot be told from a cost of trade.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tariffs.market.market import Market
from tariffs.sources import Array
from tariffs.study.figures import RIVAL_SHARE


@dataclass(frozen=True)
class Reshaped(Market):
    """A market whose tonnes are what buyers would take at its prices, not what makers sell there.

    Makers offer what ``potential`` says, whatever buyers would take at the start, and their capacity stands as given.
    """

    @cached_property
    def limit(self) -> Array:
        """(…, N) capacity as given, infinite where none is on record."""
        return np.full(self.willing.shape, np.inf) if self.capacity is None else self.capacity


def equal_taste(market: Market, importer: str, exporter: str) -> Array:
    """(D, R) tonnes that buyers of one market would take at its prices if they had no taste; elsewhere as they are.

    Who counts is decided at the central values (entry 0), so that it is the same in every draw.
    """
    m = market.importers.index(importer)
    here = np.flatnonzero((market.place == m) & (market.tonnes > 0).any(axis=0))
    draws = np.broadcast_shapes(market.tonnes.shape, market.landed.shape)
    tonnes = np.broadcast_to(market.tonnes, draws).copy()
    price, spending = np.broadcast_to(market.landed, draws)[:, here], (tonnes * market.landed)[:, here]
    maker = market.maker[here]
    label, between, home_sigma = (x[:, m] for x in (market.sigma_label, market.sigma_import, market.sigma_home))
    whole = spending.sum(axis=1)

    makers = list(dict.fromkeys(maker.tolist()))
    members = {i: maker == i for i in makers}
    sold = {i: float(tonnes[0, here][members[i]].sum()) for i in makers}
    counts = {i: sold[i] >= RIVAL_SHARE * sum(sold.values()) or market.producers[i] == exporter for i in makers}
    of_maker: dict[int, Array] = {}  # the mean price of a maker over its labels
    within = np.zeros(price.shape)
    for i in makers:
        power = _power(price[:, members[i]], label)
        within[:, members[i]] = power / power.sum(axis=1, keepdims=True)
        of_maker[i] = _mean(price[:, members[i]], label)
    abroad = [i for i in makers if market.producers[i] != importer]
    equal = [i for i in abroad if counts[i]]
    share = {i: spending[:, members[i]].sum(axis=1) / whole for i in makers}
    imports = sum((share[i] for i in abroad), start=np.zeros(len(whole)))
    level = np.stack([of_maker[i] for i in equal], axis=1)
    pool = sum((share[i] for i in equal), start=np.zeros(len(whole)))
    split = _power(level, between)
    split = split / split.sum(axis=1, keepdims=True)
    new = dict(share)
    for number, i in enumerate(equal):
        new[i] = pool * split[:, number]
    homes = [i for i in makers if i not in abroad]
    if homes:
        own, other = _power(of_maker[homes[0]][:, None], home_sigma)[:, 0], _mean(level, between)
        other = len(equal) * _power(other[:, None], home_sigma)[:, 0]
        new[homes[0]] = own / (own + other)
        for i in abroad:
            new[i] = new[i] / imports * other / (own + other)
    for i in makers:
        spent = (new[i] * whole)[:, None] * within[:, members[i]]
        tonnes[:, here[members[i]]] = spent / price[:, members[i]]
    return tonnes


def _power(price: Array, sigma: Array) -> Array:
    """(D, K) ``p^(1-σ)``, with prices in hundreds of USD per tonne so that no power leaves what a number can hold."""
    ratio: Array = (price / 100.0) ** (1.0 - sigma)[:, None]
    return ratio


def _mean(price: Array, sigma: Array) -> Array:
    """(D,) the price that as many equal goods would all have to cost for the same index; geometric at σ = 1."""
    down = 1.0 - sigma
    logs = np.log(price)
    near = np.abs(down) < 1e-9
    safe = np.where(near, 1.0, down)
    top = (safe[:, None] * logs).max(axis=1)
    index = (top + np.log(np.exp(safe[:, None] * logs - top[:, None]).mean(axis=1))) / safe
    found: Array = np.exp(np.where(near, logs.mean(axis=1), index))
    return found
