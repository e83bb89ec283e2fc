"""Who: places by ISO alpha-3, and groups of places with the days on which each was a member."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

LABELLED = "_label_"  # "irn_label_irq": made in IRN, declared as IRQ


@dataclass(frozen=True, slots=True)
class Membership:
    """One place inside one group, from ``joined`` to ``left``, both days included."""

    group: str
    place: str
    joined: date | None  # None: before anything we hold
    left: date | None  # None: still a member
    source: str

    def covers(self, on: date) -> bool:
        return (self.joined is None or self.joined <= on) and (self.left is None or on <= self.left)


@dataclass(frozen=True)
class Groups:
    """Every dated membership; answers "was this place a member on that day"."""

    memberships: tuple[Membership, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(m.group for m in self.memberships)

    @cached_property
    def of_group(self) -> Mapping[str, tuple[Membership, ...]]:
        """Memberships by group."""
        found: dict[str, list[Membership]] = {}
        for member in self.memberships:
            found.setdefault(member.group, []).append(member)
        return {group: tuple(members) for group, members in found.items()}

    def members(self, group: str, on: date) -> frozenset[str]:
        return frozenset(m.place for m in self.of_group.get(group, ()) if m.covers(on))

    def origin_match(self, scope: str, producer: str, label: str, on: date) -> str | None:
        """How a row's origin fits goods made by ``producer`` and declared as ``label``.

        Law reads the declared label, so the producer counts only for a scope that names both
        (``irn_label_irq``). Returns ``"named"``, ``"group"``, ``"any"`` or ``None``.
        """
        if scope == "any":
            return "any"
        if LABELLED in scope:
            maker, declared = scope.upper().split(LABELLED.upper())
            return "named" if (producer, label) == (maker, declared) else None
        if scope == label:
            return "named"
        members = self.of_group.get(scope, ())
        return "group" if any(m.place == label and m.covers(on) for m in members) else None


def in_force(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Both ends count; an open end is still in force."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def span(rows: Sequence[tuple[date | None, date | None]]) -> str:
    """The days that several rows cover, in words for a message."""
    if not rows:
        return "no row at all"
    starts = [start for start, _ in rows]
    ends = [end for _, end in rows]
    first = "an unknown start" if None in starts else str(min(s for s in starts if s is not None))
    last = "today" if None in ends else str(max(e for e in ends if e is not None))
    return f"rows from {first} to {last}"
