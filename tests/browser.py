"""What the tests see through two programs of their own: Chromium and LibreOffice."""

import csv
import os
import shutil
import subprocess
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

ROOT = Path(__file__).parent.parent
SCREENSHOTS = ROOT / "build" / "screenshots"
HERE = "127.0.0.1"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PATIENCE = 60_000  # ms: a first run imports pandas and altair on a busy machine

# Addresses of all pages. What must hold of every page is held of those named here, and of no other menu than this.
PAGES = ("", "compare", "limits", "markets", "evidence", "brief", "method", "glossary")
LANGUAGES = {"en": "ltr", "fa": "rtl", "tr": "ltr", "ar": "rtl"}

# True while the script is at rest: connected, run to its end, and nothing left over from the run before.
AT_REST = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app !== null
    && app.dataset.testConnectionState === "CONNECTED"
    && app.dataset.testScriptState === "notRunning"
    && document.querySelector('[data-testid="stStatusWidget"]') === null
    && document.querySelector('[data-testid="stAppSkeleton"], [data-testid="stSkeleton"]') === null
    && document.querySelector('[data-stale="true"]') === null
    && document.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]') !== null;
}"""


@dataclass
class PageLog:
    """What a page said and asked for since it was opened."""

    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # addresses on any other host than this one

    def listen(self, page: Page) -> None:
        """Write down everything from now on."""
        page.on("console", lambda m: self.console_errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.page_errors.append(str(e)))
        page.on("request", lambda r: self._note(r.url))
        page.on("websocket", lambda w: self._note(w.url))

    def _note(self, url: str) -> None:
        host = urlsplit(url).hostname  # none in data: and blob: addresses
        if host is not None and host != HERE:
            self.outside.append(url)


def program(name: str, variable: str, package: str) -> str:
    """Path of a program, from an environment variable or the PATH; a missing one is an error."""
    found = shutil.which(os.environ.get(variable) or name)
    if found is None:
        raise RuntimeError(f"{name} is not here. Install it (apt-get install {package}) or set {variable} to its path.")
    return found


def open_page(page: Page, url: str) -> None:
    """Open an address of the app and wait until its script has run to the end."""
    page.goto(url, wait_until="domcontentloaded")
    settle(page)


def settle(page: Page, quiet: int = 300) -> None:
    """Wait until the app has been at rest for ``quiet`` milliseconds: after opening, after a click or a key."""
    page.wait_for_function(
        f"""() => {{
          const rest = {AT_REST};
          if (!rest()) {{ window.__restSince = undefined; return false; }}
          window.__restSince ??= performance.now();
          return performance.now() - window.__restSince >= {quiet};
        }}""",
        polling=50,
        timeout=PATIENCE,
    )
    page.evaluate("() => { window.__restSince = undefined; }")


def screenshot(page: Page, name: str, whole: bool = False) -> Path:
    """Picture of the window, or of the whole page, in build/screenshots."""
    path = SCREENSHOTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    window = page.viewport_size
    if whole and window is not None:  # Streamlit scrolls inside its frame, so the window grows instead
        height = int(page.locator('[data-testid="stMain"]').evaluate("main => main.scrollHeight"))
        page.set_viewport_size(ViewportSize(width=window["width"], height=max(height, window["height"])))
        settle(page)
    page.screenshot(path=path, animations="disabled")
    if whole and window is not None:
        page.set_viewport_size(window)
    return path


def axe_violations(page: Page, ignoring: Container[str] = ()) -> list[str]:
    """Serious and critical accessibility faults by axe, one sentence each, but for the rules named."""
    return [
        f"{fault['impact']} {fault['id']}: {fault['help']}, at "
        + ", ".join(" ".join(map(str, node["target"])) for node in fault["nodes"])
        for fault in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        if fault["impact"] in ("serious", "critical") and fault["id"] not in ignoring
    ]


def recalculate(xlsx: Path, tmp_path: Path) -> Path:
    """The workbook as LibreOffice works it out: every formula anew, whatever values were stored."""
    return convert(xlsx, tmp_path, "xlsx")


def convert(document: Path, tmp_path: Path, kind: str) -> Path:
    """Have LibreOffice save a document as another kind (``xlsx``, ``pdf``, ``csv``), with a profile of its own."""
    return convert_all([document], tmp_path, kind)[0]


def convert_all(documents: Sequence[Path], tmp_path: Path, kind: str) -> list[Path]:
    """The same for many documents in one go."""
    out = tmp_path / "converted"
    return _saved(documents, tmp_path, kind, [out / f"{document.stem}.{kind}" for document in documents])


Rows = list[list[float | str | None]]


def worked_out(workbooks: Sequence[Path], tmp_path: Path, *sheets: str) -> list[dict[str, Rows]]:
    """Some sheets of many workbooks as LibreOffice works them out, numbers to 15 digits: quicker than whole files."""
    out = tmp_path / "converted"
    named = [{sheet: out / f"{path.stem}-{sheet}.csv" for sheet in sheets} for path in workbooks]
    _saved(workbooks, tmp_path, EVERY_SHEET_AS_IT_IS, [path for one in named for path in one.values()])
    return [{sheet: _rows(path) for sheet, path in one.items()} for one in named]


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [[_bare(text) for text in row] for row in csv.reader(file)]


def _bare(text: str) -> float | str | None:
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return text or None


def _saved(documents: Sequence[Path], tmp_path: Path, kind: str, saved: list[Path]) -> list[Path]:
    profile, out = tmp_path / "libreoffice", tmp_path / "converted"
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    for path in saved:
        path.unlink(missing_ok=True)
    done = subprocess.run(
        [
            *(program("soffice", "SOFFICE", "libreoffice-calc-nogui"), f"-env:UserInstallation={profile.as_uri()}"),
            *("--headless", "--norestore", "--convert-to", kind, "--outdir", str(out), *map(str, documents)),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180 + 20 * len(documents),
    )
    if missing := [path.name for path in saved if not path.exists()]:
        raise RuntimeError(f"LibreOffice did not make {', '.join(missing)}: {done.stdout}{done.stderr}")
    return saved


# Comma, quotation mark, UTF-8, from the first line; numbers bare, not as they are shown; every sheet a file.
EVERY_SHEET_AS_IT_IS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"

# 0 is "always" for workbooks of Excel 2007 and later; LibreOffice trusts stored values otherwise.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
