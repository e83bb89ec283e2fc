"""Columns of numbers from the terms of a formula: expressions, dummies, products; and codes of fixed effects."""

import ast
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.errors import N_, BadQuestion
from tariffs.evidence.expression import column, evaluate, parsed
from tariffs.evidence.formula import Factor
from tariffs.sources import Array

MOST_COLUMNS = 400


def numbers(factor: Factor, frame: pd.DataFrame) -> Array:
    """Values of an expression, shape (n,).

    Raises
    ------
    BadQuestion
        When it is text.
    """
    tree = factor.tree if factor.tree is not None else parsed(factor.levels)
    values = np.broadcast_to(np.asarray(evaluate(tree, frame)), (len(frame),))
    if values.dtype == object or values.dtype.kind in "US":
        raise BadQuestion(
            N_("{text} holds text, not numbers. Write C({text}) for a dummy of each value."),
            text=factor.text,
        )
    return values.astype(float)


def matrix(terms: Sequence[tuple[Factor, ...]], frame: pd.DataFrame, intercept: bool) -> tuple[Array, tuple[str, ...]]:
    """Regressors and their names: (n, k) and k names, without the intercept.

    Raises
    ------
    BadQuestion
        When the dummies would be too many to be anything but fixed effects.
    """
    blocks: list[Array] = []
    names: list[str] = []
    for term in terms:
        block, labels = np.ones((len(frame), 1)), [""]
        for factor in term:
            more, its = _factor(factor, frame)
            if block.shape[1] * more.shape[1] + len(names) > MOST_COLUMNS:
                raise BadQuestion(
                    N_("{held} makes more than {most_columns} columns. Put it behind | as a fixed effect."),
                    held=":".join(f.text for f in term),
                    most_columns=MOST_COLUMNS,
                )
            block = (block[:, :, None] * more[:, None, :]).reshape(len(frame), -1)
            labels = [f"{a}:{b}" if a else b for a in labels for b in its]
        blocks.append(block)
        names += labels
    if not blocks:
        return np.empty((len(frame), 0)), ()
    return np.column_stack(blocks), tuple(names)


def _factor(factor: Factor, frame: pd.DataFrame) -> tuple[Array, list[str]]:
    if not factor.asked and factor.tree is not None:
        values = evaluate(factor.tree, frame)
        if not (factor.levels and np.asarray(values).dtype == object):
            return numbers(factor, frame)[:, None], [factor.text]
    codes, labels = _levels(frame, factor.levels)
    wanted = "" if not factor.asked else factor.reference  # a bare column of text leaves out its first level
    if wanted not in (None, "") and wanted not in labels:
        raise BadQuestion(
            N_("{text}: {levels} has no level {wanted}. It has {held}."),
            text=factor.text,
            levels=factor.levels,
            wanted=wanted,
            held=", ".join(labels[:8]),
        )
    left_out = -1 if wanted is None else 0 if wanted == "" else labels.index(wanted)
    shown = [at for at in range(len(labels)) if at != left_out]
    if len(shown) > MOST_COLUMNS:
        raise BadQuestion(
            N_("{levels} has {count} levels. Put it behind | as a fixed effect."),
            levels=factor.levels,
            count=f"{len(labels):,}",
        )
    dummies = (codes[:, None] == np.asarray(shown, dtype=np.int64)[None, :]).astype(float)
    if factor.times is None:
        return dummies, [f"{factor.levels}::{labels[at]}" for at in shown]
    values = numbers(Factor(ast.unparse(factor.times), factor.times), frame)
    inside = ast.unparse(factor.times)
    return dummies * values[:, None], [f"{factor.levels}::{labels[at]}:{inside}" for at in shown]


def _levels(frame: pd.DataFrame, name: str) -> tuple[NDArray[np.intp], list[str]]:
    """Which level each row has, shape (n,), and the levels as text, whole numbers without a point."""
    values = column(frame, name)
    at, held = pd.factorize(
        np.array([str(v) for v in values], dtype=object) if values.dtype == object else values, sort=True
    )
    if values.dtype == object:
        return at, [str(level) for level in held]
    return at, [f"{level:.0f}" if float(level).is_integer() else f"{level:g}" for level in held]


def codes(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """One whole number for each combination of the columns' values, shape (n,)."""
    made = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        series = frame[name]
        if isinstance(series.dtype, pd.CategoricalDtype):
            one, many = series.cat.codes.to_numpy().astype(np.int64), len(series.cat.categories)
        else:
            try:
                one, held = pd.factorize(series)
            except TypeError:
                raise BadQuestion(N_("Column '{name}' holds values that cannot be told apart."), name=name) from None
            many = len(held)
        made = made * max(many, 1) + one
        if len(columns) > 1:
            made = np.asarray(pd.factorize(made)[0], dtype=np.int64)
    return made
