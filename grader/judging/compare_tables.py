"""Compares tables of pandas: their columns, the labels of their rows, their values; says where they differ."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from grader.i18n import Text, msg, msgs
from grader.judging.comparison import Comparison
from grader.judging.describe import kind, show

Compare = Callable[[Any, Any], Comparison]
MAX_NAMED = 3  # columns that a message names
RTOL, ATOL = 1e-6, 1e-9


def is_table(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index)


def compare(expected: Any, actual: Any, inner: Compare) -> Comparison:
    """Compare an answer with a DataFrame, a Series or an Index; the types of columns may differ where values do not."""
    pandas = sys.modules["pandas"]
    wanted_type = next(one for one in (pandas.DataFrame, pandas.Series, pandas.Index) if isinstance(expected, one))
    if not isinstance(actual, wanted_type):
        text = msg("The answer should be {wanted}, and it is {actual}.", wanted=kind(expected), actual=kind(actual))
        return Comparison(text)
    if isinstance(expected, pandas.DataFrame):
        return Comparison(_frames(expected, actual, inner))
    if isinstance(expected, pandas.Series):
        refusal = _rows(expected, actual) or _values(expected, actual, inner)
        return Comparison(refusal or _labels(expected.index, actual.index, inner))
    wanted, got = (labels.to_series().reset_index(drop=True) for labels in (expected, actual))
    return Comparison(_rows(expected, actual) or _values(wanted, got, inner))


def _frames(expected: Any, actual: Any, inner: Compare) -> Text | None:
    refusal = _columns(list(expected.columns), list(actual.columns)) or _rows(expected, actual)
    if refusal is not None:
        return refusal
    for at, name in enumerate(expected.columns):
        reason = _values(expected.iloc[:, at], actual.iloc[:, at], inner)
        if reason is not None:
            return msg("Column {column}: {reason}", column=show(name), reason=reason)
    return _labels(expected.index, actual.index, inner)


def _columns(wanted: list[Any], got: list[Any]) -> Text | None:
    missing, extra = [name for name in wanted if name not in got], [name for name in got if name not in wanted]
    if missing:
        return msg("The table lacks the column {names}.", names=_named(missing))
    if extra:
        return msg("The table should not have the column {names}.", names=_named(extra))
    if wanted == got:
        return None
    return msg("The columns are in another order: they should be {names}.", names=_named(wanted, 10))


def _named(names: Iterable[Any], most: int = MAX_NAMED) -> str:
    shown = [show(name) for name in names]
    return ", ".join(shown[:most]) + (", ..." if len(shown) > most else "")


def _rows(expected: Any, actual: Any) -> Text | None:
    if len(expected) == len(actual):
        return None
    return msgs(
        "There should be {n} row in it, and the number of rows is {actual}.",
        "There should be {n} rows in it, and the number of rows is {actual}.",
        len(expected),
        actual=len(actual),
    )


def _values(expected: Any, actual: Any, inner: Compare) -> Text | None:
    """Why the values of a column are not the expected ones."""
    wanted, got = expected.to_numpy(), actual.to_numpy()
    if wanted.dtype.kind in "iuf" and got.dtype.kind in "iuf":
        near = np.isclose(got.astype(float), wanted.astype(float), RTOL, ATOL, equal_nan=True)
        return None if near.all() else _at_row(expected, int(np.argmin(near)), wanted, got)
    for row, (one, other) in enumerate(zip(list(expected), list(actual), strict=True)):
        if _is_missing(one) and _is_missing(other):
            continue
        if _is_missing(one) or _is_missing(other) or inner(one, other).refusal is not None:
            return _at_row(expected, row, list(expected), list(actual))
    return None


def _is_missing(value: object) -> bool:
    pandas = sys.modules["pandas"]
    return value is None or value is pandas.NA or value is pandas.NaT or (isinstance(value, float) and value != value)


def _at_row(expected: Any, row: int, wanted: Sequence[Any], got: Sequence[Any]) -> Text:
    reason = msg("it should be {wanted}, and it is {actual}.", wanted=show(wanted[row]), actual=show(got[row]))
    index = getattr(expected, "index", None)
    label = index[row] if index is not None else row
    if isinstance(label, int | np.integer) and int(label) == row:
        return msg("row {row}: {reason}", row=row, reason=reason)
    return msg("row {row} ({label}): {reason}", row=row, label=show(label), reason=reason)


def _labels(expected: Any, actual: Any, inner: Compare) -> Text | None:
    """Why the labels of rows are not the expected ones, where everything else is."""
    wanted, got = list(expected), list(actual)
    if len(wanted) == len(got) and all(
        inner(one, other).refusal is None for one, other in zip(wanted, got, strict=True)
    ):
        return None
    return msg(
        "The values are right, but the labels of the rows (the index) should be {wanted}, and they are {actual}.",
        wanted=_named(wanted),
        actual=_named(got),
    )
