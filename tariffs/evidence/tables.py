"""Tables to estimate on: the project's own, and files that a user brings."""

import gzip
import hashlib
import io
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from tariffs.errors import N_, BadQuestion
from tariffs.store import DATA

MOST_ROWS_ON_PAGE, LARGEST_ON_PAGE = 500_000, 5 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024  # bytes of CSV in a .gz
KINDS = (".parquet", ".csv", ".csv.gz")


def bundled(name: str, folder: Path | None = None) -> tuple[pd.DataFrame, str]:
    """A table below ``data/`` by its name, with the digest of the file.

    Raises
    ------
    BadQuestion
        When there is none.
    """
    root = (folder or DATA).resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise BadQuestion(N_("There is no table '{name}' below data/."), name=name)
    return read(path)


def read(path: Path) -> tuple[pd.DataFrame, str]:
    """A CSV or Parquet file, with the first 12 letters of its SHA-256.

    Raises
    ------
    BadQuestion
        When it cannot be read as one.
    """
    if not path.is_file():
        raise BadQuestion(
            N_("There is no file '{what}'. Give a CSV or Parquet file with one row per observation."),
            what=str(path),
        )
    raw = path.read_bytes()
    return parsed(path.name, raw), hashlib.sha256(raw).hexdigest()[:12]


def parsed(name: str, raw: bytes, most_rows: int | None = None) -> pd.DataFrame:
    """The table in a file's bytes; Parquet or CSV by the name's ending. Small files may unpack to very large ones.

    Raises
    ------
    BadQuestion
        When the bytes hold no such table.
    """
    kind = next((k for k in KINDS if name.lower().endswith(k)), None)
    if kind is None:
        raise BadQuestion(
            N_("'{name}' is neither CSV nor Parquet. Save it as one of {held}."),
            name=name,
            held=", ".join(KINDS),
        )
    try:
        if kind == ".parquet":
            many = pq.ParquetFile(io.BytesIO(raw)).metadata.num_rows
            if most_rows is not None and many > most_rows:
                raise _too_many(name, many, most_rows)
            frame = pd.read_parquet(io.BytesIO(raw))
        else:
            plain = _unpacked(name, raw) if kind == ".csv.gz" else raw
            rows = None if most_rows is None else most_rows + 1
            frame = pd.read_csv(io.BytesIO(plain), low_memory=False, nrows=rows)
            if most_rows is not None and len(frame) > most_rows:
                raise _too_many(name, len(frame), most_rows)
    except (ValueError, OSError, EOFError, KeyError, pd.errors.ParserError, UnicodeDecodeError) as trouble:
        reason = str(trouble).splitlines()[0][:160] if str(trouble) else type(trouble).__name__
        raise BadQuestion(
            N_("'{name}' cannot be read as {what}: {reason}"),
            name=name,
            what=kind.lstrip("."),
            reason=reason,
        ) from None
    if frame.empty or not len(frame.columns):
        raise BadQuestion(
            N_("'{name}' holds no rows. The first line names the columns, each further line is one row."),
            name=name,
        )
    frame.columns = [str(c).strip() for c in frame.columns]
    return frame


def _too_many(name: str, many: int, most: int) -> BadQuestion:
    return BadQuestion(
        N_("'{name}' has {many} rows or more; the page takes {most}. The shell takes them all."),
        name=name,
        many=f"{many:,}",
        most=f"{most:,}",
    )


def _unpacked(name: str, raw: bytes) -> bytes:
    with gzip.open(io.BytesIO(raw)) as file:
        plain = file.read(LARGEST_UNPACKED + 1)
    if len(plain) > LARGEST_UNPACKED:
        raise BadQuestion(N_("'{name}' unpacks to more than 400 MB. Save it as Parquet."), name=name)
    return plain


def digest(frame: pd.DataFrame) -> str:
    """Of a table in memory: the same cells under the same names give the same letters."""
    made = hashlib.sha256(",".join(map(str, frame.columns)).encode())
    try:
        made.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    except TypeError:  # cells that cannot be hashed, such as lists
        made.update(frame.astype(str).to_csv(index=False).encode())
    return made.hexdigest()[:12]
