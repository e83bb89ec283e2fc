"""What must hold among the flows of the baseline: one row for a route, one anchor a producer, totals that add up."""

from collections.abc import Callable, Iterator

from tariffs.errors import N_, Defect, Said
from tariffs.store.cells import quoted
from tariffs.store.reader import Book, Row

TOLERANCE = 0.5  # tonnes: what rounding may leave between rows and their total


def routes(book: Book) -> Iterator[Defect]:
    """A route has one row; goods sold under another label say what the label costs."""
    seen: dict[tuple[str, ...], int] = {}
    for row in book.rows("flows_baseline"):
        route = (row["producer"], row["label"], row["importer"])
        if route in seen:
            yield Defect(
                "flows_baseline.csv",
                row.line,
                "importer",
                quoted("/".join(route)),
                N_("each route once"),
                Said(
                    N_("Line {line} holds the same producer, label and importer: join the two rows."), line=seen[route]
                ),
            )
        seen.setdefault(route, row.line)
        if (row["label"] != row["producer"]) != bool(row["relabelling"]):
            expected = N_("a key of costs.csv, since the label is not the maker's") if not row[
                "relabelling"
            ] else N_("nothing, since the label is the maker's own")
            found = quoted(row["relabelling"]) if row["relabelling"] else N_("nothing")
            yield Defect(
                "flows_baseline.csv", row.line, "relabelling", found, expected,
                N_("Write relabelling for goods under another label, and leave it empty otherwise."),
            )


def anchors(book: Book) -> Iterator[Defect]:
    """Each producer's FOB is read from one row, its anchor, which has a price of its own."""
    if not book.readable("flows_baseline"):
        return
    rows = book.sheets["flows_baseline"].rows
    doubtful = {row["producer"] for row in rows if not row.sound}
    by_producer: dict[str, list[Row]] = {}
    for row in rows:
        by_producer.setdefault(row["producer"], []).append(row)
    for producer, own in by_producer.items():
        if producer in doubtful:
            continue
        marked = [row for row in own if row["anchor"] == "true"]
        if not marked:
            yield Defect(
                "flows_baseline.csv",
                own[0].line,
                "anchor",
                Said(N_("no anchor for {producer}"), producer=quoted(producer)),
                N_("exactly one anchor for each producer"),
                Said(N_("Write true in the row from which the FOB price of {producer} is read."), producer=producer),
            )
            for row in own:
                if row["price_rule"] == "anchor_plus_freight":
                    yield Defect(
                        "flows_baseline.csv",
                        row.line,
                        "price_rule",
                        Said(
                            N_("{rule} without an anchor of {producer}"),
                            rule=quoted("anchor_plus_freight"),
                            producer=producer,
                        ),
                        N_("a producer with an anchor"),
                        N_("Mark an anchor, or write own."),
                    )
        for row in marked[1:]:
            yield Defect(
                "flows_baseline.csv",
                row.line,
                "anchor",
                Said(N_("{mark}, as in line {line}"), mark=quoted("true"), line=marked[0].line),
                Said(N_("exactly one anchor for {producer}"), producer=producer),
                N_("Write false in all rows but one."),
            )
        for row in marked:
            if row["price_rule"] != "own":
                yield Defect(
                    "flows_baseline.csv", row.line, "price_rule", quoted(row["price_rule"]),
                    N_("own in the row of an anchor"), N_("Write own: others are built on this price."),
                )


def totals(book: Book) -> Iterator[Defect]:
    """Rows add up to the total they are said to make; what is left over has a place among them."""
    if not book.readable("flows_baseline", "flow_totals"):
        return
    flows = {row["key"]: row for row in book.sheets["flows_baseline"].rows}
    for row in book.rows("flow_totals"):
        keys = row["rows"].split(";")
        if row["residual"] and row["residual"] in flows and row["residual"] not in keys:
            yield Defect(
                "flow_totals.csv", row.line, "residual", quoted(row["residual"]), N_("one of the rows of the total"),
                N_("Add it to rows, or name one of them."),
            )
        parts = [flows.get(key) for key in keys]
        if not all(part and part.sound and part["tonnes_central"] for part in parts) or not row["tonnes_central"]:
            continue
        added = sum(float(part["tonnes_central"]) for part in parts if part)
        total = float(row["tonnes_central"])
        if abs(added - total) > TOLERANCE:
            yield Defect(
                "flow_totals.csv", row.line, "tonnes_central", quoted(row["tonnes_central"]),
                Said(N_("{added}, what its rows come to"), added=f"{added:.10g}"),
                Said(N_("Correct the total or a row; {added} t lie between them."), added=f"{abs(added - total):.10g}"),
            )


RULES: tuple[Callable[[Book], Iterator[Defect]], ...] = (routes, anchors, totals)
