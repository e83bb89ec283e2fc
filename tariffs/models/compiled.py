"""The exact model's draws from first to last in compiled code, where numba is installed; never needed.

It takes a market and a shock as they are laid out, works on some draws at a time without temporaries, takes Newton's
steps and writes every figure with its residual: the same equations as in ``equations``, of which a test says that
they give the same answers. It serves tame draws. One with a route that nobody used before, an elasticity next to
one, a price that moves twentyfold or a residual left over is not served, and goes the long way in NumPy.
"""

import numpy as np

from tariffs.market.market import Mask
from tariffs.models.answers import FIGURES, Answers
from tariffs.models.kernel import TURN, _climb, _eliminate, _exp, _log, _outside, _powers, _put, _take, njit, read_only
from tariffs.models.layout import Layout
from tariffs.models.nests import Nest, Rows
from tariffs.models.solver import ACCEPTED, PROPOSED, TOLERANCE
from tariffs.sources import Array

WIDE = 120  # draws worked on together: what they need stays in the nearest memory
LONG = 248  # cells of a map that only have to be judged: longer rows of charges and answers are read and written
STEPS = 12
FEW = 0.25  # share of draws worked on together that are put off when the others have closed
FARTHEST, NEAREST = 3.0, 0.05  # net-backs that move more (in logs), and prices (ratios), are left to NumPy


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
    return _served(layout, answers, x, True, PROPOSED if start is not None else TOLERANCE, led=start is None)


def net_backs(layout: Layout, start: Array) -> Array | None:
    """(N, draws) logs, after over before; nothing when a draw is not served."""
    x = np.array(start, order="C")
    left = _served(layout, Answers.of(layout), x, False, TOLERANCE)
    return None if left.any() else x


def _served(layout: Layout, answers: Answers, x: Array, told: bool, enough: float, led: bool = False) -> Mask:
    """Solve all draws, ``led`` from where the first of them ended; who is left in the end is not served."""
    tree = layout.tree
    left, waiting = np.zeros(layout.draws, dtype=np.bool_), np.arange(layout.draws)
    given = [read_only(getattr(layout, name).T) for name in GIVEN]
    judged = enough > TOLERANCE  # read off a map: hardly a cell takes a step
    for last in (False, True):
        with TURN.passed_on():
            waiting = _run(
                tree.routes, tree.maker, *_weighed(tree.labels), *_weighed(tree.makers), *_weighed(tree.sides),
                tree.market_of[tree.branches], tree.home,
                *given, x,
                *(getattr(answers, name).T for name in FIGURES[:-1]), answers.residual, left,
                waiting, last, led and not last, told, enough, TOLERANCE,
                LONG if judged and not last else WIDE,
            )  # fmt: skip
        if not len(waiting):
            break
    return left


def _weighed(nest: Nest) -> tuple[Rows, Rows]:
    """Basket of each good, and which baskets hold several (0: one good alone)."""
    weighed = np.zeros(len(nest.first), dtype=np.intp)
    weighed[nest.several] = 1
    return nest.basket, weighed


