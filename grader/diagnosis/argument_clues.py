"""Clues that are the right answers for other arguments: swapped, fixed, cut short, made a column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations
from typing import Any

import numpy as np

from grader.i18n import Text, msg

ChangedArguments = tuple[str, Text, Callable[[list[Any]], list[Any]]]
"""A clue's name and text, and what it makes of the arguments of a call."""
_CONSTANTS = (0, 1, 0.5, 0.1, 0.01, 0.001, 0.0001, 2, 3, 5, 10, 20)  # none that would make a loop long
_FEW = (1, 2, 3, 5, 10, 20, 50, 100)
_SHARES = (0.5, 0.7, 0.75, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of an exercise's function.

    Attributes:
        names: what the participant calls them.
        one: those of one call, to tell vectors from numbers.
        data: the course's data set.
    """

    names: tuple[str, ...]
    one: tuple[Any, ...]
    data: tuple[Any, ...] = ()

    @property
    def vectors(self) -> list[int]:
        return [place for place, value in enumerate(self.one) if is_vector(value)]

    @property
    def numbers(self) -> list[int]:
        return [place for place, value in enumerate(self.one) if not is_vector(value)]


def is_vector(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 1


def changed_arguments(arguments: Arguments) -> Iterator[ChangedArguments]:
    """Vectors that are cut, made columns or mixed up, and numbers that are mixed up."""
    yield from _mixed_up(arguments)
    yield from _some_items(arguments)
    for place in arguments.vectors:
        yield from _other_vector(arguments, place)
    if len(arguments.vectors) == len(arguments.data):
        hint = msg(
            "The answer is that for the data of the notebook, whatever is given. Use the arguments {names}.",
            names=", ".join(arguments.names[place] for place in arguments.vectors),
        )
        yield (
            "data-of-the-notebook",
            hint,
            partial(_replaced, dict(zip(arguments.vectors, arguments.data, strict=True))),
        )


def changed_numbers(arguments: Arguments) -> Iterator[ChangedArguments]:
    """Numbers that are used otherwise."""
    for place in arguments.numbers:
        yield from _other_number(arguments, place)


def fixed_numbers(arguments: Arguments) -> Iterator[ChangedArguments]:
    """Numbers that are always the same."""
    for place in arguments.numbers:
        yield from _fixed_number(arguments, place)


def _mixed_up(arguments: Arguments) -> Iterator[ChangedArguments]:
    for places in (arguments.vectors, arguments.numbers):
        for one, other in permutations(places, 2):
            hint = msg(
                "It looks as if {other} stands where {one} should.",
                one=arguments.names[one],
                other=arguments.names[other],
            )
            yield "other-argument-used", hint, partial(_taken, {one: other})
    for places in (arguments.vectors, arguments.numbers):
        for one, other in combinations(places, 2):
            hint = msg(
                "It looks as if {one} and {other} have changed places.",
                one=arguments.names[one],
                other=arguments.names[other],
            )
            yield "arguments-swapped", hint, partial(_taken, {one: other, other: one})


def _some_items(arguments: Arguments) -> Iterator[ChangedArguments]:
    """Vectors of which only a part is used."""
    for name, hint, part in _slices():
        yield name, hint, partial(_mapped, arguments.vectors, part)


def _slices() -> Iterator[tuple[str, Text, Callable[[Any], Any]]]:
    yield (
        "last-item-left-out",
        msg("It looks as if the last item is left out. Check where the loop or the slice ends."),
        lambda vector: vector[:-1],
    )
    yield (
        "first-item-left-out",
        msg("It looks as if the first item is left out. Check where the loop or the slice begins."),
        lambda vector: vector[1:],
    )
    for count in _FEW:
        hint = msg("It looks as if only the first items count ({count} of them).", count=count)
        yield "first-items-only", hint, partial(lambda count, vector: vector[:count], count)
    for share in _SHARES:
        hint = msg("It looks as if only the first {percent} percent of the items count.", percent=round(100 * share))
        yield "first-items-only", hint, partial(lambda share, vector: vector[: int(share * len(vector))], share)


def _other_vector(arguments: Arguments, place: int) -> Iterator[ChangedArguments]:
    named = arguments.names[place]
    yield (
        "column",
        msg(
            "It looks as if {name} is made a column, of shape (N, 1): with a vector of shape (N,) that gives N x N "
            "numbers. Leave both as vectors.",
            name=named,
        ),
        partial(_mapped, [place], lambda vector: vector.reshape(-1, 1)),
    )
    yield (
        "argument-made-whole",
        msg("It looks as if the numbers in {name} lose their fractions first.", name=named),
        partial(_mapped, [place], np.trunc),
    )
    yield (
        "argument-sorted",
        msg(
            "It looks as if {name} is sorted first, so that it no longer fits the order of the items.",
            name=named,
        ),
        partial(_mapped, [place], np.sort),
    )
    for scale in (_from_zero_to_one, _standardized):
        yield (
            "argument-scaled",
            msg("It looks as if {name} is normalized first. Use it as it is given.", name=named),
            partial(_mapped, [place], scale),
        )


def _other_number(arguments: Arguments, place: int) -> Iterator[ChangedArguments]:
    named = arguments.names[place]
    for name, hint, change in (
        ("argument-negated", msg("It looks as if the sign of {name} is reversed.", name=named), np.negative),
        ("argument-twice", msg("It looks as if {name} is multiplied in twice.", name=named), np.square),
        (
            "argument-divides",
            msg("It looks as if {name} divides where it should multiply.", name=named),
            _inverse,
        ),
        ("argument-one-more", msg("It looks as if {name} is one too large.", name=named), lambda value: value + 1),
        ("argument-one-less", msg("It looks as if {name} is one too small.", name=named), lambda value: value - 1),
    ):
        yield name, hint, partial(_mapped, [place], change)


def _fixed_number(arguments: Arguments, place: int) -> Iterator[ChangedArguments]:
    named = arguments.names[place]
    for constant in _CONSTANTS:
        hint = msg(
            "It looks as if {name} were always {constant}, whatever is given.", name=named, constant=f"{constant:g}"
        )
        yield "argument-fixed", hint, partial(_replaced, {place: constant})


def _inverse(value: Any) -> Any:
    if isinstance(value, int):
        raise TypeError("a count has no inverse")
    return 1 / value


def _from_zero_to_one(vector: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = (vector - vector.min()) / (vector.max() - vector.min())
    return scaled


def _standardized(vector: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = (vector - vector.mean()) / vector.std()
    return scaled


def _replaced(values: dict[int, Any], args: list[Any]) -> list[Any]:
    return [values.get(place, value) for place, value in enumerate(args)]


def _taken(places: dict[int, int], args: list[Any]) -> list[Any]:
    return [args[places.get(place, place)] for place in range(len(args))]


def _mapped(places: Sequence[int], change: Callable[[Any], Any], args: list[Any]) -> list[Any]:
    return [change(value) if place in places else value for place, value in enumerate(args)]
