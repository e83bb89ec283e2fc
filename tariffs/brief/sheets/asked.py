"""What the analyzer itself says of limits, for the sheet that shows them: as asked, whatever a reader edits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tariffs.doubt import Sensitivity, sensitivity
from tariffs.errors import TariffsError
from tariffs.law.policy import FIGURE_FIELDS
from tariffs.limits import Agreement, BreakEven, agreement, break_evens, target_of
from tariffs.limits.heatmap import usual
from tariffs.limits.reach import Cells, Reach
from tariffs.limits.targets import BELOW_RIVAL, KEEP_TONNES
from tariffs.progress import Progress, silent
from tariffs.sources import Array
from tariffs.store import Library
from tariffs.study import Question, Study
from tariffs.study.figures import Key
from tariffs.uncertainty.estimates import LEVELS
from tariffs.words import N_, Words

DUTIES: Mapping[str, str] = {"TUR": "tur.duty", "IRQ": "irq.duty"}
POINTS = 9  # settings of a duty
MAP = (7, 6)  # of a duty and of a support on a map
FAN = 256  # draws of a fan
PARTS = ("_found", "sensitivity", "fans")
FIRST_LOOK = 65  # settings in which a break-even is looked for first


@dataclass(frozen=True)
class Market:
    """One importer's duty: how far it may be moved, and what follows."""

    importer: str
    lever: str
    keys: tuple[str, ...]  # rows of the data that the lever writes
    lanes: tuple[int, ...]  # routes whose landed price it moves
    duties: Array
    cells: Cells  # the market at each of the duties
    below_rival: BreakEven
    keep_tonnes: BreakEven
    agreed: Agreement


@dataclass(frozen=True)
class Fan:
    """One figure over the settings of a duty, with its spread over the draws."""

    lever: str
    key: Key
    duties: Array
    levels: Array  # (duties, 5) 5, 25, 50, 75 and 95 % of the draws


@dataclass(frozen=True)
class Asked:
    """Limits and doubts of a study, each worked out when first asked for."""

    study: Study
    t: Words

    def worked_out(self, told: Progress = silent) -> "Asked":
        """The same, with nothing left to work out; ``told`` hears of each part."""
        for done, part in enumerate(PARTS):
            told(done, len(PARTS))
            getattr(self, part)
        told(len(PARTS), len(PARTS))
        return self

    @property
    def known(self) -> bool:
        """Whether nothing is left to work out."""
        return all(part in self.__dict__ for part in PARTS)

    @property
    def question(self) -> Question:
        """At the central values. Beliefs are in the study's rows already; to lay them on again changes nothing."""
        return replace(self.study.question, draws=0)

    @property
    def library(self) -> Library:
        return self.study.library

    @property
    def markets(self) -> tuple[Market, ...]:
        """The importers whose duty can be moved, with what the engine says of each."""
        return self._found[0]

    @property
    def refused(self) -> Mapping[str, TariffsError]:
        """Importers of which there is no limit to tell, and why: no duty on record, or nothing left to the seller."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[tuple[Market, ...], Mapping[str, TariffsError]]:
        found, refused = list[Market](), dict[str, TariffsError]()
        for importer in self.study.importers:
            try:
                if importer not in DUTIES:
                    raise TariffsError(N_("No lever moves the duty of {market}."), market=importer)
                found.append(self._market(importer, DUTIES[importer]))
            except TariffsError as trouble:
                refused[importer] = trouble
        return tuple(found), refused

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        """What exports hang on, one range at a time; nothing when nothing was drawn."""
        return sensitivity(self.study, samples=0, t=self.t) if self.study.question.draws else None

    @cached_property
    def fans(self) -> tuple[Fan, ...]:
        """Exports to the markets in focus over each duty, with their spread over some of the draws."""
        if not self.study.question.draws:
            return ()
        drawn = replace(self.question, draws=min(self.study.question.draws, FAN))
        key, found = Key("exports_to_buyers_tonnes", self.study.exporter, "after"), []
        for market in self.markets[:1]:
            reach = Reach.of(self.library, drawn, [market.lever])
            # Every duty at every draw, in one call of the model.
            settings = np.broadcast_to(market.duties[:, None], (len(market.duties), drawn.draws + 1))
            spread = reach.at(settings).number(key)[:, 1:]
            if np.isfinite(spread).any(axis=1).all():
                found.append(Fan(market.lever, key, market.duties, np.nanquantile(spread, LEVELS, axis=1).T))
        return tuple(found)

    def _market(self, importer: str, lever: str) -> Market:
        library, question = self.library, self.question
        reach = Reach.of(library, question, [lever])
        low, high = usual(reach.spans[0], reach.present[0], reach.today[0])
        duties = np.linspace(low, high, POINTS)
        cells = reach.at(duties)
        targets = [
            target_of(name, importer if name == BELOW_RIVAL else None, self.study.importers, self.study.exporter)
            for name in (BELOW_RIVAL, KEEP_TONNES)
        ]
        below, keep = break_evens(library, question, reach, targets, (low, high), points=FIRST_LOOK)
        shock = cells.after.result.shock
        moved = [np.ptp(np.broadcast_to(x, (POINTS, len(shock.closed))), axis=0) > 0 for x in (shock.A, shock.B)]
        lanes = tuple(int(lane) for lane in np.flatnonzero(moved[0] | moved[1]))
        agreed = agreement(library, question, importer, size=MAP)
        return Market(importer, lever, _keys(reach), lanes, duties, cells, below, keep, agreed)


def _keys(reach: Reach) -> tuple[str, ...]:
    """Rows of the data that the levers write, as table.key.field."""
    figures = (
        getattr(row, name)
        for table, fields in FIGURE_FIELDS.items()
        for row in reach.policy.table(table).values()
        for name in fields.values()
    )
    return tuple(dict.fromkeys(f.key for f in figures if f is not None and f.draw in reach.marks))
