"""What stands on one side of a comparison: prices, tonnes, burdens and money, draw by draw."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tariffs.law.protection import Protection, makers_protection
from tariffs.sources import Array, Number
from tariffs.study import accounts
from tariffs.units import ad_valorem_equivalent

if TYPE_CHECKING:
    from tariffs.study.sides import Side

# A seller is a rival when it has at least this share of the market: below it, prices are proxies.
RIVAL_SHARE = 0.01
DUTIES = ("customs_duty", "collected_duty", "additional_duty", "specific_levy", "excise")

# Figures by name, each worked out when it is asked for.
Works: TypeAlias = Mapping[str, Callable[[], Number]]


def levels(side: "Side", wanted: Collection[tuple[str, str]] | None = None) -> Mapping[tuple[str, str], Array]:
    """Figures of one side by (name, place), each of the side's batch, (D + 1,): those wanted, or all."""
    basis, shape = side.here.library.baseline, side.result.closed.shape
    found: dict[tuple[str, str], Array] = {}
    for place in (basis.exporter, *basis.importers):
        if wanted is not None and all(place != at for _, at in wanted):
            continue
        works = _of_exporter(side) if place == basis.exporter else _in_market(side, place)
        for name, work in works.items():
            if wanted is None or (name, place) in wanted:
                found[name, place] = np.broadcast_to(np.asarray(work(), dtype=float), shape)
    return found


def _of_exporter(side: "Side") -> Works:
    basis, result, market = side.here.library.baseline, side.result, side.result.market
    exporter, importers = basis.exporter, basis.importers
    net_back = result.net_back[..., market.producers.index(exporter)]
    ours = np.array([lane.producer == exporter for lane in market.lanes])
    to_buyers = ours & np.array([lane.importer in importers for lane in market.lanes])
    own = side.stacks[market.lane(exporter, exporter, importers[0])]

    def value_at_fob() -> Array:
        fob = np.stack([s.fob.at(net_back) for s, mine in zip(side.stacks, ours, strict=True) if mine], axis=-1)
        value: Array = (fob * result.tonnes[..., ours]).sum(axis=-1)
        return value

    @cache
    def protection() -> Protection:
        return makers_protection(side.policy, exporter, side.on, side.here.draws)

    return {
        "net_back_usd_per_t": lambda: net_back,
        "exports_tonnes": lambda: result.tonnes[..., ours].sum(axis=-1),
        "exports_to_buyers_tonnes": lambda: result.tonnes[..., to_buyers].sum(axis=-1),
        "exports_fob_usd": value_at_fob,
        "seller_treasury_usd": lambda: side.ledger.kept(accounts.SELLER, producer=exporter),
        "currency_halls_usd": lambda: side.ledger.kept(accounts.HALLS, producer=exporter),
        "burden_fraction": lambda: sum(
            (r.rate for r in own.rungs if r.base_name == "fob" and r.stage == "seller"), start=np.zeros(1)
        ),
        "currency_fraction": lambda: sum((r.rate for r in own.rungs if r.keeper == accounts.HALLS), start=np.zeros(1)),
        "effective_protection_fraction": lambda: protection().rate,
        "anti_export_bias_fraction": lambda: protection().anti_export_bias,
    }


def _in_market(side: "Side", importer: str) -> Works:
    result, market, exporter = side.result, side.result.market, side.here.library.baseline.exporter
    number = market.lane(exporter, exporter, importer)
    stack, net_back = side.stacks[number], result.net_back[..., market.maker[number]]
    here = market.place == market.importers.index(importer)
    ours = here & np.array([lane.producer == exporter for lane in market.lanes])
    rivals = here & ~ours
    home = [i for i in np.flatnonzero(here) if market.lanes[i].home]
    nothing = np.full(net_back.shape, np.nan)
    unknown_duty = stack.prohibited or "customs_duty" in stack.missing  # unknown is not zero

    @cache
    def landed() -> Number:
        return nothing if stack.prohibited else stack.landed.at(net_back)

    @cache
    def sold() -> Array:
        total: Array = result.tonnes[..., ours].sum(axis=-1)
        return total

    @cache
    def bought() -> Array:
        total: Array = result.tonnes[..., here].sum(axis=-1)
        return total

    @cache
    def rival_prices() -> Array:
        """(D + 1, rivals) landed prices; infinite for a seller too small to be a rival."""
        matters = result.tonnes[..., rivals] >= RIVAL_SHARE * bought()[..., None]
        return np.where(matters, result.landed[..., rivals], np.inf)

    @cache
    def duty() -> Number:
        return nothing if unknown_duty else sum((stack.amount(d).at(net_back) for d in DUTIES), start=np.zeros(1))

    def gap() -> Array:
        matters = result.tonnes[..., rivals] >= RIVAL_SHARE * bought()[..., None]
        return np.where(matters.any(axis=-1), landed() - rival_prices().min(axis=-1), np.nan)

    def rank() -> Array:
        place: Array = 1.0 + (rival_prices() < np.asarray(landed())[..., None]).sum(axis=-1)
        return nothing if stack.prohibited else place

    return {
        "fob_usd_per_t": lambda: stack.fob.at(net_back),
        "cif_usd_per_t": lambda: stack.cif.at(net_back),
        "duty_usd_per_t": duty,
        "duty_fraction": lambda: ad_valorem_equivalent(duty(), stack.cif.at(net_back)),
        "on_paper_usd_per_t": lambda: nothing if stack.prohibited else stack.on_paper.at(net_back),
        "wedge_usd_per_t": lambda: stack.amount("access_wedge").at(net_back),
        "landed_usd_per_t": landed,
        "home_price_usd_per_t": lambda: result.landed[..., home[0]] if home else nothing,
        "rival_gap_usd_per_t": gap,
        "rank": rank,
        "tonnes": sold,
        "own_label_tonnes": lambda: result.tonnes[..., number],
        "share": lambda: sold() / bought(),
        "revenue_usd": lambda: side.ledger.kept(accounts.BUYER, importer=importer),
        "market_tonnes": bought,
    }
