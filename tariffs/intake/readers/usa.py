"""US Census, USA Trade Online: imports by ten-digit line and country, customs value in dollars."""

import re
from collections.abc import Iterable

from tariffs.errors import N_
from tariffs.intake.format import FLOWS, Format, Row
from tariffs.intake.places import by_name
from tariffs.intake.refusal import NO_CODE, NO_FIGURE, Skip
from tariffs.intake.tidy import FlowRow

LINE = re.compile(r"(\d{4,10})\s")
MONTHS = {m: n for n, m in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"), 1)}


def read(row: Row) -> Iterable[FlowRow]:
    commodity = LINE.match(row.text("product") + " ")
    if commodity is None:
        raise Skip(NO_CODE, row.text("product"))
    value = row.figure("value")
    if value is None:
        raise Skip(NO_FIGURE, row.text("country"))
    words = row.text("time").replace(",", " ").split()
    year = next((w for w in words if w.isdecimal() and len(w) == 4), "")
    yield FlowRow(
        year=row.year_in(year), month=next((MONTHS[w.lower()] for w in words if w.lower() in MONTHS), None),
        reporter="USA", exporter=row.place("country", by_name), importer="USA", product=commodity[1],
        hs_revision=row.given.revision, value_usd=value, quantity_t=None, flow="import", basis="customs",
        value_local=None, currency="", file=row.file, row=row.number,
    )


FORMATS = (
    Format(
        name="usa-trade-online", title=N_("US Census, USA Trade Online, imports by line"), kind=FLOWS, checked=True,
        columns={
            "product": ("Commodity",), "country": ("Country",), "time": ("Time",),
            "value": ("Customs  Value (Cons) ($US)", "Customs Value (Gen) ($US)"),
        },
        needs=("product", "country", "time", "value"), read=read, numbers=("value",), one_row_each=True,
    ),
)
