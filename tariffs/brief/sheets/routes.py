"""The two numbers of every route as formulas: landed price = A · net-back + B.

Each ladder is climbed from a net-back of nothing and from one of 1,000 USD per tonne; between the two lies
the line that the model needs. Where a charge has a kink (a minimum value, a compound duty), the ladder stays
on the side on which the market settled, and the sheet of checks says when an edit would cross it.
"""

from dataclasses import dataclass, field

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, Ref
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.climb import Climb
from tariffs.brief.sheets.rungs import lines_of
from tariffs.brief.sheets.ways import SIDES, Way, gap_of
from tariffs.study import Study
from tariffs.words import N_, terms

FAR = 1_000.0  # USD/t; round, and far enough that the slope loses no digits
COLUMNS = {
    ("before", 0.0): (2, 3, 4),
    ("before", FAR): (5, 6, 7),
    ("after", 0.0): (8, 9, 10),
    ("after", FAR): (11, 12, 13),
}
LAST = 13
PRINTED = 5  # columns on paper


@dataclass(frozen=True, slots=True)
class Ends:
    """An amount per tonne at both ends of the line, as formulas and as values."""

    low: str
    high: str
    low_value: float
    high_value: float

    def __add__(self, other: "Ends") -> "Ends":
        return Ends(
            f"{self.low}+{other.low}",
            f"{self.high}+{other.high}",
            self.low_value + other.low_value,
            self.high_value + other.high_value,
        )

    def at(self, net_back: str) -> str:
        """The formula of the amount at a net-back."""
        if self.low == self.high:
            return f"({self.low})"
        return f"(({self.low})+(({self.high})-({self.low}))/{FAR:g}*{net_back})"

    def value_at(self, net_back: float) -> float:
        return self.low_value + (self.high_value - self.low_value) / FAR * net_back


@dataclass
class Straight:
    """Slope and constant of every open route by lane and side, and the parts of its price."""

    slope: dict[tuple[int, str], Ref] = field(default_factory=dict)
    const: dict[tuple[int, str], Ref] = field(default_factory=dict)
    # by lane, side and name: fob, cif, on_paper, duty, wedge, and every keeper
    parts: dict[tuple[int, str, str], Ends] = field(default_factory=dict)
    rates: dict[tuple[int, str], list[tuple[str, Ref]]] = field(default_factory=dict)  # burdens on FOB by name


def write(page: Page, study: Study, every: list[Way], inputs: Inputs) -> Straight:
    t, found = page.t, Straight()
    page.widths([46, *[9.5] * 12])
    page.put_text(1, 1, t(N_("Routes (live)")), "title")
    page.tall(1, 32)
    intro = t(
        N_(
            "Workings. Each ladder is climbed twice, from a net-back of 0 and of 1,000 USD/t. The landed price is a "
            "straight line between them, so two numbers say all that the model must know of a route: the slope A and "
            "the constant B."
        )
    )
    page.put_text(2, 1, intro, "small", across=PRINTED)
    row = top = 4
    row += len(every) + 3
    for way in every:
        row = _home(page, way, inputs, found, row) if way.home else _way(page, way, inputs, found, row)
    _together(page, every, found, top)
    page.sheet.freeze_panes = "B4"
    # The workings are for a screen; what they come to is for paper.
    print_setup.apply(page, study, last_column=PRINTED, last_row=top + 1 + len(every), one_page=True)
    return found


def _together(page: Page, every: list[Way], found: Straight, row: int) -> None:
    """Both numbers of every route beside each other, before and after."""
    t = page.t
    page.section(row, t(N_("Every route")), PRINTED)
    heads = (t(N_("A, before")), t(N_("A, after")), t(N_("B, before, USD/t")), t(N_("B, after, USD/t")))
    page.heads(row + 1, [t(N_("Route")), *heads], range(1, PRINTED))
    for place, way in enumerate(every):
        here = row + 2 + place
        page.put_text(here, 1, naming.way(way.producer, way.label, way.importer, t), "text")
        for number, (held, style) in enumerate(((found.slope, "0.0000"), (found.const, look.PRICE))):
            for side, when in enumerate(SIDES):
                column, ref = 2 + 2 * number + side, held.get((way.number, when))
                if ref is None:
                    page.put_text(here, column, t(N_("refused")), "quiet")
                else:
                    page.put_formula(here, column, f"={ref.here}", ref.value, f"number|{style}")


