"""Encodes Python values as data that can be sent, and decodes them; bounded in size and depth.

Both sides use it. Nothing here runs code that a message names: no pickle, no eval, no object arrays.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Union

import msgspec
import numpy as np

MAX_FRAME_BYTES = 32 << 20
MAX_DEPTH = 12
MAX_ITEMS = 200_000
MAX_TEXT = 20_000
Word = Annotated[str, msgspec.Meta(max_length=200)]
Prose = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64""".split()
}
_NAMES = {np.dtype(name): name for name in DTYPES}


class WireError(Exception):
    """The other side sent something that the schema or the limits do not allow."""


class Frozen(msgspec.Struct, frozen=True, tag_field="t", array_like=True, forbid_unknown_fields=True):
    """The base of everything that is sent, each as a list: its tag, then its fields in order.

    A tag that could stand anywhere would have to be looked for at each level of what is nested: 22 s for 32 MiB.
    """


class Nothing(Frozen, frozen=True, tag="none"):
    """Python's None."""


class Scalar(Frozen, frozen=True, tag="scalar"):
    """One number. Python's integers beyond 64 bits are sent as floats.

    Attributes:
        dtype: its numpy type, a key of DTYPES.
        data: its bytes, little endian.
        python: whether it is Python's own int, float or bool, not a numpy scalar.
    """

    dtype: Word
    data: bytes
    python: bool = False


class Array(Frozen, frozen=True, tag="array"):
    """A numpy array.

    Attributes:
        dtype: a key of DTYPES.
        shape: its sides; decoding allows eight.
        data: its items in C order, little endian.
        subclass: the type's name where it is not ndarray itself, as "Series"; it arrives as an ndarray.
    """

    dtype: Word
    shape: Annotated[list[int], msgspec.Meta(max_length=32)]
    data: bytes
    subclass: Word = ""


class Text(Frozen, frozen=True, tag="text"):
    """A string, cut to MAX_TEXT characters."""

    value: Prose


class Items(Frozen, frozen=True, tag="items"):
    """A tuple or a list.

    Attributes:
        kind: "tuple" or "list".
        items: the encoded items, in order.
    """

    kind: Word
    items: Annotated[list[Value], msgspec.Meta(max_length=MAX_ITEMS)]


class Pairs(Frozen, frozen=True, tag="dict"):
    """A dict. Keys that are not strings are sent as their text."""

    items: Annotated[list[tuple[Word, Value]], msgspec.Meta(max_length=MAX_ITEMS)]


class Opaque(Frozen, frozen=True, tag="opaque"):
    """A stand-in for a value that is not data, or is too large or too deep to send.

    Attributes:
        type: the name of its type.
        text: a short description, or nothing.
    """

    type: Word
    text: Prose


Value = Union[Nothing, Scalar, Array, Text, Items, Pairs, Opaque]


# ---- encode


def encode(value: object) -> Value:
    """The form in which any Python value is sent. What is not data, too deep or too large becomes Opaque."""
    return _encode(value, 0, [MAX_ITEMS])


def _encode(value: object, depth: int, budget: list[int]) -> Value:
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        return Opaque(_type_name(value), "")
    if value is None:
        return Nothing()
    if isinstance(value, bool | int | float | np.generic):
        return _encode_number(value)
    if isinstance(value, np.ndarray):
        return _encode_array(value, depth, budget)
    if isinstance(value, str):
        return Text(clean(value[:MAX_TEXT]))
    if isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        if len(value) > budget[0]:
            return Opaque(kind, f"{len(value)} items")
        return Items(kind, [_encode(item, depth + 1, budget) for item in list(value)])
    if isinstance(value, dict):
        if len(value) > budget[0]:
            return Opaque("dict", f"{len(value)} items")
        return Pairs([(_key_text(key), _encode(item, depth + 1, budget)) for key, item in list(value.items())])
    return _encode_foreign(value, depth, budget)


def _encode_number(value: Any) -> Value:
    if isinstance(value, np.generic):
        plain, name = _native(np.asarray(value))
        if name is None:
            return Opaque(plain.dtype.name, clean(str(value)[:100]))
        return Scalar(name, _little(plain, name).tobytes())
    if isinstance(value, bool):
        return Scalar("bool", bytes([value]), python=True)
    if isinstance(value, int):
        if -(2**63) <= value < 2**63:
            return Scalar("int64", struct.pack("<q", value), python=True)
        if value.bit_length() < 1024:
            return Scalar("float64", struct.pack("<d", float(value)), python=True)
        return Opaque("int", f"{value.bit_length()} bits")
    return Scalar("float64", struct.pack("<d", float(value)), python=True)


