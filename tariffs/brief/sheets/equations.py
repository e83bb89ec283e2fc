"""The exact model's equations as formulas of one row of cells; rows without a dollar move with the cell."""

from collections.abc import Callable, Sequence

import numpy as np
from openpyxl.utils import get_column_letter

from tariffs.brief.sheets.ground import DUTY, LOGS, SUPPORT, Cell, Ground
from tariffs.brief.sheets.newton import NEAR_ONE


class Said:
    """Formulas of one row, beside those that other rows hold of the same columns."""

    def __init__(
        self, ground: Ground, line: Callable[[int, str, str, str], str], places: Sequence[int], row: int
    ) -> None:
        """``line`` says the landed price of the routes at ``places``, which both levers move."""
        self.ground, self.line, self.places, self.row = ground, line, places, row

    def _log(self, maker: int) -> str:
        return at(LOGS + maker, self.row)

    def _x(self, place: int) -> str:
        return at(self.ground.at_lanes + place, self.row)

    def price(self, place: int) -> str:
        ground, maker = self.ground, int(self.ground.maker[place])
        if place in self.places:
            back = f"{ground.heads['start'].cell(maker)}*EXP({self._log(maker)})"
            return f"LN({self.line(place, at(DUTY, self.row), at(SUPPORT, self.row), back)})"
        a, b = (ground.heads[name].cell(place) for name in ("a", "b"))
        return f"LN({a}*EXP({self._log(maker)})+{b})"

    def group(self, number: int) -> str:
        places = self.ground.labels[number]
        parts = [(self.ground.held("within", p), self._x(p)) for p in places]
        return _basket_said(self.ground.heads["label"].cell(places[0]), parts)

    def side(self, m: int) -> str:
        ground, here = self.ground, self.ground.abroad(m)
        if not here:
            return "0"
        sigma, weights = ground.heads["above"].cell(here[0]), ground.weights[m].all
        goods = span(ground.at_goods, len(ground.goods), self.row)
        return (
            f"IF(ABS(1-{sigma})<{NEAR_ONE:.9f},SUMPRODUCT({weights},{goods}),"
            f"LN(SUMPRODUCT({weights},EXP((1-{sigma})*{goods})))/(1-{sigma}))"
        )

    def total(self, m: int) -> str:
        ground, homes, abroad = self.ground, self.ground.at_home(m), self.ground.abroad(m)
        parts = [(ground.held("of_market", p), self._x(p)) for p in homes]
        parts += [(ground.held("of_market", p), at(ground.at_sides + m, self.row)) for p in abroad[:1]]
        return _basket_said(ground.heads["top"].cell((*homes, *abroad)[0]), parts) if parts else "0"

    def sold(self, place: int) -> str:
        ground, m, home = self.ground, int(self.ground.place[place]), bool(self.ground.home[place])
        total, own = at(ground.at_totals + m, self.row), self._x(place)
        group = next((g for g, places in enumerate(ground.labels) if place in places), None)
        maker = own if group is None else at(ground.at_goods + group, self.row)
        side = own if home else at(ground.at_sides + m, self.row)
        tonnes, demand, top, above, label = (
            ground.heads[name].cell(place) for name in ("tonnes", "total", "top", "above", "label")
        )
        said = f"{demand}*{total}+{top}*({total}-{side})"
        said += "" if home else f"+{above}*({side}-{maker})"
        said += "" if group is None else f"+{label}*({maker}-{own})"
        return f"{tonnes}*EXP({said})"

    def left(self, i: int) -> str:
        ours = np.flatnonzero(self.ground.maker == i).tolist()
        if not ours:
            return "0"
        said = self._offered(i)
        if i in self.ground.bounded:
            said = f"MIN({said},LN({self.ground.heads['limit'].cell(i)}))"
        return f"{said}-LN({'+'.join(self.sold(place) for place in ours)})"

    def _offered(self, i: int) -> str:
        willing, supply = (self.ground.heads[name].cell(i) for name in ("willing", "supply"))
        return f"LN({willing})+{supply}*{self._log(i)}"

    def kick(self, i: int) -> str:
        """What of a move changes when a producer is on the other side of its capacity than the market as solved."""
        ground = self.ground
        supply, limit, full = (ground.heads[name].cell(i) for name in ("supply", "limit", "full"))
        move, left = ground.moves[i], span(ground.at_left, ground.n, self.row)
        change = f"{supply}*({full}-IF({self._offered(i)}>=LN({limit}),1,0))"
        return f"{change}*SUMPRODUCT({move.cell(0)}:{move.cell(ground.n - 1)},{left})/(1-{change}*{move.cell(i)})"


def at(column: int, row: int) -> str:
    """A cell whose row moves with the formula."""
    return f"${get_column_letter(column)}{row}"


def span(column: int, count: int, row: int) -> str:
    """Cells beside each other, in a row that moves with the formula."""
    return f"{at(column, row)}:{at(column + count - 1, row)}"


def _basket_said(sigma: str, parts: Sequence[tuple[Cell, str]]) -> str:
    """The same for a few goods, each a weight and a cell."""
    if len(parts) == 1 and parts[0][0].value == 1.0:
        return parts[0][1]
    flat = "+".join(f"{weight.said}*{at}" for weight, at in parts)
    bent = "+".join(f"{weight.said}*EXP((1-{sigma})*{at})" for weight, at in parts)
    return f"IF(ABS(1-{sigma})<{NEAR_ONE:.9f},{flat},LN({bent})/(1-{sigma}))"
