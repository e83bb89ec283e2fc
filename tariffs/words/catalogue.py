"""The catalogues: which texts a user can meet, and what of them each language still lacks.

``python -m tariffs.words.catalogue`` (``make words``) brings every ``.po`` file up to date, takes in the sheets of
``build/words/`` that somebody has filled in, and writes a new sheet of what is missing.
"""

import ast
import csv
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from tariffs.words import po_file

FIRST_WRITTEN = datetime(2026, 11, 25, tzinfo=UTC)
OTHERS = ("fa", "tr", "ar")  # English is the source
ROOT = Path(__file__).resolve().parent.parent.parent
SHEETS = ROOT / "build" / "words"
# Columns of our data that a page shows as text.
DATA_TEXTS: Mapping[str, tuple[str, ...]] = {
    "scenarios.csv": ("title", "description"),
    "unknowns.csv": ("what", "why_it_matters", "how_to_obtain", "placeholder"),
    "flow_totals.csv": ("what",),
    "freight.csv": ("from", "to"),
    "sources.csv": ("kind",),
    "glossary.csv": ("definition_en", "note"),
    "events.csv": ("event",),
    "fx_wedge.csv": ("rate_name",),
}
# The same in files of TOML: entries of each file, or of each table in its list.
TOML_TEXTS: Mapping[str, tuple[str, ...]] = {
    "regressions/*.toml": ("title", "for", "note"),
    "history.toml": ("record", "compared", "why"),
}
GAP = re.compile(r"{([^{}]*)}")
LETTERS = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text to translate: where it is written, and its plural when it has one."""

    text: str
    where: str
    plural: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one message of one language."""

    lang: str
    text: str
    what: str  # missing, fuzzy, gaps, untranslated

    def __str__(self) -> str:
        return f"{self.lang}: {self.what}: {self.text}"


