"""Türkiye: TÜİK's foreign trade, the import regime's lists, and the statutory schedule."""

import re
from collections.abc import Iterable, Sequence

from tariffs.intake.format import FLOWS, TARIFFS, Format, Header, Row, basis_of, between, percent
from tariffs.intake.letters import Unreadable, number, plain
from tariffs.intake.page import Line
from tariffs.intake.refusal import BLANK_RATE, NO_FIGURE, NO_RATE, NO_TRADE, Skip
from tariffs.intake.tidy import FlowRow, TariffRow
from tariffs.words import N_

KG = frozenset({"", "kg", "kilogram", "kilo"})
# Column heads of the import regime's lists; a single country becomes its code, a group keeps its name.
GROUPS = {
    "ab": "EU", "abbk": "EU and GBR", "abveefta": "EU and EFTA", "abefta": "EU and EFTA", "efta": "EFTA", "bk": "GBR",
    "gur": "GEO", "gurcistan": "GEO", "bher": "BIH", "bosnahersek": "BIH", "gkore": "KOR", "guneykore": "KOR",
    "mlz": "MYS", "malezya": "MYS", "sng": "SGP", "singapur": "SGP", "kos": "XKX", "kosova": "XKX", "vnz": "VEN",
    "venezuela": "VEN", "bae": "ARE", "sili": "CHL", "iran": "IRN", "faroe": "FRO", "tpsoic": "TPS-OIC", "d8": "D-8",
    "du": "other countries", "digerulkeler": "other countries", "diger": "other countries", "gyu": "GSP countries",
    "eagu": "least developed GSP countries", "otdu": "special incentive GSP countries", "gts": "GSP countries",
    "1": "", "2": "", "3": "", "4": "", "5": "", "6": "", "7": "",
}
CODE_HEADS = frozenset({"gtip", "gtipno", "gtipkodu", "pozisyonno", "gtp", "gtpno"})
GTIP = re.compile(r"\d{2}\.\d{2}|\d{4}(\.\d{2})+\.?|\d{4,12}")


def read_tuik(row: Row) -> Iterable[FlowRow]:
    """One flow for a line with a direction, up to two for one with columns for both."""
    partner = row.place("partner")
    ways = [("import", "import_value", "import_weight"), ("export", "export_value", "export_weight")]
    wide = any(row.has(value) for _, value, _ in ways)
    if not wide:
        ways = [(row.flow(), "value", "weight")]
    made = 0
    for flow, value_at, weight_at in ways:
        value, weight = row.figure(value_at), row.figure(weight_at)
        if value is None and weight is None:
            continue
        if wide and not value and not weight:
            continue
        if plain(row.text("unit")) not in KG:
            row.tally.mend(N_("quantities in units that are no mass: left missing"), row.number, row.text("unit"))
            weight = None
        made += 1
        exporter, importer = between(flow, "TUR", partner)
        yield FlowRow(
            year=row.year(), month=row.month(), reporter="TUR", exporter=exporter, importer=importer,
            product=row.code(width=12 if len(row.text("product")) > 10 else 2), hs_revision=row.given.revision,
            value_usd=value, quantity_t=None if weight is None else weight * 1e-3, flow=flow, basis=basis_of(flow),
            value_local=None, currency="", file=row.file, row=row.number,
        )
    if not made:
        raise Skip(NO_TRADE if wide else NO_FIGURE, row.text("product"))


def find_list(head: Sequence[Line]) -> Header | None:
    """The row of country groups, with the tariff code named in it or in a row above it."""
    code_at: int | None = None
    for line, cells in head:
        keys = [plain(cell) for cell in cells]
        for at, key in enumerate(keys):
            if key in CODE_HEADS or key.startswith("gtip"):
                code_at = at
        groups = {cell.strip(): at for at, (cell, key) in enumerate(zip(cells, keys, strict=True)) if GROUPS.get(key)}
        if code_at is not None and len(groups) >= 3:
            spare = tuple(
                c.strip() for at, c in enumerate(cells)
                if c.strip() and at > code_at + 1 and c.strip() not in groups and keys[at] not in GROUPS
            )
            everything = {**groups, **{name: cells.index(name) for name in spare if name in cells}}
            return Header(line, {"product": code_at}, {"product": "GTİP"}, everything)
    return None


