"""Pictures as SVG that stands on its own in a page: no script, no colour of a screen's theme, text that is text."""

import re
from html import escape
from typing import Any

from tariffs.brief.chart_speed import quickly
from tariffs.brief.chart_words import spoken
from tariffs.brief.charts import INK, Picture
from tariffs.words import Words

WIDTH = 620  # px of a chart on an A4 page, at 96 to the inch
BLACK, WHITE = "#1C2B2A", "#FFFFFF"
# Okabe and Ito's hues, with lightness spread so that they stay apart in print without colour too.
HUES = ("#003691", "#FB5A30", "#157848", "#D655A1", "#6C4108", "#3B93FF", "#262626")
FROM_LOSS_TO_GAIN = ("#7F3B08", "#E08214", "#FEE0B6", "#F7F7F7", "#D1E5F0", "#4393C3", "#053061")
FROM_LITTLE_TO_MUCH = ("#E6F3EE", "#84C3AB", "#1E8463", "#043C2A")
FONT, FONT_RTL = "Helvetica, Arial, 'DejaVu Sans', sans-serif", "Vazirmatn, Tahoma, 'DejaVu Sans', sans-serif"
NAMED = re.compile(r'\s(?:aria-[a-z]+|role)="[^"]*"')  # Vega describes every mark, in English


def svg(picture: Picture, t: Words, number: int) -> str:
    """The picture as SVG; ``number`` keeps its parts apart from those of other pictures on the page."""
    import vl_convert

    with quickly():
        spec = _on_paper(spoken(picture.chart.to_dict(validate=False), t))
    for part in spec.get("vconcat", [spec]):
        part["width"] = WIDTH
    spec["background"] = None
    spec["config"] |= {
        "font": FONT_RTL if t.rtl else FONT,
        "range": {"category": list(HUES), "diverging": list(FROM_LOSS_TO_GAIN), "heatmap": list(FROM_LITTLE_TO_MUCH)},
        "view": {"stroke": None},
        "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#D9E0DE"},
    }
    drawn: str = vl_convert.vegalite_to_svg(spec)
    drawn = NAMED.sub("", drawn)
    drawn = _renamed(drawn, number)
    named = f'<svg role="img" aria-label="{escape(picture.says)}" '
    return drawn.replace("<svg ", named, 1)


def _renamed(drawn: str, number: int) -> str:
    """Names of parts counted from one in each picture; Vega counts on from picture to picture."""
    names = {
        name: f"p{number}-{place}" for place, name in enumerate(dict.fromkeys(re.findall(r'\sid="([^"]+)"', drawn)))
    }
    return re.sub(r'(\sid="|url\(#|href="#)([^")]+)', lambda found: found[1] + names.get(found[2], found[2]), drawn)


def _on_paper(part: Any) -> Any:
    """Colours that a page lends become those of paper."""
    if isinstance(part, dict):
        return {key: _on_paper(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_on_paper(value) for value in part]
    return {INK: BLACK, "Canvas": WHITE}.get(part, part) if isinstance(part, str) else part
