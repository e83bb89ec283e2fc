r"""How far a whole tariff structure helps or hurts a maker's value added, not just its price.

.. math:: g = \frac{t_{out} - \sum_j a_j t_j}{1 - \sum_j a_j}, \qquad
          g_{export} = \frac{s - \sum_j a_j t_j (1 - drawback)}{1 - \sum_j a_j}

A duty on an input taxes its user, and a duty on exporting an input subsidises the user at home: the
first is a positive ``t_j``, the second a negative one. Bitumen is mostly feedstock, so little value
added stands under the whole price and small rates make large effective ones. Shares are at prices
without any of the charges and stay fixed: the figure says which way a structure pulls, and how hard
per dollar of value added; it does not say how much output follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tariffs.errors import N_, TariffsError
from tariffs.law.exporter import FEEDSTOCK_SHARE, export_rungs
from tariffs.law.measures import ExporterMeasure
from tariffs.law.policy import Policy
from tariffs.sources import Figure, Number, Status, Values, weakest

FEEDSTOCK_DUTY = "feedstock_export_duty"  # kind of the duty on sending vacuum bottom abroad


@dataclass(frozen=True, slots=True)
class Input:
    """One thing the maker buys: its share of the output price, and the rate it is taxed at."""

    share: Number  # fraction of the output's price, before any charge
    tariff: Number  # fraction of the input's price; negative where a rule makes the input cheaper


def effective_rate(output: Number, inputs: Sequence[Input]) -> Number:
    r"""Effective rate of protection of value added, ``(t - Σ a t_j) / (1 - Σ a)``.

    Parameters
    ----------
    output : float or ndarray
        Nominal rate on the output, a fraction.
    inputs : sequence of Input
        Every taxed or untaxed input; its numbers are floats or arrays that broadcast with ``output``.

    Raises
    ------
    TariffsError
        When the inputs take the whole price and no value added is left to protect.

    References
    ----------
    Corden (1966), Journal of Political Economy 74(3), 221-237; METHODS section 7.
    """
    return effective_export_rate(output, inputs, drawback=0.0)


def effective_export_rate(support: Number, inputs: Sequence[Input], drawback: Number = 0.0) -> Number:
    r"""Effective rate of protection of value added in export sales, ``(s - Σ a t_j (1 - d)) / (1 - Σ a)``.

    Parameters
    ----------
    support : float or ndarray
        What the exporter's own state adds to the price, a fraction; negative when it takes.
    inputs : sequence of Input
    drawback : float or ndarray
        Part of the input charges given back when the output is exported, from 0 to 1.

    Raises
    ------
    TariffsError
        When the inputs take the whole price and no value added is left to protect.

    References
    ----------
    METHODS section 7; the export form of Corden (1966).
    """
    added: Number = 1.0
    gained: Number = support
    for bought in inputs:
        added = added - bought.share
        gained = gained - bought.share * bought.tariff * (1.0 - drawback)
    if (np.asarray(added) <= 0).any():
        raise TariffsError(
            N_(
                "The inputs take {share} of the price and leave no value added to protect. Lower an "
                "input's share below the whole price."
            ),
            share=f"{float(np.max(1.0 - np.asarray(added))):.0%}",
        )
    return gained / added


@dataclass(frozen=True, slots=True)
class Burden:
    """One of the seller's rules as a fraction of FOB: positive takes, negative gives."""

    name: str
    key: str  # row of exporter_measures.csv
    rate: Number


@dataclass(frozen=True, slots=True)
class Protection:
    """What the exporter's own rules do to its bitumen maker's value added in export sales."""

    exporter: str
    on: date
    burdens: tuple[Burden, ...]
    support: Number  # nominal rate on the output: minus the burdens, net of what is given
    feedstock_share: Number  # of the bitumen price
    feedstock_duty: ExporterMeasure | None  # on exporting the feedstock; None: no such row on that day
    feedstock_tariff: Number  # minus that duty: the feedstock is cheaper at home by as much
    rate: Number  # effective protection of value added in export sales
    home_rate: Number  # the same in home sales, which bear none of the seller's burdens
    missing: tuple[str, ...]  # kinds on which nothing is on record: left out, not zero in law
    figures: tuple[Figure, ...]

    @property
    def anti_export_bias(self) -> Number:
        """How much better a home sale is protected than an export; negative when exports are favoured."""
        return self.home_rate - self.rate

    @property
    def status(self) -> Status:
        return weakest(f.status for f in self.figures)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of every source behind the rate, each once."""
        return tuple(dict.fromkeys(f.source for f in self.figures))


def makers_protection(policy: Policy, exporter: str, on: date, values: Values) -> Protection:
    """Effective protection of the exporter's bitumen maker in export sales on a day.

    The output bears the seller's ad valorem burdens. Its input is vacuum bottom, whose own export duty
    keeps it at home and cheap: at most by the whole rate, so the figure is an upper bound on that side.
    The duty counts whatever its row's role, since it is never charged on bitumen; a row turned off does not.

    Raises
    ------
    Missing
        When the feedstock's share or its duty has a row without a number.
    TariffsError
        When the burdens leave nothing of FOB, or the feedstock nothing of the price.
    """
    _, rungs = export_rungs(policy, exporter, on, values)
    share = policy.row("costs", FEEDSTOCK_SHARE).value
    duty = _feedstock_duty(policy, exporter, on)
    tariff: Number = -values(duty.rate) if duty else 0.0
    support: Number = 0.0
    for rung in rungs:
        support = support - rung.rate
    figures = [f for rung in rungs for f in rung.figures] + [share] + ([duty.rate] if duty else [])
    return Protection(
        exporter=exporter,
        on=on,
        burdens=tuple(Burden(rung.name, rung.key, rung.rate) for rung in rungs),
        support=support,
        feedstock_share=values(share),
        feedstock_duty=duty,
        feedstock_tariff=tariff,
        rate=effective_export_rate(support, [Input(values(share), tariff)]),
        home_rate=effective_rate(0.0, [Input(values(share), tariff)]),
        missing=() if duty else (FEEDSTOCK_DUTY,),
        figures=tuple(dict.fromkeys(figures)),
    )


def _feedstock_duty(policy: Policy, exporter: str, on: date) -> ExporterMeasure | None:
    rows = (m for m in policy.exporter_measures.values() if m.exporter == exporter and m.kind == FEEDSTOCK_DUTY)
    return next((m for m in rows if m.role != "off" and m.covers(on)), None)
