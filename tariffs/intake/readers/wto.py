"""WTO: averages of duties by HS six digits, from the tariff download."""

from collections.abc import Iterable

from tariffs.errors import N_
from tariffs.intake.codes import edition
from tariffs.intake.format import TARIFFS, Format, Row, percent
from tariffs.intake.letters import plain
from tariffs.intake.places import by_name, by_number
from tariffs.intake.refusal import BLANK_RATE, Skip
from tariffs.intake.tidy import TariffRow


def read(row: Row) -> Iterable[TariffRow]:
    rate = percent(row.figure("average"))
    if rate is None:
        raise Skip(BLANK_RATE, row.text("product"))
    kind = plain(row.text("kind"))
    yield TariffRow(
        year=row.year(), importer=row.place("reporter", lambda text: by_name(text) or by_number(text)), origin="any",
        product=row.code(), hs_revision=edition(row.text("edition")) or row.given.revision,
        kind="bound" if "bound" in kind else "mfn", rate=rate, rate_min=percent(row.figure("min")),
        rate_max=percent(row.figure("max")), text="", lines=row.count("lines"), file=row.file,
        row=row.number,
    )


FORMATS = (
    Format(
        name="wto", title=N_("WTO tariff download, averages by HS six digits"), kind=TARIFFS, checked=False,
        columns={
            "reporter": ("Reporter", "Reporting Economy", "Reporter_ISO"), "year": ("Year",),
            "edition": ("HS Nomenclature", "Nomenclature", "HS version"), "kind": ("Duty type", "Indicator"),
            "product": ("Product code", "HS code", "HS6", "Tariff code"), "description": ("Product description",),
            "average": ("Average of AV Duties", "Average AV duty", "Simple average AV duty"),
            "min": ("Minimum AV Duty",), "max": ("Maximum AV Duty",), "av": ("Number of AV Duties",),
            "lines": ("Number of TL", "Number of Tariff Lines", "Number of national tariff lines"),
            "free": ("Duty-free TL share", "Duty free share"),
        },
        needs=("reporter", "year", "product", "average"), read=read, numbers=("average", "min", "max"),
        one_row_each=True,
    ),
)
