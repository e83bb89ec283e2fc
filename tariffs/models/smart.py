r"""An approximation without a home good, one importer at a time, good while a price moves by a few per cent.

SMART splits what a partner gains into trade creation (the importer buys more of what is cheaper), trade
diversion (it buys it from someone else), and, where supply is finite, a price effect. It has no home good, no
rivalry of importers for one producer and no capacity, so an answer may sell more than a producer can make:
home sales stay as they are, and each route has a price of its own. Past some 10 % on a price, creation and
diversion no longer add up; where a price does not exist at all (a prohibition) it has no answer and says so.
In units in which the world price is one, so that value is quantity, with imports *M*, powers *T* and
:math:`\Delta = T_1/T_0 - 1`,

.. math::
    TC &= M \epsilon \Delta / (1 - \epsilon s / \mu), \qquad dp = TC / (\mu M) = \Delta \epsilon / (\mu - \epsilon s) \\
    TD_b &= \frac{M_b M_r \sigma (1 - R_b)}{M_b + M_r + M_b \sigma (1 - R_b)},
            \qquad R_b = \frac{T_{1b}/T_{0b}}{T_{1r}/T_{0r}} \\
    PE &= dp\,(M + TC + TD)

with *r* the rest of the importer's partners as one, at the mean of their powers. Supply of 99 or more is
infinite, as in WITS: *dp* is nil. *s* is the pass-through of a price into the landed price, one where charges
are ad valorem. TC is the line on which demand :math:`\epsilon (\Delta + s\,dp)` meets supply :math:`\mu\,dp`; no
partner loses more than it sells.

References
----------
Laird and Yeats (1986), The UNCTAD Trade Policy Simulation Model, UNCTAD Discussion Paper 19; Jammes and
Olarreaga (2005), Explaining SMART and GSIM; WITS online help, SMART; METHODS section 1.
"""

from dataclasses import dataclass

import numpy as np

from tariffs.market.market import Market, Mask, Shock, sum_over
from tariffs.models.ces import ratio
from tariffs.models.result import Result
from tariffs.sources import Array, Number

INFINITE = 99.0  # an export supply elasticity from here on is infinite
SIGMA = 1.5  # the default of WITS


@dataclass(frozen=True)
class Effects:
    """What one importer's change of tariffs does, partner by partner, in the unit of the trade given."""

    trade: Array  # (…, R) before, at a world price of one: value is quantity
    before: Array  # (…, R) powers of the tariffs
    after: Array
    creation: Array  # (…, R)
    diversion: Array  # (…, R) sums to zero over the partners
    world_price: Array  # (…, R) relative change

    @property
    def bought(self) -> Array:
        """(…, R) change in quantity: creation and diversion."""
        return self.creation + self.diversion

    @property
    def price_effect(self) -> Array:
        """(…, R) what the new world price adds to the value of trade after the change."""
        return self.world_price * (self.trade + self.bought)

    @property
    def total(self) -> Array:
        """(…, R) change in the value of trade: creation, diversion and price effect."""
        return self.bought + self.price_effect

    @property
    def revenue(self) -> Array:
        """(…,) change in tariff revenue, on the flows after the change."""
        new = (self.trade + self.total) * (self.after - 1.0)
        change: Array = (new - self.trade * (self.before - 1.0)).sum(axis=-1)
        return change

    @property
    def welfare(self) -> Array:
        r"""(…,) change in the importer's dead-weight loss, which WITS reports as welfare and as consumer surplus.

        .. math:: \tfrac12 \sum (t_0 + t_1 (1 + dp))\,dQ - \sum dp\,(Q_0 + Q_1)/2, \qquad dQ = TC + TD

        With infinite supply this is half the sum of old and new tariff times what is bought more: the area
        under straight demand lines, net of the revenue lost. The second term is the terms of trade.
        """
        paid = self.before - 1.0 + (self.after - 1.0) * (1.0 + self.world_price)
        terms = self.world_price * (2.0 * self.trade + self.bought)
        gain: Array = ((paid * self.bought - terms) / 2.0).sum(axis=-1)
        return gain


