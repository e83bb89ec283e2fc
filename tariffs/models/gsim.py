r"""An approximation for small changes, straight lines in every price; past some 10 % on a price it strays far.

GSIM knows many producers and many importers, with one elasticity of substitution per importer (of a `Market`,
``sigma_import``); home goods are one more origin, and two labels of one producer are two varieties of that
producer with its one price. A duty is a power: landed price after over before at the baseline net-back. With
spending shares θ (in an importer, at landed prices), sales shares φ (of a producer), and *x* the relative
change of a landed price, each route sells, and each producer clears,

.. math::
    x_r &= s_r\, dp_i + dT_r, \qquad s_r = A_r n_i / L_r, \qquad dT_r = L_r^{after}(n_i) / L_r - 1 \\
    dq_r &= -\sigma_m x_r + (\epsilon_m + \sigma_m) \sum_{k \in m} \theta_k x_k \\
    \mu_i\, dp_i &= \sum_{r \in i} \phi_r\, dq_r

which is linear in *dp* and solved directly. ``s`` is one where charges are ad valorem, the published case;
specific charges make a landed price move less than the net-back, and the first order needs that.

Straight lines reach zero. A route that buyers would want less than nothing of stands at nothing, and every
index counts it at its choke price, the *x* with :math:`dq_r = -1`. A prohibition is that choke price too: the
exact model has no finite one, so on a ban this model understates what buyers lose. A producer at its capacity
sells that and takes the rest in price.

References
----------
Francois and Hall (2003), Global Simulation Analysis of Industry-Level Trade Policy, version 3.0; METHODS
section 2. Choke prices: Neary and Roberts (1980), European Economic Review 13(1), 25-42.
"""

from dataclasses import dataclass

import numpy as np

from tariffs.errors import N_, TariffsError
from tariffs.market.market import Market, Mask, Shock
from tariffs.models import straight
from tariffs.models.answers import FIGURES, Answers
from tariffs.models.blocks import in_blocks
from tariffs.models.ces import onto, ratio
from tariffs.models.layout import Layout
from tariffs.models.lines import Lines, Sellers, settle, share
from tariffs.models.result import SUPPORT, Result, first_reason, reasons_of
from tariffs.models.straight import Sweep
from tariffs.sources import Array

MANY = 500  # policies of one market from which on its lines are found first and read off then


def solve(market: Market, shock: Shock) -> Result:
    """Move every producer's net-back along straight lines until its sales equal its supply.

    Every array may carry a leading batch axis (D,). A draw without an answer comes back where it was, with
    ``closed`` false and a reason. ``price_index`` is the composite price ``1 + Σ θ dP``; ``steps`` counts
    linear solves. The residual, in shares of what each producer sold before,
    says that the straight lines meet, not how far they lie from the curves.
    """
    layout = Layout.of(market, shock)
    same = layout.one_market and len(layout.A_before) == 1
    if layout.draws < MANY or not same or ((layout.tonnes > 0) & np.asarray(shock.closed)).any():
        return in_blocks(_solve, market, shock)
    sweep = Sweep(market, *_setting(layout, market, np.zeros(layout.tonnes.shape)))
    answers, left = Answers.of(layout), np.zeros(layout.draws, dtype=bool)
    with np.errstate(all="ignore"):
        for block in answers.blocks(straight.BLOCK):
            left[block] = sweep.fill(answers, block)
    reasons: dict[str, Mask] = {}
    steps = straight.ROUNDS
    who = np.flatnonzero(left)
    if len(who):
        A, B = (np.broadcast_to(x, (layout.draws, x.shape[1]))[who] for x in (layout.A, layout.B))
        rest = in_blocks(_solve, market, Shock(A, B, shock.closed))
        for name in FIGURES:
            getattr(answers, name)[who] = getattr(rest, name)
        reasons = {reason: np.zeros(layout.draws, dtype=bool) for reason in rest.reasons}
        for reason, which in rest.reasons.items():
            reasons[reason][who] = which
        steps = max(steps, rest.steps)
    return answers.result("gsim", market, shock, reasons, steps)


