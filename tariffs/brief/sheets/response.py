"""How the market answers a duty, and a duty with a support beside it: solved in cells at every point.

The duty runs from nothing to thirty per cent and beyond; the support is what the exporter's state pays on top, as a
share of FOB.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tariffs.brief import look
from tariffs.brief.bands import Band
from tariffs.brief.cells import Page, Ref, absolute
from tariffs.brief.sheets.asked import Market
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.equations import at, span
from tariffs.brief.sheets.field import ROUNDS, Field
from tariffs.brief.sheets.figures import Formulas
from tariffs.brief.sheets.ground import DUTY, LOGS, SUPPORT, Cell, Ground
from tariffs.brief.sheets.routes import Straight
from tariffs.brief.sheets.stakes import Duty, Stakes
from tariffs.brief.sheets.ways import Way
from tariffs.study.figures import RIVAL_SHARE
from tariffs.words import N_, terms

FIGURES = ("landed", "rival", "gap", "tonnes", "exports", "net_back", "left", "buyer", "seller")
# Columns that tell of a point: name, heading, number format.
COLUMNS = {
    name: (name, heading, style)
    for name, heading, style in (
        ("landed", N_("Landed, own label, USD/t"), look.PRICE),
        ("rival", N_("Cheapest rival, USD/t"), look.PRICE),
        ("gap", N_("Less the rival's, USD/t"), look.PRICE_CHANGE),
        ("tonnes", N_("Sold there, all labels, t"), look.TONNES),
        ("exports", N_("Sold to Türkiye and Iraq, t"), look.TONNES),
        ("more", N_("Against before, t"), look.TONNES_CHANGE),
        ("net_back", N_("Net-back, USD/t"), look.PRICE),
        ("kept", N_("Against before, USD/t"), look.PRICE_CHANGE),
        ("left", N_("What is left"), look.TINY),
    )
}
ASKED = 4  # points solved for two break-evens
NOTHING = Cell("0", 0.0)


@dataclass(frozen=True)
class Point:
    """One setting of both levers and what follows: cells of the workings' sheet."""

    number: int
    duty: Ref
    figures: dict[str, Ref]


@dataclass(frozen=True)
class Response:
    """A lever of one importer's duty, over its settings."""

    lever: str
    importer: str
    own: int  # the exporter's own lane to the importer
    present: Ref  # the yellow cell
    stakes: Stakes
    field: Field
    points: list[Point]
    grid: list[list[Point]]  # a row for each support
    beside: list[Band]  # where the figures stand in a point's row


