"""The app in a server, a page to open it in, and a spreadsheet to check its workbooks."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.server import AppServer as AppServer
from tests.server import serving

ROOT = Path(__file__).parent.parent
MAIN = sys.modules["__main__"]

expect.set_options(timeout=30_000)

# Two cores shared with a browser make any single example slow now and then.
hypothesis.settings.register_profile("here", deadline=None)
if "CI" not in os.environ:  # in CI, hypothesis picks its own profile: no deadline and the same examples each time
    hypothesis.settings.load_profile("here")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the program they open; those with a browser or the app's server share one worker."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & {"page", "context", "browser", "app_server"}:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
        if fixtures & {"soffice", "recalculate"}:
            item.add_marker(pytest.mark.office)


@pytest.fixture(autouse=True)
def same_main() -> Iterator[None]:
    """The program that began stays ``__main__``: a page run within a test puts a script of its own there, which is
    soon deleted, and then no process of a cluster could start."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(scope="session")
def app_path() -> Path:
    """The script that is served; TARIFFS_APP names another one."""
    return Path(os.environ.get("TARIFFS_APP") or ROOT / "app.py")


@pytest.fixture(scope="session")
def app_server(app_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app served on a free port of this machine, from its first health check to the last test."""
    with serving(app_path, tmp_path_factory.mktemp("server") / "streamlit.log") as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, kept from talking to anyone but us."""
    chromium = browser.program("chromium", "CHROMIUM", "chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": browser.CHROMIUM_ARGS}


@pytest.fixture
def page_log() -> browser.PageLog:
    """Console errors, page errors and outside requests of this test's ``page``."""
    return browser.PageLog()


@pytest.fixture
def page(page: Page, page_log: browser.PageLog) -> Page:
    """A fresh page that writes down its errors and its requests in ``page_log``."""
    page.set_default_timeout(30_000)
    page_log.listen(page)
    return page


@pytest.fixture(scope="session")
def soffice() -> str:
    """Path of LibreOffice; a missing one fails the test."""
    return browser.program("soffice", "SOFFICE", "libreoffice-calc-nogui")


@pytest.fixture
def recalculate(soffice: str, tmp_path: Path) -> Callable[[Path], Path]:
    """``recalculate(xlsx)``: the workbook as LibreOffice works it out, as a new file."""
    return lambda xlsx: browser.recalculate(xlsx, tmp_path)
