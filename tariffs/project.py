"""A project file: the user's own files, what was asked of them, and the digest of the data it was asked of.

A plain archive that any program opens. What is inside is a stranger's, so it is looked through before anything
of it is used: only the names that we write, never a folder, never more than its limit once unpacked.
"""

import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tariffs.errors import N_, TariffsError, system_says
from tariffs.intake import Loaded, Upload, load
from tariffs.intake.given import facts
from tariffs.intake.page import Limits
from tariffs.store import Library
from tariffs.study import Question, from_query

LAYOUT = 1
MOST_FILES = 20
LONGEST_NAME = 120
OWN = "project.json"
PART = re.compile(r"files/(?:[1-9]|1\d|20)", re.ASCII)
LARGEST_NOTE = 256 * 1024  # bytes of the part that says what was asked
WHEN = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same project
CHUNK = 1 << 18


class BadProject(TariffsError):
    """A project file that is not ours, is damaged, or is not what it says."""


@dataclass(frozen=True)
class Project:
    """Files as they were handed in, facts given with them, and the question."""

    question: Question
    files: tuple[Upload, ...] = ()
    facts: tuple[str, ...] = ()  # name=value, what the files leave out
    data: str = ""  # digest of the data it was saved with
    prices: bool = False  # whether unit values of the files are taken as prices

    def laid_over(self, library: Library, limits: Limits | None = None) -> Library:
        """The library with the project's files in it.

        Raises
        ------
        Refused, NothingToUse
            When a file cannot be read, or holds nothing that the model can use.
        """
        if not self.files:
            return library
        loaded = load(self.files, product=library.baseline.product, given=facts(self.facts), limits=limits or Limits())
        return laid_over(library, loaded, self.prices)


def laid_over(library: Library, loaded: Loaded, prices: bool = False) -> Library:
    """The library with everything in it that was loaded; ``prices`` takes unit values as prices too.

    Raises
    ------
    NothingToUse
        When nothing of it concerns the model.
    """
    if len(loaded.flows) or not len(loaded.tariffs):
        library = library.with_flows(loaded, prices=prices)
    return library.with_measures(loaded) if len(loaded.tariffs) else library


def packed(project: Project) -> bytes:
    """The project as an archive; the same project gives the same bytes.

    Raises
    ------
    BadProject
        When there are more files than a project holds.
    """
    if len(project.files) > MOST_FILES:
        raise BadProject(N_("A project holds at most {most} files."), most=MOST_FILES)
    note = {
        "layout": LAYOUT,
        "question": project.question.query(),
        "data": project.data,
        "facts": list(project.facts),
        "files": [_label(file.name) for file in project.files],
        **({"prices": True} if project.prices else {}),
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        parts = [(OWN, json.dumps(note, ensure_ascii=False, indent=1, sort_keys=True).encode())]
        parts += [(f"files/{number}", file.data) for number, file in enumerate(project.files, 1)]
        for name, content in parts:
            entry = zipfile.ZipInfo(name, WHEN)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, content, compresslevel=6)
    return raw.getvalue()


