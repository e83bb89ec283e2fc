"""A question as a small file: saved with its stamp, and read back without trusting it."""

import json
from dataclasses import dataclass
from typing import Any

from tariffs import __version__
from tariffs.errors import N_, TariffsError
from tariffs.study import Question, from_query
from tariffs.study.question import Check
from tariffs.ui.lineup import ALONE, Lineup, read, values

KIND = "bitumen-tariffs-question"
LARGEST = 64 * 1024  # bytes; a question takes a few hundred


class BadFile(TariffsError):
    """A file that holds no question; what was asked stays."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file asks, what stands beside it, and the data it was saved with."""

    question: Question
    lineup: Lineup
    data: str


def saved(question: Question, lineup: Lineup, digest: str) -> bytes:
    """The file: the question as its link says it, the proposals beside it, and the stamp of data and version."""
    held = {
        "kind": KIND,
        "question": question.query(),
        "with": values(lineup),
        "data": digest,
        "version": __version__,
    }
    return json.dumps(held, ensure_ascii=False, indent=1).encode()


def loaded(given: bytes, check: Check) -> Loaded:
    """Read a file back.

    Raises
    ------
    BadFile
        When it is too large, no JSON, no question of ours, or a part of it cannot be asked; the part is named.
    """
    if len(given) > LARGEST:
        raise BadFile(N_("The file is too large for a scenario: at most {most} kB."), most=LARGEST // 1024)
    held = _object(given)
    if held.get("kind") != KIND:
        raise BadFile(N_("This is no scenario file: it does not say “{kind}”."), kind=KIND)
    query, beside = held.get("question"), held.get("with", [])
    if not isinstance(query, str) or not isinstance(beside, list) or not all(isinstance(x, str) for x in beside):
        raise BadFile(N_("The scenario file holds no question that can be read."))
    told = from_query(query, check)
    proposals, left_out = read(beside, check) if beside else (ALONE, ())
    if ignored := (*told.ignored, *left_out):
        raise BadFile(N_("Parts of the scenario file cannot be asked: {parts}."), parts=list(ignored[:8]))
    return Loaded(told.question, proposals, str(held.get("data", ""))[:64])


def _object(given: bytes) -> dict[str, Any]:
    try:
        held = json.loads(given.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadFile(N_("This is no scenario file: it holds no JSON.")) from None
    if not isinstance(held, dict):
        raise BadFile(N_("This is no scenario file: it does not say “{kind}”."), kind=KIND)
    return held
