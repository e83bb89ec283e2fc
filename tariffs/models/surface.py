"""Where a sweep of levers ends up, guessed from a few solved draws: a first step that is almost the last.

When one market meets thousands of policies that differ in two or three levers, its net-backs are a smooth surface
over those levers. A few hundred draws are solved first; a polynomial through them starts all others next to their
answer, and another through the inverse of their slopes serves as Newton's matrix there, so that no draw needs a
linear system of its own. A guess only: every draw is judged by its residual in the full equations, and one that
the surface does not serve (a kink, a corner) goes the long way.
"""

from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from tariffs.models.equations import System
from tariffs.models.nests import Rows
from tariffs.models.solver import TOLERANCE
from tariffs.sources import Array

SOLVED = 200  # draws solved to lay the surface
LEVERS = 3  # directions in which policies may differ
MANY = 6  # coefficients tried as coordinates
DEGREE = {1: 10, 2: 6, 3: 5}  # of the polynomial, by number of directions
SPARE = 1.3  # solved draws for every term of a polynomial, at least
GOLDEN = (5**0.5 - 1) / 2
SERVED = 0.99  # share of a block's draws that decides when it has settled; Newton takes the others
STEPS = 5  # before a draw is left to Newton


@dataclass(frozen=True)
class Piece:
    """One smooth piece: the producers in ``full`` are at their capacity all over it."""

    full: NDArray[np.bool_]  # (limited,)
    net_backs: Array  # (N, terms)
    inverse: Array  # (N, N, terms) of the slopes


@dataclass(frozen=True)
class Surface:
    """Polynomials in the directions in which policies differ, one set for each piece between the walls."""

    middle: Array  # (2r, 1) of the landed prices' coefficients a and b
    into: Array  # (directions, 2r)
    terms: tuple[tuple[int, int], ...]  # each term is an earlier one times a direction
    limited: Rows  # producers that reach their capacity in some draws
    pieces: tuple[Piece, ...]

    @staticmethod
    def sample(draws: int) -> Rows:
        """Draws to solve first, spread over the batch out of step with its rows."""
        spread = (np.arange(1, SOLVED) * GOLDEN % 1.0 * draws).astype(np.intp)
        return np.union1d(spread, [0, draws - 1])

    @classmethod
    def through(cls, solved: System, x: Array) -> "Surface | None":
        """Lay it through solved draws; nothing when policies differ in too many ways to be levers."""
        given = np.concatenate([solved.a, solved.b])
        middle = (given.max(axis=1, keepdims=True) + given.min(axis=1, keepdims=True)) / 2.0
        into = _directions(given - middle)
        if into is None:
            return None
        count = len(into)
        terms = _terms(count)
        basis = _basis(into @ (given - middle), terms)
        full = solved.potential + solved.supply * x >= solved.limit
        limited = np.flatnonzero(full.any(axis=1) & ~full.all(axis=1))
        try:
            slopes = solved.slopes(x, solved.at(x)).transpose(2, 0, 1)
            inverse: Array = np.asarray(np.linalg.inv(slopes).reshape(x.shape[1], -1).T, dtype=float)
        except np.linalg.LinAlgError:  # somewhere a net-back moves nothing: no surface to walk on
            return None
        pieces = []
        for pattern in np.unique(full[limited], axis=1).T:
            inside = (full[limited] == pattern[:, None]).all(axis=0)
            if inside.sum() >= SPARE * len(basis):
                both = np.concatenate([x, inverse])[:, inside].astype(np.float64)
                fitted = _fit(basis[:, inside], both)
                net_backs, slopes = fitted[: len(x)], fitted[len(x) :]
                pieces.append(Piece(pattern, net_backs, slopes.reshape(len(x), len(x), -1)))
        return cls(middle, into, terms, limited, tuple(sorted(pieces, key=lambda piece: int(piece.full.sum()))))

    def settle(self, system: System) -> Array:
        """(N, D) net-backs from the guess in a few steps; draws that no piece serves stay where they started.

        The steps are Newton's with the fitted inverse in place of a solved system. Whoever calls judges the result.
        """
        basis = _basis(self.into @ (np.concatenate([system.a, system.b]) - self.middle), self.terms)
        x = np.zeros((len(system.supply), system.draws))
        if not self.pieces:
            return x
        # On which side of a wall a draw lies shows on either: who wants to sell more than it can is full.
        first = self.pieces[0].net_backs @ basis
        full = (system.potential + system.supply * first >= system.limit)[self.limited]
        for piece in self.pieces:
            inside = (full == piece.full[:, None]).all(axis=0)
            if inside.all():
                return _settle(system, basis, piece)
            if inside.any():
                here = np.flatnonzero(inside)
                x[:, here] = _settle(system.only(here), basis[:, here], piece)
        return x


