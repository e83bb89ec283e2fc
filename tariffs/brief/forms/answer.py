"""The first pages: an answer that survives being the only page read, then who gains, pictures, and what to mind."""

from collections.abc import Sequence

from tariffs.brief import charts, prose, tables
from tariffs.brief.forms import limits
from tariffs.brief.forms.blocks import (
    Block,
    Cell,
    Drawn,
    Grid,
    Points,
    Row,
    Said,
    Section,
    cell,
    figure_heads,
    figure_row,
    group,
)
from tariffs.brief.sheets.asked import Asked
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, Words, terms

OF_MARKET = ("landed_usd_per_t", "rival_gap_usd_per_t", "tonnes", "share", "revenue_usd")
OF_EXPORTER = ("net_back_usd_per_t", "exports_tonnes", "seller_treasury_usd")
FIGURES = (1, 2, 3, 4, 5)


def cover(studies: Sequence[Study], t: Words) -> Section:
    """What was asked, the answer with its range, the figures that decide, why, and what it stands on."""
    study = studies[0]
    told = prose.headline(study, t)
    blocks: list[Block] = [
        Said(one.text, "lead" if number == 0 else "then", t(terms.STATUSES[one.status]))
        for number, one in enumerate(told)
    ]
    rows: list[Row] = []
    for importer in study.importers:
        rows.append(group(t.place(importer)))
        rows += [figure_row(study, name, importer, t, name == "landed_usd_per_t") for name in OF_MARKET]
        rows.append(figure_row(study, "side_gain_usd", importer, t))
    rows.append(group(t.place(study.exporter)))
    rows += [figure_row(study, name, study.exporter, t, name == "net_back_usd_per_t") for name in OF_EXPORTER]
    rows.append(figure_row(study, "side_gain_usd", study.exporter, t))
    blocks.append(Grid(figure_heads(t), tuple(rows), FIGURES, t(N_("What changes"))))
    why = tuple(one.text for one in prose.reasons(study, t, labels_too=False))
    if why:
        blocks.append(Points(t(N_("Why")), why))
    return Section("cover", t(N_("The answer")), tuple(blocks))


def summary(studies: Sequence[Study], asked: Asked) -> Section:
    """Who gains and who pays, before and after in pictures, and what to keep in mind."""
    study, t = studies[0], asked.t
    told = tuple(one.text for one in prose.labels(study, t))
    blocks: list[Block] = [
        _gains(study, t),
        Drawn(t(N_("Landed price, Iranian label")), charts.prices(study, t), _dots(t)),
        Drawn(t(N_("Sold a year, all labels")), charts.volumes(study, t), _dots(t)),
        Drawn(t(N_("Who gains, who pays")), charts.gains(study, t), t(N_("Lines: 5 to 95 % of the draws."))),
    ]
    if told:
        blocks.append(Points(t(N_("New trade, and labels that only change")), told))
    blocks.append(limits.asks(asked))
    blocks.append(Points(t(N_("What to keep in mind")), tuple(prose.caveats(study, t))))
    return Section("summary", t(N_("Who gains, who pays")), tuple(blocks))


def _dots(t: Words) -> str:
    return t(N_("Hollow: before. Filled: after. Lines: 5 to 95 % of the draws."))


def _gains(study: Study, t: Words) -> Grid:
    heads = (t(N_("Million USD a year")), t(N_("Gain")), t(N_("Low, 5 %")), t(N_("High, 95 %")), t(N_("Standing")))
    frame, rows = tables.gains(study), list[Row]()
    for place in (study.exporter, *study.importers):
        rows.append(group(t.place(place)))
        for name in frame[frame["place"] == place]["figure"]:
            key = Key(str(name), place, "change")
            ends = (cell(study, key, t, end) for end in ("central", "low", "high"))
            standing = Cell(t(terms.STATUSES[str(study.figures[key].status)]), quiet=True)
            row = (Cell(t(terms.FIGURES[key.name])), *ends, standing)
            rows.append(Row(row, "strong" if name == "side_gain_usd" else ""))
    return Grid(heads, tuple(rows), (1, 2, 3))
