r"""What σ_L and σ_M are consistent with Georgia's imports after the Iranian label was barred (February 2021).

The model itself is asked: a Georgian market of 2020, the Iranian label closed, and the log odds of every other
label against the Iraqi one compared with what was counted afterwards. Between 2020 and 2023 Azerbaijan all but
left and Russia came in, which no ban explains; so each maker's landed price also moves by a shock of stated
size, and a span's shares carry the noise seen between parts of one regime. Both are integrated out:

.. math:: m \sim N(g(\sigma_L, \sigma_M, \phi),\; s^2 G G' + \Omega), \qquad
          L(\sigma_L, \sigma_M) = \sum_\phi w_\phi \, N(m; \cdot)

*g* are the model's log odds with the ban alone, *G* their slopes in the makers' log prices, *s* the spread of
those prices, *Ω* the noise of the spans, and *φ* the part of the Iraqi label that was made in Iran, which nobody
counted. The ban alone moves every rival alike, so even without noise it tells a curve of (σ_L, σ_M, φ), not a
point; what bounds σ_M is how far shares moved against *s*, so it is their product that the data know. Where the
profile of an elasticity stays within the 90 % bound up to the end of the grid, the data do
not bound it there, and the answer says so.

References
----------
The likelihood-ratio bound is Wilks (1938), Annals of Mathematical Statistics 9(1), 60-62. The equations are
those of :mod:`tariffs.models.armington`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tariffs.errors import N_, NotSolved
from tariffs.evidence import georgia
from tariffs.market.market import Lane, Market, Shock
from tariffs.models import armington
from tariffs.sources import Array, central
from tariffs.store import Library

MAKERS = ("AZE", "RUS", "TUR", "IRQ", "IRN")
LANES = (
    *(Lane(maker, maker, georgia.IMPORTER) for maker in georgia.RIVALS),
    Lane("IRQ", "IRQ", georgia.IMPORTER),
    Lane("IRN", "IRQ", georgia.IMPORTER),
    Lane("IRN", "IRN", georgia.IMPORTER),
)
GRID = np.exp(np.linspace(np.log(1.2), np.log(60.0), 41))  # of both elasticities
RELABELLED = np.array([0.10, 0.25, 0.40, 0.60, 0.80])  # φ: the range of the baseline, 10 to 80 %
WEIGHTS = np.array([0.10, 0.25, 0.30, 0.25, 0.10])  # of each φ: the middle likeliest, as in the baseline
SPREADS = (0.10, 0.25, 0.40)  # s; the middle one, the answer's, is what relative FOB quotes did (prices.py)
SMALL = 99.0  # supply elasticity to Georgia: 0.1 Mt a year out of what each maker sells
BOUND_90 = 2.7055  # 90 % of chi-squared with one degree of freedom
STEP = 1e-3  # of a log price, for slopes


@dataclass(frozen=True)
class Interval:
    """Where a profile stays within its bound; an end on the edge of the grid is no end."""

    best: float
    low: float
    high: float
    bounded_below: bool
    bounded_above: bool
    flatness: float  # the most that twice the log likelihood falls along the whole profile

    @property
    def identified(self) -> bool:
        return self.bounded_below and self.bounded_above


@dataclass(frozen=True)
class LabelEvidence:
    """Log likelihood over the grid of σ_L (rows) and σ_M (columns), and what it was made from."""

    grid: Array
    log_likelihood: Array  # (σ_L, σ_M)
    spread: float  # of makers' log prices, stated
    noise: georgia.Noise
    windows: tuple[georgia.Window, ...]  # before, then after
    moments: int
    sources: tuple[str, ...]

    @property
    def label_profile(self) -> Array:
        return np.asarray(self.log_likelihood.max(axis=1) - self.log_likelihood.max())

    @property
    def maker_profile(self) -> Array:
        return np.asarray(self.log_likelihood.max(axis=0) - self.log_likelihood.max())

    @cached_property
    def label(self) -> Interval:
        """σ_L."""
        return interval(self.grid, self.label_profile)

    @cached_property
    def makers(self) -> Interval:
        """σ_M."""
        return interval(self.grid, self.maker_profile)


def interval(grid: Array, profile: Array, bound: float = BOUND_90) -> Interval:
    """The part of a grid where twice the log likelihood lies within ``bound`` of its top."""
    kept = np.flatnonzero(2.0 * profile >= -bound)
    return Interval(
        best=float(grid[int(profile.argmax())]),
        low=float(grid[kept[0]]),
        high=float(grid[kept[-1]]),
        bounded_below=bool(kept[0] > 0),
        bounded_above=bool(kept[-1] < len(grid) - 1),
        flatness=float(-2.0 * profile.min()),
    )


def estimate(library: Library, spread: float = SPREADS[1], grid: Array = GRID) -> LabelEvidence:
    """The likelihood of what Georgia bought, over both elasticities of substitution."""
    return sensitivity(library, (spread,), grid)[0]


def sensitivity(
    library: Library,
    spreads: Sequence[float] = SPREADS,
    grid: Array = GRID,
    seen: georgia.Observed | None = None,
) -> tuple[LabelEvidence, ...]:
    """The same for several stated spreads of makers' prices; the model is solved once for all of them.

    Raises
    ------
    NotSolved
        When the market does not clear somewhere on the grid.
    """
    seen = seen or georgia.observed(library)
    before, after, noise = seen.before, seen.after, seen.noise
    at_ban, slopes = _model(library, before, grid)  # (φ, σ_L, σ_M, K), (…, K, makers)
    found = []
    moments = 0
    for spread in spreads:
        by_phi = np.zeros(at_ban.shape[:-1])
        moments = 0
        for number, later in enumerate(after):
            change = later.odds() - before.odds()
            named = np.flatnonzero(np.isfinite(change))
            moments += len(named)
            g, slope = at_ban[..., named] - before.odds()[named], slopes[..., named, :]
            shared = noise.spread**2 * (1.0 / noise.per_regime[0] + 1.0 / noise.per_regime[number + 1])
            # Odds against one label share its noise: half of each variance is common.
            omega = shared * (np.eye(len(named)) + 1.0) / 2.0
            covariance = spread**2 * slope @ slope.swapaxes(-1, -2) + omega
            by_phi += _log_normal(change[named] - g, covariance)
        top = by_phi.max(axis=0)
        mixed = top + np.log((WEIGHTS[:, None, None] * np.exp(by_phi - top)).sum(axis=0))
        sources = tuple(dict.fromkeys(s for w in (before, *after) for s in w.sources))
        found.append(LabelEvidence(grid, mixed, spread, noise, (before, *after), moments, sources))
    return tuple(found)


def georgian_market(library: Library, before: georgia.Window, relabelled: Array, label: Array, makers: Array) -> Market:
    """Georgia in 2020, one draw per (φ, σ_L, σ_M): the counted tonnes at the baseline's delivered prices."""
    price = _prices(library)
    iraqi = before.tonnes[georgia.OTHER_LABEL]
    known = {
        **{Lane(m, m, georgia.IMPORTER): np.full(len(label), before.tonnes[m]) for m in georgia.RIVALS},
        LANES[3]: iraqi * (1.0 - relabelled),
        LANES[4]: iraqi * relabelled,
        LANES[5]: np.full(len(label), before.tonnes[georgia.BARRED]),
    }
    return Market(
        producers=MAKERS,
        importers=(georgia.IMPORTER,),
        lanes=LANES,
        tonnes=np.stack([known[lane] for lane in LANES], axis=-1),
        net_back=np.array([price[Lane(m, m, georgia.IMPORTER)] for m in MAKERS]),
        A=np.array([price[lane] / price[Lane(lane.producer, lane.producer, georgia.IMPORTER)] for lane in LANES]),
        B=np.zeros(len(LANES)),
        supply=np.full(len(MAKERS), SMALL),
        demand=np.array([_demand(library)]),
        sigma_label=label[:, None],
        sigma_import=makers[:, None],
        sigma_home=makers[:, None],
    )


