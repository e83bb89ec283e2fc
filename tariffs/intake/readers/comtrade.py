"""UN Comtrade: the download since 2022 (and its JSON answer), and the legacy one."""

from collections.abc import Iterable

from tariffs.intake.codes import edition
from tariffs.intake.format import FLOWS, Format, Row, basis_of, between
from tariffs.intake.places import by_iso, by_name, by_number
from tariffs.intake.refusal import NO_FIGURE, NO_PLACE, SERVICES, SUBTOTAL, Skip
from tariffs.intake.tidy import FlowRow
from tariffs.words import N_

KG = 1e-3
# The whole of each breakdown; any other value is a part of a row that stands beside it.
TOTALS = {"partner2": ("0", "W00", ""), "customs": ("C00", ""), "mot": ("0", ""), "mos": ("0", "")}


def _who(row: Row, side: str) -> str:
    """A partner or reporter by number, by ISO code or by name, whichever the file has."""
    for name, look in ((f"{side}_code", by_number), (f"{side}_iso", by_iso), (f"{side}_name", by_name)):
        if row.text(name) and row.text(name) != "N/A" and (name != f"{side}_iso" or look(row.text(name))):
            return row.place(name, look)
    given = getattr(row.given, side, "")
    if given:
        return str(given)
    raise Skip(NO_PLACE, f"no {side}")


def _month(row: Row) -> int | None:
    period = row.text("period")
    if len(period) == 6 and period.isdecimal():
        return int(period[4:]) if 1 <= int(period[4:]) <= 12 else None
    return row.month()  # 52 is the whole year


def read(row: Row) -> Iterable[FlowRow]:
    if row.text("type") == "S" or row.text("edition").startswith(("EB", "BOP")):
        raise Skip(SERVICES, f"{row.text('type')} {row.text('edition')}".strip())
    for name, whole in TOTALS.items():
        if row.text(name) not in whole:
            raise Skip(SUBTOTAL, f"{row.header.written[name]}: {row.text(name)}")
    yield from _flow(row, _month(row))


def read_legacy(row: Row) -> Iterable[FlowRow]:
    for name in ("partner2", "customs", "mot"):
        if row.text(name) not in ("", "0"):
            raise Skip(SUBTOTAL, f"{row.header.written[name]}: {row.text(name)}")
    yield from _flow(row, _month(row))


def _flow(row: Row, month: int | None) -> Iterable[FlowRow]:
    flow = row.flow()
    reporter, partner = _who(row, "reporter"), _who(row, "partner")
    value, weight = row.figure("value"), row.figure("weight")
    if weight == 0.0:
        weight = None  # UN Comtrade writes 0 where no weight was reported
        row.tally.mend(N_("net weights of 0, which mean that none was reported"), row.number, row.text("weight"))
    if value is None and weight is None:
        raise Skip(NO_FIGURE, partner)
    exporter, importer = between(flow, reporter, partner)
    yield FlowRow(
        year=row.year(), month=month, reporter=reporter, exporter=exporter, importer=importer,
        product=row.code(width=2), hs_revision=edition(row.text("edition")) or row.given.revision, value_usd=value,
        quantity_t=None if weight is None else weight * KG, flow=flow, basis=basis_of(flow), value_local=None,
        currency="", file=row.file, row=row.number,
    )



NEW = {
    "type": ("typeCode",), "freq": ("freqCode",), "year": ("refYear",), "month": ("refMonth",), "period": ("period",),
    "reporter_code": ("reporterCode",), "reporter_iso": ("reporterISO",), "reporter_name": ("reporterDesc",),
    "flow": ("flowCode",), "flow_name": ("flowDesc",), "partner_code": ("partnerCode",), "partner_iso": ("partnerISO",),
    "partner_name": ("partnerDesc",), "partner2": ("partner2Code",), "edition": ("classificationCode",),
    "product": ("cmdCode",), "customs": ("customsCode",), "mos": ("mosCode",), "mot": ("motCode",),
    "weight": ("netWgt",), "value": ("primaryValue",), "cif": ("cifvalue",), "fob": ("fobvalue",), "qty": ("qty",),
}
OLD = {
    "edition": ("Classification",), "year": ("Year",), "period": ("Period",), "level": ("Aggregate Level",),
    "flow_code": ("Trade Flow Code",), "flow": ("Trade Flow",), "reporter_code": ("Reporter Code",),
    "reporter_name": ("Reporter",), "reporter_iso": ("Reporter ISO",), "partner_code": ("Partner Code",),
    "partner_name": ("Partner",), "partner_iso": ("Partner ISO",), "partner2": ("2nd Partner Code",),
    "customs": ("Customs Proc. Code",), "mot": ("Mode of Transport Code",), "product": ("Commodity Code",),
    "commodity": ("Commodity",), "weight": ("Netweight (kg)",), "value": ("Trade Value (US$)",), "flag": ("Flag",),
}
FORMATS = (
    Format(
        name="comtrade",
        title=N_("UN Comtrade, download or JSON answer since 2022"),
        kind=FLOWS,
        checked=True,
        columns=NEW,
        needs=("year", "flow", "product", "value"),
        read=read,
        numbers=("weight", "value"),
        one_row_each=True,
        asks=("reporter",),
    ),
    Format(
        name="comtrade-legacy",
        title=N_("UN Comtrade, legacy download"),
        kind=FLOWS,
        checked=True,
        columns=OLD,
        needs=("year", "partner_name", "product", "value"),
        read=read_legacy,
        numbers=("weight", "value"),
        one_row_each=True,
        asks=("reporter", "flow"),
    ),
)
