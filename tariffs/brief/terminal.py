"""A study in a terminal: the sentence first, then tables, then where the figures come from."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tariffs.brief import notes, own_files, own_prices, prose, tables
from tariffs.store.own import Own
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.study.ladder import Ladder
from tariffs.words import N_, Words, terms

if TYPE_CHECKING:
    import pandas as pd

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
    own_files_told(console, study, t)
    for importer in study.importers:
        console.print(_figures(study, t, importer, SHOWN))
    console.print(_figures(study, t, study.exporter, SHOWN_AT_HOME))
    console.print(_gains(study, t))
    _footing(console, study, t)


def own_files_told(console: Console, study: Study, t: Words) -> None:
    """What the user's files changed; nothing where there are none."""
    own = study.library.own
    if own is None:
        return
    for text in own_files.headline(study, t):
        console.print(Text(text, style="bold"))
    _frame(console, own_files.compared_frame(study, t))
    own_rows(console, own, study.library.baseline.year, t)


def own_rows(console: Console, own: Own, year: int, t: Words) -> None:
    """Rows that the user's files replace, flows that both customs counted, and what to know of them."""
    for tell in (own_files.rows_frame, own_prices.frame, own_files.duties_frame, own_files.mirrors_frame):
        _frame(console, tell(own, t))
    for text in own_files.remarks(own, year, t):
        console.print(Text(f"• {text}"))
    console.print()


def _frame(console: Console, frame: "pd.DataFrame") -> None:
    if frame.empty:
        return
    table = Table(show_edge=False)
    for name in frame.columns:
        table.add_column(name)
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
    console.print()


def compare(console: Console, studies: Sequence[Study], t: Words) -> None:
    """Scenarios as columns, figures as rows: the level after, and the change."""
    table = Table(title=t(N_("After each proposal, and the change against what it is compared with")))
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
        console.print(Text(f"{t(study.scenario.title)}: {study.answer(t.lang)}"))
    for text in own_files.headline(first, t):
        console.print(Text(text, style="bold"))
    _footing(console, first, t)


def ladder(console: Console, climbed: Ladder, t: Words) -> None:
    """One route from net-back to landed price."""
    console.print(Text(notes.goods(climbed, t), style="bold"))
    if not climbed.stack.prohibited:
        table = Table(show_edge=False)
        for name, right in (
            ("", 0),
            (N_("base"), 0),
            (N_("rate"), 1),
            (N_("USD/t"), 1),
            (N_("matched"), 0),
            (N_("standing"), 0),
            (N_("source"), 0),
        ):
            table.add_column(t(name), justify="right" if right else "left")
        for row in tables.stack_frame(climbed.stack, climbed.central_net_back).to_dict("records"):
            table.add_row(*_rung(row, t), style="bold" if row["kind"] == "total" else "")
        console.print(table)
    for note in notes.ladder_notes(climbed, t):
        console.print(Text(f"• {note}"))


def checked(console: Console, result: "Checked", t: Words) -> None:
    """Counts by standing, then every defect."""
    table = Table(title=t(N_("Rows by standing")), show_edge=False)
    table.add_column(t(N_("file")))
    names = [*terms.STATUSES, ""]
    for name in names:
        table.add_column(t(terms.STATUSES[name]) if name else t(N_("none")), justify="right")
    for file, counts in result.counts.items():
        table.add_row(file, *(str(counts.get(name, "")) for name in names))
    console.print(table)
    if result.ok:
        rows = sum(sum(c.values()) for c in result.counts.values())
        console.print(t(N_("{rows} rows in {files} files: no defect."), rows=rows, files=len(result.counts)))
        return
    for defect in result.defects:
        console.print(Text(f"✗ {t.said(defect.sentence())}"))
    console.print(t.many("{number} defect.", "{number} defects.", len(result.defects)))


def scenarios(console: Console, held: "Sequence[Scenario]", t: Words) -> None:
    table = Table(show_edge=False)
    for name in (N_("scenario"), N_("title"), N_("as of"), N_("compared with"), N_("standing")):
        table.add_column(t(name))
    for scenario in held:
        table.add_row(
            scenario.name,
            t(scenario.title),
            scenario.as_of.isoformat() if t.lang == "en" else t.day(scenario.as_of),
            scenario.compare_with or "–",
            t(terms.STATUSES[str(scenario.status)]),
        )
    console.print(table)


def levers(console: Console, rows: Sequence[Mapping[str, Any]], t: Words) -> None:
    table = Table(show_edge=False)
    for name in (N_("lever"), N_("what it moves"), N_("stands at"), N_("takes")):
        table.add_column(t(name))
    for row in rows:
        takes = ", ".join(row["choices"]) or t(
            N_("{least} to {most} {unit}"), least=f"{row['least']:g}", most=f"{row['most']:g}", unit=row["unit"]
        )
        table.add_row(row["lever"], row["what"], str(row["value"]), takes)
    console.print(table)


def sources(console: Console, rows: Sequence[Mapping[str, Any]], t: Words) -> None:
    table = Table(show_edge=False)
    for name in ("id", N_("title"), N_("publisher"), N_("published on"), N_("figures")):
        table.add_column(t(name), justify="right" if name == "figures" else "left")
    for row in rows:
        table.add_row(row["id"], row["title"], row["publisher"], row["published"], str(row["figures"]))
    console.print(table)


def _figures(study: Study, t: Words, place: str, names: Sequence[str]) -> Table:
    table = Table(title=t.place(place), title_justify="left", show_edge=False)
    for name in ("", N_("before"), N_("after"), N_("change"), N_("5–95 % of the change"), N_("standing")):
        table.add_column(t(name), justify="left" if name in ("", "standing") else "right")
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
    table = Table(title=t(N_("Who gains, who pays (a year)")), title_justify="left", show_edge=False)
    for name in ("", "", N_("gain"), N_("5–95 %")):
        table.add_column(t(name), justify="left" if not name else "right")
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
    console.print(Text(f"{study.stamp['shell']}   {stamped(study, t)}", style="dim"))


def stamped(study: Study, t: Words) -> str:
    """What an answer was made from: data, version, seed and draws."""
    stamp = study.stamp
    return t(
        N_("data {data}, version {version}, seed {seed}, {draws} draws"),
        **{name: str(stamp[name]) for name in ("data", "version", "seed", "draws")},
    )


def _dates(study: Study, t: Words) -> str:
    return t(
        N_("{after}, compared with “{scenario}” on {before}"), after=t.day(study.after.on),
        scenario=t(study.compared.title), before=t.day(study.before.on),
    )


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
