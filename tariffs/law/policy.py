"""Everything that is charged, on every day: both states' rules and the road between them.

A ``Policy`` is the whole law and practice, all dates at once; a lookup names the day. A scenario
edits rows of it (``replace_row``), so two policies and two days are what a question compares.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from tariffs.errors import N_, BadLever, Said
from tariffs.law.measures import ExporterMeasure, Measure, Reading
from tariffs.law.places import Groups
from tariffs.sources import Figure


@dataclass(frozen=True, slots=True)
class Freight:
    """One leg of road, sea or border, in USD per tonne."""

    key: str
    start: str
    start_place: str
    end: str
    end_place: str
    mode: str
    via: str
    usd_per_t: Figure
    note: str


@dataclass(frozen=True, slots=True)
class Cost:
    """One element of cost that is neither law nor freight: relabelling, packing, insurance."""

    key: str
    element: str
    stage: str
    unit: str
    value: Figure
    note: str


@dataclass(frozen=True, slots=True)
class Wedge:
    """What stands between the landed price on paper and what the buyer pays, apart from the duty."""

    key: str
    producer: str
    label: str
    importer: str
    region: str  # the part of the importer it was measured in; empty = all
    usd_per_t: Figure
    who_keeps: str  # unknown, intermediary, resource_cost
    method: str
    note: str


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction that splits a total: how much enters through Kurdistan, how much is relabelled."""

    key: str
    what: str
    places: tuple[str, ...]
    share: Figure
    note: str


Row = Measure | Reading | ExporterMeasure | Freight | Cost | Wedge | Share

# The field of each table's row that carries its number, by the name a lever uses.
FIGURE_FIELDS: Mapping[str, Mapping[str, str]] = {
    "measures": {"rate": "rate", "specific": "specific"},
    "exporter_measures": {"rate": "rate"},
    "freight": {"usd_per_t": "usd_per_t"},
    "costs": {"value": "value"},
    "access_wedges": {"usd_per_t": "usd_per_t"},
    "shares": {"share": "share"},
    "classification": {},
}
TEXT_FIELDS: Mapping[str, frozenset[str]] = {
    "measures": frozenset({"role", "valid_from", "valid_to", "product_class"}),
    "exporter_measures": frozenset({"role", "valid_from", "valid_to"}),
    "classification": frozenset({"product_class", "role", "valid_from", "valid_to"}),
    "access_wedges": frozenset({"who_keeps"}),
    "freight": frozenset(),
    "costs": frozenset(),
    "shares": frozenset(),
}


