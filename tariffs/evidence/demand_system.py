"""An estimated demand system: elasticities with their errors, curvature, and tests of demand theory."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from tariffs.sources import Array

Index = Literal["stone", "stone_lagged", "laspeyres", "paasche", "tornqvist"]
Base = Literal["first", "mean"]
At = Literal["mean_prices", "mean_shares"]


@dataclass(frozen=True)
class Test:
    """A Wald test of restrictions: chi-squared, and the F form that few observations call for."""

    name: str
    statistic: float
    restrictions: int
    p_chi2: float
    p_f: float


@dataclass(frozen=True)
class Elasticities:
    """Elasticities with their standard errors, at the system's ``shares``."""

    value: Array
    error: Array


@dataclass(frozen=True)
class DemandSystem:
    """An estimated system, all n goods included."""

    goods: tuple[str, ...]
    index: Index
    base: Base
    restrictions: tuple[str, ...]
    periods: int
    at: At
    shares: Array  # (n,) at which elasticities are taken
    base_shares: Array  # (n,) shares that weigh the index in the base
    coefficients: Array  # (2n + n*n,) alpha, beta, gamma by rows
    covariance: Array  # of the coefficients
    r2: Array  # (n,)
    tests: tuple[Test, ...]

    @property
    def alpha(self) -> Array:
        return self.coefficients[: len(self.goods)]

    @property
    def beta(self) -> Array:
        n = len(self.goods)
        return self.coefficients[n : 2 * n]

    @property
    def gamma(self) -> Array:
        """(n, n) response of share i to the log price of j."""
        n = len(self.goods)
        return self.coefficients[2 * n :].reshape(n, n)

    @cached_property
    def expenditure(self) -> Elasticities:
        """(n,) response of each quantity to total spending, ``1 + beta_i / w_i``."""
        n = len(self.goods)
        slope = np.zeros((n, len(self.coefficients)))
        slope[np.arange(n), n + np.arange(n)] = 1.0 / self.shares
        return self._line(np.ones(n), slope)

    @cached_property
    def marshallian(self) -> Elasticities:
        r"""(n, n) response to prices at given spending, ``-δ_ij + (γ_ij - β_i v_j) / w_i``.

        ``v_j`` is how the index moves with the price of j: its share for Stone and Paasche, the base
        share for Laspeyres, the mean of both for Törnqvist.
        """
        return self._line(-np.eye(len(self.goods)), self._marshall_slope)

    @cached_property
    def hicksian(self) -> Elasticities:
        """(n, n) response to prices with the buyer compensated, ``Marshall + expenditure_i w_j``."""
        n = len(self.goods)
        slope = self._marshall_slope.copy()
        for i in range(n):
            slope[i, :, n + i] += self.shares / self.shares[i]
        return self._line(-np.eye(n) + np.tile(self.shares, (n, 1)), slope)

    @cached_property
    def curvature(self) -> Array:
        """(n,) eigenvalues of the Slutsky terms ``w_i e_ij`` (made symmetric), smallest first.

        Demand theory wants none above zero; one is zero by homogeneity where that is imposed.
        """
        terms = self.hicksian.value * self.shares[:, None]
        return np.asarray(np.linalg.eigvalsh((terms + terms.T) / 2.0), dtype=np.float64)

    @property
    def concave(self) -> bool:
        """Whether the compensated responses are those of a cost-minimising buyer, at ``shares``."""
        return bool((self.curvature <= 1e-8).all())

    @property
    def _index_weights(self) -> Array:
        weights = {"laspeyres": self.base_shares, "tornqvist": (self.shares + self.base_shares) / 2.0}
        return weights.get(self.index, self.shares)

    @cached_property
    def _marshall_slope(self) -> Array:
        """(n, n, K) derivative of each elasticity in the coefficients."""
        n = len(self.goods)
        slope = np.zeros((n, n, len(self.coefficients)))
        for i in range(n):
            for j in range(n):
                slope[i, j, 2 * n + i * n + j] += 1.0 / self.shares[i]
                slope[i, j, n + i] -= self._index_weights[j] / self.shares[i]
        return slope

    def _line(self, constant: Array, slope: Array) -> Elasticities:
        variance = np.einsum("...k,kl,...l->...", slope, self.covariance, slope)
        return Elasticities(constant + slope @ self.coefficients, np.sqrt(np.maximum(variance, 0.0)))
