"""Calls the versions of a participant's function in every way that makes sense, and runs the hidden tests on each."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from grader.course.course import Course, Exercise
from grader.judging.binding import Binding, bindings
from grader.judging.stand_in import Ask, Call, Function
from grader.judging.suite import Suite
from grader.judging.ungraded import Lost
from grader.kernel.session import Answer, Calls, Case, Invocation, Problem, StandInAnswer, Version
from grader.model import CheckResult, CheckStatus

MAX_ATTEMPTS = 24  # ways to call the versions of one exercise's function
MAX_LOST_CALLS = 2  # calls that may end the kernel before a version is not called again
MAX_ANSWER_BYTES = 128 << 20  # of all answers in one attempt
_UNFINISHED = frozenset(Problem) - {Problem.RAISED}


@dataclass(frozen=True, slots=True)
class Attempt:
    """The hidden tests of an exercise, run on one version that was called in one way.

    Attributes:
        version: the definition that was called.
        binding: which of its parameters got which argument.
        results: the verdict of each check, in the order of the course's file.
        calls: every call that the checks made.
        after_cell: whether the names of the notebook were those after the version's own cell, not those at the end.
    """

    version: Version
    binding: Binding
    results: tuple[CheckResult, ...]
    calls: tuple[Call, ...]
    after_cell: bool = False

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    @property
    def bonus(self) -> float:
        return sum(result.bonus for result in self.results)

    @property
    def passed(self) -> bool:
        """Every check that is worth points passed; in an exercise that gives only bonus, every check."""
        return all(result.status is CheckStatus.PASSED for result in self.counted)

    @property
    def counted(self) -> Sequence[CheckResult]:
        """The checks that are worth points; in an exercise that gives only bonus, every check."""
        return [result for result in self.results if result.max_points] or self.results

    @property
    def flawless(self) -> bool:
        """Every check passed, those for bonus too."""
        return all(result.status is CheckStatus.PASSED for result in self.results)

    @property
    def finished(self) -> bool:
        """Every call ended by itself, with a value or an exception."""
        return not any(call.answer.problem in _UNFINISHED for call in self.calls)


def best(attempts: Sequence[Attempt]) -> Attempt:
    """The attempt that earns most; of several, the likeliest, which comes first."""
    return max(attempts, key=lambda attempt: attempt.points + attempt.bonus)


@dataclass(frozen=True, slots=True)
class Examiner:
    """Runs the hidden tests on the functions of one session.

    Attributes:
        session: the notebook that has run.
        course, suite: the exercises and their hidden tests.
        seed: numbers from which the inputs of the tests are drawn.
        lost: what the notebook lacks because of cells that could not run here.
    """

    session: Calls
    course: Course
    suite: Suite
    seed: tuple[int, ...]
    lost: Lost = field(default_factory=Lost)

    def versions(self, exercise: Exercise) -> list[Version]:
        """The participant's versions of an exercise's function, without stubs, the likeliest first: the latest, or
        the earliest where a later exercise takes the function over."""
        named = [version for version in self.session.versions if version.name in exercise.names]
        ordered = named if exercise.superseded_by else named[::-1]
        return [version for version in ordered if not self.course.is_stub(version.name, version.source)]

    def attempts(self, exercise: Exercise, versions: Sequence[Version]) -> Iterator[Attempt]:
        """An attempt for each way to call the versions, the likeliest first."""
        for binding, invocation in self.ways(exercise, versions):
            yield self.attempt(exercise, binding, invocation)

    def attempts_until_flawless(self, exercise: Exercise) -> Iterator[Attempt]:
        for attempt in self.attempts(exercise, self.versions(exercise)):
            yield attempt
            if attempt.flawless:
                return

    def ways(
        self, exercise: Exercise, versions: Sequence[Version], asked: tuple[str, ...] = ()
    ) -> Iterator[tuple[Binding, Invocation]]:
        """Each order of arguments and state of the notebook in which a version can be called for the exercise; only
        the first when the time is up. `asked`: names of functions whose calls the grader answers."""
        for number, way in enumerate(islice(self._ways(exercise, versions, asked), MAX_ATTEMPTS)):
            if number and self.session.budget.is_spent:
                return
            yield way

    def _ways(
        self, exercise: Exercise, versions: Sequence[Version], asked: tuple[str, ...]
    ) -> Iterator[tuple[Binding, Invocation]]:
        for version in versions:
            for binding in bindings(version, exercise, self.course):
                yield binding, Invocation(version, False, asked)
                if version.rebound:
                    yield binding, Invocation(version, True, asked)

    def attempt(
        self, exercise: Exercise, binding: Binding, invocation: Invocation, answer: StandInAnswer | None = None
    ) -> Attempt:
        """Run the exercise's tests on a version. `answer` gives the results of the functions that the grader answers
        for."""
        function = Function(invocation.version.name, self.asker(binding, invocation, answer), binding.arrange)
        results = self.suite.run(exercise.id, function, self.seed)
        calls = self._keep(function.calls)
        function.calls.clear()  # each call knows its function: without this, all answers would stay with any of them
        return Attempt(invocation.version, binding, results, calls, invocation.after_cell)

    def _keep(self, calls: Sequence[Call]) -> tuple[Call, ...]:
        """What is kept of the calls when all points are given: without values for which there is no room."""
        if self.session.budget.may_keep(sum(call.answer.size_bytes for call in calls)):
            return tuple(calls)
        return tuple(replace(call, answer=call.answer.without_value()) for call in calls)

    def asker(
        self,
        binding: Binding,
        invocation: Invocation,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
    ) -> Ask:
        """What a stand-in does with a test's calls. A version that ended the kernel twice is not called again.
        `within_s` bounds the time of all calls of one message, MAX_ANSWER_BYTES what all of them may return."""
        lost, left_bytes = 0, MAX_ANSWER_BYTES
        call_seed = zlib.crc32(repr(self.seed).encode())

        def ask(cases: Sequence[Sequence[object]]) -> list[Answer]:
            nonlocal lost, left_bytes
            if lost >= MAX_LOST_CALLS:
                return [Answer(problem=Problem.OUT_OF_TIME)]
            own = [_case(binding, case) for case in cases]
            answers = self.session.call(invocation, own, call_seed, answer, within_s, left_bytes)
            left_bytes -= sum(one.size_bytes for one in answers)
            answers = [self.lost.explain(one) for one in answers]
            lost += bool(answers) and answers[-1].problem in (Problem.TIMED_OUT, Problem.CRASHED)
            return answers

        return ask


def _case(binding: Binding, arguments: Sequence[object]) -> Case:
    places, keywords = binding.arrange(arguments)
    return Case(tuple(places), keywords)
