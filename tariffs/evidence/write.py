"""An estimate as CSV, LaTeX, HTML and JSON: the same numbers in each, with all that was left out and why."""

import csv
import io
import json
import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from tariffs.errors import N_, NotWritten, system_says
from tariffs.evidence.fit import Fit
from tariffs.whole import replaced

KINDS = ("csv", "tex", "html", "json")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take the text for a formula


def as_dict(fit: Fit) -> dict[str, object]:
    """Everything, for JSON; a number that is missing or infinite is ``None``."""
    rows = fit.to_frame().to_dict("records")
    return {
        "name": fit.name,
        "title": fit.title,
        "estimator": fit.estimator,
        "formula": fit.formula,
        "standard_errors": fit.errors,
        "small_sample_factor": {"value": fit.factor, "rule": fit.factor_name},
        "degrees_of_freedom": fit.df,
        "observations": fit.nobs,
        "dropped": dict(fit.dropped),
        "converged": fit.converged,
        "statistics": {name: _finite(value) for name, value in fit.statistics.items()},
        "coefficients": [{key: _finite(value) for key, value in row.items()} for row in rows],
        "covariance": [[_finite(value) for value in row] for row in fit.vcov.to_numpy().tolist()],
        "expected": [
            {
                "term": c.term, "what": c.what, "expected": c.expected, "got": _finite(c.got),
                "deviation": _finite(c.deviation), "tolerance": c.tolerance, "pass": c.ok,
            }
            for c in fit.checks
        ],
        "tables": {title: json.loads(t.to_json(orient="records")) for title, t in fit.tables.items()},
        "notes": list(fit.notes),
        "stamp": {
            "data": fit.stamp.data, "digest": fit.stamp.digest, "seed": fit.stamp.seed,
            "versions": dict(fit.stamp.versions),
        },
    }  # fmt: skip


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_csv(fit: Fit) -> str:
    """Coefficients, then facts as ``fact`` rows: columns ``part, name, estimate, se, t, p, low, high, text``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("part", "name", "estimate", "se", "t", "p", "low", "high", "text"))
    for term, *numbers in fit.to_frame().to_numpy(dtype=object).tolist():
        writer.writerow(("coefficient", _plain(str(term)), *(f"{float(x):.10g}" for x in numbers), ""))
    for name, text in fit.facts().items():
        writer.writerow(("fact", name, *[""] * 6, _plain(text)))
    for check in fit.checks:
        told = f"expected {check.expected:g}, got {check.got:.7g}, tolerance {check.tolerance:g}"
        verdict = "PASS" if check.ok else "FAIL"
        writer.writerow(("expected", _plain(f"{check.term} {check.what}"), *[""] * 6, f"{verdict}: {told}"))
    for note in fit.notes:
        writer.writerow(("note", "", *[""] * 6, _plain(note)))
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}",
}  # fmt: skip


def latex(text: str) -> str:
    """A text that LaTeX sets as it stands."""
    return "".join(LATEX.get(sign, sign) for sign in text)


def as_latex(fits: Sequence[Fit]) -> str:
    """Specifications side by side: estimates over standard errors in brackets, then what they were made of."""
    terms = list(dict.fromkeys(str(t) for fit in fits for t in fit.params.index))
    lines = [rf"\begin{{tabular}}{{l{'c' * len(fits)}}}", r"\hline"]
    lines.append(" & ".join(["", *(f"({at})" for at in range(1, len(fits) + 1))]) + r" \\")
    lines.append(" & ".join(["", *(latex(fit.estimator) for fit in fits)]) + r" \\ \hline")
    for term in terms:
        cells = [
            (f"{fit.params[term]:.3f}", f"({fit.bse[term]:.3f})") if term in fit.params else ("", "") for fit in fits
        ]
        lines.append(" & ".join([latex(term), *(c[0].replace("-", "$-$") for c in cells)]) + r" \\")
        lines.append(" & ".join(["", *(c[1] for c in cells)]) + r" \\")
    lines.append(r"\hline")
    facts = [fit.facts() for fit in fits]
    for fact in list(dict.fromkeys(name for held in facts for name in held if name not in ("estimator", "versions"))):
        lines.append(" & ".join([latex(fact), *(latex(held.get(fact, "")) for held in facts)]) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}", ""])


def as_html(fit: Fit) -> str:
    """One page that stands by itself."""
    title = escape(fit.title or fit.name or fit.formula)
    checks = "".join(
        f"<tr><td>{escape(c.term)}</td><td>{c.what}</td><td>{c.expected:g}</td><td>{c.got:.6g}</td>"
        f"<td>{c.deviation:+.2g}</td><td>{'PASS' if c.ok else 'FAIL'}</td></tr>"
        for c in fit.checks
    )
    head = "<tr><th>term</th><th>what</th><th>expected</th><th>got</th><th>deviation</th><th></th></tr>"
    tables = "".join(f"<h5>{escape(t)}</h5>{x.to_html(index=False, border=0)}" for t, x in fit.tables.items())
    style = "body{font:16px/1.5 system-ui;margin:2rem;max-width:60rem}td,th{padding:.2rem .8rem;text-align:left}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f"<body>{fit._repr_html_()}{f'<table>{head}{checks}</table>' if checks else ''}{tables}</body></html>\n"
    )


def as_json(fit: Fit) -> str:
    """Everything, as text."""
    return json.dumps(as_dict(fit), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_folder(fit: Fit, folder: Path, name: str) -> tuple[Path, ...]:
    """Write all four kinds.

    Raises
    ------
    NotWritten
        When the folder cannot be written to.
    """
    texts = {
        "csv": as_csv(fit),
        "tex": as_latex((fit,)),
        "html": as_html(fit),
        "json": as_json(fit),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise NotWritten(
            N_("'{folder}' cannot be written to ({strerror}). Give another --out."),
            folder=str(folder),
            strerror=system_says(trouble),
        ) from None
    made = []
    for kind in KINDS:
        path = folder / f"{name}.{kind}"
        with replaced(path) as file:
            file.write(texts[kind].encode())
        made.append(path)
    return tuple(made)
