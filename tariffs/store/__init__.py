"""The cellar: the only reader of ``data/``, with every defect named by file, line and column."""

from tariffs.store.checks import Checked, check
from tariffs.store.library import Baseline, Library, Unknown
from tariffs.store.reader import DATA

__all__ = ["DATA", "Baseline", "Checked", "Library", "Unknown", "check"]
