"""The app in a server of its own, for tests and measurements; it can be stopped and started again on its port."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HERE = "127.0.0.1"


@dataclass(frozen=True)
class AppServer:
    """A running app: where it answers, what it has written, and its process."""

    url: str
    log_path: Path
    pid: int = 0

    def log(self) -> str:
        """Everything the server has printed so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HERE, 0))
        port: int = free.getsockname()[1]
    return port


def wait_until_open(port: int, started: "subprocess.Popen[bytes]", log: Path, seconds: float = 90) -> None:
    """Until something listens there: a server that was only just started may not yet.

    Raises
    ------
    RuntimeError
        When the server ends before, or takes longer; with all that it wrote.
    """
    deadline = time.monotonic() + seconds
    while started.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HERE, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Nothing listens at {HERE}:{port}.\n{log.read_text(encoding='utf-8', errors='replace')}")


@contextmanager
def serving(app: Path, log_path: Path, port: int = 0) -> Iterator[AppServer]:
    """The app on a port, from its first health check until it is no longer needed.

    Raises
    ------
    RuntimeError
        When there is no such script, or it does not answer within a minute; with all that it wrote.
    """
    if not app.is_file():
        raise RuntimeError(f"There is no app at {app}. Set TARIFFS_APP to the script to serve.")
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), f"--server.port={port}"]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--server.address={HERE}", "--server.headless=true", "--server.fileWatcherType=none"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = AppServer(f"http://{HERE}:{port}", log_path, process.pid)
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
    raise RuntimeError(f"The app did not start (exit code {process.poll()}). It wrote:\n{server.log()}")
