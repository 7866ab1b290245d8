"""Clues that hold for any course: the answers are the right ones, changed, or those for other arguments.

Each clue is a mistake, a function that gives the answers of somebody who makes it, and its text says no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import permutations
from typing import Any

from grader.diagnosis.answer_clues import changed_answers
from grader.diagnosis.argument_clues import (
    Arguments,
    ChangedArguments,
    changed_arguments,
    changed_numbers,
    fixed_numbers,
    is_vector,
)
from grader.diagnosis.mistake import Mistake
from grader.i18n import msg

Answer = Callable[..., object]


def clues(right: Answer, arguments: Arguments) -> Iterator[Mistake]:
    """What is tried first, the likeliest at the head."""
    yield from _unchanged_arguments(arguments)
    for name, hint, change in changed_answers():
        yield Mistake(name, (hint,), partial(_after, change, right))
    yield from _for_other_arguments(right, changed_arguments(arguments))


def clues_of_part(right: Answer, arguments: Arguments) -> Iterator[Mistake]:
    """What is tried on one of several values."""
    yield from clues(right, arguments)
    yield from _for_other_arguments(right, changed_numbers(arguments))


def late_clues(right: Answer, arguments: Arguments) -> Iterator[Mistake]:
    """What is tried where each value has been looked at alone."""
    yield from _for_other_arguments(right, changed_numbers(arguments))
    yield from _for_other_arguments(right, fixed_numbers(arguments))


def _for_other_arguments(right: Answer, changes: Iterable[ChangedArguments]) -> Iterator[Mistake]:
    for name, hint, change in changes:
        yield Mistake(name, (hint,), partial(_before, change, right))


def _after(change: Callable[[Any, int], object], right: Answer, *args: Any) -> object:
    count = next((len(one) for one in args if is_vector(one)), 1)
    return change(right(*args), count)


def _before(change: Callable[[list[Any]], list[Any]], right: Answer, *args: Any) -> object:
    return right(*change(list(args)))


def _unchanged_arguments(arguments: Arguments) -> Iterator[Mistake]:
    places = range(len(arguments.names))
    for one in places:
        hint = msg("The argument {name} comes back as it was given.", name=arguments.names[one])
        yield Mistake("argument-returned", (hint,), partial(_pick, (one,)))
    for pair in permutations(places, 2):
        hint = msg(
            "The arguments {one} and {other} come back as they were given: nothing that is computed reaches return.",
            one=arguments.names[pair[0]],
            other=arguments.names[pair[1]],
        )
        yield Mistake("arguments-returned", (hint,), partial(_pick, pair))


def _pick(places: Sequence[int], *args: Any) -> object:
    return args[places[0]] if len(places) == 1 else tuple(args[place] for place in places)
