r"""Straight lines through few points: errors that allow for neighbours in time, t intervals, a wild bootstrap.

With a dozen observations the usual errors are too small. Here the covariance is Newey and West's with the
factor ``n / (n - k)``, intervals use the t distribution with ``n - k`` degrees of freedom, and a second
interval comes from the wild bootstrap of the t statistic, which needs no normal errors. Below
:data:`FEWEST` points no line is drawn at all.

References
----------
Newey and West (1987), Econometrica 55(3), 703-708. Cameron, Gelbach and Miller (2008), Review of Economics and
Statistics 90(3), 414-427, for the bootstrap of t. Hansen (2000), Journal of Econometrics 97(1), 93-115, for the
break test with bootstrapped significance. Ploberger and Krämer (1992), Econometrica 60(2), 271-285, for the CUSUM
of least-squares residuals.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from tariffs.errors import N_, TariffsError
from tariffs.sources import Array

FEWEST = 8
DRAWS = 999


class TooFew(TariffsError):
    """Observations that cannot carry what was asked of them."""

    def __init__(self, what: str, n: int, needed: int) -> None:
        super().__init__(
            N_(
                "{what}: {n} observations, and {needed} are needed. Add quotes to data/prices.csv; until then only the "
                "observations themselves can be shown."
            ),
            what=what,
            n=n,
            needed=needed,
        )


@dataclass(frozen=True)
class Mean:
    """A mean of n figures with its t interval."""

    n: int
    mean: float
    spread: float  # standard deviation; missing (nan) for one figure
    low: float
    high: float
    level: float


def mean(values: Array, level: float = 0.90) -> Mean:
    """Mean and t interval; one figure alone has no interval (infinite ends)."""
    x = np.asarray(values, dtype=float)
    n = len(x)
    if n == 0:
        raise TooFew("A mean", 0, 1)
    if n == 1:
        return Mean(1, float(x[0]), float("nan"), -np.inf, np.inf, level)
    spread = float(x.std(ddof=1))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * spread / np.sqrt(n)
    return Mean(n, float(x.mean()), spread, float(x.mean() - half), float(x.mean() + half), level)


@dataclass(frozen=True)
class Line:
    """``y = a + b x`` through points in time order."""

    x: Array  # (n,)
    y: Array
    level: float
    lags: int  # neighbours that the errors allow for

    @property
    def n(self) -> int:
        return len(self.x)

    @cached_property
    def _design(self) -> Array:
        return np.column_stack([np.ones(self.n), self.x])

    @cached_property
    def coefficients(self) -> Array:
        """(2,) a and b."""
        return np.asarray(np.linalg.lstsq(self._design, self.y, rcond=None)[0])

    @cached_property
    def residuals(self) -> Array:
        return np.asarray(self.y - self._design @ self.coefficients)

    @cached_property
    def covariance(self) -> Array:
        return np.asarray(newey_west(self._design, self.residuals[None, :], self.lags)[0])

    @property
    def slope(self) -> float:
        return float(self.coefficients[1])

    @property
    def error(self) -> float:
        return float(np.sqrt(self.covariance[1, 1]))

    @property
    def t(self) -> float:
        return float(stats.t.ppf((1 + self.level) / 2, self.n - 2))

    @property
    def interval(self) -> tuple[float, float]:
        """Of the slope, by the t distribution."""
        return self.slope - self.t * self.error, self.slope + self.t * self.error

    @property
    def r2(self) -> float:
        return float(1.0 - (self.residuals**2).sum() / ((self.y - self.y.mean()) ** 2).sum())

    @property
    def scale(self) -> float:
        """Standard deviation of a point around the line."""
        return float(np.sqrt((self.residuals**2).sum() / (self.n - 2)))

    @cached_property
    def bootstrap(self) -> tuple[float, float]:
        """Of the slope, by the wild bootstrap of t with signs, 999 draws of a fixed seed."""
        signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(DRAWS, self.n))
        drawn = self._design @ self.coefficients + self.residuals * signs
        solved = drawn @ np.linalg.pinv(self._design).T
        off = drawn - solved @ self._design.T
        errors = np.sqrt(newey_west(self._design, off, self.lags)[:, 1, 1])
        t = np.abs((solved[:, 1] - self.slope) / np.where(errors > 0, errors, np.nan))
        edge = float(np.nanquantile(t, self.level))
        return self.slope - edge * self.error, self.slope + edge * self.error

    def predict(self, x: float) -> tuple[float, float, float]:
        """A new point at ``x``: the line, and the interval in which the point itself should lie."""
        row = np.array([1.0, x])
        middle = float(row @ self.coefficients)
        half = self.t * float(np.sqrt(self.scale**2 + row @ self.covariance @ row))
        return middle, middle - half, middle + half


def line(x: Array, y: Array, what: str, level: float = 0.90, fewest: int = FEWEST) -> Line:
    """A line through points in time order.

    Raises
    ------
    TooFew
        Below ``fewest`` points, or where x never moves.
    """
    if len(x) < fewest or np.ptp(x) <= 0:
        raise TooFew(what, len(x), fewest)
    n = len(x)
    return Line(np.asarray(x, dtype=float), np.asarray(y, dtype=float), level, int(4 * (n / 100.0) ** (2 / 9)))


def newey_west(design: Array, residuals: Array, lags: int) -> Array:
    """(B, k, k) covariances for residuals (B, n), Bartlett weights, times ``n / (n - k)``."""
    n, k = design.shape
    scores = residuals[..., None] * design
    meat = np.einsum("bni,bnj->bij", scores, scores)
    for lag in range(1, lags + 1):
        cross = np.einsum("bni,bnj->bij", scores[:, lag:], scores[:, :-lag])
        meat += (1.0 - lag / (lags + 1.0)) * (cross + cross.swapaxes(1, 2))
    bread = np.linalg.inv(design.T @ design)
    return np.asarray(bread @ meat @ bread * n / (n - k))


@dataclass(frozen=True)
class Break:
    """A test of one line against two."""

    name: str
    at: int  # first observation of the second line
    before: int
    after: int
    f: float
    p: float  # from the F distribution for a known date, from the bootstrap for a searched one


def chow(whole: Line, at: int, name: str) -> Break:
    """Whether the line differs before and after a known observation.

    References
    ----------
    Chow (1960), Econometrica 28(3), 591-605.

    Raises
    ------
    TooFew
        When a side has fewer than four points: a line through three says nothing of its own error.
    """
    sides = at, whole.n - at
    if min(sides) < 4:
        raise TooFew(f"A break {name}", min(sides), 4)
    f = _f(whole, whole.y[None, :], at)[0]
    return Break(name, at, *sides, float(f), float(stats.f.sf(f, 2, whole.n - 4)))


def sup_f(whole: Line, name: str, least: int = 4) -> Break:
    """The most likely break, its significance from 999 wild-bootstrap samples without one."""
    if whole.n < 2 * least + 2:
        raise TooFew(name, whole.n, 2 * least + 2)
    dates = range(least, whole.n - least + 1)
    own = np.array([_f(whole, whole.y[None, :], at)[0] for at in dates])
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(DRAWS, whole.n))
    drawn = whole._design @ whole.coefficients + whole.residuals * signs
    most = np.max([_f(whole, drawn, at) for at in dates], axis=0)
    best = int(own.argmax())
    at = dates[best]
    return Break(name, at, at, whole.n - at, float(own[best]), float((1 + (most >= own[best]).sum()) / (DRAWS + 1)))


@dataclass(frozen=True)
class Drift:
    """How far summed residuals wander from zero, in standard deviations of their sum: no break date is named."""

    statistic: float
    p: float  # by the limit, a Brownian bridge; with a dozen points it finds too little
    critical: float  # at 5 %
    path: Array  # (n,) the sums, in time order


def cusum(whole: Line) -> Drift:
    """CUSUM of the residuals of one line: whether it drifts anywhere, computed by statsmodels."""
    from statsmodels.stats.diagnostic import breaks_cusumolsresid

    statistic, p, critical = breaks_cusumolsresid(whole.residuals, ddof=2)
    path = np.cumsum(whole.residuals) / (whole.scale * np.sqrt(whole.n))
    return Drift(float(statistic), float(p), dict(critical)[5], np.asarray(path))


def _f(whole: Line, y: Array, at: int) -> Array:
    """(B,) F of two lines against one, for outcomes (B, n)."""

    def left(rows: slice) -> Array:
        design = whole._design[rows]
        off = y[:, rows] - (y[:, rows] @ np.linalg.pinv(design).T) @ design.T
        return np.asarray((off**2).sum(axis=1))

    one, two = left(slice(None)), left(slice(None, at)) + left(slice(at, None))
    return np.asarray(((one - two) / 2.0) / (two / (whole.n - 4)))
