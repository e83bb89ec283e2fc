"""Who gains and who pays, worked out once from prices and quantities, for every model."""

import numpy as np

from tariffs.market.market import Market, sum_over
from tariffs.models.result import Result
from tariffs.sources import Array, Number


def buyers_surplus(spending: Array, index: Array, demand: Array) -> Array:
    r"""Change in the surplus of a market's buyers, USD a year.

    .. math:: -E_0 \frac{\hat P^{1+\epsilon} - 1}{1 + \epsilon}

    Parameters
    ----------
    spending : ndarray, shape (…, M)
        Baseline spending at landed prices.
    index : ndarray, shape (…, M)
        Price index of the market, after over before.
    demand : ndarray, shape (…, M)
        Elasticity of total demand; at minus one the limit ``-E0 ln P̂`` is used.

    References
    ----------
    Area under a constant-elasticity demand curve; METHODS section 3.
    """
    return -spending * area(index, 1.0 + demand)


def producers_surplus(market: Market, net_back: Array) -> Array:
    r"""Change in producers' surplus when net-backs move, USD a year, shape (…, N).

    The area left of the supply curve: :math:`n_0 S_0 (\hat n^{1+\mu} - 1)/(1 + \mu)` while capacity is not
    reached, and capacity times the net-back beyond the point at which it is.
    """
    start, exponent = market.net_back, 1.0 + market.supply
    with np.errstate(divide="ignore", over="ignore"):
        full = start * (market.limit / market.willing) ** (1.0 / market.supply)  # net-back at which capacity binds
    full = np.where(np.isfinite(full), full, np.inf)
    below = area(np.minimum(net_back, full) / start, exponent) - area(np.minimum(start, full) / start, exponent)
    reached = np.isfinite(full)
    at = np.where(reached, full, 0.0)
    above = np.where(reached, np.maximum(net_back, at) - np.maximum(start, at), 0.0)
    gain: Array = start * market.willing * below + np.where(reached, market.limit, 0.0) * above
    return gain


def area(ratio: Array, exponent: Array) -> Array:
    """``(x^k - 1) / k``, and ``ln x`` where ``k`` is zero; large powers are capped, never infinite."""
    log = np.log(np.maximum(ratio, 1e-300))
    k = np.where(np.abs(exponent) < 1e-9, 1.0, exponent)
    grown = np.expm1(np.clip(k * log, -700.0, 700.0)) / k
    result: Array = np.where(np.abs(exponent) < 1e-9, log, grown)
    return result


def rule_of_half(price_change: Number, before: Number, after: Number) -> Number:
    """Surplus won by whoever pays ``price_change`` more per unit: minus the mean of both quantities.

    Exact for straight demand and supply lines, and a check anyone can do by hand elsewhere; give it
    minus the price change for sellers.
    """
    return -price_change * (before + after) / 2.0


def by_rule_of_half(result: Result) -> Array:
    """(…, M) buyers' surplus by the rule of a half on every route: a check by hand, nan where a route closes."""
    market = result.market
    traded = (market.tonnes > 0) | (result.tonnes > 0)
    change = np.where(traded, np.where(np.isfinite(result.landed), result.landed, np.nan) - market.landed, 0.0)
    gains = np.asarray(rule_of_half(change, market.tonnes, result.tonnes))
    return sum_over(gains, market.place, len(market.importers))


def surplus_by_market(result: Result) -> Array:
    """(…, M) change in buyers' surplus."""
    market = result.market
    spending = np.stack(
        [market.spending[..., market.place == m].sum(axis=-1) for m in range(len(market.importers))], axis=-1
    )
    return buyers_surplus(spending, result.price_index, market.demand)


def surplus_by_producer(result: Result) -> Array:
    """(…, N) change in producers' surplus."""
    market = result.market
    return producers_surplus(market, result.net_back)
