"""How the market answers a duty where cells cannot follow it: why, and the analyzer's own curve, as asked."""

import numpy as np

from tariffs.brief.cells import Page
from tariffs.brief.sheets import pictures, stale
from tariffs.brief.sheets.asked import Market
from tariffs.brief.sheets.newton import Column
from tariffs.brief.sheets.response import COLUMNS
from tariffs.study import Study
from tariffs.study.figures import Key
from tariffs.words import N_, terms

LAST = 11
REFUSED = N_("The Iranian label may not enter {importer}, so no duty on it moves anything: there is no curve.")
BENT = N_(
    "A charge on the way to {importer} bends with the price: a lowest customs value, or the higher or lower of two "
    "duties. The cells of this workbook follow straight lines alone, so this curve is the analyzer's, for the inputs "
    "as asked."
)
# Figures of the analyzer's own, told as those of a point in cells are.
SHOWN = tuple(
    (figure, *COLUMNS[name][1:])
    for figure, name in (
        ("landed_usd_per_t", "landed"),
        ("rival_gap_usd_per_t", "gap"),
        ("tonnes", "tonnes"),
        ("exports_to_buyers_tonnes", "exports"),
        ("net_back_usd_per_t", "net_back"),
    )
)


def draw(page: Page, study: Study, one: Market, bent: bool, edited: str, row: int) -> int:
    """The explanation, and the curve where the label may enter; returns the row after it."""
    t, gaps = page.t, {"importer": page.t.place(one.importer)}
    title = t(N_("How the market answers the duty: {lever} (as asked)"), lever=t(terms.LEVERS[one.lever]))
    page.section(row, title, LAST)
    page.put_text(row + 1, 1, t(BENT if bent else REFUSED, **gaps), "body", across=LAST)
    if not bent:
        return row + 2
    row += 2
    page.heads(row, [t(N_("Duty")), *(t(name) for _, name, _ in SHOWN)], range(1, len(SHOWN) + 1))
    top, columns = row + 1, [one.duties]
    for name, _, _ in SHOWN:
        of = study.exporter if name in ("exports_to_buyers_tonnes", "net_back_usd_per_t") else one.importer
        columns.append(np.asarray(one.cells.number(Key(name, of, "after"))))
    for number, duty in enumerate(one.duties.tolist()):
        page.put_number(top + number, 1, duty, "left|0.0%")
        for place, (_, _, style) in enumerate(SHOWN):
            page.put_number(top + number, 2 + place, float(columns[1 + place][number]), f"memo|{style}")
    last = top + len(one.duties) - 1
    stale.fade(page, f"B{top}:F{last}", edited)
    held = [Column(top, 1 + place, values) for place, values in enumerate(columns)]
    pictures.curve(page, t(N_("Landed prices in {importer} by the duty, USD per tonne"), **gaps), held[0],
                   [(held[1], t(N_("Landed price, Iranian label")))], t(N_("Duty")), t(N_("USD per tonne")), last + 2,
                   (0, 5))  # fmt: skip
    pictures.curve(page, t(N_("Iran's sales by the duty of {importer}, tonnes a year"), **gaps), held[0],
                   [(held[3], t(N_("sold there"))), (held[4], t(N_("sold to Türkiye and Iraq")))], t(N_("Duty")),
                   t(N_("tonnes a year")), last + 2, (5, LAST))  # fmt: skip
    return last + 2 + pictures.HEIGHT
