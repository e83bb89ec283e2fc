"""What the limits share when they are told: names of levers, settings, money, and what stays as it is."""

from tariffs.limits.heatmap import Axis
from tariffs.limits.reach import Span
from tariffs.scenario.levers import Setting
from tariffs.study import Study
from tariffs.words import N_, Words, terms

MILLION = 1e6
LEAST = 500.0  # below it a figure is said in dollars


def lever(name: str, t: Words) -> str:
    """A lever in words; a row that has none by its own name."""
    return t(terms.LEVERS[name]) if name in terms.LEVERS else name


def setting(value: Setting | None, span: Span, t: Words, digits: int = 1) -> str:
    """A value of a lever as a reader writes it."""
    if value is None:
        return t(N_("not known"))
    if isinstance(value, str):
        return t(terms.CHOICES[value])
    if span.figure_unit == "USD/t":
        return t.usd_per_t(value, digits)
    return t.tonnes(value) if span.figure_unit == "t" else t.percent(value, digits)


def axis_title(axis: Axis, t: Words) -> str:
    """A lever with its unit, short enough for an axis."""
    if axis.span.is_choice:
        return lever(axis.name, t)
    unit = {"USD/t": N_("{lever}, USD per tonne"), "t": N_("{lever}, tonnes")}.get(axis.span.figure_unit)
    return t(unit or N_("{lever}, %"), lever=lever(axis.name, t))


def shown(value: float, span: Span) -> float:
    """A setting in the unit of its axis: per cent for fractions."""
    return value * 100.0 if span.figure_unit == "fraction" else value


def money(value: float | None, t: Words, signed: bool = False) -> str:
    """Dollars, in millions; below one million in thousands, so that small gains do not read as nothing."""
    if value is None or abs(value) >= MILLION:
        return t.usd(value, signed)
    if abs(value) < LEAST:
        return t(N_("USD {number}"), number=t.number(value, 0, signed))
    return t(N_("USD {number} thousand"), number=t.number(value / 1_000.0, 0, signed))


def all_else(study: Study, t: Words) -> str:
    """What a search over some levers leaves alone, and what gains are measured against."""
    return t(
        N_("All else is as in “{scenario}” on {day}; gains are measured against “{other}” on {other_day}."),
        scenario=t(study.scenario.title),
        day=t.day(study.after.on),
        other=t(study.compared.title),
        other_day=t.day(study.before.on),
    )
