"""Everybody who sells in one market: price, tonnes, tariff, and how the tariff favours each against the exporter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from tariffs.law.measures import ExporterMeasure, Measure
from tariffs.law.policy import Policy
from tariffs.law.products import product_match
from tariffs.models.result import Result
from tariffs.sources import Array, Figure, Status, weakest
from tariffs.study.levels import DUTIES, RIVAL_SHARE
from tariffs.study.sides import Side
from tariffs.study.walk import Study
from tariffs.uncertainty import Estimate
from tariffs.uncertainty.estimates import estimate
from tariffs.units import ad_valorem_equivalent

SHOWN_ROLES = ("baseline", "alternative", "disputed", "ceiling")  # of rows that may hold for the good


@dataclass(frozen=True)
class Seller:
    """One maker's goods under one label in one market, after the change; ``before`` where it says so.

    Prices are USD/t, tonnes a year, tariffs fractions of CIF. What is refused has no price, and what is not on
    record has no tariff; home goods pay none.
    """

    producer: str
    label: str
    home: bool
    own: bool  # the exporter's goods under its own label
    refused: bool
    rank: int | None  # 1 + makers that land something cheaper; missing where a rival's share is too small to matter
    before: Estimate  # landed price
    landed: Estimate
    gap: Estimate  # landed price less that of the exporter's own label
    tonnes: Estimate
    moved: Estimate  # tonnes, change
    share: Estimate
    tariff: Estimate
    favour: Estimate  # tariff of the exporter's own label less this one: above zero the rival is preferred


@dataclass(frozen=True, slots=True)
class Market:
    """One market in one line, from the exporter's side; figures after the change."""

    importer: str
    sellers: tuple[Seller, ...]  # cheapest first, what has no price last
    own: Seller
    margin: Estimate  # landed price less the cheapest rival's, USD/t: below zero is cheaper
    rivals_tariff: Estimate  # average over rivals from abroad, by their tonnes before
    favour: Estimate  # tariff of the own label less that average


def market(study: Study, importer: str) -> Market:
    """One market after the change.

    Raises
    ------
    KeyError
        When nobody sells there.
    """
    after, before = study.after, study.before
    lanes = after.result.market.lanes
    here = [number for number, lane in enumerate(lanes) if lane.importer == importer]
    own = after.result.market.lane(study.exporter, study.exporter, importer)
    many = _Many(study)
    landed = {n: _landed(after, n) for n in here}
    tariff = {n: _tariff(after, n) for n in here}
    total = after.result.tonnes[:, here].sum(axis=1)
    share = {n: after.result.tonnes[:, n] / total for n in here}
    matters = [n for n in here if share[n][0] >= RIVAL_SHARE and np.isfinite(landed[n][0])]
    sellers = []
    for n in here:
        lane = lanes[n]
        cheaper = {lanes[m].producer for m in matters if landed[m][0] < landed[n][0]} - {lane.producer}
        rank = 1 + len(cheaper) if n in matters or (n == own and np.isfinite(landed[n][0])) else None
        sellers.append(
            Seller(
                lane.producer,
                lane.label,
                lane.home,
                n == own,
                after.stacks[n].prohibited,
                rank,
                many.said(_landed(before, n), "USD/t", n),
                many.said(landed[n], "USD/t", n),
                many.said(landed[n] - landed[own], "USD/t", n, own),
                many.said(after.result.tonnes[:, n], "t", n),
                many.said(after.result.tonnes[:, n] - before.result.tonnes[:, n], "t", n),
                many.said(share[n], "fraction", n),
                many.said(tariff[n], "fraction", n),
                many.said(tariff[own] - tariff[n], "fraction", n, own),
            )
        )
    sellers.sort(key=lambda s: (s.landed.central is None, s.landed.central or 0.0, s.label))
    rivals = [n for n in here if lanes[n].producer != study.exporter]
    abroad = [n for n in rivals if not lanes[n].home and np.isfinite(tariff[n][0])]
    mean = _weighed(before.result, tariff, abroad)
    prices = [np.where(share[n] >= RIVAL_SHARE, landed[n], np.inf) for n in rivals]
    cheapest = np.min(prices, axis=0) if prices else np.full(total.shape, np.nan)
    return Market(
        importer,
        tuple(sellers),
        next(s for s in sellers if s.own),
        many.said(landed[own] - np.where(np.isfinite(cheapest), cheapest, np.nan), "USD/t", own, *rivals),
        many.said(mean, "fraction", *abroad),
        many.said(tariff[own] - mean, "fraction", own, *abroad),
    )


class _Many:
    """Draws summed up, each figure with the standing of the ladders and flows it rests on."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._flows = weakest({f.status for f in study.world.baseline.figures})

    def said(self, values: Array, unit: str, *lanes: int) -> Estimate:
        used = [f for n in lanes for f in self._study.after.stacks[n].figures]
        status: Status = weakest({f.status for f in used} | {self._flows}) if unit != "fraction" else self._law(used)
        sources = tuple(dict.fromkeys(f.source for f in used))
        return estimate(values, self._study.solved, unit, status, sources)

    def _law(self, used: Iterable[Figure]) -> Status:
        statuses = {f.status for f in used}
        return weakest(statuses) if statuses else self._flows


def _landed(side: Side, number: int) -> Array:
    values: Array = side.result.landed[:, number]
    return np.full(values.shape, np.nan) if side.stacks[number].prohibited else values


def _tariff(side: Side, number: int) -> Array:
    """Duties as a fraction of CIF: none on home goods, not known where none is on record or goods are refused."""
    stack, result = side.stacks[number], side.result
    net_back = result.net_back[:, result.market.maker[number]]
    if result.market.lanes[number].home:
        return np.zeros(net_back.shape)
    if stack.prohibited or "customs_duty" in stack.missing:
        return np.full(net_back.shape, np.nan)
    duty = sum((stack.amount(name).at(net_back) for name in DUTIES), start=np.zeros(1))
    rate: Array = np.broadcast_to(ad_valorem_equivalent(duty, stack.cif.at(net_back)), net_back.shape)
    return rate


def _weighed(result: Result, tariff: dict[int, Array], lanes: list[int]) -> Array:
    if not lanes:
        return np.full(result.closed.shape, np.nan)
    weight = result.tonnes[:, lanes]
    total = weight.sum(axis=1)
    paid: Array = (np.stack([tariff[n] for n in lanes], axis=1) * weight).sum(axis=1)
    return paid / np.where(total > 0, total, np.nan)


def importers_rules(policy: Policy, importer: str, product: str) -> list[Measure]:
    """Rows of an importer's law and practice that may hold for a product, by kind and then by day."""
    rows = [
        row
        for row in policy.measures_of.get(importer, ())
        if row.role in SHOWN_ROLES and product_match(row.product, product) is not None
    ]
    kinds = list(dict.fromkeys(row.kind for row in rows))
    return sorted(rows, key=lambda row: (kinds.index(row.kind), row.valid_from or date.min, row.key))


def exporters_rules(policy: Policy, exporter: str) -> list[ExporterMeasure]:
    """Rows of the exporter's own state, by kind and then by day."""
    rows = [row for row in policy.exporter_measures.values() if row.exporter == exporter and row.role in SHOWN_ROLES]
    kinds = list(dict.fromkeys(row.kind for row in rows))
    return sorted(rows, key=lambda row: (kinds.index(row.kind), row.valid_from or date.min, row.key))
