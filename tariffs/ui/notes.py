"""What a control's tooltip says: meaning, where it stands, how firmly, in which range, and who told us."""

from collections.abc import Mapping

from tariffs.scenario import LEVERS
from tariffs.scenario.levers import Setting
from tariffs.sources import Figure, Source
from tariffs.ui.levers import Standing
from tariffs.ui.look import plain
from tariffs.words import N_, Words, terms

USER = "user"


def of_lever(says: str, held: Standing | None, sources: Mapping[str, Source], t: Words) -> str:
    """Paragraphs of Markdown."""
    parts = [t(says)]
    if held is None:
        parts.append(t(N_("No row is on record for that day.")))
    else:
        parts += [*_range(held.figure, t), standing(held.status, t), source(held.source, sources, t)]
    return "\n\n".join(plain(part) for part in parts if part)


def of_belief(figure: Figure, sources: Mapping[str, Source], t: Words) -> str:
    """The same for a row about the market."""
    parts = [
        t(N_("Holds before and after the change. A number of your own replaces the row and its range.")),
        *_range(figure, t),
        standing(str(figure.status), t),
        source(figure.source, sources, t),
    ]
    return "\n\n".join(plain(part) for part in parts if part)


def standing(status: str, t: Words) -> str:
    """A standing with its meaning in one sentence."""
    return t(
        N_("Standing: {standing}, that is, {meaning}."),
        standing=t(terms.STATUSES[status]),
        meaning=t(terms.STATUS_MEANINGS[status]),
    )


def source(name: str, sources: Mapping[str, Source], t: Words) -> str:
    if name == USER:
        return t(N_("Set by you."))
    told = sources.get(name)
    if told is None:
        return ""
    if not told.publisher:
        return t(N_("Source: {title}."), title=t.said(told.title))
    return t(N_("Source: {title} ({publisher})."), title=t.said(told.title), publisher=t.said(told.publisher))


def value(lever: str, setting: Setting | None, t: Words) -> str:
    """Where a lever stands, in words."""
    if setting is None:
        return t(N_("the scenario's own mix"))
    if isinstance(setting, str):
        return t(terms.CHOICES[setting])
    return t.percent(setting) if LEVERS[lever].unit == "rate" else t.usd_per_t(setting)


def amount(figure_unit: str, number: float | None, t: Words) -> str:
    """A figure of our rows in the words of its unit."""
    if figure_unit.startswith("fraction"):
        return t.percent(number)
    if figure_unit in ("usd_per_t", "USD/t"):
        return t.usd_per_t(number)
    if figure_unit in ("tonnes", "t"):
        return t.tonnes(number)
    return t.number(number, 0 if number is None or abs(number) >= 100 or number == int(number) else 2)


def _range(figure: Figure | None, t: Words) -> list[str]:
    if figure is None or figure.central is None:
        return []
    at = amount(figure.unit, figure.central, t)
    if not figure.uncertain:
        return [t(N_("On record: {value}."), value=at)]
    gaps = {"low": amount(figure.unit, figure.low, t), "high": amount(figure.unit, figure.high, t)}
    return [t(N_("On record: {value}, somewhere from {low} to {high}."), value=at, **gaps)]
