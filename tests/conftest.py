"""The app in a server, a page to open it in, and a spreadsheet to check its workbooks."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Page

from tests import browser

ROOT = Path(__file__).parent.parent
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]

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


@dataclass(frozen=True)
class AppServer:
    """A running app: where it answers and what it has written."""

    url: str
    log_path: Path

    def log(self) -> str:
        """Everything the server has printed so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="session")
def app_path() -> Path:
    """The script that is served; TARIFFS_APP names another one."""
    return Path(os.environ.get("TARIFFS_APP") or ROOT / "app.py")


@pytest.fixture(scope="session")
def app_server(app_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app served on a free port of this machine, from its first health check to the last test."""
    if not app_path.is_file():
        pytest.fail(f"There is no app at {app_path}. Set TARIFFS_APP to the script to serve.")
    with socket.socket() as free:
        free.bind((browser.HERE, 0))
        port = free.getsockname()[1]
    server = AppServer(f"http://{browser.HERE}:{port}", tmp_path_factory.mktemp("server") / "streamlit.log")
    command = [sys.executable, "-m", "streamlit", "run", str(app_path), f"--server.port={port}"]
    with server.log_path.open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--server.address={browser.HERE}", "--server.headless=true", "--server.fileWatcherType=none"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_health(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_health(server: AppServer, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:  # noqa: S310 our own
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app did not start (exit code {process.poll()}). It wrote:\n{server.log()}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, kept from talking to anyone but us."""
    chromium = browser.program("chromium", "CHROMIUM", "chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGS}


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
