"""The headline as formulas: once a reader edits an input, the cells tell it again from their own figures.

Until then the analyzer's own sentence stands, with its range; a range belongs to the inputs it was drawn for.
Figures are put into words without TEXT, whose codes mean other things in other languages of the program.
"""

import re
from collections.abc import Mapping

from babel.numbers import get_decimal_symbol

from tariffs.brief import prose
from tariffs.brief.cells import Page, in_formula, in_pieces
from tariffs.brief.saying import FEW, FEW_IN, SMALL
from tariffs.brief.sheets.assumptions import Inputs
from tariffs.brief.sheets.results import Told
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, Words

GAP = re.compile(r"\{(\w+)\}")


def live(page: Page, study: Study, inputs: Inputs, told: Told) -> list[str]:
    """Formulas of the sentences that cells can follow, in the order of the headline; empty where none can."""
    t, importer = page.t, prose.where_prices_move(study)
    landed = _cells(page, told, "landed_usd_per_t", importer)
    sold = [(flow, _cells(page, told, *flow)) for flow in prose.flows(study)]
    kept = _cells(page, told, "net_back_usd_per_t", study.exporter)
    if prose.unchanged(study) or not landed or not kept or not all(cells for _, cells in sold):
        return []
    trade = [_trade(t, prose.buyers(study, t, flow), cells, kept) for flow, cells in sold]
    return [_landed(t, importer, landed), *trade, *_beyond(study, t, importer, page, told)]


def edited(page: Page, inputs: Inputs, as_solved: str, formula: str) -> str:
    """The analyzer's sentence until an input is edited, then the cells' own."""
    return f"=IF({inputs.edited.seen_from(page.name)}=0,{in_pieces(as_solved)},{formula})"


def note(page: Page, inputs: Inputs) -> tuple[str, str]:
    """What a reader must know of the sentences above: the formula, and what it says as long as nothing is edited."""
    solved = page.t(N_("The sentences above are the analyzer's own, for the inputs as solved."))
    changed = page.t(
        N_(
            "Inputs were edited: the sentences above are told by this workbook's own cells, without a range. Ask the "
            "analyzer again for the range."
        )
    )
    return f"=IF({inputs.edited.seen_from(page.name)}=0,{in_pieces(solved)},{in_pieces(changed)})", solved


def _cells(page: Page, told: Told, name: str, place: str) -> dict[str, str]:
    keys = {when: Key(name, place, when) for when in ("before", "after", "change")}
    if not all(key in told.figures for key in keys.values()):
        return {}
    return {when: told.figures[key].seen_from(page.name) for when, key in keys.items()}


def _landed(t: Words, importer: str, cell: Mapping[str, str]) -> str:
    def price(formula: str) -> str:
        near, far = number(t, formula, 1), number(t, formula, 0)
        return filled(t, "USD {number}/t", {"number": f"IF(ABS({cell['change']})<10,{near},{far})"})

    gaps = {
        "importer": in_pieces(t.place(importer)),
        "before": price(cell["before"]),
        "after": price(cell["after"]),
        "change": price(f"ABS({cell['change']})"),
    }
    said = {m: filled(t, m, gaps) for m in (prose.LANDS_AS_BEFORE, prose.LANDS_LESS, prose.LANDS_MORE)}
    return _choose(cell["change"], f"{SMALL:g}", said, prose.LANDS_AS_BEFORE, prose.LANDS_MORE, prose.LANDS_LESS)


def _beyond(study: Study, t: Words, importer: str, page: Page, told: Told) -> list[str]:
    """What stands above the cost on paper, as long as it is more than the duty was."""
    keys = Key("wedge_usd_per_t", importer, "after"), Key("duty_usd_per_t", importer, "before")
    if prose.access(study, t, importer) is None or not all(key in told.figures for key in keys):
        return []
    wedge, duty = (told.figures[key].seen_from(page.name) for key in keys)
    price = filled(t, "USD {number}/t", {"number": number(t, wedge, 0)})
    said = filled(t, prose.BEYOND_DUTY, {"importer": in_pieces(t.place(importer)), "wedge": price})
    return [f"IF({wedge}>{duty},{said},{in_formula('')})"]


def _trade(t: Words, places: str, sold: Mapping[str, str], kept: Mapping[str, str]) -> str:
    def tonnes(formula: str) -> str:
        thousand = filled(t, "{number} kt", {"number": number(t, f"{formula}/1000", 1)})
        return f"IF(ABS({formula})<1000,{filled(t, '{number} t', {'number': number(t, formula, 0)})},{thousand})"

    change = filled(t, "USD {number}/t", {"number": number(t, f"ABS({kept['change']})", 1)})
    plant = {m: filled(t, m, {"change": change}) for m in (prose.KEEPS_AS_BEFORE, prose.KEEPS_LESS, prose.KEEPS_MORE)}
    gaps = {
        "places": in_pieces(places),
        "before": tonnes(sold["before"]),
        "after": tonnes(sold["after"]),
        "change": tonnes(f"ABS({sold['change']})"),
        "plant": _choose(
            kept["change"], f"{SMALL:g}", plant, prose.KEEPS_AS_BEFORE, prose.KEEPS_MORE, prose.KEEPS_LESS
        ),
    }
    said = {m: filled(t, m, gaps) for m in (prose.BUY_AS_BEFORE, prose.BUY_LESS, prose.BUY_MORE)}
    least = f"MAX({FEW:g},{FEW_IN:g}*{sold['before']})"
    return _choose(sold["change"], least, said, prose.BUY_AS_BEFORE, prose.BUY_MORE, prose.BUY_LESS)


def _choose(change: str, least: str, said: Mapping[str, str], same: str, more: str, less: str) -> str:
    return f"IF(ABS({change})<{least},{said[same]},IF({change}>0,{said[more]},{said[less]}))"


def filled(t: Words, message: str, gaps: Mapping[str, str]) -> str:
    """A translated message as a formula that joins its words with formulas in its gaps; a gap not given is empty."""
    parts = GAP.split(t(message))
    empty = in_formula("")
    return "&".join(gaps.get(part, empty) if at % 2 else in_pieces(part) for at, part in enumerate(parts) if part)


def percent(t: Words, cell: str, digits: int = 0) -> str:
    """A share in per cent, as the language writes it."""
    before, _, after = t.percent(0.11, 0).partition("11")
    return f"{in_formula(before)}&{number(t, f'{cell}*100', digits)}&{in_formula(after)}"


def number(t: Words, formula: str, digits: int) -> str:
    """A number in words, rounded, with the language's decimal mark and a true minus sign."""
    whole = f"INT(ROUND(ABS({formula})*{10**digits},0)/{10**digits})"
    sign = f"IF(ROUND({formula}*{10**digits},0)<0,{in_formula('−')},{in_formula('')})"
    if not digits:
        return f"{sign}&{whole}"
    mark = in_formula(get_decimal_symbol(t.locale))
    rest = f"(ROUND(ABS({formula})*{10**digits},0)-{10**digits}*{whole})"
    return f"{sign}&{whole}&{mark}&{rest}"
