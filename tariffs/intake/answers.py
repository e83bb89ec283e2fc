"""JSON answers of interfaces: UN Comtrade's records and WITS' SDMX, laid out as tables."""

import json
from typing import Any, BinaryIO

from tariffs.errors import N_, Said
from tariffs.intake.page import Limits, Line, Page
from tariffs.intake.readers.comtrade import NEW
from tariffs.intake.readers.sdmx import sdmx_page
from tariffs.intake.refusal import refuse

KNOWN = N_("an answer of UN Comtrade (with data) or of WITS as SDMX-JSON (with dataSets), or a list of records")


def json_page(file: str, source: BinaryIO, limits: Limits) -> Page:
    """A JSON answer as a page.

    Raises
    ------
    Refused
        When it is broken, nested without end, or no answer that we know.
    """
    raw = source.read(limits.ceiling)
    # What a document needs in memory grows with its brackets and commas; count before building it.
    brackets, commas = raw.count(b"[") + raw.count(b"{"), raw.count(b",")
    if 150 * brackets + 8 * commas > limits.ceiling:
        raise refuse(
            file,
            Said(N_("JSON with {brackets} lists and {commas} commas"), brackets=brackets, commas=commas),
            N_("an answer of ordinary size"),
            N_("Ask the interface for fewer years or one product."),
        )
    answer = _parsed(file, raw)
    if isinstance(answer, dict) and "dataSets" in answer:
        return sdmx_page(file, answer)
    records = answer.get("data") if isinstance(answer, dict) else answer
    if isinstance(answer, dict) and answer.get("error"):
        raise refuse(
            file,
            Said(N_("an error that the interface answered: {error}"), error=str(answer["error"])[:200]),
            KNOWN,
            N_("Ask it again."),
        )
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise refuse(
            file, N_("JSON of another shape"), KNOWN, N_("Save the whole answer of the interface, envelope included.")
        )
    lines = _table(records)
    return Page(file, "", lambda: iter(lines), "JSON")


def _parsed(file: str, raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, parse_constant=lambda name: None)
    except UnicodeDecodeError as problem:
        row = raw.count(b"\n", 0, problem.start) + 1
        raise refuse(
            file, N_("bytes that are not UTF-8"), N_("JSON in UTF-8"), N_("Save the answer again."), row
        ) from None
    except json.JSONDecodeError as problem:
        raise refuse(
            file,
            N_("JSON that breaks off or is malformed"),
            N_("one whole answer"),
            N_("A download that broke off must be repeated."),
            problem.lineno,
        ) from None
    except (RecursionError, ValueError):
        raise refuse(
            file,
            N_("JSON nested too deeply, or a number too long"),
            KNOWN,
            N_("Save the answer of the interface as it is."),
        ) from None


def _table(records: list[dict[str, Any]]) -> list[Line]:
    """One line for each record, under the names of all; row numbers count records after a header."""
    names = list(dict.fromkeys(str(key) for record in records for key in record))
    if not records:
        names = [written[0] for written in NEW.values()]  # an answer without records is UN Comtrade's way of no
    return [(1, names), *((at, [_text(r.get(n)) for n in names]) for at, r in enumerate(records, 2))]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
