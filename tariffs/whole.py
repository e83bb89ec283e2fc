"""Files that are there whole or not at all: written beside their place, then renamed into it.

Whatever stops the writing, a full disk or a lost current, the old file stays until the new one is complete and
on the disk. What a killed run leaves behind ends in ``.part`` and is never read.
"""

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tariffs.errors import N_, NotWritten, system_says


def place_for(path: Path, like: str = "") -> Path:
    """The path, once it is sure that a file can be asked for there; ``like`` is the name of a file of that kind.

    Raises
    ------
    NotWritten
        When it is a folder, or its folder is missing.
    """
    if os.path.isdir(path):  # a name too long for the system is no folder either; pathlib would raise
        raise NotWritten(
            N_("{path} is a folder. Give the name of a file in it, as in {example}."),
            path=path,
            example=path / (like or "answer"),
        )
    if not os.path.isdir(path.parent):
        raise NotWritten(
            N_("There is no folder {parent}. Make it, or choose another place for {name}."),
            parent=path.parent,
            name=path.name,
        )
    return path


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only once it is whole; until then the old one stays.

    Raises
    ------
    NotWritten
        When the path is a folder, its folder is missing, may not be written, or is full.
    """
    try:
        with _beside(place_for(path)) as file:
            yield file
    except OSError as problem:
        raise NotWritten(
            N_(
                "{path} could not be written ({strerror}). Close it if another program has it open, free "
                "space, or choose a folder that you may write in."
            ),
            path=path,
            strerror=system_says(problem),
        ) from problem


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _keep_the_name(path.parent)


def workbook_bytes(book: Any) -> bytes:
    """The content of an openpyxl workbook, which passes through the folder for temporary files.

    Raises
    ------
    NotWritten
        When there is no room in that folder.
    """
    from lxml.etree import LxmlError

    raw = io.BytesIO()
    try:
        book.save(raw)
    except (OSError, LxmlError) as problem:
        raise NotWritten(
            N_(
                "The workbook could not be made ({problem}). Free space in {folder}, where it is put "
                "together, or choose another folder for temporary files with TMPDIR."
            ),
            problem=system_says(problem) if isinstance(problem, OSError) else problem,
            folder=tempfile.gettempdir(),
        ) from None
    return raw.getvalue()


def _keep_the_name(folder: Path) -> None:
    """Have the new name itself on the disk, where the system can promise that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
