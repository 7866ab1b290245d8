"""Decodes what was sent. Raises WireError for what contradicts itself or is too large; runs nothing that it names."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Collection, Hashable
from typing import Any

import numpy as np

from grader.kernel.protocol import named, tables
from grader.kernel.protocol.dtypes import NATIVE, dtype_of, refuse_impossible_letters
from grader.kernel.protocol.records import Record, TupleRecord
from grader.kernel.protocol.values import (
    MAX_DEPTH,
    MAX_FRAME_BYTES,
    MAX_ITEMS,
    Array,
    Asked,
    Bytes,
    Column,
    Fields,
    Frame,
    Given,
    Integer,
    Items,
    Labels,
    Named,
    Nothing,
    Opaque,
    Pairs,
    Scalar,
    Series,
    Structured,
    Text,
    Value,
    WireError,
)

Find = Callable[["Opaque | Given | Asked"], object]
"""Gives what a name stands for. May raise WireError."""
MAX_ALIKE = 1_000  # keys, or items of a set, of which most may have the same hash: more would take minutes to put in
_CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": lambda items: set(_hashable(items)),
    "frozenset": lambda items: frozenset(_hashable(items)),
}


def decode(value: Value, find: Find = lambda name: name) -> object:
    """The Python value. `find` gives what names stand for, by default themselves."""
    read = _READ_AT_ONCE.get(type(value))
    if read is not None:
        return read(value)
    if isinstance(value, Items) and value.kind == "tuple" and len(value.items) == 2:  # what many functions return
        first, second = value.items
        one, other = _READ_AT_ONCE.get(type(first)), _READ_AT_ONCE.get(type(second))
        if one is not None and other is not None:
            return one(first), other(second)
    return Decoder(find).decode(value)


class Decoder:
    """Decodes one message's values, all of which together have MAX_ITEMS parts at most."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._left = MAX_ITEMS

    def decode(self, value: Value, depth: int = 0) -> Any:
        self._left -= 1
        if depth > MAX_DEPTH + 1:
            raise WireError("nested too deep")
        if self._left < 0:
            raise WireError(f"more than {MAX_ITEMS} values")
        at_once = _READ_AT_ONCE.get(type(value))
        if at_once is not None:
            return at_once(value)
        read: _Read = _READ.get(type(value), Decoder._table)
        return read(self, value, depth)

    def _named(self, value: Opaque | Given | Asked, depth: int) -> Any:
        return self._find(value)

    def _container(self, value: Items | Pairs | Fields, depth: int) -> Any:
        if isinstance(value, Items):
            make = _CONTAINERS.get(value.kind)
            if make is None:
                raise WireError(f"no such container: {value.kind!r}")
            return make([self.decode(item, depth + 1) for item in value.items])
        if isinstance(value, Pairs):
            keys = _hashable([self.decode(key, depth + 1) for key, _ in value.items])
            return dict(zip(keys, [self.decode(item, depth + 1) for _, item in value.items], strict=True))
        fields = {name: self.decode(item, depth + 1) for name, item in value.items}
        return TupleRecord(value.type, fields) if value.is_tuple else Record(value.type, fields)

    def _array_of_records(self, value: Structured, depth: int) -> np.ndarray:
        _check_shape(value.shape)
        parts = {name: _array(field) for name, field in value.fields}
        sides = len(value.shape)
        if len(parts) < len(value.fields) or any(list(part.shape[:sides]) != value.shape for part in parts.values()):
            raise WireError("fields that do not fit each other")
        try:
            dtype = np.dtype([(name, part.dtype, part.shape[sides:]) for name, part in parts.items()])
            array = np.zeros(value.shape, dtype)
            for name, part in parts.items():
                array[name] = part
        except (ValueError, TypeError, MemoryError) as error:
            raise WireError(str(error)) from error
        return array[()]

    def _table(self, value: Column | Labels | Series | Frame, depth: int) -> Any:
        try:
            return tables.read(value, lambda inner: self.decode(inner, depth + 1))
        except (ValueError, TypeError, LookupError, OverflowError, AssertionError) as error:  # pandas' refusals
            raise WireError(f"no such table: {type(error).__name__}: {error}"[:300]) from error


_Read = Callable[["Decoder", Any, int], Any]
_READ: dict[type, _Read] = {
    Structured: Decoder._array_of_records,
    **dict.fromkeys((Items, Pairs, Fields), Decoder._container),
    **dict.fromkeys((Opaque, Given, Asked), Decoder._named),
}


def _hashable(items: Collection[Any]) -> list[Hashable]:
    """The items, which are to be keys. Raise WireError where they can't be, or so many have the same hash that putting
    them in would take minutes."""
    try:
        hashes = {hash(item) for item in items}
    except (TypeError, ArithmeticError) as error:
        raise WireError("a key that can be none") from error
    if len(items) > MAX_ALIKE and len(hashes) * 2 < len(items):
        raise WireError("keys that are made to be slow")
    return list(items)


def _scalar(value: Scalar) -> object:
    number = _PYTHONS.get(value.dtype) if value.python else None
    if number is not None and len(value.data) == number.size:
        return number.unpack(value.data)[0]
    known = NATIVE.get(value.dtype)
    if known is not None and len(value.data) == known.itemsize and not value.python:
        return np.frombuffer(value.data, known)[0]
    dtype = dtype_of(value.dtype)
    if len(value.data) != dtype.itemsize:
        raise WireError(f"{len(value.data)} bytes for one {value.dtype}")
    if not dtype.itemsize:
        return np.zeros((), dtype)[()]
    array = np.frombuffer(value.data, dtype)
    refuse_impossible_letters(array)
    return array[0].item() if value.python else array[0]


def _array(value: Array) -> np.ndarray:
    known = NATIVE.get(value.dtype) if len(value.shape) == 1 else None
    if known is not None and 0 < value.shape[0] * known.itemsize == len(value.data) <= MAX_FRAME_BYTES // 8:
        return np.frombuffer(value.data, known).copy()
    dtype = dtype_of(value.dtype)
    _check_shape(value.shape)
    if math.prod(value.shape) * dtype.itemsize != len(value.data):
        raise WireError(f"{len(value.data)} bytes for shape {value.shape} of {value.dtype}")
    if not dtype.itemsize:
        return np.zeros(value.shape, dtype)
    try:
        array = np.frombuffer(value.data, dtype).reshape(value.shape).astype(dtype.newbyteorder("="))
    except ValueError as error:
        raise WireError(str(error)) from error
    refuse_impossible_letters(array)
    return array


_PYTHONS = {"float64": struct.Struct("<d"), "int64": struct.Struct("<q"), "bool": struct.Struct("<?")}
_READ_AT_ONCE: dict[type, Callable[[Any], Any]] = {
    Nothing: lambda value: None,
    Scalar: _scalar,
    Integer: lambda value: int.from_bytes(value.data, "little", signed=True),
    Array: _array,
    Text: lambda value: value.value,
    Bytes: lambda value: value.value,
    Named: named.read,
}
"""How what holds no other values is read."""


def _check_shape(shape: list[int]) -> None:
    if len(shape) > 8 or any(side < 0 for side in shape):
        raise WireError(f"no such shape: {shape}")
    if math.prod(side for side in shape if side) * 8 > MAX_FRAME_BYTES:
        raise WireError(f"too large a shape: {shape}")
