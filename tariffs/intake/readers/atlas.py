"""Harvard's Atlas of Economic Complexity and the OEC: reconciled trade by product and pair."""

import re
from collections.abc import Iterable

from tariffs.errors import N_
from tariffs.intake.format import FLOWS, Format, Row
from tariffs.intake.places import Place, by_iso
from tariffs.intake.refusal import NO_FIGURE, NO_TRADE, Skip
from tariffs.intake.tidy import FlowRow

ATLAS_FILE = re.compile(r"hs[-_]?(92|12|22)", re.IGNORECASE)


def read_atlas(row: Row) -> Iterable[FlowRow]:
    """A line holds what the location sold to the partner and what it bought from it: up to two flows."""
    location, partner = row.place("location", by_iso), row.place("partner", by_iso)
    named = ATLAS_FILE.search(row.file)
    edition = row.given.revision or (f"HS{named[1]}" if named else "")
    sold, bought = row.figure("export"), row.figure("import")
    if not sold and not bought:
        raise Skip(NO_TRADE, f"{location} {partner}")
    for value, exporter, importer, flow in ((sold, location, partner, "export"), (bought, partner, location, "import")):
        if value:
            yield FlowRow(
                year=row.year(), month=None, reporter=location, exporter=exporter, importer=importer,
                product=row.code("product"), hs_revision=edition, value_usd=value, quantity_t=None, flow=flow, basis="",
                value_local=None, currency="", file=row.file, row=row.number,
            )


def oec_country(text: str) -> Place | None:
    """``asirn`` is Asia, Iran."""
    return by_iso(text[-3:])


def read_oec(row: Row) -> Iterable[FlowRow]:
    # The number of a section stands before the HS6.
    value = row.figure("value")  # its quantities are in units that the file does not state
    if value is None:
        raise Skip(NO_FIGURE, row.text("product"))
    yield FlowRow(
        year=row.year(), month=None, reporter="", exporter=row.place("exporter", oec_country),
        importer=row.place("importer", oec_country), product=row.code_in(row.text("product")[-6:]),
        hs_revision=row.given.revision, value_usd=value, quantity_t=None, flow="trade", basis="",
        value_local=None, currency="", file=row.file, row=row.number,
    )


FORMATS = (
    Format(
        name="atlas", title=N_("Atlas of Economic Complexity, bilateral trade"), kind=FLOWS, checked=True,
        columns={
            "location": ("location_code", "country_iso3_code"), "partner": ("partner_code", "partner_iso3_code"),
            "product": ("hs_product_code", "product_hs92_code", "product_hs12_code"), "year": ("year",),
            "export": ("export_value",), "import": ("import_value",), "eci": ("hs_eci",), "coi": ("hs_coi",),
        },
        needs=("location", "partner", "product", "year", "export", "import"), read=read_atlas,
        numbers=("export", "import"), one_row_each=True,
    ),
    Format(
        name="oec", title=N_("Observatory of Economic Complexity, bilateral trade by HS6"), kind=FLOWS, checked=False,
        columns={
            "year": ("Year",), "exporter": ("Exporter Country ID",), "importer": ("Importer Country ID",),
            "product": ("HS6 ID",), "value": ("Trade Value",), "quantity": ("Quantity",),
            "exporter_name": ("Exporter Country",), "importer_name": ("Importer Country",), "product_name": ("HS6",),
        },
        needs=("year", "exporter", "importer", "product", "value"), read=read_oec, numbers=("value",),
        one_row_each=True,
    ),
)
