"""The one page that survives being the only page read."""

from collections.abc import Sequence

from tariffs.brief import look, own_files, print_setup, prose, tables
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming, sentences, stale
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.results import Told
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, terms

MARKET = (
    "landed_usd_per_t",
    "duty_usd_per_t",
    "wedge_usd_per_t",
    "rival_gap_usd_per_t",
    "tonnes",
    "share",
    "revenue_usd",
)
HOME = ("net_back_usd_per_t", "burden_fraction", "exports_to_buyers_tonnes", "exports_tonnes", "seller_treasury_usd")
LEFT, RIGHT = 8, 10  # last column of the left table, first of the right one
LAST = 13


def write(page: Page, study: Study, inputs: Inputs, told: Told, asks: Sequence[tuple[Ref, str]]) -> None:
    """``asks`` are the sentences of the sheet of limits that say what to ask for and what to offer."""
    t = page.t
    page.widths([34, 18, 10, 10, 11, 11.5, 11.5, 15.5, 2, 33, 10, 11.5, 11.5])
    page.put_text(1, 1, t(study.scenario.title), "title", across=LAST)
    page.tall(1, 32)
    _answer(page, study, inputs, told)
    edited = stale.notice(page, 3, inputs, t(stale.DRAWN), LAST)
    row = max(_changes(page, study, told, 4), _gains(page, study, told, 4)) + 1
    for columns in ("F6:G", "L6:M"):
        stale.fade(page, f"{columns}{row}", edited)
    if asks:
        page.section(row, t(N_("What to ask for, what to offer")), LAST)
        for cell, text in asks:
            row += 1
            page.put_saying(row, 1, f"={cell.seen_from(page.name)}", text, "body", LAST)
        row += 2
    why = row
    row = _said(page, row, t(N_("Why")), [told.text for told in prose.reasons(study, t)])
    if row > why:
        stale.fade(page, f"A{why + 1}:M{row - 1}", edited)
    row = _said(page, row, t(N_("What to keep in mind")), [*own_files.headline(study, t), *prose.caveats(study, t)])
    print_setup.apply(page, study, last_column=LAST, last_row=row, one_page=True)


def _answer(page: Page, study: Study, inputs: Inputs, told: Told) -> None:
    """The headline; its live sentences first, then those that stay."""
    said = [sentence.text for sentence in prose.headline(study, page.t)]
    formulas = sentences.live(page, study, inputs, told)
    whole = " ".join(said)
    if not formulas:
        page.put_text(2, 1, whole, "lead", across=LAST)
        return
    spaced = '&" "&'.join(formulas)
    page.put_saying(2, 1, sentences.edited(page, inputs, whole, spaced), whole, "lead", LAST)


def _changes(page: Page, study: Study, told: Told, row: int) -> int:
    t = page.t
    page.section(row, t(N_("What changes")), LEFT)
    names = [
        *(t(N_("Figure")), t(N_("Unit")), t(N_("Before")), t(N_("After")), t(N_("Change"))),
        *(t(N_("Low, 5 %")), t(N_("High, 95 %")), t(N_("Standing"))),
    ]
    page.heads(row + 1, names, (2, 3, 4, 5, 6))
    row += 2
    for place, figures in [(importer, MARKET) for importer in study.importers] + [(study.exporter, HOME)]:
        page.group(row, t.place(place), LEFT)
        row += 1
        for name in figures:
            _figure(page, study, told, name, place, row)
            row += 1
    return row


def _figure(page: Page, study: Study, told: Told, name: str, place: str, row: int) -> None:
    t = page.t
    before, after, change = (study.figures[Key(name, place, when)] for when in ("before", "after", "change"))
    main = name in ("landed_usd_per_t", "net_back_usd_per_t")
    level = f"{'strong_number' if main else 'number'}|{look.format_of(change.unit)}"
    moved = f"{'strong_number' if main else 'number'}|{look.format_of(change.unit, True)}"
    page.put_text(row, 1, t(terms.FIGURES[name]), "strong" if main else "text")
    page.put_text(row, 2, naming.unit(change.unit, t), "fine")
    closed = {"before": study.before, "after": study.after}
    for column, (when, figure) in enumerate((("before", before), ("after", after)), start=3):
        if figure.central is None and _refused(study, place, closed[when]):
            page.put_text(row, column, t(N_("refused")), "quiet")
        else:
            _linked(page, row, column, told, Key(name, place, when), figure.central, level)
    if change.central is None:
        page.put_text(row, 5, "–", "quiet")
    else:
        _linked(page, row, 5, told, Key(name, place, "change"), change.central, moved)
    for column, value in ((6, change.low), (7, change.high)):
        if value is None:
            page.put_text(row, column, "–", "quiet")
        else:
            page.put_number(row, column, value, moved)
    page.put_text(row, 8, t(terms.STATUSES[str(change.status)]), "fine")


def _linked(page: Page, row: int, column: int, told: Told, key: Key, value: float | None, style: str) -> None:
    """A figure from the sheet of results, where it is a formula there; else as solved."""
    if key in told.figures and value is not None:
        cell = told.figures[key]
        page.put_formula(row, column, f"={cell.seen_from(page.name)}", cell.value, style)
    else:
        page.put_number(row, column, value, style)


def _refused(study: Study, place: str, side: object) -> bool:
    stacks = getattr(side, "stacks", ())
    return any(s.prohibited and s.producer == s.label == study.exporter and s.importer == place for s in stacks)


def _gains(page: Page, study: Study, told: Told, row: int) -> int:
    t = page.t
    page.section(row, t(N_("Who gains, who pays")), LAST, RIGHT)
    names = [t(N_("Million USD a year")), t(N_("Gain")), t(N_("Low, 5 %")), t(N_("High, 95 %"))]
    page.heads(row + 1, names, (1, 2, 3), RIGHT)
    row += 2
    frame = tables.gains(study)
    for place in (study.exporter, *study.importers):
        page.group(row, t.place(place), LAST, RIGHT)
        row += 1
        for line in frame[frame["place"] == place].to_dict("records"):
            whole = line["figure"] == "side_gain_usd"
            number = f"{'strong_number' if whole else 'number'}|{look.MILLIONS_CHANGE}"
            page.put_text(row, RIGHT, t(terms.FIGURES[line["figure"]]), "strong" if whole else "text")
            for column, name in enumerate(("central", "low", "high"), start=RIGHT + 1):
                if line[name] is None or line[name] != line[name]:
                    page.put_text(row, column, "–", "quiet")
                elif name == "central":
                    _linked(page, row, column, told, Key(line["figure"], place, "change"), line[name], number)
                else:
                    page.put_number(row, column, line[name], number)
            row += 1
    return row


def _said(page: Page, row: int, title: str, sentences: list[str]) -> int:
    if not sentences:
        return row
    page.section(row, title, LAST)
    for sentence in sentences:
        row += 1
        page.put_text(row, 1, f"•  {sentence}", "body", across=LAST)
    return row + 2
