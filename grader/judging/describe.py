"""Describes answers and calls for a report: what sort of thing an answer is, and values as Python writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

import numpy as np

from grader.i18n import Text, msg, msgs
from grader.kernel.session import Opaque, Raised

DIGITS = 6  # of a float that is shown
MAX_ITEMS = 6  # of a sequence or a dict that is shown
MAX_SHOWN_BYTES = 2_000  # of the text of one value in a report
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
    if isinstance(value, Opaque):
        return _opaque_kind(value)
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return _array_kind(value)
    if isinstance(value, list | tuple):
        return _sequence_kind(value)
    if isinstance(value, bool | np.bool_):
        return msg("True or False")
    if isinstance(value, str):
        return msg("a text")
    if isinstance(value, dict):
        return msg("a dict")
    return "None" if value is None else msg("one number")


def _array_kind(array: np.ndarray) -> Text:
    shape = str(array.shape)
    if array.dtype == bool:
        return msg("an array of True and False, of shape {shape}", shape=shape)
    return msg("an array of shape {shape}", shape=shape)


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
    return _KINDS.get(value.type) or msg("an object of type {type}", type=value.type)


# ---- values in Python's notation


_NOTATION: Mapping[str, str] = {"ellipsis": "...", "list": "[...]", "tuple": "(...)", "dict": "{...}"}
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


def _pieces(value: object, digits: int) -> Iterator[str]:
    """The value's text in pieces, each of them short."""
    if isinstance(value, Opaque):
        yield _show_opaque(value)
    elif isinstance(value, np.ndarray):
        yield _show_array(value, digits)
    elif isinstance(value, list | tuple):
        brackets = "[]" if isinstance(value, list) else "()"
        yield brackets[0]
        for number, item in enumerate(value[:MAX_ITEMS]):
            yield ", " if number else ""
            yield from _pieces(item, digits)
        yield ", ..." if len(value) > MAX_ITEMS else "," if isinstance(value, tuple) and len(value) == 1 else ""
        yield brackets[1]
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(islice(value.items(), MAX_ITEMS)):
            yield ", " if number else ""
            yield f"{key!r}: "
            yield from _pieces(item, digits)
        yield "}"
    elif isinstance(value, str):
        yield repr(value)[:200]
    elif isinstance(value, float | np.floating):
        yield f"{float(value):.{digits}g}"
    else:
        yield str(value)


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
            break
    return texts


def call_text(name: str, arguments: Sequence[object], keywords: Mapping[str, object] = MappingProxyType({})) -> str:
    """A call that can be pasted into the notebook while its arrays are short; `np` is numpy."""
    texts = [_literal(argument) for argument in arguments]
    texts += [f"{keyword}={_literal(argument)}" for keyword, argument in keywords.items()]
    return f"{name}({', '.join(texts)})"


def _literal(value: object) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= 12:
            return f"np.array({value.tolist()!r})"
        first = ", ".join(repr(item) for item in value.ravel()[:3].tolist())
        return f"np.array([{first}, ...])"
    if isinstance(value, np.generic):
        return repr(value.item())
    return repr(value)
