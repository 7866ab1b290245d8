"""Calls the versions of a participant's function in every way that makes sense, and runs the hidden tests on each."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice

from grader.course.course import Course, Exercise
from grader.course.sources import read_file
from grader.judging.ahead import BegunTests
from grader.judging.asker import Asker
from grader.judging.binding import Binding, bindings
from grader.judging.cell_input import cell_input
from grader.judging.notebook_view import NotebookView
from grader.judging.reference import reference_function
from grader.judging.stand_in import Ask, Call, Function
from grader.judging.subject import Subject
from grader.judging.suite import Suite
from grader.judging.ungraded import Lost
from grader.kernel.session import Calls, Invocation, Problem, StandInAnswer, Version
from grader.model import Cell, CheckResult, CheckStatus, Notebook
from grader.submissions.bound_names import numpy_name, object_name

MAX_ATTEMPTS = 24  # ways to call the versions of one exercise's function
MAX_STATES = 8  # of the notebook, that an exercise is judged in
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """An attempt that is to be made.

    Attributes:
        exercise: the exercise.
        asker, function: how the version is called, and what the tests see of it.
        subject: what the tests look at.
    """

    exercise: Exercise
    asker: Asker
    function: Function
    subject: Subject


def reference_notebook(course: Course, exercise: Exercise) -> Notebook:
    """A notebook that holds the reference solutions up to this exercise."""
    cells = [*course.cells_before(exercise), read_file(exercise.folder / "solution.py")]
    return Notebook("reference.ipynb", "reference", "", tuple(Cell(index, text) for index, text in enumerate(cells)))


def best(attempts: Sequence[Attempt]) -> Attempt:
    """The attempt that earns most; of several, the likeliest, which comes first."""
    return max(attempts, key=lambda attempt: attempt.points + attempt.bonus)


@dataclass(frozen=True)
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

    def attempts_until_flawless(
        self, exercise: Exercise, first: Callable[[], Attempt] | None = None
    ) -> Iterator[Attempt]:
        """`first`: makes the first attempt, where it has been begun."""
        asked = self.attempts_at_names(exercise) if exercise.asks else self._attempts(exercise, first)
        for attempt in asked:
            yield attempt
            if attempt.flawless:
                return

    def _attempts(self, exercise: Exercise, first: Callable[[], Attempt] | None) -> Iterator[Attempt]:
        ways = self.ways(exercise, self.versions(exercise))
        if first is not None:
            next(ways)
            yield first()
        for binding, invocation in ways:
            yield self.attempt(exercise, binding, invocation)

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
        return self.run(self.prepare(exercise, binding, invocation, answer))

    def prepare(
        self, exercise: Exercise, binding: Binding, invocation: Invocation, answer: StandInAnswer | None = None
    ) -> Prepared:
        asker = self.asker(binding, invocation, answer)
        function = self._function(exercise, binding, invocation, asker)
        return Prepared(exercise, asker, function, self._subject(exercise, function, answer))

    def run(self, prepared: Prepared, begun: Callable[[], BegunTests] | None = None) -> Attempt:
        """`begun`: gives the tests that have been begun already."""
        asker, function, subject = prepared.asker, prepared.function, prepared.subject
        results = self.suite.run(prepared.exercise.id, subject, self.seed, begun)
        others = sum(call.answer.size_bytes for call in subject.calls if call.function is not function)
        calls = self._keep(subject.calls, others + MAX_ANSWER_BYTES - asker.left_bytes)
        function.calls.clear()  # each call knows its function: without this, all answers would stay with any of them
        way = asker.invocation
        return Attempt(way.version, asker.binding, results, calls, way.after_cell)

    def attempts_at_names(self, exercise: Exercise) -> Iterator[Attempt]:
        """For an exercise that asks for names: an attempt with what the notebook left, then one for each cell that
        bound one of them, with what it was right after that cell, the latest first."""
        cells = {cell for name in exercise.asks for cell in self.session.names.get(name, ())}
        asked = [cell for cell in sorted(cells, reverse=True) if not self._is_stub_cell(exercise, cell)]
        for state in (None, *asked)[: MAX_STATES + 1] if asked else ():
            if state is not None and self.session.budget.is_spent:
                return
            version = self._cell_version(exercise, asked[0] if state is None else state)
            results = self.suite.run(exercise.id, self._subject(exercise, None, after_cell=state), self.seed)
            yield Attempt(version, Binding(()), results, (), state is not None)

    def _is_stub_cell(self, exercise: Exercise, cell: int) -> bool:
        return exercise.is_stub(self._cell_version(exercise, cell).source)

    def _cell_version(self, exercise: Exercise, cell: int) -> Version:
        """The cell that gives a name, as if it were a definition."""
        source = next((one.source for one in self.session.sources if one.index == cell), "")
        return Version(f"{cell}", exercise.function, cell, "", None, source, False)

    def _function(self, exercise: Exercise, binding: Binding, invocation: Invocation, asker: Ask) -> Function:
        name = callee(invocation.version, self.session.sources)
        return Function(name, asker, binding.arrange, exercise.parameters, numpy=self._numpy)

    @cached_property
    def _numpy(self) -> str:
        return numpy_name(self.session.sources)

    @cached_property
    def _kernel_seed(self) -> int:
        """Of random numbers in the kernel."""
        return zlib.crc32(repr(self.seed).encode())

    def _subject(
        self,
        exercise: Exercise,
        function: Function | None,
        answer: StandInAnswer | None = None,
        after_cell: int | None = None,
    ) -> Subject:
        """What the exercise's tests look at. `answer`: gives right results of the exercises that it needs."""
        view = NotebookView(self.session, self._kernel_seed, after_cell)
        find = partial(self._other, exercise, right=answer is not None)
        subject = Subject(exercise.function, function, view, find, partial(self._reference, exercise))
        if function is not None:
            function.handle = lambda opaque: view.handle(opaque, function.name)
        return subject

    def _other(self, exercise: Exercise, name: str, right: bool = False) -> Function | None:
        """Another exercise's function, as the notebook has it; the reference's where the exercise is judged with right
        results of what it needs."""
        others = [one for one in self.course.exercises if one.function == name and not one.asks]
        if right and others and others[-1].id in exercise.needs:
            return reference_function(self.course, others[-1])
        ways = (way for other in reversed(others) for way in self._ways(other, self.versions(other), ()))
        binding, invocation = next(ways, (None, None))
        if binding is None or invocation is None:
            return None
        return self._function(others[-1], binding, invocation, self.asker(binding, invocation))

    @contextmanager
    def _reference(self, exercise: Exercise) -> Iterator[Subject]:
        """The same with the reference's notebook in a kernel of its own."""
        notebook = reference_notebook(self.course, exercise)
        with self.session.beside(notebook, cell_input(self.course, notebook)) as session:
            own = replace(self, session=session)
            binding, invocation = next(own.ways(exercise, own.versions(exercise)), (None, None))
            function = None
            if binding is not None and invocation is not None:
                function = own._function(exercise, binding, invocation, own.asker(binding, invocation))
            yield own._subject(exercise, function)

    def _keep(self, calls: Sequence[Call], size_bytes: int) -> tuple[Call, ...]:
        """What is kept of the calls when all points are given: without values for which there is no room."""
        if self.session.budget.may_keep(size_bytes):
            return tuple(calls)
        return tuple(replace(call, answer=call.answer.without_value()) for call in calls)

    def asker(
        self,
        binding: Binding,
        invocation: Invocation,
        answer: StandInAnswer | None = None,
        within_s: float = math.inf,
    ) -> Asker:
        """What a stand-in does with a test's calls. `within_s` bounds the time of all calls of one message."""
        return Asker(
            self.session, self.lost, self._kernel_seed, binding, invocation, answer, within_s, MAX_ANSWER_BYTES
        )


def callee(version: Version, cells: Sequence[Cell]) -> str:
    """How the participant would call it: a method on an object of theirs, or on a new one."""
    if not version.owner:
        return version.name
    first = version.source.partition("(")[2].lstrip()
    if "def" in version.source and not first.startswith("self") and "@" not in version.source.partition("def")[0]:
        return f"{version.owner}.{version.name}"
    return f"{object_name(version.owner, cells) or f'{version.owner}()'}.{version.name}"
