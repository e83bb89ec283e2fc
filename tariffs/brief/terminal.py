"""A study in a terminal: the sentence first, then tables, then where the figures come from."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tariffs.brief import notes, prose, tables
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.study.ladder import Ladder
from tariffs.words import Words, terms

if TYPE_CHECKING:
    from tariffs.scenario import Scenario
    from tariffs.store import Checked

SHOWN = (
    "fob_usd_per_t",
    "cif_usd_per_t",
    "duty_usd_per_t",
    "on_paper_usd_per_t",
    "wedge_usd_per_t",
    "landed_usd_per_t",
    "home_price_usd_per_t",
    "rival_gap_usd_per_t",
    "tonnes",
    "own_label_tonnes",
    "share",
    "revenue_usd",
)
SHOWN_AT_HOME = (
    "net_back_usd_per_t",
    "burden_fraction",
    "currency_fraction",
    "effective_protection_fraction",
    "anti_export_bias_fraction",
    "exports_to_buyers_tonnes",
    "exports_tonnes",
    "seller_treasury_usd",
)


def impact(console: Console, study: Study, t: Words) -> None:
    """The answer, the markets, the exporter, who gains, and what it stands on."""
    console.print(Text(t(study.scenario.title), style="bold"))
    console.print(Text(_dates(study, t), style="dim"))
    console.print()
    for told in prose.headline(study, t):
        console.print(Text(told.text))
    console.print()
    for told in prose.reasons(study, t):
        console.print(Text(f"• {told.text}"))
    console.print()
    for importer in study.importers:
        console.print(_figures(study, t, importer, SHOWN))
    console.print(_figures(study, t, study.exporter, SHOWN_AT_HOME))
    console.print(_gains(study, t))
    _footing(console, study, t)


def compare(console: Console, studies: Sequence[Study], t: Words) -> None:
    """Scenarios as columns, figures as rows: the level after, and the change."""
    table = Table(title="After each proposal, and the change against what it is compared with")
    table.add_column("")
    for study in studies:
        table.add_column(t(study.scenario.title), justify="right")
    first = studies[0]
    rows = [("net_back_usd_per_t", first.exporter), ("exports_to_buyers_tonnes", first.exporter)]
    rows += [
        (name, place) for place in first.importers for name in ("landed_usd_per_t", "tonnes", "share", "revenue_usd")
    ]
    rows += [("seller_treasury_usd", first.exporter)]
    for name, place in rows:
        table.add_row(
            f"{t(terms.FIGURES[name])}, {t.place(place)}", *(_level_and_change(s, t, name, place) for s in studies)
        )
    console.print(table)
    for study in studies:
        console.print(Text(f"{t(study.scenario.title)}: {study.answer()}"))
    _footing(console, first, t)


def ladder(console: Console, climbed: Ladder, t: Words) -> None:
    """One route from net-back to landed price."""
    console.print(Text(notes.goods(climbed, t), style="bold"))
    if not climbed.stack.prohibited:
        table = Table(show_edge=False)
        for name, right in (
            ("", 0),
            ("base", 0),
            ("rate", 1),
            ("USD/t", 1),
            ("matched", 0),
            ("standing", 0),
            ("source", 0),
        ):
            table.add_column(name, justify="right" if right else "left")
        for row in tables.stack_frame(climbed.stack, climbed.central_net_back).to_dict("records"):
            table.add_row(*_rung(row, t), style="bold" if row["kind"] == "total" else "")
        console.print(table)
    for note in notes.ladder_notes(climbed, t):
        console.print(Text(f"• {note}"))


def checked(console: Console, result: "Checked") -> None:
    """Counts by standing, then every defect."""
    table = Table(title="Rows by standing", show_edge=False)
    table.add_column("file")
    names = [*terms.STATUSES, ""]
    for name in names:
        table.add_column(name or "none", justify="right")
    for file, counts in result.counts.items():
        table.add_row(file, *(str(counts.get(name, "")) for name in names))
    console.print(table)
    if result.ok:
        console.print(
            f"{sum(sum(c.values()) for c in result.counts.values())} rows in {len(result.counts)} files: no defect."
        )
        return
    for defect in result.defects:
        console.print(Text(f"✗ {defect}"))
    console.print(f"{len(result.defects)} {'defect' if len(result.defects) == 1 else 'defects'}.")


def scenarios(console: Console, held: "Sequence[Scenario]") -> None:
    table = Table(show_edge=False)
    for name in ("scenario", "title", "as of", "compared with", "standing"):
        table.add_column(name)
    for scenario in held:
        table.add_row(
            scenario.name, scenario.title, scenario.as_of.isoformat(), scenario.compare_with or "–", scenario.status
        )
    console.print(table)


def levers(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(show_edge=False)
    for name in ("lever", "what it moves", "stands at", "takes"):
        table.add_column(name)
    for row in rows:
        takes = ", ".join(row["choices"]) or f"{row['least']:g} to {row['most']:g} {row['unit']}"
        table.add_row(row["lever"], row["what"], str(row["value"]), takes)
    console.print(table)


def sources(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(show_edge=False)
    for name in ("id", "title", "publisher", "published", "figures"):
        table.add_column(name, justify="right" if name == "figures" else "left")
    for row in rows:
        table.add_row(row["id"], row["title"], row["publisher"], row["published"], str(row["figures"]))
    console.print(table)


def _figures(study: Study, t: Words, place: str, names: Sequence[str]) -> Table:
    table = Table(title=t.place(place), title_justify="left", show_edge=False)
    for name in ("", "before", "after", "change", "5–95 % of the change", "standing"):
        table.add_column(name, justify="left" if name in ("", "standing") else "right")
    for name in names:
        before, after, change = (study.figures[Key(name, place, when)] for when in ("before", "after", "change"))
        if before.central is None and after.central is None:
            continue
        ends = (t.difference(end, change.unit) for end in (change.low, change.high))
        spread = " … ".join(ends) if change.ranged else "–"
        table.add_row(
            t(terms.FIGURES[name]),
            t.amount(before.central, before.unit),
            t.amount(after.central, after.unit),
            t.difference(change.central, change.unit),
            spread,
            t(terms.STATUSES[str(change.status)]),
        )
    return table


def _gains(study: Study, t: Words) -> Table:
    table = Table(title="Who gains, who pays (a year)", title_justify="left", show_edge=False)
    for name in ("", "", "gain", "5–95 %"):
        table.add_column(name, justify="left" if not name else "right")
    for row in tables.gains(study).to_dict("records"):
        spread = t.between(row["low"], row["high"], "USD a year", signed=True) if study.question.draws else "–"
        table.add_row(
            t.place(row["place"]), t(terms.FIGURES[row["figure"]]), t.usd(row["central"], signed=True), spread
        )
    return table


def _footing(console: Console, study: Study, t: Words) -> None:
    console.print()
    for line in prose.caveats(study, t):
        console.print(Text(f"• {line}", style="dim"))
    stamp = study.stamp
    console.print(
        Text(
            f"{stamp['shell']}   data {stamp['data']}, version {stamp['version']}, "
            f"seed {stamp['seed']}, {stamp['draws']} draws",
            style="dim",
        )
    )


def _dates(study: Study, t: Words) -> str:
    return f"{t.day(study.after.on)}, compared with “{t(study.compared.title)}” on {t.day(study.before.on)}"


def _level_and_change(study: Study, t: Words, name: str, place: str) -> str:
    after, change = study.figure(name, place, "after"), study.figure(name, place)
    return f"{t.amount(after.central, after.unit)} ({t.difference(change.central, change.unit)})"


def _part(row: Mapping[Any, Any], t: Words) -> str:
    """The part of the importer a charge is for, and how much of the trade passes there."""
    if not row["region"]:
        return ""
    return f" [{row['region']} {t.percent(row['weight'])}]" if row["weight"] < 1 else f" [{row['region']}]"


def _rung(row: Mapping[Any, Any], t: Words) -> tuple[str, ...]:
    name = t(terms.RUNGS[row["step"]]) + _part(row, t)
    if row["kind"] == "total":
        return name, "", "", t.number(row["usd_per_t"], 1), "", "", ""
    rate = t.number(row["rate"], 1) if row["base"] == "tonne" else t.percent(row["rate"], 2)
    amount = t.number(row["usd_per_t"], 1, signed=True)
    shown = f"({amount})" if row["memo"] else amount
    base, standing = t(terms.BASES[row["base"]]), t(terms.STATUSES[row["status"]])
    return name, base, rate, shown, row["match"], standing, row["source"]
