"""One estimate: coefficients with their errors, what was left out and why, and what it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd
from scipy import stats

from tariffs.errors import N_, Said
from tariffs.sources import Array

# Why an observation is not in the estimate.
REASONS = (
    N_("out of sample"),
    N_("missing"),
    N_("infinite"),
    N_("zero weight"),
    N_("singleton"),
    N_("separated"),
)


class EvidenceWarning(UserWarning):
    """Something a reader of an estimate should know; never a reason to stop."""


class NotConverged(EvidenceWarning):
    """The estimator stopped before it settled: its numbers are not to be used."""


class FewClusters(EvidenceWarning):
    """Clustered errors rest on so few groups that they are likely too small."""


@dataclass(frozen=True, slots=True)
class Check:
    """One published number beside ours."""

    term: str
    what: str  # coefficient, standard error, or the name of a statistic
    expected: float
    got: float
    tolerance: float

    @property
    def deviation(self) -> float:
        return self.got - self.expected

    @property
    def ok(self) -> bool:
        # A shade of rounding: 1.2155 is printed 1.216 and read back as 1.216.
        return bool(np.isfinite(self.got)) and abs(self.deviation) <= self.tolerance * (1 + 1e-9)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What it takes to get the same numbers again."""

    data: str = ""
    digest: str = ""
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """An estimate, with the attribute names that statsmodels has.

    Parameters
    ----------
    params : Series of k coefficients, indexed by term.
    vcov : DataFrame (k, k), their covariance.
    nobs : observations used.
    dropped : how many were left out, by reason (``REASONS``, or words of your own).
    df : degrees of freedom of the t distribution; ``None`` for the normal.
    factor, factor_name : what the covariance was multiplied by for small samples, and by whose rule.
    statistics : named numbers about the fit, such as ``pseudo_r2``, ``r2``, ``log_likelihood``, ``clusters``.
    intervals : 95 % intervals that are not symmetric (profile, bootstrap), by term; the others are Wald's.
    tables : further tables by title, for estimates that are more than coefficients.
    """

    params: pd.Series
    vcov: pd.DataFrame
    nobs: int
    estimator: str
    formula: str = ""
    name: str = ""
    title: str = ""
    errors: str = ""  # how the standard errors were made, in words
    df: float | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    converged: bool = True
    factor: float = 1.0
    factor_name: str = "none"
    statistics: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    stamp: Stamp = Stamp()

    @property
    def bse(self) -> pd.Series:
        """Standard errors."""
        return pd.Series(np.sqrt(np.diag(self.vcov.to_numpy(dtype=float))), index=self.params.index, name="se")

    @property
    def tvalues(self) -> pd.Series:
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.params / self.bse).rename("t")

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided probabilities, from the t distribution where ``df`` is given, else from the normal."""
        size = np.abs(self.tvalues.to_numpy(dtype=float))
        tail = stats.norm.sf(size) if self.df is None else stats.t.sf(size, self.df)
        return pd.Series(2.0 * tail, index=self.params.index, name="p")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Intervals, columns ``low`` and ``high``; asymmetric ones only at 95 %."""
        q = stats.norm.ppf(1 - alpha / 2) if self.df is None else stats.t.ppf(1 - alpha / 2, self.df)
        frame = pd.DataFrame({"low": self.params - q * self.bse, "high": self.params + q * self.bse})
        if alpha == 0.05:
            for term, ends in self.intervals.items():
                frame.loc[term, ["low", "high"]] = ends
        return frame

    @property
    def correct(self) -> bool:
        """Whether every published number was met; true when none is on record."""
        return all(check.ok for check in self.checks)

    def to_frame(self) -> pd.DataFrame:
        """One row per term: ``term, estimate, se, t, p, low, high``."""
        frame = pd.DataFrame({"estimate": self.params, "se": self.bse, "t": self.tvalues, "p": self.pvalues})
        return frame.join(self.conf_int()).rename_axis("term").reset_index()

    def facts(self) -> dict[str, str]:
        """Everything but the coefficients, in reading order, as text."""
        held: dict[str, str] = {
            N_("estimator"): self.estimator,
            N_("formula"): self.formula,
            N_("standard errors"): self.errors,
            N_("small-sample factor"): f"{self.factor:.6f} ({self.factor_name})",
            N_("observations"): f"{self.nobs:,}",
            **{self._lost(reason): f"{count:,}" for reason, count in self.dropped.items()},
            N_("converged"): "yes" if self.converged else "no",
            **{name.replace("_", " "): f"{value:.6g}" for name, value in self.statistics.items()},
            N_("data"): " ".join(part for part in (self.stamp.data, self.stamp.digest) if part),
            N_("seed"): "" if self.stamp.seed is None else str(self.stamp.seed),
            N_("versions"): ", ".join(f"{package} {version}" for package, version in self.stamp.versions.items()),
        }
        return {name: text for name, text in held.items() if text}

    @staticmethod
    def _lost(reason: str) -> Said:
        return Said(N_("dropped, {reason}"), reason=Said.of(reason))

    def summary(self) -> str:
        """The whole estimate as plain text."""
        head = self.title or self.name or self.formula
        table = self.to_frame().to_string(index=False, float_format=lambda x: f"{x:.4f}")
        facts = "\n".join(f"{name}: {text}" for name, text in self.facts().items())
        return "\n".join([head, "", table, "", facts, *self.notes])

    __str__ = __repr__ = summary

    def to_dict(self) -> dict[str, object]:
        """Everything, for JSON; missing numbers are ``None``."""
        from tariffs.evidence.write import as_dict

        return as_dict(self)

    def to_csv(self) -> str:
        from tariffs.evidence.write import as_csv

        return as_csv(self)

    def to_latex(self) -> str:
        from tariffs.evidence.write import as_latex

        return as_latex((self,))

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, float_format=lambda x: f"{x:.4f}", escape=True, border=0)
        rows = "".join(f"<tr><th>{escape(n)}</th><td>{escape(x)}</td></tr>" for n, x in self.facts().items())
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<h4>{escape(self.title or self.name or self.formula)}</h4>{table}<table>{rows}</table>{notes}"


def single(term: str, value: float, se: float, nobs: int, estimator: str, **more: object) -> Fit:
    """An estimate of one number."""
    params = pd.Series({term: value}, dtype=float)
    return Fit(params, pd.DataFrame([[se * se]], index=[term], columns=[term]), nobs, estimator, **more)  # type: ignore[arg-type]


def covariance(values: Array, terms: list[str]) -> pd.DataFrame:
    """A covariance with the terms' names on both sides, shape (k, k)."""
    return pd.DataFrame(np.asarray(values, dtype=float), index=terms, columns=terms)
