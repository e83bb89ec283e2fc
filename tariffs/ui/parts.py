"""The answer in words and figures: sentences, tiles, reasons, open questions, sources, stamp.

Nothing here needs pandas or Altair, so that the answer is on the page before they are loaded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st

from tariffs.brief import own_files, prose
from tariffs.sources import Source
from tariffs.study import Study
from tariffs.ui import notes
from tariffs.ui.doubts import doubts
from tariffs.ui.look import plain
from tariffs.words import N_, Words, terms

SHORT = 34  # letters that stay together on a line
# Firm standings are quiet, weak ones stand out; the word says it too.
COLOURS = {"statutory": "green", "published": "green", "reported": "blue", "derived": "gray", "estimated": "gray"}


def badge(status: str, t: Words) -> None:
    """A standing, with its meaning in the tooltip."""
    st.badge(t(terms.STATUSES[status]), color=_colour(status), help=plain(notes.standing(status, t)))  # type: ignore[arg-type]


def headline(study: Study, t: Words) -> None:
    """The answer, its range included, what no duty explains, and against what it is measured."""
    told = prose.headline(study, t)
    classes = ["lead", "then", *["but"] * (len(told) - 2)]
    st.html("".join(f'<p class="{name}">{escape(one.text)}</p>' for name, one in zip(classes, told, strict=False)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="meta"):
        badge(told[0].status, t)
        gaps = {"day": t.day(study.after.on), "other": t(study.compared.title), "other_day": t.day(study.before.on)}
        text = (
            t(N_("On {day}, compared with “{other}” on the same day."), **gaps)
            if study.after.on == study.before.on
            else t(N_("On {day}, compared with “{other}” on {other_day}."), **gaps)
        )
        st.caption(plain(text))


def follow(study: Study, t: Words) -> None:
    """Price and tonnes in a line that stays in sight while a lever moves, where the answer is not beside the levers.

    The sentence says the same to those who hear the page, so this is for the eye alone.
    """
    first = study.importers[0]
    shown = (
        (t.place(first), "landed_usd_per_t", first),
        (t(N_("Sold a year")), "exports_to_buyers_tonnes", study.exporter),
    )
    lines = "".join(f"<span>{escape(_now(study, t, *one))}</span>" for one in shown)
    st.html(f'<p class="follow" aria-hidden="true">{lines}</p>')


def _now(study: Study, t: Words, what: str, figure: str, place: str) -> str:
    """What a figure would be, and how far that is from before, with its range."""
    after, change = study.figure(figure, place, "after"), study.figure(figure, place)
    if after.central is None:
        return t(N_("{what}: {value}"), what=what, value=t(N_("refused")))
    now = t.amount(after.central, after.unit)
    if change.central is None:
        return t(N_("{what}: {value}"), what=what, value=now)
    per, digits = (1e3, 1) if after.unit == "t" and abs(after.central) >= 1e3 else (1.0, 0)

    def signed(value: float | None) -> str:
        return t.number(None if value is None else value / per, digits, signed=True)

    moved = signed(change.central)
    if change.ranged:  # in the unit of the value, which is said once
        spread = t(N_("{low} to {high}"), low=signed(change.low), high=signed(change.high))
        return t(N_("{what}: {value}, {moved} ({spread})"), what=what, value=now, moved=moved, spread=spread)
    return t(N_("{what}: {value}, {moved}"), what=what, value=now, moved=moved)


def tiles(study: Study, t: Words) -> None:
    """Four figures that decide: price, distance to the rival, tonnes, what the plant keeps."""
    first, places = study.importers[0], t.listed([t.place(p) for p in study.importers])
    place = t.place(first)
    shown = (
        (
            t(N_("Landed price in {place}"), place=place),
            "landed_usd_per_t",
            first,
            N_("What the buyer pays per tonne of bitumen declared as Iranian, access wedge included."),
        ),
        (
            t(N_("Against the cheapest rival in {place}"), place=place),
            "rival_gap_usd_per_t",
            first,
            N_("Landed price less that of the cheapest seller with at least 1% of the market; below zero is cheaper."),
        ),
        (
            t(N_("Sold to {places} a year"), places=places),
            "exports_to_buyers_tonnes",
            study.exporter,
            N_("Iranian-made bitumen under every label; kt is a thousand tonnes."),
        ),
        (
            t(N_("Net-back at the plant")),
            "net_back_usd_per_t",
            study.exporter,
            N_("What the plant keeps of the FOB price after Iran's own charges and inland freight, per tonne."),
        ),
    )
    with st.container(key="tiles"), st.grid(4, min_column_width=150, border=True, gap="small") as grid:
        for label, figure, where, says in shown:
            with grid.cell():
                _tile(study, t, label, figure, where, t(says))


def _tile(study: Study, t: Words, label: str, figure: str, place: str, says: str) -> None:
    after, change = study.figure(figure, place, "after"), study.figure(figure, place)
    if after.central is None:
        _no_figure(label, _refused(study, place), says, t)
        return
    moved = change.central
    delta = t.amount(moved, change.unit, signed=True) if moved is not None else t(N_("none before"))
    still = moved is None or delta == t.amount(0.0, change.unit)
    st.metric(
        label,
        t.amount(after.central, after.unit),
        t(N_("no change")) if still and moved is not None else delta,
        delta_color="off",
        delta_arrow="off" if still else "up" if (moved or 0.0) > 0 else "down",
        help=plain(says),
    )
    if after.ranged:
        lines = [t(N_("Range {range}"), range=t.between(after.low, after.high, after.unit))]
        if change.ranged and not still:
            spread = t.between(change.low, change.high, change.unit, signed=True)
            lines.append(t(N_("Change {range}"), range=spread))
        st.caption("  \n".join(plain(line) for line in lines))
    badge(str(after.status), t)


def _no_figure(label: str, refused: bool, says: str, t: Words) -> None:
    """Why a tile holds no number."""
    word = t(N_("refused")) if refused else t(N_("no rival"))
    why = (
        N_("Goods declared as Iranian are refused at the border, so they have no price there.")
        if refused
        else N_("Nobody else sells enough there to be compared with.")
    )
    st.metric(label, word, help=plain(says))
    st.caption(plain(t(why)))


def _refused(study: Study, importer: str) -> bool:
    """Whether a market refuses goods declared as the exporter's own, after the change."""
    return study.after.stacks[study.after.result.market.lane(study.exporter, study.exporter, importer)].prohibited


