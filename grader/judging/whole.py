"""Begins the tests of several exercises before any of them is judged: the kernel then makes the calls of one exercise
after another, without waiting for the grader to look at the answers in between.

Only where each test states all its calls before it looks at an answer, and where none of them sets what others set too:
with the reference's functions all of them pass when they are run so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from grader.judging.ahead import BegunTests, End, begin_each, end_all, size_bytes
from grader.judging.plain_test import PlainTest
from grader.judging.stand_in import Function

MAX_BYTES = 1 << 18  # of all arrays that are sent before the answers to the first are looked at
Part = tuple[Function, str, Sequence[PlainTest | None]]
"""The function of an exercise, the course's name of it, and the exercise's tests."""


def begin_whole(parts: Iterable[Part], limit_s: float) -> Iterator[BegunTests]:
    """Begin the tests of the first of the parts, as many as can be begun as a whole."""
    left_bytes = MAX_BYTES
    for function, name, tests in parts:
        begun = {test.item: one for test, one in begin_each(tests, function, name, limit_s)}
        if len(begun) < len(tests):
            return
        yield begun
        left_bytes -= sum(size_bytes(one.cases) for one in begun.values())
        if left_bytes < 0:
            return


def count_whole(parts: Callable[[int], Iterable[Part]], most: int, limit_s: float) -> int:
    """How many of the parts can be begun together. `parts` gives the first so many, with the reference's functions."""
    functions: list[Function] = []

    def noted() -> Iterator[Part]:
        for part in parts(most):
            functions.append(part[0])
            yield part

    begun = [list(tests.values()) for tests in begin_whole(noted(), limit_s)]
    each = [(function, one) for function, own in zip(functions, begun, strict=False) for one in own]
    ends = end_all(each, limit_s)
    first_other = next((place for place, end in enumerate(ends) if end is not End.PASSED), len(ends))
    lengths = accumulate(map(len, begun))
    count = sum(length <= first_other for length in lengths)
    return count if count in (0, len(begun)) else count_whole(parts, count, limit_s)
