"""One spelling for names and figures that people type in many ways.

Headers and country names are compared by :func:`plain`; figures are read by :func:`number` under a
stated decimal mark, in Western, Persian or Arabic digits.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tariffs.errors import N_, Said

# Arabic kaf and yeh to their Persian twins, teh marbuta and the dotless Turkish i to their plain ones.
TWINS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ı": "i", "ـ": None, "\u200c": None})
NOTHING = frozenset({"", "-", "–", "—", "..", "...", "…", ":", "na", "n/a", "nan", "null", "none", "x", "#n/a"})
SIGNS = str.maketrans(
    {"٫": "\u0001", "٬": None, "−": "-", "\u00a0": " ", "\u202f": " ", "\u200e": None, "\u200f": None}
)
EXPONENT = r"(?:[eE][+-]?\d{1,3})?"
POINT = re.compile(rf"[+-]?(?:\d+|\d{{1,3}}(?:[, ']\d{{3}})+)?(?:\.\d*)?{EXPONENT}", re.ASCII)
COMMA = re.compile(rf"[+-]?(?:\d+|\d{{1,3}}(?:[. ']\d{{3}})+)?(?:,\d*)?{EXPONENT}", re.ASCII)
CERTAIN_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3}){2,})", re.ASCII)
CERTAIN_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3}){2,})", re.ASCII)


class Unreadable(ValueError):
    """Text where a number should be."""


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Letters and digits alone, in one case and one alphabet: what two spellings of a name share."""
    flat = unicodedata.normalize("NFKD", text.casefold()).translate(TWINS)
    return "".join(western(c) for c in flat if c.isalnum())


def western(text: str) -> str:
    """The same text with Persian, Arabic and other digits written 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def number(text: str, decimal: str = ".") -> float | None:
    """A figure as a number; ``None`` when the cell says that there is none.

    Raises
    ------
    Unreadable
        When the text is neither a figure nor a usual sign for a missing one.
    """
    trimmed = text.strip()
    if trimmed.casefold() in NOTHING:
        return None
    if trimmed.isascii() and trimmed.isdecimal() and len(trimmed) < 300:
        return float(trimmed)
    signed = western(trimmed.translate(SIGNS)).strip()
    if "\u0001" in signed:  # an Arabic decimal mark leaves no doubt
        signed, decimal = signed.replace(",", "").replace("\u0001", "."), "."
    shape = COMMA if decimal == "," else POINT
    if not any(c.isdecimal() for c in signed) or not shape.fullmatch(signed):
        raise Unreadable(text)
    bare = signed.replace(" ", "").replace("'", "")
    bare = bare.replace(".", "").replace(",", ".") if decimal == "," else bare.replace(",", "")
    value = float(bare)
    if not math.isfinite(value):
        raise Unreadable(text)
    return value


@dataclass(frozen=True, slots=True)
class Mark:
    """Which sign parts the decimals, and how we know."""

    sign: str
    why: str


def decimal_mark(cells: Iterable[str], usual: str) -> Mark:
    """The decimal mark that the cells prove, or the one usual for the format when none does."""
    commas = points = 0
    proof = {",": "", ".": ""}
    for cell in cells:
        text = western(cell.strip().translate(SIGNS))
        if CERTAIN_COMMA.fullmatch(text):
            commas, proof[","] = commas + 1, proof[","] or cell.strip()
        elif CERTAIN_POINT.fullmatch(text):
            points, proof["."] = points + 1, proof["."] or cell.strip()
    if commas > points:
        return Mark(",", Said(N_('cells such as "{cell}"'), cell=proof[","]))
    if points > commas:
        return Mark(".", Said(N_('cells such as "{cell}"'), cell=proof["."]))
    return Mark(usual, N_("usual for this format; no cell proves otherwise"))