def _way(page: Page, way: Way, inputs: Inputs, found: Straight, row: int) -> int:
    t = page.t
    page.section(row, naming.way(way.producer, way.label, way.importer, t), LAST)
    for (when, start), columns in COLUMNS.items():
        title = N_("before, from {start} USD/t") if when == "before" else N_("after, from {start} USD/t")
        page.put_text(row + 1, columns[0], t(title, start=t.number(start)), "kicker", across=3)
    lines = lines_of(way)
    rows = {line.id: row + 2 + place for place, line in enumerate(lines)}
    for line in lines:
        region = f"{naming.region(line.region, t)}: " if line.region else ""
        page.put_text(rows[line.id], 1, region + (t(terms.RUNGS[line.name]) if line.name else ""), "text")
    row += 2 + len(lines)
    page.put_text(row, 1, t(N_("Slope A; constant B, USD/t")), "total")
    for when in SIDES:
        if way.stacks[when].prohibited:
            page.put_text(row, COLUMNS[when, 0.0][0], t(N_("refused")), "quiet")
            continue
        ends = []
        for start in (0.0, FAR):
            climb = Climb(page, way, when, inputs, rows, COLUMNS[when, start], (f"{start:g}", start), straight=True)
            climb.run()
            ends.append(climb)
        low, high = (climb.amounts["landed",] for climb in ends)
        first = COLUMNS[when, 0.0][0]
        slope = (high.value - low.value) / FAR
        found.slope[way.number, when] = page.put_formula(
            row, first, f"=({high.here}-{low.here})/{FAR:g}", slope, f"total_number|{look.EXACT}"
        )
        found.const[way.number, when] = page.put_formula(
            row, first + 1, f"={low.here}", low.value, f"total_number|{look.EXACT}"
        )
        _parts(way, when, ends, found)
    return row + 2


def _home(page: Page, way: Way, inputs: Inputs, found: Straight, row: int) -> int:
    """Goods sold at home pass no border: the net-back, and what the home price holds above it."""
    t = page.t
    page.section(row, naming.way(way.producer, way.label, way.importer, t), LAST)
    page.put_text(row + 1, 1, t(N_("Slope A; constant B, USD/t")), "total")
    for when in SIDES:
        gaps = [inputs.of(gap_of(way, rung), when) for rung in way.stacks[when].rungs]
        first, value = COLUMNS[when, 0.0][0], float(sum(gap.value for gap in gaps))
        formula = "=" + ("+".join(gap.name for gap in gaps) or "0")
        style = f"total_number|{look.EXACT}"
        found.slope[way.number, when] = page.put_formula(row + 1, first, "=1", 1.0, style)
        found.const[way.number, when] = page.put_formula(row + 1, first + 1, formula, value, style)
        for rung in way.stacks[when].rungs:
            found.parts[way.number, when, rung.keeper] = Ends(formula[1:], formula[1:], value, value)
    return row + 3


def _parts(way: Way, when: str, ends: list[Climb], found: Straight) -> None:
    """Prices on the way, duties, the wedge, and what each keeper takes of a tonne."""
    low, high = ends
    for name in ("fob", "cif", "on_paper"):
        found.parts[way.number, when, name] = _ends([low.amounts[name,]], [high.amounts[name,]])
    if low.taxed:
        sums = ["+".join(formula for formula, _ in climb.taxed) for climb in ends]
        values = [sum(value for _, value in climb.taxed) for climb in ends]
        found.parts[way.number, when, "duty"] = Ends(sums[0], sums[1], values[0], values[1])
    access = next((rung.keeper for rung in way.stacks[when].rungs if rung.stage == "access"), "")
    for keeper in dict.fromkeys(k for _, k in low.priced if k != "plant"):
        amounts = [[climb.amounts[line] for line, k in climb.priced if k == keeper] for climb in ends]
        taken = _ends(*amounts)
        if keeper == "access":
            found.parts[way.number, when, "wedge"] = taken
        key = way.number, when, access if keeper == "access" else keeper
        # The wedge of one keeper may join a price gap that nobody explains.
        found.parts[key] = found.parts[key] + taken if key in found.parts else taken
    found.rates[way.number, when] = [(line[2], ref) for line, ref in low.rates.items() if line[0] == "seller"]


def _ends(low: list[Ref], high: list[Ref]) -> Ends:
    sums = ["+".join(ref.seen_from("") for ref in refs) for refs in (low, high)]
    values = [float(sum(ref.value for ref in refs)) for refs in (low, high)]
    return Ends(sums[0], sums[1], values[0], values[1])
