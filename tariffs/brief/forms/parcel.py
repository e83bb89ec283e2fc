"""The brief as tables for machines: CSV and JSON of the same rows in one zip, with a README in the language."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from tariffs.brief import charts, estimates, how_far, prose, tables
from tariffs.brief.forms.blocks import bare
from tariffs.brief.order import chosen, shell
from tariffs.brief.seal import EARLIEST
from tariffs.brief.sheets.asked import Asked
from tariffs.study import Study
from tariffs.words import N_, Words

MEANS_MORE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet may read as a formula
MARK = "\ufeff"  # tells a spreadsheet that a CSV is UTF-8
Table = Callable[[Study], pd.DataFrame]


def _figures(study: Study) -> pd.DataFrame:
    frame = tables.figures(study)
    return frame[frame["place"].isin((study.exporter, *study.importers))]


def _routes(study: Study) -> pd.DataFrame:
    frame = tables.routes(study)
    return frame[frame["importer"].isin(study.importers)] if study.markets else frame


def _ladders(study: Study) -> pd.DataFrame:
    parts = []
    for importer in study.importers:
        label = charts.open_label(study, importer)
        for when, side in (("before", study.before), ("after", study.after)):
            if label is None or side.stacks[side.result.market.lane(study.exporter, label, importer)].prohibited:
                continue
            ladder = tables.ladder(side, study.exporter, label, importer)
            parts.append(ladder.assign(producer=study.exporter, label=label, importer=importer, when=when))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _edits(study: Study) -> pd.DataFrame:
    named = [{"row": e.name, "low": e.low, "central": e.central, "high": e.high, "text": e.text} for e in
             study.scenario.edits]  # fmt: skip
    own = [{"row": text.partition("=")[0], "text": text.partition("=")[2]} for text in study.question.sets]
    return pd.DataFrame([*named, *own], columns=["row", "low", "central", "high", "text"])


def _checks(study: Study) -> pd.DataFrame:
    residual = float(max(study.before.result.residual[0], study.after.result.residual[0]))
    row = {"residual": residual, "unbalanced": study.unbalanced, "share_closed": study.share_closed}
    return pd.DataFrame([row])


# The sections that a table belongs to, its name, and what it holds.
TABLES: tuple[tuple[tuple[str, ...], str, Table, str], ...] = (
    (
        ("summary", "seller", "scenarios", "results", "doubt"),
        "figures",
        _figures,
        N_("Every figure before, after and as a change, with its range, standing and sources."),
    ),
    (("results",), "routes", _routes, N_("Every route's net-back, landed price and tonnes, before and after.")),
    (("scenarios",), "edits", _edits, N_("Rows of the data that each proposal changes.")),
    (
        ("landed", "seller"),
        "ladders",
        _ladders,
        N_("From the plant's net-back to the buyer's price, charge by charge."),
    ),
    (
        ("evidence",),
        "estimates",
        estimates.frame,
        N_("The elasticities in use, and what others found beside them, with standard errors."),
    ),
    (
        ("evidence",),
        "own_estimates",
        estimates.own_frame,
        N_("Our own estimates as they must come out again, with the line that reruns them."),
    ),
    (("assumptions",), "assumptions", tables.assumptions, N_("Every figure that entered, with its range and source.")),
    (("sources",), "sources", tables.sources, N_("Who told us.")),
    (("sources",), "unknowns", tables.unknowns, N_("What nobody has told us yet, most important first.")),
    (("checks",), "checks", _checks, N_("What is left over of the equations and of the accounts, relative.")),
)
# The same of what is worked out for the first proposal alone, but for the swings, which every proposal has.
HOW_FAR: tuple[tuple[str, str, Callable[[Asked], pd.DataFrame], str], ...] = (
    ("limits", "break_evens", how_far.break_evens, N_("Each aim, and the duty at which it is just met.")),
    ("limits", "responses", how_far.responses, N_("How the market answers each duty.")),
    (
        "limits",
        "agreements",
        how_far.agreements,
        N_("What each side gains at every pair of duty and support."),
    ),
    ("limits", "points", how_far.points, N_("What every party gains at the Nash point and where both gain most.")),
    ("doubt", "swings", how_far.swings, N_("Each range alone at its ends, and what that does to the sales.")),
    ("doubt", "fans", how_far.fans, N_("How the sales spread over the draws at each duty.")),
)
SECTIONS = (
    *("summary", "landed", "seller", "scenarios", "results", "limits", "doubt"),
    *("evidence", "assumptions", "sources", "checks"),
)
OF_EACH = ("swings",)
ALIKE = ("estimates", "own_estimates", "assumptions", "sources", "unknowns")  # said once, for the first proposal


def to_bytes(studies: Sequence[Study], lang: str = "en", sections: Sequence[str] = ()) -> bytes:
    """The tables of the brief as the bytes of a zip file: README.txt, brief.json, and one CSV each.

    Raises
    ------
    BadQuestion
        When one of the sections is none of this form.
    """
    t, wanted = Words(lang), chosen(sections, SECTIONS)
    again = shell(studies, lang, sections, "brief.zip")
    held = {name: _of_all(name, table, studies) for of, name, table, _ in TABLES if set(of) & set(wanted)}
    asked = Asked(studies[0], t)
    held |= {name: _how_far(name, table, asked, studies) for of, name, table, _ in HOW_FAR if of in wanted}
    answers = [_answer(study, t) for study in studies]
    whole = {"language": lang, "shell": again, "answers": answers, "tables": held}
    files = {
        "README.txt": MARK + _readme(studies, t, again, tuple(held)),
        "brief.json": json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False),
        **{f"{name}.csv": as_csv(rows) for name, rows in held.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as parcel:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            parcel.writestr(entry, text.encode("utf-8", "ignore"))
    return out.getvalue()


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows under their heads: texts in quotes, numbers as they are, nothing that a spreadsheet would run."""
    if not rows:
        return MARK
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([_safe(value) for value in row.values()] for row in rows)
    return MARK + out.getvalue()


