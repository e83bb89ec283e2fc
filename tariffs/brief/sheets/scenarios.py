"""Several proposals side by side: what each changes in our rows, and what comes of it."""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, absolute
from tariffs.brief.sheets import naming, stale
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.results import Told
from tariffs.scenario import Edit
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, Words, terms

FIRST = 3  # column of the first proposal
OF_MARKET = ("landed_usd_per_t", "duty_usd_per_t", "rival_gap_usd_per_t", "tonnes", "share", "revenue_usd")
OF_EXPORTER = ("net_back_usd_per_t", "burden_fraction", "exports_to_buyers_tonnes", "exports_tonnes")
OF_SIDES = ("side_gain_usd",)


def write(page: Page, studies: Sequence[Study], told: Told, inputs: Inputs) -> None:
    """The first study is the one the workbook is live for; the others stand as the analyzer solved them."""
    t, first = page.t, studies[0]
    last = FIRST + 2 * len(studies) - 1
    page.widths([40, 16, *[15] * (2 * len(studies))])
    page.put_text(1, 1, t(N_("Scenarios")), "title")
    page.tall(1, 32)
    note = t(
        N_(
            "After each proposal, and the difference to the first. The first column follows your edits; the others "
            "are as the analyzer solved them."
        )
    )
    page.put_text(2, 1, note, "small", across=last)
    if len(studies) > 1:
        edited = stale.notice(page, 3, inputs, t(stale.DRAWN), last)
    for number, study in enumerate(studies):
        title = t(N_("{title}, {day}"), title=t(study.scenario.title), day=t.day(study.after.on))
        page.put_text(4, FIRST + 2 * number, title, "head", across=2)
    heads = [t(N_("Figure")), t(N_("Unit"))]
    for number in range(len(studies)):
        heads += [
            t(N_("After")),
            t(N_("Change against what it is compared with")) if not number else t(N_("Less first")),
        ]
    page.heads(5, heads, range(2, len(heads)))
    row = 6
    for place, names in (*((p, OF_MARKET) for p in first.importers), (first.exporter, OF_EXPORTER)):
        page.group(row, t.place(place), last)
        row += 1
        for name in names:
            _figure(page, studies, told, name, place, row)
            row += 1
    page.group(row, t(N_("Who gains, against what each is compared with")), last)
    row += 1
    for place in (first.exporter, *first.importers):
        for name in OF_SIDES:
            _gain(page, studies, told, name, place, row)
            row += 1
    page.sheet.row_breaks.append(Break(row))
    row = _changes(page, studies, row + 1, last)
    if len(studies) > 1:
        stale.fade(page, f"{get_column_letter(FIRST + 2)}6:{get_column_letter(last)}{row}", edited)
    page.sheet.freeze_panes = "C6"
    print_setup.apply(page, first, last_column=last, last_row=row, title_rows=(4, 5))


def _figure(page: Page, studies: Sequence[Study], told: Told, name: str, place: str, row: int) -> None:
    t, unit = page.t, studies[0].figures[Key(name, place, "change")].unit
    level, moved = (f"number|{look.format_of(unit, c)}" for c in (False, True))
    page.put_text(row, 1, t(terms.FIGURES[name]), "text")
    page.put_text(row, 2, naming.unit(unit, t), "fine")
    key, first = Key(name, place, "after"), None
    for number, study in enumerate(studies):
        column, value = FIRST + 2 * number, study.figures[key].central
        if not number and key in told.figures and value is not None:
            first = page.put_formula(row, column, f"={told.figures[key].seen_from(page.name)}", value, level)
        else:
            cell = page.put_number(row, column, value, level)
            first = first or (cell if value is not None else None)
        if not number:
            change = Key(name, place, "change")
            known = study.figures[change].central
            if change in told.figures and known is not None:
                page.put_formula(row, column + 1, f"={told.figures[change].seen_from(page.name)}", known, moved)
            else:
                page.put_number(row, column + 1, known, moved)
        elif value is None or first is None:
            page.put_text(row, column + 1, "–", "quiet")
        else:
            formula = f"={absolute(row, column)}-{first.address}"
            page.put_formula(row, column + 1, formula, value - first.value, moved)


def _gain(page: Page, studies: Sequence[Study], told: Told, name: str, place: str, row: int) -> None:
    t, key = page.t, Key(name, place, "change")
    unit, style = studies[0].figures[key].unit, f"number|{look.MILLIONS_CHANGE}"
    page.put_text(row, 1, t(N_("{figure}, {place}"), figure=t(terms.FIGURES[name]), place=t.place(place)), "text")
    page.put_text(row, 2, naming.unit(unit, t), "fine")
    for number, study in enumerate(studies):
        value = study.figures[key].central
        if not number and key in told.figures and value is not None:
            cell = told.figures[key]
            page.put_formula(row, FIRST, f"={cell.seen_from(page.name)}", cell.value, style)
        else:
            page.put_number(row, FIRST + 2 * number, value, style)
        page.put_text(row, FIRST + 2 * number + 1, "", "quiet")


def _changes(page: Page, studies: Sequence[Study], row: int, last: int) -> int:
    """Rows that a proposal changes, those that differ between proposals in bold."""
    page.section(row, page.t(N_("What each proposal changes")), last)
    names = naming.edits(studies, page.t)
    for name, values in edits_side_by_side(studies, page.t):
        row += 1
        page.put_text(row, 1, names.get(name, name), "strong" if len(set(values)) > 1 else "text", across=2)
        for number, value in enumerate(values):
            page.put_text(row, FIRST + 2 * number, value, "next", across=2)
    return row


def edits_side_by_side(studies: Sequence[Study], t: Words) -> list[tuple[str, list[str]]]:
    """Each row that a proposal changes, and what each makes of it; then the user's own changes."""
    held = [({edit.name: edit for edit in study.scenario.edits}, study) for study in studies]
    names = dict.fromkeys(name for edits, _ in held for name in edits)
    found = [
        (name, [_said(edits[name], study, t) if name in edits else "–" for edits, study in held]) for name in names
    ]
    if any(study.question.sets for study in studies):
        found.append((t(N_("Own changes")), ["; ".join(study.question.sets) or "–" for study in studies]))
    return found


def _said(edit: Edit, study: Study, t: Words) -> str:
    if edit.central is None:
        said = edit.text or ""
        return t(SETTINGS[said]) if said in SETTINGS else said or t(N_("open"))
    ends = (edit.central,) if edit.low == edit.high else (edit.low, edit.central, edit.high)
    return " / ".join(t.percent(end, 2) if naming.is_share(edit, study.library) else f"{end:g}" for end in ends)


SETTINGS: Mapping[str, str] = {**terms.CLASSES, "off": N_("not in force"), "baseline": N_("in force")}
