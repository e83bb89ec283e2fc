"""The container of SECURITY.md without its engine: the same files, a disk that cannot be written, no rights.

Neither Docker nor an image of Python can be had in every place where these tests run. What the recipe asks of an
engine is asked of the kernel here: namespaces of its own, everything mounted for reading alone but ``/tmp``, no
capabilities and no way to new ones, a bound on memory. The image has no numba; where these tests have it, nothing is
compiled, since a disk that keeps nothing would have every start wait for the compiler. What is left to an engine is to
fetch the base image, to install the packages in it and to run it as a user of its own.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, expect

from tests import browser
from tests.server import free_port, wait_until_open
from tests.test_security import BLOCKS, PAGE, ROOT

RUN = " ".join(line.rstrip("\\") for line in PAGE.partition("docker run")[2].partition("```")[0].splitlines())
INSIDE = """
mount --make-rprivate /
mount -t tmpfs tmpfs /srv
mkdir /srv/tariffs /srv/venv
mount --rbind "$1" /srv/tariffs
mount --rbind "$2" /srv/venv
mount -t tmpfs tmpfs /tmp
for one in / /srv/tariffs /srv/venv; do mount -o remount,bind,ro "$one"; done
mount -o remount,ro /srv
cd /srv/tariffs
for one in /new /srv/new /srv/tariffs/new; do touch "$one" 2>/dev/null || echo "cannot write $one"; done
touch /tmp/new && echo "can write /tmp/new"
exec prlimit --data=2147483648 setpriv --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs \
  env -i HOME=/home/analyst PATH=/usr/bin:/bin TARIFFS_KERNEL=numpy /srv/venv/bin/python -m "${@:3}"
"""
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]


def can_be_tried() -> bool:
    programs = ("unshare", "setpriv", "prlimit", "mount")
    if os.geteuid() or not all(shutil.which(name) for name in programs):
        return False
    tried = subprocess.run([*NAMESPACES, "mount", "--make-rprivate", "/"], capture_output=True, check=False)
    return tried.returncode == 0


def copied(to: Path) -> None:
    """What the recipe's COPY lines bring into the image, where they bring it."""
    for names, target in re.findall(r"^COPY (.+) (\S+)$", BLOCKS["dockerfile"], re.MULTILINE):
        for name in names.split():
            place = to / name if target == "./" else to / target
            if name == "shared.py":
                place.write_text(BLOCKS["python"], encoding="utf-8")
            elif (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("secrets.toml"))
            else:
                shutil.copy(ROOT / name, place)


@pytest.mark.skipif(not can_be_tried(), reason="namespaces of its own need root on Linux")
def test_the_analyzer_runs_from_the_recipes_files_without_rights_on_a_disk_it_cannot_write(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    for asked in ("--read-only", "--tmpfs /tmp", "--memory 2g", "--cap-drop ALL", "no-new-privileges"):
        assert asked in RUN, asked
    image, port = tmp_path / "image", free_port()
    image.mkdir()
    copied(image)
    assert '"shared.py", "--server.address", "0.0.0.0"' in BLOCKS["dockerfile"]  # its gate is tried by itself
    command = ["streamlit", "run", "app.py", "--server.address", "127.0.0.1", "--server.port", str(port)]
    inside = ["bash", "-euc", INSIDE, "container", str(image), sys.prefix, *command]
    with (tmp_path / "log").open("wb") as log:
        started = subprocess.Popen([*NAMESPACES, *inside], stdout=log, stderr=log, env={"PATH": os.environ["PATH"]})
    context = new_context()
    try:
        page = context.new_page()
        wait_until_open(port, started, tmp_path / "log")
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.locator(".lead")).to_be_visible(timeout=180_000)  # nothing that it reads is warm
        browser.settle(page)
        first = page.locator(".lead").inner_text()
        page.get_by_role("slider", name="Türkiye's duty on the Iranian label, %").press("ArrowRight")
        expect(page.locator(".lead")).not_to_have_text(first)
        (server,) = [
            one for one in psutil.Process(started.pid).children(recursive=True) if "streamlit" in one.cmdline()
        ]
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
        assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE) and re.search(
            r"^NoNewPrivs:\s+1$", status, re.MULTILINE
        )
        assert server.memory_info().rss < 2 << 30
    finally:
        context.close()
        started.kill()
        started.wait(10)
    said = (tmp_path / "log").read_text(encoding="utf-8")
    for place in ("/new", "/srv/new", "/srv/tariffs/new"):
        assert f"cannot write {place}" in said
    assert "can write /tmp/new" in said and "Traceback" not in said, said
