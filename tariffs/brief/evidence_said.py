"""What bitumen's own evidence says in words and small tables: breaks, the next quote, labels, what is carried."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tariffs.evidence.few import Mean
from tariffs.evidence.labels import LabelEvidence
from tariffs.evidence.meta import Combined
from tariffs.evidence.prices import Held, PassThrough
from tariffs.market.elasticities import Elasticity
from tariffs.words import N_, Words, terms

SURE = 0.05
BREAKS: Mapping[str, str] = {
    "2020": N_("July 2020 (Chow)"),
    "2022": N_("March 2022 (Chow)"),
    "unknown date": N_("the likeliest month (largest F)"),
}
PACKINGS: Mapping[str, str] = {"bulk": N_("Bulk"), "drum": N_("Drums")}
FORMS: Mapping[str, str] = {"levels": N_("Levels"), "logs": N_("Logs"), "differences": N_("Differences")}


def breaks(found: PassThrough, t: Words) -> pd.DataFrame:
    """Every test of stability, the ones that too few quotes forbid included."""
    heads = (N_("Break"), N_("First month after"), N_("Months before, after"), N_("Statistic"), N_("p"))
    rows = [
        (
            t(BREAKS[b.name]),
            t.dated(found.months[b.at].isoformat()[:7]),
            f"{t.number(b.before)}, {t.number(b.after)}",
            f"F = {t.number(b.f, 2)}",
            t.number(b.p, 3),
        )
        for b in found.breaks
    ]
    rows += [(t(BREAKS[name]), "–", "–", t(N_("too few quotes on one side")), "–") for name in found.untested]
    drift = found.drift
    rows.append(
        (
            t(N_("anywhere (CUSUM of residuals)")),
            "–",
            t.number(found.line.n),
            t(N_("{value}, 5 % at {limit}"), value=t.number(drift.statistic, 2), limit=t.number(drift.critical, 2)),
            t.number(drift.p, 3),
        )
    )
    return pd.DataFrame(rows, columns=[t(head) for head in heads])


def stable(found: PassThrough, t: Words) -> str:
    """Whether one line serves all months, in a sentence that says how weak the tests are."""
    broken = [t(BREAKS[b.name]) for b in found.breaks if b.p < SURE]
    if broken:
        text = t(N_("The line is not the same throughout: a break shows at {where}."), where=t.listed(broken))
    else:
        text = t(N_("No test finds a break at 5 %; with {n} points only a large one could show."), n=_count(found, t))
    if found.untested:
        text += " " + t(
            N_("Not tested, too few quotes on one side: {what}."),
            what=t.listed([t(BREAKS[name]) for name in found.untested]),
        )
    return text


def _count(found: PassThrough, t: Words) -> str:
    return t.number(found.line.n)


def next_quote(found: PassThrough, crude: float, t: Words) -> str:
    """Where a single quote should fall when Brent stands at ``crude`` USD a barrel; in levels only."""
    middle, low, high = found.line.predict(crude)
    says = t(
        N_("With Brent at USD {crude} a barrel a quote should be {middle} ({low} to {high} in nine of ten months)."),
        crude=t.number(crude),
        middle=t.usd_per_t(middle),
        low=t.number(low),
        high=t.number(high),
    )
    if not found.line.x.min() <= crude <= found.line.x.max():
        says += " " + t(
            N_("That is outside the months on record (USD {low} to {high})."),
            low=t.number(float(found.line.x.min())),
            high=t.number(float(found.line.x.max())),
        )
    return says


def before_2020(held: Sequence[Held], t: Words) -> str:
    """The only look at the years before 2020: customs unit values against the line."""
    inside = sum(h.inside for h in held)
    return t(
        N_(
            "Before 2020 only customs unit values are on record, over all packings and many months: {inside} of {all} "
            "lie where the line of later quotes would put a single quote."
        ),
        inside=t.number(inside),
        all=t.number(len(held)),
    )


def fuel_oil(found: Mean, t: Words) -> str:
    """Why there is no line on fuel oil, and what is on record instead."""
    return t(
        N_(
            "Fuel oil: the World Bank's Pink Sheet has no series of it, so no line is drawn. In {n} quotes on record "
            "Mediterranean bitumen stood {mean} from high-sulphur fuel oil ({low} to {high})."
        ),
        n=t.number(found.n),
        mean=t.usd_per_t(found.mean, signed=True),
        low=t.number(found.low, signed=True),
        high=t.number(found.high, signed=True),
    )


def windows(found: LabelEvidence, t: Words) -> pd.DataFrame:
    """Georgia's imports by declared origin in each span, tonnes; a label that was not named is a dash."""
    labels = list(dict.fromkeys(label for w in found.windows for label in w.tonnes))
    rows = [
        [
            t(N_("{low} to {high}"), low=t.day(w.start), high=t.day(w.end)),
            *(t.number(w.tonnes[label]) if label in w.tonnes else "–" for label in labels),
            t.number(w.total),
        ]
        for w in found.windows
    ]
    heads = [t(N_("Months")), *(t.place(label) for label in labels), t(N_("All"))]
    return pd.DataFrame(rows, columns=heads)


def by_spread(found: Sequence[LabelEvidence], t: Words) -> pd.DataFrame:
    """What follows from each stated spread of makers' price shocks: 90 % intervals, open ends said."""
    heads = (N_("Spread of price shocks"), N_("Between origins"), N_("90 %"), N_("Between labels"))
    rows = [
        (
            t.percent(e.spread, 0),
            t.number(e.makers.best, 1),
            t(N_("{low} to {high}"), low=t.number(e.makers.low, 1), high=t.number(e.makers.high, 1)),
            t(N_("bounded")) if e.label.identified else t(N_("not bounded by the data")),
        )
        for e in found
    ]
    return pd.DataFrame(rows, columns=[t(head) for head in heads])


def beside_the_prior(rows: Sequence[Elasticity], t: Words) -> pd.DataFrame:
    """Rows of elasticities side by side: the assumed prior that the model draws from, and our estimate."""
    heads = (N_("Row"), N_("Figure"), N_("Range or distribution"), N_("Standing"))
    told = []
    for row in rows:
        figure = row.value
        ranged = figure.low is not None and figure.high is not None
        span = t(N_("{low} to {high}"), low=t.number(figure.low, 1), high=t.number(figure.high, 1)) if ranged else "–"
        shown = figure.distribution if "normal(" in figure.distribution else span
        told.append((row.key, t.number(figure.central, 2), shown, t(terms.STATUSES[str(figure.status)])))
    return pd.DataFrame(told, columns=[t(head) for head in heads])


def rule(one: Combined, other: Combined, t: Words) -> str:
    """How figures that disagree are made one, and how much that choice matters."""
    return t(
        N_(
            "Where they disagree: figures for HS 2713.20 with a standard error are combined on the log scale by random "
            "effects (Hartung and Knapp), {count} of them here; the others are shown and not weighed. {share} of their "
            "spread is more than chance. Lending the others the spread that their rows state gives {value} ({low} to "
            "{high}) instead. The model's own rows keep their range until somebody says otherwise."
        ),
        count=t.number(len(one.keys)),
        share=t.percent(one.inconsistent, 0),
        value=t.number(other.value, 2),
        low=t.number(other.low, 2),
        high=t.number(other.high, 2),
    )
