"""The brief as a file, in the form that its name's ending asks for; every form reads the same studies."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tariffs.brief import workbook
from tariffs.brief.forms import page, parcel
from tariffs.brief.order import MOST, chosen
from tariffs.errors import N_, BadQuestion
from tariffs.progress import Progress, silent
from tariffs.study import Study
from tariffs.whole import place_for, replaced

Make = Callable[[Sequence[Study], str, Sequence[str], Progress], bytes]


class Form(NamedTuple):
    """How a brief is made in one form, and the sections that it has."""

    make: Make
    sections: Collection[str]
    mime: str


def _workbook(studies: Sequence[Study], lang: str, sections: Sequence[str], told: Progress = silent) -> bytes:
    return workbook.to_bytes(studies[0], lang, studies[1:], sections, told=told)


def _page(studies: Sequence[Study], lang: str, sections: Sequence[str], told: Progress = silent) -> bytes:
    return page.to_bytes(studies, lang, sections)


def _parcel(studies: Sequence[Study], lang: str, sections: Sequence[str], told: Progress = silent) -> bytes:
    return parcel.to_bytes(studies, lang, sections)


FORMS: Mapping[str, Form] = {
    ".xlsx": Form(_workbook, workbook.SECTIONS, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".html": Form(_page, page.SECTIONS, "text/html"),
    ".zip": Form(_parcel, parcel.SECTIONS, "application/zip"),
}


def form_of(path: Path, sections: Sequence[str] = (), proposals: int = 1) -> Form:
    """The form of a file's name, once it is sure that it can hold what is asked of it.

    Raises
    ------
    BadQuestion
        When the ending is none of ours, the form lacks one of the sections, or there are too many proposals.
    """
    if path.suffix.lower() not in FORMS:
        raise BadQuestion(N_("A brief ends in {endings}; found '{name}'."), endings=list(FORMS), name=path.name)
    if proposals > MOST:
        raise BadQuestion(N_("A brief lays at most {most} proposals side by side."), most=MOST)
    form = FORMS[path.suffix.lower()]
    chosen(sections, form.sections)
    return form


def write(
    studies: Sequence[Study],
    path: Path,
    lang: str = "en",
    sections: Sequence[str] = (),
    told: Progress = silent,
) -> Path:
    """Write the brief of the first study, the others beside it, and return where it is.

    ``told`` hears how far the limits and doubts of a workbook are worked out.

    Raises
    ------
    BadQuestion
        When the form cannot hold what is asked of it.
    NotWritten
        When nothing may be written there.
    """
    form = form_of(place_for(path, f"brief{path.suffix.lower()}"), sections, len(studies))
    made = form.make(studies, lang, sections, told)
    with replaced(path) as file:
        file.write(made)
    return path
