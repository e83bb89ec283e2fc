"""What the user's own files changed: rows, standing, both customs' figures, and the answer without them and with."""

from typing import TYPE_CHECKING, Any

from tariffs.brief import own_prices
from tariffs.brief.saying import spread
from tariffs.market.cells import Cell, Measured, Moved
from tariffs.sources import Figure
from tariffs.store.own import Own
from tariffs.study import Study
from tariffs.words import N_, Words, terms

if TYPE_CHECKING:
    import pandas as pd

RULES = {
    "importer": N_("the buyer's customs"),
    "reconciled": N_("a source that reconciled both sides"),
    "exporter": N_("the seller's customs"),
    "value": N_("the value, divided by the prices on record"),
    "summed": N_("several countries added up"),
    "rest": N_("the seller's other partners"),
    "alone": N_("the total, which its partners make up without it"),
    "balanced": N_("the totals, divided like size and cost"),
}
COMPARED = (
    ("landed_usd_per_t", "importer"), ("exports_to_buyers_tonnes", "exporter"), ("exports_tonnes", "exporter"),
    ("net_back_usd_per_t", "exporter"),
)


def headline(study: Study, t: Words) -> list[str]:
    """What moved because of the files, in sentences; nothing where there are none."""
    own, bare = study.library.own, study.without_own
    if own is None:
        return []
    said = [t(N_("This answer rests on your files: {files}."), files=t.listed(list(own.files)))]
    if bare is not None:
        name, place = "exports_to_buyers_tonnes", study.exporter
        then, now = (s.figure(name, place, "before") for s in (bare, study))
        moved_then, moved_now = (s.figure(name, place) for s in (bare, study))
        said.append(t(
            N_("With them {places} buy {now}{range} of Iranian-made bitumen a year before the change, not "
               "{then}{old_range}; the proposal then moves {change}{change_range}, not {old_change}"
               "{old_change_range}."),
            places=t.listed([t.place(p) for p in study.importers]), now=t.tonnes(now.central), range=spread(now, t),
            then=t.tonnes(then.central), old_range=spread(then, t), change=t.tonnes(moved_now.central, signed=True),
            change_range=spread(moved_now, t), old_change=t.tonnes(moved_then.central, signed=True),
            old_change_range=spread(moved_then, t),
        ))
    return said


def remarks(own: Own, year: int, t: Words) -> list[str]:
    """What a reader of the files' figures should know: ranges, doubts, what was left out."""
    return [*_of_flows(own.measured, year, t), *own_prices.remarks(own, t), *_of_duties(own, t)]


def _of_flows(held: Measured | None, year: int, t: Words) -> list[str]:
    if held is None:
        return []
    said = [text for moved in held.moved if (text := why_range(moved, year, t))]
    said += [
        t(N_("{label} label in {market}: {declared} declared, while its own plants are thought to send {plausible} "
             "({low} to {high}). {excess} more than that may carry the label without being made there."),
          label=t.place(s.label), market=t.place(s.importer), declared=t.tonnes(s.declared),
          plausible=t.tonnes(s.plausible), low=t.tonnes(s.plausible_low), high=t.tonnes(s.plausible_high),
          excess=t.tonnes(s.excess))
        for s in held.suspicions if s.excess
    ]
    said += [
        t(N_("{label} to {market}: {price} by its value and weight, outside the {low} to {high} on record. Check the "
             "weight, or take it that the declared value is not the price."),
          label=t.place(o.label), market=t.place(o.importer), price=t.usd_per_t(o.usd_per_t),
          low=t.usd_per_t(o.low), high=t.usd_per_t(o.high))
        for o in held.outliers
    ]
    said += [
        t(N_("{market} also bought {tonnes} from sellers that the model does not know: {sellers}. They are left out."),
          market=t.place(market), tonnes=t.tonnes(tonnes), sellers=t.listed([t.place(s) for s in sellers]))
        for market, (tonnes, sellers) in held.outside.items()
    ]
    if held.dropped_totals:
        said.append(t(N_("Totals of ours that your files replace: {totals}."),
                      totals=t.listed([t(what) for what in held.dropped_totals])))
    if held.unbalanced:
        gaps = {name: t.place(str(gap)) if name == "name" else gap for name, gap in held.unbalanced.items()}
        said.append(t(N_("The totals were not used: {reason}"), reason=t(str(gaps.pop("message")), **gaps)))
    return said


