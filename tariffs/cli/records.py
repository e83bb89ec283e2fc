"""Commands about what is on record: data, worked examples, scenarios, levers, sources."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tariffs.cli.frame import (
    DataOption,
    JsonOption,
    LangOption,
    OnOption,
    ScenarioOption,
    app,
    console,
    library_of,
    print_json,
    question_of,
    words,
)


@app.command("check-data")
def check_data(
    folder: Annotated[
        Path | None, typer.Argument(help="a data folder; default: the one that comes with the project")
    ] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Every row, source, range and interval: counts by standing, and every defect at once."""
    from tariffs.brief import terminal
    from tariffs.store import check

    checked = check(folder)
    if as_json:
        defects = [
            {f: getattr(d, f) for f in ("file", "row", "column", "found", "expected", "remedy")}
            for d in checked.defects
        ]
        print_json(
            {
                "ok": checked.ok,
                "counts": {name: dict(counts) for name, counts in checked.counts.items()},
                "defects": defects,
            }
        )
    else:
        terminal.checked(console(), checked, words())
    if not checked.ok:
        raise typer.Exit(1)


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(help="worked examples, JSON")],
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Published worked examples, solved again: how far off, and PASS or FAIL."""
    from tariffs.models.verify import verify as solve_again

    done = solve_again(files)
    if as_json:
        print_json(done.to_dict())
    else:
        for checked in done.checked:
            print(checked.line())
    for bad in done.unusable:
        print(bad, file=sys.stderr)
    raise typer.Exit(done.exit_code)


@app.command()
def scenarios(lang: LangOption = "", as_json: JsonOption = False, data: DataOption = None) -> None:
    """The bundled scenarios."""
    from tariffs.brief import terminal

    held = library_of(data).scenarios.values()
    if as_json:
        names = ("name", "title", "description", "compare_with", "status", "source")
        print_json(
            [{**{n: getattr(s, n) for n in names}, "as_of": s.as_of.isoformat(), "edits": len(s.edits)} for s in held]
        )
    else:
        terminal.scenarios(console(), list(held), words())


@app.command()
def levers(
    scenario: ScenarioOption = "status_quo",
    on: OnOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """What --set can move by name, where each stands, and between what bounds."""
    from tariffs.brief import plain, terminal

    rows = plain.levers(library_of(data), question_of(scenario, on, None, None, 0, 1, "armington"), words())
    if as_json:
        print_json(rows)
    else:
        terminal.levers(console(), rows, words())


@app.command()
def sources(lang: LangOption = "", as_json: JsonOption = False, data: DataOption = None) -> None:
    """Every source, and how many figures rest on it."""
    from tariffs.brief import plain, terminal

    rows = plain.sources(library_of(data))
    if as_json:
        print_json(rows)
    else:
        terminal.sources(console(), rows, words())
