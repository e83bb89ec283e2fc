"""What the exchange rule takes: the exporter's rate against the free one, day by day on record, in USD a tonne.

A haircut is ``1 - exporter's rate / free rate``. The free rate is the one reported beside it, else the mean of
the free market's month. The burden is what a tonne loses if all its proceeds go at that rate; from 21 October
2025 only a part must, and both are shown. It is a ceiling: own imports and currency kept abroad lower it, and
cheaper feedstock gives part of it back (:mod:`tariffs.law.exporter`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from tariffs.evidence.prices import Monthly, PassThrough, brent, iranian, pass_through
from tariffs.law.exporter import sellers_side
from tariffs.sources import Status, weakest
from tariffs.store import Library
from tariffs.store.series import Series, series

NEAR = 62  # days within which a quote stands for the day of a rate
KINDS = ("fx",)


@dataclass(frozen=True)
class Point:
    """One dated pair of rates and what it takes from a tonne."""

    key: str
    start: date
    end: date
    rate_name: str
    exporter_rate: float | None  # rial per USD; missing where only the haircut was implied
    free_rate: float | None  # reported beside it
    free_market: float  # mean of the free market over its months, rial per USD
    haircut: float  # against the reported free rate, else the free market's
    haircut_market: float | None  # against the free market alone
    printed: float | None  # the haircut of the table
    printed_market: float | None
    fob: float  # USD/t
    fob_status: Status  # reported: a quote within two months; estimated: from Brent
    share: float | None  # of the proceeds that had to be sold at this rate; missing: no rule on record
    status: Status
    sources: tuple[str, ...]

    @property
    def burden(self) -> float:
        """USD/t if all proceeds go at the exporter's rate."""
        return self.haircut * self.fob

    @property
    def burden_under_the_rule(self) -> float | None:
        """USD/t on the share that the rule of the day sends there; the other hall's haircut is not in it."""
        return None if self.share is None else self.burden * self.share


@dataclass(frozen=True)
class Marked:
    """An event of the currency rule."""

    key: str
    on: date
    event: str


def free_market(library: Library) -> Series:
    """Rial per USD on the free market, mean of each month."""
    return series(library.folder, "irr_free_market_monthly", "irr_per_usd_free")


def points(library: Library) -> tuple[Point, ...]:
    """Every row of fx_wedge.csv that has a haircut or a rate, in time order."""
    market, quotes, fitted = free_market(library), iranian(library, "bulk"), pass_through(library, "bulk", "levels")
    crude = brent(library)
    made = [_point(library, row, market, quotes, fitted, crude) for row in library.table("fx_wedge")]
    return tuple(sorted((p for p in made if p is not None), key=lambda p: p.start))


def marked(library: Library) -> tuple[Marked, ...]:
    """Events of the currency rule, in time order."""
    rows = (row for row in library.table("events") if row["kind"] in KINDS and row["place"] == "IRN")
    return tuple(
        sorted((Marked(r["key"], date.fromisoformat(r["date"]), r["event"]) for r in rows), key=lambda m: m.on)
    )


def to_frame(found: tuple[Point, ...]) -> pd.DataFrame:
    """One row per point, with the burden in USD/t."""
    return pd.DataFrame(
        {
            "key": [p.key for p in found],
            "date": [p.start for p in found],
            "rate_name": [p.rate_name for p in found],
            "haircut": [p.haircut for p in found],
            "printed_haircut": [p.printed for p in found],
            "haircut_vs_market": [p.haircut_market for p in found],
            "fob_usd_per_t": [p.fob for p in found],
            "fob_status": [str(p.fob_status) for p in found],
            "burden_usd_per_t": [p.burden for p in found],
            "burden_under_the_rule_usd_per_t": [p.burden_under_the_rule for p in found],
            "status": [str(p.status) for p in found],
        }
    )


def _point(
    library: Library, row: Mapping[str, str], market: Series, quotes: Monthly, fitted: PassThrough, crude: Series
) -> Point | None:
    start = date.fromisoformat(row["date"])
    end = date.fromisoformat(row["date_end"] or row["date"])
    exporter, free = _number(row["exporter_rate_irr_per_usd"]), _number(row["free_rate_irr_per_usd"])
    printed, printed_market = _number(row["haircut"]), _number(row["haircut_vs_archive_month"])
    archive = _number(row["archive_free_month"])
    # A rate that is a mean over a season stands against the archive's mean over the same days, as the row has it.
    free_market_rate = archive if end > start and archive else _span_mean(market, start, end)
    against_market = None if exporter is None else 1.0 - exporter / free_market_rate
    haircut = 1.0 - exporter / free if exporter and free else against_market
    haircut = printed if haircut is None else haircut  # implied by feedstock quoted at both rates
    if haircut is None:
        return None
    fob, fob_status, named = _fob(start, quotes, fitted, crude)
    rule = sellers_side(library.policy, library.baseline.exporter, start).share
    return Point(
        key=row["key"],
        start=start,
        end=end,
        rate_name=row["rate_name"],
        exporter_rate=exporter,
        free_rate=free,
        free_market=free_market_rate,
        haircut=haircut,
        haircut_market=against_market,
        printed=printed,
        printed_market=printed_market,
        fob=fob,
        fob_status=fob_status,
        share=rule.rate.central if rule else None,
        status=weakest((Status(row["status"]), fob_status, Status.DERIVED)),
        sources=tuple(dict.fromkeys((row["source"], *market.sources, *named))),
    )


def _span_mean(market: Series, start: date, end: date) -> float:
    months = market.values[(market.values.index >= pd.Timestamp(start).replace(day=1))]
    return float(months[months.index <= pd.Timestamp(end)].mean())


def _fob(day: date, quotes: Monthly, fitted: PassThrough, crude: Series) -> tuple[float, Status, tuple[str, ...]]:
    """The nearest month's quote, else what the line on Brent gives."""
    months = quotes.usd_per_t
    off = [abs((month.date() + timedelta(days=14) - day).days) for month in months.index]
    if min(off) <= NEAR:
        return float(months.iloc[off.index(min(off))]), Status.REPORTED, quotes.sources
    price = float(crude.values[crude.values.index <= pd.Timestamp(day)].iloc[-1])
    return fitted.line.predict(price)[0], Status.ESTIMATED, fitted.sources


def _number(text: str) -> float | None:
    return float(text) if text else None
