"""Encodes any Python value as what can be sent; what is no data, too deep or too large becomes a name."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from grader.kernel.protocol import named, records, tables
from grader.kernel.protocol.dtypes import SENT_AS_THEY_ARE, little, native
from grader.kernel.protocol.values import (
    MAX_DEPTH,
    MAX_FRAME_BYTES,
    MAX_INT_BYTES,
    MAX_ITEMS,
    MAX_LONG_TEXT,
    NO_DATA,
    Array,
    Bytes,
    Fields,
    Given,
    Integer,
    Items,
    Named,
    Nothing,
    Opaque,
    Pairs,
    Reference,
    Scalar,
    Structured,
    Text,
    Value,
    clean,
    type_name,
)

Keep = Callable[[object], "Value | None"]
"""Gives the form of what is no data; None where a name is all that there is."""
MAX_SHORT = 8  # items of a tuple
_NAMED = frozenset(map(id, (date, time, timedelta, Decimal, Fraction, range)))


def encode(value: object, keep: Keep = lambda value: None, given: Mapping[int, int] = MappingProxyType({})) -> Value:
    """The form in which a value is sent. `given`: by the `id` of each argument that can change, its place."""
    write = _PLAIN.get(id(type(value)))
    if write is not None:
        return write(value)
    form = None if given else _whole_array(value) if type(value) is not tuple else _short_tuple(value)
    return Encoder(keep, given).encode(value) if form is None else form


def _short_tuple(value: tuple[Any, ...]) -> Items | None:
    """The form of a tuple as many functions return it: a few numbers or arrays. None for any other."""
    if len(value) > MAX_SHORT:
        return None
    forms: list[Value] = []
    for item in value:
        write = _PLAIN.get(id(type(item)))
        form = write(item) if write is not None else _whole_array(item)
        if form is None:
            return None
        forms.append(form)
    return Items("tuple", forms)


def _whole_array(value: Any) -> Array | None:
    """The form of an array whose bytes are sent as they are; None for another array, and for all else."""
    name = SENT_AS_THEY_ARE.get(value.dtype) if type(value) is np.ndarray else None
    if name is None or not 0 < value.nbytes <= MAX_FRAME_BYTES // 4:
        return None
    return Array(name, list(value.shape), value.tobytes())


class Encoder:
    """Encodes one message's values, all of which together have MAX_ITEMS parts at most."""

    def __init__(self, keep: Keep, given: Mapping[int, int]) -> None:
        self._keep, self._given = keep, given
        self._left = MAX_ITEMS

    def encode(self, value: Any, depth: int = 0) -> Value:
        self._left -= 1
        if id(value) in self._given:
            return Given(self._given[id(value)])
        if depth > MAX_DEPTH or self._left < 0:
            return Opaque(type_name(value), "too deep or too large")
        kind = type(value)  # what it says itself in `__class__` may be a lie
        if write := _PLAIN.get(id(kind)):
            return write(value)
        if read := _KNOWN.get(id(kind)):
            return read(self, value, depth)
        if issubclass(kind, bool | int | float | complex | np.generic):
            return self._number(value)
        if issubclass(kind, np.ndarray):
            return self._array(value, depth)
        if issubclass(kind, str):
            long = len(value) > MAX_LONG_TEXT
            return Opaque("str", f"{len(value)} characters") if long else Text(clean(str.__str__(value)))
        if issubclass(kind, bytes | bytearray):
            long = len(value) > MAX_FRAME_BYTES // 4
            return Opaque("bytes", f"{len(value)} bytes") if long else Bytes(bytes(value))
        if issubclass(kind, list | tuple | set | frozenset | dict):
            return self._container(value, depth)
        return self._foreign(value, depth)

    # ---- numbers and arrays

    def _number(self, value: Any) -> Value:
        kind = type(value)
        if issubclass(kind, np.generic):
            return self._scalar(np.asarray(value))
        if issubclass(kind, int):
            return _integer(int(value))
        if issubclass(kind, float):
            return _float(float(value))
        return Scalar("complex128", struct.pack("<dd", value.real, value.imag), python=True)

    def _scalar(self, value: np.ndarray) -> Value:
        if value.dtype.names:
            return self._structured(value)
        plain, name = native(value)
        if name is None:
            return self._unsent(value.item(), plain.dtype.name)
        return Scalar(name, little(plain, name))

    def _array(self, value: np.ndarray, depth: int) -> Value:
        form = _whole_array(value)
        if form is not None:
            return form
        subclass = "" if type(value) is np.ndarray else type_name(value)
        plain = np.asarray(value)
        if plain.dtype == object:
            return self.encode(plain.tolist(), depth)
        if _extent(plain.shape) * plain.itemsize > MAX_FRAME_BYTES // 4:
            return Opaque(f"ndarray({plain.dtype.name})", f"shape {plain.shape}")
        if plain.dtype.names:
            return self._structured(plain)
        plain, name = native(plain)
        if name is None:
            return Opaque(f"ndarray({plain.dtype.name})", f"shape {plain.shape}")
        return Array(name, list(plain.shape), little(plain, name), subclass)

    def _structured(self, value: np.ndarray) -> Value:
        fields = [(clean(str(name))[:200], self._array(value[name], 0)) for name in value.dtype.names or ()]
        if not all(isinstance(field, Array) for _, field in fields):
            return Opaque(f"ndarray({value.dtype.name})", f"shape {value.shape}")
        return Structured(list(value.shape), fields)  # type: ignore[arg-type]

    # ---- what holds values

    def _container(self, value: Any, depth: int) -> Value:
        is_plain = id(type(value)) in _PLAIN_CONTAINERS
        kind = _PLAIN_CONTAINERS[id(type(value))] if is_plain else _kind_of_container(type(value))
        if len(value) > self._left:
            return Opaque(kind, f"{len(value)} items")
        if kind == "dict":
            return self._pairs(value, depth)
        if not is_plain and records.is_named_tuple(value):
            return self._fields(value, True, depth)
        items = [self.encode(item, depth + 1) for item in list(value)]
        if kind in ("set", "frozenset"):
            if not all(map(_is_hashable, items)):
                return self._unsent(value, kind)
            items.sort(key=repr)  # so that the same set is always the same message
        return Items(kind, items)

    def _pairs(self, value: dict[Any, Any], depth: int) -> Value:
        pairs = [(self.encode(key, depth + 1), item) for key, item in list(value.items())]
        if not all(_is_hashable(key) for key, _ in pairs):
            return self._unsent(value, "dict")
        return Pairs([(key, self.encode(item, depth + 1)) for key, item in pairs])

    def _fields(self, value: Any, is_tuple: bool, depth: int) -> Value:
        fields = list(records.fields_of(value).items())[:200]
        items = [(clean(str(name))[:200], self.encode(item, depth + 1)) for name, item in fields]
        return Fields(clean(str(records.type_of(value)))[:60], is_tuple, items)

    def _foreign(self, value: Any, depth: int) -> Value:
        """What is neither a number, a text nor a container of Python's own."""
        if isinstance(value, Reference):
            return cast(Opaque, object.__getattribute__(value, "opaque"))
        if isinstance(value, records.TupleRecord | records.Record) or records.is_plain_dataclass(value):
            return self._fields(value, isinstance(value, records.TupleRecord), depth)
        known: Value | None = named.write(value) if _is_named(type(value)) or _is_of_pandas(value) else None
        known = known or tables.write(value, lambda inner: self.encode(inner, depth + 1))
        return known or self._as_array(value, depth) or self._unsent(value, type_name(value))

    def _as_array(self, value: Any, depth: int) -> Value | None:
        """A container of a library's that becomes an array of numbers, as a tensor does."""
        if isinstance(value, type) or not hasattr(type(value), "__array__"):
            return None
        try:
            array = np.asarray(value)
        except Exception:  # the participant's own __array__ may do anything
            return None
        if not isinstance(array, np.ndarray) or array.dtype == object:
            return None
        encoded = self._array(array, depth)
        if not isinstance(encoded, Array):
            return None
        return Array(encoded.dtype, encoded.shape, encoded.data, type_name(value))

    def _unsent(self, value: object, type_: str) -> Value:
        is_set = isinstance(value, dict | set | frozenset)
        return self._keep(value) or Opaque(type_, NO_DATA if is_set else "")


