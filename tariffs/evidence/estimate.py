"""Poisson pseudo-maximum likelihood and least squares with many fixed effects, on a guarded sample.

The estimation is pyfixest's; what is ours is the sample, the names, and the small-sample factor, which packages
choose differently and which is therefore always named:

========== =================================================================== =================================
factor     clustered                                                           whose
========== =================================================================== =================================
stata-ml   G/(G-1)                                                             Stata ppml, ppmlhdfe, glm
fixest     G/(G-1) (N-1)/(N-K), K without effects nested in the cluster        R fixest
dummies    G/(G-1) (N-1)/(N-K), K with every effect                            Stata regress with dummies
none       1
========== =================================================================== =================================

Heteroskedastic errors take N/(N-1) for ``stata-ml`` and N/(N-K) for the others. Two-way clusters take the smaller G.

References
----------
Santos Silva and Tenreyro (2006), Review of Economics and Statistics 88(4), 641-658.
Correia, Guimarães and Zylkin (2020), Stata Journal 20(1), 95-115.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from tariffs.errors import N_, BadQuestion, Said, TariffsError
from tariffs.evidence import guards
from tariffs.evidence.fit import FewClusters, Fit, NotConverged, covariance
from tariffs.evidence.formula import Formula, parse
from tariffs.evidence.guards import BadSample, Sample
from tariffs.sources import Array

FEW_CLUSTERS = 30
TITLES = {"ppml": "PPML", "ols": "OLS", "iv": "2SLS"}


class NotEstimated(TariffsError):
    """The estimator gave up on a sample that looked sound."""


def estimate(
    frame: pd.DataFrame,
    formula: str | Formula,
    estimator: str = "ppml",
    vcov: str = "cluster",
    cluster: str = "",
    factor: str = "fixest",
    weights: str = "",
    conditions: Sequence[str] = (),
) -> Fit:
    """Estimate a formula on a table.

    Parameters
    ----------
    estimator : ``ppml`` or ``ols`` (two-stage when the formula has ``endogenous ~ instruments``).
    vcov : ``iid``, ``hetero`` or ``cluster``; ``cluster`` then names a column, or two with ``+`` between.
    factor : small-sample rule, see above.
    conditions : expressions that a row must satisfy to be in the sample.

    Raises
    ------
    BadQuestion, BadSample
        When the formula cannot be read or not be estimated on what is left of the table.
    """
    asked = parse(formula) if isinstance(formula, str) else formula
    groups = clusters_of(vcov, cluster)
    if asked.endogenous and estimator != "ols":
        raise BadQuestion(
            N_("Instruments need OLS (two-stage least squares); take out | endogenous ~ instruments for PPML."),
        )
    made = guards.sample(frame, asked, estimator, groups, weights, conditions)
    model, scale = fitted(made, asked, estimator, vcov)
    return told(model, scale, made, asked, estimator, vcov, groups, factor)


def clusters_of(vcov: str, cluster: str) -> tuple[str, ...]:
    if vcov not in ("iid", "hetero", "cluster"):
        raise BadQuestion(N_("Standard errors are iid, hetero or cluster; found '{vcov}'."), vcov=vcov)
    groups = tuple(part.strip() for part in cluster.split("+") if part.strip()) if vcov == "cluster" else ()
    if vcov == "cluster" and not 1 <= len(groups) <= 2:
        raise BadQuestion(
            N_("Clustered errors need one column to cluster by, or two with + between: --cluster pair_id."),
        )
    return groups


def fitted(made: Sample, asked: Formula, estimator: str, vcov: str) -> tuple[Any, Array]:
    """The fitted model on columns scaled to size one, and the scales (k,): a tariff in per mille is no zero."""
    import pyfixest

    x, endogenous, instruments = (_scaled(block) for block in (made.x, made.endogenous, made.instruments))
    table: dict[str, Any] = {"y": made.y}
    table |= {f"x{i}": x[0][:, i] for i in range(made.x.shape[1])}
    table |= {f"d{i}": endogenous[0][:, i] for i in range(made.endogenous.shape[1])}
    table |= {f"z{i}": instruments[0][:, i] for i in range(made.instruments.shape[1])}
    table |= {f"f{i}": codes for i, codes in enumerate(made.effects)}
    table |= {f"g{i}": codes for i, codes in enumerate(made.clusters)}
    if made.weights is not None:
        table["w"] = made.weights
    right = " + ".join(f"x{i}" for i in range(made.x.shape[1])) or "1"
    text = f"y ~ {right}" if asked.intercept or made.effects else f"y ~ {right} - 1"
    if made.effects:
        text += " | " + " + ".join(f"f{i}" for i in range(len(made.effects)))
    if asked.endogenous:
        text += f" | {' + '.join(f'd{i}' for i in range(made.endogenous.shape[1]))} ~ "
        text += " + ".join(f"z{i}" for i in range(made.instruments.shape[1]))
    errors: Any = {"CRV1": "+".join(f"g{i}" for i in range(len(made.clusters)))} if made.clusters else vcov
    options: dict[str, Any] = {
        "data": pd.DataFrame(table, copy=False),
        "vcov": errors,
        "weights": "w" if made.weights is not None else None,
        "ssc": pyfixest.ssc(k_adj=False, k_fixef="none", G_adj=False),
        "fixef_rm": "none",  # the guards have been here
        "copy_data": False,
    }
    if estimator == "ppml":
        options |= {"separation_check": [], "iwls_maxiter": 100}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what matters of them is looked at below, and told in our words
        try:
            model = (pyfixest.fepois if estimator == "ppml" else pyfixest.feols)(text, **options)
        except (ValueError, np.linalg.LinAlgError, ArithmeticError) as trouble:
            _explain(made, asked)
            raise NotEstimated(
                N_(
                    "The estimator gave up ({what}). Look for columns that say the same, or outcomes of very "
                    "different size."
                ),
                what=str(trouble).strip().splitlines()[0][:120],
            ) from None
    if len(model._coefnames) < made.x.shape[1] + made.endogenous.shape[1] + int(asked.intercept):
        _explain(made, asked, certain=True)
    return model, np.concatenate([endogenous[1], x[1]]) if asked.endogenous else x[1]


def _scaled(block: Array) -> tuple[Array, Array]:
    scale = np.abs(block).max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    return block / scale, scale


def _explain(made: Sample, asked: Formula, certain: bool = False) -> None:
    """Raise ``BadSample`` naming the column that follows from others, when one does."""
    columns = made.x if asked.effects or not asked.intercept else made.x - made.x.mean(axis=0)
    within = _within(columns, made)
    norms = np.sqrt((within**2).sum(axis=0))
    raw = np.sqrt((made.x**2).sum(axis=0))
    for at in range(made.x.shape[1]):
        if norms[at] ** 2 <= guards.TOO_CLOSE * max(raw[at] ** 2, 1e-300):
            raise guards.explained(made, within, at, asked)
        before = within[:, :at] / np.where(norms[:at] > 0, norms[:at], 1.0)
        if at:
            follows, *_ = np.linalg.lstsq(before, within[:, at] / norms[at], rcond=1e-10)
            left = within[:, at] / norms[at] - before @ follows
            if float(left @ left) <= guards.TOO_CLOSE:
                raise guards.explained(made, within, at, asked)
    if certain:
        raise BadSample(N_("Some regressors follow from others, inside the fixed effects. Take one of them out."))


def _within(x: Array, made: Sample) -> Array:
    """Regressors less their fixed effects, by sparse least squares: only asked for when something went wrong."""
    if not made.effects:
        return x
    from scipy import sparse
    from scipy.sparse.linalg import lsqr

    rows = np.arange(made.nobs)
    blocks = [sparse.csr_matrix((np.ones(made.nobs), (rows, codes))) for codes in made.effects]
    dummies = sparse.hstack(blocks).tocsr()
    found = [lsqr(dummies, x[:, i], atol=1e-12, btol=1e-12)[0] for i in range(x.shape[1])]
    return np.asarray(x - dummies @ np.column_stack(found)) if found else x


def told(
    model: Any,
    scale: Array,
    made: Sample,
    asked: Formula,
    estimator: str,
    vcov: str,
    groups: tuple[str, ...],
    factor: str,
) -> Fit:
    named = {f"x{i}": term for i, term in enumerate(made.terms)}
    named |= {f"d{i}": term for i, term in enumerate(made.endogenous_terms)} | {"Intercept": "(intercept)"}
    sizes = {f"x{i}": s for i, s in enumerate(_scaled(made.x)[1])}
    sizes |= {f"d{i}": s for i, s in enumerate(_scaled(made.endogenous)[1])}
    scales = np.array([sizes.get(name, 1.0) for name in model._coefnames])
    terms = [named[name] for name in model._coefnames]
    beta = np.asarray(model._beta_hat, dtype=float) / scales
    degrees, multiplier, rule = _small_sample(made, asked, estimator, vcov, factor, len(beta))
    matrix = np.asarray(model._vcov, dtype=float) * multiplier / np.outer(scales, scales)
    if not np.isfinite(beta).all() or not np.isfinite(matrix).all():
        _explain(made, asked)
        raise NotEstimated(
            N_("The estimate has no finite value: the regressors are too alike, or of very different size."),
        )
    _close_to_collinear(model, made, asked)
    converged = estimator != "ppml" or bool(model.convergence)
    if not converged:
        says = N_("PPML had not settled after 100 rounds: do not use these numbers.")
        warnings.warn(NotConverged(says), stacklevel=4)
    counts = [int(codes.max()) + 1 for codes in made.clusters]
    if counts and min(counts) < FEW_CLUSTERS:
        says = N_("Only {count} clusters of {groups}: the errors are likely too small.")
        told = Said(says, count=min(counts), groups=" + ".join(groups))
        warnings.warn(FewClusters(told), stacklevel=4)
    title = TITLES["iv" if asked.endogenous else estimator]
    return Fit(
        params=pd.Series(beta, index=terms, name="estimate"),
        vcov=covariance(matrix, terms),
        nobs=made.nobs,
        estimator=title,
        formula=asked.text,
        errors=_errors(vcov, groups, counts),
        df=degrees,
        dropped=made.dropped,
        converged=converged,
        factor=multiplier,
        factor_name=rule,
        statistics=_statistics(model, made, asked, estimator, counts),
    )


def _close_to_collinear(model: Any, made: Sample, asked: Formula) -> None:
    """Refuse what the estimator let pass: a regressor whose own variation is rounding."""
    if asked.endogenous:
        return
    inside = np.asarray(model._tZX, dtype=float)
    try:
        own = 1.0 / np.diag(np.linalg.inv(inside))
    except np.linalg.LinAlgError:
        own = np.zeros(len(inside))
    weights = np.asarray(model._weights, dtype=float).ravel()
    for at, name in enumerate(model._coefnames):
        if name == "Intercept":
            continue
        values = made.x[:, int(name[1:])]
        whole = float(weights @ (values / np.abs(values).max()) ** 2)
        if not own[at] > guards.TOO_CLOSE * whole:
            _explain(made, asked, certain=True)


def _small_sample(
    made: Sample, asked: Formula, estimator: str, vcov: str, factor: str, slopes: int
) -> tuple[float | None, float, str]:
    """Degrees of freedom of the t distribution (none: normal), the factor, and its name."""
    n, few = made.nobs, min((int(c.max()) + 1 for c in made.clusters), default=0)
    nested = [any(_nested(codes, group) for group in made.clusters) for codes in made.effects]
    count_all = slopes + bool(made.effects) + sum(int(c.max()) for c in made.effects)
    counted = (
        slopes
        + bool(made.effects)
        + sum(int(c.max()) for c, inside in zip(made.effects, nested, strict=True) if not inside)
    )
    k = count_all if factor == "dummies" else counted
    groups, name = (few / (few - 1), "G/(G-1)") if few else (1.0, "")
    if factor == "none":
        value, says = 1.0, "none"
    elif factor == "stata-ml" and not (vcov == "iid" and estimator == "ols"):
        value, says = (groups, name) if few else (n / (n - 1), "N/(N-1)") if vcov == "hetero" else (1.0, "1")
    elif vcov == "hetero":
        value, says = n / (n - k), f"N/(N-K), K = {k:,}"
    else:
        value, says = groups * (n - 1) / (n - k), f"{name + ' ' if few else ''}(N-1)/(N-K), K = {k:,}"
    degrees = None if estimator == "ppml" else float(few - 1 if few else n - count_all)
    return degrees, value, f"{factor}: {says}"


def _nested(effect: guards.Codes, group: guards.Codes) -> bool:
    """Whether every level of an effect lies inside one cluster."""
    first = np.full(int(effect.max()) + 1, -1, dtype=np.int64)
    first[effect] = group
    return bool((first[effect] == group).all())


def _errors(vcov: str, groups: tuple[str, ...], counts: Sequence[int]) -> str:
    if vcov == "cluster":
        held = " + ".join(f"{g} ({c:,})" for g, c in zip(groups, counts, strict=True))
        return Said(N_("clustered by {groups}"), groups=held)
    return {"iid": N_("independent and alike (iid)"), "hetero": N_("robust to heteroskedasticity")}[vcov]


def _statistics(model: Any, made: Sample, asked: Formula, estimator: str, counts: Sequence[int]) -> dict[str, float]:
    weights = np.ones(made.nobs) if made.weights is None else made.weights
    held: dict[str, float] = {}
    if estimator == "ppml":
        mu = np.asarray(model._Y_hat_response, dtype=float).ravel()
        with np.errstate(all="ignore"):
            constant = float(weights @ gammaln(made.y + 1))
            likely = float(weights @ (np.where(made.y > 0, made.y * np.log(mu), 0.0) - mu)) - constant
            mean = float(np.average(made.y, weights=weights))
            null = float(weights @ (made.y * np.log(mean) - mean)) - constant
        held |= {"pseudo_r2": 1 - likely / null, "log_likelihood": likely, "deviance": float(model.deviance)}
        held["r2"] = float(np.corrcoef(made.y, mu)[0, 1] ** 2) if np.ptp(mu) else 0.0
    else:
        held["r2"] = float(model._r2)
        if made.effects:
            held["r2_within"] = float(model._r2_within)
        held["rmse"] = float(model._rmse)
    if counts:
        held["clusters"] = float(min(counts))
    return held | {"fixed_effects": float(sum(int(c.max()) + 1 for c in made.effects))}
