"""The house imports one way: a room knows the rooms above it in the plan, never those below."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLAN = (
    ("errors", "units", "sources", "progress", "jobs", "whole", "words"),
    ("law",),
    ("market",),
    ("scenario",),
    ("models",),
    ("uncertainty",),
    ("store", "study"),
    ("intake", "project", "evidence", "doubt", "limits", "barriers", "sweeps"),
    ("brief",),
    ("cli", "__main__", "ui"),
)
# A study hands itself over to the telling (answer, workbook, frame, JSON), inside those methods only.
HANDS_OVER = ("study/walk.py", "brief")
FLOOR = {room: number for number, rooms in enumerate(PLAN) for room in rooms}
FILES = sorted(path for path in (ROOT / "tariffs").rglob("*.py") if path != ROOT / "tariffs" / "__init__.py")


def rooms_imported(path: Path) -> set[str]:
    """Rooms named by any import of ``tariffs.…`` in a file, inside functions too."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {a.name.split(".")[1] for a in node.names if a.name.startswith("tariffs.")}
        elif isinstance(node, ast.ImportFrom) and node.module == "tariffs":
            named |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tariffs."):
            named.add((node.module or "").split(".")[1])
    return named


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_from_its_own_floor_or_above(path: Path) -> None:
    room = path.relative_to(ROOT / "tariffs").parts[0].removesuffix(".py")
    assert room in FLOOR, f"{room} is not in the plan of the house (DESIGN: rooms of tariffs/)"
    for other in rooms_imported(path) - {"Library", "Question", "run", "__version__"}:
        if (str(path.relative_to(ROOT / "tariffs")), other) == HANDS_OVER:
            continue
        assert other in FLOOR, f"{path} imports {other}, which is not a room"
        assert FLOOR[other] <= FLOOR[room], f"{room} (floor {FLOOR[room]}) imports {other} (floor {FLOOR[other]})"


def test_a_study_hands_over_to_the_telling_inside_its_methods_only() -> None:
    path = ROOT / "tariffs" / HANDS_OVER[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_the_top = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert at_the_top and not any((node.module or "").startswith("tariffs.brief") for node in at_the_top)


def test_the_telling_knows_nothing_of_streamlit() -> None:
    for path in (ROOT / "tariffs" / "brief").rglob("*.py"):
        assert "streamlit" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_stay_small(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 320, f"{path}: which second thing does it know?"