def reasons(study: Study, t: Words) -> None:
    """Why the answer is what it is, then what it does not say."""
    said = {told.text for told in prose.headline(study, t)}
    why = prose.reasons(study, t, labels_too=False)  # they have a section of their own
    wedge = prose.access(study, t, study.importers[0])
    why += [wedge] if wedge and wedge.text not in said else []
    if why:
        heading(t(N_("Why")))
        st.markdown(
            "\n".join(
                f"- {plain(told.text)} :{_colour(told.status)}-badge[{t(terms.STATUSES[told.status])}]" for told in why
            )
        )
    if moved := own_files.headline(study, t):
        heading(t(N_("What your data moved")))
        st.markdown("\n\n".join(plain(text) for text in moved))
    heading(t(N_("What it stands on")))
    st.markdown("\n".join(f"- {plain(text)}" for text in prose.caveats(study, t)))
    standings(study, t)


def standings(study: Study, t: Words) -> None:
    """How many figures of each standing went in."""
    count = Counter(str(figure.status) for figure in study.used)
    text = t.many(
        "{number} figure went into this answer:", "{number} figures went into this answer:", len(study.used)
    )
    st.caption(plain(text))
    with st.container(horizontal=True, gap="xsmall"):
        for status in terms.STATUSES:
            if count[status]:
                text = t(N_("{number} {standing}"), number=t.number(count[status]), standing=t(terms.STATUSES[status]))
                st.badge(text, color=_colour(status), help=plain(notes.standing(status, t)))  # type: ignore[arg-type]


def unknown(study: Study, t: Words) -> None:
    """The open questions that matter most to this answer, and who would know."""
    heading(t(N_("What nobody knows, and matters most here")))
    for doubt in doubts(study):
        what = doubt.unknown
        span = (
            t(N_("Its range alone moves the price by {amount}."), amount=t.usd_per_t(doubt.usd_per_t))
            if doubt.usd_per_t
            else ""
        )
        ask = t(N_("Who would know: {who}."), who=t(what.how_to_obtain).rstrip("."))
        why = t(what.why_it_matters).rstrip(".") + "."
        st.markdown(f"**{plain(t(what.what))}**  \n{plain(' '.join(x for x in (why, span) if x))}  \n{plain(ask)}")


def sources(study: Study, t: Words) -> None:
    """Who told us, with how firmly we stand on what was read there."""
    read: dict[str, Counter[str]] = {}
    for figure in study.used:
        read.setdefault(figure.source, Counter())[str(figure.status)] += 1
    listed_sources(study.sources, t, read)


def listed_sources(told: Iterable[Source], t: Words, read: Mapping[str, Counter[str]] | None = None) -> None:
    """Titles with their addresses, publishers and dates; ``read``: figures of each standing, by source."""
    heading(t(N_("Sources")))
    items: list[str] = []
    for source in told:
        count = (read or {}).get(source.id, Counter())
        firm = [
            t(N_("{number} {standing}"), number=t.number(count[s]), standing=t(terms.STATUSES[s]))
            for s in terms.STATUSES
            if count[s]
        ]
        facts = [x for x in (t.said(source.publisher), t.dated(source.published), t.listed(firm)) if x]
        each = " · ".join(_apart(one) for one in facts)  # a date runs its own way beside a Persian name
        items.append(f"<li><bdi>{_linked(t.said(source.title), source.where)}</bdi><br><span>{each}</span></li>")
    # A phone folds the list away; see the style.
    names = escape(t.many("{number} source", "{number} sources", len(items)))
    st.html(
        f'<details class="told"><summary>{names}</summary><ul class="sources">{"".join(items)}</ul></details>'
    )


def _apart(fact: str) -> str:
    """A fact in its own direction; a short one, such as a date, on one line."""
    whole = ' class="whole"' if len(fact) < SHORT else ""
    return f"<bdi{whole}>{escape(fact)}</bdi>"


def stamp(study: Study, t: Words) -> None:
    """What it takes to get the same numbers again."""
    held = study.stamp
    text = t(
        N_("Data {data}, version {version}, model {model}, seed {seed}, {draws} draws."),
        **{name: held[name] for name in ("data", "version", "model", "seed")},
        draws=t.number(int(held["draws"])),
    )
    st.caption(plain(text))


def title(text: str) -> None:
    """What a page is about, above its first words."""
    st.html(f'<h1 class="page-title">{escape(text)}</h1>')


def foot(study: Study, t: Words) -> None:
    """Who told us, and what makes the same numbers again."""
    with st.container(key="foot"):
        sources(study, t)
        stamp(study, t)


def heading(text: str, note: str = "") -> None:
    """A section's name, with its terms explained in the tooltip."""
    st.header(plain(text), anchor=False, help=plain(note) or None)


def _linked(title: str, where: str) -> str:
    if where.startswith(("https://", "http://")) and not set(where) & set(" \"'<>"):
        return f'<a href="{escape(where)}" rel="noopener noreferrer" target="_blank">{escape(title)}</a>'
    return escape(title)


def _colour(status: str) -> str:
    return COLOURS.get(status, "orange")
