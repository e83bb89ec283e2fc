"""Words, numbers, days and place names as a reader of each language expects them.

Sentences are gettext messages, English in the code; figures and names come from CLDR through Babel.
Nothing outside this room turns a fraction into a per cent sign.
"""

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from tariffs.errors import N_ as N_
from tariffs.errors import Defective, Place, Said, TariffsError

CATALOGUES = Path(__file__).resolve().parent.parent.parent / "locale"
MINUS, RANGE = "−", "–"
RIGHT_TO_LEFT = frozenset({"ar", "fa"})
NAMES = {"en": "English", "fa": "فارسی", "tr": "Türkçe", "ar": "العربية"}  # each in its own language
# Unicode's isolates: what stands between them keeps its own direction and lends it to nothing around it.
LEFT_TO_RIGHT, BY_FIRST_LETTER, END = "\u2066", "\u2068", "\u2069"
LOCALES = {"ar": "ar_IQ"}  # Iraq's months are شباط and تشرين الأول
MARKS = str.maketrans(",;?", "،؛؟")
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

_DATED = re.compile(r"\d{4}-\d\d(-\d\d)?")

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


def po_file(lang: str) -> Path:
    """Where a language's catalogue is kept."""
    return CATALOGUES / lang / "LC_MESSAGES" / "tariffs.po"


