"""What a buyer spends on each supplier: shares, prices and spending, period by period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.errors import N_
from tariffs.evidence.panels import BadPanel, need, positive
from tariffs.sources import Array

SUM_OFF = 0.005  # printed shares are rounded: their sum may miss one by this much


@dataclass(frozen=True)
class Budget:
    """A buyer's spending on n goods over T periods."""

    goods: tuple[str, ...]
    shares: Array  # (T, n), each row sums to one
    prices: Array  # (T, n), any unit, above zero
    spending: Array  # (T,) USD
    periods: tuple[str, ...]


def from_long(
    frame: pd.DataFrame,
    period: str = "year",
    supplier: str = "exporter",
    value: str = "value",
    quantity: str = "quantity",
) -> Budget:
    """A budget from trade rows: one row per supplier and period, prices being unit values.

    Raises
    ------
    BadPanel
        When columns, cells or supplier-periods are missing, or one appears twice.
    """
    need(frame, (period, supplier, value, quantity))
    positive(frame, (value, quantity))
    twice = frame.duplicated([period, supplier])
    if twice.any():
        row = frame[twice].iloc[0]
        raise BadPanel(
            N_("{supplier} in {period} appears more than once. Add its rows up first."),
            supplier=row[supplier],
            period=row[period],
        )
    spent = frame.pivot(index=period, columns=supplier, values=value).sort_index()
    bought = frame.pivot(index=period, columns=supplier, values=quantity).sort_index()
    if spent.isna().any().any():
        gaps = [f"{s} in {y}" for y, row in spent.iterrows() for s in spent.columns if pd.isna(row[s])]
        raise BadPanel(
            N_(
                "No row for {gaps}. A missing flow has no price: drop the supplier, or merge small "
                "suppliers into one that sells every period."
            ),
            gaps=", ".join(gaps[:4]) + (" …" if len(gaps) > 4 else ""),
        )
    total = spent.sum(axis=1).to_numpy(dtype=float)
    return Budget(
        goods=tuple(map(str, spent.columns)),
        shares=spent.to_numpy(dtype=float) / total[:, None],
        prices=(spent / bought).to_numpy(dtype=float),
        spending=total,
        periods=tuple(map(str, spent.index)),
    )


def from_wide(frame: pd.DataFrame, shares: Sequence[str], prices: Sequence[str], spending: str) -> Budget:
    """A budget from a table that already holds shares and prices, one row per period.

    Raises
    ------
    BadPanel
        When columns are missing, a cell is not above zero, or the shares do not add up to one.
    """
    if len(shares) != len(prices) or len(shares) < 2:
        raise BadPanel(
            N_("{shares} shares and {prices} prices were named; give two or more of each, in pairs."),
            shares=len(shares),
            prices=len(prices),
        )
    need(frame, (*shares, *prices, spending))
    positive(frame, (*shares, *prices, spending))
    held = frame[list(shares)].to_numpy(dtype=float)
    off: NDArray[np.float64] = np.abs(held.sum(axis=1) - 1.0)
    if (off > SUM_OFF).any():
        row = int(off.argmax())
        raise BadPanel(
            N_(
                "The shares of row {row} add up to {sum}, not 1. Give the shares of every supplier, the rest "
                "of the market included."
            ),
            row=row + 1,
            sum=f"{held[row].sum():.4f}",
        )
    return Budget(
        goods=tuple(shares),
        shares=held,
        prices=frame[list(prices)].to_numpy(dtype=float),
        spending=frame[spending].to_numpy(dtype=float),
        periods=tuple(map(str, frame.index)),
    )
