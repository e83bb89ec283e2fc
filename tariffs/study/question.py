"""What is asked: one small value that a page, a shell line, a link and a test all share."""

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

from tariffs.errors import N_, BadQuestion, TariffsError
from tariffs.uncertainty import correlation

MANY_DRAWS = 2_000
LONGEST_TEXT = 200  # of one edit in a link
MOST_EDITS = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario, the day, what the user changes in it, and what the user believes instead of our rows.

    ``sets`` move only the world after the change; ``beliefs`` move both worlds. Both are texts of the form
    ``lever=value`` or ``table.key.field=value``. ``correlate`` ties ranges to each other in the draws.
    """

    scenario: str = "province_proposal"
    on: date | None = None  # None: the scenario's own day
    sets: tuple[str, ...] = ()
    beliefs: tuple[str, ...] = ()
    model: str = "armington"
    draws: int = MANY_DRAWS
    seed: int = 1
    correlate: tuple[str, ...] = ()  # key~key=rho: ranges that do not move apart

    def __post_init__(self) -> None:
        object.__setattr__(self, "on", as_day(self.on))
        object.__setattr__(self, "sets", one_each(self.sets))
        object.__setattr__(self, "beliefs", one_each(self.beliefs))
        object.__setattr__(self, "correlate", correlation.one_each(self.correlate))

    def with_set(self, name: str, value: object) -> "Question":
        """The same question with one lever at a value; ``None`` takes the lever back."""
        kept = tuple(s for s in self.sets if s.partition("=")[0] != name)
        return replace(self, sets=kept if value is None else (*kept, f"{name}={value}"))

    def with_belief(self, name: str, value: object) -> "Question":
        kept = tuple(s for s in self.beliefs if s.partition("=")[0] != name)
        return replace(self, beliefs=kept if value is None else (*kept, f"{name}={value}"))

    def setting(self, name: str) -> str | None:
        """The value a lever was set to, as text."""
        return next((s.partition("=")[2] for s in self.sets if s.partition("=")[0] == name), None)

    def query(self) -> str:
        """The question as a link's query: codes, no language, only what differs from the default."""
        plain = Question()
        pairs: list[tuple[str, str]] = [("scenario", self.scenario)]
        pairs += [("on", self.on.isoformat())] if self.on else []
        pairs += [("set", text) for text in self.sets] + [("assume", text) for text in self.beliefs]
        pairs += [("correlate", text) for text in self.correlate]
        pairs += [
            (n, str(getattr(self, n))) for n in ("model", "draws", "seed") if getattr(self, n) != getattr(plain, n)
        ]
        return urlencode(pairs, safe=":/.,=@")

    def shell(self, command: str = "impact") -> str:
        """The shell line that asks the same."""
        parts = [f"python -m tariffs {command} --scenario {shlex.quote(self.scenario)}"]
        parts += [f"--on {self.on}"] if self.on else []
        parts += [f"--set {shlex.quote(text)}" for text in self.sets] + [
            f"--assume {shlex.quote(text)}" for text in self.beliefs
        ]
        parts += [f"--correlate {shlex.quote(text)}" for text in self.correlate]
        parts += [f"--draws {self.draws}"] if self.draws != MANY_DRAWS else []
        parts += [f"--seed {self.seed}"] if self.seed != 1 else []
        parts += [f"--model {shlex.quote(self.model)}"] if self.model != "armington" else []
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Read:
    """A question read from a link, and what of the link had to be ignored."""

    question: Question
    ignored: tuple[str, ...] = ()


# Tries a question against a library; raises BadQuestion when it cannot be asked.
Check: TypeAlias = Callable[[Question], object]


def from_query(query: str | Iterable[tuple[str, str]], check: Check) -> Read:
    """Read a link's query. What is valid is kept; what is not is named, never guessed."""
    pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else list(query)
    question, ignored = Question(), []
    # The scenario and the day first: whether an edit can be made depends on them.
    for name, text in sorted(
        pairs, key=lambda pair: ("scenario", "on").index(pair[0]) if pair[0] in ("scenario", "on") else 2
    ):
        try:
            wanted = _with(question, name, text.strip())
            check(wanted)
        except (TariffsError, ValueError):
            ignored.append(f"{name}={text[:LONGEST_TEXT]}")
        else:
            question = wanted
    return Read(question, tuple(ignored))


def _with(question: Question, name: str, text: str) -> Question:
    if len(text) > LONGEST_TEXT:
        raise BadQuestion(N_("A change of more than {most} letters is no change."), most=LONGEST_TEXT)
    edits = len(question.sets) + len(question.beliefs) + len(question.correlate)
    if name in ("set", "assume", "correlate") and edits >= MOST_EDITS:
        raise BadQuestion(N_("A link carries at most {most} changes."), most=MOST_EDITS)
    if name == "scenario":
        return replace(question, scenario=text)
    if name == "on":
        return replace(question, on=as_day(text))
    if name == "set":
        return replace(question, sets=(*question.sets, text))
    if name == "assume":
        return replace(question, beliefs=(*question.beliefs, text))
    if name == "correlate":
        return replace(question, correlate=(*question.correlate, text))
    if name == "model":
        return replace(question, model=text)
    if name in ("draws", "seed"):
        return replace(question, draws=int(text)) if name == "draws" else replace(question, seed=int(text))
    raise BadQuestion(N_("'{name}' is no part of a question."), name=name)


def as_day(value: date | str | None) -> date | None:
    """A day from a day or an ISO text.

    Raises
    ------
    BadQuestion
        When the text is no day.
    """
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadQuestion(N_("'{text}' is not a day; write it as 2026-02-01."), text=value) from None


def one_each(edits: Iterable[str]) -> tuple[str, ...]:
    """Edits as ``name=value``, the last one of each name, in the order first named."""
    last: dict[str, str] = {}
    for text in edits:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name or (not value and not name.endswith(("valid_to", "valid_from"))):
            raise BadQuestion(
                N_("'{text}' is no change. Write lever=value, as in tur.duty=2.5% or irn.incentives=yes."), text=text
            )
        last[name] = f"{name}={value}"
    return tuple(last.values())
