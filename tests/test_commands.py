"""What the README tells a reader to type works, and installing brings exactly what was tried."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
REQUIREMENTS = ("requirements.txt", "requirements-fast.txt", "requirements-dev.txt")
FENCE = re.compile(r"^```(?:sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
REGISTRIES = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.]org|deb[.]debian[.]org")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|farm|root|home/\w+)/")


def shell_blocks() -> list[list[str]]:
    """The command lines of each shell block of the README, continued lines joined, prompts and remarks dropped."""
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    blocks = []
    for body in FENCE.findall(text):
        lines = (line.strip().removeprefix("$ ") for line in body.replace("\\\n", " ").splitlines())
        blocks.append([line for line in lines if line and not line.startswith("#")])
    return blocks


ASKING = [lines for block in shell_blocks() if (lines := [x for x in block if x.startswith("python -m tariffs")])]
MAKING = sorted({line for block in shell_blocks() for line in block if re.match(r"make\b", line)})


def make(*arguments: str, cwd: Path = ROOT) -> str:
    """What make prints; a failure shows why."""
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(["make", *arguments], cwd=cwd, env=clean, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.MULTILINE))


def test_the_readme_shows_how_to_run_test_and_ask() -> None:
    assert ASKING, "README.md has no ```sh block with a line that begins with: python -m tariffs"
    assert {"make run", "make test"} <= {line.split("#")[0].strip() for line in MAKING}


@pytest.mark.parametrize("lines", ASKING, ids=lambda lines: lines[0].removeprefix("python -m ")[:60])
def test_a_question_of_the_readme_is_answered(lines: list[str], tmp_path: Path) -> None:
    for shown in ROOT.iterdir():  # what the lines may read; what they write stays in the temporary folder
        if not shown.name.startswith(".") and shown.name not in ("tariffs", "app.py", "build"):
            (tmp_path / shown.name).symlink_to(shown)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in lines:
        if re.match(r"python -m tariffs app\b", line):
            line += " --help"  # it serves until stopped; the browser tests open the app itself
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        assert done.returncode == 0, f"{line}\nexit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("line", MAKING)
def test_the_makefile_has_what_the_readme_makes(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    assert {word for word in words if "=" not in word and not word.startswith("-")} <= targets()


@pytest.mark.parametrize("target", ["help", "run", "test", "check", "clean"])
def test_a_target_can_be_planned(target: str) -> None:
    assert make("-n", target)


def test_run_says_where_to_look_and_takes_another_port() -> None:
    plan = make("-n", "run", "PORT=8600")
    assert "Open http://127.0.0.1:8600" in plan
    assert "streamlit run app.py" in plan
    assert "--server.address 127.0.0.1 --server.port 8600" in plan


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh copy of what make reads."""
    for name in ("Makefile", *REQUIREMENTS):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def install(checkout: Path, target: str) -> bool:
    """Pretend that the planned installation was done, if there is one; say whether there was."""
    plan = make("-n", target, cwd=checkout)
    for stamp in re.findall(r"^touch (.+)$", plan, re.MULTILINE):
        for name in stamp.split():
            (checkout / name).parent.mkdir(exist_ok=True)
            (checkout / name).touch()
    return ".ci/python-env" in plan


def test_a_second_run_installs_nothing(checkout: Path) -> None:
    assert install(checkout, "run")
    assert not install(checkout, "run")


def test_a_changed_pin_installs_again(checkout: Path) -> None:
    install(checkout, "run")
    with (checkout / "requirements.txt").open("a", encoding="utf-8") as pins:
        pins.write("six==1.17.0\n")
    assert install(checkout, "run")


def test_touching_the_pins_without_a_change_installs_nothing(checkout: Path) -> None:
    install(checkout, "run")
    os.utime(checkout / "requirements.txt", (4e9, 4e9))
    assert not install(checkout, "run")


def test_the_tests_environment_serves_the_app_too(checkout: Path) -> None:
    assert install(checkout, "test")
    assert not install(checkout, "run")


def test_a_python_that_is_too_old_is_refused_in_words(checkout: Path) -> None:
    done = subprocess.run(["make", "run", "PYTHON="], cwd=checkout, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_the_checks_run_as_one_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text(encoding="utf-8")


def pins(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned(name: str) -> None:
    for line in pins(name):
        assert re.fullmatch(r"-r requirements[\w-]*\.txt|[\w.-]+==[\w.]+(; .+)?", line), f"{name}: {line}"


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_what_a_pinned_package_brings_is_pinned_too(name: str) -> None:
    wanted = [Requirement(line) for line in pins(name) if not line.startswith("-r")]
    held = {canonicalize_name(pin.name) for pin in wanted}
    beside = {"requirements.txt", *(line.removeprefix("-r ") for line in pins(name) if line.startswith("-r "))}
    held |= {canonicalize_name(Requirement(line).name) for file in beside - {name} for line in pins(file)}
    for pin in wanted:
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        for needed in map(Requirement, distribution(pin.name).requires or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in held, f"{pin} brings {needed}, which {name} does not pin"


def tracked_files() -> list[Path]:
    """Files under version control, or all that a copy without history holds."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        paths = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        made = {".venv", ".git", "build", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__"}
        paths = [path for path in ROOT.rglob("*") if not made & set(path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    slips = []
    for path in tracked_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # workbooks, pictures and fonts
        for number, line in enumerate(lines, 1):
            named = None if path.name.startswith("README") else REGISTRIES.search(line)
            if found := named or MACHINE_PATH.search(line):
                slips.append(f"{path.relative_to(ROOT)}:{number}: {found.group()}")
    assert not slips, "\n".join(slips)