def texts() -> Iterator[Text]:
    """Every text of the code and of the data, in reading order; one that is written twice comes twice."""
    for path in (ROOT / "app.py", *sorted((ROOT / "tariffs").rglob("*.py"))):
        yield from in_code(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    for name, columns in DATA_TEXTS.items():
        with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                if name == "events.csv" and row["kind"] != "fx" and row["key"] not in _events_run():
                    continue  # on no page
                # A document is cited by its own title; what we assumed or worked out ourselves is said in words.
                ours = ("title", "publisher") if row.get("kind") == "assumption" else ()
                for column in (*columns, *ours):
                    if LETTERS.search(row[column]):
                        yield Text(row[column], f"data/{name}:{number}")
    yield from _in_toml()


@cache
def _events_run() -> frozenset[str]:
    """Events that the page of past events speaks of."""
    cases = tomllib.loads((ROOT / "data" / "history.toml").read_text(encoding="utf-8"))["case"]
    return frozenset(str(case["event"]) for case in cases)


def _in_toml() -> Iterator[Text]:
    for pattern, entries in TOML_TEXTS.items():
        for path in sorted((ROOT / "data").glob(pattern)):
            held = tomllib.loads(path.read_text(encoding="utf-8"))
            for part in held.get("case", [held]):
                for entry in entries:
                    if LETTERS.search(str(part.get(entry, ""))):
                        yield Text(str(part[entry]), path.relative_to(ROOT).as_posix() + ":1")


def in_code(source: str, name: str) -> Iterator[Text]:
    """Texts inside ``N_(…)``, ``t(…)`` and ``t.many(…, …)``, inside f-strings too, where gettext's tools are blind."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = _constant(node.args[0])
        if called == "many" and first and len(node.args) > 1:
            yield Text(first, f"{name}:{node.lineno}", _constant(node.args[1]))
        elif called in ("N_", "t") and first:
            yield Text(first, f"{name}:{node.lineno}")


def _constant(node: ast.expr) -> str:
    """The text of a literal, also when it stands in an ``N_(…)`` of its own."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def template() -> Catalog:
    """Every text once, with the places where it is written."""
    held = Catalog(project="tariffs", charset="utf-8")
    for text in texts():
        place, _, line = text.where.rpartition(":")
        held.add((text.text, text.plural) if text.plural else text.text, locations=[(place, int(line))])
    return held


def held_in(lang: str) -> Catalog:
    """A language's catalogue; an empty one when it has none yet."""
    path = po_file(lang)
    if not path.is_file():
        return Catalog(locale=lang, domain="tariffs", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=lang, domain="tariffs")


def faults(lang: str, wanted: Catalog | None = None) -> list[Fault]:
    """What is missing, fuzzy, loses or invents a gap, or repeats the English where words should differ."""
    held = held_in(lang)
    return [fault for message in (wanted or template()) if message.id for fault in _faults(lang, message, held)]


def _faults(lang: str, wanted: Message, held: Catalog) -> Iterator[Fault]:
    text = identity(wanted)
    message = held.get(wanted.id)
    strings = _strings(message)
    if not strings or not all(strings):
        yield Fault(lang, text, "missing")
        return
    if message is not None and message.fuzzy:
        yield Fault(lang, text, "fuzzy")
    gaps = set(GAP.findall(" ".join(wanted.id) if isinstance(wanted.id, tuple | list) else wanted.id))
    for string in strings:
        # Arabic says "one figure" and "two figures" without a number; the last form, of all other numbers, has it.
        may_lack = {"number"} if wanted.pluralizable and string != strings[-1] else set()
        if not gaps - may_lack <= set(GAP.findall(string)) <= gaps:
            yield Fault(lang, text, "gaps")
        if string == text and untranslated(text, lang):
            yield Fault(lang, text, "untranslated")


def untranslated(text: str, lang: str) -> bool:
    """Whether a text has words that another language would write otherwise: names, units and codes have none."""
    same = SAME_IN_TURKISH if lang == "tr" else SAME_EVERYWHERE
    return any(word not in same for word in re.findall(r"[^\W\d_][^\W\d_'’-]+", GAP.sub(" ", text)))


# Codes of the trade, names and file kinds that every language writes alike.
_SAME = """
R² MB USD FOB CIF HS USD TÜİK EPDK BACI CEPII SOMO KRG MNR WTO UN Comtrade GSIM SMART Python JSON XLSX SHA CSV PDF LaTeX
IRN-IRQ IRN-WLD TUR IRQ GEO ARM RUS AZE GAFTA PPML OLS IRICA ICE ixport ir hf-farmaanaa farmaanaa hf
"""
# Names and words that Turkish, in the same letters, happens to share with English.
_SAME_IN_TURKISH = """
Model Türkiye transit Erzurum Ağrı Van Gürbulak Erbil Norduz Mombasa Batman Gebze Mersin Mundra Haldia Nhava Sheva
Mumbai
"""
SAME_EVERYWHERE = frozenset(_SAME.split())
SAME_IN_TURKISH = SAME_EVERYWHERE | frozenset(_SAME_IN_TURKISH.split())


def identity(message: Message) -> str:
    """The English singular of a message."""
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _strings(message: Message | None) -> list[str]:
    if message is None:
        return []
    return [str(s) for s in message.string] if isinstance(message.string, tuple | list) else [str(message.string)]


def update(lang: str, wanted: Catalog, filled: Mapping[str, str]) -> None:
    """Bring a language's file up to date: new texts in, texts that nobody writes any more out."""
    held, fresh = held_in(lang), Catalog(locale=lang, project="tariffs", domain="tariffs", charset="utf-8")
    fresh.header_comment = f"# {fresh.locale.english_name} texts of the analyzer. See locale/README.md for our words."
    for message in wanted:
        if not message.id:
            continue
        old = held.get(message.id)
        string = old.string if old is not None and not old.fuzzy else ""
        given = filled.get(mark(identity(message)))
        if given:
            string = tuple(given.split(" || ")) if message.pluralizable else given
        fresh.add(message.id, string or "", locations=[(place, None) for place in _files(message)])  # type: ignore[misc]
    po_file(lang).parent.mkdir(parents=True, exist_ok=True)
    fresh.revision_date = fresh.creation_date = FIRST_WRITTEN  # a file changes when its words do
    with po_file(lang).open("wb") as file:
        write_po(file, fresh, width=120, omit_header=False)


def _files(message: Message) -> list[str]:
    """Files only, without lines: a catalogue changes when words do, not when code moves."""
    return sorted({place for place, _ in message.locations})


def mark(text: str) -> str:
    """A short name by which a sheet speaks of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def filled_sheets(folder: Path = SHEETS) -> dict[str, dict[str, str]]:
    """By language and mark: what somebody has written into the sheets. Forms of a plural are parted by `` || ``."""
    taken: dict[str, dict[str, str]] = {lang: {} for lang in OTHERS}
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for lang, said in taken.items():
                    if (row.get(lang) or "").strip():
                        said[row["id"]] = row[lang]
    return taken


def main() -> int:
    """Update all catalogues; 1 when something is missing or wrong."""
    wanted, taken = template(), filled_sheets()
    for lang in taken:
        update(lang, wanted, taken[lang])
    found = [fault for lang in taken for fault in faults(lang, wanted)]
    lacking = {(fault.lang, fault.text) for fault in found if fault.what == "missing"}
    rows = [m for m in wanted if m.id and any((lang, identity(m)) in lacking for lang in taken)]
    SHEETS.mkdir(parents=True, exist_ok=True)
    with (SHEETS / "missing.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["id", "where", "en", *taken])
        for m in rows:
            english = " || ".join(m.id) if isinstance(m.id, tuple | list) else m.id
            sheet.writerow([mark(identity(m)), " ".join(_files(m)), english, *("" for _ in taken)])
    for fault in found:
        if fault.what != "missing":
            print(fault)
    print(f"{sum(1 for m in wanted if m.id)} texts, {len(taken)} languages, {len(lacking)} translations missing.")
    if rows:
        print(f"Fill in {SHEETS / 'missing.csv'} and run this again.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
