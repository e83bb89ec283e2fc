"""What the exporter's ladders and both sides' money come to at any duty of one importer and any support.

A burden on FOB that falls by ``s`` lifts FOB from ``(n + c) / keep`` to ``(n + c) / (keep + s)``, and every amount on a
ladder is a straight line in FOB. A duty enters a ladder once, so each of those lines is straight in the duty too: two
more climbs, with the yellow cell at 0 and at 1, say all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tariffs.brief.cells import Ref
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.climb import Climb
from tariffs.brief.sheets.equations import at
from tariffs.brief.sheets.figures import Formulas
from tariffs.brief.sheets.ground import DUTY, LOGS, SUPPORT, Cell, Ground, Run
from tariffs.brief.sheets.routes import FAR, Ends, Straight
from tariffs.brief.sheets.rungs import lines_of
from tariffs.brief.sheets.ways import Way
from tariffs.brief.sheets.worked import Answers, Lines
from tariffs.sources import Array, Figure
from tariffs.words import terms

OF_BUYER = ("buyer_treasury", "home_producer")
OF_SELLER = ("feedstock_sellers", "seller_treasury", "currency_halls")
NOTHING = Ends("0", "0", 0.0, 0.0)


@dataclass(frozen=True)
class Duty:
    """A duty's yellow cells on the routes that read it."""

    refs: Mapping[tuple[Figure, str], Ref]
    lanes: Sequence[int]


