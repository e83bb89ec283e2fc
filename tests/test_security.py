"""What SECURITY.md promises of the configuration and of a shared server, as far as one machine can hold it."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from playwright.sync_api import BrowserContext, expect
from streamlit.testing.v1 import AppTest

from tests import audit, browser
from tests.server import AppServer, free_port, wait_until_open

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))


def test_the_server_keeps_to_this_computer_tells_nobody_and_shows_no_traces() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    server = config["server"]
    assert server["address"] == "127.0.0.1" and server["enableXsrfProtection"] and server["enableCORS"]
    assert server["maxUploadSize"] == 5
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none" and config["client"]["toolbarMode"] == "viewer"


def test_every_file_and_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:tests|tariffs)/[\w/]+\.py)`", PAGE))
    assert len(named) >= 8 and [name for name in named if not (ROOT / name).exists()] == []
    copied = re.findall(r"^COPY (.+) \S+$", BLOCKS["dockerfile"], re.MULTILINE)
    wanted = {name for line in copied for name in line.split()} - {"shared.py"}  # it stands on the page itself
    assert len(wanted) == 7 and [name for name in wanted if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("known", [False, True])
def test_the_gate_stops_whoever_is_not_logged_in(known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(st, "user", SimpleNamespace(is_logged_in=known))
    app = AppTest.from_string(BLOCKS["python"], default_timeout=60).run()
    assert not app.exception
    assert bool(app.metric) is known
    assert any(button.label == "Log in" for button in app.button) is not known


def test_the_secrets_of_the_recipe_are_what_a_log_in_needs_and_nobodys_own() -> None:
    auth = tomllib.loads(BLOCKS["toml"])["auth"]
    assert set(auth) == {"redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"}
    assert all("example.org" in auth[name] for name in ("redirect_uri", "server_metadata_url"))
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in kept if re.search(r"secrets\.toml|\.pem$|\.key$|\.env$", name)]


# Installing it may start a web server, so outside CI that is left to whoever owns the machine.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@pytest.mark.skipif(NGINX is None and not os.environ.get("CI"), reason="nginx is not installed here")
def test_the_app_answers_through_the_proxy(
    app_server: AppServer, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    assert NGINX is not None, "CI installs nginx-light in .ci/system-packages"
    port, pem, key = free_port(), tmp_path / "tariffs.pem", tmp_path / "tariffs.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-out", str(pem), "-keyout", str(key)], check=True, capture_output=True)
    server = BLOCKS["nginx"].replace("/etc/ssl/tariffs.pem", str(pem)).replace("/etc/ssl/tariffs.key", str(key))
    server = server.replace("listen 443", f"listen 127.0.0.1:{port}").replace("tariffs.example.org", "localhost")
    server = server.replace("http://127.0.0.1:8501", app_server.url)
    places = "".join(
        f"{kind}_temp_path {tmp_path}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = (
        f"daemon off; pid {tmp_path}/n.pid; error_log stderr; events {{}} http {{ access_log off; {places}{server} }}"
    )
    (tmp_path / "n.conf").write_text(conf)
    with (tmp_path / "n.log").open("wb") as log:
        proxy = subprocess.Popen([NGINX, "-c", str(tmp_path / "n.conf")], stdout=log, stderr=log)
    context = new_context(ignore_https_errors=True)
    try:
        wait_until_open(port, proxy, tmp_path / "n.log")
        page = context.new_page()
        page.goto(f"https://localhost:{port}/_stcore/health", wait_until="commit")
        browser.open_page(page, f"https://localhost:{port}/")
        first = page.locator(".lead").inner_text()
        page.get_by_role("slider", name="Türkiye's duty on the Iranian label, %").press("ArrowRight")
        expect(page.locator(".lead")).not_to_have_text(first)  # the web socket carries the move and its answer
        refused = context.request.put(f"https://localhost:{port}/_stcore/upload_file/a/b", data=b"x" * 7_000_000)
        assert refused.status == 413, (refused.status, refused.text()[:200])
    finally:
        context.close()
        proxy.terminate()
        proxy.wait(10)
    assert "emerg" not in (tmp_path / "n.log").read_text()


# The packages


ADVISORY = """id: PYSEC-2000-1
modified: "2026-05-04T03:49:48.326940Z"
affected:
- package: {name: Jinja2, ecosystem: PyPI}
  ranges:
  - type: GIT
    events: [{introduced: "0"}]
  - type: ECOSYSTEM
    events: [{introduced: "2.0"}, {fixed: 2.11.3}, {introduced: "3.0"}, {last_affected: "3.1.4"}]
  versions: [1.9-old]
"""


@pytest.mark.parametrize(
    ("version", "open_"),
    [
        ("1.9", False), ("1.9-old", True), ("2.0", True), ("2.11.2", True), ("2.11.3", False), ("2.12", False),
        ("3.0", True), ("3.1.4", True), ("3.1.5", False), ("10.0", False),
    ],
)  # fmt: skip
def test_an_advisory_holds_between_the_version_that_brought_a_hole_and_the_one_that_closed_it(
    version: str, open_: bool, tmp_path: Path
) -> None:
    (tmp_path / "one.yaml").write_text(ADVISORY)
    (one,) = audit.advisories(tmp_path)
    assert audit.holds(one, "jinja2", version) is open_ and not audit.holds(one, "jinja", version)


def test_a_hole_in_a_pin_and_a_pin_that_nobody_looked_up_are_faults(tmp_path: Path) -> None:
    (tmp_path / "osv").mkdir()
    (tmp_path / "osv" / "one.yaml").write_text(ADVISORY)
    (tmp_path / "osv" / "two.yaml").write_text(ADVISORY.replace("2000-1", "2000-2") + 'withdrawn: "2026-05-05"\n')
    listed = tmp_path / "insecure.json"
    listed.write_text('{"$meta": {"timestamp": 1775023247}, "Pillow": ["<10.0.1", ">=10.2,<10.3", "<dev"]}')
    wanted = {"jinja2": "3.1.4", "pillow": "10.2.5", "numpy": "2.4.6"}
    found = [audit.in_osv(tmp_path / "osv", wanted), audit.in_list(listed, wanted)]
    assert [(one.count, one.newest) for one in found] == [(1, "2026-05-04"), (1, "2026-04-01")]
    record = audit.record_of(found, wanted)
    assert audit.faults(record, wanted) == ["jinja2==3.1.4: PYSEC-2000-1", "pillow==10.2.5: pillow>=10.2,<10.3"]
    (missing, *_) = audit.faults(record, {**wanted, "numpy": "2.4.7"})
    assert missing.startswith("numpy==2.4.7 was not looked up")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert audit.main([str(empty)], tmp_path / "kept.json") == 2 and not (tmp_path / "kept.json").exists()


def test_every_pin_was_looked_up_and_no_known_hole_is_open_in_it() -> None:
    """The record stands for the day of its databases, which the page names; renewing it is one command."""
    record = json.loads(audit.KEPT.read_text(encoding="utf-8"))
    pins = audit.pins()
    assert len(pins) > 130 and audit.faults(record, pins) == []
    osv, listed = record["databases"]
    assert osv["count"] > 2_000 and listed["count"] > 4_000
    for one in (osv, listed):
        day = date.fromisoformat(one["newest"])
        assert f"{day.day} {day:%B %Y}" in " ".join(PAGE.split()) and f"{one['count']:,}" in PAGE
    assert sum(pin["ever_told"] > 0 for pin in record["pins"].values()) >= 40  # the databases do speak of ours
