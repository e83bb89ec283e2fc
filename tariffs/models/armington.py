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

from collections.abc import Callable

import numpy as np

from tariffs.errors import N_
from tariffs.market.market import Market, Mask, Shock
from tariffs.models import compiled, kernel
from tariffs.models.answers import FIGURES, Answers
from tariffs.models.equations import System
from tariffs.models.lattice import read_off
from tariffs.models.layout import Layout
from tariffs.models.nests import Rows
from tariffs.models.result import SUPPORT, Result, reasons_of
from tariffs.models.solver import ACCEPTED, PROPOSED, Solution, newton, with_pivots
from tariffs.models.surface import Surface
from tariffs.sources import Array

# Draws worked on together. What they need stays in the cache, and products of this size stay on one core: BLAS
# would share larger ones among threads, which costs more than it saves, most of all where cores are busy.
BLOCK = 1024
WORTHWHILE = 2000  # draws from which on a surface pays, or loading compiled code
ROAD = 16  # small steps from the old policy to the new, for draws that do not close at once
ROAD_STEPS, LOST = 25, 1.0


def solve(market: Market, shock: Shock) -> Result:
    """Clear every producer's sales after a shock.

    Every array may carry leading batch axes (D,); a market without one is solved as one draw. A draw that
    does not close to 1e-10 comes back where it was, with ``closed`` false and a reason.
    """
    layout = Layout.of(market, shock)
    answers, many = Answers.of(layout), layout.draws >= WORTHWHILE
    with np.errstate(all="ignore"):  # a draw without an answer is nan on the way, and told by its residual
        if many and kernel.wanted() and compiled.served(layout):
            left = compiled.fill(answers, read_off(layout, compiled.net_backs) if layout.one_market else None)
            reasons, steps = _the_rest(answers, np.flatnonzero(left), market.maker)
        else:
            reasons, steps = _long_way(answers, market.maker, guess(layout) if many else None)
    return answers.result("armington", market, shock, reasons, steps)


def _the_rest(answers: Answers, who: Rows, maker: Rows) -> tuple[dict[str, Mask], int]:
    """Answer draws that compiled code does not serve."""
    reasons = {reason: np.zeros(answers.layout.draws, dtype=bool) for reason in REASONS}
    if not len(who):
        return reasons, 0
    rest = Answers.of(answers.layout.only(who))
    found, steps = _long_way(rest, maker)
    for name in FIGURES:
        getattr(answers, name)[who] = getattr(rest, name)
    for reason, which in found.items():
        reasons[reason][who] = which
    return reasons, steps


def _long_way(
    answers: Answers, maker: Rows, propose: Callable[[System, slice], Array] | None = None
) -> tuple[dict[str, Mask], int]:
    """Answer every draw, and tell of each reason which draws did not close for it, and how many steps it took."""
    layout, steps = answers.layout, 0
    reasons = {reason: np.zeros(layout.draws, dtype=bool) for reason in REASONS}
    for block in answers.blocks(BLOCK):
        system = layout.block(block)
        solution = clear(system, propose(system, block) if propose else None)
        endless = fill(answers, block, system, solution, maker)
        steps = max(steps, solution.steps)
        if not (answers.residual[block] <= ACCEPTED).all():
            for reason, which in why_not(system, answers.residual[block], endless).items():
                reasons[reason][block] = which
    return reasons, steps


def fill(answers: Answers, block: slice, system: System, solution: Solution, maker: Rows) -> Mask:
    """Answer one block, and tell the draws that close at a price that no number holds."""
    layout, tree = answers.layout, system.tree
    at = solution.at or system.at(solution.x)
    total, branch = np.exp(at.total), np.exp(at.branch)
    endless = ~(np.isfinite(total).all(axis=0) & np.isfinite(branch).all(axis=0))
    endless &= solution.residual <= ACCEPTED
    was = layout.rows("net_back", block)
    earned = np.where(system.selling, was * at.moved, was)
    routes, places = len(tree.group_of), layout.demand.shape[1]
    paid, sold = np.empty((routes, system.draws)), np.zeros((routes, system.draws))
    paid[tree.routes], sold[tree.routes] = at.price * system.was, at.tonnes
    rest = np.arange(routes) if system.patchy else tree.idle
    if len(rest):  # routes that nobody uses have a price all the same
        A, B = (layout.rows(name, block)[rest] for name in ("A", "B"))
        paid[rest] = A * earned[maker[rest]] + B
    index, imports = np.ones((places, system.draws)), np.ones((places, system.draws))
    index[tree.markets] = total
    imports[tree.market_of[tree.branches[~tree.home]]] = branch[~tree.home]
    answers.put(
        block,
        net_back=np.where(system.selling, earned, 0.0),
        landed=paid,
        tonnes=sold,
        price_index=index,
        import_index=imports,
    )
    answers.residual[block] = np.where(endless, np.inf, solution.residual)
    return endless


