"""Finds the mistake that a participant's answers look like. All of it runs in the grader's own process, on data that
came back from the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from inspect import signature
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from grader.course.course import Course, Exercise, normal
from grader.course.sources import function_in
from grader.diagnosis.argument_clues import Arguments, is_vector
from grader.diagnosis.clues import clues, clues_of_part, late_clues
from grader.diagnosis.facts import FACTS, VAGUE_FACTS, Fact, Seen, find_fact
from grader.diagnosis.known_mistakes import known_mistakes, known_pairs
from grader.diagnosis.mistake import Mistake, explaining
from grader.diagnosis.observed import NO_VALUE, Observed, alike, always_the_same, comparable, is_right, same, value_of
from grader.diagnosis.parts import calls_of_parts, mistakes_of_parts, pairs_with_parts
from grader.errors import CourseError
from grader.i18n import msg
from grader.model import Diagnosis

Answer = Callable[..., Any]
MIN_WRONG = 3  # wrong answers of which most must fit what is only probable
MOST = 0.75
FEW_CALLS = 4  # the simplest, by which right functions are told apart


def find_known_mistake(exercise: Exercise, course: Course, observed: Sequence[Observed]) -> Diagnosis | None:
    """The known mistake that gives the same answer to every call; if there is none, that of an exercise that this one
    needs, written inside it; if there is none, the pair of mistakes that does.

    Where two pairs give the same answers, neither is named: nobody can know which of them it is.
    """
    calls = comparable(observed)
    if not calls:
        return None
    mistake = next(explaining(known_mistakes(exercise, course), calls), None) or _part(exercise, course, calls)
    return _named(mistake or _only(explaining(known_pairs(exercise, course), calls)))


def _part(exercise: Exercise, course: Course, calls: Sequence[Observed]) -> Mistake | None:
    """The mistake of a part; None where the answers are right."""
    if not exercise.needs or all(is_right(course.solution(exercise.id), call) for call in calls):
        return None
    return _of_one_part(explaining(mistakes_of_parts(exercise, course), calls))


def _of_one_part(mistakes: Iterator[Mistake]) -> Mistake | None:
    """The first of them, unless several parts may have it."""
    found = list(mistakes)
    return found[0] if len({mistake.name.partition(":")[0] for mistake in found}) == 1 else None


def _named(mistake: Mistake | None) -> Diagnosis | None:
    return mistake.diagnosis if mistake else None


def _only(mistakes: Iterator[Mistake]) -> Mistake | None:
    """The first of them, if it is the only one."""
    first = next(mistakes, None)
    return first if next(mistakes, None) is None else None


# ---- where no known mistake fits


def find_clue(
    exercise: Exercise, course: Course, observed: Sequence[Observed], own: Mapping[str, str]
) -> Diagnosis | None:
    """What all answers show beside the right ones. `own`: the course's name of each argument to the participant's."""
    search = _search(exercise, course, observed, own)
    return search.exactly() if search else None


def find_pair_with_part(
    exercise: Exercise, course: Course, observed: Sequence[Observed], own: Mapping[str, str]
) -> Diagnosis | None:
    """Two mistakes that give all answers together, of which at least one is that of an exercise that this one needs."""
    search = _search(exercise, course, observed, own)
    return _named(_only(explaining(pairs_with_parts(exercise, course), search.calls))) if search else None


def find_vague_clue(
    exercise: Exercise, course: Course, observed: Sequence[Observed], own: Mapping[str, str]
) -> Diagnosis | None:
    """What most answers show."""
    search = _search(exercise, course, observed, own)
    return search.mostly() if search else None


def _search(exercise: Exercise, course: Course, observed: Sequence[Observed], own: Mapping[str, str]) -> _Search | None:
    """None where there is nothing to compare, or where the answers are right."""
    calls = comparable(observed)
    if not calls or {len(call.args) for call in calls} != {len(exercise.parameters)} or any(c.kwargs for c in calls):
        return None
    names = tuple(own.get(name, name)[:40] for name in exercise.parameters)
    arguments = Arguments(names, max((call.args for call in calls), key=_length), course.data)
    search = _Search(exercise, course, calls, arguments)
    return None if any(all(is_right(right, call) for call in calls) for right in search.rights) else search


def _length(args: Sequence[Any]) -> int:
    return next((len(one) for one in args if is_vector(one)), 1)


@dataclass(frozen=True)
class _Search:
    """Answers to explain.

    Attributes:
        exercise, course: what was asked for.
        calls: the calls and their answers.
        arguments: what they are called.
    """

    exercise: Exercise
    course: Course
    calls: Sequence[Observed]
    arguments: Arguments

    @cached_property
    def rights(self) -> list[Answer]:
        """The solution, and of the other right functions those that answer otherwise."""
        found: list[Answer] = []
        for right in _right_functions(self.exercise, self.course):
            if not any(self._alike(right, other) for other in found):
                found.append(right)
        return found

    def _alike(self, one: Answer, other: Answer) -> bool:
        try:
            few = [call.args for call in self.calls[:FEW_CALLS]]
            return all(alike(value_of(one, args)[0], value_of(other, args)[0]) for args in few)
        except NO_VALUE:
            return True

    def exactly(self) -> Diagnosis | None:
        if always_the_same(
            [call.value for call in self.calls]
        ):  # whoever returns 0 took no mean of numbers that happen to have the mean 0
            return _fact(self.rights[0], self.calls, FACTS)
        for right in self.rights:
            found = _one_cause(clues(right, self.arguments), right, self.calls)
            if found is not None:
                return found
        called = _of_one_part(explaining(calls_of_parts(self.exercise, self.course), self.calls))
        return _named(called) or self._part_by_part() or self._late()

    def _late(self) -> Diagnosis | None:
        return _named(next(explaining(late_clues(self.rights[0], self.arguments), self.calls), None))

    def _part_by_part(self) -> Diagnosis | None:
        """What is wrong with each of the values that should come back together."""
        count = self._parts_wanted()
        if not count or not all(_has_parts(call, count) for call in self.calls):
            return None
        found = {part: self._wrong_part(part) for part in range(count)}
        wrong = {part: one for part, one in found.items() if one is not None}
        if not wrong or any(one.mistake == "" for one in wrong.values()):
            return None
        return _in_parts(wrong, count)

    def _parts_wanted(self) -> int:
        try:
            value = value_of(self.course.solution(self.exercise.id), self.calls[0].args)[0]
        except NO_VALUE:
            return 0
        return len(value) if isinstance(value, tuple) and len(value) == 2 else 0

    def _wrong_part(self, part: int) -> Diagnosis | None:
        """The mistake in one value; None where it is right, and one without a name where nothing explains it."""
        right = _part_of(self.course.solution(self.exercise.id), part)
        calls = [replace(call, value=call.value[part]) for call in self.calls]  # type: ignore[index]
        if all(is_right(right, call) for call in calls):
            return None
        if always_the_same([call.value for call in calls]):
            return _fact(right, calls, VAGUE_FACTS) or Diagnosis("", "")
        other = 1 - part
        if all(same(_part_of(self.course.solution(self.exercise.id), other), call) for call in calls):
            return Diagnosis("other-value", msg("It is what value {number} should be.", number=other + 1))
        known = [
            replace(mistake, function=_part_of(mistake.function, part))
            for mistake in known_mistakes(self.exercise, self.course)
        ]
        found = _named(next(explaining(known, calls), None))
        return found or _one_cause(clues_of_part(right, self.arguments), right, calls) or Diagnosis("", "")

    def mostly(self) -> Diagnosis | None:
        """A known mistake that fits the first wrong answer and most others; if there is none, what is vague."""
        right = self.rights[0]
        wrong = [call for call in self.calls if not is_right(right, call)]
        known = chain(
            known_mistakes(self.exercise, self.course),
            mistakes_of_parts(self.exercise, self.course),
            calls_of_parts(self.exercise, self.course),
        )
        fitting = [mistake for mistake in known if self._fits_most(mistake, wrong)]
        if len(fitting) == 1:
            hint = msg("Most answers fit this mistake: {hint}", hint=fitting[0].hints[0])
            return Diagnosis(fitting[0].name, hint, probable=True)
        return _fact(right, self.calls, VAGUE_FACTS)

    def _fits_most(self, mistake: Mistake, wrong: Sequence[Observed]) -> bool:
        if len(wrong) < MIN_WRONG or not same(mistake.function, wrong[0], mistake.prints):
            return False
        fitting = sum(same(mistake.function, call, mistake.prints) for call in wrong)
        elsewhere = sum(same(mistake.function, call, mistake.prints) for call in self.calls)
        return fitting >= MOST * len(wrong) and elsewhere >= MOST * len(self.calls)


def _in_parts(wrong: Mapping[int, Diagnosis], count: int) -> Diagnosis:
    """What is wrong with some of the values: the same thing, or each with something of its own."""
    names = {one.mistake for one in wrong.values()}
    if len(names) == 1 and len(wrong) == count:
        return wrong[0]
    hints = tuple(
        msg("Value {number} of {count}: {hint}", number=part + 1, count=count, hint=one.hint)
        for part, one in wrong.items()
    )
    name = "+".join(f"{part + 1}:{one.mistake}" for part, one in wrong.items())
    if len(hints) == 1:
        return Diagnosis(name, hints[0])
    both = msg("Each value has a mistake of its own. {first} {second}", first=hints[0], second=hints[1])
    return Diagnosis(name, both, hints)


def _one_cause(tried: Iterable[Mistake], right: Answer, calls: Sequence[Observed]) -> Diagnosis | None:
    return _named(next(explaining(tried, calls), None)) or _fact(right, calls, FACTS)


def _fact(right: Answer, calls: Sequence[Observed], facts: Mapping[str, Fact]) -> Diagnosis | None:
    if any(call.raised for call in calls):
        return None
    try:
        seen = [
            Seen(call.value, value_of(right, call.args)[0], _length(call.args), is_right(right, call)) for call in calls
        ]
    except NO_VALUE:
        return None
    return find_fact(seen, facts)


def _has_parts(call: Observed, count: int) -> bool:
    return not call.raised and isinstance(call.value, list | tuple | np.ndarray) and len(call.value) == count


def _part_of(function: Answer, part: int) -> Answer:
    return lambda *args: _item(function(*args), part)


def _item(value: Any, part: int) -> object:
    if not isinstance(value, tuple):
        raise TypeError("no parts")
    return value[part]


# ---- what is right


@lru_cache(64)
def _right_functions(exercise: Exercise, course: Course) -> tuple[Answer, ...]:
    """The solution, and the right functions of the course that take its arguments in its order."""
    found: list[Answer] = [course.solution(exercise.id)]
    for path in sorted(exercise.folder.glob("right/*.py")):
        function = _function(path, exercise, course)
        if function is not None and _in_course_order(function, exercise, course):
            found.append(function)
    return tuple(found)


def _function(path: Path, exercise: Exercise, course: Course) -> Answer | None:
    try:
        return function_in(path, exercise.function, course.scope(exercise.id))
    except CourseError:  # it has another of the names, or wants a kernel
        return None


def _in_course_order(function: Answer, exercise: Exercise, course: Course) -> bool:
    own = [normal(name) for name in signature(function).parameters][: len(exercise.parameters)]
    return len(own) == len(exercise.parameters) and all(
        name in course.names[wanted] for name, wanted in zip(own, exercise.parameters, strict=True)
    )
