"""How far: break-even, heat maps, the zone of agreement, phase-in. Many settings of a lever are one pass of the law."""

from tariffs.limits.agreement import Agreement, agreement
from tariffs.limits.breakeven import BreakEven, break_even, break_evens
from tariffs.limits.heatmap import HeatMap, heat_map
from tariffs.limits.phase_in import PhaseIn, Plan, phase_in
from tariffs.limits.targets import TARGETS, Target, target_of

__all__ = [
    "TARGETS",
    "Agreement",
    "BreakEven",
    "HeatMap",
    "PhaseIn",
    "Plan",
    "Target",
    "agreement",
    "break_even",
    "break_evens",
    "heat_map",
    "phase_in",
    "target_of",
]
