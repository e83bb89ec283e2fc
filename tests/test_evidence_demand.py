"""A demand system of suppliers: what theory requires, what a known truth gives back, and refusals in words."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from tariffs.evidence import demand
from tariffs.evidence.demand_rerun import system_fit
from tariffs.evidence.panels import BadPanel

GOODS = ("IRN", "IRQ", "RUS", "TUR")
BETA = np.array([0.05, -0.02, -0.06, 0.03])
GAMMA = np.array(
    [[-0.10, 0.06, 0.03, 0.01], [0.06, -0.12, 0.04, 0.02], [0.03, 0.04, -0.09, 0.02], [0.01, 0.02, 0.02, -0.05]]
)
ALPHA = np.array([0.30, 0.25, 0.25, 0.20])


def market(rng: np.random.Generator, periods: int = 60, noise: float = 0.0) -> demand.Budget:
    """Spending that obeys the system with a Laspeyres index based in the first period, all prices one there."""
    prices = np.exp(np.cumsum(rng.normal(0, 0.08, (periods, 4)), axis=0))
    prices[0] = 1.0
    spending = np.exp(rng.normal(0.0, 0.1, periods))
    spending[0] = 1.0
    deflator = np.log(prices) @ ALPHA
    shares = ALPHA + np.log(prices) @ GAMMA.T + np.outer(np.log(spending) - deflator, BETA)
    off = rng.normal(0.0, noise, (periods, 4)) if noise else np.zeros((periods, 4))
    off[0] = 0.0
    shares = shares + off - off.mean(axis=1, keepdims=True)
    return demand.Budget(GOODS, shares, prices, spending, tuple(map(str, range(periods))))


def test_a_market_that_obeys_the_system_gives_its_coefficients_back() -> None:
    found = demand.estimate(market(np.random.default_rng(1), noise=1e-9))
    assert_allclose(found.gamma, GAMMA, atol=1e-6)
    assert_allclose(found.beta, BETA, atol=1e-6)
    assert_allclose(found.alpha, ALPHA, atol=1e-6)


@pytest.mark.parametrize("index", ["stone", "stone_lagged", "laspeyres", "paasche", "tornqvist"])
@pytest.mark.parametrize("at", ["mean_prices", "mean_shares"])
def test_the_budget_is_spent_and_no_money_illusion_is_left(index: str, at: str) -> None:
    found = demand.estimate(market(np.random.default_rng(2), noise=0.004), index, "first", at=at)  # type: ignore[arg-type]
    w, own, all_ = found.shares, found.marshallian.value, found.expenditure.value
    assert_allclose(w.sum(), 1.0)
    assert_allclose(w @ all_, 1.0)  # Engel: spending all of an extra dollar
    assert_allclose(found.hicksian.value - own, np.outer(all_, w))  # Slutsky
    assert_allclose(found.gamma, found.gamma.T, atol=1e-12)
    assert_allclose(found.gamma.sum(axis=1), 0.0, atol=1e-12)
    if at == "mean_shares" and index in ("stone", "paasche"):
        assert_allclose(w @ own, -w, atol=1e-10)  # Cournot: a dearer good takes its share of the budget
        assert_allclose(own.sum(axis=1) + all_, 0.0, atol=1e-10)  # prices and money alike
        terms = found.hicksian.value * w[:, None]
        assert_allclose(terms, terms.T, atol=1e-10)
        assert found.concave == bool(np.linalg.eigvalsh(terms).max() <= 1e-8)


def test_nine_in_ten_delta_method_intervals_hold_the_true_elasticity() -> None:
    rng = np.random.default_rng(3)
    held = []
    for _ in range(80):
        found = demand.estimate(market(rng, noise=0.01), at="mean_shares")
        true = -np.eye(4) + (GAMMA - np.outer(BETA, found.base_shares)) / found.shares[:, None]
        off = np.abs(found.marshallian.value - true)
        held.append((off <= 1.6449 * found.marshallian.error).mean())
    assert 0.86 <= np.mean(held) <= 0.93


def test_true_restrictions_are_seldom_refused_and_false_ones_are() -> None:
    rng = np.random.default_rng(4)
    refused = {"homogeneity": 0, "symmetry": 0}
    for _ in range(60):
        for test in demand.estimate(market(rng, noise=0.01)).tests[:2]:
            refused[test.name] += test.p_f < 0.05
    assert max(refused.values()) <= 9
    bent = market(rng, periods=60, noise=0.001)
    lopsided = demand.Budget(
        GOODS, bent.shares + np.outer(np.log(bent.prices[:, 0]), [0.1, -0.1, 0.0, 0.0]), bent.prices, bent.spending, ()
    )
    assert {t.name: t.p_f < 1e-6 for t in demand.estimate(lopsided).tests}["homogeneity"]


def test_the_system_without_restrictions_is_least_squares_equation_by_equation() -> None:
    budget = market(np.random.default_rng(8), noise=0.01)
    found = demand.estimate(budget, restrictions=())
    x = np.column_stack([np.ones(60), np.log(budget.prices), np.log(budget.spending) - np.log(budget.prices) @ ALPHA])
    theirs = sm.OLS(budget.shares[:, 0], x).fit()
    assert_allclose([found.alpha[0], *found.gamma[0], found.beta[0]], theirs.params, rtol=1e-8)
    assert_allclose(np.sqrt(found.covariance[4, 4]), theirs.bse[-1], rtol=1e-8)


def long(budget: demand.Budget) -> pd.DataFrame:
    rows = [
        {"year": 2000 + t, "exporter": good, "value": s * x, "quantity": s * x / p}
        for t, x in enumerate(budget.spending)
        for good, s, p in zip(budget.goods, budget.shares[t], budget.prices[t], strict=True)
    ]
    return pd.DataFrame(rows)


def test_trade_rows_give_the_same_system_as_shares_and_prices() -> None:
    budget = market(np.random.default_rng(5), noise=0.005)
    rows = demand.from_long(long(budget).sample(frac=1.0, random_state=1))
    wide = pd.DataFrame(np.hstack([budget.shares, budget.prices, budget.spending[:, None]]))
    wide.columns = pd.Index([*(f"w{g}" for g in GOODS), *(f"p{g}" for g in GOODS), "x"])
    other = demand.from_wide(wide, [f"w{g}" for g in GOODS], [f"p{g}" for g in GOODS], "x")
    one, two = demand.estimate(rows), demand.estimate(other)
    assert_allclose(one.coefficients, two.coefficients, rtol=1e-8, atol=1e-10)
    fit = system_fit(one)
    assert fit.nobs == 60
    assert fit.params["beta_IRN"] == pytest.approx(one.beta[0])
    assert set(fit.tables) >= {"Marshallian", "Hicksian", "Expenditure", "Tests"}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: f.drop(columns="value"), "missing: value"),
        (lambda f: f.assign(quantity=[0.0, *f["quantity"][1:]]), "row 1 is 0"),
        (lambda f: f.iloc[1:], "No row for IRN in 2000"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "more than once"),
        (lambda f: f[f["year"] < 2006], "6 periods cannot carry 6 coefficients"),
    ],
)
def test_a_panel_that_cannot_carry_a_system_is_refused_with_the_remedy(spoil, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadPanel, match=says):
        demand.estimate(demand.from_long(spoil(long(market(np.random.default_rng(6))))))


def test_prices_that_move_together_and_shares_that_do_not_add_up_are_refused() -> None:
    budget = market(np.random.default_rng(7))
    same = demand.Budget(GOODS, budget.shares, np.repeat(budget.prices[:, :1], 4, axis=1), budget.spending, ())
    with pytest.raises(BadPanel, match="move together exactly"):
        demand.estimate(same)
    wide = pd.DataFrame({"a": [0.5, 0.5], "b": [0.4, 0.5], "pa": [1.0, 1.1], "pb": [1.0, 1.2], "x": [1.0, 1.0]})
    with pytest.raises(BadPanel, match=r"row 1 add up to 0\.9000"):
        demand.from_wide(wide, ["a", "b"], ["pa", "pb"], "x")
    with pytest.raises(BadPanel, match="There is no price index 'fisher'"):
        demand.estimate(budget, "fisher")  # type: ignore[arg-type]
