"""Over the buyer's duty and the seller's support: where both sides gain, and what a payment would add.

A side's gain is what the study counts for it (``study/figures.py``), against the world before the change,
which is what each side falls back on when nothing is agreed. The Nash point maximises the product of both gains
where both are above zero.

.. math:: \\max_{d, s}\\; G_B(d, s)\\, G_S(d, s), \\quad G_B, G_S > 0

With a payment *T* from one side to the other only the sum counts: every cell with :math:`G_B + G_S > 0` can be
made acceptable to both, by any *T* between what the loser lacks and what the winner has.

References
----------
Nash (1950), Econometrica 18(2), 155-162.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from tariffs.errors import N_, BadQuestion
from tariffs.limits.breakeven import inside
from tariffs.limits.heatmap import Axis, usual
from tariffs.limits.reach import Cells, Reach
from tariffs.market.market import Mask
from tariffs.progress import Progress, silent
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, Study
from tariffs.study.figures import Key
from tariffs.uncertainty import Estimate, estimate

BUYERS = ("buyers_gain_usd", "home_producers_gain_usd", "revenue_usd")
SELLERS = ("producers_gain_usd", "seller_treasury_usd", "currency_halls_usd", "feedstock_sellers_gain_usd")
WHOLE = "side_gain_usd"
SUPPORT = "irn.award"
ZOOMS, CLOSER = 8, 11  # rounds and cells a side in which the best point is closed in on
UNBEATEN = 2  # rounds after which a corner of the map is taken for the best point
LITTLE = 1.0  # USD a year: a gain below it is rounding
# Both sides' gains to what a point is worth; missing where it does not count.
Worth: TypeAlias = Callable[[Array, Array], Array]
COARSE = 11  # settings of each lever when every draw is mapped


@dataclass(frozen=True)
class Point:
    """One pair of settings, and what it is worth to everyone, USD a year."""

    duty: float
    support: float
    buyer: Estimate
    seller: Estimate
    parties: Mapping[tuple[str, str], Estimate]  # by figure and place

    @property
    def joint(self) -> float:
        return float((self.buyer.central or 0.0) + (self.seller.central or 0.0))


@dataclass(frozen=True, slots=True)
class Payment:
    """What makes the best point for both together acceptable to both."""

    payer: str  # place
    taker: str
    smallest: float  # USD a year; the taker is just made whole
    largest: float  # the payer just keeps nothing


@dataclass(frozen=True)
class Agreement:
    """Gains over (support, duty), (Y, X) USD a year each; missing where the market did not close."""

    study: Study
    importer: str
    duty: Axis
    support: Axis
    buyer: Array
    seller: Array
    closed: Mask
    nash: Point | None  # none when the zone is empty
    best: Point | None  # of the largest sum; none when nothing closed
    payment: Payment | None  # at the best point; none when the sum is not above zero or nobody needs one
    draws: int
    share: float | None  # of the draws in which the zone is not empty; missing when nothing was drawn
    share_joint: float | None  # of the draws in which some point has a sum above zero

    @property
    def zone(self) -> Mask:
        """(Y, X) where both gain."""
        return self._above(self.buyer) & self._above(self.seller)

    @property
    def payable(self) -> Mask:
        """(Y, X) where the two together gain, so that a payment can make both gain."""
        return self._above(self.buyer + self.seller)

    @cached_property
    def area(self) -> tuple[float, float]:
        """Share of the closed cells in the zone, and in what a payment would make of it."""
        count = max(1, int(self.closed.sum()))
        return float(self.zone.sum()) / count, float((self.payable | self.zone).sum()) / count

    @property
    def losers(self) -> tuple[str, ...]:
        """Sides that gain nowhere on the map."""
        sides = ((self.importer, self.buyer), (self.study.exporter, self.seller))
        return tuple(place for place, gain in sides if not self._above(gain).any())

    def _above(self, gain: Array) -> Mask:
        with np.errstate(invalid="ignore"):
            return self.closed & (gain > LITTLE)


def agreement(
    library: Library,
    question: Question,
    importer: str,
    duty: str | None = None,
    support: str = SUPPORT,
    duty_between: tuple[float, float] | None = None,
    support_between: tuple[float, float] | None = None,
    size: int | tuple[int, int] = 101,
    told: Progress = silent,
) -> Agreement:
    """Map both sides' gains, find the zone, its Nash point, and the point best for both together.

    ``size`` is the number of settings of each lever: one for both, or of the duty and of the support. With draws, every
    draw is mapped on a coarser grid, and the parties' gains carry their ranges.

    Raises
    ------
    BadQuestion
        When the importer is not in focus, or a stretch does not lie inside what a lever takes.
    """
    if importer not in library.baseline.importers:
        raise BadQuestion(
            N_("'{importer}' is not a market in focus. They are: {importers}."),
            importer=importer,
            importers=", ".join(library.baseline.importers),
        )
    names = [duty or f"{importer.lower()}.duty", support]
    reach = Reach.of(library, replace(question, draws=0), names)
    sizes = (size, size) if isinstance(size, int) else size
    stretches = ((duty_between, sizes[0]), (support_between, sizes[1]))
    axes = tuple(_axis(reach, number, between, count) for number, (between, count) in enumerate(stretches))
    x, y = (np.array(axis.values, dtype=float) for axis in axes)
    across, up = np.meshgrid(x, y)
    cells = reach.at(across.ravel(), up.ravel())
    buyer, seller = (gain.reshape(across.shape) for gain in _gains(cells, importer))
    closed = cells.closed.reshape(across.shape)
    nash, best = _sharpest(reach, importer, x, y, buyer, seller, (nash_product, lambda b, s: b + s))
    wide, share, share_joint = reach, None, None
    if question.draws:
        wide = Reach.of(library, question, names)
        share, share_joint = _over_draws(wide, importer, x, y, told)
    best_point = _point(wide, importer, best) if best else None
    return Agreement(
        reach.study,
        importer,
        axes[0],
        axes[1],
        buyer,
        seller,
        closed,
        _point(wide, importer, nash) if nash else None,
        best_point,
        _payment(best_point, importer, reach.study.exporter) if best_point else None,
        question.draws,
        share,
        share_joint,
    )


def nash_product(buyer: Array, seller: Array) -> Array:
    """The product of both gains where both are above zero; missing elsewhere."""
    with np.errstate(invalid="ignore"):
        return np.where((buyer > LITTLE) & (seller > LITTLE), buyer * seller, np.nan)


def _axis(reach: Reach, number: int, between: tuple[float, float] | None, size: int) -> Axis:
    span, present, today = reach.spans[number], reach.present[number], reach.today[number]
    low, high = usual(span, present, today) if between is None else inside(span, between)
    settings = np.linspace(low, high, size)
    return Axis(span, tuple(float(v) for v in settings), present, today)


def _gains(cells: Cells, importer: str) -> tuple[Array, Array]:
    """(C,) gain of the buyer's and of the seller's side."""
    return cells.number(Key(WHOLE, importer, "change")), cells.number(Key(WHOLE, cells.study.exporter, "change"))


def _sharpest(
    reach: Reach, importer: str, x: Array, y: Array, buyer: Array, seller: Array, worths: Sequence[Worth]
) -> list[tuple[float, float] | None]:
    """The point of largest worth, by each way to count it: the best cell of the map, then ever finer maps around it."""
    steps = (float(x[1] - x[0]), float(y[1] - y[0]))
    found: list[tuple[float, float, float] | None] = []
    for worth in worths:
        value = worth(buyer, seller)
        if np.isfinite(value).any():
            row, column = np.unravel_index(int(np.nanargmax(value)), value.shape)
            found.append((float(x[column]), float(y[row]), float(value[row, column])))
        else:
            found.append(None)
    going = {number: UNBEATEN for number, point in enumerate(found) if point}
    for _ in range(ZOOMS):
        if not going:
            break
        # The maps around all of the points in one call of the model.
        maps = [_closer(found[number] or (), steps, (x, y)) for number in going]
        gains = _gains(reach.at(*np.concatenate(maps, axis=1)), importer)
        ends = np.cumsum([len(across) for across, _ in maps])[:-1]
        for number, (across, up), b, s in zip(list(going), maps, *(np.split(g, ends) for g in gains), strict=True):
            value, most = worths[number](b, s), found[number]
            if most and np.isfinite(value).any() and float(np.nanmax(value)) > most[2]:
                top = int(np.nanargmax(value))
                found[number] = float(across[top]), float(up[top]), float(value[top])
                going[number] = UNBEATEN
            elif most and all(at in (axis[0], axis[-1]) for at, axis in zip(most, (x, y), strict=False)):
                going[number] -= 1  # a corner of the map that finer maps do not beat
        going = {number: rounds for number, rounds in going.items() if rounds}
        steps = (steps[0] * 2.0 / (CLOSER - 1), steps[1] * 2.0 / (CLOSER - 1))
    return [point and point[:2] for point in found]


def _closer(at: Sequence[float], steps: Sequence[float], axes: Sequence[Array]) -> Array:
    """(2, C) settings around a point, a step to each side, within the map."""
    sides = [
        np.unique(np.clip(np.linspace(one - step, one + step, CLOSER), axis[0], axis[-1]))
        for one, step, axis in zip(at, steps, axes, strict=False)
    ]
    return np.stack([grid.ravel() for grid in np.meshgrid(*sides)])


def _point(reach: Reach, importer: str, at: tuple[float, float]) -> Point:
    study = reach.study
    cells = reach.at(*(np.full(study.solved.shape, value) for value in at))

    def gain(figure: str, place: str) -> Estimate:
        standing = study.figure(figure, place)
        return estimate(
            cells.number(Key(figure, place, "change")), cells.closed, standing.unit, standing.status, standing.sources
        )

    who = [*((figure, importer) for figure in BUYERS), *((figure, study.exporter) for figure in SELLERS)]
    return Point(*at, gain(WHOLE, importer), gain(WHOLE, study.exporter), {pair: gain(*pair) for pair in who})


def _payment(best: Point, importer: str, exporter: str) -> Payment | None:
    buyer, seller = best.buyer.central, best.seller.central
    if buyer is None or seller is None or best.joint <= LITTLE or (buyer > LITTLE and seller > LITTLE):
        return None
    if seller <= buyer:
        return Payment(importer, exporter, max(0.0, -seller), buyer)
    return Payment(exporter, importer, max(0.0, -buyer), seller)


def _over_draws(reach: Reach, importer: str, x: Array, y: Array, told: Progress) -> tuple[float, float]:
    """Shares of the draws with a point where both gain, and with one where the sum does."""
    count = reach.study.question.draws + 1
    both, joint, closed = (np.zeros(count, dtype=bool) for _ in range(3))
    pairs = _coarse(x, y)
    for done, (duty, support) in enumerate(pairs):
        told(done, len(pairs))
        cells = reach.at(np.full(count, duty), np.full(count, support))
        buyer, seller = _gains(cells, importer)
        with np.errstate(invalid="ignore"):
            both |= (buyer > LITTLE) & (seller > LITTLE)
            joint |= buyer + seller > LITTLE
        closed |= cells.closed
    told(len(pairs), len(pairs))
    total = max(1, int(closed[1:].sum()))
    return float(both[1:].sum()) / total, float(joint[1:].sum()) / total


def _coarse(x: Array, y: Array) -> Sequence[tuple[float, float]]:
    sides = [np.linspace(one[0], one[-1], COARSE) for one in (x, y)]
    return [(float(a), float(b)) for a in sides[0] for b in sides[1]]
