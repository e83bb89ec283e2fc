"""The brief as one HTML file that prints: nothing in it is fetched, nothing in it runs, and user text stays text."""

import re
from collections.abc import Callable, Sequence
from html import escape

from tariffs import __version__
from tariffs.brief.foreign import language_of, runs_on
from tariffs.brief.forms import answer, doubt, evidence, grounds, limits, working
from tariffs.brief.forms.blocks import Block, Cell, Drawn, Grid, Points, Row, Said, Section, bare
from tariffs.brief.forms.drawn import svg
from tariffs.brief.forms.style import style
from tariffs.brief.order import chosen, shell
from tariffs.brief.sheets.asked import Asked
from tariffs.study import Study
from tariffs.words import N_, Words

PARTS: dict[str, Callable[[Sequence[Study], Asked], Section]] = {
    "summary": answer.summary,
    "landed": lambda studies, asked: working.landed(studies, asked.t),
    "seller": lambda studies, asked: working.seller(studies, asked.t),
    "scenarios": lambda studies, asked: working.scenarios(studies, asked.t),
    "results": lambda studies, asked: working.results(studies, asked.t),
    "limits": lambda studies, asked: limits.limits(asked),
    "doubt": doubt.doubt,
    "evidence": lambda studies, asked: evidence.evidence(asked),
    "assumptions": lambda studies, asked: grounds.assumptions(studies, asked.t),
    "sources": lambda studies, asked: grounds.sources(studies, asked.t),
    "checks": lambda studies, asked: grounds.checks(studies, asked.t),
}
SECTIONS = tuple(PARTS)  # the first page and the last words are always there
WHOLE = 12  # rows of a table that is not broken over two pages
SHORT = 18  # letters of a quiet text, such as a standing, that keeps to one line
DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")
SHADES = 4  # of a gain, and as many of a loss
LONG = 18  # letters of a word that may be broken where a column ends
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"


def to_bytes(studies: Sequence[Study], lang: str = "en", sections: Sequence[str] = ()) -> bytes:
    """The brief of the first study, the others beside it, as the bytes of an HTML file.

    Raises
    ------
    BadQuestion
        When one of the sections is none of this form.
    """
    t, study = Words(lang), studies[0]
    wanted = chosen(sections, SECTIONS)
    again = shell(studies, lang, sections, "brief.html")
    asked = Asked(study, t)
    inside = [PARTS[name](studies, asked) for name in wanted]
    parts = [answer.cover(studies, t), *inside, grounds.about(studies, t, again)]
    title = _text(t(study.scenario.title))
    setter = _Setter(t)
    body = "".join(setter.section(part, _masthead(study, t) if part.code == "cover" else "") for part in parts)
    page = (
        f'<!DOCTYPE html>\n<html lang="{t.lang}" dir="{t.direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_RUNS}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta name="generator" content="tariffs {escape(__version__)}">\n'
        f"<title>{title}</title>\n<style>{style(study, t)}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n"
        "</html>\n"
    )
    return page.encode("utf-8", "ignore")


def first_page(studies: Sequence[Study], lang: str) -> str:
    """The page that survives being the only page read, as a part of another document."""
    t = Words(lang)
    part = answer.cover(studies, t)
    inside = _Setter(t).section(part, _masthead(studies[0], t))
    named = _text(t(studies[0].scenario.title))
    manner = f'lang="{t.lang}" dir="{t.direction}" role="region" aria-label="{named}" tabindex="0"'
    return f'<article class="paper" {manner}>{inside}</article>'


def _masthead(study: Study, t: Words) -> str:
    """What it is about, when, compared with what, and the one line that a lone page needs to be believed."""
    stamp = study.stamp
    kicker = t(N_("Iranian bitumen (HS 2713.20): what a change in tariffs and rules would do"))
    compared = t(
        N_("On {day}, compared with “{other}” on {other_day}. Ranges are 5 to 95 % of {draws} draws."),
        day=t.day(study.after.on),
        other=t(study.compared.title),
        other_day=t.day(study.before.on),
        draws=t.number(float(stamp["draws"])),
    )
    origin = t(
        N_("data {data}, version {version}, model {model}, {draws} draws, seed {seed}"),
        **{**stamp, "draws": t.number(float(stamp["draws"]))},
    )
    said = [
        f'<p class="kicker">{_text(kicker)}</p>',
        f"<h1>{_text(t(study.scenario.title))}</h1>",
        f'<p class="subtitle">{_text(t(study.scenario.description))}</p>' if study.scenario.description else "",
        f'<p class="dates">{_text(compared)} {_text(origin)}</p>',
    ]
    if own := [*study.question.sets, *study.question.beliefs]:
        said.append(f'<p class="dates">{_text(t(N_("With your own changes: {changes}."), changes=t.listed(own)))}</p>')
    return "".join(said)


