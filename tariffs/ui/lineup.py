"""Proposals laid beside the question asked now: kept in the session, and in the link as ``with``."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from tariffs.study import Question, from_query
from tariffs.study.question import Check

MOST = 4  # columns that can still be read side by side
LONGEST = 4_000  # letters of one proposal in a link
LONGEST_NAME = 60
WITH, PRESENT, NAME = "with", "present", "name"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One column: a question of its own, or the one asked now, under the user's name for it."""

    question: Question | None = None  # None: whatever is asked now
    name: str = ""

    def query(self) -> str:
        """The proposal as one value of a link."""
        said = PRESENT if self.question is None else self.question.query()
        return f"{said}&{urlencode({NAME: self.name})}" if self.name else said


Lineup = tuple[Proposal, ...]
ALONE: Lineup = (Proposal(),)


def values(lineup: Lineup) -> list[str]:
    """What a link says of a line-up: nothing when the question stands alone, else its columns from left to right."""
    said = [one.query() for one in lineup]
    return said[1:] if said[:1] == [PRESENT] else said


def read(given: Sequence[str], check: Check) -> tuple[Lineup, tuple[str, ...]]:
    """The line-up of a link, and the proposals in it that cannot be used."""
    found: list[Proposal] = []
    ignored = []
    for value in given:
        one = _proposal(value, check)
        if one is None or (one.question is None and any(p.question is None for p in found)):
            ignored.append(f"{WITH}={value[:80]}")
        else:
            found.append(one)
    if all(one.question is not None for one in found):
        found.insert(0, Proposal())
    ignored += [f"{WITH}={one.query()[:80]}" for one in found[MOST:]]
    return tuple(found[:MOST]), tuple(ignored)


def _proposal(value: str, check: Check) -> Proposal | None:
    if len(value) > LONGEST:
        return None
    pairs = parse_qsl(value, keep_blank_values=True)
    name = tidy(next((text for key, text in pairs if key == NAME), ""))
    rest = [(key, text) for key, text in pairs if key != NAME]
    if rest == [(PRESENT, "")]:
        return Proposal(name=name)
    question = from_query(rest, check)
    return None if question.ignored or not rest else Proposal(question.question, name)


def tidy(name: str) -> str:
    """A name on one line and of a length that fits a column."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST_NAME]


def added(lineup: Lineup, one: Proposal) -> Lineup:
    """With one more on the right; a full line-up stays as it is."""
    return (*lineup, one) if len(lineup) < MOST else lineup


def removed(lineup: Lineup, number: int) -> Lineup:
    """Without one; the question asked now stays."""
    return tuple(one for n, one in enumerate(lineup) if n != number or one.question is None)


def moved(lineup: Lineup, number: int, by: int) -> Lineup:
    """With one column moved to the left (−1) or to the right (+1)."""
    order = list(lineup)
    order.insert(max(0, number + by), order.pop(number))
    return tuple(order)


def renamed(lineup: Lineup, number: int, name: str) -> Lineup:
    """With another name over one column; no name brings back its own."""
    return tuple(Proposal(one.question, tidy(name)) if n == number else one for n, one in enumerate(lineup))