def _model(library: Library, before: georgia.Window, grid: Array) -> tuple[Array, Array]:
    """Log odds with the ban alone, and their slopes in each maker's log price, over φ, σ_L and σ_M."""
    phi, label, makers = (x.ravel() for x in np.meshgrid(RELABELLED, grid, grid, indexing="ij"))
    market = georgian_market(library, before, phi, label, makers)
    closed = np.array([lane.label == georgia.BARRED for lane in LANES])
    shape = (len(RELABELLED), len(grid), len(grid))

    def odds(prices: Mapping[str, float]) -> Array:
        factor = np.array([np.exp(prices.get(lane.producer, 0.0)) for lane in LANES])
        result = armington.solve(market, Shock(market.A * factor, market.B, closed))
        if not result.closed.all():
            raise NotSolved(
                N_("The Georgian market does not clear over the whole grid: {reason}"), reason=result.reason
            )
        sold = result.tonnes
        iraqi = sold[:, 3] + sold[:, 4]
        return np.asarray(np.log(sold[:, :3] / iraqi[:, None])).reshape(*shape, -1)

    base = odds({})
    return base, np.stack([(odds({maker: STEP}) - base) / STEP for maker in MAKERS], axis=-1)


def _log_normal(off: Array, covariance: Array) -> Array:
    _, logs = np.linalg.slogdet(covariance)
    squares = np.einsum("...i,...i->...", off, np.linalg.solve(covariance, off[..., None])[..., 0])
    return np.asarray(-0.5 * (squares + logs + off.shape[-1] * np.log(2.0 * np.pi)))


def _prices(library: Library) -> dict[Lane, float]:
    rows = {Lane(*flow.route): central(flow.usd_per_t) for flow in library.flows.values()}
    return {lane: rows[lane] for lane in LANES}


def _demand(library: Library) -> float:
    row = library.elasticities.require(("total_demand",), library.baseline.product, georgia.IMPORTER)
    return central(row.value)
