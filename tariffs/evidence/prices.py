"""What the quotes on record say: bitumen on crude, drums over bulk, Iran below its rivals. Few points, said so.

A quote enters once per month, the mean of that month's quotes. Offers, bids, list prices, assumptions, inland
places, sales of single firms and customs unit values stay out. The Pink Sheet holds no fuel oil, and three pairs
of bitumen and fuel oil in the Mediterranean are all there is: their differential is shown, and no line is drawn
through them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tariffs.evidence.few import Break, Drift, Line, Mean, TooFew, chow, cusum, line, mean, sup_f
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.store.series import Series, series

TYPES = ("spot_assessment", "spot_trade_press", "exchange_trade")
BASES = ("fob", "fob_cargo", "ime_export")
GULF = ("Bandar Abbas", "Bandar Abbas / Gulf", "Iran", "Middle East")  # loading points of the Iranian quotes
RIVALS: Mapping[str, tuple[str, ...]] = {"BHR": ("Bahrain",), "SGP": ("Singapore",), "MED": ("Mediterranean",)}
FORMS = ("levels", "logs", "differences")
BREAK_2022 = date(2022, 3, 1)


@dataclass(frozen=True)
class Monthly:
    """One price by month, from quotes; the index is the first day of the month."""

    name: str
    usd_per_t: "pd.Series[float]"
    keys: tuple[str, ...]  # rows of prices.csv
    sources: tuple[str, ...]


@dataclass(frozen=True)
class PassThrough:
    """How a bitumen price goes with Brent."""

    packing: str
    form: str
    line: Line
    months: tuple[date, ...]  # of the observations; in differences, of the later one
    breaks: tuple[Break, ...]
    untested: tuple[str, ...]  # breaks that too few points could not test
    drift: Drift  # CUSUM of the residuals
    sources: tuple[str, ...]
    digest: str  # of the Brent file


def brent(library: Library) -> Series:
    """Brent by month, USD a barrel: the Pink Sheet, and the EIA where that ends."""
    return series(library.folder, "brent_monthly", "brent_usd_per_bbl")


def monthly(
    library: Library, places: Sequence[str], packing: str, producer: str = "", grade: str = "bitumen"
) -> Monthly:
    """Spot quotes of one place and packing, averaged within each month."""
    rows = [
        row
        for row in library.table("prices")
        if row["place"] in places
        and row["packing"] == packing
        and row["grade"] == grade
        and row["price_type"] in TYPES
        and row["basis"] in BASES
        and row["mid"]
        and (not producer or row["producer"] == producer)
    ]
    table = pd.DataFrame(
        {"month": [_month(row) for row in rows], "usd_per_t": [float(row["mid"]) for row in rows]},
    )
    table["month"] = pd.to_datetime(table["month"])
    return Monthly(
        name=f"{'/'.join(places)} {packing}",
        usd_per_t=table.groupby("month")["usd_per_t"].mean().sort_index(),
        keys=tuple(row["key"] for row in rows),
        sources=tuple(dict.fromkeys(row["source"] for row in rows)),
    )


def iranian(library: Library, packing: str) -> Monthly:
    """FOB at the Gulf, or export sales of the exchange there."""
    return monthly(library, GULF, packing, "IRN")


def pass_through(library: Library, packing: str = "bulk", form: str = "levels", level: float = 0.90) -> PassThrough:
    """FOB on Brent: USD/t per USD/bbl in levels and differences, an elasticity in logs.

    Differences run from one quoted month to the next, whatever the months between.

    Raises
    ------
    TooFew
        When the quotes are too few for a line.
    """
    quotes, crude = iranian(library, packing), brent(library)
    both = pd.DataFrame({"fob": quotes.usd_per_t, "crude": crude.values}).dropna()
    months = [stamp.date() for stamp in both.index]
    x, y = both["crude"].to_numpy(dtype=float), both["fob"].to_numpy(dtype=float)
    if form == "logs":
        x, y = np.log(x), np.log(y)
    elif form == "differences":
        x, y, months = np.diff(x), np.diff(y), months[1:]
    fitted = line(x, y, f"{packing} bitumen on Brent, {form}", level)
    breaks, untested = _breaks(fitted, months)
    sources = tuple(dict.fromkeys((*quotes.sources, *crude.sources)))
    return PassThrough(packing, form, fitted, tuple(months), breaks, untested, cusum(fitted), sources, crude.digest)


def _breaks(fitted: Line, months: Sequence[date]) -> tuple[tuple[Break, ...], tuple[str, ...]]:
    found, untested = [], []
    for name, at in (
        ("2020", sum(m < date(2020, 7, 1) for m in months)),
        ("2022", sum(m < BREAK_2022 for m in months)),
    ):
        try:
            found.append(chow(fitted, at, name))
        except TooFew:
            untested.append(name)
    try:
        found.append(sup_f(fitted, "unknown date"))
    except TooFew:
        untested.append("unknown date")
    return tuple(found), tuple(untested)


@dataclass(frozen=True)
class Held:
    """A quote against what the line would have said, outside the months it was drawn through."""

    key: str
    start: date
    end: date
    crude: float
    found: float
    expected: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        return self.low <= self.found <= self.high


def before_2020(library: Library, level: float = 0.90) -> tuple[Held, ...]:
    """Customs unit values of 2016-18 against the line of 2020-25: the only look at a break around 2020.

    They are averages over all packings and many months, so a miss may be the packing and not a break.
    """
    fitted, crude = pass_through(library, "bulk", "levels", level).line, brent(library).values
    held = []
    for row in library.table("prices"):
        if row["price_type"] != "customs_unit_value" or row["date"] >= "2020" or row["grade"] != "bitumen":
            continue
        span = crude[(crude.index >= row["date"][:7]) & (crude.index <= row["date_end"])]
        middle = float(span.mean())
        ends = date.fromisoformat(row["date"]), date.fromisoformat(row["date_end"])
        held.append(Held(row["key"], *ends, middle, float(row["mid"]), *fitted.predict(middle)))
    return tuple(held)


@dataclass(frozen=True)
class Gap:
    """One price less another, month by month, where both were quoted."""

    name: str
    months: tuple[date, ...]
    usd_per_t: Array
    ratio: Array  # the gap over the second price
    mean: Mean
    mean_ratio: Mean
    trend: Line | None  # USD/t a year; None: too few months for a line
    sources: tuple[str, ...]


def gap(one: Monthly, other: Monthly, name: str, level: float = 0.90) -> Gap:
    """``one - other`` in the months that both have.

    Raises
    ------
    TooFew
        When they share no month.
    """
    both = pd.DataFrame({"one": one.usd_per_t, "other": other.usd_per_t}).dropna()
    off = (both["one"] - both["other"]).to_numpy(dtype=float)
    ratio = off / both["other"].to_numpy(dtype=float)
    months = tuple(stamp.date() for stamp in both.index)
    try:
        years = np.array([m.year + (m.month - 1) / 12.0 for m in months])
        trend = line(years, off, name, level)
    except TooFew:
        trend = None
    sources = tuple(dict.fromkeys((*one.sources, *other.sources)))
    return Gap(name, months, off, ratio, mean(off, level), mean(ratio, level), trend, sources)


def packing_premium(library: Library, level: float = 0.90) -> Gap:
    """Drums less bulk, FOB Iran."""
    return gap(iranian(library, "drum"), iranian(library, "bulk"), "drum less bulk", level)


def discounts(library: Library, level: float = 0.90) -> tuple[Gap, ...]:
    """Iran's bulk less Bahrain's, Singapore's and the Mediterranean's; below zero is a discount."""
    own = iranian(library, "bulk")
    return tuple(
        gap(own, monthly(library, places, "bulk"), f"IRN less {rival}", level) for rival, places in RIVALS.items()
    )


def on_fuel_oil(library: Library, level: float = 0.90) -> Mean:
    """Mediterranean bitumen less high-sulphur fuel oil, USD/t: the quotes of both, and the quoted differential."""
    bitumen = monthly(library, RIVALS["MED"], "bulk").usd_per_t
    oil = monthly(library, RIVALS["MED"], "bulk", grade="HSFO 3.5%").usd_per_t
    pairs = (bitumen - oil).dropna().tolist()
    quoted = [float(row["mid"]) for row in library.table("prices") if row["basis"] == "differential_to_hsfo"]
    return mean(np.array(pairs + quoted), level)


def relative_spread(library: Library) -> Mean:
    """Spread of log changes in Iran's price relative to its rivals', between quoted months a year or more apart.

    It grounds the stated spread of makers' price shocks in the likelihood of the Georgian labels: the ``spread``
    of the returned :class:`~tariffs.evidence.few.Mean` is the standard deviation.
    """
    own, changes = iranian(library, "bulk").usd_per_t, []
    for places in RIVALS.values():
        relative = (own / monthly(library, places, "bulk").usd_per_t).dropna().map(np.log)
        for first, start in enumerate(relative.index):
            for last in relative.index[first + 1 :]:
                if (last - start).days >= 365:
                    changes.append(float(relative[last] - relative[start]))
                    break
    return mean(np.array(changes))


def _month(row: Mapping[str, str]) -> str:
    """The month in which a quote's days have their middle."""
    start, end = date.fromisoformat(row["date"]), date.fromisoformat(row["date_end"] or row["date"])
    return (start + (end - start) / 2).strftime("%Y-%m-01")
