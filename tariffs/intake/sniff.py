"""Which format a table is in, and why: by its column names, never by its file name."""

from collections.abc import Sequence
from dataclasses import dataclass

from tariffs.errors import Said, sentences
from tariffs.intake.format import Format, Header
from tariffs.intake.formats import FORMATS
from tariffs.intake.letters import plain
from tariffs.intake.page import Line, Page
from tariffs.intake.refusal import Refused, refuse
from tariffs.words import N_

SHOWN = 12
NAMES = {one.name: one.names() for one in FORMATS.values()}


@dataclass(frozen=True)
class Match:
    """How well one format fits a table."""

    format: Format
    header: Header
    score: tuple[int, float]


@dataclass(frozen=True)
class Recognised:
    """The format that fits best, the proof, and the runners-up with what spoke against them."""

    format: Format
    header: Header
    evidence: tuple[Said, ...]
    considered: tuple[Said, ...]
    header_text: str  # the header line itself, to be shown or sent


def recognise(page: Page, chosen: Format | None = None) -> Recognised | None:
    """The best format for a page, or nothing; ``chosen`` leaves no choice.

    Raises
    ------
    Refused
        When the chosen format does not fit, with the columns that are missing.
    """
    head = page.head()
    if not head:
        return None
    if chosen is not None:
        match = _match(chosen, head)
        if match is None:
            raise _misfit(page, chosen, head)
        return _recognised(page, head, [match])
    matches = [m for one in FORMATS.values() if (m := _match(one, head)) is not None]
    if not matches:
        return None
    matches.sort(key=lambda m: m.score, reverse=True)
    return _recognised(page, head, matches)


def _match(one: Format, head: Sequence[Line]) -> Match | None:
    if one.find is not None:
        header = one.find(head)
        return Match(one, header, (len(header.at) + len(header.groups), 1.0)) if header else None
    names = NAMES[one.name]
    best: Match | None = None
    for line, cells in head:
        at: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = names.get(plain(cell)) if cell else None
            if name is not None and name not in at:
                at[name] = place
        if all(need in at for need in one.needs):
            filled = sum(1 for cell in cells if cell.strip())
            score = (len(at), len(at) / filled)
            if best is None or score > best.score:
                spare = tuple(c.strip() for p, c in enumerate(cells) if c.strip() and p not in at.values())
                best = Match(one, Header(line, at, {n: cells[p].strip() for n, p in at.items()}, unknown=spare), score)
    return best


def _recognised(page: Page, head: Sequence[Line], matches: Sequence[Match]) -> Recognised:
    best, others = matches[0], matches[1:4]
    written = [best.header.written[name] for name in best.header.written]
    columns = len(best.header.at) + len(best.header.groups)
    named = [*written, *best.header.groups][:SHOWN]
    header = N_("header in row {row}: {count} columns of this format, among them {names}")
    evidence = [
        Said(header, row=best.header.line, count=columns, names=", ".join(named)), Said.of(page.medium),
    ]
    if best.header.unknown:
        evidence.append(Said(N_("columns not used: {names}"), names=", ".join(best.header.unknown[:SHOWN])))
    fewer = N_("{format}: {count} columns fit, against {best}")
    considered = tuple(Said(fewer, format=m.format.name, count=m.score[0], best=best.score[0]) for m in others)
    if not considered:
        considered = tuple(_nearly(best.format, head))
    text = next(cells for line, cells in head if line == best.header.line)
    return Recognised(best.format, best.header, tuple(evidence), considered, " | ".join(c.strip() for c in text)[:400])


def _nearly(best: Format, head: Sequence[Line]) -> list[Said]:
    """Formats that share columns with the table and lack some they need."""
    found: list[tuple[int, Said]] = []
    seen = {plain(cell) for _, cells in head[:3] for cell in cells}
    for one in FORMATS.values():
        if one is best or one.find is not None:
            continue
        names = NAMES[one.name]
        has = {names[key] for key in seen if key in names}
        lacks = [one.columns[need][0] for need in one.needs if need not in has]
        if len(has) >= 2 and lacks:
            found.append((len(has), Said(N_("{format}: lacks {columns}"), format=one.name, columns=", ".join(lacks))))
    return [said for _, said in sorted(found, reverse=True)[:3]]


def _misfit(page: Page, chosen: Format, head: Sequence[Line]) -> Refused:
    """Why a table is not in the format that was chosen for it."""
    names = NAMES[chosen.name]
    best = max(head, key=lambda line: sum(1 for cell in line[1] if plain(cell) in names))
    has = {names[plain(cell)] for cell in best[1] if plain(cell) in names}
    lacks = [" / ".join(chosen.columns[need][:3]) for need in chosen.needs if need not in has]
    shown = ", ".join(cell.strip() for cell in best[1] if cell.strip())[:200]
    return refuse(
        page.name, Said(N_("the columns {shown}"), shown=shown), _lacking(chosen, lacks),
        N_("Leave --as out to let the file be recognised, or export it again with those columns."), best[0],
    )


def _lacking(chosen: Format, lacks: Sequence[str]) -> Said:
    """What a table would need to be in a format."""
    title = Said(chosen.title)
    if not lacks:
        return Said(N_("{title}: its header row"), title=title)
    return Said(N_("{title}: {columns}"), title=title, columns="; ".join(lacks))


def unrecognised(page: Page) -> Refused:
    """A table in no format that we know, with the nearest ones."""
    head = page.head()
    if not head:
        return refuse(page.name, N_("no rows"), N_("a table"), N_("Download it again."))
    line, cells = max(head[:10], key=lambda one: sum(1 for cell in one[1] if cell.strip()))
    shown = ", ".join(cell.strip() for cell in cells if cell.strip())[:200]
    near = _nearly(next(iter(FORMATS.values())), head)
    named = Said(N_("Name the format with --as, or fill in our template: load --template flows --out F.xlsx."))
    sent = Said(
        N_("To have the format added, send its header line (shown here) and where it was downloaded.")
    )
    nearest = [Said(N_("Nearest: {format}."), format=near[0])] if near else []
    remedy = sentences(named, *nearest, sent)
    return refuse(
        page.name, Said(N_("the columns {shown}"), shown=shown) if shown else N_("columns without names"),
        N_("the header of a format that we know"), remedy, line,
    )
