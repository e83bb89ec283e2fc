"""Every figure that entered, with its range; those that drive the live ladder are open to the reader."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Book, Page, Ref, absolute
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.naming import PRICE_GAP
from tariffs.brief.sheets.ways import SIDES, Way, figures
from tariffs.sources import Figure
from tariffs.study import Study
from tariffs.words import N_, Words, terms

WHAT, LOW, BEFORE, AFTER, HIGH, UNIT, STANDING, SOURCE, ROW, GAP, WAS_BEFORE, WAS_AFTER, EDITED = range(1, 14)
COLUMN = {"before": (BEFORE, WAS_BEFORE), "after": (AFTER, WAS_AFTER)}
HEAD = 5
STAGES = {
    "seller": N_("The seller's own rules and costs"),
    "road": N_("On the way"),
    "access": N_("Access wedges"),
}
# The most that a yellow cell takes, by the kind of its unit, and what is said of anything else.
LIMITS = {
    "fraction": (
        1.0,
        N_("A rate is a fraction between 0 and 1: five per cent is typed 5% or 0.05."),
    ),
    "usd_per_t": (
        10_000.0,
        N_("An amount in USD per tonne lies between 0 and 10,000."),
    ),
    "factor": (
        10.0,
        N_("A factor lies between 0 and 10; 1 leaves the value as it is."),
    ),
    "tonnes": (
        1e9,
        N_("Tonnes a year lie between 0 and 1,000 million."),
    ),
    "positive": (
        1_000.0,
        N_("An elasticity of supply or substitution lies above 0, up to 1,000."),
    ),
}
SIGNED = {
    "gap": (-10_000.0, 10_000.0, N_("A price difference lies between -10,000 and 10,000 USD per tonne.")),
    "negative": (-100.0, -0.001, N_("An elasticity of demand lies below 0, down to -100.")),
}


@dataclass(frozen=True)
class Inputs:
    """The yellow cells, by figure and side, and the cell that counts the edited ones."""

    refs: dict[tuple[Figure, str], Ref]
    edited: Ref

    def of(self, figure: Figure, when: str) -> Ref:
        return self.refs[figure, when]


def write(book: Book, page: Page, study: Study, every: list[Way], answers: dict[str, tuple[Figure, ...]]) -> Inputs:
    """Lay the sheet out and return its yellow cells; ``answers`` are the elasticities and capacities in use."""
    t = page.t
    page.widths([47, 9, 10, 10, 9, 15, 16, 47, 36, 2, 10, 10, 8])
    page.put_text(1, 1, t(N_("Assumptions")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "Yellow cells are open: type another figure and the whole workbook follows, the market's answer "
            "included. Where a figure is the same on both sides, “After” takes what “Before” says until you type "
            "over it. All other cells are locked, without a password, to prevent slips; that is no security "
            "measure. Low and high are the range that was drawn from."
        )
    )
    page.put_text(2, 1, intro, "small", across=9)
    names = [
        *(t(N_("Figure")), t(N_("Low")), t(N_("Before")), t(N_("After")), t(N_("High")), t(N_("Unit"))),
        *(t(N_("Standing")), t(N_("Source")), t(N_("Row in the data"))),
    ]
    page.section(4, t(N_("Inputs of the model")), ROW)
    page.heads(HEAD, names, (1, 2, 3, 4))
    backstage = (t(N_("Before, as solved")), t(N_("After, as solved")), t(N_("Edited")))
    for column, name in zip((WAS_BEFORE, WAS_AFTER, EDITED), backstage, strict=True):
        page.put_text(HEAD, column, name, "backstage")
    cells = _Cells(book, page, study)
    for title, held in _groups(every, page.t):
        cells.group(title, held)
    for title, served in answers.items():
        cells.group(t(ANSWERS[title]), {figure: ["before"] for figure in dict.fromkeys(served)})
    cells.close()
    page.put_text(4, WAS_AFTER, t(N_("edited:")), "backstage")
    total = f"=SUM({absolute(HEAD + 1, EDITED)}:{absolute(cells.row - 1, EDITED)})"
    edited = page.put_formula(4, EDITED, total, 0.0, "backstage_number|0")
    _others(page, study, {figure for figure, _ in cells.refs}, cells.row + 1)
    page.sheet.freeze_panes = f"B{HEAD + 1}"
    print_setup.apply(page, study, last_column=ROW, title_rows=(HEAD, HEAD))
    return Inputs(cells.refs, edited)


ANSWERS = {
    "supply": N_("How sellers respond: supply"),
    "capacity": N_("The most that sellers can make"),
    "demand": N_("How buyers respond: total demand"),
    "sigma_home": N_("How buyers choose between home goods and imports"),
    "sigma_import": N_("How buyers choose between origins"),
    "sigma_label": N_("How buyers choose between labels of one maker"),
}


class _Cells:
    """Writes the yellow cells one under another and remembers where each stands."""

    def __init__(self, book: Book, page: Page, study: Study) -> None:
        self.book, self.page, self.study = book, page, study
        self.row, self.taken = HEAD + 1, set[str]()
        self.refs: dict[tuple[Figure, str], Ref] = {}
        self.rules = {kind: _rule(page.t, 0.0, *limit) for kind, limit in LIMITS.items()}
        self.rules |= {kind: _rule(page.t, *limit) for kind, limit in SIGNED.items()}

    def group(self, title: str, held: dict[Figure, list[str]]) -> None:
        fresh = {figure: sides for figure, sides in held.items() if (figure, sides[0]) not in self.refs}
        if not fresh:
            return
        self.page.group(self.row, title, ROW)
        self.row += 1
        for figure, sides in fresh.items():
            self._figure(figure, sides)
            self.row += 1

    def _figure(self, figure: Figure, sides: list[str]) -> None:
        page, row = self.page, self.row
        slug = _slug(figure.key, sides, self.taken)
        _describe(page, row, figure, self.study)
        number_format = look.format_of(figure.unit)
        kept: list[str] = []
        start: Ref | None = None
        for when in SIDES:
            column, was = COLUMN[when]
            if when not in sides:
                page.put_text(row, column, "–", "quiet")
                continue
            central = figure.central or 0.0
            if start is None:
                cell = page.put_number(row, column, central, f"input|{number_format}")
                start = cell = self.book.define(f"in_{slug}_{when}", cell)
            else:
                cell = page.put_formula(row, column, f"={start.name}", central, f"linked|{number_format}")
                cell = self.book.define(f"in_{slug}_{when}", cell)
            original = page.put_number(row, was, central, "backstage_number|General")
            kept.append(f"ABS({cell.address}-{original.address})<=0.000000000001")
            self.rules[_kind(figure)].add(cell.here)
            self.refs[figure, when] = cell
        page.put_formula(row, EDITED, f"=IF(AND({','.join(kept)}),0,1)", 0.0, "backstage_number|0")

    def close(self) -> None:
        for rule in self.rules.values():
            if rule.sqref:
                self.page.sheet.add_data_validation(rule)


def _others(page: Page, study: Study, driving: set[Figure], row: int) -> None:
    """What else the model read: trade, prices, elasticities, the rivals' charges, the law of the baseline."""
    t = page.t
    page.sheet.row_breaks.append(Break(row - 1))
    page.section(row, t(N_("Everything else that entered the model")), ROW)
    row += 1  # the head of the sheet stays in view and on every page
    groups: dict[str, list[Figure]] = {}
    for figure in study.used:
        if figure not in driving:
            groups.setdefault(figure.key.partition(".")[0], []).append(figure)
    calibrated = study.world.baseline.figures
    sides = (("before", study.before), ("after", study.after))
    read = {when: {*calibrated, *(f for stack in side.stacks for f in stack.figures)} for when, side in sides}
    for table in dict.fromkeys((*TABLES, *groups)):
        if table in groups:
            page.group(row, t(TABLES[table]) if table in TABLES else table, ROW)
            row += 1
        for figure in groups.get(table, ()):
            _describe(page, row, figure, study)
            for when, (column, _) in COLUMN.items():
                if figure in read[when]:
                    page.put_number(row, column, figure.central, f"number|{look.format_of(figure.unit)}")
                else:
                    page.put_text(row, column, "–", "quiet")
            row += 1