def _setting(layout: Layout, market: Market, lift: Array) -> tuple[Lines, Sellers]:
    """The straight lines of demand and supply, with landed prices lifted by ``lift`` (D, R)."""
    tonnes, trading = layout.tonnes, layout.tonnes > 0
    earning = layout.net_back[:, market.maker]
    lines = Lines(
        maker=market.maker,
        place=market.place,
        theta=share(tonnes * layout.landed, market.place, len(market.importers)),
        phi=share(tonnes, market.maker, len(market.producers)),
        slope=np.where(trading, layout.A_before * earning / np.where(trading, layout.landed, 1.0), 0.0),
        lift=lift,
        sigma=layout.sigma_import,
        demand=layout.demand,
    )
    output = tonnes @ onto(market.maker, len(market.producers))
    return lines, Sellers.of(output, layout.willing, layout.limit, layout.supply)


def _solve(market: Market, shock: Shock) -> Result:
    layout, n, r = Layout.of(market, shock), len(market.producers), len(market.lanes)
    shape, draws = layout.batch, layout.draws
    tonnes, before, net_back = layout.tonnes, layout.landed, layout.net_back
    trading, banned = tonnes > 0, np.asarray(shock.closed, dtype=bool)
    was = np.where(trading, before, 1.0)
    A, B = (np.broadcast_to(x, (draws, r)) for x in (layout.A, layout.B))
    at_start = A * net_back[:, market.maker] + B
    lift = np.where(trading & ~banned, at_start / was - 1.0, 0.0)
    lines, sellers = _setting(layout, market, lift)
    settled = settle(lines, sellers, banned)
    sold = np.where(trading & ~settled.choked, tonnes * np.maximum(1.0 + settled.quantity, 0.0), 0.0)
    sales = sold @ onto(market.maker, n)
    moved = net_back * (1.0 + settled.price)
    landed = A * moved[:, market.maker] + B
    paid = np.where(settled.choked, settled.landed, landed / was - 1.0)  # index at choke prices
    index = 1.0 + _by_importer(market, lines.theta * paid)
    abroad = lines.theta * ~market.home
    imports = 1.0 + ratio(_by_importer(market, abroad * paid), _by_importer(market, abroad))

    support = (trading & ~banned & (at_start <= 0)).any(axis=-1)
    free = ((sales > 0) & (moved <= 0)).any(axis=-1) | ((sold > 0) & (landed <= 0)).any(axis=-1)
    given_away = np.asarray(free | (np.minimum(index, imports) <= 0).any(axis=-1))
    closed = settled.regular & settled.stable & ~support & ~given_away
    reasons = reasons_of(
        closed,
        {SUPPORT: support, SINGULAR: ~settled.regular, RESTLESS: ~settled.stable, BELOW_ZERO: given_away},
    )
    kept = closed[:, None]
    left_over = np.where(sales > 0, np.abs(settled.supplied - sales), 0.0)
    gap = ratio(left_over, sellers.sold).max(axis=-1, initial=0.0)
    return Result(
        model="gsim",
        market=market,
        shock=shock,
        net_back=np.where(kept, np.where(sales > 0, moved, 0.0), net_back).reshape(*shape, n),
        landed=np.where(kept, np.where(banned, np.inf, landed), before).reshape(*shape, r),
        tonnes=np.where(kept, sold, tonnes).reshape(*shape, r),
        price_index=np.where(kept, index, 1.0).reshape(*shape, -1),
        import_index=np.where(kept, imports, 1.0).reshape(*shape, -1),
        residual=np.where(closed, gap, np.inf).reshape(shape),
        closed=closed.reshape(shape),
        reason=first_reason(reasons),
        steps=settled.rounds,
        reasons={reason: which.reshape(shape) for reason, which in reasons.items()},
    )


# GSIM's own form


@dataclass(frozen=True)
class Simulation:
    """Every output of the published form; prices, quantities and output are relative changes."""

    world_price: Array  # (N,) of each exporter
    consumer_price: Array  # (N, M) with tariffs; exporters in rows, importers in columns
    composite_price: Array  # (M,)
    quantity: Array  # (N, M)
    output: Array  # (N,)
    trade: Array  # (N, M) new value at world prices
    producers: Array  # (N,) change in producer surplus, in the unit of trade
    consumers: Array  # (M,) change in consumer surplus
    revenue: Array  # (M,) change in tariff revenue
    closed: bool
    reason: str  # why the system has no answer; nothing moves then

    @property
    def welfare(self) -> Array:
        """(N,) producers, consumers and revenue of each region; exporters and importers are the same regions."""
        if len(self.producers) != len(self.consumers):
            raise TariffsError(
                f"Net welfare adds up by region, and there are {len(self.producers)} exporters but "
                f"{len(self.consumers)} importers. Give every region a row and a column of trade."
            )
        return self.producers + self.consumers + self.revenue


