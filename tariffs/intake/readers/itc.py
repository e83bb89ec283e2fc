"""International Trade Centre: Trade Map's lists of partners, Market Access Map's rates."""

import re
from collections.abc import Iterable, Sequence

from tariffs.errors import N_
from tariffs.intake.codes import edition
from tariffs.intake.format import FLOWS, TARIFFS, Format, Header, Row, between, percent
from tariffs.intake.letters import plain
from tariffs.intake.page import Line
from tariffs.intake.places import by_name
from tariffs.intake.refusal import BLANK_RATE, NO_FIGURE, Skip
from tariffs.intake.tidy import FlowRow, TariffRow

VALUE = re.compile(r"(?:Select your indicators-)?(?:Value (exported|imported) in|(Exported|Imported) value in) (\d{4})",
                   re.IGNORECASE)


def find_trade_map(head: Sequence[Line]) -> Header | None:
    """Importers or exporters in the first column, the year inside the name of a value column."""
    for line, cells in head:
        first = plain(cells[0]) if cells else ""
        if first not in ("importers", "exporters"):
            continue
        values = {
            f"{found[3]} {(found[1] or found[2]).lower()}": at
            for at, name in enumerate(cells) if (found := VALUE.search(name)) and "euro" not in name.casefold()
        }
        if values:
            written = {"partner": cells[0], "value": cells[next(iter(values.values()))]}
            return Header(line, {"partner": 0}, written, values)
    return None


def read_trade_map(row: Row) -> Iterable[FlowRow]:
    partner = row.place("partner")
    for named, at in row.header.groups.items():
        year, way = named.split()
        value = row.amount(row.at(at), row.header.written["value"])
        if value is None:
            raise Skip(NO_FIGURE, partner)
        flow = "export" if way == "exported" else "import"
        reporter = row.given.reporter
        exporter, importer = between(flow, reporter, partner)
        yield FlowRow(
            year=row.year_in(year), month=None, reporter=reporter, exporter=exporter, importer=importer,
            product=row.given.product, hs_revision=row.given.revision, value_usd=value * 1_000.0, quantity_t=None,
            flow=flow, basis="fob" if flow == "export" else "cif", value_local=None, currency="", file=row.file,
            row=row.number,
        )


def _regime(said: str) -> str:
    return "mfn" if "mfn" in said else "preferential" if "prefer" in said else "applied"


def read_access_map(row: Row) -> Iterable[TariffRow]:
    text = row.text("rate")
    rate = percent(row.amount(text.rstrip("% "), row.header.written["rate"]))
    if rate is None:
        raise Skip(BLANK_RATE, row.text("product"))
    partner = row.text("partner")
    found = by_name(partner)
    yield TariffRow(
        year=row.year(), importer=row.place("reporter"), origin=found.code if found and found.kind == "country"
        else "any" if not partner or (found and found.kind == "world") else partner, product=row.code(),
        hs_revision=edition(row.text("edition")), kind=_regime(plain(row.text("regime"))), rate=rate, rate_min=None,
        rate_max=None, text=text if not text.replace(".", "").isdecimal() else "", lines=None, file=row.file,
        row=row.number,
    )


FORMATS = (
    Format(
        name="trade-map", title=N_("ITC Trade Map, list of partners of one country"), kind=FLOWS, checked=True,
        columns={"partner": ("Importers", "Exporters")}, needs=("partner",), read=read_trade_map,
        asks=("reporter", "product"), one_row_each=True, find=find_trade_map,
    ),
    Format(
        name="market-access-map", title=N_("ITC Market Access Map, customs tariffs"), kind=TARIFFS, checked=False,
        columns={
            "reporter": ("Reporter", "Importing country", "Market", "ReporterName"),
            "partner": ("Partner", "Exporting country", "Beneficiary", "PartnerName"),
            "year": ("Year", "Tariff year"), "edition": ("Revision", "Nomenclature", "HS revision"),
            "product": ("ProductCode", "Product code", "NTLC", "NTL code", "National tariff line"),
            "regime": ("Tariff regime", "Regime", "TariffRegime"),
            "rate": ("AVE", "Total ad valorem equivalent tariff", "Ad valorem equivalent", "Applied tariff",
                     "Applied tariff (AVE)"),
        },
        needs=("reporter", "product", "rate", "regime"), read=read_access_map, numbers=(),
    ),
)
