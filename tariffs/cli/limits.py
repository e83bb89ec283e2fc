"""Commands about how far: break-even, heat map, zone of agreement, phase-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tariffs.cli.frame import (
    AssumeOption,
    DataOption,
    DrawsOption,
    FlowsOption,
    JsonOption,
    LangOption,
    ModelOption,
    OnOption,
    PricesOption,
    ScenarioOption,
    SeedOption,
    SetOption,
    TariffsOption,
    app,
    console,
    library_of,
    print_json,
    question_of,
    words,
)
from tariffs.errors import N_

if TYPE_CHECKING:
    from tariffs.limits import HeatMap
    from tariffs.progress import Progress
    from tariffs.store import Library

limits = typer.Typer(no_args_is_help=True, help="How far: break-even, heat map, zone of agreement, phase-in.")
app.add_typer(limits, name="limits")

LeverOption = Annotated[str, typer.Option("--lever", help="a lever with a number (see `levers`) or table.key.field")]
FewDraws = Annotated[
    int, typer.Option("--draws", help="draws over all ranges at once for the range; 0 for the central values alone")
]


@limits.command()
def breakeven(
    lever: LeverOption,
    target: Annotated[str, typer.Option("--target", help="below-rival, keep-tonnes, net-back or net-back=USD per t")],
    market: Annotated[
        str | None, typer.Option("--market", help="TUR or IRQ; default: both for tonnes, the first for prices")
    ] = None,
    between: Annotated[
        str | None, typer.Option("--between", help="part of the lever's range to search, 0,1 or 0,50%")
    ] = None,
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    draws: FewDraws = 500,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """The settings of a lever that just meet a target, or why there are none (exit 1)."""
    from dataclasses import replace

    from tariffs.brief import limits_plain, limits_prose, limits_terminal
    from tariffs.cli import own
    from tariffs.limits import break_even, target_of

    library, t = library_of(data, flows, tariffs, prices), words()
    held = library.baseline
    aim = target_of(target, market.upper() if market else None, held.importers, held.exporter)
    asked = question_of(scenario, on, set_, assume, draws, seed, model)
    stretch, central = _pair(between, "--between"), replace(asked, draws=0)
    with _telling("Break-even of every draw") as told:
        found = break_even(library, asked, lever, aim, stretch, told)

    def says(bare: "Library") -> list[str]:
        return limits_prose.break_even(break_even(bare, central, lever, aim, stretch), t)[:1]

    if as_json:
        print_json(own.beside(limits_plain.break_even(found, t), found.study, says))
    else:
        limits_terminal.break_even(console(), found, t)
        own.tell(found.study, says)
    if not found.roots:
        raise typer.Exit(1)


@limits.command()
def heatmap(
    x: Annotated[str, typer.Option("--x", help="lever from left to right")],
    y: Annotated[str, typer.Option("--y", help="lever from bottom to top")],
    output: Annotated[str, typer.Option("--output", help="a figure of `impact --json`, exports_to_buyers_tonnes")],
    place: Annotated[str | None, typer.Option("--place", help="IRN, TUR, IRQ; default: where there is one")] = None,
    when: Annotated[str, typer.Option("--when", help="before, after or change")] = "change",
    size: Annotated[int, typer.Option("--size", help="settings of each lever")] = 101,
    x_between: Annotated[str | None, typer.Option("--x-between", help="0,0.3 or 0,30%")] = None,
    y_between: Annotated[str | None, typer.Option("--y-between", help="0,0.1 or 0,10%")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="a file to write: .csv, .json, .png or .svg")] = None,
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Two levers against one figure: every cell is the whole market solved anew."""
    from tariffs.brief import limits_plain, limits_prose, limits_terminal
    from tariffs.cli import own
    from tariffs.limits import heat_map
    from tariffs.limits.heatmap import Sweep, key_of
    from tariffs.study import run

    library, t = library_of(data, flows, tariffs, prices), words()
    asked = question_of(scenario, on, set_, assume, 0, 1, model)
    if out is not None:
        _check_file(out)
    key = key_of(run(asked, library), output, place.upper() if place else None, when)
    sweeps = (Sweep(x, _pair(x_between, "--x-between"), size), Sweep(y, _pair(y_between, "--y-between"), size))
    with _telling("Cells") as told:
        made = heat_map(library, asked, *sweeps, key, told)

    def says(bare: "Library") -> list[str]:
        return limits_prose.heat_map(heat_map(bare, asked, *sweeps, key), t)[:2]

    if out is not None:
        print(_write(made, out))
    elif as_json:
        print_json(own.beside(limits_plain.heat_map(made, t), made.study, says))
    else:
        limits_terminal.heat_map(console(), made, t)
        own.tell(made.study, says)


