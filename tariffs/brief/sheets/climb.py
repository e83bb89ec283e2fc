"""One side of one ladder as formulas: each rung's rate, base and amount, and the totals between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tariffs.brief import look
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.rungs import Id, numbered
from tariffs.brief.sheets.ways import Part, Way, first, gap_of, parts, several
from tariffs.law.exporter import BURDENS
from tariffs.law.measures import DUTY_KINDS, Measure
from tariffs.law.stack import Rung
from tariffs.sources import Figure
from tariffs.study.figures import DUTIES


@dataclass
class Climb:
    """Writes one side; rates, bases and amounts are kept by row."""

    page: Page
    way: Way
    when: str
    inputs: Inputs
    rows: dict[Id, int]
    columns: tuple[int, int, int]
    start: tuple[str, float]  # formula of the net-back it is climbed from, and its value
    straight: bool = False  # kinks stay on the side on which the market settled: every price is a line
    rates: dict[Id, Ref] = field(default_factory=dict)
    bases: dict[Id, Ref] = field(default_factory=dict)
    amounts: dict[Id, Ref] = field(default_factory=dict)
    priced: list[tuple[Id, str]] = field(default_factory=list)  # rows that add up to the landed price, by keeper
    taxed: list[tuple[str, float]] = field(default_factory=list)  # duties as weighed formulas, and their values

    def run(self) -> None:
        named = dict(numbered(self.way, self.when))
        self._amount(("start",), *self.start, f"number|{look.PRICE}")
        self.priced.append((("start",), "plant"))
        self._seller([(i, r) for i, r in named.items() if i[0] == "seller"])
        self._road([(i, r) for i, r in named.items() if i[0] == "road"])
        self._border({(r.region, r.name, i[-1]): i for i, r in named.items() if i[0] == "border"})
        for line_id, rung in named.items():
            if line_id[0] in ("gap", "access"):
                self._per_tonne(line_id, rung.figures[0] if rung.figures else gap_of(self.way, rung))
                self.priced.append((line_id, rung.keeper if line_id[0] == "gap" else "access"))
        beyond = [i for i, keeper in self.priced if keeper == "access"]
        paid = [i for i, _ in self.priced if i[0] in ("border", "gap")]
        on_paper = self._total("on_paper", [self.amounts["cif",], *(self.amounts[i] for i in paid)])
        self._total("landed", [on_paper, *(self.amounts[i] for i in beyond)])

    def blank(self, styles: dict[Id, str]) -> None:
        """Paint what this side leaves empty."""
        for line_id, row in self.rows.items():
            for cells, column in zip((self.rates, self.bases, self.amounts), self.columns, strict=True):
                if line_id not in cells:
                    self.page.paint(row, column, column, styles[line_id])

    def adding_up(self) -> str:
        """The net-back and every rung of the price, added up: the landed price again."""
        return "+".join(self.amounts[i].seen_from("") for i, _ in self.priced)

    def _seller(self, rungs: Sequence[tuple[Id, Rung]]) -> None:
        """FOB is what the plant keeps and pays before loading, over what is left after the burdens on FOB."""
        before = [("start",)] + [i for i, r in rungs if r.base_name == "tonne"]
        burdens = [(i, r) for i, r in rungs if r.base_name != "tonne"]
        for line_id, rung in rungs:
            if rung.base_name == "tonne":
                self._per_tonne(line_id, rung.figures[0])
        for line_id, rung in burdens:
            self._burden(line_id, rung)
        kept = sum(self.amounts[i].value for i in before)
        taken = sum(self.rates[i].value for i, _ in burdens)
        rates = "+".join(self.rates[i].here for i, _ in burdens) or "0"
        formula = f"({'+'.join(self.amounts[i].here for i in before)})/(1-({rates}))"
        fob = self._amount(("fob",), formula, kept / (1.0 - taken), f"total_number|{look.PRICE}")
        for line_id, _ in burdens:
            self._on(line_id, fob, self.rates[line_id])
        self.priced += [(i, r.keeper) for i, r in rungs]

    def _burden(self, line_id: Id, rung: Rung) -> None:
        """A burden's share of FOB; the currency rule's parts are worked out from the share and the haircuts."""
        given = [self._input(figure) for figure in rung.figures]
        if rung.name in ("fx_hall1", "fx_hall2"):
            share, haircut = given
            left = share.value if rung.name == "fx_hall1" else 1.0 - share.value
            formula = f"{share.name}*{haircut.name}" if rung.name == "fx_hall1" else f"(1-{share.name})*{haircut.name}"
            self._rate(line_id, formula, left * haircut.value)
        elif rung.name == "feedstock_rate":
            part, weight = given
            halls = [ref for i, ref in self.rates.items() if i[2] in ("fx_hall1", "fx_hall2")]
            rule = "+".join(ref.here for ref in halls)
            value = -part.value * weight.value * sum(ref.value for ref in halls)
            self._rate(line_id, f"-{part.name}*{weight.name}*({rule})", value)
        else:
            sign = BURDENS[rung.name]
            self._rate(line_id, f"{'-' if sign < 0 else ''}{given[0].name}", sign * given[0].value)

    def _road(self, rungs: Sequence[tuple[Id, Rung]]) -> None:
        fob = self.amounts["fob",]
        for line_id, rung in rungs:
            if rung.base_name == "tonne":
                self._per_tonne(line_id, rung.figures[0])
            else:
                given = self._input(rung.figures[0])
                self._on(line_id, fob, self._rate(line_id, given.name, given.value))
        self._total("cif", [fob, *(self.amounts[i] for i, _ in rungs)])
        self.priced += [(i, r.keeper) for i, r in rungs]

    def _border(self, ids: dict[tuple[str, str, str], Id]) -> None:
        many, open_parts = several(self.way, self.when), parts(self.way, self.when)
        for part in open_parts:
            charged = self._part(part, ids)
            duties = [
                self.amounts[i] for (region, name, _), i in ids.items() if region == part.region and name in DUTIES
            ]
            if not many:
                self.taxed += [(ref.seen_from(""), ref.value) for ref in duties]
                self.priced += [(i, "buyer_treasury") for i in charged]
                continue
            row: Id = ("border", part.region, "weighed")
            share = self._rate(row, *self._share(part, open_parts))
            weight = share.seen_from("")
            self.taxed += [(f"{weight}*{ref.seen_from('')}", share.value * ref.value) for ref in duties]
            amounts = [self.amounts[i] for i in charged]
            formula = "+".join(ref.here for ref in amounts) or "0"
            self._base(row, formula, sum(ref.value for ref in amounts))
            self._on(row, self.bases[row], share)
            self.priced.append((row, "buyer_treasury"))

    def _part(self, part: Part, ids: dict[tuple[str, str, str], Id]) -> list[Id]:
        """Climb one part's charges in their order and return the rows that cost the buyer something."""
        cif = self.amounts["cif",]
        customs, customs_value = self._customs_value(part, cif)
        seen: dict[str, int] = {}
        duties: list[Ref] = []
        customs_duty: list[Ref] = []
        costly: list[Id] = []
        for applied, rung in part.charges:
            row = applied.measure
            seen[row.kind] = seen.get(row.kind, 0) + 1
            line_id = ids[part.region, row.kind, f"{seen[row.kind]}"]
            grown = "".join(f"+{ref.here}" for ref in duties)
            bases: dict[str, tuple[str, float]] = {
                "cif": (customs, customs_value),
                "invoice": (cif.here, cif.value),
                "cif_plus_duty": (customs + grown, customs_value + sum(ref.value for ref in duties)),
                "duty": ("+".join(r.here for r in customs_duty) or "0", sum(r.value for r in customs_duty)),
                "tonne": ("1", 1.0),
            }
            amount = self._charge(line_id, row, rung, bases[row.base])
            if row.kind in DUTY_KINDS:
                duties.append(amount)
            if row.kind in ("customs_duty", "collected_duty"):
                customs_duty.append(amount)
            if not rung.memo:
                costly.append(line_id)
        return costly

    def _charge(self, line_id: Id, row: Measure, rung: Rung, base: tuple[str, float]) -> Ref:
        """One border charge by its form: a share of its base, an amount per tonne, or both."""
        given = self._input(row.rate)
        per_tonne = row.form == "specific_usd_per_t" or (row.base == "tonne" and row.specific is None)
        rate = self._rate(line_id, given.name, given.value, look.PRICE if per_tonne else look.PERCENT_FINE)
        style = self._style(line_id)
        if per_tonne:
            return self._amount(line_id, rate.here, rate.value, style)
        on = self._base(line_id, *base)
        if not row.form.startswith("compound") or row.specific is None:
            return self._on(line_id, on, rate)
        specific = self._input(row.specific)
        ad_valorem, plain = f"{on.here}*{rate.here}", on.value * rate.value
        forms: dict[str, tuple[str, Callable[[float, float], float]]] = {
            "compound_sum": (f"{ad_valorem}+{specific.name}", lambda one, other: one + other),
            "compound_max": (f"MAX({ad_valorem},{specific.name})", max),
            "compound_min": (f"MIN({ad_valorem},{specific.name})", min),
        }
        formula, together = forms[row.form]
        if self.straight and row.form != "compound_sum":
            flat = first(rung.amount.slope) == 0.0
            formula, together = (specific.name, lambda _, other: other) if flat else (ad_valorem, lambda one, _: one)
        return self._amount(line_id, formula, together(plain, specific.value), style)

    def _customs_value(self, part: Part, cif: Ref) -> tuple[str, float]:
        """CIF, times a factor and at least a minimum where a row says so."""
        formula, value, floors = cif.here, cif.value, []
        for applied in part.rules.charges:
            row = applied.measure
            if row.kind == "valuation_adjustment" and (row.rate, self.when) in self.inputs.refs:
                given = self._input(row.rate)
                if row.form == "factor":
                    formula, value = f"{formula}*{given.name}", value * given.value
                elif row.form == "minimum_usd_per_t":
                    floors.append(given)
        if floors:
            names, values = ",".join(ref.name for ref in floors), [ref.value for ref in floors]
            if not self.straight:
                return f"MAX({formula},{names})", max(value, *values)
            on_value = [rung for _, rung in part.charges if rung.base_name == "customs_value"]
            if any(first(rung.base.slope) == 0.0 for rung in on_value):
                return f"MAX({names})", max(values)
        return formula, value

    def _share(self, part: Part, open_parts: Sequence[Part]) -> tuple[str, float]:
        """A part's share of the trade; parts without one take what the others leave, closed parts nothing."""
        regions = self.way.policies[self.when].regions(self.way.importer)
        known = {name: self._input(share) for name, share in regions if share is not None}
        others = max(1, len(regions) - len(known))
        left = 1.0 - sum(ref.value for ref in known.values())
        rest = f"(1-({'+'.join(ref.name for ref in known.values()) or '0'}))/{others}"

        def own(region: str) -> tuple[str, float]:
            return (known[region].name, known[region].value) if region in known else (rest, left / others)

        formula, value = own(part.region)
        if len(open_parts) == len(regions) and len(known) < len(regions):
            return formula, value
        whole = [own(one.region) for one in open_parts]
        return f"({formula})/({'+'.join(f for f, _ in whole)})", value / sum(v for _, v in whole)

    def _input(self, figure: Figure) -> Ref:
        return self.inputs.of(figure, self.when)

    def _per_tonne(self, line_id: Id, figure: Figure) -> Ref:
        given = self._input(figure)
        rate = self._rate(line_id, given.name, given.value, look.PRICE)
        return self._amount(line_id, rate.here, rate.value, self._style(line_id))

    def _on(self, line_id: Id, base: Ref, rate: Ref) -> Ref:
        if line_id not in self.bases:
            base = self._base(line_id, base.here, base.value)
        return self._amount(line_id, f"{base.here}*{rate.here}", base.value * rate.value, self._style(line_id))

    def _total(self, name: str, added: Sequence[Ref]) -> Ref:
        formula, value = "+".join(ref.here for ref in added), sum(ref.value for ref in added)
        return self._amount((name,), formula, value, f"total_number|{look.PRICE}")

    def _style(self, line_id: Id) -> str:
        """A charge that is no part of the price by itself stands in brackets."""
        stack = self.way.stacks[self.when]
        memo = any(r.memo and (r.region, r.name) == line_id[1:3] for r in stack.rungs)
        detail = line_id[0] == "border" and line_id[-1] != "weighed" and several(self.way, self.when)
        return f"memo|{look.PRICE_MEMO}" if memo or detail else f"number|{look.PRICE_CHANGE}"

    def _rate(self, line_id: Id, formula: str, value: float, number_format: str = look.PERCENT_FINE) -> Ref:
        cell = self.page.put_formula(
            self.rows[line_id], self.columns[0], f"={formula}", value, f"quiet|{number_format}"
        )
        return self.rates.setdefault(line_id, cell)

    def _base(self, line_id: Id, formula: str, value: float) -> Ref:
        cell = self.page.put_formula(self.rows[line_id], self.columns[1], f"={formula}", value, f"quiet|{look.PRICE}")
        return self.bases.setdefault(line_id, cell)

    def _amount(self, line_id: Id, formula: str, value: float, style: str) -> Ref:
        cell = self.page.put_formula(self.rows[line_id], self.columns[2], f"={formula}", value, style)
        return self.amounts.setdefault(line_id, cell)
