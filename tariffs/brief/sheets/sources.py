"""Who told us, and what nobody has told us yet."""

from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import print_setup, tables
from tariffs.brief.cells import Page
from tariffs.brief.foreign import runs_on
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.study import Study
from tariffs.words import N_

WIDTHS = (22, 40, 24, 36, 13, 13, 12, 48)
LAST = len(WIDTHS)


def write(page: Page, study: Study, inputs: Inputs) -> None:
    t = page.t
    page.widths(WIDTHS)
    page.put_text(1, 1, t(N_("Sources")), "title")
    page.tall(1, 32)
    page.section(3, t(N_("Every source that a figure of this brief names")), LAST)
    names = [
        *(t(N_("Id")), t(N_("Title")), t(N_("Publisher")), t(N_("Where"))),
        *(t(N_("Published")), t(N_("Retrieved")), t(N_("Kind")), t(N_("Note"))),
    ]
    page.heads(4, names)
    row = 5
    named = {figure.source for figure, _ in inputs.refs} | {source.id for source in study.sources}
    for source in study.library.sources.values():
        if source.id in named:
            texts = (source.id, t(source.title), t(source.publisher), source.where)
            _row(page, row, (*texts, t.dated(source.published), t.dated(source.retrieved), t(source.kind), source.note))
            row += 1
    page.sheet.row_breaks.append(Break(row))
    row += 1
    page.section(row, t(N_("What nobody has told us yet, most important first")), LAST)
    heads = [
        *(t(N_("Unknown")), t(N_("What is missing")), t(N_("Why it matters")), t(N_("How to obtain it"))),
        *(t(N_("Priority")), "", "", t(N_("What stands in for it"))),
    ]
    page.heads(row + 1, heads)
    row += 2
    for line in tables.unknowns(study).to_dict("records"):
        texts = (line["key"], t(line["what"]), t(line["why_it_matters"]), t(line["how_to_obtain"]))
        _row(page, row, (*texts, f"{line['priority']}", "", "", t(line["placeholder"])))
        row += 1
    page.sheet.freeze_panes = "B2"
    print_setup.apply(page, study, last_column=LAST)


def _row(page: Page, row: int, texts: tuple[str, ...]) -> None:
    for column, text in enumerate(texts, start=1):
        foreign = page.t.rtl and column > 1 and runs_on(text) == "ltr" and any(map(str.isalpha, text))
        style = {1: "key", 2: "foreign_next" if foreign else "next"}.get(column, "foreign" if foreign else "fine")
        page.put_text(row, column, text, style)
