"""The exact model once more, a row of cells to each guess: how the market answers other settings of two levers.

The equations are those of ``newton.py``, one row wide, with the duty of one importer and the exporter's support as
two more cells of the row. A guess is bettered by the slopes of the market as solved, kept fixed, and by what the
guess before it taught (one step of Anderson's method): from a neighbour's answer, four such steps bring the
equations to rounding. Every column of the field is one formula, which all its rows share.

References
----------
Anderson (1965), Journal of the ACM 12(4), 547-560.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tariffs.brief.cells import Shared, absolute
from tariffs.brief.sheets.equations import Said, at, span
from tariffs.brief.sheets.ground import DUTY, LOGS, ROUND, SHARE, STYLE, SUPPORT, Cell, Ground, Run
from tariffs.brief.sheets.newton import NEAR_ONE
from tariffs.sources import Array

ROUNDS = 5  # betterments of a guess; what is left is worked out after the last
LEAST = 1e-14  # of the squared difference of two gaps: below it, what one teaches of the other is rounding


@dataclass(frozen=True, slots=True)
class Answers:
    """What guesses come to, a row for each: ln net-backs, ln landed prices, ln indices, what is left, tonnes."""

    logs: Array  # (K, N)
    groups: Array  # (K, G)
    prices: Array  # (K, R)
    sides: Array  # (K, M)
    totals: Array  # (K, M)
    left: Array  # (K, N)
    kick: Array  # (K, B) more of it to undo where a producer is on the other side of its capacity
    sales: Array  # (K, R)

    def only(self, place: int) -> "Answers":
        """One row, by itself."""
        return Answers(*(getattr(self, name)[place] for name in Answers.__slots__))


@dataclass(frozen=True)
class Lines:
    """Landed prices of the exporter's routes over both levers, relative to the baseline's.

    ``landed = p0 + duty p1 + (q0 + duty q1) (net-back + c) / (keep + support)``.
    """

    heads: Mapping[str, Run]  # p0, p1, q0, q1, c, keep over the routes
    places: tuple[int, ...]  # of the exporter's routes in the row

    def at(self, place: int, duty: Array, support: Array, net_back: Array) -> Array:
        p0, p1, q0, q1, c, keep = (float(self.heads[n].values[place]) for n in ("p0", "p1", "q0", "q1", "c", "keep"))
        landed: Array = p0 + duty * p1 + (q0 + duty * q1) * (net_back + c) / (keep + support)
        return landed

    def said(self, place: int, duty: str, support: str, net_back: str) -> str:
        p0, p1, q0, q1, c, keep = (self.heads[n].cell(place) for n in ("p0", "p1", "q0", "q1", "c", "keep"))
        return f"{p0}+{duty}*{p1}+({q0}+{duty}*{q1})*({net_back}+{c})/({keep}+{support})"


class Field:
    """Rows of guesses under one importer's duty and the exporter's support; every point has a row for each round."""

    def __init__(self, ground: Ground, lines: Lines, row: int, size: int) -> None:
        self.ground, self.lines = ground, lines
        self.first, self.last = row + 1, row + size * (ROUNDS + 1)  # the row before the first stays empty
        self.answers: list[Answers] = []  # of every point
        self.levers: list[tuple[float, float]] = []
        self._share()

    def row_of(self, point: int) -> int:
        """Where a point's answer stands."""
        return self.first + point * (ROUNDS + 1) + ROUNDS

    def log(self, point: int, producer: int) -> Cell:
        """A point's ln net-back."""
        return Cell(absolute(self.row_of(point), LOGS + producer), float(self.answers[point].logs[producer]))

    def solve(self, duties: Sequence[Cell], supports: Sequence[Cell], starts: Sequence[Sequence[Cell]]) -> list[int]:
        """Points solved side by side, each from its own start; returns their numbers."""
        duty, support = (np.array([cell.value for cell in cells]) for cells in (duties, supports))
        logs = np.array([[cell.value for cell in start] for start in starts])
        rounds, shares = [self._answers(duty, support, logs)], [np.zeros(len(duty))]
        for number in range(ROUNDS):
            now = rounds[-1]
            to, share = self._moved(now), np.zeros(len(duty))
            if number:
                was = rounds[-2]
                change = now.left - was.left
                size = (change * change).sum(axis=1)
                apart = size > LEAST
                # Rounded: of differences near to rounding, two programs keep other last digits.
                weight = (now.left * change).sum(axis=1) / np.where(apart, size, 1.0)
                share = np.where(apart, np.round(weight, 3), 0.0)
                to = to - share[:, None] * (to - self._moved(was))
            rounds.append(self._answers(duty, support, to))
            shares.append(share)
        numbers = list(range(len(self.answers), len(self.answers) + len(duty)))
        wide = [np.concatenate([getattr(one, name) for name in Answers.__slots__[:-1]], axis=1) for one in rounds]
        for place, number in enumerate(numbers):
            self._lay(number, [one[place] for one in wide], [float(one[place]) for one in shares],
                      duties[place], supports[place], starts[place])  # fmt: skip
            self.answers.append(rounds[-1].only(place))
            self.levers.append((float(duty[place]), float(support[place])))
            sales = self.answers[-1].sales
            self.ground.page.put_row(self.row_of(number), self.ground.at_sales, self._sales, sales.tolist(), STYLE)
        return numbers

    def _lay(
        self, number: int, rounds: Sequence[Array], shares: Sequence[float], duty: Cell, support: Cell,
        start: Sequence[Cell],
    ) -> None:  # fmt: skip
        """A point's rows."""
        page, row, n = self.ground.page, self.row_of(number) - ROUNDS, self.ground.n
        levers = ((DUTY, duty, "quiet|0.0000%"), (SUPPORT, support, "quiet|0.0000%"))
        for column, cell, style in levers:
            if cell.said == repr(cell.value):
                page.put_number(row, column, cell.value, style)
            else:
                page.put_formula(row, column, f"={cell.said}", cell.value, style)
        for place, cell in enumerate(start):
            page.put_formula(row, LOGS + place, f"={cell.said}", cell.value, STYLE)
        page.put_row(row, LOGS + n, self._rest, rounds[0][n:].tolist(), STYLE)
        for later in range(1, ROUNDS + 1):
            here = row + later
            page.put_row(here, DUTY, self._levers, [duty.value, support.value], levers[0][2])
            page.put_number(here, ROUND, float(later), "quiet|0")
            page.put_row(here, SHARE, [*self._steps, *self._rest], [shares[later], *rounds[later].tolist()], STYLE)

    def _share(self) -> None:
        """The formulas that all rows share."""
        page, ground, first, second = self.ground.page, self.ground, self.first, self.first + 1

        def shared(column: int, row: int, said: str) -> Shared:
            return page.share(row, column, self.last, f"={said}")

        self._levers = [shared(column, second, at(column, first)) for column in (DUTY, SUPPORT)]
        one, two = (span(ground.at_left, ground.n, row) for row in (first, first - 1))
        wide = [span(ground.at_left, ground.n + len(ground.bounded), row) for row in (first, first - 1)]
        apart = f"SUMXMY2({one},{two})"
        taught = f"IF({apart}>{LEAST:.0E},ROUND((SUMSQ({one})-SUMPRODUCT({one},{two}))/{apart},3),0)"
        self._steps = [shared(SHARE, second, f"IF({at(ROUND, second)}<2,0,{taught})")]
        for i, move in enumerate(ground.moves):
            to, led = (
                f"{at(LOGS + i, first - ago)}+SUMPRODUCT({move.all},{wide[ago]})" for ago in (0, 1)
            )
            self._steps.append(shared(LOGS + i, second, f"{to}-{at(SHARE, second)}*({to}-({led}))"))
        said = Said(ground, self.lines.said, self.lines.places, first)
        places, importers = range(len(ground.lanes)), range(ground.m)
        told = [
            *map(said.group, range(len(ground.mixed))),
            *map(said.price, places),
            *map(said.side, importers),
            *map(said.total, importers),
            *map(said.left, range(ground.n)),
            *map(said.kick, ground.bounded),
        ]
        self._rest = [shared(ground.at_goods + place, first, formula) for place, formula in enumerate(told)]
        final = Said(ground, self.lines.said, self.lines.places, self.row_of(0))
        self._sales = [shared(ground.at_sales + p, self.row_of(0), final.sold(p)) for p in places]

    def _answers(self, duty: Array, support: Array, logs: Array) -> Answers:
        """The equations at some points, as the cells work them out."""
        ground = self.ground
        value = {name: run.values for name, run in ground.heads.items()}
        back = np.exp(logs)[:, ground.maker]
        inside = value["a"] * back + value["b"]
        start = value["start"][ground.maker]
        for place in self.lines.places:
            inside[:, place] = self.lines.at(place, duty, support, start[place] * back[:, place])
        with np.errstate(invalid="ignore", divide="ignore"):
            x = np.log(inside)
        groups = np.zeros((len(x), len(ground.labels)))
        for g, here in enumerate(ground.labels):
            groups[:, g] = _basket(value["label"][here[0]], value["within"][here], x[:, here])
        goods = np.concatenate([groups, x[:, : len(ground.goods) - len(ground.mixed)]], axis=1)
        sides, totals = np.zeros((len(x), ground.m)), np.zeros((len(x), ground.m))
        for m in range(ground.m):
            homes, abroad = ground.at_home(m), ground.abroad(m)
            if abroad:
                sides[:, m] = _basket(value["above"][abroad[0]], ground.weights[m].values, goods)
            parts = [*homes, *abroad[:1]]
            if parts:
                both = np.concatenate([x[:, homes], sides[:, [m] * len(abroad[:1])]], axis=1)
                totals[:, m] = _basket(value["top"][parts[0]], value["of_market"][parts], both)
        side = np.where(ground.home, x, sides[:, ground.place])
        total = totals[:, ground.place]
        maker = x.copy()
        for g, here in enumerate(ground.labels):
            maker[:, here] = groups[:, [g]]
        grown = value["total"] * total + value["top"] * (total - side)
        grown += np.where(ground.home, 0.0, value["above"] * (side - maker)) + value["label"] * (maker - x)
        sales = value["tonnes"] * np.exp(grown)
        left = np.zeros_like(logs)
        for i in range(ground.n):
            ours = np.flatnonzero(ground.maker == i)
            if len(ours):
                offered = np.log(value["willing"][i]) + value["supply"][i] * logs[:, i]
                left[:, i] = np.minimum(offered, np.log(value["limit"][i])) - np.log(sales[:, ours].sum(axis=1))
        return Answers(logs, groups, x, sides, totals, left, self._kick(logs, left), sales)

    def _kick(self, logs: Array, left: Array) -> Array:
        """A producer at capacity sells no more for a better price: its own slope is another there.

        One number on the diagonal of the slopes changes; Sherman and Morrison's formula says what of the move does.
        """
        ground = self.ground
        found = np.zeros((len(logs), len(ground.bounded)))
        for place, i in enumerate(ground.bounded):
            supply, willing, limit, full = (
                float(ground.heads[name].values[i]) for name in ("supply", "willing", "limit", "full")
            )
            change = supply * (full - (np.log(willing) + supply * logs[:, i] >= np.log(limit)))
            found[:, place] = change * (left @ ground.inverse[i]) / (1.0 - change * ground.inverse[i, i])
        return found

    def _moved(self, now: Answers) -> Array:
        """Where a guess leads by the slopes of the market as solved."""
        ground = self.ground
        to: Array = now.logs + now.left @ ground.inverse.T + now.kick @ ground.inverse[:, ground.bounded].T
        return to


def _basket(sigma: float, weights: Array, values: Array) -> Array:
    """(K,) ln of the price index of some goods, from their shares and (K, G) ln prices."""
    if abs(1.0 - sigma) < NEAR_ONE:
        flat: Array = values @ weights
        return flat
    bent: Array = np.log(np.exp((1.0 - sigma) * values) @ weights) / (1.0 - sigma)
    return bent
