"""Runs the course's hidden tests with pytest, in the grader's own process."""

from __future__ import annotations

import queue
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import count, takewhile

import pytest

from grader.course.course import Course, Exercise
from grader.course.own_folder import go_to
from grader.course.own_time import within
from grader.course.sources import what_broke
from grader.errors import CourseError
from grader.i18n import Text, msg, render
from grader.judging.ahead import Begun, BegunTests, begin_ahead, can_begin
from grader.judging.authors_faults import conftest_fault, files_fault, tests_fault
from grader.judging.declared import check_of
from grader.judging.fixtures import Fixtures, Job
from grader.judging.loading import QuietEnvironment, Turn, forget_modules, pytest_options
from grader.judging.muted import muted
from grader.judging.outcomes import cannot_judge, describe_broken, is_interrupt, is_unexpected, lacking_in, verdict
from grader.judging.plain_test import PlainTest, plain_test
from grader.judging.reference import reference_function, reference_subject
from grader.judging.stand_in import Check
from grader.judging.subject import Subject
from grader.judging.ungraded import ungraded_check
from grader.judging.whole import Part, begin_whole, count_whole
from grader.model import CheckResult, CheckStatus

COLLECT_TIMEOUT_S = 60.0
CHECK_LIMIT_S = 10.0  # that a hidden test and the solution in it may compute
END_TIMEOUT_S = 5.0


_Jobs = queue.Queue[tuple[Job, threading.Event] | None]
"""For pytest's own thread: jobs, each with what is set when it is done."""


class Suite:
    """The course's hidden tests: collected once by one pytest session, run on any number of functions.

    A context manager. pytest runs in a thread of its own, so that its start-up overlaps the kernel's.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._jobs: _Jobs = queue.Queue()
        self._collected = threading.Event()
        self._plugin = _Plugin(course, self._jobs, self._collected)
        self._thread = threading.Thread(target=self._main, name="pytest", daemon=True)

    def __enter__(self) -> Suite:
        # Here, and not in the thread: Python 3.11 can fail where two threads parse at once.
        self._plugin.fault = self._files_fault()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._jobs.put(None)
        self._thread.join(END_TIMEOUT_S)  # it may be stuck in a test; it does not keep the process from ending

    def checks(self, exercise: str) -> tuple[Check, ...]:
        """The checks of an exercise in the order of its file. Raise CourseError if the tests can't be collected."""
        if not self._collected.wait(COLLECT_TIMEOUT_S):
            folder, limit = self._course.folder, f"{COLLECT_TIMEOUT_S:g} s"
            raise CourseError(
                "{folder}: the hidden tests took more than {limit} to load. Does importing one never end?",
                folder=folder,
                limit=limit,
            )
        if self._plugin.fault is not None:
            raise CourseError("{fault}", fault=self._plugin.fault)
        return tuple(check for check, _ in self._plugin.items.get(exercise, []))

    def begin(self, subjects: Sequence[tuple[str, Subject]], seed: Sequence[int]) -> list[BegunTests]:
        """Begin the tests of the first of these exercises, for `run` to go on with in the same order, as many as state
        their calls before they look at an answer."""
        known = [exercise for exercise in self._course.tested if self.checks(exercise.id)]
        return self._plugin.begin(known, subjects, seed) if self._course.data_files is None else []

    def run(
        self, exercise: str, subject: Subject, seed: Sequence[int], begun: Callable[[], BegunTests] | None = None
    ) -> tuple[CheckResult, ...]:
        """A result for each check, whatever happens: one without a verdict is `not_run`. `begun`: gives the tests that
        have been begun."""
        checks = self.checks(exercise)
        job = Job(exercise, subject, seed, begun)
        if self._course.data_files is None and self._plugin.needs_no_pytest(exercise):
            self._plugin.run(job)  # here: to hand it over takes as long as a test
        else:
            self._hand_over(job)
        if self._plugin.fault is not None:
            raise RuntimeError(render(self._plugin.fault, "en"))
        verdicts = {result.id: result for result in job.results}
        return tuple(verdicts.get(check.id) or check.result(CheckStatus.NOT_RUN) for check in checks)

    def _hand_over(self, job: Job) -> None:
        """Have pytest's own thread run it, whose working folder is that of the course's data files."""
        done = threading.Event()
        self._jobs.put((job, done))
        while not done.wait(1.0):
            if not self._thread.is_alive():
                return

    def _main(self) -> None:
        folder = self._course.folder
        if self._course.data_files is not None:
            go_to(self._course.data_files.resolve())
        if self._plugin.fault is not None or not self._course.tested:  # pytest would collect the working folder
            self._collected.set()
            return
        self._plugin.loading.begin()
        forget_modules(self._course)
        try:
            with QuietEnvironment() as quiet:
                self._plugin.loaded = quiet.restore  # from there on only what the tests print is kept back
                tests = [str(path) for one in self._course.tested for path in sorted(one.folder.glob("test_*.py"))]
                pytest.main([*pytest_options(folder), *tests], plugins=[self._plugin, self._plugin.fixtures.plugin()])
        finally:
            self._plugin.loading.end()
            if not self._collected.is_set():
                own = self._plugin.fault or conftest_fault(self._course)
                self._plugin.fault = own or f"{folder}: pytest could not start on the hidden tests"
                self._collected.set()

    def _files_fault(self) -> str | None:
        try:
            return files_fault(self._course)
        except CourseError as error:
            return str(error)


