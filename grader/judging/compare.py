"""Whether an answer is the expected one, by the course's rules: tolerant of style, never of a wrong number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from grader.i18n import Text, msg
from grader.kernel.session import Opaque

RTOL = 1e-6
ATOL = 1e-9
RTOL_FLOAT32 = 1e-4
ATOL_FLOAT32 = 1e-5  # of the largest number there, or of 1: what is left where such numbers cancel out
_DIGITS = 6
_KINDS: Mapping[str, Text] = {
    "Inert": msg("something of a module that is not installed here"),
    **dict.fromkeys(
        ("function", "builtin_function_or_method", "method", "ufunc", "_ArrayFunctionDispatcher"),
        msg("a function that was not called"),
    ),
}
WRONG_VALUE = msg("The value is not the expected one.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`refusal` is None when the answer is right; `remarks` say what was accepted out of kindness."""

    refusal: Text | None = None
    remarks: tuple[Text, ...] = ()


def compare(expected: object, actual: object, rtol: float = RTOL) -> Comparison:
    """Hold an answer against a number, a vector (n,), or a tuple of these."""
    if isinstance(expected, tuple):
        return _compare_parts(expected, actual, rtol)
    wanted = np.asarray(expected, dtype=float)
    got, remark, refusal = numbers(actual, wanted.shape)
    if got is None:
        return Comparison(refusal)
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        return Comparison(
            msg("There is nan or inf in the answer: a division by zero, or numbers that grew without end.")
        )
    atol = ATOL
    if _is_float32(actual):
        largest = np.max(np.abs(wanted[np.isfinite(wanted)]), initial=1.0)
        rtol, atol = max(rtol, RTOL_FLOAT32), ATOL_FLOAT32 * float(largest)
    if not _close(got, wanted, rtol, atol):
        return Comparison(WRONG_VALUE)
    return Comparison(None, (remark,) if remark else ())


def _close(got: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> bool:
    """What np.allclose says of two arrays of floats, in a quarter of its time."""
    with np.errstate(invalid="ignore"):
        near = np.abs(got - wanted) <= atol + rtol * np.abs(wanted)
    return bool((near & np.isfinite(wanted) | (got == wanted)).all())


def _compare_parts(expected: tuple[object, ...], actual: object, rtol: float) -> Comparison:
    parts, refusal = split(actual, len(expected))
    if parts is None:
        return Comparison(refusal)
    remarks: list[Text] = []
    for number, (wanted, got) in enumerate(zip(expected, parts, strict=True), start=1):
        comparison = compare(wanted, got, rtol)
        if comparison.refusal is not None:
            return Comparison(
                msg(
                    "Value {number} of {count}: {reason}",
                    number=number,
                    count=len(expected),
                    reason=comparison.refusal,
                )
            )
        remarks += [remark for remark in comparison.remarks if remark not in remarks]
    return Comparison(None, tuple(remarks))


def split(actual: object, count: int) -> tuple[Sequence[object] | None, Text | None]:
    """The parts of an answer that should have `count` of them, or why it hasn't."""
    if isinstance(actual, list | tuple | np.ndarray) and np.ndim(actual if isinstance(actual, np.ndarray) else [0]) > 0:
        if len(actual) == count:
            return list(actual), None
        return None, msg(
            "The answer should have {count} parts, and it has {actual}.",
            count=count,
            actual=_count_text(actual),
        )
    if isinstance(actual, dict):
        return None, msg(
            "The answer is a dict. Return the {count} values with a comma: return first, second.", count=count
        )
    if actual is None:
        return None, _nothing()
    return None, msg("The answer should have {count} parts, and it is {actual}.", count=count, actual=kind(actual))


def _count_text(actual: Sequence[object] | np.ndarray) -> str:
    if isinstance(actual, np.ndarray) and actual.ndim > 1:
        return f"shape {actual.shape}"
    return str(len(actual))


def numbers(actual: object, shape: tuple[int, ...]) -> tuple[np.ndarray | None, Text | None, Text | None]:
    """The answer as floats of `shape`, () or (n,); a remark where it came in another form; or why it can't be."""
    array = _as_floats(actual)
    if array is None:
        return None, None, _not_numbers(actual, shape)
    if array.shape == shape:
        return array, None, None
    if array.size == 1 and shape in ((), (1,)):
        return (
            array.reshape(shape),
            msg("One number came as {actual}; that is accepted.", actual=kind(actual)),
            None,
        )
    if len(shape) == 1 and array.shape in ((shape[0], 1), (1, shape[0])):
        text = msg(
            "The answer has shape {actual} where {wanted} was meant; that is accepted.",
            actual=str(array.shape),
            wanted=str(shape),
        )
        return array.reshape(shape), text, None
    if shape == ():
        return None, None, msg("The answer should be one number, and it is {actual}.", actual=kind(actual))
    return (
        None,
        None,
        msg(
            "The answer should have shape {wanted}, one number for each observation, and it is {actual}.",
            wanted=str(shape),
            actual=kind(actual),
        ),
    )


def _as_floats(actual: object) -> np.ndarray | None:
    if isinstance(actual, bool | np.bool_) or not _only_numbers(actual):
        return None
    try:
        array = np.asarray(actual)
    except ValueError:  # rows of different lengths
        return None
    return array.astype(float) if array.dtype.kind in "iuf" else None


def _only_numbers(actual: object) -> bool:
    if isinstance(actual, list | tuple):
        return all(_only_numbers(item) for item in actual)
    return isinstance(actual, int | float | np.generic | np.ndarray) and not isinstance(actual, bool | np.bool_)


def _is_float32(actual: object) -> bool:
    if isinstance(actual, list | tuple):
        return any(_is_float32(item) for item in actual)
    return isinstance(actual, np.generic | np.ndarray) and actual.dtype in (np.float32, np.float16)


def _not_numbers(actual: object, shape: tuple[int, ...]) -> Text:
    if actual is None:
        return _nothing()
    if shape == ():
        return msg("The answer should be one number, and it is {actual}.", actual=kind(actual))
    return msg("The answer should be a vector of numbers, and it is {actual}.", actual=kind(actual))


def _nothing() -> Text:
    return msg("The function returned nothing (None). Printing is not returning: is there a return line?")


def kind(value: object) -> Text:
    """What sort of thing an answer is, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return msg("an array of shape {shape}", shape=str(value.shape))
    if isinstance(value, list | tuple):
        name = type(value).__name__
        return msg("a {name} of {count}", name=name, count=len(value))
    if isinstance(value, Opaque):
        return _KINDS.get(value.type, value.type)
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return msg("one number")
    return type(value).__name__


def show(value: object, digits: int = _DIGITS) -> str:
    """A value in a line, long arrays cut."""
    if isinstance(value, Opaque):
        return f"<{value.type}> {value.text}".strip()
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


def show_both(expected: object, actual: object) -> tuple[str, str]:
    """Both with as many digits as it takes to see them differ."""
    for digits in (_DIGITS, 9, 12, 17):
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
