r"""The exact nonlinear equilibrium this project exists for: many producers, many markets, three nests.

It is exact for constant elasticities at any size of shock; it stops being good where a route that
does not trade today would start to (a zero share stays zero), and where elasticities would change.

Buyers of market *m* choose between home goods and imports (σ_H), between producers (σ_M) and between
the labels of one producer (σ_L). In ratios after over before, with baseline spending shares *w*:

.. math::
    \hat P_{im} &= (\sum_r w_{r|i} \hat L_r^{1-\sigma_L})^{1/(1-\sigma_L)} \\
    \hat P_{imp} &= (\sum_i w_{i|imp} \hat P_{im}^{1-\sigma_M})^{1/(1-\sigma_M)} \\
    \hat P_m &= (w_h \hat L_h^{1-\sigma_H} + w_{imp} \hat P_{imp}^{1-\sigma_H})^{1/(1-\sigma_H)} \\
    \hat q_r &= \hat P_m^{\epsilon} (\hat P_m/\hat P_{imp})^{\sigma_H}
                (\hat P_{imp}/\hat P_i)^{\sigma_M} (\hat P_i/\hat L_r)^{\sigma_L}

Landed prices are :math:`L_r = A_r n_i + B_r`, supply is :math:`S_i = S_{i0} (n_i/n_{i0})^{\mu_i}`, up to a
producer's capacity where one is on record, and each
producer's net-back *n* clears :math:`S_i = \sum_r q_r`. The unknowns are ln n; the Jacobian is analytic.

References
----------
Armington (1969), IMF Staff Papers 16(1), 159-178; the share form of METHODS section 3.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tariffs.market.market import Market, Mask, Shock
from tariffs.models.ces import LARGEST, index_by_group, index_over_makers, onto, ratio
from tariffs.models.result import Result
from tariffs.models.solver import ACCEPTED, Solution, newton
from tariffs.sources import Array


def solve(market: Market, shock: Shock) -> Result:
    """Clear every producer's sales after a shock.

    Every array may carry a leading batch axis (D,); a market without one is solved as one draw.
    Draws that do not close to 1e-10 come back with ``closed`` false and a reason.
    """
    system = System.of(market, shock)
    start = np.zeros((system.draws, len(market.producers)))
    solution = newton(system.equations, start)
    if (solution.residual > ACCEPTED).any():
        solution = system.in_small_steps(solution.point, solution.residual, solution.steps)
    nests = system.nests(solution.point, np.arange(system.draws))
    closed = (solution.residual <= ACCEPTED) & ~system.essential
    net_back = np.where(system.selling, system.net_back * np.exp(solution.point), 0.0)
    landed = np.where(system.shut, np.inf, nests.landed)
    shape = np.broadcast_shapes(market.batch, shock.A.shape[:-1], shock.B.shape[:-1])
    return Result(
        model="armington",
        market=market,
        shock=shock,
        net_back=net_back.reshape(*shape, -1),
        landed=landed.reshape(*shape, -1),
        tonnes=np.where(nests.live, system.tonnes * nests.growth, 0.0).reshape(*shape, -1),
        price_index=np.exp(nests.total).reshape(*shape, -1),
        import_index=np.exp(nests.imports).reshape(*shape, -1),
        residual=np.where(system.essential, np.inf, solution.residual).reshape(shape),
        closed=closed.reshape(shape),
        reason=system.why_not(solution.residual),
        steps=solution.steps,
    )


@dataclass(frozen=True)
class Nests:
    """Prices, shares and quantities at one point; logs are of ratios, after over before."""

    landed: Array  # (D, R) USD/t
    growth: Array  # (D, R) quantity ratio
    live: Mask  # (D, R)
    imports: Array  # (D, M) ln of the imports' index
    total: Array  # (D, M) ln of the market's index
    within: Array  # (D, R) current share of a route in its producer's spending in the market
    in_imports: Array  # (D, N, M) current share of a producer among imports
    in_market: Array  # (D, N, M) current share of a producer in the whole market


@dataclass(frozen=True)
class System:
    """The equations of one market and shock, laid out by producer and market (N, M)."""

    draws: int
    size: tuple[int, int]  # N, M
    maker: NDArray[np.intp]  # (R,)
    place: NDArray[np.intp]  # (R,)
    group: Array  # (R, N*M) membership of routes in producer-market groups
    at_home: Mask  # (N, M) whether the group sells at home
    shut: Mask  # (R,)
    net_back: Array  # (D, N)
    tonnes: Array  # (D, R)
    landed: Array  # (D, R) before
    A: Array
    B: Array  # (D, R) after
    live: Mask  # (D, R) sells before and may sell after
    within: Array  # (D, R) baseline share in the group
    in_imports: Array  # (D, N, M)
    of_home: Array  # (D, M) baseline share of home goods
    of_imports: Array  # (D, M)
    home_share: Array  # (D, N, M) share of each home group among home goods
    label: Array
    between: Array
    home: Array
    demand: Array  # (D, M) each
    supply: Array  # (D, N)
    potential: Array  # (D, N) ln of what a producer would sell at its net-back without a limit
    limit: Array  # (D, N) ln of its capacity
    selling: Mask  # (D, N) whether the producer has any sales left
    essential: Mask  # (D,) a closed route that buyers cannot do without (σ <= 1)

    @classmethod
    def of(cls, market: Market, shock: Shock) -> "System":
        """Lay out a market and a shock; (R,) inputs are broadcast over the draws."""
        n, m, r = len(market.producers), len(market.importers), len(market.lanes)
        batch = np.broadcast_shapes(market.batch, shock.A.shape[:-1], shock.B.shape[:-1])
        draws = int(np.prod(batch, dtype=int))

        def wide(x: Array, width: int) -> Array:
            return np.broadcast_to(np.asarray(x, dtype=float).reshape(-1, width), (draws, width))

        group = np.zeros((r, n * m))
        group[np.arange(r), market.maker * m + market.place] = 1.0
        at_home = np.zeros((n, m), dtype=bool)
        at_home[market.maker[market.home], market.place[market.home]] = True
        spending, tonnes = wide(market.spending, r), wide(market.tonnes, r)
        by_group = spending @ group  # (D, N*M)
        table = by_group.reshape(draws, n, m)
        homes, imports = (table * at_home).sum(axis=1), (table * ~at_home).sum(axis=1)
        label, between, home = (wide(x, m) for x in (market.sigma_label, market.sigma_import, market.sigma_home))
        live = (spending > 0) & ~shock.closed
        within = ratio(spending, by_group @ group.T)
        in_imports = ratio(table * ~at_home, imports[:, None, :])
        of_home, of_imports = ratio(homes, homes + imports), ratio(imports, homes + imports)
        open_group = ((live * 1.0) @ group).reshape(draws, n, m) > 0
        left_labels = ((within * live) @ group).reshape(draws, n, m)
        left_imports = (in_imports * open_group).sum(axis=1)
        home_share = ratio(table * at_home, homes[:, None, :])
        left_homes = (home_share * open_group).sum(axis=1)
        both = (of_home > 0) & (of_imports > 0)
        essential = (
            _missed(left_labels, label[:, None, :]).any(axis=(1, 2))
            | _missed(left_imports, between).any(axis=1)
            | (both & ((left_imports > 0) != (left_homes > 0)) & (home <= 1.0)).any(axis=1)
            | (_missed(left_homes, home) & (of_home > 0)).any(axis=1)
        )
        return cls(
            draws=draws,
            size=(n, m),
            maker=market.maker,
            place=market.place,
            group=group,
            at_home=at_home,
            shut=np.asarray(shock.closed),
            net_back=wide(market.net_back, n),
            tonnes=tonnes,
            landed=wide(market.landed, r),
            A=wide(shock.A, r),
            B=wide(shock.B, r),
            live=live,
            within=within,
            in_imports=in_imports,
            of_home=of_home,
            of_imports=of_imports,
            home_share=home_share,
            label=label,
            between=between,
            home=home,
            demand=wide(market.demand, m),
            supply=wide(market.supply, n),
            potential=_log(wide(market.willing, n)),
            limit=_log(wide(market.limit, n)),
            selling=((tonnes * live) @ onto(market.maker, n)) > 0,
            essential=essential,
        )

    def nests(self, point: Array, who: NDArray[np.intp]) -> Nests:
        """Climb the three nests at net-backs ``net_back * exp(point)``, shape (len(who), N)."""
        n, m = self.size
        count = len(who)
        label, between, home, demand = self.label[who], self.between[who], self.home[who], self.demand[who]
        live = self.live[who]
        landed = self.A[who] * (self.net_back[who] * np.exp(np.clip(point, -50, 50)))[:, self.maker] + self.B[who]
        with np.errstate(invalid="ignore", divide="ignore"):
            change = np.where(live, np.log(landed / self.landed[who]), 0.0)  # nan where support exceeds cost
        own, within = index_by_group(
            self.within[who] * live,
            change,
            label[:, self.place],
            self.group,
            (label[:, None, :] + np.zeros((n, 1))).reshape(count, -1),
        )
        groups = own.reshape(count, n, m)
        some = ((live * 1.0) @ self.group).reshape(count, n, m) > 0
        imports, in_imports = index_over_makers(self.in_imports[who] * some, groups, between)
        homes, _ = index_over_makers(self.home_share[who] * some, groups, home)
        has_home = ((self.home_share[who] * some).sum(axis=1) > 0) * self.of_home[who]
        has_imports = ((self.in_imports[who] * some).sum(axis=1) > 0) * self.of_imports[who]
        pair, split = index_over_makers(
            np.stack([has_home, has_imports], axis=1), np.stack([homes, imports], axis=1), home
        )
        upper = np.where(self.at_home, homes[:, None, :], imports[:, None, :])
        sigma = np.where(self.at_home, home[:, None, :], between[:, None, :])
        log = (
            (demand * pair)[:, None, :] + home[:, None, :] * (pair[:, None, :] - upper) + sigma * (upper - groups)
        ).reshape(count, -1) @ self.group.T + label[:, self.place] * (own @ self.group.T - change)
        growth = np.exp(np.clip(log, -LARGEST, LARGEST))
        in_market = np.where(
            self.at_home, (self.home_share[who] * some) * split[:, :1, :], in_imports * split[:, 1:, :]
        )
        return Nests(landed, growth, live, imports, pair, within, in_imports, in_market)

    def equations(self, point: Array, who: NDArray[np.intp]) -> tuple[Array, Array]:
        """``ln S - ln sales`` of each producer, and its derivatives in ln n."""
        n, m = self.size
        count = len(who)
        nests = self.nests(point, who)
        selling = self.selling[who]
        sold = np.where(nests.live, self.tonnes[who] * nests.growth, 0.0)
        by_maker = onto(self.maker, n)
        sales = sold @ by_maker
        with np.errstate(divide="ignore", invalid="ignore"):
            offered = self.potential[who] + self.supply[who] * point
            value = np.where(selling, np.minimum(offered, self.limit[who]) - np.log(sales), 0.0)
            part = np.where(sales[:, self.maker] > 0, sold / sales[:, self.maker], 0.0)
            slope = np.where(nests.live, 1.0 - self.B[who] / nests.landed, 0.0)  # dln L / dln n = A n / L
        label, between, home = self.label[who][:, None, :], self.between[who][:, None, :], self.home[who][:, None, :]
        table = (count, n, m)
        sigma_up = np.where(self.at_home, home, between)
        part_in = (part @ self.group).reshape(table)  # (D, N, M) y of each group
        pull = ((nests.within * slope) @ self.group).reshape(table)  # mean slope inside a group
        own = -((part * slope * self.label[who][:, self.place]) @ self.group).reshape(table)
        diagonal = (own + (label - sigma_up) * part_in * pull).sum(axis=2)
        importing = part_in * ~self.at_home
        rival = (importing * (between - home)) @ (nests.in_imports * pull).swapaxes(1, 2)
        every = part_in * (home + self.demand[who][:, None, :])
        whole = every @ (nests.in_market * pull).swapaxes(1, 2)
        jacobian = -(rival + whole)
        here = np.arange(n)
        jacobian[:, here, here] += np.where(offered < self.limit[who], self.supply[who], 0.0) - diagonal
        jacobian = np.where(selling[:, :, None] & selling[:, None, :], jacobian, 0.0)
        jacobian[:, here, here] = np.where(selling, jacobian[:, here, here], 1.0)
        return value, jacobian

    def in_small_steps(self, point: Array, residual: Array, steps: int) -> Solution:
        """Walk the draws that did not close from the old policy to the new one in small steps."""
        late = np.flatnonzero((residual > ACCEPTED) & ~self.essential)
        point, residual = point.copy(), residual.copy()
        if len(late):
            safe = np.where(self.landed > 0, self.landed, 1.0)
            price = np.where(self.tonnes > 0, safe, 1.0)
            old_A = np.where(
                self.live, self.A * price / np.maximum(self.A * self.net_back[:, self.maker] + self.B, 1e-9), self.A
            )
            old_B = np.where(self.live, price - old_A * self.net_back[:, self.maker], self.B)
            here = np.zeros((len(late), self.size[0]))
            for share in np.linspace(0.0, 1.0, 17):
                road = replace(self, A=old_A + share * (self.A - old_A), B=old_B + share * (self.B - old_B))
                found = newton(lambda x, who, road=road: road.equations(x, late[who]), here)  # type: ignore[misc]
                here, steps = found.point, steps + found.steps
            better = found.residual < residual[late]
            point[late[better]], residual[late[better]] = here[better], found.residual[better]
        return Solution(point, residual, steps)

    def why_not(self, residual: Array) -> str:
        """Why the draws that did not close did not; empty when all did."""
        if self.essential.any():
            return (
                "a closed route is one that buyers cannot do without: its elasticity of substitution is 1 or less, "
                "so no finite price replaces it. Raise the elasticity above 1 or leave the route open."
            )
        if (residual <= ACCEPTED).all():
            return ""
        nothing = ((self.A * self.net_back[:, self.maker] + self.B) <= 0) & self.live
        if nothing.any():
            return (
                "support exceeds the whole cost of a route, so its landed price falls to zero or below. "
                "Lower the award or the negative charge on it."
            )
        return (
            f"supply and sales still differ by {float(residual.max()):.1e} in logs. Likely causes: an elasticity "
            "at the edge of its range, a charge many times the price, or two changes that pull far apart. "
            "Try a smaller change first."
        )


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log(values)
    return logs


def _missed(left: Array, sigma: Array) -> Mask:
    """Where part of a basket is closed and nothing replaces it: σ of one or less makes its price infinite."""
    return (left > 0) & (left < 1 - 1e-12) & (sigma <= 1.0)
