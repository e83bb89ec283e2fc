"""Whose money, per tonne and route, at the net-backs that the sheet solved: live formulas on both sides."""

from dataclasses import dataclass

import numpy as np

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.newton import Column, Table
from tariffs.brief.sheets.routes import Straight
from tariffs.brief.sheets.ways import SIDES, Way
from tariffs.sources import Array
from tariffs.study import Study
from tariffs.words import N_, terms

# What stands in the table: a name, its heading where it is no keeper.
PARTS = {
    "fob": terms.RUNGS["fob"],
    "cif": terms.RUNGS["cif"],
    "on_paper": terms.RUNGS["on_paper"],
    "duty": terms.FIGURES["duty_usd_per_t"],
    "wedge": terms.RUNGS["access_wedge"],
}
KEEPERS = (
    "currency_halls",
    "feedstock_sellers",
    "seller_treasury",
    "carrier",
    "label_broker",
    "buyer_treasury",
    "home_producer",
    "unknown",
    "intermediary",
    "resource_cost",
)
FIRST = 2  # column of the producer's number
HEAD = 5
LAST = FIRST + 5 + len(PARTS) + len(KEEPERS)
STYLE = f"number|{look.PRICE}"


@dataclass(frozen=True)
class Accounts:
    """The routes' table of each side; names of columns end in the side."""

    table: Table

    def column(self, name: str, when: str) -> Column:
        return self.table[f"{name}@{when}"]

    def values(self, name: str, when: str) -> Array:
        return self.column(name, when).values

    def range(self, name: str, when: str, page: Page) -> str:
        """A column as a formula of another sheet writes it."""
        sheet = self.table.page.name.replace("'", "''")
        spans = self.column(name, when).all
        return spans if page.name == self.table.page.name else f"'{sheet}'!{spans}"


def write(page: Page, study: Study, every: list[Way], lines: Straight, solved: Model) -> Accounts:
    t, market, table = page.t, study.world.baseline.market, Table(page)
    page.widths([44, *[10.5] * (LAST - 1)])
    page.put_text(1, 1, t(N_("Money (live)")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "Who keeps what of a tonne on each route, at the net-backs that clear the market. Times the tonnes, these "
            "are the treasuries' and everybody else's money."
        )
    )
    page.put_text(2, 1, intro, "small", across=12)
    row, count = 4, len(market.lanes)
    for when in SIDES:
        page.section(row, t(N_("Before, USD/t")) if when == "before" else t(N_("After, USD/t")), LAST)
        heads = [
            *(t(N_("Route")), t(N_("Producer")), t(N_("Importer")), t(N_("Net-back"))),
            *(t(terms.RUNGS["landed"]), t(N_("Tonnes"))),
            *(t(name) for name in PARTS.values()),
            *(t(terms.KEEPERS[name]) for name in KEEPERS),
        ]
        page.heads(row + 1, heads, range(1, len(heads)))
        row += 2
        for number, lane in enumerate(market.lanes):
            page.put_text(row + number, 1, naming.way(lane.producer, lane.label, lane.importer, t), "text")
        _side(page, study, table, lines, solved, when, row)
        row += count + 1
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=LAST, last_row=row)
    return Accounts(table)


def _side(page: Page, study: Study, table: Table, lines: Straight, solved: Model, when: str, row: int) -> None:
    market, side = study.world.baseline.market, solved.sides[when]
    table.give(f"maker@{when}", row, FIRST, np.asarray(market.maker + 1, dtype=float), "quiet|0")
    table.give(f"place@{when}", row, FIRST + 1, np.asarray(market.place + 1, dtype=float), "quiet|0")
    count = len(market.lanes)
    links = {
        "n": [side.net_back[lane.producer] for lane in market.lanes],
        "landed": [side.landed[number] for number in range(count)],
        "tonnes": [side.tonnes[number] for number in range(count)],
    }
    for place, (name, refs) in enumerate(links.items()):
        style = f"number|{look.TONNES}" if name == "tonnes" else STYLE
        for number, ref in enumerate(refs):
            page.put_formula(row + number, FIRST + 2 + place, f"={ref.seen_from(page.name)}", ref.value, style)
        column = Column(row, FIRST + 2 + place, np.array([ref.value for ref in refs]))
        table.columns[f"{name}@{when}"] = column
    back = table[f"n@{when}"]
    for place, name in enumerate((*PARTS, *KEEPERS)):
        values = np.zeros(count)
        for number in range(count):
            where = row + number, FIRST + 5 + place
            ends = lines.parts.get((number, when, name))
            if ends is None:
                page.put_number(*where, 0.0, "quiet|0")
                continue
            values[number] = ends.value_at(back.values[number])
            page.put_formula(*where, f"={ends.at(back.cell(number))}", float(values[number]), STYLE)
        table.columns[f"{name}@{when}"] = Column(row, FIRST + 5 + place, values)
