"""A market and a shock laid out for the solver: blocks of draws, rows by route, shares worked out from spending."""

from dataclasses import dataclass, fields, replace

import numpy as np

from tariffs.market.market import Market, Mask, Shock
from tariffs.models.ces import onto, ratio
from tariffs.models.equations import System
from tariffs.models.nests import Nest, Rows, Tree
from tariffs.sources import Array


@dataclass(frozen=True)
class Layout:
    """All draws, (draws, width) or (1, width) where they agree."""

    batch: tuple[int, ...]  # leading axes of the arrays given
    draws: int
    tree: Tree
    tonnes: Array
    net_back: Array
    landed: Array  # before
    A_before: Array
    A: Array  # after
    B: Array
    supply: Array
    demand: Array
    sigma_label: Array
    sigma_import: Array
    sigma_home: Array
    willing: Array
    limit: Array

    @classmethod
    def of(cls, market: Market, shock: Shock) -> "Layout":
        batch = np.broadcast_shapes(market.batch, shock.A.shape[:-1], shock.B.shape[:-1])

        def flat(x: Array) -> Array:
            x = np.asarray(x, dtype=float)
            width = x.shape[-1]
            return x.reshape(1, width) if x.size == width else np.broadcast_to(x, (*batch, width)).reshape(-1, width)

        return cls(
            batch=batch,
            draws=int(np.prod(batch, dtype=int)),
            tree=Tree.of(market, np.asarray(shock.closed, dtype=bool)),
            tonnes=flat(market.tonnes),
            net_back=flat(market.net_back),
            landed=flat(market.landed),
            A_before=flat(market.A),
            A=flat(shock.A),
            B=flat(shock.B),
            supply=flat(market.supply),
            demand=flat(market.demand),
            sigma_label=flat(market.sigma_label),
            sigma_import=flat(market.sigma_import),
            sigma_home=flat(market.sigma_home),
            willing=flat(market.willing),
            limit=flat(market.limit),
        )

    @property
    def one_market(self) -> bool:
        """Whether all draws meet the same market, and only charges differ."""
        same = (self.tonnes, self.net_back, self.landed, self.supply, self.demand, self.willing, self.limit)
        return all(len(x) == 1 for x in (*same, self.sigma_label, self.sigma_import, self.sigma_home))

    def only(self, draws: Rows) -> "Layout":
        """Some of the draws."""
        arrays = {f.name: x for f in fields(self) if isinstance(x := getattr(self, f.name), np.ndarray)}
        kept = {name: x[draws] for name, x in arrays.items() if len(x) > 1}
        return replace(self, batch=(len(draws),), draws=len(draws), **kept)  # type: ignore[arg-type]

    def rows(self, name: str, draws: slice | Rows) -> Array:
        """One array as (width, draws), or (width, 1) where all draws agree."""
        values: Array = getattr(self, name)
        return np.ascontiguousarray((values if len(values) == 1 else values[draws]).T)

    def block(self, draws: slice | Rows = slice(None)) -> System:
        """The equations of some draws, with shares of spending before the change, closed routes included."""
        tree, at_home = self.tree, self.tree.home[:, None]
        tonnes, price = self.rows("tonnes", draws), self.rows("landed", draws)
        spending = tonnes * price
        of_group = onto(tree.group_of, len(tree.branch_of)).T @ spending
        of_branch = onto(tree.branch_of, len(tree.market_of)).T @ of_group
        of_market = onto(tree.market_of, self.demand.shape[1]).T @ of_branch
        # A basket in which everything is closed is closed itself.
        open_routes = spending[tree.routes]
        left = tree.labels.add_all @ open_routes
        open_groups = np.where(left > 0, of_group[tree.groups], 0.0)
        left_groups = tree.makers.add_all @ open_groups
        open_branches = np.where(left_groups > 0, of_branch[tree.branches], 0.0)
        left_branches = tree.sides.add_all @ open_branches
        deserted = of_market > 0
        deserted[tree.markets] &= left_branches <= 0
        place = tree.market_of[tree.branches]
        sigma_home, sigma_import = self.rows("sigma_home", draws), self.rows("sigma_import", draws)
        label = self.rows("sigma_label", draws)[place[tree.makers.basket]]
        between = np.where(at_home, sigma_home[place], sigma_import[place])
        home = sigma_home[tree.markets]
        essential = (
            _missed(left, of_group[tree.groups], label)
            | _missed(left_groups, of_branch[tree.branches], between)
            | _missed(left_branches, of_market[tree.markets], home)
        )
        sold, was = tonnes[tree.routes], price[tree.routes]
        live = sold > 0
        if not live.all():  # what nobody bought before has no price that could matter
            was = np.where(live, was, 1.0)
        a = self.rows("A", draws)[tree.routes] * (self.rows("net_back", draws)[tree.maker] / was)
        b = self.rows("B", draws)[tree.routes] / was
        if not live.all():
            a, b = np.where(live, a, 0.0), np.where(live, b, 1.0)
        return System(
            tree=tree,
            draws=len(range(self.draws)[draws]) if isinstance(draws, slice) else len(draws),
            a=a,
            b=b,
            was=was,
            spent=np.where(left_branches > 0, of_market[tree.markets], 0.0),
            label_weight=_weights(tree.labels, open_routes, of_group[tree.groups]),
            maker_weight=_weights(tree.makers, open_groups, of_branch[tree.branches]),
            side_weight=_weights(tree.sides, open_branches, of_market[tree.markets]),
            label=label,
            between=between,
            home=home,
            demand=self.rows("demand", draws)[tree.markets],
            supply=self.rows("supply", draws),
            potential=_log(self.rows("willing", draws)),
            limit=_log(self.rows("limit", draws)),
            selling=tree.of_maker @ sold > 0,
            essential=essential,
            patchy=not live.all(),
            deserted=deserted,
        )


def _weights(nest: Nest, spending: Array, whole: Array) -> Array:
    """Shares of the goods in baskets of several; a basket that nobody bought from weighs its goods equally."""
    share = ratio(spending, whole[nest.basket])
    bought = nest.add_all @ share > 0
    if not bought.all():  # it counts for nothing above, and 0/0 must not arise inside
        share = np.where(bought[nest.basket], share, 1.0 / np.bincount(nest.basket)[nest.basket, None])
    mixed: Array = share[nest.mixed]
    return mixed


def _missed(left: Array, whole: Array, sigma: Array) -> Mask:
    """(draws,) part of a basket is closed and nothing replaces it: σ of one or less makes its price infinite."""
    return np.asarray(((left > 0) & (left < whole * (1.0 - 1e-12)) & (sigma <= 1.0)).any(axis=0))


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs: Array = np.log(values)
    return logs