TABLES = {
    "flows_baseline": N_("Trade and prices of the baseline year"),
    "flow_totals": N_("Reported totals and bounds"),
    "capacity": N_("Capacity"),
    "elasticities": N_("Elasticities"),
    "measures": N_("Importers' charges on other routes, and of the day the market was calibrated"),
    "exporter_measures": N_("The seller's rules of the day the market was calibrated"),
    "costs": N_("Costs on other routes"),
    "freight": N_("Freight on other routes"),
    "access_wedges": N_("Access wedges on other routes"),
    "shares": N_("Shares"),
}


def _describe(page: Page, row: int, figure: Figure, study: Study) -> None:
    t, number_format = page.t, look.format_of(figure.unit)
    page.put_text(row, WHAT, naming.figure(figure, study, t), "text")
    for column, end in ((LOW, figure.low), (HIGH, figure.high)):
        if figure.uncertain and end is not None:
            page.put_number(row, column, end, f"quiet|{number_format}")
        else:
            page.put_text(row, column, "–", "quiet")
    page.put_text(row, UNIT, naming.unit(figure.unit, t), "next")
    page.put_text(row, STANDING, t(terms.STATUSES[str(figure.status)]), "next")
    page.put_text(row, SOURCE, source_of(figure, study, t), "fine")
    page.put_text(row, ROW, figure.key, "fine")