class _Setter:
    """Sets blocks in type; it counts the pictures so that their parts keep apart."""

    def __init__(self, t: Words) -> None:
        self.t, self.pictures = t, 0

    def section(self, part: Section, head: str) -> str:
        if part.code == "cover":
            lead = "".join(self._block(b) for b in part.blocks if isinstance(b, Said))
            rest = "".join(self._block(b) for b in part.blocks if not isinstance(b, Said))
            return f'<section class="cover" id="cover">{head}<div class="answer">{lead}</div>{rest}</section>\n'
        inside = "".join(self._block(block) for block in part.blocks)
        runs_on = ' class="runs-on"' if part.code in ("checks", "about") else ""
        return f'<section id="{part.code}"{runs_on}><h2>{_text(part.title)}</h2>{inside}</section>\n'

    def _block(self, block: Block) -> str:
        if isinstance(block, Said):
            return self._said(block)
        if isinstance(block, Points):
            points = "".join(f"<li>{_text(sentence)}</li>" for sentence in block.sentences)
            return f"{f'<h3>{_text(block.title)}</h3>' if block.title else ''}<ul>{points}</ul>"
        if isinstance(block, Drawn):
            return self._drawn(block)
        return _table(block)

    def _said(self, said: Said) -> str:
        if said.kind == "code":
            return f"<pre>{_text(said.text)}</pre>"
        tag = f' <span class="standing">{_text(said.standing)}</span>' if said.standing else ""
        return f'<p class="{said.kind or "plain"}">{_text(said.text)}{tag}</p>'

    def _drawn(self, drawn: Drawn) -> str:
        self.pictures += 1
        note = " ".join(text for text in (drawn.picture.says, drawn.note) if text)
        picture = svg(drawn.picture, self.t, self.pictures)
        return f"<figure><h3>{_text(drawn.title)}</h3>{picture}<figcaption>{_text(note)}</figcaption></figure>"


def _table(grid: Grid) -> str:
    head = ""
    if any(grid.heads):
        cells = (f'<th scope="col"{_kind(n in grid.numbers)}>{_text(name)}</th>' for n, name in enumerate(grid.heads))
        head = f"<thead><tr>{''.join(cells)}</tr></thead>"
    caption = f"<caption>{_text(grid.title)}</caption>" if grid.title else ""
    rows = "".join(_row(row, grid) for row in grid.rows)
    kinds = " ".join(["small"] * grid.small + ["whole"] * (len(grid.rows) <= WHOLE))
    return f"<table{_named(kinds)}>{caption}{head}<tbody>{rows}</tbody></table>"


def _row(row: Row, grid: Grid) -> str:
    if row.kind == "group":
        return (
            f'<tr class="group"><th colspan="{len(grid.heads)}" scope="colgroup">{_text(row.cells[0].text)}</th></tr>'
        )
    if row.kind == "code":
        return f'<tr class="code"><td colspan="{len(grid.heads)}">{_text(row.cells[0].text)}</td></tr>'
    cells = "".join(f"<td{_kind(n in grid.numbers, c)}>{_cell(c)}</td>" for n, c in enumerate(row.cells))
    return f"<tr{_named(row.kind)}>{cells}</tr>"


def _cell(cell: Cell) -> str:
    """A figure keeps the engine's own number beside the rounded one that is shown."""
    if cell.value is None:
        unit = f' <span class="u">{_text(cell.unit)}</span>' if cell.unit else ""
        if cell.foreign:
            manner = f'lang="{language_of(cell.text)}" dir="{runs_on(cell.text)}"'
            return f"<bdi {manner}>{_text(cell.text)}</bdi>{unit}"
        return _text(cell.text) + unit
    of = f' data-of="{_text(cell.of)}"' if cell.of else ""
    return f'<data value="{cell.value!r}"{of}>{_text(cell.text)}</data>'


def _kind(number: bool, cell: Cell | None = None) -> str:
    long = cell is not None and cell.value is None and any(len(word) > LONG for word in cell.text.split())
    shade = round(cell.shade * SHADES) if cell is not None else 0
    whole = cell is not None and (bool(DAY.fullmatch(cell.text)) or (cell.quiet and 0 < len(cell.text) <= SHORT))
    kinds = (("n", number), ("d", whole), ("q", cell is not None and cell.quiet), ("any", long),
             (f"{'gain' if shade > 0 else 'loss'}{abs(shade)}", shade != 0))  # fmt: skip
    return _named(" ".join(name for name, holds in kinds if holds))


def _named(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _text(text: str) -> str:
    return escape(bare(text))
