"""The figures people ask for first, before, after and by how much, each with its range and standing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from tariffs.law.protection import makers_protection
from tariffs.law.stack import Stack
from tariffs.models import welfare
from tariffs.sources import Array, Figure, Status, weakest
from tariffs.study import accounts
from tariffs.study.sides import Side, World
from tariffs.uncertainty import Estimate, estimate
from tariffs.units import ad_valorem_equivalent


class Key(NamedTuple):
    """The name of a figure (which carries its unit), the place it speaks of, and when."""

    name: str
    place: str
    when: str  # before, after, change


# A seller is a rival when it has at least this share of the market: below it, prices are proxies.
RIVAL_SHARE = 0.01
DUTIES = ("customs_duty", "collected_duty", "additional_duty", "specific_levy", "excise")
UNITS = {
    "usd_per_t": "USD/t",
    "tonnes": "t",
    "share": "fraction",
    "usd": "USD a year",
    "fraction": "fraction",
    "rank": "place",
}


def unit_of(name: str) -> str:
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")


def figures(
    here: World, before: Side, after: Side, solved: Any, importers: tuple[str, ...], exporter: str
) -> Mapping[Key, Estimate]:
    """Every figure of the answer; ``solved`` (D + 1,) marks the draws that count."""
    stacks = (*before.stacks, *after.stacks)
    whole = _standing((*(f for s in stacks for f in s.figures), *here.baseline.figures))
    found: dict[Key, Estimate] = {}
    sides = {w: dict(_levels(one, here, importers, exporter)) for w, one in (("before", before), ("after", after))}
    for (name, place), now in sides["after"].items():
        then = sides["before"][name, place]
        own = (f for s in stacks if _is_own(s, exporter, place) for f in s.figures)
        status, sources = _standing(own) if name in LAW_ALONE else whole
        for when, value in (("before", then), ("after", now), ("change", now - then)):
            found[Key(name, place, when)] = estimate(value, solved, unit_of(name), status, sources)
    for (name, place), change in _gains(before, after, importers, exporter):
        found[Key(name, place, "change")] = estimate(change, solved, unit_of(name), *whole)
    return found


# Figures that law, freight and quoted prices alone decide, whatever the market's elasticities.
LAW_ALONE = (
    "duty_fraction",
    "wedge_usd_per_t",
    "burden_fraction",
    "currency_fraction",
    "effective_protection_fraction",
    "anti_export_bias_fraction",
)


def _levels(
    side: Side, here: World, importers: tuple[str, ...], exporter: str
) -> Iterator[tuple[tuple[str, str], Array]]:
    """What stands on one side, each (D + 1,)."""
    result, market = side.result, side.result.market
    maker = market.producers.index(exporter)
    net_back = result.net_back[:, maker]
    ours = np.array([lane.producer == exporter for lane in market.lanes])
    yield ("net_back_usd_per_t", exporter), net_back
    yield ("exports_tonnes", exporter), result.tonnes[:, ours].sum(axis=1)
    to_buyers = ours & np.array([lane.importer in importers for lane in market.lanes])
    yield ("exports_to_buyers_tonnes", exporter), result.tonnes[:, to_buyers].sum(axis=1)
    fob = np.stack([s.fob.at(net_back) for s, mine in zip(side.stacks, ours, strict=True) if mine], axis=1)
    yield ("exports_fob_usd", exporter), (fob * result.tonnes[:, ours]).sum(axis=1)
    yield ("seller_treasury_usd", exporter), side.ledger.kept(accounts.SELLER, producer=exporter)
    yield ("currency_halls_usd", exporter), side.ledger.kept(accounts.HALLS, producer=exporter)
    own = side.stacks[market.lane(exporter, exporter, importers[0])]
    burden = sum((r.rate for r in own.rungs if r.base_name == "fob" and r.stage == "seller"), start=np.zeros(1))
    yield ("burden_fraction", exporter), np.broadcast_to(np.asarray(burden), net_back.shape)
    currency = sum((r.rate for r in own.rungs if r.keeper == accounts.HALLS), start=np.zeros(1))
    yield ("currency_fraction", exporter), np.broadcast_to(np.asarray(currency), net_back.shape)
    protection = makers_protection(side.policy, exporter, side.on, here.draws)
    for name, rate in (
        ("effective_protection_fraction", protection.rate),
        ("anti_export_bias_fraction", protection.anti_export_bias),
    ):
        yield (name, exporter), np.broadcast_to(np.asarray(rate), net_back.shape)
    for importer in importers:
        for name, value in _in_market(side, importer, exporter).items():
            yield (name, importer), np.broadcast_to(np.asarray(value, dtype=float), net_back.shape)


def _in_market(side: Side, importer: str, exporter: str) -> dict[str, Any]:
    result, market = side.result, side.result.market
    number = market.lane(exporter, exporter, importer)
    stack, net_back = side.stacks[number], result.net_back[:, market.maker[number]]
    here = market.place == market.importers.index(importer)
    ours = here & np.array([lane.producer == exporter for lane in market.lanes])
    rivals = here & ~ours
    nothing = np.full(net_back.shape, np.nan)
    landed = nothing if stack.prohibited else stack.landed.at(net_back)
    bought = result.tonnes[:, here].sum(axis=1)
    matters = result.tonnes[:, rivals] >= RIVAL_SHARE * bought[:, None]
    rival_prices = np.where(matters, result.landed[:, rivals], np.inf)
    duty = sum((stack.amount(name).at(net_back) for name in DUTIES), start=np.zeros(1))
    customs_value = stack.cif.at(net_back)
    if stack.prohibited or "customs_duty" in stack.missing:
        duty = nothing  # unknown is not zero
    home = [i for i in np.flatnonzero(here) if market.lanes[i].home]
    return {
        "fob_usd_per_t": stack.fob.at(net_back),
        "cif_usd_per_t": customs_value,
        "duty_usd_per_t": duty,
        "duty_fraction": ad_valorem_equivalent(duty, customs_value),
        "on_paper_usd_per_t": nothing if stack.prohibited else stack.on_paper.at(net_back),
        "wedge_usd_per_t": stack.amount("access_wedge").at(net_back),
        "landed_usd_per_t": landed,
        "home_price_usd_per_t": result.landed[:, home[0]] if home else nothing,
        "rival_gap_usd_per_t": np.where(matters.any(axis=1), landed - rival_prices.min(axis=1), np.nan),
        "rank": nothing if stack.prohibited else 1.0 + (rival_prices < np.asarray(landed)[:, None]).sum(axis=1),
        "tonnes": result.tonnes[:, ours].sum(axis=1),
        "own_label_tonnes": result.tonnes[:, number],
        "share": result.tonnes[:, ours].sum(axis=1) / bought,
        "revenue_usd": side.ledger.kept(accounts.BUYER, importer=importer),
        "market_tonnes": bought,
    }


def _gains(
    before: Side, after: Side, importers: tuple[str, ...], exporter: str
) -> Iterator[tuple[tuple[str, str], Array]]:
    """Who gains: surpluses and treasuries, each a change of (D + 1,)."""
    market = after.result.market
    buyers, makers = welfare.surplus_by_market(after.result), welfare.surplus_by_producer(after.result)

    def moved(keeper: str, **where: str) -> Array:
        return after.ledger.kept(keeper, **where) - before.ledger.kept(keeper, **where)

    sellers = makers[:, market.producers.index(exporter)]
    treasury, halls = moved(accounts.SELLER, producer=exporter), moved(accounts.HALLS, producer=exporter)
    feedstock = moved("feedstock_sellers", producer=exporter)
    yield ("producers_gain_usd", exporter), sellers
    yield ("feedstock_sellers_gain_usd", exporter), feedstock
    # What the exporter's halls and feedstock sellers win or lose stays inside the country.
    yield ("side_gain_usd", exporter), sellers + treasury + halls + feedstock
    for importer in importers:
        consumers = buyers[:, market.importers.index(importer)]
        home = makers[:, market.producers.index(importer)] if importer in market.producers else np.zeros_like(consumers)
        home = home + moved("home_producer", importer=importer)
        revenue = moved(accounts.BUYER, importer=importer)
        yield ("buyers_gain_usd", importer), consumers
        yield ("home_producers_gain_usd", importer), home
        yield ("side_gain_usd", importer), consumers + home + revenue
        wedge = sum((moved(k, importer=importer) for k in ("unknown", "intermediary")), start=np.zeros(1))
        yield ("wedge_rent_usd", importer), np.broadcast_to(np.asarray(wedge), consumers.shape)


def _is_own(stack: Stack, exporter: str, place: str) -> bool:
    return stack.producer == stack.label == exporter and place in (exporter, stack.importer)


def _standing(figures: Iterable[Figure]) -> tuple[Status, tuple[str, ...]]:
    """How firmly something made of these figures stands, and who told us."""
    used = tuple(figures)
    return weakest(f.status for f in used), tuple(dict.fromkeys(f.source for f in used))
