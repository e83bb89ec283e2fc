"""Break-even and heat map in sentences: the answer, where it stands, its range, and why there is none."""

import numpy as np

from tariffs.brief.limits_words import lever, money, setting
from tariffs.limits.breakeven import BreakEven
from tariffs.limits.heatmap import HeatMap
from tariffs.limits.targets import BELOW_RIVAL, KEEP_TONNES
from tariffs.limits.why import Why
from tariffs.sources import Array
from tariffs.words import N_, Words, terms

AT_MOST = N_("To {aim}, “{lever}” may be at most {value}.")


def break_even(found: BreakEven, t: Words) -> list[str]:
    """The answer first, then where the lever stands, then the range."""
    told = [_answer(found, t), *_why(found, t), _stands(found, t), ranged(found, t)]
    return [one for one in told if one]


def aim(found: BreakEven, t: Words) -> str:
    """What is aimed at, as the end of a sentence that begins with "to"."""
    target = found.target
    gaps = {"level": t.amount(found.level, target.unit)}
    if target.name == BELOW_RIVAL:
        return t(N_("let Iranian bitumen land below the cheapest rival in {place}"), place=t.place(target.place))
    if target.name == KEEP_TONNES:
        market = found.study.importers if target.place == found.study.exporter else (target.place,)
        places = t.listed([t.place(p) for p in market])
        return t(N_("let Iran sell as much as today to {places}, {level} a year"), places=places, **gaps)
    gaps["level"] = t.usd_per_t(found.level, 1)
    if target.level is None:
        return t(N_("let the plants keep today's net-back of {level}"), **gaps)
    return t(N_("let the plants keep a net-back of {level}"), **gaps)


def _answer(found: BreakEven, t: Words) -> str:
    gaps = {"aim": aim(found, t), "lever": lever(found.span.name, t)}
    low, high = (setting(x, found.span, t) for x in found.between)
    if found.why and found.why.kind == "met":
        return t(
            N_("There is no break-even between {low} and {high}: any setting of “{lever}” there would {aim}."),
            low=low,
            high=high,
            **gaps,
        )
    if not found.roots:
        return t(
            N_("There is no setting of “{lever}” between {low} and {high} that would just {aim}."),
            low=low,
            high=high,
            **gaps,
        )
    steps = [root for root in found.roots if root.jump]
    values = [setting(root.value, found.span, t, 2) for root in found.roots]
    told = _stretch(found, values, gaps, t)
    if steps:
        told += " " + t(N_("The figure jumps there, so it is a threshold rather than a point of balance."))
    return told


def _stretch(found: BreakEven, values: list[str], gaps: dict[str, str], t: Words) -> str:
    if len(found.roots) > 1:
        return t(
            N_("To {aim}, “{lever}” has {number} break-evens: {values}. It must lie in {stretches}."),
            number=t.number(len(values)),
            values=t.listed(values),
            stretches=t.listed([_between(found, low, high, t) for low, high in found.good]) or t(N_("none of them")),
            **gaps,
        )
    if found.roots[0].rising:
        return t(N_("To {aim}, “{lever}” must be at least {value}."), value=values[0], **gaps)
    return t(AT_MOST, value=values[0], **gaps)


def _between(found: BreakEven, low: float, high: float, t: Words) -> str:
    ends = [setting(x, found.span, t, 2) for x in (low, high)]
    return t(N_("{low} to {high}"), low=ends[0], high=ends[1])


def _stands(found: BreakEven, t: Words) -> str:
    if found.present is None or found.distance is None:
        return ""
    gaps = {
        "value": setting(found.present, found.span, t),
        "distance": t.amount(abs(found.distance), found.target.unit),
    }
    if abs(found.distance) <= 1e-6 * max(1.0, abs(found.level)):
        return t(N_("It stands at {value}, where that is just met."), **gaps)
    if found.distance > 0:
        return t(N_("It stands at {value}: that is met with {distance} to spare."), **gaps)
    return t(N_("It stands at {value}: that is missed by {distance}."), **gaps)


