"""Rerun what stands behind an elasticity, change it, run it on your own table, carry it into a scenario."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tariffs.cli.frame import JsonOption, LangOption, ScenarioOption, app, console, print_json, words
from tariffs.errors import N_

if TYPE_CHECKING:
    from tariffs.evidence import Fit, Named


@app.command()
def regress(
    name: Annotated[str | None, typer.Argument(help="a named estimate; without one they are listed")] = None,
    every: Annotated[bool, typer.Option("--all", help="rerun all of them")] = False,
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", help="your own CSV or Parquet file; official files without a formula, repeatable"),
    ] = None,
    formula: Annotated[
        str | None, typer.Option("--formula", help="trade ~ log(dist) + rta | exporter^year + importer^year")
    ] = None,
    estimator: Annotated[
        str | None,
        typer.Option(
            "--estimator",
            help="ppml or ols (the default); with --data and no formula also tariffs, feenstra or aids",
        ),
    ] = None,
    vcov: Annotated[str | None, typer.Option("--vcov", help="iid, hetero or cluster")] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="column to cluster by; exporter^importer; or two with +")
    ] = None,
    factor: Annotated[
        str | None, typer.Option("--factor", help="small-sample rule: stata-ml, fixest, dummies or none")
    ] = None,
    weights: Annotated[str | None, typer.Option("--weights", help="column of weights")] = None,
    sample: Annotated[
        list[str] | None, typer.Option("--sample", help="rows to keep: 'exporter != importer'; repeatable")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="of an estimate without a formula: index=paasche; repeatable")
    ] = None,
    bootstrap: Annotated[int, typer.Option("--bootstrap", help="replications: clusters, or rows, drawn again")] = 0,
    jobs: Annotated[int, typer.Option("--jobs", help="processes of the bootstrap; 0 as many as pay")] = 0,
    seed: Annotated[int | None, typer.Option("--seed", help="for estimates that draw random numbers")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder for CSV, LaTeX, HTML and JSON")] = None,
    use: Annotated[str | None, typer.Option("--use", help="carry it over: elasticities.el-tur-origins.value")] = None,
    term: Annotated[str | None, typer.Option("--term", help="with --use: which coefficient")] = None,
    scale: Annotated[
        float | None, typer.Option("--scale", help="with --use: what it is multiplied by, as in -1")
    ] = None,
    scenario: ScenarioOption = "province_proposal",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Rerun an estimate: coefficients, what was left out and why, and expected against got.

    Your own panel, without a formula: --estimator tariffs reads year, exporter, importer, value, tariff; feenstra
    reads importer, exporter, year, value, quantity; aids reads year, exporter, value, quantity.
    """
    from contextlib import nullcontext

    from tariffs.cli.patience import told, waiting
    from tariffs.errors import BadQuestion
    from tariffs.evidence import everything, named
    from tariffs.evidence import regress as rerun

    if not name and not every and data is None and formula is None:
        _list(as_json)
        return
    changes = (formula, estimator, vcov, cluster, factor, weights, sample, option, bootstrap)
    if every and (name or data is not None or any(changes) or use):
        raise BadQuestion(N_("--all reruns every estimate as declared; leave the name and other changes out."))
    fits: list[Fit] = []
    with _told_on_stderr():
        if every:
            with told("estimates") as progress:
                for number, one in enumerate(everything(), start=1):
                    fits.append(rerun(one.name, seed=seed))
                    progress(number, len(everything()))
        else:
            # The first fit of a process compiles its engine for some seconds; a bootstrap has a bar of its own.
            waking = nullcontext() if bootstrap else waiting(words()(N_("Waking the estimation engine and fitting")))
            with waking, told("replications") as progress:
                fits = [
                    rerun(
                        name or "",
                        data=data,
                        formula=formula or "",
                        estimator=estimator or "",
                        vcov=vcov or "",
                        cluster=cluster or "",
                        factor=factor or "",
                        weights=weights or "",
                        sample=sample,
                        options=_options(option),
                        bootstrap=bootstrap,
                        seed=seed,
                        jobs=jobs,
                        progress=progress,
                    )
                ]
    if out is not None:
        _write(fits, out)
    carried = _carried(fits[0], named(name) if name else None, use, term, scale, scenario) if use else None
    if as_json:
        made = [fit.to_dict() | (carried or {}) for fit in fits]
        print_json(made if every else made[0])
    else:
        from tariffs.brief import evidence_terminal

        for fit in fits:
            evidence_terminal.fitted(console(), fit, words())
        if every:
            evidence_terminal.verdicts(console(), fits, words())
        if carried:
            evidence_terminal.carried(console(), carried, words())
    if not all(fit.correct for fit in fits):
        raise typer.Exit(1)


def _options(given: list[str] | None) -> dict[str, str]:
    from tariffs.errors import BadQuestion

    made: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name.strip() and equals):
            raise BadQuestion(
                N_("An option is written name=value, as in --option index=paasche; found '{text}'."), text=text
            )
        made[name.strip()] = value.strip()
    return made


def _list(as_json: bool) -> None:
    from tariffs.brief import evidence_terminal
    from tariffs.evidence import everything

    held = everything()
    if as_json:
        names = ("name", "title", "purpose", "kind", "data", "formula", "estimator", "source")
        print_json([{n: getattr(one, n) for n in names} | {"expected": len(one.expect)} for one in held])
    else:
        evidence_terminal.listed(console(), held, words())


def _write(fits: "list[Fit]", out: Path) -> None:
    from tariffs.evidence.write import to_folder

    for fit in fits:
        for path in to_folder(fit, out, fit.name or "estimate"):
            print(path, file=sys.stderr)


def _carried(
    fit: "Fit", asked: "Named | None", use: str, term: str | None, scale: float | None, scenario: str
) -> dict[str, object]:
    """The belief, and the question that holds it as a link and as a shell line."""
    from tariffs.evidence.carry import belief
    from tariffs.study import Question

    text = belief(fit, asked, use, term or "", scale)
    name, _, value = text.partition("=")
    question = Question(scenario).with_belief(name, value)
    return {"use": text, "link": f"?{question.query()}", "shell": question.shell()}


class _told_on_stderr:
    """Warnings of estimates as one line each on stderr."""

    def __enter__(self) -> None:
        import warnings

        self._held = warnings.catch_warnings(record=True)
        self._said = self._held.__enter__()
        warnings.simplefilter("always")

    def __exit__(self, *trouble: object) -> None:
        from tariffs.evidence import EvidenceWarning

        self._held.__exit__(None, None, None)
        t = words()
        for text in dict.fromkeys(str(w.message) for w in self._said or () if issubclass(w.category, EvidenceWarning)):
            print(t(N_("Note: {note}"), note=text), file=sys.stderr)
