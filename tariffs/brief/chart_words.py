"""What a finished chart needs to be read in a language: lines that run its way, and its own decimal marks.

A chart is drawn left to right in every language, so its texts must say themselves which way they run.
"""

import re
from typing import Any

from tariffs.words import MINUS, PERSIAN_DIGITS, Words

RIGHT_TO_LEFT, END = "\u2067", "\u2069"  # Unicode's isolate for text that runs right to left
_ARABIC = re.compile("[\u0590-\u08ff\ufb50-\ufefc]")


def spoken(spec: Any, t: Words) -> Any:
    """The same Vega-Lite specification with every text in the language's direction and every tick in its figures."""
    said = _turned(spec) if t.rtl else spec
    held = said.get("config", {})
    legend = {**held.get("legend", {}), "layout": {"bottom": {"anchor": _end(t), "bounds": "full"}}}
    return {**said, "config": {**held, "legend": legend, "locale": {"number": figures(t)}}}


def _end(t: Words) -> Any:
    """Where a legend under a chart is held: by its right end where one reads from there, and wherever the plot is so
    narrow that words of more than its width would be cut off on that side.
    """
    return "end" if t.rtl else {"signal": "width < 260 ? 'end' : 'start'"}


def figures(t: Words) -> dict[str, Any]:
    """How Vega writes numbers: decimal mark, thousands, minus and digits."""
    system = "arabext" if t.digits else "latn"
    symbols = t.locale.number_symbols[system]
    known: dict[str, Any] = {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
        "minus": MINUS,
    }
    return known | ({"numerals": [str(n).translate(PERSIAN_DIGITS) for n in range(10)]} if t.digits else {})


def _turned(part: Any) -> Any:
    """Every text with Arabic letters between isolates, line by line; keys and codes stay as they are."""
    if isinstance(part, dict):
        return {key: _turned(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_turned(value) for value in part]
    if isinstance(part, str) and _ARABIC.search(part) and RIGHT_TO_LEFT not in part:
        return "\n".join(f"{RIGHT_TO_LEFT}{line}{END}" for line in part.split("\n"))
    return part
