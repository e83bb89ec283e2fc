"""What an answer leans on, told: one sentence, the rows of a terminal, the values of JSON."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tariffs.doubt import Sensitivity, Share, Swing
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.study.question import MANY_DRAWS
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words, terms

SHOWN = 12  # rows of a table in a terminal
# Changes whose ranges a brief tells.
OF_EXPORTER = ("exports_to_buyers_tonnes", "net_back_usd_per_t", "seller_treasury_usd", "side_gain_usd")
OF_MARKET = ("landed_usd_per_t", "rival_gap_usd_per_t", "tonnes", "share", "revenue_usd", "side_gain_usd")


def figure_name(key: Key, t: Words) -> str:
    """The name of a figure with its place, and when it stands unless it is a change."""
    gaps = {"figure": t(terms.FIGURES[key.name]), "place": t.place(key.place)}
    if key.when == "before":
        return t(N_("{figure}, {place}, before"), **gaps)
    if key.when == "after":
        return t(N_("{figure}, {place}, after"), **gaps)
    return t(N_("{figure}, {place}"), **gaps)


def matters_most(found: Sensitivity, t: Words) -> str:
    """One sentence: which unknown matters most, by how much, and what it would take to learn it."""
    figure = figure_name(found.tornado.figure, t)
    if found.most is None:
        return t(N_("Nothing that is unsure moves this figure: {figure}."), figure=figure)
    how = found.unknown.how_to_obtain.rstrip(".") if found.unknown else ""
    gaps = {"figure": figure, "how": t(how) if how else "", "range": _label(found, t)}
    if found.share is None:
        top = found.tornado.rows[0]
        unit = found.tornado.unit
        gaps |= {"low": _ends(top, t)[0], "high": _ends(top, t)[1]}
        gaps |= {"at_low": t.difference(top.at_low, unit), "at_high": t.difference(top.at_high, unit)}
        message = (
            N_(
                "What moves this figure most ({figure}) is “{range}”: from {low} to {high} it takes the "
                "figure from {at_low} to {at_high}; to learn it: {how}."
            )
            if how
            else N_(
                "What moves this figure most ({figure}) is “{range}”: from {low} to {high} it takes the "
                "figure from {at_low} to {at_high}; nobody has listed how to learn it."
            )
        )
        return t(message, **gaps)
    gaps |= {"first": t.percent(max(0.0, found.share.first), 0), "total": t.percent(found.share.total, 0)}
    message = (
        N_(
            "What is unsure about this figure ({figure}) comes most from “{range}”: it alone makes {first} of the "
            "spread, {total} with what it does together with others; to learn it: {how}."
        )
        if how
        else N_(
            "What is unsure about this figure ({figure}) comes most from “{range}”: it alone makes {first} of the "
            "spread, {total} with what it does together with others; nobody has listed how to learn it."
        )
    )
    return t(message, **gaps)


def to_terminal(console: Console, study: Study, found: Sensitivity, t: Words) -> None:
    """The sentence, then both tables."""
    console.print(Text(matters_most(found, t)))
    console.print()
    key, unit = found.tornado.figure, found.tornado.unit
    title = t(
        N_("{figure}: {value} at the central values. Each range alone at its ends"),
        figure=figure_name(key, t), value=t.difference(found.tornado.central, unit),
    )
    table = Table(title=title, title_justify="left", show_edge=False)
    for name in (N_("range"), N_("low"), N_("high"), N_("figure at low"), N_("at high"), N_("moved by")):
        table.add_column(t(name), justify="left" if name in ("range", "moved by") else "right")
    for row in found.tornado.moving[:SHOWN]:
        at = (t.difference(value, unit) if value is not None else "–" for value in (row.at_low, row.at_high))
        table.add_row(row.label, *_ends(row, t), *at, row.lever)
    console.print(table)
    console.print()
    if found.sobol:
        indices = Table(
            title=t(N_(
                "Share of the variance: of each range alone, and with what it does together with others "
                "(5–95 % of a bootstrap)"
            )),
            title_justify="left",
            show_edge=False,
        )
        for name in (N_("range"), N_("first"), "", N_("total"), "", N_("moved by")):
            indices.add_column(t(name), justify="left" if name in ("range", "moved by") else "right")
        for share in found.sobol.rows[:SHOWN]:
            indices.add_row(*_shares(share, t), share.lever)
        console.print(indices)
        said = t(
            N_("First indices add up to {sum}; {samples} base samples, {left} left out."),
            sum=t.number(found.sobol.explained, 2), samples=t.number(found.sobol.samples),
            left=t.percent(found.sobol.left_out),
        )
        console.print(Text(said, style="dim"))
    still = len(found.tornado.rows) - len(found.tornado.moving)
    entered = len(found.tornado.rows)
    said = t(N_("{entered} ranges enter the answer; {still} do not move it alone."), entered=entered, still=still)
    console.print(Text(said, style="dim"))
    console.print(Text(f"{_shell(study, found)}   {t(N_('data {data}'), data=study.library.digest)}", style="dim"))


def to_dict(study: Study, found: Sensitivity, t: Words) -> dict[str, Any]:
    """The same as plain values for JSON."""
    key = found.tornado.figure
    return {
        "figure": {"name": key.name, "place": key.place, "when": key.when, "unit": found.tornado.unit},
        "central": found.tornado.central,
        "matters_most": matters_most(found, t),
        "range": found.most.name if found.most else None,
        "unknown": None
        if found.unknown is None
        else {name: getattr(found.unknown, name) for name in ("key", "what", "why_it_matters", "how_to_obtain")},
        "tornado": [{name: getattr(row, name) for name in Swing.__dataclass_fields__} for row in found.tornado.rows],
        "sobol": None
        if found.sobol is None
        else {
            "samples": found.sobol.samples,
            "left_out": found.sobol.left_out,
            "explained_by_first": found.sobol.explained,
            "rows": [{name: getattr(row, name) for name in Share.__dataclass_fields__} for row in found.sobol.rows],
        },
        "stamp": study.stamp | {"shell": _shell(study, found)},
    }


def range_value(value: float, unit: str, t: Words) -> str:
    """A value of a range in the words of its unit."""
    if unit in ("fraction", "fraction_of_price", "fraction_of_fob", "fraction_of_base"):
        return t.percent(value)
    if unit == "usd_per_t":
        return t.usd_per_t(value)
    if unit == "tonnes":
        return t.tonnes(value)
    return t.number(value, 2 if abs(value) < 10 else 1)


def _ends(row: Swing, t: Words) -> tuple[str, str]:
    return range_value(row.low_value, row.unit, t), range_value(row.high_value, row.unit, t)


def _shares(share: Share, t: Words) -> tuple[str, ...]:
    both = ((share.first, share.first_low, share.first_high), (share.total, share.total_low, share.total_high))
    told = ((t.number(mid, 2), f"{t.number(low, 2)} … {t.number(high, 2)}") for mid, low, high in both)
    return (share.label, *(text for pair in told for text in pair))


def _label(found: Sensitivity, t: Words) -> str:
    """The range that matters most; with the next one where the indices cannot tell the two apart."""
    if found.share is None or found.sobol is None:
        return found.tornado.rows[0].label
    close = found.sobol.rows[1:2]
    if close and close[0].total > found.share.total_low:
        return t(N_("{range}”, closely followed by “{other}"), range=found.share.label, other=close[0].label)
    return found.share.label


def _shell(study: Study, found: Sensitivity) -> str:
    """The shell line that prints the same."""
    key, samples = found.tornado.figure, found.sobol.samples if found.sobol else 0
    line = study.shell("sensitivity", draws=MANY_DRAWS)
    return f"{line} --figure {key.name} --place {key.place} --when {key.when} --draws {samples}"


def quantile_heads(t: Words) -> list[str]:
    """The heads of columns of quantiles: 5, 25, 50, 75 and 95 % of the draws."""
    return [t.percent(0.05), t.percent(0.25), t(N_("Median")), t.percent(0.75), t.percent(0.95)]


def ranged_changes(study: Study) -> Iterator[tuple[Key, Estimate]]:
    """The changes whose ranges a brief tells, the exporter's first; those without a range are left out."""
    wanted = [Key(name, study.exporter, "change") for name in OF_EXPORTER]
    wanted += [Key(name, importer, "change") for importer in study.importers for name in OF_MARKET]
    for key in wanted:
        figure = study.figures.get(key)
        if figure is not None and figure.central is not None and figure.ranged:
            yield key, figure
