"""The forms in which values are sent: data, and names of what is none. Bounded in size and depth.

`encode` and `decode` lead there and back. None of it runs code that a message names: no pickle, no eval, no object
arrays.
"""

from __future__ import annotations

from typing import Annotated, Union

import msgspec

MAX_FRAME_BYTES = 32 << 20
MAX_DEPTH = 12
MAX_ITEMS = 200_000
MAX_TEXT = 20_000
MAX_LONG_TEXT = 1_000_000
MAX_INT_BYTES = 1 << 16
NO_DATA = "what is in it is no data"  # the text of an Opaque that is a dict or a set
MAX_DIGITS = 4_000  # of what is sent in decimal digits; Python reads no more than 4300
Word = Annotated[str, msgspec.Meta(max_length=200)]
Prose = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
LongText = Annotated[str, msgspec.Meta(max_length=MAX_LONG_TEXT)]
Id = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


class WireError(Exception):
    """The other side sent something that the schema or the limits do not allow."""


class Frozen(msgspec.Struct, frozen=True, tag_field="t", array_like=True, forbid_unknown_fields=True):
    """The base of everything that is sent, each as a list: its tag, then its fields in order.

    A tag that could stand anywhere would have to be looked for at each level of what is nested: 22 s for 32 MiB.
    """


class Nothing(Frozen, frozen=True, tag="none"):
    """Python's None."""


class Scalar(Frozen, frozen=True, tag="scalar"):
    """One number, or numpy's date or text.

    Attributes:
        dtype: the name of its numpy type, as `dtypes` knows it.
        data: its bytes, little endian.
        python: whether it is Python's own int, float, bool or complex, not a numpy scalar.
    """

    dtype: Word
    data: bytes
    python: bool = False


class Integer(Frozen, frozen=True, tag="int"):
    """A Python integer beyond 64 bits: its bytes, little endian, with a sign."""

    data: Annotated[bytes, msgspec.Meta(max_length=MAX_INT_BYTES)]


class Array(Frozen, frozen=True, tag="array"):
    """A numpy array of one plain type.

    Attributes:
        dtype: the name of its type, as `dtypes` knows it.
        shape: its sides; decoding allows eight.
        data: its items in C order, little endian.
        subclass: the type's name where it is not ndarray itself, as "matrix"; it arrives as an ndarray.
    """

    dtype: Word
    shape: Annotated[list[int], msgspec.Meta(max_length=32)]
    data: bytes
    subclass: Word = ""


class Structured(Frozen, frozen=True, tag="structured"):
    """A numpy array of records, field by field.

    Attributes:
        shape: its sides.
        fields: the name and the items of each field; an item may be an array itself.
    """

    shape: Annotated[list[int], msgspec.Meta(max_length=32)]
    fields: Annotated[list[tuple[Word, Array]], msgspec.Meta(min_length=1, max_length=200)]


class Text(Frozen, frozen=True, tag="text"):
    """A string."""

    value: LongText


class Bytes(Frozen, frozen=True, tag="bytes"):
    """Python's bytes, or a bytearray, which arrives as bytes."""

    value: bytes


class Named(Frozen, frozen=True, tag="named"):
    """A value of a type of the standard library, or pandas', that has a text to be read from.

    Attributes:
        kind: the type, a key of `named.READ`.
        text: the value.
    """

    kind: Word
    text: Prose


class Items(Frozen, frozen=True, tag="items"):
    """A tuple, a list, a set or a frozenset.

    Attributes:
        kind: the type's name.
        items: the encoded items, in order.
    """

    kind: Word
    items: Annotated[list[Value], msgspec.Meta(max_length=MAX_ITEMS)]


class Pairs(Frozen, frozen=True, tag="dict"):
    """A dict, whose keys are data."""

    items: Annotated[list[tuple[Value, Value]], msgspec.Meta(max_length=MAX_ITEMS)]


class Fields(Frozen, frozen=True, tag="record"):
    """A named tuple or a dataclass without methods.

    Attributes:
        type: the name of its class.
        is_tuple: whether it is a named tuple.
        items: each field with its value.
    """

    type: Word
    is_tuple: bool
    items: Annotated[list[tuple[Word, Value]], msgspec.Meta(max_length=200)]


class Column(Frozen, frozen=True, tag="column"):
    """A column of a table of pandas, or the labels of one.

    Attributes:
        dtype: pandas' name for its type.
        values: an array, or a list where the type is not one of numpy's.
    """

    dtype: Word
    values: Value


class Labels(Frozen, frozen=True, tag="index"):
    """An Index of pandas.

    Attributes:
        levels: one column, or one for each level of a MultiIndex; none where it is a RangeIndex.
        names: the name of each level.
        range: start, stop and step of a RangeIndex, or nothing.
    """

    levels: Annotated[list[Column], msgspec.Meta(max_length=50)]
    names: Annotated[list[Value], msgspec.Meta(min_length=1, max_length=50)]
    range: Annotated[list[int], msgspec.Meta(max_length=3)]


class Series(Frozen, frozen=True, tag="series"):
    """A Series of pandas."""

    name: Value
    labels: Labels
    column: Column


class Frame(Frozen, frozen=True, tag="frame"):
    """A DataFrame of pandas."""

    labels: Labels
    names: Labels
    columns: Annotated[list[Column], msgspec.Meta(max_length=20_000)]


class Opaque(Frozen, frozen=True, tag="opaque"):
    """A stand-in for a value that is not data, or is too large or too deep to send.

    Attributes:
        type: the name of its type.
        text: a short description, or nothing.
        id: by which the kernel knows the object; 0 where it has not kept it.
        role: 2 for an exception's class, 1 for another class, 0 for an object.
    """

    type: Word
    text: Prose
    id: Id = 0
    role: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0


class Reference:
    """An object of the notebook, as the grader holds it.

    Attributes:
        opaque: by which the kernel knows it.
    """

    __slots__ = ("opaque",)

    opaque: Opaque


class Given(Frozen, frozen=True, tag="given"):
    """An argument of the call that is answered, or a part of one: it comes back, and is not sent again.

    Attributes:
        index: its place among all that was sent with the call and can change.
    """

    index: Id


class Asked(Frozen, frozen=True, tag="asked"):
    """A function of the grader's side, which the kernel asks.

    Attributes:
        id: by which the grader knows it.
        name: its name.
    """

    id: Id
    name: Word


Value = Union[
    Nothing, Scalar, Integer, Array, Structured, Text, Bytes, Named, Items, Pairs, Fields, Column, Labels, Series,
    Frame, Opaque, Given, Asked,
]  # fmt: skip


def clean(text: str) -> str:
    """The text without lone surrogates, which UTF-8 can't express."""
    return text.encode("utf-8", "replace").decode("utf-8")


def type_name(value: object) -> str:
    return clean(str(getattr(type(value), "__name__", "?"))[:60])
