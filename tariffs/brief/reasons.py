"""Why the answer is what it is: charges, exports as a whole, who pays, and what only changes its label."""

from tariffs.barriers import relabelled
from tariffs.brief import relabelling
from tariffs.brief.saying import FEW, FEW_IN, LITTLE_MONEY, SMALL, Told, sized, spread
from tariffs.study import Study
from tariffs.words import N_, Words


def reasons(study: Study, t: Words, labels_too: bool = True) -> list[Told]:
    """Reasons for the answer: what moved the price, who pays for it, where the rest of the trade goes."""
    return [
        told
        for told in (
            *_price_parts(study, t),
            _all_exports(study, t),
            who_pays(study, t),
            _refused_labels(study, t),
            *(labels(study, t) if labels_too else ()),
        )
        if told
    ]


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
    fob = study.figure("fob_usd_per_t", study.importers[0]).central or 0.0
    if burden.central is not None and abs(burden.central) >= 1e-3:
        fell = burden.central < 0
        message = (
            N_("Iran's own charges fall from {before} to {after} of FOB.")
            if fell
            else N_("Iran's own charges rise from {before} to {after} of FOB.")
        )
        gaps = {w: t.percent(study.figure("burden_fraction", study.exporter, w).central) for w in ("before", "after")}
        text = t(message, **gaps)
        if abs(fob) >= SMALL and (fob < 0) == fell:
            price = N_("The FOB price falls by {fob}.") if fell else N_("The FOB price rises by {fob}.")
            text += " " + t(price, fob=t.usd_per_t(abs(fob), 0))
        told.append(Told(text, str(burden.status)))
    return told


def _all_exports(study: Study, t: Words) -> Told | None:
    """What happens to exports as a whole, which is where most of the treasury's money goes."""
    change = study.figure("exports_tonnes", study.exporter)
    before = study.figure("exports_tonnes", study.exporter, "before")
    after = study.figure("exports_tonnes", study.exporter, "after")
    if change.central is None or abs(change.central) < 0.01 * (before.central or 0.0):
        return None
    text = t(
        N_("Iran's exports to all destinations go from {before} to {after} a year{range}."),
        before=t.tonnes(before.central),
        after=t.tonnes(after.central),
        range=spread(after, t),
    )
    return Told(text, str(change.status))


def who_pays(study: Study, t: Words) -> Told | None:
    """What the exporter's treasury gives up, what its plants gain, and what that leaves of the whole side."""
    treasury = study.figure("seller_treasury_usd", study.exporter)
    plants = study.figure("producers_gain_usd", study.exporter)
    if treasury.central is None or plants.central is None or abs(treasury.central) < LITTLE_MONEY:
        return None
    size, gain = sized(treasury), sized(plants)
    paid = (
        N_("Iran's treasury gives up {treasury} a year{range} over all destinations.")
        if treasury.central < 0
        else N_("Iran's treasury takes in {treasury} a year more{range} over all destinations.")
    )
    won = N_("Its plants gain {plants}.") if plants.central >= 0 else N_("Its plants lose {plants}.")
    whole = study.figure("side_gain_usd", study.exporter)
    together = sized(whole)
    sum_up = (
        N_("With the currency rule and the feedstock sellers counted in, Iran as a whole gains {sum} a year{range}.")
        if (whole.central or 0.0) >= 0
        else N_(
            "With the currency rule and the feedstock sellers counted in, Iran as a whole loses {sum} a year{range}."
        )
    )
    sentences = (
        t(paid, treasury=t.usd(size.central), range=spread(size, t)),
        t(won, plants=t.usd(gain.central)),
        t(sum_up, sum=t.usd(together.central), range=spread(together, t)),
    )
    return Told(" ".join(sentences), str(treasury.status))


def _refused_labels(study: Study, t: Words) -> Told | None:
    """Which of the exporter's goods are refused under another label, and how much went that way."""
    result = study.result
    for number, lane in enumerate(result.market.lanes):
        newly = study.after.stacks[number].prohibited and not study.before.stacks[number].prohibited
        if newly and lane.producer == study.exporter != lane.label:
            text = t(
                N_("{importer} refuses Iranian goods declared as {label}: {tonnes} a year went that way."),
                importer=t.place(lane.importer),
                label=t.place(lane.label),
                tonnes=t.tonnes(float(result.market.tonnes[0, number])),
            )
            return Told(text, "assumed")
    return None


def labels(study: Study, t: Words) -> list[Told]:
    """In each market, how much trade only changes its label, how much is new, and who gives way."""
    moved = []
    for importer in study.importers:
        told = relabelled(study, importer)
        sold = study.figure("tonnes", importer, "before").central or 0.0
        most = max(abs(told.new_tonnes.central or 0.0), told.label_only_tonnes.central or 0.0)
        if most >= max(FEW, FEW_IN * sold):
            moved.append(relabelling.sentence(told, t))
    return moved
