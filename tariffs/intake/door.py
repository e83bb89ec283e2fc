"""Files in, tidy rows and their account out: the one door of this room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tariffs.errors import Said
from tariffs.intake.again import fingerprints, repeated
from tariffs.intake.document import Document, Upload, opened, pages_of
from tariffs.intake.format import FLOWS, Given
from tariffs.intake.formats import format_named
from tariffs.intake.large import plain_lines, searchable, take_large
from tariffs.intake.mirror import Mirror, mirrors
from tariffs.intake.page import Limits, Page
from tariffs.intake.readers.baci import COMPANIONS, departures
from tariffs.intake.reading import Taken, take
from tariffs.intake.refusal import Refused, refuse
from tariffs.intake.report import Report
from tariffs.intake.sniff import Recognised, recognise, unrecognised
from tariffs.intake.tidy import FLOW_SCHEMA, TARIFF_SCHEMA, Flows, Tariffs, joined
from tariffs.law.loaded import Rates
from tariffs.market.cells import Observed
from tariffs.progress import Progress, silent
from tariffs.words import N_

ANY_SIZE = Limits()
File: TypeAlias = str | Path | Upload
LARGE = 32 * 1024 * 1024  # a BACI file beyond this is read by search, not row by row


@dataclass(frozen=True)
class Loaded:
    """Everything read from the files given."""

    flows: Flows
    tariffs: Tariffs
    reports: tuple[Report, ...]
    mirrors: tuple[Mirror, ...]  # flows that both sides reported
    notes: tuple[Said, ...]
    totals: Flows = field(default_factory=lambda: Flows(FLOW_SCHEMA.empty_table()))  # over all partners

    def observed(self, product: str) -> Observed:
        """What the flows say of one product, label by label and market by market."""
        from tariffs.intake.observed import observed

        return observed(self.flows, self.totals, self.reports, product)

    def rates(self, product: str) -> Rates:
        """What the tariffs say of one product."""
        from tariffs.intake.observed import rates

        return rates(self.tariffs, self.reports, product)

    @property
    def empty(self) -> bool:
        return not len(self.flows) and not len(self.tariffs)


def load(
    files: File | Sequence[File],
    as_format: str = "",
    product: str = "",
    given: Given | None = None,
    limits: Limits = ANY_SIZE,
    progress: Progress = silent,
    cache: Path | None = None,
) -> Loaded:
    """Recognise and read a file or several, several years or sources at once.

    Parameters
    ----------
    as_format
        Name of a format, when it shall not be recognised but believed.
    product
        Keep this code and the lines below it; empty keeps every product.
    given
        Facts that a file leaves out.
    limits
        ``UPLOAD`` for files of strangers; by default any size.
    cache
        Folder for copies of large BACI years, sorted by product.

    Raises
    ------
    Refused
        With every file that cannot be used: where, what was found and expected, what to do.
    BadQuestion
        When ``as_format`` names no format.
    """
    chosen = format_named(as_format) if as_format else None
    facts = given or Given()
    taken: list[Taken] = []
    refused: list[Refused] = []
    notes: list[Said] = []
    handed = [files] if isinstance(files, str | Path | Upload) else list(files)
    for file in (Path(one) if isinstance(one, str) else one for one in handed):
        try:
            document = opened(file, limits, progress)
            seen = [(page, recognise(page, chosen)) for page in pages_of(document, limits)]
            taken += _document(document, seen, facts, product, progress, cache, notes, len(handed) > 1)
        except Refused as one:
            refused.append(one)
    if refused:
        raise Refused(*(defect for one in refused for defect in one.defects))
    flows = Flows(joined([t.table for t in taken if t.report.kind == FLOWS], FLOW_SCHEMA))
    tariffs = Tariffs(joined([t.table for t in taken if t.report.kind != FLOWS], TARIFF_SCHEMA))
    flows = _once(flows, notes)
    totals = Flows(joined([t.totals for t in taken if t.totals is not None], FLOW_SCHEMA))
    return Loaded(flows, tariffs, tuple(t.report for t in taken), mirrors(flows), tuple(notes), totals)


def _document(
    document: Document, seen: Sequence[tuple[Page, Recognised | None]], given: Given, product: str,
    progress: Progress, cache: Path | None, notes: list[Said], beside: bool,
) -> list[Taken]:
    known = [(page, one) for page, one in seen if one is not None]
    if not known:
        full = [page for page, _ in seen if page.head()]
        if not full:
            raise refuse(document.name, N_("no rows in any visible sheet"), N_("a table"), N_("Download it again."))
        raise unrecognised(full[0])
    # Sheets of a workbook that are no trade table: instructions, a cover, notes.
    left = [page.name for page, one in seen if one is None and page.head()]
    notes += [Said(N_("{sheet}: not recognised, left out."), sheet=name) for name in left]
    taken = []
    for page, one in known:
        if one.format.name in COMPANIONS and beside:
            notes.append(_companion(page, one))
        elif document.path is not None and _is_large(document, page, one, product):
            taken.append(take_large(document.path, page, one, given, product, progress, cache))
        else:
            taken.append(take(page, one, given, product))
    return taken


def _is_large(document: Document, page: Page, one: Recognised, product: str) -> bool:
    return one.format.name == "baci" and document.size > LARGE and searchable(product) and plain_lines(page, one)


def _companion(page: Page, one: Recognised) -> Said:
    """What a list of codes given beside its trade file is good for: a check of ours."""
    if one.format.name != "baci-countries":
        return Said(N_("{file}: {title}; not needed, left out."), file=page.name, title=Said(one.format.title))
    code, iso3 = one.header.at["code"], one.header.at["iso3"]
    cells = [c for at, c in page.lines() if at > one.header.line and len(c) > max(code, iso3)]
    other = departures((c[code], c[iso3]) for c in cells)
    if other:
        differ = N_("{file}: {count} country codes, which differ from ours: {codes}.")
        return Said(differ, file=page.name, count=len(cells), codes=", ".join(other))
    return Said(N_("{file}: {count} country codes agree with ours."), file=page.name, count=len(cells))


def _once(flows: Flows, notes: list[Said]) -> Flows:
    """The same report in two files counts once."""
    import pyarrow as pa

    if len(flows.table["file"].unique()) < 2:
        return flows
    names = [n for n in flows.table.schema.names if n not in ("file", "row")]
    again = repeated(fingerprints(flows.table, names)) & ~repeated(fingerprints(flows.table, [*names, "file"]))
    if not again.any():
        return flows
    notes.append(Said(N_("{count} flows stand in more than one of the files: kept once."), count=int(again.sum())))
    return Flows(flows.table.filter(pa.array(~again)))