def ranged(found: BreakEven, t: Words) -> str:
    """The range over the draws, and in how many there is one; nothing when nothing was drawn."""
    over = found.ranged
    if over is None:
        return ""
    gaps = {
        "draws": t.number(over.draws),
        "exists": t.percent(over.exists, 0),
        "always": t.percent(over.always, 0),
        "never": t.percent(over.never, 0),
    }
    if over.low is None:
        return t(
            N_("Over {draws} draws there is none: the target is met at every setting in {always}, at none in {never}."),
            **gaps,
        )
    low, median, high = (setting(x, found.span, t) for x in (over.low, over.median, over.high))
    return t(
        N_(
            "There is a break-even in {exists} of {draws} draws, 5 to 95 % of them from {low} to {high}, median "
            "{median}; the target is met at every setting in {always} and at none in {never}."
        ),
        low=low,
        median=median,
        high=high,
        **gaps,
    )


def _why(found: BreakEven, t: Words) -> list[str]:
    """Because …: the facts of ``limits.why`` as sentences."""
    why = found.why
    if why is None:
        return []
    told = [_kind(found, why, t)]
    if why.wedge_usd_per_t is not None:
        told.append(
            t(
                N_("The access wedge of {wedge} stands in the price whatever the lever does; without it, it would."),
                wedge=t.usd_per_t(why.wedge_usd_per_t),
            )
        )
    if why.other is not None:
        told.append(
            t(
                N_(
                    "Goods change their label: {other} go under other labels there, mostly that of {label}, and "
                    "only {own} under Iran's own, so the lever cannot take away more than that."
                ),
                other=t.tonnes(why.other.tonnes),
                own=t.tonnes(why.other.own_tonnes),
                label=t.place(why.other.label),
            )
        )
    if why.above_rival is not None:
        told.append(
            t(
                N_(
                    "Already at the border, before any charge of {place}, it costs {gap} more than the rival sells for."
                ),
                place=t.place(found.target.place),
                gap=exact(why.above_rival, found, t),
            )
        )
    if why.reached:
        told.append(
            t(
                N_(
                    "The lever moves the cost of {share} of what Iran sells, so it moves the figure by {moves} at most."
                ),
                share=t.percent(why.reached, 1),
                moves=exact(why.moves, found, t),
            )
        )
    elif why.kind == "unmet":
        told.append(t(N_("Over the whole stretch it moves the figure by {moves}."), moves=exact(why.moves, found, t)))
    if why.at_capacity:
        told.append(t(N_("Iran's plants already sell all they can there.")))
    return told


def _kind(found: BreakEven, why: Why, t: Words) -> str:
    place = t.place(found.target.place)
    if why.kind == "not_closed":
        return t(N_("Because the market closes at no setting there: {reason}"), reason=t(why.reason))
    if why.kind == "refused":
        return t(N_("Because {place} refuses goods declared as Iranian, so that label has no price."), place=place)
    if why.kind == "no_rival":
        return t(N_("Because nobody else sells enough in {place} to be compared with."), place=place)
    if why.kind == "untouched":
        text = N_("Because the lever does not touch this figure on {day}: no route's cost depends on it.")
        moved = N_("Because the lever does not touch this figure on {day}: it moves it by less than rounding.")
        return t(text if why.reached == 0 else moved, day=t.day(found.study.after.on))
    best = setting(why.best, found.span, t)
    gap = exact(abs(why.short or 0.0), found, t)
    if why.kind == "met":
        return t(N_("Because even at {best}, where it is hardest, {gap} are left to spare."), best=best, gap=gap)
    messages = {
        BELOW_RIVAL: N_("Because even at {best} the price is {gap} above that of the cheapest rival."),
        KEEP_TONNES: N_("Because even at {best} {gap} a year are missing."),
    }
    other = N_("Because even at {best} {gap} are missing.")
    return t(messages.get(found.target.name, other), best=best, gap=gap)


