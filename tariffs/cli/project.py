"""Commands that save a question with its files in one archive, and answer from such an archive."""

import sys
from pathlib import Path
from typing import Annotated

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

commands = typer.Typer(no_args_is_help=True, help="A question and its files in one archive, to carry elsewhere.")
app.add_typer(commands, name="project")


@commands.command()
def save(
    out: Annotated[Path, typer.Option("--out", help="the archive to write, bitumen.zip")],
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    correlate: CorrelateOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    flows: FlowsOption = None,
    tariffs: TariffsOption = None,
    prices: PricesOption = False,
    data: DataOption = None,
) -> None:
    """Write the question, the files and the digest of the data into one archive."""
    from tariffs import project
    from tariffs.errors import BadQuestion
    from tariffs.intake import Upload
    from tariffs.whole import replaced

    if out.suffix.lower() != ".zip":
        raise BadQuestion(
            N_("A project is an archive: give --out a name that ends in .zip, not '{name}'."), name=out.name
        )
    asked = question_of(scenario, on, set_, assume, draws, seed, model, correlate)
    library = library_of(data, flows, tariffs, prices)
    files = tuple(Upload(path.name, path.read_bytes()) for path in dict.fromkeys((*(flows or ()), *(tariffs or ()))))
    content = project.packed(project.Project(asked, files, (), library.digest, prices))
    with replaced(out) as file:
        file.write(content)
    print(out)


@commands.command("open")
def open_(
    file: Annotated[Path, typer.Argument(help="an archive that `project save` or the page wrote")],
    lang: LangOption = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Answer the question of a project from its own files."""
    from tariffs import project
    from tariffs.brief import terminal
    from tariffs.cli.patience import told
    from tariffs.study import run

    library = library_of(data)
    held, ignored = project.opened(file, library)
    laid = held.laid_over(library)
    for part in ignored:
        print(words()(N_("Left out, since it cannot be asked: {part}"), part=part), file=sys.stderr)
    if held.data and held.data != laid.digest:
        told_apart = N_("Saved with data {data}, answered from {digest}: figures may differ.")
        print(words()(told_apart, data=held.data, digest=laid.digest), file=sys.stderr)
    with told("draws") as progress:
        study = run(held.question, laid, progress)
    if as_json:
        print_json(study.to_dict())
    else:
        terminal.impact(console(), study, words())
