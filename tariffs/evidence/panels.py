"""Trade tables that a user brings: checked once, with every complaint saying which column and what to do."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tariffs.errors import N_, TariffsError


class BadPanel(TariffsError):
    """A table that cannot be used as it stands: what was found, and what to change."""


def need(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Whether a table has the columns that a calculation reads.

    Raises
    ------
    BadPanel
        With the columns that are missing and those that are there.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise BadPanel(
            N_(
                "The columns {columns} are needed; missing: {missing}. The table has {held}. Rename the columns or add "
                "them."
            ),
            columns=list(columns),
            missing=missing,
            held=list(map(str, frame.columns)),
        )
    if frame.empty:
        raise BadPanel(N_("The table has no rows."))


def positive(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Whether every cell of the columns is a number above zero.

    Raises
    ------
    BadPanel
        With the first row that is not.
    """
    for name in columns:
        numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
        bad = ~(np.isfinite(numbers) & (numbers > 0))
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise BadPanel(
                N_(
                    "Column {column}, row {row} is {found}; a number above zero is needed ({bad} of {all} rows are "
                    "not). Drop those rows or fill them: nothing is assumed."
                ),
                column=name,
                row=str(row + 1),
                found=str(frame[name].iloc[row]),
                bad=str(int(bad.sum())),
                all=str(len(frame)),
            )
