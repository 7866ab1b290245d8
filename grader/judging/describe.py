"""Describes answers and calls for a report: what sort of thing an answer is, and values as Python writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.i18n import Text, msg, msgs
from grader.kernel.session import (
    NO_DATA,
    Opaque,
    Raised,
    Record,
    Reference,
    TupleRecord,
    fields_of,
    is_record,
    record_type,
)

DIGITS = 6  # of a float that is shown
MAX_ITEMS = 6  # of a sequence or a dict that is shown
MAX_SHOWN_BYTES = 2_000  # of the text of one value in a report
MAX_LITERAL = 2_000  # numbers of an array in a call
MORE = ", ..."  # in a call, in the place of numbers for which there is no room
LONGEST_BITS = 10_000  # of an integer that is shown: Python writes no more than 4300 digits
_MORE = " ..."
_STAND_IN = "stand-in for "  # how the type of something in a module that is not installed begins
_NOT_CALLED = msg("a function that was not called")
_TOO_LARGE = msg("something that is too large")
_KINDS: Mapping[str, Text] = {
    **dict.fromkeys(("function", "builtin_function_or_method", "method", "ufunc"), _NOT_CALLED),
    **dict.fromkeys(("_ArrayFunctionDispatcher", "partial"), _NOT_CALLED),
    **dict.fromkeys(("list", "tuple", "dict", "str", "int", "float", "bool", "ndarray"), _TOO_LARGE),
    **dict.fromkeys(("complex", "complex64", "complex128"), msg("a complex number")),
    **dict.fromkeys(("set", "frozenset"), msg("a set")),
    "ellipsis": msg("the three dots (...) that stand for code to be written"),
    "generator": msg("a generator, which has not computed its values yet"),
    "module": msg("a module"),
    "range": msg("a range"),
    "type": msg("a class"),
}
_ARRAYS: Mapping[str, Text] = {
    "complex": msg("an array of complex numbers"),
    "str": msg("an array of texts"),
    "bytes": msg("an array of texts"),
    "float": msg("an array that is too large"),
    "int": msg("an array that is too large"),
    "uint": msg("an array that is too large"),
}


def kind(value: object) -> Text:
    """What sort of thing an answer is, in a few words."""
    if isinstance(value, Reference):
        value = object.__getattribute__(value, "opaque")
    if isinstance(value, Opaque):
        return _opaque_kind(value)
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return _array_kind(value)
    if isinstance(value, list | tuple):
        return _sequence_kind(value)
    if value is None:
        return "None"
    if is_record(value):
        return msg("an object of type {type}", type=record_type(value))
    found = next((text for types, text in _DATA if isinstance(value, types)), None)
    return found or _TABLES.get(type(value).__name__) or msg("one number")


_DATA: Sequence[tuple[Any, Text]] = (
    (bool | np.bool_, msg("True or False")),
    (str, msg("a text")),
    (bytes, msg("bytes")),
    (dict, msg("a dict")),
    (set | frozenset, msg("a set")),
    (complex | np.complexfloating, msg("a complex number")),
    (datetime, msg("a date with a time")),
    (date | np.datetime64, msg("a date")),
    (time, msg("a time of day")),
    (timedelta | np.timedelta64, msg("a length of time")),
    (Decimal, msg("a decimal number (Decimal)")),
    (Fraction, msg("a fraction (Fraction)")),
    (range, msg("a range")),
)
_TABLES: Mapping[str, Text] = {
    "DataFrame": msg("a table (DataFrame)"),
    "Series": msg("a column (Series)"),
    **dict.fromkeys(("Index", "RangeIndex", "MultiIndex", "DatetimeIndex"), msg("labels of a table (Index)")),
}


def _array_kind(array: np.ndarray) -> Text:
    shape = str(array.shape)
    if array.dtype == bool:
        return msg("an array of True and False, of shape {shape}", shape=shape)
    if array.dtype.kind in "iuf":
        return msg("an array of shape {shape}", shape=shape)
    return _ARRAY_KINDS.get(array.dtype.kind, msg("an array that does not hold numbers"))


_ARRAY_KINDS: Mapping[str, Text] = {
    "c": msg("an array of complex numbers"),
    **dict.fromkeys("US", msg("an array of texts")),
    **dict.fromkeys("mM", msg("an array of dates")),
}


def _sequence_kind(value: Sequence[object]) -> Text:
    if isinstance(value, tuple):
        return msgs("a tuple of {n} value", "a tuple of {n} values", len(value))
    return msgs("a list of {n} value", "a list of {n} values", len(value))


def _opaque_kind(value: Opaque) -> Text:
    if value.type.startswith("ndarray("):
        dtype = value.type.removeprefix("ndarray(").rstrip("0123456789)")
        return _ARRAYS.get(dtype, msg("an array that does not hold numbers"))
    if value.type.startswith(_STAND_IN):
        module = value.type.removeprefix(_STAND_IN)
        return msg("a stand-in for {module}, which is not installed here", module=module)
    if value.text == NO_DATA:
        return msg("a dict") if value.type == "dict" else msg("a set")
    return _KINDS.get(value.type) or msg("an object of type {type}", type=value.type)


# ---- values in Python's notation


_NOTATION: Mapping[str, str] = {"ellipsis": "...", "list": "[...]", "tuple": "(...)", "dict": "{...}"}
_FLOATS = frozenset({float, np.float64})
_USUAL = tuple(np.array([number]).dtype for number in (1, 1.0, 1j))  # the types of what is written without one
_HAS_NOTATION = ("complex", "range", "set", "frozenset")  # types whose text is how Python writes the value


def show(value: object, digits: int = DIGITS) -> str:
    """A value in a line of MAX_SHOWN_BYTES at most; long arrays and sequences are cut."""
    shown, size = "", 0
    for piece in _pieces(value, digits):
        shown += piece
        size += len(piece.encode(errors="replace"))
        if size > MAX_SHOWN_BYTES:
            break
    return cut(shown)


def cut(text: str) -> str:
    """The text, cut to MAX_SHOWN_BYTES in UTF-8."""
    data = text.encode(errors="replace")
    if len(data) <= MAX_SHOWN_BYTES:
        return text
    return data[: MAX_SHOWN_BYTES - len(_MORE)].decode(errors="ignore") + _MORE


def error_text(raised: Raised) -> str:
    """The exception as Python writes it."""
    return cut(f"{raised.type}: {raised.text}")


def _pieces(value: Any, digits: int) -> Iterator[str]:
    """The value's text in pieces, each of them short."""
    if type(value) in _FLOATS:
        yield f"{value:.{digits}g}"
        return
    writing = next((writing for types, writing in _WRITING if isinstance(value, types)), None)
    if writing is not None:
        yield from writing(value, digits)
    elif type(value).__name__ in ("DataFrame", "Series"):
        yield _show_table(value, digits)
    else:
        yield _show_other(value)


