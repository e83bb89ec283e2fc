"""The command that asks many questions at once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tariffs.cli.frame import (
    AssumeOption,
    DataOption,
    FlowsOption,
    JsonOption,
    LangOption,
    OnOption,
    PricesOption,
    SetOption,
    TariffsOption,
    app,
    console,
    library_of,
    print_json,
    words,
)
from tariffs.errors import N_

if TYPE_CHECKING:
    import pandas as pd

    from tariffs.progress import Progress


@app.command()
def sweep(
    scenario: Annotated[str, typer.Option("--scenario", help="names from `scenarios`, commas between; or all")],
    lever: Annotated[
        list[str] | None, typer.Option("--lever", help="lever=value,value,… as in tur.duty=0,5%,10%; repeatable")
    ] = None,
    model: Annotated[str, typer.Option("--model", help="armington, gsim, smart, commas between; or all")] = "armington",
    seed: Annotated[str, typer.Option("--seed", help="seeds, commas between: replications of the draws")] = "1",
    importer: Annotated[str, typer.Option("--importer", help="markets to keep, commas between; default: all")] = "",
    product: Annotated[str, typer.Option("--product", help="HS codes, commas between; default: ours")] = "",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    draws: Annotated[int, typer.Option("--draws", help="draws of each question; 0 for central values alone")] = 0,
    workers: Annotated[int, typer.Option("--workers", help="processes on this machine")] = 1,
    scheduler: Annotated[str, typer.Option("--scheduler", help="tcp://host:8786 of a Dask cluster")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="a .csv, .parquet or .json file")] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Every combination of scenarios, levers, models and seeds, as one tidy table."""
    from tariffs import __version__
    from tariffs.cli import own
    from tariffs.models import MODELS
    from tariffs.study.question import as_day
    from tariffs.sweeps import Grid, Lever, sweep, write
    from tariffs.sweeps.sweep import check_ending

    if out:
        check_ending(out)
    library = library_of(data, flows, tariffs, prices)
    grid = Grid(
        scenarios=tuple(library.scenarios) if scenario == "all" else _listed(scenario),
        levers=tuple(Lever.read(text) for text in lever or ()),
        models=tuple(MODELS) if model == "all" else _listed(model),
        seeds=tuple(_whole(text) for text in _listed(seed)),
        on=as_day(on),
        sets=tuple(set_ or ()),
        beliefs=tuple(assume or ()),
        draws=draws,
        products=_listed(product),
    )
    with _bar() as progress:
        frame = sweep(
            grid,
            library,
            importers=_listed(importer.upper()),
            workers=workers,
            scheduler=scheduler,
            progress=progress,
        )
    stamp = {"data": library.digest, "version": __version__, "questions": _asked(frame), "draws": draws}
    if library.own is not None:
        stamp["files"] = library.own.told
    if out:
        print(write(frame, out, stamp))
    elif as_json:
        from tariffs.sweeps.sweep import as_plain

        print_json({**as_plain(frame, stamp), **own.plain_rows(library)})
    else:
        _table(frame, [x.name for x in grid.levers])
        own.rows(library)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _whole(text: str) -> int:
    from tariffs.errors import BadQuestion

    if not text.isdecimal():
        raise BadQuestion(N_("A seed is a whole number, 0 or more; found '{text}'."), text=text)
    return int(text)


def _asked(frame: "pd.DataFrame") -> int:
    """Questions in a frame: each has one net-back after, or one row without figures."""
    answered = (frame["figure"] == "net_back_usd_per_t") & (frame["when"] == "after")
    return int((frame["figure"].isna() | answered).sum())


@contextmanager
def _bar() -> "Iterator[Progress]":
    """A bar on stderr while the work goes on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("questions", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _table(frame: "pd.DataFrame", levers: list[str]) -> None:
    """The figures people ask for first; --out and --json hold all of them."""
    from rich.table import Table

    from tariffs.words import terms

    t = words()
    head = ("net_back_usd_per_t", "exports_to_buyers_tonnes", "landed_usd_per_t", "tonnes")
    table = Table(
        show_edge=False, title=t(N_("Change against what each scenario is compared with")), title_justify="left"
    )
    asked = ["scenario", *levers, "model", "seed"]
    for name in asked:
        table.add_column(name)
    changes = frame[(frame["when"] == "change") & frame["figure"].isin(head)]
    shown = list(dict.fromkeys(zip(changes["figure"], changes["place"], strict=True)))
    for name, place in shown:
        table.add_column(f"{t(terms.FIGURES[name])}, {t.place(place)}", justify="right")
    for key, rows in frame.groupby(asked, sort=False, dropna=False):
        values: dict[Any, Any] = {
            (row["figure"], row["place"]): row for row in rows[rows["when"] == "change"].to_dict("records")
        }
        cells = [_cell(values.get(figure), t) for figure in shown] if values else [str(rows["reason"].iloc[0])]
        table.add_row(*(str(part) for part in key), *cells)
    console().print(table)


def _cell(row: Any, t: Any) -> str:
    if row is None or row["central"] is None or row["central"] != row["central"]:
        return "–"
    amount = str(t.difference(row["central"], row["unit"]))
    spread = row["low"] is not None and row["low"] == row["low"]
    return f"{amount} ({t.between(row['low'], row['high'], row['unit'], signed=True)})" if spread else amount
