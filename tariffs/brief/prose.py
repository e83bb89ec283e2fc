"""A study in sentences: the answer first, its range beside it, then why, then what it does not say."""

from tariffs.brief.reasons import labels as labels
from tariffs.brief.reasons import reasons as reasons
from tariffs.brief.saying import CAN_LIE_OUTSIDE, FEW, FEW_IN, SMALL, Told, outside, places, sized, spread
from tariffs.study import Study
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

# What a reader must know of an answer that is not the exact model's.
LIMITS_OF_MODELS = {
    "gsim": N_(
        "GSIM is a first-order answer with one elasticity between all sellers of a market: "
        "good for small changes, far off for large ones and for changes of label."
    ),
    "smart": N_(
        "SMART is a first-order answer without home goods or capacity, one importer at a time: "
        "good for small duty cuts only."
    ),
}
ENOUGH_DRAWS = 200
# The headline's sentences; the workbook makes them again from its own cells.
LANDS_AS_BEFORE = N_("Iranian bitumen would land in {importer} under its own label at {after}, as before.")
LANDS_LESS = N_(
    "Iranian bitumen would land in {importer} under its own label at {after} instead of {before}: {change} less{range}."
)
LANDS_MORE = N_(
    "Iranian bitumen would land in {importer} under its own label at {after} instead of {before}: {change} more{range}."
)
BUY_AS_BEFORE = N_("{places} would buy as much as before under all labels, {after} a year, and {plant}.")
BUY_MORE = N_(
    "{places} would buy {after} a year under all labels instead of {before}, {change} more{range}, and {plant}."
)
BUY_LESS = N_(
    "{places} would buy {after} a year under all labels instead of {before}, {change} less{range}, and {plant}."
)
BEYOND_DUTY = N_(
    "Between the landed cost on paper and what buyers in {importer} pay stand {wedge}{range} more "
    "that no duty explains: cutting the duty alone leaves that in place."
)
KEEPS_AS_BEFORE = N_("the plant would keep as much as before")
KEEPS_MORE = N_("the plant would keep {change} more{range}")
KEEPS_LESS = N_("the plant would keep {change} less{range}")


def answer(study: Study, t: Words) -> str:
    """The answer in one or two sentences, with its range."""
    return " ".join(told.text for told in headline(study, t))


def headline(study: Study, t: Words) -> list[Told]:
    """What the proposal does to price and trade, then what no duty explains."""
    if unchanged(study):
        return [_as_it_stands(study, t, study.importers[0])]
    where = where_prices_move(study)
    told = [
        _landed(study, t, where),
        *(_trade(study, t, flow) for flow in flows(study)),
        *(access(study, t, where), _looks_back(study, t), _idle(study, t)),
    ]
    return [one for one in told if one]


def flows(study: Study) -> list[tuple[str, str]]:
    """Figures by name and place that tell what is sold: to all markets in focus together, or to each spoken of."""
    if not study.markets:
        return [("exports_to_buyers_tonnes", study.exporter)]
    return [("tonnes", market) for market in study.markets]


def buyers(study: Study, t: Words, flow: tuple[str, str]) -> str:
    """Who buys what such a figure counts."""
    return places(study, t) if flow[1] == study.exporter else t.place(flow[1])


def where_prices_move(study: Study) -> str:
    """The first market in focus whose landed price moves, or that closes; else the first."""
    for importer in study.importers:
        levels = [study.figure("landed_usd_per_t", importer, when).central for when in ("before", "after")]
        if None in levels or abs((levels[1] or 0.0) - (levels[0] or 0.0)) >= SMALL:
            return importer
    return study.importers[0]


def _idle(study: Study, t: Words) -> Told | None:
    """Said when the day leaves part of the proposal without a rule to change."""
    if not study.idle:
        return None
    text = t(
        N_("On {day} part of the proposal changes nothing, since the rules it speaks of are not in force: {rows}."),
        day=t.day(study.after.on),
        rows=t.apart(study.idle, ","),
    )
    return Told(text, study.scenario.status)


def _looks_back(study: Study, t: Words) -> Told | None:
    """Said when the proposal is a day before the one it is compared with."""
    if study.after.on >= study.before.on:
        return None
    text = t(
        N_("This looks back: the rules of {then} against those of {now}."),
        then=t.day(study.after.on),
        now=t.day(study.before.on),
    )
    return Told(text, study.scenario.status)


def unchanged(study: Study) -> bool:
    """Whether the scenario moves nothing against what it is compared with."""
    same = study.scenario.name == study.compared.name and study.after.on == study.before.on
    return same and not study.question.sets


def access(study: Study, t: Words, importer: str) -> Told | None:
    """The non-tariff part of the price, when it is larger than the duty."""
    wedge, duty = study.figure("wedge_usd_per_t", importer, "after"), study.figure("duty_usd_per_t", importer, "before")
    lands = study.figure("landed_usd_per_t", importer, "after").central is not None
    if not lands or not wedge.central or wedge.central <= (duty.central or 0.0):
        return None
    gaps = {"importer": t.place(importer), "wedge": t.usd_per_t(wedge.central), "range": spread(wedge, t)}
    return Told(t(BEYOND_DUTY, **gaps), str(wedge.status))


NEVER_STARTS = N_(
    "Nothing is sold to {place} under the Iranian label, and a route that does not trade never starts here, however "
    "low its price: the price above is what a tonne would cost there, and no tonne of it is counted."
)


