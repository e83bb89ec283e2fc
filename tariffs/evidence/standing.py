"""Where the exporter stands: indicators of the flows at hand, and what its own state does to its maker.

Without a table of the user's the reported Georgian windows stand in, the only flows on record with several
suppliers: the year 2020, and nine months of 2023 scaled to a year. They are by declared origin and in tonnes.
What they cannot give (advantage over all products, unit values) is named, not guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tariffs.errors import N_, Place, Said, TariffsError
from tariffs.evidence import georgia, indicators
from tariffs.law.exporter import FEEDSTOCK_SHARE
from tariffs.law.protection import Protection, makers_protection
from tariffs.sources import Figure, Status, Values, central, weakest
from tariffs.store import Library

PROCESSING = "processing-bulk"  # key in costs.csv: what the plant itself spends on a tonne


@dataclass(frozen=True)
class Shown:
    """One indicator: a number or a table, or why it cannot be given."""

    name: str
    value: float | None
    table: pd.DataFrame | None
    status: Status
    sources: tuple[str, ...]
    trouble: TariffsError | None = None
    note: Said | None = None

    @property
    def why_not(self) -> str:
        return "" if self.trouble is None else str(self.trouble)


def reported_flows(library: Library) -> pd.DataFrame:
    """Georgia's imports by declared origin, in tonnes a year: 2020 as counted, 2023 scaled by 12/9."""
    before, later = georgia.window(library, georgia.BEFORE), georgia.window(library, georgia.AFTER[1])
    rows = [
        {
            "year": window.start.year,
            "exporter": label,
            "importer": georgia.IMPORTER,
            "product": library.baseline.product,
            "quantity": tonnes * 12.0 / months,
        }
        for window, months in ((before, 12), (later, 9))
        for label, tonnes in window.tonnes.items()
    ]
    return pd.DataFrame(rows)


def of_flows(
    flows: pd.DataFrame, exporter: str, importer: str, product: str, status: Status, sources: tuple[str, ...]
) -> tuple[Shown, ...]:
    """Every indicator that a table of flows can give; those it cannot say why.

    Parameters
    ----------
    flows : year, exporter, importer, product, and value (USD), quantity (tonnes) or both.
    """
    measure = "value" if "value" in flows.columns else "quantity"
    years = sorted(flows["year"].unique()) if "year" in flows.columns and len(flows) else []
    last = years[-1] if years else 0

    def shown(name: str, made: Callable[[], pd.DataFrame], note: Said | None = None) -> Shown:
        try:
            got = made()
        except TariffsError as reason:
            return Shown(name, None, None, status, sources, reason)
        return Shown(name, None, got, status, sources, note=note)

    of_product = flows[flows["product"].astype(str) == product] if flows["product"].nunique() > 1 else flows

    def shares() -> pd.DataFrame:
        return indicators.supplier_shares(of_product, importer, measure)

    def split() -> pd.DataFrame:
        if len(years) < 2:
            raise TariffsError(N_("Constant market shares compare two years, and there is one. Bring another year."))
        rows = [
            {"exporter": e, **vars_of(indicators.constant_market_shares(flows, e, years[0], last, measure))}
            for e in sorted(set(flows.loc[flows["year"] == years[0], "exporter"]))
        ]
        return pd.DataFrame(rows)

    def advantage() -> pd.DataFrame:
        if flows["product"].nunique() < 2 or flows["exporter"].nunique() < 2:
            raise TariffsError(
                N_(
                    "Revealed advantage compares a product with all products and a country with the world: bring flows "
                    "of every exporter in at least two products (or the rest as one)."
                )
            )
        wide = flows[flows["year"] == last].pivot_table(
            index="exporter", columns="product", values=measure, aggfunc="sum", fill_value=0.0
        )
        if product not in wide.columns:
            raise TariffsError(
                N_("There are no flows of {product} in {year}; the table has {count} products."),
                product=product,
                year=str(last),
                count=str(len(wide.columns)),
            )
        place = list(wide.columns).index(product)
        table = wide.to_numpy(dtype=float)
        return pd.DataFrame(
            {
                "exporter": wide.index,
                "balassa": indicators.balassa(table)[:, place],
                "normalised": indicators.normalised(table)[:, place],
            }
        )

    def balance() -> pd.DataFrame:
        now = flows[flows["year"] == last]
        sold = now[now["exporter"] == exporter].groupby("product")[measure].sum()
        bought = now[now["importer"] == exporter].groupby("product")[measure].sum()
        goods = sold.index.union(bought.index)
        if len(goods) < 2 or not len(bought):
            raise TariffsError(
                N_("Lafay's index needs exports and imports of {country} in at least two products."),
                country=Place(exporter),
            )
        both = [s.reindex(goods, fill_value=0.0).to_numpy(dtype=float) for s in (sold, bought)]
        return pd.DataFrame({"product": goods, "lafay": indicators.lafay(*both)})

    def unit_values() -> pd.DataFrame:
        if not {"value", "quantity"} <= set(flows.columns):
            raise TariffsError(N_("Unit values need values and quantities; these flows have only one of them."))
        return indicators.unit_value_gap(of_product, exporter)

    return (
        shown("shares of suppliers and their concentration", shares),
        shown("constant market shares", split, _span(years, measure)),
        shown("revealed comparative advantage", advantage),
        shown("Lafay's index", balance),
        shown("unit value against rivals", unit_values),
    )


