"""The seller's side: what the exporter's own rules take and give back between the plant and FOB, live."""

from tariffs.brief import look, print_setup
from tariffs.brief.cells import Page, Ref, absolute
from tariffs.brief.sheets import naming
from tariffs.brief.sheets.accounts import Accounts
from tariffs.brief.sheets.model import Model
from tariffs.brief.sheets.routes import Straight
from tariffs.brief.sheets.ways import SIDES, Way
from tariffs.study import Study
from tariffs.words import N_, terms

LAST = 8


def write(page: Page, study: Study, every: list[Way], lines: Straight, solved: Model, books: Accounts) -> None:
    t = page.t
    page.widths([46, 13, 13, 13, 13, 13, 13, 13])
    page.put_text(1, 1, t(N_("Seller's side")), "title")
    page.tall(1, 32)
    note = t(
        N_(
            "What the exporter's own rules take of a tonne, as a share of FOB and in USD, and what is left to the "
            "plant. The same burdens fall on every destination."
        )
    )
    page.put_text(2, 1, note, "small", across=LAST)
    way = next(way for way in every if way.in_focus and way.producer == way.label)
    row = _stack(page, way, lines, solved, books, 4)
    row = _destinations(page, study, every, books, row + 1)
    page.sheet.freeze_panes = "B4"
    print_setup.apply(page, study, last_column=LAST, last_row=row, one_page=True)


def _stack(page: Page, way: Way, lines: Straight, solved: Model, books: Accounts, row: int) -> int:
    """From FOB down to the net-back: each burden's share of FOB and its money."""
    t = page.t
    page.section(row, naming.way(way.producer, way.label, way.importer, t), LAST)
    heads = [
        t(N_("Step")),
        *(t(N_("Share of FOB before")), t(N_("USD/t before")), t(N_("Share of FOB after")), t(N_("USD/t after"))),
        t(N_("Change, USD/t")),
    ]
    page.heads(row + 1, heads, range(1, 6))
    names = dict.fromkeys(
        name
        for when in SIDES
        for name, _ in lines.rates.get((way.number, when), ())
        if name not in ("inland", "packing")
    )
    row += 2
    tops: dict[str, Ref] = {}
    page.put_text(row, 1, t(terms.RUNGS["fob"]), "total")
    page.paint(row, 2, 6, "total_number")
    for place, when in enumerate(SIDES):
        fob = books.column("fob", when)
        formula = f"={books.range('fob', when, page).partition('!')[0]}!{fob.cell(way.number)}"
        tops[when] = page.put_formula(
            row, 3 + 2 * place, formula, float(fob.values[way.number]), f"total_number|{look.PRICE}"
        )
    _difference(page, row, tops, "total_number")
    lost = dict.fromkeys(SIDES, 0.0)
    for name in names:
        row += 1
        page.put_text(row, 1, t(terms.RUNGS[name]), "indented")
        page.paint(row, 2, 6, "number")
        money: dict[str, Ref] = {}
        for place, when in enumerate(SIDES):
            refs = [ref for kind, ref in lines.rates.get((way.number, when), ()) if kind == name]
            value = float(sum(ref.value for ref in refs))
            formula = "=" + ("+".join(ref.seen_from(page.name) for ref in refs) or "0")
            share = page.put_formula(row, 2 + 2 * place, formula, value, f"quiet|{look.PERCENT_FINE}")
            taken = f"=-{share.here}*{tops[when].here}"
            money[when] = page.put_formula(
                row, 3 + 2 * place, taken, -value * tops[when].value, f"number|{look.PRICE_CHANGE}"
            )
            lost[when] += money[when].value
        _difference(page, row, money, "number")
    row += 1
    page.put_text(row, 1, t(N_("Paid before loading")), "indented")
    page.paint(row, 2, 6, "number")
    paid: dict[str, Ref] = {}
    backs: dict[str, Ref] = {}
    for place, when in enumerate(SIDES):
        first, last = tops[when].here, absolute(row - 1, 3 + 2 * place)
        net = solved.sides[when].net_back[way.producer]
        back = page.put_formula(
            row + 1, 3 + 2 * place, f"={net.seen_from(page.name)}", net.value, f"total_number|{look.PRICE}"
        )
        backs[when] = back
        formula = f"={back.here}-SUM({first}:{last})"
        paid[when] = page.put_formula(
            row, 3 + 2 * place, formula, net.value - lost[when] - tops[when].value, f"number|{look.PRICE_CHANGE}"
        )
    _difference(page, row, paid, "number")
    row += 1
    page.put_text(row, 1, t(terms.RUNGS["net_back"]), "total")
    for column in (2, 4):
        page.paint(row, column, column, "total_number")
    _difference(page, row, backs, "total_number")
    return row + 1


def _difference(page: Page, row: int, cells: dict[str, Ref], style: str) -> None:
    before, after = cells["before"], cells["after"]
    page.put_formula(row, 6, f"={after.here}-{before.here}", after.value - before.value, f"{style}|{look.PRICE_CHANGE}")


def _destinations(page: Page, study: Study, every: list[Way], books: Accounts, row: int) -> int:
    """FOB, landed price and tonnes of every destination: where the same net-back leads."""
    t = page.t
    page.section(row, t(N_("Every destination")), LAST)
    heads = [
        t(N_("Route")),
        *(
            t(N_("FOB before, USD/t")),
            t(N_("FOB after, USD/t")),
            t(N_("Landed before, USD/t")),
            t(N_("Landed after, USD/t")),
        ),
        *(t(N_("Tonnes before")), t(N_("Tonnes after")), t(N_("Change"))),
    ]
    page.heads(row + 1, heads, range(1, LAST))
    row += 2
    for way in (way for way in every if way.producer == study.exporter and not way.home):
        page.put_text(row, 1, naming.way(way.producer, way.label, way.importer, t), "text")
        sold: dict[str, Ref] = {}
        for place, when in enumerate(SIDES):
            for column, name, style in ((2, "fob", look.PRICE), (4, "landed", look.PRICE), (6, "tonnes", look.TONNES)):
                if way.stacks[when].prohibited and name != "tonnes":
                    page.put_text(row, column + place, t(N_("refused")), "quiet")
                    continue
                held = books.column(name, when)
                sheet = books.range(name, when, page).partition("!")[0]
                cell = page.put_formula(
                    row,
                    column + place,
                    f"={sheet}!{held.cell(way.number)}",
                    float(held.values[way.number]),
                    f"number|{style}",
                )
                if name == "tonnes":
                    sold[when] = cell
        change = sold["after"].value - sold["before"].value
        page.put_formula(row, 8, f"={sold['after'].here}-{sold['before'].here}", change, f"number|{look.TONNES_CHANGE}")
        row += 1
    return row
