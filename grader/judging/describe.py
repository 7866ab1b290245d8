"""Describes answers and calls for a report: what sort of thing an answer is, and values as Python writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from grader.i18n import Text, msg, msgs
from grader.kernel.session import Opaque

DIGITS = 6  # of a float that is shown
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


def is_stand_in(value: object) -> bool:
    """Whether it is, or holds, something of a module that is not installed here."""
    if isinstance(value, list | tuple):
        return any(map(is_stand_in, value))
    return isinstance(value, Opaque) and value.type.startswith(_STAND_IN)


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
    """A value in a line, long arrays cut."""
    if isinstance(value, Opaque):
        return _show_opaque(value)
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=digits, threshold=12, edgeitems=3, separator=", ", max_line_width=200)
        return f"array({' '.join(text.split())})"
    if isinstance(value, list | tuple):
        inside = ", ".join(show(item, digits) for item in value[:6]) + (", ..." if len(value) > 6 else "")
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(item, digits)}" for key, item in list(value.items())[:6]) + "}"
    if isinstance(value, bool | np.bool_ | None.__class__ | str):
        return repr(value)[:200] if isinstance(value, str) else str(value)
    if isinstance(value, float | np.floating):
        return f"{float(value):.{digits}g}"
    return str(value)


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
