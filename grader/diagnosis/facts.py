"""Facts about answers beside the right ones, where no function is known that gives them.

Each text says what can be seen in the answers, and what usually makes them so.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from grader.diagnosis.observed import RTOL, alike, always_the_same
from grader.i18n import Text, msg
from grader.kernel.session import Opaque
from grader.model import Diagnosis

MIN_RIGHT = 3  # right answers for one item, before that is said
MIN_NEAR = 3  # wrong answers that are nearly right, before that is said
NEAR = 0.01  # of the largest number in an answer
MIN_SIZES = 3  # numbers of items for which all is right, before that is said
_FUNCTIONS = frozenset({"function", "builtin_function_or_method", "method", "ufunc", "_ArrayFunctionDispatcher"})
_ITERATORS = frozenset({"map", "zip", "filter", "generator", "enumerate", "list_reverseiterator"})


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer beside the right one.

    Attributes:
        value: what the participant's function returned.
        right: what it should have returned: a number, an array, or a tuple of these.
        count: the number of items.
        accepted: whether it earns points.
    """

    value: Any
    right: Any
    count: int
    accepted: bool


Fact = Callable[[Sequence[Seen]], "Text | None"]


def find_fact(seen: Sequence[Seen], facts: Mapping[str, Fact]) -> Diagnosis | None:
    """The first fact that holds for all answers."""
    found = ((name, _text_of(fact, seen)) for name, fact in facts.items())
    return next((Diagnosis(name, text) for name, text in found if text is not None), None)


def _text_of(fact: Fact, seen: Sequence[Seen]) -> Text | None:
    try:
        return fact(seen)
    except (TypeError, ValueError):  # the answers have no such form
        return None


# ---- what sort of thing the answers are


def _function(seen: Sequence[Seen]) -> Text | None:
    if all(isinstance(one.value, Opaque) and one.value.type in _FUNCTIONS for one in seen):
        return msg("The answer is a function that nobody has called. Round brackets after its name call it.")
    return None


def _iterator(seen: Sequence[Seen]) -> Text | None:
    if all(isinstance(one.value, Opaque) and one.value.type in _ITERATORS for one in seen):
        return msg("The answer has not computed its values yet: map, zip and the like need list(...) around them.")
    return None


def _set(seen: Sequence[Seen]) -> Text | None:
    if all(_is_set(one.value) for one in seen):
        return msg(
            "Curly brackets make a set, which keeps no order. Return the values with commas between them, without the "
            "curly brackets."
        )
    return None


def _is_set(value: object) -> bool:
    return isinstance(value, set | frozenset) or (isinstance(value, Opaque) and value.type in {"set", "frozenset"})


def _text(seen: Sequence[Seen]) -> Text | None:
    if all(isinstance(one.value, str) for one in seen):
        return msg("The answer is a text. Return the number itself, and use print for words.")
    return None


def _object(seen: Sequence[Seen]) -> Text | None:
    types = {one.value.type if isinstance(one.value, Opaque) else "" for one in seen}
    if len(types) != 1 or "" in types or any(hasattr(module, next(iter(types))) for module in (builtins, np)):
        return None
    return msg(
        "The answer is an object of type {type}, not what is in it. Return the value itself.", type=types.pop()[:40]
    )


# ---- the right answer is in it


def _too_many_values(seen: Sequence[Seen]) -> Text | None:
    if not all(_is_several(one.value) and len(one.value) > _parts_wanted(one) for one in seen):
        return None
    wanted = _parts_wanted(seen[0])
    if all(isinstance(one.right, tuple) and alike(one.value[:wanted], one.right) for one in seen):
        return msg("Too many values come back: the first {count} are right. Return only these.", count=wanted)
    for place in range(min(len(one.value) for one in seen)):
        if all(not isinstance(one.right, tuple) and alike(one.value[place], one.right) for one in seen):
            return msg(
                "Several values come back, and number {number} of them is the right one. Return only that.",
                number=place + 1,
            )
    return None


def _is_several(value: Any) -> bool:
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _parts_wanted(one: Seen) -> int:
    return len(one.right) if isinstance(one.right, tuple) else 1


def _history(seen: Sequence[Seen]) -> Text | None:
    for last in (_last_item, _last_of_each):
        if all(_fits(last, one) for one in seen):
            return msg(
                "Everything on the way comes back, not only the end, which is right. Return the last values only."
            )
    return None


def _last_item(value: Any) -> object:
    return value[-1]


def _last_of_each(value: Any) -> object:
    return tuple(part[-1] for part in value)


def _comma_for_plus(seen: Sequence[Seen]) -> Text | None:
    if all(_is_several(one.value) and len(one.value) == 2 and _fits(sum, one) for one in seen):
        return msg("Two values come back whose sum would be right. Does a comma stand where a plus should?")
    return None


def _fits(change: Callable[[Any], object], one: Seen) -> bool:
    try:
        return alike(change(one.value), one.right)
    except (TypeError, IndexError, KeyError, ValueError):
        return False


# ---- its form


def _every_pair(seen: Sequence[Seen]) -> Text | None:
    several = [one for one in seen if one.count > 1]
    if several and all(
        any(np.shape(part) == (one.count, one.count) for part in _pieces(one.value, one.right)) for one in several
    ):
        return msg(
            "N x N numbers come back where N are wanted: somewhere a column of shape (N, 1) meets a vector of shape "
            "(N,). Leave both as vectors."
        )
    return None


def _repeated_list(seen: Sequence[Seen]) -> Text | None:
    if all(_is_repeated(one) for one in seen):
        return msg(
            "Every list comes back twice over: a number times a list repeats it. Make it an array first: np.array(...)."
        )
    return None


