"""Compares answers that are no numbers: texts, truth, dates, sets, dicts, lists of these; says where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.i18n import Text, msg, msgs
from grader.judging import compare_tables
from grader.judging.comparison import WRONG_VALUE, Comparison
from grader.judging.describe import kind, show
from grader.kernel.session import Record, TupleRecord, fields_of, is_record, record_type

Compare = Callable[[Any, Any], Comparison]
MAX_NAMED = 3  # items that a message names
RTOL, ATOL = 1e-6, 1e-9
_EXACT: tuple[Any, ...] = (bool | np.bool_, datetime, date, time, timedelta, Decimal, Fraction, bytes, range)


def compare(expected: Any, actual: Any, inner: Compare) -> Comparison:
    """Compare an answer with any data but a number. `inner` compares what is inside. Raise TypeError for no data."""
    for types, plain in _PLAIN:
        if isinstance(expected, types):
            return plain(expected, actual)
    for types, nested in _NESTED:
        if isinstance(expected, types):
            return nested(expected, actual, inner)
    if is_record(expected):
        return _records(expected, actual, inner)
    if compare_tables.is_table(expected):
        return compare_tables.compare(expected, actual, inner)
    raise TypeError(f"returns() can't compare with {type(expected).__name__}: it is no data. Compare a part of it.")


def _nothing(expected: None, actual: object) -> Comparison:
    return Comparison(None if actual is None else _other_kind(expected, actual))


def _other_kind(expected: object, actual: object) -> Text:
    if actual is None:
        return msg("The function returned nothing (None).")
    return msg("The answer should be {wanted}, and it is {actual}.", wanted=kind(expected), actual=kind(actual))


def _exactly(expected: Any, actual: Any) -> Comparison:
    type_ = next(types for types in _EXACT if isinstance(expected, types))
    if not isinstance(actual, type_) or (isinstance(actual, datetime) and not isinstance(expected, datetime)):
        return Comparison(_other_kind(expected, actual))
    return Comparison(None if expected == actual else WRONG_VALUE)


# ---- texts


def _texts(expected: str, actual: Any) -> Comparison:
    if not isinstance(actual, str):
        return Comparison(_other_kind(expected, actual))
    return Comparison(None if expected == actual else difference(str(expected), str(actual)))


def difference(expected: str, actual: str) -> Text:
    """How two texts differ, in words."""
    if expected.casefold() == actual.casefold():
        return msg("Only capital and small letters differ.")
    if "".join(expected.split()) == "".join(actual.split()):
        return msg("Only spaces or ends of lines differ.")
    at = next((at for at, (one, other) in enumerate(zip(expected, actual, strict=False)) if one != other), None)
    if at is None:
        return _one_is_longer(expected, actual)
    line, place = expected.count("\n", 0, at) + 1, at - (expected.rfind("\n", 0, at) + 1) + 1
    values: dict[str, int | str] = {"place": place, "wanted": repr(expected[at]), "actual": repr(actual[at])}
    if "\n" in expected:
        return msg(
            "Line {line}, character {place}: there should be {wanted}, and there is {actual}.", line=line, **values
        )
    return msg("Character {place}: there should be {wanted}, and there is {actual}.", **values)


def _one_is_longer(expected: str, actual: str) -> Text:
    if len(expected) > len(actual):
        rest = show(expected[len(actual) :][:40])
        return msg("The text is too short: {rest} is missing at its end.", rest=rest)
    return msg("The text is too long: {rest} should not be at its end.", rest=show(actual[len(expected) :][:40]))


# ---- what holds values


def _lists(expected: list[Any], actual: Any, inner: Compare) -> Comparison:
    items = sequence(actual)
    if items is None:
        return Comparison(_other_kind(expected, actual))
    if len(items) != len(expected):
        return Comparison(_wrong_length(len(expected), len(items)))
    return _each(zip(range(1, len(expected) + 1), expected, items, strict=True), _at_item, inner)


def sequence(actual: Any) -> Sequence[Any] | None:
    """The items of a list, a tuple, a one-sided array or a Series."""
    if isinstance(actual, list | tuple):
        return actual
    if isinstance(actual, np.ndarray):
        return list(actual) if actual.ndim else None
    return list(actual) if type(actual).__name__ == "Series" and compare_tables.is_table(actual) else None


def _wrong_length(wanted: int, actual: int) -> Text:
    return msgs(
        "There should be {n} item in it, and the number of items is {actual}.",
        "There should be {n} items in it, and the number of items is {actual}.",
        wanted,
        actual=actual,
    )


def _each(pairs: Iterable[tuple[Any, Any, Any]], say: Callable[[Any, Text], Text], inner: Compare) -> Comparison:
    """Compare item by item; `say` says where the first difference is."""
    remarks: list[Text] = []
    for place, wanted, got in pairs:
        comparison = inner(wanted, got)
        if comparison.refusal is not None:
            return Comparison(say(place, comparison.refusal))
        remarks += [remark for remark in comparison.remarks if remark not in remarks]
    return Comparison(None, tuple(remarks))


def _at_item(place: int, reason: Text) -> Text:
    return msg("Item {place}: {reason}", place=place, reason=reason)


def _at_key(key: object, reason: Text) -> Text:
    return msg("Under the key {key}: {reason}", key=show(key), reason=reason)


def _at_field(name: str, reason: Text) -> Text:
    return msg("Field {name}: {reason}", name=name, reason=reason)


def _dicts(expected: dict[Any, Any], actual: Any, inner: Compare) -> Comparison:
    if not isinstance(actual, dict):
        return Comparison(_other_kind(expected, actual))
    missing = [key for key in expected if key not in actual]
    extra = [key for key in actual if key not in expected]
    refusal = _unlike(missing, extra, keys=True)
    if refusal is not None:
        return Comparison(refusal)
    return _each(((key, expected[key], actual[key]) for key in expected), _at_key, inner)


def _unlike(missing: Sequence[Any], extra: Sequence[Any], keys: bool = False) -> Text | None:
    if missing and keys:
        return msg("It lacks the key {items}.", items=_named(missing))
    if missing:
        return msg("It lacks {items}.", items=_named(missing))
    if extra and keys:
        return msg("It should not have the key {items}.", items=_named(extra))
    return msg("It should not hold {items}.", items=_named(extra)) if extra else None


def _named(items: Iterable[Any]) -> str:
    shown = sorted(show(item) for item in items)
    return ", ".join(shown[:MAX_NAMED]) + (", ..." if len(shown) > MAX_NAMED else "")


def _sets(expected: Any, actual: Any) -> Comparison:
    if not isinstance(actual, set | frozenset):
        return Comparison(_other_kind(expected, actual))
    if expected == actual or _near_numbers(expected, actual):
        return Comparison()
    return Comparison(_unlike(list(expected - actual), list(actual - expected)))


def _near_numbers(expected: Any, actual: Any) -> bool:
    """Whether two sets of as many numbers are the same but for rounding."""
    together = [*expected, *actual]
    if len(expected) != len(actual) or not all(isinstance(one, float | int | np.floating) for one in together):
        return False
    try:
        return bool(np.allclose(sorted(map(float, actual)), sorted(map(float, expected)), RTOL, ATOL))
    except OverflowError:
        return False


def _records(expected: Any, actual: Any, inner: Compare) -> Comparison:
    if not isinstance(actual, Record):
        return Comparison(_other_kind(expected, actual))
    wanted, got = fields_of(expected), fields_of(actual)
    if record_type(expected) != record_type(actual):
        return Comparison(_other_kind(expected, actual))
    refusal = _unlike([name for name in wanted if name not in got], [name for name in got if name not in wanted])
    if refusal is not None:
        return Comparison(refusal)
    return _each(((name, wanted[name], got[name]) for name in wanted), _at_field, inner)


def other_fields(expected: tuple[Any, ...], actual: object) -> Text | None:
    """What to say of a named tuple whose fields have other names than they should."""
    if not is_record(expected) or not isinstance(actual, TupleRecord):
        return None
    wanted, got = list(fields_of(expected)), list(fields_of(actual))
    if wanted == got:
        return None
    return msg("Its fields should be {wanted}, and they are {actual}.", wanted=", ".join(wanted), actual=", ".join(got))


# ---- arrays


def _number(expected: Any, actual: Any) -> Comparison:
    """A complex number, or an integer that no float holds exactly."""
    if isinstance(expected, int):
        return Comparison(_other_kind(expected, actual) if isinstance(actual, bool | str) else WRONG_VALUE)
    return _complex(np.asarray(expected), actual)


def _complex(wanted: np.ndarray, actual: Any) -> Comparison:
    got = np.asarray(actual) if isinstance(actual, int | float | complex | np.number | np.ndarray | list) else None
    if isinstance(actual, bool) or got is None or got.dtype.kind not in "iufc":
        return Comparison(_other_kind(complex(wanted) if not wanted.ndim else wanted, actual))
    if got.shape != wanted.shape:
        return Comparison(_other_shape(wanted.shape, actual))
    near = np.isclose(got, wanted, RTOL, ATOL, equal_nan=True)
    return Comparison(None if near.all() else _first_wrong(~near, got, wanted))


def _other_shape(shape: tuple[int, ...], actual: object) -> Text:
    return msg("The answer should have shape {wanted}, and it is {actual}.", wanted=str(shape), actual=kind(actual))


def _arrays(expected: Any, actual: Any, inner: Compare) -> Comparison:
    """Arrays of anything but whole and real numbers; lists of as many sides count as arrays."""
    wanted = np.asarray(expected)
    if wanted.dtype == object:
        return inner(wanted.tolist(), actual)
    if wanted.dtype.kind == "c":
        return _complex(wanted, actual)
    got = _as_array(actual, wanted.dtype)
    if got is None:
        return Comparison(_other_kind(expected, actual))
    if got.shape != wanted.shape:
        return Comparison(_other_shape(wanted.shape, actual))
    if wanted.dtype.names:
        return _structured(wanted, got, inner)
    same = got == wanted
    if wanted.dtype.kind in "mM":
        same = same | (np.isnat(got) & np.isnat(wanted))
    return Comparison(None if np.all(same) else _first_wrong(~np.asarray(same), got, wanted))


def _structured(wanted: np.ndarray, got: np.ndarray, inner: Compare) -> Comparison:
    names, own = wanted.dtype.names or (), got.dtype.names or ()
    refusal = _unlike([name for name in names if name not in own], [name for name in own if name not in names])
    if refusal is not None:
        return Comparison(refusal)
    return _each(((name, wanted[name], got[name]) for name in names), _at_field, inner)


def _as_array(actual: Any, dtype: np.dtype) -> np.ndarray | None:
    try:
        got = np.asarray(actual)
    except ValueError:
        return None
    if dtype.kind in "mM" and got.dtype == object:
        try:
            got = got.astype(dtype)
        except (ValueError, TypeError):
            return None
    fits = got.dtype.kind == dtype.kind and bool(got.dtype.names) == bool(dtype.names)
    return got if fits else None


def _first_wrong(wrong: np.ndarray, got: np.ndarray, wanted: np.ndarray) -> Text:
    """Where the first wrong item of an array stands."""
    if not wanted.ndim:
        return WRONG_VALUE
    place = tuple(np.argwhere(wrong)[0].tolist())
    if len(place) == 2:
        return wrong_at(*place, got[place], wanted[place])
    return _at_item(place[0] + 1, _should_be(got[place], wanted[place])) if len(place) == 1 else WRONG_VALUE


def wrong_at(row: int, column: int, actual: object, wanted: object) -> Text:
    """What to say of a wrong item of a table."""
    reason = _should_be(actual, wanted)
    return msg("Row {row}, column {column}: {reason}", row=row + 1, column=column + 1, reason=reason)


def _should_be(actual: object, wanted: object) -> Text:
    return msg("it should be {wanted}, and it is {actual}.", wanted=show(wanted), actual=show(actual))


_PLAIN: tuple[tuple[Any, Callable[[Any, Any], Comparison]], ...] = (
    (type(None), _nothing),
    (_EXACT, _exactly),
    (str, _texts),
    (int | complex | np.complexfloating, _number),
    (set | frozenset, _sets),
)
_NESTED: tuple[tuple[Any, Callable[[Any, Any, Compare], Comparison]], ...] = (
    (list, _lists),
    (dict, _dicts),
    (np.ndarray | np.generic, _arrays),
)
