"""GSIM's and SMART's equations as columns of cells over the routes, each beside the value that Python makes of it.

References
----------
Francois and Hall (2003), Global Simulation Analysis of Industry-Level Trade Policy, version 3.0; Laird and Yeats
(1986), UNCTAD Discussion Paper 19.
"""

import numpy as np
from numpy.typing import NDArray

from tariffs.brief.cells import absolute
from tariffs.brief.sheets.newton import Column, Table
from tariffs.models.smart import INFINITE
from tariffs.sources import Array
from tariffs.study import Study

WORKINGS = 12  # first column of the workings, beyond what is printed
# Columns of the routes' workings: name, template; values are worked out beside.
GSIM = (
    ("theta", "[was]*[paid]/SUMPRODUCT(([place:]=[place])*[was:]*[paid:])"),
    ("phi", "IF([was]>0,[was]/SUMIF([maker:],[maker],[was:]),0)"),
    ("push", "IF([was]>0,[slope_was]*[back]/[paid],0)"),
    ("lift", "IF([was]>0,([slope_now]*[back]+[const_now])/[paid]-1,0)"),
    ("pull", "[demand]+[sigma]"),
    ("part", "[phi]*[pull]"),
    ("weight", "[theta]*[push]"),
    ("own", "[phi]*[sigma]*[push]"),
    ("mean_lift", "SUMPRODUCT(([place:]=[place])*[theta:]*[lift:])"),
    ("asked", "[phi]*(-[sigma]*[lift]+[pull]*[mean_lift])"),
)
SMART = (
    ("value", "[was]*[back]*(1-[home])"),
    ("power", "IF([value]>0,([slope_now]*[back]+[const_now])/[paid],1)"),
    ("slack", "IF([supply_of]>=99,0,1/[supply_of])"),
    ("creation", "MAX([value]*[demand]*([power]-1)/(1-[demand]*[push]*[slack]),-[value])"),
    ("whole", "SUMIF([place:],[place],[value:])"),
    ("moved", "SUMPRODUCT(([place:]=[place])*[value:]*[power:])"),
    ("rest", "[whole]-[value]"),
    ("elsewhere", "IF([rest]>0,([moved]-[value]*[power])/[rest],[power])"),
    ("cheaper", "MAX(1-[power]/[elsewhere],0)"),
    ("gain", "IF([value]>0,[value]*[rest]*[sigma]*[cheaper]/([whole]+[value]*[sigma]*[cheaper]),0)"),
    ("dearer", "[value]*MAX([power]-IF([whole]>0,[moved]/[whole],1),0)"),
    ("sought", "SUMIF([place:],[place],[gain:])"),
    ("giving", "SUMIF([place:],[place],[dearer:])"),
    ("lost", "MIN(IF([giving]>0,[sought]*[dearer]/[giving],0),[value]+MIN([creation],0))"),
    ("lost_all", "SUMIF([place:],[place],[lost:])"),
    ("diversion", "IF([sought]>0,[gain]*[lost_all]/[sought],0)-[lost]"),
)


