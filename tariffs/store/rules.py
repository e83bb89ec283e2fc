"""What must hold inside one file because of what its rows mean: forms and bases, signs, parts, edits."""

from collections.abc import Callable, Iterator

from tariffs.errors import N_, Defect, Said
from tariffs.market.elasticities import KINDS as ELASTICITY_KINDS
from tariffs.store.cells import WHOLE, limits, number, quoted
from tariffs.store.reader import Book, Row

DEMAND = ("import_demand", "total_demand")
EITHER_SIGN = ("inverse_export_supply", "price_transmission")
PER_TONNE_FORMS = ("specific_usd_per_t", "minimum_usd_per_t")
RATE = ("rate_low", "rate_central", "rate_high")
SPECIFIC = ("specific_low", "specific_central", "specific_high")


def forms(book: Book) -> Iterator[Defect]:
    """A form says which numbers a row needs, how large they may be, and on what they are charged."""
    for row in book.rows("measures"):
        form = row["form"]
        yield from _form_and_number("measures.csv", row)
        most = None if form in PER_TONNE_FORMS else 2.0 if form == "factor" else 1.0
        yield from _capped("measures.csv", row, RATE, most)
        compound = form.startswith("compound")
        for name in SPECIFIC:
            if row[name] and not compound:
                yield Defect(
                    "measures.csv",
                    row.line,
                    name,
                    quoted(row[name]),
                    Said(N_("nothing beside form {form}"), form=form),
                    N_("Empty the cell, or choose a compound form."),
                )
        if compound and not row["specific_central"] and row["role"] == "baseline":
            yield Defect(
                "measures.csv",
                row.line,
                "specific_central",
                N_("nothing"),
                Said(N_("the USD per tonne of form {form}"), form=form),
                N_("Fill in the specific part of the duty."),
            )
        yield from _base("measures.csv", row)
        if (form in ("factor", "minimum_usd_per_t")) != (row["kind"] == "valuation_adjustment") and form != "none":
            yield Defect(
                "measures.csv",
                row.line,
                "form",
                Said(N_("{form} with kind {kind}"), form=quoted(form), kind=quoted(row["kind"])),
                N_("factor or minimum_usd_per_t for valuation_adjustment, and for nothing else"),
                N_("Correct the form or the kind."),
            )
    for row in book.rows("exporter_measures"):
        yield from _form_and_number("exporter_measures.csv", row)
        if row["form"] != "none" and row["base"] == "none":
            yield Defect(
                "exporter_measures.csv", row.line, "base", quoted("none"), N_("what the rate is a fraction of"),
                N_("Choose a base, such as fob."),
            )


def _form_and_number(file: str, row: Row) -> Iterator[Defect]:
    if row["form"] == "none":
        for name in RATE:
            if row[name]:
                yield Defect(
                    file, row.line, name, quoted(row[name]), N_("nothing beside form none"),
                    N_("Empty the cell, or say by the form what the number is."),
                )
    elif row["role"] == "baseline" and not row["rate_central"]:
        yield Defect(
            file,
            row.line,
            "rate_central",
            N_("nothing"),
            Said(N_("a number in the unit of form {form}"), form=row["form"]),
            N_("Fill in the rate, or write form none when no number is on record."),
        )


def _base(file: str, row: Row) -> Iterator[Defect]:
    form, base = row["form"], row["base"]
    if form == "none":
        return
    per_tonne = form == "specific_usd_per_t"
    if base == "none" or ((base == "tonne") != per_tonne and form != "minimum_usd_per_t"):
        expected = N_("tonne") if per_tonne else N_("a value the rate is charged on, such as cif")
        yield Defect(
            file,
            row.line,
            "base",
            quoted(base),
            Said(N_("{expected}, beside form {form}"), expected=Said(expected), form=form),
            N_("Correct the base or the form."),
        )


def _capped(file: str, row: Row, names: tuple[str, ...], most: float | None) -> Iterator[Defect]:
    for name in names:
        value = number(row[name])
        if value is not None and (wrong := limits(row[name], value, 0.0, most)):
            yield Defect(file, row.line, name, wrong.found, wrong.expected, wrong.remedy)


def costs(book: Book) -> Iterator[Defect]:
    """Fractions stay below one; only a margin may be a loss."""
    for row in book.rows("costs"):
        fraction = row["unit"].startswith("fraction")
        for name in ("low", "central", "high"):
            value = number(row[name])
            least = None if row["stage"] == "margin" else 0.0
            if value is not None and (wrong := limits(row[name], value, least, 1.0 if fraction else None)):
                yield Defect("costs.csv", row.line, name, wrong.found, wrong.expected, wrong.remedy)


