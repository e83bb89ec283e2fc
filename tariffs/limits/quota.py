r"""A tariff-rate quota as the kink it is: one rate up to so many tonnes, a higher one beyond.

The buyer of the last tonne pays a rate :math:`\tau` between both, and imports *q* fall as it rises:

.. math::
    \tau = t_{in} \perp q \le Q, \qquad \tau = t_{out} \perp q \ge Q, \qquad t_{in} < \tau < t_{out} \perp q = Q

Up to the quota goods enter at :math:`t_{in}` and sell at the price of the last tonne: the difference is a rent
on :math:`\min(q, Q)`, none while the quota is not filled, all of the gap between the rates once imports exceed it.

References
----------
Boughner, de Gorter and Sheldon (2000), Agricultural and Resource Economics Review 29(1), 58-69.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tariffs.errors import N_, BadQuestion, Place
from tariffs.limits.reach import Cells, Reach
from tariffs.limits.roots import TIGHT, each
from tariffs.sources import Array

Regime = Literal["below", "binding", "above"]
REGIMES: tuple[Regime, ...] = ("below", "binding", "above")


@dataclass(frozen=True)
class Filled:
    """The market under a quota; arrays (D + 1,), entry 0 central."""

    cells: Cells  # solved at the rate of the last tonne
    rate: Array  # that rate
    regime: Array  # index into REGIMES
    imports: Array  # tonnes of the goods the quota is for
    rent_usd_per_t: Array  # on each tonne inside the quota; all its lanes alike, weighed by tonnes
    rent_usd: Array  # a year

    @property
    def name(self) -> Regime:
        return REGIMES[int(self.regime[0])]


def fill(reach: Reach, quota: float, in_rate: float, out_rate: float) -> Filled:
    """Solve the market of every draw under a quota on the goods whose duty the lever is.

    Raises
    ------
    BadQuestion
        When the rates or the quota make no kink, or the lever is not one importer's duty.
    """
    if not 0 <= in_rate <= out_rate:
        raise BadQuestion(
            N_(
                "A quota lets goods in at a lower rate first: the rate inside, {inside}, is above the one outside, "
                "{outside}."
            ),
            inside=f"{in_rate:g}",
            outside=f"{out_rate:g}",
        )
    if not quota > 0:
        raise BadQuestion(N_("A quota is a positive number of tonnes; found {found}."), found=f"{quota:g}")
    shape = reach.study.solved.shape
    inside, outside = (reach.at(np.full(shape, rate)) for rate in (in_rate, out_rate))
    lanes = lanes_of(inside, outside, reach.spans[0].name)
    above_in, above_out = (_imports(cells, lanes) - quota for cells in (inside, outside))
    between = each(
        lambda rates: _imports(reach.at(rates), lanes) - quota,
        np.stack([above_in, above_out]),
        np.array([in_rate, out_rate]),
        (in_rate + out_rate) / 2.0,
        tolerances=TIGHT,
    )
    with np.errstate(invalid="ignore"):
        regime = np.where(above_in <= 0, 0, np.where(above_out >= 0, 2, 1))
    rate = np.select([regime == 0, regime == 2], [in_rate, out_rate], between)
    rate = np.where(np.isfinite(rate), rate, in_rate)
    cells = reach.at(rate)
    per_tonne, share = _rent(cells, inside, lanes, quota)
    imports = _imports(cells, lanes)
    rent = (per_tonne * share * cells.after.result.tonnes[:, lanes]).sum(axis=1)
    whole = np.minimum(imports, quota)
    return Filled(cells, rate, regime, imports, rent / np.where(whole > 0, whole, 1.0), rent)


def lanes_of(one: Cells, other: Cells, lever: str) -> list[int]:
    """The routes whose cost a lever moves, which must all lead to one importer."""
    a, b = one.after.result.shock, other.after.result.shock
    moved = (np.abs(a.A - b.A) > 1e-12).any(axis=0) | (np.abs(a.B - b.B) > 1e-9).any(axis=0)
    lanes = one.after.result.market.lanes
    numbers = [int(n) for n in np.flatnonzero(np.broadcast_to(moved, len(lanes)))]
    importers = sorted({lanes[n].importer for n in numbers})
    if not numbers:
        raise BadQuestion(
            N_(
                "{lever} moves no route's cost between these rates, so a quota on it changes nothing. Give two "
                "different rates of an importer's duty that is in force."
            ),
            lever=lever,
        )
    if len(importers) > 1 or any(lanes[n].home for n in numbers):
        raise BadQuestion(
            N_("A quota is opened by one importer on its own duty; {lever} moves routes to {importers}."),
            lever=lever,
            importers=[Place(importer) for importer in importers],
        )
    return numbers


def _imports(cells: Cells, lanes: list[int]) -> Array:
    tonnes = cells.after.result.tonnes[..., lanes].sum(axis=-1)
    return np.where(cells.closed, np.broadcast_to(tonnes, cells.closed.shape), np.nan)


def _rent(cells: Cells, inside: Cells, lanes: list[int], quota: float) -> tuple[Array, Array]:
    """(D + 1, lanes) what the last tonne pays beyond the rate inside, and (D + 1, 1) the part inside the quota."""
    result = cells.after.result
    columns = []
    for number in lanes:
        net_back = result.net_back[:, result.market.maker[number]]
        gap = cells.after.stacks[number].landed - inside.after.stacks[number].landed
        columns.append(np.broadcast_to(gap.at(net_back), net_back.shape))
    imports = result.tonnes[:, lanes].sum(axis=1)
    part = np.minimum(imports, quota) / np.where(imports > 0, imports, 1.0)
    return np.stack(columns, axis=1), part[:, None]
