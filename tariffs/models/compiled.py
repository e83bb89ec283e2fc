"""The exact model's draws from first to last in compiled code, where numba is installed; never needed.

It takes a market and a shock as they are laid out, works on some draws at a time without temporaries, takes Newton's
steps and writes every figure with its residual: the same equations as in ``equations``, of which a test says that
they give the same answers. It serves tame draws. One with a route that nobody used before, an elasticity next to
one, a price that moves twentyfold or a residual left over is not served, and goes the long way in NumPy.
"""

import numpy as np

from tariffs.market.market import Mask
from tariffs.models.answers import Answers
from tariffs.models.kernel import _climb, _exp, _log, njit
from tariffs.models.layout import Layout
from tariffs.models.nests import NEAR_ONE, Nest, Rows
from tariffs.models.solver import ACCEPTED, PROPOSED, TOLERANCE
from tariffs.sources import Array

WIDE = 120  # draws worked on together: what they need stays in the nearest memory
STEPS = 12
FARTHEST, NEAREST = 3.0, 0.05  # net-backs that move more (in logs), and prices (ratios), are left to NumPy
STEEPEST = 200.0  # so are elasticities beyond


GIVEN = (
    "tonnes", "landed", "net_back", "A", "B", "sigma_label", "sigma_import", "sigma_home", "demand", "supply",
    "willing", "limit",
)  # fmt: skip


def served(layout: Layout) -> bool:
    """Whether compiled code can try: every route that trades is open."""
    return len(layout.tree.idle) == 0


def fill(answers: Answers, start: Array | None = None) -> Mask:
    """Answer all draws, from net-backs (N, draws) in logs where some are known, and tell which are not served."""
    layout = answers.layout
    x = np.zeros((layout.net_back.shape[1], layout.draws)) if start is None else np.array(start, order="C")
    answers.price_index[:], answers.import_index[:] = 1.0, 1.0
    return _served(layout, answers, x, True, PROPOSED if start is not None else TOLERANCE)


def net_backs(layout: Layout, start: Array) -> Array | None:
    """(N, draws) logs, after over before; nothing when a draw is not served."""
    x = np.array(start, order="C")
    left = _served(layout, Answers.of(layout), x, False, TOLERANCE)
    return None if left.any() else x


def _served(layout: Layout, answers: Answers, x: Array, told: bool, enough: float) -> Mask:
    tree = layout.tree
    left = np.zeros(layout.draws, dtype=np.bool_)
    _run(
        tree.routes, tree.maker, *_weighed(tree.labels), *_weighed(tree.makers), *_weighed(tree.sides),
        tree.market_of[tree.branches], tree.home,
        *(np.ascontiguousarray(getattr(layout, name)) for name in GIVEN), x,
        answers.net_back, answers.landed, answers.tonnes, answers.price_index, answers.import_index,
        answers.residual, left, told, enough, TOLERANCE,
    )  # fmt: skip
    return left


def _weighed(nest: Nest) -> tuple[Rows, Rows]:
    """Basket of each good, and which baskets hold several (0: one good alone)."""
    weighed = np.zeros(len(nest.first), dtype=np.intp)
    weighed[nest.several] = 1
    return nest.basket, weighed


@njit
def _row(values, draw):  # type: ignore[no-untyped-def]
    """Where a draw stands in an array that may hold one row for all."""
    return draw if len(values) > 1 else 0


@njit
def _fair(power):  # type: ignore[no-untyped-def]
    """Whether an exponent 1 - σ keeps its digits here."""
    return abs(power) >= NEAR_ONE and abs(power) <= STEEPEST