def source_of(figure: Figure, study: Study, t: Words) -> str:
    """The title of a figure's source, and its id."""
    source = study.library.sources.get(figure.source)
    if source is not None:
        return t(N_("{title} [{id}]"), title=t(source.title), id=source.id)
    if figure.source == "user":
        return t(N_("chosen by the user"))
    return t(N_("worked out here")) if not figure.source else figure.source


def _groups(every: list[Way], t: Words) -> Iterator[tuple[str, dict[Figure, list[str]]]]:
    """Figures of the ladders under their headings, each with the sides that read it, in the order of the ladder."""
    importers = dict.fromkeys(way.importer for way in every)
    order = ("seller", "road", *(f"border {i}" for i in importers), "access")
    ours: dict[str, dict[Figure, list[str]]] = {stage: {} for stage in order}
    others: dict[str, dict[Figure, list[str]]] = {stage: {} for stage in order}
    seen: dict[Figure, list[str]] = {}
    for way in every:
        for when in SIDES:
            for stage, figure in figures(way, when):
                if figure not in seen:
                    (ours if way.in_focus else others)[stage][figure] = seen[figure] = []
                if when not in seen[figure]:
                    seen[figure].append(when)
    for sides in seen.values():
        sides.sort(key=SIDES.index)
    for stage, held in ours.items():
        yield _stage_name(stage, t), _rows_together(held)
    for stage, held in others.items():
        yield t(N_("Other routes. {stage}"), stage=_stage_name(stage, t)), _rows_together(held)


def _rows_together(found: dict[Figure, list[str]]) -> dict[Figure, list[str]]:
    """Figures of one row beside each other: what it says before, then what it says after."""
    places: dict[str, int] = {}
    for figure in found:
        places.setdefault(figure.key, len(places))
    return dict(sorted(found.items(), key=lambda item: places[item[0].key]))


def _stage_name(stage: str, t: Words) -> str:
    if stage in STAGES:
        return t(STAGES[stage])
    return t(N_("At the border of {importer}"), importer=t.place(stage.removeprefix("border ")))


def _slug(key: str, sides: list[str], taken: set[str]) -> str:
    """A name for a figure's cells, unlike all others: two figures of one row may stand on one side."""
    plain = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    number, slug = 2, plain
    while any(f"{slug}_{when}" in taken for when in sides):
        slug, number = f"{plain}_{number}", number + 1
    taken |= {f"{slug}_{when}" for when in sides}
    return slug


def _kind(figure: Figure) -> str:
    if figure.key.startswith("elasticities."):
        return "negative" if (figure.central or 0.0) < 0 else "positive"
    if figure.key.startswith(PRICE_GAP):
        return "gap"
    return "fraction" if figure.unit.startswith("fraction") else figure.unit if figure.unit in LIMITS else "usd_per_t"


def _rule(t: Words, least: float, most: float, message: str) -> DataValidation:
    rule = DataValidation(
        type="decimal", operator="between", formula1=f"{least:g}", formula2=f"{most:g}", allow_blank=False
    )
    rule.errorTitle, rule.error = t(N_("Not a figure this cell can take")), t(message)
    rule.showErrorMessage, rule.errorStyle = True, "stop"
    return rule