def read_list(row: Row) -> Iterable[TariffRow]:
    text = row.text("product")
    if not GTIP.fullmatch(text.replace(" ", "")):
        raise Skip(NO_RATE, text or "nothing")
    product = row.code(width=2)
    made = 0
    for name, at in row.header.groups.items():
        cell = row.at(at)
        if not cell:
            continue
        made += 1
        try:
            rate, said = percent(number(cell.rstrip("% "), row.mark)), ""
        except Unreadable:
            rate, said = None, cell
        yield TariffRow(
            year=row.given.year, importer="TUR", origin=GROUPS.get(plain(name)) or name, product=product,
            hs_revision=row.given.revision, kind="applied", rate=rate, rate_min=None, rate_max=None, text=said,
            lines=None, file=row.file, row=row.number,
        )
    if not made:
        raise Skip(NO_RATE, text)


def read_schedule(row: Row) -> Iterable[TariffRow]:
    """The rate of Law 474: a ceiling in law, not the duty that is applied."""
    text = row.text("product")
    if not text:
        raise Skip(NO_RATE, row.text("description") or "nothing")
    product = row.code(width=2)
    rate = row.figure("rate")
    if rate is None:
        raise Skip(BLANK_RATE if len(product) == 12 else NO_RATE, f"{text} {row.text('description')}")
    row.tally.note(
        N_("Rates are the statutory ones of Law 474, a ceiling; the applied duty is in the import regime's lists.")
    )
    year = row.text("year")
    yield TariffRow(
        year=row.year_in(year) if year else row.given.year, importer="TUR", origin="any", product=product,
        hs_revision=row.given.revision, kind="statutory", rate=percent(rate), rate_min=None, rate_max=None, text="",
        lines=None, file=row.file, row=row.number,
    )


FORMATS = (
    Format(
        name="tuik",
        title=N_("TÜİK, foreign trade of Türkiye"),
        kind=FLOWS,
        checked=False,
        decimal=",",
        columns={
            "year": ("YIL", "Yıl"),
            "month": ("AY", "Ay"),
            "product": ("ISTPOZ", "GTİP", "GTİP No", "GTİP Kodu", "Ürün Kodu"),
            "product_name": ("ISTPOZ_ADI",),
            "partner_code": ("ULKE_KODU", "Ülke Kodu"),
            "partner": ("ULKE_ADI", "Ülke", "Ülke Adı"),
            "flow": ("IHRITH", "İhracat/İthalat", "Akım"),
            "value": ("DOLAR", "Dolar", "Değer (Dolar)", "Dolar Değeri"),
            "weight": ("MIKTAR_1", "Miktar 1", "Miktar (Kg)"),
            "unit": ("Ölçü Birimi", "Ölçü Birimi 1", "Birim"),
            "export_value": ("İhracat Dolar", "İhracat (Dolar)"),
            "import_value": ("İthalat Dolar", "İthalat (Dolar)"),
            "export_weight": ("İhracat Miktar 1", "İhracat Miktar", "İhracat Miktarı 1"),
            "import_weight": ("İthalat Miktar 1", "İthalat Miktar", "İthalat Miktarı 1"),
        },
        needs=("year", "product", "partner"),
        read=read_tuik,
        numbers=("value", "weight", "export_value", "import_value", "export_weight", "import_weight"),
    ),
    Format(
        name="tr-import-list",
        title=N_("Turkish import regime, list of duties by country group"),
        kind=TARIFFS,
        checked=False,
        decimal=",",
        columns={"product": ("GTİP",)},
        needs=("product",),
        read=read_list,
        find=find_list,
        percent_or_fraction=True,
    ),
    Format(
        name="tr-schedule",
        title=N_("Turkish customs tariff schedule (TGTC), statutory rates"),
        kind=TARIFFS,
        checked=True,
        columns={
            "product": ("gtip_code", "POZİSYON NO", "Pozisyon No"),
            "digits": ("digits",),
            "chapter": ("chapter",),
            "heading": ("heading",),
            "description": ("description", "EŞYANIN TANIMI"),
            "unit": ("unit", "ÖLÇÜ BİRİMİ"),
            "rate": ("tax_rate", "474", "474 VERGİ HADDİ", "VERGİ HADDİ", "474 Sayılı Kanun Vergi Haddi"),
            "file": ("source_file",),
            "year": ("source_year",),
        },
        needs=("product", "description", "rate"),
        read=read_schedule,
        numbers=("rate",),
        percent_or_fraction=True,
    ),
)
