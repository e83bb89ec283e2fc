"""How sure we are: every range drawn at once, and what that does to an answer."""

from tariffs.uncertainty.correlation import Correlation
from tariffs.uncertainty.draws import MOST_DRAWS, Draws, Sequel, correlated, placed
from tariffs.uncertainty.estimates import Estimate, estimate, estimates
from tariffs.uncertainty.shapes import drawn, pert, quantile

__all__ = [
    "MOST_DRAWS",
    "Correlation",
    "Draws",
    "Estimate",
    "Sequel",
    "correlated",
    "drawn",
    "estimate",
    "estimates",
    "pert",
    "placed",
    "quantile",
]
