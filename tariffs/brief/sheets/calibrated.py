"""The market as it was calibrated, in cells: elasticities from the inputs, tonnes, prices, and the nests' shares."""

import numpy as np
from numpy.typing import NDArray

from tariffs.brief import look
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.newton import Column, Table
from tariffs.brief.sheets.routes import Straight
from tariffs.brief.sheets.ways import SIDES, Way
from tariffs.sources import Array, Figure
from tariffs.study import Study
from tariffs.words import N_

NO_LIMIT = 1e15  # tonnes a year: what stands for a producer without a capacity on record
NAME, LAST = 1, 22


def baseline(
    page: Page,
    study: Study,
    every: list[Way],
    inputs: Inputs,
    answers: dict[str, tuple[Figure, ...]],
    lines: Straight,
) -> tuple[Table, int]:
    """The market as calibrated: importers, producers, routes, and the shares of its nests."""
    t, market, table = page.t, study.world.baseline.market, Table(page)
    page.section(4, t(N_("The market as calibrated")), LAST)
    row = _places(page, study, table, inputs, answers, 5)
    row = _makers(page, study, table, inputs, answers, row + 1)
    names = [
        *(
            N_("Route"),
            N_("Producer"),
            N_("Importer"),
            N_("Label's nest"),
            N_("At home"),
            N_("Tonnes"),
            N_("Landed, USD/t"),
        ),
        *(N_("Share of the label"), N_("Share of the origin"), N_("Home or imports"), "σ", "σ", "σ", "ε"),
        *(N_("A before"), N_("B before"), N_("Open"), N_("A after"), N_("B after"), N_("Open")),
    ]
    page.heads(row, [t(name) for name in names], range(1, len(names)))
    row += 1
    for number, lane in enumerate(market.lanes):
        page.put_text(row + number, NAME, naming.way(lane.producer, lane.label, lane.importer, t), "text")
    group = {pair: n for n, pair in enumerate(dict.fromkeys(zip(market.maker, market.place, strict=True)), start=1)}
    tonnes, price = first_row(market.tonnes), first_row(market.landed)
    table.give("maker", row, 2, np.asarray(market.maker + 1, dtype=float), "quiet|0")
    table.give("place", row, 3, np.asarray(market.place + 1, dtype=float), "quiet|0")
    groups = np.array([group[pair] for pair in zip(market.maker, market.place, strict=True)], dtype=float)
    table.give("group", row, 4, groups, "quiet|0")
    table.give("home", row, 5, market.home.astype(float), "quiet|0")
    table.give("tonnes", row, 6, tonnes, f"number|{look.TONNES}")
    table.give("price", row, 7, price, f"number|{look.PRICE}")
    _shares(table, market.place, row)
    v = table.value
    for name, column, template in (
        ("label", 11, "INDEX([sigma_label:],[place])"),
        ("above", 12, "IF([home]=1,INDEX([sigma_home:],[place]),INDEX([sigma_import:],[place]))"),
        ("top", 13, "INDEX([sigma_home:],[place])"),
        ("demand", 14, "INDEX([total_demand:],[place])"),
    ):
        where = {"label": "sigma_label", "top": "sigma_home", "demand": "total_demand"}.get(name)
        values = (
            v(where)[market.place]
            if where
            else np.where(market.home, v("sigma_home")[market.place], v("sigma_import")[market.place])
        )
        table.put(name, row, column, template, values, "quiet|0.00")
    for place, when in enumerate(SIDES):
        _lines(table, study, lines, when, row, 15 + 3 * place)
    makers = [int(x) for x in market.maker]
    supplied = np.asarray(np.bincount(makers, tonnes, minlength=len(market.producers)), dtype=float)
    start = table["number"].row
    table.put("willing", start, 5, "SUMIF([maker:],[number],[tonnes:])", supplied, f"number|{look.TONNES}")
    by_maker = {row_.producer: inputs.of(row_.tonnes, "before") for row_ in study.library.capacities.values()}
    capped = np.full(len(supplied), NO_LIMIT)
    for number, producer in enumerate(market.producers):
        if producer in by_maker:
            given = by_maker[producer]
            capped[number] = max(given.value, supplied[number])
            formula = f"=MAX({given.name},{table['willing'].cell(number)})"
            page.put_formula(start + number, 6, formula, float(capped[number]), f"number|{look.TONNES}")
        else:
            page.put_number(start + number, 6, NO_LIMIT, "quiet|0.0E+00")
    table.columns["limit"] = Column(start, 6, capped)
    return table, row + len(market.lanes) + 1


