"""Trade elasticity from your own flows: PPML with tariffs on a BACI- or Comtrade-like panel.

.. math:: E[X_{ijt}] = \\exp(\\pi_{it} + \\chi_{jt} + \\mu_{ij} - \\sigma \\ln(1 + t_{ijt}))

Values are CIF, before duty, so the coefficient of the log tariff is minus the elasticity of substitution.

References
----------
Head and Mayer (2014), Handbook of International Economics 4, 131-195.
Weidner and Zylkin (2021), Journal of International Economics 132, 103513.
Heid, Larch and Yotov (2021), Canadian Journal of Economics 54(1), 376-409: own sales identify a tariff without origins.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from tariffs.errors import N_, BadQuestion
from tariffs.evidence.estimate import estimate
from tariffs.evidence.expression import column
from tariffs.evidence.fit import Fit
from tariffs.evidence.registry import Named

COLUMNS = ("year", "exporter", "importer", "value", "tariff")
TERM = "ln_tariff"
EFFECTS = ("exporter^year", "importer^year", "exporter^importer")
PAIR = "exporter^importer"


def trade_elasticity(
    panel: pd.DataFrame,
    effects: Sequence[str] = EFFECTS,
    controls: Sequence[str] = (),
    cluster: str = PAIR,
    factor: str = "dummies",
) -> Fit:
    """Elasticity of trade to the power of the tariff; minus the coefficient is the elasticity of substitution.

    Parameters
    ----------
    panel : one row per year, exporter and importer: ``value`` (any currency, zeros included) and ``tariff``
        (a fraction; 0 on own sales). A tariff that is the same for all origins needs own sales in the panel.
    effects : fixed effects; without years in the data take ``("exporter", "importer")``.
    controls : further regressors, as a formula writes them.
    factor : small-sample rule. Every effect is counted by default: with three-way effects and few years the usual
        clustered errors are too small, and their intervals cover too rarely (Weidner and Zylkin 2021).

    Raises
    ------
    BadQuestion, BadSample
        When a column is missing, the tariff is no fraction, or nothing tells it apart from the effects.
    """
    tidy = with_log_tariff(panel)
    right = " + ".join((TERM, *controls))
    fit = estimate(tidy, f"value ~ {right} | {' + '.join(effects)}", "ppml", "cluster", cluster, factor)
    sigma, (low, high) = -float(fit.params[TERM]), sorted(-fit.conf_int().loc[TERM].to_numpy(dtype=float))
    found = {"sigma": sigma, "sigma_low": float(low), "sigma_high": float(high)}
    return replace(fit, title="Trade elasticity by PPML", statistics={**fit.statistics, **found})


def with_log_tariff(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel with ``ln_tariff = log(1 + tariff)``.

    Raises
    ------
    BadQuestion
        When a column is missing or the tariff is no fraction.
    """
    for name in COLUMNS:
        if name not in panel:
            raise BadQuestion(
                N_(
                    "The panel has no column '{name}'. Rename its columns to {held}: one row for each year, "
                    "exporter and importer, the tariff as a fraction."
                ),
                name=name,
                held=", ".join(COLUMNS),
            )
    tariff = column(panel, "tariff")
    if tariff.dtype == object:
        raise BadQuestion(N_("The column tariff holds text. Write 0.05 for five per cent."))
    known = tariff[np.isfinite(tariff)]
    if len(known) and known.min() <= -1:
        raise BadQuestion(N_("A tariff is above -1; found {what}."), what=f"{known.min():g}")
    charged = known[known > 0]
    if len(charged) and np.median(charged) > 1:
        raise BadQuestion(
            N_("Tariffs look like per cent (median {what}). Write 0.05 for five."),
            what=f"{np.median(charged):g}",
        )
    return panel.assign(**{TERM: np.log1p(tariff)})


def of_panel(
    frame: pd.DataFrame,
    named: Named,
    effects: str = " + ".join(EFFECTS),
    controls: str = "",
    cluster: str = PAIR,
    factor: str = "dummies",
) -> Fit:
    """The same with its options as a shell or a page writes them: ``effects=exporter + importer``."""
    held, more = (tuple(x.strip() for x in text.split("+") if x.strip()) for text in (effects, controls))
    return trade_elasticity(frame, held, more, cluster, factor)