class Stakes:
    """Rows of constants above a field, and what follows from them."""

    def __init__(
        self, ground: Ground, duty: Duty, ways: Mapping[int, Way], inputs: Inputs, straight: Straight,
        formulas: Formulas, importer: str,
    ) -> None:  # fmt: skip
        self.ground, self.straight, self.formulas = ground, straight, formulas
        market, study = ground.market, formulas.study
        self.exporter, self.importer = market.producers.index(study.exporter), market.importers.index(importer)
        ours = (ground.maker == self.exporter) & ~ground.home
        self.ours = tuple(int(place) for place in np.flatnonzero(ours))
        climbed = {lane: _climbs(ground, ways[lane], duty.refs, inputs) for lane in duty.lanes}
        self._of_fob()
        landed, paid = {}, {}
        for place in self.ours:
            lane = ground.lanes[place]
            if lane in climbed:
                landed[place] = [one["landed"] for one in climbed[lane]]
                paid[place] = [one["paid"] for one in climbed[lane]]
            else:
                slope, const = straight.slope[lane, "after"], straight.const[lane, "after"]
                low, high = const.seen_from(ground.page.name), slope.seen_from(ground.page.name)
                ends = Ends(low, f"{low}+{FAR:g}*{high}", const.value, const.value + FAR * slope.value)
                landed[place] = [ends, ends]
                paid[place] = [self._kept(lane, OF_BUYER)] * 2
        self.lines = Lines({**self._bent("", landed, "price"), "c": self.c, "keep": self.keep}, self.ours)
        there = {place: paid[place] for place in self.ours if ground.place[place] == self.importer}
        self.paid = Lines({**self._bent("paid ", there, ""), "c": self.c, "keep": self.keep}, tuple(there))
        self._rivals()
        self._seller()
        self._before(importer)

    def _ends(self, name: str, of: Mapping[int, Ends]) -> tuple[Run, Run]:
        """Both ends of amounts as rows of their own."""
        return (
            self.ground.over_lanes(f"{name} 0", {p: Cell(one.low, one.low_value) for p, one in of.items()}),
            self.ground.over_lanes(f"{name} {FAR:g}", {p: Cell(one.high, one.high_value) for p, one in of.items()}),
        )

    def _of_fob(self) -> None:
        """FOB of the exporter's routes: (net-back + c) / keep."""
        parts = {p: self.straight.parts[self.ground.lanes[p], "after", "fob"] for p in self.ours}
        self.fob = low, high = self._ends("fob", parts)
        keep = {
            p: Cell(f"{FAR:g}/({high.cell(p)}-{low.cell(p)})", FAR / (high.values[p] - low.values[p])) for p in parts
        }
        self.keep = self.ground.over_lanes("keep", keep)
        c = {p: Cell(f"{low.cell(p)}*{self.keep.cell(p)}", low.values[p] * self.keep.values[p]) for p in parts}
        self.c = self.ground.over_lanes("c", c)

    def _in_fob(self, name: str, of: Mapping[int, Ends], over: str) -> tuple[dict[int, Cell], dict[int, Cell]]:
        """Constant and slope in FOB of amounts, relative to a constant of the route where one is named."""
        low, high = self._ends(name, of)
        first, last = self.fob
        heads, p, q = self.ground.heads, dict[int, Cell](), dict[int, Cell]()
        for place in of:
            rise = f"({high.cell(place)}-{low.cell(place)})/({last.cell(place)}-{first.cell(place)})"
            slope = (high.values[place] - low.values[place]) / (last.values[place] - first.values[place])
            by, by_value = (f"/{heads[over].cell(place)}", heads[over].values[place]) if over else ("", 1.0)
            q[place] = Cell(f"{rise}{by}", slope / by_value)
            constant = float(low.values[place] - slope * first.values[place])
            p[place] = Cell(f"({low.cell(place)}-{rise}*{first.cell(place)}){by}", constant / by_value)
        return p, q

    def _bent(self, name: str, of: Mapping[int, Sequence[Ends]], over: str) -> dict[str, Run]:
        """p0, p1, q0, q1 of amounts known at duties of 0 and 1."""
        made: dict[str, Run] = {}
        ends = [self._in_fob(f"{name}duty {setting}", {p: one[setting] for p, one in of.items()}, over)
                for setting in (0, 1)]  # fmt: skip
        for at_, letter in enumerate("pq"):
            none, full = ends[0][at_], ends[1][at_]
            made[f"{letter}0"] = zero = self.ground.over_lanes(f"{name}{letter}0", none)
            rise = {
                p: Cell(f"{full[p].said}-{zero.cell(p)}", float(full[p].value - zero.values[p])) for p in full
            }
            made[f"{letter}1"] = self.ground.over_lanes(f"{name}{letter}1", rise)
        return made

    def _kept(self, lane: int, keepers: Sequence[str], when: str = "after") -> Ends:
        """What some keepers take of a tonne on a route, at both ends."""
        found = [self.straight.parts[lane, when, k] for k in keepers if (lane, when, k) in self.straight.parts]
        whole = found[0] if found else NOTHING
        for one in found[1:]:
            whole = whole + one
        return whole

    def _rivals(self) -> None:
        """What the importer's treasury and home trade take of the others' tonnes."""
        ground = self.ground
        here = [p for p in np.flatnonzero(ground.place == self.importer).tolist() if p not in self.ours]
        kept = {p: self._kept(ground.lanes[p], OF_BUYER) for p in here}
        self.rivals = {p: ends for p, ends in kept.items() if ends != NOTHING}
        self.rival_ends = self._ends("rivals", self.rivals)

    def _seller(self) -> None:
        """What the exporter's own side keeps of a tonne beside the plant: constant, and slope in FOB."""
        p, q = self._in_fob("seller", {p: self._kept(self.ground.lanes[p], OF_SELLER) for p in self.ours}, "")
        self.u, self.v = self.ground.over_lanes("seller u", p), self.ground.over_lanes("seller v", q)

    def _before(self, importer: str) -> None:
        """What both sides had before, and the buyers' spending: gains are counted from there."""
        f, ground = self.formulas, self.ground
        study, market = f.study, ground.market
        heads, back = ground.heads, study.before.result.net_back[0]
        full = [
            Cell(f"{s.said}*({q.said}/{w.said})^(1/{e.said})", s.value * (q.value / w.value) ** (1 / e.value))
            for s, q, w, e in (
                tuple(ground.held(name, i) for name in ("start", "limit", "willing", "supply")) for i in range(ground.n)
            )
        ]
        heads["most"] = ground.head("net-back at capacity", LOGS, full)
        seller = [(f.money(OF_SELLER, "before", producer=study.exporter))]
        buyer = [(f.money(OF_BUYER, "before", importer=importer))]
        for kept, place in ((seller, study.exporter), (buyer, importer)):
            if place in market.producers:
                i = market.producers.index(place)
                ref = f.solved.sides["before"].net_back[place]
                area = self._area(i, np.array([back[i]]))
                kept.append((self._area_said(i, ref.seen_from(ground.page.name)), float(area[0])))
        spent = f.spent(importer)
        index = f.solved.sides["before"].index[importer]
        column = f.solved.base["total_demand"]
        demand = f"'{f.solved.base.page.name}'!{column.cell(self.importer)}"
        cells = [
            Cell("+".join(said for said, _ in seller), sum(value for _, value in seller)),
            Cell("+".join(said for said, _ in buyer), sum(value for _, value in buyer)),
            Cell(*spent),
            Cell(index.seen_from(ground.page.name), index.value),
            Cell(demand, float(column.values[self.importer])),
        ]
        self.was = ground.head("before", LOGS, cells)

    def _area_said(self, producer: int, back: str) -> str:
        """The area left of the supply curve up to a net-back, capacity included."""
        start, supply, willing, limit, full = (
            self.ground.heads[name].cell(producer) for name in ("start", "supply", "willing", "limit", "most")
        )
        return (
            f"({start}*{willing}*(MIN({back},{full})/{start})^(1+{supply})/(1+{supply})+{limit}*MAX(0,{back}-{full}))"
        )

    def _area(self, producer: int, back: Array) -> Array:
        start, supply, willing, limit, full = (
            float(self.ground.heads[name].values[producer]) for name in ("start", "supply", "willing", "limit", "most")
        )
        curve = start * willing * (np.minimum(back, full) / start) ** (1 + supply) / (1 + supply)
        area: Array = curve + limit * np.maximum(0.0, back - full)
        return area

    def _net_back_said(self, producer: int, row: int) -> str:
        return f"{self.ground.heads['start'].cell(producer)}*EXP({at(LOGS + producer, row)})"

    def buyer_said(self, row: int) -> str:
        """The gain of the importer's side at the answer in a row, USD a year."""
        ground, market = self.ground, self.ground.market
        duty, support = at(DUTY, row), at(SUPPORT, row)
        place = market.importers[self.importer]
        _, was, spent, index, demand = (self.was.cell(n) for n in range(5))
        change = f"({at(ground.at_totals + self.importer, row)}-{index})"
        bent = f"(EXP((1+{demand})*{change})-1)/(1+{demand})"
        terms_ = [f"-{spent}*IF(ABS(1+{demand})<0.000000001,{change},{bent})-({was})"]
        if place in market.producers:
            home = market.producers.index(place)
            terms_.append(self._area_said(home, self._net_back_said(home, row)))
        for p in self.rivals:
            low, high = (run.cell(p) for run in self.rival_ends)
            back = self._net_back_said(int(ground.maker[p]), row)
            terms_.append(f"{at(ground.at_sales + p, row)}*({low}+({high}-{low})/{FAR:g}*{back})")
        for p in self.paid.places:
            back = self._net_back_said(self.exporter, row)
            terms_.append(f"{at(ground.at_sales + p, row)}*({self.paid.said(p, duty, support, back)})")
        return "+".join(terms_)

    def buyer(self, found: Answers, duty: float, support: float) -> float:
        """The same as a number."""
        ground, market = self.ground, self.ground.market
        _, was, spent, index, demand = self.was.values.tolist()
        back = ground.heads["start"].values * np.exp(found.logs)
        place, change = market.importers[self.importer], float(found.totals[self.importer]) - index
        near = abs(1 + demand) < 1e-9
        gain = -spent * (change if near else (np.exp((1 + demand) * change) - 1) / (1 + demand)) - was
        if place in market.producers:
            home = market.producers.index(place)
            gain += float(self._area(home, back[home]))
        for p in self.rivals:
            low, high = (float(run.values[p]) for run in self.rival_ends)
            gain += float(found.sales[p]) * (low + (high - low) / FAR * float(back[ground.maker[p]]))
        for p in self.paid.places:
            one = self.paid.at(p, np.array(duty), np.array(support), back[self.exporter])
            gain += float(found.sales[p]) * float(one)
        return float(gain)

    def seller_said(self, row: int) -> str:
        """The gain of the exporter's side at the answer in a row, USD a year."""
        ground, support = self.ground, at(SUPPORT, row)
        back = self._net_back_said(self.exporter, row)
        terms_ = [f"{self._area_said(self.exporter, back)}-({self.was.cell(0)})"]
        for p in self.ours:
            fob = f"({back}+{self.c.cell(p)})/({self.keep.cell(p)}+{support})"
            kept = f"{self.u.cell(p)}+({self.v.cell(p)}-{support})*{fob}"
            terms_.append(f"{at(ground.at_sales + p, row)}*({kept})")
        return "+".join(terms_)

    def seller(self, found: Answers, duty: float, support: float) -> float:
        """The same as a number."""
        back = float(self.ground.heads["start"].values[self.exporter] * np.exp(found.logs[self.exporter]))
        gain = float(self._area(self.exporter, np.array(back))) - float(self.was.values[0])
        for p in self.ours:
            fob = (back + float(self.c.values[p])) / (float(self.keep.values[p]) + support)
            gain += float(found.sales[p]) * (float(self.u.values[p]) + (float(self.v.values[p]) - support) * fob)
        return gain


