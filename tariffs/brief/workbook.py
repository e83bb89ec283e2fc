"""The Excel brief: the answer on paper, with the ladder of prices as live formulas.

The same question gives the same bytes: no clock is read, and every formula carries its value.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from tariffs import __version__
from tariffs.brief.cells import Book, clean
from tariffs.brief.seal import seal
from tariffs.brief.sheets import about, assumptions, checks, cover, landed, results, sources, summary
from tariffs.brief.sheets.ways import ways
from tariffs.errors import NotWritten
from tariffs.study import Study
from tariffs.words import N_, Words

SHEETS = {
    "cover": (N_("Cover"), ""),
    "summary": (N_("Summary"), N_("What changes, who gains and who pays, why, and what to keep in mind: one page")),
    "assumptions": (
        N_("Assumptions"),
        N_("Every figure that entered, its range and source; yellow cells are yours to change"),
    ),
    "landed": (
        N_("Landed cost"),
        N_("From the plant's net-back to the buyer's price, before and after: live formulas"),
    ),
    "results": (N_("Results"), N_("Routes, rivals, where the money goes, and every figure with its range")),
    "sources": (N_("Sources"), N_("Who told us, and what nobody has told us yet")),
    "checks": (N_("Checks"), N_("The analyzer's own values beside those of this workbook")),
    "about": (N_("About"), N_("How to get the same numbers again, limits of the model, colours and standings")),
}


def write(study: Study, path: Path, lang: str = "en") -> Path:
    """Write the brief and return where it is. A file of that name is replaced at once and whole, or left as it is.

    Raises
    ------
    NotWritten
        When the path is a folder, its folder is missing, or nothing may be written there.
    """
    path = Path(path)
    if path.is_dir():
        raise NotWritten(f"{path} is a folder. Give the name of a file in it, as in {path / 'brief.xlsx'}.")
    if not path.parent.is_dir():
        raise NotWritten(f"There is no folder {path.parent}. Make it, or choose another place for {path.name}.")
    made = to_bytes(study, lang)
    try:
        _replace(path, made)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NotWritten(
            f"{path} could not be written ({reason}). Close it if it is open in a spreadsheet, "
            "or choose a folder that you may write in."
        ) from error
    return path


def to_bytes(study: Study, lang: str = "en") -> bytes:
    """The brief as the bytes of an XLSX file."""
    t = Words(lang)
    book = Book(t)
    pages = {key: book.page(t(title)) for key, (title, _) in SHEETS.items()}
    every = ways(study)
    inputs = assumptions.write(book, pages["assumptions"], study, every)
    told = results.write(pages["results"], study)
    ladders = landed.write(pages["landed"], study, every, inputs, told)
    verdicts = checks.write(pages["checks"], study, every, inputs, told, ladders)
    summary.write(pages["summary"], study)
    sources.write(pages["sources"], study, inputs)
    about.write(pages["about"], study)
    index = [(pages[key].name, t(what)) for key, (_, what) in SHEETS.items() if what]
    cover.write(pages["cover"], study, verdicts, index)
    workbook = book.workbook
    workbook.active = 0
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.title = clean(t(study.scenario.title), t)
    workbook.properties.creator = f"tariffs {__version__}"
    return seal(book, study.after.on)


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file and rename over it, so that a half-written file is never seen."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