def _encode_array(value: np.ndarray, depth: int, budget: list[int]) -> Value:
    subclass = "" if type(value) is np.ndarray else _type_name(value)
    plain, name = _native(np.asarray(value))
    if plain.dtype == object:
        return _encode(plain.tolist(), depth, budget)
    if name is None or _extent(plain.shape) * plain.itemsize > MAX_FRAME_BYTES // 4:
        return Opaque(f"ndarray({plain.dtype.name})", f"shape {plain.shape}")
    return Array(name, list(plain.shape), _little(plain, name).tobytes(), subclass)


def _extent(shape: Sequence[int]) -> int:
    """How many items an array would have without its empty sides. Where that is too large for memory, numpy can hardly
    compute with the array, although it holds nothing."""
    return math.prod(side for side in shape if side)


def _encode_foreign(value: object, depth: int, budget: list[int]) -> Value:
    """A pandas Series or another container that can become an array; anything else is Opaque."""
    if not isinstance(value, type) and hasattr(type(value), "__array__"):
        array = np.asarray(value)
        if isinstance(array, np.ndarray) and array.dtype != object:
            encoded = _encode_array(array, depth, budget)
            if isinstance(encoded, Array):
                return Array(encoded.dtype, encoded.shape, encoded.data, _type_name(value))
    if isinstance(value, range | set | frozenset):
        return Opaque(_type_name(value), clean(repr(value)[:200]))
    return Opaque(_type_name(value), "")


def _native(array: np.ndarray) -> tuple[np.ndarray, str | None]:
    """The array in this machine's byte order, with long doubles as floats, and its type's name in DTYPES.

    The name is None for a type that is not sent.
    """
    name = _NAMES.get(array.dtype)
    if name is not None:
        return array, name
    wanted = np.dtype(np.float64) if array.dtype == np.longdouble else array.dtype.newbyteorder("=")
    if wanted not in _NAMES:
        return array, None
    return array.astype(wanted), _NAMES[wanted]


def _little(array: np.ndarray, name: str) -> np.ndarray:
    return array.astype(DTYPES[name], copy=False)


def _key_text(key: object) -> str:
    try:
        return clean(str(key)[:100])
    except Exception:  # of an integer with 10^5 digits, or of the participant's own __str__
        return f"<{_type_name(key)}>"


def _type_name(value: object) -> str:
    return clean(str(getattr(type(value), "__name__", "?"))[:60])


def clean(text: str) -> str:
    """The text without lone surrogates, which UTF-8 can't express."""
    return text.encode("utf-8", "replace").decode("utf-8")


# ---- decode


def decode(value: Value) -> object:
    """The Python value; Opaque stays as it is. Raise WireError for a value that contradicts itself or is too large."""
    return _decode(value, 0, [MAX_ITEMS])


def _decode(value: Value, depth: int, budget: list[int]) -> object:
    budget[0] -= 1
    if depth > MAX_DEPTH + 1:
        raise WireError("nested too deep")
    if budget[0] < 0:
        raise WireError(f"more than {MAX_ITEMS} values")
    if isinstance(value, Nothing):
        return None
    if isinstance(value, Scalar):
        return _decode_scalar(value)
    if isinstance(value, Array):
        return _decode_array(value)
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Items):
        if value.kind not in ("tuple", "list"):
            raise WireError(f"no such container: {value.kind!r}")
        items = [_decode(item, depth + 1, budget) for item in value.items]
        return tuple(items) if value.kind == "tuple" else items
    if isinstance(value, Pairs):
        return {key: _decode(item, depth + 1, budget) for key, item in value.items}
    return value


def _decode_scalar(value: Scalar) -> object:
    dtype = _dtype(value.dtype)
    if len(value.data) != dtype.itemsize:
        raise WireError(f"{len(value.data)} bytes for one {value.dtype}")
    number = np.frombuffer(value.data, dtype)[0]
    return number.item() if value.python else number


def _decode_array(value: Array) -> np.ndarray:
    dtype = _dtype(value.dtype)
    if len(value.shape) > 8 or any(side < 0 for side in value.shape):
        raise WireError(f"no such shape: {value.shape}")
    if _extent(value.shape) * 8 > MAX_FRAME_BYTES:
        raise WireError(f"too large a shape: {value.shape}")
    if math.prod(value.shape) * dtype.itemsize != len(value.data):
        raise WireError(f"{len(value.data)} bytes for shape {value.shape} of {value.dtype}")
    try:
        return np.frombuffer(value.data, dtype).reshape(value.shape).astype(dtype.newbyteorder("="))
    except ValueError as error:
        raise WireError(str(error)) from error


def _dtype(name: str) -> np.dtype:
    if name not in DTYPES:
        raise WireError(f"no such type of number: {name!r}")
    return DTYPES[name]
