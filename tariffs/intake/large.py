"""A whole BACI year, ten million rows, down to one product, without parting the rest into cells.

The file is read once in pieces of whole lines and searched for the product's digits; only the lines
found are parted, and the code must then stand in the column of the product. Where a year is
asked again and again, a copy sorted by product is read instead (see :mod:`tariffs.intake.cache`).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tariffs.intake import cache as sorted_copy
from tariffs.intake.columns import parted
from tariffs.intake.format import Given
from tariffs.intake.page import Line, Page
from tariffs.intake.reading import PROOF_LINES, Taken, take
from tariffs.intake.sniff import Recognised
from tariffs.progress import Progress

PIECE = 1 << 20  # small enough for a processor's own memory
NEWLINE = 10


@dataclass
class Searched:
    """The lines found, and how many lines there were."""

    lines: list[Line]
    read: int


def take_large(
    path: Path, page: Page, seen: Recognised, given: Given, product: str, progress: Progress, cache: Path | None
) -> Taken:
    """The rows of one product of a large BACI file, with the account that reading every row would give.

    Lines of other products are counted, not looked at; those of the product are read as in any file.

    Raises
    ------
    Refused
        When the product's lines cannot be used.
    Stopped
        When ``progress`` raises it; nothing half-written stays behind.
    """
    header = next(cells for number, cells in page.lines() if number == seen.header.line)
    if cache is None:
        found = searched(path, product, seen.header.line, progress)
        narrowed = _of(page, [(seen.header.line, header), *found.lines])
        return take(narrowed, seen, given, product, found.read - len(found.lines))
    copy = sorted_copy.searched(path, product, cache, progress)
    tidy, rest = parted(copy.table, page.name, given, product, seen.header.line + PROOF_LINES)
    narrowed = replace(_of(page, [(seen.header.line, header), *rest]), notes=copy.notes)
    return take(narrowed, seen, given, product, copy.read - len(tidy) - len(rest), tidy)


def _of(page: Page, lines: list[Line]) -> Page:
    return replace(page, lines=lambda: iter(lines))


def searched(path: Path, product: str, header: int, progress: Progress) -> Searched:
    """Lines whose fourth cell is the product or one of its lines, with their numbers."""
    four = int(np.frombuffer(product[-4:].encode(), np.uint32)[0])
    size, done, line = path.stat().st_size, 0, 1
    found: list[Line] = []
    rest = b""
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE):
            done += len(piece)
            cut = piece.rfind(b"\n") + 1
            if not cut:
                rest += piece
                continue
            block, rest = rest + piece[:cut], piece[cut:]
            line = _block(block, line, four, product, found)
            progress(done, size)
    if rest:
        line = _block(rest + b"\n", line, four, product, found)
    return Searched([one for one in found if one[0] > header], line - 1 - header)


def _block(block: bytes, line: int, four: int, product: str, found: list[Line]) -> int:
    """Search one block of whole lines that begins at a line number; returns the next block's.

    Four digits are compared as one number at each of the four alignments, which a processor does many
    at a time; what they hit is then looked at as text.
    """
    letters = np.frombuffer(block, np.uint8)
    counted = 0
    for hit in _hits(block, four):
        if hit < counted:
            continue  # a second hit in a line already looked at
        start = block.rfind(b"\n", 0, hit) + 1
        end = block.find(b"\n", hit) + 1
        cells = block[start:end].decode("latin-1").rstrip("\r\n").split(",")
        if len(cells) > 3 and cells[3].strip().startswith(product):
            line += int(np.count_nonzero(letters[counted:start] == NEWLINE))
            found.append((line, cells))
            line += 1
            counted = end
    return line + int(np.count_nonzero(letters[counted:] == NEWLINE))


def _hits(block: bytes, four: int) -> list[int]:
    """Every place where the four bytes stand, in order."""
    places: list[int] = []
    for shift in range(4):
        window = np.frombuffer(block, np.uint32, max(0, len(block) - shift) // 4, shift)
        places += (4 * np.flatnonzero(window == four) + shift).tolist()
    return sorted(places)


def plain_lines(page: Page, seen: Recognised) -> bool:
    """Whether lines can be parted at their commas: the header as CEPII writes it, and six cells below it."""
    at = seen.header.at
    if [at.get(name) for name in ("t", "i", "j", "k", "v", "q")] != list(range(6)) or "commas" not in page.medium:
        return False
    return page.medium.startswith(("text, ASCII", "text, UTF-8,")) and all(len(c) == 6 for _, c in page.head())


def searchable(product: str) -> bool:
    """Whether the product can be found by four of its digits, however the file pads its codes."""
    return len(product) in (4, 6) and not product.startswith("0")


