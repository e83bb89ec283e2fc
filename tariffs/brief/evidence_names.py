"""Names that estimates give to their statistics, further tables and columns, in the words of the reader."""

import re
from collections.abc import Mapping

import pandas as pd

from tariffs.words import N_, Words

STATISTICS: Mapping[str, str] = {
    "scale": N_("Spread around the line"),
    "bootstrap_low": N_("Bootstrap interval, low"),
    "bootstrap_high": N_("Bootstrap interval, high"),
    "cusum": N_("CUSUM of residuals"),
    "cusum_p": N_("CUSUM, p"),
    "predicted_at": N_("Predicted at"),
    "predicted": N_("Predicted"),
    "predicted_low": N_("Predicted, low"),
    "predicted_high": N_("Predicted, high"),
    "med_bitumen_less_fuel_oil": N_("Mediterranean bitumen less fuel oil, USD/t"),
    "largest_gap_to_printed_haircut": N_("Largest gap to the printed haircut"),
    "lowest_haircut": N_("Lowest haircut"),
    "highest_haircut": N_("Highest haircut"),
    "profile_90_low": N_("90 % profile, low"),
    "profile_90_high": N_("90 % profile, high"),
    "identified": N_("Identified (1: yes)"),
    "flatness": N_("Largest fall of the profile"),
    "spread": N_("Stated spread of price shocks"),
    "noise": N_("Noise of a span"),
    "between": N_("Spread between figures, in logs"),
    "i2": N_("Share of the spread beyond chance"),
    "q_p": N_("Probability of such spread by chance"),
    "with_the_other_rule": N_("With stated spreads lent"),
    "other_low": N_("With stated spreads lent, low"),
    "other_high": N_("With stated spreads lent, high"),
    "largest_curvature": N_("Largest eigenvalue of the Slutsky terms"),
    "concave": N_("Concave (1: yes)"),
    "replications": N_("Replications"),
    "replications_failed": N_("Replications that failed"),
    "sigma": N_("Elasticity of substitution"),
    "sigma_low": N_("Elasticity of substitution, low"),
    "sigma_high": N_("Elasticity of substitution, high"),
    "interval_low": N_("Interval, low"),
    "interval_high": N_("Interval, high"),
    "inverse_supply": N_("Inverse elasticity of supply"),
    "two_stage": N_("By two-stage least squares"),
    "open_draws": N_("Share of resamples without an elasticity"),
    "varieties": N_("Origins"),
    "periods": N_("Years"),
}
OF_A_GOOD: Mapping[str, str] = {
    "r2": N_("R², {good}"),
    "expenditure": N_("Expenditure elasticity, {good}"),
    "own_price": N_("Own-price elasticity, {good}"),
    "n": N_("Months, {good}"),
}
TABLES: Mapping[str, str] = {
    "Breaks": N_("Breaks"),
    "Unit values before 2020": N_("Unit values before 2020"),
    "Months": N_("Months"),
    "Points": N_("Dated rates"),
    "Events": N_("Changes of the rule"),
    "By stated spread": N_("By stated spread"),
    "Profile": N_("Profile"),
    "Windows": N_("What was counted"),
    "Forest": N_("Every figure"),
    "The answer under each": N_("The answer under each"),
    "Marshallian": N_("Marshallian elasticities"),
    "Marshallian, standard errors": N_("Marshallian, standard errors"),
    "Hicksian": N_("Hicksian elasticities"),
    "Hicksian, standard errors": N_("Hicksian, standard errors"),
    "Expenditure": N_("Expenditure elasticities"),
    "Tests": N_("Tests of demand theory"),
}
COLUMNS: Mapping[str, str] = {
    "break": N_("Break"),
    "first_month_after": N_("First month after"),
    "n_before": N_("Months before"),
    "n_after": N_("Months after"),
    "quote": N_("Quote"),
    "found": N_("Found"),
    "expected": N_("Expected"),
    "inside": N_("Inside"),
    "gap": N_("Gap"),
    "month": N_("Month"),
    "date": N_("Day"),
    "rate_name": N_("Exchange rate"),
    "haircut": N_("Haircut"),
    "event": N_("What happened"),
    "key": N_("Row"),
    "kind": N_("Kind"),
    "product": N_("Product"),
    "place": N_("Place"),
    "value": N_("Value"),
    "low": N_("Low"),
    "high": N_("High"),
    "status": N_("Standing"),
    "source": N_("Source"),
    "total": N_("All"),
    "from": N_("From"),
    "to": N_("To"),
    "good": N_("Supplier"),
    "elasticity": N_("Elasticity"),
    "test": N_("Test"),
    "usd_per_t": N_("USD per tonne"),
}
# Products that are no code of a list: asphalt binder is bitumen as its buyers call it.
PRODUCTS: Mapping[str, str] = {
    "asphalt binder": N_("asphalt binder"),
    "gasoline": N_("motor gasoline"),
    "manufacturing": N_("manufacturing"),
    "any": N_("any product"),
    "all goods HS4": N_("all goods, HS headings"),
    "GTAP oil": N_("crude oil"),
    "GTAP p_c": N_("petroleum and coal products"),
    "Caliendo-Parro petroleum": N_("petroleum"),
    "Caliendo-Parro chemicals": N_("chemicals"),
}


def product(code: str, t: Words) -> str:
    """What an elasticity is of: a code as its list writes it, a name in the reader's language."""
    return t(PRODUCTS[code]) if code in PRODUCTS else t.isolated(code)


def statistic(name: str, t: Words) -> str:
    """A statistic's name; one of a single supplier carries its name."""
    if name in STATISTICS:
        return t(STATISTICS[name])
    if found := re.fullmatch(rf"({'|'.join(OF_A_GOOD)})_(.+)", name):
        return t(OF_A_GOOD[found[1]], good=found[2])
    return name.replace("_", " ")


def table(title: str, t: Words) -> str:
    return t(TABLES.get(title, title))


def headed(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    """A further table under heads in words; columns that are codes keep their names."""
    return frame.rename(columns={name: t(COLUMNS[name]) for name in frame.columns if name in COLUMNS})
