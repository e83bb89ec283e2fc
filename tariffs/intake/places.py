"""Who: country names in four languages and the codes of each statistical office, as ISO alpha-3.

Names come from CLDR (English, Persian, Turkish, Arabic); what statistical offices write otherwise,
and codes that mean a group or nobody in particular, are rows of ``data/concordance/places.csv``.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tariffs.intake.letters import plain
from tariffs.store.places import ISO_ALPHA_3
from tariffs.store.reader import DATA

AND = re.compile(r"\s+(and|&)\s+")
NAMES = DATA / "concordance" / "places.csv"
LANGUAGES = ("en", "fa", "tr", "ar")
WORLD = "WLD"
KNOWN = frozenset(ISO_ALPHA_3.split()) | {"XKX"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a name or code stands for: a country, the world, a group of countries, or nobody stated."""

    code: str  # ISO alpha-3, WLD, or empty
    kind: str  # country, world, group, unspecified


@cache
def _codes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Alpha-2 and UN numeric codes to alpha-3."""
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    two = {aliases[three][0]: three for three in sorted(KNOWN) if three in aliases}
    two["XK"] = "XKX"
    numeric = {code: two[to[0]] for code, to in aliases.items() if code.isdecimal() and len(to) == 1 and to[0] in two}
    return two, numeric


@cache
def _names() -> Mapping[str, Place]:
    from babel import Locale

    two, _ = _codes()
    held: dict[str, Place] = {}
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for alpha2, alpha3 in two.items():
            if alpha2 in territories:
                held.setdefault(plain(territories[alpha2]), Place(alpha3, "country"))
    for row in _rows():
        if row["scheme"] == "name":
            held[plain(row["code"])] = Place(row["iso3"], row["kind"])
    return held


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with NAMES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _scheme(name: str) -> Mapping[str, Place]:
    return {row["code"]: Place(row["iso3"], row["kind"]) for row in _rows() if row["scheme"] == name}


@cache
def by_name(text: str) -> Place | None:
    """A country by its name in any of the four languages, or by its alpha-3 or alpha-2 code."""
    trimmed = text.strip()
    if trimmed in KNOWN:
        return Place(trimmed, "country")
    found = _names().get(plain(trimmed)) or _names().get(plain(AND.sub(" ", trimmed).replace("Saint ", "St. ")))
    if found is None and trimmed.endswith("*"):
        return by_name(trimmed.rstrip("* "))
    if found is None and len(trimmed) == 2 and trimmed.isupper():
        three = _codes()[0].get(trimmed)
        found = Place(three, "country") if three else None
    if found is None and trimmed.upper() in KNOWN:
        found = Place(trimmed.upper(), "country")
    return found


@cache
def by_number(text: str, scheme: str = "comtrade") -> Place | None:
    """A country by its UN numeric code, with the departures of UN Comtrade and CEPII."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal()):
        return None
    bare = digits.lstrip("0") or "0"
    if bare in _scheme(scheme):
        return _scheme(scheme)[bare]
    three = _codes()[1].get(bare.zfill(3))
    return Place(three, "country") if three else None


@cache
def by_iso(text: str) -> Place | None:
    """A country by alpha-3 as UN Comtrade writes it: W00 is the World, _X nobody stated."""
    code = text.strip().upper()
    if code in KNOWN:
        return Place(code, "country")
    return _scheme("iso").get(code)


@cache
def by_eurostat(text: str) -> Place | None:
    """A country by alpha-2 in Eurostat's way: GR or EL, GB or XI, XK, and codes for nobody stated."""
    code = text.strip().upper()
    if code in _scheme("eurostat"):
        return _scheme("eurostat")[code]
    three = _codes()[0].get(code)
    return Place(three, "country") if three else None
