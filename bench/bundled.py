"""The real market and a heat map over it: what the app would solve, at the central values of every range."""

from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bench.peer import Tuned
from bench.plain_peer import Written
from tariffs import Library, Question
from tariffs.market.market import Market, Shock
from tariffs.models import solve
from tariffs.sources import Array
from tariffs.study.sides import side, world

ON = date(2026, 3, 1)
CELLS = 101
DUTY, SUPPORT = (0.0, 1.0), (0.0, 60.0)  # Turkish duty on the Iranian label; USD/t to Iranian exporters


@dataclass(frozen=True)
class HeatMap:
    """A market and the shock of every cell."""

    market: Market
    shock: Shock

    def sample(self, rng: np.random.Generator, count: int) -> NDArray[np.intp]:
        return rng.choice(len(self.shock.A), count, replace=False)


def heat_map() -> HeatMap:
    """101 x 101 cells: landed prices under a further Turkish duty of 0-100 % and support of USD 0-60 a tonne."""
    here = world(Library.open(), Question(draws=0), (ON,))
    today = side(here, "status_quo", ON, (), "armington")
    market, law = today.market.row(0), today.result.shock
    route = market.lane("IRN", "IRN", "TUR")
    iranian = np.array([lane.producer == "IRN" and not lane.home for lane in market.lanes])
    duty, support = np.array(list(product(np.linspace(*DUTY, CELLS), np.linspace(*SUPPORT, CELLS)))).T
    power = np.where(np.arange(len(market.lanes)) == route, 1.0 + duty[:, None], 1.0)
    A = law.A * power
    B = law.B * power - support[:, None] * A * iranian
    # Cells of one route side by side in memory, as the ladders of a map are laid out.
    return HeatMap(market, Shock(np.asfortranarray(A), np.asfortranarray(B), law.closed))


def agree(case: HeatMap, peer: Tuned | Written, cells: NDArray[np.intp]) -> None:
    """Both must find the same net-backs, or there is nothing to compare."""
    ours = solve("armington", case.market, case.shock)
    assert ours.closed.all()
    for cell in cells:
        theirs: Array = case.market.net_back * np.exp(peer.solve(case.shock.A[cell], case.shock.B[cell]))
        assert np.allclose(theirs, ours.net_back[cell], rtol=1e-8, atol=0), f"cell {cell}"
