"""Words, numbers, days and place names as a reader of each language expects them.

Sentences are gettext messages, English in the code; figures and names come from CLDR through Babel.
Nothing outside this room turns a fraction into a per cent sign.
"""

import gettext
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).resolve().parent.parent.parent / "locale"
MINUS, RANGE = "−", "–"
RIGHT_TO_LEFT = frozenset({"ar", "fa"})

ALPHA2: Mapping[str, str] = {
    "ARM": "AM",
    "AZE": "AZ",
    "BHR": "BH",
    "CHN": "CN",
    "EGY": "EG",
    "ESP": "ES",
    "GEO": "GE",
    "GRC": "GR",
    "IND": "IN",
    "IRN": "IR",
    "IRQ": "IQ",
    "ITA": "IT",
    "KAZ": "KZ",
    "KEN": "KE",
    "PAK": "PK",
    "ROU": "RO",
    "RUS": "RU",
    "TKM": "TM",
    "TUR": "TR",
    "TZA": "TZ",
    "UZB": "UZ",
}


def N_(message: str) -> str:
    """Mark a text for translation where it is written, to be translated where it is shown."""
    return message


def languages() -> tuple[str, ...]:
    """English, and every language that has a compiled catalogue."""
    others = sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/tariffs.mo"))
    return ("en", *others)


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    return gettext.translation("tariffs", CATALOGUES, [lang], fallback=True)


class Words:
    """One language's way of saying things. Call it with a message and its gaps."""

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self.locale = Locale.parse(lang)
        self.rtl = lang in RIGHT_TO_LEFT

    def __call__(self, message: str, **gaps: object) -> str:
        text = _catalogue(self.lang).gettext(message)
        return text.format(**gaps) if gaps else text

    @property
    def direction(self) -> str:
        return "rtl" if self.rtl else "ltr"

    def place(self, code: str) -> str:
        """A place's name; groups of the model have names of their own."""
        if code == "WLD":
            return self(N_("rest of the world"))
        if code == "MED":
            return self(N_("Mediterranean suppliers"))
        name: str = self.locale.territories.get(ALPHA2.get(code, ""), code)
        return name

    def number(self, value: float | None, digits: int = 0, signed: bool = False) -> str:
        """A number with grouping and a true minus sign; a missing one says so."""
        if value is None:
            return self(N_("not known"))
        rounded = round(value, digits) + 0.0  # no negative zero
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        text: str = format_decimal(abs(rounded), format=pattern, locale=self.locale)
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + text

    def percent(self, fraction: float | None, digits: int = 1, signed: bool = False) -> str:
        if fraction is None:
            return self(N_("not known"))
        scaled = round(fraction * 100.0, digits)
        return self(N_("{number}%"), number=self.number(scaled, 0 if scaled == int(scaled) else digits, signed))

    def usd_per_t(self, value: float | None, digits: int = 0, signed: bool = False) -> str:
        if value is None:
            return self(N_("not known"))
        return self(N_("USD {number}/t"), number=self.number(value, digits, signed))

    def tonnes(self, value: float | None, signed: bool = False, digits: int | None = None) -> str:
        """Tonnes below 1,000, thousand tonnes with the decimals that still mean something above."""
        if value is None:
            return self(N_("not known"))
        if abs(value) < 1_000:
            return self(N_("{number} t"), number=self.number(value, 0, signed))
        digits = (1 if abs(value) < 100_000 else 0) if digits is None else digits
        return self(N_("{number} kt"), number=self.number(value / 1_000.0, digits, signed))

    def usd(self, value: float | None, signed: bool = False) -> str:
        """Dollars a year, in millions."""
        if value is None:
            return self(N_("not known"))
        return self(N_("USD {number} million"), number=self.number(value / 1e6, 1, signed))

    def day(self, value: date) -> str:
        text: str = format_date(value, format="d MMMM y", locale=self.locale)
        return text

    def amount(self, value: float | None, unit: str, signed: bool = False) -> str:
        """A figure in the words of its unit."""
        say: Mapping[str, Callable[..., str]] = {"USD/t": self.usd_per_t, "t": self.tonnes, "USD a year": self.usd}
        if unit == "fraction":
            return self.percent(value, 1, signed)
        return say[unit](value, signed=signed) if unit in say else self.number(value, 0, signed)

    def difference(self, value: float | None, unit: str) -> str:
        """A change with its sign; between two fractions the difference is in points, not in per cent."""
        if unit != "fraction" or value is None:
            return self.amount(value, unit, signed=True)
        return self(N_("{number} points"), number=self.number(value * 100.0, 1, signed=True))

    def listed(self, items: list[str]) -> str:
        """Several names as a sentence lists them: "Türkiye and Iraq"."""
        text: str = format_list(items, locale=self.locale)
        return text

    def between(self, low: float | None, high: float | None, unit: str, signed: bool = False) -> str:
        """A range in the words of its unit, the unit said once."""
        if unit == "USD/t" and low is not None and high is not None:
            digits = 1 if max(abs(low), abs(high)) < 10 else 0
            return self(
                N_("{low} to {high}"), low=self.number(low, digits, signed), high=self.number(high, digits, signed)
            )
        return self(N_("{low} to {high}"), low=self.amount(low, unit, signed), high=self.amount(high, unit, signed))
