"""Straight lines over thousands of policies that meet one market: each policy's answer is a few products away.

While the same routes stand at nothing and the same producers at capacity, every price and quantity is a straight
line in the lifts of the landed prices. The lines are found once for each such set of corners. A draw that they do
not serve (support exceeds a cost, corners that keep changing) is left to whoever asked.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from tariffs.market.market import Market, Mask
from tariffs.models.answers import Answers, weighted
from tariffs.models.ces import onto, ratio
from tariffs.models.lines import SLACK, Lines, Sellers
from tariffs.models.nests import Rows
from tariffs.sources import Array

BLOCK = 1024  # draws worked on together
ROUNDS = 8  # in which corners may change


@dataclass(frozen=True)
class Response:
    """How net-backs, quantities and choke prices answer lifts, while corners stay the same."""

    price: tuple[Array, Array]  # (N, 1) without any lift, (N, R) for a lift of one
    bought: tuple[Array, Array]  # (R, 1), (R, R)
    choke: tuple[Array, Array]  # the same of landed prices, of choked routes only
    choked: Rows
    regular: bool

    @property
    def lines(self) -> tuple[tuple[Array, Array], ...]:
        return self.price, self.bought, self.choke

    @classmethod
    def of(cls, lines: Lines, sellers: Sellers, choked: Mask, full: Mask) -> "Response":
        """From lines of one draw, solved without a lift and with each lift alone."""
        routes = len(choked)
        tried = replace(lines, lift=np.vstack([np.zeros(routes), np.eye(routes)]))
        slopes, start = np.where(full, 0.0, sellers.rise), np.where(full, sellers.most, sellers.base) - 1.0
        price, landed, regular = tried.clear(slopes, start, choked[None])
        bought, shut = tried.quantity(landed), np.flatnonzero(choked)
        return cls(_line(price), _line(bought), _line(landed[:, shut]), shut, bool(regular.all()))


@dataclass
class Settled:
    """Where the lines of a block of draws meet, (rows, draws)."""

    price: Array
    bought: Array  # exactly -1 where choked
    choke: dict[int, Array]  # route: (draws,) landed price at which it sells nothing; nan where it sells
    left: Mask  # (draws,) not served


@dataclass(frozen=True)
class Sweep:
    """One market in which no route that trades is prohibited, and its responses as far as they were asked for."""

    market: Market
    lines: Lines  # of one draw
    sellers: Sellers
    known: dict[bytes, Response] = field(default_factory=dict)

    def fill(self, answers: Answers, block: slice) -> Mask:
        """Answer one block, and tell the draws that are not served."""
        layout, market = answers.layout, self.market
        tonnes, before, net_back = (layout.rows(name, block) for name in ("tonnes", "landed", "net_back"))
        A, B, trading = layout.rows("A", block), layout.rows("B", block), tonnes > 0
        was = np.where(trading, before, 1.0)
        lift = A * (net_back[market.maker] / was)
        lift += B / was
        lift -= 1.0
        lift[~trading[:, 0]] = 0.0
        found = self._settle(lift)
        if lift.min() <= -1.0:
            found.left |= (lift <= -1.0).any(axis=0)
        return self._put(answers, block, found, (A, B, was, tonnes, net_back))

    def _settle(self, lift: Array) -> Settled:
        """As ``lines.settle`` does, the draws with the same corners together; who changes corners waits its turn."""
        n, (routes, draws) = self.sellers.base.shape[1], lift.shape
        found = Settled(np.empty((n, draws)), np.full(lift.shape, -1.0), {}, np.zeros(draws, dtype=bool))
        start = np.concatenate([np.zeros(routes, dtype=bool), (self.sellers.base > self.sellers.most)[0]])
        waiting: list[tuple[Mask, Rows, int]] = [(start, np.arange(draws), 1)]
        while waiting:
            corner, here, turn = waiting.pop()
            response = self._response(corner)
            every = len(here) == draws
            lifts = lift if every else lift[:, here]
            price, bought, choke = (moves @ lifts + stays for stays, moves in response.lines)
            rows, changes = self._changes(corner, price, bought, choke, lifts)
            moved_on = changes.any(axis=0)
            if not response.regular or turn == ROUNDS:
                found.left[here[moved_on] if response.regular else here] = True
            elif moved_on.any():
                for pattern, alike in _alike(changes[:, moved_on]):
                    other = corner.copy()
                    other[rows] ^= pattern
                    waiting.append((other, here[moved_on][alike], turn + 1))
                stays = ~moved_on
                here, price, bought, choke = here[stays], price[:, stays], bought[:, stays], choke[:, stays]
            found.price[:, here], found.bought[:, here] = price, bought
            found.bought[np.ix_(response.choked, here)] = -1.0
            for route, paid in zip(response.choked.tolist(), choke, strict=True):
                found.choke.setdefault(route, np.full(draws, np.nan))[here] = paid
        return found

    def _response(self, corner: Mask) -> Response:
        found = self.known.get(corner.tobytes())
        if found is None:
            choked, full = np.split(corner, [len(self.lines.maker)])
            found = self.known[corner.tobytes()] = Response.of(self.lines, self.sellers, choked, full)
        return found

    def _changes(self, corner: Mask, price: Array, bought: Array, choke: Array, lifts: Array) -> tuple[Rows, Mask]:
        """Corners that some draws of a group want otherwise, and which draws want which."""
        sellers, maker, routes = self.sellers, self.lines.maker, len(self.lines.maker)
        choked, trading = corner[:routes], self.lines.phi[0] > 0
        low = np.flatnonzero(trading & ~choked & (bought.min(axis=1) < -1.0 - SLACK))
        shut = np.flatnonzero(choked)
        # A choke price above the real one: buyers would want some after all.
        real = self.lines.slope.T[shut] * price[maker[shut]] + lifts[shut] + SLACK
        bounded = np.flatnonzero(np.isfinite(sellers.most[0]))
        most, base, rise = (x[0, bounded, None] for x in (sellers.most, sellers.base, sellers.rise))
        over = base + rise * price[bounded] > most * (1.0 + SLACK)
        changes = np.concatenate([bought[low] < -1.0 - SLACK, choke > real, over != corner[routes + bounded, None]])
        return np.concatenate([low, shut, routes + bounded]), changes

    def _put(self, answers: Answers, block: slice, found: Settled, given: tuple[Array, ...]) -> Mask:
        """Every figure from net-backs and quantities, and the draws that are left."""
        market, sellers, (A, B, was, tonnes, net_back) = self.market, self.sellers, given
        offered = np.minimum(sellers.base.T + sellers.rise.T * found.price, sellers.most.T) * sellers.sold.T
        sold = np.maximum(found.bought + 1.0, 0.0)
        sold *= tonnes
        of_maker, of_place = onto(market.maker, len(net_back)).T, onto(market.place, len(market.importers)).T
        sales = of_maker @ sold
        earned = (found.price + 1.0) * net_back
        landed = earned[market.maker]
        landed *= A
        landed += B
        paid = landed / was
        paid -= 1.0
        for route, choke in found.choke.items():  # indices count a choked route at its choke price
            paid[route] = np.where(np.isnan(choke), paid[route], choke)
        theta = self.lines.theta.T
        abroad = np.where(market.home[:, None], 0.0, theta)
        index = 1.0 + weighted(of_place, theta, paid)
        imports = 1.0 + ratio(weighted(of_place, abroad, paid), of_place @ abroad)
        gap = ratio(np.where(sales > 0, np.abs(offered - sales), 0.0), sellers.sold.T).max(axis=0)
        for figure in (landed, index, imports, earned):
            if figure.min() <= 0:
                found.left |= (figure <= 0).any(axis=0)
        answers.put(
            block, net_back=np.where(sales > 0, earned, 0.0), landed=landed, tonnes=sold, price_index=index,
            import_index=imports, residual=gap,
        )  # fmt: skip
        return found.left


def _alike(changes: Mask) -> list[tuple[Mask, Rows]]:
    """The different columns of ``changes``, and where each is found."""
    code = 2.0 ** np.arange(len(changes)) @ changes
    return [(changes[:, alike[0]], alike) for value in np.unique(code) for alike in [np.flatnonzero(code == value)]]


def _line(values: Array) -> tuple[Array, Array]:
    """(rows, 1) and (rows, lifts) from (1 + lifts, rows)."""
    return np.ascontiguousarray(values[:1].T), np.ascontiguousarray((values[1:] - values[:1]).T)
