"""One cell at a time: what is wrong with it, in words that say how to write it instead."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from tariffs.errors import N_, Said, sentences
from tariffs.store.places import PLACES
from tariffs.store.schema import Column

PLAIN_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PERIOD = re.compile(r"\d{4}(-\d{2})?(-\d{2})?", re.ASCII)
# Control characters, byte order marks and marks that turn the reading direction round.
UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]")
FORMULA = tuple("=+-@")
THOUSANDS = re.compile(
    r"-?[1-9]\d{0,2}([,'\u2019 \u00a0\u202f]\d{3})+(\.\d+)?|-?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?", re.ASCII,
)
DECIMAL_COMMA = re.compile(r"-?\d+,\d+", re.ASCII)
DIGITS = {"ARABIC-INDIC DIGIT": N_("Arabic-Indic"), "EXTENDED ARABIC-INDIC DIGIT": N_("Persian")}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, before it is known where the cell stands."""

    found: str
    expected: str
    remedy: str


def quoted(text: str) -> str:
    """A cell as a message shows it: in quotes, unseen characters spelled out, not too long."""
    shown = UNSEEN.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else f"\\u{ord(m[0]):04x}", text)
    return f'"{shown}"' if len(shown) <= 80 else f'"{shown[:77]}…"'


def nearest(text: str, words: Iterable[str], otherwise: str) -> str:
    """Advice that offers the word somebody probably meant."""
    known = list(words)
    begun = sorted((word for word in known if len(text) > 3 and word.startswith(text)), key=len)
    near = begun or get_close_matches(text, known, 1, 0.6)
    return Said(N_('Did you mean "{word}"?'), word=near[0]) if near else otherwise


def number(text: str) -> float | None:
    """A checked cell as a number; empty is missing, never zero."""
    return float(text) if text else None


def day(text: str) -> date | None:
    """A checked cell as a date; empty is open."""
    return date.fromisoformat(text) if text else None


def fault(column: Column, text: str) -> Fault | None:
    """The first thing wrong with a cell, or nothing."""
    if UNSEEN.search(text):
        return Fault(
            quoted(text), N_("text on one line, without unseen characters"),
            N_("Delete the character shown as \\x… or type the cell again."),
        )
    if text != text.strip():
        return Fault(
            quoted(text), N_("no blanks before or after the text"), Said(N_("Write {text}."), text=quoted(text.strip()))
        )
    if not text:
        if not column.required:
            return None
        return Fault(
            N_("nothing"), _expected(column),
            N_("Fill in the cell; a row whose value is not known yet belongs in unknowns.csv."),
        )
    if column.kind in ("number", "whole"):
        return _number_fault(column, text)
    if text.startswith(FORMULA):
        return Fault(
            quoted(text),
            N_("text that no spreadsheet takes for a formula"),
            Said(N_('Begin with a letter or a digit, not with "{text}".'), text=text[0]),
        )
    return _text_fault(column, text)


def _text_fault(column: Column, text: str) -> Fault | None:
    match column.kind:
        case "word" if text not in column.words:
            return Fault(quoted(text), _expected(column), nearest(text, column.words, N_("Choose one of these words.")))
        case "pattern" if column.pattern and not (text.isascii() and column.pattern.fullmatch(text)):
            return Fault(
                quoted(text), column.says, N_("Write it in that form, in Latin letters and the digits 0 to 9.")
            )
        case "date":
            return _date_fault(text)
        case "period":
            return _period_fault(text)
        case "place" if text not in PLACES:
            return _place_fault(text)
        case "places":
            return next((f for part in text.split(";") if part not in PLACES for f in [_place_fault(part, text)]), None)
        case _:
            return None


def _expected(column: Column) -> str:
    match column.kind:
        case "word":
            return Said(N_("one of {words}"), words=", ".join(column.words))
        case "pattern":
            return column.says
        case "date":
            return N_("a date such as 2025-10-16")
        case "place" | "places":
            return N_("a place in three capital letters, such as TUR")
        case "number" | "whole":
            return N_("a number")
        case "link" | "links":
            return Said(N_("a key of {table}.csv"), table=column.to)
        case _:
            return N_("a text")


def _place_fault(place: str, text: str = "") -> Fault:
    remedy = N_("Use the ISO 3166 alpha-3 code, WLD for all or for the rest, or MED for the Mediterranean sellers.")
    if place.upper() in PLACES:
        remedy = Said(N_('Write "{place}".'), place=place.upper())
    return Fault(quoted(text or place), N_("a place in three capital letters, such as TUR"), remedy)


def _date_fault(text: str) -> Fault | None:
    if ISO_DATE.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return Fault(quoted(text), N_("a day that exists"), N_("Check the month and the day: year-month-day."))
        return _year_fault(text)
    return Fault(
        quoted(text), N_("a date such as 2025-10-16"),
        N_("Write year-month-day with four, two and two digits of the Gregorian calendar."),
    )


