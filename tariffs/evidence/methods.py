"""Estimators that take a user's own panel by the names of its columns, where a formula would say nothing new."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, get_args, get_origin

from tariffs.errors import N_, BadQuestion

HANDED_OVER = ("frame", "named", "progress")  # arguments that are no choice of the user's


@dataclass(frozen=True, slots=True)
class Method:
    """One estimator without a formula: the function that makes it, and the columns that a panel needs."""

    kind: str  # python:package.module.function
    title: str
    columns: tuple[str, ...]


METHODS: Mapping[str, Method] = {
    "tariffs": Method(
        "python:tariffs.evidence.gravity.of_panel",
        N_("Trade elasticity by PPML with tariffs"),
        ("year", "exporter", "importer", "value", "tariff"),
    ),
    "feenstra": Method(
        "python:tariffs.evidence.feenstra.of_panel",
        N_("Substitution between origins by Feenstra's estimator"),
        ("importer", "exporter", "year", "value", "quantity"),
    ),
    "aids": Method(
        "python:tariffs.evidence.demand_rerun.of_panel",
        N_("Almost ideal demand system of suppliers"),
        ("year", "exporter", "value", "quantity"),
    ),
}


def function(kind: str) -> Any:
    """What a kind ``python:package.module.function`` names.

    Raises
    ------
    BadQuestion
        When there is no such function.
    """
    module, _, name = kind.removeprefix("python:").rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError):
        raise BadQuestion(
            N_("There is no {module}.{name}. Correct kind in its TOML."),
            module=module,
            name=name,
        ) from None


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an estimator without a formula."""

    default: Any  # inspect.Parameter.empty where it must be given
    words: tuple[str, ...] = ()  # the only ones allowed, where that is so


def choices(kind: str) -> dict[str, Option]:
    """The options that a function takes, by name."""
    takes = inspect.signature(function(kind)).parameters
    return {
        name: Option(one.default, tuple(map(str, get_args(one.annotation))) if _literal(one.annotation) else ())
        for name, one in takes.items()
        if name not in HANDED_OVER
    }


def _literal(annotation: Any) -> bool:
    return get_origin(annotation) is Literal


def as_given(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Options as the function wants them: text of a shell or a page becomes the type of the default.

    Raises
    ------
    BadQuestion
        Naming the options there are, or what one should be.
    """
    held = choices(kind)
    made: dict[str, Any] = {}
    for name, value in given.items():
        if name not in held:
            there = ", ".join(held) or "none"
            raise BadQuestion(N_("There is no option '{name}' here. The options are: {there}."), name=name, there=there)
        made[name] = typed(name, value, held[name].default)
    return made


def typed(name: str, value: Any, default: Any) -> Any:
    """Text as the type of a default: yes and no, a number, a list of columns.

    Raises
    ------
    BadQuestion
        When it cannot be read so.
    """
    if not isinstance(value, str):
        return value
    if isinstance(default, bool):
        if value.lower() not in ("yes", "no", "true", "false"):
            raise BadQuestion(N_("{name} is yes or no; found '{value}'."), name=name, value=value)
        return value.lower() in ("yes", "true")
    if isinstance(default, int | float):
        try:
            return type(default)(value)
        except ValueError:
            raise BadQuestion(N_("{name} is a number; found '{value}'."), name=name, value=value) from None
    if isinstance(default, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]  # a list of columns
