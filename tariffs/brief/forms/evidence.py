"""The estimates behind the elasticities in use: ours, others', and the command that makes each again."""

import pandas as pd

from tariffs.brief import estimates, evidence_names
from tariffs.brief.forms.blocks import Cell, Grid, Row, Said, Section, of_row
from tariffs.brief.sheets.asked import Asked
from tariffs.market.elasticities import Elasticity
from tariffs.words import N_, Words, terms

ENDS = ("estimate", "standard_error", "low", "high")


def evidence(asked: Asked) -> Section:
    """Rows in use, what stands beside them, and our own runs as they must come out again."""
    t, study = asked.t, asked.study
    frame, mine, others = estimates.frame(study), estimates.in_use(study), estimates.beside(study)
    intro = N_(
        "What the answer's elasticities rest on. Each estimate stands with its standard error where one is on record; "
        "our own are shown as they must come out again, with the line that reruns them from their data."
    )
    beside = t(N_("Beside them: what others found, and what our own estimates give"))
    blocks = (
        Said(t(intro), "small"),
        _rows(frame.iloc[: len(mine)], mine, t(N_("In use")), t),
        _rows(frame.iloc[len(mine) :], others, beside, t),
        _own(asked),
    )
    return Section("evidence", t(N_("Evidence")), blocks)


def _rows(frame: pd.DataFrame, held: list[Elasticity], title: str, t: Words) -> Grid:
    rows = []
    for one, (number, row) in zip(held, frame.iterrows(), strict=True):
        figure = one.value
        cells = [of_row("estimates", number, row, end, lambda v: t.number(v, 2)) for end in ENDS]
        rows.append(
            Row(
                (
                    Cell(estimates.name(one, t), unit=one.key),
                    Cell(evidence_names.product(one.product, t), quiet=True),
                    *cells,
                    Cell(estimates.drawn_as(figure, t), quiet=True),
                    Cell(t(terms.STATUSES[str(figure.status)]), quiet=True),
                    Cell(figure.source or t(N_("chosen by the user")), quiet=True),
                )
            )
        )
    heads = (
        *(t(N_("Elasticity")), t(N_("Product")), t(N_("Estimate")), t(N_("Standard error"))),
        *(t(N_("Low")), t(N_("High")), t(N_("Drawn as")), t(N_("Standing")), t(N_("Source"))),
    )
    return Grid(heads, tuple(rows), (2, 3, 4, 5), title, small=True)


def _own(asked: Asked) -> Grid:
    t, rows, lines = asked.t, list[Row](), list(estimates.own())
    for line, after, (number, row) in zip(
        lines, [*lines[1:], None], estimates.own_frame(asked.study).iterrows(), strict=True
    ):
        one, main = line.of, line.main
        if main:
            rows.append(Row((Cell(f"python -m tariffs regress {one.name}"),), "code"))
        value = of_row("own_estimates", number, row, "value", lambda v: t.number(v, 3))
        rows.append(
            Row(
                (
                    Cell(line.term, quiet=True),
                    value if line.expected else Cell(t(N_("rerun")), quiet=True),
                    of_row("own_estimates", number, row, "standard_error", lambda v: t.number(v, 3)),
                    of_row("own_estimates", number, row, "observations", t.number) if main else Cell(""),
                    Cell(estimates.made_by(one, t) if main else "", quiet=True),
                    Cell(estimates.errors(one, t) if main else "", quiet=True),
                    Cell((one.data or one.source) if main else "", quiet=True),
                    Cell(", ".join(one.use.rows) if main and one.use else "", quiet=True),
                ),
                "strong" if main else "",
            )
        )
        if one.formula and (after is None or after.main):
            rows.append(Row((Cell(one.formula),), "code"))
    heads = (
        *(t(N_("Coefficient")), t(N_("Estimate")), t(N_("Standard error"))),
        *(t(N_("Observations")), t(N_("Estimator")), t(N_("Standard errors")), t(N_("Made on")), t(N_("May replace"))),
    )
    return Grid(heads, tuple(rows), (1, 2, 3), t(N_("Our own estimates, as they must come out again")), small=True)
