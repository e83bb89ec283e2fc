"""The exact model, solved in the sheet: Newton's method in the logs of the net-backs, before and after.

Both sides start from the market as it was calibrated, so that no cell rests on a figure that an edit
would make stale. Five steps close every bundled scenario, and duties from 0 to 100 %, to rounding.
"""

from dataclasses import dataclass

import numpy as np

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.calibrated import LAST, NAME, baseline
from tariffs.brief.sheets.newton import LEFT, NESTS, PRICES, SLOPES, Column, Table, step
from tariffs.brief.sheets.routes import Straight
from tariffs.brief.sheets.ways import SIDES, Way
from tariffs.sources import Array, Figure
from tariffs.study import Study
from tariffs.words import N_

STEPS = 5
ENOUGH = 1e-10  # largest difference of ln supply and ln sales that counts as solved


@dataclass(frozen=True)
class Solved:
    """One side of the market as the sheet solves it."""

    net_back: dict[str, Ref]  # by producer
    landed: dict[int, Ref]  # by lane
    tonnes: dict[int, Ref]
    index: dict[str, Ref]  # ln price index by importer
    sales: dict[str, Ref]
    left: Ref


@dataclass(frozen=True)
class Model:
    """Both sides, the baseline they start from, and the cells of each side's last step."""

    sides: dict[str, Solved]
    base: Table
    ends: dict[str, Table]


def answers_of(study: Study) -> dict[str, tuple[Figure, ...]]:
    """Elasticities and capacities in use: supply and capacity by producer, the others by importer."""
    from tariffs.market.build import responses

    baseline, library = study.world.baseline, study.library
    market = baseline.market
    held = responses(baseline.flows, market.producers, market.importers, library.elasticities, baseline.product)
    limits = {row.producer: row.tonnes for row in library.capacities.values()}
    return {"supply": held["supply"], "capacity": tuple(limits[p] for p in market.producers if p in limits), **held}


def write(
    page: Page, study: Study, every: list[Way], inputs: Inputs, answers: dict[str, tuple[Figure, ...]], lines: Straight
) -> Model:
    t = page.t
    page.widths([44, *[11] * (LAST - 1)])
    page.put_text(1, 1, t(N_("Model (live)")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "The market clears here, in cells: every producer sells what it makes. The sheet starts from the market "
            "as it was calibrated, takes the slope A and the constant B of each route from the sheet before, and "
            "makes five of Newton's steps in the logarithms of the net-backs, before and after. What is left of the "
            "equations stands beside the answer; it must be below 0.0000000001."
        )
    )
    page.put_text(2, 1, intro, "small", across=LAST)
    base, row = baseline(page, study, every, inputs, answers, lines)
    result_row = row
    tall = max(len(study.before.result.market.lanes), len(study.before.result.market.producers)) + 3
    row += tall * 1 + 2
    sides, ends = {}, {}
    for when in SIDES:
        page.section(row, t(N_("Before, step by step") if when == "before" else N_("After, step by step")), LAST)
        ground: dict[str, Column] = {**base.every, **{k: base[f"{k}_{when}"] for k in ("slope_of", "const_of", "live")}}
        log: tuple[str, Array] = ("0", np.zeros(len(base.value("number"))))
        row += 1
        for number in range(STEPS):
            _heads(page, row, number, last=False)
            done, log = step(page, ground, row + 1, log, last=False)
            ground, row = done.every, row + tall
        _heads(page, row, STEPS, last=True)
        done, _ = step(page, ground, row + 1, log, last=True)
        sides[when], ends[when] = _solved(page, study, done, row + 1), done
        row += tall
    _results(page, study, every, sides, result_row)
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=LAST, last_row=result_row + tall)  # the steps are for the screen
    return Model(sides, base, ends)


def _heads(page: Page, row: int, number: int, last: bool) -> None:
    t = page.t
    title = t(N_("The answer, and what is left")) if last else t(N_("Step {number}"), number=t.number(number + 1))
    page.put_text(row, NAME, title, "kicker")
    for place, (_, name, _) in enumerate((*PRICES, *NESTS, *(() if last else SLOPES)), start=2):
        page.put_text(row, place, t(name), "backstage")
    first = 2 + len(PRICES) + len(NESTS) + len(SLOPES) + 1
    for place, name in enumerate((N_("ln net-back"), N_("Net-back"), *(name for _, name, _ in LEFT))):
        page.put_text(row, first + place, t(name), "backstage")


def _solved(page: Page, study: Study, done: Table, row: int) -> Solved:
    market = study.world.baseline.market
    v = done.value
    value = float(np.abs(v("value")).max())
    left = page.put_formula(
        row, NAME, f"=MAX(MAX({done['value'].all}),-MIN({done['value'].all}))", value, "quiet|0.0E+00"
    )
    places = {name: int(np.flatnonzero(market.place == m)[0]) for m, name in enumerate(market.importers)}
    return Solved(
        net_back={name: done.ref("net_back", n) for n, name in enumerate(market.producers)},
        landed={n: done.ref("landed", n) for n in range(len(market.lanes))},
        tonnes={n: done.ref("q", n) for n in range(len(market.lanes))},
        index={name: done.ref("p3", n) for name, n in places.items()},
        sales={name: done.ref("sales", n) for n, name in enumerate(market.producers)},
        left=left,
    )


def _results(page: Page, study: Study, every: list[Way], sides: dict[str, Solved], row: int) -> None:
    """What the sheet found, in one table: net-backs and what is left; prices and tonnes of every route."""
    t, market = page.t, study.world.baseline.market
    heads = [
        *(N_("Solved"), N_("Landed before"), N_("Landed after"), N_("Tonnes before"), N_("Tonnes after")),
        *("", N_("Producer"), N_("Net-back before"), N_("Net-back after")),
    ]
    page.heads(row, [t(head) if head else "" for head in heads], (1, 2, 3, 4, 7, 8))
    for number, lane in enumerate(market.lanes):
        here = row + 1 + number
        page.put_text(here, 1, naming.way(lane.producer, lane.label, lane.importer, t), "text")
        for place, when in enumerate(SIDES):
            for column, refs, style in ((2, sides[when].landed, look.PRICE), (4, sides[when].tonnes, look.TONNES)):
                ref = refs[number]
                page.put_formula(here, column + place, f"={ref.here}", ref.value, f"number|{style}")
    for number, producer in enumerate(market.producers):
        page.put_text(row + 1 + number, 7, t.place(producer), "next")
        for place, when in enumerate(SIDES):
            ref = sides[when].net_back[producer]
            page.put_formula(row + 1 + number, 8 + place, f"={ref.here}", ref.value, f"number|{look.PRICE}")
    below = row + 1 + len(market.producers)
    page.put_text(below, 7, t(N_("What is left")), "total")
    for place, when in enumerate(SIDES):
        ref = sides[when].left
        page.put_formula(below, 8 + place, f"={ref.here}", ref.value, "total_number|0.0E+00")
