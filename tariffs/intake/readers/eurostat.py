"""Eurostat Comext: the monthly bulk file, in euro and kilograms, one row for each statistical procedure."""

from collections.abc import Iterable

from tariffs.intake.format import FLOWS, Format, Row, basis_of, between
from tariffs.intake.letters import western
from tariffs.intake.places import by_eurostat
from tariffs.intake.refusal import NO_FIGURE, NO_YEAR, Skip
from tariffs.intake.tidy import FlowRow
from tariffs.words import N_


def read(row: Row) -> Iterable[FlowRow]:
    period = western(row.text("period"))
    if not (period.isdecimal() and len(period) in (4, 6)):
        raise Skip(NO_YEAR, period or "nothing")
    month = int(period[4:]) if len(period) == 6 else None
    flow = row.flow()
    reporter, partner = row.place("reporter", by_eurostat), row.place("partner", by_eurostat)
    euro, weight = row.figure("value"), row.figure("weight")
    if euro is None and weight is None:
        raise Skip(NO_FIGURE, partner)
    exporter, importer = between(flow, reporter, partner)
    rate = row.given.rates.get("EUR")
    if rate is None and euro is not None:
        row.tally.note(
            N_("Values are in euro: left out of value_usd. Give the rate to convert: --given EUR=1.08")
        )
    yield FlowRow(
        year=row.year_in(period), month=month if month and month <= 12 else None, reporter=reporter, exporter=exporter,
        importer=importer, product=row.code(width=8), hs_revision=row.given.revision,
        value_usd=None if euro is None or rate is None else euro * rate,
        quantity_t=None if weight is None else weight * 1e-3, flow=flow, basis=basis_of(flow), value_local=euro,
        currency="EUR", file=row.file, row=row.number,
    )


FORMATS = (
    Format(
        name="comext", title=N_("Eurostat Comext, monthly bulk file"), kind=FLOWS, checked=False,
        columns={
            "reporter": ("DECLARANT_ISO",), "partner": ("PARTNER_ISO",), "product": ("PRODUCT_NC",), "flow": ("FLOW",),
            "period": ("PERIOD",), "value": ("VALUE_IN_EUROS", "VALUE_EUR"),
            "weight": ("QUANTITY_IN_KG", "QUANTITY_KG"), "type": ("TRADE_TYPE",),
            "regime": ("STAT_REGIME", "STAT_PROCEDURE"), "declarant": ("DECLARANT",),
        },
        needs=("reporter", "partner", "product", "flow", "period", "value"), read=read, numbers=("value", "weight"),
    ),
)
