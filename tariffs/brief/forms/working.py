"""How the answer comes about: the ladder of prices, the exporter's own rules, proposals side by side, all figures."""

from collections.abc import Sequence
from typing import Any

from tariffs.brief import charts, tables
from tariffs.brief.forms.blocks import (
    Block,
    Cell,
    Drawn,
    Grid,
    Row,
    Said,
    Section,
    cell,
    figure_heads,
    figure_row,
    group,
    level,
    of_proposal,
    shown,
    texts,
)
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.figures import every
from tariffs.brief.sheets.scenarios import OF_EXPORTER, OF_MARKET, edits_side_by_side
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, Words, terms

OF_SELLER = (
    "net_back_usd_per_t",
    "burden_fraction",
    "currency_fraction",
    "effective_protection_fraction",
    "anti_export_bias_fraction",
    "exports_tonnes",
    "exports_fob_usd",
    "seller_treasury_usd",
    "currency_halls_usd",
)
SIDES = ("before", "after")
# Stages of the ladder and the totals between them, from the plant up.
HEIGHTS = ("net_back", "seller", "fob", "road", "cif", "border", "on_paper", "access", "landed")


def landed(studies: Sequence[Study], t: Words) -> Section:
    """Each market's ladder from the plant's net-back to the buyer's price, drawn and in figures."""
    study, blocks = studies[0], list[Block]()
    for importer in study.importers:
        label = charts.open_label(study, importer)
        place = t.place(importer)
        if label is None:
            text = N_("{place} would refuse these goods under every label: no price lands there.")
            blocks.append(Said(t(text, place=place)))
            continue
        title = naming.way(study.exporter, label, importer, t)
        note = t(N_("After the change; USD per tonne at the central values."))
        blocks.append(Drawn(title, charts.waterfall(study, t, importer, label), note))
        blocks.append(_ladder(study, label, importer, t, ("seller", "road", "border", "access", "")))  # totals: ""
    return Section("landed", t(N_("Landed cost")), tuple(blocks))


def seller(studies: Sequence[Study], t: Words) -> Section:
    """What the exporter's own rules take and give back, down to the plant."""
    study = studies[0]
    rows = tuple(
        figure_row(study, name, study.exporter, t, name == "net_back_usd_per_t")
        for name in OF_SELLER
        if Key(name, study.exporter, "change") in study.figures
    )
    blocks: list[Block] = [Grid(figure_heads(t), rows, (1, 2, 3, 4, 5), t.place(study.exporter))]
    importer = study.importers[0]
    if label := charts.open_label(study, importer):
        title = naming.way(study.exporter, label, importer, t)
        blocks.append(_ladder(study, label, importer, t, ("seller",), title))
    return Section("seller", t(N_("Seller's side")), tuple(blocks))


def _ladder(study: Study, label: str, importer: str, t: Words, stages: Sequence[str], title: str = "") -> Grid:
    """A route's steps before and after; totals are in bold, memo lines in brackets."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    number = study.before.result.market.lane(study.exporter, label, importer)
    for when, side in zip(SIDES, (study.before, study.after), strict=True):
        if side.stacks[number].prohibited:
            continue
        for row in tables.ladder(side, study.exporter, label, importer).to_dict("records"):
            found.setdefault((row["step"], row["key"], row["region"]), {})[when] = row
    rows = []
    for sides in _in_order(found):
        last = sides.get("after") or sides["before"]
        total = last["kind"] == "total"
        if last["stage"] not in stages:
            continue
        name = t(terms.RUNGS[last["step"]])
        if last["region"]:
            name = t(N_("{figure}, {place}"), figure=name, place=naming.region(last["region"], t))
        amounts = [_amount(sides.get(when), t) for when in SIDES]
        both = [sides[when]["usd_per_t"] for when in SIDES if when in sides]
        moved = both[-1] - both[0] if len(both) == 2 else None
        cells = (
            Cell(name),
            *(_rate(sides.get(when), t) for when in SIDES),
            *amounts,
            Cell(shown(moved, "USD/t", t, change=True), moved) if moved is not None else Cell("–", quiet=True),
            Cell(t(terms.STATUSES[last["status"]]) if last["status"] else "", quiet=True),
            Cell(last["source"].replace(";", "; "), quiet=True),
        )
        rows.append(Row(cells, "total" if total else "memo" if last["memo"] else ""))
    heads = (
        *(t(N_("Step")), t(N_("Rate before")), t(N_("Rate after")), t(N_("USD/t before")), t(N_("USD/t after"))),
        *(t(N_("Change")), t(N_("Standing")), t(N_("Source"))),
    )
    return Grid(heads, tuple(rows), (1, 2, 3, 4, 5), title, small=True)


def _in_order(found: dict[tuple[str, str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps as the ladder climbs: one that only the side after has stands at its stage too."""

    def height(sides: dict[str, Any]) -> int:
        row = next(iter(sides.values()))
        return HEIGHTS.index(row["step"] if row["kind"] == "total" else row["stage"])

    return sorted(found.values(), key=height)


def _rate(row: dict[str, Any] | None, t: Words) -> Cell:
    if row is None or row["rate"] is None or row["rate"] != row["rate"]:
        return Cell("", quiet=True)
    value = float(row["rate"])
    if row["base"] == "tonne":
        return Cell(t.usd_per_t(value, 1), value, quiet=True)
    return Cell(t.percent(value, 2), value, quiet=True)


