"""Monthly series of ``data/series/``: one file each, a month and a figure per row, with the source in the row."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tariffs.errors import N_, BadData, Defect

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "series"


@dataclass(frozen=True)
class Series:
    """A monthly series as read: the figures by month, who published them, and the digest of the file."""

    name: str
    values: "pd.Series[float]"  # index: first day of each month
    sources: tuple[str, ...]
    digest: str


def series(folder: Path, name: str, column: str) -> Series:
    """Read one column of ``data/series/NAME.csv``.

    Raises
    ------
    BadData
        When the file is missing, lacks a column, or holds something that is no month or number.
    """
    import pandas as pd

    path = folder / FOLDER / f"{name}.csv"
    file = f"{FOLDER}/{name}.csv"
    try:
        raw = path.read_bytes()
        table = pd.read_csv(path, dtype={"month": str, "source": str})
    except (OSError, ValueError) as problem:
        remedy = N_("Put it back, from a copy or with git restore.")
        raise BadData(str(folder), [Defect(file, None, "", f"{problem}", N_("a monthly series"), remedy)]) from None
    for wanted in ("month", column, "source"):
        if wanted not in table.columns:
            raise BadData(
                str(folder),
                [Defect(file, 1, wanted, N_("no such column"), N_("month, a figure, source"), N_("Add the column."))],
            )
    months = pd.to_datetime(table["month"], format="%Y-%m", errors="coerce")
    numbers = pd.to_numeric(table[column], errors="coerce")
    bad = months.isna() | numbers.isna() | (numbers <= 0)
    if bad.any():
        row = int(bad.to_numpy().argmax())
        found = f"{table['month'].iloc[row]!r}, {table[column].iloc[row]!r}"
        raise BadData(
            str(folder),
            [Defect(file, row + 2, column, found, N_("2026-02 and a number above zero"), N_("Correct the row."))],
        )
    values = pd.Series(numbers.to_numpy(dtype=float), index=pd.DatetimeIndex(months), name=column).sort_index()
    return Series(
        name,
        values,
        tuple(dict.fromkeys(table["source"])),
        hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()[:12],
    )
