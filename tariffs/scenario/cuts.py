"""Formulas by which a tariff is cut, as negotiators write them. Rates are fractions.

References
----------
WITS online help, SMART, "Defining a Tariff change".
"""

from collections.abc import Callable, Mapping

from tariffs.errors import N_, BadLever

SWISS_COEFFICIENT = 0.16  # the default of WITS, 16 per cent


def linear_cut(rate: float, cut: float) -> float:
    """A cut of 80 % leaves a fifth: ``(1 - cut) · rate``."""
    return (1.0 - cut) * rate


def swiss_cut(rate: float, coefficient: float = SWISS_COEFFICIENT) -> float:
    """``a·r / (a + r)``: high rates fall most and none stays above ``a``."""
    return coefficient * rate / (coefficient + rate) if rate > 0 else 0.0


def cap(rate: float, ceiling: float) -> float:
    """No more than a ceiling."""
    return min(rate, ceiling)


FORMULAS: Mapping[str, Callable[[float, float], float]] = {"linear": linear_cut, "swiss": swiss_cut, "cap": cap}


def cut(rate: float, text: str) -> float:
    """Apply a formula written as ``linear:0.8``, ``swiss:0.16`` or ``cap:0.05`` to a rate.

    Raises
    ------
    BadLever
        When the formula or its number cannot be read.
    """
    name, _, number = text.partition(":")
    try:
        value = float(number) if number else SWISS_COEFFICIENT
        formula = FORMULAS[name]
    except (KeyError, ValueError):
        raise BadLever(
            N_("'{text}' is no tariff-cut formula. Write linear:0.8, swiss:0.16 or cap:0.05."), text=text
        ) from None
    if not 0 <= value <= 1 or (name == "swiss" and value == 0):
        raise BadLever(
            N_("'{text}': the number is a fraction between 0 and 1, as in {example}."), text=text, example=f"{name}:0.2"
        )
    return formula(rate, value)
