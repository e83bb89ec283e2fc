"""World Bank WITS: trade by product, TRAINS tariffs in bulk, and pages that hold no HS codes."""

from collections.abc import Iterable

from tariffs.intake.codes import edition
from tariffs.intake.format import FLOWS, TARIFFS, Format, Row, basis_of, between, percent
from tariffs.intake.letters import plain
from tariffs.intake.places import by_name, by_number
from tariffs.intake.refusal import BLANK_RATE, NO_FIGURE, Skip
from tariffs.intake.tidy import FlowRow, TariffRow
from tariffs.words import N_

USD = 1_000.0
TONNES = {"kg": 1e-3, "kilogram": 1e-3, "kilograms": 1e-3, "ton": 1.0, "tonne": 1.0, "tonnes": 1.0, "metrictons": 1.0}


def read_product(row: Row) -> Iterable[FlowRow]:
    flow = row.flow()
    reporter, partner = row.place("reporter"), row.place("partner")
    value, quantity = row.figure("value"), row.figure("quantity")
    if quantity is not None:
        factor = TONNES.get(plain(row.text("unit")))
        if factor is None:
            row.tally.mend(N_("quantities in units that are no mass: left missing"), row.number, row.text("unit"))
        quantity = None if factor is None else quantity * factor
    if value is None and quantity is None:
        raise Skip(NO_FIGURE, reporter)
    exporter, importer = between(flow, reporter, partner)
    yield FlowRow(
        year=row.year(), month=None, reporter=reporter, exporter=exporter, importer=importer, product=row.code(),
        hs_revision=row.given.revision, value_usd=None if value is None else value * USD, quantity_t=quantity,
        flow=flow, basis=basis_of(flow), value_local=None, currency="", file=row.file, row=row.number,
    )


def _origin(partner: str) -> str:
    """A country's code, any for all, or a group's code as TRAINS writes it."""
    found = (by_number(partner) or by_name(partner)) if partner else None
    if not partner or (found and found.kind == "world"):
        return "any"
    return found.code if found and found.kind == "country" else partner


def read_trains(row: Row) -> Iterable[TariffRow]:
    rate = percent(row.figure("average"))
    if rate is None:
        raise Skip(BLANK_RATE, row.text("product"))
    partner = row.text("partner")
    yield TariffRow(
        year=row.year(), importer=row.place("reporter", by_number), origin=_origin(partner), product=row.code(),
        hs_revision=edition(row.text("edition")), kind="preferential" if row.has("partner") else "mfn", rate=rate,
        rate_min=percent(row.figure("min")), rate_max=percent(row.figure("max")), text="",
        lines=row.count("lines"), file=row.file, row=row.number,
    )


TRAINS = {
    "edition": ("NomenCode",), "reporter": ("Reporter_ISO_N",), "year": ("Year",), "product": ("ProductCode",),
    "partner": ("Partner",), "sum": ("Sum_Of_Rates",), "min": ("Min_Rate",), "max": ("Max_Rate",),
    "average": ("SimpleAverage",), "lines": ("TotalNoOfLines",),
    "valid": ("TotalNoOfValidLines",), "est": ("EstCode",),
    "na": ("Nbr_NA_Lines",), "free": ("Nbr_Free_Lines",), "ave": ("Nbr_AVE_Lines",),
    "dutiable": ("Nbr_Dutiable_Lines",),
}
FORMATS = (
    Format(
        name="wits-product", title=N_("World Bank WITS, trade of one product by partner"), kind=FLOWS, checked=True,
        columns={
            "reporter": ("Reporter", "ReporterName", "Reporter Name"),
            "flow": ("TradeFlow", "TradeFlowName", "Trade Flow"), "product": ("ProductCode", "Product Code"),
            "description": ("Product Description",), "year": ("Year",),
            "partner": ("Partner", "PartnerName", "Partner Name"),
            "value": ("Trade Value 1000USD", "TradeValue in 1000 USD", "Trade Value in 1000 USD"),
            "quantity": ("Quantity",), "unit": ("Quantity Unit", "QtyUnit"),
        },
        needs=("reporter", "flow", "product", "year", "partner", "value"), read=read_product,
        numbers=("value", "quantity"), one_row_each=True,
    ),
    Format(
        name="wits-trains", title=N_("UNCTAD TRAINS tariffs, bulk download from WITS"), kind=TARIFFS, checked=False,
        columns=TRAINS, needs=("edition", "reporter", "year", "product", "average"), read=read_trains,
        numbers=("average", "min", "max"), one_row_each=True,
    ),
    Format(
        name="wits-profile", title=N_("World Bank WITS, country profile by partner"), kind=FLOWS, checked=True,
        columns={
            "reporter": ("Reporter Name",), "partner": ("Partner Name",), "year": ("Year",), "flow": ("Trade Flow",),
            "export": ("Export (US$ Thousand)",), "import": ("Import (US$ Thousand)",),
            "ahs": ("AHS Simple Average (%)",), "mfn": ("MFN Simple Average (%)",),
            "products": ("No Of exported HS6 digit Products",),
        },
        needs=("reporter", "partner", "year", "export", "mfn"), read=read_product,
        refuses=N_("a country profile: all products together, for a region or a country"),
        remedy=N_("In WITS choose By Product, type 271320, and download that table; or use UN Comtrade."),
    ),
)
