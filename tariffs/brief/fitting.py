"""How tall a row must be for the text in it: neither spreadsheet works that out for merged cells."""

import re

LINE_HEIGHT, MARGIN = 1.28, 1.8  # of a row: points for each point of its letters, and points around them
DENSITY = 1.13  # letters of ten points in a unit of a column's width
WITHOUT_WIDTH = re.compile("[\u064b-\u0652\u200b-\u200f\u2066-\u2069]")  # vowel signs, joiners, isolates


def height(text: str, width: float, size: float) -> float:
    """Points for a text in so many units of width, in letters of a size."""
    room = max(1, int(width * DENSITY * 10.0 / size))
    shown = text if text.isascii() else WITHOUT_WIDTH.sub("", text)
    return _lines(shown, room) * size * LINE_HEIGHT + MARGIN


def _lines(text: str, room: int) -> int:
    """Lines that a text takes in a column with room for so many letters; longer words are broken."""
    if len(text) <= room and "\n" not in text:
        return 1
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0
        for word in paragraph.split(" "):
            if used and used + 1 + len(word) > room:
                lines, used = lines + 1, 0
            lines, used = lines + max(0, len(word) - 1) // room, used + len(word) % room + 1
    return lines
