"""Newton's method for the exact model, laid out in cells: one step is one block of rows.

The equations are those of ``models/armington.py`` at one point. Only functions that Excel 2010 and
LibreOffice 7 share are used, and every formula stands beside the value that Python makes of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from openpyxl.utils import get_column_letter

from tariffs.brief.cells import Page, Ref, absolute
from tariffs.sources import Array
from tariffs.words import N_

LONGEST_STEP = 0.7  # in logs: a price at most doubles or halves in one step
NEAR_ONE = 1e-9  # an elasticity this near to one is Cobb-Douglas
STYLE = "quiet|0.000000"
TOKEN = re.compile(r"\[(\w+)(:?)\]")  # [x]: the cell of column x in the same row; [x:]: the whole column


@dataclass(frozen=True)
class Column:
    """A run of cells under each other, and what is in them."""

    row: int
    column: int
    values: Array

    def cell(self, number: int) -> str:
        return f"${self.letter}${self.row + number}"

    @cached_property
    def letter(self) -> str:
        letter: str = get_column_letter(self.column)
        return letter

    @cached_property
    def all(self) -> str:
        last = len(self.values) - 1
        return f"{self.cell(0)}:{self.cell(last)}"


@dataclass
class Table:
    """Columns by name on one sheet; a template's tokens are looked up here and in the tables it rests on."""

    page: Page
    rests_on: Mapping[str, Column] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        return self.columns[name] if name in self.columns else self.rests_on[name]

    def value(self, name: str) -> Array:
        return self[name].values

    def put(self, name: str, row: int, column: int, template: str, values: Array, style: str = STYLE) -> None:
        """A column of formulas made from one template."""
        first, *rest = TOKEN.split(template)
        steps = [(self[name], whole, text) for name, whole, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True)]
        said = "".join(f"{held.all if whole else f'${held.letter}{held.row}'}{text}" for held, whole, text in steps)
        self.page.put_shared(row, column, f"={first}{said}", values.tolist(), style)
        self.columns[name] = Column(row, column, values)

    def give(self, name: str, row: int, column: int, values: Array, style: str = STYLE) -> None:
        """A column of numbers."""
        self.columns[name] = Column(row, column, np.asarray(values, dtype=float))
        for number, value in enumerate(values):
            self.page.put_number(row + number, column, float(value), style)

    def ref(self, name: str, number: int) -> Ref:
        column = self[name]
        return Ref(self.page.name, column.cell(number), float(column.values[number]))

    @property
    def every(self) -> dict[str, Column]:
        return {**self.rests_on, **self.columns}


# Columns of a step, in the order in which they are worked out: name, heading, template.
PRICES = (
    ("n", N_("Net-back"), "INDEX([net_back:],[maker])"),
    ("landed", N_("Landed"), "IF([live]=1,[slope_of]*[n]+[const_of],[price])"),
    ("x", N_("ln change"), "IF([live]=1,LN([landed]/[price]),0)"),
)
NESTS = (
    ("e1", N_("Label: weight"), "[live]*[within]*EXP((1-[label])*[x])"),
    ("s1", N_("Label: sum"), "SUMIF([group:],[group],[e1:])"),
    (
        "p1",
        N_("Label: ln index"),
        "IF([s1]<=0,0,IF(ABS(1-[label])<0.000000001,SUMPRODUCT(([group:]=[group])*[live:]*[within:]*[x:]),"
        "LN([s1])/(1-[label])))",
    ),
    ("v1", N_("Label: share"), "IF([s1]>0,[e1]/[s1],0)"),
    ("e2", N_("Origin: weight"), "[v1]*[upper]*EXP((1-[above])*[p1])"),
    ("s2", N_("Origin: sum"), "SUMIFS([e2:],[place:],[place],[home:],[home])"),
    (
        "p2",
        N_("Origin: ln index"),
        "IF([s2]<=0,0,IF(ABS(1-[above])<0.000000001,"
        "SUMPRODUCT(([place:]=[place])*([home:]=[home])*[v1:]*[upper:]*[p1:]),LN([s2])/(1-[above])))",
    ),
    ("v2", N_("Origin: share"), "IF([s2]>0,[e2]/[s2],0)"),
    ("e3", N_("Market: weight"), "[v2]*[of_market]*EXP((1-[top])*[p2])"),
    ("s3", N_("Market: sum"), "SUMIF([place:],[place],[e3:])"),
    (
        "p3",
        N_("Market: ln index"),
        "IF([s3]<=0,0,IF(ABS(1-[top])<0.000000001,SUMPRODUCT(([place:]=[place])*[v2:]*[of_market:]*[p2:]),"
        "LN([s3])/(1-[top])))",
    ),
    ("v3", N_("Market: share"), "IF([s3]>0,[e3]/[s3],0)"),
    (
        "q",
        N_("Tonnes"),
        "IF([live]=1,[tonnes]*EXP([demand]*[p3]+[top]*([p3]-[p2])+[above]*([p2]-[p1])+[label]*([p1]-[x])),0)",
    ),
)
LEFT = (
    ("sales", N_("Sales"), "SUMIF([maker:],[number],[q:])"),
    ("offered", N_("ln offered"), "LN([willing])+[supply]*[log]"),
    ("value", N_("ln supply less ln sales"), "IF([sales]>0,MIN([offered],LN([limit]))-LN([sales]),0)"),
)
SLOPES = (
    ("y", N_("Share of sales"), "IF(INDEX([sales:],[maker])>0,[q]/INDEX([sales:],[maker]),0)"),
    ("slope", N_("Slope"), "IF([live]=1,1-[const_of]/[landed],0)"),
    ("g1", N_("Pull, label"), "[v1]*[slope]"),
    ("pull", N_("Pull of the label's nest"), "SUMIF([group:],[group],[g1:])"),
    ("own", N_("Own"), "[y]*([label]*[slope]-([label]-[above])*[pull])"),
    ("g2", N_("Pull, origin"), "[v2]*[slope]*(1-[home])"),
    ("g3", N_("Pull, market"), "[v3]*[slope]"),
    ("yi", N_("Share of sales abroad"), "[y]*(1-[home])"),
)
WIDTH = 1 + len(PRICES) + len(NESTS) + len(SLOPES)


