"""A ladder in sentences: whose goods, and what no rung can show."""

from tariffs.law.schedule import Applied, Treatment
from tariffs.study.ladder import Ladder
from tariffs.words import N_, Words, terms


def goods(climbed: Ladder, t: Words) -> str:
    """Which goods on which day a ladder is for."""
    route = climbed.route
    return t(
        N_("{producer} to {importer}, declared as {label}, {day}"),
        producer=t.place(route.producer),
        importer=t.place(route.importer),
        label=t.place(route.label),
        day=t.day(climbed.on),
    )


def landing(climbed: Ladder, t: Words) -> str:
    """Where a ladder ends, with its range where it was drawn."""
    if climbed.stack.prohibited:
        return ladder_notes(climbed, t)[0]
    landed = climbed.total("landed")
    if not landed.ranged:
        return t(N_("Landed price {landed}."), landed=t.usd_per_t(landed.central))
    gaps = {"landed": t.usd_per_t(landed.central), "range": t.between(landed.low, landed.high, landed.unit)}
    return t(N_("Landed price {landed}, range {range}: 5 to 95 % of the draws."), **gaps)


def ladder_notes(climbed: Ladder, t: Words) -> list[str]:
    """What a ladder cannot show as a rung: refusal, range, reading, missing rows, legal headroom, formalities."""
    if climbed.stack.prohibited:
        return [_refused(rules.prohibition, t) for rules in climbed.stack.treatments if rules.prohibition]
    notes = [landing(climbed, t)] if climbed.total("landed").ranged else []
    for rules in climbed.stack.treatments:
        notes += _treatment_notes(rules, t)
    notes.append(
        t(
            N_("Prices, freight and wedge are those of the baseline year {year}; only the rules are those of the day."),
            year=climbed.prices_of,
        )
    )
    if not climbed.freight_known:
        notes.append(t(N_("No freight figure is on record for this way: CIF leaves it out.")))
    return notes


def _refused(applied: Applied | None, t: Words) -> str:
    if applied is None:
        return ""
    row = applied.measure
    return t(N_("Refused at the border: {key}, {source}. {note}"), key=row.key, source=row.rate.source, note=row.note)


def _treatment_notes(rules: Treatment, t: Words) -> list[str]:
    region = rules.asked.region
    where = t(N_(" ({part})"), part=region) if region else ""
    notes = []
    if rules.prohibition:
        notes.append(_refused(rules.prohibition, t))
    if rules.reading:
        gaps = {
            "class_": t(terms.CLASSES[rules.reading.product_class]),
            "key": rules.reading.key,
            "standing": t(terms.STATUSES[rules.reading.status]),
            "source": rules.reading.source,
        }
        notes.append(t(N_("Read as {class_}{where}: {key}, {standing}, {source}."), where=where, **gaps))
    if rules.missing:
        notes.append(
            t(N_("No customs duty on record{where}: unknown, not zero. We hold {held}."), where=where, held=rules.held)
        )
    for ceiling in rules.ceilings[:1]:
        rate = ceiling.measure.rate
        gaps = {
            "rate": t.percent(rate.central),
            "low": t.percent(rate.low),
            "high": t.percent(rate.high),
            "key": ceiling.measure.key,
            "standing": t(terms.STATUSES[str(rate.status)]),
        }
        message = N_("Legal headroom, never charged by itself: {rate}, from {low} to {high} ({key}, {standing}).")
        notes.append(t(message, **gaps))
    for applied in rules.formalities:
        gaps = {"key": applied.measure.key, "where": where}
        notes.append(t(N_("Formality{where}: {key}. Its cost is not on record."), **gaps))
    return notes
