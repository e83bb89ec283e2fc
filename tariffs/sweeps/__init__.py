"""Many questions at once: scenarios, levers, models and seeds crossed, and the three models side by side."""

from tariffs.sweeps.grid import Grid, Lever, questions
from tariffs.sweeps.parting import Parted, side_by_side
from tariffs.sweeps.sweep import answer_one, sweep, write

__all__ = ["Grid", "Lever", "Parted", "answer_one", "questions", "side_by_side", "sweep", "write"]
