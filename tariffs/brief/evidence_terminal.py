"""Estimates in a terminal: the list, one estimate with its facts, and expected against got."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from tariffs.evidence import Fit, Named
from tariffs.words import N_, Words


def listed(console: Console, held: Sequence[Named], t: Words) -> None:
    """Every named estimate, and what it is for."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for title in (N_("estimate"), N_("what it is for"), N_("estimator"), N_("published numbers"), N_("source")):
        table.add_column(t(title), overflow="fold")
    for one in held:
        estimator = one.estimator.upper() if one.kind == "fixest" else t(N_("own method"))
        table.add_row(one.name, t(one.purpose), estimator, str(len(one.expect) or "–"), one.source)
    console.print(table)
    console.print(t(N_(
        "Rerun one with `python -m tariffs regress NAME`, all with --all, your own with --data and --formula."
    )))


def fitted(console: Console, fit: Fit, t: Words) -> None:
    """One estimate: coefficients, facts, further tables, expected against got."""
    console.print(t.said(fit.title) or fit.name or fit.formula, style="bold", markup=False)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column(t(N_("term")), overflow="fold")
    for title in (N_("estimate"), "se", "t", "p", "2.5 %", "97.5 %"):
        table.add_column(t(title), justify="right")
    for term, *numbers in fit.to_frame().to_numpy(dtype=object).tolist():
        table.add_row(str(term), *(_digits(float(x)) for x in numbers))
    console.print(table, markup=False)
    for name, text in fit.facts().items():
        console.print(f"{t.said(name)}: {t.said(text)}", markup=False)
    for title, frame in fit.tables.items():
        console.print(f"\n{t.said(title)}", style="bold", markup=False)
        console.print(frame.to_string(index=False, float_format=lambda x: f"{x:.4g}"), markup=False)
    for note in fit.notes:
        console.print(t(N_("Note: {note}"), note=t.said(note)), markup=False)
    if fit.checks:
        console.print(_expected(fit, t), markup=False)
        console.print(f"{'PASS' if fit.correct else 'FAIL'} {fit.name}", markup=False)
    console.print()


def _digits(x: float) -> str:
    """Four decimals; what an open interval leaves unknown is a dash, no number."""
    return "–" if x != x else f"{x:.4f}"


def _expected(fit: Fit, t: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, title=t(N_("expected against got")), title_justify="left")
    for title in (N_("term"), N_("what"), N_("expected"), N_("got"), N_("deviation"), N_("tolerance"), ""):
        table.add_column(t(title), justify="left" if title in ("term", "what", "") else "right")
    for c in fit.checks:
        verdict = "PASS" if c.ok else "FAIL"
        numbers = (f"{c.expected:.7g}", f"{c.got:.7g}", f"{c.deviation:+.1e}", f"{c.tolerance:.1e}")
        table.add_row(c.term, c.what, *numbers, verdict)
    return table


def verdicts(console: Console, fits: Sequence[Fit], t: Words) -> None:
    """One line for each estimate, at the end of all."""
    for fit in fits:
        if not fit.checks:
            told = t(N_("{name}: nothing published to compare with"), name=fit.name)
            console.print(f"RAN  {told}", markup=False)
            continue
        good = sum(c.ok for c in fit.checks)
        word = "PASS" if fit.correct else "FAIL"
        told = t(N_("{name}: {good} of {all} published numbers met"), name=fit.name, good=good, all=len(fit.checks))
        console.print(f"{word} {told}", markup=False)


def carried(console: Console, held: Mapping[str, object], t: Words) -> None:
    """What carries the estimate into a scenario."""
    console.print(f"--assume '{held['use']}'", markup=False, soft_wrap=True)
    console.print(t(N_("link: {link}"), link=str(held["link"])), markup=False, soft_wrap=True)
    console.print(t(N_("shell: {line}"), line=str(held["shell"])), markup=False, soft_wrap=True)
