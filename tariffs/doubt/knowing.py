"""What it would take to know a range better: the open question that speaks of it."""

from collections.abc import Iterable
from fnmatch import fnmatch

from tariffs.sources import Figure
from tariffs.store import Library
from tariffs.store.library import Unknown


def who_knows(library: Library, figures: Iterable[Figure]) -> Unknown | None:
    """The open question about one of these figures, the most pressing first; nothing when nobody listed one."""
    keys = [figure.key for figure in figures]
    found = [unknown for unknown in library.unknowns if any(_speaks_of(unknown, key) for key in keys)]
    return min(found, key=lambda unknown: (unknown.priority, unknown.key), default=None)


def _speaks_of(unknown: Unknown, key: str) -> bool:
    table, _, rest = key.partition(".")
    row = rest.rpartition(".")[0]
    if table != unknown.replaces_file.removesuffix(".csv"):
        return False
    patterns = [pattern.strip() for pattern in unknown.replaces_key.split(";")]
    return any(fnmatch(rest if "." in pattern else row, pattern) for pattern in patterns)
