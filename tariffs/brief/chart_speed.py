"""Altair charts built fast enough to follow a slider."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

ROWS = "rows"  # our name for the way from a frame to a chart's data
ONE_AT_A_TIME = Lock()  # Altair keeps both settings for the whole process, and visitors are threads of it


@contextmanager
def quickly() -> Iterator[None]:
    """Build charts without holding each part against the grammar; the tests do that.

    Frames that several layers share are turned into rows once, and without a search for types that ours never hold.
    """
    held: dict[int, tuple[pd.DataFrame, dict[str, Any]]] = {}

    def rows(data: Any) -> Any:
        if not isinstance(data, pd.DataFrame):
            return data
        if id(data) not in held:  # the frame is held on to as well, so that no other one comes by its number
            held[id(data)] = (data, {"values": _records(data)})
        return held[id(data)][1]

    with ONE_AT_A_TIME, debug_mode(False):
        alt.data_transformers.register(ROWS, rows)
        with alt.data_transformers.enable(ROWS):
            yield


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON has them: what is missing is null."""
    columns = [[None if value != value else value for value in frame[name].tolist()] for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]
