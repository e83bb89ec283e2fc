"""What holds the trade back, in sentences, as a table and as plain values."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tariffs.barriers import Barrier, Held
from tariffs.barriers.chain import BURDENS, DUTY, FREIGHT, LABEL, MEASURED, WEDGE
from tariffs.barriers.holding import TASTE
from tariffs.brief.saying import CAN_LIE_OUTSIDE, FEW, Told, outside, spread
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

NAMES: Mapping[str, str] = {
    BURDENS: N_("Iran's own charges"),
    FREIGHT: N_("Freight, insurance, packing"),
    LABEL: N_("Cost of another label"),
    DUTY: N_("Duties, border fees"),
    WEDGE: N_("Access wedge"),
    TASTE: N_("Taste: what no price explains"),
}
# The same inside a sentence.
SAID: Mapping[str, str] = {
    BURDENS: N_("Iran's own charges"),
    FREIGHT: N_("freight"),
    LABEL: N_("the cost of another label"),
    DUTY: N_("duties and fees at the border"),
    WEDGE: N_("the access wedge"),
    TASTE: N_("taste"),
}
SMALLEST = 0.05  # USD/t below which a barrier is said to be nothing


def sentences(held: Held, t: Words) -> list[Told]:
    """Whether the duty alone could open the market, what each barrier keeps away, and what lies on the way."""
    status = str(held.today.status)
    told = [_verdict(held, t), _alone(held, t), _on_the_way(held, t), _refused(held, t)]
    return [Told(text, status) for text in told if text]


def limits(held: Held, t: Words) -> list[str]:
    """What the benchmark is, and what it is not."""
    said = [
        t(
            N_(
                "Each barrier is lifted on Iranian goods for {place} alone, under every label, with the exact model; "
                "sales elsewhere keep theirs. The parts are averages over every order in which barriers may fall, so "
                "they add up."
            ),
            place=t.place(held.importer),
        ),
        t(
            N_(
                "Taste is the distance to buyers who choose by price alone: home and every seller with at least 1% of "
                "the market count the same. It holds habit, grades, contracts and what roads can carry, and no treaty "
                "lifts it. The benchmark is a ruler, not a forecast: nobody carries bitumen for nothing, and "
                "elasticities measured near today's prices are used far from them."
            )
        ),
    ]
    if held.draws:
        said.append(t(N_("Ranges are 5 to 95 % of {draws} of the draws."), draws=t.number(held.draws)))
        if any(outside(one) for barrier in held.barriers for one in (barrier.alone, barrier.part)):
            said.append(t(CAN_LIE_OUTSIDE))
    if not held.duty_known:
        said.append(
            t(
                N_("No duty of {place} is on record: it stands at nothing here because it is not known."),
                place=t.place(held.importer),
            )
        )
    return said


def _verdict(held: Held, t: Words) -> str:
    duty, more = held[DUTY], _gain(held)
    largest = _largest(held)
    gaps = {
        "place": t.place(held.importer),
        "duty": t.tonnes(duty.alone.central),
        "range": spread(duty.alone, t),
        "all": t.tonnes(more),
        "barrier": t(SAID[largest.name]),
        "largest": t.tonnes(largest.alone.central),
        "largest_range": spread(largest.alone, t),
    }
    if not held.duty_known:
        text = N_(
            "No duty of {place} is on record, so what cutting it would bring is not known; of the rest {barrier} keeps "
            "most away: lifting it alone would bring {largest}{largest_range}."
        )
        return t(text, **gaps)
    if more < FEW:
        return t(N_("Nothing that can be priced holds the trade with {place} back."), **gaps)
    if not _has_duty(held):
        text = N_(
            "There is no duty to cut in {place}; {barrier} keeps most away: lifting it alone would bring "
            "{largest}{largest_range}, of the {all} that lifting every barrier would."
        )
        return t(text, **gaps)
    if not held.duty_alone_is_not_enough:
        text = N_(
            "Cutting the duty alone would open {place}: it would bring {duty}{range} of the {all} that lifting every "
            "barrier would."
        )
        return t(text, **gaps)
    text = t(
        N_(
            "Cutting the duty alone cannot open {place}: it would bring {duty}{range} of the {all} that lifting every "
            "barrier would."
        ),
        **gaps,
    )
    if held.sureness is not None:
        text += " " + t(N_("It brings less than half of that in {share} of the draws."), share=t.percent(held.sureness))
    return text


def _largest(held: Held) -> Barrier:
    """The measured barrier that keeps most away."""
    return max((b for b in held.barriers if b.name in MEASURED), key=lambda b: b.alone.central or 0.0)


def _alone(held: Held, t: Words) -> str:
    """What the others would bring, the largest first, but for those the verdict has named."""
    named = {TASTE, DUTY} | (set() if held.duty_known and _has_duty(held) else {_largest(held).name})
    others = [b for b in held.barriers if b.name not in named and abs(b.alone.central or 0.0) >= FEW]
    if not others:
        return ""
    others.sort(key=lambda b: -(b.alone.central or 0.0))
    text = N_("{barrier} {tonnes}{range}")
    each = [
        t(text, barrier=t(SAID[b.name]), tonnes=_signed(b.alone, t), range=_range(b.alone, t)) for b in others
    ]
    return t(N_("Lifted alone, others would bring: {each}."), each=t.apart(each))


def _on_the_way(held: Held, t: Words) -> str:
    """The USD per tonne between the plant and the buyer, under the label shown."""
    way = held.ways[0]
    parts = [
        t(N_("{barrier} {amount}"), barrier=t(SAID[name]), amount=t.usd_per_t(e.central))
        for name, e in way.amounts.items()
        if abs(e.central or 0.0) >= SMALLEST
    ]
    text = t(
        N_("Between the {net_back} that the plant keeps and the {landed} that buyers pay stand: {parts}."),
        net_back=t.usd_per_t(way.net_back.central),
        landed=t.usd_per_t(way.landed.central),
        parts=t.apart(parts, ","),
    )
    rival, home = held.cheapest_rival.central, held.home_price.central
    if rival is not None and home == rival:
        return text + " " + t(N_("The cheapest rival is home goods, at {price}."), price=t.usd_per_t(rival))
    if rival is not None:
        text += " " + t(N_("The cheapest rival lands at {price}."), price=t.usd_per_t(rival))
    if home is not None and (rival is None or abs(home - rival) >= 1.0):
        text += " " + t(N_("Home goods cost {price}."), price=t.usd_per_t(home))
    return text


def _refused(held: Held, t: Words) -> str:
    if not held.refused:
        return ""
    text = N_("Goods declared as {labels} are refused there; that barrier is not among these, and stays.")
    return t(text, labels=t.listed([t.place(label) for label in held.refused]))


def _has_duty(held: Held) -> bool:
    return any(abs(way.amounts[DUTY].central or 0.0) >= SMALLEST for way in held.ways)


def _gain(held: Held) -> float:
    return (held.open.central or 0.0) - (held.today.central or 0.0)


def _signed(e: Estimate, t: Words) -> str:
    return t.tonnes(e.central, signed=(e.central or 0.0) < 0)


def _range(e: Estimate, t: Words) -> str:
    return t(N_(" (range {range})"), range=t.between(e.low, e.high, e.unit)) if e.ranged else ""


def table(held: Held, t: Words) -> pd.DataFrame:
    """One row for each barrier: USD per tonne by label, tonnes if lifted alone, its part of the whole distance."""
    rows = []
    for barrier in held.barriers:
        row = {t(N_("Barrier")): t(NAMES[barrier.name])}
        for way in held.ways:
            amount = way.amounts.get(barrier.name)
            name = t(N_("USD/t, label {label}"), label=t.place(way.label))
            row[name] = "–" if amount is None else t.number(amount.central, 1)
        row[t(N_("More if lifted alone"))] = _cell(barrier.alone, t)
        row[t(N_("Part of the whole distance"))] = _cell(barrier.part, t)
        rows.append(row)
    return pd.DataFrame(rows)


def _cell(e: Estimate, t: Words) -> str:
    amount = t.tonnes(e.central, signed=True)
    return f"{amount} ({t.between(e.low, e.high, e.unit, signed=True)})" if e.ranged else amount


def plain(held: Held) -> dict[str, Any]:
    """One market as plain values for JSON."""
    from tariffs.brief.plain import estimate

    def barrier(b: Barrier) -> dict[str, Any]:
        return {"barrier": b.name, "alone_tonnes": estimate(b.alone), "part_tonnes": estimate(b.part)}

    return {
        "importer": held.importer,
        "exporter": held.exporter,
        "today_tonnes": estimate(held.today),
        "all_lifted_tonnes": estimate(held.open),
        "benchmark_tonnes": estimate(held.benchmark),
        "gap_tonnes": estimate(held.gap),
        "barriers": [barrier(b) for b in held.barriers],
        "labels": [
            {
                "label": way.label,
                "net_back_usd_per_t": estimate(way.net_back),
                **{f"{name}_usd_per_t": estimate(e) for name, e in way.amounts.items()},
                "landed_usd_per_t": estimate(way.landed),
            }
            for way in held.ways
        ],
        "refused_labels": list(held.refused),
        "home_price_usd_per_t": estimate(held.home_price),
        "cheapest_rival_usd_per_t": estimate(held.cheapest_rival),
        "duty_on_record": held.duty_known,
        "duty_alone_is_not_enough": held.duty_alone_is_not_enough,
        "duty_alone_is_not_enough_share_of_draws": held.sureness,
        "draws": held.draws,
        "share_closed": float(held.solved[1:].mean()) if held.draws else None,
        "says": [told.text for told in sentences(held, Words())],
        "limits": limits(held, Words()),
    }


def central(held: Held) -> dict[str, Any]:
    """The same in short, without ranges: tonnes by barrier, and the verdict."""
    return {
        "today_tonnes": held.today.central,
        "all_lifted_tonnes": held.open.central,
        "benchmark_tonnes": held.benchmark.central,
        "alone_tonnes": {b.name: b.alone.central for b in held.barriers},
        "part_tonnes": {b.name: b.part.central for b in held.barriers},
        "usd_per_t": {way.label: {name: e.central for name, e in way.amounts.items()} for way in held.ways},
        "duty_alone_is_not_enough": held.duty_alone_is_not_enough,
        "says": _verdict(held, Words()),
    }