@cache
def languages() -> tuple[str, ...]:
    """English, then every language that has a catalogue."""
    found = {path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/tariffs.po")}
    usual = [lang for lang in ("fa", "tr", "ar") if lang in found]
    return ("en", *usual, *sorted(found - set(usual)))


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    """A language's messages, read from its .po file when first asked for: nothing is compiled beforehand."""
    path = po_file(lang)
    if not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


_DISTURBS = re.compile(r"[A-Za-zÀ-ɏ%+−]|\d\s*[-/:=]")  # what a plain number beside Arabic letters does not have
_WORD = re.compile(r"\S+")
_CODE = re.compile(r"[A-Za-z=/]|\d-\d|\d{4}\.\d")  # letters, typed values, ISO days, tariff lines keep their digits
_OPENS = (LEFT_TO_RIGHT, BY_FIRST_LETTER)


def _in_persian_digits(word: re.Match[str]) -> str:
    bare = re.sub(r"{\w+}", "", word[0])
    return word[0] if _CODE.search(bare) else word[0].translate(PERSIAN_DIGITS)


class Words:
    """One language's way of saying things. Call it with a message and its gaps.

    ``digits="fa"`` writes figures with Persian digits where the language is Persian; other languages keep theirs.
    """

    def __init__(self, lang: str = "en", digits: str = "") -> None:
        self.lang = lang
        self.locale = Locale.parse(LOCALES.get(lang, lang))
        self.rtl = lang in RIGHT_TO_LEFT
        self.digits = "fa" if lang == "fa" == digits else ""

    def __call__(self, message: str, **gaps: object) -> str:
        return self._filled(_catalogue(self.lang).gettext(message) if message else "", gaps)

    def many(self, one: str, more: str, number: int, **gaps: object) -> str:
        """A sentence about ``{number}`` things, in the form that the language has for that number."""
        text = _catalogue(self.lang).ngettext(one, more, number)
        return self._filled(text, {"number": self.number(number), **gaps})

    def explain(self, trouble: TariffsError) -> str:
        """Why something could not be done, in this language where the error brings its words along."""
        if self.lang == "en" or not trouble.message:
            return str(trouble)
        if isinstance(trouble, Defective):
            lines = [self.said(defect.sentence()) for defect in trouble.defects]
            return "\n".join(
                [self.said(trouble.heading), *(f"  {line}" for line in lines)] if trouble.heading else lines
            )
        if not trouble.gaps:
            return self.said(trouble.message)
        return self(trouble.message, **{name: self._explained(gap) for name, gap in trouble.gaps.items()})

    def said(self, text: str) -> str:
        """A text of an account or a refusal: one with gaps, one of our messages, or what stands in a file."""
        if isinstance(text, Said) and text.gaps:
            whole = {name: self.number(gap) if isinstance(gap, int) else gap for name, gap in text.gaps.items()}
            return self(text.message, **{name: self._explained(gap) for name, gap in whole.items()})
        return text if _catalogue(self.lang).gettext(text) == text else self(text)

    def _explained(self, gap: object) -> str:
        """What stands in a gap of an error: a day, a place, names, a number, another text, or another error."""
        match gap:
            case TariffsError():
                return self.explain(gap)
            case Said():
                return self.said(gap)
            case Place():
                return self.place(gap)
            case date():
                return self.day(gap)
            case list() | tuple():
                return self.listed([self._explained(one) for one in gap])
        return str(gap)

    def isolated(self, text: str) -> str:
        """Text of unknown direction, kept from disturbing a right-to-left sentence around it."""
        if not self.rtl or not _DISTURBS.search(text) or (text[0] in _OPENS and text.find(END) == len(text) - 1):
            return text
        return f"{BY_FIRST_LETTER}{text}{END}"

    def _filled(self, text: str, gaps: Mapping[str, object]) -> str:
        if self.digits:
            text = _WORD.sub(_in_persian_digits, text)
        said = {name: self.isolated(gap) if isinstance(gap, str) else gap for name, gap in gaps.items()}
        return text.format(**said) if said else text

    def _left_to_right(self, text: str) -> str:
        return f"{LEFT_TO_RIGHT}{text}{END}" if self.rtl else text

    @property
    def direction(self) -> str:
        return "rtl" if self.rtl else "ltr"

    def place(self, code: str) -> str:
        """A place's name; groups of the model have names of their own."""
        if code == "WLD":
            return self(N_("rest of the world"))
        if code == "MED":
            return self(N_("Mediterranean suppliers"))
        alpha2 = ALPHA2.get(code) or next(iter(get_global("territory_aliases").get(code, ())), "")
        name: str = self.locale.territories.get(alpha2, code)
        return name

    def number(self, value: float | None, digits: int = 0, signed: bool = False) -> str:
        """A number with grouping and a true minus sign; a missing one says so."""
        if value is None:
            return self(N_("not known"))
        rounded = round(value, digits) + 0.0  # no negative zero
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        sign, text = self._signed(rounded, pattern, signed)
        return self._left_to_right(sign + text) if sign else text

    def _signed(self, rounded: float, pattern: str, signed: bool) -> tuple[str, str]:
        system = "default" if self.digits else "latn"
        text: str = format_decimal(abs(rounded), format=pattern, locale=self.locale, numbering_system=system)
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign, text.translate(PERSIAN_DIGITS) if self.digits else text

    def percent(self, fraction: float | None, digits: int = 1, signed: bool = False) -> str:
        if fraction is None:
            return self(N_("not known"))
        scaled = round(fraction * 100.0, digits) + 0.0
        pattern = "#,##0" if scaled == int(scaled) else "#,##0." + "0" * digits
        sign, number = self._signed(scaled, pattern, signed)
        if not self.rtl:  # Turkish writes −%5, so the sign has a gap of its own
            return self(N_("{sign}{number}%"), sign=sign, number=number)
        text = self(N_("{sign}{number}%"), sign="", number=self._left_to_right(sign + number) if sign else number)
        return self._left_to_right(text) if text.endswith("%") else text

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
        """A day in words; in Persian with its Jalali date beside it."""
        text: str = format_date(value, format="d MMMM y", locale=self.locale)
        if self.lang != "fa":
            return text
        import jdatetime

        jalali = jdatetime.date.fromgregorian(date=value)
        month = jdatetime.date.j_months_fa[jalali.month - 1]
        text = f"{text} ({jalali.day} {month} {jalali.year})"
        return text.translate(PERSIAN_DIGITS) if self.digits else text

    def dated(self, written: str) -> str:
        """A day or a month as data writes it, ``2026-02-01`` or ``2026-02``; in Persian as a day is said there."""
        if self.lang != "fa" or not _DATED.fullmatch(written):
            return written
        whole = len(written) == len("2026-02-01")
        try:
            day = date.fromisoformat(written if whole else f"{written}-01")
        except ValueError:  # written like one, and no day of any calendar
            return written
        return self.day(day) if whole else self._month(day)

    def _month(self, first: date) -> str:
        """A month in Persian, with the two Jalali months that it falls in."""
        import jdatetime

        last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
        began, ended = (jdatetime.date.fromgregorian(date=day) for day in (first, last))
        names = jdatetime.date.j_months_fa
        since = names[began.month - 1] if began.year == ended.year else f"{names[began.month - 1]} {began.year}"
        text: str = format_date(first, format="MMMM y", locale=self.locale)
        text = f"{text} ({since}{RANGE}{names[ended.month - 1]} {ended.year})"
        return text.translate(PERSIAN_DIGITS) if self.digits else text

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
        text: str = format_list([self.isolated(item) for item in items], locale=self.locale)
        return text.replace("\u200f", "")  # the isolates do what CLDR's marks are for

    def apart(self, items: Iterable[str], mark: str = ";") -> str:
        """Parts of a sentence with a semicolon, or another mark, between them, as the language writes it."""
        return f"{mark.translate(MARKS) if self.rtl else mark} ".join(items)

    def between(self, low: float | None, high: float | None, unit: str, signed: bool = False) -> str:
        """A range in the words of its unit, the unit said once."""
        if unit == "USD/t" and low is not None and high is not None:
            digits = 1 if max(abs(low), abs(high)) < 10 else 0
            return self(
                N_("{low} to {high}"), low=self.number(low, digits, signed), high=self.number(high, digits, signed)
            )
        return self(N_("{low} to {high}"), low=self.amount(low, unit, signed), high=self.amount(high, unit, signed))
