"""What a break-even is measured by: a figure, which way is good, and the level it must reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from tariffs.errors import BadQuestion
from tariffs.study.figures import Key, unit_of
from tariffs.words import N_

BELOW_RIVAL, KEEP_TONNES, NET_BACK = "below-rival", "keep-tonnes", "net-back"
TARGETS = {
    BELOW_RIVAL: N_("land below the cheapest rival"),
    KEEP_TONNES: N_("sell at least as much as today"),
    NET_BACK: N_("keep at least a given net-back"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A stated aim. ``level`` missing means the figure's own value before the change: today's."""

    name: str
    figure: str
    place: str
    at_least: bool  # whether more of the figure is better; else at most the level
    level: float | None
    market: str = ""  # as asked; empty for the default

    @property
    def text(self) -> str:
        """As the shell takes it."""
        return self.name if self.name != NET_BACK or self.level is None else f"{self.name}={self.level:.10g}"

    @property
    def key(self) -> Key:
        return Key(self.figure, self.place, "after")

    @property
    def unit(self) -> str:
        return unit_of(self.figure)


def target_of(text: str, market: str | None, importers: Sequence[str], exporter: str) -> Target:
    """Read ``below-rival``, ``keep-tonnes``, ``net-back`` or ``net-back=265``.

    ``market`` is the importer the aim speaks of; without one, tonnes are those to all importers in focus,
    and the rival is that of the first.

    Raises
    ------
    BadQuestion
        When there is no such target or market, or the cost is no price.
    """
    name, equals, amount = (part.strip() for part in text.partition("="))
    if name not in TARGETS:
        raise BadQuestion(
            N_("There is no target '{name}'. The targets are: {targets} (net-back=USD per t)."),
            name=name,
            targets=", ".join(TARGETS),
        )
    if market is not None and market not in importers:
        raise BadQuestion(
            N_("'{market}' is not a market in focus. They are: {importers}."),
            market=market,
            importers=", ".join(importers),
        )
    level = _price(name, amount) if equals else None
    if name == NET_BACK:
        return Target(name, "net_back_usd_per_t", exporter, True, level)
    if name == BELOW_RIVAL:
        return Target(name, "rival_gap_usd_per_t", market or importers[0], False, 0.0, market or "")
    if market:
        return Target(name, "tonnes", market, True, None, market)
    return Target(name, "exports_to_buyers_tonnes", exporter, True, None)


def _price(name: str, amount: str) -> float:
    if name != NET_BACK:
        raise BadQuestion(
            N_("{name} takes no number; only {net_back}=USD per tonne does."), name=name, net_back=NET_BACK
        )
    try:
        level = float(amount)
    except ValueError:
        raise BadQuestion(
            N_("{net_back}={amount}: give USD per tonne, as in {net_back}=265."), net_back=NET_BACK, amount=amount
        ) from None
    if not 0 < level < 10_000:
        raise BadQuestion(
            N_("{net_back}={amount}: a cost lies between 0 and 10,000 USD per tonne."), net_back=NET_BACK, amount=amount
        )
    return level
