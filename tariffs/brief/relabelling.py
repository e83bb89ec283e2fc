"""Label changes and new trade, in sentences, as a table and as plain values."""

from typing import Any

import pandas as pd

from tariffs.barriers import Curve, Relabelled
from tariffs.brief.saying import FEW, Told, sized, spread
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

ON_THE_CURVE = ("own_tonnes", "other_tonnes", "label_only_tonnes", "new_tonnes")
SMALL_PART = 0.05  # of the new trade: who gives way to less is not named


def sentence(told: Relabelled, t: Words) -> Told:
    """What the proposal does to labels: how much only changes its label, how much is new, and who gives way."""
    status = str(told.new_tonnes.status)
    only, new = told.label_only_tonnes, told.new_tonnes
    place = t.place(told.importer)
    if abs(new.central or 0.0) < FEW and (only.central or 0.0) < FEW:
        return Told(t(N_("In {place} labels stay as they are and no trade is new."), place=place), status)
    own, others = told.own_label_change, told.other_labels_change
    said = []
    if any(end for end in (others.central, others.low, others.high)):
        gaps = {
            "own": t.tonnes(own.central, signed=True),
            "own_range": _signed_range(own, t),
            "others": t.tonnes(others.central, signed=True),
            "others_range": _signed_range(others, t),
        }
        text = N_("In {place}: {own}{own_range} under the Iranian label, {others}{others_range} under other labels.")
        said = [t(text, place=place, **gaps), _label_only(only, t), _new(new, t)]
    else:
        said = [_new(new, t, place)]
    if (new.central or 0.0) >= FEW:
        said.append(_from_whom(told, t))
    return Told(" ".join(x for x in said if x), status)


def _label_only(only: Estimate, t: Words) -> str:
    if (only.central or 0.0) >= FEW:
        return t(N_("{tonnes}{range} only changes its label."), tonnes=t.tonnes(only.central), range=spread(only, t))
    if (only.high or 0.0) >= FEW:
        return t(N_("At the central values none of it only changes its label{range}."), range=spread(only, t))
    return t(N_("Nothing of it only changes its label."))


def _new(new: Estimate, t: Words, place: str = "") -> str:
    size = sized(new)
    gaps = {"tonnes": t.tonnes(size.central), "range": spread(size, t), "place": place}
    if (new.central or 0.0) >= 0:
        text = N_("In {place} {tonnes}{range} is new trade.") if place else N_("{tonnes}{range} is new trade.")
        return t(text, **gaps)
    text = N_("In {place} {tonnes}{range} of trade is lost.") if place else N_("{tonnes}{range} of trade is lost.")
    return t(text, **gaps)


def _from_whom(told: Relabelled, t: Words) -> str:
    """Whom the new trade displaces, the most first; what the market grows by is the rest."""
    losers = sorted(told.displaced.items(), key=lambda item: -(item[1].central or 0.0))
    parts, small = [], 0.0
    for name, e in losers:
        tonnes = e.central or 0.0
        if tonnes < SMALL_PART * (told.new_tonnes.central or 0.0):
            small += tonnes
        elif name == told.importer:
            parts.append(t(N_("{tonnes} displaces home goods"), tonnes=t.tonnes(tonnes)))
        else:
            text = N_("{tonnes} displaces goods from {maker}")
            parts.append(t(text, tonnes=t.tonnes(tonnes), maker=t.place(name)))
    if abs(small) >= FEW:
        parts.append(t(N_("{tonnes} displaces goods of others"), tonnes=t.tonnes(small)))
    grown = told.market_growth.central or 0.0
    if grown >= FEW:
        parts.append(t(N_("{tonnes} is a larger market"), tonnes=t.tonnes(grown)))
    return t(N_("Of it {parts}."), parts=t.listed(parts)) if parts else ""


def curve_says(curve: Curve, t: Words) -> str:
    """What the curve shows, in a sentence: from no duty to the highest."""
    first, last = curve.points[0], curve.points[-1]
    gaps = {
        "place": t.place(curve.importer),
        "least": t.percent(first.duty),
        "most": t.percent(last.duty),
        "own_first": t.tonnes(first.own_tonnes.central),
        "own_last": t.tonnes(last.own_tonnes.central),
        "other_first": t.tonnes(first.other_tonnes.central),
        "other_last": t.tonnes(last.other_tonnes.central),
    }
    lost = (first.own_tonnes.central or 0.0) - (last.own_tonnes.central or 0.0)
    moved = (last.other_tonnes.central or 0.0) - (first.other_tonnes.central or 0.0)
    text = t(
        N_(
            "As the duty on the Iranian label in {place} goes from {least} to {most}, that label sells {own_last} "
            "instead of {own_first}."
        ),
        **gaps,
    )
    if abs(moved) < FEW:
        return text + " " + t(N_("No other label takes any of it up: all of it is lost."))
    return text + " " + t(
        N_("Other labels sell {other_last} instead of {other_first}: {moved} of the {lost} only change their label."),
        moved=t.tonnes(min(moved, lost)),
        lost=t.tonnes(lost),
        **gaps,
    )


def curve_table(curve: Curve, t: Words, every: int = 4) -> pd.DataFrame:
    """Points of the curve: each label's tonnes, what only changed label and what is new against the scenario."""
    rows = [
        {
            t(N_("Duty")): t.percent(point.duty),
            t(N_("Iranian label")): _cell(point.own_tonnes, t),
            t(N_("Other labels")): _cell(point.other_tonnes, t),
            t(N_("Label only")): _cell(point.label_only_tonnes, t),
            t(N_("New trade (minus: lost)")): _cell(point.new_tonnes, t, signed=True),
        }
        for point in curve.points[::every]
    ]
    return pd.DataFrame(rows)


def _cell(e: Estimate, t: Words, signed: bool = False) -> str:
    amount = t.tonnes(e.central, signed=signed)
    return f"{amount} ({t.between(e.low, e.high, e.unit, signed=signed)})" if e.ranged else amount


def _signed_range(e: Estimate, t: Words) -> str:
    return t(N_(" (range {range})"), range=t.between(e.low, e.high, e.unit, signed=True)) if e.ranged else ""


def plain(told: Relabelled) -> dict[str, Any]:
    """One market's label changes as plain values for JSON."""
    from tariffs.brief.plain import estimate

    return {
        "own_label_change": estimate(told.own_label_change),
        "other_labels_change": estimate(told.other_labels_change),
        "label_only_tonnes": estimate(told.label_only_tonnes),
        "new_tonnes": estimate(told.new_tonnes),
        "displaced_tonnes": {name: estimate(e) for name, e in told.displaced.items()},
        "market_growth_tonnes": estimate(told.market_growth),
    }


def plain_curve(curve: Curve) -> list[dict[str, Any]]:
    """The curve as plain values for JSON."""
    from tariffs.brief.plain import estimate

    return [
        {"duty_fraction": point.duty, **{name: estimate(getattr(point, name)) for name in ON_THE_CURVE}}
        for point in curve.points
    ]


def central_curve(curve: Curve) -> list[dict[str, Any]]:
    """The curve's central values."""
    return [
        {"duty_fraction": point.duty, **{name: getattr(point, name).central for name in ON_THE_CURVE}}
        for point in curve.points
    ]
