"""What every command shares: the app they hang on, their options, and how they print."""

import json
import sys
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tariffs.errors import N_

if TYPE_CHECKING:
    from rich.console import Console

    from tariffs.store import Library
    from tariffs.study import Question
    from tariffs.words import Words

_spoken: ContextVar[str] = ContextVar("spoken", default="en")


def speak(lang: str) -> str:
    """Answer and refuse in a language from here on; nothing is English.

    Raises
    ------
    BadQuestion
        When it is none of ours.
    """
    from tariffs.errors import N_, BadQuestion
    from tariffs.words import languages

    if lang and lang not in languages():
        held = ", ".join(languages())
        raise BadQuestion(N_("The analyzer speaks {languages}; found '{lang}'."), languages=held, lang=lang)
    _spoken.set(lang or "en")
    return lang


def words() -> "Words":
    """The language that was asked for."""
    from tariffs.words import Words

    return Words(_spoken.get())


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
CorrelateOption = Annotated[
    list[str] | None,
    typer.Option("--correlate", help="ranges that do not move apart: key~key=0.5, a rank correlation; repeatable"),
]
DrawsOption = Annotated[int, typer.Option("--draws", help="draws over all ranges at once; 0 for central values alone")]
SeedOption = Annotated[int, typer.Option("--seed", help="the same seed gives the same numbers")]
ModelOption = Annotated[str, typer.Option("--model", help="armington; or gsim or smart, approximations")]
LangOption = Annotated[
    str,
    typer.Option(
        "--lang", envvar="TARIFFS_LANG", callback=speak, is_eager=True,
        help="language of the answer and of refusals: en, fa, tr, ar",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="machine-readable answer")]
FlowsOption = Annotated[
    list[Path] | None,
    typer.Option("--flows", help="customs flows of your own in place of assumed tonnes, see `load`; repeatable"),
]
TariffsOption = Annotated[
    list[Path] | None,
    typer.Option("--tariffs", help="a schedule of your own in place of assumed duties; repeatable"),
]
PricesOption = Annotated[
    bool, typer.Option("--prices", help="take unit values of --flows as prices, where they are not outlying")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="another data folder in the layout of data/")]


def question_of(
    scenario: str,
    on: str | None,
    sets: list[str] | None,
    beliefs: list[str] | None,
    draws: int,
    seed: int,
    model: str,
    correlate: list[str] | None = None,
) -> "Question":
    from tariffs.study import Question
    from tariffs.study.question import as_day

    edits, held = tuple(sets or ()), tuple(beliefs or ())
    return Question(scenario, as_day(on), edits, held, model, draws, seed, tuple(correlate or ()))


def library_of(
    folder: Path | None, flows: list[Path] | None = None, tariffs: list[Path] | None = None, prices: bool = False
) -> "Library":
    """Our rows, with the user's files laid over them; what was recognised is said on stderr."""
    from tariffs.store import Library

    library = Library.open(folder)
    if prices and not flows:
        from tariffs.errors import BadQuestion

        raise BadQuestion("--prices takes prices from files of flows: give them with --flows.")
    if not flows and not tariffs:
        return library
    from tariffs.intake import load

    for files, laid in ((flows, partial(Library.with_flows, prices=prices)), (tariffs, Library.with_measures)):
        if files:
            loaded = load(files, product=library.baseline.product)
            for report in loaded.reports:
                t = words()
                told = t(
                    N_("{file}: {title}; {kept} of {read} rows kept."), file=report.file, title=t(report.title),
                    kept=t.number(report.rows_kept), read=t.number(report.rows_read),
                )
                print(told, file=sys.stderr)
            library = laid(library, loaded)
    return library


def console() -> "Console":
    from rich.console import Console

    # A pipe has no width of its own: keep the tables whole.
    return Console(width=None if sys.stdout.isatty() else 150, highlight=False)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
