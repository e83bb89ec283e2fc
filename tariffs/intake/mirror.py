"""Two reports of one flow: what the buyer's customs wrote and what the seller's did."""

import math
from dataclasses import dataclass

from tariffs.intake.tidy import Flows

FAR = 0.25  # usual CIF margins lie below; beyond it the two sides disagree about more than freight


@dataclass(frozen=True, slots=True)
class Mirror:
    """One flow seen from both sides."""

    year: int
    month: int | None
    exporter: str
    importer: str
    product: str
    import_usd: float | None
    export_usd: float | None
    import_t: float | None
    export_t: float | None

    @property
    def value_margin(self) -> float | None:
        """The buyer's value over the seller's, less one: freight and insurance when both are right."""
        return self.import_usd / self.export_usd - 1.0 if self.import_usd and self.export_usd else None

    @property
    def weight_margin(self) -> float | None:
        """The same for tonnes, where no freight can explain a difference."""
        return self.import_t / self.export_t - 1.0 if self.import_t and self.export_t else None

    @property
    def far(self) -> bool:
        """Whether the sides disagree about more than freight."""
        return any(m is not None and abs(m) > FAR for m in (self.value_margin, self.weight_margin))


def mirrors(flows: Flows) -> tuple[Mirror, ...]:
    """Every flow that both sides reported, summed over the lines of the same six digits, largest first."""
    import pyarrow.compute as pc

    if not {"import", "export"} <= set(pc.unique(flows.table["flow"]).to_pylist()):
        return ()
    import pandas as pd

    key = ["year", "month", "exporter", "importer", "product"]
    table = flows.table.select([*key, "flow", "value_usd", "quantity_t"])
    frame: pd.DataFrame = table.to_pandas(strings_to_categorical=False)
    frame = frame[frame["flow"].isin(["import", "export"])]
    frame["product"] = frame["product"].astype(str).str[:6]
    frame = frame.astype({"exporter": str, "importer": str, "flow": str})
    sums = frame.groupby([*key, "flow"], dropna=False, observed=True)[["value_usd", "quantity_t"]].sum(min_count=1)
    sides = sums.reset_index()
    bought, sold = (sides[sides["flow"] == way].drop(columns="flow") for way in ("import", "export"))
    both = bought.merge(sold, on=key, suffixes=("_bought", "_sold")).sort_values("value_usd_bought", ascending=False)
    return tuple(
        Mirror(
            int(row["year"]), None if pd.isna(row["month"]) else int(row["month"]), row["exporter"], row["importer"],
            row["product"], *(_or_none(row[name]) for name in (
                "value_usd_bought", "value_usd_sold", "quantity_t_bought", "quantity_t_sold",
            )),
        )
        for row in both.to_dict("records")
    )


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
