"""A worked example as it lies in a file: its inputs, what it expects, and how precisely that is printed."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from tariffs.errors import TariffsError
from tariffs.sources import Array

ROUNDING = 1e-12  # of our own arithmetic: nothing is held more tightly
DECIMALS = re.compile(r"_(\d+)dp$")  # a key such as price_4dp says how many decimals it prints
FORM = "A worked example is a JSON object with model, inputs, expected and tolerance"


class BadExample(TariffsError):
    """A worked example that cannot be used: which file, which key, what is there, what should be, what to do."""

    def __init__(self, file: str, key: str, found: str, expected: str, remedy: str) -> None:
        self.file, self.key, self.found, self.expected, self.remedy = file, key, found, expected, remedy
        where = f"{file}, {key}" if key else file
        super().__init__(f"{where}: found {found}; expected {expected}. {remedy}")


@dataclass(frozen=True)
class Example:
    """One file, read but not yet judged."""

    file: str
    content: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Example":
        """Read a file; numbers keep the digits they are printed with.

        Raises
        ------
        BadExample
            When there is no such file, it is not JSON, or a part is missing.
        """
        file = str(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise BadExample(file, "", error.strerror or "nothing", "a file", "Check the path.") from None
        except UnicodeDecodeError:
            raise BadExample(file, "", "bytes that are no text", "JSON in UTF-8", "Save it as UTF-8.") from None
        try:
            content = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        except json.JSONDecodeError as error:
            found = f"{error.msg.lower()} in line {error.lineno}, column {error.colno}"
            raise BadExample(file, "", found, "JSON", "Mend that place; a JSON checker shows it.") from None
        except RecursionError:
            raise BadExample(file, "", "brackets nested too deep", "JSON", "Write the tables as lists.") from None
        example = cls(file, content if isinstance(content, dict) else {})
        if not isinstance(content, dict):
            example.refuse("", told(content), "an object", f"{FORM}.")
        for part in ("inputs", "expected", "tolerance"):
            if not isinstance(content.get(part), dict):
                example.refuse(part, told(content.get(part)), "an object", f"{FORM}.")
        return example

    def refuse(self, key: str, found: str, expected: str, remedy: str) -> NoReturn:
        """Say what is wrong with a key.

        Raises
        ------
        BadExample
            Always.
        """
        raise BadExample(self.file, key, found, expected, remedy)

    @property
    def name(self) -> str:
        return str(self.content.get("name") or Path(self.file).stem)

    @property
    def model(self) -> str:
        """What the file calls its model.

        Raises
        ------
        BadExample
            When it does not say.
        """
        text = self.content.get("model")
        if not isinstance(text, str) or not text.strip():
            self.refuse("model", told(text), "the model's name", "Name the model, as in GSIM or Armington CES.")
        return text

    @property
    def inputs(self) -> Mapping[str, Any]:
        return dict(self.content["inputs"])

    @property
    def expected(self) -> Mapping[str, Any]:
        return dict(self.content["expected"])

    def held(self, *keys: str) -> str | None:
        """The first of several input keys that the file has."""
        return next((key for key in keys if self.inputs.get(key) is not None), None)

    def key(self, *keys: str) -> str:
        """The same, refused when there is none."""
        found = self.held(*keys)
        if found is None:
            has = ", ".join(self.inputs) or "nothing"
            self.refuse(f"inputs.{keys[0]}", f"no such key (there is {has})", " or ".join(keys), "Add it to inputs.")
        return found

    def numbers(self, *keys: str, shape: tuple[int, ...] | None = None, spread: bool = True) -> Array:
        """Numbers under the first of several keys; one number stands for a whole list where ``spread`` allows."""
        key = self.key(*keys)
        values = self.array(f"inputs.{key}", self.inputs[key])
        if not values.size:
            self.refuse(f"inputs.{key}", "an empty list", "numbers", "Fill it in.")
        if shape is None or values.shape == shape:
            return values
        if spread and values.ndim == 0:
            return np.full(shape, float(values))
        wanted = f"{size(shape)}{' or one number for all' if spread and shape else ''}"
        self.refuse(
            f"inputs.{key}", size(values.shape), wanted, "Give one number for each, in the order of the others."
        )

    def number(self, *keys: str) -> float:
        """One number, never a list."""
        return float(self.numbers(*keys, shape=(), spread=False))

    def names(self, *keys: str) -> tuple[str, ...]:
        """A list of different names."""
        key = self.key(*keys)
        names = self.inputs[key]
        if not isinstance(names, list) or not names or not all(isinstance(n, str) and n for n in names):
            self.refuse(f"inputs.{key}", told(names), "a list of names", "Name every one.")
        if len(set(names)) < len(names):
            twice = next(n for n in names if names.count(n) > 1)
            self.refuse(f"inputs.{key}", f"{twice!r} twice", "different names", "Rename one of them.")
        return tuple(names)

    def array(self, key: str, value: Any) -> Array:
        """A number or (nested) list of numbers, all finite."""
        for path, one in _leaves(key, value):
            if isinstance(one, bool) or not isinstance(one, Decimal | float) or not math.isfinite(float(one)):
                self.refuse(path, told(one), "a finite number", "Write it as a plain number, as in 0.25.")
        try:
            return np.array(value, dtype=float)
        except ValueError:
            self.refuse(key, "rows of different lengths", "a table with rows of one length", "Fill in what is missing.")

    def allowed(self, key: str, values: Array) -> Array:
        """How far each figure of an expected key may lie from ours."""
        given = self.content["tolerance"]
        digits = DECIMALS.search(key)
        if key in given:
            room = np.full(values.shape, self._bound(key))
        elif digits:
            room = np.full(values.shape, 0.5 * 10.0 ** -int(digits[1]))
        elif given.get("printed") is True:
            room = np.array([0.5 * float(10 ** _exponent(one)) for _, one in _leaves(key, self.expected[key])])
            room = room.reshape(values.shape)
        elif bounds := [name for name in ("rel", "others_rel", "abs", "others_abs", "decimals") if name in given]:
            room = np.zeros(values.shape)
            for name in bounds:
                bound = 0.5 * 10.0 ** -self._bound(name) if name == "decimals" else self._bound(name)
                room = np.maximum(room, bound * np.abs(values) if name.endswith("rel") else bound)
        else:
            found = ", ".join(self.content["tolerance"]) or "nothing"
            self.refuse(
                "tolerance",
                found,
                f"rel, abs, decimals, printed or {key}",
                'Say how precise it is, as in {"rel": 1e-6}.',
            )
        # A rounded figure may lie exactly half a digit off.
        return room * (1.0 + 1e-9) + ROUNDING

    def _bound(self, name: str) -> float:
        bound = self.array(f"tolerance.{name}", self.content["tolerance"][name])
        if bound.ndim or bound < 0:
            found = told(self.content["tolerance"][name])
            self.refuse(f"tolerance.{name}", found, "one number, zero or more", "Write it as in 1e-6.")
        return float(bound)


def told(value: Any) -> str:
    """A value of a file, as short text."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "an object" if isinstance(value, dict) else repr(value)[:60]


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(f"{key}[{number}]", one)
    else:
        yield key, value


def _exponent(number: Any) -> Decimal:
    return Decimal(number.as_tuple().exponent) if isinstance(number, Decimal) else Decimal(-15)


def size(shape: Sequence[int]) -> str:
    """A shape in words."""
    if not shape:
        return "one number"
    return f"a list of {shape[0]}" if len(shape) == 1 else f"a table of {' x '.join(map(str, shape))}"
