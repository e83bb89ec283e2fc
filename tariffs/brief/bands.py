"""Formulas that cells of a column share, as a sheet holds them: said in one cell, called by number in the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

ROW = "\0"  # stands for the row's number until a row is written
DIGITS = "%.15g"  # as many as a spreadsheet works with


@dataclass(slots=True)
class Shared:
    """One formula, and whether a cell has said it already."""

    number: int
    where: str  # the cells that it may stand in: B4:B90
    formula: str  # as XML, without the sign in front
    said: bool = False

    def opening(self) -> str:
        """How the next cell calls it."""
        if self.said:
            return f'><f t="shared" si="{self.number}"/><v>'
        self.said = True
        return f'><f t="shared" ref="{self.where}" si="{self.number}">{self.formula}</f><v>'


class Band:
    """Cells beside each other, each with a formula that others of its column share, or with a plain number."""

    def __init__(self, column: int, look: Sequence[int], formulas: Sequence[Shared | None]) -> None:
        self.column, self.last = column, column + len(formulas) - 1
        self.look, self._formulas, self._later = look, formulas, ""

    def content(self, row: int, values: Sequence[float]) -> str:
        """All of a row's cells, less the beginning of the first: what a cell's content is to a sheet."""
        template = self._later or self._template()
        if not self._later:
            self._later = self._template()  # now that every formula is said
        return template.replace(ROW, str(row)) % tuple(values)

    def _template(self) -> str:
        openings = [one.opening().replace("%", "%%") if one else "><v>" for one in self._formulas]
        cells = [f"{opening}{DIGITS}</v></c>" for opening in openings]
        begun = [f'<c r="{get_column_letter(self.column + n)}{ROW}" s="{look}"' for n, look in enumerate(self.look)]
        return "".join((cells[0], *(f"{one}{other}" for one, other in zip(begun[1:], cells[1:], strict=True))))
