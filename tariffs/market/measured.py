"""Customs figures in place of assumed tonnes: which rows they replace, with what range, and what they leave open.

Customs know the declared origin, not the maker. A figure for a label that several makers use is divided among
them as our rows divide it; the sum is the file's, the division stays as uncertain as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tariffs.law.places import Groups
from tariffs.law.policy import Share
from tariffs.market.cells import (
    ALONE,
    BALANCED,
    EXPORTER,
    REST,
    SUMMED,
    Cell,
    Measured,
    Moved,
    Observed,
)
from tariffs.market.doubtful import outliers, outside, prices_of, suspicions
from tariffs.market.fill import NotBalanced, filled
from tariffs.market.flows import Flow, Total
from tariffs.market.priced import compared, priced
from tariffs.sources import Figure, Status, weakest

WHOLE = 0.005  # partners that add up to the world's total within this are all the partners there were
WORLD = "WLD"
RELABELLED = "relabelled"


@dataclass(frozen=True, slots=True)
class Settled:
    """What one label sells to one market, tonnes, and how we know."""

    label: str
    importer: str
    low: float
    central: float
    high: float
    status: Status
    source: str
    rule: str
    year: int
    cell: Cell | None


@dataclass(frozen=True)
class Fitted:
    """The baseline with the files' figures in it."""

    flows: Mapping[str, Flow]
    totals: Mapping[str, Total]
    measured: Measured


def fit(
    flows: Mapping[str, Flow], totals: Mapping[str, Total], shares: Iterable[Share], groups: Groups,
    observed: Observed, year: int, sigma: Figure, prices: bool = False,
) -> Fitted:
    """Replace assumed rows by what the files say; everything that they do not speak of stays.

    Parameters
    ----------
    year : of the baseline; a figure of another year has the range of the years that the files hold.
    sigma : elasticity between origins, which decides how readily trade gives way to cost in the prior.
    prices : whether unit values are taken as prices too.
    """
    labels = {flow.label for flow in flows.values()}
    name = _grouped(groups, labels)
    markets = dict.fromkeys(flow.importer for flow in flows.values() if flow.importer != WORLD)
    inside = [cell for cell in observed.cells if cell.importer in markets]
    settled = _direct([c for c in inside if name(c.label) in labels], flows, name, year)
    settled |= _rest(observed, markets, labels)
    tops = _totals(observed.totals, labels, markets)
    settled |= _nothing_traded(flows, settled, inside, tops)
    unbalanced: Mapping[str, object] = {}
    try:
        known = {at: one.central for at, one in settled.items()}
        for at, ends in filled(flows, known, {key: c.tonnes for key, c in tops.items() if c.tonnes}, sigma).items():
            top = tops.get((WORLD, at[1])) or tops[at[0], WORLD]
            settled[at] = Settled(*at, *ends, Status.ESTIMATED, top.source, BALANCED, top.year, None)
    except NotBalanced as why:
        unbalanced = {"message": why.message, **why.gaps}
    rows, moved, bounds = dict(flows), [], {}
    by_place = tuple(shares)
    for (label, importer), one in settled.items():
        ways = [f for f in flows.values() if (f.label, f.importer) == (label, importer) and not f.home]
        made = _divided(ways, one, by_place) if ways else _new(flows, one)
        for before, after in made:
            rows[after.key] = after
            moved.append(Moved(
                after.key, after.producer, label, importer, before.tonnes if before else None, after.tonnes, one.rule,
                one.year, one.cell,
            ))
        if made:
            bounds[f"file-{label}-{importer}".lower()] = _bound(one, [after for _, after in made])
    odd = outliers(flows, inside, name)
    beside = compared(rows, inside, name, odd, year, prices)
    rows = priced(rows, beside)
    imports = {at: one.central for at, one in settled.items() if one.rule != EXPORTER}
    held, dropped = _kept_totals(totals, rows, {one.key for one in moved}, tops)
    return Fitted(rows, {**held, **bounds}, Measured(
        (*observed.cells, *observed.totals), tuple(moved), suspicions(flows, imports), odd,
        outside(inside, labels, name), unbalanced, dropped, beside,
    ))


def _grouped(groups: Groups, labels: set[str]) -> Callable[[str], str]:
    """A country's name in the model: its own, or that of a group which the model takes as one seller."""
    members = {m.place: m.group for m in groups.memberships if m.group in labels}
    return lambda place: place if place in labels else members.get(place, place)


