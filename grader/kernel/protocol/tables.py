"""Tables of pandas: a Series, a DataFrame, an Index, column by column. Neither side needs pandas for anything else."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from grader.kernel.protocol.dtypes import little, native
from grader.kernel.protocol.values import (
    MAX_FRAME_BYTES,
    Array,
    Column,
    Frame,
    Items,
    Labels,
    Opaque,
    Scalar,
    Series,
    Value,
    WireError,
)

_PLAIN = "biufcmM"  # kinds of numpy's types that a column is sent as an array of
_LISTS = re.compile(r"U?Int(8|16|32|64)|Float(32|64)|boolean|str|string(\[(python|pyarrow)\])?|object")
_ZONED = re.compile(r"datetime64\[(s|ms|us|ns), ([A-Za-z0-9_+:/-]{1,60})\]")
MAX_BYTES = MAX_FRAME_BYTES // 4
MAX_LABELS = MAX_FRAME_BYTES // 8

Encode = Callable[[Any], Value]
Decode = Callable[[Value], Any]


def size_bytes(value: Any) -> int:
    """How much memory a table takes; 0 for what is none."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, pandas.Series | pandas.DataFrame | pandas.Index):
        return 0
    used = value.memory_usage(deep=True)
    return int(used.sum() if isinstance(value, pandas.DataFrame) else used)


# ---- there


def write(value: Any, encode: Encode) -> Value | None:
    """The table; None where it is none, or holds a column of a type that is not sent."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, pandas.Series | pandas.DataFrame | pandas.Index):
        return None
    try:
        return _write(value, encode)
    except _Unsent:
        return None


class _Unsent(Exception):
    """A column's type is not sent."""


def _write(value: Any, encode: Encode) -> Value:
    pandas = sys.modules["pandas"]
    if isinstance(value, pandas.Index):
        return _labels(value, encode)
    if isinstance(value, pandas.Series):
        return Series(_label(value.name, encode), _labels(value.index, encode), _column(value, encode))
    columns = [_column(value.iloc[:, at], encode) for at in range(value.shape[1])]
    return Frame(_labels(value.index, encode), _labels(value.columns, encode), columns)


def _labels(index: Any, encode: Encode) -> Labels:
    pandas = sys.modules["pandas"]
    names = [_label(name, encode) for name in index.names]
    if isinstance(index, pandas.RangeIndex):
        return Labels([], names, [index.start, index.stop, index.step])
    levels = [index.get_level_values(at) for at in range(index.nlevels)]
    return Labels([_column(level, encode) for level in levels], names, [])


def _label(name: Any, encode: Encode) -> Value:
    value = encode(name)
    if isinstance(value, Opaque):
        raise _Unsent
    return value


def _column(column: Any, encode: Encode) -> Column:
    dtype = str(column.dtype)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in _PLAIN:
        return Column(dtype, _array(column.to_numpy()))
    if dtype == "category":
        return _category(column, encode)
    if _ZONED.fullmatch(dtype):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if hasattr(column, "dt") else None
        naive = column.tz_convert("UTC").tz_localize(None) if naive is None else naive
        return Column(dtype, _array(naive.to_numpy()))
    if not _LISTS.fullmatch(dtype):
        raise _Unsent
    return Column(dtype, encode(_objects(column, dtype)))


def _category(column: Any, encode: Encode) -> Column:
    held = getattr(column, "cat", column)
    codes = np.asarray(held.codes, dtype=np.int64)
    ordered = encode(bool(held.ordered))
    return Column("category", Items("tuple", [_array(codes), _column(held.categories, encode), ordered]))


def _objects(column: Any, dtype: str) -> list[Any]:
    """The values, with None for one that is missing in a type that knows only one way to miss."""
    values = list(column)
    if dtype == "object":
        return values
    return [None if missing else one for one, missing in zip(values, column.isna(), strict=True)]


def _array(values: np.ndarray) -> Array:
    plain, name = native(np.asarray(values))
    if name is None or plain.nbytes > MAX_BYTES:
        raise _Unsent
    return Array(name, list(plain.shape), little(plain, name))


# ---- back


@cache
def has_pandas() -> bool:
    return importlib.util.find_spec("pandas") is not None


