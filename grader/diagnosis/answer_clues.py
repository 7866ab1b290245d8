"""Clues that are the right answers, changed: rounded, halved, added up, joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from grader.i18n import Text, msg

ChangedAnswer = tuple[str, Text, Callable[[Any, int], object]]
"""A clue's name and text, and what it makes of a right answer and the number of items."""
_DIGITS = range(5)


def changed_answers() -> Iterator[ChangedAnswer]:
    yield from _of_all_parts()
    yield from _of_form()
    for digits in _DIGITS:
        yield (
            "answer-rounded" if digits else "rounded-to-whole-numbers",
            msg(
                "It looks as if the answer is rounded (decimal places: {digits}). Return it exactly as it comes out.",
                digits=digits,
            ),
            _parts(partial(np.round, decimals=digits)),
        )


def _of_all_parts() -> Iterator[ChangedAnswer]:
    """What is done to each number of the answer."""
    yield "opposite-sign", msg("All numbers are right but for their sign, which is reversed."), _parts(np.negative)
    yield "half", msg("The answer is exactly half of what it should be."), _parts(lambda part: part / 2)
    yield "twice", msg("The answer is exactly twice what it should be."), _parts(lambda part: part * 2)
    yield (
        "n-times",
        msg("The answer is exactly N times what it should be, N being the number of items. Check the division."),
        _counted(lambda part, n: part * n),
    )
    yield (
        "divided-by-n",
        msg(
            "The answer is exactly what it should be, divided once more by N, the number of items. Does "
            "something divide it twice?"
        ),
        _counted(lambda part, n: part / n),
    )
    yield (
        "divided-by-root-of-n",
        msg("The answer is what it should be, divided by the root of N, the number of items. Check the division."),
        _counted(lambda part, n: part / np.sqrt(n)),
    )
    yield (
        "root-of-n-times",
        msg("The answer is what it should be times the root of N, the number of items. Check the division."),
        _counted(lambda part, n: part * np.sqrt(n)),
    )
    yield (
        "sign-lost",
        msg("The answer is right but for its signs: all numbers are positive, as after an absolute value."),
        _parts(np.abs),
    )
    yield (
        "negative-cut-to-zero",
        msg("Negative numbers have become 0, the others are right, as after max(0, ...) or a ReLU."),
        _parts(partial(np.maximum, 0)),
    )
    yield (
        "sigmoid",
        msg("The answer has gone through a sigmoid at the end. Check whether this exercise asks for one."),
        _parts(lambda part: 1 / (1 + np.exp(-np.asarray(part, dtype=float)))),
    )
    yield "squared", msg("The answer is the square of what it should be."), _parts(np.square)
    yield "root-taken", msg("The answer is the square root of what it should be."), _parts(np.sqrt)
    yield (
        "cut-to-whole-numbers",
        msg("The answer is cut to whole numbers, as int(...) and // do. Return it exactly as it comes out."),
        _parts(np.trunc),
    )
    yield (
        "rounded-down",
        msg("The answer is rounded down to whole numbers, as // does. Return it exactly as it comes out."),
        _parts(np.floor),
    )


def _of_form() -> Iterator[ChangedAnswer]:
    """What is done to the answer as a whole."""
    yield (
        "running-total",
        msg("Each number of the answer is right but for the sum of all before it, which is added to it."),
        _vector(np.cumsum),
    )
    yield (
        "sorted",
        msg("The numbers are right, but sorted. They should stand in the order of the input."),
        _vector(np.sort),
    )
    yield (
        "order-reversed",
        msg("The numbers are right, but the last one stands first."),
        _vector(lambda part: part[::-1]),
    )
    yield (
        "added-up",
        msg("The numbers of the answer are added up. Each item should have its own."),
        _vector(np.sum),
    )
    yield (
        "averaged",
        msg("The numbers of the answer are averaged. Each item should have its own."),
        _vector(np.mean),
    )
    yield (
        "first-value-only",
        msg("Only the first of the values that should be returned comes back, and it is right. The other is missing."),
        _pair(lambda first, _: first),
    )
    yield (
        "second-value-only",
        msg("Only the second of the values that should be returned comes back, and it is right. The first is missing."),
        _pair(lambda _, second: second),
    )
    yield (
        "values-swapped",
        msg("Both values are right, but they come back in reverse order."),
        _pair(lambda first, second: (second, first)),
    )
    yield (
        "joined",
        msg("Both vectors are right, but they are joined into one. Return them as two values, with a comma between."),
        _pair(lambda first, second: np.concatenate([first, second])),
    )
    yield (
        "pair-for-each-item",
        msg(
            "The numbers are right, but each item has a pair of its own. Return two vectors: all first values, "
            "then all second ones."
        ),
        _pair(lambda first, second: np.column_stack([first, second])),
    )
    yield (
        "one-mean-of-both",
        msg("One mean of both values comes back. Each of them should have its own."),
        _pair(lambda first, second: np.mean([np.mean(first), np.mean(second)])),
    )


def _parts(change: Callable[[Any], object]) -> Callable[[Any, int], object]:
    return _counted(lambda part, _: change(part))


def _counted(change: Callable[[Any, int], object]) -> Callable[[Any, int], object]:
    def changed(value: Any, count: int) -> object:
        return tuple(change(part, count) for part in value) if isinstance(value, tuple) else change(value, count)

    return changed


def _vector(change: Callable[[Any], object]) -> Callable[[Any, int], object]:
    def changed(value: Any, _: int) -> object:
        parts = value if isinstance(value, tuple) else (value,)
        if any(np.ndim(part) != 1 for part in parts):
            raise TypeError("no vector")
        made = tuple(map(change, parts))
        return made if isinstance(value, tuple) else made[0]

    return changed


def _pair(change: Callable[[Any, Any], object]) -> Callable[[Any, int], object]:
    def changed(value: Any, _: int) -> object:
        if not isinstance(value, tuple) or len(value) != 2:
            raise TypeError("no pair")
        return change(*value)

    return changed
