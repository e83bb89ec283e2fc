"""From tidy rows to what they say of one product: one figure for each label and market, with its standing.

Two lines of one flow add up, two reports of one flow do not. The buyer's customs are believed before the
seller's, since a duty was collected on their figure under the declared origin; where both reported, the
range runs from one to the other.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tariffs.intake import codes
from tariffs.intake.report import Report
from tariffs.intake.tidy import FlowRow, Flows, TariffRow, Tariffs
from tariffs.law.loaded import Rate, Rates
from tariffs.market.cells import EXPORTER, IMPORTER, RECONCILED, Cell, Observed
from tariffs.sources import Source, Status

SIDES = {"import": IMPORTER, "trade": RECONCILED, "export": EXPORTER}
RANK = (IMPORTER, RECONCILED, EXPORTER)
LAW = frozenset({"tr-import-list", "tr-schedule", "iraq-tariff"})  # lists that are themselves the law's text
WHOLE_YEAR = 12
# A group of countries as a list names it -> the origin it stands for in our rows.
ORIGINS = {
    "other countries": "any", "EU": "MED", "EU and EFTA": "MED", "EU and GBR": "MED", "European Union": "MED",
    "EU, EFTA": "MED", "AB": "MED", "AB, EFTA": "MED",
}


@dataclass
class _Sum:
    """One side's report of one flow in one year, from one file."""

    tonnes: float = 0.0
    usd: float = 0.0
    usd_weighed: float = 0.0  # of rows that also state a weight
    rows: int = 0
    without_weight: int = 0
    without_usd: int = 0
    months: set[int] = field(default_factory=set)

    def add(self, row: FlowRow) -> None:
        self.rows += 1
        self.tonnes += row.quantity_t or 0.0
        self.usd += row.value_usd or 0.0
        self.without_weight += row.quantity_t is None
        self.without_usd += row.value_usd is None
        if row.quantity_t is not None:
            self.usd_weighed += row.value_usd or 0.0
        if row.month is not None:
            self.months.add(row.month)

    @property
    def covered(self) -> int:
        return len(self.months) or WHOLE_YEAR

    @property
    def raised(self) -> float:
        """Tonnes of the months covered, those without a weight counted at the others' value per tonne."""
        whole = self.without_weight and self.usd_weighed
        return self.tonnes * self.usd / self.usd_weighed if whole else self.tonnes

    @property
    def yearly(self) -> float | None:
        if self.without_weight == self.rows:
            return None
        return self.raised * WHOLE_YEAR / self.covered

    @property
    def dollars(self) -> float | None:
        return None if self.without_usd == self.rows else self.usd * WHOLE_YEAR / self.covered

    @property
    def unit_value(self) -> float | None:
        return self.usd_weighed / self.tonnes if self.tonnes and self.usd_weighed else None

    @property
    def exact(self) -> bool:
        return not self.without_weight and self.covered == WHOLE_YEAR


def observed(flows: Flows, totals: Flows, reports: Sequence[Report], product: str) -> Observed:
    """Cells of a product, and totals over all partners, with one source for each file."""
    titles = {report.file: report for report in reports}
    held = [row for row in _of(flows, product) if "WLD" not in (row.exporter, row.importer)]
    over_all = [row for row in _of(totals, product) if (row.exporter == "WLD") != (row.importer == "WLD")]
    ids = {name: _source_id(name, [*held, *over_all]) for name in {row.file for row in (*held, *over_all)}}
    cells, sums = _cells(held, ids), _cells(over_all, ids)
    years: dict[str, set[int]] = defaultdict(set)
    for row in (*held, *over_all):
        years[row.file].add(row.year)
    used = {cell.source for cell in (*cells, *sums)}
    named = [name for name in sorted(ids) if ids[name] in used]
    sources = tuple(_source(ids[name], name, titles.get(name), years[name]) for name in named)
    return Observed(cells, sums, sources)


