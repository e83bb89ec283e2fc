"""What every file becomes: flows and tariffs in house units, each row with the place it was read in."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

TEXT = pa.dictionary(pa.int32(), pa.string())
WORD = pa.dictionary(pa.int16(), pa.string())  # one of a few hundred
BATCH = 2048


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One trade flow as one side reported it."""

    year: int
    month: int | None
    reporter: str            # ISO alpha-3 of who reported; empty when the source reconciled both sides
    exporter: str            # ISO alpha-3, WLD for all
    importer: str
    product: str             # HS or national code, digits alone
    hs_revision: str         # HS92 … HS22; empty when the file does not say
    value_usd: float | None  # US dollars, current
    quantity_t: float | None  # metric tonnes
    flow: str                # import, export, re-export, re-import, or trade when both sides are reconciled
    basis: str               # cif, fob, customs; empty when the file does not say
    value_local: float | None  # in the currency beside, when the file gives no dollars
    currency: str
    file: str
    row: int                 # as a spreadsheet counts, the first row being 1


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One rate of one line for one origin."""

    year: int | None
    importer: str
    origin: str              # ISO alpha-3, a group as the file names it, or any
    product: str
    hs_revision: str
    kind: str                # mfn, preferential, applied, statutory, bound
    rate: float | None       # fraction of the customs value
    rate_min: float | None
    rate_max: float | None
    text: str                # the duty as written, when it is no plain percentage
    lines: int | None        # national lines that an average stands for
    file: str
    row: int


FLOW_SCHEMA = pa.schema([
    ("year", pa.int16()), ("month", pa.int8()), ("reporter", WORD), ("exporter", WORD), ("importer", WORD),
    ("product", TEXT), ("hs_revision", WORD), ("value_usd", pa.float64()), ("quantity_t", pa.float64()),
    ("flow", WORD), ("basis", WORD), ("value_local", pa.float64()), ("currency", TEXT), ("file", WORD),
    ("row", pa.int32()),
])
TARIFF_SCHEMA = pa.schema([
    ("year", pa.int16()), ("importer", TEXT), ("origin", TEXT), ("product", TEXT), ("hs_revision", TEXT),
    ("kind", TEXT), ("rate", pa.float64()), ("rate_min", pa.float64()), ("rate_max", pa.float64()),
    ("text", TEXT), ("lines", pa.int32()), ("file", TEXT), ("row", pa.int32()),
])
Row = TypeVar("Row", FlowRow, TariffRow)


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """A table of tidy rows, held as columns."""

    table: Any  # pyarrow.Table in the schema of the row

    schema: ClassVar[Any]
    row_type: ClassVar[type]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[Row]:
        for batch in self.table.to_batches(max_chunksize=BATCH):
            for cells in batch.to_pylist():
                yield self.row_type(**cells)

    def to_frame(self) -> "pd.DataFrame":
        """The rows as a pandas frame, texts as plain strings."""
        import pandas as pd

        frame: pd.DataFrame = self.table.to_pandas(strings_to_categorical=False)
        texts = [f.name for f in self.schema if pa.types.is_dictionary(f.type)]
        return frame.astype(dict.fromkeys(texts, str))

    def records(self) -> list[dict[str, Any]]:
        """The rows as plain values."""
        return [asdict(row) for row in self]


class Flows(Rows[FlowRow]):
    """Trade flows, one row for each report."""

    schema = FLOW_SCHEMA
    row_type = FlowRow


class Tariffs(Rows[TariffRow]):
    """Rates of duty, one row for each line and origin."""

    schema = TARIFF_SCHEMA
    row_type = TariffRow


class Builder:
    """Takes rows one at a time and keeps them as columns, so that a long file stays small."""

    def __init__(self, kind: type[FlowRow] | type[TariffRow]) -> None:
        self.schema = FLOW_SCHEMA if kind is FlowRow else TARIFF_SCHEMA
        self._cells = attrgetter(*(f.name for f in fields(kind)))
        self._waiting: list[tuple[Any, ...]] = []
        self._batches: list[Any] = []

    def add(self, row: FlowRow | TariffRow) -> None:
        self._waiting.append(self._cells(row))
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._waiting, strict=True)
        arrays = []
        for column, field in zip(columns, self.schema, strict=True):
            if pa.types.is_dictionary(field.type):
                arrays.append(pa.array(column, pa.string()).dictionary_encode().cast(field.type))
            else:
                arrays.append(pa.array(column, field.type))
        self._batches.append(pa.record_batch(arrays, schema=self.schema))
        self._waiting.clear()

    def table(self) -> Any:
        """Everything added so far."""
        if self._waiting:
            self._flush()
        return pa.Table.from_batches(self._batches, self.schema)


def joined(tables: list[Any], schema: Any) -> Any:
    """Several tables as one, their texts under one dictionary."""
    if not tables:
        return schema.empty_table()
    return pa.concat_tables(tables).unify_dictionaries()
