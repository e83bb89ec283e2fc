"""Every pinned package against copies of databases of advisories, without the network.

    git clone https://github.com/pypa/advisory-database OSV             (on a machine with a network)
    git clone https://github.com/pyupio/safety-db SAFETY
    python -m tests.audit OSV SAFETY/data/insecure.json

A folder holds advisories in the OSV format, as YAML or JSON; a file is Safety DB's list of versions. What was found
is kept in ``tests/audit.json`` with the day up to which each of them knows: nothing that was reported later is in
it. A test holds that record to the pins, so that a changed pin asks for another look.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parent.parent
KEPT = Path(__file__).parent / "audit.json"
# An advisory that holds for a pin and does not reach us, with the reason.
HARMLESS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Found:
    """What one database says of the pins: how much it holds, how new it is, who was ever told of, what holds."""

    what: str
    count: int
    newest: str
    told: Mapping[str, int]
    holds: Mapping[str, Sequence[str]]


def pins(root: Path = ROOT) -> dict[str, str]:
    """Each pinned package by its comparable name, and its version."""
    found = {}
    for path in sorted(root.glob("requirements*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                pin = Requirement(line)
                (exact,) = pin.specifier
                found[canonicalize_name(pin.name)] = exact.version
    return found


def in_osv(folder: Path, wanted: Mapping[str, str]) -> Found:
    """The pins in a folder of advisories."""
    told, holding = dict.fromkeys(wanted, 0), {name: [] for name in wanted}
    count, newest = 0, ""
    for one in advisories(folder):
        count += 1
        newest = max(newest, str(one.get("modified", ""))[:10])
        named = {canonicalize_name(a.get("package", {}).get("name", "")) for a in one["affected"]}
        for name in named & wanted.keys():
            told[name] += 1
            if holds(one, name, wanted[name]):
                holding[name].append(one["id"])
    return Found("advisories in the OSV format", count, newest, told, holding)


def advisories(folder: Path) -> Iterator[dict[str, Any]]:
    """Every advisory under a folder, those that were taken back left out."""
    import yaml

    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".yaml", ".json") or ".git" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        one = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
        if isinstance(one, dict) and "affected" in one and "id" in one and not one.get("withdrawn"):
            yield one


def holds(advisory: Mapping[str, Any], name: str, version: str) -> bool:
    """Whether an advisory speaks of this version: by its list of versions, or by its spans of them."""
    for affected in advisory["affected"]:
        package = affected.get("package", {})
        if package.get("ecosystem") != "PyPI" or canonicalize_name(package.get("name", "")) != name:
            continue
        if version in affected.get("versions", ()) or any(
            _inside(span.get("events", ()), Version(version))
            for span in affected.get("ranges", ())
            if span.get("type") == "ECOSYSTEM"
        ):
            return True
    return False


def _inside(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Whether a version lies between one that brought the hole and the next that closed it."""
    order = {"introduced": 0, "fixed": 1, "last_affected": 2}
    steps = sorted((_version(at), order[kind]) for event in events for kind, at in event.items() if kind in order)
    bad = False
    for at, kind in steps:
        if at < version or (at == version and kind != order["last_affected"]):
            bad = kind == order["introduced"]
    return bad


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:  # of an age without rules: before all others
        return Version("0")


def in_list(file: Path, wanted: Mapping[str, str]) -> Found:
    """The pins in Safety DB's list: for each package the versions that have a hole."""
    held = json.loads(file.read_text(encoding="utf-8"))
    made = datetime.fromtimestamp(held.pop("$meta")["timestamp"], UTC).date().isoformat()
    listed = {canonicalize_name(name): spans for name, spans in held.items()}
    told = {name: len(listed.get(name, ())) for name in wanted}
    holding = {n: [f"{n}{s}" for s in listed.get(n, ()) if _spans(s, version)] for n, version in wanted.items()}
    return Found("packages in Safety DB", len(listed), made, told, holding)


def _spans(span: str, version: str) -> bool:
    try:
        return SpecifierSet(span).contains(version, prereleases=True)
    except InvalidSpecifier:  # an exact old version that no rule of today admits
        return False


def record_of(found: Sequence[Found], wanted: Mapping[str, str]) -> dict[str, Any]:
    """What is kept: each database's size and day, and for each pin what was ever told and what holds."""
    return {
        "databases": [{"what": one.what, "count": one.count, "newest": one.newest} for one in found],
        "pins": {
            name: {
                "version": wanted[name],
                "ever_told": sum(one.told[name] for one in found),
                "holds": sorted(hole for one in found for hole in one.holds[name]),
            }
            for name in sorted(wanted)
        },
    }


def faults(record: Mapping[str, Any], wanted: Mapping[str, str]) -> list[str]:
    """What is wrong with a record: pins that nobody looked up, and holes that nobody gave a reason for."""
    said = [
        f"{name}=={version} was not looked up: run python -m tests.audit with fresh databases"
        for name, version in wanted.items()
        if record["pins"].get(name, {}).get("version") != version
    ]
    return said + [
        f"{name}=={one['version']}: {hole}"
        for name, one in record["pins"].items()
        for hole in one["holds"]
        if hole not in HARMLESS
    ]


def main(arguments: Sequence[str] | None = None, kept: Path = KEPT) -> int:
    """Look the pins up and keep the record; 1 when something holds for one of them, 2 without any advisory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", type=Path, nargs="+", help="folders of OSV advisories, lists of Safety DB")
    asked, wanted = parser.parse_args(arguments), pins()
    found = [in_osv(path, wanted) if path.is_dir() else in_list(path, wanted) for path in asked.databases]
    if not all(one.count for one in found):
        print("One of these holds no advisory at all.", file=sys.stderr)
        return 2
    record = record_of(found, wanted)
    kept.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    wrong = faults(record, wanted)
    for line in wrong:
        print(line)
    for one in found:
        print(f"{one.count:,} {one.what}, the newest of {one.newest}.")
    print(f"{len(wanted)} pins, {sum(map(bool, (p['ever_told'] for p in record['pins'].values())))} ever told of.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
