"""Models and barriers in a terminal: the sentence first, then the table, then what it stands on."""

from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tariffs.barriers import Held
from tariffs.brief import holding, parting
from tariffs.brief.terminal import stamped
from tariffs.study import Study
from tariffs.sweeps.parting import Parted
from tariffs.words import N_, Words


def models(console: Console, parted: Parted, t: Words) -> None:
    """The three models side by side."""
    console.print(Text(t(parted.exact.scenario.title), style="bold"))
    console.print(Text(parted.exact.answer()))
    console.print()
    console.print(_table(parting.table(parted, t)))
    console.print()
    for told in parting.sentences(parted, t):
        console.print(Text(f"• {told.text}"))
    console.print()
    _stamp(console, parted.exact, "impact --model all", t)


def barriers(console: Console, study: Study, held: Sequence[Held], refused: Sequence[str], t: Words) -> None:
    """What holds the trade back, market by market."""
    console.print(Text(t(study.scenario.title), style="bold"))
    for one in held:
        console.print()
        console.print(Text(t.place(one.importer), style="bold"))
        for told in holding.sentences(one, t):
            console.print(Text(f"• {told.text}"))
        console.print(_table(holding.table(one, t)))
        gaps = {
            "today": t.tonnes(one.today.central),
            "open": t.tonnes(one.open.central),
            "benchmark": t.tonnes(one.benchmark.central),
        }
        sold = N_("Sold: {today}; {open} with every barrier lifted; {benchmark} without taste as well.")
        console.print(Text(t(sold, **gaps)))
    for reason in refused:
        console.print()
        console.print(Text(f"• {reason}"))
    if held:
        console.print()
        first, others = holding.limits(held[0], t), [line for one in held[1:] for line in holding.limits(one, t)[1:]]
        for line in dict.fromkeys([*first, *others]):
            console.print(Text(f"• {line}", style="dim"))
    _stamp(console, study, "barriers", t)


def _table(frame: pd.DataFrame) -> Table:
    table = Table(show_edge=False)
    for number, name in enumerate(frame.columns):
        table.add_column(str(name), justify="right" if number else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(str(cell) for cell in row))
    return table


def _stamp(console: Console, study: Study, command: str, t: Words) -> None:
    console.print(Text(f"{study.shell(command)}   {stamped(study, t)}", style="dim"))
