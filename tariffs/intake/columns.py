"""A sorted copy holds numbers, not texts: its sound rows become tidy columns at once, without a look at each.

A row is sound when reading its line would keep it as it stands. Every other row is read as a line, so that the
rows and their account are those of the file read line by line.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tariffs.intake import codes
from tariffs.intake.format import Given
from tariffs.intake.page import Line
from tariffs.intake.places import by_number
from tariffs.intake.readers.baci import TONNES, USD, edition_in
from tariffs.intake.tidy import FLOW_SCHEMA

Mask: TypeAlias = NDArray[np.bool_]
Whole: TypeAlias = NDArray[np.int64]
NONE = -1  # stands where a whole number is missing


def parted(table: Any, file: str, given: Given, product: str, first: int) -> tuple[Any, list[Line]]:
    """Rows t,i,j,k,v,q,row of a copy as tidy rows in the order of the file, and the others as lines.

    Parameters
    ----------
    first : rows up to this line of the file are read as lines whatever they hold; their texts prove the decimal mark.
    """
    import pyarrow as pa

    table = table.take(pa.array(np.argsort(_whole(table["row"]), kind="stable")))
    row, year = _whole(table["row"]), _whole(table["t"])
    value, tonnes = (np.asarray(table[name].to_numpy(), np.float64) for name in ("v", "q"))
    edition = edition_in(file, given.revision)
    seller, sellers = _named(_whole(table["i"]), _place)
    buyer, buyers = _named(_whole(table["j"]), _place)
    code, products = _named(_whole(table["k"]), lambda k: _code(k, product, edition))
    sound = (row > first) & (year >= 1900) & (year <= 2100) & (seller >= 0) & (buyer >= 0) & (code >= 0)
    sound &= ~(np.isnan(value) & np.isnan(tonnes))
    for figure in (value, tonnes):
        sound &= np.isnan(figure) | ((figure >= 0) & np.isfinite(figure))
    n = int(sound.sum())
    held = {
        "year": pa.array(year[sound], pa.int16()), "exporter": _words(seller[sound], sellers),
        "importer": _words(buyer[sound], buyers), "product": _words(code[sound], products),
        "value_usd": _figures(value[sound] * USD), "quantity_t": _figures(tonnes[sound] * TONNES),
        "row": pa.array(row[sound], pa.int32()),
    }  # fmt: skip
    same = {"reporter": "", "hs_revision": edition, "flow": "trade", "basis": "fob", "currency": "", "file": file}
    held |= {name: _words(np.zeros(n, np.int64), [text]) for name, text in same.items()}
    columns = [held[f.name].cast(f.type) if f.name in held else pa.nulls(n, f.type) for f in FLOW_SCHEMA]
    return pa.table(columns, schema=FLOW_SCHEMA), _lines(table.filter(pa.array(~sound)))


def _whole(column: Any) -> Whole:
    """(n,) whole numbers, ``NONE`` where there is none."""
    return np.asarray(column.fill_null(NONE).to_numpy(), np.int64)


def _named(numbers: Whole, name: Callable[[int], str]) -> tuple[Whole, list[str]]:
    """Each number's place in a list of names, (n,); -1 for one without a name."""
    unique, at = np.unique(numbers, return_inverse=True)
    names = [name(one) for one in unique.tolist()]
    held = [text for text in dict.fromkeys(names) if text]
    places = {text: place for place, text in enumerate(held)}
    return np.array([places.get(text, -1) for text in names], np.int64)[at], held


def _place(number: int) -> str:
    found = by_number(str(number))
    return found.code if found is not None and found.kind in ("country", "world") else ""


def _code(number: int, product: str, edition: str) -> str:
    text = str(number).zfill(6)
    fits = number >= 0 and len(text) == 6 and codes.wanted(product, text, edition) == "yes"
    return text if fits else ""


def _words(places: Whole, names: Sequence[str]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(names, pa.string()))


def _figures(values: NDArray[np.float64]) -> Any:
    import pyarrow as pa

    return pa.array(values, pa.float64(), from_pandas=True)  # what is not a number is missing


def _lines(table: Any) -> list[Line]:
    """Rows of a copy as the lines they were, but for blanks and noughts at the end of a figure."""
    rows = table.to_pydict()
    columns = [["" if v is None else str(v) for v in rows[name]] for name in ("t", "i", "j", "k", "v", "q")]
    lines = [(row, list(cells)) for row, *cells in zip(rows["row"], *columns, strict=True)]
    for _, cells in lines:
        cells[3] = cells[3].zfill(6)
    return lines