def _period_fault(text: str) -> Fault | None:
    expected = N_("a year, a month or a day such as 2025, 2025-10 or 2025-10-16")
    if not PERIOD.fullmatch(text):
        return Fault(
            quoted(text), expected, N_("Write it in one of these forms, or leave the cell empty when undated.")
        )
    try:
        date.fromisoformat(text + "-01-01"[: 10 - len(text)] if len(text) == 4 else (text + "-01")[:10])
    except ValueError:
        return Fault(quoted(text), expected, N_("Check the month and the day."))
    return _year_fault(text)


def _year_fault(text: str) -> Fault | None:
    """A year that no row of trade law can mean: mistyped, or of another calendar."""
    year = int(text[:4])
    if 1900 <= year <= 2100:
        return None
    remedy = N_("Check the year.")
    if 1280 <= year <= 1480:
        remedy = Said(
            N_("{year} looks like an Iranian year, which began in March {began}: convert the date."),
            year=str(year),
            began=str(year + 621),
        )
    return Fault(quoted(text), N_("a date of the Gregorian calendar such as 2025-10-16"), remedy)


def _number_fault(column: Column, text: str) -> Fault | None:
    if not PLAIN_NUMBER.fullmatch(text):
        return _unreadable(text)
    value = float(text)
    if not math.isfinite(value):
        return Fault(
            quoted(text), N_("a number of ordinary size"),
            N_("Write the figure in full, or leave the cell empty when it is missing."),
        )
    if column.kind == "whole" and not WHOLE.fullmatch(text):
        return Fault(quoted(text), N_("a whole number"), N_("Write digits only."))
    return limits(text, value, column.least, column.most)


def limits(text: str, value: float, least: float | None, most: float | None) -> Fault | None:
    """A number outside what its column or its form allows."""
    if least is not None and value < least:
        if least == 0:
            return Fault(
                quoted(text), N_("a number that is not negative"), N_("Take the minus sign away, or check the column."),
            )
        return Fault(
            quoted(text), Said(N_("at least {least}"), least=f"{least:g}"), N_("Check the figure and its unit.")
        )
    if most is not None and value > most:
        if most == 1:
            return Fault(
                quoted(text),
                N_("a fraction such as 0.05, at most 1"),
                Said(
                    N_("Divide by 100: {value} per cent is written {fraction}."),
                    value=f"{value:g}",
                    fraction=f"{value / 100:.6g}",
                ),
            )
        return Fault(quoted(text), Said(N_("at most {most}"), most=f"{most:g}"), N_("Check the figure and its unit."))
    return None


def _unreadable(text: str) -> Fault:
    expected = N_("a number such as 0.05 or 1250.5")
    western, scripts = _western(text)
    if scripts:
        remedy = Said(N_("These are {scripts} digits."), scripts=[Said(script) for script in sorted(scripts)])
        return Fault(
            quoted(text),
            expected,
            sentences(
                remedy,
                Said(N_("Write {text}."), text=western)
                if _reads(western)
                else N_("Use the digits 0 to 9 and a point."),
            ),
        )
    plain = text.lstrip("+-").casefold()
    if plain in ("nan", "inf", "infinity", "n/a", "na", "null", "none", "-"):
        return Fault(quoted(text), expected, N_("Leave the cell empty when the figure is missing."))
    if text.endswith(("%", "\u066a")):
        part = text.rstrip("%\u066a ").replace(",", ".")
        write = f"{float(part) / 100:.6g}" if _reads(part) else Said(N_("a fraction such as 0.05"))
        return Fault(
            quoted(text),
            N_("a fraction such as 0.05"),
            Said(N_("Write {write} instead of a per cent sign."), write=write),
        )
    if THOUSANDS.fullmatch(text):
        whole = re.sub(
            r"[,'\u2019 \u00a0\u202f]", "", text,
        ) if text.count(".") < 2 else text.replace(".", "").replace(",", ".")
        return Fault(quoted(text), expected, Said(N_("Write {number}, without thousands separators."), number=whole))
    if DECIMAL_COMMA.fullmatch(text):
        return Fault(
            quoted(text),
            expected,
            Said(N_("Write {value} with a decimal point, not a comma."), value=text.replace(",", ".")),
        )
    if text.startswith(FORMULA):
        return Fault(quoted(text), expected, N_("Write the number itself, without a plus sign and without a formula."))
    return Fault(quoted(text), expected, N_("Write digits and a decimal point only; words and units go into the note."))


def _reads(text: str) -> bool:
    return PLAIN_NUMBER.fullmatch(text) is not None


def _western(text: str) -> tuple[str, set[str]]:
    """The same number in the digits 0-9, and the scripts it was written in."""
    scripts: set[str] = set()
    out = []
    for letter in text:
        if letter.isdecimal() and not letter.isascii():
            name = unicodedata.name(letter, "").rpartition(" ")[0]
            scripts.add(DIGITS.get(name, name.removesuffix(" DIGIT").title() or N_("foreign")))
            letter = str(unicodedata.decimal(letter))
        elif letter == "\u066b":
            letter = "."
        elif letter == "\u066c":
            letter = ""
        out.append(letter)
    return "".join(out), scripts