def exact(value: float | None, found: BreakEven, t: Words) -> str:
    """A figure of the target with the digits that matter near a break-even."""
    unit = found.target.unit
    if unit == "USD/t" and value is not None:
        return t.usd_per_t(value, 2 if abs(value) < 1 else 1)
    return t.amount(value, unit)


# Heat map


def heat_map(made: HeatMap, t: Words) -> list[str]:
    """What the map shows: its span, the present point, the zero line, what did not close."""
    gaps = {"figure": figure(made, t), "x": lever(made.x.name, t), "y": lever(made.y.name, t)}
    if not np.isfinite(made.values).any():
        why = t(made.reason) or t(N_("The figure does not exist at any of these settings."))
        return [t(N_("{figure} over “{x}” and “{y}”: no cell has a value. {why}"), why=why, **gaps)]
    least, most = float(np.nanmin(made.values)), float(np.nanmax(made.values))
    told = [
        t(
            N_("{figure}: from {least} to {most} over “{x}” and “{y}”."),
            least=amount(least, made, t),
            most=amount(most, made, t),
            **gaps,
        )
    ]
    if made.present.central is not None:
        told.append(
            t(
                N_("Where the scenario stands ({x}, {y}) it is {value}."),
                x=setting(made.x.present, made.x.span, t),
                y=setting(made.y.present, made.y.span, t),
                value=amount(made.present.central, made, t),
            )
        )
    above = float((made.values[made.closed] > 0).mean()) if made.closed.any() else 0.0
    if least < 0 < most:
        told.append(
            t(N_("It is above zero in {share} of the map; the line is where it is zero."), share=t.percent(above, 0))
        )
    elif made.key.when == "change":
        told.append(t(N_("It is above zero everywhere.")) if least > 0 else t(N_("It is above zero nowhere.")))
    if made.not_closed:
        told.append(
            t(
                N_("{count} of {cells} cells did not close and are left blank: {reason}"),
                count=t.number(made.not_closed),
                cells=t.number(made.values.size),
                reason=t(made.reason),
            )
        )
    return told


def figure(made: HeatMap, t: Words) -> str:
    """The figure's name with place and when."""
    name = terms.FIGURES.get(made.key.name, made.key.name)
    message = {
        "change": N_("{figure} ({place}), change"),
        "after": N_("{figure} ({place}), after"),
        "before": N_("{figure} ({place}), before"),
    }[made.key.when]
    return t(message, figure=t(name), place=t.place(made.key.place))


def is_signed(made: HeatMap) -> bool:
    """Whether zero is a border of the map: a change, or a level that is below zero somewhere."""
    return made.key.when == "change" or bool((made.values[np.isfinite(made.values)] < 0).any())


def amount(value: float, made: HeatMap, t: Words) -> str:
    signed = is_signed(made)
    if made.unit == "USD a year":
        return money(value, t, signed)
    if made.unit == "USD/t":
        return t.usd_per_t(value, 1, signed)
    return t.difference(value, made.unit) if made.key.when == "change" else t.amount(value, made.unit)


def unit_words(made: HeatMap, t: Words) -> str:
    """What the bare numbers of a map are in."""
    names = {
        "USD a year": N_("USD million a year"),
        "USD/t": N_("USD per tonne"),
        "t": N_("thousand tonnes a year"),
        "fraction": N_("%"),
        "place": N_("place"),
    }
    return t(names[made.unit])


PER = {"USD a year": 1e6, "t": 1e3, "fraction": 0.01}


def scaled(values: Array, made: HeatMap) -> Array:
    """The map in the unit of ``unit_words``."""
    return values / PER.get(made.unit, 1.0)


def bare(value: float, made: HeatMap, t: Words) -> str:
    """A number of the map without its unit, with the digits it needs."""
    if not np.isfinite(value):
        return "–"
    most = float(np.nanmax(np.abs(scaled(made.values, made))))
    digits = 0 if most >= 100 or made.unit == "place" else 1 if most >= 10 else 2
    return t.number(value / PER.get(made.unit, 1.0), digits, signed=is_signed(made))
