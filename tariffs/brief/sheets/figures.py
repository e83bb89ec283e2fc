"""Every figure of the answer as a formula over the solved market, where cells can follow it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tariffs.brief.cells import Page
from tariffs.brief.sheets.accounts import Accounts
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.routes import Straight
from tariffs.brief.sheets.ways import SIDES
from tariffs.study import Study
from tariffs.study.figures import RIVAL_SHARE
from tariffs.words import N_

# Of one route, per tonne: the figure, and its column in the accounts.
OF_ROUTE = {
    "fob_usd_per_t": "fob",
    "cif_usd_per_t": "cif",
    "duty_usd_per_t": "duty",
    "on_paper_usd_per_t": "on_paper",
    "wedge_usd_per_t": "wedge",
    "landed_usd_per_t": "landed",
    "own_label_tonnes": "tonnes",
}
OF_SELLER = {"seller_treasury_usd": "seller_treasury", "currency_halls_usd": "currency_halls"}
PAID_PER_TONNE = ("inland", "packing")  # the seller's own costs, no burden on FOB
CURRENCY = ("fx_hall1", "fx_hall2")
AS_SOLVED = N_("Figures in italics are as solved: they rest on rules that this workbook does not carry.")


@dataclass(frozen=True)
class Formulas:
    """Writes the formula of a figure for one sheet."""

    page: Page
    study: Study
    accounts: Accounts
    lines: Straight
    solved: Model

    def of(self, name: str, place: str, when: str) -> str:
        """A level before or after, or a gain; empty where cells cannot follow."""
        exporter, market = self.study.exporter, self.study.before.result.market
        if when == "change":
            return self._gain(name, place)
        if place == exporter:
            return self._of_exporter(name, when)
        lane = market.lane(exporter, exporter, place)
        return self._in_market(name, place, when, lane)

    def kept(self, keeper: str, when: str) -> str:
        """What one kind of keeper gets over all routes, USD a year; ``plants`` keep the net-back."""
        return self._sum(when, self._range("n" if keeper == "plants" else keeper, when))

    def money(
        self, keepers: Sequence[str], when: str, *, producer: str = "", importer: str = ""
    ) -> tuple[str, float]:
        """What some keepers get over one producer's or one importer's routes, USD a year; formula and value."""
        where = self._there(importer, when) if importer else self._ours(when)
        market, books = self.study.before.result.market, self.accounts
        here = market.place == market.importers.index(importer) if importer else (
            market.maker == market.producers.index(producer)
        )
        tonnes = books.values("tonnes", when)
        value = sum(float((books.values(keeper, when) * tonnes)[here].sum()) for keeper in keepers)
        return "+".join(self._sum(when, where, self._range(keeper, when)) for keeper in keepers), value

    def spent(self, place: str) -> tuple[str, float]:
        """What the buyers of a place spent before, USD a year; formula and value."""
        market, books = self.study.before.result.market, self.accounts
        here = market.place == market.importers.index(place)
        value = float((books.values("landed", "before") * books.values("tonnes", "before"))[here].sum())
        return self._sum("before", self._there(place, "before"), self._range("landed", "before")), value

    def _range(self, name: str, when: str) -> str:
        return self.accounts.range(name, when, self.page)

    def _cell(self, name: str, when: str, lane: int) -> str:
        sheet = self._range(name, when).rpartition("!")[0]
        return f"{sheet}!{self.accounts.column(name, when).cell(lane)}"

    def _sum(self, when: str, *factors: str) -> str:
        return f"SUMPRODUCT({'*'.join((*factors, self._range('tonnes', when)))})"

    def _ours(self, when: str) -> str:
        number = self.study.before.result.market.producers.index(self.study.exporter) + 1
        return f"({self._range('maker', when)}={number})"

    def _there(self, place: str, when: str) -> str:
        return f"({self._range('place', when)}={self.study.before.result.market.importers.index(place) + 1})"

    def _of_exporter(self, name: str, when: str) -> str:
        study = self.study
        if name == "net_back_usd_per_t":
            return self.solved.sides[when].net_back[study.exporter].seen_from(self.page.name)
        if name == "exports_tonnes":
            return self._sum(when, self._ours(when))
        if name == "exports_to_buyers_tonnes":
            places = "+".join(self._there(place, when) for place in study.library.baseline.importers)
            return self._sum(when, self._ours(when), f"({places})")
        if name == "exports_fob_usd":
            return self._sum(when, self._ours(when), self._range("fob", when))
        if name in OF_SELLER:
            return self._sum(when, self._ours(when), self._range(OF_SELLER[name], when))
        if name in ("burden_fraction", "currency_fraction"):
            lane = study.before.result.market.lane(study.exporter, study.exporter, study.library.baseline.importers[0])
            rates = self.lines.rates.get((lane, when), [])
            wanted = [
                ref
                for kind, ref in rates
                if kind not in PAID_PER_TONNE and (name == "burden_fraction" or kind in CURRENCY)
            ]
            return "+".join(ref.seen_from(self.page.name) for ref in wanted)
        return ""

    def _in_market(self, name: str, place: str, when: str, lane: int) -> str:
        market = self.study.before.result.market
        bought = self._sum(when, self._there(place, when))
        ours = self._sum(when, self._ours(when), self._there(place, when))
        closed = (lane, when) not in self.lines.slope
        if closed and (name in OF_ROUTE or name == "duty_fraction") and name != "own_label_tonnes":
            return ""  # what it would pay is no part of the market: as solved
        if name in OF_ROUTE:
            return self._cell(OF_ROUTE[name], when, lane)
        if name == "duty_fraction":
            return f"{self._cell('duty', when, lane)}/{self._cell('cif', when, lane)}"
        if name == "home_price_usd_per_t":
            homes = [n for n, one in enumerate(market.lanes) if one.home and one.importer == place]
            return self._cell("landed", when, homes[0]) if homes else ""
        if name in ("rival_gap_usd_per_t", "rank"):
            return self._against_rivals(name, place, when, lane, bought)
        return {
            "tonnes": ours,
            "share": f"{ours}/{bought}",
            "market_tonnes": bought,
            "revenue_usd": self._sum(when, self._there(place, when), self._range("buyer_treasury", when)),
        }.get(name, "")

    def _against_rivals(self, name: str, place: str, when: str, lane: int, bought: str) -> str:
        """Sellers of any weight in the market; the others count as infinitely dear."""
        market, landed = self.study.before.result.market, self._cell("landed", when, lane)
        least = f"{RIVAL_SHARE:g}*{bought}"
        rivals = [
            n for n, one in enumerate(market.lanes) if one.importer == place and one.producer != self.study.exporter
        ]
        prices = [f"IF({self._cell('tonnes', when, n)}>={least},{self._cell('landed', when, n)},1E+99)" for n in rivals]
        if name == "rank":
            return "1+" + "+".join(f"IF({price}<{landed},1,0)" for price in prices)
        return f"{landed}-MIN({','.join(prices)})"

    def _gain(self, name: str, place: str) -> str:
        exporter = self.study.exporter
        if place == exporter:
            own = {
                "producers_gain_usd": self._plants(exporter),
                "feedstock_sellers_gain_usd": self._moved("feedstock_sellers", self._ours),
            }
            whole = [*own.values(), *(self._moved(keeper, self._ours) for keeper in OF_SELLER.values())]
            return own.get(name, "+".join(whole) if name == "side_gain_usd" else "")

        def there(when: str) -> str:
            return self._there(place, when)

        home = self._moved("home_producer", there)
        if place in self.study.before.result.market.producers:
            home = f"{self._plants(place)}+{home}"
        gains = {
            "buyers_gain_usd": self._buyers(place),
            "home_producers_gain_usd": home,
            "wedge_rent_usd": "+".join(self._moved(keeper, there) for keeper in ("unknown", "intermediary")),
        }
        if name == "side_gain_usd":
            return f"{gains['buyers_gain_usd']}+{home}+{self._moved('buyer_treasury', there)}"
        return gains.get(name, "")

    def _moved(self, keeper: str, where: Callable[[str], str]) -> str:
        sums = [self._sum(when, where(when), self._range(keeper, when)) for when in SIDES]
        return f"({sums[1]}-{sums[0]})"

    def _plants(self, producer: str) -> str:
        """The area left of the supply curve between the two net-backs, capacity included."""
        base, number = self.solved.base, self.study.before.result.market.producers.index(producer)
        sheet = f"'{base.page.name}'!"
        start, supply, willing, limit = (
            f"{sheet}{base[n].cell(number)}" for n in ("start", "supply", "willing", "limit")
        )
        full = f"{start}*({limit}/{willing})^(1/{supply})"
        areas = []
        for when in SIDES:
            back = self.solved.sides[when].net_back[producer].seen_from(self.page.name)
            curve = f"{start}*{willing}*(MIN({back},{full})/{start})^(1+{supply})/(1+{supply})"
            areas.append(f"({curve}+{limit}*MAX(0,{back}-{full}))")
        return f"({areas[1]}-{areas[0]})"

    def _buyers(self, place: str) -> str:
        """Minus the area beside the demand curve, from the spending before and the change of the price index."""
        base, number = self.solved.base, self.study.before.result.market.importers.index(place)
        demand = f"'{base.page.name}'!{base['total_demand'].cell(number)}"
        spent, _ = self.spent(place)
        logs = [self.solved.sides[when].index[place].seen_from(self.page.name) for when in SIDES]
        change = f"({logs[1]}-{logs[0]})"
        bent = f"(EXP((1+{demand})*{change})-1)/(1+{demand})"
        return f"(-{spent}*IF(ABS(1+{demand})<0.000000001,{change},{bent}))"


def every(study: Study) -> Iterator[tuple[str, str]]:
    """Figures of the places spoken of, in the order in which they are told."""
    for place in (study.exporter, *study.importers):
        for name in dict.fromkeys(key.name for key in study.figures if key.place == place):
            yield place, name
