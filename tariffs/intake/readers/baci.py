"""CEPII's BACI: one year of world trade, both sides' reports reconciled; t,i,j,k,v,q."""

import re
from collections.abc import Iterable

from tariffs.errors import N_
from tariffs.intake.format import FLOWS, Format, Row
from tariffs.intake.places import KNOWN, by_number
from tariffs.intake.refusal import NO_FIGURE, Skip
from tariffs.intake.tidy import FlowRow

FILE_NAME = re.compile(r"BACI_(HS\d\d)_Y(\d{4})", re.IGNORECASE)
COMPANIONS = frozenset({"baci-countries", "baci-products"})
COLUMNS = ("t", "i", "j", "k", "v", "q")
USD, TONNES = 1_000.0, 1.0  # v is in thousand USD, q in tonnes


def edition_in(file: str, given: str = "") -> str:
    """The HS edition, which BACI states in the file's name alone."""
    named = FILE_NAME.search(file)
    return given or (named[1].upper() if named else "")


def year_in(file: str) -> int | None:
    """The year that the file's name states; its rows state it too."""
    named = FILE_NAME.search(file)
    return int(named[2]) if named else None


def departures(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Codes that BACI's own list gives to another country than ours does."""
    found = []
    for code, iso3 in lines:
        ours = by_number(code)
        if iso3 in KNOWN and (ours is None or (ours.code and ours.code != iso3)):
            found.append(f"{code} is {iso3} there and {ours.code if ours else 'unknown'} here")
    return found


def read(row: Row) -> Iterable[FlowRow]:
    value, quantity = row.figure("v"), row.figure("q")
    if value is None and quantity is None:
        raise Skip(NO_FIGURE, row.text("k"))
    yield FlowRow(
        year=row.year("t"), month=None, reporter="", exporter=row.place("i", by_number),
        importer=row.place("j", by_number), product=row.code("k"), hs_revision=edition_in(row.file, row.given.revision),
        value_usd=None if value is None else value * USD, quantity_t=quantity, flow="trade", basis="fob",
        value_local=None, currency="", file=row.file, row=row.number,
    )


# The two lists that CEPII packs beside the yearly files; they hold no trade.
COUNTRIES = Format(
    name="baci-countries", title=N_("CEPII BACI, list of country codes"), kind=FLOWS, checked=True,
    columns={
        "code": ("country_code",), "name": ("country_name_full", "country_name"),
        "short": ("country_name_abbreviation",),
        "iso2": ("iso_2digit_alpha", "country_iso2"), "iso3": ("iso_3digit_alpha", "country_iso3"),
    },
    needs=("code", "iso3"), read=read, refuses=N_("BACI's list of countries, without any trade"),
    remedy=N_("Give the yearly file beside it, BACI_HS…_Y….csv; the codes are known to us."),
)
PRODUCTS = Format(
    name="baci-products", title=N_("CEPII BACI, list of product codes"), kind=FLOWS, checked=True,
    columns={"code": ("code",), "description": ("description",)}, needs=("code", "description"), read=read,
    refuses=N_("BACI's list of products, without any trade"),
    remedy=N_("Give the yearly file beside it, BACI_HS…_Y….csv; the list is not needed."),
)
FORMATS = (
    COUNTRIES,
    PRODUCTS,
    Format(
        name="baci", title=N_("CEPII BACI, one year of world trade"), kind=FLOWS, checked=False,
        columns={name: (name,) for name in COLUMNS}, needs=COLUMNS, read=read, numbers=("v", "q"), one_row_each=True,
        year_in_name=year_in,
    ),
)
