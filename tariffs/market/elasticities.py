"""Which range serves which place: the elasticities the model reads, each with its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tariffs.errors import N_, Place, TariffsError
from tariffs.sources import Figure

KINDS = (
    "import_demand",
    "total_demand",
    "armington_home_import",
    "armington_origins",
    "label_substitution",
    "export_supply",
    "home_supply",
    "pass_through",
    "inverse_export_supply",
    "price_transmission",
)


@dataclass(frozen=True, slots=True)
class Elasticity:
    """One published, estimated or assumed elasticity."""

    key: str
    kind: str
    product: str
    place: str
    value: Figure
    note: str


@dataclass(frozen=True)
class Elasticities:
    """Every elasticity on record; the model reads the rows for the product itself."""

    rows: Mapping[str, Elasticity]

    def serving(self, kind: str, product: str, place: str) -> Elasticity | None:
        """The row for a place, else the one for all places (``WLD``), else nothing."""
        for where in (place, "WLD"):
            for row in self.rows.values():
                if (row.kind, row.product, row.place) == (kind, product, where):
                    return row
        return None

    def require(self, kinds: Sequence[str], product: str, place: str) -> Elasticity:
        """The first of several kinds that is on record for a place.

        Raises
        ------
        TariffsError
            When none is.
        """
        for kind in kinds:
            if row := self.serving(kind, product, place):
                return row
        raise TariffsError(
            N_(
                "No {kinds} elasticity for {product} in {where}. Add a row with product {product} and "
                "place {place} to data/elasticities.csv."
            ),
            kinds=list(kinds),
            product=product,
            place=place,
            where=Place(place),
        )
