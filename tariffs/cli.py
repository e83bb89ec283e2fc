"""The same study from a shell. Results go to stdout, messages to stderr.

Exit codes: 0 an answer, 1 a negative answer (defects found), 2 input that cannot be used, 3 a fault of ours.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from tariffs.store import Library
    from tariffs.study import Question

app = typer.Typer(
    name="tariffs",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="What tariffs, classification and export rules do to Iranian bitumen (HS 2713.20) in Türkiye and Iraq.",
)

ScenarioOption = Annotated[str, typer.Option("--scenario", help="a name from `scenarios`")]
OnOption = Annotated[
    str | None, typer.Option("--on", help="day whose rules count, 2026-02-01; default: the scenario's own")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="change after: lever=value (see `levers`) or table.key.field=value; repeatable"),
]
AssumeOption = Annotated[
    list[str] | None,
    typer.Option("--assume", help="what you hold true on both sides: table.key.field=value; repeatable"),
]
DrawsOption = Annotated[int, typer.Option("--draws", help="draws over all ranges at once; 0 for central values alone")]
SeedOption = Annotated[int, typer.Option("--seed", help="the same seed gives the same numbers")]
ModelOption = Annotated[str, typer.Option("--model", help="armington; or gsim or smart, approximations")]
JsonOption = Annotated[bool, typer.Option("--json", help="machine-readable answer")]
DataOption = Annotated[Path | None, typer.Option("--data", help="another data folder in the layout of data/")]


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
    fob: Annotated[
        float | None, typer.Option("--fob", help="FOB price, USD/t; default: the maker's quoted price")
    ] = None,
    net_back: Annotated[
        float | None, typer.Option("--net-back", help="net-back at the plant, USD/t, instead of a FOB")
    ] = None,
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """The charge-by-charge ladder from the plant's net-back to the buyer's cost."""
    from tariffs.brief import plain, terminal
    from tariffs.study.ladder import climb
    from tariffs.words import Words

    asked = _question(scenario, on, set_, assume, draws, seed, "armington")
    library = _library(data)
    ladder = climb(library, asked, origin.upper(), (label or origin).upper(), importer.upper(), region, fob, net_back)
    if as_json:
        _json(plain.ladder(ladder, library, asked))
    else:
        terminal.ladder(_console(), ladder, Words())


@app.command()
def impact(
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    detail: Annotated[
        bool, typer.Option("--detail", help="with --json: all that it takes to solve the market again")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Before and after by market and for the exporter, with ranges."""
    from tariffs.brief import terminal
    from tariffs.study import run
    from tariffs.words import Words

    study = run(_question(scenario, on, set_, assume, draws, seed, model), _library(data))
    if as_json:
        _json(study.to_dict(detail))
    else:
        terminal.impact(_console(), study, Words())


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(help="two or more names from `scenarios`")],
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Scenarios side by side, on the same draws."""
    from tariffs.brief import terminal
    from tariffs.study import run
    from tariffs.words import Words

    library = _library(data)
    studies = [run(_question(name, on, set_, assume, draws, seed, model), library) for name in scenarios]
    if as_json:
        _json({"scenarios": [study.to_dict() for study in studies]})
    else:
        terminal.compare(_console(), studies, Words())


@app.command()
def brief(
    out: Annotated[Path, typer.Option("--out", help="the workbook to write, brief.xlsx")],
    scenario: ScenarioOption = "province_proposal",
    on: OnOption = None,
    set_: SetOption = None,
    assume: AssumeOption = None,
    model: ModelOption = "armington",
    draws: DrawsOption = 2000,
    seed: SeedOption = 1,
    lang: Annotated[str, typer.Option("--lang", help="language of the brief")] = "en",
    data: DataOption = None,
) -> None:
    """The Excel brief of one scenario."""
    from tariffs.errors import BadQuestion
    from tariffs.study import run
    from tariffs.words import languages

    if lang not in languages():
        raise BadQuestion(f"The brief speaks {', '.join(languages())}; found {lang!r}.")
    if out.suffix.lower() != ".xlsx":
        raise BadQuestion(f"The brief is an Excel workbook: give --out a name that ends in .xlsx, not {out.name!r}.")
    study = run(_question(scenario, on, set_, assume, draws, seed, model), _library(data))
    print(study.workbook(out, lang))


@app.command("check-data")
def check_data(
    folder: Annotated[
        Path | None, typer.Argument(help="a data folder; default: the one that comes with the project")
    ] = None,
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
        _json(
            {
                "ok": checked.ok,
                "counts": {name: dict(counts) for name, counts in checked.counts.items()},
                "defects": defects,
            }
        )
    else:
        terminal.checked(_console(), checked)
    if not checked.ok:
        raise typer.Exit(1)


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(help="worked examples, JSON")], as_json: JsonOption = False
) -> None:
    """Published worked examples, solved again: how far off, and PASS or FAIL."""
    from tariffs.models.verify import verify as solve_again

    done = solve_again(files)
    if as_json:
        _json(done.to_dict())
    else:
        for checked in done.checked:
            print(checked.line())
    for bad in done.unusable:
        print(bad, file=sys.stderr)
    raise typer.Exit(done.exit_code)


@app.command()
def scenarios(as_json: JsonOption = False, data: DataOption = None) -> None:
    """The bundled scenarios."""
    from tariffs.brief import terminal

    held = _library(data).scenarios.values()
    if as_json:
        names = ("name", "title", "description", "compare_with", "status", "source")
        _json(
            [{**{n: getattr(s, n) for n in names}, "as_of": s.as_of.isoformat(), "edits": len(s.edits)} for s in held]
        )
    else:
        terminal.scenarios(_console(), list(held))


@app.command()
def levers(
    scenario: ScenarioOption = "status_quo", on: OnOption = None, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """What --set can move by name, where each stands, and between what bounds."""
    from tariffs.brief import plain, terminal
    from tariffs.words import Words

    rows = plain.levers(_library(data), _question(scenario, on, None, None, 0, 1, "armington"), Words())
    if as_json:
        _json(rows)
    else:
        terminal.levers(_console(), rows)


@app.command()
def sources(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Every source, and how many figures rest on it."""
    from tariffs.brief import plain, terminal

    rows = plain.sources(_library(data))
    if as_json:
        _json(rows)
    else:
        terminal.sources(_console(), rows)


