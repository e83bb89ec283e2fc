"""Text tables: which encoding, which delimiter, and the rows one by one, however long the file."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from tariffs.errors import N_, Said
from tariffs.intake.page import HEAD, Line, Page
from tariffs.intake.refusal import refuse

Opener = Callable[[], BinaryIO]
SAMPLE = 1 << 18
WHOLE = 16 << 20  # bytes up to which a file is checked to its end before it is read
LONGEST_LINE = 1_000_000  # characters; no official table comes near
MOST_CELLS = 4_000
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", N_("UTF-8 with a byte order mark")),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
DELIMITERS = {",": N_("commas"), ";": N_("semicolons"), "\t": N_("tabs"), "|": N_("bars")}
TURKISH = frozenset("ğĞıİşŞ")
LATIN = frozenset("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜÝŸ")
SAVE_AS = N_("Save it again as CSV UTF-8, or as an Excel workbook (.xlsx).")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become letters, and what told us so."""

    codec: str
    says: str


def text_page(file: str, opener: Opener, size: int) -> Page:
    """A delimited text file as a page.

    Raises
    ------
    Refused
        When the bytes are no text, or the text no table.
    """
    with opener() as source:
        sample = source.read(SAMPLE)
    encoding = encoding_of(file, sample, opener, size)
    head = _head(sample, encoding)
    delimiter = delimiter_of(head)
    says = DELIMITERS.get(delimiter, N_("one column"))

    def lines() -> Iterator[Line]:
        with opener() as source:
            yield from _rows(file, source, encoding, delimiter)

    return Page(file, "", lines, Said(N_("text, {encoding}, {cells}"), encoding=Said(encoding.says), cells=Said(says)))


def encoding_of(file: str, sample: bytes, opener: Opener, size: int) -> Encoding:
    """The encoding, from the byte order mark, from what is valid, or from which letters make sense."""
    for bom, codec, says in BOMS:
        if sample.startswith(bom):
            return Encoding(codec, says)
    nuls = sample.count(0)
    if nuls:
        return _without_mark(file, sample, nuls)
    # A long file is judged by its first part; a stray byte further on is refused in its place.
    if _is_utf8(opener, size if size <= WHOLE else SAMPLE):
        return Encoding("utf-8", "ASCII" if sample.isascii() else "UTF-8")
    high = [b for b in sample if b >= 0x80]
    arabic = sum(c in "اوهنمليرتبدسكعفقحشجصضطخغذزءثةىپچگژ" for c in bytes(high).decode("cp1256", "replace"))
    turkish = sum(c in TURKISH for c in bytes(high).decode("cp1254", "replace"))
    western = sum(c in LATIN for c in bytes(high).decode("cp1252", "replace"))
    # A word of Arabic script is a run of high bytes; a Turkish or French word has them one at a time.
    runs = sum(a >= 0x80 and b >= 0x80 for a, b in pairwise(sample))
    if arabic > 0.7 * len(high) and runs > 0.4 * len(high):
        return Encoding("cp1256", N_("Windows Arabic and Persian (cp1256), by its letters"))
    if turkish and turkish + western > 0.7 * len(high):
        return Encoding("cp1254", N_("Windows Turkish (cp1254), by its letters ğ, ı, ş"))
    return Encoding("latin-1", N_("ISO-8859-1, since it is not UTF-8"))


def _without_mark(file: str, sample: bytes, nuls: int) -> Encoding:
    """Zero bytes: UTF-16 without its mark, or no text at all."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if nuls > 0.2 * len(sample) and min(even, odd) < 0.05 * max(even, odd):
        codec = "utf-16-le" if odd > even else "utf-16-be"
        return Encoding(codec, N_("UTF-16 without a byte order mark"))
    row = sample.count(b"\n", 0, sample.index(0)) + 1
    raise refuse(file, N_("a zero byte, which no text holds"), N_("a table as text or as a workbook"), SAVE_AS, row)


def _is_utf8(opener: Opener, most: int) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with opener() as source:
        while read < most and (chunk := source.read(SAMPLE)):
            read += len(chunk)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
    return True


def _head(sample: bytes, encoding: Encoding) -> list[str]:
    text = sample[:200_000].decode(encoding.codec, "replace")
    return [line for line in text.splitlines()[: HEAD * 2] if line.strip()][:HEAD]


def delimiter_of(head: list[str]) -> str:
    """The sign that parts the lines into the same number of cells most often."""
    best, best_score = ",", 0.0
    for sign in DELIMITERS:
        try:
            counts = Counter(len(cells) for cells in csv.reader(head, delimiter=sign) if cells)
        except csv.Error:
            continue
        width, lines = max(counts.items(), key=lambda kv: (kv[0] > 1, kv[1] * min(kv[0], 12)), default=(1, 0))
        score = lines * min(width, 12) if width > 1 else 0.0
        if score > best_score:
            best, best_score = sign, score
    return best


def _rows(file: str, source: BinaryIO, encoding: Encoding, delimiter: str) -> Iterator[Line]:
    text = io.TextIOWrapper(source, encoding=encoding.codec, newline="")
    reader = csv.reader(_checked(file, text, delimiter), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error:
        raise refuse(
            file,
            N_("a line that cannot be parted into cells"),
            N_("cells between delimiters, quotes closed"),
            N_('Close every quotation mark and write "" for one inside a quoted cell, or export the file again.'),
            start,
        ) from None
    except UnicodeError:
        raise refuse(
            file,
            Said(N_("bytes that are not {says}"), says=Said(encoding.says)),
            N_("one encoding for the whole file"),
            SAVE_AS,
            start,
        ) from None


def _checked(file: str, text: io.TextIOWrapper, delimiter: str) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE or line.count(delimiter) > MOST_CELLS:
            raise refuse(
                file,
                Said(
                    N_("a line of more than {longest_line} characters or {most_cells} cells"),
                    longest_line=LONGEST_LINE,
                    most_cells=MOST_CELLS,
                ),
                N_("a table with one row to a line"),
                N_("Export the file again from its source."),
                number,
            )
        if "\0" in line:
            raise refuse(
                file, N_("a zero byte, which no text holds"), N_("a table as text or as a workbook"), SAVE_AS, number,
            )
        yield line
