"""What a change in tariffs, classification or export rules would do to Iranian bitumen (HS 2713.20)."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Library", "Question", "run"]

if TYPE_CHECKING:
    from tariffs.store import Library
    from tariffs.study import Question, run


def __getattr__(name: str) -> Any:
    """Load the study only when it is asked for, so that ``import tariffs`` stays quick."""
    if name == "Library":
        from tariffs.store import Library

        return Library
    if name in ("Question", "run"):
        from tariffs import study

        return getattr(study, name)
    raise AttributeError(f"module 'tariffs' has no attribute {name!r}")