def _amount(row: dict[str, Any] | None, t: Words) -> Cell:
    if row is None:
        return Cell("–", quiet=True)
    value, total = float(row["usd_per_t"]), row["kind"] == "total"
    text = shown(value, "USD/t", t, change=not total)
    return Cell(f"({text})" if row["memo"] else text, value)


def scenarios(studies: Sequence[Study], t: Words) -> Section:
    """Proposals side by side: where each leads, by how much that is more than the first, and what each changes."""
    first, rows = studies[0], list[Row]()
    heads = [t(N_("Figure"))]
    heads += [t(N_("{title}, {day}"), title=t(s.scenario.title), day=t.day(s.after.on)) for s in studies]
    gains = t(N_("Who gains, against what each is compared with"))
    places = (first.exporter, *first.importers)
    parts = [
        *((t.place(p), p, OF_MARKET, "after") for p in first.importers),
        (t.place(first.exporter), first.exporter, OF_EXPORTER, "after"),
        *((gains if not n else "", p, ("side_gain_usd",), "change") for n, p in enumerate(places)),
    ]
    for title, place, names, when in parts:
        if title:
            rows.append(group(title))
        for name in names:
            key = Key(name, place, when)
            said = t(terms.FIGURES[name])
            if when == "change":
                said = t(N_("{figure}, {place}"), figure=said, place=t.place(place))
            unit = naming.unit(first.figures[key].unit, t)
            values = tuple(
                cell(study, key, t) if when == "change" else level(study, name, place, when, t) for study in studies
            )
            rows.append(Row((Cell(said, unit=unit), *_named(values, studies))))
    numbers = tuple(range(1, 1 + len(studies)))
    changed = [Row(texts(name, *said), "strong" if len(set(said)) > 1 else "") for name, said in
               edits_side_by_side(studies, t)]  # fmt: skip
    titles = (t(N_("Row in the data")), *(t(s.scenario.title) for s in studies))
    blocks: list[Block] = [
        Said(t(N_("After each proposal, at the central values; the last rows are gains a year.")), "small"),
        Grid(tuple(heads), tuple(rows), numbers),
        Grid(titles, tuple(changed), (), t(N_("What each proposal changes")), small=True),
    ]
    return Section("scenarios", t(N_("Scenarios")), tuple(blocks))


def _named(values: Sequence[Cell], studies: Sequence[Study]) -> list[Cell]:
    """Figures of the other proposals say whose they are."""
    others = [of_proposal(one, study) for one, study in zip(values[1:], studies[1:], strict=True)]
    return [values[0], *others]


def results(studies: Sequence[Study], t: Words) -> Section:
    """Who sells in each market, and every figure with its range."""
    study = studies[0]
    blocks: list[Block] = [_rivals(study, importer, t) for importer in study.importers]
    rows, last = list[Row](), ""
    for place, name in every(study):
        if place != last:
            rows.append(group(t(N_("{place}: the range is that of the change"), place=t.place(place))))
            last = place
        change = Key(name, place, "change")
        ends = ("central", "low", "median", "high", "share_positive")
        cells = (
            Cell(t(terms.FIGURES[name]), unit=naming.unit(study.figures[change].unit, t)),
            *(cell(study, Key(name, place, when), t) for when in SIDES),
            *(cell(study, change, t, end) for end in ends),
            Cell(t(terms.STATUSES[str(study.figures[change].status)]), quiet=True),
        )
        rows.append(Row(cells))
    heads = (
        *(t(N_("Figure")), t(N_("Before")), t(N_("After")), t(N_("Change")), t(N_("Low, 5 %"))),
        *(t(N_("Median")), t(N_("High, 95 %")), t(N_("Above zero, share of draws")), t(N_("Standing"))),
    )
    title = t(N_("All figures with their ranges"))
    blocks.append(Grid(heads, tuple(rows), tuple(range(1, 8)), title, small=True))
    return Section("results", t(N_("Results")), tuple(blocks))


def _rivals(study: Study, importer: str, t: Words) -> Grid:
    rows = []
    for row in tables.rivals(study, importer).to_dict("records"):
        prices = [
            Cell(t(N_("refused")), quiet=True)
            if row[f"prohibited_{when}"]
            else Cell(t.number(row[f"landed_{when}_usd_per_t"], 1), float(row[f"landed_{when}_usd_per_t"]))
            for when in SIDES
        ]
        sold = [Cell(t.number(row[f"tonnes_{when}"]), float(row[f"tonnes_{when}"])) for when in SIDES]
        share = [Cell(t.percent(row[f"share_{when}"]), float(row[f"share_{when}"])) for when in SIDES]
        name = naming.way(row["producer"], row["label"], row["importer"], t)
        rows.append(Row((Cell(name), *prices, *sold, *share), "strong" if row["producer"] == study.exporter else ""))
    heads = (
        *(t(N_("Seller")), t(N_("Landed price before, USD/t")), t(N_("Landed price after, USD/t"))),
        *(t(N_("Tonnes before")), t(N_("Tonnes after")), t(N_("Share before")), t(N_("Share after"))),
    )
    title = t(N_("Who sells in {importer}, cheapest after the change first"), importer=t.place(importer))
    return Grid(heads, tuple(rows), (1, 2, 3, 4, 5, 6), title, small=True)
