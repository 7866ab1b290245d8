"""Compares an answer with the expected one: tolerant of style, never of a wrong number."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grader.i18n import Text, msg, msgs
from grader.judging import compare_data
from grader.judging.comparison import WRONG_VALUE, Comparison
from grader.judging.describe import kind

RTOL = 1e-6
ATOL = 1e-9
RTOL_FLOAT32 = 1e-4
ATOL_FLOAT32 = 1e-5  # of the largest number there, or of 1: what is left where such numbers cancel out
COLUMN, ROW = "(N, 1)", "(1, N)"
LARGEST_EXACT = 2**53  # as a float


def compare(expected: object, actual: object, rtol: float = RTOL) -> Comparison:
    """Compare an answer with what is expected: any kind of data. Raise TypeError where it is none."""
    if _is_the_same(expected, actual):
        return _RIGHT
    if isinstance(expected, tuple):
        return _compare_parts(expected, actual, rtol)
    if _is_whole(expected) and _is_whole(actual):
        return Comparison(None if int(expected) == int(actual) else WRONG_VALUE)  # type: ignore[call-overload]
    if _is_numeric(expected):
        return _compare_numbers(expected, actual, rtol)
    return compare_data.compare(expected, actual, lambda wanted, got: compare(wanted, got, rtol))


_RIGHT = Comparison()


def _is_the_same(expected: object, actual: object) -> bool:
    """Whether it is equal to the last bit, as most right answers are: floats, arrays of them, a tuple of these."""
    if isinstance(expected, float):
        return isinstance(actual, float) and bool(expected == actual)
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, np.ndarray):
        return _are_alike(expected, actual) and bool((expected == actual).all())
    if type(expected) is tuple and isinstance(actual, tuple):
        return len(expected) == len(actual) and all(map(_is_the_same, expected, actual))
    return False


def _are_alike(expected: object, actual: object) -> bool:
    """Whether both are arrays of floats, of one shape."""
    if type(expected) is not np.ndarray or type(actual) is not np.ndarray:
        return False
    return bool(expected.dtype == actual.dtype == np.float64) and expected.shape == actual.shape


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_numeric(expected: object) -> bool:
    """Whether it is a number, or an array or a list of numbers that are exact as floats."""
    if isinstance(expected, list):
        return all(map(_is_numeric, expected)) and _is_regular(expected)
    if isinstance(expected, np.ndarray | np.generic):
        return expected.dtype.kind in "iuf"
    if isinstance(expected, bool):
        return False
    return isinstance(expected, float) or (isinstance(expected, int) and abs(expected) <= LARGEST_EXACT)


def _is_regular(expected: list[object]) -> bool:
    try:
        return np.asarray(expected).dtype.kind in "iuf"
    except ValueError:  # rows of different lengths
        return False


def _compare_numbers(expected: object, actual: object, rtol: float) -> Comparison:
    if isinstance(expected, float) and isinstance(actual, float) and math.isfinite(expected) and math.isfinite(actual):
        is_near = abs(float(actual) - float(expected)) <= ATOL + rtol * abs(float(expected))
        return _RIGHT if is_near else Comparison(WRONG_VALUE)
    if _are_alike(expected, actual) and _close(actual, expected, rtol, ATOL):  # type: ignore[arg-type]
        return _RIGHT
    wanted = np.asarray(expected, dtype=float)
    got, remark, refusal = numbers(actual, wanted.shape)
    if got is None:
        return Comparison(refusal)
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        return Comparison(
            msg(
                "There is nan or inf in the answer. It comes of a division by zero, of the mean of an empty array, or "
                "of numbers that grew without end."
            )
        )
    atol = ATOL
    if _is_float32(actual):
        largest = np.max(np.abs(wanted[np.isfinite(wanted)]), initial=1.0)
        rtol, atol = max(rtol, RTOL_FLOAT32), ATOL_FLOAT32 * float(largest)
    if not _close(got, wanted, rtol, atol):
        return Comparison(_where(got, wanted, rtol, atol))
    return Comparison(None, (remark,) if remark else ())


def _where(got: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> Text:
    """What to say of a wrong value: in a table, where it stands."""
    if wanted.ndim != 2:
        return WRONG_VALUE
    row, column = np.argwhere(~_near(got, wanted, rtol, atol))[0].tolist()
    return compare_data.wrong_at(row, column, got[row, column], wanted[row, column])


def _close(got: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> bool:
    """What np.allclose says of two arrays of floats, in a quarter of its time."""
    return bool(_near(got, wanted, rtol, atol).all())


def _near(got: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        near: np.ndarray = np.abs(got - wanted) <= atol + rtol * np.abs(wanted)
    close: np.ndarray = near & np.isfinite(wanted) | (got == wanted)
    return close


def _compare_parts(expected: tuple[object, ...], actual: object, rtol: float) -> Comparison:
    parts, refusal = split(actual, len(expected))
    if parts is None:
        return Comparison(refusal)
    other = compare_data.other_fields(expected, actual)
    if other is not None:
        return Comparison(other)
    compared = [compare(wanted, got, rtol) for wanted, got in zip(expected, parts, strict=True)]
    refusals = [one.refusal for one in compared]
    if any(refusal is not None for refusal in refusals):
        return Comparison(_of_parts(refusals))
    remarks: list[Text] = []
    for one in compared:
        remarks += [remark for remark in one.remarks if remark not in remarks]
    return Comparison(None, tuple(remarks))


def _of_parts(refusals: Sequence[Text | None]) -> Text:
    """What to say where some parts are wrong: which of them, unless several simply have a wrong value."""
    wrong = [place for place, refusal in enumerate(refusals) if refusal is not None]
    first, count = refusals[wrong[0]], len(refusals)
    if any(refusals[place] != WRONG_VALUE for place in wrong):
        return msg("Value {number} of {count}: {reason}", number=wrong[0] + 1, count=count, reason=first or "")
    if len(wrong) > 1:
        return WRONG_VALUE
    return msg("Only value {number} of {count} is not the expected one.", number=wrong[0] + 1, count=count)


def split(actual: object, count: int) -> tuple[Sequence[object] | None, Text | None]:
    """The parts of an answer that should have `count` of them; or None and why it has not."""
    if isinstance(actual, list | tuple) or (isinstance(actual, np.ndarray) and actual.ndim > 0):
        return (list(actual), None) if len(actual) == count else (None, _wrong_count(actual, count))
    if isinstance(actual, dict):
        return None, msg("The answer is a dict. Return {count} values with commas: return first, second.", count=count)
    if actual is None:
        return None, _nothing()
    return None, _not_parts(actual, count)


def _wrong_count(actual: Sequence[object] | np.ndarray, count: int) -> Text:
    if isinstance(actual, np.ndarray) and actual.ndim > 1:
        return _not_parts(actual, count)
    return msgs(
        "The function should return {n} value, and it returned {actual}.",
        "The function should return {n} values, and it returned {actual}.",
        count,
        actual=len(actual),
    )


def _not_parts(actual: object, count: int) -> Text:
    return msgs(
        "The function should return {n} value, and its answer is {actual}.",
        "The function should return {n} values, and its answer is {actual}.",
        count,
        actual=kind(actual),
    )


def numbers(actual: object, shape: tuple[int, ...]) -> tuple[np.ndarray | None, Text | None, Text | None]:
    """The answer as floats of `shape`, () or (n,); a remark where it has another form; a refusal where it can't be."""
    array = _as_floats(actual)
    if array is None:
        return None, None, _not_numbers(actual, shape)
    if array.shape == shape:
        return array, None, None
    if array.size == 1 and shape == ():
        text = msg("The answer should be one number, and it is {actual}. That is accepted.", actual=kind(actual))
        return array.reshape(shape), text, None
    if array.size == 1 and shape == (1,):  # other cases tell a row from a column, and both from a number
        return array.reshape(shape), None, None
    if len(shape) == 1 and array.shape in ((shape[0], 1), (1, shape[0])):
        form = COLUMN if array.shape[1] == 1 else ROW
        text = msg("The answer should have shape (N,), and it has shape {actual}. That is accepted.", actual=form)
        return array.reshape(shape), text, None
    return None, None, _wrong_shape(actual, shape)