def _places(
    page: Page, study: Study, table: Table, inputs: Inputs, answers: dict[str, tuple[Figure, ...]], row: int
) -> int:
    t, market = page.t, study.world.baseline.market
    names = [N_("Importer"), "ε", "σ", "σ", "σ", "σ − σ", "σ + ε"]
    heads = [
        *(t(names[0]), t(N_("Total demand")), t(N_("Home against imports")), t(N_("Between origins"))),
        *(t(N_("Between labels")), t(N_("Origins less home")), t(N_("Home plus demand"))),
    ]
    page.heads(row, heads, range(1, len(heads)))
    row += 1
    for number, place in enumerate(market.importers):
        page.put_text(row + number, NAME, t.place(place), "text")
    for column, (name, figures) in enumerate(
        (
            ("total_demand", "demand"),
            ("sigma_home", "sigma_home"),
            ("sigma_import", "sigma_import"),
            ("sigma_label", "sigma_label"),
        ),
        start=2,
    ):
        refs = [inputs.of(figure, "before") for figure in answers[figures]]
        _linked(table, name, row, column, refs, "number|0.00")
    v = table.value
    table.put("rival", row, 6, "[sigma_import]-[sigma_home]", v("sigma_import") - v("sigma_home"), "quiet|0.00")
    table.put("whole", row, 7, "[sigma_home]+[total_demand]", v("sigma_home") + v("total_demand"), "quiet|0.00")
    return row + len(market.importers)


def _makers(
    page: Page, study: Study, table: Table, inputs: Inputs, answers: dict[str, tuple[Figure, ...]], row: int
) -> int:
    t, market = page.t, study.world.baseline.market
    heads = [N_("Producer"), N_("Number"), N_("Net-back, USD/t"), N_("Supply"), N_("Sells, t"), N_("At most, t")]
    page.heads(row, [t(head) for head in heads], range(1, len(heads)))
    row += 1
    for number, producer in enumerate(market.producers):
        page.put_text(row + number, NAME, t.place(producer), "text")
    table.give("number", row, 2, np.arange(1.0, len(market.producers) + 1), "quiet|0")
    table.give("start", row, 3, first_row(market.net_back), f"number|{look.PRICE}")
    _linked(table, "supply", row, 4, [inputs.of(figure, "before") for figure in answers["supply"]], "number|0.00")
    return row + len(market.producers)


def _linked(table: Table, name: str, row: int, column: int, refs: list[Ref], style: str) -> None:
    """A column of cells that each take one input."""
    for number, ref in enumerate(refs):
        table.page.put_formula(row + number, column, f"={ref.name}", ref.value, style)
    table.columns[name] = Column(row, column, np.array([ref.value for ref in refs]))


def _shares(table: Table, place: NDArray[np.intp], row: int) -> None:
    """Shares of spending at landed prices: of a label in its maker's, of a maker among its like, of home or imports."""
    v = table.value
    spent, home = v("tonnes") * v("price"), v("home").astype(np.intp)
    group, side = v("group").astype(np.intp), place * 2 + home
    of_group, of_side, of_place = (np.bincount(key, spent)[key] for key in (group, side, place))
    pays = "SUMPRODUCT(({test})*[tonnes:]*[price:])"
    of = {
        "group": pays.format(test="[group:]=[group]"),
        "side": pays.format(test="([place:]=[place])*([home:]=[home])"),
        "place": pays.format(test="[place:]=[place]"),
    }
    table.put("within", row, 8, f"[tonnes]*[price]/{of['group']}", spent / of_group)
    table.put("upper", row, 9, f"{of['group']}/{of['side']}", of_group / of_side)
    table.put("of_market", row, 10, f"{of['side']}/{of['place']}", of_side / of_place)


def _lines(table: Table, study: Study, lines: Straight, when: str, row: int, column: int) -> None:
    """A policy's slope and constant of each route, and whether it is open on this side and the one before."""
    page, market = table.page, study.world.baseline.market
    result = study.before.result if when == "before" else study.after.result
    shut = result.shock.closed | (study.before.result.shock.closed if when == "after" else False)
    slopes, consts = np.ones(len(market.lanes)), np.zeros(len(market.lanes))
    for number in range(len(market.lanes)):
        if (number, when) not in lines.slope:
            page.put_text(row + number, column, "–", "quiet")
            page.put_text(row + number, column + 1, "–", "quiet")
            continue
        slope, const = lines.slope[number, when], lines.const[number, when]
        slopes[number], consts[number] = slope.value, const.value
        page.put_formula(row + number, column, f"={slope.seen_from(page.name)}", slope.value, "quiet|0.000000")
        page.put_formula(row + number, column + 1, f"={const.seen_from(page.name)}", const.value, "quiet|0.000000")
    table.columns[f"slope_of_{when}"] = Column(row, column, slopes)
    table.columns[f"const_of_{when}"] = Column(row, column + 1, consts)
    table.give(f"live_{when}", row, column + 2, np.where(shut, 0.0, 1.0), "quiet|0")


def first_row(values: Array) -> Array:
    """The central entry of an array that may lead with draws."""
    return np.asarray(np.atleast_2d(values)[0], dtype=float)
