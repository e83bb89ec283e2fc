"""One cell at a time: what is wrong with it, in words that say how to write it instead."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

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
DIGITS = {"ARABIC-INDIC DIGIT": "Arabic-Indic", "EXTENDED ARABIC-INDIC DIGIT": "Persian"}


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
    return f'Did you mean "{near[0]}"?' if near else otherwise


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
            quoted(text), "text on one line, without unseen characters",
            "Delete the character shown as \\x… or type the cell again.",
        )
    if text != text.strip():
        return Fault(quoted(text), "no blanks before or after the text", f"Write {quoted(text.strip())}.")
    if not text:
        if not column.required:
            return None
        return Fault(
            "nothing", _expected(column),
            "Fill in the cell; a row whose value is not known yet belongs in unknowns.csv.",
        )
    if column.kind in ("number", "whole"):
        return _number_fault(column, text)
    if text.startswith(FORMULA):
        return Fault(
            quoted(
                text
            ), "text that no spreadsheet takes for a formula", f'Begin with a letter or a digit, not with "{text[0]}".'
        )
    return _text_fault(column, text)


def _text_fault(column: Column, text: str) -> Fault | None:
    match column.kind:
        case "word" if text not in column.words:
            return Fault(quoted(text), _expected(column), nearest(text, column.words, "Choose one of these words."))
        case "pattern" if column.pattern and not (text.isascii() and column.pattern.fullmatch(text)):
            return Fault(quoted(text), column.says, "Write it in that form, in Latin letters and the digits 0 to 9.")
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
            return f"one of {', '.join(column.words)}"
        case "pattern":
            return column.says
        case "date":
            return "a date such as 2025-10-16"
        case "place" | "places":
            return "a place in three capital letters, such as TUR"
        case "number" | "whole":
            return "a number"
        case "link" | "links":
            return f"a key of {column.to}.csv"
        case _:
            return "a text"


def _place_fault(place: str, text: str = "") -> Fault:
    remedy = "Use the ISO 3166 alpha-3 code, WLD for all or for the rest, or MED for the Mediterranean sellers."
    if place.upper() in PLACES:
        remedy = f'Write "{place.upper()}".'
    return Fault(quoted(text or place), "a place in three capital letters, such as TUR", remedy)


def _date_fault(text: str) -> Fault | None:
    if ISO_DATE.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return Fault(quoted(text), "a day that exists", "Check the month and the day: year-month-day.")
        return _year_fault(text)
    return Fault(
        quoted(text), "a date such as 2025-10-16",
        "Write year-month-day with four, two and two digits of the Gregorian calendar.",
    )


def _period_fault(text: str) -> Fault | None:
    expected = "a year, a month or a day such as 2025, 2025-10 or 2025-10-16"
    if not PERIOD.fullmatch(text):
        return Fault(quoted(text), expected, "Write it in one of these forms, or leave the cell empty when undated.")
    try:
        date.fromisoformat(text + "-01-01"[: 10 - len(text)] if len(text) == 4 else (text + "-01")[:10])
    except ValueError:
        return Fault(quoted(text), expected, "Check the month and the day.")
    return _year_fault(text)


def _year_fault(text: str) -> Fault | None:
    """A year that no row of trade law can mean: mistyped, or of another calendar."""
    year = int(text[:4])
    if 1900 <= year <= 2100:
        return None
    remedy = "Check the year."
    if 1280 <= year <= 1480:
        remedy = f"{year} looks like an Iranian year, which began in March {year + 621}: convert the date."
    return Fault(quoted(text), "a date of the Gregorian calendar such as 2025-10-16", remedy)


def _number_fault(column: Column, text: str) -> Fault | None:
    if not PLAIN_NUMBER.fullmatch(text):
        return _unreadable(text)
    value = float(text)
    if not math.isfinite(value):
        return Fault(
            quoted(text), "a number of ordinary size",
            "Write the figure in full, or leave the cell empty when it is missing.",
        )
    if column.kind == "whole" and not WHOLE.fullmatch(text):
        return Fault(quoted(text), "a whole number", "Write digits only.")
    return limits(text, value, column.least, column.most)


def limits(text: str, value: float, least: float | None, most: float | None) -> Fault | None:
    """A number outside what its column or its form allows."""
    if least is not None and value < least:
        if least == 0:
            return Fault(
                quoted(text), "a number that is not negative", "Take the minus sign away, or check the column.",
            )
        return Fault(quoted(text), f"at least {least:g}", "Check the figure and its unit.")
    if most is not None and value > most:
        if most == 1:
            return Fault(
                quoted(text), "a fraction such as 0.05, at most 1",
                f"Divide by 100: {value:g} per cent is written {value / 100:.6g}.",
            )
        return Fault(quoted(text), f"at most {most:g}", "Check the figure and its unit.")
    return None


def _unreadable(text: str) -> Fault:
    expected = "a number such as 0.05 or 1250.5"
    western, scripts = _western(text)
    if scripts:
        remedy = f"These are {' and '.join(sorted(scripts))} digits."
        return Fault(
            quoted(text), expected,
            f"{remedy} Write {western}." if _reads(western) else f"{remedy} Use the digits 0 to 9 and a point.",
        )
    plain = text.lstrip("+-").casefold()
    if plain in ("nan", "inf", "infinity", "n/a", "na", "null", "none", "-"):
        return Fault(quoted(text), expected, "Leave the cell empty when the figure is missing.")
    if text.endswith(("%", "\u066a")):
        part = text.rstrip("%\u066a ").replace(",", ".")
        write = f"{float(part) / 100:.6g}" if _reads(part) else "a fraction such as 0.05"
        return Fault(quoted(text), "a fraction such as 0.05", f"Write {write} instead of a per cent sign.")
    if THOUSANDS.fullmatch(text):
        whole = re.sub(
            r"[,'\u2019 \u00a0\u202f]", "", text,
        ) if text.count(".") < 2 else text.replace(".", "").replace(",", ".")
        return Fault(quoted(text), expected, f"Write {whole}, without thousands separators.")
    if DECIMAL_COMMA.fullmatch(text):
        return Fault(quoted(text), expected, f"Write {text.replace(',', '.')} with a decimal point, not a comma.")
    if text.startswith(FORMULA):
        return Fault(quoted(text), expected, "Write the number itself, without a plus sign and without a formula.")
    return Fault(quoted(text), expected, "Write digits and a decimal point only; words and units go into the note.")


def _reads(text: str) -> bool:
    return PLAIN_NUMBER.fullmatch(text) is not None


def _western(text: str) -> tuple[str, set[str]]:
    """The same number in the digits 0-9, and the scripts it was written in."""
    scripts: set[str] = set()
    out = []
    for letter in text:
        if letter.isdecimal() and not letter.isascii():
            name = unicodedata.name(letter, "").rpartition(" ")[0]
            scripts.add(DIGITS.get(name, name.removesuffix(" DIGIT").title() or "foreign"))
            letter = str(unicodedata.decimal(letter))
        elif letter == "\u066b":
            letter = "."
        elif letter == "\u066c":
            letter = ""
        out.append(letter)
    return "".join(out), scripts
