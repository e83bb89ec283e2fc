"""Our own estimates in the form of every other: coefficients with errors, n, what was left out, and tables."""

import numpy as np
import pandas as pd

from tariffs.errors import N_, Said
from tariffs.evidence import exchange, few, fit, georgia, labels, meta, prices
from tariffs.evidence.registry import Named
from tariffs.store import Library

LEVEL = 0.95
BOUND_95 = 3.8415  # 95 % of chi-squared with one degree of freedom


def fob_on_brent(
    frame: pd.DataFrame | None, named: Named, packing: str = "bulk", form: str = "levels", crude: float = 70.0
) -> fit.Fit:
    """FOB bitumen on Brent: levels, logs, or differences between quoted months."""
    library = Library.open()
    found = prices.pass_through(library, packing, form, LEVEL)
    line = found.line
    x = float(np.log(crude)) if form == "logs" else 0.0 if form == "differences" else crude
    middle, low, high = line.predict(x)
    terms = ["intercept", "brent"]
    tables = {"Breaks": _breaks(found)}
    if form == "levels" and packing == "bulk":
        tables["Unit values before 2020"] = pd.DataFrame([_held(h) for h in prices.before_2020(library, LEVEL)])
    return fit.Fit(
        params=pd.Series(line.coefficients, index=terms),
        vcov=fit.covariance(line.covariance, terms),
        nobs=line.n,
        estimator="OLS",
        formula=f"fob ~ brent, {form}",
        errors=Said(N_("Newey-West, {lags} lags"), lags=line.lags),
        df=float(line.n - 2),
        factor=line.n / (line.n - 2),
        factor_name="n / (n - k)",
        statistics={
            "r2": line.r2,
            "scale": line.scale,
            "bootstrap_low": line.bootstrap[0],
            "bootstrap_high": line.bootstrap[1],
            "cusum": found.drift.statistic,
            "cusum_p": found.drift.p,
            "predicted_at": x,
            "predicted": middle,
            "predicted_low": low,
            "predicted_high": high,
        },
        tables=tables,
        notes=_notes(found),
    )


def _notes(found: prices.PassThrough) -> tuple[str, ...]:
    told: list[str] = [
        Said(
            N_(
                "{n} months with a quote: the usual interval is too narrow; the wild bootstrap of t gives {low} to "
                "{high}."
            ),
            n=found.line.n,
            low=f"{found.line.bootstrap[0]:.2f}",
            high=f"{found.line.bootstrap[1]:.2f}",
        ),
        N_(
            "The World Bank's Pink Sheet has no fuel oil series, so no line on fuel oil is drawn: three quotes of "
            "bitumen beside fuel oil are on record, and eight are needed."
        ),
    ]
    if found.untested:
        told.append(
            Said(N_("Too few quotes on one side to test a break: {what}."), what=", ".join(found.untested))
        )
    return tuple(told)


def _breaks(found: prices.PassThrough) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "break": b.name,
                "first_month_after": found.months[b.at].isoformat()[:7],
                "n_before": b.before,
                "n_after": b.after,
                "F": b.f,
                "p": b.p,
            }
            for b in found.breaks
        ]
    )


def _held(h: prices.Held) -> dict[str, object]:
    return {
        "quote": h.key,
        "brent": h.crude,
        "found": h.found,
        "expected": h.expected,
        "low": h.low,
        "high": h.high,
        "inside": h.inside,
    }


