"""Run a named estimate, or one of your own: read the data, estimate, compare with what was published, stamp."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from tariffs.errors import N_, BadQuestion, TariffsError
from tariffs.evidence import methods, registry, tables
from tariffs.evidence.expression import evaluate
from tariffs.evidence.fit import Check, Fit, Stamp
from tariffs.evidence.registry import Named
from tariffs.progress import Progress, silent

BITUMEN = "271320"  # kept of official files that hold other products too
Data: TypeAlias = pd.DataFrame | Path | str | Sequence[Path] | None
PACKAGES = ("tariffs", "pyfixest", "statsmodels", "linearmodels", "numpy", "scipy", "pandas")


def regress(
    name: str = "",
    *,
    data: Data = None,
    formula: str = "",
    estimator: str = "",
    vcov: str = "",
    cluster: str = "",
    factor: str = "",
    weights: str = "",
    sample: Sequence[str] | None = None,
    derive: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    bootstrap: int = 0,
    seed: int | None = None,
    jobs: int = 0,
    progress: Progress = silent,
    folder: Path | None = None,
) -> Fit:
    """Rerun a named estimate, a variation of it, or a formula of your own on your own table.

    Parameters
    ----------
    name : of ``data/regressions/``; empty when ``data`` and ``formula`` are given.
    data : a table, or the path of a CSV or Parquet file, in place of the estimate's own. An estimator without a
        formula also reads official files of trade and duties, several at once.
    formula, estimator, vcov, cluster, factor, weights, sample, derive : in place of what the estimate declares.
        With ``data``, an estimator of :data:`tariffs.evidence.methods.METHODS` takes no formula.
    options : of an estimate that has no formula, such as ``{"index": "paasche"}``.
    bootstrap : replications; instead of errors by a formula, clusters (or rows) are drawn again.
    seed : for estimates that draw random numbers.
    jobs : processes of the bootstrap; 0 as many as pay.

    Raises
    ------
    BadQuestion, BadSample
        When there is no such estimate, or it cannot be made on this table.
    """
    asked = specified(
        name,
        folder,
        formula=formula,
        estimator=estimator,
        vcov=vcov,
        cluster=cluster,
        factor=factor,
        weights=weights,
        sample=sample,
        derive=derive,
        options=options,
        own_data=data is not None,
    )
    if bootstrap and asked.kind != "fixest":
        raise BadQuestion(N_("A bootstrap needs an estimate with a formula; the others say how their errors are made."))
    frame, where, digest = _table(asked, data, folder)
    if bootstrap:
        from tariffs.evidence import resample

        made = resample.bootstrap(
            derived(frame, asked.derive),
            asked.formula,
            asked.estimator,
            asked.cluster if asked.vcov == "cluster" else "",
            bootstrap,
            1 if seed is None else seed,
            jobs,
            progress,
            asked.weights,
            asked.sample,
        )
    elif asked.kind == "fixest":
        from tariffs.evidence.estimate import estimate

        made = estimate(
            derived(frame, asked.derive),
            asked.formula,
            asked.estimator,
            asked.vcov,
            asked.cluster,
            asked.factor,
            asked.weights,
            asked.sample,
        )
    else:
        made = methods.function(asked.kind)(frame, asked, **_options(asked, seed, progress))
    if bootstrap:
        asked = replace(asked, expect=())
    stamp = Stamp(where, digest, seed if seed is not None else made.stamp.seed, versions())
    told = replace(made, name=asked.name, title=asked.title, stamp=stamp)
    if asked.note and asked.note not in told.notes:
        told = replace(told, notes=(*told.notes, asked.note))
    return replace(told, checks=checks(told, asked))


def specified(name: str, folder: Path | None, own_data: bool, **given: Any) -> Named:
    """The declaration that a call asks for; what was published is only expected of the estimate as declared."""
    changed = {key: value for key, value in given.items() if value not in ("", None, {})}
    method = methods.METHODS.get(str(changed.get("estimator", "")))
    if name:
        asked = registry.named(name, folder)
        if method:
            raise BadQuestion(
                N_("{changed} takes a panel of your own. Give --data, and leave the name out."),
                changed=changed["estimator"],
            )
    elif method:
        return _own_panel(method, changed, own_data)
    elif own_data and given.get("formula"):
        cluster = given.get("cluster") or ""
        asked = Named("", "", "a formula of your own", "fixest", vcov="cluster" if cluster else "hetero")
    else:
        raise BadQuestion(
            N_(
                "Name an estimate (`regress` lists them), or give --data with a --formula, or with an "
                "--estimator of {held}."
            ),
            held=", ".join(methods.METHODS),
        )
    options = changed.pop("options", {})
    if asked.kind != "fixest":
        if changed or (own_data and not asked.data):
            says = (
                N_("{name} is worked out by a method of its own and takes no formula.")
                if asked.data
                else N_("{name} is worked out by a method of its own and takes neither data nor a formula.")
            )
            raise BadQuestion(says, name=asked.name)
        if options:
            changed["options"] = {**asked.options, **methods.as_given(asked.kind, options)}
    elif options:
        raise BadQuestion(N_("Options are for estimates without a formula. Write everything else into the formula."))
    if "cluster" in changed and "vcov" not in changed:
        changed["vcov"] = "cluster"
    if "sample" in changed:
        changed["sample"] = tuple(changed["sample"])
    for key, words in (("estimator", registry.ESTIMATORS), ("vcov", registry.VCOVS), ("factor", registry.FACTORS)):
        if key in changed and changed[key] not in words:
            raise BadQuestion(
                N_("{key} is one of {held}; found '{changed}'."),
                key=key,
                held=", ".join(words),
                changed=changed[key],
            )
    if own_data and "sample" not in changed and "formula" in changed:
        changed["sample"] = ()  # another table, another formula: our choice of rows says nothing about it
        changed.setdefault("derive", {})
    if changed or own_data:
        title = f"{asked.title} (changed)" if asked.title else ""
        asked = replace(asked, **changed, expect=(), use=asked.use if not own_data else None, title=title, note="")
    return asked


def derived(frame: pd.DataFrame, rules: Mapping[str, str]) -> pd.DataFrame:
    """The table with columns worked out from its own, in the order given."""
    if not rules:
        return frame
    wide = frame.copy(deep=False)
    for name, text in rules.items():
        values = evaluate(text, wide)
        wide[name] = values.astype(float) if values.dtype.kind == "b" else values
    return wide


def checks(fit: Fit, asked: Named) -> tuple[Check, ...]:
    """Every number on record beside ours."""
    made: list[Check] = []
    for wanted in asked.expect:
        if wanted.term in fit.params.index:
            got = float(fit.params[wanted.term])
            made.append(Check(wanted.term, "coefficient", wanted.value, got, wanted.tolerance))
            if wanted.se is not None:
                se = float(fit.bse[wanted.term])
                made.append(Check(wanted.term, "standard error", wanted.se, se, wanted.se_tolerance))
        else:
            held = {"nobs": float(fit.nobs), **fit.statistics}
            got = float(held.get(wanted.term, float("nan")))
            made.append(Check(wanted.term, "statistic", wanted.value, got, wanted.tolerance))
    return tuple(made)


def _table(asked: Named, data: Data, folder: Path | None) -> tuple[Any, str, str]:
    if isinstance(data, pd.DataFrame):
        return data, "a table of your own", tables.digest(data)
    if data is not None:
        files = [Path(data)] if isinstance(data, str | Path) else [Path(one) for one in data]
        if asked.estimator in methods.METHODS:
            return _flows(files)
        if len(files) > 1:
            raise BadQuestion(
                N_("A formula is estimated on one table. Join the files first: `load FILES --out F.csv`."),
            )
        frame, digest = tables.read(files[0])
        return frame, files[0].name, digest
    if not asked.data:
        return None, "", ""
    frame, digest = tables.bundled(asked.data, folder)
    return frame, asked.data, digest


def _flows(files: Sequence[Path]) -> tuple[pd.DataFrame, str, str]:
    """A panel of flows from files: in our columns as it stands, official ones read first."""
    frame, digest = pd.DataFrame(), ""
    if len(files) == 1 and files[0].name.lower().endswith(tables.KINDS):
        frame, digest = tables.read(files[0])
    if not {"year", "value"} <= set(frame.columns):
        from tariffs.evidence.own_flows import flows, only_bitumen

        try:
            held = only_bitumen(flows(files).frame, BITUMEN)
        except TariffsError:
            if frame.empty:
                raise
        else:  # an official file; else a table whose columns the options name
            frame, digest = held, tables.digest(held)
    return frame, ", ".join(one.name for one in files), digest


def _own_panel(method: methods.Method, changed: Mapping[str, Any], own_data: bool) -> Named:
    """A user's panel under an estimator without a formula."""
    if not own_data:
        raise BadQuestion(
            N_("{changed} needs a table of your own: --data with the columns {held}."),
            changed=changed["estimator"],
            held=", ".join(method.columns),
        )
    if idle := [key for key in changed if key not in ("estimator", "options")]:
        there = ", ".join(methods.choices(method.kind))
        raise BadQuestion(
            N_("{changed} takes no --{idle}. Its options are: {there}."),
            changed=changed["estimator"],
            idle=idle[0],
            there=there,
        )
    options = methods.as_given(method.kind, changed.get("options", {}))
    return Named("", method.title, method.title, method.kind, estimator=str(changed["estimator"]), options=options)


def _options(asked: Named, seed: int | None, progress: Progress) -> dict[str, Any]:
    import inspect

    takes = inspect.signature(methods.function(asked.kind)).parameters
    more: dict[str, Any] = {"progress": progress} if "progress" in takes else {}
    if seed is not None and "seed" in takes:
        more["seed"] = seed
    return {**asked.options, **more}


@lru_cache(maxsize=1)
def versions() -> Mapping[str, str]:
    """Of everything that the numbers depend on."""
    from importlib.metadata import PackageNotFoundError, version

    import tariffs

    held = {"tariffs": tariffs.__version__}
    for package in PACKAGES[1:]:
        try:
            held[package] = version(package)
        except PackageNotFoundError:
            continue
    return held
