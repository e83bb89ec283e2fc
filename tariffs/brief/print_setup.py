"""How a sheet prints: A4 across, as wide as the page, its head repeated, its origin in the footer."""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from tariffs.brief.cells import Page, clean
from tariffs.study import Study
from tariffs.words import N_

A4 = 9
LONGEST_FOOTER = 80  # characters of a title in a footer; the whole may have 255


def apply(
    page: Page,
    study: Study,
    last_column: int,
    title_rows: tuple[int, int] = (1, 1),
    last_row: int | None = None,
    one_page: bool = False,
) -> None:
    """Landscape A4, fitted to the width; ``one_page`` fits the height too. Locks the sheet, without a password."""
    sheet, t = page.sheet, page.t
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if one_page else 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_area = f"A1:{get_column_letter(last_column)}{last_row or page.last_row}"
    if not one_page:
        sheet.print_title_rows = f"{title_rows[0]}:{title_rows[1]}"
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.45, 0.55
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    title = clean(t(study.scenario.title), t).replace("\n", " ")[:LONGEST_FOOTER]
    footer = sheet.oddFooter
    footer.left.text = _plain(title)
    origin = t(N_("data {data}, version {version}"), data=study.stamp["data"], version=study.stamp["version"])
    footer.center.text = _plain(origin)
    footer.right.text = _plain(t(N_("{sheet}, page"), sheet=page.name)) + " &P / &N"
    for part in (footer.left, footer.center, footer.right):
        part.size = 8
    sheet.print_options.horizontalCentered = True
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False  # a reader may widen a column
    sheet.protection.formatRows = False


def _plain(text: str) -> str:
    """A footer reads an ampersand as a command."""
    return text.replace("&", "&&")