@njit
def _run(  # type: ignore[no-untyped-def]
    routes, maker, group, weighed_g, branch, weighed_b, market, weighed_m, importer, at_home,
    tonnes_0, landed_0, net_back_0, A, B, sigma_label, sigma_import, sigma_home, demand_0, supply_0, willing, most,
    x_all, net_back, landed, tonnes, price_index, import_index, residual, left, waiting, last, led, told, enough, aimed,
    wide,
):  # fmt: skip
    """All draws, some at a time, arrays (rows, draws); the last ones overlap with those before.

    Draws that take more steps than most beside them are put off, and end among each other.
    """
    n, r_all = len(x_all), len(routes)
    groups, branches, markets = len(weighed_g), len(weighed_b), len(weighed_m)
    draws = min(wide, len(waiting))
    same = max(
        tonnes_0.shape[1], landed_0.shape[1], net_back_0.shape[1], sigma_label.shape[1], sigma_import.shape[1],
        sigma_home.shape[1], demand_0.shape[1], supply_0.shape[1], willing.shape[1], most.shape[1],
    ) == 1  # fmt: skip
    bits = np.empty(draws, np.int64)
    scale = bits.view(np.float64)
    x, moved, sales = np.empty((n, draws)), np.empty((n, draws)), np.empty((n, draws))
    gap, of_n = np.empty((n, draws)), np.empty((n, draws))
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
    gone, odd, who = np.empty(draws), np.empty(draws), np.empty(draws, np.int64)
    for r in range(r_all):
        seller[group[r]] = maker[r]
    for k in range(branches):
        place[market[k]] = importer[k]
    put_off, late = np.empty(len(waiting) + draws, np.int64), 0
    for block in range((len(waiting) + draws - 1) // draws):
        low = min(block * draws, len(waiting) - draws)
        who[:] = waiting[low : low + draws]
        if not same or block == 0:
            odd[:] = 0.0
            part[:, :], upper[:, :], spent[:, :] = 0.0, 0.0, 0.0
            for i in range(n):
                _take(net_back_0, i, who, of_n[i])
                _take(supply_0, i, who, supply[i])
                _take(willing, i, who, potential[i])
                _take(most, i, who, limit[i])
                _log(potential[i], bits, scale)  # without end comes out as e^709, which is as good
                _log(limit[i], bits, scale)
            for r in range(r_all):
                g, k, i = group[r], branch[group[r]], maker[r]
                _take(tonnes_0, routes[r], who, weight_g[r])
                _take(landed_0, routes[r], who, was[r])
                for d in range(draws):
                    of_b[r, d] = 1.0 / was[r, d]
                for d in range(draws):
                    of_a[r, d] = of_n[i, d] * of_b[r, d]
                for d in range(draws):
                    weight_g[r, d] *= was[r, d]
                    part[g, d] += weight_g[r, d]
                _outside(weight_g[r], 0.0, np.inf, odd)
            for g in range(groups):
                for d in range(draws):
                    upper[branch[g], d] += part[g, d]
            for k in range(branches):
                for d in range(draws):
                    spent[market[k], d] += upper[k, d]
            for m in range(markets):
                _take(demand_0, place[m], who, demand[m])
                _take(sigma_home, place[m], who, power_m[m])
                _powers(power_m[m], weighed_m[m], odd)
            for k in range(branches):
                m = market[k]
                _take(sigma_home if at_home[k] else sigma_import, place[m], who, power_b[k])
                _powers(power_b[k], weighed_b[k], odd)
                for d in range(draws):
                    weight_m[k, d] = upper[k, d] / spent[m, d]
            for g in range(groups):
                k = branch[g]
                _take(sigma_label, importer[k], who, power_g[g])
                _powers(power_g[g], weighed_g[g], odd)
                for d in range(draws):
                    weight_b[g, d] = part[g, d] / upper[k, d]
            for r in range(r_all):
                if weighed_g[group[r]] != 0:
                    for d in range(draws):
                        weight_g[r, d] /= part[group[r], d]
        for r in range(r_all):
            _take(A, routes[r], who, a[r])
            _take(B, routes[r], who, b[r])
            for d in range(draws):
                a[r, d] *= of_a[r, d]
                b[r, d] *= of_b[r, d]
        for i in range(n):
            _take(x_all, i, who, x[i])
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
                    change[r, d] = 1.0 / price[r, d]
                for d in range(draws):
                    sold[r, d] = own[g, d] * label[r, d] * (change[r, d] * of_b[r, d])
                for d in range(draws):
                    sales[i, d] += sold[r, d]
            gone[:] = 0.0
            for i in range(n):
                for d in range(draws):
                    gap[i, d] = sales[i, d]
                _log(gap[i], bits, scale)
                for d in range(draws):
                    offered = min(potential[i, d] + supply[i, d] * x[i, d], limit[i, d])
                    gap[i, d] = offered - gap[i, d] if sales[i, d] > 0.0 else 0.0
                for d in range(draws):
                    gone[d] = gone[d] if gone[d] >= abs(gap[i, d]) else abs(gap[i, d])
            far, near = 0, aimed if step else enough
            for d in range(draws):
                far += not gone[d] <= near
            if step == STEPS or far == 0 or (step and not last and far < FEW * draws):
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
                    change[r, d] = 1.0 - b[r, d] * change[r, d]  # slope of the landed price
                for d in range(draws):
                    sold[r, d] *= moved[i, d]  # part of the producer's sales
                    part[g, d] += sold[r, d]
                for d in range(draws):
                    pull[g, d] += label[r, d] * change[r, d]
                for d in range(draws):
                    slopes[i, i, d] += (1.0 - power_g[g, d]) * sold[r, d] * change[r, d]
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
            _eliminate(slopes, gap)
            for i in range(n):
                for d in range(draws):
                    x[i, d] -= min(max(gap[i, d], -0.7), 0.7)
        row[:] = odd
        for i in range(n):
            _outside(x[i], -FARTHEST, FARTHEST, row)
            _outside(gap[i], -ACCEPTED, ACCEPTED, row)
            _put(x_all, i, who, x[i])
        for r in range(r_all):
            _outside(price[r], NEAREST, 1.0 / NEAREST, row)
        for d in range(draws):
            residual[who[d]], left[who[d]] = gone[d], row[d] > 0.0
            if not last and far and not gone[d] <= near:
                put_off[late] = who[d]
                late += 1
        if led and block == 0 and not left[0]:
            for i in range(n):
                x_all[i, draws:] = x[i, 0]
        if told:
            for i in range(n):
                for d in range(draws):
                    moved[i, d] = of_n[i, d] * moved[i, d] if sales[i, d] > 0.0 else 0.0
                _put(net_back, i, who, moved[i])
            for r in range(r_all):
                for d in range(draws):
                    price[r, d] *= was[r, d]
                _put(landed, routes[r], who, price[r])
                _put(tonnes, routes[r], who, sold[r])
            for m in range(markets):
                _exp(level_m[m], bits, scale)
                _put(price_index, place[m], who, level_m[m])
            for k in range(branches):
                if not at_home[k]:
                    _exp(level_b[k], bits, scale)
                    _put(import_index, importer[k], who, level_b[k])
    return put_off[:late]
