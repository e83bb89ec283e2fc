"""Where the approximations meet the exact model: halve the shock, and a quarter of the gap is left."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tariffs.market.market import Lane, Market, Shock
from tariffs.models import solve
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, run
from tests.markets import ABOVE_ONE, random_market, random_shock

HALVES = (0.02, 0.01, 0.005)


def part_of(market: Market, shock: Shock, share: float) -> Shock:
    """A part of the way from the charges before to those after."""
    return Shock(market.A + share * (shock.A - market.A), market.B + share * (shock.B - market.B), shock.closed)


def one_elasticity(market: Market) -> Market:
    return replace(market, sigma_label=market.sigma_import, sigma_home=market.sigma_import)


def real_market() -> tuple[Market, Shock]:
    result = run(Question(scenario="province_proposal", draws=0), Library.open()).result
    return result.market.row(0), Shock(result.shock.A[0], result.shock.B[0], result.shock.closed)


def invented(seed: int) -> tuple[Market, Shock]:
    rng = np.random.default_rng(seed)
    market = random_market(rng, ABOVE_ONE)
    return market, random_shock(rng, market, 0.2)


CASES = {"the real market": real_market, **{f"market {s}": lambda s=s: invented(s) for s in range(6)}}


@pytest.mark.parametrize("name", CASES)
def test_half_the_shock_leaves_a_quarter_of_the_gap_in_every_price_and_quantity(name: str) -> None:
    """GSIM with one elasticity per importer, against the exact model with the same in every nest."""
    market, shock = CASES[name]()
    market = one_elasticity(market)
    traded = market.tonnes > 0

    def gaps(share: float) -> dict[str, float]:
        part = part_of(market, shock, share)
        first, exact = solve("gsim", market, part), solve("armington", market, part)
        assert first.closed.all() and exact.closed.all()
        apart = {
            "net_back": (first.net_back - exact.net_back) / market.net_back,
            "landed": ((first.landed - exact.landed) / market.landed)[traded],
            "tonnes": ((first.tonnes - exact.tonnes) / np.where(traded, market.tonnes, 1.0))[traded],
            "price_index": first.price_index - exact.price_index,
        }
        return {what: float(np.abs(x).max()) for what, x in apart.items()}

    found = [gaps(share) for share in HALVES]
    for what in found[0]:
        for large, small in pairwise(found):
            assert large[what] / small[what] == pytest.approx(4.0, rel=0.15), what


def partners(demand: float, supply: float = 1e9) -> Market:
    """Four partners at given prices, the same tariff on all, nobody at home: what SMART takes for granted."""
    names = tuple("ABCD")
    return Market(
        producers=names,
        importers=("M",),
        lanes=tuple(Lane(name, name, "M") for name in names),
        tonnes=np.array([400.0, 150.0, 60.0, 25.0]),
        net_back=np.array([200.0, 250.0, 300.0, 350.0]),
        A=np.full(4, 1.2),
        B=np.zeros(4),
        supply=np.full(4, supply),
        demand=np.array([demand]),
        sigma_label=np.array([3.0]),
        sigma_import=np.array([3.0]),
        sigma_home=np.array([3.0]),
    )


CUTS = np.array([-0.15, 0.05, 0.0, 0.1])  # of landed prices, partner by partner


def smart_and_exact(demand: float, cuts: Array, share: float) -> tuple[Market, Array, Array]:
    market = partners(demand)
    shock = Shock(market.A * (1.0 + share * cuts), market.B, np.zeros(4, dtype=bool))
    first, exact = solve("smart", market, shock), solve("armington", market, shock)
    assert first.closed.all() and exact.closed.all()
    return market, first.tonnes, exact.tonnes


def falls_by_four(gap: list[float]) -> None:
    assert gap[-1] > 0
    assert_allclose(np.array(gap[:-1]) / np.array(gap[1:]), 4.0, rtol=0.15)


def test_the_imports_of_a_market_as_a_whole_are_the_same_in_smart_to_second_order() -> None:
    """Diversion sums to zero and creation is the demand elasticity times the mean price, in both."""
    gap = []
    for share in HALVES:
        market, smart, exact = smart_and_exact(-1.2, CUTS, share)
        gap.append(abs(float((market.net_back * (smart - exact)).sum())))
    falls_by_four(gap)


def test_a_cut_that_all_partners_share_is_the_same_route_by_route_to_second_order() -> None:
    gap = []
    for share in HALVES:
        market, smart, exact = smart_and_exact(-1.2, np.full(4, -0.15), share)
        gap.append(float(np.abs(smart / market.tonnes - exact / market.tonnes).max()))
    falls_by_four(gap)


def test_where_total_demand_hardly_answers_diversion_is_the_same_route_by_route_to_second_order() -> None:
    gap = []
    for share in HALVES:
        market, smart, exact = smart_and_exact(-1e-9, CUTS, share)
        gap.append(float(np.abs(smart / market.tonnes - exact / market.tonnes).max()))
    falls_by_four(gap)


def test_otherwise_smart_and_the_exact_model_part_route_by_route_in_the_first_order() -> None:
    """SMART has each partner's creation follow its own price, the exact model the price of the basket.

    To first order the gap of a route is the demand elasticity times (its own change less the mean one).
    """
    share = 1e-4
    market, smart, exact = smart_and_exact(-1.2, CUTS, share)
    weight = market.spending / market.spending.sum()
    expected = -1.2 * share * (CUTS - (weight * CUTS).sum())
    assert_allclose((smart - exact) / market.tonnes, expected, rtol=1e-3)
