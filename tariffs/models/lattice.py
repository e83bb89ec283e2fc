"""A heat map's net-backs before its cells are solved: a product of two levers, read off a few hundred solved cells.

Where one market meets every pair of two levers' settings, its net-backs are smooth in the cells' row and column, and
a product of Chebyshev polynomials through some rows and columns gives them to the last digits. A producer that
reaches its capacity on part of the map makes a wall there, so each side of a wall has polynomials of its own, laid
through markets in which that producer is held at its capacity, or not held, all over the map.

A guess only: every cell is judged by its residual in the full equations, and one that this does not serve (a map
that is no product, settings that do not follow each other smoothly, a corner) goes the long way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from numpy.typing import NDArray

from tariffs.models.layout import Layout
from tariffs.models.nests import Rows
from tariffs.models.surface import Surface
from tariffs.sources import Array

COARSE = 9  # rows and columns solved first; how fast their polynomials fall off tells how many are needed
FINEST = 33
AIMED = 3e-13  # of the polynomials, in logs of net-backs
PIECES = 4  # sides of walls
DEAREST = 0.2  # share of the cells that may be solved to read off the others

# Net-backs (N, draws) that clear a layout's draws, from some to start with; nothing when a draw does not close.
Solve = Callable[[Layout, Array], Array | None]


@dataclass(frozen=True)
class Axis:
    """Some of the rows, or columns, of a map, and how all follow from them."""

    nodes: Rows  # (k,)
    all_from_nodes: Array  # (size, k)
    to_coefficients: Array  # (k, k)

    @classmethod
    def of(cls, size: int, count: int) -> "Axis":
        """Places next to those of Chebyshev, between which no polynomial swings."""
        ideal = -np.cos(np.pi * np.arange(count) / max(count - 1, 1))
        nodes = np.unique(np.rint((ideal + 1.0) / 2.0 * (size - 1)).astype(np.intp))
        every = chebvander(np.linspace(-1.0, 1.0, size), len(nodes) - 1)
        inverse: Array = np.asarray(np.linalg.inv(every[nodes]), dtype=float)
        return cls(nodes, every @ inverse, inverse)


@dataclass(frozen=True)
class Lattice:
    """Net-backs of every cell of a map, side by side for each set of producers at capacity."""

    full: NDArray[np.bool_]  # (P, N)
    net_backs: Array  # (P, N, rows, columns) logs, after over before

    def on(self, layout: Layout) -> NDArray[np.bool_]:
        """(P, cells) cells that want on a side what that side takes for granted."""
        limited = np.flatnonzero(np.isfinite(layout.limit).any(axis=0))  # the others are never at capacity
        sides = self.net_backs.reshape(*self.net_backs.shape[:2], -1)[:, limited]
        held: NDArray[np.bool_] = (_wanting(layout, sides, limited) == self.full[:, limited, None]).all(axis=1)
        return held

    def at_cells(self, layout: Layout) -> Array:
        """(N, cells) net-backs on the side of the walls where each cell lies."""
        sides = self.net_backs.reshape(*self.net_backs.shape[:2], -1)
        found: Array = sides[0]
        for here, held in zip(sides[1:], self.on(layout)[1:], strict=True):
            found = np.where(held, here, found)
        return found


def read_off(layout: Layout, solve: Solve) -> Array | None:
    """(N, cells) net-backs of a whole map; nothing where it is not one, or would take too many cells to read."""
    shape = shape_of(layout)
    if shape is None:
        return None
    axes = tuple(Axis.of(size, min(COARSE, size)) for size in shape)
    coarse = _solved(layout, axes, solve)
    if coarse is None:
        return None
    fine = tuple(Axis.of(size, _count(coarse, axes, a, size)) for a, size in enumerate(shape))
    if len(coarse.full) * np.prod([len(axis.nodes) for axis in fine]) > DEAREST * layout.draws:
        return None
    rows, columns = (axis.all_from_nodes[other.nodes] for axis, other in zip(axes, fine, strict=True))
    start = _spread(coarse.net_backs, rows, columns)
    found = _on_sides(layout, fine, coarse.full, start, solve)
    if found is None:
        return None
    whole = Lattice(coarse.full, _spread(found, fine[0].all_from_nodes, fine[1].all_from_nodes))
    return whole.at_cells(layout)


def shape_of(layout: Layout) -> tuple[int, int] | None:
    """Rows and columns of a map whose cells follow each other row by row.

    A charge that one lever decides alone tells: it stays through a row, or comes back after one.
    """
    some, columns, back = Surface.sample(layout.draws), 0, layout.draws
    for x in (layout.A, layout.B):
        if len(x) == 1:
            continue
        moving = (x[some] != x[0]).any(axis=0)
        stays = np.flatnonzero(moving & (x[1] == x[0]))
        if len(stays):
            columns = max(columns, int((x[:, stays] == x[0, stays]).argmin(axis=0).max()))
        again = x[1:, moving] == x[0, moving] if not columns else np.empty((0, 0), dtype=bool)
        back = min((int(rows.argmax()) + 1 for rows in again.T if rows.any()), default=back)
    rows, rest = divmod(layout.draws, columns or back)
    return None if rest else (rows, columns or back)


def _solved(layout: Layout, axes: tuple[Axis, ...], solve: Solve) -> Lattice | None:
    """Cells where some rows and columns meet, once for each set of producers that is at capacity in any of them."""
    cells = _cells(layout, axes)
    shape = layout.supply.shape[1], *(len(axis.nodes) for axis in axes)
    start: Array = np.zeros(shape)
    bounded = np.flatnonzero(np.isfinite(layout.limit).any(axis=0))
    if 2 ** len(bounded) <= PIECES:  # all that can be are tried at once, rather than found out about first
        sides = np.zeros((2 ** len(bounded), len(start)), dtype=bool)
        sides[:, bounded] = list(product((False, True), repeat=len(bounded)))
    else:
        met = solve(layout.only(cells), start.reshape(len(start), -1))
        if met is None:
            return None
        sides, start = np.unique(_wanting(layout, met), axis=1).T, met.reshape(shape)
    if len(sides) > PIECES:
        return None
    found = _on_sides(layout, axes, sides, np.broadcast_to(start, (len(sides), *shape)), solve)
    if found is None:
        return None
    lattice = Lattice(sides, found)
    needed = lattice.on(layout).any(axis=1)
    return Lattice(sides[needed], found[needed]) if needed.any() else None


def _on_sides(
    layout: Layout, axes: tuple[Axis, ...], full: NDArray[np.bool_], start: Array, solve: Solve
) -> Array | None:
    """(P, N, k, k) net-backs where producers are at capacity as told, whatever they would rather be."""
    cells = _cells(layout, axes)
    held = np.repeat(full, len(cells), axis=0)
    sided = replace(
        layout.only(np.tile(cells, len(full))),
        willing=np.where(held, np.inf, layout.willing),
        limit=np.where(held, layout.limit, np.inf),
    )
    found = solve(sided, np.concatenate([x.reshape(len(x), -1) for x in start], axis=1))
    return None if found is None else np.stack(np.split(found, len(full), axis=1)).reshape(start.shape)


def _wanting(layout: Layout, x: Array, who: Rows | slice = slice(None)) -> NDArray[np.bool_]:
    """(…, N, cells) producers, or some of them, that would sell more than they can."""
    potential, limit = np.log(layout.willing.T[who]), np.log(layout.limit.T[who])
    supply = layout.supply.T[who]
    return np.asarray(potential + supply * x >= limit)


def _cells(layout: Layout, axes: tuple[Axis, ...]) -> Rows:
    rows, columns = axes
    return (rows.nodes[:, None] * len(columns.all_from_nodes) + columns.nodes).ravel()


def _spread(values: Array, rows: Array, columns: Array) -> Array:
    """(…, k, k) at nodes to (…, rows, columns)."""
    spread: Array = rows @ (values @ columns.T)
    return spread


def _count(coarse: Lattice, axes: tuple[Axis, ...], which: int, size: int) -> int:
    """How many rows (or columns) it takes for what the polynomials leave out to be as small as aimed at."""
    terms = np.abs(_spread(coarse.net_backs, axes[0].to_coefficients, axes[1].to_coefficients))
    falls = terms.max(axis=(0, 1, 3 if which == 0 else 2))
    first, last = falls[1:].max(initial=0.0), falls[-1]
    if len(falls) < COARSE or last <= AIMED:
        return len(falls)
    rate = min((last / first) ** (1.0 / (COARSE - 2)), 0.9)
    return int(min(size, FINEST, COARSE + np.ceil(np.log(AIMED / last) / np.log(rate))))
