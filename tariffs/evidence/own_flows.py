"""A user's trade flows for indicators and estimates: a table in our columns, rows that ``load`` wrote, official files.

Every flow once: where both sides reported it, the buyer's report stands (it names origins, and carries freight);
re-exports, totals over all partners and rows without a product stay out. Months add up to years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from tariffs.errors import N_, TariffsError
from tariffs.evidence.panels import BadPanel
from tariffs.evidence.tables import KINDS, parsed
from tariffs.intake import UPLOAD, Upload, load

Given: TypeAlias = Path | Upload
KEYS = ["year", "exporter", "importer", "product"]
SIZES = {"value_usd": "value", "quantity_t": "quantity"}
WHOLE = ("WLD", "")  # partners that stand for everybody, or for nobody
FIRST_CHOICE = ("trade", "import", "export")  # reconciled, the buyer's, the seller's
ANY_YEAR = -1.0
KINDS_OF_RATE = ("applied", "preferential", "mfn", "statutory")  # the first that speaks of a flow is charged


@dataclass(frozen=True)
class OwnFlows:
    """Columns year, exporter, importer, product, value (USD), quantity (t), and tariff where rates were given."""

    frame: pd.DataFrame
    files: tuple[str, ...]


def flows(files: Sequence[Given]) -> OwnFlows:
    """One table from everything that was given.

    Raises
    ------
    TariffsError
        When a file is no table of flows, saying what it is.
    """
    names = tuple(one.name for one in files)
    if len(files) == 1 and (plain := _plain(files[0])) is not None:
        return OwnFlows(plain, names)
    limits = {"limits": UPLOAD} if any(isinstance(one, Upload) for one in files) else {}
    loaded = load(files, **limits)  # type: ignore[arg-type]
    if not len(loaded.flows):
        raise BadPanel(
            N_("{held}: no trade flows were found. Give exports or imports by partner and year."),
            held=", ".join(names),
        )
    frame = _once(loaded.flows.to_frame())
    if len(loaded.tariffs):
        frame = with_rates(frame, loaded.tariffs.to_frame())
    return OwnFlows(frame, names)


def only_bitumen(frame: pd.DataFrame, product: str) -> pd.DataFrame:
    """Rows of one product and its lines where a table has several and that one among them; else the table itself."""
    codes = frame["product"].astype(str)
    mine = codes.str.startswith(product)
    if codes.nunique() < 2 or not mine.any():
        return frame
    kept = frame[mine].assign(product=product)
    grouped = kept.groupby(KEYS, as_index=False)
    made = grouped[[name for name in SIZES.values() if name in kept]].sum(min_count=1)
    return made.assign(tariff=grouped["tariff"].mean()["tariff"]) if "tariff" in kept else made


def _plain(file: Given) -> pd.DataFrame | None:
    """A table that is already in our columns, or in those of ``load --out``; nothing when it is neither."""
    if not file.name.lower().endswith(KINDS):
        return None
    try:
        frame = parsed(file.name, file.data if isinstance(file, Upload) else file.read_bytes())
    except (TariffsError, OSError):
        return None  # an official file in other letters, separators or sheets
    if set(SIZES) & set(frame.columns) and {*KEYS, "flow"} <= set(frame.columns):
        return _once(frame.fillna({"flow": "", "exporter": "", "importer": ""}))
    if not {"year", "exporter", "importer"} <= set(frame.columns) or not set(SIZES.values()) & set(frame.columns):
        return None
    return frame.assign(product=frame["product"].astype(str) if "product" in frame else "")


def _once(tidy: pd.DataFrame) -> pd.DataFrame:
    """Each flow of a year once, by the side that is believed first."""
    frame = tidy.rename(columns=SIZES)
    sizes = [name for name in SIZES.values() if name in frame]
    kept = frame[
        frame["flow"].isin(FIRST_CHOICE) & ~frame["exporter"].isin(WHOLE) & ~frame["importer"].isin(WHOLE)
    ]
    kept = kept.assign(product=kept["product"].astype(str))
    if kept.empty:
        raise BadPanel(
            N_("No flow between two named countries was found: totals over all partners say nothing of shares."),
        )
    yearly = kept.groupby([*KEYS, "flow"], as_index=False)[sizes].sum(min_count=1)
    order = yearly["flow"].map({name: at for at, name in enumerate(FIRST_CHOICE)})
    return (
        yearly.assign(order=order).sort_values([*KEYS, "order"]).drop_duplicates(KEYS)
        .drop(columns=["flow", "order"]).reset_index(drop=True)
    )  # fmt: skip


def with_rates(frame: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The rate that each flow paid, as a fraction; missing where no rate speaks of it."""
    known = rates[rates["rate"].notna() & rates["kind"].isin(KINDS_OF_RATE)]
    held: dict[tuple[str, str, str, float], float] = {}
    for kind in reversed(KINDS_OF_RATE):  # later ones overwrite
        part = known[known["kind"] == kind]
        years = part["year"].astype(float).fillna(ANY_YEAR)
        keys = zip(part["importer"], part["origin"], part["product"].astype(str), years, strict=True)
        held |= dict(zip(keys, part["rate"].astype(float), strict=True))

    def rate(year: int, exporter: str, importer: str, product: str) -> float:
        asked = ((importer, origin, product, when) for origin in (exporter, "any", "WLD") for when in (year, ANY_YEAR))
        return next((held[key] for key in asked if key in held), float("nan"))

    own = frame["exporter"] == frame["importer"]
    found = [rate(*row) for row in frame[KEYS].itertuples(index=False, name=None)]
    return frame.assign(tariff=np.where(own, 0.0, found))