def effects(
    trade: Array,
    before: Array,
    after: Array,
    demand: Number,
    sigma: Number = SIGMA,
    supply: Number = INFINITE,
    pass_through: Number = 1.0,
) -> Effects:
    """Trade creation, diversion and price effect in one importer.

    Parameters
    ----------
    trade : ndarray, shape (…, R)
        Imports from each partner at world prices.
    before, after : ndarray, shape (…, R)
        Powers of the tariffs, ``1 + rate``, positive.
    demand : float or ndarray, shape (…, 1)
        Import demand elasticity, at most zero.
    sigma : float or ndarray, shape (…, 1)
        Substitution between partners.
    supply : float or ndarray, shape (…, R)
        Export supply elasticity, positive; 99 or more is infinite.
    pass_through : float or ndarray, shape (…, R)
        Change of the landed price by a change of the world price, both relative.

    References
    ----------
    Laird and Yeats (1986), UNCTAD Discussion Paper 19, annex I; WITS online help, SMART.
    """
    trade, before, after = (np.asarray(x, dtype=float) for x in (trade, before, after))
    change = after / before
    slack = np.where(np.asarray(supply) >= INFINITE, 0.0, 1.0 / np.asarray(supply, dtype=float))
    creation = trade * demand * (change - 1.0) / (1.0 - np.asarray(demand) * pass_through * slack)
    creation = np.maximum(creation, -trade)
    return Effects(
        trade=trade,
        before=before,
        after=after,
        creation=creation,
        diversion=_divert(trade, change, np.asarray(sigma, dtype=float), trade + np.minimum(creation, 0.0)),
        world_price=ratio(creation, trade) * slack,
    )


def _divert(trade: Array, change: Array, sigma: Array, room: Array) -> Array:
    """Who gains from whom when powers change; losers give in proportion to trade and dearness, ``room`` at most.

    Each gainer faces one rest of the world; what they gain together is what the others lose together.
    """
    whole = trade.sum(axis=-1, keepdims=True)
    mean = ratio((trade * change).sum(axis=-1, keepdims=True), whole)
    rest = whole - trade
    elsewhere = ratio(mean * whole - trade * change, rest)
    cheaper = np.maximum(1.0 - change / np.where(rest > 0, elsewhere, change), 0.0)
    gain = ratio(trade * rest * sigma * cheaper, trade + rest + trade * sigma * cheaper)
    dearer = trade * np.maximum(change - mean, 0.0)
    sought, lost = gain.sum(axis=-1, keepdims=True), np.zeros_like(room)
    for _ in range(trade.shape[-1]):  # what one partner cannot give, the others do
        giving = np.where(lost < room, dearer, 0.0)
        left = sought - lost.sum(axis=-1, keepdims=True)
        lost = np.minimum(lost + left * ratio(giving, giving.sum(axis=-1, keepdims=True)), room)
    return gain * ratio(lost.sum(axis=-1, keepdims=True), sought) - lost


