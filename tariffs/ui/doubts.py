"""What nobody knows and this answer leans on: the open questions about figures used, widest first."""

from dataclasses import dataclass
from fnmatch import fnmatch

import numpy as np

from tariffs.law.stack import Rung
from tariffs.sources import Number
from tariffs.store.library import Unknown
from tariffs.study import Study


@dataclass(frozen=True, slots=True)
class Doubt:
    """One open question, and by how much its range moves the ladder, USD per tonne; missing when it is on none."""

    unknown: Unknown
    usd_per_t: float | None


def doubts(study: Study, most: int = 3) -> list[Doubt]:
    """Open questions whose rows were used, by priority, then by how far they move the exporter's price."""
    used = {(table, row) for table, row, _ in (_parts(figure.key) for figure in study.used)}
    spans = _spans(study)
    found = []
    for unknown in study.library.unknowns:
        table = unknown.replaces_file.removesuffix(".csv")
        keys = [key.strip() for key in unknown.replaces_key.split(";")]
        rows = {row for held, row in used if held == table and any(fnmatch(row, key) for key in keys)}
        if rows:
            found.append(Doubt(unknown, max((spans[row] for row in rows if row in spans), default=None)))
    return sorted(found, key=lambda d: (d.unknown.priority, -(d.usd_per_t or 0.0), d.unknown.key))[:most]


def _spans(study: Study) -> dict[str, float]:
    """By row: how far its own range moves the exporter's ladder in the markets in focus, before or after."""
    spans: dict[str, float] = {}
    for side in (study.before, study.after):
        market = side.result.market
        for importer in study.importers:
            number = market.lane(study.exporter, study.exporter, importer)
            net_back = float(side.result.net_back[0, market.maker[number]])
            for rung in side.stacks[number].rungs:
                key = rung.key.partition("@")[0]
                spans[key] = max(spans.get(key, 0.0), 0.0 if rung.memo else _span(rung, net_back))
    return spans


def _span(rung: Rung, net_back: float) -> float:
    figure = rung.figures[0] if rung.figures else None
    if figure is None or figure.low is None or figure.high is None:
        return 0.0
    width = figure.high - figure.low
    if figure.central:
        return abs(_central(rung.amount.at(net_back))) * width / figure.central
    return abs(_central(rung.base.at(net_back))) * width


def _parts(key: str) -> tuple[str, str, str]:
    table, _, rest = key.partition(".")
    row, _, field = rest.rpartition(".")
    return table, row, field


def _central(value: Number) -> float:
    """The first entry of draws, or the number itself."""
    return float(np.atleast_1d(np.asarray(value, dtype=float))[0])