@app.command("app")
def start_app(port: Annotated[int, typer.Option("--port", help="port on this machine")] = 8501) -> None:
    """Start the web app on this machine."""
    import subprocess

    page = Path(__file__).resolve().parent.parent / "app.py"
    line = [sys.executable, "-m", "streamlit", "run", str(page), "--server.port", str(port)]
    raise typer.Exit(subprocess.call(line))  # noqa: S603 - our own interpreter and page, no text from outside


def main() -> NoReturn:
    """Run a command; every error a user can mend is one message on stderr, never a traceback."""
    from typer.exceptions import Abort, TyperException

    from tariffs.errors import TariffsError

    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"] or ["--help"]
    try:
        code = app(args=arguments, prog_name="python -m tariffs", standalone_mode=False)
    except TariffsError as error:
        if debug:
            raise
        _quit(str(error), 2)
    except TyperException as error:
        _quit(f"{error.format_message()}\nTry `python -m tariffs --help`.", 2)
    except (Abort, KeyboardInterrupt):
        _quit("Stopped.", 130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        _quit(
            f"Something went wrong on our side ({type(error).__name__}: {error}). Run again with --debug to see where.",
            3,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _question(
    scenario: str, on: str | None, sets: list[str] | None, beliefs: list[str] | None, draws: int, seed: int, model: str
) -> "Question":
    from tariffs.study import Question
    from tariffs.study.question import as_day

    return Question(scenario, as_day(on), tuple(sets or ()), tuple(beliefs or ()), model, draws, seed)


def _library(folder: Path | None) -> "Library":
    from tariffs.store import Library

    return Library.open(folder)


def _console() -> "Console":
    from rich.console import Console

    # A pipe has no width of its own: keep the tables whole.
    return Console(width=None if sys.stdout.isatty() else 150, highlight=False)


def _json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _quit(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
