"""Why a file, or a row of it, is not taken in, and what to do about it."""

from dataclasses import dataclass

from tariffs.errors import Defect, Defective
from tariffs.words import N_


class Refused(Defective):
    """A file that cannot be used: where, what was found, what was expected, what to do."""

    def __init__(self, *defects: Defect) -> None:
        super().__init__("", *defects)


def refuse(
    file: str, found: str, expected: str, remedy: str, row: int | None = None, column: str = ""
) -> Refused:
    """A refusal for one thing in one place."""
    return Refused(Defect(file, row, column, found, expected, remedy))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are left out, and what somebody who wanted them can do."""

    says: str
    remedy: str


class Skip(Exception):
    """One row that is not taken, with what was found in it."""

    def __init__(self, reason: Reason, found: str) -> None:
        super().__init__(reason.says)
        self.reason = reason
        self.found = found


UNREADABLE = Reason(
    N_("a figure that cannot be read"), N_("Correct the cell, or export the file again."),
)
MISFIT = Reason(
    N_("more or fewer cells than the header"),
    N_("Export the file again; a line cut short often means that a download broke off."),
)
NO_PLACE = Reason(
    N_("a place that is not known"),
    N_("Use the country's ISO code or its usual name, or tell us the name so that it can be added."),
)
NO_YEAR = Reason(N_("no year"), N_("Add the year to the row, or give it: --given year=2024."))
NO_CODE = Reason(N_("not an HS code (a total, or another classification)"), N_("Ask the source for HS codes."))
NO_FIGURE = Reason(N_("neither a value nor a quantity"), N_("Nothing to do: the row holds no trade."))
NO_TRADE = Reason(N_("zero value and zero quantity"), N_("Nothing to do: the row holds no trade."))
NEGATIVE = Reason(N_("a negative value or quantity"), N_("Check the figure at its source."))
SERVICES = Reason(
    N_("services, not goods"), N_("Ask UN Comtrade for goods: typeCode C, classification HS."),
)
GROUP = Reason(
    N_("a group of countries, not a country"), N_("Ask the source for single countries."),
)
UNSPECIFIED = Reason(
    N_("partner not specified by the source"), N_("Nothing to do: the source does not say who it was."),
)
WORLD_BESIDE = Reason(
    N_("a World total that stands beside its partners"), N_("Nothing to do: the partners are kept."),
)
SUBTOTAL = Reason(
    N_("a breakdown by transport, customs procedure or second partner"), N_("Nothing to do: the total row is kept."),
)
REPEATED = Reason(N_("the same row again"), N_("Nothing to do: it is kept once."))
OTHER_PRODUCT = Reason(N_("another product"), N_("Leave --product out to keep every product."))
COARSER = Reason(
    N_("a heading or chapter above the product asked for"), N_("Ask the source for six digits."),
)
NO_FLOW = Reason(
    N_("neither import nor export"), N_("Say which: --given flow=import or --given flow=export."),
)
NO_RATE = Reason(N_("a heading without a rate"), N_("Nothing to do: its lines carry the rates."))
BLANK_RATE = Reason(N_("a tariff line whose rate is blank in the file"), N_("Look the line up at its source."))
TITLE = Reason(N_("a title, note or empty line"), N_("Nothing to do."))
