"""HS codes as files write them, the editions of the HS, and what became of chapter 27 between them."""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tariffs.intake.letters import western
from tariffs.store.reader import DATA

CONCORDANCE = DATA / "concordance" / "hs_chapter27.csv"
EDITIONS = ("HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22")
BY_COMTRADE = {f"H{n}": edition for n, edition in enumerate(EDITIONS)}
FIRST_YEAR = {"HS92": 1988, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022}
SEPARATORS = re.compile(r"[\s.\-/'\u00a0]")


class NotHs(ValueError):
    """Text that is no HS code: a total, a group, another classification."""


@dataclass(frozen=True, slots=True)
class Step:
    """One code of one edition, and a code that holds all or part of it in the next edition that changed it."""

    older: str
    older_code: str
    newer: str
    newer_code: str
    whole: bool  # False: only part of the older code went there


def hs(text: str, width: int = 0) -> str:
    """An HS or national tariff code as digits alone.

    ``width`` is the length that the source promises, so that a zero lost to a spreadsheet comes back.

    Raises
    ------
    NotHs
        When it is not two to twelve digits.
    """
    digits = SEPARATORS.sub("", western(text))
    if digits.endswith(("0",)) and "." in text and text.replace(".", "", 1).isdecimal() and text.endswith(".0"):
        digits = digits[:-1]  # 271320.0, a code that a spreadsheet took for a number
    if not (digits.isascii() and digits.isdecimal() and 2 <= len(digits) <= 12):
        raise NotHs(text)
    if len(digits) % 2 or len(digits) < width:
        digits = digits.zfill(max(width, len(digits) + len(digits) % 2))
    return digits


def edition(text: str) -> str:
    """``HS17`` for ``H5``, ``HS 2017``, ``hs17``; empty when the text names none."""
    flat = text.strip().upper().replace(" ", "")
    if flat in BY_COMTRADE:
        return BY_COMTRADE[flat]
    found = re.fullmatch(r"HS-?(?:19|20)?(\d\d)", flat)
    named = f"HS{found[1]}" if found else ""
    return "HS92" if named == "HS88" else named if named in EDITIONS else ""


@cache
def steps() -> tuple[Step, ...]:
    with CONCORDANCE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Step(r["from_edition"], r["from_code"], r["to_edition"], r["to_code"], r["whole"] == "true")
            for r in csv.DictReader(file)
        )


@cache
def _changes() -> Mapping[tuple[str, str], tuple[Step, ...]]:
    held: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps():
        held[step.older, step.newer].append(step)
    return {pair: tuple(found) for pair, found in held.items()}


@dataclass(frozen=True, slots=True)
class Traced:
    """What a six-digit code is called in another edition."""

    codes: tuple[str, ...]
    exact: bool  # the codes hold the same goods, no more and no less


def trace(code: str, start: str, end: str) -> Traced:
    """Follow a six-digit code from one edition of the HS to another; codes not listed did not change.

    Only chapter 27 is on record, so a code of another chapter keeps its number and is not called exact
    once an edition is crossed.
    """
    if start == end or not start or not end:
        return Traced((code,), True)
    first, last = EDITIONS.index(start), EDITIONS.index(end)
    forward = first < last
    codes, exact = {code}, code.startswith("27")
    for at in range(first, last, 1 if forward else -1):
        pair = (EDITIONS[at], EDITIONS[at + 1]) if forward else (EDITIONS[at - 1], EDITIONS[at])
        changes = _changes().get(pair, ())
        moved: set[str] = set()
        for one in codes:
            hits = [s for s in changes if (s.older_code if forward else s.newer_code) == one]
            joined = [s for s in changes if (s.newer_code if forward else s.older_code) == one]
            moved |= {s.newer_code if forward else s.older_code for s in hits} or {one}
            exact = exact and not hits and not joined
        codes = moved
    return Traced(tuple(sorted(codes)), exact)


def wanted(product: str, held: str, held_edition: str, asked_edition: str = "HS22") -> str:
    """How a held code answers for the product asked for: ``yes``, ``coarser`` or ``no``.

    National lines below the product answer for it. The product is meant in ``asked_edition``.
    """
    six = product[:6]
    if len(six) == 6 and held_edition and len(held) >= 6:
        names = trace(six, asked_edition, held_edition).codes
        if names != (six,):
            return "yes" if held[:6] in names else "no"
    if held.startswith(product):
        return "yes"
    return "coarser" if product.startswith(held) else "no"
