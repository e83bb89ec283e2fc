"""Standard errors by drawing whole clusters again, shared by several processes where that pays.

References
----------
Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3), 414-427, for pairs of clusters.
"""

import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from tariffs.errors import N_, BadQuestion, Said, TariffsError
from tariffs.evidence import guards
from tariffs.evidence.design import codes
from tariffs.evidence.estimate import NotEstimated, estimate
from tariffs.evidence.fit import EvidenceWarning, Fit, covariance
from tariffs.evidence.formula import Formula, parse
from tariffs.evidence.guards import Codes
from tariffs.jobs import spread
from tariffs.progress import Progress, silent
from tariffs.sources import Array

FEWEST, MOST = 20, 100_000
PATIENT = 15.0  # seconds alone above which starting further processes pays
PIECES = 24  # reports of progress, at most, for each process


def bootstrap(
    frame: pd.DataFrame,
    formula: str,
    estimator: str = "ppml",
    cluster: str = "",
    draws: int = 199,
    seed: int = 1,
    jobs: int = 0,
    progress: Progress = silent,
    weights: str = "",
    conditions: Sequence[str] = (),
) -> Fit:
    """Errors and percentile intervals by drawing whole clusters again, with replacement.

    A cluster drawn twice weighs twice. Replication *r* draws from the *r*-th child of the seed, so the answer is the
    same however many processes share the work.

    Parameters
    ----------
    cluster : a column, or several with ``^``; empty draws single rows.
    draws : replications; those that cannot be estimated are counted, never hidden.
    jobs : processes; 0 takes one, or all cores where the work would last longer than starting them.

    Raises
    ------
    BadQuestion
        When the replications are too few or too many, or two ways of clustering are asked for at once.
    NotEstimated
        When more than a tenth of the replications could not be estimated.
    """
    if not FEWEST <= draws <= MOST:
        raise BadQuestion(
            N_("A bootstrap takes {fewest} to {most} replications; found {draws}."),
            fewest=FEWEST,
            most=f"{MOST:,}",
            draws=f"{draws:,}",
        )
    if "+" in cluster:
        raise BadQuestion(N_("A bootstrap draws one kind of cluster. Give one column, or several joined by ^."))
    asked = parse(formula)
    started = time.perf_counter()
    base = estimate(frame, asked, estimator, "cluster" if cluster else "hetero", cluster, "fixest", weights, conditions)
    alone = (time.perf_counter() - started) * draws
    kept = _needed(frame, asked, cluster, weights, conditions)
    groups = codes(kept, cluster.split("^")) if cluster else np.arange(len(kept), dtype=np.int64)
    terms = list(map(str, base.params.index))
    jobs = jobs or (os.cpu_count() or 1 if alone > PATIENT else 1)
    children = np.random.SeedSequence(seed).spawn(draws)
    size = max(1, draws // (PIECES * jobs))
    pieces = [children[at : at + size] for at in range(0, draws, size)]
    work = partial(_replications, kept, formula, estimator, groups, weights, terms)
    rows = spread(work, pieces, workers=jobs, progress=lambda done, of: progress(min(done * size, draws), draws))
    good = np.array([row for piece in rows for row in piece if row is not None]).reshape(-1, len(terms))
    failed = draws - len(good)
    if failed > draws / 10:
        raise NotEstimated(
            N_("{failed} of {draws} replications could not be estimated: the clusters are too few or thin."),
            failed=f"{failed:,}",
            draws=f"{draws:,}",
        )
    ends = np.quantile(good, [0.025, 0.975], axis=0)
    drawn = (
        N_("bootstrap of clusters of {cluster}, {count} replications, percentile intervals")
        if cluster
        else N_("bootstrap of rows, {count} replications, percentile intervals")
    )
    return replace(
        base,
        vcov=covariance(np.atleast_2d(np.cov(good, rowvar=False)), terms),
        errors=Said(drawn, count=len(good), **({"cluster": cluster} if cluster else {})),
        factor=1.0,
        factor_name="none: drawn",
        intervals={term: (float(ends[0, at]), float(ends[1, at])) for at, term in enumerate(terms)},
        statistics={**base.statistics, "replications": float(len(good)), "replications_failed": float(failed)},
        stamp=replace(base.stamp, seed=seed),
    )


def _needed(
    frame: pd.DataFrame, asked: Formula, cluster: str, weights: str, conditions: Sequence[str]
) -> pd.DataFrame:
    """Rows in the sample and columns in the formula, alone, the effects' as codes: less to carry and to sort."""
    groups = tuple(c for c in cluster.split("^") if c)
    columns = dict.fromkeys((*asked.columns, *groups, *([weights] if weights else [])))
    kept = frame.loc[guards.chosen(frame, conditions), list(columns)]
    read = {*replace(asked, effects=()).columns, weights}  # as numbers
    levels = {c for effect in asked.effects for c in effect} - read
    return kept.astype({name: "category" for name in levels})


def _replications(
    frame: pd.DataFrame,
    formula: str,
    estimator: str,
    groups: Codes,
    weights: str,
    terms: list[str],
    children: Sequence[np.random.SeedSequence],
) -> list[Array | None]:
    """Coefficients of each replication in the order of ``terms``; nothing for one that cannot be estimated."""
    many = int(groups.max()) + 1
    own = frame[weights].to_numpy(dtype=float) if weights else 1.0
    made: list[Array | None] = []
    for child in children:
        times = np.bincount(np.random.default_rng(child).integers(0, many, many), minlength=many)
        drawn = frame.assign(times_drawn=times[groups] * own)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", EvidenceWarning)
                fit = estimate(drawn, formula, estimator, "iid", weights="times_drawn")
        except TariffsError:
            made.append(None)
            continue
        made.append(np.asarray(fit.params.reindex(terms), dtype=float) if fit.converged else None)
    return made
