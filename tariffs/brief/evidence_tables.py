"""Estimates as tables: specifications side by side, what was left out, expected against got."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tariffs.brief import evidence_names
from tariffs.evidence import Fit, Named
from tariffs.evidence.diagnose import Reset
from tariffs.words import MINUS, N_, Words

REASONS: Mapping[str, str] = {
    "out of sample": N_("left out by choice of sample"),
    "missing": N_("a value is missing"),
    "infinite": N_("a value is not finite, such as the log of zero"),
    "zero weight": N_("weight of zero"),
    "singleton": N_("alone in its fixed effect"),
    "separated": N_("separated: its fixed effect never trades"),
}
STATISTICS: Mapping[str, str] = {
    "pseudo_r2": N_("Pseudo-R²"),
    "r2": N_("R²"),
    "r2_within": N_("R² within the fixed effects"),
    "log_likelihood": N_("Log-likelihood"),
    "deviance": N_("Deviance"),
    "rmse": N_("Root mean squared error"),
    "clusters": N_("Clusters"),
    "fixed_effects": N_("Fixed effects"),
}


def overview(held: Sequence[Named], t: Words) -> pd.DataFrame:
    """Every named estimate: what it is called, what it is for, how it is made, and what it must meet."""
    names = [t(x) for x in (N_("Estimate"), N_("What it is for"), N_("Estimator"), N_("Published numbers"))]
    rows = [
        (t(one.title), t(one.purpose), _made_by(one, t), t.number(len(one.expect)) if one.expect else "–")
        for one in held
    ]
    return pd.DataFrame(rows, columns=names)


def _made_by(one: Named, t: Words) -> str:
    return one.estimator.upper() if one.kind == "fixest" else t(N_("own method"))


def side_by_side(fits: Sequence[Fit], t: Words) -> pd.DataFrame:
    """A column for each specification: estimate, stars by size of p, standard error in brackets, then the facts."""
    columns = [t(N_("Coefficient")), *(heading(at, fit, t) for at, fit in enumerate(fits))]
    terms = list(dict.fromkeys(str(term) for fit in fits for term in fit.params.index))
    rows = [[term, *(_cell(fit, term) for fit in fits)] for term in terms]
    rows.append([t(N_("Observations")), *(t.number(fit.nobs) for fit in fits)])
    for name, says in STATISTICS.items():
        if any(name in fit.statistics for fit in fits):
            rows.append([t(says), *(_statistic(fit.statistics.get(name), name, t) for fit in fits)])
    for name in dict.fromkeys(n for fit in fits for n in fit.statistics if n not in STATISTICS):
        told = [f"{fit.statistics[name]:.4g}" if name in fit.statistics else "–" for fit in fits]
        rows.append([evidence_names.statistic(name, t), *told])
    rows.append([t(N_("Standard errors")), *(t.said(fit.errors) for fit in fits)])
    rows.append([t(N_("Small-sample factor")), *(f"{fit.factor:.5f}, {fit.factor_name}" for fit in fits)])
    rows.append([t(N_("Converged")), *(t(N_("yes")) if fit.converged else t(N_("no")) for fit in fits)])
    return pd.DataFrame(rows, columns=columns)


def heading(at: int, fit: Fit, t: Words) -> str:
    """What a specification is called beside others."""
    return t(N_("({number}) {estimator}"), number=at + 1, estimator=t.said(fit.estimator))


def _cell(fit: Fit, term: str) -> str:
    if term not in fit.params.index:
        return "–"
    p = float(fit.pvalues[term])
    stars = "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""
    return f"{_signed(float(fit.params[term]))}{stars} ({float(fit.bse[term]):.3f})"


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", MINUS)


def _statistic(value: float | None, name: str, t: Words) -> str:
    if value is None:
        return "–"
    return t.number(value, 3 if "r2" in name or name == "rmse" else 0)


def left_out(fit: Fit, t: Words) -> pd.DataFrame:
    """Rows of the table that are not in the estimate, by reason."""
    held = [(t(REASONS[r]) if r in REASONS else r, t.number(count)) for r, count in fit.dropped.items() if count]
    if not held:
        held = [(t(N_("nothing")), t.number(0))]
    return pd.DataFrame(held, columns=[t(N_("Left out because")), t(N_("Rows"))])


def expected(fit: Fit, t: Words) -> pd.DataFrame:
    """Published numbers beside ours."""
    names = [t(x) for x in (N_("Coefficient"), N_("What"), N_("In print"), N_("Here"), N_("Verdict"))]
    what = {
        "coefficient": t(N_("estimate")),
        "standard error": t(N_("standard error")),
        "statistic": t(N_("statistic")),
    }
    rows = [
        (
            t(N_("Observations")) if c.term == "nobs" else c.term,
            what[c.what],
            f"{c.expected:.7g}",
            f"{c.got:.7g}",
            t(N_("met")) if c.ok else t(N_("missed")),
        )
        for c in fit.checks
    ]
    return pd.DataFrame(rows, columns=names)


def reset_says(test: Reset, t: Words) -> str:
    """The test of functional form in a sentence."""
    if test.p is None:
        return t(N_("RESET test of the functional form: not possible here ({why})."), why=test.why)
    p = t.number(test.p, 3) if test.p >= 0.001 else "<0.001"
    if test.p < 0.05:
        return t(N_("RESET test of the functional form: p = {p}. The form leaves something out."), p=p)
    return t(N_("RESET test of the functional form: p = {p}. Nothing speaks against the form."), p=p)


def dropped_says(fit: Fit, t: Words) -> str:
    """Whether it settled, and how much was left out, in a sentence."""
    out = sum(fit.dropped.values())
    gaps = {"used": t.number(fit.nobs), "out": t.number(out)}
    if fit.converged:
        return t(N_("Converged on {used} observations; {out} rows were left out."), **gaps)
    return t(N_("Not converged on {used} observations: do not use these numbers. {out} rows were left out."), **gaps)