def price_gaps(frame: pd.DataFrame | None, named: Named) -> fit.Fit:
    """Drums over bulk, and Iran against Bahrain, Singapore and the Mediterranean: means of monthly gaps, USD/t."""
    library = Library.open()
    gaps = (prices.packing_premium(library, LEVEL), *prices.discounts(library, LEVEL))
    terms = ["drum_less_bulk", *(f"less_{rival}" for rival in prices.RIVALS)]
    errors = np.array([g.mean.spread / np.sqrt(g.mean.n) for g in gaps])
    points = pd.concat(
        [
            pd.DataFrame({"gap": term, "month": [m.isoformat()[:7] for m in g.months], "usd_per_t": g.usd_per_t})
            for term, g in zip(terms, gaps, strict=True)
        ]
    )
    oil = prices.on_fuel_oil(library, LEVEL)
    return fit.Fit(
        params=pd.Series([g.mean.mean for g in gaps], index=terms),
        vcov=fit.covariance(np.diag(errors**2), terms),
        nobs=sum(g.mean.n for g in gaps),
        estimator=N_("means of monthly gaps"),
        errors=N_("independent months, t with n - 1 of each gap"),
        statistics={f"n_{term}": float(g.mean.n) for term, g in zip(terms, gaps, strict=True)}
        | {"med_bitumen_less_fuel_oil": oil.mean, "n_med_bitumen_less_fuel_oil": float(oil.n)},
        intervals={term: (g.mean.low, g.mean.high) for term, g in zip(terms, gaps, strict=True)},
        tables={"Months": points},
        notes=(
            N_(
                "Only months in which both were quoted. With three to six months a gap is a list, not a law: its "
                "interval is given and no trend is drawn."
            ),
        ),
    )


def exchange_wedge(frame: pd.DataFrame | None, named: Named) -> fit.Fit:
    """The haircut of the exporter's rate and its burden: means over the dated points, and each point."""
    library = Library.open()
    found = exchange.points(library)
    cuts, burdens = np.array([p.haircut for p in found]), np.array([p.burden for p in found])
    means = few.mean(cuts, LEVEL), few.mean(burdens, LEVEL)
    terms = ["haircut", "burden_usd_per_t"]
    off = max(abs(p.haircut - p.printed) for p in found if p.printed is not None and p.exporter_rate and p.free_rate)
    return fit.Fit(
        params=pd.Series([m.mean for m in means], index=terms),
        vcov=fit.covariance(np.diag([m.spread**2 / m.n for m in means]), terms),
        nobs=len(found),
        estimator=N_("means of dated points"),
        errors=N_("independent points, t"),
        df=float(len(found) - 1),
        statistics={"largest_gap_to_printed_haircut": off, "lowest_haircut": cuts.min(), "highest_haircut": cuts.max()},
        tables={
            "Points": exchange.to_frame(found),
            "Events": pd.DataFrame([{"date": m.on, "key": m.key, "event": m.event} for m in exchange.marked(library)]),
        },
        notes=(N_("The points are the days somebody reported a rate, not a sample of days: the mean is a summary."),),
    )


def georgia_makers(frame: pd.DataFrame | None, named: Named, spread: float = labels.SPREADS[1]) -> fit.Fit:
    """σ_M from Georgia's imports by label, given the stated spread of makers' price shocks."""
    return _georgia("sigma_makers", spread)


def georgia_labels(frame: pd.DataFrame | None, named: Named, spread: float = labels.SPREADS[1]) -> fit.Fit:
    """σ_L from the same likelihood: not identified, and shown to be."""
    return _georgia("sigma_labels", spread)


