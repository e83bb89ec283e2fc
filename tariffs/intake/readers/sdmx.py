"""SDMX-JSON as the WITS interface answers: values are found by their place in lists of names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tariffs.errors import N_
from tariffs.intake.codes import edition
from tariffs.intake.format import FLOWS, TARIFFS, Format, Row, percent
from tariffs.intake.page import Line, Page
from tariffs.intake.places import by_iso, by_number
from tariffs.intake.refusal import BLANK_RATE, Skip, refuse
from tariffs.intake.tidy import TariffRow

ATTRIBUTES = ("NOMENCODE", "TARIFFTYPE", "MIN_RATE", "MAX_RATE", "TOTALNOOFLINES")
REMEDY = N_("Ask the interface again, as SDMX-JSON, and save its whole answer.")


def sdmx_page(file: str, answer: Mapping[str, Any]) -> Page:
    """An answer laid out as a table: one column for each dimension, the value, and what qualifies it.

    Raises
    ------
    Refused
        When series and lists do not belong together.
    """
    try:
        lines = _table(answer)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise refuse(
            file,
            N_("SDMX-JSON whose series and lists do not match"),
            N_("series keys that point into the lists of structure.dimensions"),
            REMEDY,
        ) from None
    return Page(file, "", lambda: iter(lines), "JSON (SDMX)")


def _table(answer: Mapping[str, Any]) -> list[Line]:
    series: Mapping[str, Any] = answer["dataSets"][0]["series"]
    dimensions: Sequence[Mapping[str, Any]] = answer["structure"]["dimensions"]["series"]
    times = answer["structure"]["dimensions"]["observation"][0]["values"]
    attributes: Sequence[Mapping[str, Any]] = answer["structure"]["attributes"]["observation"]
    parts = [[int(n) for n in key.split(":")] for key in series]
    order = _order(dimensions, parts)
    used = [(at, a) for at, a in enumerate(attributes, 1) if a["id"] in ATTRIBUTES]
    lines: list[Line] = [(1, [d["id"] for d in dimensions] + ["YEAR", "VALUE"] + [a["id"] for _, a in used])]
    for (key, held), places in zip(series.items(), parts, strict=True):
        named = [str(d["values"][places[order[at]]]["id"]) for at, d in enumerate(dimensions)]
        for when, cells in held["observations"].items():
            qualified = [_qualifier(attribute, cells, at) for at, attribute in used]
            value = "" if cells[0] is None else repr(float(cells[0]))
            lines.append((len(lines) + 1, [*named, str(times[int(when)]["id"]), value, *qualified]))
        del key
    return lines


def _qualifier(attribute: Mapping[str, Any], cells: Sequence[Any], at: int) -> str:
    place = cells[at] if at < len(cells) else None
    return "" if place is None else str(attribute["values"][place]["id"])


def _order(dimensions: Sequence[Mapping[str, Any]], parts: Sequence[Sequence[int]]) -> list[int]:
    """For each dimension, its place in the key. WITS swaps partner and product in some answers, so a
    place counts only if its highest index fits the list of the dimension declared for it."""
    if not parts:
        return list(range(len(dimensions)))
    highest = [max(column) for column in zip(*parts, strict=True)]
    sizes = [len(d["values"]) for d in dimensions]
    if len(highest) != len(sizes):
        raise ValueError(f"keys of {len(highest)} parts for {len(sizes)} dimensions")
    order = list(range(len(sizes)))
    if all(high < size for high, size in zip(highest, sizes, strict=True)):
        return order
    by_size = sorted(order, key=lambda at: sizes[at])
    by_height = sorted(order, key=lambda at: highest[at])
    moved = [0] * len(sizes)
    for dimension, place in zip(by_size, by_height, strict=True):
        moved[dimension] = place
    if any(highest[moved[at]] >= sizes[at] for at in order):
        raise ValueError("an index beyond the end of every list")
    return moved


def read_tariff(row: Row) -> Iterable[TariffRow]:
    rate = percent(row.figure("value"))
    if rate is None:
        raise Skip(BLANK_RATE, row.text("product"))
    partner = row.place("partner", by_number) if row.text("partner").isdecimal() else row.place("partner", by_iso)
    yield TariffRow(
        year=row.year(), importer=row.place("reporter", by_number), origin="any" if partner == "WLD" else partner,
        product=row.code(), hs_revision=edition(row.text("edition")),
        kind="mfn" if row.text("type") in ("MFN", "") else "preferential", rate=rate,
        rate_min=percent(row.figure("min")), rate_max=percent(row.figure("max")), text="",
        lines=row.count("lines"), file=row.file, row=row.number,
    )


def never(row: Row) -> Iterator[TariffRow]:
    """The reader of a format that is always refused."""
    raise AssertionError(row)


DIMENSIONS = {"freq": ("FREQ",), "reporter": ("REPORTER",), "partner": ("PARTNER",), "product": ("PRODUCTCODE",),
              "year": ("YEAR",), "value": ("VALUE",)}
FORMATS = (
    Format(
        name="wits-sdmx-tariff", title=N_("WITS interface, TRAINS tariffs (SDMX-JSON)"), kind=TARIFFS, checked=True,
        columns={
            **DIMENSIONS, "datatype": ("DATATYPE",), "edition": ("NOMENCODE",), "type": ("TARIFFTYPE",),
            "min": ("MIN_RATE",), "max": ("MAX_RATE",), "lines": ("TOTALNOOFLINES",),
        },
        needs=("reporter", "partner", "product", "year", "value", "datatype"), read=read_tariff, numbers=("value",),
        one_row_each=True,
    ),
    Format(
        name="wits-sdmx-trade", title=N_("WITS interface, TradeStats (SDMX-JSON)"), kind=FLOWS, checked=True,
        columns={**DIMENSIONS, "indicator": ("INDICATOR",)},
        needs=("reporter", "partner", "product", "year", "value", "indicator"), read=never,
        refuses=N_("trade of product groups such as 01-05_Animal, not of HS codes"),
        remedy=N_("Use UN Comtrade or WITS By Product for 271320."),
    ),
)