def why_range(moved: Moved, year: int, t: Words) -> str:
    """Why a figure has the range it has, or none."""
    gaps = {"label": t.place(moved.label), "market": t.place(moved.importer)}
    cell = moved.cell
    if moved.producer != moved.label:
        return t(N_("{label} to {market}: customs know the label, not the maker, so its division stays uncertain."),
                 **gaps)
    if cell is not None and cell.tonnes is not None and moved.after.central != cell.tonnes:
        return ""  # its label has other makers: said of them
    if moved.rule == "balanced":
        return t(N_("{label} to {market}: estimated from totals; the range is that of how trade answers to cost."),
                 **gaps)
    if cell is None:
        return ""
    if cell.tonnes is None:
        return t(N_("{label} to {market}: only a value was reported, so the range is that of the price."), **gaps)
    if cell.months < 12:
        return t(N_("{label} to {market}: {months} months raised to a year; the low end is what they counted."),
                 months=cell.months, **gaps)
    if cell.import_t is not None and cell.export_t is not None and cell.import_t != cell.export_t:
        return t(N_("{label} to {market}: the buyer's customs counted {bought}, the seller's {sold}. The figure of "
                    "{rule} is taken, and the range runs from one to the other."),
                 bought=t.tonnes(cell.import_t), sold=t.tonnes(cell.export_t), rule=t(RULES[cell.rule]), **gaps)
    if cell.year != year and cell.other_years:
        return t(N_("{label} to {market}: the figure of {year} stands for {base}; the range is that of the years in "
                    "the files."), year=cell.year, base=year, **gaps)
    if cell.year != year:
        return t(N_("{label} to {market}: one figure, of {year}, stands for {base}. It has no range, since nothing in "
                    "the files says how far trade has moved."), year=cell.year, base=year, **gaps)
    return t(N_("{label} to {market}: counted by one side, so no range is left."), **gaps)


def _of_duties(own: Own, t: Words) -> list[str]:
    said = []
    if own.duties_kept:
        said.append(t(
            N_("Assumed duties on a named origin stay, since the schedule has no rate for that origin: {rows}."),
            rows=", ".join(own.duties_kept),
        ))
    if own.duties_elsewhere:
        said.append(t(
            N_("Rates for origins that the model does not know are left out: {origins}. If one of them is a group "
               "that a seller belongs to, hand in its rate under the seller's own name."),
            origins=t.listed([t.place(origin) for origin in own.duties_elsewhere]),
        ))
    if own.duties_unread:
        said.append(t(
            N_("Duties that are no percentage are not used: {duties}."), duties="; ".join(own.duties_unread[:5])
        ))
    return said


def rows_frame(own: Own, t: Words) -> "pd.DataFrame":
    """Every row that moved: tonnes before and with the files, standing, whose figure, year."""
    import pandas as pd  # the sentences above do without it

    moved = own.measured.moved if own.measured else ()
    return pd.DataFrame([
        {
            t(N_("made in")): t.place(m.producer), t(N_("declared as")): t.place(m.label),
            t(N_("market")): t.place(m.importer), t(N_("without your files")): _ranged(m.before, t),
            t(N_("with your files")): _ranged(m.after, t), t(N_("standing")): t(terms.STATUSES[m.after.status]),
            t(N_("whose figure")): t(RULES[m.rule]), t(N_("year")): str(m.year),
        }
        for m in moved
    ])


def duties_frame(own: Own, t: Words) -> "pd.DataFrame":
    """Every duty that moved."""
    import pandas as pd  # the sentences above do without it

    return pd.DataFrame([
        {
            t(N_("market")): t.place(m.importer),
            t(N_("declared as")): t(N_("any origin")) if m.origin == "any" else t.place(m.origin),
            t(N_("row")): m.key, t(N_("without your files")): t.percent(m.before.central) if m.before else "–",
            t(N_("with your files")): t.percent(m.after.central), t(N_("standing")): t(terms.STATUSES[m.after.status]),
            t(N_("since")): t.day(m.since) if m.since else "–",
            t(N_("use")): t(N_("ceiling, never charged by itself")) if m.ceiling else t(N_("charged")),
        }
        for m in own.duties
    ])


def mirrors_frame(own: Own, t: Words) -> "pd.DataFrame":
    """Flows that both customs counted: tonnes, dollars, and the margin between them."""
    import pandas as pd  # the sentences above do without it

    cells = own.measured.cells if own.measured else ()
    return pd.DataFrame([
        {
            t(N_("seller")): t.place(c.label), t(N_("market")): t.place(c.importer), t(N_("year")): str(c.year),
            t(N_("buyer's tonnes")): t.tonnes(c.import_t), t(N_("seller's tonnes")): t.tonnes(c.export_t),
            t(N_("buyer's value")): t.usd(c.import_usd), t(N_("seller's value")): t.usd(c.export_usd),
            t(N_("CIF over FOB")): t.percent(margin(c), signed=True) if margin(c) is not None else "–",
            t(N_("taken")): t(RULES[c.rule]),
        }
        for c in cells if c.import_t is not None and c.export_t is not None
    ])


