"""How long work tells how far it has come, and how it is stopped."""

from collections.abc import Callable
from typing import TypeAlias

from tariffs.errors import TariffsError

# Told how many parts are done, and of how many. Raising ``Stopped`` in it ends the work.
Progress: TypeAlias = Callable[[int, int], None]


class Stopped(TariffsError):
    """Somebody stopped the work before it was done."""


def silent(done: int, of: int) -> None:
    """Tell nobody."""
