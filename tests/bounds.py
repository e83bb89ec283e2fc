"""What one stranger's file may cost: four times the upload limit of memory, and five seconds of work."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tariffs.intake import UPLOAD

MB = 2**20
assert UPLOAD.size == 5 * MB
SECONDS = 5.0
MEMORY = 4 * UPLOAD.size


class TooMuch(AssertionError):
    """A file that took more than it may."""


def resident(name: str) -> int:
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))[1]) * 1024  # type: ignore[index]


@contextmanager
def bounded(which: str = "") -> Iterator[None]:
    """At most so much memory on top of what was there, and so much processor time.

    Raises
    ------
    TooMuch
        Saying which file took how much.
    """
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, begun = resident("VmRSS"), time.process_time()
    try:
        yield
    finally:  # a refusal has its price too
        seconds, most = time.process_time() - begun, resident("VmHWM") - before
        if seconds > SECONDS:
            raise TooMuch(f"{which} took {seconds:.1f} s")
        if most > MEMORY:
            raise TooMuch(f"{which} took {most / MB:.0f} MB")
