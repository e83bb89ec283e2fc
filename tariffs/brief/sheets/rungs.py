"""The rows of a ladder, on whichever side they stand: what each is, what it is charged on, and their order."""

from dataclasses import dataclass

from tariffs.brief.sheets.ways import Way, parts, several
from tariffs.law.stack import Rung
from tariffs.words import N_, terms

Id = tuple[str, ...]
ORDER = {name: number for number, name in enumerate(terms.RUNGS)}
STAGE = {
    name: number for number, name in enumerate(("start", "seller", "fob", "road", "cif", "border", "gap", "on_paper"))
}
VALUED = N_("customs value, adjusted")
SHARED = N_("charges of the part")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a ladder, on whichever side it stands."""

    id: Id
    kind: str  # start, charge, detail (of a part), memo, part, weighed, total
    name: str
    region: str = ""
    charged_on: str = ""
    status: str = ""
    sources: str = ""

    @property
    def order(self) -> tuple[int, str, int, int, str]:
        within = {"part": 0, "weighed": 2}.get(self.kind, 1)
        stage = STAGE.get(self.id[0], len(STAGE) + int(self.id[0] == "landed"))
        return stage, self.region, within, ORDER.get(self.name, 0), self.id[-1]


def lines_of(way: Way) -> list[Line]:
    """The rows of a way's ladder: every rung of either side, totals in their places."""
    found: dict[Id, Line] = {}
    for when in ("before", "after"):
        if not way.stacks[when].prohibited:
            found |= {line.id: line for line in _lines(way, when)}
    return sorted(found.values(), key=lambda line: line.order)


def _lines(way: Way, when: str) -> list[Line]:
    stack, named = way.stacks[when], numbered(way, when)
    lines = [Line(("start",), "start", "net_back")]
    lines += [Line((total,), "total", total) for total in ("fob", "cif", "on_paper", "landed")]
    adjusted = {
        rules.asked.region
        for rules in stack.treatments
        if any(a.measure.kind == "valuation_adjustment" for a in rules.charges)
    }
    many = several(way, when)
    for line_id, rung in named:
        on = terms.BASES[rung.base_name]
        if rung.base_name == "customs_value" and rung.region in adjusted:
            on = VALUED
        kind = "memo" if rung.memo else "detail" if many and line_id[0] == "border" else "charge"
        sources = "; ".join(dict.fromkeys(f.source for f in rung.figures))
        lines.append(Line(line_id, kind, rung.name, rung.region, on, str(rung.status), sources))
    if many:
        for part in parts(way, when):
            status = str(part.share.status) if part.share else ""
            source = part.share.source if part.share else ""
            lines.append(Line(("border", part.region, "part"), "part", "", part.region))
            lines.append(Line(("border", part.region, "weighed"), "weighed", "", part.region, SHARED, status, source))
    return lines


def numbered(way: Way, when: str) -> list[tuple[Id, Rung]]:
    """Rungs with the id of their row; two of one kind in one place are told apart by a number."""
    seen: dict[Id, int] = {}
    named: list[tuple[Id, Rung]] = []
    for rung in way.stacks[when].rungs:
        stage = "gap" if rung.stage == "border" and rung.match is None else rung.stage
        start = (stage, rung.region, rung.name)
        seen[start] = seen.get(start, 0) + 1
        named.append(((*start, f"{seen[start]}"), rung))
    return named
