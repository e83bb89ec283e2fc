"""Which rule: the importer's rows that apply to a good on a day, and how each one matched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tariffs.law.measures import BORDER_KINDS, Measure, Reading
from tariffs.law.places import span
from tariffs.law.policy import Policy
from tariffs.law.products import LEVELS, product_match

ORIGIN_RANK = {"named": 2, "group": 1, "any": 0}
# Kinds of which a good bears one at a time; rows of the other kinds add up.
ONE_AT_A_TIME = frozenset({"customs_duty", "collected_duty", "vat"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Goods at a border: made by ``producer``, declared as ``label``."""

    product: str
    producer: str
    label: str
    importer: str
    on: date
    region: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """How closely a row names the goods asked about."""

    product: str  # line, heading, chapter, chapters, general
    origin: str  # named, group, any
    product_class: str  # the class that chose the row; any when it asks for none
    region: str  # the part of the importer the row is for; empty when it is for all

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """A region's row beats the whole country's, a named label beats a group and any, a row of
        the good's class beats one for any class, a line beats a heading."""
        return (
            int(self.region != ""),
            ORIGIN_RANK[self.origin],
            int(self.product_class != "any"),
            -LEVELS.index(self.product),
        )


@dataclass(frozen=True, slots=True)
class Applied:
    """A measure that applies, and how it matched."""

    measure: Measure
    match: Match


@dataclass(frozen=True, slots=True)
class Treatment:
    """All that an importer's rows say of the goods asked about."""

    asked: Asked
    reading: Reading | None  # how the importer reads the good; None: nobody recorded it
    charges: tuple[Applied, ...]  # in the order in which they are charged
    prohibition: Applied | None
    ceilings: tuple[Applied, ...]  # legal headroom, never charged by itself
    formalities: tuple[Applied, ...]  # licences and rules without a number
    missing: tuple[str, ...]  # kinds on which nothing is on record: unknown, not zero
    held: str  # what the duty rows on record do cover

    def charge(self, kind: str) -> Applied | None:
        return next((a for a in self.charges if a.measure.kind == kind), None)

    @property
    def duty(self) -> Applied | None:
        """The one customs duty in use: what is collected, when practice was asked for, else the law's."""
        return self.charge("collected_duty") or self.charge("customs_duty")


def treatment(policy: Policy, asked: Asked) -> Treatment:
    """Every rule for the goods asked about, looked up once under a policy.

    Rows with role ``ceiling`` or ``analogue`` never count as charges. A row of the good's own class
    counts even when its role is ``alternative``: the classification chose it. Of customs duty and
    VAT one row counts; the rest add up. What is missing stays missing.
    """
    if asked not in policy.looked_up:
        policy.looked_up[asked] = _treatment(policy, asked)
    found: Treatment = policy.looked_up[asked]
    return found


def _treatment(policy: Policy, asked: Asked) -> Treatment:
    reading = policy.reading(asked.importer, asked.producer, asked.label, asked.product, asked.on, asked.region)
    product_class = reading.product_class if reading else "any"
    found: dict[str, list[Applied]] = {}
    ceilings: list[Applied] = []
    for measure in policy.measures_of.get(asked.importer, ()):
        match = _match(policy, measure, asked, product_class)
        if match is None:
            continue
        if measure.role == "ceiling":
            ceilings.append(Applied(measure, match))
        elif _counts(measure, product_class):
            found.setdefault(measure.kind, []).append(Applied(measure, match))
    charges: list[Applied] = []
    for kind in BORDER_KINDS:
        rows = sorted(found.get(kind, ()), key=lambda a: a.match.rank, reverse=True)
        if kind == "valuation_adjustment":
            charges += _one_per_form(rows)
        else:
            charges += rows[:1] if kind in ONE_AT_A_TIME else rows
    if any(a.measure.kind == "collected_duty" for a in charges):
        # What is collected already contains the law's rate and the value customs puts on the good.
        charges = [a for a in charges if a.measure.kind not in ("customs_duty", "valuation_adjustment")]
    prohibitions = sorted(found.get("prohibition", ()), key=lambda a: a.match.rank, reverse=True)
    without_number = [a for a in charges if a.measure.form == "none"]
    return Treatment(
        asked=asked,
        reading=reading,
        charges=tuple(a for a in charges if a.measure.form != "none"),
        prohibition=prohibitions[0] if prohibitions else None,
        ceilings=tuple(sorted(ceilings, key=lambda a: a.match.rank, reverse=True)),
        formalities=(*without_number, *found.get("licence", ())),
        missing=() if found.keys() & {"customs_duty", "collected_duty"} else ("customs_duty",),
        held=held(policy, asked),
    )


def held(policy: Policy, asked: Asked) -> str:
    """What is on record for the importer's duty on the product, in words for a message."""
    rows = [
        (m.valid_from, m.valid_to)
        for m in policy.measures_of.get(asked.importer, ())
        if m.kind == "customs_duty"
        and m.role == "baseline"
        and product_match(m.product, asked.product)
    ]
    return span(rows)


def _match(policy: Policy, measure: Measure, asked: Asked, product_class: str) -> Match | None:
    if (
        not measure.covers(asked.on)
        or measure.region not in ("", asked.region)
        or measure.product_class not in ("any", product_class)
    ):
        return None
    product = product_match(measure.product, asked.product)
    origin = policy.groups.origin_match(measure.origin, asked.producer, asked.label, asked.on)
    if product is None or origin is None:
        return None
    return Match(product, origin, measure.product_class, measure.region)


def _counts(measure: Measure, product_class: str) -> bool:
    chosen_by_class = measure.role == "alternative" and measure.product_class == product_class != "any"
    return measure.role == "baseline" or chosen_by_class


def _one_per_form(rows: Iterable[Applied]) -> list[Applied]:
    """A factor and a minimum value may stand together; two factors may not."""
    best: dict[str, Applied] = {}
    for row in rows:
        best.setdefault(row.measure.form, row)
    return list(best.values())
