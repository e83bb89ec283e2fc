"""Rows that say the same thing: repetitions, and totals that stand beside their parts.

Rows are compared by a 64-bit fingerprint of their columns, so that a file of a million rows is compared
within a few megabytes; two different rows of it share one by chance once in some ten million files.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tariffs.intake.refusal import REPEATED, WORLD_BESIDE, Reason
from tariffs.intake.report import Tally
from tariffs.intake.tidy import BATCH
from tariffs.words import N_

Mask: TypeAlias = NDArray[np.bool_]
KEY = ("year", "month", "reporter", "exporter", "importer", "product", "flow")
FIGURES = ("value_usd", "value_local", "quantity_t")
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads neighbours apart


def fingerprints(table: Any, columns: Sequence[str]) -> NDArray[np.uint64]:
    """One number for each row, (n,), equal for rows that agree in every column."""
    mixed = np.zeros(table.num_rows, np.uint64)
    for name in columns:
        at = 0
        for chunk in table[name].chunks:  # in place and piece by piece: a large upload stays small
            part = mixed[at : at + len(chunk)]
            part ^= _numbers(chunk)
            part *= MIX
            part ^= part >> np.uint64(29)
            at += len(chunk)
    return mixed


def _numbers(column: Any) -> NDArray[np.uint64]:
    import pyarrow as pa

    if isinstance(column, pa.DictionaryArray):
        return np.asarray(column.indices.to_numpy(zero_copy_only=False), np.uint64)
    if pa.types.is_floating(column.type):
        values = np.asarray(column.fill_null(float("nan")).to_numpy(zero_copy_only=False), np.float64)
        return (values + 0.0).view(np.uint64)  # one zero
    return np.asarray(column.fill_null(-1).to_numpy(zero_copy_only=False), np.int64).view(np.uint64)


def repeated(marks: NDArray[np.uint64]) -> Mask:
    """Which rows come a second time or later, (n,); looked at piece by piece, to need little memory."""
    ordered = np.sort(marks)
    doubled = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    again = np.zeros(len(marks), bool)
    if not len(doubled):
        return again
    doubled = doubled[np.concatenate(([True], doubled[1:] != doubled[:-1]))]
    met = np.zeros(len(doubled), bool)
    for at in range(0, len(marks), BATCH):
        part = marks[at : at + BATCH]
        place = np.minimum(np.searchsorted(doubled, part), len(doubled) - 1)
        hit = np.flatnonzero(doubled[place] == part)
        again[at + hit] = True
        which, first = np.unique(place[hit], return_index=True)
        again[at + hit[first[~met[which]]]] = False
        met[which] = True
    return again


def _times_again(marks: NDArray[np.uint64]) -> int:
    """How many rows come a second time or later; sorts the marks where they stand."""
    marks.sort()
    return int(np.count_nonzero(marks[1:] == marks[:-1]))


def without_repeats(table: Any, once: bool, tally: Tally) -> Any:
    """A second identical row goes where a source states each flow once; elsewhere it is only counted."""
    same = repeated(fingerprints(table, (*KEY, *FIGURES)))
    twice = _times_again(fingerprints(table, KEY)) - int(same.sum())
    if twice and once:
        tally.note(
            N_("{count} flows stand more than once with different figures: all kept, do not add them up."), count=twice
        )
    if not same.any():
        return table
    if not once:
        tally.note(
            N_("{count} rows repeat another one exactly; this source may state them so, and they are kept."),
            count=int(same.sum()),
        )
        return table
    return _leave_out(table, same, REPEATED, tally)


def of_world(table: Any) -> Mask:
    """Which rows are totals over all partners, (n,)."""
    import pyarrow.compute as pc

    found: Mask = pc.or_(pc.equal(table["importer"], "WLD"), pc.equal(table["exporter"], "WLD")).to_numpy()
    return found


def without_world(table: Any, tally: Tally) -> Any:
    """World totals go where the same file holds the partners they are made of."""
    world = of_world(table)
    if not world.any():
        return table
    marks = fingerprints(table, ("year", "month", "reporter", "product", "flow"))
    beside = world & np.isin(marks, marks[~world])
    alone = int(world.sum() - beside.sum())
    if alone:
        tally.note(
            N_("{count} rows are totals over all partners (WLD): no partners stand beside them."), count=alone
        )
    return _leave_out(table, beside, WORLD_BESIDE, tally) if beside.any() else table


def _leave_out(table: Any, out: Mask, reason: Reason, tally: Tally) -> Any:
    """The other rows; a line of the file counts as left out when none of its rows is kept."""
    import pyarrow as pa

    rest = table.filter(pa.array(~out))
    rows = table["row"].to_numpy()
    left = np.zeros(int(rows.max()) + 1, bool)
    left[rows] = True
    left[rest["row"].to_numpy()] = False
    gone = np.flatnonzero(left)
    for number in gone[:3].tolist():
        tally.drop(reason, number, f"row {number}", 0)
    if len(gone):
        held, examples = tally.dropped[reason]
        tally.dropped[reason] = (held + len(gone), examples)
        tally.kept -= len(gone)
    return rest
