"""Iranian customs (IRICA): Persian headers, eight digits, the Iranian calendar, kilograms, rials, dollars."""

from collections.abc import Iterable
from datetime import date

from tariffs.intake.format import FLOWS, Format, Row, basis_of, between
from tariffs.intake.letters import plain, western
from tariffs.intake.refusal import NO_FIGURE, NO_YEAR, Skip
from tariffs.intake.tidy import FlowRow
from tariffs.words import N_

MONTHS = {
    plain(name): at
    for at, names in enumerate(
        (
            ("فروردین", "farvardin"), ("اردیبهشت", "ordibehesht"), ("خرداد", "khordad"), ("تیر", "tir"),
            ("مرداد", "mordad", "امرداد"), ("شهریور", "shahrivar"), ("مهر", "mehr"), ("آبان", "aban"), ("آذر", "azar"),
            ("دی", "dey"), ("بهمن", "bahman"), ("اسفند", "esfand"),
        ), 1,
    )
    for name in names
}
BUYERS = frozenset(plain(n) for n in ("کشور مقصد", "مقصد", "نام کشور مقصد"))
SELLERS = frozenset(plain(n) for n in ("کشور مبدا", "مبدا", "کشور طرف معامله", "نام کشور مبدا"))
MIDDLE = 15


def gregorian(year: int, month: int | None) -> date:
    """The day that stands for an Iranian period: the fifteenth of a month, or the year's first day."""
    import jdatetime

    day: date = jdatetime.date(year, month or 1, MIDDLE if month else 1).togregorian()
    return day


def _when(row: Row) -> tuple[int, int | None]:
    text = western(row.text("year"))[:4]
    if not (text.isdecimal() and len(text) == 4):
        raise Skip(NO_YEAR, row.text("year") or "nothing")
    year, said = int(text), plain(row.text("month"))
    month = MONTHS.get(said) or (int(said) if said.isdecimal() and 1 <= int(said) <= 12 else None)
    if year > 1900:  # a Gregorian year
        return row.year_in(text), month
    if not 1300 <= year <= 1478:
        raise Skip(NO_YEAR, row.text("year"))
    day = gregorian(year, month)
    row.tally.note(
        N_(
            "Months of the Iranian calendar are counted in the Gregorian month that holds their fifteenth day; "
            "a year without months in the Gregorian year in which it begins (1403 as 2024)."
        )
    )
    return day.year, day.month if month else None


def _way(row: Row) -> str:
    if row.text("flow") or row.given.flow:
        return row.flow()
    named = plain(row.header.written.get("partner", ""))
    return "export" if named in BUYERS else "import" if named in SELLERS else row.flow()


def read(row: Row) -> Iterable[FlowRow]:
    flow = _way(row)
    year, month = _when(row)
    usd, rial, weight = row.figure("usd"), row.figure("rial"), row.figure("weight")
    if usd is None and rial is None and weight is None:
        raise Skip(NO_FIGURE, row.text("product"))
    rate = row.given.rates.get("IRR")
    if usd is None and rial is not None:
        usd = None if rate is None else rial * rate
        says = N_("values in rials: value_usd left missing")
        if rate is not None:
            says = N_("values in rials, converted at the rate given")
        row.tally.mend(says, row.number, row.text("rial"))
    exporter, importer = between(flow, "IRN", row.place("partner"))
    yield FlowRow(
        year=year, month=month, reporter="IRN", exporter=exporter, importer=importer, product=row.code(width=8),
        hs_revision=row.given.revision, value_usd=usd, quantity_t=None if weight is None else weight * 1e-3, flow=flow,
        basis=basis_of(flow), value_local=rial, currency="IRR" if rial is not None else "", file=row.file,
        row=row.number,
    )


FORMATS = (
    Format(
        name="iran-customs", title=N_("Iranian customs, trade by line, country and month"), kind=FLOWS, checked=False,
        columns={
            "year": ("سال", "year"), "month": ("ماه", "month", "نام ماه"),
            "partner": ("کشور", "نام کشور", "کشور مقصد", "کشور مبدا", "کشور طرف معامله", "مقصد", "مبدا",
                        "نام کشور مقصد", "نام کشور مبدا", "country", "country_name"),
            "product": ("تعرفه", "کد تعرفه", "شماره تعرفه", "ردیف تعرفه", "کد کالا", "hs_code", "hscode", "tariff_code",
                        "tariff"),
            "description": ("شرح تعرفه", "شرح کالا", "نام کالا", "description"),
            "flow": ("نوع", "نوع معامله", "صادرات/واردات", "نوع تجارت", "type", "trade_type", "direction"),
            "customs": ("گمرک", "نام گمرک", "customs", "customs_office"),
            "weight": ("وزن", "وزن (کیلوگرم)", "وزن کیلوگرم", "وزن خالص", "وزن (kg)", "وزن به کیلوگرم", "weight",
                       "weight_kg"),
            "rial": ("ارزش ریالی", "ارزش ریال", "ارزش (ریال)", "ارزش به ریال", "value_rial", "rial_value"),
            "usd": ("ارزش دلاری", "ارزش دلار", "ارزش (دلار)", "ارزش به دلار", "value_usd_customs", "dollar_value",
                    "usd_value"),
        },
        needs=("year", "partner", "product", "weight"), read=read, numbers=("weight", "rial", "usd"),
    ),
)
