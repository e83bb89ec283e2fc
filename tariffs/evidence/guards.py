"""From a table to a sample that can be estimated: what is left out, each row with its reason, and what is refused.

The estimator's compiled core ends the whole process when nothing is left inside the fixed effects, so nothing of
the kind may reach it: singletons and separated cells go first, round by round, and an empty, perfectly fitted or
collinear sample is refused in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.errors import N_, BadQuestion, Said
from tariffs.evidence import design
from tariffs.evidence.expression import Column, column, evaluate
from tariffs.evidence.formula import Formula
from tariffs.sources import Array

Codes = NDArray[np.int64]
Keep = NDArray[np.bool_]
TOO_CLOSE = 1e-9  # share of a regressor's variation that must be its own


class BadSample(BadQuestion):
    """A sample on which the formula cannot be estimated."""


@dataclass(frozen=True, eq=False)
class Sample:
    """What is estimated on: n rows that are complete, finite and informative.

    ``y`` has shape (n,), ``x`` (n, k), ``effects`` one array of codes (n,) from 0 for each fixed effect.
    """

    y: Array
    x: Array
    terms: tuple[str, ...]
    effects: tuple[Codes, ...]
    endogenous: Array
    endogenous_terms: tuple[str, ...]
    instruments: Array
    weights: Array | None
    clusters: tuple[Codes, ...]
    rows: NDArray[np.intp]  # positions in the table that was given
    dropped: dict[str, int] = field(default_factory=dict)

    @property
    def nobs(self) -> int:
        return len(self.y)


def sample(
    frame: pd.DataFrame,
    formula: Formula,
    estimator: str,
    cluster: Sequence[str] = (),
    weights: str = "",
    conditions: Sequence[str] = (),
) -> Sample:
    """Choose the rows, work out the columns, and leave out what carries no information.

    Raises
    ------
    BadSample
        When nothing can be estimated on what is left, saying why.
    """
    if not len(frame):
        raise BadSample(N_("The table has no rows."))
    picked = chosen(frame, conditions)
    dropped = {"out of sample": int((~picked).sum())}
    parts = tuple(part for name in cluster for part in name.split("^"))
    needed = tuple(dict.fromkeys((*formula.columns, *parts, *((weights,) if weights else ()))))
    kept = frame if picked.all() else frame.loc[picked]
    rows = np.flatnonzero(picked)
    complete = ~_missing(kept, needed)
    dropped["missing"] = int((~complete).sum())
    if not complete.all():
        kept, rows = kept.loc[complete], rows[complete]
    _not_empty(len(rows), dropped)
    y = design.numbers(formula.outcome, kept)
    w = np.asarray(column(kept, weights), dtype=float) if weights else None
    x, terms = design.matrix(formula.terms, kept, formula.intercept)
    endogenous, endogenous_terms = design.matrix(formula.endogenous, kept, intercept=True)
    instruments, _ = design.matrix(formula.instruments, kept, intercept=True)
    finite = np.isfinite(y)
    for block in (x, endogenous, instruments, *((w[:, None],) if w is not None else ())):
        finite &= np.isfinite(block).all(axis=1)
    dropped["infinite"] = int((~finite).sum())
    heavy = finite if w is None else finite & (w > 0)
    dropped["zero weight"] = int((finite & ~heavy).sum())
    _signs(y[finite], None if w is None else w[finite], estimator, formula.outcome.text)
    effects = [design.codes(kept, effect) for effect in formula.effects]
    keep = _informative(heavy, y, x, effects, estimator, dropped)
    _not_empty(int(keep.sum()), dropped)
    clusters = tuple(_renumbered(design.codes(kept, name.split("^"))[keep]) for name in cluster)
    made = Sample(
        y[keep],
        x[keep],
        terms,
        tuple(_renumbered(codes[keep]) for codes in effects),
        endogenous[keep],
        endogenous_terms,
        instruments[keep],
        None if w is None else w[keep],
        clusters,
        rows[keep],
        dropped,
    )
    _estimable(made, formula, cluster)
    return made


def chosen(frame: pd.DataFrame, conditions: Sequence[str]) -> Keep:
    """(n,) whether each row meets every condition."""
    kept = np.ones(len(frame), dtype=bool)
    for text in conditions:
        holds = np.broadcast_to(np.asarray(evaluate(text, frame)), (len(frame),))
        if holds.dtype != bool:
            raise BadQuestion(
                N_("'{text}' is no condition. Write for example exporter != importer, or year >= 1990."),
                text=text,
            )
        kept &= holds
    return kept


def _missing(frame: pd.DataFrame, names: Sequence[str]) -> Keep:
    missing = np.zeros(len(frame), dtype=bool)
    for name in names:
        column(frame, name)  # says which columns there are when this one is not
        missing |= frame[name].isna().to_numpy(dtype=bool)
    return missing


def _signs(y: Array, w: Array | None, estimator: str, outcome: str) -> None:
    if w is not None and (w < 0).any():
        raise BadSample(N_("{number} weights are below zero."), number=f"{int((w < 0).sum()):,}")
    if estimator == "ppml" and (y < 0).any():
        many = int((y < 0).sum())
        raise BadSample(
            N_("PPML needs an outcome of zero or more; {many} values of {outcome} are below zero. Use OLS."),
            many=f"{many:,}",
            outcome=outcome,
        )


def _informative(
    keep: Keep, y: Array, x: Array, effects: Sequence[Codes], estimator: str, dropped: dict[str, int]
) -> Keep:
    """Leave out singletons and separated cells until none is left: each round may bring forth new ones."""
    keep = keep.copy()
    dropped["singleton"] = 0
    if estimator == "ppml":
        dropped["separated"] = 0
    while True:
        before = int(keep.sum())
        for codes in effects:
            keep &= np.bincount(codes[keep], minlength=codes.max(initial=0) + 1)[codes] > 1
        dropped["singleton"] += before - int(keep.sum())
        middle = int(keep.sum())
        if estimator == "ppml":
            for codes in effects:
                keep &= np.bincount(codes[keep & (y > 0)], minlength=codes.max(initial=0) + 1)[codes] > 0
            keep &= ~_set_apart(keep, y, x)
            dropped["separated"] += middle - int(keep.sum())
        if int(keep.sum()) == before:
            return keep


def _set_apart(keep: Keep, y: Array, x: Array) -> Keep:
    """Rows of no trade that a regressor of one sign singles out: its coefficient would run off without end."""
    apart = np.zeros(len(y), dtype=bool)
    trading, idle = keep & (y > 0), keep & (y == 0)
    if not idle.any():
        return apart
    for at in range(x.shape[1]):
        if not x[trading, at].any() and ((x[idle, at] >= 0).all() or (x[idle, at] <= 0).all()):
            apart |= idle & (x[:, at] != 0)
    return apart


def _not_empty(left: int, dropped: dict[str, int]) -> None:
    if left:
        return
    why = [Said(N_("{count} {reason}"), count=count, reason=Said(reason)) for reason, count in dropped.items() if count]
    raise BadSample(
        N_("No observation is left to estimate on ({what})."), what=why or Said(N_("the table is empty"))
    )


def _renumbered(codes: Codes) -> Codes:
    """Codes from 0 without gaps, in order of appearance."""
    return np.asarray(pd.factorize(codes)[0], dtype=np.int64)


def _estimable(made: Sample, formula: Formula, cluster: Sequence[str]) -> None:
    coefficients = made.x.shape[1] + made.endogenous.shape[1] + int(formula.intercept)
    absorbed = sum(int(codes.max()) for codes in made.effects) + bool(made.effects)
    if made.nobs <= coefficients + absorbed:
        raise BadSample(
            N_(
                "{nobs} observations are left for {number} coefficients and fixed effects: the fit would be "
                "perfect and say nothing. Take fewer effects, or more data."
            ),
            nobs=f"{made.nobs:,}",
            number=f"{coefficients + absorbed:,}",
        )
    if not np.ptp(made.y):
        raise BadSample(
            N_("{text} is {what} in every observation: there is nothing to explain."),
            text=formula.outcome.text,
            what=f"{made.y[0]:g}",
        )
    largest = np.abs(made.x).max(initial=0.0)
    if max(largest, np.abs(made.y).max(), np.abs(made.endogenous).max(initial=0.0)) > 1e100:
        raise BadSample(N_("Values above 1e100 cannot be squared and summed up. Choose a larger unit."))
    for name, codes in zip(cluster, made.clusters, strict=True):
        if codes.max() < 1:
            raise BadSample(
                N_("All observations belong to one cluster of {name}: no standard error follows from one."),
                name=name,
            )
    for block, terms in ((made.x, made.terms), (made.endogenous, made.endogenous_terms)):
        for at, term in enumerate(terms):
            values = block[:, at]
            if np.ptp(values) <= 1e-12 * np.abs(values).max() and (
                formula.intercept or made.effects or not values.any()
            ):
                raise BadSample(
                    N_(
                        "{term} is {values} in every observation that is left, so nothing can be learned from "
                        "it. Take it out of the formula."
                    ),
                    term=term,
                    values=f"{values[0]:g}",
                )


def explained(made: Sample, within: Array, at: int, formula: Formula) -> BadSample:
    """Which columns a collinear regressor follows from. ``within`` (n, k): regressors less their fixed effects."""
    term = made.terms[at]
    own, raw = float((within[:, at] ** 2).sum()), float((made.x[:, at] ** 2).sum())
    if own <= TOO_CLOSE * max(raw, 1e-300):
        effects = " + ".join("^".join(effect) for effect in formula.effects)
        return BadSample(
            N_(
                "{term} does not vary inside the fixed effects {effects}: it is collinear with them, so its "
                "coefficient cannot be told. Take it out, or take fewer effects."
            ),
            term=term,
            effects=effects,
        )
    others = [i for i in range(len(made.terms)) if i != at]
    norms = np.sqrt((within**2).sum(axis=0))
    scale = np.where(norms > 0, norms, 1.0)
    follows, *_ = np.linalg.lstsq(within[:, others] / scale[others], within[:, at] / scale[at], rcond=1e-10)
    partners = [made.terms[i] for i, weight in zip(others, follows, strict=True) if abs(weight) > 1e-6]
    if not partners:
        return BadSample(N_("{term} follows from the other columns: take one of them out of the formula."), term=term)
    return BadSample(
        N_("{term} is collinear with {others}: take one of them out of the formula."),
        term=term,
        others=", ".join(partners),
    )


__all__ = ("BadSample", "Column", "Sample", "explained", "sample")
