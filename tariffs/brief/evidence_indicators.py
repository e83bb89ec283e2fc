"""Indicators of competitiveness in words: each with its standing, or why it cannot be given."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tariffs.errors import TariffsError
from tariffs.evidence.standing import Maker, Shown
from tariffs.words import N_, Words

NAMES: Mapping[str, str] = {
    "shares of suppliers and their concentration": N_("Shares of suppliers and their concentration"),
    "constant market shares": N_("Constant market shares: why sales changed"),
    "revealed comparative advantage": N_("Revealed comparative advantage"),
    "Lafay's index": N_("Lafay's index"),
    "unit value against rivals": N_("Unit value against rivals"),
    "domestic resource cost, feedstock at its home price": N_("Domestic resource cost, feedstock at its home price"),
    "domestic resource cost, feedstock at its border price": N_(
        "Domestic resource cost, feedstock at its border price"
    ),
}


MEANINGS: Mapping[str, str] = {
    "shares of suppliers and their concentration": N_(
        "Concentration is the sum of squared shares: 1 for a single supplier, 1/n for n alike."
    ),
    "constant market shares": N_(
        "Growth, composition and destination: sales had the exporter kept its share of each market. Competition and "
        "interaction: shares won or lost."
    ),
    "revealed comparative advantage": N_(
        "Balassa's index above 1, or the normalised index above 0: the exporter sells more of it than the world does."
    ),
    "Lafay's index": N_("In points; above 0 the country trades the product with an advantage. It sums to zero."),
    "unit value against rivals": N_("Below 0 the exporter sells cheaper than everybody else there, or a lower grade."),
}
COLUMNS: Mapping[str, str] = {
    "year": N_("Year"),
    "exporter": N_("Exporter"),
    "importer": N_("Importer"),
    "product": N_("Product"),
    "share": N_("Share"),
    "concentration": N_("Concentration"),
    "change": N_("Change"),
    "growth": N_("Growth"),
    "composition": N_("Composition"),
    "destination": N_("Destination"),
    "competition": N_("Competition"),
    "interaction": N_("Interaction"),
    "balassa": N_("Balassa"),
    "normalised": N_("Normalised"),
    "lafay": N_("Lafay"),
    "unit_value": N_("Unit value, USD/t"),
    "rivals_unit_value": N_("Rivals' unit value, USD/t"),
    "gap": N_("Gap"),
}
WHOLE = ("change", "growth", "composition", "destination", "competition", "interaction")


def meaning(shown: Shown, t: Words) -> str:
    """How an indicator is read."""
    return t(MEANINGS[shown.name]) if shown.name in MEANINGS else ""


def says(shown: Shown, exporter: str, importer: str, t: Words) -> str:
    """What a table says of one exporter or importer, in one sentence; nothing where it is silent."""
    table = shown.table
    if table is None or table.empty:
        return ""
    if "concentration" in table:
        last = table[table["year"] == table["year"].max()].sort_values("share", ascending=False).iloc[0]
        text = N_("In {year} {importer} bought most from {seller} ({share}); concentration of its suppliers: {hhi}.")
        return t(
            text, year=str(int(last["year"])), importer=t.place(importer), seller=t.place(str(last["exporter"])),
            share=t.percent(float(last["share"])), hhi=t.number(float(last["concentration"]), 2),
        )  # fmt: skip
    mine = table[table["exporter"] == exporter] if "exporter" in table else table
    if mine.empty:
        return ""
    row = mine.iloc[-1]
    if "competition" in table:
        gained = float(row["competition"]) + float(row["interaction"])
        text = N_("Sales of {seller} changed by {change}: {shares} by shares won or lost, {rest} by growing markets.")
        return t(
            text, seller=t.place(exporter), change=t.number(float(row["change"]), signed=True),
            shares=t.number(gained, signed=True), rest=t.number(float(row["change"]) - gained, signed=True),
        )  # fmt: skip
    if "balassa" in table:
        text = N_("Balassa's index of {seller} is {index}; above 1 it sells more of this product than the world does.")
        return t(text, seller=t.place(exporter), index=t.number(float(row["balassa"]), 2))
    if "gap" in table:
        text = N_("In {year} {seller} sold to {importer} at {gap} against everybody else there.")
        return t(
            text, year=str(int(row["year"])), seller=t.place(exporter), importer=t.place(str(row["importer"])),
            gap=t.percent(float(row["gap"]), signed=True),
        )  # fmt: skip
    return ""


def told(table: pd.DataFrame, t: Words) -> pd.DataFrame:
    """An indicator's table in the words and figures of the reader."""
    shown = table.astype(object).copy()
    for name in shown.columns:
        shown[name] = [_cell(str(name), value, t) for value in table[name]]
    return shown.rename(columns={name: t(COLUMNS[name]) for name in shown.columns if name in COLUMNS})


def _cell(name: str, value: Any, t: Words) -> str:
    if isinstance(value, str):
        return t.place(value) if name in ("exporter", "importer") else value
    if name == "year":
        return str(int(value))
    if pd.isna(value):
        return "–"
    if name in ("share", "gap"):
        return t.percent(float(value), signed=name == "gap")
    if name in WHOLE or "unit_value" in name:
        return t.number(float(value), 0, signed=name in WHOLE)
    return t.number(float(value), 4 if name == "normalised" else 2)


def title(shown: Shown, t: Words) -> str:
    return t(NAMES.get(shown.name, shown.name))


def protection(maker: Maker, t: Words) -> str:
    """What the exporter's own state does to its maker, in one sentence."""
    p = maker.protection
    return t(
        N_(
            "On {day} the plant's value added is protected by {home} in home sales and by {abroad} in exports: a bias "
            "against exporting of {bias}. Both protections are upper bounds, since the duty that keeps feedstock at "
            "home counts in full."
        ),
        day=t.day(p.on),
        home=t.percent(float(p.home_rate)),
        abroad=t.percent(float(p.rate)),
        bias=t.difference(float(p.anti_export_bias), "fraction"),
    )


def resource_cost(maker: Maker, t: Words) -> str:
    """What a dollar of foreign exchange costs at home, at both prices of the feedstock."""
    near, far = maker.resource_cost, maker.resource_cost_at_border
    if near.value is None:
        return t.explain(near.trouble or TariffsError())
    if far.value is None:
        return t(
            N_(
                "A dollar earned abroad costs USD {near} of home factors with feedstock at its home price. With "
                "feedstock at what it would fetch abroad no value is added at all: the plant lives on the duty on its "
                "feedstock."
            ),
            near=t.number(near.value, 2),
        )
    return t(
        N_(
            "A dollar earned abroad costs USD {near} of home factors with feedstock at its home price, USD {far} with "
            "feedstock at what it would fetch abroad."
        ),
        near=t.number(near.value, 2),
        far=t.number(far.value, 2),
    )