def solve(market: Market, shock: Shock) -> Result:
    """Move every importer's purchases, one importer at a time, at the powers of the shock.

    Value at world prices is value at net-backs, demand elasticities are taken as import demand elasticities,
    and substitution is ``sigma_import``. Where a finite supply gives a producer a price of its own on each
    route, ``net_back`` is their mean by tonnes and landed prices follow it; the indices keep each route's own.
    Every array may carry a leading batch axis (D,). A draw without an answer comes back where it was, with
    ``closed`` false and a reason.

    The residual is the largest gap in SMART's own equations: creation on the supply line, diversion summing
    to zero. Diverted tonnes are not priced, so sales leave the supply curve by as much where supply is finite.
    """
    shape = np.broadcast_shapes(market.batch, shock.A.shape[:-1], shock.B.shape[:-1])
    wide = (*shape, len(market.lanes))
    tonnes, before = np.broadcast_to(market.tonnes, wide), np.broadcast_to(market.landed, wide)
    net_back = np.broadcast_to(market.net_back, (*shape, len(market.producers)))
    at_start = shock.A * net_back[..., market.maker] + shock.B
    banned = np.asarray(shock.closed, dtype=bool)
    support = ((tonnes > 0) & ~banned & (at_start <= 0)).any(axis=-1)
    usable = (tonnes > 0) & ~banned & (at_start > 0)
    was, earning = np.where(usable, before, 1.0), net_back[..., market.maker]
    power, slope = np.where(usable, at_start, 1.0) / was, np.where(usable, market.A * earning, 1.0) / was
    bought, price, gap = np.zeros(wide), np.zeros(wide), np.zeros(shape)
    for m in range(len(market.importers)):
        here = (market.place == m) & ~market.home
        value = (tonnes * earning)[..., here]
        supply = np.broadcast_to(market.supply, net_back.shape)[..., market.maker[here]]
        powers, demand, sigma = power[..., here], market.demand[..., m, None], market.sigma_import[..., m, None]
        found = effects(value, np.ones_like(powers), powers, demand, sigma, supply, slope[..., here])
        bought[..., here] = ratio(found.bought, value)
        price[..., here] = found.world_price
        on_line = np.where(supply >= INFINITE, 0.0, ratio(found.creation, value) - supply * found.world_price)
        gap = np.maximum(gap, np.abs(on_line).max(axis=-1, initial=0.0))
        gap = np.maximum(gap, np.abs(ratio(found.diversion.sum(axis=-1), value.sum(axis=-1))))
    sold = tonnes * np.maximum(1.0 + bought, 0.0)
    sales = sum_over(sold, market.maker, len(market.producers))
    earned = sum_over(sold * price, market.maker, len(market.producers))
    moved = np.where(sales > 0, net_back * (1.0 + ratio(earned, sales)), 0.0)
    landed = shock.A * moved[..., market.maker] + shock.B
    paid = np.where(usable, power - 1.0 + shock.A * earning * price / was, 0.0)

    shut = np.asarray(((tonnes > 0) & banned).any(axis=-1))
    given_away = ((sales > 0) & (moved <= 0)).any(axis=-1) | ((sold > 0) & (landed <= 0)).any(axis=-1)
    free = np.asarray(support | given_away)
    index, imports = (_index(market, weight, paid) for weight in (market.spending, market.spending * ~market.home))
    closed = ~(shut | free)
    kept = closed[..., None]
    return Result(
        model="smart",
        market=market,
        shock=shock,
        net_back=np.where(kept, moved, net_back),
        landed=np.where(kept, np.where(banned, np.inf, landed), before),
        tonnes=np.where(kept, sold, tonnes),
        price_index=np.where(kept, index, 1.0),
        import_index=np.where(kept, imports, 1.0),
        residual=np.where(closed, gap, np.inf),
        closed=closed,
        reason=_why_not(shut, free),
        steps=1,
    )


def _index(market: Market, spending: Array, change: Array) -> Array:
    """(…, M) mean change of the landed prices, weighted by spending before, as a ratio."""
    size = len(market.importers)
    return 1.0 + ratio(sum_over(spending * change, market.place, size), sum_over(spending, market.place, size))


def _why_not(shut: Mask, free: Mask) -> str:
    """Why the draws that did not close did not; empty when all did."""
    if shut.any():
        return (
            "a route that trades is prohibited, and SMART needs a price on every route: it would count the whole "
            "flow as lost and let nobody take its place. Use the armington model, or gsim with its choke price."
        )
    if free.any():
        return (
            "support exceeds the whole cost of a route, so its landed price falls to zero or below. "
            "Lower the award or the negative charge on it."
        )
    return ""
