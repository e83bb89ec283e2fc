r"""Every elasticity on record side by side, how those that carry an error combine, and what it does to the answer.

The rule: figures of one kind for bitumen itself (HS 2713.20) that were published with a standard error, or
estimated here, are combined on the log scale (an elasticity is positive and its error grows with it; its log
error is the error over the figure), with random effects: a figure may differ from another by more than chance,
so the spread between them counts. The interval is that of Hartung and Knapp, by the t distribution. Figures
without an error are shown and not weighed; a second combination lends them the spread that their row states,
as a sensitivity. The model's own rows are not moved by any of this: they keep their range until someone says so.

References
----------
DerSimonian and Laird (1986), Controlled Clinical Trials 7(3), 177-188; Paule and Mandel (1982), Journal of
Research of the National Bureau of Standards 87(5), 377-385, for the spread between figures; Hartung and Knapp
(2001), Statistics in Medicine 20(24), 3875-3889. Computed by statsmodels' ``combine_effects``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from tariffs.errors import N_, TariffsError
from tariffs.evidence import prices
from tariffs.market.elasticities import Elasticity
from tariffs.sources import Status
from tariffs.store import Library
from tariffs.study import Question, run

Z95 = 1.959964
PRODUCT = re.compile(r"(HS |HTS )?2713\.?20")
KINDS: tuple[str, ...] = (
    "armington_origins",
    "armington_home_import",
    "label_substitution",
    "import_demand",
    "total_demand",
    "export_supply",
    "inverse_export_supply",
    "price_transmission",
)
ErrorKind = Literal["published", "ours", "stated", "none", "range"]


@dataclass(frozen=True)
class Entry:
    """One figure of the forest: a published one, ours, or the range that the model draws from."""

    key: str
    kind: str
    product: str
    place: str
    value: float
    error: float | None  # standard error of the figure; of its log where ``log`` holds
    log: bool
    error_kind: ErrorKind  # stated: a spread that our row assumes, since none was published
    low: float | None  # 95 % interval, or the ends of a range
    high: float | None
    used: bool  # the model draws from it
    status: Status
    source: str

    @property
    def bitumen(self) -> bool:
        """Whether the figure is for HS 2713.20 itself."""
        return bool(PRODUCT.fullmatch(self.product))

    @property
    def log_error(self) -> float | None:
        if self.error is None:
            return None
        return self.error if self.log else self.error / abs(self.value)


@dataclass(frozen=True)
class Combined:
    """Several figures as one, on the scale of the figures."""

    kind: str
    rule: str
    keys: tuple[str, ...]
    value: float
    low: float  # 95 %
    high: float
    log_error: float
    between: float  # standard deviation between figures, in logs
    inconsistent: float  # I squared: share of the variation that chance does not explain
    q_p: float  # probability of so much variation by chance


def entries(library: Library) -> tuple[Entry, ...]:
    """Every row of elasticities.csv that has a figure, in the order of the file."""
    used = _used(library)
    return tuple(
        _entry(row, row.key in used)
        for row in library.elasticities.rows.values()
        if row.value.central is not None and row.kind in KINDS
    )


def crude_to_bitumen(library: Library) -> Entry:
    """Our own elasticity of the Iranian FOB in Brent: no row of the table, since the model does not read it."""
    crude = prices.pass_through(library, "bulk", "logs", level=0.95)
    low, high = crude.line.interval
    return Entry(
        key="fob_bulk_on_brent",
        kind="price_transmission",
        product="bitumen, FOB Iran",
        place="IRN",
        value=crude.line.slope,
        error=crude.line.error,
        log=False,
        error_kind="ours",
        low=low,
        high=high,
        used=False,
        status=Status.ESTIMATED,
        source="wb-pink-sheet",
    )


def forest(library: Library) -> tuple[Entry, ...]:
    """Every figure on record and ours, by kind."""
    found = (*entries(library), crude_to_bitumen(library))
    return tuple(sorted(found, key=lambda e: (KINDS.index(e.kind), e.used, -abs(e.value))))


def combine(found: Sequence[Entry], kind: str, impute: bool = False) -> Combined:
    """Combine the figures of one kind for bitumen itself, by the rule at the top of this file.

    Parameters
    ----------
    impute : also weigh figures without a published error, by the spread that their row states.

    Raises
    ------
    TariffsError
        When fewer than two figures can be weighed.
    """
    from statsmodels.stats.meta_analysis import combine_effects

    allowed = ("published", "ours", "stated") if impute else ("published", "ours")
    weighed = [e for e in found if e.kind == kind and e.bitumen and e.error_kind in allowed and not e.used]
    if len(weighed) < 2:
        raise TariffsError(
            N_(
                "{count} figure of kind {kind} for HS 2713.20 carries a standard error; combining takes two. "
                "Show them side by side instead."
            ),
            count=len(weighed),
            kind=kind,
        )
    signs = {np.sign(e.value) for e in weighed}
    if len(signs) > 1:
        raise TariffsError(
            N_("The figures of kind {kind} do not even agree in sign: combining them would hide that."),
            kind=kind,
        )
    effect = np.log(np.abs([e.value for e in weighed]))
    variance = np.array([float(e.log_error or 0.0) ** 2 for e in weighed])
    made = combine_effects(effect, variance, method_re="iterated", use_t=True)
    middle, error = float(made.mean_effect_re), float(made.sd_eff_w_re_hksj)
    half = float(stats.t.ppf(0.975, len(weighed) - 1)) * error
    sign = float(signs.pop())
    ends = sorted((sign * np.exp(middle - half), sign * np.exp(middle + half)))
    return Combined(
        kind=kind,
        rule="published and our own errors, and stated spreads" if impute else "published and our own errors",
        keys=tuple(e.key for e in weighed),
        value=sign * float(np.exp(middle)),
        low=float(ends[0]),
        high=float(ends[1]),
        log_error=error,
        between=float(np.sqrt(max(float(made.tau2), 0.0))),
        inconsistent=max(0.0, float(made.i2)),
        q_p=float(stats.chi2.sf(float(made.q), len(weighed) - 1)),
    )


@dataclass(frozen=True)
class Candidate:
    """One value of the substitution between origins, and the answer it gives."""

    name: str
    sigma: float | None  # None: the rows as they stand
    exports_change_tonnes: float  # of the exporter to the buyers in focus
    exports_change: float  # relative
    landed_change: Mapping[str, float]  # USD/t, by importer
    net_back_change: float  # USD/t


def answer_under(
    library: Library, values: Mapping[str, float | None], scenario: str = "province_proposal"
) -> tuple[Candidate, ...]:
    """The study run once per value, in every market in focus alike; no draws, everything else central.

    A value of ``None`` leaves the rows as they stand.
    """
    product, importers = library.baseline.product, library.baseline.importers
    rows = [library.elasticities.require(("armington_origins",), product, place).key for place in importers]
    found = []
    for name, sigma in values.items():
        beliefs = () if sigma is None else tuple(f"elasticities.{key}.value={sigma:.6g}" for key in dict.fromkeys(rows))
        study = run(Question(scenario, beliefs=beliefs, draws=0), library)
        before = study.figure("exports_to_buyers_tonnes", study.exporter, "before").central or float("nan")
        change = study.figure("exports_to_buyers_tonnes", study.exporter).central or 0.0
        landed = {p: study.figure("landed_usd_per_t", p).central or 0.0 for p in importers}
        net_back = study.figure("net_back_usd_per_t", study.exporter).central or 0.0
        found.append(Candidate(name, sigma, change, change / before, landed, net_back))
    return tuple(found)


def candidates(library: Library) -> dict[str, float | None]:
    """Values of σ_M worth asking with: the rows as they stand, every figure on record, ours, the combined ones."""
    found = entries(library)
    figures = sorted((e.value, e.key) for e in found if e.kind == "armington_origins" and not e.used)
    return {
        "as it stands": None,
        **{key: value for value, key in figures},
        "combined": combine(found, "armington_origins").value,
        "combined with stated spreads": combine(found, "armington_origins", impute=True).value,
    }


def _used(library: Library) -> set[str]:
    """Keys of the rows that the model draws from."""
    product = library.baseline.product
    return {
        row.key for row in library.elasticities.rows.values() if row.product == product and row.kind != "pass_through"
    }


def _entry(row: Elasticity, used: bool) -> Entry:
    figure, middle = row.value, float(row.value.central or 0.0)
    low, high = figure.low, figure.high
    error: float | None = None
    log = False
    kind: ErrorKind = "none"
    if numbers := re.fullmatch(r"(log)?normal\((?:ln )?(-?[\d.]+); ?([\d.]+)\)", figure.distribution):
        error, log = float(numbers[3]), bool(numbers[1])
        kind = "ours" if figure.status is Status.ESTIMATED else "stated" if log else "published"
        factor = float(np.exp(Z95 * error)) if log else 0.0
        low, high = (middle / factor, middle * factor) if log else (middle - Z95 * error, middle + Z95 * error)
    elif used or (low is not None and high is not None and low < high):
        kind = "range"
    if error is None and kind != "range":
        low = high = None
    return Entry(
        row.key,
        row.kind,
        row.product,
        row.place,
        middle,
        error,
        log,
        kind,
        low,
        high,
        used,
        figure.status,
        figure.source,
    )
