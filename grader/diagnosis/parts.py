"""Mistakes of a part written inside a whole: those of the exercises that an exercise needs, and those of calling them.

Each whole is the solution (or one of the exercise's own mistakes), in which another function answers the calls of a
function that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import combinations
from typing import Any

import numpy as np

from grader.course.course import Course, Exercise
from grader.course.sources import run_source
from grader.diagnosis.known_mistakes import known_mistakes, known_pairs
from grader.diagnosis.mistake import Mistake
from grader.i18n import msg

Answer = Callable[..., object]
_DIGITS = range(5)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A function of the course, with the names that it finds.

    Attributes:
        function: the function.
        scope: its global names.
    """

    function: Answer
    scope: dict[str, Any]

    def with_parts(self, parts: Mapping[str, Answer]) -> Answer:
        """The function that gets these answers where it calls these names."""
        return partial(self._call, parts)

    def _call(self, parts: Mapping[str, Answer], *args: object) -> object:
        kept = {name: self.scope[name] for name in parts}
        self.scope.update(parts)
        try:
            return self.function(*args)
        finally:
            self.scope.update(kept)


def mistakes_of_parts(exercise: Exercise, course: Course) -> tuple[Mistake, ...]:
    """The solution with one mistake in what it needs."""
    return _mistakes_of_parts(exercise.id, course)


def calls_of_parts(exercise: Exercise, course: Course) -> tuple[Mistake, ...]:
    """The solution with one mistake in how it calls what it needs, or in what it does with the result."""
    return _calls_of_parts(exercise.id, course)


def pairs_with_parts(exercise: Exercise, course: Course) -> Iterator[Mistake]:
    """Two mistakes of which at least one is a part's: of one part, of two, or of a part and of the exercise itself."""
    whole = _solution(exercise, course)
    for part in _parts(exercise, course):
        for pair in known_pairs(part, course):
            yield _in_whole(whole, exercise, part, pair)
    for one, other in combinations(_parts(exercise, course), 2):
        for first in known_mistakes(one, course):
            for second in known_mistakes(other, course):
                yield _both(whole, exercise, (one, first), (other, second))
    for own, whole in _own_mistakes(exercise, course):
        for part in _parts(exercise, course):
            for mistake in known_mistakes(part, course):
                inside = _in_whole(whole, exercise, part, mistake)
                hints = (*inside.hints, *own.hints)
                yield replace(inside, name=f"{inside.name}+{own.name}", hints=hints, prints=own.prints)


@lru_cache(64)
def _mistakes_of_parts(id: str, course: Course) -> tuple[Mistake, ...]:
    exercise = course.exercise(id)
    whole = _solution(exercise, course)
    return tuple(
        _in_whole(whole, exercise, part, known)
        for part in _parts(exercise, course)
        for known in known_mistakes(part, course)
    )


@lru_cache(64)
def _calls_of_parts(id: str, course: Course) -> tuple[Mistake, ...]:
    exercise = course.exercise(id)
    whole = _solution(exercise, course)
    return tuple(mistake for part in _parts(exercise, course) for mistake in _called_wrongly(whole, part, course))


def _parts(exercise: Exercise, course: Course) -> list[Exercise]:
    needed = (course.exercise(id) for id in exercise.needs)
    return [part for part in needed if not part.asks]


@lru_cache(64)
def _own(id: str, path: str, course: Course) -> _Whole:
    exercise = course.exercise(id)
    scope = course.scope(id)
    scope.pop(exercise.function, None)
    function = run_source(exercise.folder / path, scope)[exercise.function]
    return _Whole(function, scope)


def _solution(exercise: Exercise, course: Course) -> _Whole:
    return _own(exercise.id, "solution.py", course)


def _own_mistakes(exercise: Exercise, course: Course) -> Iterator[tuple[Mistake, _Whole]]:
    for mistake in known_mistakes(exercise, course):
        yield mistake, _own(exercise.id, f"mistakes/{mistake.name}.py", course)