def _wrong_shape(actual: object, shape: tuple[int, ...]) -> Text:
    if shape == ():
        return msg("The answer should be one number, and it is {actual}.", actual=kind(actual))
    if len(shape) > 1:
        wanted = str(shape)
        return msg("The answer should have shape {wanted}, and it is {actual}.", wanted=wanted, actual=kind(actual))
    return msgs(
        "The answer should be an array of {n} number, and it is {actual}.",
        "The answer should be an array of {n} numbers, and it is {actual}.",
        shape[0],
        actual=kind(actual),
    )


def _as_floats(actual: object) -> np.ndarray | None:
    if isinstance(actual, bool | np.bool_) or not _only_numbers(actual):
        return None
    try:
        array = np.asarray(actual)
    except ValueError:  # rows of different lengths
        return None
    if array.dtype == object:
        return _long_integers(array)
    return array.astype(float) if array.dtype.kind in "iuf" else None


def _long_integers(array: np.ndarray) -> np.ndarray | None:
    """Integers too long for numpy as floats; infinite where they are too large for that too."""
    if not all(isinstance(item, int | float) for item in array.flat):
        return None
    try:
        return array.astype(float)
    except OverflowError:
        return np.full(array.shape, np.inf)


def _only_numbers(actual: object) -> bool:
    if isinstance(actual, list | tuple):
        return all(_only_numbers(item) for item in actual)
    if isinstance(actual, bool | np.bool_):
        return False
    return isinstance(actual, int | float | np.generic | np.ndarray) or type(actual).__name__ == "Series"


def _is_float32(actual: object) -> bool:
    if isinstance(actual, list | tuple):
        return any(_is_float32(item) for item in actual)
    return isinstance(actual, np.generic | np.ndarray) and actual.dtype in (np.float32, np.float16)


def _not_numbers(actual: object, shape: tuple[int, ...]) -> Text:
    if actual is None:
        return _nothing()
    if shape == ():
        return msg("The answer should be one number, and it is {actual}.", actual=kind(actual))
    odd = next((item for item in actual if not _is_number(item)), None) if isinstance(actual, list | tuple) else None
    if odd is not None:
        return msg("The answer should hold only numbers, and one of its values is {actual}.", actual=kind(odd))
    return msg("The answer should be an array of numbers, and it is {actual}.", actual=kind(actual))


def _nothing() -> Text:
    return msg("The function returned nothing (None).")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