@dataclass(frozen=True)
class Policy:
    """Rows of law and practice by table and key, with the groups they speak of."""

    groups: Groups
    measures: Mapping[str, Measure]
    classification: Mapping[str, Reading]
    exporter_measures: Mapping[str, ExporterMeasure]
    freight: Mapping[str, Freight]
    costs: Mapping[str, Cost]
    access_wedges: Mapping[str, Wedge]
    shares: Mapping[str, Share]

    def table(self, name: str) -> Mapping[str, Any]:
        """One table by name.

        Raises
        ------
        BadLever
            When there is no such table.
        """
        if name not in FIGURE_FIELDS:
            raise BadLever(
                N_("There is no table '{table}' to edit. The tables are {tables}."),
                table=name,
                tables=sorted(FIGURE_FIELDS),
            )
        table: Mapping[str, Any] = getattr(self, name)
        return table

    def row(self, table: str, key: str) -> Any:
        """One row.

        Raises
        ------
        BadLever
            When there is no such row; the message offers the nearest keys.
        """
        rows = self.table(table)
        if key not in rows:
            from difflib import get_close_matches

            near = get_close_matches(key, rows, 3) or sorted(rows)[:3]
            raise BadLever(N_("Table {table} has no row '{row}'. Nearest: {near}."), table=table, row=key, near=near)
        return rows[key]

    def replace_row(self, table: str, key: str, **changes: object) -> "Policy":
        """The same policy with one row changed."""
        return self.with_row(table, replace(self.row(table, key), **changes))

    def with_row(self, table: str, row: Row) -> "Policy":
        """The same policy with a row added, or put in place of the one of its key."""
        changes: Any = {table: {**self.table(table), row.key: row}}
        return replace(self, **changes)

    def figure(self, table: str, key: str, field: str) -> Figure:
        """The number that ``table.key.field`` names.

        Raises
        ------
        BadLever
            When the table has no such number.
        """
        fields = FIGURE_FIELDS.get(table, {})
        row = self.row(table, key)
        if field not in fields:
            raise BadLever(
                N_("{table} has no number called '{field}'. It has: {fields}."),
                table=table,
                field=field,
                fields=", ".join(fields) or Said(N_("none")),
            )
        figure: Figure | None = getattr(row, fields[field])
        if figure is None:
            raise BadLever(N_("{table}.{key} has no {field}."), table=table, key=key, field=field)
        return figure

    def wedge(self, producer: str, label: str, importer: str) -> Wedge | None:
        """The access wedge of a route, if anybody ever put a number on it."""
        for wedge in self.access_wedges.values():
            if (wedge.producer, wedge.label, wedge.importer) == (producer, label, importer):
                return wedge
        return None

    @cached_property
    def measures_of(self) -> Mapping[str, tuple[Measure, ...]]:
        """Measures by importer, in the order of the table: a lookup reads the rows of one country only."""
        found: dict[str, list[Measure]] = {}
        for measure in self.measures.values():
            found.setdefault(measure.importer, []).append(measure)
        return {importer: tuple(rows) for importer, rows in found.items()}

    @cached_property
    def looked_up(self) -> dict[Hashable, Any]:
        """What lookups found, by what was asked: rows never change under a policy, so an answer stays right."""
        return {}

    def changes_from(self, other: "Policy") -> list[Row]:
        """Rows that are not the same in another policy, as they stand here and there; empty when none differs."""
        rows: list[Row] = []
        for name in FIGURE_FIELDS:
            mine, theirs = self.table(name), other.table(name)
            if mine is not theirs:
                for key in {**mine, **theirs}:
                    if mine.get(key) is not theirs.get(key):
                        rows += [row for row in (mine.get(key), theirs.get(key)) if row is not None]
        return rows

    def regions(self, importer: str) -> tuple[tuple[str, Figure | None], ...]:
        """The parts of an importer that keep their own rows, each with the share of trade it takes.

        A place without parts is ``(("", None),)``: one part that takes everything.
        """
        asked = ("regions", importer)
        if asked not in self.looked_up:
            self.looked_up[asked] = self._regions(importer)
        found: tuple[tuple[str, Figure | None], ...] = self.looked_up[asked]
        return found

    def _regions(self, importer: str) -> tuple[tuple[str, Figure | None], ...]:
        names = sorted({m.region for m in self.measures_of.get(importer, ()) if m.region})
        if not names:
            return (("", None),)
        weights = {region_of_share(s): s.share for s in self.shares.values() if importer in s.places}
        return tuple((name, weights.get(name)) for name in names)

    def reading(
        self, country: str, producer: str, label: str, product: str, on: date, region: str = ""
    ) -> Reading | None:
        """How ``country`` reads the good on that day; a named origin beats any, a region beats all."""
        best: tuple[tuple[int, int, int], Reading] | None = None
        for row in self.classification.values():
            origin = self.groups.origin_match(row.origin, producer, label, on)
            if (
                row.country != country
                or row.role != "baseline"
                or not row.covers(on)
                or origin is None
                or row.region not in ("", region)
                or not product.startswith(row.product)
            ):
                continue
            rank = (int(row.region != ""), ("any", "group", "named").index(origin), len(row.product))
            if best is None or rank > best[0]:
                best = (rank, row)
        return best[1] if best else None


def region_of_share(share: Share) -> str:
    """``krg-share-value`` speaks of region KRG; other shares of none."""
    name, mark, _ = share.key.partition("-share-value")
    return name.upper() if mark else ""
