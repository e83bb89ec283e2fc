"""An estimate carried into a scenario: the words that put it, with its standard error, in place of our figure."""

import math

from tariffs.errors import N_, BadQuestion
from tariffs.evidence.fit import Fit
from tariffs.evidence.registry import Named

SAFE = 6.0  # standard errors from zero at which a normal draw cannot change its sign


def belief(fit: Fit, asked: Named | None, row: str, term: str = "", scale: float | None = None) -> str:
    """The edit ``elasticities.row.value=normal(mean; error)`` that an estimate stands for.

    An estimate less than six standard errors from zero is drawn from the lognormal with the same relative error,
    so that no draw gets the wrong sign.

    Parameters
    ----------
    row : a key of ``elasticities.csv``; also as ``elasticities.key.value``.
    term, scale : which coefficient, and what it is multiplied by; by default what the named estimate declares.

    Raises
    ------
    BadQuestion
        When the estimate may not go there, or is no number to build on.
    """
    parts = row.split(".")
    key = parts[1] if len(parts) == 3 and parts[0] == "elasticities" and parts[2] == "value" else row
    use = asked.use if asked else None
    if not term:
        if use is None:
            raise BadQuestion(N_("Say which coefficient is carried over: --term, as in --term ln_tariff."))
        term = use.term
    if term not in fit.params.index:
        raise BadQuestion(
            N_("The estimate has no coefficient '{term}'. It has: {held}."),
            term=term,
            held=", ".join(map(str, fit.params.index)),
        )
    if use and term == use.term and use.rows and key not in use.rows:
        raise BadQuestion(
            N_("{name} says nothing about {key}. It may replace: {held}."),
            name=fit.name,
            key=key,
            held=", ".join(use.rows),
        )
    if scale is None:
        scale = use.scale if use and term == use.term else 1.0
    if not fit.converged:
        raise BadQuestion(N_("The estimate has not converged: it is no number to build on."))
    mean, error = scale * float(fit.params[term]), abs(scale) * float(fit.bse[term])
    return f"elasticities.{key}.value={distribution(mean, error)}"


def distribution(mean: float, error: float) -> str:
    """``normal(mean; error)``, or the lognormal with the same relative error near zero."""
    if not (math.isfinite(mean) and math.isfinite(error) and error > 0):
        raise BadQuestion(
            N_("The estimate has no standard error, so it cannot be drawn: give low/central/high by hand."),
        )
    if abs(mean) >= SAFE * error:
        return f"normal({_short(mean)}; {_short(error)})"
    if not mean or error > 2 * abs(mean):
        raise BadQuestion(
            N_("An estimate of {mean} with an error of {error} says nothing about the size."),
            mean=f"{mean:.4g}",
            error=f"{error:.4g}",
        )
    return f"{'-' if mean < 0 else ''}lognormal(ln {_short(abs(mean))}; {_short(error / abs(mean))})"


def _short(value: float) -> str:
    """Five digits, never in scientific notation."""
    digits = max(0, 5 - len(str(int(abs(value)))) if abs(value) >= 1 else 5)
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0"
