r"""The linear approximate almost ideal demand system: how buyers split a budget between suppliers.

.. math:: w_i = \alpha_i + \sum_j \gamma_{ij} \ln p_j + \beta_i \ln(x / P)

One equation is left out and follows from adding up; the rest are estimated together by seemingly
unrelated regressions. It is good near the mean shares; far from them shares can leave (0, 1), and the
indices of price approximate the true one. Elasticities are taken at the shares that the system predicts at
mean prices and mean spending (or at the mean shares), held fixed: they are then straight lines in the
coefficients, and the delta method is exact for them.

References
----------
Deaton and Muellbauer (1980), American Economic Review 70(3), 312-326. Green and Alston (1990), American
Journal of Agricultural Economics 72(2), 442-445, for the elasticities of the linear forms. Indices and
elasticities were read in the source of the R package micEconAids 0.6-20 (aidsPx.R, aidsElas.R).
"""

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.errors import N_, Said
from tariffs.evidence.budget import Budget, from_long, from_wide
from tariffs.evidence.demand_system import At, Base, DemandSystem, Index, Test
from tariffs.evidence.panels import BadPanel
from tariffs.sources import Array

__all__ = ["Budget", "DemandSystem", "estimate", "from_long", "from_wide"]


def estimate(
    budget: Budget,
    index: Index = "laspeyres",
    base: Base = "first",
    restrictions: Sequence[str] = ("homogeneity", "symmetry"),
    at: At = "mean_prices",
) -> DemandSystem:
    """Estimate the system by seemingly unrelated regressions.

    Parameters
    ----------
    budget : Budget
    index : the price index that deflates spending; ``stone_lagged`` loses the first period.
    base : the period whose prices and shares the fixed-base indices start from, or the sample's means.
    restrictions : ``homogeneity`` (no money illusion), ``symmetry`` (of compensated responses), both or none.
    at : the shares of the elasticities: predicted at mean prices and mean spending, or the sample's mean.

    Raises
    ------
    BadPanel
        When periods are too few for the coefficients, or prices do not move apart.
    """
    for what, asked, held in (
        (N_("price index"), index, Index),
        (N_("base of the index"), base, Base),
        (N_("place to measure at"), at, At),
    ):
        if asked not in get_args(held):
            raise BadPanel(
                N_("There is no {what} '{asked}'. There are: {held}."),
                what=Said(what),
                asked=asked,
                held=", ".join(get_args(held)),
            )
    if unknown := set(restrictions) - {"homogeneity", "symmetry"}:
        raise BadPanel(
            N_("There is no restriction '{what}'. There are homogeneity and symmetry."),
            what=sorted(unknown)[0],
        )
    n = len(budget.goods)
    deflator, base_shares = _deflator(budget, index, base)
    kept = np.isfinite(deflator)
    shares, logs = budget.shares[kept], np.log(budget.prices[kept])
    regressors = np.column_stack([np.ones(kept.sum()), logs, np.log(budget.spending[kept]) - deflator[kept]])
    _enough(regressors, budget.goods)
    names = ["const", *(f"p{j}" for j in range(n)), "real"]
    frame = pd.DataFrame(regressors, columns=names)
    fitted = _fit(frame, shares, tuple(restrictions))
    full, lift = _all_goods(fitted[0], n)
    covariance = lift @ fitted[1] @ lift.T
    predicted = regressors @ np.column_stack([full[:n], full[2 * n :].reshape(n, n), full[n : 2 * n]]).T
    off = ((shares - predicted) ** 2).sum(axis=0)
    r2 = 1.0 - off / ((shares - shares.mean(axis=0)) ** 2).sum(axis=0)
    return DemandSystem(
        goods=budget.goods,
        index=index,
        base=base,
        restrictions=tuple(restrictions),
        periods=int(kept.sum()),
        at=at,
        shares=shares.mean(axis=0) if at == "mean_shares" else _predicted(budget, kept, index, base, full),
        base_shares=base_shares,
        coefficients=full,
        covariance=covariance,
        r2=r2,
        tests=_tests(_free(regressors, shares), n, int(kept.sum())),
    )


def _deflator(budget: Budget, index: Index, base: Base) -> tuple[Array, Array]:
    """(T,) log of the price index, missing where it cannot be formed, and the base shares."""
    w, p = budget.shares, budget.prices
    w0, p0 = _base(budget, base)
    if index == "stone":
        return (w * np.log(p)).sum(axis=1), w0
    if index == "stone_lagged":
        return np.concatenate([[np.nan], (w[:-1] * np.log(p[1:])).sum(axis=1)]), w0
    weights = {"laspeyres": np.broadcast_to(w0, w.shape), "paasche": w, "tornqvist": (w + w0) / 2.0}[index]
    return (weights * np.log(p / p0)).sum(axis=1), w0


