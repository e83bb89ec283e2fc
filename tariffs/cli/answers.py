"""Commands that answer: one ladder, one proposal, several side by side, the brief."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tariffs.cli.frame import (
    AssumeOption,
    CorrelateOption,
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
    from tariffs.store import Library
    from tariffs.study import Question


@app.command()
def landed(
    importer: Annotated[str, typer.Option("--importer", help="TUR, IRQ, GEO, ARM")],
    origin: Annotated[str, typer.Option("--origin", help="who makes it: IRN, IRQ, TUR, AZE, RUS, MED …")] = "IRN",
    label: Annotated[str | None, typer.Option("--label", help="declared origin; default: the maker's own")] = None,
    region: Annotated[str | None, typer.Option("--region", help="a part of the importer: FED or KRG in Iraq")] = None,
    scenario: ScenarioOption = "status_quo",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    correlate: CorrelateOption = None,
    fob: Annotated[
        float | None, typer.Option("--fob", help="FOB price, USD/t; default: the maker's quoted price")
    ] = None,
    net_back: Annotated[
        float | None, typer.Option("--net-back", help="net-back at the plant, USD/t, instead of a FOB")
    ] = None,
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    data: DataOption = None,
) -> None:
    """The charge-by-charge ladder from the plant's net-back to the buyer's cost."""
    from tariffs.brief import notes, plain, terminal
    from tariffs.cli import own
    from tariffs.study.ladder import climb

    asked = question_of(scenario, on, set_, assume, draws, seed, "armington", correlate)
    library = library_of(data, flows, tariffs)
    way, t = (origin.upper(), (label or origin).upper(), importer.upper(), region, fob, net_back), words()
    ladder = climb(library, asked, *way)

    def says(bare: "Library") -> list[str]:
        return [notes.landing(climb(bare, asked, *way), t)]

    if as_json:
        named = zip(("origin", "label", "importer", "region", "fob", "net-back"), way, strict=True)
        options = "".join(f" --{name} {value}" for name, value in named if value is not None)
        print_json({**plain.ladder(ladder, library, asked, options), **own.plain_rows(library, says)})
    else:
        terminal.ladder(console(), ladder, t)
        own.rows(library, says)


@app.command()
def impact(
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: Annotated[
        str, typer.Option("--model", help="armington; gsim or smart, approximations; all: the three side by side")
    ] = "armington",
    correlate: CorrelateOption = None,
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    detail: Annotated[
        bool, typer.Option("--detail", help="with --json: all that it takes to solve the market again")
    ] = False,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Before and after by market and for the exporter, with ranges."""
    from tariffs.brief import terminal
    from tariffs.cli.patience import told
    from tariffs.study import run

    asked = question_of(scenario, on, set_, assume, draws, seed, "armington" if model == "all" else model, correlate)
    if model == "all":
        _every_model(asked, library_of(data, flows, tariffs, prices), detail, as_json)
        return
    library = library_of(data, flows, tariffs, prices)
    with told("draws") as progress:
        study = run(asked, library, progress)
    if as_json:
        print_json(study.to_dict(detail))
    else:
        terminal.impact(console(), study, words())


def _every_model(question: "Question", library: "Library", detail: bool, as_json: bool) -> None:
    """The three models side by side, how far they part, and why."""
    from tariffs.brief import comparing, own_files, parting, terminal
    from tariffs.errors import BadQuestion
    from tariffs.sweeps import side_by_side

    if detail:
        raise BadQuestion(N_("--detail holds one model's equilibrium: name it, as in --model armington."))
    parted = side_by_side(question, library)
    if as_json:
        files = own_files.plain(parted.exact)
        print_json({**parting.plain(parted), **({} if files is None else {"own_files": files})})
    else:
        comparing.models(console(), parted, words())
        terminal.own_files_told(console(), parted.exact, words())


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(help="two or more names from `scenarios`")],
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    correlate: CorrelateOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    lang: LangOption = "",
    as_json: JsonOption = False,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Scenarios side by side, on the same draws."""
    from tariffs.brief import terminal
    from tariffs.cli.patience import told
    from tariffs.study import run

    library = library_of(data, flows, tariffs, prices)
    asked = [question_of(name, on, set_, assume, draws, seed, model, correlate) for name in scenarios]
    with told("draws") as progress:
        studies = [run(one, library, progress) for one in asked]
    if as_json:
        print_json({"scenarios": [study.to_dict() for study in studies]})
    else:
        terminal.compare(console(), studies, words())


@app.command()
def brief(
    out: Annotated[
        Path, typer.Option("--out", help="brief.xlsx, the workbook; brief.html, to print; brief.zip, CSV and JSON")
    ],
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    correlate: CorrelateOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    lang: LangOption = "",
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    importer: Annotated[str, typer.Option("--importer", help="markets to speak of: TUR,IRQ; default: all")] = "",
    sections: Annotated[
        str, typer.Option("--sections", help="sections to show: summary,landed,sources; default: all")
    ] = "",
    data: DataOption = None,
) -> None:
    """The brief of a scenario in the form of its file; with several names (A,B,C) the others beside the first."""
    from tariffs.brief import file
    from tariffs.cli.patience import told
    from tariffs.study import run

    library = library_of(data, flows, tariffs, prices)
    names, wanted = _listed(scenario) or [scenario], _listed(sections)
    file.form_of(out, wanted, len(names))
    with told("draws") as progress:
        studies = [
            run(question_of(name, on, set_, assume, draws, seed, model, correlate), library, progress).about(
                _listed(importer.upper())
            )
            for name in names
        ]
    with told("parts of the brief") as progress:
        print(file.write(studies, out, words().lang, wanted, progress))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
