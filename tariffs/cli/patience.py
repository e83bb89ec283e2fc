"""Long work in a shell: how far it has come, and how to stop it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tariffs.cli.frame import words
from tariffs.errors import N_, Said
from tariffs.progress import Progress, Stopped

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


@contextmanager
def told(what: str) -> Iterator[Progress]:
    """A bar on stderr, where that is a terminal; it goes when the work is done.

    Raises
    ------
    Stopped
        In place of the interrupt, with how far the work had come.
    """
    bar: Bar | None = None
    reached = (0, 0)

    def tell(done: int, of: int) -> None:
        nonlocal bar, reached
        reached = (done, of)
        if bar is None and sys.stderr.isatty():
            bar = _bar(words()(what))
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done, total=of)

    try:
        yield tell
    except KeyboardInterrupt:
        done, of = reached
        if not of:
            raise Stopped(N_("Stopped; nothing was written.")) from None
        told = N_("Stopped after {done} of {all} {what}; nothing was written.")
        raise Stopped(told, done=f"{done:,}", all=f"{of:,}", what=Said(what)) from None
    finally:
        if bar is not None:
            bar.stop()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A line on stderr, where that is a terminal, for work whose length nobody knows; it goes when that is done."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def _bar(what: str) -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    bar.add_task(what, total=None)
    bar.start()
    return bar
