"""The settings of the baseline: which day, year, product and markets are meant, and whether the flows know them."""

from collections.abc import Callable, Iterator
from datetime import date

from tariffs.errors import N_, Defect, Said
from tariffs.store.cells import nearest, quoted
from tariffs.store.places import PLACES
from tariffs.store.reader import BASELINE, Book
from tariffs.store.schema import HS

SETTINGS = {
    "law_of": N_("a date such as 2025-10-16"),
    "year": N_("a year such as 2025"),
    "product": N_('an HS code such as "271320"'),
    "exporter": N_('a place such as "IRN"'),
    "importers": N_('a list of places such as ["TUR", "IRQ"]'),
}


def settings(book: Book) -> Iterator[Defect]:
    """baseline.toml says which day, year, product and markets are meant, and the flows know them."""
    if any(d.file == BASELINE for d in book.defects):
        return
    given = book.baseline
    for name in given:
        if name not in SETTINGS:
            yield _setting(
                book,
                name,
                quoted(name),
                Said(N_("one of {words}"), words=", ".join(SETTINGS)),
                nearest(name, SETTINGS, N_("Delete the line.")),
            )
    for name, expected in SETTINGS.items():
        if name not in given:
            yield _setting(
                book, name, N_("nothing"), expected, Said(N_("Add a line that begins with {name} =."), name=name)
            )
        elif not _fits(name, given[name]):
            yield _setting(
                book, name, quoted(str(given[name])), expected,
                N_("Write it in that form; dates and years without quotation marks."),
            )
        elif book.readable("flows_baseline"):
            yield from _known_to_flows(book, name)


def _fits(name: str, value: object) -> bool:
    match name:
        case "law_of":
            return type(value) is date
        case "year":
            return type(value) is int and 1900 <= value <= 2100
        case "product":
            return isinstance(value, str) and HS.fullmatch(value) is not None
        case "exporter":
            return isinstance(value, str) and value in PLACES
        case _:
            places = value if isinstance(value, list) else []
            return bool(places) and all(
                isinstance(p, str) and p in PLACES for p in places
            ) and len(set(places)) == len(places)


def _known_to_flows(book: Book, name: str) -> Iterator[Defect]:
    column = {"year": "year", "exporter": "producer", "importers": "importer"}.get(name)
    if column is None:
        return
    held = {row[column] for row in book.sheets["flows_baseline"].rows}
    value = book.baseline[name]
    for one in value if isinstance(value, list) else [value]:
        if str(one) not in held:
            yield _setting(
                book, name, quoted(str(one)), Said(N_("a {column} of flows_baseline.csv"), column=column),
                N_("Correct the setting, or add the rows."),
            )


def _setting(book: Book, name: str, found: str, expected: str, remedy: str) -> Defect:
    return Defect(BASELINE, book.baseline_lines.get(name), name, found, expected, remedy)


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (settings,)
