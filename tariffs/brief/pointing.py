"""A marker that follows the pointer along a curve that is there already: drawn by Vega, without asking anybody."""

from typing import Any

import altair as alt

from tariffs.brief.charts import INK

ABOVE: Any = alt.value(-4)  # px over the plot, where no curve runs through the words


def marker(base: Any, x: Any, y: Any, field: str, text: str, start: float, ends: tuple[float, float]) -> list[Any]:
    """Layers of a rule, dots and, above the curve, words at the point nearest to the pointer; at first at ``start``.

    Parameters
    ----------
    base : chart of the curve's own points; ``field`` is its column of horizontal places, ``text`` of words.
    ends : least and largest horizontal place; beyond their middle the words stand on the other side of the rule.
    """
    at = alt.selection_point(
        name="at",
        fields=[field],
        nearest=True,
        on="pointermove",
        clear=False,
        empty=False,
        toggle=False,
        value=[{field: start}],
    )
    here = base.transform_filter(at)
    nobody: Any = alt.value(None)  # the words are on the chart already
    catch = base.mark_point(opacity=0, size=300).encode(x=x, y=y, tooltip=nobody)
    layers: list[Any] = [
        catch.add_params(at),
        here.mark_rule(strokeWidth=1, color=INK, opacity=0.6).encode(x=x),
        here.mark_point(size=90, filled=True, opacity=1, color=INK).encode(x=x, y=y),
    ]
    middle = sum(ends) / 2.0
    for side, shift, test in (("left", -2, "<="), ("right", 2, ">")):
        half = here.transform_filter(f"datum.{field} {test} {middle!r}").encode(x=x, y=ABOVE, text=f"{text}:N")
        layers.append(half.mark_text(align=side, baseline="bottom", dx=shift, fontSize=12, color=INK))
    return layers
