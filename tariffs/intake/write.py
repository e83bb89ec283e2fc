"""Tidy rows out again: CSV, Parquet or JSON, whole or not at all, and never a formula."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tariffs.errors import N_, NotWritten, Said
from tariffs.intake.tidy import Flows, Tariffs
from tariffs.whole import replaced

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet may take for a formula at the start of a text
KINDS = (".csv", ".parquet", ".json")


def inert(text: str) -> str:
    """A text that no spreadsheet runs: one that begins like a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write(rows: Flows | Tariffs, path: Path) -> None:
    """Write the rows in the format that the name ends in.

    Raises
    ------
    NotWritten
        When the ending is another one, or the file cannot be written there.
    """
    kinds: dict[str, Callable[[Flows | Tariffs, IO[bytes]], None]] = {
        ".csv": _csv, ".parquet": _parquet, ".json": _json,
    }
    kind = path.suffix.lower()
    if kind not in kinds:
        raise NotWritten(
            N_("{path} ends in {kind}. Rows are written as {kinds}."),
            path=path,
            kind=kind or Said(N_("nothing")),
            kinds=list(KINDS),
        )
    with replaced(path) as file:
        kinds[kind](rows, file)


def _csv(rows: Flows | Tariffs, file: IO[bytes]) -> None:
    import io

    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    out = csv.writer(text, lineterminator="\n")
    out.writerow(rows.table.schema.names)
    for batch in rows.table.to_batches(max_chunksize=4096):
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            out.writerow([_cell(value) for value in cells])
    text.flush()
    text.detach()


def _cell(value: object) -> object:
    """Numbers as they are, so that a negative one stays a number; texts made inert; missing as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    return repr(value) if isinstance(value, float) else value


def _parquet(rows: Flows | Tariffs, file: IO[bytes]) -> None:
    import pyarrow.parquet as pq

    pq.write_table(rows.table, file, compression="zstd", write_page_checksum=True)


def _json(rows: Flows | Tariffs, file: IO[bytes]) -> None:
    file.write(json.dumps(rows.records(), ensure_ascii=False, indent=1, allow_nan=False).encode())
    file.write(b"\n")
