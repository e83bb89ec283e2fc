"""The estimates behind the elasticities in use: ours, others', and the command that makes each again."""

from collections.abc import Iterable

from tariffs.brief import estimates, evidence_names, look, print_setup
from tariffs.brief.cells import Page
from tariffs.brief.sheets.assumptions import source_of
from tariffs.market.elasticities import Elasticity
from tariffs.study import Study
from tariffs.words import N_, terms

LAST = 10
TWO, THREE = "0.00", "0.000"  # no red: an elasticity below zero is no loss


def write(page: Page, study: Study) -> None:
    t = page.t
    page.widths([42, 17, 9, 9, 11, 9, 23, 12, 40, 22])
    page.put_text(1, 1, t(N_("Evidence")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "What the answer's elasticities rest on. Each estimate stands with its standard error where one is on "
            "record; our own are shown as they must come out again, with the line that reruns them from their data."
        )
    )
    page.put_text(2, 1, intro, "small", across=LAST)
    line = _table(page, study, t(N_("In use")), estimates.in_use(study), 4)
    title = t(N_("Beside them: what others found, and what our own estimates give"))
    line = _table(page, study, title, estimates.beside(study), line + 1)
    _own(page, line + 1)
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=LAST)


def _table(page: Page, study: Study, title: str, held: Iterable[Elasticity], row: int) -> int:
    t = page.t
    page.section(row, title, LAST)
    heads = [
        *(t(N_("Elasticity")), t(N_("Product")), t(N_("Estimate")), t(N_("Standard error"))),
        *(t(N_("Low")), t(N_("High")), t(N_("Drawn as")), t(N_("Standing")), t(N_("Source")), t(N_("Row in the data"))),
    ]
    page.heads(row + 1, heads, (2, 3, 4, 5))
    row += 2
    for one in held:
        figure = one.value
        page.put_text(row, 1, estimates.name(one, t), "text")
        page.put_text(row, 2, evidence_names.product(one.product, t), "fine")
        page.put_number(row, 3, figure.central, f"strong_number|{TWO}")
        _number(page, row, 4, estimates.error(figure))
        _number(page, row, 5, figure.low)
        _number(page, row, 6, figure.high)
        page.put_text(row, 7, estimates.drawn_as(figure, t), "fine")
        page.put_text(row, 8, t(terms.STATUSES[str(figure.status)]), "next")
        page.put_text(row, 9, source_of(figure, study, t), "fine")
        page.put_text(row, 10, figure.key, "fine")
        row += 1
    return row


def _own(page: Page, row: int) -> None:
    """Our own runs: what they must give, how they are made, and how to run them."""
    t = page.t
    page.section(row, t(N_("Our own estimates, as they must come out again")), LAST)
    heads = [
        *(t(N_("In a shell")), t(N_("Coefficient")), t(N_("Estimate")), t(N_("Standard error"))),
        *(t(N_("Observations")), t(N_("Estimator")), t(N_("Standard errors")), ""),
        *(t(N_("Made on")), t(N_("May replace"))),
    ]
    page.heads(row + 1, heads, (2, 3, 4))
    row += 2
    lines = list(estimates.own())
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        one, main = line.of, line.main
        page.put_text(row, 1, f"python -m tariffs regress {one.name}" if main else "", "fine")
        page.put_text(row, 2, line.term, "fine")
        if line.expected:
            page.put_number(row, 3, line.expected.value, f"{'strong_number' if main else 'number'}|{THREE}")
        else:
            page.put_text(row, 3, t(N_("rerun")), "quiet")
        _number(page, row, 4, line.expected.se if line.expected else None, THREE)
        if line.observations is not None:
            page.put_number(row, 5, line.observations, f"quiet|{look.TONNES}")
        else:
            page.put_text(row, 5, "–" if main else "", "quiet")
        page.put_text(row, 6, estimates.made_by(one, t) if main else "", "fine")
        page.put_text(row, 7, estimates.errors(one, t) if main else "", "fine", across=2)
        page.put_text(row, 9, (one.data or one.source) if main else "", "fine")
        page.put_text(row, 10, ", ".join(one.use.rows) if main and one.use else "", "fine")
        row += 1
        if one.formula and (after is None or after.main):
            page.put_text(row, 1, one.formula, "code", across=LAST)
            row += 1


def _number(page: Page, row: int, column: int, value: float | None, style: str = TWO) -> None:
    if value is None:
        page.put_text(row, column, "–", "quiet")
    else:
        page.put_number(row, column, value, f"quiet|{style}")