def _predicted(budget: Budget, kept: NDArray[np.bool_], index: Index, base: Base, full: Array) -> Array:
    """(n,) shares that the system gives at mean prices and mean spending.

    Where the index weighs prices by the shares themselves, the shares solve a linear system.
    """
    n = len(budget.goods)
    prices, spending = budget.prices[kept].mean(axis=0), budget.spending[kept].mean()
    w0, p0 = _base(budget, base)
    logs = np.log(prices) if index.startswith("stone") else np.log(prices / p0)
    own = {"laspeyres": 0.0, "tornqvist": 0.5}.get(index, 1.0)  # weight of the current shares in the index
    alpha, beta, gamma = full[:n], full[n : 2 * n], full[2 * n :].reshape(n, n)
    right = alpha + gamma @ np.log(prices) + beta * (np.log(spending) - (1.0 - own) * (w0 @ logs))
    shares: Array = np.linalg.solve(np.eye(n) + own * np.outer(beta, logs), right)
    if (shares <= 0).any():
        raise BadPanel(
            N_(
                "At mean prices the system predicts a share of zero or less, where elasticities mean nothing. "
                "Take them at the mean shares, or check the prices: one supplier's may be in another unit."
            ),
        )
    return shares


def _base(budget: Budget, base: Base) -> tuple[Array, Array]:
    if base == "first":
        return budget.shares[0], budget.prices[0]
    return budget.shares.mean(axis=0), budget.prices.mean(axis=0)


def _enough(regressors: Array, goods: Sequence[str]) -> None:
    periods, wanted = regressors.shape
    if periods < wanted + 2:
        raise BadPanel(
            N_(
                "{periods} periods cannot carry {wanted} coefficients per supplier. Bring at least {number} "
                "periods, or merge some of the {count} suppliers."
            ),
            periods=periods,
            wanted=wanted,
            number=wanted + 2,
            count=len(goods),
        )
    if np.linalg.matrix_rank(regressors) < wanted:
        raise BadPanel(
            N_(
                "The prices of {held} move together exactly, so their effects cannot be told apart. Merge "
                "suppliers whose prices are the same series."
            ),
            held=", ".join(goods),
        )


def _rules(n: int, restrictions: Sequence[str]) -> list[dict[str, float]]:
    """Each restriction as weights on the named coefficients of the n - 1 equations; they sum to zero."""
    rows: list[dict[str, float]] = []
    if "homogeneity" in restrictions:
        rows += [{f"w{i}_p{j}": 1.0 for j in range(n)} for i in range(n - 1)]
    if "symmetry" in restrictions:
        rows += [{f"w{i}_p{j}": 1.0, f"w{j}_p{i}": -1.0} for i in range(n - 1) for j in range(i)]
    return rows


def _fit(frame: pd.DataFrame, shares: Array, restrictions: Sequence[str]) -> tuple[Array, Array]:
    """Coefficients of the first n - 1 equations, by equation, and their covariance."""
    from linearmodels.system import SUR

    n = shares.shape[1]
    model = SUR({f"w{i}": {"dependent": pd.Series(shares[:, i]), "exog": frame} for i in range(n - 1)})
    if rows := _rules(n, restrictions):
        model.add_constraints(pd.DataFrame(rows).reindex(columns=model.param_names).fillna(0.0))
    found = model.fit(method="gls", cov_type="unadjusted", debiased=True)
    return found.params.to_numpy(dtype=float), found.cov.to_numpy(dtype=float)


def _free(regressors: Array, shares: Array) -> tuple[Array, Array]:
    """The same without restrictions: equal regressors make it least squares, equation by equation."""
    inverse = np.linalg.inv(regressors.T @ regressors)
    found = (inverse @ regressors.T @ shares[:, :-1]).T
    off = shares[:, :-1] - regressors @ found.T
    spread = off.T @ off / (len(shares) - regressors.shape[1])
    return found.ravel(), np.kron(spread, inverse)


def _all_goods(estimated: Array, n: int) -> tuple[Array, Array]:
    """Every good's coefficients from those of n - 1 goods, by adding up, and the matrix that gives them."""
    width = n + 2
    lift = np.zeros((2 * n + n * n, (n - 1) * width))
    constant = np.zeros(2 * n + n * n)
    constant[n - 1] = 1.0  # the intercepts sum to one, everything else to zero
    for i in range(n - 1):
        places = [i, *(2 * n + i * n + j for j in range(n)), n + i]
        last = [n - 1, *(2 * n + (n - 1) * n + j for j in range(n)), 2 * n - 1]
        for k in range(width):
            lift[places[k], i * width + k] = 1.0
            lift[last[k], i * width + k] = -1.0
    return constant + lift @ estimated, lift


def _tests(free: tuple[Array, Array], n: int, periods: int) -> tuple[Test, ...]:
    """Homogeneity, symmetry, and both, in the system without restrictions."""
    from scipy import stats

    names = [f"w{i}_{c}" for i in range(n - 1) for c in ("const", *(f"p{j}" for j in range(n)), "real")]
    place = {name: k for k, name in enumerate(names)}
    spare = (n - 1) * (periods - n - 2)
    found = []
    for name, asked in (
        ("homogeneity", ("homogeneity",)),
        ("symmetry", ("symmetry",)),
        ("homogeneity and symmetry", ("homogeneity", "symmetry")),
    ):
        rows = _rules(n, asked)
        if not rows:
            continue
        rule = np.zeros((len(rows), len(names)))
        for k, row in enumerate(rows):
            for key, weight in row.items():
                rule[k, place[key]] = weight
        off = rule @ free[0]
        wald = float(off @ np.linalg.solve(rule @ free[1] @ rule.T, off))
        count = len(rows)
        found.append(
            Test(name, wald, count, float(stats.chi2.sf(wald, count)), float(stats.f.sf(wald / count, count, spare)))
        )
    return tuple(found)