def _sequence_pieces(value: Sequence[Any], digits: int) -> Iterator[str]:
    brackets = "[]" if isinstance(value, list) else "()"
    yield brackets[0]
    for number, item in enumerate(value[:MAX_ITEMS]):
        yield ", " if number else ""
        yield from _pieces(item, digits)
    yield ", ..." if len(value) > MAX_ITEMS else "," if isinstance(value, tuple) and len(value) == 1 else ""
    yield brackets[1]


def _record_pieces(value: object, digits: int) -> Iterator[str]:
    yield f"{record_type(value)}("
    for number, (name, item) in enumerate(islice(fields_of(value).items(), MAX_ITEMS)):
        yield f"{', ' if number else ''}{name}="
        yield from _pieces(item, digits)
    yield ")"


def _pair_pieces(value: Mapping[Any, Any], digits: int) -> Iterator[Iterator[str]]:
    for key, item in islice(value.items(), MAX_ITEMS + 1):
        yield (piece for pieces in (_pieces(key, digits), ": ", _pieces(item, digits)) for piece in pieces)


def _braced(parts: Iterable[Iterable[str]]) -> Iterator[str]:
    yield "{"
    for number, pieces in enumerate(parts):
        yield ", " if number else ""
        if number == MAX_ITEMS:
            yield "..."
            break
        yield from pieces
    yield "}"


def _show_table(value: Any, digits: int) -> str:
    """A table as the call that would make it, without its labels."""
    if type(value).__name__ == "Series":
        return f"Series({show(list(value[: MAX_ITEMS + 1]), digits)})"
    names = list(value.columns[: MAX_ITEMS + 1])
    columns = {name: list(value.iloc[: MAX_ITEMS + 1, at]) for at, name in enumerate(names)}
    return f"DataFrame({show(columns, digits)})"


def _show_other(value: object) -> str:
    if isinstance(value, date | time | timedelta | Decimal | Fraction):
        return repr(value).removeprefix("datetime.")
    if isinstance(value, int) and value.bit_length() > LONGEST_BITS:
        return "<int>"
    return str(value)


