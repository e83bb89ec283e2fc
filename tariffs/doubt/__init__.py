"""What an answer hangs on: which of the ranges behind it move it, and what it would take to know better."""

from tariffs.doubt.indices import Share, Sobol, decompose, sobol
from tariffs.doubt.knowing import who_knows
from tariffs.doubt.ranges import Range, ranges
from tariffs.doubt.sensitivity import Sensitivity, sensitivity
from tariffs.doubt.tornado import Swing, Tornado, tornado

__all__ = [
    "Range",
    "Sensitivity",
    "Share",
    "Sobol",
    "Swing",
    "Tornado",
    "decompose",
    "ranges",
    "sensitivity",
    "sobol",
    "tornado",
    "who_knows",
]