def signs(book: Book) -> Iterator[Defect]:
    """Demand falls when prices rise; every other elasticity is positive."""
    for row in book.rows("elasticities"):
        kind = row["kind"]
        if kind in EITHER_SIGN or kind not in ELASTICITY_KINDS:
            continue
        for name in ("low", "central", "high"):
            value = number(row[name])
            if value is not None and (value >= 0 if kind in DEMAND else value <= 0):
                expected = N_("a number below zero") if kind in DEMAND else N_("a number above zero")
                yield Defect(
                    "elasticities.csv",
                    row.line,
                    name,
                    quoted(row[name]),
                    Said(N_("{expected} for {kind}"), expected=Said(expected), kind=kind),
                    N_("Correct the sign; the low end of a demand elasticity is the most negative."),
                )


def distributions(book: Book) -> Iterator[Defect]:
    """A distribution drawn between two ends needs both, on one side of zero when it is drawn on logs."""
    for row in book.rows("elasticities"):
        name = row["distribution"]
        if not name.startswith(("pert", "triangular", "loguniform", "lognormal on")):
            continue
        low, high = number(row["low"]), number(row["high"])
        if low is None or high is None:
            yield Defect(
                "elasticities.csv",
                row.line,
                "distribution",
                quoted(name),
                N_("low and high beside such a distribution"),
                N_("Fill in both ends, or write fixed."),
            )
        elif "log" in name and low * high <= 0:
            yield Defect(
                "elasticities.csv", row.line, "distribution", quoted(name), N_("both ends on one side of zero"),
                N_("Choose a distribution without log, or correct the ends."),
            )


def numbers_needed(book: Book) -> Iterator[Defect]:
    """Figures the model always reads cannot be missing."""
    needed = {
        "flows_baseline": ("tonnes_central", "usd_per_t_central"), "flow_totals": ("tonnes_central",),
        "capacity": ("tonnes_central",),
        "freight": ("usd_per_t_central",), "costs": ("central",), "access_wedges": ("usd_per_t_central",),
        "shares": ("central",), "elasticities": ("central",),
    }
    for table, names in needed.items():
        for row in book.rows(table) if book.readable(table) else ():
            for name in names:
                if not row[name]:
                    yield Defect(
                        f"{table}.csv",
                        row.line,
                        name,
                        N_("nothing"),
                        N_("a number"),
                        N_(
                            "Fill in the middle of the range; without one, take the row out and list it in "
                            "unknowns.csv."
                        ),
                    )


def parts_of_importers(book: Book) -> Iterator[Defect]:
    """Parts of an importer are weighed by shares; one part at most may take what the others leave."""
    if not book.readable("measures", "shares"):
        return
    keys = (row["key"].partition("-share-value") for row in book.sheets["shares"].rows)
    shared = {name.upper() for name, mark, _ in keys if mark}
    first: dict[tuple[str, str], int] = {}
    for row in book.rows("measures"):
        if row["region"]:
            first.setdefault((row["importer"], row["region"]), row.line)
    for importer in {importer for importer, _ in first}:
        parts = [(line, part) for (where, part), line in first.items() if where == importer]
        without = sorted((line, part) for line, part in parts if part not in shared)
        for line, region in without[1:]:
            yield Defect(
                "measures.csv",
                line,
                "region",
                quoted(region),
                Said(N_("a share of {importer} for all its parts but one"), importer=importer),
                Said(
                    N_("Add a row {region}-share-value with place {importer} to shares.csv, or correct the region."),
                    region=region.lower(),
                    importer=importer,
                ),
            )


def edit_numbers(book: Book) -> Iterator[Defect]:
    """The edits of a scenario are numbered 1, 2, 3 without a gap."""
    if not book.readable("scenario_edits"):
        return
    by_scenario: dict[str, list[Row]] = {}
    for row in book.sheets["scenario_edits"].rows:
        by_scenario.setdefault(row["scenario"], []).append(row)
    for scenario, rows in by_scenario.items():
        if not all(WHOLE.fullmatch(row["edit"]) for row in rows):
            continue
        rows.sort(key=lambda row: int(row["edit"]))
        given = {int(row["edit"]) for row in rows}
        for row in rows:
            if int(row["edit"]) > 1 and int(row["edit"]) - 1 not in given:
                yield Defect(
                    "scenario_edits.csv", row.line, "edit", quoted(row["edit"]),
                    Said(N_("number {edit} before it"), edit=int(row['edit']) - 1),
                    Said(N_("Number the edits of {scenario} 1, 2, 3 without a gap."), scenario=scenario),
                )


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (
    forms, costs, signs, distributions, numbers_needed, parts_of_importers, edit_numbers,
)
