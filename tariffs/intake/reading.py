"""One table from its lines to tidy rows, with an account of every line."""

from dataclasses import dataclass
from typing import Any

from tariffs.errors import Said
from tariffs.intake import codes
from tariffs.intake.again import of_world, without_repeats, without_world
from tariffs.intake.format import FLOWS, Format, Given, Header, Row
from tariffs.intake.letters import Mark, decimal_mark
from tariffs.intake.page import Page
from tariffs.intake.refusal import (
    COARSER,
    MISFIT,
    OTHER_PRODUCT,
    Refused,
    Skip,
    refuse,
)
from tariffs.intake.report import Report, Tally, losses, mends
from tariffs.intake.sniff import Recognised
from tariffs.intake.tidy import Builder, FlowRow, TariffRow, joined
from tariffs.words import N_

PROOF_LINES = 400  # lines looked at to tell a decimal comma from a point
ASKS = {
    "reporter": "--given reporter=TUR", "flow": "--given flow=import", "product": "--given product=271320",
    "year": "--given year=2024", "exporter": "--given exporter=IRN", "importer": "--given importer=TUR",
}


@dataclass(frozen=True)
class Taken:
    """The tidy rows of one table, as a pyarrow table, and the account of them."""

    table: Any
    report: Report
    totals: Any = None  # flows summed over all partners, those left out beside their partners included


def take(page: Page, seen: Recognised, given: Given, product: str = "", passed: int = 0, tidy: Any = None) -> Taken:
    """Read a recognised table.

    Parameters
    ----------
    passed : rows of other products that have been left out of it already.
    tidy : rows that stand after those of the table and are read already, in the schema of flows.

    Raises
    ------
    Refused
        When the format holds no HS trade, when a fact is missing that only the user knows, or when not
        one row can be used.
    """
    one = seen.format
    import pyarrow as pa

    if one.refuses:
        raise refuse(page.name, one.refuses, N_("trade or duties by HS code"), one.remedy, seen.header.line)
    _ask(page, seen, given)
    tally = Tally(notes=list(page.notes))
    mark = _mark(page, seen)
    builder = Builder(FlowRow if one.kind == FLOWS else TariffRow)
    totals = None
    row = Row(seen.header, mark.sign, given, tally, page.name)
    _fill(page, seen, row, builder, product)
    if passed:
        tally.read += passed
        tally.drop(OTHER_PRODUCT, seen.header.line + 1, "counted, not looked at", passed)
    table = builder.table()
    if tidy is not None:
        tally.read += len(tidy)
        tally.kept += len(tidy)
        table = joined([table, tidy], table.schema)
    if one.percent_or_fraction:
        table = _as_percent(table, tally)
    if one.kind == FLOWS:
        table = without_repeats(joined([table], table.schema), one.one_row_each, tally)
        totals = table.filter(pa.array(of_world(table)))
        table = without_world(table, tally)
        _say_missing(table, tally)
    _say_year(page, one, table, tally)
    _or_refuse(page, tally)
    if not one.checked:
        tally.note(
            N_(
                "This layout was not yet checked against a genuine file. Compare a few rows with the file, and send us "
                "its header line so that the reader can be confirmed: {header}"
            ),
            header=seen.header_text,
        )
    if one.kind == FLOWS and product and not product.startswith("27"):
        tally.note(
            N_("Codes are compared as written: changes between editions of the HS are on record for chapter 27 only.")
        )
    return Taken(table, _report(page, seen, mark, tally, table), totals)


def _ask(page: Page, seen: Recognised, given: Given) -> None:
    """Facts that the file lacks and nobody gave."""
    columns = seen.header.at
    lacks = [
        fact for fact in seen.format.asks
        if not getattr(given, fact) and not any(name == fact or name.startswith(f"{fact}_") for name in columns)
    ]
    if lacks:
        raise refuse(
            page.name,
            Said(N_("no column for {lacks}"), lacks=lacks),
            Said(N_("{title} with {lacks}"), title=Said(seen.format.title), lacks=lacks),
            Said(N_("Say what the file leaves out: {facts}."), facts=" ".join(ASKS[fact] for fact in lacks)),
            seen.header.line,
        )


def _mark(page: Page, seen: Recognised) -> Mark:
    places = [seen.header.at[n] for n in seen.format.numbers if n in seen.header.at] + list(seen.header.groups.values())
    cells: list[str] = []
    for number, line in page.lines():
        if number > seen.header.line + PROOF_LINES:
            break
        if number > seen.header.line:
            cells += [line[p] for p in places if p < len(line)]
    mark = decimal_mark(cells, seen.format.decimal)
    # A workbook stores numbers, not texts: their point is the program's, whatever the reader sees.
    return Mark(".", N_("numbers of a workbook")) if page.medium == "spreadsheet" and not _texts(cells, mark) else mark