def _asleep(study: Study, importer: str) -> bool:
    """Whether the exporter's own label trades neither before nor after, though nobody refuses it."""
    open_now = study.figure("landed_usd_per_t", importer, "after").central is not None
    return open_now and study.figure("own_label_tonnes", importer, "before").central == 0.0


def caveats(study: Study, t: Words) -> list[str]:
    """What the answer stands on, said plainly."""
    own = study.library.own
    tonnages = (
        N_("Tonnes that your files hold replace ours; the others are assumed or derived, each with a range.")
        if own and own.measured
        else N_(
            "No bilateral tonnage for 2713.20 is published: the baseline tonnes are assumed or derived, "
            "each with a range."
        )
    )
    said = [t(tonnages)]
    if study.no_duty_on_record:
        said.append(
            t(
                N_("No duty is on record for {places}: it is held unchanged there, not taken as zero."),
                places=t.listed([t.place(p) for p in study.no_duty_on_record if p != "WLD"] or ["WLD"]),
            )
        )
    said += [t(NEVER_STARTS, place=t.place(place)) for place in study.importers if _asleep(study, place)]
    if study.question.model in LIMITS_OF_MODELS:
        said.insert(0, t(LIMITS_OF_MODELS[study.question.model]))
    if study.share_closed is not None:
        gaps = {"draws": t.number(study.question.draws), "share": t.percent(study.share_closed)}
        ranges = N_(
            "Ranges are 5 to 95 % of {draws} draws over all ranges at once; the market cleared in {share} of them."
        )
        said.append(t(ranges, **gaps))
        if study.question.draws < ENOUGH_DRAWS:
            said.append(t(N_("That is too few draws for a range to mean much; ask for 2,000.")))
        if any(outside(figure) for figure in study.figures.values()):
            said.append(t(CAN_LIE_OUTSIDE))
    return said


def _as_it_stands(study: Study, t: Words, importer: str) -> Told:
    landed = study.figure("landed_usd_per_t", importer, "after")
    flow = flows(study)[0]
    sold = study.figure(*flow, "after")
    net_back = study.figure("net_back_usd_per_t", study.exporter, "after")
    text = t(
        N_(
            "As it stands, Iranian bitumen lands in {importer} under its own label at {landed}{landed_range}; "
            "{places} buy {sold} a year under all labels{sold_range}, and the plant keeps {net_back}{net_back_range}."
        ),
        importer=t.place(importer),
        landed=t.usd_per_t(landed.central),
        landed_range=spread(landed, t),
        places=buyers(study, t, flow),
        sold=t.tonnes(sold.central),
        sold_range=spread(sold, t),
        net_back=t.usd_per_t(net_back.central),
        net_back_range=spread(net_back, t),
    )
    return Told(text, str(landed.status))


def _landed(study: Study, t: Words, importer: str) -> Told:
    before = study.figure("landed_usd_per_t", importer, "before")
    after = study.figure("landed_usd_per_t", importer, "after")
    change = study.figure("landed_usd_per_t", importer)
    # Levels carry a decimal where the change does, so that a reader who subtracts finds the same.
    digits = 1 if change.central is not None and abs(change.central) < 10 else 0
    gaps = {
        "importer": t.place(importer),
        "before": t.usd_per_t(before.central, digits),
        "after": t.usd_per_t(after.central, digits),
    }
    if after.central is None:
        return Told(
            t(N_("{importer} would refuse goods declared as Iranian, so that label lands there no more."), **gaps),
            "reported",
        )
    if before.central is None:
        return Told(
            t(N_("Iranian bitumen could land in {importer} under its own label again, at {after}."), **gaps),
            str(after.status),
        )
    moved = change.central or 0.0
    if abs(moved) < SMALL:
        return Told(
            t(LANDS_AS_BEFORE, **gaps),
            str(after.status),
        )
    size = sized(change)
    shown = round(after.central, digits) - round(before.central, digits)
    gaps = {**gaps, "change": t.usd_per_t(abs(shown), digits), "range": spread(size, t)}
    return Told(t(LANDS_LESS if moved < 0 else LANDS_MORE, **gaps), str(after.status))


def _trade(study: Study, t: Words, flow: tuple[str, str]) -> Told:
    before, after, change = (study.figure(*flow, when) for when in ("before", "after", "change"))
    kept = study.figure("net_back_usd_per_t", study.exporter)
    moved = change.central or 0.0
    digits = 1 if abs(moved) < 10_000 else None
    gaps = {
        "places": buyers(study, t, flow),
        "before": t.tonnes(before.central, digits=digits),
        "after": t.tonnes(after.central, digits=digits),
        "plant": _plant(kept, t),
    }
    if abs(moved) < max(FEW, FEW_IN * (before.central or 0.0)):
        return Told(t(BUY_AS_BEFORE, **gaps), str(change.status))
    size = sized(change)
    message = BUY_MORE if moved > 0 else BUY_LESS
    shown = size.central or 0.0
    if digits and after.central is not None and before.central is not None:
        shown = abs(round(after.central, -2) - round(before.central, -2))  # what the rounded levels differ by
    return Told(t(message, change=t.tonnes(shown), range=spread(size, t), **gaps), str(change.status))


def _plant(kept: Estimate, t: Words) -> str:
    moved = kept.central or 0.0
    if abs(moved) < SMALL:
        return t(KEEPS_AS_BEFORE)
    size = sized(kept)
    message = KEEPS_MORE if moved > 0 else KEEPS_LESS
    return t(message, change=t.usd_per_t(size.central, 0 if (size.central or 0.0) >= 5 else 1), range=spread(size, t))
