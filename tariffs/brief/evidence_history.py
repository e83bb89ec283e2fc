"""What past events say of the analyzer, in words and as a table: predicted, on record, and how they agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tariffs.evidence.history import Case, Outcome
from tariffs.words import N_, Words

VERDICTS: Mapping[str, str] = {
    "hit": N_("hit"),
    "miss": N_("miss"),
    "right direction": N_("right direction"),
    "wrong direction": N_("wrong direction"),
    "no clear direction": N_("no clear direction"),
    "by construction": N_("agrees by construction: no test"),
    "nothing on record": N_("nothing on record"),
    "not run": N_("not run"),
}
FIGURES: Mapping[str, str] = {
    "label_tonnes": N_("sales in {importer} under the label of {label}, relative change"),
    "label_share": N_("share of the label of {label} in the imports of {importer}, change in points"),
    "landed_usd_per_t": N_("landed price of the Iranian label in {importer}, change"),
    "net_back_usd_per_t": N_("net-back of the Iranian plant, change"),
}


def headline(found: Sequence[Outcome], t: Words) -> str:
    """How many events could be tested, and how they came out, in one sentence."""
    count = Counter(o.verdict for o in found)
    tested = [o for o in found if o.verdict not in ("not run", "by construction", "nothing on record")]
    figured = count["hit"] + count["miss"]
    return t(
        N_(
            "Of {all} comparisons with past events {tested} can be tested: {figured} against a figure, {hit} of them "
            "inside its range and {miss} outside; {signed} against a direction only, {right} right, {wrong} wrong and "
            "{unclear} unclear. {construction} agree because our rows were made from the same record, and {none} "
            "could not be run."
        ),
        all=t.number(len(found)),
        tested=t.number(len(tested)),
        figured=t.number(figured),
        hit=t.number(count["hit"]),
        miss=t.number(count["miss"]),
        signed=t.number(len(tested) - figured),
        right=t.number(count["right direction"]),
        wrong=t.number(count["wrong direction"]),
        unclear=t.number(count["no clear direction"]),
        construction=t.number(count["by construction"]),
        none=t.number(count["not run"]),
    )


def table(found: Sequence[Outcome], t: Words) -> pd.DataFrame:
    """One row per comparison, in the words of the reader."""
    rows = [
        [
            t.day(o.on),
            t(o.title),
            figure(o.case, t),
            _range(o, t),
            _record(o.case, t),
            t(VERDICTS[o.verdict]),
            t(o.case.why or o.case.compared),
        ]
        for o in found
    ]
    shown = pd.DataFrame(rows, columns=range(7))
    heads = (
        N_("Day"),
        N_("What happened"),
        N_("Figure"),
        N_("Predicted, 5–95 %"),
        N_("On record"),
        N_("How they agree"),
        N_("How it is compared"),
    )
    shown.columns = pd.Index([t(head) for head in heads])
    return shown


def figure(case: Case, t: Words) -> str:
    """What is predicted, in words."""
    if not case.figure:
        return ""
    text = FIGURES[case.figure]
    return t(text, importer=t.place(case.importer), label=t.place(case.label)) if "{" in text else t(text)


def _range(o: Outcome, t: Words) -> str:
    p = o.predicted
    if p is None or p.central is None:
        return ""
    middle = _change(o.case, p.central, t)
    if p.low is None or p.high is None:
        return middle
    ends = {"low": _change(o.case, p.low, t), "high": _change(o.case, p.high, t)}
    return t(N_("{central} ({low} to {high})"), central=middle, **ends)


def _change(case: Case, value: float, t: Words) -> str:
    """Per cent for a relative change, points for a share, USD/t for a price."""
    if case.figure == "label_tonnes":
        return t.percent(value, 0, signed=True)
    return t.difference(value, "fraction" if case.figure == "label_share" else "USD/t")


def _record(case: Case, t: Words) -> str:
    if case.low is not None and case.high is not None:
        ends = t(N_("{low} to {high}"), low=_change(case, case.low, t), high=_change(case, case.high, t))
        return f"{ends}. {t(case.record)}"
    return t(case.record)


def plain(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Plain values for JSON."""
    return [
        {
            "event": o.case.event,
            "on": o.on.isoformat(),
            "title": o.title,
            "figure": o.case.figure,
            "importer": o.case.importer,
            "label": o.case.label,
            "predicted": None
            if o.predicted is None
            else {
                "central": o.predicted.central,
                "low": o.predicted.low,
                "high": o.predicted.high,
                "positive": o.predicted.positive,
                "unit": o.predicted.unit,
                "status": str(o.predicted.status),
                "sources": list(o.predicted.sources),
            },
            "record": {"low": o.case.low, "high": o.case.high, "sign": o.case.sign, "text": o.case.record},
            "source": o.case.source,
            "compared": o.case.compared,
            "verdict": o.verdict,
            "why_not": o.case.why,
        }
        for o in found
    ]
