"""The models side by side, in sentences, as a table and as plain values."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tariffs.brief.saying import FEW, Told
from tariffs.sweeps.parting import EXACT, Parted, Shrunk, Step
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words, terms

MODELS: Mapping[str, str] = {"armington": N_("Exact model"), "gsim": N_("GSIM"), "smart": N_("SMART")}
WHY: Mapping[str, str] = {
    "labels": N_("it does not know that labels of one maker are closer than makers"),
    "home": N_("it holds home goods and imports to be as close as imports are to one another"),
    "capacity": N_("it knows no limit to what a maker can sell"),
    "home_goods": N_("it has no home goods to win from or lose to"),
    "lines": N_("it follows straight lines where demand and supply bend"),
    "one_by_one": N_("it follows straight lines, and takes one market at a time, so no market feels another"),
    "before": N_("it also works out today from the year of the flows"),
}


def sentences(parted: Parted, t: Words) -> list[Told]:
    """How far each model parts from the exact one, and why, by what each difference moves."""
    exact = parted[EXACT].figure("exports_to_buyers_tonnes", parted.exporter)
    if exact is None:
        return []
    told = []
    for one in parted.answers:
        if one.model == EXACT:
            continue
        if one.trouble is not None:
            reason = t.explain(one.trouble)
            text = t(N_("{model} has no answer here: {reason}"), model=t(MODELS[one.model]), reason=reason)
            told.append(Told(text, str(exact.status)))
            continue
        gap = parted.gap(one.model)
        if gap is not None:
            told.append(Told(_gap(one.model, gap, exact, parted.steps.get(one.model, ()), t), str(exact.status)))
    size = _size(parted, t)
    return [*told, *([Told(size, str(exact.status))] if size else [])]


def _gap(model: str, gap: float, exact: Estimate, steps: tuple[Step, ...], t: Words) -> str:
    name = t(MODELS[model])
    if abs(gap) < FEW:
        return t(N_("{model} agrees with the exact model here."), model=name)
    gaps = {
        "model": name,
        "other": t.tonnes((exact.central or 0.0) + gap, signed=True),
        "exact": t.tonnes(exact.central, signed=True),
        "gap": t.tonnes(abs(gap)),
    }
    text = t(N_("{model} says {other} where the exact model says {exact}: {gap} apart"), **gaps)
    text += t(N_(" ({share})."), share=t.percent(abs(gap / exact.central), 0)) if exact.central else "."
    matter = sorted((s for s in steps if abs(s.tonnes) >= FEW), key=lambda s: -abs(s.tonnes))
    each = N_("{tonnes} because {reason}")
    why = [t(each, tonnes=t.tonnes(s.tonnes, signed=True), reason=t(WHY[s.name])) for s in matter]
    return text + " " + t(N_("Of that: {why}."), why=t.apart(why)) if why else text


def _size(parted: Parted, t: Words) -> str:
    """How large the change is, and what that does to straight lines."""
    if parted.refuses:
        return t(
            N_("The change closes a way that trades: there is no small version of it for straight lines to be good at.")
        )
    told = [s for s in parted.shrunk if s.lines_gap is not None]
    if not told or parted.largest_price_change is None:
        return ""
    each = [
        t(N_("{gap} at {share} of the change"), gap=_small(s.lines_gap, t), share=t.percent(s.share)) for s in told
    ]
    text = t(
        N_(
            "The largest change of a landed price is {price}. Straight lines alone are off by {each}: "
            "they are good for small changes only."
        ),
        price=t.percent(parted.largest_price_change, signed=True),
        each=t.listed(each),
    )
    least = told[0]
    if least.gap is not None and least.lines_gap is not None and least.gap > 5 * least.lines_gap and least.gap > 0.01:
        text += " " + t(
            N_("What stays however small the change, {gap}, is what GSIM does not know of labels and home goods."),
            gap=t.percent(least.gap, 0),
        )
    return text


def _small(fraction: float | None, t: Words) -> str:
    return t.percent(fraction, 2 if (fraction or 0.0) < 0.01 else 1)


def table(parted: Parted, t: Words) -> pd.DataFrame:
    """Headline changes by model, each with its range, and a model without an answer saying so."""
    rows = []
    for name, place in parted.headline():
        row = {t(N_("Change")): t(N_("{figure}, {place}"), figure=t(terms.FIGURES[name]), place=t.place(place))}
        for one in parted.answers:
            figure = one.figure(name, place)
            row[t(MODELS[one.model])] = t(N_("no answer")) if figure is None else _cell(figure, t)
        rows.append(row)
    return pd.DataFrame(rows)


def _cell(e: Estimate, t: Words) -> str:
    if e.central is None:
        return "–"
    amount = t.difference(e.central, e.unit)
    if not e.ranged:
        return amount
    return t(N_("{amount} ({low} to {high})"), amount=amount, low=_end(e.low, e, t), high=_end(e.high, e, t))


def _end(value: float | None, e: Estimate, t: Words) -> str:
    return t.difference(value, e.unit)


def plain(parted: Parted) -> dict[str, Any]:
    """All models as plain values for JSON."""
    from tariffs.brief.plain import estimate

    models = []
    for one in parted.answers:
        figures = [
            {"figure": name, "place": place, "change": estimate(figure)}
            for name, place in parted.headline()
            if (figure := one.figure(name, place)) is not None
        ]
        gap = parted.gap(one.model)
        exact = parted[EXACT].figure("exports_to_buyers_tonnes", parted.exporter)
        central = exact.central if exact else None
        models.append(
            {
                "model": one.model,
                "answered": one.study is not None,
                "reason": one.reason,
                "figures": figures,
                "gap_tonnes": gap,
                "gap_fraction": None if gap is None or not central else gap / abs(central),
                "steps": [
                    {"step": s.name, "tonnes": s.tonnes, "why": WHY[s.name]} for s in parted.steps.get(one.model, ())
                ],
            }
        )
    return {
        "answer": parted.exact.answer(),
        "models": models,
        "shrunk": [_shrunk(s) for s in parted.shrunk],
        "closes_a_route": parted.refuses,
        "largest_price_change": parted.largest_price_change,
        "says": [told.text for told in sentences(parted, Words())],
        "stamp": parted.exact.stamp | {"model": "all", "shell": parted.exact.shell(model="all")},
    }


def _shrunk(s: Shrunk) -> dict[str, float | None]:
    numbers = {name: getattr(s, name) for name in ("exact", "one_elasticity", "gsim", "smart")}
    kept = {f"{name}_tonnes": None if x is None or x != x else x for name, x in numbers.items()}
    return {"share_of_shock": s.share, **kept, "gsim_lines_gap": s.lines_gap, "gsim_gap": s.gap}
