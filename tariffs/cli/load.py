"""The command that reads official files: what they are, what was kept, and the rows."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tariffs.cli.frame import JsonOption, LangOption, app, console, print_json, words
from tariffs.errors import N_, BadQuestion

if TYPE_CHECKING:
    from tariffs.intake import Loaded
    from tariffs.progress import Progress
    from tariffs.store import Library

SHOWN = 20
FACTS = "reporter, exporter, importer, product, flow, year, revision, or a rate such as EUR=1.08"


@app.command()
def load(
    files: Annotated[list[Path] | None, typer.Argument(help="official downloads: CSV, text, .xlsx, JSON")] = None,
    as_format: Annotated[str, typer.Option("--as", help="believe this format; `--formats` lists them")] = "",
    product: Annotated[str, typer.Option("--product", help="keep this HS code and its lines, such as 271320")] = "",
    given: Annotated[
        list[str] | None, typer.Option("--given", help=f"what the file leaves out, name=value: {FACTS}; repeatable")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="write the rows to F.csv, F.parquet or F.json")] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="folder for sorted copies of large BACI years, read much faster")
    ] = None,
    template: Annotated[str, typer.Option("--template", help="write an empty table to fill in: flows or tariffs")] = "",
    formats: Annotated[bool, typer.Option("--formats", help="list the formats that can be read")] = False,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Recognise official trade and tariff files, and turn them into one tidy table."""
    if formats:
        _formats(as_json)
    elif template:
        _template(template, words().lang, out)
    elif not files:
        raise BadQuestion(N_("Give a file to load; `--template flows --out F.xlsx` writes an empty one."))
    else:
        _load(files, as_format, product, given, out, cache, as_json)


def _load(
    files: list[Path], as_format: str, product: str, given: list[str] | None, out: Path | None, cache: Path | None,
    as_json: bool,
) -> None:
    from tariffs.intake import load as read
    from tariffs.intake.codes import hs
    from tariffs.intake.given import facts
    from tariffs.intake.write import write

    try:
        code = hs(product) if product else ""
    except ValueError:
        raise BadQuestion(N_("'{value}' is no HS code. Write digits, such as 271320."), value=product) from None
    facts_given = facts(given or [])
    with _progress() as progress:
        loaded = read(files, as_format, code, facts_given, progress=progress, cache=cache)
    if out is not None:
        write(loaded.tariffs if len(loaded.tariffs) and not len(loaded.flows) else loaded.flows, out)
        if len(loaded.tariffs) and len(loaded.flows):
            beside = out.with_stem(f"{out.stem}-tariffs")
            write(loaded.tariffs, beside)
            print(words()(N_("Tariffs are in {file}."), file=str(beside)), file=sys.stderr)
    changed = _would_change(loaded)
    if as_json:
        print_json(_plain(loaded, changed))
    else:
        _told(loaded, out, changed)
    if loaded.empty:
        raise typer.Exit(1)


def _would_change(loaded: "Loaded") -> "Library | None":
    """The library with these files, or nothing where they hold no figure for it."""
    from tariffs.store import Library
    from tariffs.store.own import NothingToUse

    library = Library.open()
    for laid, held in ((Library.with_flows, loaded.flows), (Library.with_measures, loaded.tariffs)):
        if len(held):
            with suppress(NothingToUse):
                library = laid(library, loaded)
    return library if library.own else None


def _plain(loaded: "Loaded", changed: "Library | None") -> dict[str, Any]:
    from tariffs.brief import own_files

    return {
        "reports": [{**asdict(r), "rows_dropped": r.rows_dropped} for r in loaded.reports],
        "flows": loaded.flows.records(),
        "tariffs": loaded.tariffs.records(),
        "mirrors": [
            {**asdict(m), "value_margin": m.value_margin, "weight_margin": m.weight_margin} for m in loaded.mirrors
        ],
        "notes": list(loaded.notes),
        "would_change": own_files.rows(changed.own) if changed and changed.own else None,
    }


def _told(loaded: "Loaded", out: Path | None, changed: "Library | None") -> None:
    from tariffs.brief import intake_told, terminal

    intake_told.tell(console(), loaded, SHOWN, words())
    if changed and changed.own:
        rest = words()(N_("An answer with `impact --flows` or `--tariffs` and these files would rest on:"))
        print(f"\n{rest}\n")
        terminal.own_rows(console(), changed.own, changed.baseline.year, words())
    if out is not None:
        print(words()(N_("Written: {file}"), file=str(out)), file=sys.stderr)


def _formats(as_json: bool) -> None:
    from tariffs.brief import intake_told
    from tariffs.intake.formats import FORMATS

    if as_json:
        print_json([
            {"name": f.name, "title": f.title, "kind": f.kind, "checked": f.checked, "refused": f.refuses}
            for f in FORMATS.values()
        ])
    else:
        intake_told.formats(console(), list(FORMATS.values()), words())


def _template(kind: str, lang: str, out: Path | None) -> None:
    from tariffs.intake.template import write_template

    if out is None:
        raise BadQuestion(N_("Say where: --out F.xlsx or --out F.csv."))
    write_template(kind, lang, out)
    print(words()(N_("Written: {file}"), file=str(out)), file=sys.stderr)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on stderr while a person looks on; nothing in a pipe."""
    from tariffs.progress import silent

    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words()(N_("reading")), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