@limits.command()
def agreement(
    importer: Annotated[str, typer.Option("--importer", help="TUR or IRQ")],
    duty_lever: Annotated[str | None, typer.Option("--duty-lever", help="default: the importer's duty")] = None,
    support_lever: Annotated[str, typer.Option("--support-lever", help="what the seller's state moves")] = "irn.award",
    duty_between: Annotated[str | None, typer.Option("--duty-between", help="0,0.3 or 0,30%")] = None,
    support_between: Annotated[str | None, typer.Option("--support-between", help="0,0.1 or 0,10%")] = None,
    size: Annotated[int, typer.Option("--size", help="settings of each lever")] = 101,
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    draws: FewDraws = 200,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Where buyer and seller both gain, the Nash point, and what a payment would add; exit 1 when nowhere."""
    from dataclasses import replace

    from tariffs.brief import limits_deals, limits_plain, limits_terminal
    from tariffs.cli import own
    from tariffs.limits import agreement as agree

    library, t = library_of(data, flows, tariffs, prices), words()
    asked = question_of(scenario, on, set_, assume, draws, seed, model)
    stretches = (_pair(duty_between, "--duty-between"), _pair(support_between, "--support-between"))
    about = (importer.upper(), duty_lever, support_lever, *stretches, size)
    central = replace(asked, draws=0)
    with _telling("Zone of every draw") as told:
        made = agree(library, asked, *about, told)

    def says(bare: "Library") -> list[str]:
        return limits_deals.agreement(agree(bare, central, *about), t)[:1]

    if as_json:
        print_json(own.beside(limits_plain.agreement(made, t), made.study, says))
    else:
        limits_terminal.agreement(console(), made, t)
        own.tell(made.study, says)
    if made.nash is None:
        raise typer.Exit(1)


@limits.command("phase-in")
def phase_in(
    lever: LeverOption,
    to: Annotated[str, typer.Option("--to", help="where the lever ends, 0 or 2.5%")],
    years: Annotated[int, typer.Option("--years", help="years it takes, or is looked at")] = 5,
    shape: Annotated[str, typer.Option("--shape", help="linear, front, trq or at_once")] = "linear",
    quota: Annotated[float | None, typer.Option("--quota", help="trq: tonnes a year at the lower rate")] = None,
    in_rate: Annotated[str | None, typer.Option("--in-rate", help="trq: rate inside; default: --to")] = None,
    out_rate: Annotated[str | None, typer.Option("--out-rate", help="trq: rate beyond; default: today's")] = None,
    growth: Annotated[str, typer.Option("--growth", help="trq: growth of the quota a year, 10%")] = "0",
    rent: Annotated[
        str, typer.Option("--rent", help="trq: who keeps the rent: importer, exporter, licence_holder or treasury")
    ] = "importer",
    discount: Annotated[
        str, typer.Option("--discount", help="rate a year, 8% or low/central/high; assumed, in USD")
    ] = "0.05/0.08/0.12",
    importer: Annotated[str | None, typer.Option("--importer", help="default: the one the lever names")] = None,
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 500,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """A change over several years, or by a tariff-rate quota, against making it at once."""
    from dataclasses import replace

    from tariffs.brief import limits_deals, limits_plain, limits_terminal
    from tariffs.cli import own
    from tariffs.limits import phase_in as phase
    from tariffs.limits.phase_in import alternative, plan_of
    from tariffs.scenario.edits import number

    library, t = library_of(data, flows, tariffs, prices), words()
    asked = question_of(scenario, on, set_, assume, draws, seed, model)
    inner, outer = (None if text is None else number(text) for text in (in_rate, out_rate))
    rates = tuple(number(text) for text in discount.split("/"))
    plan = plan_of(lever, number(to), years, shape, quota, inner, outer, number(growth), rent, rates)
    place = importer.upper() if importer else None
    with _telling("Years") as told:
        made = phase(library, asked, plan, place, told)
        at_once = None if plan.shape == "at_once" else phase(library, asked, alternative(plan), place)

    def says(bare: "Library") -> list[str]:
        return limits_deals.phase_in(phase(bare, replace(asked, draws=0), plan, place), t)[1:3]

    if as_json:
        print_json(own.beside(limits_plain.phase_in(made, t, at_once), made.study, says))
    else:
        limits_terminal.phase_in(console(), made, t, at_once)
        own.tell(made.study, says)


def _pair(text: str | None, option: str) -> tuple[float, float] | None:
    """Two ends as typed: ``0,1`` or ``0,50%``."""
    from tariffs.errors import BadQuestion
    from tariffs.scenario.edits import number

    if text is None:
        return None
    parts = [number(part) for part in text.split(",")]
    if len(parts) != 2:
        raise BadQuestion(
            N_("{option} takes two ends with a comma between them, as in {option} 0,0.5; found '{text}'."),
            option=option,
            text=text,
        )
    return parts[0], parts[1]


@contextmanager
def _telling(what: str) -> "Iterator[Progress]":
    """A bar on stderr while somebody watches; Ctrl-C ends the work."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    to = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f}%"))
    with Progress(*columns, TimeRemainingColumn(), console=to, transient=True, disable=not to.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _check_file(out: Path) -> None:
    from tariffs.errors import BadQuestion
    from tariffs.whole import place_for

    place_for(out, "map.png")
    if out.suffix.lower() not in (".csv", ".json", ".png", ".svg"):
        raise BadQuestion(N_("A map is written as .csv, .json, .png or .svg; found '{name}'."), name=out.name)


def _write(made: "HeatMap", out: Path) -> Path:
    """One map as a file.

    Raises
    ------
    NotWritten
        When the place cannot be written to.
    """
    import json

    from tariffs.brief import limits_charts, limits_maps, limits_plain, limits_tables
    from tariffs.whole import replaced

    kind = out.suffix.lower()
    if kind == ".csv":
        content = limits_tables.cells(made).to_csv(index=False).encode()
    elif kind == ".json":
        text = json.dumps(limits_plain.heat_map(made, words()), ensure_ascii=False, indent=2, allow_nan=False)
        content = text.encode()
    else:
        content = limits_charts.drawn(limits_maps.heat_map(made, words()), kind)
    with replaced(out) as file:
        file.write(content)
    return out
