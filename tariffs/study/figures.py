"""The figures people ask for first, before, after and by how much, each with its range and standing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tariffs.errors import N_, BadQuestion
from tariffs.law.stack import Stack
from tariffs.models import welfare
from tariffs.sources import Array, Figure, Status, weakest
from tariffs.study import accounts
from tariffs.study.levels import DUTIES, RIVAL_SHARE, levels
from tariffs.study.sides import Side, World
from tariffs.uncertainty import Estimate, estimates

__all__ = ["DUTIES", "RIVAL_SHARE", "Key", "figures", "measured", "standings", "unit_of"]


class Key(NamedTuple):
    """The name of a figure (which carries its unit), the place it speaks of, and when."""

    name: str
    place: str
    when: str  # before, after, change


UNITS = {
    "usd_per_t": "USD/t",
    "tonnes": "t",
    "share": "fraction",
    "usd": "USD a year",
    "fraction": "fraction",
    "rank": "place",
}
# Figures that are changes alone.
GAINS = frozenset(
    (name, "change")
    for name in (
        "producers_gain_usd",
        "feedstock_sellers_gain_usd",
        "side_gain_usd",
        "buyers_gain_usd",
        "home_producers_gain_usd",
        "wedge_rent_usd",
    )
)
Levels = Mapping[tuple[str, str], Array]
# How firmly a figure stands, and who told us.
Standing = tuple[Status, tuple[str, ...]]


@cache
def unit_of(name: str) -> str:
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")


def figures(here: World, before: Side, after: Side, solved: NDArray[np.bool_]) -> Mapping[Key, Estimate]:
    """Every figure of the answer; ``solved`` (D + 1,) marks the draws that count."""
    values, standing = measured(before, after), standings(here, before, after)
    summed = estimates(
        list(values.values()), solved, [unit_of(key.name) for key in values], [standing(key) for key in values]
    )
    return dict(zip(values, summed, strict=True))


def measured(before: Side, after: Side, wanted: Collection[Key] | None = None) -> dict[Key, Array]:
    """Every figure of the answer, draw by draw, each (D + 1,); only those wanted where they are named."""
    if wanted is not None:
        return _asked(before, after, wanted)
    return _measured(before, after, before.levels, after.levels, gains=True)


def _asked(before: Side, after: Side, wanted: Collection[Key]) -> dict[Key, Array]:
    """Some figures, at the cost of those alone."""
    names = {(key.name, key.place) for key in wanted}
    gains = any((key.name, key.when) in GAINS for key in wanted)
    values = _measured(before, after, levels(before, names), levels(after, names), gains)
    return {key: values[key] for key in wanted}


def _measured(before: Side, after: Side, levels_before: Levels, levels_after: Levels, gains: bool) -> dict[Key, Array]:
    values: dict[Key, Array] = {}
    for (name, place), now in levels_after.items():
        then = levels_before[name, place]
        values[Key(name, place, "before")] = then
        values[Key(name, place, "after")] = now
        values[Key(name, place, "change")] = now - then
    basis = after.here.library.baseline
    for (name, place), change in _gains(before, after, basis.importers, basis.exporter) if gains else ():
        values[Key(name, place, "change")] = change
    return values


# Figures that law, freight and quoted prices alone decide, whatever the market's elasticities.
LAW_ALONE = (
    "duty_fraction",
    "wedge_usd_per_t",
    "burden_fraction",
    "currency_fraction",
    "effective_protection_fraction",
    "anti_export_bias_fraction",
)


def standings(here: World, before: Side, after: Side) -> Callable[[Key], Standing]:
    """How firmly each figure stands: on the exporter's own ladders, or on everything the market was made from."""
    stacks = (*before.stacks, *after.stacks)
    whole = _standing((*(f for s in stacks for f in s.figures), *here.baseline.figures))
    exporter = here.library.baseline.exporter

    @cache
    def of_law(place: str) -> Standing:
        return _standing(f for s in stacks if _is_own(s, exporter, place) for f in s.figures)

    return lambda key: of_law(key.place) if key.name in LAW_ALONE else whole


def _gains(
    before: Side, after: Side, importers: tuple[str, ...], exporter: str
) -> Iterator[tuple[tuple[str, str], Array]]:
    """Who gains: surpluses and treasuries, each a change of (D + 1,)."""
    market = after.result.market
    buyers, makers = welfare.surplus_by_market(after.result), welfare.surplus_by_producer(after.result)

    def moved(keeper: str, **where: str) -> Array:
        return after.ledger.kept(keeper, **where) - before.ledger.kept(keeper, **where)

    sellers = makers[:, market.producers.index(exporter)]
    treasury, halls = moved(accounts.SELLER, producer=exporter), moved(accounts.HALLS, producer=exporter)
    feedstock = moved("feedstock_sellers", producer=exporter)
    yield ("producers_gain_usd", exporter), sellers
    yield ("feedstock_sellers_gain_usd", exporter), feedstock
    # What the exporter's halls and feedstock sellers win or lose stays inside the country.
    yield ("side_gain_usd", exporter), sellers + treasury + halls + feedstock
    for importer in importers:
        consumers = buyers[:, market.importers.index(importer)]
        home = makers[:, market.producers.index(importer)] if importer in market.producers else np.zeros_like(consumers)
        home = home + moved("home_producer", importer=importer)
        revenue = moved(accounts.BUYER, importer=importer)
        yield ("buyers_gain_usd", importer), consumers
        yield ("home_producers_gain_usd", importer), home
        yield ("side_gain_usd", importer), consumers + home + revenue
        wedge = sum((moved(k, importer=importer) for k in ("unknown", "intermediary")), start=np.zeros(1))
        yield ("wedge_rent_usd", importer), np.broadcast_to(np.asarray(wedge), consumers.shape)


def _is_own(stack: Stack, exporter: str, place: str) -> bool:
    return stack.producer == stack.label == exporter and place in (exporter, stack.importer)


def _standing(figures: Iterable[Figure]) -> Standing:
    """How firmly something made of these figures stands, and who told us."""
    used = tuple(figures)
    return weakest({f.status for f in used}), tuple(dict.fromkeys(f.source for f in used))


def numbers(before: Side, after: Side, key: Key) -> Array:
    """One figure's bare numbers, one for each draw or cell of the two sides; those that did not close as they fell.

    Raises
    ------
    BadQuestion
        When there is no such figure.
    """
    if key.when not in ("before", "after", "change"):
        raise BadQuestion(N_("A figure is asked for before, after or as a change; found '{when}'."), when=key.when)
    try:
        return _asked(before, after, (key,))[key]
    except KeyError:
        raise BadQuestion(
            N_("There is no figure '{name}' of '{place}' {when}: `impact --json` names them all."),
            name=key.name,
            place=key.place,
            when=key.when,
        ) from None
