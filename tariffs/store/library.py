"""The library: everything we were told, typed, with its source, from one checked folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tariffs.errors import N_, BadData, BadQuestion, Said
from tariffs.law.policy import Policy
from tariffs.market.elasticities import Elasticities
from tariffs.market.flows import Capacity, Flow, Total
from tariffs.scenario import Scenario
from tariffs.sources import Source
from tariffs.store import build
from tariffs.store.cells import nearest
from tariffs.store.checks import defects_of
from tariffs.store.correlations import correlations_in
from tariffs.store.own import HasFlows, HasRates, Own, flows_in, rates_in
from tariffs.store.reader import DATA, read
from tariffs.uncertainty import Correlation


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something nobody has told us yet: why it matters, who would know, and what stands in."""

    key: str
    what: str
    why_it_matters: str
    how_to_obtain: str
    replaces_file: str
    replaces_key: str
    placeholder: str
    priority: int          # 1 first
    status: str            # of the placeholder; empty: nothing stands in
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the analyzer looks at unless asked otherwise."""

    law_of: date                  # day whose law the baseline tonnes and prices are read under
    year: int
    product: str
    exporter: str
    importers: tuple[str, ...]    # markets in focus


@dataclass(frozen=True)
class Library:
    """Every table of ``data/``, shaped into the values that the other rooms speak of."""

    policy: Policy
    flows: Mapping[str, Flow]
    totals: Mapping[str, Total]
    capacities: Mapping[str, Capacity]
    elasticities: Elasticities
    scenarios: Mapping[str, Scenario]
    sources: Mapping[str, Source]
    unknowns: tuple[Unknown, ...]
    correlations: tuple[Correlation, ...]
    baseline: Baseline
    digest: str                   # of the files read; the same on every machine
    folder: Path
    _tables: Mapping[str, tuple[dict[str, str], ...]] = field(repr=False, compare=False)
    own: Own | None = None        # what the user's own files put in place of our rows

    @classmethod
    def open(cls, folder: Path | None = None) -> "Library":
        """Read and check a data folder, the project's own by default.

        Raises
        ------
        BadData
            With every defect of every file at once.
        """
        book = read(Path(folder) if folder is not None else DATA)
        if defects := defects_of(book):
            raise BadData(str(book.folder), defects)
        tables = {name: tuple(row.cells for row in sheet.rows) for name, sheet in book.sheets.items()}
        given = book.baseline
        return cls(
            policy=build.policy(tables),
            flows={row["key"]: build.flow(row) for row in tables["flows_baseline"]},
            totals={row["key"]: build.total(row) for row in tables["flow_totals"]},
            capacities={row["key"]: build.capacity(row) for row in tables["capacity"]},
            elasticities=build.elasticities(tables["elasticities"]),
            scenarios=build.scenarios(tables["scenarios"], tables["scenario_edits"]),
            sources={row["id"]: build.source(row) for row in tables["sources"]},
            unknowns=tuple(_unknown(row) for row in tables["unknowns"]),
            correlations=correlations_in(tables),
            baseline=Baseline(
                given["law_of"], given["year"], given["product"], given["exporter"], tuple(given["importers"])
            ),
            digest=book.digest,
            folder=book.folder,
            _tables=tables,
        )

    @property
    def without_own(self) -> "Library":
        """The library as it was before any file of the user's."""
        return self.own.without if self.own else self

    def with_flows(self, *given: HasFlows, prices: bool = False) -> "Library":
        """The same library with customs flows in place of assumed tonnes; it has a digest of its own.

        ``Library.open().with_flows(load([path]))``: figures of the product between sellers and markets of the model
        replace the rows of their label; everything else stays. Unit values are set beside the prices on record, and
        with ``prices`` they take the place of those of the same year that are not outlying.

        Raises
        ------
        NothingToUse
            When the files hold no figure that the model can use, naming what they do hold.
        """
        return flows_in(self, given, prices)

    def with_measures(self, *given: HasRates) -> "Library":
        """The same library with duties of loaded schedules from their year on; it has a digest of its own.

        Raises
        ------
        NothingToUse
            When the files hold no rate on the product.
        """
        return rates_in(self, given)

    def table(self, name: str) -> tuple[dict[str, str], ...]:
        """The rows of one file as text, in the order of the file.

        Raises
        ------
        BadQuestion
            When there is no such file.
        """
        wanted = name.removesuffix(".csv")
        if wanted not in self._tables:
            held = Said(N_("There are {tables}."), tables=", ".join(sorted(self._tables)))
            raise BadQuestion(
                N_("There is no table '{name}' in data/. {nearest}"), name=name,
                nearest=nearest(wanted, self._tables, held),
            )
        return tuple(dict(row) for row in self._tables[wanted])


def _unknown(row: Mapping[str, str]) -> Unknown:
    return Unknown(
        key=row["key"], what=row["what"], why_it_matters=row["why_it_matters"], how_to_obtain=row["how_to_obtain"],
        replaces_file=row["replaces_file"], replaces_key=row["replaces_key"], placeholder=row["placeholder"],
        priority=int(row["priority"]), status=row["status"], confidence=row["confidence"], source=row["source"],
    )