def _in_whole(whole: _Whole, exercise: Exercise, part: Exercise, mistake: Mistake) -> Mistake:
    hints = tuple(
        msg(
            "Inside {function}, look at the step that you know from exercise {id}. {hint}",
            function=exercise.function,
            id=part.id,
            hint=hint,
        )
        for hint in mistake.hints
    )
    return Mistake(f"{part.id}:{mistake.name}", hints, whole.with_parts({part.function: mistake.function}))


def _both(whole: _Whole, exercise: Exercise, one: tuple[Exercise, Mistake], other: tuple[Exercise, Mistake]) -> Mistake:
    first, second = (_in_whole(whole, exercise, part, mistake) for part, mistake in (one, other))
    parts = {part.function: mistake.function for part, mistake in (one, other)}
    return Mistake(f"{first.name}+{second.name}", first.hints + second.hints, whole.with_parts(parts))


# ---- a right part, called wrongly


def _called_wrongly(whole: _Whole, part: Exercise, course: Course) -> Iterator[Mistake]:
    right = course.solution(part.id)
    for place, parameter in enumerate(part.parameters):
        hint = msg(
            "It looks as if {parameter} goes on where the result of {function} should.",
            parameter=parameter,
            function=part.function,
        )
        unchanged = whole.with_parts({part.function: partial(_argument, place)})
        yield Mistake(f"{part.id}:step-skipped", (hint,), unchanged)
    for order in _other_orders(len(part.parameters)):
        hint = msg(
            "It looks as if the arguments of {function} stand in another order in the call than in the def line: "
            "{given} in the place of {wanted}.",
            function=part.function,
            given=", ".join(part.parameters[place] for place in order),
            wanted=", ".join(part.parameters),
        )
        name = f"{part.id}:arguments-in-other-order"
        yield Mistake(name, (hint,), whole.with_parts({part.function: partial(_reordered, right, order)}))
    hint = msg(
        "It looks as if the two results of {function} are taken in reverse order. Check which name stands first on the "
        "left of the = sign.",
        function=part.function,
    )
    swapped = partial(_changed, right, _reversed)
    yield Mistake(f"{part.id}:results-swapped", (hint,), whole.with_parts({part.function: swapped}))
    yield from _cut(whole, part, right)


def _cut(whole: _Whole, part: Exercise, right: Answer) -> Iterator[Mistake]:
    """With results that lose digits in each call."""
    hint = msg(
        "It looks as if what {function} gives is cut to whole numbers before it is used further.",
        function=part.function,
    )
    cut = partial(_changed, right, partial(_each, np.trunc))
    yield Mistake(f"{part.id}:result-cut", (hint,), whole.with_parts({part.function: cut}))
    for digits in _DIGITS:
        hint = msg(
            "It looks as if what {function} gives is rounded before it is used further (decimal places: {digits}). "
            "Go on with the exact numbers.",
            function=part.function,
            digits=digits,
        )
        rounded = partial(_changed, right, partial(_each, partial(np.round, decimals=digits)))
        name = "result-rounded" if digits else "result-rounded-to-whole-numbers"
        yield Mistake(f"{part.id}:{name}", (hint,), whole.with_parts({part.function: rounded}))


def _other_orders(count: int) -> list[tuple[int, ...]]:
    """Every order in which one argument stands in another place, or two have changed places."""
    places = list(range(count))
    orders: dict[tuple[int, ...], None] = {}
    for one in places:
        for other in places:
            moved = [place for place in places if place != one]
            moved.insert(other, one)
            orders[tuple(moved)] = None
    for one, other in combinations(places, 2):
        swapped = list(places)
        swapped[one], swapped[other] = other, one
        orders[tuple(swapped)] = None
    orders.pop(tuple(places), None)
    return list(orders)


def _reordered(right: Answer, order: Sequence[int], *args: object) -> object:
    return right(*(args[place] for place in order))


def _argument(place: int, *args: object) -> object:
    return args[place]


def _changed(right: Answer, change: Callable[[object], object], *args: object) -> object:
    return change(right(*args))


def _reversed(value: object) -> object:
    if not isinstance(value, tuple):
        raise TypeError("one result has no order")
    return value[::-1]


def _each(change: Callable[[Any], object], value: object) -> object:
    return tuple(map(change, value)) if isinstance(value, tuple) else change(value)
