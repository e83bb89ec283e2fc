"""A study in sentences: the answer first, its range beside it, then why, then what it does not say."""

from dataclasses import dataclass, replace

from tariffs.study import Study
from tariffs.uncertainty import Estimate
from tariffs.words import N_, Words

SMALL = 0.5  # USD/t below which a price is said not to move
FEW = 50.0  # tonnes below which a flow is said not to move
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
LITTLE_MONEY = 1e6  # USD a year below which a treasury is said not to notice


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence with the standing of the figures in it."""

    text: str
    status: str


def answer(study: Study, t: Words) -> str:
    """The answer in one or two sentences, with its range."""
    return " ".join(told.text for told in headline(study, t))


def headline(study: Study, t: Words) -> list[Told]:
    """What the proposal does to price and trade, then what no duty explains."""
    first = study.importers[0]
    if unchanged(study):
        return [_as_it_stands(study, t, first)]
    told = [_landed(study, t, first), _trade(study, t)]
    caveat = access(study, t, first)
    return [*told, caveat] if caveat else told


def unchanged(study: Study) -> bool:
    """Whether the scenario moves nothing against what it is compared with."""
    moved = (
        study.figure("net_back_usd_per_t", study.exporter),
        study.figure("exports_to_buyers_tonnes", study.exporter),
    )
    return all(abs(e.central or 0.0) < 1e-6 for e in moved) and study.after.on == study.before.on


def reasons(study: Study, t: Words) -> list[Told]:
    """Three reasons for the answer: what moved the price, who pays for it, where the rest of the trade goes."""
    return [told for told in (*_price_parts(study, t), _who_pays(study, t), _relabelling(study, t)) if told]


def access(study: Study, t: Words, importer: str) -> Told | None:
    """The non-tariff part of the price, when it is larger than the duty."""
    wedge, duty = study.figure("wedge_usd_per_t", importer, "after"), study.figure("duty_usd_per_t", importer, "before")
    if not wedge.central or wedge.central <= (duty.central or 0.0):
        return None
    text = t(
        N_(
            "Between the landed cost on paper and what buyers in {importer} pay stand {wedge}{range} more "
            "that no duty explains: cutting the duty alone leaves that in place."
        ),
        importer=t.place(importer),
        wedge=t.usd_per_t(wedge.central),
        range=_range(wedge, t),
    )
    return Told(text, str(wedge.status))


def caveats(study: Study, t: Words) -> list[str]:
    """What the answer stands on, said plainly."""
    coverage = study.world.baseline.coverage
    said = [
        t(
            N_(
                "No bilateral tonnage for 2713.20 is published: the baseline tonnes are assumed or derived, "
                "each with a range."
            )
        ),
    ]
    if coverage.no_duty_row:
        said.append(
            t(
                N_("No duty is on record for {places}: it is held unchanged there, not taken as zero."),
                places=t.listed([t.place(p) for p in coverage.no_duty_row if p != "WLD"] or ["WLD"]),
            )
        )
    if study.question.model in LIMITS_OF_MODELS:
        said.insert(0, t(LIMITS_OF_MODELS[study.question.model]))
    if study.share_closed is not None:
        gaps = {"draws": t.number(study.question.draws), "share": t.percent(study.share_closed)}
        said.append(
            t(
                N_(
                    "Ranges are 5 to 95 % of {draws} draws over all ranges at once; "
                    "the market cleared in {share} of them."
                ),
                **gaps,
            )
        )
    return said


def _as_it_stands(study: Study, t: Words, importer: str) -> Told:
    landed = study.figure("landed_usd_per_t", importer, "after")
    sold = study.figure("exports_to_buyers_tonnes", study.exporter, "after")
    net_back = study.figure("net_back_usd_per_t", study.exporter, "after")
    text = t(
        N_(
            "As it stands, Iranian bitumen lands in {importer} at {landed}{landed_range}; {places} buy {sold} of it "
            "a year{sold_range}, and the plant keeps {net_back}{net_back_range}."
        ),
        importer=t.place(importer),
        landed=t.usd_per_t(landed.central),
        landed_range=_range(landed, t),
        places=_places(study, t),
        sold=t.tonnes(sold.central),
        sold_range=_range(sold, t),
        net_back=t.usd_per_t(net_back.central),
        net_back_range=_range(net_back, t),
    )
    return Told(text, str(landed.status))


def _landed(study: Study, t: Words, importer: str) -> Told:
    before = study.figure("landed_usd_per_t", importer, "before")
    after = study.figure("landed_usd_per_t", importer, "after")
    change = study.figure("landed_usd_per_t", importer)
    gaps = {"importer": t.place(importer), "before": t.usd_per_t(before.central), "after": t.usd_per_t(after.central)}
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
            t(N_("Iranian bitumen would land in {importer} at {after}, as it does today."), **gaps), str(after.status)
        )
    message = (
        N_("Iranian bitumen would land in {importer} at {after} instead of {before}: {change} less{range}.")
        if moved < 0
        else N_("Iranian bitumen would land in {importer} at {after} instead of {before}: {change} more{range}.")
    )
    size = _size(change)
    return Told(t(message, change=t.usd_per_t(size.central), range=_range(size, t), **gaps), str(after.status))


def _trade(study: Study, t: Words) -> Told:
    change = study.figure("exports_to_buyers_tonnes", study.exporter)
    before = study.figure("exports_to_buyers_tonnes", study.exporter, "before")
    after = study.figure("exports_to_buyers_tonnes", study.exporter, "after")
    kept = study.figure("net_back_usd_per_t", study.exporter)
    moved = change.central or 0.0
    gaps = {
        "places": _places(study, t),
        "before": t.tonnes(before.central),
        "after": t.tonnes(after.central),
        "plant": _plant(kept, t),
    }
    if abs(moved) < FEW:
        message = N_("{places} would buy as much of it as today, {after} a year, and {plant}.")
        return Told(t(message, **gaps), str(change.status))
    size = _size(change)
    message = (
        N_("{places} would buy {after} of it a year instead of {before}, {change} more{range}, and {plant}.")
        if moved > 0
        else N_("{places} would buy {after} of it a year instead of {before}, {change} less{range}, and {plant}.")
    )
    return Told(t(message, change=t.tonnes(size.central), range=_range(size, t), **gaps), str(change.status))


def _plant(kept: Estimate, t: Words) -> str:
    moved = kept.central or 0.0
    if abs(moved) < SMALL:
        return t(N_("the plant would keep what it keeps now"))
    size = _size(kept)
    message = (
        N_("the plant would keep {change} more{range}")
        if moved > 0
        else N_("the plant would keep {change} less{range}")
    )
    return t(message, change=t.usd_per_t(size.central, 1), range=_range(size, t))


def _price_parts(study: Study, t: Words) -> list[Told]:
    """The seller's burdens and the buyer's duty, in USD/t of the landed price in the first market."""
    told = []
    for importer in study.importers:
        rate, duty = study.figure("duty_fraction", importer), study.figure("duty_usd_per_t", importer)
        if rate.central is not None and duty.central is not None and abs(rate.central) >= 5e-4:
            message = (
                N_("Duties in {importer} fall from {before} to {after}.")
                if duty.central < 0
                else N_("Duties in {importer} rise from {before} to {after}.")
            )
            gaps = {w: t.usd_per_t(study.figure("duty_usd_per_t", importer, w).central, 1) for w in ("before", "after")}
            told.append(Told(t(message, importer=t.place(importer), **gaps), str(duty.status)))
    burden = study.figure("burden_fraction", study.exporter)
    if burden.central is not None and abs(burden.central) >= 5e-4:
        message = (
            N_(
                "Iran's own charges fall from {before} to {after} of FOB; "
                "competition passes {fob} of that on to buyers."
            )
            if burden.central < 0
            else N_("Iran's own charges rise from {before} to {after} of FOB; {fob} of that reaches buyers.")
        )
        gaps = {w: t.percent(study.figure("burden_fraction", study.exporter, w).central) for w in ("before", "after")}
        fob = study.figure("fob_usd_per_t", study.importers[0]).central
        told.append(Told(t(message, fob=t.usd_per_t(abs(fob or 0.0), 0), **gaps), str(burden.status)))
    return told


def _who_pays(study: Study, t: Words) -> Told | None:
    treasury = study.figure("seller_treasury_usd", study.exporter)
    plants = study.figure("producers_gain_usd", study.exporter)
    if treasury.central is None or plants.central is None or abs(treasury.central) < LITTLE_MONEY:
        return None
    size, gain = _size(treasury), _size(plants)
    paid = (
        N_("Iran's treasury gives up {treasury} a year{range} over all destinations.")
        if treasury.central < 0
        else N_("Iran's treasury takes in {treasury} a year more{range} over all destinations.")
    )
    won = N_("Its plants gain {plants}.") if plants.central >= 0 else N_("Its plants lose {plants}.")
    text = t(paid, treasury=t.usd(size.central), range=_range(size, t)) + " " + t(won, plants=t.usd(gain.central))
    return Told(text, str(treasury.status))


def _relabelling(study: Study, t: Words) -> Told | None:
    """How much of the trade in the first market only changes its label."""
    importer = study.importers[0]
    own = study.figure("own_label_tonnes", importer).central or 0.0
    total = study.figure("tonnes", importer).central or 0.0
    switched = own - total
    if abs(own) < FEW or own * switched <= 0 or abs(switched) > abs(own):
        return None
    message = (
        N_("In {importer} {switched} of the {own} more under the Iranian label only comes back from the Iraqi one.")
        if own > 0
        else N_("In {importer} {switched} of the {own} lost to the Iranian label only moves to the Iraqi one.")
    )
    gaps = {"switched": t.tonnes(abs(switched)), "own": t.tonnes(abs(own)), "importer": t.place(importer)}
    return Told(t(message, **gaps), "assumed")


def _places(study: Study, t: Words) -> str:
    return t.listed([t.place(importer) for importer in study.importers])


def _size(change: Estimate) -> Estimate:
    """A change as a size, its range turned round with it."""
    if change.central is None or change.central >= 0:
        return change
    low, high = change.low, change.high
    return replace(
        change,
        central=-change.central,
        low=None if high is None else -high,
        high=None if low is None else -low,
        median=None if change.median is None else -change.median,
    )


def _range(figure: Estimate, t: Words) -> str:
    """The 5-95 % range in brackets, with the median where the most likely value is an end; nothing if undrawn."""
    if not figure.ranged or figure.low is None or figure.high is None:
        return ""
    spread = t.between(figure.low, figure.high, figure.unit)
    if figure.central is not None and not figure.low <= figure.central <= figure.high:
        return t(N_(" (range {range}, median {median})"), range=spread, median=t.amount(figure.median, figure.unit))
    return t(N_(" (range {range})"), range=spread)
