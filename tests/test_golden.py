"""The same question and the same data give the same figures on any machine."""

import json

import pytest

from tests import golden


def test_two_hundred_figures_are_met_again_to_one_part_in_a_thousand_million() -> None:
    kept, now = json.loads(golden.FILE.read_text(encoding="utf-8")), golden.figures()
    anew = "Numbers were meant to move? Then: python -m tests.golden, and a line in CHANGELOG.md."
    assert (now["data"], now["with_files"]) == (kept["data"], kept["with_files"]), f"The data changed. {anew}"
    assert len(kept["figures"]) >= 190 and kept["figures"].keys() == now["figures"].keys()
    off = {
        name: (value, now["figures"][name])
        for name, value in kept["figures"].items()
        if now["figures"][name] != (value if value is None else pytest.approx(value, rel=1e-9, abs=1e-6))
    }
    assert not off, f"{len(off)} figures moved: {dict(list(off.items())[:5])}. {anew}"
