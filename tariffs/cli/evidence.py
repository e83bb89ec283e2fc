"""Commands about evidence beyond single estimates: past events and indicators."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tariffs.cli.frame import (
    DataOption,
    DrawsOption,
    JsonOption,
    LangOption,
    OnOption,
    SeedOption,
    app,
    console,
    library_of,
    print_json,
    words,
)


@app.command()
def history(
    draws: DrawsOption = 2000, seed: SeedOption = 1, lang: LangOption = "",
    as_json: JsonOption = False, data: DataOption = None,
) -> None:
    """Past events run through the analyzer: predicted against what is on record, hit or miss."""
    from rich.text import Text

    from tariffs.brief import evidence_history
    from tariffs.evidence.history import outcomes

    library = library_of(data)
    found, t = outcomes(library, draws, seed), words()
    if as_json:
        told = evidence_history.headline(found, t)
        print_json({"headline": told, "data": library.digest, "cases": evidence_history.plain(found)})
        return
    console().print(Text(evidence_history.headline(found, t)))
    _print_table(evidence_history.table(found, t))


@app.command()
def indicators(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            help="official files, or columns year, exporter, importer, product, value, quantity; repeatable",
        ),
    ] = None,
    exporter: Annotated[str, typer.Option("--exporter", help="whose sales")] = "IRN",
    importer: Annotated[str, typer.Option("--importer", help="whose suppliers")] = "GEO",
    product: Annotated[str, typer.Option("--product", help="as the product column writes it")] = "271320",
    on: OnOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Shares, concentration, advantage, unit values, protection; without --data from the reported flows."""
    from rich.text import Text

    from tariffs.brief import evidence_indicators
    from tariffs.evidence import georgia, standing
    from tariffs.sources import Status
    from tariffs.study.question import as_day

    library, t = library_of(None), words()
    if not data:
        seen = georgia.observed(library)
        sources = (*seen.before.sources, *seen.after[1].sources)
        flows, status = standing.reported_flows(library), Status.ESTIMATED
    else:
        from tariffs.evidence.own_flows import flows as read

        own = read(data)
        flows, status, sources = own.frame, Status.REPORTED, own.files
    found = standing.of_flows(flows, exporter.upper(), importer.upper(), product, status, sources)
    maker = standing.of_maker(library, as_day(on) or library.scenarios["status_quo"].as_of)
    if as_json:
        print_json(standing.plain(found, maker))
        return
    out = console()
    for shown in found:
        out.print(Text(evidence_indicators.title(shown, t), style="bold"))
        if shown.table is None:
            out.print(Text(shown.why_not))
        else:
            _print_table(shown.table.map(_tidy))
        out.print(Text(" ".join((shown.note or "", str(shown.status), *shown.sources)).strip(), style="dim"))
    out.print(Text(evidence_indicators.protection(maker, t)))
    out.print(Text(evidence_indicators.resource_cost(maker, t)))


def _tidy(value: Any) -> Any:
    return f"{value:,.3f}" if isinstance(value, float) else value


def _print_table(frame: Any) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for column in frame.columns:
        table.add_column(str(column), overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console().print(table)
