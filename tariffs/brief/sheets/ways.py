"""The exporter's ways to the markets in focus, and the figures that each step of them reads."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tariffs.brief.sheets.naming import NET_BACK, PRICE_GAP
from tariffs.law.policy import Policy
from tariffs.law.schedule import Applied, Treatment
from tariffs.law.stack import Rung, Stack
from tariffs.sources import Figure
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.study.sides import Side

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
    net_back: dict[str, Figure]

    def central(self, name: str, when: str) -> float:
        """What the engine says of FOB, CIF, the price on paper or the landed price, USD/t."""
        return first(getattr(self.stacks[when], name).at(self.net_back[when].central or 0.0))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an importer with rules of its own."""

    region: str
    share: Figure | None  # of the trade; None: what the other parts leave
    rules: Treatment
    charges: tuple[tuple[Applied, Rung], ...]


def ways(study: Study) -> list[Way]:
    """The exporter's own label first, market by market."""
    market = study.before.result.market
    found = []
    for number, lane in enumerate(market.lanes):
        if lane.producer == study.exporter and lane.importer in study.importers and not lane.home:
            sides = {"before": study.before, "after": study.after}
            found.append(
                Way(
                    lane.producer,
                    lane.label,
                    lane.importer,
                    number,
                    {when: side.stacks[number] for when, side in sides.items()},
                    {when: side.policy for when, side in sides.items()},
                    {when: _net_back(study, side, when) for when, side in sides.items()},
                )
            )
    return sorted(found, key=lambda w: (study.importers.index(w.importer), w.label != w.producer, w.label))


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
    yield "start", way.net_back[when]
    for rung in stack.rungs:
        stage = f"border {way.importer}" if rung.stage == "border" else rung.stage
        for figure in rung.figures:
            yield stage, figure
        if not rung.figures:
            yield stage, gap_of(way, rung)
    if several(way, when):
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


def _net_back(study: Study, side: Side, when: str) -> Figure:
    solved = study.figures[Key("net_back_usd_per_t", study.exporter, when)]
    value = float(side.result.net_back[0, side.result.market.producers.index(study.exporter)])
    return Figure(f"{NET_BACK}.{study.exporter}", solved.low, value, solved.high, "usd_per_t", solved.status, "")
