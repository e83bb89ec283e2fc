"""The trade's terms in four languages, each with where we read it and the traps around it."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tariffs.errors import N_, BadData, Defect
from tariffs.store.reader import DATA

LANGUAGES = ("en", "fa", "tr", "ar")
# Letters that keyboards and customs houses write in more than one way.
ALIKE = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و", "ı": "i", "\u200c": " "}
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing and what officers of each country call it."""

    key: str
    names: tuple[str, str, str, str]  # en, fa, tr, ar
    definition: str  # English
    sources: tuple[str, str, str]  # where the fa, tr and ar terms were read; empty where nobody was found
    note: str  # English; traps and neighbouring words

    def named(self, lang: str) -> str:
        return self.names[LANGUAGES.index(lang)]


@cache
def terms() -> tuple[Term, ...]:
    """Every term of ``data/glossary.csv``, in the order of the file.

    Raises
    ------
    BadData
        When a term lacks its key, a name or its definition.
    """
    found, defects = [], []
    with (DATA / "glossary.csv").open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            for column in ("key", *LANGUAGES, "definition_en"):
                if not row[column]:
                    defects.append(
                        Defect(
                            "glossary.csv",
                            line,
                            column,
                            N_("nothing"),
                            N_("a text"),
                            N_("Write the term, or take the row out."),
                        )
                    )
            names = tuple(row[lang] for lang in LANGUAGES)
            sources = tuple(row[f"source_{lang}"] for lang in LANGUAGES[1:])
            found.append(Term(row["key"], names, row["definition_en"], sources, row["note"]))  # type: ignore[arg-type]
    if defects:
        raise BadData(str(DATA), defects)
    return tuple(found)


def search(wanted: str, among: Iterable[Term]) -> list[Term]:
    """Terms that hold every word looked for, in any of the languages, whatever the spelling of its letters."""
    words = folded(wanted).split()
    return [
        term
        for term in among
        if all(word in folded(" ".join((*term.names, term.definition, term.note))) for word in words)
    ]


def folded(text: str) -> str:
    """Text without case, marks over letters and differences of keyboard."""
    bare = unicodedata.normalize("NFKD", text.replace("İ", "i").translate(ALIKE).casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).translate(ALIKE)