def _direct(
    cells: Sequence[Cell], flows: Mapping[str, Flow], name: Callable[[str], str], year: int
) -> dict[tuple[str, str], Settled]:
    """Cells that somebody reported; members of a group add up."""
    parts: dict[tuple[str, str], list[Settled]] = {}
    for cell in cells:
        one = _in_tonnes(cell, name(cell.label), flows, year)
        if one is not None:
            parts.setdefault((one.label, one.importer), []).append(one)
    return {at: _summed(held) for at, held in parts.items()}


def _in_tonnes(cell: Cell, label: str, flows: Mapping[str, Flow], year: int) -> Settled | None:
    """A cell in tonnes; one with a value alone is divided by the prices of its rows, and the range is theirs."""
    if cell.tonnes is not None and cell.low is not None and cell.high is not None:
        low, high = cell.low, cell.high
        if cell.year != year and cell.other_years:
            low, high = min(low, *cell.other_years.values()), max(high, *cell.other_years.values())
        return Settled(
            label, cell.importer, low, cell.tonnes, high, cell.status, cell.source, cell.rule, cell.year, cell
        )
    usd = cell.import_usd if cell.import_usd is not None else cell.export_usd
    prices = prices_of(flows, label, cell.importer)
    if usd is None or prices is None:
        return None
    low_price, price, high_price = prices
    return Settled(
        label, cell.importer, usd / high_price, usd / price, usd / low_price, Status.DERIVED, cell.source, "value",
        cell.year, cell,
    )


def _summed(parts: Sequence[Settled]) -> Settled:
    if len(parts) == 1:
        return parts[0]
    return replace(
        parts[0], low=sum(p.low for p in parts), central=sum(p.central for p in parts),
        high=sum(p.high for p in parts), status=weakest(p.status for p in parts), rule=SUMMED, cell=None,
    )


def _rest(observed: Observed, markets: Mapping[str, None], labels: set[str]) -> dict[tuple[str, str], Settled]:
    """What a seller sold to everybody else: its total less the markets, or its other partners added up."""
    made = {}
    for label in sorted(labels):
        own = [c for c in observed.cells if c.label == label and c.rule != "importer" and c.tonnes is not None]
        others = [c for c in own if c.importer not in markets]
        tops = [t for t in observed.totals if t.label == label and t.importer == WORLD and t.tonnes is not None]
        here = [c for c in observed.cells if c.label == label and c.importer in markets and c.tonnes is not None]
        if tops and here and tops[0].tonnes is not None:
            top, sold = tops[0], sum(c.export_t if c.export_t is not None else c.tonnes or 0.0 for c in here)
            left = (top.tonnes or 0.0) - sold
            if left >= 0 and {c.importer for c in here} == set(markets) - {label}:
                made[label, WORLD] = Settled(
                    label, WORLD, left, left, left, top.status, top.source, REST, top.year, top
                )
        elif others:
            year = max(c.year for c in others)
            last = [c for c in others if c.year == year]
            made[label, WORLD] = Settled(
                label, WORLD, sum(c.low or 0.0 for c in last), sum(c.tonnes or 0.0 for c in last),
                sum(c.high or 0.0 for c in last), weakest(c.status for c in last), last[0].source, REST, year, None,
            )
    return made


def _totals(
    totals: Sequence[Cell], labels: set[str], markets: Mapping[str, None]
) -> dict[tuple[str, str], Cell]:
    """Totals over all partners of sellers and buyers that the model knows."""
    return {
        (t.label, t.importer): t for t in totals
        if t.tonnes is not None and (t.label in labels or t.importer in markets)
    }


def _nothing_traded(
    flows: Mapping[str, Flow], settled: Mapping[tuple[str, str], Settled], inside: Sequence[Cell],
    tops: Mapping[tuple[str, str], Cell],
) -> dict[tuple[str, str], Settled]:
    """Labels absent from a market whose reported partners add up to its total: that is a reported nothing."""
    none = {}
    for (label, importer), top in tops.items():
        if label != WORLD or not top.tonnes:
            continue
        partners = [c for c in inside if c.importer == importer and c.tonnes is not None and c.year == top.year]
        if abs(sum(c.tonnes or 0.0 for c in partners) - top.tonnes) > WHOLE * top.tonnes:
            continue
        for flow in flows.values():
            at = (flow.label, importer)
            if flow.importer == importer and not flow.home and at not in settled:
                none[at] = Settled(*at, 0.0, 0.0, 0.0, top.status, top.source, ALONE, top.year, top)
    return none


