"""Iraq's customs tariff lists: Arabic headers, rates of 5, 10, 15 and 30 per cent."""

from collections.abc import Iterable

from tariffs.intake.format import TARIFFS, Format, Row, percent
from tariffs.intake.refusal import NO_CODE, NO_RATE, Skip
from tariffs.intake.tidy import TariffRow
from tariffs.words import N_

LAWFUL = frozenset({0.0, 0.5, 5.0, 10.0, 15.0, 30.0})


def read(row: Row) -> Iterable[TariffRow]:
    if not row.text("product"):
        raise Skip(NO_CODE, row.text("description") or "nothing")
    product = row.code(width=2)
    rate = row.amount(row.text("rate").strip("%٪ "), row.header.written["rate"])
    if rate is None:
        raise Skip(NO_RATE, f"{row.text('product')} {row.text('description')}")
    if rate not in LAWFUL and rate * 100 not in LAWFUL:
        says = N_("rates other than 5, 10, 15 and 30 per cent: kept, to be checked")
        row.tally.mend(says, row.number, row.text("rate"))
    yield TariffRow(
        year=row.year_in(row.text("year")) if row.text("year") else row.given.year, importer="IRQ", origin="any",
        product=product, hs_revision=row.given.revision, kind="statutory", rate=percent(rate), rate_min=None,
        rate_max=None, text="", lines=None, file=row.file, row=row.number,
    )


FORMATS = (
    Format(
        name="iraq-tariff", title=N_("Iraqi customs tariff list"), kind=TARIFFS, checked=False,
        columns={
            "product": ("الرمز", "رمز النظام المنسق", "رمز النظام المنسق (HS)", "البند الكمركي", "البند الجمركي",
                        "رقم البند", "البند", "الرمز المنسق", "رمز السلعة", "HS Code"),
            "description": ("وصف السلعة", "اسم المادة", "الوصف", "اسم السلعة", "المادة", "وصف المادة"),
            "rate": ("نسبة الرسم", "نسبة الرسم الكمركي", "الرسم الكمركي", "الرسم الجمركي", "نسبة الرسم %",
                     "نسبة الرسم الكمركي %", "النسبة", "التعرفة الكمركية", "نسبة التعرفة"),
            "year": ("السنة",), "note": ("الملاحظات", "ملاحظات"), "unit": ("الوحدة",),
        },
        needs=("product", "rate"), read=read, numbers=(), percent_or_fraction=True,
    ),
)