class Bench:
    """The sheet of workings on which points are solved."""

    def __init__(
        self, page: Page, every: list[Way], inputs: Inputs, ground: Ground, straight: Straight, formulas: Formulas
    ) -> None:
        self.page, self.study, self.inputs, self.ground = page, formulas.study, inputs, ground
        self.straight, self.formulas = straight, formulas
        self.ways = {way.number: way for way in every}

    def response(self, one: Market) -> Response | None:
        """Solve the market at every duty; nothing where the exporter's label may not enter or its ladder has a kink."""
        study, ground, page = self.study, self.ground, self.page
        refs = {pair: ref for pair, ref in self.inputs.refs.items() if pair[1] == "after" and pair[0].key in one.keys}
        lanes = [lane for lane in one.lanes if lane in ground.lanes]
        own = study.before.result.market.lane(study.exporter, study.exporter, one.importer)
        if not refs or own not in lanes or self.kinked(lanes):
            return None
        ground.row += 1
        page.section(ground.row, page.t(terms.LEVERS[one.lever]), 12)
        ground.row += 1
        duty = Duty(refs, lanes)
        stakes = Stakes(ground, duty, self.ways, self.inputs, self.straight, self.formulas, one.importer)
        self._heads()
        size = len(one.duties) + 1 + one.agreed.buyer.size + len(one.agreed.support.values) + ASKED
        field = Field(ground, stakes.lines, ground.row + 1, size)
        ground.row = field.last + 1
        made = Response(one.lever, one.importer, own, next(iter(refs.values())), stakes, field, [], [], [])
        made.beside.append(self._figures(made))
        for place, setting in enumerate(one.duties.tolist()):
            start = self._follow(made, made.points, one.duties[:place].tolist(), setting)
            made.points.append(self._alone(made, Cell(repr(setting), setting), NOTHING, start, twice=not place))
        if not self.kinked(ground.lanes):  # a support moves every route of the exporter's
            self._grid(made, one)
        return made

    def kinked(self, lanes: Sequence[int]) -> bool:
        """Whether a charge on one of the routes changes its slope with the price."""
        return any(self.ways[lane].stacks["after"].kinked for lane in lanes)

    def solved(
        self, made: Response, duties: Sequence[Cell], supports: Sequence[Cell], starts: Sequence[Sequence[Cell]]
    ) -> list[Point]:
        """Solve at some settings, and work out the figures there."""
        field, found = made.field, []
        for number in field.solve(duties, supports, starts):
            row, values = field.row_of(number), self._values(made, number)
            first = self.ground.at_figures
            self.page.put_band(row, made.beside[0], values)
            figures = {
                name: Ref(self.page.name, absolute(row, first + place), values[place])
                for place, name in enumerate(FIGURES)
            }
            duty = Ref(self.page.name, absolute(row - ROUNDS, DUTY), field.levers[number][0])
            found.append(Point(number, duty, figures))
        return found

    def _grid(self, made: Response, one: Market) -> None:
        """Duty against support, a column of duties at a time: the first from the answers as asked, the next from it."""
        duties, supports = (np.array(axis.values, dtype=float) for axis in (one.agreed.duty, one.agreed.support))
        now, paid = self._award(made.own)
        more = [Cell(f"{value!r}-{now}", value - paid) for value in supports.tolist()]
        rows: list[list[Point]] = [[] for _ in supports]
        first = float(duties[0])
        for place, support in enumerate(more):
            before = [row[0] for row in rows[:place]]
            where = supports[:place].tolist() or [0.0]
            start = self._follow(made, before or made.points[:1], where, float(supports[place]))
            rows[place].append(self._alone(made, Cell(repr(first), first), support, start, twice=True))
        for column in range(1, len(duties)):
            duty = float(duties[column])
            starts = [self._follow(made, row, duties[:column].tolist(), duty) for row in rows]
            points = self.solved(made, [Cell(repr(duty), duty)] * len(more), more, starts)
            for row, point in zip(rows, points, strict=True):
                row.append(point)
        made.grid.extend(rows)

    def _alone(self, made: Response, duty: Cell, support: Cell, start: Sequence[Cell], twice: bool) -> Point:
        """One point; where nothing near it was solved before, again from its own answer."""
        point = self.solved(made, [duty], [support], [start])[0]
        if twice:
            start = [made.field.log(point.number, i) for i in range(self.ground.n)]
            point = self.solved(made, [duty], [support], [start])[0]
        return point

    def _award(self, lane: int) -> tuple[str, float]:
        """What the exporter's state pays today, as asked: a formula and its value."""
        rates = self.straight.rates.get((lane, "after"), ())
        award = next((ref for name, ref in rates if name == "export_award"), None)
        return ("0", 0.0) if award is None else (f"(-{award.seen_from(self.page.name)})", -award.value)

    def _follow(self, made: Response, points: Sequence[Point], where: Sequence[float], to: float) -> list[Cell]:
        """The first guess: the market as solved, then as a parabola through the last three points would go on."""
        if not points:
            return self.as_solved()
        last, settings = points[-3:], [float(x) for x in where[-3:]]
        weights = _lagrange(settings, to)
        found = []
        for i in range(self.ground.n):
            logs = [made.field.log(point.number, i) for point in last]
            said = "+".join(f"{w!r}*{log.said}" for w, log in zip(weights, logs, strict=True))
            found.append(Cell(said, sum(w * log.value for w, log in zip(weights, logs, strict=True))))
        return found

    def as_solved(self) -> list[Cell]:
        """The net-backs of the market as the sheet of the model solved it."""
        return [self.ground.link("log", i) for i in range(self.ground.n)]

    def _heads(self) -> None:
        """What the columns of a field hold."""
        page, ground, t = self.page, self.ground, self.page.t
        named = {
            **{DUTY: t(N_("Duty")), SUPPORT: t(terms.LEVERS["irn.award"]), LOGS: t(N_("ln net-back"))},
            ground.at_lanes: t(N_("ln change")),
            ground.at_left: t(N_("What is left")),
            ground.at_sales: t(N_("Tonnes")),
        }
        for column, name in named.items():
            page.put_text(ground.row, column, name, "backstage")
        for place, name in enumerate(FIGURES):
            page.put_text(ground.row, ground.at_figures + place, name, "backstage")

    def _figures(self, made: Response) -> Band:
        """Figures beside an answer, in the row of the first; all others share their formulas."""
        ground, row = self.ground, made.field.row_of(0)
        here, ours, own = self._lanes(made)
        price = ground.heads["price"]

        def landed(place: int) -> str:
            return f"{price.cell(place)}*EXP({at(ground.at_lanes + place, row)})"

        def sold(places: Sequence[int]) -> str:
            return "+".join(at(ground.at_sales + p, row) for p in places) or "0"

        rivals = [p for p in here if ground.maker[p] != made.stakes.exporter]
        dear = ",".join(
            f"IF({at(ground.at_sales + p, row)}>={RIVAL_SHARE:g}*({sold(here)}),{landed(p)},1E+99)" for p in rivals
        )
        left = span(ground.at_left, ground.n, row)
        buyers = [p for p in ours if ground.market.importers[ground.place[p]] in self.study.library.baseline.importers]
        first, maker = ground.at_figures, made.stakes.exporter
        said = {
            "landed": landed(own),
            "rival": f"MIN({dear or '1E+99'})",
            "gap": f"{at(first, row)}-{at(first + 1, row)}",
            "tonnes": sold([p for p in ours if p in here]),
            "exports": sold(buyers),
            "net_back": f"{ground.heads['start'].cell(maker)}*EXP({at(LOGS + maker, row)})",
            "left": f"0+MAX(MAX({left}),-MIN({left}))",
            "buyer": made.stakes.buyer_said(row),
            "seller": made.stakes.seller_said(row),
        }
        last = made.field.last
        formulas = [self.page.share(row, first + place, last, f"={said[name]}") for place, name in enumerate(FIGURES)]
        return self.page.band(first, formulas, [f"quiet|{look.EXACT}"])

    def _lanes(self, made: Response) -> tuple[list[int], list[int], int]:
        """Places of all routes to the importer, of the exporter's routes abroad, and of its own label there."""
        ground = self.ground
        here = np.flatnonzero(ground.place == made.stakes.importer).tolist()
        return here, list(made.stakes.ours), ground.lanes.index(made.own)

    def _values(self, made: Response, number: int) -> list[float]:
        """The same figures as numbers."""
        ground, found = self.ground, made.field.answers[number]
        here, ours, own = self._lanes(made)
        prices, sales = ground.heads["price"].values * np.exp(found.prices), found.sales
        bought = float(sales[here].sum())
        dear = [
            float(prices[p])
            for p in here
            if ground.maker[p] != made.stakes.exporter and sales[p] >= RIVAL_SHARE * bought
        ]
        rival = min(dear, default=1e99)
        buyers = [p for p in ours if ground.market.importers[ground.place[p]] in self.study.library.baseline.importers]
        exporter = made.stakes.exporter
        return [
            float(prices[own]),
            rival,
            float(prices[own]) - rival,
            float(sales[[p for p in ours if p in here]].sum()),
            float(sales[buyers].sum()),
            float(ground.heads["start"].values[exporter] * np.exp(found.logs[exporter])),
            float(np.abs(found.left).max()),
            made.stakes.buyer(found, *made.field.levers[number]),
            made.stakes.seller(found, *made.field.levers[number]),
        ]


def _lagrange(points: Sequence[float], at_: float) -> list[float]:
    """Weights of values at some points in the polynomial through them, taken elsewhere."""
    return [
        float(np.prod([(at_ - other) / (point - other) for other in points if other != point])) for point in points
    ]