def _divided(ways: Sequence[Flow], one: Settled, shares: Sequence[Share]) -> list[tuple[Flow, Flow]]:
    """The rows of one label in one market with the file's figure divided among their makers."""
    if len(ways) == 1:
        return [(ways[0], _with_tonnes(ways[0], one.low, one.central, one.high, one.status, one.source))]
    whole = sum(flow.tonnes.central or 0.0 for flow in ways)
    split = next((s.share for s in shares if s.key.startswith(RELABELLED) and one.importer in s.places), None)
    made = []
    for flow in ways:
        part = (flow.tonnes.central or 0.0) / whole if whole else 1.0 / len(ways)
        low, high = (split.low, split.high) if split and split.low is not None and split.high is not None else (0, 1)
        ends = (low, high) if flow.producer != one.label else (1.0 - high, 1.0 - low)
        status = weakest((one.status, flow.tonnes.status))  # who made it is as uncertain as it was
        made.append((flow, _with_tonnes(
            flow, min(ends[0], part) * one.low, part * one.central, max(ends[1], part) * one.high, status, one.source,
        )))
    return made


def _with_tonnes(flow: Flow, low: float, central: float, high: float, status: Status, source: str) -> Flow:
    figure = replace(
        flow.tonnes, low=low, central=central, high=high, status=status, source=source, distribution="pert"
    )
    return replace(flow, tonnes=figure, status=str(status), source=source, note="")


def _new(flows: Mapping[str, Flow], one: Settled) -> list[tuple[Flow | None, Flow]]:
    """A route that only the files know, between a seller and a market that the model knows both."""
    anchor = next((f for f in flows.values() if f.producer == one.label and f.anchor), None)
    beside = next((f for f in flows.values() if f.importer == one.importer and not f.home), None)
    if anchor is None or beside is None or one.central < 1.0:
        return []
    key = f"file-{one.label}-{one.importer}".lower()
    tonnes = Figure(
        f"flows_baseline.{key}.tonnes", one.low, one.central, one.high, "tonnes", one.status, one.source,
        draw=beside.tonnes.dimension,
    )
    price = replace(beside.usd_per_t, key=f"flows_baseline.{key}.usd_per_t", draw=beside.usd_per_t.dimension)
    return [(None, replace(
        beside, key=key, producer=one.label, label=one.label, tonnes=tonnes, usd_per_t=price, price_rule="own",
        anchor=False, freight="", relabelling="", inland="", status=str(one.status), source=one.source, note="",
    ))]


def _bound(one: Settled, rows: Sequence[Flow]) -> Total:
    """The rows of a label keep adding up to the file's figure, whatever else is drawn."""
    key = f"file-{one.label}-{one.importer}".lower()
    figure = Figure(
        f"flow_totals.{key}.tonnes", one.low, one.central, one.high, "tonnes", one.status, one.source,
        draw=rows[0].tonnes.dimension,
    )
    return Total(key, f"{one.label} to {one.importer}", tuple(row.key for row in rows), figure, "", "")


def _kept_totals(
    totals: Mapping[str, Total], rows: Mapping[str, Flow], moved: set[str], tops: Mapping[tuple[str, str], Cell]
) -> tuple[dict[str, Total], tuple[str, ...]]:
    """Totals that still say something: not those whose rows the files hold all, nor those that they contradict."""
    kept, dropped = {}, []
    for key, total in totals.items():
        measured = [rows[k] for k in total.rows if k in moved]
        sums = sum(rows[k].tonnes.central or 0.0 for k in total.rows)
        inside = (total.tonnes.low or 0.0) <= sums <= (total.tonnes.high if total.tonnes.high is not None else sums)
        sellers = {rows[k].producer for k in total.rows}
        top = tops.get((next(iter(sellers)), WORLD)) if len(sellers) == 1 else None
        replaced = measured and not total.residual and (len(measured) == len(total.rows) or not inside)
        if replaced or total.residual in moved:
            dropped.append(total.what)
        elif top is not None and total.residual and top.tonnes is not None:
            kept[key] = replace(total, tonnes=replace(
                total.tonnes, low=top.low, central=top.tonnes, high=top.high, status=top.status, source=top.source,
            ))
        else:
            kept[key] = total
    return kept, tuple(dropped)
