"""What someone proposes, and how it changes a policy: edits by row, levers by name, tariff-cut formulas."""

from tariffs.scenario.edits import Edit, Scenario, apply, parse_edit
from tariffs.scenario.lever import Ground, Lever
from tariffs.scenario.levers import LEVERS, set_lever

__all__ = ["LEVERS", "Edit", "Ground", "Lever", "Scenario", "apply", "parse_edit", "set_lever"]