_WRITING: Sequence[tuple[Any, Callable[[Any, int], Iterable[str]]]] = (
    (Reference, lambda value, digits: [_show_opaque(object.__getattribute__(value, "opaque"))]),
    (Opaque, lambda value, digits: [_show_opaque(value)]),
    (np.ndarray, lambda value, digits: [_show_array(value, digits)]),
    (TupleRecord | Record, _record_pieces),
    (list | tuple, _sequence_pieces),
    (dict, lambda value, digits: _braced(_pair_pieces(value, digits))),
    (set | frozenset, lambda value, digits: _braced(_pieces(item, digits) for item in sorted(value, key=str))),
    (str, lambda value, digits: [repr(str(value))[:200]]),
    (bytes, lambda value, digits: [repr(bytes(value))[:200]]),
    (float | np.floating, lambda value, digits: [f"{float(value):.{digits}g}"]),
)


def _show_array(array: np.ndarray, digits: int) -> str:
    """An array in a line. Of one with many sides only the corners are shown: each side more makes it longer."""
    edge = 3 if array.ndim <= 2 else 1
    text = np.array2string(array, precision=digits, threshold=12, edgeitems=edge, separator=", ", max_line_width=200)
    return f"array({' '.join(text.split())})"


def _show_opaque(value: Opaque) -> str:
    if value.type.startswith("ndarray("):
        return "array(...)"
    if value.type.startswith(_STAND_IN):
        return f"<{value.type.removeprefix(_STAND_IN)}>"
    if value.text and value.type.startswith(_HAS_NOTATION):
        return value.text
    return _NOTATION.get(value.type, f"<{value.type}>")


def show_both(expected: object, actual: object) -> tuple[str, str]:
    """Both values, with as many digits as it takes to see that they differ."""
    for digits in (DIGITS, 9, 12, 17):
        texts = show(expected, digits), show(actual, digits)
        if texts[0] != texts[1]:
            return texts
    return show(expected), show(actual)  # something else tells them apart: the type, or the labels of a table


def call_text(
    name: str, arguments: Sequence[object], keywords: Mapping[str, object] = MappingProxyType({}), numpy: str = "np"
) -> str:
    """A call that can be pasted into the notebook, where numpy is called `numpy`. It holds MORE where an array is so
    large that it can't be."""
    texts = [literal(argument, numpy) for argument in arguments]
    texts += [f"{keyword}={literal(argument, numpy)}" for keyword, argument in keywords.items()]
    return f"{name}({', '.join(texts)})"


def literal(value: object, numpy: str = "np") -> str:
    """A value as it is written in code; of an object, how a test came by it."""
    if isinstance(value, Reference):
        return str(object.__getattribute__(value, "path"))
    if callable(value):
        return str(getattr(value, "__name__", "function"))
    if isinstance(value, np.ndarray):
        dtype = "" if _is_usual(value) else f", dtype='{value.dtype}'"
        return f"{numpy}.array({_list_literal(value, numpy)}{dtype})"
    if isinstance(value, np.integer | np.floating) and not _is_plain(value):
        number = float(value) if isinstance(value, np.floating) else value.item()  # a long double is its own item
        return f"{numpy}.{value.dtype.name}({literal(number, numpy)})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, list):
        return f"[{', '.join(literal(item, numpy) for item in value)}]"
    if isinstance(value, tuple):
        inside = ", ".join(literal(item, numpy) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {literal(item, numpy)}' for key, item in value.items())}}}"
    if isinstance(value, np.generic):
        return repr(value.item())
    return show(value, 17) if isinstance(value, int | set | frozenset) or _is_table(value) else repr(value)


def _list_literal(array: np.ndarray, numpy: str) -> str:
    if array.size <= MAX_LITERAL:
        is_plain = array.dtype.kind in "iub" or (array.dtype.char in "efd" and np.isfinite(array).all())
        # repr then gives the same, and faster
        return repr(array.tolist()) if is_plain else literal(array.tolist(), numpy)
    first = ", ".join(repr(item) for item in array.ravel()[:3].tolist())
    return f"[{first}{MORE}]"


def _is_plain(number: Any) -> bool:
    """Whether a number of numpy's does what Python's own would do: nobody can tell which of them it was."""
    return number.dtype in _USUAL[:2] and number != 0


def _is_usual(array: np.ndarray) -> bool:
    """Whether an array of these numbers has this type unless another is asked for."""
    return array.dtype.kind in "UOb" or (array.size > 0 and array.dtype in _USUAL)


def _is_table(value: object) -> bool:
    return type(value).__name__ in _TABLES