class _Plugin:
    """A pytest plugin: gives fixtures to the hidden tests, runs tests on demand, turns exceptions into verdicts."""

    def __init__(self, course: Course, jobs: _Jobs, collected: threading.Event) -> None:
        self._course, self._jobs, self._collected = course, jobs, collected
        self.items: dict[str, list[tuple[Check, pytest.Item]]] = {}
        self._plain: dict[pytest.Item, PlainTest] = {}
        self._together: dict[str, int] = {}
        self._whole: frozenset[str] | None = None
        self.fixtures = Fixtures(course)
        self.fault: Text | None = None
        self.loaded: Callable[[], None] = lambda: None  # called when pytest has its plugins
        self.loading = Turn()
        self._turn = threading.Lock()
        self._numbers = count(1)  # of checks

    # ---- hooks

    def pytest_configure(self, config: pytest.Config) -> None:
        self.loaded()
        config.option.verbose = 0  # older releases ask for it, though the terminal's plugin, whose it is, is left out
        config.addinivalue_line("markers", "check(points=0, bonus=0, pl='', en=''): what a hidden test is worth")

    def pytest_internalerror(self, excrepr: object) -> None:
        self.fault = msg("pytest broke: {error}", error=str(excrepr))

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Iterator[None]:
        with muted():
            return (yield)

    def pytest_exception_interact(self, node: pytest.Collector, call: pytest.CallInfo[object]) -> None:
        if self.fault is None and call.excinfo is not None:
            error = call.excinfo.value
            self.fault = f"the hidden tests can't be loaded: {what_broke(node.path, error.__cause__ or error)}"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        forget_modules(self._course)
        for item in session.items:
            self.items.setdefault(item.path.parent.name, []).append((check_of(item), item))
        self.fault = self.fault or tests_fault(self._course, self.items)
        tests = ((item, plain_test(item, self.fixtures.values, [self])) for item in session.items)
        self._plain = {item: test for item, test in tests if test is not None}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.loading.end()
        self._collected.set()
        for job, done in iter(self._jobs.get, None):
            try:
                self.run(job)
            finally:
                done.set()
        return True

    def needs_no_pytest(self, exercise: str) -> bool:
        return all(item in self._plain for _, item in self.items.get(exercise, []))

    def run(self, job: Job) -> None:
        """Run the tests of a job, one job after another."""
        with self._turn, muted(), self.fixtures.doing(job):
            started_s = time.monotonic()  # what the checks ask together counts as the first one's time
            begun = job.begun() if job.begun is not None else self._begin_ahead(job)
            for check, item, following in self._in_order(job.exercise):
                try:
                    job.results.append(self._run(check, item, following, begun.get(item), started_s))
                except Exception as error:
                    job.results.append(check.result(CheckStatus.GRADER_FAULT, describe_broken(error)))
                started_s = time.monotonic()

    def begin(
        self, exercises: Sequence[Exercise], subjects: Sequence[tuple[str, Subject]], seed: Sequence[int]
    ) -> list[BegunTests]:
        with self._turn, muted():
            if self._whole is None:
                self._whole = self._find_whole(exercises, seed)
                self._together |= {id: len(self.items[id]) for id in self._whole}
            known = self._whole
            whole = takewhile(lambda one: one[0] in known, subjects)
            return list(begin_whole(self._parts(whole, seed), CHECK_LIMIT_S))

    def _find_whole(self, exercises: Sequence[Exercise], seed: Sequence[int]) -> frozenset[str]:
        """The exercises whose tests can be begun together, as the reference's functions show."""
        right = [(one.id, Subject(one.function, reference_function(self._course, one))) for one in exercises]
        count = count_whole(lambda most: self._parts(right[:most], seed), len(right), CHECK_LIMIT_S)
        return frozenset(id for id, _ in right[:count])

    def _parts(self, subjects: Iterable[tuple[str, Subject]], seed: Sequence[int]) -> Iterator[Part]:
        for exercise, subject in subjects:
            with self.fixtures.doing(Job(exercise, subject, seed)):
                assert subject.judged is not None
                yield subject.judged, subject.name, self._plain_tests(exercise)

    def _plain_tests(self, exercise: str) -> list[PlainTest | None]:
        return [self._plain.get(item) for _, item in self.items.get(exercise, [])]

    def _begin_ahead(self, job: Job) -> BegunTests:
        function, name = job.subject.judged, job.subject.name
        if function is None or not hasattr(function.ask, "ahead"):  # it calls no kernel
            return {}
        tests = self._plain_tests(job.exercise)
        if job.exercise not in self._together:  # found with the reference's function, once for all
            own = reference_function(self._course, self._course.exercise(job.exercise))
            with self.fixtures.doing(replace(job, subject=Subject(name, own))):
                self._together[job.exercise] = can_begin(own, name, tests, CHECK_LIMIT_S)
        together = self._together[job.exercise]
        return begin_ahead(function, name, tests[:together], CHECK_LIMIT_S) if together > 1 else {}

    def _in_order(self, exercise: str) -> Iterator[tuple[Check, pytest.Item, pytest.Item | None]]:
        """The checks of an exercise, each with the next one that pytest runs itself."""
        items = self.items.get(exercise, [])
        for place, (check, item) in enumerate(items, 1):
            yield check, item, next((other for _, other in items[place:] if other not in self._plain), None)

    def _run(
        self, check: Check, item: pytest.Item, following: pytest.Item | None, begun: Begun | None, started_s: float
    ) -> CheckResult:
        """Run a test, or what is left of it if it has begun. `following` is the next test of the same module: pytest
        then keeps the module set up. `started_s`: since when its time counts."""
        subject = self.fixtures.job.subject
        subject.begin(next(self._numbers), zlib.crc32(item.name.encode()))
        before = len(subject.calls)
        outcome = self._call(item, following, begun)
        try:
            if is_unexpected(outcome) and subject.deeds > before and self._passes_with_solution(item, following):
                result = cannot_judge(check, subject, outcome, time.monotonic() - started_s)
            else:
                result = verdict(check, outcome, subject, time.monotonic() - started_s)
            lacking = lacking_in(result, outcome, subject, before)
            return ungraded_check(result, lacking[0]) if lacking else result
        finally:
            if outcome is not None:
                outcome.__traceback__ = None  # its frames hold the answers, and themselves

    def _call(
        self, item: pytest.Item, following: pytest.Item | None, begun: Begun | None = None
    ) -> BaseException | None:
        """Run a test, or what is left of it. Returns what it raised."""
        outcome: BaseException | None = None
        plain = self._plain.get(item)
        try:
            if begun is not None:
                begun.go_on()
            else:
                with within(CHECK_LIMIT_S):
                    plain.run() if plain is not None else _set_up_and_call(item)
        except BaseException as error:  # what pytest raises to skip is no Exception
            if is_interrupt(error):
                raise
            outcome = error
        finally:
            if plain is None:
                item.ihook.pytest_runtest_teardown(item=item, nextitem=following)
        return outcome

    def _passes_with_solution(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        """Whether a test that broke is in order, so that it was the participant's answer that broke it."""
        job = self.fixtures.job
        with self._reference(job) as subject, self.fixtures.doing(Job(job.exercise, subject, job.seed)):
            subject.begin(next(self._numbers), zlib.crc32(item.name.encode()))
            return self._call(item, following) is None

    def _reference(self, job: Job) -> AbstractContextManager[Subject]:
        """The reference in the participant's place; in a kernel too, where the test looks at the notebook."""
        subject = job.subject
        if subject.reference is not None and subject.notebook is not None and subject.notebook.deeds:
            return subject.reference()
        return nullcontext(reference_subject(self._course, self._course.exercise(job.exercise)))


def _set_up_and_call(item: pytest.Item) -> None:
    """Run a test in pytest's own steps, without its reports on each, which nobody reads and which take longer."""
    item._initrequest()  # type: ignore[attr-defined]  # what lets an item run again
    item.ihook.pytest_runtest_setup(item=item)
    item.ihook.pytest_runtest_call(item=item)
