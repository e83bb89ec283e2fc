"""The equations of a field as numbers: what its cells come to, for many guesses at once.

``equations.py`` says the same as formulas. Routes, goods and markets stand in the order of the row's columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tariffs.brief.sheets.ground import Ground, Run
from tariffs.brief.sheets.newton import NEAR_ONE
from tariffs.sources import Array


class Answers(NamedTuple):
    """What guesses come to, a row for each: ln net-backs, ln landed prices, ln indices, what is left, tonnes."""

    logs: Array  # (K, N)
    groups: Array  # (K, G)
    prices: Array  # (K, R)
    sides: Array  # (K, M)
    totals: Array  # (K, M)
    left: Array  # (K, N)
    kick: Array  # (K, B) more of it to undo where a producer is on the other side of its capacity
    sales: Array  # (K, R)

    @property
    def told(self) -> Array:
        """All but the tonnes, side by side as the columns of a row are."""
        return np.concatenate(
            (self.logs, self.groups, self.prices, self.sides, self.totals, self.left, self.kick), axis=1
        )

    def only(self, place: int) -> "Answers":
        """One row, by itself."""
        return Answers(*(values[place] for values in self))


@dataclass(frozen=True)
class Lines:
    """Landed prices of the exporter's routes over both levers, relative to the baseline's.

    ``landed = p0 + duty p1 + (q0 + duty q1) (net-back + c) / (keep + support)``.
    """

    heads: Mapping[str, Run]  # p0, p1, q0, q1, c, keep over the routes
    places: tuple[int, ...]  # of the exporter's routes in the row

    def at(self, place: int | Sequence[int], duty: Array, support: Array, net_back: Array) -> Array:
        """On one route, or on several: levers and net-backs of shape (K, 1) and (K, routes)."""
        p0, p1, q0, q1, c, keep = (self.heads[n].values[place] for n in ("p0", "p1", "q0", "q1", "c", "keep"))
        landed: Array = p0 + duty * p1 + (q0 + duty * q1) * (net_back + c) / (keep + support)
        return landed

    def said(self, place: int, duty: str, support: str, net_back: str) -> str:
        p0, p1, q0, q1, c, keep = (self.heads[n].cell(place) for n in ("p0", "p1", "q0", "q1", "c", "keep"))
        return f"{p0}+{duty}*{p1}+({q0}+{duty}*{q1})*({net_back}+{c})/({keep}+{support})"


class Basket:
    """Price indices of baskets: each good lies in one of them, with a weight, or in none."""

    def __init__(self, sigma: Array, weights: Array) -> None:
        self.weights = weights  # (goods, baskets)
        self.near = np.abs(1.0 - sigma) < NEAR_ONE  # Cobb-Douglas
        self.bend = np.where(self.near, 1.0, 1.0 - sigma)
        self.within = (weights != 0.0) @ self.bend  # of each good's basket
        self.empty = ~weights.any(axis=0)
        self.plain = not self.near.any() and not self.empty.any()

    def index(self, logs: Array) -> Array:
        """(K, baskets) ln of the index, from ln prices (K, goods); nothing where a basket is empty."""
        found: Array = np.log(np.exp(logs * self.within) @ self.weights) / self.bend
        if self.plain:
            return found
        return np.where(self.empty, 0.0, np.where(self.near, logs @ self.weights, found))


class Worked:
    """The equations at some points, as the cells work them out."""

    def __init__(self, ground: Ground, lines: Lines) -> None:
        self.ground, self.lines = ground, lines
        self.value = value = {name: run.values for name, run in ground.heads.items()}
        self.ours = list(lines.places)
        self.start = value["start"][ground.maker[self.ours]]
        self.single = len(ground.goods) - len(ground.mixed)
        self.labels = self._labels()
        self.imports, self.whole = self._markets()
        self.maker = np.equal.outer(ground.maker, np.arange(ground.n)).astype(float)  # (R, N)
        self.sells = self.maker.any(axis=0)
        self.abroad = np.where(ground.home, 0.0, value["above"])
        self.willing, self.limit = np.log(value["willing"]), np.log(value["limit"])

    def _labels(self) -> Basket:
        """Labels of one maker in one market, over the routes that come after the single ones."""
        ground, value = self.ground, self.value
        weights = np.zeros((len(ground.lanes) - self.single, len(ground.labels)))
        for group, here in enumerate(ground.labels):
            weights[np.array(here) - self.single, group] = value["within"][here]
        self.group = np.array([group for group, here in enumerate(ground.labels) for _ in here], dtype=int)
        return Basket(value["label"][[here[0] for here in ground.labels]], weights)

    def _markets(self) -> tuple[Basket, Basket]:
        """Imports of each market over the goods, and all that it buys: home routes, then every market's imports."""
        ground, value, markets = self.ground, self.value, range(self.ground.m)
        abroad = [ground.abroad(m) for m in markets]
        imports = Basket(
            np.array([value["above"][here[0]] if here else 0.0 for here in abroad]),
            np.stack([run.values for run in ground.weights], axis=1),
        )
        self.homes = np.flatnonzero(ground.home)
        weights = np.zeros((len(self.homes) + ground.m, ground.m))
        weights[np.arange(len(self.homes)), ground.place[self.homes]] = value["of_market"][self.homes]
        top = np.zeros(ground.m)
        for m in markets:
            weights[len(self.homes) + m, m] = value["of_market"][abroad[m][0]] if abroad[m] else 0.0
            top[m] = next((value["top"][p] for p in (*ground.at_home(m), *abroad[m])), 0.0)
        return imports, Basket(top, weights)

    def at(self, duty: Array, support: Array, logs: Array) -> Answers:
        """The answers at levers (K,) and ln net-backs (K, N)."""
        ground, value, ours = self.ground, self.value, self.ours
        back = np.exp(logs).take(ground.maker, axis=1)
        inside = value["a"] * back + value["b"]
        inside[:, ours] = self.lines.at(ours, duty[:, None], support[:, None], self.start * back[:, ours])
        with np.errstate(invalid="ignore", divide="ignore"):
            x = np.log(inside)
            alone, labelled = x[:, : self.single], x[:, self.single :]
            groups = self.labels.index(labelled)
            sides = self.imports.index(np.concatenate((groups, alone), axis=1))
            totals = self.whole.index(np.concatenate((x.take(self.homes, axis=1), sides), axis=1))
            side = np.where(ground.home, x, sides.take(ground.place, axis=1))
            total = totals.take(ground.place, axis=1)
            maker = np.concatenate((alone, groups.take(self.group, axis=1)), axis=1)
            grown = value["total"] * total + value["top"] * (total - side)
            grown += self.abroad * (side - maker) + value["label"] * (maker - x)
            sales = value["tonnes"] * np.exp(grown)
            offered = np.minimum(self.willing + value["supply"] * logs, self.limit)
            left = np.where(self.sells, offered - np.log(sales @ self.maker), 0.0)
        return Answers(logs, groups, x, sides, totals, left, self._kick(logs, left), sales)

    def moved(self, now: Answers) -> Array:
        """Where a guess leads by the slopes of the market as solved."""
        ground = self.ground
        to: Array = now.logs + now.left @ ground.inverse.T + now.kick @ ground.inverse[:, ground.bounded].T
        return to

    def _kick(self, logs: Array, left: Array) -> Array:
        """A producer at capacity sells no more for a better price: its own slope is another there.

        One number on the diagonal of the slopes changes; Sherman and Morrison's formula says what of the move does.
        """
        ground, which = self.ground, self.ground.bounded
        supply = self.value["supply"][which]
        above = self.willing[which] + supply * logs[:, which] >= self.limit[which]
        change = supply * (self.value["full"][which] - above)
        found: Array = change * (left @ ground.inverse[which].T)
        return found / (1.0 - change * ground.inverse[which, which])
