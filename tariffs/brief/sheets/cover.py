"""The answer, what was asked, what it stands on, and where everything is."""

from tariffs.brief import print_setup, prose, reasons
from tariffs.brief.cells import Page
from tariffs.brief.sheets import sentences, stale
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.checks import Verdicts
from tariffs.brief.sheets.results import Told
from tariffs.study import Study
from tariffs.words import N_, Words, terms

LAST = 3


def write(
    page: Page,
    study: Study,
    verdicts: Verdicts,
    index: list[tuple[str, str]],
    inputs: Inputs,
    figures: Told,
    hidden: list[str],
) -> None:
    t = page.t
    page.widths([26, 96, 18])
    page.put_text(
        1, 1, t(N_("Iranian bitumen (HS 2713.20): what a change in tariffs and rules would do")), "kicker", across=LAST
    )
    page.put_text(2, 1, t(study.scenario.title), "title", across=LAST)
    described = t(study.scenario.description)
    page.put_text(3, 1, described, "subtitle", across=LAST)
    page.section(5, t(N_("The answer")), LAST)
    row = 6
    formulas = sentences.live(page, study, inputs, figures)
    headline, bottom = prose.headline(study, t), reasons.who_pays(study, t)
    for number, told in enumerate([*headline, bottom] if bottom else headline):
        style = "lead" if number else "lead_first"
        if told is bottom:  # as asked: it goes once an input is edited
            stale.put(page, row, inputs, told.text, "", style, 2)
        elif number < len(formulas):
            page.put_saying(row, 1, sentences.edited(page, inputs, told.text, formulas[number]), told.text, style, 2)
        else:
            page.put_text(row, 1, told.text, style, across=2)
        page.roomy(row, 6)
        page.put_text(row, 3, t(terms.STATUSES[told.status]), "tag")
        row += 1
    if formulas:
        page.put_saying(row, 1, *sentences.note(page, inputs), "small", LAST)
        row += 1
    standing = _standing(study, t)
    page.put_text(row, 1, standing, "small", across=LAST)
    row = _asked(page, study, verdicts, row + 2)
    row = _index(page, index, hidden, row + 1)
    print_setup.apply(page, study, last_column=LAST, last_row=row, one_page=True)


def _asked(page: Page, study: Study, verdicts: Verdicts, row: int) -> int:
    t, stamp = page.t, study.stamp
    page.section(row, t(N_("What was asked, and what it stands on")), LAST)
    compared = t(N_("“{title}” on {day}"), title=t(study.compared.title), day=t.day(study.before.on))
    said = [
        (t(N_("Proposal")), t(N_("“{title}” on {day}"), title=t(study.scenario.title), day=t.day(study.after.on))),
        (t(N_("Compared with")), compared),
        (t(N_("Own changes")), "; ".join(study.question.sets)),
        (t(N_("Own beliefs")), "; ".join(study.question.beliefs)),
        (t(N_("Standing of the proposal")), t(terms.STATUSES[study.scenario.status])),
        (
            t(N_("Stamp")),
            t(
                N_("data {data}, version {version}, model {model}, {draws} draws, seed {seed}"),
                **{**stamp, "draws": t.number(float(stamp["draws"]))},
            ),
        ),
        (t(N_("Ask it again")), str(stamp["shell"])),
    ]
    for name, text in said:
        if text:
            row += 1
            page.put_text(row, 1, name, "label")
            page.put_text(row, 2, text, "next", across=2)
    row += 1
    page.put_text(row, 1, t(N_("Checks")), "label")
    page.put_formula(row, 2, f"={verdicts.cell}", _cached(page, verdicts), "verdict_big")
    verdicts.colour(page, f"B{row}")
    page.tall(row, 20)
    return row + 1


def _index(page: Page, index: list[tuple[str, str]], hidden: list[str], row: int) -> int:
    t = page.t
    page.section(row, t(N_("In this workbook")), LAST)
    for name, what in index:
        row += 1
        page.put_link(row, 1, name, name)
        page.put_text(row, 2, what, "next", across=2)
    if hidden:
        row += 1
        page.put_text(row, 1, t(N_("Hidden")), "label")
        message = N_("{sheets}: not chosen for this brief, but the figures rest on them. Anybody can unhide them.")
        page.put_text(row, 2, t(message, sheets=t.listed(hidden)), "next", across=2)
    row += 1
    page.put_text(row, 1, t(N_("Yellow cell, blue figure")), "sample")
    page.put_text(
        row, 2, t(N_("an input that you may change; every other cell is locked, without a password")), "next", across=2
    )
    return row


def _cached(page: Page, verdicts: Verdicts) -> str:
    sheet, _, address = verdicts.cell.rpartition("!")
    name = sheet[1:-1].replace("''", "'")
    return str(page.book.values[name][address.replace("$", "")])


def _standing(study: Study, t: Words) -> str:
    """What the words beside the sentences mean, for those that are there."""
    used = dict.fromkeys(told.status for told in prose.headline(study, t))
    meanings = [
        t(N_("{standing}: {meaning}"), standing=t(terms.STATUSES[s]), meaning=t(terms.STATUS_MEANINGS[s])) for s in used
    ]
    return t(
        N_("A sentence stands as firmly as the weakest figure behind it. {meanings}."), meanings="; ".join(meanings)
    )