def read(value: Column | Labels | Series | Frame, decode: Decode) -> Any:
    """The table; without pandas its values as an array, where they are one, or its name. Raise WireError, or what
    pandas raises for what contradicts itself."""
    if not has_pandas():
        return _without_pandas(value, decode)
    import pandas

    if isinstance(value, Labels):
        return _read_labels(value, decode)
    if isinstance(value, Series):
        labels, column = _read_labels(value.labels, decode), _read_column(value.column, decode)
        return pandas.Series(column, _fitting(labels, len(column)), column.dtype, decode(value.name))
    if isinstance(value, Frame):
        return _read_frame(value, decode)
    raise WireError("a column without a table")


def _read_frame(value: Frame, decode: Decode) -> Any:
    import pandas

    names = _read_labels(value.names, decode)
    labels = _read_labels(value.labels, decode)
    columns = {at: _series(_read_column(column, decode)) for at, column in enumerate(value.columns)}
    if len(names) != len(columns):
        raise WireError("not as many names as columns")
    table = pandas.DataFrame(columns) if columns else pandas.DataFrame(index=labels)
    table.index = _fitting(labels, len(table))
    table.columns = names
    return table


def _series(column: Any) -> Any:
    """A column of exactly its type: pandas would make texts of objects that are all texts."""
    import pandas

    return pandas.Series(column, dtype=column.dtype)


def _fitting(labels: Any, length: int) -> Any:
    if len(labels) != length:
        raise WireError("not as many labels as rows")
    return labels


def _read_labels(value: Labels, decode: Decode) -> Any:
    import pandas

    names = [decode(name) for name in value.names]
    if value.range:
        start, stop, step = value.range
        labels = pandas.RangeIndex(start, stop, step, name=names[0])
        if len(labels) > MAX_LABELS:
            raise WireError("too many labels")
        return labels
    levels = [_read_column(level, decode) for level in value.levels]
    if len(levels) != len(names):
        raise WireError("not as many names as levels")
    if len(levels) == 1:
        return pandas.Index(levels[0], levels[0].dtype, name=names[0])
    return pandas.MultiIndex.from_arrays(levels, names=names)


def _read_column(value: Column, decode: Decode) -> Any:
    import pandas

    if value.dtype == "category":
        return _read_category(value, decode)
    items = decode(value.values)
    zoned = _ZONED.fullmatch(value.dtype)
    if zoned:
        return pandas.Series(_one_sided(items)).dt.tz_localize("UTC").dt.tz_convert(zoned[2]).array
    if isinstance(items, np.ndarray):
        return _one_sided(items)
    if not isinstance(items, list) or not _LISTS.fullmatch(value.dtype):
        raise WireError(f"no such column: {value.dtype!r}")
    if value.dtype == "object":
        column = np.empty(len(items), object)
        column[:] = items
        return column
    return pandas.array(items, dtype=_known(value.dtype))


def _known(dtype: str) -> str:
    """The type here: versions of pandas differ in what texts are."""
    import pandas

    try:
        pandas.api.types.pandas_dtype(dtype)
    except (TypeError, ImportError):
        return "object"
    return dtype


def _read_category(value: Column, decode: Decode) -> Any:
    import pandas

    if not isinstance(value.values, Items) or len(value.values.items) != 3:
        raise WireError("no such column: category")
    codes, categories, ordered = value.values.items
    if not isinstance(categories, Column) or not isinstance(ordered, Scalar):
        raise WireError("no such column: category")
    places = _one_sided(decode(codes))
    known = _read_column(categories, decode)
    return pandas.Categorical.from_codes(places.astype(np.int64), pandas.Index(known), bool(decode(ordered)))


def _one_sided(items: object) -> np.ndarray:
    if not isinstance(items, np.ndarray) or items.ndim != 1:
        raise WireError("no such column")
    return items


def _without_pandas(value: Column | Labels | Series | Frame, decode: Decode) -> Any:
    if isinstance(value, Series) and isinstance(value.column.values, Array):
        return decode(value.column.values)
    if isinstance(value, Frame):
        columns = [decode(column.values) for column in value.columns if isinstance(column.values, Array)]
        if columns and len(columns) == len(value.columns) and len({len(column) for column in columns}) == 1:
            return np.column_stack(columns)
    return Opaque({Labels: "Index", Series: "Series", Frame: "DataFrame"}.get(type(value), "Series"), "")
