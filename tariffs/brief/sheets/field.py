"""The exact model once more, a row of cells to each guess: how the market answers other settings of two levers.

The equations are those of ``newton.py``, one row wide, with the duty of one importer and the exporter's support as
two more cells of the row. A guess is bettered by the slopes of the market as solved, kept fixed, and by what the
guess before it taught (one step of Anderson's method): from a neighbour's answer, four such steps bring the
equations to rounding. Every column of the field is one formula, which all its rows share.

References
----------
Anderson (1965), Journal of the ACM 12(4), 547-560.
"""

from collections.abc import Sequence

import numpy as np

from tariffs.brief.bands import Shared
from tariffs.brief.cells import absolute
from tariffs.brief.sheets.equations import Said, at, span
from tariffs.brief.sheets.ground import DUTY, LOGS, ROUND, SHARE, STYLE, SUPPORT, Cell, Ground
from tariffs.brief.sheets.worked import Answers, Lines, Worked
from tariffs.sources import Array

ROUNDS = 5  # betterments of a guess; what is left is worked out after the last
LEVER = "quiet|0.0000%"
LEAST = 1e-14  # of the squared difference of two gaps: below it, what one teaches of the other is rounding


class Field:
    """Rows of guesses under one importer's duty and the exporter's support; every point has a row for each round."""

    def __init__(self, ground: Ground, lines: Lines, row: int, size: int) -> None:
        self.ground, self.lines, self.worked = ground, lines, Worked(ground, lines)
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
        levers = np.stack([duty, support], axis=1)
        now, was = self.worked.at(duty, support, logs), None
        rows = [now.told[:, self.ground.n :]]
        for number in range(1, ROUNDS + 1):
            to, share = self.worked.moved(now), np.zeros(len(duty))
            if was is not None:
                change = now.left - was.left
                size = (change * change).sum(axis=1)
                apart = size > LEAST
                # Rounded: of differences near to rounding, two programs keep other last digits.
                weight = (now.left * change).sum(axis=1) / np.where(apart, size, 1.0)
                share = np.where(apart, np.round(weight, 3), 0.0)
                to = to - share[:, None] * (to - self.worked.moved(was))
            now, was = self.worked.at(duty, support, to), now
            rows.append(np.concatenate((levers, np.full((len(duty), 1), number), share[:, None], now.told), axis=1))
        numbers = list(range(len(self.answers), len(self.answers) + len(duty)))
        for place, number in enumerate(numbers):
            self._lay(number, [row[place] for row in rows], duties[place], supports[place], starts[place])
            self.answers.append(now.only(place))
            self.levers.append((float(duty[place]), float(support[place])))
            self.ground.page.put_band(self.row_of(number), self._sales, now.sales[place])
        return numbers

    def _lay(self, number: int, rows: Sequence[Array], duty: Cell, support: Cell, start: Sequence[Cell]) -> None:
        """A point's rows."""
        page, row = self.ground.page, self.row_of(number) - ROUNDS
        for column, cell in ((DUTY, duty), (SUPPORT, support)):
            if cell.said == repr(cell.value):
                page.put_number(row, column, cell.value, LEVER)
            else:
                page.put_formula(row, column, f"={cell.said}", cell.value, LEVER)
        for place, cell in enumerate(start):
            page.put_formula(row, LOGS + place, f"={cell.said}", cell.value, STYLE)
        page.put_band(row, self._guess, rows[0])
        for later in range(1, ROUNDS + 1):
            page.put_band(row + later, self._round, rows[later])

    def _share(self) -> None:
        """The formulas that all rows share."""
        page, ground, first, second = self.ground.page, self.ground, self.first, self.first + 1

        def shared(column: int, row: int, said: str) -> Shared:
            return page.share(row, column, self.last, f"={said}")

        levers = [shared(column, second, at(column, first)) for column in (DUTY, SUPPORT)]
        one, two = (span(ground.at_left, ground.n, row) for row in (first, first - 1))
        wide = [span(ground.at_left, ground.n + len(ground.bounded), row) for row in (first, first - 1)]
        apart = f"SUMXMY2({one},{two})"
        taught = f"IF({apart}>{LEAST:.0E},ROUND((SUMSQ({one})-SUMPRODUCT({one},{two}))/{apart},3),0)"
        steps = [shared(SHARE, second, f"IF({at(ROUND, second)}<2,0,{taught})")]
        for i, move in enumerate(ground.moves):
            to, led = (
                f"{at(LOGS + i, first - ago)}+SUMPRODUCT({move.all},{wide[ago]})" for ago in (0, 1)
            )
            steps.append(shared(LOGS + i, second, f"{to}-{at(SHARE, second)}*({to}-({led}))"))
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
        rest = [shared(ground.at_goods + place, first, formula) for place, formula in enumerate(told)]
        self._guess = page.band(ground.at_goods, rest, [STYLE])
        self._round = page.band(DUTY, [*levers, None, *steps, *rest], [LEVER, LEVER, "quiet|0", STYLE])
        row = self.row_of(0)
        final = Said(ground, self.lines.said, self.lines.places, row)
        sales = [page.share(row, ground.at_sales + p, self.last, f"={final.sold(p)}") for p in places]
        self._sales = page.band(ground.at_sales, sales, [STYLE])
