"""What somebody says about a file, checked: ``reporter=TUR``, ``flow=import``, ``EUR=1.08``."""

from collections.abc import Sequence
from typing import Any

from tariffs.errors import N_, BadQuestion
from tariffs.intake import codes, places
from tariffs.intake.format import FLOW_WORDS, Given
from tariffs.intake.letters import Unreadable, number, plain

PLACES = ("reporter", "exporter", "importer")
NAMES = (*PLACES, "product", "flow", "year", "revision")


def facts(pairs: Sequence[str]) -> Given:
    """Facts from ``name=value`` texts.

    Raises
    ------
    BadQuestion
        When a name is none of ours or its value cannot be meant.
    """
    said: dict[str, Any] = {}
    rates: dict[str, float] = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not value:
            raise BadQuestion(N_("'{pair}' is no fact. Write name=value, such as reporter=TUR."), pair=pair)
        if name in NAMES:
            said[name] = _value(name, value)
        elif len(name) == 3 and name.isascii() and name.isupper():
            rates[name] = _rate(name, value)
        else:
            raise BadQuestion(
                N_("'{name}' is no fact about a file. There are {held}, and rates such as EUR=1.08."),
                name=name,
                held=list(NAMES),
            )
    return Given(**said, rates=rates)


def _value(name: str, value: str) -> Any:
    if name in PLACES:
        found = places.by_name(value)
        if found is None or found.kind != "country":
            raise BadQuestion(N_("'{value}' is no country that we know. Write its ISO code, such as TUR."), value=value)
        return found.code
    if name == "flow":
        if plain(value) not in FLOW_WORDS:
            raise BadQuestion(N_("'{value}' is no flow. Write import, export, re-export or re-import."), value=value)
        return FLOW_WORDS[plain(value)]
    if name == "year":
        if not (value.isascii() and value.isdecimal() and 1900 <= int(value) <= 2100):
            raise BadQuestion(N_("'{value}' is no year of the Gregorian calendar, such as 2024."), value=value)
        return int(value)
    if name == "revision":
        if not codes.edition(value):
            raise BadQuestion(
                N_("'{value}' is no edition of the HS. There are {editions}."),
                value=value,
                editions=list(codes.EDITIONS),
            )
        return codes.edition(value)
    try:
        return codes.hs(value)
    except codes.NotHs:
        raise BadQuestion(N_("'{value}' is no HS code. Write digits, such as 271320."), value=value) from None


def _rate(name: str, value: str) -> float:
    try:
        rate = number(value)
    except Unreadable:
        rate = None
    if rate is None or rate <= 0:
        raise BadQuestion(
            N_("'{value}' is no rate: write how many US dollars one {name} is worth, such as {name}=1.08."),
            value=value,
            name=name,
        )
    return rate