def _safe(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, int | float):
        return value
    text = bare(value)
    return f"'{text}" if text.startswith(MEANS_MORE) else text


def _of_all(name: str, table: Table, studies: Sequence[Study]) -> list[dict[str, Any]]:
    """A table's rows as plain values, each with the proposal that it is of."""
    found: list[dict[str, Any]] = []
    for study in studies[:1] if name in ALIKE else studies:
        found += _rows(study, table(study))
    return found


def _how_far(
    name: str, table: Callable[[Asked], pd.DataFrame], asked: Asked, studies: Sequence[Study]
) -> list[dict[str, Any]]:
    """Rows of the first proposal, and after them those of the others where they have their own."""
    found = _rows(studies[0], table(asked))
    for study in studies[1:] if name in OF_EACH else ():
        found += _rows(study, table(Asked(study, asked.t)))
    return found


def _rows(study: Study, frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{"scenario": study.question.scenario} | _plain(row.items()) for row in frame.to_dict("records")]


def _plain(row: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    return {str(key): _bare(value) for key, value in row}


def _bare(value: Any) -> Any:
    """A value without numpy's types; what is not a number, or not finite, is missing."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value + 0.0 if value - value == 0.0 else None
    if hasattr(value, "item"):
        return _bare(value.item())
    return bare(value)


def _answer(study: Study, t: Words) -> dict[str, Any]:
    return {
        "scenario": study.question.scenario,
        "title": bare(t(study.scenario.title)),
        "on": study.after.on.isoformat(),
        "compared_with": study.compared.name,
        "compared_on": study.before.on.isoformat(),
        "markets": list(study.importers),
        "answer": [{"text": bare(told.text), "status": told.status} for told in prose.headline(study, t)],
        "caveats": [bare(text) for text in prose.caveats(study, t)],
        "share_closed": study.share_closed,
        "stamp": study.stamp,
    }


def _readme(studies: Sequence[Study], t: Words, again: str, held: Sequence[str]) -> str:
    """What is in the parcel, in words."""
    study, stamp = studies[0], studies[0].stamp
    lines = [t(N_("Iranian bitumen (HS 2713.20): what a change in tariffs and rules would do")), ""]
    for one in studies:
        lines += [f"{t(one.scenario.title)}, {t.day(one.after.on)}", prose.answer(one, t), ""]
    lines += [t(N_("What to keep in mind")), *(f"- {text}" for text in prose.caveats(study, t)), ""]
    lines += [t(N_("In this parcel")), "brief.json", f"  {t(N_('All of it in one file.'))}"]
    for _, name, _, what in (*TABLES, *HOW_FAR):
        lines += [f"{name}.csv", f"  {t(what)}"] if name in held else []
    lines += [
        "",
        t(N_("A column's name carries its unit: usd_per_t is USD per tonne, fraction is 0.05 for 5%, usd is a year.")),
        t(N_("An empty cell is a figure that is not known, never zero.")),
        t(N_("A text that a spreadsheet could take for a formula has an apostrophe before it.")),
        "",
        t(N_("To get the same numbers again")),
        again,
        t(
            N_("data {data}, version {version}, model {model}, {draws} draws, seed {seed}"),
            **{**stamp, "draws": t.number(float(stamp["draws"]))},
        ),
    ]
    return "\r\n".join(bare(line) for line in lines) + "\r\n"