def simulate(
    trade: Array, before: Array, after: Array, demand: Array, supply: Array, sigma: Array, published: bool = False
) -> Simulation:
    r"""GSIM from its own inputs: a matrix of trade, tariffs before and after, three elasticities.

    .. math::
        PS_i &= dp_i X_i (1 + \mu_i dp_i / 2), \qquad R_v = \sum_i M'_{iv} (T'_{iv} - 1) - M_{iv} (T_{iv} - 1) \\
        CS_v &= -X_v (dP_v + \epsilon_v dP_v^2 / 2), \qquad M' = M (1 + dq)(1 + dp)

    Parameters
    ----------
    trade : ndarray, shape (N, M)
        Value at world prices, exporters in rows and importers in columns; sales at home are ordinary flows.
    before, after : ndarray, shape (N, M)
        Powers of the tariffs, ``1 + rate``.
    demand : ndarray, shape (M,)
        Elasticity of each importer's composite demand, at most zero.
    supply : ndarray, shape (N,)
        Elasticity of each exporter's supply.
    sigma : ndarray, shape (M,)
        Elasticity of substitution in each importer.
    published : bool
        Consumer surplus as the published worksheets have it, ``X (ε dP² sign(dP) / 2 - dP)``. Demand is the
        line ``1 + ε dP``, so the area beside it is ``dP + ε dP²/2`` whichever way the price goes: the sign()
        is right where prices fall, and where they rise it makes the loss larger by ``-ε X dP²``.

    References
    ----------
    Francois and Hall (2003), Global Simulation Analysis of Industry-Level Trade Policy, version 3.0.
    """
    trade, before, after = (np.asarray(x, dtype=float) for x in (trade, before, after))
    n, m = trade.shape
    if before.shape != (n, m) or after.shape != (n, m):
        raise TariffsError(f"Tariffs are {before.shape} before and {after.shape} after; expected {(n, m)} as trade is.")
    demand, supply, sigma = (
        np.broadcast_to(np.asarray(x, dtype=float), (size,)) for x, size in ((demand, m), (supply, n), (sigma, m))
    )
    maker, place = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    paid = trade * before
    lines = Lines(
        maker=maker,
        place=place,
        theta=share(paid.reshape(1, -1), place, m),
        phi=share(trade.reshape(1, -1), maker, n),
        slope=np.ones((1, n * m)),
        lift=(after / before - 1.0).reshape(1, -1),
        sigma=sigma[None],
        demand=demand[None],
    )
    moved, landed, regular = lines.clear(supply[None], np.zeros((1, n)), np.zeros((1, n * m), dtype=bool))
    solvable = bool(regular[0])
    price, change = moved[0], lines.quantity(landed).reshape(n, m)
    if not solvable:
        price, change, after = np.zeros(n), np.zeros((n, m)), before
    consumer = (1.0 + price)[:, None] * after / before - 1.0
    composite = (lines.theta.reshape(n, m) * consumer).sum(axis=0)
    new = trade * (1.0 + change) * (1.0 + price)[:, None]
    bend = demand * composite**2 / 2.0 * (-np.sign(composite) if published else 1.0)
    return Simulation(
        world_price=price,
        consumer_price=consumer,
        composite_price=composite,
        quantity=change,
        output=supply * price,
        trade=new,
        producers=price * trade.sum(axis=1) * (1.0 + supply * price / 2.0),
        consumers=-paid.sum(axis=0) * (composite + bend),
        revenue=(new * (after - 1.0) - trade * (before - 1.0)).sum(axis=0),
        closed=solvable,
        reason="" if solvable else SINGULAR,
    )


SINGULAR = N_(
    "no single set of prices clears GSIM's straight lines: where buyers take the same amount at any price "
    "(an elasticity of 0), nothing chokes what is shut out. Use a demand elasticity below 0."
)
RESTLESS = N_("routes kept falling to zero and coming back. Try a smaller change, or the armington model.")
BELOW_ZERO = N_(
    "GSIM's straight lines take a price to zero or below: the change is far outside the range of this "
    "approximation. Use the armington model."
)


def _by_importer(market: Market, values: Array) -> Array:
    total: Array = values @ onto(market.place, len(market.importers))
    return total