def guess(layout: Layout) -> Callable[[System, slice], Array] | None:
    """Net-backs to start a block from, where all draws meet one market and levers alone differ."""
    if not layout.one_market:
        return None
    whole = read_off(layout, _net_backs)
    if whole is not None:
        return lambda _, block: whole[:, block]
    system = layout.block(Surface.sample(layout.draws))
    solution = clear(system)
    solved = np.flatnonzero(solution.residual <= ACCEPTED)
    surface = Surface.through(system.only(solved), solution.x[:, solved]) if len(solved) else None
    return (lambda here, _: surface.settle(here)) if surface else None


def _net_backs(layout: Layout, start: Array) -> Array | None:
    found = newton(layout.block(), start)
    return found.x if (found.residual <= ACCEPTED).all() else None


def clear(system: System, start: Array | None = None) -> Solution:
    """Newton from the net-backs before, or from those proposed; draws that do not close go there in small steps."""
    before = np.zeros((len(system.supply), system.draws))
    found = newton(system, before) if start is None else newton(system, start, enough=PROPOSED)
    hopeless = np.broadcast_to(
        system.essential | system.deserted.any(axis=0) | _given_away(system), found.residual.shape
    )
    residual = np.where(hopeless, np.inf, found.residual)
    x, steps, at = found.x, found.steps, found.at
    late = np.flatnonzero((residual > ACCEPTED) & ~hopeless)
    road, here = system.only(late), before[:, late]
    for step in range(1, ROAD + 1):
        if not len(late):
            break
        walked = newton(road.part_of_the_way(step / ROAD), here, with_pivots, ROAD_STEPS)
        steps += walked.steps
        on_it = np.flatnonzero(walked.residual < LOST)  # who leaves the road does not find the end
        late, road, here = late[on_it], road.only(on_it), walked.x[:, on_it]
    if len(late):
        better = walked.residual[on_it] < residual[late]
        x[:, late[better]], residual[late[better]] = here[:, better], walked.residual[on_it][better]
    return Solution(x, residual, steps, at)


ESSENTIAL = N_(
    "a closed route is one that buyers cannot do without: its elasticity of substitution is 1 or hardly "
    "more, or less, so no finite price replaces it. Raise the elasticity above 1 or leave the route open."
)
DESERTED = N_(
    "every route into a market that bought before is closed, so its buyers have no price to pay and their loss "
    "no measure. Leave one route open, or use gsim, which counts a closed route at the price that ends its trade."
)
FAR_APART = N_(
    "supply and sales of a producer still differ after all steps (see the residual, in logs). Likely causes: an "
    "elasticity at the edge of its range, a charge many times the price, or two changes that pull far apart. "
    "Try a smaller change first."
)
REASONS = (SUPPORT, ESSENTIAL, DESERTED, FAR_APART)


def why_not(system: System, residual: Array, endless: Mask) -> dict[str, Mask]:
    """Of the draws that did not close, which did not for which reason."""
    holds = {
        SUPPORT: _given_away(system),
        ESSENTIAL: system.essential | endless,
        DESERTED: np.asarray(system.deserted.any(axis=0)),
        FAR_APART: np.ones(1, dtype=bool),
    }
    return reasons_of(residual <= ACCEPTED, holds)


def _given_away(system: System) -> Mask:
    """(draws,) a route would cost its buyer nothing, or less, at the net-backs before."""
    return np.asarray((system.a + system.b <= 0).any(axis=0))