def _of(flows: Flows, product: str) -> Iterable[FlowRow]:
    """Rows of the product and its lines; only what was bought or sold, not what passed through."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = flows.table["product"].cast(pa.string())
    near = flows.table.filter(pc.starts_with(texts, product[:2]))
    for row in Flows(near):
        traded = row.flow in SIDES and row.exporter != row.importer
        if traded and codes.wanted(product, row.product, row.hs_revision) == "yes":
            yield row


def _cells(rows: Iterable[FlowRow], ids: dict[str, str]) -> tuple[Cell, ...]:
    """The last year of each flow, the side believed first, and what the other side and other years say."""
    told: dict[tuple[str, str], dict[int, dict[str, tuple[str, _Sum]]]] = {}
    for (seller, buyer, year, side), one in _sides(rows).items():
        told.setdefault((seller, buyer), {}).setdefault(year, {})[side] = one
    made = []
    for (seller, buyer), by_year in sorted(told.items()):
        year = max(by_year)
        others = {
            other: tonnes for other, sides in sorted(by_year.items())
            if other != year and (tonnes := _best(sides)[2].yearly) is not None
        }
        made.append(_cell(seller, buyer, year, by_year[year], others, ids))
    return tuple(made)


def _sides(rows: Iterable[FlowRow]) -> dict[tuple[str, str, int, str], tuple[str, _Sum]]:
    """Every report of a flow by its side: one file for a year, single months from the first file that holds them."""
    by_file: dict[tuple[str, str, int, str], dict[str, list[FlowRow]]] = {}
    for row in rows:
        key = (row.exporter, row.importer, row.year, SIDES[row.flow])
        by_file.setdefault(key, {}).setdefault(row.file, []).append(row)
    found = {}
    for key, files in by_file.items():
        whole = [name for name, held in files.items() if any(row.month is None for row in held)]
        if whole:
            chosen = [row for row in files[whole[0]] if row.month is None]
            name = whole[0]
        else:
            first: dict[int | None, str] = {}
            for name, held in files.items():
                for row in held:
                    first.setdefault(row.month, name)
            chosen = [row for name, held in files.items() for row in held if first[row.month] == name]
            name = next(iter(files))
        total = _Sum()
        for row in _one_level(chosen):
            total.add(row)
        found[key] = name, total
    return found


def _one_level(rows: list[FlowRow]) -> list[FlowRow]:
    """The six-digit rows where there are any: national lines beside them would count twice."""
    six = [row for row in rows if len(row.product) == 6]
    return six or rows


def _best(sides: dict[str, tuple[str, _Sum]]) -> tuple[str, str, _Sum]:
    """Whose figure is taken: one with a weight before one without, then the buyer's before the seller's."""
    ranked = sorted(sides, key=lambda side: (sides[side][1].yearly is None, RANK.index(side)))
    return ranked[0], *sides[ranked[0]]


def _cell(
    seller: str, buyer: str, year: int, sides: dict[str, tuple[str, _Sum]], others: dict[int, float],
    ids: dict[str, str],
) -> Cell:
    side, file, best = _best(sides)
    tonnes = best.yearly
    ends = [one.yearly for _, one in sides.values() if one.yearly is not None]
    if best.covered < WHOLE_YEAR and tonnes is not None:
        ends.append(best.raised)  # at least what was counted
    bought = sides[IMPORTER][1] if IMPORTER in sides else None
    sold = sides[EXPORTER][1] if EXPORTER in sides else None
    return Cell(
        label=seller, importer=buyer, year=year, months=best.covered, tonnes=tonnes,
        low=min(ends) if ends else None, high=max(ends) if ends else None, rule=side,
        status=Status.REPORTED if best.exact else Status.ESTIMATED, source=ids[file],
        import_t=bought.yearly if bought else None, export_t=sold.yearly if sold else None,
        import_usd=bought.dollars if bought else None, export_usd=sold.dollars if sold else None,
        usd_per_t=best.unit_value, other_years=others,
    )


def rates(tariffs: Tariffs, reports: Sequence[Report], product: str) -> Rates:
    """Duties on a product; several national lines give the lowest, the mean and the highest."""
    titles = {report.file: report for report in reports}
    found: dict[tuple[str, str, int | None, str, str], list[TariffRow]] = {}
    unread: list[str] = []
    for row in tariffs:
        if codes.wanted(product, row.product, row.hs_revision) != "yes":
            continue
        if row.rate is None:
            unread.append(f"{row.importer} {row.origin}: {row.text}")
            continue
        key = (row.importer, ORIGINS.get(row.origin, row.origin), row.year, row.kind, row.file)
        found.setdefault(key, []).append(row)
    ids = {name: _source_id(name, [r for rows in found.values() for r in rows]) for *_, name in found}
    made, years = [], defaultdict(set)
    for (importer, origin, year, kind, file), rows in found.items():
        six = [row for row in rows if len(row.product) == 6] or rows
        held = [row.rate for row in six if row.rate is not None]
        ends = [e for row in six for e in (row.rate_min, row.rate_max) if e is not None]
        law = file in titles and titles[file].format in LAW
        made.append(Rate(
            importer, origin, year, kind, min(*held, *ends, held[0]), sum(held) / len(held),
            max(*held, *ends, held[0]), sum(row.lines or 1 for row in six),
            Status.STATUTORY if law else Status.REPORTED, ids[file],
        ))
        years[file].update({year} - {None})
    sources = tuple(_source(ids[name], name, titles.get(name), years[name]) for name in sorted(ids))
    return Rates(tuple(made), sources, tuple(dict.fromkeys(unread)))


def _source_id(name: str, rows: Sequence[FlowRow | TariffRow]) -> str:
    """The same for the same rows of a file of the same name, on every machine."""
    digest = hashlib.sha256(name.encode())
    for text in sorted(repr(row) for row in rows if row.file == name):
        digest.update(text.encode())
    return f"file-{digest.hexdigest()[:12]}"


def _source(key: str, name: str, report: Report | None, years: Iterable[int | None]) -> Source:
    held = sorted(year for year in years if year is not None)
    span = "" if not held else str(held[0]) if held[0] == held[-1] else f"{held[0]}–{held[-1]}"
    return Source(
        id=key, title=name, publisher=report.title if report else "", where="", published=span, retrieved="",
        kind="your file", note="",
    )