def _is_repeated(one: Seen) -> bool:
    right, parts = _pieces(one.right, one.right), _pieces(one.value, one.right)
    sizes = [np.size(part) for part in right]
    if any(np.ndim(part) != 1 for part in (*right, *parts)) or list(map(np.size, parts)) != [2 * n for n in sizes]:
        return False
    return all(alike(part[:size], part[size:]) for part, size in zip(map(np.ravel, parts), sizes, strict=True))


def _pieces(value: Any, right: Any) -> list[Any]:
    """The values that came back together, where several should."""
    together = isinstance(right, tuple) and _is_several(value)
    return list(value) if together else [value]


# ---- its numbers


def _same_always(seen: Sequence[Seen]) -> Text | None:
    if seen[0].value is None or not always_the_same([one.value for one in seen]) or _all_right_alike(seen):
        return None
    return msg("The answer is the same for every input. Check that it is computed from the arguments.")


def _all_right_alike(seen: Sequence[Seen]) -> bool:
    return all(alike(one.right, seen[0].right) for one in seen)


def _factor(seen: Sequence[Seen]) -> Text | None:
    factor = _constant(numbers / right for numbers, right, _ in _numbers(seen))
    if factor is None:
        return None
    return msg("Every number in the answer is {factor} times what it should be.", factor=f"{factor:.6g}")


def _fixed_divisor(seen: Sequence[Seen]) -> Text | None:
    means = all(np.ndim(part) == 0 for one in seen for part in _pieces(one.right, one.right))
    if not means or len({one.count for one in seen}) < 3:
        return None
    divisor = _constant(count * right / numbers for numbers, right, count in _numbers(seen))
    if divisor is None:
        return None
    return msg(
        "The sum is divided by {divisor} whatever the number of items. Divide by how many there are.",
        divisor=f"{divisor:.6g}",
    )


def _shift(seen: Sequence[Seen]) -> Text | None:
    shift = _constant(numbers - right for numbers, right, _ in _numbers(seen))
    if shift is None:
        return None
    if shift > 0:
        return msg("Every number in the answer is too large by {shift}. Check the brackets.", shift=f"{shift:.6g}")
    return msg("Every number in the answer is too small by {shift}. Check the brackets.", shift=f"{-shift:.6g}")


def _numbers(seen: Sequence[Seen]) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """The numbers of each answer beside the right ones; only those that are not 0. Nothing where forms differ."""
    for one in seen:
        numbers, right = _flat(one.value, one.right), _flat(one.right, one.right)
        if numbers is None or right is None or numbers.shape != right.shape:
            yield np.array([np.nan]), np.array([1.0]), one.count
            return
        telling = (numbers != 0) | (right != 0)
        yield numbers[telling], right[telling], one.count


def _flat(value: Any, right: Any) -> np.ndarray | None:
    try:
        flat = np.concatenate([np.ravel(np.asarray(part)) for part in _pieces(value, right)])
    except (TypeError, ValueError):
        return None
    return flat.astype(float) if flat.dtype.kind in "iuf" else None


def _constant(found: Iterator[np.ndarray]) -> float | None:
    """The number that all of them are; None where they differ, or where the answers are right."""
    with np.errstate(all="ignore"):
        every = np.array(list(chain.from_iterable(found)))
    if len(every) < 3 or not np.isfinite(every).all() or not np.allclose(every, every[0], rtol=RTOL, atol=0):
        return None
    return float(np.median(every)) if abs(every[0]) > RTOL else None


def _nearly_right(seen: Sequence[Seen]) -> Text | None:
    """As derivatives by a small step are, which a formula gives exactly."""
    wrong = [one for one in seen if not one.accepted]
    beside = list(_numbers(wrong))
    if len(wrong) < MIN_NEAR or not all(_is_near(numbers, right) for numbers, right, _ in beside):
        return None
    return msg(
        "The answer is nearly right, but not exactly. Is something computed only approximately, by a small step for "
        "example, or rounded on the way? The exact formula is wanted."
    )


def _is_near(numbers: np.ndarray, right: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(numbers - right) <= NEAR * np.max(np.abs(right), initial=0)))


def _right_up_to(seen: Sequence[Seen]) -> Text | None:
    right = {one.count for one in seen if one.accepted}
    wrong = {one.count for one in seen if not one.accepted}
    if not right or not wrong or max(right) >= min(wrong) or (max(right) > 1 and len(right) < MIN_SIZES):
        return None
    if max(right) == 1 and sum(one.accepted for one in seen) < MIN_RIGHT:
        return None
    if max(right) == 1:
        return msg(
            "The answer is right for one item and wrong for several. Look at what should happen to all of them "
            "together, and what to each."
        )
    return msg(
        "The answer is right for up to {few} items and wrong from {many} on. Does the code count on how many "
        "there are?",
        few=max(right),
        many=min(wrong),
    )


FACTS: dict[str, Fact] = {
    "function-returned": _function,
    "iterator-returned": _iterator,
    "set-returned": _set,
    "text-returned": _text,
    "object-returned": _object,
    "every-pair": _every_pair,
    "too-many-values": _too_many_values,
    "history-returned": _history,
    "comma-for-plus": _comma_for_plus,
    "list-repeated": _repeated_list,
    "wrong-factor": _factor,
    "fixed-divisor": _fixed_divisor,
    "shifted": _shift,
}
VAGUE_FACTS: dict[str, Fact] = {
    "nearly-right": _nearly_right,
    "same-always": _same_always,
    "right-for-few-items": _right_up_to,
}