def is_project(data: bytes) -> bool:
    """Whether an archive says that it is a project."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return OWN in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def opened(file: Upload | Path, library: Library, limits: Limits | None = None) -> tuple[Project, tuple[str, ...]]:
    """A project, and the parts of its question that could not be used.

    Raises
    ------
    BadProject
        Naming what in it is not as we write it, and what to do.
    """
    data, bounds = _read(file), limits or Limits()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = _names(archive)
            note = _note(_part(archive, OWN, LARGEST_NOTE))
            labels: Sequence[str] = note["files"]
            wanted = [f"files/{number}" for number in range(1, len(labels) + 1)]
            if sorted(names) != sorted([OWN, *wanted]):
                raise BadProject(
                    N_(
                        "The project lists {said} files and holds {held}. Save the project again from the analyzer, or "
                        "load its files one by one."
                    ),
                    said=len(labels),
                    held=len(names) - 1,
                )
            left, files = bounds.ceiling, []
            for name, label in zip(wanted, labels, strict=True):
                content = _part(archive, name, left)
                left -= len(content)
                files.append(Upload(_label(label), content))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as why:
        raise BadProject(
            N_(
                "The project file is damaged ({problem}). Copy it again from where it came from, or load its files one "
                "by one."
            ),
            problem=str(why)[:80],
        ) from None
    facts(note["facts"])  # refuses what is no fact
    read = from_query(note["question"], lambda question: question)
    prices = note.get("prices") is True
    return Project(read.question, tuple(files), tuple(note["facts"]), note["data"], prices), read.ignored


def _read(file: Upload | Path) -> bytes:
    if isinstance(file, Upload):
        return file.data
    try:
        if not file.is_file():
            raise BadProject(N_("There is no project file {name}. Check the path."), name=file.name)
        return file.read_bytes()
    except OSError as why:
        raise BadProject(
            N_("The project file {name} cannot be read ({problem})."), name=file.name, problem=system_says(why)
        ) from None


def _names(archive: zipfile.ZipFile) -> list[str]:
    """The names of the parts, each one that we write, each once."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES + 1:
        raise BadProject(
            N_(
                "The archive holds {held} parts; a project has at most {most}. Save the project again from the "
                "analyzer, or load its files one by one."
            ),
            held=len(entries),
            most=MOST_FILES + 1,
        )
    names = [entry.filename for entry in entries]
    for entry in entries:
        if entry.filename != OWN and not PART.fullmatch(entry.filename):
            shown = "".join(c if c.isprintable() else "?" for c in entry.filename[:60])
            raise BadProject(
                N_(
                    "The archive holds “{name}”, which no project has: nothing of it was unpacked. Save the project "
                    "again from the analyzer, or load its files one by one."
                ),
                name=shown,
            )
        if entry.flag_bits & 1:
            raise BadProject(N_("The project file is locked with a password. Save it again without one."))
    if len(set(names)) != len(names) or OWN not in names:
        raise BadProject(
            N_(
                "The archive is no project of the analyzer: {name} is missing, or a part stands twice. Save the "
                "project again from the analyzer, or load its files one by one."
            ),
            name=OWN,
        )
    return names


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One part, unpacked piece by piece and stopped at its limit, whatever size the archive claims."""
    made = bytearray()
    with archive.open(name) as packed_part:
        while chunk := packed_part.read(CHUNK):
            made += chunk
            if len(made) > most:
                raise BadProject(
                    N_(
                        "The project file swells beyond {most} MB when unpacked: it was stopped. Load its "
                        "files one by one."
                    ),
                    most=max(1, most // 2**20),
                )
    return bytes(made)


def _note(raw: bytes) -> dict[str, Any]:
    """What was asked, checked for its shape."""
    try:
        note = json.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        note = None
    texts = isinstance(note, dict) and all(isinstance(note.get(name), str) for name in ("question", "data"))
    lists = texts and all(
        isinstance(note.get(name), list)
        and len(note[name]) <= MOST_FILES
        and all(isinstance(text, str) and len(text) <= 2 * LONGEST_NAME for text in note[name])
        for name in ("files", "facts")
    )
    if not lists or not isinstance(note, dict):
        raise BadProject(
            N_(
                "{name} in the project file is not as the analyzer writes it. Save the project again from the "
                "analyzer, or load its files one by one."
            ),
            name=OWN,
        )
    if note.get("layout") != LAYOUT:
        raise BadProject(
            N_(
                "The project was saved in layout {layout}; this version reads layout {ours}. Save it again "
                "with this version, or update the analyzer."
            ),
            layout=str(note.get("layout"))[:20],
            ours=LAYOUT,
        )
    if not re.fullmatch(r"[0-9a-f]{0,64}", note["data"]):
        note["data"] = ""
    return note


def _label(name: str) -> str:
    """A name as a label: no folder, no unseen character, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return seen[-LONGEST_NAME:].strip() or "file"
