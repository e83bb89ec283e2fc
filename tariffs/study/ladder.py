"""One route's ladder on a day, at a stated price: the question of law, without a market."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from tariffs.errors import N_, BadQuestion, Said
from tariffs.law.landed import Route, landed_stack
from tariffs.law.stack import Stack
from tariffs.market.build import route_of
from tariffs.market.flows import Flow
from tariffs.sources import Number, Values, weakest
from tariffs.store import Library
from tariffs.study.question import Question
from tariffs.study.sides import correlations_of, dimensions, policy_after, with_user_beliefs
from tariffs.uncertainty import Draws, Estimate, estimate

PLACE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Ladder:
    """A ladder with the net-back it is climbed at; arrays lead with (D + 1,)."""

    route: Route
    on: date
    stack: Stack
    net_back: Number
    draws: int
    freight_known: bool
    prices_of: int  # the year whose quoted prices, freight and wedges are used, whatever the day of the rules

    @property
    def central_net_back(self) -> float:
        return float(np.atleast_1d(self.net_back)[0])

    def total(self, name: str) -> Estimate:
        """``net_back``, ``fob``, ``cif``, ``on_paper`` or ``landed`` in USD/t, with its range."""
        lines = {
            "fob": self.stack.fob,
            "cif": self.stack.cif,
            "on_paper": self.stack.on_paper,
            "landed": self.stack.landed,
        }
        value = self.net_back if name == "net_back" else lines[name].at(self.net_back)
        figures = self.stack.figures
        solved = np.ones(self.draws + 1, dtype=bool)
        status = weakest(f.status for f in figures)
        return estimate(value, solved, "USD/t", status, dict.fromkeys(f.source for f in figures))


def climb(
    library: Library,
    question: Question,
    producer: str,
    label: str,
    importer: str,
    region: str | None = None,
    fob: float | None = None,
    net_back: float | None = None,
) -> Ladder:
    """Lay a scenario's law over one route at a price.

    The price is the producer's quoted one (its anchor row), unless ``fob`` or ``net_back`` in USD/t is given.
    A route that nobody trades is climbed too; its freight is then not on record and left out.

    Raises
    ------
    BadQuestion
        When a place or a part of the importer is unknown, or the price is not positive.
    """
    scenario = library.scenarios.get(question.scenario)
    day = question.on or (scenario.as_of if scenario else library.baseline.law_of)
    believed = with_user_beliefs(library, question.beliefs, (day,))
    policy = policy_after(believed, question.scenario, day, question.sets)
    correlations = correlations_of(believed, question.correlate)
    draws = Draws(dimensions(library), question.draws, question.seed, correlations)
    route = _route(believed, producer, label, importer)
    _check_region(believed, importer, region)
    if fob is not None and net_back is not None:
        raise BadQuestion(N_("Give --fob or --net-back, not both: each decides the other."))
    for name, given in (("fob", fob), ("net-back", net_back)):
        if given is not None and not 0 < given < 10_000:
            raise BadQuestion(
                N_("--{name} is a price in USD per tonne, above 0 and below 10,000; found {given}."),
                name=name,
                given=f"{given:g}",
            )
    stack = landed_stack(policy, route, library.baseline.product, day, draws, region=region)
    price: Number = fob if fob is not None else quoted_fob(believed, producer, route, draws)
    at: Number = net_back if net_back is not None else (price - stack.fob.const) / stack.fob.slope
    stack = landed_stack(policy, route, library.baseline.product, day, draws, at, region)
    return Ladder(route, day, stack, at, question.draws, bool(route.freight) or route.home, library.baseline.year)


def quoted_fob(library: Library, producer: str, route: Route, values: Values) -> Number:
    """The producer's quoted price where the good leaves: at home its home price, else its anchor row's.

    Raises
    ------
    BadQuestion
        When no price of that producer is on record.
    """
    for flow in library.flows.values():
        if flow.producer == producer and (flow.home if route.home else flow.anchor):
            price = values(flow.usd_per_t)
            return price - values(library.policy.freight[flow.freight].usd_per_t) if _delivered(flow) else price
    known = sorted({flow.producer for flow in library.flows.values()})
    raise BadQuestion(
        N_("No price of {producer} is on record. Give one with --fob, or choose a producer of {known}."),
        producer=producer,
        known=", ".join(known),
    )


def _delivered(flow: Flow) -> bool:
    return bool(flow.freight) and not flow.before_freight


def _route(library: Library, producer: str, label: str, importer: str) -> Route:
    """The route of the baseline, or one made of what is on record for the same way."""
    for place in (producer, label, importer):
        if not PLACE.fullmatch(place):
            raise BadQuestion(N_("'{place}' is no place. Write three letters, as in IRN, IRQ, TUR."), place=place)
    flows = library.flows.values()
    for flow in flows:
        if flow.route == (producer, label, importer):
            return route_of(flow, library.baseline.exporter)
    importers = sorted({m.importer for m in library.policy.measures.values()} | {f.importer for f in flows})
    if importer not in importers:
        raise BadQuestion(
            N_("Nothing is on record about {importer} as an importer. We hold {importers}."),
            importer=importer,
            importers=", ".join(importers),
        )
    same_way = next((f.freight for f in flows if (f.producer, f.importer) == (producer, importer)), "")
    return Route(producer, label, importer, freight=same_way, relabelling="relabelling" if label != producer else "")


def _check_region(library: Library, importer: str, region: str | None) -> None:
    parts = [name for name, _ in library.policy.regions(importer) if name]
    if region is not None and region not in parts:
        held = Said(N_("Its parts are {parts}."), parts=", ".join(parts)) if parts else Said(
            N_("It has no parts with rules of their own.")
        )
        raise BadQuestion(N_("{importer} has no part '{region}'. {held}"), importer=importer, region=region, held=held)
