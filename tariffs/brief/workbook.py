"""The Excel brief: the answer on paper, with the ladder of prices as live formulas.

The same question gives the same bytes: no clock is read, and every formula carries its value.
"""

from collections.abc import Sequence
from pathlib import Path

from tariffs import __version__
from tariffs.brief.cells import Book, clean
from tariffs.brief.order import chosen, shell
from tariffs.brief.seal import seal
from tariffs.brief.sheets import (
    about,
    accounts,
    approximate,
    assumptions,
    checks,
    cover,
    doubt,
    evidence,
    landed,
    limits,
    model,
    results,
    routes,
    scenarios,
    seller,
    sources,
    summary,
)
from tariffs.brief.sheets.asked import Asked
from tariffs.brief.sheets.figures import Formulas
from tariffs.brief.sheets.ways import ways
from tariffs.errors import BadQuestion
from tariffs.progress import Progress, silent
from tariffs.study import Study
from tariffs.whole import place_for, replaced
from tariffs.words import N_, Words

SHEETS = {
    "cover": (N_("Cover"), ""),
    "summary": (N_("Summary"), N_("What changes, who gains and who pays, why, and what to keep in mind: one page")),
    "assumptions": (
        N_("Assumptions"),
        N_("Every figure that entered, its range and source; yellow cells are yours to change"),
    ),
    "landed": (
        N_("Landed cost"),
        N_("From the plant's net-back to the buyer's price, before and after: live formulas"),
    ),
    "seller": (N_("Seller's side"), N_("What the exporter's own rules take and give back, down to the plant: live")),
    "scenarios": (N_("Scenarios"), N_("Proposals side by side, and what each changes")),
    "results": (N_("Results"), N_("Routes, rivals, where the money goes, and every figure with its range")),
    "routes": (N_("Routes (live)"), N_("The two numbers that every route comes down to: live formulas")),
    "model": (N_("Model (live)"), N_("The market solved in cells, before and after: live formulas")),
    "accounts": (N_("Money (live)"), N_("Who keeps what of a tonne on each route: live formulas")),
    "others": (N_("Other models (live)"), N_("SMART and GSIM beside the exact model, in closed form: live formulas")),
    "limits": (N_("Limits"), N_("How far a duty may go, how the market answers it (live), and where both sides gain")),
    "workings": (N_("Limits (live)"), N_("The market at every duty of the sheet of limits: live formulas")),
    "doubt": (N_("Doubt"), N_("How wide the figures are, what they hang on, and what it would take to know more")),
    "evidence": (N_("Evidence"), N_("The estimates behind the elasticities, and how to run them again")),
    "sources": (N_("Sources"), N_("Who told us, and what nobody has told us yet")),
    "checks": (N_("Checks"), N_("The analyzer's own values beside those of this workbook")),
    "about": (N_("About"), N_("How to get the same numbers again, limits of the model, colours and standings")),
}
EXACT = "armington"
ONE_MODEL = N_(
    "The workbook solves the exact model in its cells, so it cannot be of {model}. Ask without a model: GSIM and SMART "
    "stand beside the exact model on a sheet of their own. Or write it as brief.html or brief.zip."
)
SECTIONS = tuple(name for name in SHEETS if name not in ("cover", "about"))  # those two are always shown


def write(
    study: Study, path: Path, lang: str = "en", others: Sequence[Study] = (), sections: Sequence[str] = ()
) -> Path:
    """Write the brief and return where it is; see ``to_bytes`` for what is asked, ``whole`` for what can go wrong."""
    path = place_for(Path(path), "brief.xlsx")
    made = to_bytes(study, lang, others, sections)
    with replaced(path) as file:
        file.write(made)
    return path


def to_bytes(
    study: Study,
    lang: str = "en",
    others: Sequence[Study] = (),
    sections: Sequence[str] = (),
    asked: Asked | None = None,
    told: Progress = silent,
) -> bytes:
    """The brief as the bytes of an XLSX file.

    ``others`` are proposals laid beside the study, on the same draws. Sheets that are not among ``sections`` are
    hidden, not left out: the figures of those that are shown come from them. None named means all. ``asked`` are
    the study's limits where they are known already; ``told`` hears how far they are worked out.

    Raises
    ------
    BadQuestion
        When one of the sections is no sheet of the workbook, or the study is of another model than the exact one.
    """
    if study.question.model != EXACT:
        raise BadQuestion(ONE_MODEL, model=study.question.model)
    t, shown = Words(lang), {"cover", "about", *chosen(sections, SECTIONS)}
    asked = (asked or Asked(study, t)).worked_out(told)
    book = Book(t)
    pages = {key: book.page(t(title)) for key, (title, _) in SHEETS.items()}
    every = ways(study)
    answers = model.answers_of(study)
    inputs = assumptions.write(book, pages["assumptions"], study, every, answers)
    lines = routes.write(pages["routes"], study, every, inputs)
    solved = model.write(pages["model"], study, every, inputs, answers, lines)
    books = accounts.write(pages["accounts"], study, every, lines, solved)
    formulas = Formulas(pages["results"], study, books, lines, solved)
    figures = results.write(pages["results"], study, solved, formulas, inputs)
    seller.write(pages["seller"], study, every, lines, solved, books)
    scenarios.write(pages["scenarios"], (study, *others), figures, inputs)
    ladders = landed.write(pages["landed"], study, every, inputs, figures, solved)
    bounds = limits.write(
        pages["limits"], pages["workings"], study, every, inputs, lines, books, solved, figures, asked
    )
    beside = approximate.write(pages["others"], study, solved)
    more = [*beside.checks, *bounds.checks]
    verdicts = checks.write(pages["checks"], study, every, inputs, figures, ladders, solved, more)
    summary.write(pages["summary"], study, inputs, figures, bounds.asks)
    doubt.write(pages["doubt"], (study, *others), asked, inputs)
    evidence.write(pages["evidence"], study)
    sources.write(pages["sources"], study, inputs)
    about.write(pages["about"], study, shell((study, *others), lang, sections, "brief.xlsx"))
    index = [(pages[key].name, t(what)) for key, (_, what) in SHEETS.items() if what and key in shown]
    hidden = [page.name for key, page in pages.items() if key not in shown]
    cover.write(pages["cover"], study, verdicts, index, inputs, figures, hidden)
    for name in hidden:
        book.workbook[name].sheet_state = "hidden"
    workbook = book.workbook
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.title = clean(t(study.scenario.title), t)
    workbook.properties.creator = f"tariffs {__version__}"
    return seal(book, study.after.on)
