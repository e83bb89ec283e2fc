"""What holds the trade back: each barrier in USD per tonne and in tonnes, and what only changes its label."""

from tariffs.barriers.holding import BARRIERS, Barrier, Held, Way, markets_sold_to, what_holds_back
from tariffs.barriers.labels import Curve, Point, Relabelled, Split, curve_over_duty, relabelled, split

__all__ = [
    "BARRIERS",
    "Barrier",
    "Curve",
    "Held",
    "Point",
    "Relabelled",
    "Split",
    "Way",
    "curve_over_duty",
    "markets_sold_to",
    "relabelled",
    "split",
    "what_holds_back",
]
