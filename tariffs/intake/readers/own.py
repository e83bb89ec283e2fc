"""Our own plain tables: the template that anyone can fill in, and what ``load --out`` writes."""

from collections.abc import Iterable

from tariffs.errors import N_
from tariffs.intake.codes import edition
from tariffs.intake.format import FLOWS, TARIFFS, Format, Row, basis_of, percent
from tariffs.intake.places import Place, by_iso, by_name
from tariffs.intake.refusal import BLANK_RATE, NO_FIGURE, Skip
from tariffs.intake.tidy import FlowRow, TariffRow

FLOW_FIELDS = (
    "year", "month", "reporter", "exporter", "importer", "product", "hs_revision", "flow", "basis", "value_usd",
    "quantity_t",
)
TARIFF_FIELDS = (
    "year", "importer", "origin", "product", "hs_revision", "kind", "rate_percent", "rate_min_percent",
    "rate_max_percent", "text",
)


def read_flows(row: Row) -> Iterable[FlowRow]:
    value, tonnes, local = row.figure("value_usd"), row.figure("quantity_t"), row.figure("value_local")
    if value is None and tonnes is None and local is None:
        raise Skip(NO_FIGURE, row.text("product"))
    flow = row.flow()
    reporter = row.place("reporter", _anyone) if row.text("reporter") else ""
    basis = row.text("basis").lower()
    yield FlowRow(
        year=row.year(), month=row.month(), reporter=reporter, exporter=row.place("exporter", _anyone),
        importer=row.place("importer", _anyone), product=row.code(width=2),
        hs_revision=edition(row.text("hs_revision")), value_usd=value, quantity_t=tonnes, flow=flow,
        basis=basis if basis in ("cif", "fob", "customs") else "" if flow == "trade" else basis_of(flow),
        value_local=local, currency=row.text("currency"), file=row.file, row=row.number,
    )


def read_tariffs(row: Row) -> Iterable[TariffRow]:
    ends = {}
    for end in ("rate", "rate_min", "rate_max"):
        ends[end] = row.figure(end) if row.has(end) else percent(row.figure(f"{end}_percent"))
    if ends["rate"] is None and not row.text("text"):
        raise Skip(BLANK_RATE, row.text("product"))
    origin = row.text("origin")
    found = by_name(origin) if origin else None
    yield TariffRow(
        year=row.year() if row.text("year") else row.given.year, importer=row.place("importer", _anyone),
        origin="any" if not origin or (found and found.kind == "world") else found.code
        if found and found.kind == "country" else origin,
        product=row.code(width=2), hs_revision=edition(row.text("hs_revision")), kind=row.text("kind") or "applied",
        rate=ends["rate"], rate_min=ends["rate_min"], rate_max=ends["rate_max"], text=row.text("text").lstrip("'"),
        lines=row.count("lines"), file=row.file, row=row.number,
    )


def _anyone(text: str) -> Place | None:
    return by_iso(text) or by_name(text)


FORMATS = (
    Format(
        name="own-flows", title=N_("our own table of flows"), kind=FLOWS, checked=True,
        columns={
            **{name: (name,) for name in FLOW_FIELDS}, "value_local": ("value_local",), "currency": ("currency",),
            "file": ("file",), "row": ("row",),
        },
        needs=("year", "exporter", "importer", "product", "flow"), read=read_flows,
        numbers=("value_usd", "quantity_t"), asks=(),
    ),
    Format(
        name="own-tariffs", title=N_("our own table of tariffs"), kind=TARIFFS, checked=True,
        columns={
            **{name: (name,) for name in TARIFF_FIELDS}, "rate": ("rate",), "rate_min": ("rate_min",),
            "rate_max": ("rate_max",), "lines": ("lines",), "file": ("file",), "row": ("row",),
        },
        needs=("importer", "origin", "product", "kind"), read=read_tariffs,
        numbers=("rate", "rate_percent", "rate_min_percent", "rate_max_percent"),
    ),
)