def step(
    page: Page, ground: Mapping[str, Column], row: int, log: tuple[str, Array], last: bool
) -> tuple[Table, tuple[str, Array]]:
    """Write one step from the row given; return its cells, and the next point as a template with its values.

    ``ground`` is the step before, or at first what stands above all steps. It holds the columns of routes (maker,
    place, group, home, tonnes, price, within, upper, of_market, label, above, top, demand, and the policy's
    slope_of, const_of, live), of producers (number, start, supply, willing, limit) and of importers (rival
    ``σ_M - σ_H``, whole ``σ_H + ε``). The last step only evaluates.
    """
    here = Table(page, ground)
    column = WIDTH + 2
    with np.errstate(divide="ignore", invalid="ignore"):
        point = log[1]
        here.put("log", row, column, log[0], point)
        here.put("net_back", row, column + 1, "[start]*EXP([log])", here.value("start") * np.exp(point))
        _prices_and_nests(here, row)
        _what_is_left(here, row, column + 2)
        if last:
            return here, ("", point)
        _slopes(here, row)
        after = _jacobian(here, row, column + 5)
    return here, after


def _prices_and_nests(here: Table, row: int) -> None:
    v = here.value
    live, maker, place, group = v("live") == 1, _whole(v("maker")) - 1, _whole(v("place")) - 1, _whole(v("group")) - 1
    home = v("home")
    made: dict[str, Array] = {"n": v("net_back")[maker]}
    made["landed"] = np.where(live, v("slope_of") * made["n"] + v("const_of"), v("price"))
    made["x"] = np.where(live, np.log(made["landed"] / v("price")), 0.0)
    made["e1"] = live * v("within") * np.exp((1 - v("label")) * made["x"])
    side = place * 2 + _whole(home)
    for number, (sums, weights, power, of, change) in enumerate(
        (
            (group, "within", "label", None, "x"),
            (side, "upper", "above", "v1", "p1"),
            (place, "of_market", "top", "v2", "p2"),
        ),
        start=1,
    ):
        if of is not None:
            made[f"e{number}"] = made[of] * v(weights) * np.exp((1 - v(power)) * made[change])
        total = _sums(sums, made[f"e{number}"])[sums]
        mean = _sums(sums, (live if of is None else made[of]) * v(weights) * made[change])[sums]
        near = np.abs(1 - v(power)) < NEAR_ONE
        index = np.where(near, mean, np.log(total) / np.where(near, 1.0, 1 - v(power)))
        made[f"s{number}"], made[f"p{number}"] = total, np.where(total > 0, index, 0.0)
        made[f"v{number}"] = np.where(total > 0, made[f"e{number}"] / np.where(total > 0, total, 1.0), 0.0)
    p1, p2, p3 = made["p1"], made["p2"], made["p3"]
    grown = v("demand") * p3 + v("top") * (p3 - p2) + v("above") * (p2 - p1) + v("label") * (p1 - made["x"])
    made["q"] = np.where(live, v("tonnes") * np.exp(grown), 0.0)
    for number, (name, _, template) in enumerate((*PRICES, *NESTS)):
        here.put(name, row, 2 + number, template, made[name])


