"""How to get the same numbers again, what the colours mean, and where the model stops being good."""

from tariffs.brief import print_setup
from tariffs.brief.cells import Page
from tariffs.study import Study
from tariffs.words import N_, terms

LIMITS = (
    N_(
        "The market is an equilibrium of constant elasticities around one baseline year: it says where prices and "
        "trade would settle, not how long that takes, and it is firmest for changes that are not large."
    ),
    N_(
        "No bilateral tonnage of 2713.20 is published, so the trade it starts from is partly assumed, with ranges that "
        "the answer carries."
    ),
    N_(
        "The access wedge is what observed prices leave open after law and freight; nobody has measured what it is "
        "made of, and no duty moves it."
    ),
    N_(
        "Ranges, and what is marked “as asked”, do not follow an edit: the analyzer worked them out for the inputs as "
        "solved. Everything else does, the market's own answer included."
    ),
)
COLOURS = (
    ("input_sample", N_("123.4"), N_("An input: change it and prices, trade, gains and sentences follow.")),
    ("linked_sample", N_("123.4"), N_("An input that takes what “Before” says until you type over it.")),
    ("number", N_("123.4"), N_("A figure or a formula; locked.")),
    ("quiet", N_("123.4"), N_("A rate, a base or an end of a range; locked.")),
    ("memo", N_("(123.4)"), N_("Shown, but no part of the price by itself.")),
    ("total_number", N_("123.4"), N_("A total or a price reached on the way.")),
)
LAST = 2


def write(page: Page, study: Study, again: str) -> None:
    """``again`` is the shell line that writes the same workbook."""
    t, stamp = page.t, study.stamp
    page.widths([32, 118])
    page.put_text(1, 1, t(N_("About this brief")), "title", across=LAST)
    page.tall(1, 32)
    row = 3
    page.section(row, t(N_("To get the same numbers again")), LAST)
    said = [
        (t(N_("In a shell")), str(stamp["shell"]), "code"),
        (t(N_("This workbook")), again, "code"),
        (t(N_("As a link's query")), f"?{stamp['question']}", "code"),
        (t(N_("Version")), str(stamp["version"]), "next"),
        (t(N_("Data")), t(N_("{digest}: the first letters of the SHA-256 of data/"), digest=stamp["data"]), "next"),
        (t(N_("Model")), str(stamp["model"]), "next"),
        (
            t(N_("Draws")),
            t(
                N_("{draws} over all ranges at once, seed {seed}"),
                draws=t.number(float(stamp["draws"])),
                seed=stamp["seed"],
            ),
            "next",
        ),
    ]
    for name, text, style in said:
        row += 1
        page.put_text(row, 1, name, "label")
        page.put_text(row, 2, text, style)
    row += 2
    page.section(row, t(N_("Where the model stops being good")), LAST)
    for number, limit in enumerate(LIMITS, start=1):
        row += 1
        page.put_text(row, 1, f"{number}", "label")
        page.put_text(row, 2, t(limit), "next")
    row += 2
    page.section(row, t(N_("What the colours mean")), LAST)
    for style, sample, meaning in COLOURS:
        row += 1
        page.put_text(row, 1, t(sample), style)
        page.put_text(row, 2, t(meaning), "next")
    row += 1
    page.put_text(row, 1, t(N_("Locked cells")), "label")
    page.put_text(row, 2, t(N_("The lock has no password: it prevents slips and is no security measure.")), "next")
    row += 2
    page.section(row, t(N_("How firmly a figure stands")), LAST)
    for status, name in terms.STATUSES.items():
        row += 1
        page.put_text(row, 1, t(name), "label")
        page.put_text(row, 2, t(terms.STATUS_MEANINGS[status]), "next")
    print_setup.apply(page, study, last_column=LAST, last_row=row, one_page=True)
