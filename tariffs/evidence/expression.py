"""Arithmetic on columns, typed by people: read as data, never run as a program.

The text is taken apart by Python's own parser and walked by a table of what is allowed: names of columns,
numbers, texts, arithmetic, comparisons, and a few functions. Anything else is refused by name.
"""

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tariffs.errors import N_, BadQuestion

Column: TypeAlias = NDArray[Any]
LONGEST, DEEPEST = 2_000, 40
ALLOWED = re.compile(r"[\w\s+\-*/^().,<>=!'\"]*")
FUNCTIONS: dict[str, Callable[..., Column]] = {
    "log": np.log,
    "log1p": np.log1p,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "where": np.where,
}
GROUPED: dict[str, Literal["sum", "mean"]] = {
    "total": "sum",
    "mean": "mean",
}  # total(trade, exporter, year): summed within each group
ARITHMETIC: dict[type[ast.operator], Callable[..., Column]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Column, Column], Column]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}


def parsed(text: str) -> ast.expr:
    """The tree of an expression that holds only what is allowed in one.

    Raises
    ------
    BadQuestion
        Naming what is not.
    """
    if len(text) > LONGEST:
        raise BadQuestion(
            N_("An expression is at most {longest} characters long; this one has {count}."),
            longest=f"{LONGEST:,}",
            count=f"{len(text):,}",
        )
    if strange := re.sub(ALLOWED, "", text):
        raise BadQuestion(
            N_("'{strange}' has no meaning in '{text}'. Use columns, numbers, + - * / ^ and log()."),
            strange=strange[0],
            text=text[:80],
        )
    depth = most = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        most = max(most, depth)
    if most > DEEPEST:
        raise BadQuestion(
            N_("'{text}' … has more than {deepest} brackets inside one another."),
            text=text[:80],
            deepest=DEEPEST,
        )
    try:
        # A caret is a power here, and binds like one.
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadQuestion(
            N_("'{text}' cannot be read: check brackets, commas and operators."),
            text=text[:80],
        ) from None
    for node in ast.walk(tree):
        _allow(node, text)
    return tree


def _allow(node: ast.AST, text: str) -> None:
    plain = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Name, ast.Load, ast.USub, ast.UAdd, ast.Not)
    joined = (ast.And, ast.Or)
    if isinstance(node, (*plain, *joined, *ARITHMETIC, *COMPARISONS)):
        return
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, str):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id in FUNCTIONS or node.func.id in GROUPED:
            return
        held = ", ".join(sorted((*FUNCTIONS, *GROUPED)))
        raise BadQuestion(
            N_("There is no function '{id}' here. The functions are: {held}."),
            id=node.func.id,
            held=held,
        )
    raise BadQuestion(
        N_("{what} has no place in '{text}'. Use columns, numbers and + - * /."),
        what=type(node).__name__.lower(),
        text=text[:80],
    )


def columns_of(tree: ast.expr) -> tuple[str, ...]:
    """Names of columns that an expression speaks of, in order of appearance."""
    functions = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return tuple(dict.fromkeys(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions))


def evaluate(text: str | ast.expr, frame: pd.DataFrame | Mapping[str, pd.Series]) -> Column:
    """Values of an expression, shape (n,) or a scalar; a column of text stays text.

    Raises
    ------
    BadQuestion
        When it names no column, or does arithmetic on text.
    """
    tree = parsed(text) if isinstance(text, str) else text
    try:
        with np.errstate(all="ignore"):
            return _value(tree, frame)
    except (TypeError, ValueError, OverflowError, RecursionError):
        names = ", ".join(columns_of(tree))
        raise BadQuestion(
            N_("The expression on {what} cannot be worked out: is a column text?"),
            what=names or "numbers",
        ) from None


def _value(node: ast.expr, frame: Any) -> Column:
    if isinstance(node, ast.Constant):
        return np.asarray(float(node.value) if isinstance(node.value, int | float) else str(node.value))
    if isinstance(node, ast.Name):
        return column(frame, node.id)
    if isinstance(node, ast.BinOp):
        return ARITHMETIC[type(node.op)](_number(node.left, frame), _number(node.right, frame))
    if isinstance(node, ast.UnaryOp):
        inner = _number(node.operand, frame)
        return (
            ~inner.astype(bool)
            if isinstance(node.op, ast.Not)
            else inner * (-1 if isinstance(node.op, ast.USub) else 1)
        )
    if isinstance(node, ast.BoolOp):
        parts = [np.asarray(_value(part, frame)).astype(bool) for part in node.values]
        together = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return np.asarray(together.reduce(parts))
    if isinstance(node, ast.Compare):
        sides = [_value(side, frame) for side in (node.left, *node.comparators)]
        pairs = zip(node.ops, sides, sides[1:], strict=False)
        return np.asarray(np.logical_and.reduce([np.asarray(COMPARISONS[type(op)](a, b)) for op, a, b in pairs]))
    name, arguments = _call(node)
    if name in GROUPED:
        return _grouped(name, arguments, frame)
    return np.asarray(FUNCTIONS[name](*(_value(a, frame) for a in arguments)))


def _call(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """A function's name and its arguments."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id, node.args
    raise BadQuestion(N_("{what} has no value."), what=type(node).__name__.lower())


def _number(node: ast.expr, frame: Any) -> Column:
    value = _value(node, frame)
    return value.astype(float) if value.dtype == bool else value


def _grouped(name: str, arguments: list[ast.expr], frame: Any) -> Column:
    if len(arguments) < 2 or not all(isinstance(a, ast.Name) for a in arguments[1:]):
        raise BadQuestion(
            N_("Write {name}(x, column, …): what is summed up, then the columns that group it."),
            name=name,
        )
    keys = [column(frame, a.id) for a in arguments[1:] if isinstance(a, ast.Name)]
    values = pd.Series(_number(arguments[0], frame))
    return np.asarray(values.groupby(keys).transform(GROUPED[name]))


def column(frame: pd.DataFrame | Mapping[str, pd.Series], name: str) -> Column:
    """One column as floats, or as text when it holds any.

    Raises
    ------
    BadQuestion
        When there is no such column.
    """
    if name not in frame:
        from difflib import get_close_matches

        held = [str(c) for c in frame]
        near = get_close_matches(name, held, 3) or held[:8]
        raise BadQuestion(
            N_("The data has no column '{name}'. It has, among others: {held}."),
            name=name,
            held=", ".join(near),
        )
    series = frame[name]
    if getattr(series, "ndim", 1) != 1:
        raise BadQuestion(N_("The data has two columns called '{name}': rename one of them."), name=name)
    if pd.api.types.is_bool_dtype(series) or pd.api.types.is_numeric_dtype(series):
        if pd.api.types.is_complex_dtype(series):
            raise BadQuestion(N_("Column '{name}' holds complex numbers."), name=name)
        return series.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(series.astype(object))
