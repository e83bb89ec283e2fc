"""Rows of law: what an importer charges, how it reads a good, what an exporter's own state takes."""

from dataclasses import dataclass
from datetime import date

from tariffs.law.places import in_force
from tariffs.sources import Figure

# In the order in which they are charged; the row's base says what each is charged on.
BORDER_KINDS = (
    "valuation_adjustment",
    "customs_duty",
    "collected_duty",  # what is really paid; replaces customs_duty when practice is asked for
    "additional_duty",
    "specific_levy",
    "excise",
    "consular_fee",
    "per_tonne_fee",
    "tax_deposit",
    "vat",
)
OTHER_KINDS = ("prohibition", "licence", "transit_guarantee")
DUTY_KINDS = ("customs_duty", "collected_duty", "additional_duty", "specific_levy", "excise")

FORMS = (
    "ad_valorem",  # fraction of the base
    "specific_usd_per_t",  # USD per tonne
    "compound_sum",  # both: a fraction of the base and USD per tonne
    "compound_max",  # whichever is higher
    "compound_min",  # whichever is lower
    "factor",  # multiplies the customs value
    "minimum_usd_per_t",  # the customs value is at least this
    "none",  # a rule without a number, or whose number is not on record
)
BASES = ("cif", "cif_plus_duty", "duty", "tonne", "invoice", "none")
ROLES = ("baseline", "alternative", "disputed", "analogue", "ceiling", "off")


@dataclass(frozen=True, slots=True)
class Measure:
    """One rule of the importer's law or practice, with its validity and where we read it."""

    key: str
    importer: str
    region: str  # part of the importer it holds in; empty = all of it
    product: str
    product_class: str  # petrochemical, raw_material, refined_product or any
    origin: str  # any, a place, or a group
    kind: str
    form: str
    rate: Figure  # in the unit of the form
    specific: Figure | None  # the USD per tonne of a compound form
    base: str
    recoverable: bool  # given back to a registered buyer: no cost, only timing
    valid_from: date | None
    valid_to: date | None
    role: str
    note: str

    def covers(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a country reads a good: the class that picks among its rows. Reclassifying edits this."""

    key: str
    country: str
    region: str
    product: str
    origin: str
    product_class: str
    valid_from: date | None
    valid_to: date | None
    role: str
    status: str
    source: str
    note: str

    def covers(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class ExporterMeasure:
    """One rule of the exporter's own state: a burden on FOB, an award, or a currency rule."""

    key: str
    exporter: str
    kind: str
    form: str  # ad_valorem, share, none
    rate: Figure
    base: str
    depends_on_listing: str  # true, false, unknown
    role: str
    direction: str  # cost or benefit
    valid_from: date | None
    valid_to: date | None
    note: str

    def covers(self, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on)
