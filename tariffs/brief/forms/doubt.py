"""How sure: every headline figure over the draws, what the answer hangs on, and how a duty fans out."""

from collections.abc import Iterator, Sequence
from functools import partial

from tariffs.brief import doubt_charts, how_far
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
    of_proposal,
    of_row,
    shown,
)
from tariffs.brief.leaning import figure_name, matters_most, quantile_heads, range_value, ranged_changes
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.asked import Asked, Fan
from tariffs.brief.sheets.doubt import ROWS
from tariffs.doubt import Sensitivity, sensitivity
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, terms

ALSO = (("landed_usd_per_t", "change"), ("tonnes", "change"))  # drawn as well, of each market
ENDS = ("central", "low", "lower_quartile", "median", "upper_quartile", "high")
QUANTILES = ("low", "lower_quartile", "median", "upper_quartile", "high")
NOTHING = N_(
    "Nothing was drawn for this brief, so there are no ranges to show: every figure stands at the central value of "
    "what it rests on. Ask again with draws; two thousand take a second."
)


def doubt(studies: Sequence[Study], asked: Asked) -> Section:
    """What matters most, how wide the figures are, each range alone at its ends, and the fan over a duty.

    Proposals beside the first follow it, as in the workbook.
    """
    t = asked.t
    if asked.sensitivity is None:
        return Section("doubt", t(N_("Doubt")), (Said(t(NOTHING)),))
    blocks, rows = list(_told(asked, asked.sensitivity)), len(how_far.swings(asked))
    for other in studies[1:]:
        beside = Asked(other, t)
        if beside.sensitivity is not None:
            blocks += _beside(beside, beside.sensitivity, rows)
            rows += len(how_far.swings(beside))
    return Section("doubt", t(N_("Doubt")), tuple(blocks))


def _told(asked: Asked, found: Sensitivity) -> Iterator[Block]:
    study, t = asked.study, asked.t
    yield Said(matters_most(found, t), "lead")
    yield _ranges(asked)
    yield from _hangs_on(asked, found)
    for place in study.importers:
        for name, when in ALSO:
            alone = sensitivity(study, name, place, when, 0, t=t).tornado
            yield Drawn(figure_name(Key(name, place, when), t), doubt_charts.tornado(alone, t, ROWS))
    for number, fan in enumerate(asked.fans):
        yield from _fan(asked, fan, number)


def _beside(asked: Asked, found: Sensitivity, first: int) -> Iterator[Block]:
    """The doubts of a proposal beside the first; ``first`` is the number of its first row among all swings."""
    t = asked.t
    title = t(N_("What matters most: “{title}”"), title=t(asked.study.scenario.title))
    yield Points(title, (matters_most(found, t),))
    yield _ranges(asked, beside=True)
    yield from _hangs_on(asked, found, first)


def _ranges(asked: Asked, beside: bool = False) -> Grid:
    study, t, rows = asked.study, asked.t, list[Row]()
    for key, figure in ranged_changes(study):
        cells = [cell(study, key, t, end) for end in (*ENDS, "share_positive")]
        if beside:
            cells = [of_proposal(one, study) for one in cells]
        standing = Cell(t(terms.STATUSES[str(figure.status)]), quiet=True)
        rows.append(Row((Cell(figure_name(key, t), unit=naming.unit(figure.unit, t)), *cells, standing)))
    heads = (
        *(t(N_("Figure")), t(N_("Central")), *quantile_heads(t)),
        *(t(N_("Above zero, share of draws")), t(N_("Standing"))),
    )
    title = t(N_("How wide each figure is: the change, over the draws"))
    return Grid(heads, tuple(rows), tuple(range(1, 8)), title, small=True)


def _hangs_on(asked: Asked, found: Sensitivity, first: int = 0) -> Iterator[Block]:
    """The widest swings of the exporter's sales, in bars and in figures, numbered from ``first`` on."""
    t, tornado, rows = asked.t, found.tornado, list[Row]()
    name = figure_name(tornado.figure, t)
    yield Drawn(t(N_("What it hangs on: {figure}"), figure=name), doubt_charts.tornado(tornado, t, ROWS))
    frame = how_far.swings(asked)
    for place, row in frame.dropna(subset=["at_low", "at_high"]).head(ROWS).iterrows():
        number = first + int(str(place))
        own = partial(range_value, unit=str(row["unit"]), t=t)
        cells = [of_row("swings", number, row, end, own) for end in ("low", "high")]
        cells += [of_row("swings", number, row, end, lambda v: shown(v, tornado.unit, t, True))
                  for end in ("at_low", "at_high")]  # fmt: skip
        rows.append(Row((Cell(str(row["says"])), *cells, Cell(str(row["lever"]), quiet=True))))
    heads = (
        *(t(N_("Each range alone at its ends")), t(N_("Low")), t(N_("High"))),
        *(t(N_("Figure at low")), t(N_("Figure at high")), t(N_("Moved by"))),
    )
    yield Grid(heads, tuple(rows), (1, 2, 3, 4), name, small=True)


def _fan(asked: Asked, fan: Fan, number: int) -> Iterator[Block]:
    t, name = asked.t, figure_name(fan.key, asked.t)
    title = t(N_("{figure}, by the duty: median and ranges"), figure=name)
    note = t(N_("Over the duty: {lever}"), lever=t(terms.LEVERS[fan.lever]))
    yield Drawn(title, doubt_charts.over_duty(fan, t), note)
    frame, rows = how_far.fans(asked), list[Row]()
    first = len(fan.duties) * number
    for place, row in frame.iloc[first : first + len(fan.duties)].iterrows():
        cells = [of_row("fans", place, row, end, lambda v: shown(v, "t", t)) for end in QUANTILES]
        rows.append(Row((of_row("fans", place, row, "duty", t.percent), *cells)))
    heads = (t(N_("Duty")), *quantile_heads(t))
    yield Grid(heads, tuple(rows), tuple(range(6)), name, small=True)