def margin(cell: Cell) -> float | None:
    """The buyer's dollars per tonne over the seller's, less one: freight and insurance when both are right."""
    if not (cell.import_usd and cell.export_usd and cell.import_t and cell.export_t):
        return None
    return (cell.import_usd / cell.import_t) / (cell.export_usd / cell.export_t) - 1.0


def compared_frame(study: Study, t: Words) -> "pd.DataFrame":
    """The headline's figures without the files and with them."""
    import pandas as pd  # the sentences above do without it

    bare = study.without_own
    if bare is None:
        return pd.DataFrame()
    rows = []
    for name, place, when in _figures(study):
        old, new = bare.figure(name, place, when), study.figure(name, place, when)
        label = t(terms.FIGURES[name])
        said = t(N_("{figure}, change"), figure=label) if when == "change" else label
        rows.append({
            t(N_("figure")): said, t(N_("Where")): t.place(place),
            t(N_("without your files")): t.amount(old.central, old.unit) + spread(old, t),
            t(N_("with your files")): t.amount(new.central, new.unit) + spread(new, t),
        })
    return pd.DataFrame(rows)


def _figures(study: Study) -> list[tuple[str, str, str]]:
    places = {"importer": study.importers, "exporter": (study.exporter,)}
    return [(name, place, when) for name, side in COMPARED for place in places[side] for when in ("before", "change")]


def _ranged(figure: Figure | None, t: Words) -> str:
    if figure is None or figure.central is None:
        return "–"
    if not figure.uncertain:
        return t.tonnes(figure.central)
    return f"{t.tonnes(figure.central)} ({t.between(figure.low, figure.high, 't')})"


def plain(study: Study) -> dict[str, Any] | None:
    """The same for JSON: what moved, both sides, and the figures without the files and with."""
    own, bare = study.library.own, study.without_own
    if own is None:
        return None
    t = Words()
    return {
        **rows(own),
        "said": [*headline(study, t), *remarks(own, study.library.baseline.year, t)],
        "headline": [
            {
                "figure": name, "place": place, "when": when,
                "without": None if bare is None else bare.figure(name, place, when).central,
                "with": study.figure(name, place, when).central,
            }
            for name, place, when in _figures(study)
        ],
    }


def rows(own: Own) -> dict[str, Any]:
    """Rows before and with the files, and what was found beside them."""
    held = own.measured
    return {
        "files": list(own.files),
        "sources": [
            {"id": s.id, "name": s.title, "format": s.publisher, "years": s.published} for s in own.sources
        ],
        "rows": [
            {
                "key": m.key, "producer": m.producer, "label": m.label, "importer": m.importer,
                "without": _figure(m.before), "with": _figure(m.after), "rule": m.rule, "year": m.year,
            }
            for m in (held.moved if held else ())
        ],
        "mirrors": [
            {
                "label": c.label, "importer": c.importer, "year": c.year, "import_t": c.import_t,
                "export_t": c.export_t, "import_usd": c.import_usd, "export_usd": c.export_usd,
                "cif_over_fob": margin(c), "rule": c.rule,
            }
            for c in (held.cells if held else ()) if c.import_t is not None and c.export_t is not None
        ],
        "outlying_unit_values": [
            {"label": o.label, "importer": o.importer, "usd_per_t": o.usd_per_t, "low": o.low, "high": o.high}
            for o in (held.outliers if held else ())
        ],
        "relabelling": [
            {
                "label": s.label, "importer": s.importer, "declared_t": s.declared, "plausible_t": s.plausible,
                "plausible_low_t": s.plausible_low, "plausible_high_t": s.plausible_high, "excess_t": s.excess,
                "beyond_every_supply": s.beyond,
            }
            for s in (held.suspicions if held else ())
        ],
        "left_out": {
            market: {"tonnes": tonnes, "sellers": list(sellers)}
            for market, (tonnes, sellers) in (held.outside if held else {}).items()
        },
        "prices": own_prices.plain(own),
        "duties": [
            {
                "key": m.key, "importer": m.importer, "origin": m.origin, "without": _figure(m.before),
                "with": _figure(m.after), "since": m.since.isoformat() if m.since else None, "ceiling": m.ceiling,
            }
            for m in own.duties
        ],
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "low": figure.low, "central": figure.central, "high": figure.high, "status": str(figure.status),
        "source": figure.source,
    }