def _climbs(ground: Ground, way: Way, refs: Mapping[tuple[Figure, str], Ref], inputs: Inputs) -> list[dict[str, Ends]]:
    """Landed price and what the border takes with the yellow cells at 0 and at 1, each from both ends of the line."""
    page, lines = ground.page, lines_of(way)
    top = ground.row
    page.put_text(top, 1, naming.way(way.producer, way.label, way.importer, page.t), "backstage")
    rows = {line.id: top + 2 + place for place, line in enumerate(lines)}
    for line in lines:
        page.put_text(rows[line.id], 1, page.t(terms.RUNGS[line.name]) if line.name else "", "backstage")
    found: list[dict[str, Ends]] = []
    column = 2
    for setting in (0.0, 1.0):
        cell = page.put_number(top, column, setting, "backstage_number|0%")
        named = Ref(cell.sheet, cell.address, setting, cell.address)
        edited = Inputs({**inputs.refs, **dict.fromkeys(refs, named)}, inputs.edited)
        ends: list[Climb] = []
        for start in (0.0, FAR):
            climb = Climb(page, way, "after", edited, rows, (column, column + 1, column + 2), (f"{start:g}", start),
                          straight=True)  # fmt: skip
            climb.run()
            ends.append(climb)
            column += 3
        landed = [[climb.amounts["landed",]] for climb in ends]
        paid = [[climb.amounts[line] for line, keeper in climb.priced if keeper in OF_BUYER] for climb in ends]
        found.append({"landed": _both(landed), "paid": _both(paid)})
    ground.row = top + 3 + len(lines)
    return found


def _both(ends: Sequence[Sequence[Ref]]) -> Ends:
    sums = ["+".join(ref.here for ref in refs) or "0" for refs in ends]
    values = [float(sum(ref.value for ref in refs)) for refs in ends]
    return Ends(sums[0], sums[1], values[0], values[1])