def gsim(table: Table, row: int, study: Study) -> Column:
    """Tonnes after by GSIM: one linear system in the net-backs."""
    page, v, market = table.page, table.value, study.world.baseline.market
    maker, place, n, m = market.maker, market.place, len(market.producers), len(market.importers)

    def over(key: NDArray[np.intp], values: Array) -> Array:
        return np.asarray(np.bincount(key, values)[key], dtype=float)

    with np.errstate(divide="ignore", invalid="ignore"):
        sold, spent = v("was") > 0, v("was") * v("paid")
        made = {"theta": spent / over(place, spent), "phi": np.where(sold, v("was") / over(maker, v("was")), 0.0)}
        made["push"] = np.where(sold, v("slope_was") * v("back") / v("paid"), 0.0)
        made["lift"] = np.where(sold, (v("slope_now") * v("back") + v("const_now")) / v("paid") - 1, 0.0)
    made["pull"] = v("demand") + v("sigma")
    made["part"], made["weight"] = made["phi"] * made["pull"], made["theta"] * made["push"]
    made["own"] = made["phi"] * v("sigma") * made["push"]
    made["mean_lift"] = over(place, made["theta"] * made["lift"])
    made["asked"] = made["phi"] * (-v("sigma") * made["lift"] + made["pull"] * made["mean_lift"])
    column = WORKINGS + 13
    column = _put(table, row, column, GSIM, made)
    # The system: one row for each producer.
    table.give("number", row, column, np.arange(1.0, n + 1), "quiet|0")
    supply, both = np.zeros(n), (np.zeros((n, m)), np.zeros((n, m)))
    supply[maker] = v("supply_of")
    np.add.at(both[0], (maker, place), made["part"])
    np.add.at(both[1], (maker, place), made["weight"])
    own, right = (np.asarray(np.bincount(maker, made[x], n), dtype=float) for x in ("own", "asked"))
    for at, (name, values) in enumerate((("part", both[0]), ("weight", both[1]))):
        for k in range(m):
            template = f"SUMIFS([{name}:],[maker:],[number],[place:],{k + 1})"
            table.put(f"{name}@{k}", row, column + 1 + at * m + k, template, values[:, k])
    first_of = column + 1 + 2 * m
    table.put("rise", row, first_of, "INDEX([supply_of:],MATCH([number],[maker:],0))+SUMIF([maker:],[number],[own:])",
              supply + own)  # fmt: skip
    table.put("right", row, first_of + 1, "SUMIF([maker:],[number],[asked:])", right)
    matrix = np.diag(supply + own) - both[0] @ both[1].T
    for i in range(n):
        for j in range(n):
            spans = [
                f"{absolute(row + which, column + 1 + at * m)}:{absolute(row + which, column + at * m + m)}"
                for which, at in ((i, 0), (j, 1))
            ]
            formula = f"=-SUMPRODUCT({spans[0]},{spans[1]})" + (f"+{table['rise'].cell(i)}" if i == j else "")
            page.put_formula(row + i, first_of + 2 + j, formula, float(matrix[i, j]), "quiet|0.000000")
    area = f"{absolute(row, first_of + 2)}:{absolute(row + n - 1, first_of + 1 + n)}"
    moved = np.asarray(np.linalg.solve(matrix, right), dtype=float)
    table.put("moved_price", row, first_of + 2 + n, f"SUM(MMULT(INDEX(MINVERSE({area}),[number],0),[right:]))", moved)
    column = first_of + 3 + n
    price = made["push"] * moved[maker] + made["lift"]
    mean = over(place, made["theta"] * price)
    table.put("price", row, column, "[push]*INDEX([moved_price:],[maker])+[lift]", price)
    table.put("mean", row, column + 1, "SUMPRODUCT(([place:]=[place])*[theta:]*[price:])", mean)
    sold_now = v("was") * (1 - v("sigma") * price + made["pull"] * mean)
    table.put("gsim", row, column + 2, "[was]*(1-[sigma]*[price]+[pull]*[mean])", sold_now)
    return table["gsim"]


def smart(table: Table, row: int) -> Column:
    """Tonnes after by SMART: creation and diversion, importer by importer; home sales stay."""
    v = table.value
    place = (v("place") - 1).astype(np.intp)

    def over(values: Array) -> Array:
        return np.asarray(np.bincount(place, values)[place], dtype=float)

    with np.errstate(divide="ignore", invalid="ignore"):
        made = {"value": v("was") * v("back") * (1 - v("home"))}
        trading = made["value"] > 0
        made["power"] = np.where(trading, (v("slope_now") * v("back") + v("const_now")) / v("paid"), 1.0)
        made["slack"] = np.where(v("supply_of") >= INFINITE, 0.0, 1.0 / v("supply_of"))
        lines = 1 - v("demand") * v("push") * made["slack"]
        value, power = made["value"], made["power"]
        made["creation"] = np.maximum(value * v("demand") * (power - 1) / lines, -value)
        made["whole"], made["moved"] = over(value), over(value * power)
        made["rest"] = made["whole"] - value
        made["elsewhere"] = np.where(made["rest"] > 0, (made["moved"] - value * power) / made["rest"], power)
        made["cheaper"] = np.maximum(1 - power / made["elsewhere"], 0.0)
        pulled = value * v("sigma") * made["cheaper"]
        made["gain"] = np.where(trading, made["rest"] * pulled / (made["whole"] + pulled), 0.0)
        mean = np.where(made["whole"] > 0, made["moved"] / made["whole"], 1.0)
        made["dearer"] = value * np.maximum(power - mean, 0.0)
        made["sought"], made["giving"] = over(made["gain"]), over(made["dearer"])
        wanted = np.where(made["giving"] > 0, made["sought"] * made["dearer"] / made["giving"], 0.0)
        made["lost"] = np.minimum(wanted, value + np.minimum(made["creation"], 0.0))
        made["lost_all"] = over(made["lost"])
        given = np.where(made["sought"] > 0, made["gain"] * made["lost_all"] / made["sought"], 0.0)
        made["diversion"] = given - made["lost"]
        grown = np.where(trading, (made["creation"] + made["diversion"]) / value, 0.0)
    column = _put(table, row, max(c.column for c in table.columns.values()) + 2, SMART, made)
    table.put("smart", row, column, "[was]*MAX(1+IF([value]>0,([creation]+[diversion])/[value],0),0)",
              v("was") * np.maximum(1 + grown, 0.0))  # fmt: skip
    return table["smart"]


def _put(table: Table, row: int, column: int, templates: "tuple[tuple[str, str], ...]", made: dict[str, Array]) -> int:
    for name, template in templates:
        table.page.put_text(row - 1, column, name, "backstage")
        table.put(name, row, column, template, made[name])
        column += 1
    return column
