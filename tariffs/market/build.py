"""From rows to a market: net-backs read off quoted prices, tonnes that respect the reported totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tariffs.errors import N_, Place, TariffsError
from tariffs.law.exporter import Taken
from tariffs.law.landed import Route, landed_stack, price_gap
from tariffs.law.policy import Policy
from tariffs.law.stack import Stack
from tariffs.market.elasticities import Elasticities
from tariffs.market.flows import Capacity, Flow, Total
from tariffs.market.market import Lane, Market, Shock
from tariffs.sources import Array, Figure, Number, Values


@dataclass(frozen=True)
class Coverage:
    """What the market stands on: tonnes by standing, and what nobody put on record."""

    tonnes_by_status: Mapping[str, float]
    no_duty_row: tuple[str, ...]  # importers whose duty is not on record: unknown, held unchanged
    no_freight: tuple[str, ...]  # routes whose leg has no figure: the delivered price stands in


@dataclass(frozen=True)
class Baseline:
    """The calibrated market, and what is needed to lay any other policy over it."""

    market: Market
    flows: tuple[Flow, ...]
    routes: tuple[Route, ...]
    gaps: tuple[Number, ...]  # USD/t of each quoted price that FOB and the known way leave open
    stacks: tuple[Stack, ...]  # under the law the market was calibrated with
    coverage: Coverage
    product: str
    figures: tuple[Figure, ...]  # every figure the market was made from

    def stacks_under(
        self,
        policy: Policy,
        on: date,
        values: Values,
        net_back: Array | None = None,
        kept: Sequence[Stack | None] | None = None,
    ) -> tuple[Stack, ...]:
        """Every route's ladder under a policy on a day; kinks judged at ``net_back`` (…, N).

        ``kept`` holds ladders that are known already, ``None`` where one is to be climbed.
        """
        at = self.market.net_back if net_back is None else net_back
        known = kept or [None] * len(self.routes)
        taken: dict[str, Taken] = {}
        return tuple(
            held or _with_gap(landed_stack(policy, route, self.product, on, values, at[..., maker], taken=taken), gap)
            for held, route, gap, maker in zip(known, self.routes, self.gaps, self.market.maker, strict=True)
        )


def shock_of(stacks: Sequence[Stack]) -> Shock:
    """The two numbers per route that a policy collapses to."""
    lines = [stack.landed for stack in stacks]
    return Shock(
        _columns([line.slope for line in lines]),
        _columns([line.const for line in lines]),
        np.array([stack.prohibited for stack in stacks]),
    )


def build_market(
    flows: Mapping[str, Flow],
    totals: Mapping[str, Total],
    capacities: Mapping[str, Capacity],
    elasticities: Elasticities,
    policy: Policy,
    on: date,
    values: Values,
    product: str,
    exporter: str,
) -> Baseline:
    """Calibrate the market to the baseline tonnes and prices under the law of one day.

    Each producer's net-back is read off one quoted price (its anchor row); a route whose price is quoted
    on its own keeps the difference as a price gap, at home the maker's premium over export parity.

    Raises
    ------
    TariffsError
        When a producer has no anchor, an elasticity is missing, or a price leaves no net-back.
    """
    rows = tuple(flows.values())
    routes = tuple(route_of(flow, exporter) for flow in rows)
    producers = tuple(dict.fromkeys(flow.producer for flow in rows))
    importers = tuple(dict.fromkeys(flow.importer for flow in rows))
    anchored = [(flow, route) for flow, route in zip(rows, routes, strict=True) if flow.anchor]
    anchors = [flow for flow, _ in anchored]
    taken: dict[str, Taken] = {}
    bare = [landed_stack(policy, route, product, on, values, taken=taken) for _, route in anchored]
    net_back = {p: _net_back(p, anchors, bare, values) for p in producers}
    # Kinks (minimum values, compound duties) are judged at the calibrated net-back.
    straight = {route: stack for (_, route), stack in zip(anchored, bare, strict=True) if not stack.kinked}
    stacks = [
        straight.get(r) or landed_stack(policy, r, product, on, values, net_back[r.producer], taken=taken)
        for r in routes
    ]
    gaps = tuple(_gap(flow, stack, net_back[flow.producer], values) for flow, stack in zip(rows, stacks, strict=True))
    stacks = [_with_gap(stack, gap) for stack, gap in zip(stacks, gaps, strict=True)]
    served = responses(rows, producers, importers, elasticities, product)
    shock = shock_of(stacks)
    if shock.closed.any():
        names = ", ".join(route.name for route, stack in zip(routes, stacks, strict=True) if stack.prohibited)
        raise TariffsError(
            N_(
                "The law of {day} closes {names}, which the baseline says does trade. "
                "Calibrate with a day on which it is open, or close it in a scenario."
            ),
            day=on,
            names=names,
        )
    market = Market(
        producers=producers,
        importers=importers,
        lanes=tuple(Lane(r.producer, r.label, r.importer) for r in routes),
        tonnes=_columns(tonnes(rows, totals, values)),
        net_back=_columns([net_back[p] for p in producers]),
        A=shock.A,
        B=shock.B,
        capacity=_capacity(producers, capacities, values),
        **{name: _columns([values(figure) for figure in figures]) for name, figures in served.items()},
    )
    used = (
        *(f for s in stacks for f in s.figures),
        *(f for figures in served.values() for f in figures),
        *(c.tonnes for c in capacities.values()),
        *(total.tonnes for total in totals.values()),
        *(f.tonnes for f in rows),
        *(f.usd_per_t for f in rows),
    )
    return Baseline(
        market, rows, routes, gaps, tuple(stacks), _coverage(rows, stacks), product, tuple(dict.fromkeys(used))
    )


def route_of(flow: Flow, exporter: str) -> Route:
    """The costs that a baseline row's way bears: inland to a port, packing and insurance are the exporter's."""
    ours = flow.producer == exporter and not flow.home
    return Route(
        producer=flow.producer,
        label=flow.label,
        importer=flow.importer,
        freight=flow.freight,
        relabelling=flow.relabelling,
        inland=flow.inland,
        packing="packing-bulk" if ours else "",
        insurance="insurance" if ours and flow.freight else "",
    )


def tonnes(flows: Sequence[Flow], totals: Mapping[str, Total], values: Values) -> list[Number]:
    """Tonnes of every row, drawn together so that they respect the totals.

    Rows inside bounds are scaled into them; of a reported total the residual row takes what the others
    leave. A row that somebody fixed (no range) is never scaled.
    """
    drawn: dict[str, Number] = {flow.key: values(flow.tonnes) for flow in flows}
    free = {flow.key for flow in flows if flow.tonnes.uncertain}
    for total in totals.values():
        movable = [key for key in total.rows if key in free]
        if total.residual or not movable:
            continue
        fixed = _sum(drawn[key] for key in total.rows if key not in free)
        moving = _sum(drawn[key] for key in movable)
        low, high = total.tonnes.low or 0.0, total.tonnes.high if total.tonnes.high is not None else np.inf
        wanted = np.clip(moving, np.maximum(low - fixed, 0.0), np.maximum(high - fixed, 0.0))
        factor = np.where(np.asarray(moving) > 0, wanted / np.maximum(moving, 1e-12), 1.0)[()]
        for key in movable:
            drawn[key] = drawn[key] * factor
    for total in totals.values():
        if total.residual and total.residual in free:
            others = _sum(drawn[key] for key in total.rows if key != total.residual)
            left = values(total.tonnes) - others
            drawn[total.residual] = np.maximum(left, 0.0)[()]
    return [drawn[flow.key] for flow in flows]


def _net_back(producer: str, rows: Sequence[Flow], stacks: Sequence[Stack], values: Values) -> Number:
    for flow, stack in zip(rows, stacks, strict=True):
        if flow.producer == producer and flow.anchor:
            line = stack.fob if flow.before_freight else stack.cif
            found = (values(flow.usd_per_t) - line.const) / line.slope
            if not (np.asarray(found) > 0).all():
                raise TariffsError(
                    N_(
                        "The price of {flow} leaves {producer} no net-back after its charges. "
                        "Lower a charge on the seller's side or raise the price."
                    ),
                    flow=flow.key,
                    producer=Place(producer),
                )
            return found
    raise TariffsError(
        N_("No anchor row for {producer}: mark one of its rows in data/flows_baseline.csv."), producer=Place(producer)
    )


def _gap(flow: Flow, stack: Stack, net_back: Number, values: Values) -> Number:
    if flow.price_rule != "own" or flow.anchor:
        return 0.0
    line = stack.fob if flow.before_freight or flow.home else stack.cif
    return values(flow.usd_per_t) - line.at(net_back)


def _with_gap(stack: Stack, gap: Number) -> Stack:
    if not np.any(np.asarray(gap)):
        return stack
    return stack.with_rung(price_gap(gap, stack.producer == stack.importer))


def responses(
    rows: Sequence[Flow], producers: Sequence[str], importers: Sequence[str], held: Elasticities, product: str
) -> dict[str, tuple[Figure, ...]]:
    """The elasticity that serves each producer (``supply``) and each importer (the other four), in their order."""
    sells_at_home = {flow.producer for flow in rows if flow.home}

    def served(kinds: Sequence[str], places: Sequence[str]) -> tuple[Figure, ...]:
        return tuple(held.require(kinds, product, place).value for place in places)

    return {
        "supply": tuple(
            held.require(("home_supply" if p in sells_at_home else "export_supply",), product, p).value
            for p in producers
        ),
        "demand": served(("total_demand",), importers),
        "sigma_import": served(("armington_origins",), importers),
        # A market without home goods, or without two labels of one maker, never uses its elasticity.
        "sigma_home": served(("armington_home_import", "armington_origins"), importers),
        "sigma_label": served(("label_substitution", "armington_origins"), importers),
    }


def _capacity(producers: Sequence[str], capacities: Mapping[str, Capacity], values: Values) -> Array:
    """(draws, N) tonnes; infinite for a producer without a limit on record."""
    limits: dict[str, Number] = {row.producer: values(row.tonnes) for row in capacities.values()}
    return _columns([limits.get(producer, np.inf) for producer in producers])


def _coverage(rows: Sequence[Flow], stacks: Sequence[Stack]) -> Coverage:
    by_status: dict[str, float] = {}
    for flow in rows:
        by_status[flow.status] = by_status.get(flow.status, 0.0) + (flow.tonnes.central or 0.0)
    no_duty = {s.importer for s in stacks if "customs_duty" in s.missing}
    no_freight = [s for f, s in zip(rows, stacks, strict=True) if not (f.freight or f.home or f.before_freight)]
    names = tuple(f"{s.producer}/{s.label}/{s.importer}" for s in no_freight)
    return Coverage(by_status, tuple(sorted(no_duty)), names)


def _columns(values: Sequence[Number]) -> Array:
    """Several numbers, some of them arrays of draws, as one array (draws, len(values)); draws lie side by side."""
    shape = np.broadcast_shapes((1,), *{np.shape(v) for v in values})
    rows = np.empty((len(values), *shape))
    for row, value in zip(rows, values, strict=True):
        row[...] = value
    return np.moveaxis(rows, 0, -1)


def _sum(values: Iterable[Number]) -> Number:
    total: Number = 0.0
    for value in values:
        total = total + value
    return total
