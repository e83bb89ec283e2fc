"""Is the shape right? Ramsey's RESET: the square of the fitted index should explain nothing more.

With fixed effects the index is that of the regressors alone. The effects are estimated from few rows each, and the
square of their noise would be found significant in a model that is right.

References
----------
Ramsey (1969), Journal of the Royal Statistical Society B 31(2), 350-371; for PPML: Santos Silva and Tenreyro (2006).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tariffs.errors import TariffsError
from tariffs.evidence import guards
from tariffs.evidence.estimate import clusters_of, fitted, told
from tariffs.evidence.formula import parse


@dataclass(frozen=True, slots=True)
class Reset:
    """The test: a small probability says that the functional form leaves something out."""

    statistic: float | None  # t or z of the squared index
    p: float | None  # None when the squared index follows from the rest
    why: str = ""


def reset(
    frame: pd.DataFrame,
    formula: str,
    estimator: str = "ppml",
    vcov: str = "cluster",
    cluster: str = "",
    factor: str = "fixest",
    weights: str = "",
    conditions: Sequence[str] = (),
) -> Reset:
    """Add the square of the fitted index (its distance from the mean, in standard deviations) and test it.

    Raises
    ------
    BadQuestion, BadSample
        When the formula itself cannot be estimated.
    """
    asked = parse(formula)
    groups = clusters_of(vcov, cluster)
    made = guards.sample(frame, asked, estimator, groups, weights, conditions)
    if asked.endogenous:
        return Reset(None, None, "not defined with instruments")
    model, scale = fitted(made, asked, estimator, vcov)
    fit = told(model, scale, made, asked, estimator, vcov, groups, factor)
    slopes = np.array([fit.params[term] for term in made.terms], dtype=float)
    index = made.x @ slopes
    spread = float(index.std())
    if not spread > 0:
        return Reset(None, None, "the fitted index does not vary")
    square = ((index - index.mean()) / spread) ** 2
    name = "square of the fitted index"
    wider = replace(made, x=np.column_stack([made.x, square]), terms=(*made.terms, name))
    try:
        more, scale = fitted(wider, asked, estimator, vcov)
        fit = told(more, scale, wider, asked, estimator, vcov, groups, factor)
    except TariffsError:
        return Reset(None, None, "the squared index follows from the regressors")
    return Reset(float(fit.tvalues[name]), float(fit.pvalues[name]))