def _span(years: Sequence[int], measure: str) -> Said | None:
    if not years:
        return None
    says = N_("From {first} to {last}, in USD.") if measure == "value" else N_("From {first} to {last}, in tonnes.")
    return Said(says, first=str(years[0]), last=str(years[-1]))


def vars_of(split: indicators.SharesKept) -> dict[str, float]:
    """The change and its five parts by name."""
    names = ("change", "growth", "composition", "destination", "competition", "interaction")
    return {name: getattr(split, name) for name in names}


@dataclass(frozen=True)
class Maker:
    """What the exporter's own state does to its maker on a day."""

    protection: Protection
    resource_cost: Shown  # feedstock at its home price
    resource_cost_at_border: Shown  # feedstock at what it would fetch abroad


def of_maker(library: Library, on: date, values: Values = central) -> Maker:
    """Effective protection in home and export sales, and the domestic resource cost of the plant.

    Feedstock is valued twice: at its home price, and at that price without the duty that keeps it at home.
    Nobody knows how much of that duty lowers the home price, so the truth lies between.
    """
    policy, exporter = library.policy, library.baseline.exporter
    protection = makers_protection(policy, exporter, on, values)
    fob = next(f.usd_per_t for f in library.flows.values() if f.producer == exporter and f.anchor)
    part, spent = policy.row("costs", FEEDSTOCK_SHARE).value, policy.row("costs", PROCESSING).value
    figures: tuple[Figure, ...] = (fob, part, spent)
    duty = float(-protection.feedstock_tariff)

    def cost(tradable: float, name: str, used: tuple[Figure, ...]) -> Shown:
        status = weakest(f.status for f in used)
        sources = tuple(dict.fromkeys(f.source for f in used))
        try:
            found = indicators.domestic_resource_cost(central(spent), central(fob), tradable)
        except TariffsError as reason:
            return Shown(name, None, None, status, sources, reason)
        return Shown(name, found, None, status, sources)

    at_home = central(part) * central(fob)
    with_duty = figures if protection.feedstock_duty is None else (*figures, protection.feedstock_duty.rate)
    return Maker(
        protection,
        cost(at_home, "domestic resource cost, feedstock at its home price", figures),
        cost(at_home / (1.0 - duty), "domestic resource cost, feedstock at its border price", with_duty),
    )


def plain(found: tuple[Shown, ...], maker: Maker | None) -> dict[str, Any]:
    """Plain values for JSON."""
    made: dict[str, Any] = {"indicators": [_plain(s) for s in found]}
    if maker:
        p = maker.protection
        made["maker"] = {
            "exporter": p.exporter,
            "on": p.on.isoformat(),
            "effective_protection_exports": float(p.rate),
            "effective_protection_home": float(p.home_rate),
            "anti_export_bias": float(p.anti_export_bias),
            "status": str(p.status),
            "sources": list(p.sources),
            "resource_cost": [_plain(maker.resource_cost), _plain(maker.resource_cost_at_border)],
        }
    return made


def _plain(s: Shown) -> dict[str, Any]:
    rows = None if s.table is None else s.table.astype(object).where(s.table.notna(), None).to_dict("records")
    return {
        "name": s.name,
        "value": s.value,
        "table": rows,
        "status": str(s.status),
        "sources": list(s.sources),
        "why_not": s.why_not,
        "note": s.note or "",
    }
