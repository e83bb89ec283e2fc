r"""Unknown cells of a trade table from totals and a prior: the table nearest to the prior in cross-entropy.

.. math::
    \min_x \sum_{ij} x_{ij}\ln\frac{x_{ij}}{p_{ij}} \quad\text{with}\quad
    \sum_j x_{ij}=r_i,\; \sum_i x_{ij}=c_j

over the cells that nobody reported; reported cells keep their figure to the last bit. Its solution is
:math:`x_{ij}=a_i b_j p_{ij}`, found by scaling rows and columns in turn (RAS) and, where that creeps, by Newton's
method on the logarithms of the factors, whose dual is convex. A prior of zero stays zero.

References
----------
Bacharach (1965), International Economic Review 6(3), 294-310. Golan, Judge and Robinson (1994), Review of
Economics and Statistics 76(3), 541-549.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from tariffs.errors import N_, TariffsError
from tariffs.sources import Array

CLOSE = 1e-12  # relative gap of a margin at which scaling stops
ROUNDS, STEPS = 200, 100  # of scaling in turn, then of Newton's method
WITHIN = 1e-9  # relative gap of a margin that counts as met


class NotBalanced(TariffsError):
    """Totals that no table with these reported cells can have."""


@dataclass(frozen=True)
class Table:
    """Sellers down, buyers across; tonnes, nan where unknown. A total is nan where nobody states it."""

    sellers: tuple[str, ...]
    buyers: tuple[str, ...]
    cells: Array  # (S, B) reported figures, nan: unknown
    rows: Array  # (S,) what each seller sells in all, nan: no total
    columns: Array  # (B,) what each buyer buys in all, nan: no total


def gravity(sold: Array, bought: Array, cost: Array, distance: float) -> Array:
    r"""A prior of ``sold_i · bought_j · cost_ij^-distance``, shape (S, B).

    ``cost`` is the delivered price over the seller's own, one or more; nan where no route is on record,
    which gives zero. ``distance`` is how readily trade gives way to cost, the elasticity between origins
    less one.
    """
    prior = np.outer(sold, bought) * np.where(np.isnan(cost), 1.0, cost) ** -distance
    return np.where(np.isnan(cost), 0.0, prior)


def balanced(table: Table, prior: Array) -> Array:
    """The whole table (S, B): reported cells as they are, the others nearest to the prior.

    Unknown cells in a row and a column without totals stay at the prior.

    Raises
    ------
    NotBalanced
        When the totals cannot be met, naming the total and by how much.
    """
    known = ~np.isnan(table.cells)
    x = np.where(known, 0.0, np.asarray(prior, float))
    left = table.rows - np.where(known, table.cells, 0.0).sum(axis=1)
    left_columns = table.columns - np.where(known, table.cells, 0.0).sum(axis=0)
    _possible(table, left, left_columns, x > 0)
    left, left_columns = np.maximum(left, 0.0), np.maximum(left_columns, 0.0)
    given, given_columns = ~np.isnan(left), ~np.isnan(left_columns)
    x = _in_turn(x, left, left_columns)
    for _ in range(STEPS):
        gaps = (_gap(x.sum(axis=1), left, given), _gap(x.sum(axis=0), left_columns, given_columns))
        if max(gaps) < CLOSE:
            break
        x = _newton(x, left, left_columns)
    if max(_gap(x.sum(axis=1), left, given), _gap(x.sum(axis=0), left_columns, given_columns)) > WITHIN:
        raise NotBalanced(
            N_("The totals and the reported flows contradict each other. Check that they are of one year and one unit.")
        )
    return np.where(known, table.cells, x)


def _in_turn(x: Array, rows: Array, columns: Array) -> Array:
    given, given_columns = ~np.isnan(rows), ~np.isnan(columns)
    for _ in range(ROUNDS):
        x = _scaled(x, rows, given)
        x = _scaled(x.T, columns, given_columns).T
        if _gap(x.sum(axis=1), rows, given) < CLOSE:  # the columns have just been met
            break
    return x


def _newton(x: Array, rows: Array, columns: Array) -> Array:
    """One step towards all totals at once, as long as the dual falls along it.

    Shapes (S, B), (S,), (B,). The slope of the totals in the log factors is the table itself, so it costs one
    small system; a row that is given away and a common factor of all make it singular, hence least squares.
    """
    given, given_columns = ~np.isnan(rows), ~np.isnan(columns)
    wanted = np.concatenate([rows[given], columns[given_columns]])
    total = np.concatenate([x.sum(axis=1)[given], x.sum(axis=0)[given_columns]])
    between = x[np.ix_(given, given_columns)]
    slope = np.diag(total)
    slope[: len(between), len(between) :], slope[len(between) :, : len(between)] = between, between.T
    move = np.linalg.lstsq(slope, wanted - total, rcond=1e-14)[0]
    logs = np.zeros(len(rows)), np.zeros(len(columns))
    logs[0][given], logs[1][given_columns] = move[: len(between)], move[len(between) :]
    along = logs[0][:, None] + logs[1][None, :]
    part = min(1.0, 5.0 / max(1e-300, float(np.abs(along).max())))
    while part > 1e-6:
        tried: Array = x * np.exp(part * along)
        if tried.sum() - part * float(move @ wanted) <= x.sum() * (1.0 + 1e-15):
            return tried
        part /= 2
    return x


def _scaled(x: Array, wanted: Array, given: Array) -> Array:
    total = x.sum(axis=1)
    factor = np.where(given & (total > 0), np.where(given, wanted, 0.0) / np.where(total > 0, total, 1.0), 1.0)
    scaled: Array = x * factor[:, None]
    return scaled


def _gap(total: Array, wanted: Array, given: Array) -> float:
    if not given.any():
        return 0.0
    gaps = np.abs(total - wanted)[given] / np.maximum(wanted[given], 1.0)
    return float(gaps.max())


def _possible(table: Table, rows: Array, columns: Array, open_: NDArray[np.bool_]) -> None:
    """Say which total cannot be met, and why, before anything is scaled."""
    for names, left, totals, reachable in (
        (table.sellers, rows, table.rows, [bool(row.any()) for row in open_]),
        (table.buyers, columns, table.columns, [bool(column.any()) for column in open_.T]),
    ):
        for name, rest, total, some in zip(names, left, totals, reachable, strict=True):
            slack = WITHIN * max(1.0, float(total)) if not np.isnan(total) else 0.0
            if rest < -slack:
                raise NotBalanced(
                    N_("The reported flows of {name} add up to {sum} t, more than its total of {total} t. "
                       "Check that they are of one year and one unit."),
                    name=name, sum=f"{total - rest:,.0f}", total=f"{total:,.0f}",
                )
            if rest > slack and not some:
                raise NotBalanced(
                    N_("{rest} t of the total of {name} ({total} t) belong to no route that could carry them. "
                       "Load the flows of its other partners, or leave the total out."),
                    name=name, rest=f"{rest:,.0f}", total=f"{total:,.0f}",
                )
    if not _feasible(rows, columns, open_):
        raise NotBalanced(
            N_("The totals contradict each other: no division among the open routes meets them all. "
               "Sellers' totals leave {rows} t, buyers' totals {columns} t."),
            rows=f"{np.nansum(rows):,.0f}", columns=f"{np.nansum(columns):,.0f}",
        )


def _feasible(rows: Array, columns: Array, open_: NDArray[np.bool_]) -> bool:
    """Whether some table with these zeros meets the totals: a linear programme in the sum of the gaps."""
    sellers, buyers = open_.shape
    at = [(i, j) for i in range(sellers) for j in range(buyers) if open_[i, j]]
    wanted: list[tuple[Sequence[int], float]] = [
        ([n for n, (i, _) in enumerate(at) if i == row], max(0.0, float(total)))
        for row, total in enumerate(rows) if not np.isnan(total)
    ]
    wanted += [
        ([n for n, (_, j) in enumerate(at) if j == column], max(0.0, float(total)))
        for column, total in enumerate(columns) if not np.isnan(total)
    ]
    if not wanted:
        return True
    scale = max(1.0, max(total for _, total in wanted))
    size = len(at)
    matrix = np.zeros((len(wanted), size + 2 * len(wanted)))
    for number, (members, _) in enumerate(wanted):
        matrix[number, list(members)] = 1.0
        matrix[number, size + 2 * number], matrix[number, size + 2 * number + 1] = 1.0, -1.0
    cost = np.concatenate([np.zeros(size), np.ones(2 * len(wanted))])
    solved = linprog(cost, A_eq=matrix, b_eq=np.array([total for _, total in wanted]) / scale, method="highs")
    return bool(solved.success) and float(solved.fun or 0.0) < WITHIN
