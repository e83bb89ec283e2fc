"""One door to every model: ``solve(name, market, shock)``."""

from tariffs.errors import BadQuestion
from tariffs.market.market import Market, Shock
from tariffs.models import armington, gsim, smart
from tariffs.models.result import Result

MODELS = {"armington": armington.solve, "gsim": gsim.solve, "smart": smart.solve}


def solve(name: str, market: Market, shock: Shock) -> Result:
    """Answer a shock with the model of that name.

    Raises
    ------
    BadQuestion
        When there is no such model.
    """
    if name not in MODELS:
        raise BadQuestion(f"There is no model {name!r}. The models are: {', '.join(MODELS)}.")
    return MODELS[name](market, shock)
