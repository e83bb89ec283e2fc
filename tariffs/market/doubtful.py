"""What in customs figures deserves a second look: labels, unit values, sellers that the model does not know."""

from collections.abc import Callable, Mapping, Sequence

from tariffs.market.cells import Cell, Outlier, Suspicion
from tariffs.market.flows import Flow

FAR = 1.25  # a unit value beyond the prices we hold times this is called outlying


def prices_of(flows: Mapping[str, Flow], label: str, importer: str) -> tuple[float, float, float] | None:
    """Lowest, central and highest price that we hold for a label in a market, USD/t."""
    held = [f.usd_per_t for f in flows.values() if (f.label, f.importer) == (label, importer) and f.usd_per_t.central]
    if not held:
        return None
    middle = [f.central or 0.0 for f in held]
    return (
        min(f.low or f.central or 0.0 for f in held), sum(middle) / len(middle),
        max(f.high or f.central or 0.0 for f in held),
    )


def suspicions(flows: Mapping[str, Flow], imports: Mapping[tuple[str, str], float]) -> tuple[Suspicion, ...]:
    """Labels that somebody else is known to use: tonnes declared beside what their own plants are thought to send."""
    found = []
    for (label, importer), declared in imports.items():
        ways = [f for f in flows.values() if (f.label, f.importer) == (label, importer)]
        own = [f.tonnes for f in ways if f.producer == label]
        if own and any(f.producer != label for f in ways):
            found.append(Suspicion(
                label, importer, declared, sum(f.low or 0.0 for f in own), sum(f.central or 0.0 for f in own),
                sum(f.high or 0.0 for f in own),
            ))
    return tuple(found)


def outliers(flows: Mapping[str, Flow], cells: Sequence[Cell], name: Callable[[str], str]) -> tuple[Outlier, ...]:
    """Unit values that no price on record for the route explains."""
    found = []
    for cell in cells:
        prices = prices_of(flows, name(cell.label), cell.importer)
        if prices is None or cell.usd_per_t is None:
            continue
        low, _, high = prices
        if not low / FAR <= cell.usd_per_t <= high * FAR:
            found.append(Outlier(cell.label, cell.importer, cell.usd_per_t, low, high))
    return tuple(found)


def outside(
    cells: Sequence[Cell], labels: set[str], name: Callable[[str], str]
) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Sellers that the model does not know, by market: tonnes left out and who they are."""
    left: dict[str, list[Cell]] = {}
    for cell in cells:
        if name(cell.label) not in labels and cell.tonnes:
            left.setdefault(cell.importer, []).append(cell)
    return {
        market: (sum(c.tonnes or 0.0 for c in held), tuple(sorted(c.label for c in held)))
        for market, held in left.items()
    }
