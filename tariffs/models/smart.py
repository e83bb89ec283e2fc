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

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tariffs.errors import N_
from tariffs.market.market import Market, Mask, Shock
from tariffs.models.answers import Answers, weighted
from tariffs.models.ces import onto, ratio
from tariffs.models.layout import Layout
from tariffs.models.result import SUPPORT, Result
from tariffs.sources import Array, Number

BLOCK = 1024  # draws worked on together
MOST_PARTNERS = 1_000
NOTHING = 1e-13  # share of a route's trade that is none
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
    moves = _moves(
        trade, after / before, np.asarray(demand), np.asarray(sigma), np.asarray(supply), pass_through,
        lambda x: x.sum(axis=-1, keepdims=True),
    )  # fmt: skip
    return Effects(trade, before, after, *moves)


Sum = Callable[[Array], Array]  # each partner's value to what all partners of its importer have together


def _moves(
    trade: Array, change: Array, demand: Array, sigma: Array, supply: Array, pass_through: Number, of_all: Sum
) -> tuple[Array, Array, Array]:
    """Creation, diversion and price of each partner."""
    slack = np.where(supply >= INFINITE, 0.0, 1.0 / supply)
    creation = trade * demand / (1.0 - demand * pass_through * slack) * (change - 1.0)
    creation = np.maximum(creation, -trade)
    diversion = _divert(trade, change, sigma, trade + np.minimum(creation, 0.0), of_all)
    return creation, diversion, creation * (ratio(np.ones_like(trade), trade) * slack)


def _divert(trade: Array, change: Array, sigma: Array, room: Array, of_all: Sum) -> Array:
    """Who gains from whom when powers change; losers give in proportion to trade and dearness, ``room`` at most.

    Each gainer faces one rest of the world; what they gain together is what the others lose together.
    """
    whole = of_all(trade)
    paid = trade * change
    spent = of_all(paid)
    mean = ratio(spent, whole)
    rest = whole - trade
    alone = rest <= 0
    elsewhere = (spent - paid) / np.where(alone, 1.0, rest)
    if alone.any():
        elsewhere = np.where(alone, change, elsewhere)
    cheaper = np.maximum(1.0 - change / elsewhere, 0.0)
    cheaper *= trade * sigma
    gain = ratio(rest * cheaper, whole + cheaper)
    dearer = trade * np.maximum(change - mean, 0.0)
    sought, lost = of_all(gain), np.zeros_like(room)
    left = sought
    for _ in range(MOST_PARTNERS):  # what one cannot give, the others do; each round one has no more to give
        giving = np.where(lost < room, dearer, 0.0)
        able = of_all(giving)
        if not ((left > 4e-15 * whole) & (able > 0)).any():
            break
        lost = np.minimum(lost + giving * ratio(left, able), room)
        left = sought - of_all(lost)
    gain *= ratio(sought - left, sought)
    gain -= lost
    return gain


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
    layout = Layout.of(market, shock)
    answers = Answers.of(layout)
    banned = np.asarray(shock.closed, dtype=bool)
    shut, free = np.zeros(layout.draws, dtype=bool), np.zeros(layout.draws, dtype=bool)
    shut[:] = ((layout.tonnes > 0) & banned).any(axis=-1)
    for block in answers.blocks(BLOCK):
        free[block] = _fill(answers, block, market, banned)
    answers.residual[shut | free] = np.inf
    return answers.result("smart", market, shock, {SHUT: shut, SUPPORT: free & ~shut}, steps=1)


def _fill(answers: Answers, block: slice, market: Market, banned: Mask) -> Mask:
    """Answer one block, and tell the draws in which a route is given away; arrays are (rows, draws or 1)."""
    layout, maker, place = answers.layout, market.maker, market.place
    tonnes, before, net_back, supply = (layout.rows(x, block) for x in ("tonnes", "landed", "net_back", "supply"))
    A, B, earning = layout.rows("A", block), layout.rows("B", block), net_back[maker]
    at_start = A * earning + B
    trading = (tonnes > 0) & ~banned[:, None]
    support, usable = np.zeros((1,), dtype=bool), trading
    if at_start.min() <= 0:
        support, usable = np.asarray((trading & (at_start <= 0)).any(axis=0)), trading & (at_start > 0)
    was = np.where(usable, before, 1.0)
    power = at_start / was if usable.all() else np.where(usable, at_start, 1.0) / was
    slope = np.where(usable, layout.rows("A_before", block) * earning, 1.0) / was
    here = np.flatnonzero(~market.home)
    at, member = place[here], onto(place[here], len(market.importers)).T
    trade, offered, powers = (tonnes * earning)[here], supply[maker[here]], power[here]
    finite = offered < INFINITE
    part, price, gap = np.zeros(power.shape), np.zeros(power.shape), np.zeros(power.shape[1])
    if len(here):
        demand, sigma = (layout.rows(name, block)[at] for name in ("demand", "sigma_import"))
        creation, diversion, dearer = _moves(
            trade, powers, demand, sigma, offered, slope[here], lambda x: (member @ x)[at]
        )
        gap = np.abs(ratio(member @ diversion, member @ trade)).max(axis=0)
        diversion += creation
        part[here], price[here] = ratio(diversion, trade), dearer
        creation *= ratio(np.ones_like(trade), trade)
        creation -= np.where(finite, offered, 0.0) * dearer
        gap = np.maximum(gap, np.abs(creation if finite.all() else np.where(finite, creation, 0.0)).max(axis=0))
    part += 1.0
    if part.min() < NOTHING:  # who gave all away has digits of rounding left, of either sign
        part[part < NOTHING] = 0.0
    sold = part * tonnes
    of_maker, of_place = onto(maker, len(net_back)).T, onto(place, len(market.importers)).T
    sales, earned = of_maker @ sold, of_maker @ (sold * price)
    moved = np.where(sales > 0, net_back * (1.0 + ratio(earned, sales)), 0.0)
    landed = moved[maker]
    landed *= A
    landed += B
    price *= A * (earning / was)
    price += power
    price -= 1.0
    paid = price if usable.all() else np.where(usable, price, 0.0)
    spent = tonnes * before
    at_home = market.home[:, None]
    abroad = np.where(at_home, 0.0, spent)
    index, imports = (1.0 + ratio(weighted(of_place, x, paid), of_place @ x) for x in (spent, abroad))
    answers.put(
        block, net_back=moved, landed=landed, tonnes=sold, price_index=index, import_index=imports, residual=gap
    )
    given_away = ((moved <= 0) & (sales > 0)).any(axis=0)
    if landed.min() <= 0:
        given_away |= ((landed <= 0) & (sold > 0)).any(axis=0)
    return np.asarray(support | given_away)


SHUT = N_(
    "a route that trades is prohibited, and SMART needs a price on every route: it would count the whole "
    "flow as lost and let nobody take its place. Use the armington model, or gsim with its choke price."
)
