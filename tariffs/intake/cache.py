"""A BACI year kept sorted by product, as Parquet: read again in milliseconds, never half-written.

The copy's name carries a digest of the file it was made from and one of its own footer; its pages
carry checksums. A copy that does not match is made anew, and the file it stands for is never touched.
"""

import glob
import hashlib
import os
import tempfile
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tariffs.errors import NotWritten, Said, system_says
from tariffs.intake.refusal import refuse
from tariffs.progress import Progress
from tariffs.words import N_

ENDS = 1 << 16      # bytes hashed at either end of the source, with its size and time
GROUP = 1 << 15     # rows of a block; a product fills one or two
LAYOUT = "2"        # raised when the columns or their order change, so that an older copy is not read
BLOCK = 4 << 20
MISSING = ["", *("NA".rjust(n) for n in range(2, 24))]  # CEPII pads NA with blanks


@dataclass(frozen=True)
class Copied:
    """What a sorted copy holds of a product."""

    table: Any  # pyarrow.Table of t,i,j,k,v,q and row, the number of the line in the file
    read: int  # rows of all products
    notes: tuple[Said, ...]


def searched(path: Path, product: str, folder: Path, progress: Progress) -> Copied:
    """The rows of a product from the sorted copy, which is made if there is none that fits.

    Raises
    ------
    NotWritten
        When the folder cannot hold the copy.
    """
    name = _source_name(path)
    notes: list[Said] = []
    for kept in sorted(folder.glob(f"{glob.escape(name)}-*.parquet")):
        try:
            return _read(kept, product, (*notes, Said(N_("Read from the sorted copy {name}."), name=kept.name)))
        except (OSError, ValueError, KeyError) as problem:
            damaged = N_("The sorted copy {name} is damaged ({problem}): made again.")
            notes.append(Said(damaged, name=kept.name, problem=str(problem)[:80]))
            kept.unlink(missing_ok=True)
    kept = _make(path, name, folder, progress)
    return _read(kept, product, (*notes, Said(N_("A sorted copy was made: {name}."), name=kept.name)))


def _source_name(path: Path) -> str:
    """The copy's name: the file's own, and a digest of its size, its time and both its ends."""
    about = path.stat()
    digest = hashlib.sha256(f"{LAYOUT} {about.st_size} {about.st_mtime_ns} ".encode())
    with path.open("rb") as file:
        digest.update(file.read(ENDS))
        file.seek(max(0, about.st_size - ENDS))
        digest.update(file.read(ENDS))
    return f"{path.stem[:80]}-{digest.hexdigest()[:16]}"


def _footer(path: Path) -> str:
    """Digest of the part that says where everything is."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        tail = file.read(8)
        if len(tail) < 8 or tail[4:] != b"PAR1":
            raise ValueError("it breaks off")
        length = int.from_bytes(tail[:4], "little")
        if length + 8 > size:
            raise ValueError("it breaks off")
        file.seek(size - 8 - length)
        return hashlib.sha256(file.read(length + 8)).hexdigest()[:16]


def _read(kept: Path, product: str, notes: tuple[Said, ...]) -> Copied:
    """The blocks of the product, found by their smallest and largest code, and of those its rows."""
    import pyarrow.parquet as pq

    if _footer(kept) != kept.stem.rpartition("-")[2]:
        raise ValueError("its list of contents changed")
    low, high = int(product.ljust(6, "0")), int(product.ljust(6, "9"))
    with pq.ParquetFile(kept, page_checksum_verification=True) as file:
        about, at = file.metadata, file.schema_arrow.get_field_index("k")

        def extent(number: int) -> Any:
            held = about.row_group(number).column(at).statistics
            if held is None or not held.has_min_max:
                raise ValueError("a block without its extent")
            return held

        blocks = range(about.num_row_groups)
        first = bisect_left(blocks, low, key=lambda number: extent(number).max)
        end = bisect_right(blocks, high, key=lambda number: extent(number).min)
        table = file.read_row_groups(list(blocks[first:end]), use_threads=False)  # a block or two: threads cost more
    code = table["k"].to_numpy()
    start, stop = np.searchsorted(code, low), np.searchsorted(code, high, "right")
    return Copied(table.slice(start, stop - start), about.num_rows, notes)


def _make(path: Path, name: str, folder: Path, progress: Progress) -> Path:
    """Read the year once, write it sorted by product, and give it its name only when it is whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f".{name}-*.part"):  # by a run that was killed
            left.unlink(missing_ok=True)
        handle, part_name = tempfile.mkstemp(prefix=f".{name}-", suffix=".part", dir=folder)
        os.close(handle)
    except OSError as problem:
        raise NotWritten(
            N_("{folder} cannot hold a sorted copy ({strerror}). Choose another --cache."),
            folder=folder,
            strerror=system_says(problem),
        ) from None
    part = Path(part_name)
    try:
        _write(_whole(path, progress), part, path.stat().st_size, progress)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        kept = folder / f"{name}-{_footer(part)}.parquet"
        os.replace(part, kept)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise NotWritten(
            N_("{folder} cannot hold a sorted copy ({strerror}). Free space there."),
            folder=folder,
            strerror=system_says(problem),
        ) from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return kept


def _whole(path: Path, progress: Progress) -> Any:
    """Every row with the number of its line; reading is the first half of the work.

    Raises
    ------
    Refused
        When a line is none of BACI's.
    """
    import pyarrow as pa
    import pyarrow.csv as pc

    number = {"t": pa.int16(), "i": pa.int16(), "j": pa.int16(), "k": pa.int32(), "v": pa.float64(), "q": pa.float64()}
    size, line, parts = path.stat().st_size, 2, []
    try:
        with pc.open_csv(
            path, pc.ReadOptions(block_size=BLOCK),
            convert_options=pc.ConvertOptions(column_types=number, null_values=MISSING, strings_can_be_null=True),
        ) as reader:
            for at, batch in enumerate(reader, 1):
                count = batch.num_rows
                parts.append(batch.append_column("row", pa.array(np.arange(line, line + count, dtype=np.int32))))
                line += count
                progress(min(at * BLOCK, size), 2 * size)
    except pa.ArrowException as problem:
        raise refuse(
            path.name, str(problem).splitlines()[0][:300], N_("lines of numbers t,i,j,k,v,q as CEPII publishes them"),
            N_("Download the year again from CEPII; a spreadsheet must not have saved it in between."),
        ) from None
    return pa.Table.from_batches(parts)


def _write(table: Any, part: Path, size: int, progress: Progress) -> None:
    """The rows by product, those of one product in the order of the file; block by block, to need little memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    code = table["k"].fill_null(-1).to_numpy()
    products, rank = np.unique(code, return_inverse=True)
    few = len(products) < 1 << 16  # then their ranks sort many times as fast as their codes
    order = np.argsort(rank.astype(np.uint16) if few else code, kind="stable")
    del code, rank
    columns = {}  # in one piece each, so that a row is found at once
    for name in table.column_names:
        columns[name] = table[name].combine_chunks()
        table = table.drop_columns([name])
    whole = pa.table(columns)
    with pq.ParquetWriter(part, whole.schema, compression="lz4", write_page_checksum=True, write_statistics=["k"],
                          use_dictionary=["t", "i", "j", "k"]) as out:
        for start in range(0, len(order), GROUP):
            out.write_table(whole.take(pa.array(order[start : start + GROUP])), row_group_size=GROUP)
            progress(size + size * start // max(1, len(order)), 2 * size)
    progress(2 * size, 2 * size)