def _what_is_left(here: Table, row: int, column: int) -> None:
    v = here.value
    sales = _sums(_whole(v("maker")) - 1, v("q"), len(v("number")))
    offered = np.log(v("willing")) + v("supply") * v("log")
    value = np.where(sales > 0, np.minimum(offered, np.log(v("limit"))) - np.log(np.where(sales > 0, sales, 1.0)), 0.0)
    for place, ((name, _, template), values) in enumerate(zip(LEFT, (sales, offered, value), strict=True)):
        here.put(name, row, column + place, template, values)


def _slopes(here: Table, row: int) -> None:
    v = here.value
    live, maker, group = v("live") == 1, _whole(v("maker")) - 1, _whole(v("group")) - 1
    sales = v("sales")[maker]
    made: dict[str, Array] = {"y": np.where(sales > 0, v("q") / np.where(sales > 0, sales, 1.0), 0.0)}
    made["slope"] = np.where(live, 1 - v("const_of") / v("landed"), 0.0)
    made["g1"] = v("v1") * made["slope"]
    made["pull"] = _sums(group, made["g1"])[group]
    made["own"] = made["y"] * (v("label") * made["slope"] - (v("label") - v("above")) * made["pull"])
    made["g2"] = v("v2") * made["slope"] * (1 - v("home"))
    made["g3"] = v("v3") * made["slope"]
    made["yi"] = made["y"] * (1 - v("home"))
    for number, (name, _, template) in enumerate(SLOPES):
        here.put(name, row, 2 + len(PRICES) + len(NESTS) + number, template, made[name])


def _jacobian(here: Table, row: int, column: int) -> tuple[str, Array]:
    """Derivatives of what is left in the logs of the net-backs, and Newton's move."""
    v = here.value
    maker, place = _whole(v("maker")) - 1, _whole(v("place")) - 1
    n, m = len(v("number")), len(v("rival"))

    def by_both(values: Array) -> Array:
        return _sums(maker * m + place, values, n * m).reshape(n, m)

    tables = (
        ("yi", "INDEX([rival:],{m})*", v("rival")),
        ("y", "INDEX([whole:],{m})*", v("whole")),
        ("g2", "", np.ones(m)),
        ("g3", "", np.ones(m)),
    )
    areas, found = [], []
    for name, factor, weight in tables:
        table = by_both(v(name)) * weight
        for number in range(m):
            template = f"{factor.format(m=number + 1)}SUMIFS([{name}:],[maker:],[number],[place:],{number + 1})"
            here.put(f"{name}@{number}", row, column + number, template, table[:, number])
        areas.append(column)
        found.append(table)
        column += m
    full = v("offered") >= np.log(v("limit"))
    diagonal = np.where(full, 0.0, v("supply")) + _sums(maker, v("own"), n)
    selling = v("sales") > 0
    diagonal = np.where(selling, diagonal, 1.0)
    here.put(
        "diagonal",
        row,
        column,
        "IF([sales]>0,IF([offered]<LN([limit]),[supply],0)+SUMIF([maker:],[number],[own:]),1)",
        diagonal,
    )
    jacobian = -(found[0] @ found[2].T + found[1] @ found[3].T) + np.diag(diagonal)
    first = column + 1
    own = [f"${get_column_letter(a)}{row}:${get_column_letter(a + m - 1)}{row}" for a in areas]
    for other in range(n):
        across = [f"{absolute(row + other, a)}:{absolute(row + other, a + m - 1)}" for a in areas]
        template = (
            f"-SUMPRODUCT({own[0]},{across[2]})-SUMPRODUCT({own[1]},{across[3]})+IF([number]={other + 1},[diagonal],0)"
        )
        here.put(f"slopes@{other}", row, first + other, template, jacobian[:, other])
    area = f"{absolute(row, first)}:{absolute(row + n - 1, first + n - 1)}"
    move = -np.linalg.inv(jacobian) @ v("value")
    here.put("move", row, first + n, f"-SUM(MMULT(INDEX(MINVERSE({area}),[number],0),[value:]))", move)
    longest = max(float(np.abs(move).max()), 1e-300)
    capped = f"MIN(1,{LONGEST_STEP}/MAX(MAX([move:]),-MIN([move:]),1E-300))"
    return f"[log]+[move]*{capped}", v("log") + move * min(1.0, LONGEST_STEP / longest)


def _whole(values: Array) -> NDArray[np.intp]:
    whole: NDArray[np.intp] = values.astype(np.intp)
    return whole


def _sums(key: NDArray[np.intp], values: Array, size: int = 0) -> Array:
    """Sums of values by a key from 0, (size,)."""
    return np.asarray(np.bincount(key, values, minlength=size), dtype=float)