def _texts(cells: list[str], mark: Mark) -> bool:
    """Whether figures in a workbook were typed as text with a decimal comma."""
    return mark.sign == "," and any("," in cell for cell in cells)


def _fill(page: Page, seen: Recognised, row: Row, builder: Builder, product: str) -> None:
    tally, header = row.tally, seen.header
    width = _width(page, header)
    ragged = page.medium == "spreadsheet" or seen.format.find is not None
    read = seen.format.read
    for number, cells in page.lines():
        if number <= header.line or not any(cell and not cell.isspace() for cell in cells):
            continue
        tally.read += 1
        row.cells, row.number = cells, number
        if len(cells) != width and not ragged and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            tally.drop(MISFIT, number, f"{len(cells)} cells for {width} columns")
            continue
        try:
            made: list[FlowRow | TariffRow] = list(read(row))
        except Skip as skip:
            tally.drop(skip.reason, number, skip.found)
            continue
        if product:
            answer = codes.wanted(product, made[0].product, made[0].hs_revision)
            if answer != "yes":
                tally.drop(OTHER_PRODUCT if answer == "no" else COARSER, number, made[0].product)
                continue
        tally.kept += 1
        for one in made:
            builder.add(one)


def _width(page: Page, header: Header) -> int:
    for number, cells in page.lines():
        if number == header.line:
            return len(cells)
    return 0


def _as_percent(table: Any, tally: Tally) -> Any:
    """Percentages that a workbook holds as fractions: no duty list stops at one per cent."""
    import pyarrow as pa
    import pyarrow.compute as pc

    highest = pc.max(table["rate"]).as_py()
    if highest is None or not 0 < highest * 100 <= 1:
        return table
    tally.note(N_("Rates are stored as fractions and shown as per cent by the spreadsheet: read so (0.05 is 5 %)."))
    at = table.schema.get_field_index("rate")
    return table.set_column(at, pa.field("rate", pa.float64()), pc.multiply(table["rate"], 100.0))


def _say_missing(table: Any, tally: Tally) -> None:
    for name, says in (
        ("quantity_t", N_("{missing} of {all} flows have no quantity: missing, not zero.")),
        ("value_usd", N_("{missing} of {all} flows have no value in dollars: missing, not zero.")),
    ):
        if missing := table[name].null_count:
            tally.note(says, missing=int(missing), all=int(table.num_rows))


def _say_year(page: Page, one: Format, table: Any, tally: Tally) -> None:
    """A year in the file's name that its rows contradict: a renamed file, or a wrong one."""
    import pyarrow.compute as pc

    named = one.year_in_name(page.name) if one.year_in_name else None
    if named is None:
        return
    years = [str(year) for year in sorted(pc.unique(table["year"].combine_chunks()).to_pylist()) if year != named]
    if years:
        tally.note(
            N_("The file's name says {named}, its rows say {years}: the rows are believed."),
            named=str(named), years=", ".join(years),
        )


def _or_refuse(page: Page, tally: Tally) -> None:
    """Nothing kept: an empty answer is an answer, a table of unusable rows is not."""
    if tally.kept or OTHER_PRODUCT in tally.dropped or COARSER in tally.dropped:
        return
    if not tally.read:
        if page.medium.startswith("JSON"):
            tally.note(N_("The answer holds no records: the source has nothing for that question."))
            return
        raise refuse(page.name, N_("a header without rows"), N_("at least one row"), N_("Download it again."))
    raise no_row_used(page.name, tally)


def no_row_used(name: str, tally: Tally) -> Refused:
    reason, (count, examples) = max(tally.dropped.items(), key=lambda kv: kv[1][0])
    rows = {"count": count, "read": tally.read, "why": Said(reason.says)}
    found = Said(N_("{count} of {read} rows with {why}"), **rows)
    if examples:
        found = Said(N_('{count} of {read} rows with {why}, such as "{example}"'), **rows, example=examples[0].found)
    return refuse(
        name, found, N_("at least one row that can be used"), reason.remedy, examples[0].row if examples else None
    )


def _marked(mark: Mark) -> Said:
    says = N_("decimal comma ({why})") if mark.sign == "," else N_("decimal point ({why})")
    return Said(says, why=Said.of(mark.why))


def _report(page: Page, seen: Recognised, mark: Mark, tally: Tally, table: Any) -> Report:
    one = seen.format
    return Report(
        file=page.name, format=one.name, title=one.title, kind=one.kind, checked=one.checked, evidence=seen.evidence,
        considered=seen.considered, medium=page.medium,
        decimal=_marked(mark), rows_read=tally.read,
        rows_kept=tally.kept, rows_made=int(table.num_rows), dropped=losses(tally.dropped), mended=mends(tally.mended),
        notes=tuple(tally.notes),
    )