_CONTAINERS = (("tuple", tuple), ("list", list), ("set", set), ("frozenset", frozenset), ("dict", dict))
_PLAIN_CONTAINERS = {id(plain): name for name, plain in _CONTAINERS}
_KNOWN: dict[int, Callable[[Encoder, Any, int], Value]] = {
    id(np.ndarray): Encoder._array,
    **dict.fromkeys(_PLAIN_CONTAINERS, Encoder._container),
}
"""How other common values are written, each of exactly this type, by its `id`."""


def _kind_of_container(type_: type) -> str:
    return next(name for name, plain in _CONTAINERS if issubclass(type_, plain))


def _is_named(type_: type) -> bool:
    """Whether it is one of these types, or made from it. Fraction's own `issubclass` wants a type that has a hash."""
    return not _NAMED.isdisjoint(map(id, type_.__mro__))


def _integer(value: int) -> Value:
    if -(2**63) <= value < 2**63:
        return Scalar("int64", _LONG.pack(value), True)
    size = value.bit_length() // 8 + 1
    if size > MAX_INT_BYTES:
        return Opaque("int", f"{value.bit_length()} bits")
    return Integer(value.to_bytes(size, "little", signed=True))


def _float(value: float) -> Value:
    return Scalar("float64", _DOUBLE.pack(value), True)


def _bool(value: bool) -> Value:
    return Scalar("bool", b"\1" if value else b"\0", True)


def _numpy_scalar(name: str, value: np.generic) -> Value:
    return Scalar(name, value.tobytes())


_DOUBLE, _LONG = struct.Struct("<d"), struct.Struct("<q")
_NOTHING = Nothing()
_PLAIN: dict[int, Callable[[Any], Value]] = {
    id(type(None)): lambda value: _NOTHING,
    id(bool): _bool,
    id(int): _integer,
    id(float): _float,
    **{id(dtype.type): partial(_numpy_scalar, name) for dtype, name in SENT_AS_THEY_ARE.items()},
}
"""How the commonest values are written, each of exactly this type. By its `id`: a notebook's class may have no hash, or
say that it is equal to any other."""


def _extent(shape: Sequence[int]) -> int:
    """How many items an array would have without its empty sides. Where that is too large for memory, numpy can hardly
    compute with the array, although it holds nothing."""
    return math.prod(side for side in shape if side)


def _is_hashable(value: Value) -> bool:
    if isinstance(value, Items):
        return value.kind in ("tuple", "frozenset") and all(map(_is_hashable, value.items))
    if isinstance(value, Fields):
        return value.is_tuple and all(_is_hashable(item) for _, item in value.items)
    return isinstance(value, Nothing | Scalar | Integer | Text | Bytes | Named)


def _is_of_pandas(value: object) -> bool:
    return type(value).__module__.partition(".")[0] == "pandas"