def _georgia(term: str, spread: float) -> fit.Fit:
    library = Library.open()
    spreads = tuple(dict.fromkeys((*labels.SPREADS, spread)))
    every = labels.sensitivity(library, spreads)
    found = every[spreads.index(spread)]
    makers = term == "sigma_makers"
    profile = found.maker_profile if makers else found.label_profile
    ninety = found.makers if makers else found.label
    wide = labels.interval(found.grid, profile, BOUND_95)
    error = float(np.log(ninety.high / ninety.low)) / (2 * 1.644854)
    told: list[str] = [
        Said(
            N_("Stated spread of makers' log price shocks {spread}; noise of a part of a span {noise}."),
            spread=f"{spread:g}",
            noise=f"{found.noise.spread:.2f}",
        ),
        N_("What the data know of substitution between makers is its product with that spread; see the table."),
    ]
    if not ninety.identified:
        told.insert(
            0,
            Said(
                N_(
                    "Not identified: along the whole grid twice the log likelihood falls by {fall}, and {bound} would "
                    "rule a value out at 90%. The ends of the interval are the ends of the grid."
                ),
                fall=f"{ninety.flatness:.2f}",
                bound=f"{labels.BOUND_90:.2f}",
            ),
        )
    return fit.single(
        term,
        ninety.best,
        ninety.best * error,
        found.moments,
        N_("likelihood over the model, profiled"),
        formula="log odds of each label against the Iraqi one, 2020 to early 2021 and to 2023",
        errors=N_("from the 90 % profile, in logs"),
        statistics={
            "profile_90_low": ninety.low,
            "profile_90_high": ninety.high,
            "identified": float(ninety.identified),
            "flatness": ninety.flatness,
            "spread": spread,
            "noise": found.noise.spread,
        },
        intervals={term: (wide.low, wide.high)},
        tables={
            "By stated spread": pd.DataFrame([_by_spread(e) for e in every]),
            "Profile": pd.DataFrame({"value": found.grid, "two_log_likelihood": 2.0 * profile}),
            "Windows": pd.DataFrame([_window(w) for w in found.windows]),
        },
        notes=tuple(told),
    )


def _by_spread(e: labels.LabelEvidence) -> dict[str, object]:
    return {
        "spread": e.spread,
        "sigma_makers": e.makers.best,
        "makers_low_90": e.makers.low,
        "makers_high_90": e.makers.high,
        "makers_identified": e.makers.identified,
        "labels_low_90": e.label.low,
        "labels_high_90": e.label.high,
        "labels_identified": e.label.identified,
    }


def _window(w: georgia.Window) -> dict[str, object]:
    return {"from": w.start, "to": w.end, "total": w.total, **w.tonnes}


def origins_combined(frame: pd.DataFrame | None, named: Named, impute: bool = False) -> fit.Fit:
    """The published and our own elasticities between origins as one, and the answer under each."""
    library = Library.open()
    found = meta.forest(library)
    one, other = (meta.combine(found, "armington_origins", flag) for flag in (impute, not impute))
    answers = meta.answer_under(library, meta.candidates(library))
    return fit.single(
        "sigma",
        one.value,
        one.value * one.log_error,
        len(one.keys),
        N_("random effects on the log scale (iterated), Hartung-Knapp"),
        formula=" + ".join(one.keys),
        errors=Said(N_("Hartung-Knapp, t with {df}"), df=len(one.keys) - 1),
        df=float(len(one.keys) - 1),
        statistics={
            "between": one.between,
            "i2": one.inconsistent,
            "q_p": one.q_p,
            "with_the_other_rule": other.value,
            "other_low": other.low,
            "other_high": other.high,
        },
        intervals={"sigma": (one.low, one.high)},
        tables={"Forest": forest_frame(found), "The answer under each": answers_frame(answers)},
        notes=(
            Said(N_("Weighed: {rule}. Figures without an error are shown and not weighed."), rule=one.rule),
            N_("The model's rows keep their range."),
        ),
    )


def forest_frame(found: tuple[meta.Entry, ...]) -> pd.DataFrame:
    """One row per figure of the forest."""
    return pd.DataFrame(
        [
            {
                "key": e.key,
                "kind": e.kind,
                "product": e.product,
                "place": e.place,
                "value": e.value,
                "low": e.low,
                "high": e.high,
                "error_kind": e.error_kind,
                "used_by_the_model": e.used,
                "status": str(e.status),
                "source": e.source,
            }
            for e in found
        ]
    )


def answers_frame(answers: tuple[meta.Candidate, ...]) -> pd.DataFrame:
    """One row per value of the elasticity, with the answer it gives."""
    return pd.DataFrame(
        [
            {
                "sigma_from": a.name,
                "sigma": a.sigma,
                "exports_change_tonnes": a.exports_change_tonnes,
                "exports_change": a.exports_change,
                **{f"landed_change_{p.lower()}_usd_per_t": v for p, v in a.landed_change.items()},
                "net_back_change_usd_per_t": a.net_back_change,
            }
            for a in answers
        ]
    )
