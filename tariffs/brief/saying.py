"""How a figure is said: its size, its range in brackets, and when it is said not to move."""

from dataclasses import dataclass, replace

from tariffs.study import Study
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

SMALL = 0.5  # USD/t below which a price is said not to move
FEW = 50.0  # tonnes below which a flow is said not to move
FEW_IN = 0.004  # share of a flow below which it is said not to move
LITTLE_MONEY = 1e6  # USD a year below which a treasury is said not to notice


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence with the standing of the figures in it."""

    text: str
    status: str


def places(study: Study, t: Words) -> str:
    return t.listed([t.place(importer) for importer in study.importers])


def sized(change: Estimate) -> Estimate:
    """A change as a size, its range turned round with it."""
    if change.central is None or change.central >= 0:
        return change
    low, high = change.low, change.high
    return replace(
        change,
        central=-change.central,
        low=None if high is None else -high,
        high=None if low is None else -low,
        median=None if change.median is None else -change.median,
    )


CAN_LIE_OUTSIDE = N_("A most likely value that stands at an end of its range can lie outside the 5 to 95 %.")


def outside(figure: Estimate) -> bool:
    if figure.central is None or figure.low is None or figure.high is None:
        return False
    return not figure.low <= figure.central <= figure.high


def spread(figure: Estimate, t: Words) -> str:
    """The 5-95 % range in brackets, with the median where the most likely value is an end; nothing if undrawn."""
    if not figure.ranged or figure.low is None or figure.high is None:
        return ""
    spread = t.between(figure.low, figure.high, figure.unit)
    if figure.low < 0 < figure.high and (figure.central or 0.0) > 0:
        return t(N_(" (range {range}; a minus means the other way)"), range=spread)
    if outside(figure):
        return t(N_(" (range {range}, median {median})"), range=spread, median=t.amount(figure.median, figure.unit))
    return t(N_(" (range {range})"), range=spread)
