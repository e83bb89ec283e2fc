"""What every field of guesses rests on: the market's constants as rows of cells, over its routes and its producers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tariffs.brief.cells import Page, absolute
from tariffs.brief.sheets.calibrated import NO_LIMIT
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.newton import Column
from tariffs.market.market import Market
from tariffs.sources import Array

STYLE = "quiet|0.000000"
DUTY, SUPPORT, ROUND, SHARE, LOGS = range(2, 7)  # columns of a row; the net-backs start at the last


@dataclass(frozen=True)
class Cell:
    """A formula and what it is worth."""

    said: str
    value: float


@dataclass(frozen=True)
class Run:
    """Constants beside each other, in a row of their own."""

    row: int
    column: int
    values: Array

    def cell(self, number: int) -> str:
        return absolute(self.row, self.column + number)

    @property
    def all(self) -> str:
        last = self.values.size - 1
        return f"{self.cell(0)}:{self.cell(last)}"


class Ground:
    """The market's constants, as cells of the sheet of workings: what every field on it rests on."""

    def __init__(self, page: Page, market: Market, solved: Model, row: int) -> None:
        self.page, self.market, self.solved = page, market, solved
        self.end = solved.ends["after"]
        live = self.end.value("live") == 1
        groups: dict[tuple[int, int], list[int]] = {}
        for lane in range(len(market.lanes)):
            groups.setdefault((int(market.maker[lane]), int(market.place[lane])), []).append(lane)
        # A label that is closed leaves its mark on the index of those that stay open.
        open_ = [[lane for lane in lanes if live[lane]] for lanes in groups.values() if len(lanes) > 1]
        self.mixed = [lanes for lanes in open_ if lanes]
        single = [lanes[0] for lanes in groups.values() if len(lanes) == 1 and live[lanes[0]]]
        self.lanes = [*single, *(lane for lanes in self.mixed for lane in lanes)]
        self.goods = [lanes[0] for lanes in self.mixed] + single  # one lane of each group, those with labels first
        self.n, self.m = len(market.producers), len(market.importers)
        self.at_goods = LOGS + self.n
        self.at_lanes = self.at_goods + len(self.mixed)
        self.at_sides = self.at_lanes + len(self.lanes)
        self.at_totals = self.at_sides + self.m
        self.at_left = self.at_totals + self.m
        self.bounded = [i for i in range(self.n) if float(self.end.value("limit")[i]) < NO_LIMIT]
        self.at_sales = self.at_left + self.n + len(self.bounded)
        self.at_figures = self.at_sales + len(self.lanes) + 1
        self.maker = np.array([int(market.maker[lane]) for lane in self.lanes])
        self.place = np.array([int(market.place[lane]) for lane in self.lanes])
        self.home = np.array([bool(market.home[lane]) for lane in self.lanes])
        self.labels = [[self.lanes.index(lane) for lane in lanes] for lanes in self.mixed]  # places in the row
        self.heads: dict[str, Run] = {}
        self.row = row
        self._routes()
        self._makers()
        self._weights()
        self._moves()

    def at_home(self, importer: int) -> list[int]:
        """Places of an importer's own producer."""
        return [int(p) for p in np.flatnonzero((self.place == importer) & self.home)]

    def abroad(self, importer: int) -> list[int]:
        """Places of the routes that lead to an importer."""
        return [int(p) for p in np.flatnonzero((self.place == importer) & ~self.home)]

    def link(self, name: str, number: int) -> Cell:
        """A cell of the sheet that solves the market."""
        column: Column = self.end[name]
        return Cell(f"'{self.end.page.name}'!{column.cell(number)}", float(column.values[number]))

    def head(self, name: str, column: int, cells: Sequence[Cell]) -> Run:
        """A row of constants, in the row that comes next."""
        self.page.put_text(self.row, 1, name, "backstage")
        for place, cell in enumerate(cells):
            self.page.put_formula(self.row, column + place, f"={cell.said}", cell.value, STYLE)
        self.row += 1
        return Run(self.row - 1, column, np.array([cell.value for cell in cells]))

    def over_lanes(self, name: str, cells: Mapping[int, Cell]) -> Run:
        """A constant for some of the routes, each under its column."""
        self.page.put_text(self.row, 1, name, "backstage")
        values = np.zeros(len(self.lanes))
        for place, cell in cells.items():
            self.page.put_formula(self.row, self.at_lanes + place, f"={cell.said}", cell.value, STYLE)
            values[place] = cell.value
        self.row += 1
        return Run(self.row - 1, self.at_lanes, values)

    def held(self, name: str, place: int) -> Cell:
        """A constant of the route, or of the producer, at a place in the row."""
        return Cell(self.heads[name].cell(place), float(self.heads[name].values[place]))

    def _routes(self) -> None:
        made: dict[str, list[Cell]] = {"a": [], "b": []}
        same = {"price": "price", "tonnes": "tonnes", "total": "demand"}
        for name in ("price", "tonnes", "total", "top", "above", "label", "within", "of_market"):
            made[name] = [self.link(same.get(name, name), lane) for lane in self.lanes]
        for lane, maker in zip(self.lanes, self.maker.tolist(), strict=True):
            slope, const, price = (self.link(name, lane) for name in ("slope_of", "const_of", "price"))
            start = self.link("start", maker)
            said = f"{slope.said}*{start.said}/{price.said}"
            made["a"].append(Cell(said, slope.value * start.value / price.value))
            made["b"].append(Cell(f"{const.said}/{price.said}", const.value / price.value))
        for name, cells in made.items():
            self.heads[name] = self.over_lanes(name, dict(enumerate(cells)))

    def _makers(self) -> None:
        for name in ("start", "supply", "willing", "limit"):
            self.heads[name] = self.head(name, LOGS, [self.link(name, i) for i in range(self.n)])
        full = []
        for i in range(self.n):
            offered, limit = self.link("offered", i), self.held("limit", i)
            full.append(Cell(f"IF({offered.said}<LN({limit.said}),0,1)", float(offered.value >= np.log(limit.value))))
        self.heads["full"] = self.head("at capacity", LOGS, full)

    def _weights(self) -> None:
        """Shares of an importer's imports, one row for each, under the columns of the goods."""
        market, self.weights = self.market, list[Run]()
        for number, place in enumerate(market.importers):
            cells = [
                self.link("upper", lane) if market.place[lane] == number and not market.home[lane] else Cell("0", 0.0)
                for lane in self.goods
            ]
            self.weights.append(self.head(f"weights {place}", self.at_goods, cells))

    def _moves(self) -> None:
        """Minus the inverse of the slopes at the market as solved, under the columns of what is left.

        Columns of producers with a capacity come a second time, under what becomes of their part on the other side.
        """
        area = [self.end[f"slopes@{k}"] for k in (0, self.n - 1)]
        slopes = f"'{self.end.page.name}'!{area[0].cell(0)}:{area[1].cell(self.n - 1)}"
        self.inverse = -np.linalg.inv(np.stack([self.end.value(f"slopes@{k}") for k in range(self.n)], axis=1))
        self.moves = []
        for i in range(self.n):
            cells = [Cell(f"-INDEX(MINVERSE({slopes}),{i + 1},{j + 1})", float(self.inverse[i, j]))
                     for j in range(self.n)]  # fmt: skip
            cells += [Cell(absolute(self.row, self.at_left + b), cells[b].value) for b in self.bounded]
            self.moves.append(self.head(f"move {self.market.producers[i]}", self.at_left, cells))
