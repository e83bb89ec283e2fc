"""The zone of agreement and the phase-in in sentences."""

import numpy as np

from tariffs.brief.limits_words import all_else, lever, money, setting
from tariffs.limits.agreement import Agreement, Point
from tariffs.limits.phase_in import PhaseIn
from tariffs.words import N_, Words, terms


def agreement(made: Agreement, t: Words) -> list[str]:
    """Whether both can gain, where, who inside each side pays, and what a payment would add."""
    told = [_zone(made, t), *_why_empty(made, t)]
    if made.nash:
        told += inside(made, made.nash, t)
    told += [_payment(made, t), ranged(made, t), all_else(made.study, t)]
    return [one for one in told if one]


def point(made: Agreement, at: Point, t: Words) -> str:
    """A pair of settings in words."""
    return t(
        N_("{duty} duty and {support} for “{lever}”"),
        duty=setting(at.duty, made.duty.span, t),
        support=setting(at.support, made.support.span, t),
        lever=lever(made.support.name, t),
    )


def _zone(made: Agreement, t: Words) -> str:
    gaps = {"buyer": t.place(made.importer), "seller": t.place(made.study.exporter)}
    if made.nash is None:
        none = N_("On the map of {buyer}'s duty and {seller}'s support no pair of settings lets both gain.")
        return t(none, **gaps)
    return t(
        N_(
            "Both {buyer} and {seller} gain over {share} of the map. The product of both gains is largest at {point}: "
            "{gain} a year for {buyer}, {other} for {seller}."
        ),
        share=t.percent(made.area[0], 1),
        point=point(made, made.nash, t),
        gain=money(made.nash.buyer.central, t, signed=True),
        other=money(made.nash.seller.central, t, signed=True),
        **gaps,
    )


def _why_empty(made: Agreement, t: Words) -> list[str]:
    if made.nash is not None or made.best is None:
        reason = N_("Because the market closes at no pair of settings.")
        return [] if made.nash is not None else [t(reason)]
    told = []
    names = {made.importer: made.buyer, made.study.exporter: made.seller}
    for place in made.losers:
        most = float(np.nanmax(names[place]))
        told.append(
            t(
                N_("Because {place}'s side gains nowhere on it: {most} a year at best."),
                place=t.place(place),
                most=money(most, t, signed=True),
            )
        )
    if not made.losers:
        told.append(t(N_("Because each side gains somewhere, but never where the other does.")))
    worst = min(made.best.parties.items(), key=lambda pair: pair[1].central or 0.0)
    if (worst[1].central or 0.0) < 0:
        told.append(
            t(
                N_("At the point best for both together, {point}, the largest loss is {who}: {amount} a year."),
                point=point(made, made.best, t),
                who=party(*worst[0], t),
                amount=money(worst[1].central, t, signed=True),
            )
        )
    return told


def party(figure: str, place: str, t: Words) -> str:
    """One party of one side."""
    return t(N_("{what} ({place})"), what=t(terms.FIGURES[figure]), place=t.place(place))


def inside(made: Agreement, at: Point, t: Words) -> list[str]:
    """Who inside each side gains and who pays at a point."""
    told = []
    for place in (made.importer, made.study.exporter):
        parts = [
            t(N_("{who} {amount}"), who=t(terms.FIGURES[figure]), amount=money(gain.central, t, signed=True))
            for (figure, where), gain in at.parties.items()
            if where == place
        ]
        told.append(t(N_("Inside {place}, a year: {parts}."), place=t.place(place), parts=t.listed(parts)))
    return told


def _payment(made: Agreement, t: Words) -> str:
    if made.best is None:
        return ""
    gaps = {"point": point(made, made.best, t), "joint": money(made.best.joint, t, signed=True)}
    if made.best.joint <= 0:
        return t(
            N_("Together they gain nowhere either, {joint} a year at best, at {point}: no payment could mend that."),
            **gaps,
        )
    shares = {"zone": t.percent(made.area[0], 1), "payable": t.percent(made.area[1], 1)}
    if made.payment is None:
        return t(
            N_(
                "Together they gain most at {point}, {joint} a year, and there both gain without a payment; "
                "payments would widen the zone from {zone} to {payable} of the map."
            ),
            **gaps,
            **shares,
        )
    return t(
        N_(
            "Together they gain most at {point}, {joint} a year. For that {payer} would have to pay {taker} at least "
            "{smallest} a year, and could pay up to {largest}; such payments would widen the zone from {zone} to "
            "{payable} of the map."
        ),
        payer=t.place(made.payment.payer),
        taker=t.place(made.payment.taker),
        smallest=money(made.payment.smallest, t),
        largest=money(made.payment.largest, t),
        **gaps,
        **shares,
    )


def ranged(made: Agreement, t: Words) -> str:
    """In how many draws there is a zone; nothing when nothing was drawn."""
    if made.share is None:
        return ""
    return t(
        N_("Over {draws} draws both gain somewhere in {share}, and the two together gain somewhere in {joint}."),
        draws=t.number(made.draws),
        share=t.percent(made.share, 0),
        joint=t.percent(made.share_joint, 0),
    )


