"""The one page that survives being the only page read."""

from tariffs.brief import look, print_setup, prose, tables
from tariffs.brief.cells import Page
from tariffs.brief.sheets import naming
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


def write(page: Page, study: Study) -> None:
    t = page.t
    page.widths([33, 17, 10, 10, 10.5, 10.5, 10.5, 12, 2, 32, 10, 10, 10])
    page.put_text(1, 1, t(study.scenario.title), "title", across=LAST)
    page.tall(1, 32)
    page.put_text(2, 1, prose.answer(study, t), "body", across=LAST)
    row = max(_changes(page, study, 4), _gains(page, study, 4)) + 1
    row = _said(page, row, t(N_("Why")), [told.text for told in prose.reasons(study, t)])
    row = _said(page, row, t(N_("What to keep in mind")), prose.caveats(study, t))
    print_setup.apply(page, study, last_column=LAST, last_row=row, one_page=True)


def _changes(page: Page, study: Study, row: int) -> int:
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
            _figure(page, study, name, place, row)
            row += 1
    return row


def _figure(page: Page, study: Study, name: str, place: str, row: int) -> None:
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
            page.put_number(row, column, figure.central, level)
    if change.central is None:
        page.put_text(row, 5, "–", "quiet")
    else:
        page.put_number(row, 5, change.central, moved)
    for column, value in ((6, change.low), (7, change.high)):
        if value is None:
            page.put_text(row, column, "–", "quiet")
        else:
            page.put_number(row, column, value, moved)
    page.put_text(row, 8, t(terms.STATUSES[str(change.status)]), "fine")


def _refused(study: Study, place: str, side: object) -> bool:
    stacks = getattr(side, "stacks", ())
    return any(s.prohibited and s.producer == s.label == study.exporter and s.importer == place for s in stacks)


def _gains(page: Page, study: Study, row: int) -> int:
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
