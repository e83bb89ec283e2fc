"""The ways of the market, the exporter's to the markets in focus first, and the figures that each step reads."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tariffs.brief.sheets.naming import PRICE_GAP
from tariffs.law.policy import Policy
from tariffs.law.schedule import Applied, Treatment
from tariffs.law.stack import Rung, Stack
from tariffs.sources import Figure
from tariffs.study import Study

SIDES = ("before", "after")


@dataclass(frozen=True)
class Way:
    """One route of the exporter, with its ladder on both sides."""

    producer: str
    label: str
    importer: str
    number: int  # of its lane in the market
    stacks: dict[str, Stack]
    policies: dict[str, Policy]
    net_back: dict[str, float]  # of the producer, at the central values
    in_focus: bool  # the exporter's own way to a market that the question is about

    @property
    def home(self) -> bool:
        return self.producer == self.importer

    def central(self, name: str, when: str) -> float:
        """What the engine says of FOB, CIF, the price on paper or the landed price, USD/t."""
        return first(getattr(self.stacks[when], name).at(self.net_back[when]))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an importer with rules of its own."""

    region: str
    share: Figure | None  # of the trade; None: what the other parts leave
    rules: Treatment
    charges: tuple[tuple[Applied, Rung], ...]


def ways(study: Study) -> list[Way]:
    """Every way of the market: the exporter's to the markets in focus, its own label first; then the others."""
    market = study.before.result.market
    sides = {"before": study.before, "after": study.after}
    found = []
    for number, lane in enumerate(market.lanes):
        maker = int(market.maker[number])
        found.append(
            Way(
                lane.producer,
                lane.label,
                lane.importer,
                number,
                {when: side.stacks[number] for when, side in sides.items()},
                {when: side.policy for when, side in sides.items()},
                {when: float(side.result.net_back[0, maker]) for when, side in sides.items()},
                lane.producer == study.exporter and lane.importer in study.importers and not lane.home,
            )
        )
    places = [*study.importers, *market.importers]
    ours = [study.exporter, *market.producers]
    return sorted(
        found,
        key=lambda w: (
            not w.in_focus,
            ours.index(w.producer),
            places.index(w.importer),
            w.label != w.producer,
            w.label,
        ),
    )


def parts(way: Way, when: str) -> list[Part]:
    """The open parts of the importer, each with its charges in their order."""
    stack = way.stacks[when]
    charged = [rung for rung in stack.rungs if rung.stage == "border" and rung.match is not None]
    found = []
    for (region, share), rules in zip(way.policies[when].regions(way.importer), stack.treatments, strict=True):
        if rules.prohibition is None:
            rows = [a for a in rules.charges if a.measure.kind != "valuation_adjustment"]
            own = [rung for rung in charged if rung.region == rules.asked.region]
            found.append(Part(region, share, rules, tuple(zip(rows, own, strict=True))))
    return found


def several(way: Way, when: str) -> bool:
    return len(way.policies[when].regions(way.importer)) > 1


def figures(way: Way, when: str) -> Iterator[tuple[str, Figure]]:
    """Every figure that a way reads on one side, with the stage of the ladder it belongs to."""
    stack = way.stacks[when]
    if stack.prohibited:
        return
    for rung in stack.rungs:
        stage = f"border {way.importer}" if rung.stage == "border" else rung.stage
        for figure in rung.figures:
            yield stage, figure
        if not rung.figures:
            yield stage, gap_of(way, rung)
    if not way.home and several(way, when):
        for _, share in way.policies[when].regions(way.importer):
            if share is not None:
                yield f"border {way.importer}", share


def gap_of(way: Way, rung: Rung) -> Figure:
    """The price difference that a quoted price leaves open, as a figure of its own."""
    key = f"{PRICE_GAP}.{way.producer}-{way.label}-{way.importer}"
    return Figure(key, None, first(rung.rate), None, "usd_per_t", rung.status, "")


def first(value: object) -> float:
    """The central entry of a number that may be an array of draws."""
    return float(np.atleast_1d(np.asarray(value, dtype=float))[0])
