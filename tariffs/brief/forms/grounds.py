"""What the answer stands on: figures that entered, sources, open questions, checks, and how to ask it again."""

from collections.abc import Sequence

from tariffs.brief import tables
from tariffs.brief.forms.blocks import Block, Cell, Grid, Points, Row, Said, Section, own_words, texts
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.about import LIMITS
from tariffs.sources import Figure
from tariffs.study import Study
from tariffs.words import N_, Words, terms

TIGHT = 1e-9  # relative: what counts as nothing left over
PER_CENT = ("fraction", "fraction_of_fob", "fraction_of_price")


def assumptions(studies: Sequence[Study], t: Words) -> Section:
    """Every figure that entered, its range and who told us."""
    study, rows = studies[0], list[Row]()
    for figure in study.used:
        low, central, high = (_number(figure, end, t) for end in ("low", "central", "high"))
        own = figure.source not in study.library.sources
        source = t(N_("chosen by the user")) if own else figure.source
        name = Cell(naming.figure(figure, study, t), unit=naming.unit(figure.unit, t))
        status = Cell(t(terms.STATUSES[str(figure.status)]), quiet=True)
        rows.append(Row((name, low, central, high, status, Cell(source, quiet=True))))
    heads = (
        *(t(N_("Figure")), t(N_("Low")), t(N_("Central")), t(N_("High")), t(N_("Standing"))),
        t(N_("Source")),
    )
    return Section("assumptions", t(N_("Assumptions")), (Grid(heads, tuple(rows), (1, 2, 3), small=True),))


def _number(figure: Figure, end: str, t: Words) -> Cell:
    value = getattr(figure, end)
    quiet = end != "central"
    if value is None:
        return Cell("–", quiet=True)
    of = f"{figure.key} {end}"
    if figure.unit in PER_CENT:
        return Cell(t.percent(value, 2), value, of, quiet)
    digits = 0 if figure.unit in ("t", "tonnes") else 1 if figure.unit in ("usd_per_t", "USD/t") else 3
    return Cell(t.number(value, digits), value, of, quiet)


def sources(studies: Sequence[Study], t: Words) -> Section:
    """Who told us, and what nobody has told us yet."""
    study = studies[0]
    told = []
    for s in study.sources:
        days = (t.dated(s.published), t.dated(s.retrieved))
        told_by = (own_words(text, t) for text in (s.title, s.publisher, s.where))
        told.append(Row((Cell(s.id, quiet=True), *told_by, *texts(*days))))
    heads = (
        *(t(N_("Id")), t(N_("Title")), t(N_("Publisher"))),
        *(t(N_("Where")), t(N_("Published")), t(N_("Retrieved"))),
    )
    open_ = [
        Row(texts(f"{row['priority']}", t(row["what"]), t(row["why_it_matters"]), t(row["how_to_obtain"])))
        for row in tables.unknowns(study).to_dict("records")
    ]
    asked = (t(N_("Priority")), t(N_("What is missing")), t(N_("Why it matters")), t(N_("How to obtain it")))
    blocks: tuple[Block, ...] = (
        Grid(heads, tuple(told), (), t(N_("Every source that a figure of this brief names")), small=True),
        Grid(asked, tuple(open_), (), t(N_("What nobody has told us yet, most important first")), small=True),
    )
    return Section("sources", t(N_("Sources")), blocks)


def checks(studies: Sequence[Study], t: Words) -> Section:
    """What the analyzer holds its own answer against, and what is left over."""
    rows = []
    for study in studies:
        residual = float(max(study.before.result.residual[0], study.after.result.residual[0]))
        found = [
            (t(N_("Every producer sells what it makes")), residual),
            (t(N_("What buyers spend is what somebody keeps")), study.unbalanced),
        ]
        for name, left in found:
            verdict = t(N_("OK")) if abs(left) <= TIGHT else t(N_("FAIL"))
            rows.append(Row((Cell(name), Cell(t(study.scenario.title)), Cell(f"{left:.1e}", left), Cell(verdict))))
        if study.share_closed is not None:
            closed = Cell(t.percent(study.share_closed), study.share_closed)
            said = t(N_("Draws in which the market cleared"))
            rows.append(Row((Cell(said), Cell(t(study.scenario.title)), closed, Cell("–", quiet=True))))
    heads = (t(N_("Check")), t(N_("Proposal")), t(N_("Left over, relative")), t(N_("Result")))
    return Section("checks", t(N_("Checks")), (Grid(heads, tuple(rows), (2,)),))


def about(studies: Sequence[Study], t: Words, again: str) -> Section:
    """How to get the same numbers again, and where the model stops being good."""
    study = studies[0]
    stamp = study.stamp
    said = [
        (t(N_("Proposal")), t(N_("“{title}” on {day}"), title=t(study.scenario.title), day=t.day(study.after.on))),
        (
            t(N_("Compared with")),
            t(N_("“{title}” on {day}"), title=t(study.compared.title), day=t.day(study.before.on)),
        ),
        (t(N_("Own changes")), "; ".join(study.question.sets)),
        (t(N_("Own beliefs")), "; ".join(study.question.beliefs)),
        (t(N_("Standing of the proposal")), t(terms.STATUSES[study.scenario.status])),
        (t(N_("Data")), t(N_("{digest}: the first letters of the SHA-256 of data/"), digest=stamp["data"])),
        (t(N_("Version")), str(stamp["version"])),
        (t(N_("Model")), str(stamp["model"])),
        (
            t(N_("Draws")),
            t(
                N_("{draws} over all ranges at once, seed {seed}"),
                draws=t.number(float(stamp["draws"])),
                seed=stamp["seed"],
            ),
        ),
        (t(N_("As a link's query")), f"?{stamp['question']}"),
    ]
    rows = tuple(Row(texts(name, text)) for name, text in said if text)
    standings = tuple(Row(texts(t(name), t(terms.STATUS_MEANINGS[s]))) for s, name in terms.STATUSES.items())
    blocks: tuple[Block, ...] = (
        Grid(("", ""), rows, (), t(N_("To get the same numbers again"))),
        Said(again, "code"),
        Points(t(N_("Where the model stops being good")), tuple(t(limit) for limit in LIMITS[:3])),
        Grid(("", ""), standings, (), t(N_("How firmly a figure stands"))),
    )
    return Section("about", t(N_("About this brief")), blocks)