# Phase-in

SHAPES = {
    "at_once": N_("at once"),
    "linear": N_("in equal steps"),
    "front": N_("in steps that shrink, most of it first"),
    "trq": N_("by a tariff-rate quota"),
}
KEEPERS = {
    "importer": N_("the importer"),
    "exporter": N_("the exporter"),
    "licence_holder": N_("whoever holds the licences"),
    "treasury": N_("the importer's treasury, which sells the licences"),
}


def phase_in(made: PhaseIn, t: Words, at_once: PhaseIn | None = None) -> list[str]:
    """The path, the last year, what the quota does, and what all of it is worth today."""
    told = [_path(made, t), _last(made, t), *_quota(made, t), _worth(made, t)]
    if at_once is not None and made.plan.shape != "at_once":
        told.append(
            t(
                N_(
                    "Made at once, {to} from the first year, it would be {buyer} for {place} "
                    "and {seller} for {exporter}."
                ),
                to=setting(made.plan.to, made.span, t),
                buyer=money(at_once.values["buyer_side_gain_usd"].central, t, signed=True),
                seller=money(at_once.values["seller_side_gain_usd"].central, t, signed=True),
                place=t.place(made.importer),
                exporter=t.place(made.study.exporter),
            )
        )
    told.append(
        t(
            N_(
                "Each year is this year's market under that year's rate: no growth, and nobody waits for a better "
                "year. The discount rate is assumed."
            )
        )
    )
    return [*told, all_else(made.study, t)]


def _path(made: PhaseIn, t: Words) -> str:
    gaps = {"lever": lever(made.plan.lever, t), "start": setting(made.start, made.span, t)}
    if made.plan.shape == "trq":
        first, last = made.years[0], made.years[-1]
        inner = made.plan.to if made.plan.in_rate is None else made.plan.in_rate
        outer = made.start if made.plan.out_rate is None else made.plan.out_rate
        return t(
            N_("“{lever}” is {inner} up to {quota} a year ({last} in year {years}) and {outer} beyond."),
            inner=setting(inner, made.span, t),
            outer=setting(outer, made.span, t),
            quota=t.tonnes(first.quota),
            last=t.tonnes(last.quota),
            years=t.number(last.number),
            **gaps,
        )
    return t(
        N_("“{lever}” goes from {start} to {to} over {years} years, {shape}: {rates}."),
        to=setting(made.plan.to, made.span, t),
        years=t.number(made.plan.years),
        shape=t(SHAPES[made.plan.shape]),
        rates=t.listed([setting(rate, made.span, t) for rate in made.rates]),
        **gaps,
    )


def _last(made: PhaseIn, t: Words) -> str:
    last = made.years[-1]
    return t(
        N_(
            "In year {year} {place} buys {tonnes} under the Iranian label and {all} under all labels, against {before} "
            "and {all_before} today; the label lands at {landed}."
        ),
        year=t.number(last.number),
        place=t.place(made.importer),
        tonnes=t.tonnes(last.figures["own_label_tonnes"].central),
        all=t.tonnes(last.figures["tonnes"].central),
        before=t.tonnes(made.today["own_label_tonnes"].central),
        all_before=t.tonnes(made.today["tonnes"].central),
        landed=t.usd_per_t(last.figures["landed_usd_per_t"].central),
    )


def _quota(made: PhaseIn, t: Words) -> list[str]:
    if made.plan.shape != "trq":
        return []
    year = made.years[0]
    gaps = {
        "rent": t.usd_per_t(year.rent_usd_per_t.central if year.rent_usd_per_t else None, 1),
        "whole": money(year.figures["rent_usd"].central, t),
        "keeper": t(KEEPERS[made.plan.keeper]),
        "rate": setting(year.rate, made.span, t, 2),
    }
    message = {
        "below": N_("In year 1 the quota is not filled: all enters at the lower rate and there is no rent."),
        "binding": N_(
            "In year 1 imports stop at the quota. The last tonne is worth a duty of {rate}, so each tonne inside "
            "earns a rent of {rent}, {whole} a year; it is assumed to go to {keeper}."
        ),
        "above": N_(
            "In year 1 imports exceed the quota: the last tonne pays the higher rate, and each tonne inside earns "
            "a rent of {rent}, {whole} a year; it is assumed to go to {keeper}."
        ),
    }[year.regime]
    return [t(message, **gaps)]


def _worth(made: PhaseIn, t: Words) -> str:
    low, rate, high = made.plan.discount
    return t(
        N_(
            "Over {years} years at {rate} a year ({low} to {high}) that is worth {buyer} to {place}'s side, of which "
            "{revenue} to its treasury, and {seller} to {exporter}'s."
        ),
        years=t.number(made.plan.years),
        rate=t.percent(rate),
        low=t.percent(low),
        high=t.percent(high),
        buyer=money(made.values["buyer_side_gain_usd"].central, t, signed=True),
        revenue=money(made.values["revenue_change_usd"].central, t, signed=True),
        seller=money(made.values["seller_side_gain_usd"].central, t, signed=True),
        place=t.place(made.importer),
        exporter=t.place(made.study.exporter),
    )
