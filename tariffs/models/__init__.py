"""One door to every model: ``solve(name, market, shock)``."""

from tariffs.errors import N_, BadQuestion
from tariffs.market.market import Market, Shock
from tariffs.models import armington, gsim, smart
from tariffs.models.result import Result

MODELS = {"armington": armington.solve, "gsim": gsim.solve, "smart": smart.solve}
NO_MODEL = N_("There is no model '{model}'. The models are: {models}.")


def solve(name: str, market: Market, shock: Shock) -> Result:
    """Answer a shock with the model of that name.

    Raises
    ------
    BadQuestion
        When there is no such model.
    """
    if name not in MODELS:
        raise BadQuestion(NO_MODEL, model=name, models=list(MODELS))
    return MODELS[name](market, shock)
