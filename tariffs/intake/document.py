"""A file as it was handed in: what its first bytes say it is, whatever its name, and its tables."""

import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tariffs.errors import N_, Said, system_says
from tariffs.intake.answers import json_page
from tariffs.intake.page import Limits, Page
from tariffs.intake.refusal import refuse
from tariffs.intake.text import text_page
from tariffs.intake.workbook import old_workbook_pages, workbook_pages
from tariffs.progress import Progress, silent

READABLE = N_("a CSV or text table, an .xlsx workbook, or a JSON answer")
START = 4096
# First bytes of what people hand in by mistake, what it is, and what to do.
STRANGERS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", N_("a compressed file (gzip)"), N_("Unpack it and give the file inside.")),
    (b"7z\xbc\xaf\x27\x1c", N_("an archive (7z)"), N_("Unpack it and give the table inside.")),
    (b"Rar!", N_("an archive (RAR)"), N_("Unpack it and give the table inside.")),
    (b"%PDF", N_("a PDF"), N_("Ask the source for the table as CSV or Excel; figures in a PDF cannot be read safely.")),
    (b"\x89PNG", N_("a picture"), N_("Ask the source for the table itself.")),
    (b"\xff\xd8\xff", N_("a picture"), N_("Ask the source for the table itself.")),
    (b"GIF8", N_("a picture"), N_("Ask the source for the table itself.")),
    (b"PAR1", N_("a Parquet file"), N_("Give the CSV it was made from; `load --out F.csv` writes one.")),
    (b"version https://git-lfs", N_("a Git LFS pointer, not the file it points to"),
     N_("In the repository run `git lfs pull`, or download the file from its web page with Download raw file.")),
    (b"{\\rtf", N_("a text document (RTF)"), N_("Save the table as CSV or .xlsx.")),
)
PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<script", b"<meta")


@dataclass(frozen=True)
class Upload:
    """A file that came through a browser: its name is a label, never a path."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Document:
    """An opened file: its name for messages, its size, and a way to read it from the start."""

    name: str
    size: int
    open: Callable[[], BinaryIO]
    path: Path | None = None


class Watched(io.RawIOBase):
    """A file that tells how much of it has been read."""

    def __init__(self, raw: BinaryIO, size: int, progress: Progress) -> None:
        self._raw, self._size, self._progress, self._read = raw, size, progress, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        chunk = self._raw.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._read += len(chunk)
        self._progress(min(self._read, self._size), self._size)
        return len(chunk)

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def close(self) -> None:
        self._raw.close()
        super().close()


def opened(given: Path | Upload, limits: Limits, progress: Progress = silent) -> Document:
    """A file that can be read.

    Raises
    ------
    Refused
        When there is none, or it is a folder, a device, empty, or larger than allowed.
    """
    if isinstance(given, Upload):
        name = Path(given.name.replace("\\", "/")).name or "upload"
        document = Document(name, len(given.data), lambda: io.BytesIO(given.data))
    else:
        document = _on_disk(given, progress)
    if document.size == 0:
        raise refuse(document.name, N_("an empty file"), READABLE, N_("Download it again."))
    if limits.size is not None and document.size > limits.size:
        raise refuse(
            document.name,
            Said(N_("{size} MB"), size=f"{document.size / 2**20:,.1f}"),
            Said(N_("at most {size} MB"), size=f"{limits.size / 2**20:,.0f}"),
            N_("Keep the product you need, or load the file on your own machine with `python -m tariffs load`."),
        )
    return document


def _on_disk(path: Path, progress: Progress) -> Document:
    try:
        about = os.stat(path)
        if stat.S_ISDIR(about.st_mode):
            raise refuse(
                str(path), N_("a folder"), N_("a file"), N_("Give the files in it by name, such as folder/*.csv.")
            )
        if not stat.S_ISREG(about.st_mode):
            raise refuse(
                str(path), N_("a device or pipe"), N_("an ordinary file"), N_("Save what it gives to a file first.")
            )
        with path.open("rb"):
            pass
    except OSError as problem:
        remedy = N_("Check the path and that you may read the file.")
        raise refuse(
            str(path),
            Said(N_("nothing readable ({strerror})"), strerror=system_says(problem)),
            N_("a file"),
            remedy,
        ) from None
    except ValueError as problem:  # a zero byte in the path
        raise refuse(
            repr(str(path)),
            Said(N_("no path ({problem})"), problem=problem),
            N_("the path of a file"),
            N_("Check the path."),
        ) from None

    def start() -> BinaryIO:
        raw = path.open("rb", buffering=0)
        return io.BufferedReader(Watched(raw, about.st_size, progress), 1 << 18)

    return Document(path.name, about.st_size, start, path)


def pages_of(document: Document, limits: Limits) -> list[Page]:
    """The tables of a document, by what its bytes are.

    Raises
    ------
    Refused
        When they are no table, with what they are instead.
    """
    with document.open() as source:
        start = source.read(START)
    name = document.name
    for magic, what, remedy in STRANGERS:
        if start.startswith(magic):
            raise refuse(name, what, READABLE, remedy)
    if start.startswith(b"PK"):
        return _zipped(document, limits)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        with document.open() as source:
            return old_workbook_pages(name, source, limits)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:10].lower().startswith(PAGES):
        raise refuse(
            name,
            N_("a web page (HTML or XML), perhaps a log-in page or an Excel export that is one in truth"),
            READABLE,
            N_("Open it in a browser to see what it says; download the table as CSV, text or .xlsx instead."),
        )
    if text[:1] in (b"{", b"["):
        with document.open() as source:
            return [json_page(name, source, limits)]
    return [text_page(name, document.open, document.size)]


def _zipped(document: Document, limits: Limits) -> list[Page]:
    import zipfile

    try:
        with document.open() as source, zipfile.ZipFile(source) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise refuse(
            document.name,
            N_("a broken workbook or archive"),
            READABLE,
            N_("Download it again."),
        ) from None
    if "xl/workbook.xml" in names:
        with document.open() as source:
            return workbook_pages(document.name, source, limits)
    if "xl/workbook.bin" in names or "content.xml" in names:
        kind = N_("an .xlsb workbook") if "xl/workbook.bin" in names else N_("an OpenDocument sheet")
        raise refuse(document.name, kind, READABLE, N_("Open it in a spreadsheet and save it as .xlsx or CSV."))
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    raise refuse(
        document.name,
        Said(N_("an archive holding {shown}"), shown=shown) if shown else N_("an archive holding nothing"),
        READABLE,
        N_("Unpack it and give the table inside; for BACI the yearly files BACI_HS…_Y….csv."),
    )


