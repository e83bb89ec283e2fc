"""Two hundred figures of the answer, kept to be met again on any machine.

``python -m tests.golden`` writes ``figures.json`` anew. Do so only when a number was meant to move, and say in
CHANGELOG.md which and why.
"""

import json
from pathlib import Path
from typing import Any

from tariffs import Library, Question, run
from tariffs.intake import Upload, load
from tariffs.store import Library as Held

FILE = Path(__file__).parent / "figures.json"
DRAWS = 64
TRADE = (
    b"year,month,reporter,exporter,importer,product,hs_revision,flow,basis,value_usd,quantity_t\n"
    b"2025,,TUR,IRN,TUR,271320,HS22,import,cif,8000000,25000\n"
    b"2025,,TUR,IRQ,TUR,271320,HS22,import,cif,51000000,170000\n"
    b"2025,,TUR,WLD,TUR,271320,HS22,import,cif,70000000,215000\n"
)
WANTED = (
    ("landed_usd_per_t", "TUR", "after"), ("landed_usd_per_t", "IRQ", "after"), ("tonnes", "TUR", "change"),
    ("tonnes", "IRQ", "change"), ("net_back_usd_per_t", "IRN", "after"), ("exports_tonnes", "IRN", "after"),
    ("seller_treasury_usd", "IRN", "change"),
)  # fmt: skip
ASKED = (
    "scenario=status_quo", "scenario=province_proposal", "scenario=card_proposal", "scenario=access_opened",
    "scenario=nonwto_levy_50", "scenario=iraq_moderate_tariff", "scenario=statutory_ceiling",
    "scenario=province_proposal&model=gsim",
    "scenario=province_proposal&model=smart&draws=0", "scenario=province_proposal&set=tur.duty=0.025",
)  # fmt: skip


def figures() -> dict[str, Any]:
    """What is kept: the digest of the data, and every figure under its question, name, place, moment and end."""
    from tariffs.study import from_query

    library = Library.open()
    kept: dict[str, float | None] = {}
    for query in ASKED:
        _add(kept, query, from_query(f"draws={DRAWS}&{query}", lambda question: question).question, library)
    with_files = library.with_flows(load([Upload("trade.csv", TRADE)]))
    _add(kept, "files", Question(draws=DRAWS), with_files)
    return {"data": library.digest, "with_files": with_files.digest, "figures": kept}


def _add(kept: dict[str, float | None], name: str, question: Question, library: Held) -> None:
    study = run(question, library)
    for key in WANTED:
        figure = study.figure(*key)
        for end in ("low", "central", "high") if question.draws else ("central",):
            kept[" ".join((name, *key, end))] = getattr(figure, end)


def write() -> None:
    """Write the file anew."""
    FILE.write_text(json.dumps(figures(), indent=1) + "\n", encoding="utf-8")