@njit
def _run(  # type: ignore[no-untyped-def]
    routes, maker, group, weighed_g, branch, weighed_b, market, weighed_m, importer, at_home,
    tonnes_0, landed_0, net_back_0, A, B, sigma_label, sigma_import, sigma_home, demand_0, supply_0, willing, most,
    x_all, net_back, landed, tonnes, price_index, import_index, residual, left, told, enough, aimed,
):  # fmt: skip
    """All draws, some at a time; the last ones overlap with those before."""
    draws_all = x_all.shape[1]
    n, r_all = len(x_all), len(routes)
    groups, branches, markets = len(weighed_g), len(weighed_b), len(weighed_m)
    draws = min(WIDE, draws_all)
    same = max(
        len(tonnes_0), len(landed_0), len(net_back_0), len(sigma_label), len(sigma_import), len(sigma_home),
        len(demand_0), len(supply_0), len(willing), len(most),
    ) == 1  # fmt: skip
    bits = np.empty(draws, np.int64)
    scale = bits.view(np.float64)
    x, moved, sales = np.empty((n, draws)), np.empty((n, draws)), np.empty((n, draws))
    gap = np.empty((n, draws))
    potential, supply, limit = np.empty((n, draws)), np.empty((n, draws)), np.empty((n, draws))
    a, b, was = np.empty((r_all, draws)), np.empty((r_all, draws)), np.empty((r_all, draws))
    of_a, of_b = np.empty((r_all, draws)), np.empty((r_all, draws))
    price, change, label = np.empty((r_all, draws)), np.empty((r_all, draws)), np.empty((r_all, draws))
    sold, weight_g = np.empty((r_all, draws)), np.empty((r_all, draws))
    own, between, pull = np.empty((groups, draws)), np.empty((groups, draws)), np.empty((groups, draws))
    part, power_g, weight_b = np.empty((groups, draws)), np.empty((groups, draws)), np.empty((groups, draws))
    upper, side, level_b = np.empty((branches, draws)), np.empty((branches, draws)), np.empty((branches, draws))
    power_b, weight_m = np.empty((branches, draws)), np.empty((branches, draws))
    total, level_m, power_m = np.empty((markets, draws)), np.empty((markets, draws)), np.empty((markets, draws))
    demand, spent = np.empty((markets, draws)), np.empty((markets, draws))
    slopes, row, answer = np.empty((n, n, draws)), np.empty(draws), np.empty(draws)
    seller, place = np.empty(groups, np.int64), np.empty(markets, np.int64)
    fair = np.empty(draws, np.bool_)
    for r in range(r_all):
        seller[group[r]] = maker[r]
    for k in range(branches):
        place[market[k]] = importer[k]
    for block in range((draws_all + draws - 1) // draws):
        low = min(block * draws, draws_all - draws)
        if block == 0 or not same:
            part[:, :], upper[:, :], spent[:, :] = 0.0, 0.0, 0.0
            for d in range(draws):
                t, p, e = _row(tonnes_0, low + d), _row(landed_0, low + d), _row(net_back_0, low + d)
                fair[d] = True
                for r in range(r_all):
                    q, g = routes[r], group[r]
                    was[r, d] = landed_0[p, q]
                    spending = tonnes_0[t, q] * was[r, d]
                    fair[d] &= spending > 0.0
                    of_b[r, d] = 1.0 / was[r, d]
                    of_a[r, d] = net_back_0[e, maker[r]] * of_b[r, d]
                    weight_g[r, d] = spending
                    part[g, d] += spending
                    upper[branch[g], d] += spending
                    spent[market[branch[g]], d] += spending
                u, v, w = _row(sigma_label, low + d), _row(sigma_import, low + d), _row(sigma_home, low + d)
                y, s = _row(demand_0, low + d), _row(supply_0, low + d)
                z, c = _row(willing, low + d), _row(most, low + d)
                for m in range(markets):
                    demand[m, d] = demand_0[y, place[m]]
                    power_m[m, d] = 1.0 - sigma_home[w, place[m]]
                    fair[d] &= weighed_m[m] == 0 or _fair(power_m[m, d])
                for k in range(branches):
                    m = market[k]
                    power_b[k, d] = power_m[m, d] if at_home[k] else 1.0 - sigma_import[v, place[m]]
                    weight_m[k, d] = upper[k, d] / spent[m, d]
                    fair[d] &= weighed_b[k] == 0 or _fair(power_b[k, d])
                for g in range(groups):
                    k = branch[g]
                    power_g[g, d] = 1.0 - sigma_label[u, importer[k]]
                    weight_b[g, d] = part[g, d] / upper[k, d]
                    fair[d] &= weighed_g[g] == 0 or _fair(power_g[g, d])
                for r in range(r_all):
                    weight_g[r, d] /= part[group[r], d]
                for i in range(n):
                    supply[i, d], potential[i, d], limit[i, d] = supply_0[s, i], willing[z, i], most[c, i]
            for i in range(n):
                _log(potential[i], bits, scale)  # without end comes out as e^709, which is as good
                _log(limit[i], bits, scale)
        for d in range(draws):
            j, h = _row(A, low + d), _row(B, low + d)
            for r in range(r_all):
                a[r, d], b[r, d] = A[j, routes[r]] * of_a[r, d], B[h, routes[r]] * of_b[r, d]
        for i in range(n):
            for d in range(draws):
                x[i, d] = x_all[i, low + d]
        for step in range(STEPS + 1):
            for i in range(n):
                for d in range(draws):
                    moved[i, d] = x[i, d]
                _exp(moved[i], bits, scale)
                sales[i, :] = 0.0
            for r in range(r_all):
                i = maker[r]
                for d in range(draws):
                    price[r, d] = a[r, d] * moved[i, d] + b[r, d]
                    change[r, d] = price[r, d]
                _log(change[r], bits, scale)
            _climb(change, group, weighed_g, weight_g, power_g, own, label, bits, scale)
            _climb(own, branch, weighed_b, weight_b, power_b, upper, between, bits, scale)
            _climb(upper, market, weighed_m, weight_m, power_m, total, side, bits, scale)
            level_m[:, :], level_b[:, :] = total, upper
            for m in range(markets):
                for d in range(draws):
                    total[m, d] *= 1.0 + demand[m, d]
                _exp(total[m], bits, scale)
                for d in range(draws):
                    total[m, d] *= spent[m, d]
            for k in range(branches):
                m = market[k]
                for d in range(draws):
                    upper[k, d] = total[m, d] * side[k, d]
            for g in range(groups):
                k = branch[g]
                for d in range(draws):
                    own[g, d] = upper[k, d] * between[g, d]
            for r in range(r_all):
                g, i = group[r], maker[r]
                for d in range(draws):
                    change[r, d] = own[g, d] * label[r, d]
                for d in range(draws):
                    sold[r, d] = change[r, d] / (price[r, d] * was[r, d])
                for d in range(draws):
                    sales[i, d] += sold[r, d]
            worst = 0.0
            for i in range(n):
                for d in range(draws):
                    gap[i, d] = sales[i, d]
                _log(gap[i], bits, scale)
                for d in range(draws):
                    offered = min(potential[i, d] + supply[i, d] * x[i, d], limit[i, d])
                    gap[i, d] = offered - gap[i, d] if sales[i, d] > 0.0 else 0.0
                for d in range(draws):
                    worst = max(worst, abs(gap[i, d]))
            if step == STEPS or worst <= (aimed if step else enough):
                break
            pull[:, :] = 0.0
            part[:, :] = 0.0
            slopes[:, :, :] = 0.0
            for i in range(n):
                for d in range(draws):
                    moved[i, d] = 1.0 / sales[i, d] if sales[i, d] > 0.0 else 0.0
                for d in range(draws):
                    below = potential[i, d] + supply[i, d] * x[i, d] < limit[i, d]
                    slopes[i, i, d] = supply[i, d] if below else 0.0
            for r in range(r_all):
                g, i = group[r], maker[r]
                for d in range(draws):
                    price[r, d] = 1.0 - b[r, d] / price[r, d]  # slope of the landed price
                for d in range(draws):
                    sold[r, d] *= moved[i, d]  # part of the producer's sales
                    part[g, d] += sold[r, d]
                for d in range(draws):
                    pull[g, d] += label[r, d] * price[r, d]
                for d in range(draws):
                    slopes[i, i, d] += (1.0 - power_g[g, d]) * sold[r, d] * price[r, d]
            for g in range(groups):
                i, k = seller[g], branch[g]
                for d in range(draws):
                    row[d] = (power_g[g, d] - power_b[k, d]) * part[g, d]
                for d in range(draws):
                    slopes[i, i, d] += row[d] * pull[g, d]
            for g in range(groups):
                for d in range(draws):
                    pull[g, d] *= between[g, d]
            for k in range(branches):  # how buyers of branch k answer a price in branch o of the same market
                for o in range(branches):
                    m = market[k]
                    if market[o] != m:
                        continue
                    for d in range(draws):
                        row[d] = (1.0 - power_m[m, d] + demand[m, d]) * side[o, d]
                    if k == o:
                        for d in range(draws):
                            row[d] += power_m[m, d] - power_b[k, d]
                    for g in range(groups):
                        if branch[g] != k:
                            continue
                        for d in range(draws):
                            answer[d] = part[g, d] * row[d]
                        for h in range(groups):
                            if branch[h] == o:
                                i, j = seller[g], seller[h]
                                for d in range(draws):
                                    slopes[i, j, d] -= answer[d] * pull[h, d]
            for k in range(n - 1):  # Gauss, as in solver.by_elimination
                for i in range(k + 1, n):
                    for d in range(draws):
                        down = slopes[i, k, d] / slopes[k, k, d]
                        slopes[i, k, d] = down
                        gap[i, d] -= down * gap[k, d]
                    for j in range(k + 1, n):
                        for d in range(draws):
                            slopes[i, j, d] -= slopes[i, k, d] * slopes[k, j, d]
            for k in range(n - 1, -1, -1):
                for d in range(draws):
                    gap[k, d] /= slopes[k, k, d]
                for i in range(k):
                    for d in range(draws):
                        gap[i, d] -= slopes[i, k, d] * gap[k, d]
            for i in range(n):
                for d in range(draws):
                    x[i, d] -= min(max(gap[i, d], -0.7), 0.7)
        for d in range(draws):
            gone, tame = 0.0, fair[d]
            for i in range(n):
                gone = max(gone, abs(gap[i, d]))
                tame &= abs(x[i, d]) < FARTHEST and gap[i, d] == gap[i, d]
                x_all[i, low + d] = x[i, d]
            for r in range(r_all):
                tame &= price[r, d] > NEAREST and price[r, d] * NEAREST < 1.0
            residual[low + d] = gone
            left[low + d] = not (tame and gone <= ACCEPTED)
        if told:
            for m in range(markets):
                _exp(level_m[m], bits, scale)
            for k in range(branches):
                _exp(level_b[k], bits, scale)
            for d in range(draws):
                j, e = low + d, _row(net_back_0, low + d)
                for i in range(n):
                    net_back[j, i] = net_back_0[e, i] * moved[i, d] if sales[i, d] > 0.0 else 0.0
                for r in range(r_all):
                    landed[j, routes[r]], tonnes[j, routes[r]] = price[r, d] * was[r, d], sold[r, d]
                for m in range(markets):
                    price_index[j, place[m]] = level_m[m, d]
                for k in range(branches):
                    if not at_home[k]:
                        import_index[j, importer[k]] = level_b[k, d]
