"""A demand system in the form of every other estimate, for named reruns and for a user's own panel."""

import numpy as np
import pandas as pd

from tariffs.errors import N_, Said
from tariffs.evidence import demand, fit
from tariffs.evidence.demand_system import At, Base, DemandSystem, Index
from tariffs.evidence.registry import Named
from tariffs.sources import Array


def demand_system(
    frame: pd.DataFrame | None,
    named: Named,
    shares: list[str],
    prices_of: list[str],
    spending: str,
    index: Index = "laspeyres",
    base: Base = "first",
    restrictions: list[str] | None = None,
) -> fit.Fit:
    """An almost ideal demand system from a table of shares and prices."""
    frame = pd.DataFrame() if frame is None else frame
    budget = demand.from_wide(frame, shares, prices_of, spending)
    asked = ("homogeneity", "symmetry") if restrictions is None else tuple(restrictions)
    return system_fit(demand.estimate(budget, index, base, asked))


def of_panel(
    frame: pd.DataFrame,
    named: Named,
    period: str = "year",
    supplier: str = "exporter",
    index: Index = "laspeyres",
    base: Base = "first",
    at: At = "mean_prices",
    free: bool = False,
    shares: str = "",
    prices: str = "",
    spending: str = "",
) -> fit.Fit:
    """The system on a user's panel: trade rows, or with ``shares=w1,w2`` a table of one row per period.

    ``free`` leaves homogeneity and symmetry out.
    """
    if shares:
        budget = demand.from_wide(frame, _columns(shares), _columns(prices), spending)
    else:
        budget = demand.from_long(frame, period, supplier)
    return system_fit(demand.estimate(budget, index, base, () if free else ("homogeneity", "symmetry"), at))


def _columns(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def system_fit(found: DemandSystem) -> fit.Fit:
    """A demand system in the form of every other estimate."""
    goods = found.goods
    terms = [*(f"alpha_{g}" for g in goods), *(f"beta_{g}" for g in goods)]
    terms += [f"gamma_{g}_{h}" for g in goods for h in goods]

    def matrix(values: Array) -> pd.DataFrame:
        return pd.DataFrame(values, index=list(goods), columns=list(goods)).rename_axis("good").reset_index()

    return fit.Fit(
        params=pd.Series(found.coefficients, index=terms),
        vcov=fit.covariance(found.covariance, terms),
        nobs=found.periods,
        estimator=f"LA-AIDS, {found.index}, seemingly unrelated regressions",
        formula=", ".join(found.restrictions) or "no restrictions",
        errors=N_("SUR, divided by the degrees of freedom"),
        statistics={f"r2_{g}": float(r) for g, r in zip(goods, found.r2, strict=True)}
        | {f"expenditure_{g}": float(v) for g, v in zip(goods, found.expenditure.value, strict=True)}
        | {f"own_price_{g}": float(v) for g, v in zip(goods, np.diag(found.marshallian.value), strict=True)}
        | {"largest_curvature": float(found.curvature[-1]), "concave": float(found.concave)},
        tables={
            "Marshallian": matrix(found.marshallian.value),
            "Marshallian, standard errors": matrix(found.marshallian.error),
            "Hicksian": matrix(found.hicksian.value),
            "Hicksian, standard errors": matrix(found.hicksian.error),
            "Expenditure": pd.DataFrame(
                {"good": goods, "elasticity": found.expenditure.value, "se": found.expenditure.error}
            ),
            "Tests": pd.DataFrame(
                [
                    {"test": t.name, "chi2": t.statistic, "df": t.restrictions, "p": t.p_chi2, "p_F": t.p_f}
                    for t in found.tests
                ]
            ),
        },
        notes=(
            N_("Compensated demand is concave at these shares.")
            if found.concave
            else Said(
                N_(
                    "Compensated demand is not concave at these shares: its largest eigenvalue is {value}, so some "
                    "compensated responses are not those of a buyer who saves. Do not use it far from the sample."
                ),
                value=f"{found.curvature[-1]:.4f}",
            ),
        ),
    )
