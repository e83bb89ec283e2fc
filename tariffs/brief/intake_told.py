"""What loading a file found, as a terminal shows it."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tariffs.intake import FlowRow, Loaded, Report, TariffRow
from tariffs.intake.format import Format
from tariffs.words import N_, Words

KINDS = {"flows": N_("flows"), "tariffs": N_("tariffs")}


def tell(console: Console, loaded: Loaded, shown: int, t: Words | None = None) -> None:
    """Each file's account, flows seen from both sides, and the first rows."""
    say = t or Words()
    for report in loaded.reports:
        _report(console, report, say)
    for note in loaded.notes:
        console.print(escape(say.said(note)))
    if loaded.mirrors:
        far = sum(m.far for m in loaded.mirrors)
        console.print(say(
            N_("{count} flows were reported by both sides; in {far} they differ by more than a quarter."),
            count=say.number(len(loaded.mirrors)), far=say.number(far),
        ))
        for m in [m for m in loaded.mirrors if m.far][:5]:
            console.print(escape(say(
                N_("  {year} {exporter} to {importer}, {product}: buyer {bought}, seller {sold}"), year=m.year,
                exporter=m.exporter, importer=m.importer, product=m.product,
                bought=f"{say.usd(m.import_usd)}, {say.tonnes(m.import_t)}",
                sold=f"{say.usd(m.export_usd)}, {say.tonnes(m.export_t)}",
            )))
    if len(loaded.flows):
        _flows(console, loaded, shown, say)
    if len(loaded.tariffs):
        _tariffs(console, loaded, shown, say)


def _report(console: Console, report: Report, t: Words) -> None:
    console.print(
        escape(t(N_("{file}: {title} [{name}]"), file=report.file, title=t(report.title), name=report.format))
    )
    for proof in report.evidence:
        console.print(escape("  " + t(N_("because: {proof}"), proof=t.said(proof))))
    console.print(escape(f"  {t.said(report.decimal)}"))
    for other in report.considered:
        console.print(escape("  " + t(N_("not taken: {other}"), other=t.said(other))))
    console.print("  " + t(
        N_("{read} rows read, {kept} kept, {dropped} left out"), read=t.number(report.rows_read),
        kept=t.number(report.rows_kept), dropped=t.number(report.rows_dropped),
    ))
    for lost in report.dropped:
        examples = "; ".join(t(N_("row {row}: {found}"), row=e.row, found=e.found) for e in lost.examples)
        console.print(escape(f"    {t.number(lost.count)} {t(lost.reason.says)} ({examples}). {t(lost.reason.remedy)}"))
    for mended in report.mended:
        examples = "; ".join(t(N_("row {row}: {found}"), row=e.row, found=e.found) for e in mended.examples)
        console.print(escape(f"    {t.number(mended.count)} {t(mended.says)} ({examples})"))
    for note in report.notes:
        console.print(escape(f"  {t.said(note)}"))


def _flows(console: Console, loaded: Loaded, shown: int, t: Words) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in (
        t(N_("year")), t(N_("month")), t(N_("reporter")), t(N_("seller")), t(N_("buyer")), t(N_("product")),
        t(N_("flow")), t(N_("basis")),
    ):
        table.add_column(head)
    for head in (t(N_("USD")), t(N_("tonnes")), t(N_("USD/t"))):
        table.add_column(head, justify="right")
    for at, row in enumerate(loaded.flows):
        if at == shown:
            break
        table.add_row(*_flow_cells(row, t))
    console.print(table)
    _rest(console, len(loaded.flows), shown, t)


def _flow_cells(row: FlowRow, t: Words) -> list[str]:
    price = row.value_usd / row.quantity_t if row.value_usd is not None and row.quantity_t else None
    return [
        str(row.year), "" if row.month is None else str(row.month), row.reporter, row.exporter, row.importer,
        row.product, row.flow, row.basis, *(t.number(v) if v is not None else "–" for v in (
            row.value_usd, row.quantity_t, price,
        )),
    ]


def _tariffs(console: Console, loaded: Loaded, shown: int, t: Words) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in (t(N_("year")), t(N_("importer")), t(N_("origin")), t(N_("product")), t(N_("kind")), t(N_("rate"))):
        table.add_column(head)
    for at, row in enumerate(loaded.tariffs):
        if at == shown:
            break
        table.add_row(*_tariff_cells(row, t))
    console.print(table)
    _rest(console, len(loaded.tariffs), shown, t)


def _tariff_cells(row: TariffRow, t: Words) -> list[str]:
    rate = t.percent(row.rate) if row.rate is not None else row.text
    return ["" if row.year is None else str(row.year), row.importer, row.origin, row.product, row.kind, escape(rate)]


def _rest(console: Console, held: int, shown: int, t: Words) -> None:
    if held > shown:
        console.print(t(N_("… and {count} more; --out writes them all."), count=t.number(held - shown)))


def formats(console: Console, held: Sequence[Format], t: Words | None = None) -> None:
    """The formats that can be read, and which were met in a genuine file."""
    say = t or Words()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in (say(N_("name")), say(N_("what it is")), say(N_("gives")), say(N_("checked"))):
        table.add_column(head)
    for one in held:
        if one.refuses:
            continue
        met = N_("against a genuine file") if one.checked else N_("not yet against a genuine file")
        table.add_row(one.name, escape(say(one.title)), say(KINDS[one.kind]), say(met))
    console.print(table)