def _directions(given: Array) -> Array | None:
    """(directions, 2r) scaled to one: two coefficients that settle all others where there are, else the main axes."""
    size = np.abs(given).max(axis=1)
    moving = np.flatnonzero(size > 1e-12)
    if not len(moving):
        return None
    scaled = given[moving] / size[moving, None]
    apart: list[int] = []  # those that are not another one in a different unit
    for row in range(len(scaled)):
        if all(min(np.ptp(scaled[row] - scaled[other]), np.ptp(scaled[row] + scaled[other])) > 1e-9 for other in apart):
            apart.append(row)
    into: Array = np.zeros((min(len(apart), 2), len(given)), dtype=np.float64)
    for pair in combinations(range(min(len(apart), MANY)), 2) if len(apart) > 1 else [(0,)]:
        chosen = [apart[i] for i in pair]
        basis = _basis(scaled[chosen], _terms(len(chosen), 3))
        if np.abs(_fit(basis, scaled[apart]) @ basis - scaled[apart]).max() < 1e-5:  # a guess, and no more
            into[np.arange(len(chosen)), moving[chosen]] = 1.0 / size[moving[chosen]]
            return into
    axes, sizes, _ = np.linalg.svd(given[moving], full_matrices=False)
    count = int((sizes > 1e-9 * sizes[0]).sum())
    if count > LEVERS:
        return None
    into = np.zeros((count, len(given)))
    into[:, moving] = axes[:, :count].T
    into /= np.abs(into @ given).max(axis=1, keepdims=True)
    return into


def _settle(system: System, basis: Array, piece: Piece) -> Array:
    x = piece.net_backs @ basis
    inverse = [row @ basis for row in piece.inverse]  # one producer at a time: see BLOCK on small products
    worst, nearly_all = 1.0, int(SERVED * (x.shape[1] - 1))
    for _ in range(STEPS):
        gap = system.gap(x, system.at(x))
        for moved, row in zip(x, inverse, strict=True):
            moved -= (row * gap).sum(axis=0)
        # Each step shrinks the gap about as much as the one before: when that is enough, this step is the last.
        before, worst = worst, float(np.partition(np.abs(gap).max(axis=0), nearly_all)[nearly_all])
        if worst * worst / before <= TOLERANCE:
            break
    return x


def _fit(basis: Array, values: Array) -> Array:
    """(rows, terms) coefficients of ``values`` (rows, draws) on ``basis`` (terms, draws), by least squares.

    Directions may hang together (the product of two levers is a third), so a little is added to the diagonal;
    what that costs in digits does not matter to a guess.
    """
    square = basis @ basis.T
    square[np.diag_indices_from(square)] += 1e-13 * np.trace(square)
    return np.ascontiguousarray(np.linalg.solve(square, basis @ values.T).T)


def _terms(count: int, most: int = 0) -> tuple[tuple[int, int], ...]:
    """Monomials up to the degree, each as (index of an earlier one, direction to multiply it by); 0 is one."""
    found: dict[tuple[int, ...], int] = {(): 0}
    recipe = []
    for degree in range(1, (most or DEGREE[count]) + 1):
        for powers in combinations_with_replacement(range(count), degree):
            recipe.append((found[powers[:-1]], powers[-1]))
            found[powers] = len(found)
    return tuple(recipe)


def _basis(z: Array, terms: tuple[tuple[int, int], ...]) -> Array:
    """(terms, draws) values of every monomial."""
    basis = np.empty((len(terms) + 1, z.shape[1]))
    basis[0] = 1.0
    for row, (earlier, direction) in enumerate(terms, start=1):
        np.multiply(basis[earlier], z[direction], out=basis[row])
    return basis
