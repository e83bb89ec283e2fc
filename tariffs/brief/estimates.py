"""The estimates behind an answer's elasticities, whatever form the brief takes: ours, others', and how each is made."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from tariffs.brief.sheets import naming
from tariffs.brief.sheets.model import answers_of
from tariffs.evidence import Named, everything
from tariffs.evidence.registry import Expect
from tariffs.market.elasticities import Elasticity
from tariffs.sources import Figure
from tariffs.study import Study
from tariffs.uncertainty.shapes import drawn
from tariffs.words import N_, Words

NORMAL = re.compile(r"normal\((-?[\d.]+); ?([\d.]+)\)")
KINDS: Mapping[str, str] = {
    "inverse_export_supply": N_("Inverse export supply, {place}"),
    "price_transmission": N_("From crude oil to bitumen, {place}"),
    "pass_through": N_("Pass-through of a duty, {place}"),
}
# Shapes that ranges are drawn from; the longer of two that begin alike stands first.
SHAPES: Mapping[str, str] = {
    "triangular on log of the absolute value": N_("triangular on the log of its size"),
    "triangular on log": N_("triangular on the log"),
    "triangular": N_("triangular"),
    "loguniform": N_("even on the log"),
    "lognormal on": N_("log-normal within"),
    "lognormal": N_("log-normal"),
    "normal": N_("normal"),
    "pert": "PERT",
}
NUMBERED = ("lognormal on", "lognormal", "normal")
METHODS: Mapping[str, str] = {"ppml": "PPML", "ols": "OLS"}
ERRORS: Mapping[str, str] = {
    "cluster": N_("by cluster: {groups}"),
    "hetero": N_("robust to unequal variance"),
    "iid": N_("as if alike and independent"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One number of an estimate of our own; ``main`` is the one that may replace an elasticity."""

    of: Named
    term: str
    main: bool
    expected: Expect | None  # nothing where no number is on record that it must come out at
    observations: float | None  # said once, beside the main one


def in_use(study: Study) -> list[Elasticity]:
    """Rows that the model reads, in the order of the brief."""
    used = {figure.key for served in answers_of(study).values() for figure in served}
    return _in_order([row for row in study.library.elasticities.rows.values() if row.value.key in used])


def beside(study: Study) -> list[Elasticity]:
    """Rows of other products, kept to compare with."""
    used, product = {row.key for row in in_use(study)}, study.library.baseline.product
    rows = study.library.elasticities.rows.values()
    return _in_order([row for row in rows if row.key not in used and row.product != product])


def own() -> Iterator[Line]:
    """Every number that our own estimates must come out at, the one of use first."""
    for one in everything():
        if one.use is None:
            continue
        given = {e.term: e for e in one.expect}
        nobs = given.pop("nobs", None)
        wanted = [given.pop(one.use.term)] if one.use.term in given else []
        for number, expected in enumerate([*wanted, *given.values()] or [None]):
            main = number == 0
            term = expected.term if expected else one.use.term
            yield Line(one, term, main, expected, nobs.value if nobs and main else None)


def name(one: Elasticity, t: Words) -> str:
    said = {**KINDS, **naming.ELASTICITIES}.get(one.kind)
    return t(said, place=t.place(one.place)) if said else one.kind


def error(figure: Figure) -> float | None:
    """The standard error that a figure is drawn from; a spread that somebody assumed is none."""
    found = NORMAL.fullmatch(figure.distribution)
    return float(found[2]) if found else None


def drawn_as(figure: Figure, t: Words) -> str:
    """How a figure is drawn, in words; the numbers of a shape stay as the data write them."""
    if not drawn(figure):
        return t(N_("not drawn"))
    name = next((one for one in SHAPES if figure.distribution.startswith(one)), "")
    numbers = figure.distribution.removeprefix(name).strip() if name in NUMBERED else ""
    said = t(SHAPES[name]) if name else figure.distribution
    return t(N_("{shape} {numbers}"), shape=said, numbers=t.isolated(numbers)) if numbers else said


def made_by(one: Named, t: Words) -> str:
    return METHODS[one.estimator] if one.kind == "fixest" else t(N_("own method"))


def errors(one: Named, t: Words) -> str:
    return t(ERRORS[one.vcov], groups=one.cluster) if one.kind == "fixest" else t(N_("own method"))


def frame(study: Study) -> pd.DataFrame:
    """Elasticities in use, then those beside them."""
    held = [*((row, True) for row in in_use(study)), *((row, False) for row in beside(study))]
    rows = [
        {
            "key": row.value.key, "kind": row.kind, "place": row.place, "product": row.product, "in_use": used,
            "estimate": row.value.central, "standard_error": error(row.value), "low": row.value.low,
            "high": row.value.high, "drawn_as": row.value.distribution, "status": str(row.value.status),
            "source": row.value.source,
        }
        for row, used in held
    ]  # fmt: skip
    return pd.DataFrame(rows)


def own_frame(study: Study) -> pd.DataFrame:
    """Our own estimates as they must come out again; the same for every study."""
    rows = [
        {
            "estimate": line.of.name, "term": line.term, "main": line.main,
            "value": line.expected.value if line.expected else None,
            "standard_error": line.expected.se if line.expected else None, "observations": line.observations,
            "estimator": line.of.estimator if line.of.kind == "fixest" else line.of.kind,
            "errors": line.of.vcov if line.of.kind == "fixest" else "", "clusters": line.of.cluster,
            "formula": line.of.formula, "made_on": line.of.data or line.of.source,
            "may_replace": ";".join(line.of.use.rows) if line.of.use else "",
            "shell": f"python -m tariffs regress {line.of.name}",
        }
        for line in own()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _in_order(rows: list[Elasticity]) -> list[Elasticity]:
    known = [*naming.ELASTICITIES, *KINDS]
    return sorted(rows, key=lambda e: (known.index(e.kind) if e.kind in known else len(known), e.place, e.key))
