"""Hidden tests under pytest, in the grader's own process. A test sees stand-ins that carry its calls over the wall."""

from __future__ import annotations

import os
import queue
import threading
import traceback
import types
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from grader.course.course import Course, Exercise
from grader.errors import CourseError
from grader.i18n import Text, Titles, msg
from grader.judging import compare
from grader.kernel.session import Answer, Problem
from grader.model import CheckResult, CheckStatus

Ask = Callable[[Sequence[Sequence[object]]], list[Answer]]
Arrange = Callable[[Sequence[object]], tuple[Sequence[object], Mapping[str, object]]]
COLLECT_TIMEOUT_S = 60.0
END_TIMEOUT_S = 5.0
MAX_PRINTED = 200  # characters of what a call printed that a report shows


class Failed(Exception):
    """A check's verdict that is not `passed`, with what the report shows."""

    def __init__(
        self,
        status: CheckStatus,
        message: Text,
        input: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        super().__init__(str(message))
        self.status, self.message = status, message
        self.input, self.expected, self.actual = input, expected, actual


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the participant's function: its arguments in the course's order, and what came of it."""

    function: Function
    args: tuple[Any, ...]
    answer: Answer
    index: int | None = None

    @property
    def printed(self) -> str:
        """What the function printed during the call."""
        return self.answer.printed

    @property
    def value(self) -> Any:
        """What the function returned, as plain Python and numpy values. Fails the check if it returned nothing."""
        if self.answer.problem is not None:
            raise self._problem(self.answer.problem)
        if self.index is None:
            return self.answer.value
        parts, refusal = compare.split(self.answer.value, 2)
        if parts is None:
            raise self._failed(refusal or "", None)
        return parts[self.index]

    def part(self, index: int) -> Call:
        """The same call, of whose answer (two parts) only one counts."""
        return Call(self.function, self.args, self.answer, index)

    def returns(self, expected: object, rtol: float = compare.RTOL) -> None:
        """Fail the check unless the answer is `expected`: a number, a vector (n,), or a tuple of these."""
        comparison = compare.compare(expected, self.value, rtol)
        if comparison.refusal is not None:
            raise self._failed(comparison.refusal, expected)
        self.function.remarks.extend(remark for remark in comparison.remarks if remark not in self.function.remarks)

    def array(self) -> np.ndarray:
        """The answer as a vector (n,) of floats, n the length of the first argument. Fails the check if it is none."""
        shape = np.shape(self.args[0])
        array, remark, refusal = compare.numbers(self.value, shape)
        if array is None:
            raise self._failed(refusal or "", None)
        if remark is not None and remark not in self.function.remarks:
            self.function.remarks.append(remark)
        return array

    def refuse(self, pl: str, en: str, printed: bool = False) -> None:
        """Fail the check with a message of the course's own, and show what the call gave back or what it printed."""
        if not printed:
            raise self._failed(Titles(pl, en), None)
        shown = " ".join(self.printed.split())[:MAX_PRINTED]
        raise Failed(CheckStatus.FAILED, Titles(pl, en), self._text(), None, shown or None)

    def _failed(self, message: Text, expected: object) -> Failed:
        if expected is None:
            shown, actual = None, compare.show(self.answer.value)
        else:
            shown, actual = compare.show_both(expected, self.value)
        part = "" if expected is None or self.index is None else f"[{self.index}]"
        return Failed(CheckStatus.FAILED, message, self._text() + part, shown, actual)

    def _problem(self, problem: Problem) -> Failed:
        if problem is Problem.RAISED and self.answer.raised is not None:
            raised = self.answer.raised
            actual = f"{raised.type}: {raised.text}"
            where = msg(
                "in cell {cell}, line {line}: {code}",
                cell=raised.cell + 1,
                line=raised.line,
                code=raised.code,
            )
            if raised.cell < 0:
                return Failed(CheckStatus.ERROR, msg("The call ended with an error."), self._text(), None, actual)
            return Failed(
                CheckStatus.ERROR,
                msg("The call ended with an error {where}", where=where),
                self._text(),
                None,
                actual,
            )
        status, message = _PROBLEMS[problem]
        return Failed(status, message, self._text())

    def _text(self) -> str:
        places, keywords = self.function.arrange(self.args)
        return compare.call_text(self.function.name, places, keywords)


_PROBLEMS: Mapping[Problem, tuple[CheckStatus, Text]] = {
    Problem.RAISED: (CheckStatus.ERROR, msg("The call ended with an error.")),
    Problem.TIMED_OUT: (
        CheckStatus.TIMED_OUT,
        msg("The call did not end in time. Is there a loop that never stops?"),
    ),
    Problem.CRASHED: (CheckStatus.CRASHED, msg("The call ended the whole Python process.")),
    Problem.GARBLED: (CheckStatus.ERROR, msg("The answer could not be read.")),
    Problem.OUT_OF_TIME: (
        CheckStatus.NOT_RUN,
        msg("It was not run: the time for this notebook was used up."),
    ),
}


def _as_they_are(arguments: Sequence[object]) -> tuple[Sequence[object], Mapping[str, object]]:
    return arguments, {}


@dataclass(slots=True)
class Function:
    """Stands for a participant's function in a hidden test. `remarks` collects what was accepted out of kindness;
    `calls` is all that was asked. `arrange` puts the arguments in the order of the participant's definition."""

    name: str
    ask: Ask
    arrange: Arrange = _as_they_are
    remarks: list[Text] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __call__(self, *args: Any) -> Any:
        """Call it once. Returns plain Python and numpy values."""
        return self.each([args])[0].value

    def each(self, cases: Sequence[Sequence[Any]]) -> list[Call]:
        """Call it on many tuples of arguments in one message. A call that had no chance has the last one's problem."""
        answers = self.ask([tuple(case) for case in cases])
        missing = answers[-1] if answers else Answer(problem=Problem.CRASHED)
        padded = [*answers, *[missing] * (len(cases) - len(answers))]
        calls = [Call(self, tuple(case), answer) for case, answer in zip(cases, padded, strict=True)]
        self.calls += calls
        return calls


@dataclass(frozen=True, slots=True)
class Check:
    """A hidden test as the course declares it."""

    id: str
    title: Titles
    max_points: float
    max_bonus: float

    def result(self, status: CheckStatus, message: Text | None = None) -> CheckResult:
        return CheckResult(self.id, self.title, status, self.max_points, self.max_bonus, message)


@dataclass(slots=True)
class _Job:
    exercise: str
    function: Function
    seed: Sequence[int]
    results: list[CheckResult] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


_NOT_NEEDED = """terminal cacheprovider capture logging warnings faulthandler threadexception unraisableexception tmpdir
    junitxml unittest doctest pastebin stepwise setuponly setupplan debugging recwarn subtests""".split()


class Suite:
    """The course's hidden tests, collected once by one pytest session and run on as many functions as wanted.

    pytest lives in a thread of its own for as long as the suite is open, so that its start-up overlaps the kernel's.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._collected = threading.Event()
        self._plugin = _Plugin(course, self._jobs, self._collected)
        self._thread = threading.Thread(target=self._main, name="pytest", daemon=True)

    def __enter__(self) -> Suite:
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
                f"{folder}: the hidden tests took more than {limit} to load. Does importing one never end?"
            )
        if self._plugin.fault is not None:
            raise CourseError(self._plugin.fault)
        return tuple(check for check, _ in self._plugin.items.get(exercise, []))

    def run(self, exercise: str, function: Function, seed: Sequence[int]) -> tuple[CheckResult, ...]:
        """A result for each check, whatever happens: one without a verdict is `not_run`."""
        checks = self.checks(exercise)
        job = _Job(exercise, function, seed)
        self._jobs.put(job)
        while not job.done.wait(1.0):
            if not self._thread.is_alive():
                break
        if self._plugin.fault is not None:
            raise RuntimeError(self._plugin.fault)
        verdicts = {result.id: result for result in job.results}
        return tuple(verdicts.get(check.id) or check.result(CheckStatus.NOT_RUN) for check in checks)

    def _main(self) -> None:
        folder = self._course.folder
        files = {exercise: sorted(exercise.folder.glob("test_*.py")) for exercise in self._course.exercises}
        untested = next((exercise for exercise, found in files.items() if not found), None)
        if untested is not None:  # without a file pytest would collect the working folder, which is anybody's
            self._plugin.fault = _no_test(untested)
            self._collected.set()
            return
        options = [
            "-c",
            os.devnull,
            f"--rootdir={folder}",
            f"--confcutdir={folder}",
            "--import-mode=importlib",
            "--assert=plain",  # rewriting every assert takes longer than most runs
        ]
        options += [f"-pno:{name}" for name in _NOT_NEEDED]
        try:
            with _quiet_environment() as quiet:
                self._plugin.loaded = quiet.end
                tests = [str(path) for found in files.values() for path in found]
                pytest.main([*options, *tests], plugins=[self._plugin, self._plugin.function_fixtures()])
        finally:
            if not self._collected.is_set():
                self._plugin.fault = self._plugin.fault or f"{folder}: pytest could not start on the hidden tests"
                self._collected.set()


class _Plugin:
    """Hands the session's items over, runs them on demand, and turns exceptions into verdicts."""

    def __init__(self, course: Course, jobs: queue.Queue[_Job | None], collected: threading.Event) -> None:
        self._course, self._jobs, self._collected = course, jobs, collected
        self.items: dict[str, list[tuple[Check, pytest.Item]]] = {}
        self.fault: str | None = None
        self.loaded: Callable[[], None] = lambda: None  # called when pytest has its plugins
        self._job: _Job | None = None

    def function_fixtures(self) -> types.ModuleType:
        """A plugin of fixtures, one named as each function of the course."""
        fixtures = types.ModuleType("grader_functions")
        for name in {exercise.function for exercise in self._course.exercises}:
            setattr(fixtures, name, _function_fixture(self, name))
        return fixtures

    # ---- fixtures

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        assert self._job is not None
        return np.random.default_rng([*self._job.seed, zlib.crc32(request.node.name.encode())])

    @pytest.fixture
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = self._course.data
        return x.copy(), y.copy()

    @pytest.fixture
    def solution(self, request: pytest.FixtureRequest) -> Callable[..., Any]:
        return self._course.solution(request.node.path.parent.name)

    # ---- hooks

    def pytest_configure(self, config: pytest.Config) -> None:
        self.loaded()
        config.addinivalue_line("markers", "check(points=0, bonus=0, pl='', en=''): what a hidden test is worth")

    def pytest_internalerror(self, excrepr: object) -> None:
        self.fault = f"pytest broke: {excrepr}"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.fault is None:
            self.fault = f"the hidden tests can't be collected: {report.longreprtext.strip()[-2000:]}"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.items.setdefault(item.path.parent.name, []).append((_check(item), item))
        self.fault = self.fault or _contradiction(self._course, self.items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._collected.set()
        while (job := self._jobs.get()) is not None:
            self._job = job
            try:
                items = self.items.get(job.exercise, [])
                for (check, item), following in zip(items, [*(item for _, item in items[1:]), None], strict=True):
                    try:
                        job.results.append(self._run(check, item, following))
                    except Exception as error:
                        job.results.append(check.result(CheckStatus.GRADER_FAULT, _broke(error)))
            finally:
                job.done.set()
        return True

    def _run(self, check: Check, item: pytest.Item, following: pytest.Item | None) -> CheckResult:
        """Run a test by pytest's own steps, without the reports on each, which nobody sees and which take longer.
        Naming the one that follows keeps their module set up; fixtures of the test itself end."""
        assert self._job is not None
        remarks = self._job.function.remarks
        remarks.clear()
        outcome: BaseException | None = None
        item._initrequest()  # type: ignore[attr-defined]  # what lets an item run again
        try:
            item.ihook.pytest_runtest_setup(item=item)
            item.ihook.pytest_runtest_call(item=item)
        except BaseException as error:  # what pytest raises to skip is no Exception
            outcome = error
        finally:
            item.ihook.pytest_runtest_teardown(item=item, nextitem=following)
        return _verdict(check, outcome, tuple(remarks))


def _function_fixture(plugin: _Plugin, name: str) -> Any:
    @pytest.fixture(name=name)
    def function() -> Function:
        assert plugin._job is not None
        return plugin._job.function

    return function


def _check(item: pytest.Item) -> Check:
    mark = item.get_closest_marker("check")
    values: Mapping[str, Any] = mark.kwargs if mark else {}
    name = str(getattr(item, "originalname", None) or item.name)
    title = Titles(str(values.get("pl", name)), str(values.get("en", name)))
    return Check(item.name, title, float(values.get("points", 0)), float(values.get("bonus", 0)))


def _contradiction(course: Course, items: Mapping[str, Sequence[tuple[Check, object]]]) -> str | None:
    for exercise in course.exercises:
        checks = [check for check, _ in items.get(exercise.id, [])]
        if not checks:
            return _no_test(exercise)
        points, bonus = sum(check.max_points for check in checks), sum(check.max_bonus for check in checks)
        if (points, bonus) != (exercise.max_points, exercise.max_bonus):
            return (
                f"{exercise.folder}: its checks are worth {points:g} points and {bonus:g} bonus, "
                f"and course.toml says {exercise.max_points:g} and {exercise.max_bonus:g}"
            )
    return None


def _no_test(exercise: Exercise) -> str:
    return f"{exercise.folder}: exercise {exercise.id} has no hidden test: add test_{exercise.id}.py"


def _verdict(check: Check, outcome: BaseException | None, remarks: tuple[Text, ...]) -> CheckResult:
    if outcome is None:
        return CheckResult(
            check.id, check.title, CheckStatus.PASSED, check.max_points, check.max_bonus, remarks=remarks
        )
    if isinstance(outcome, Failed):
        return CheckResult(
            check.id,
            check.title,
            outcome.status,
            check.max_points,
            check.max_bonus,
            outcome.message,
            outcome.input,
            outcome.expected,
            outcome.actual,
        )
    if isinstance(outcome, AssertionError):
        return check.result(CheckStatus.FAILED, _first_line(outcome))
    if isinstance(outcome, pytest.skip.Exception):
        return check.result(CheckStatus.NOT_RUN, str(outcome))
    return check.result(CheckStatus.GRADER_FAULT, _broke(outcome))


def _broke(error: BaseException) -> Text:
    return msg("The hidden test itself broke: {error}", error=f"{type(error).__name__}: {error}")


def _first_line(failed: AssertionError) -> str:
    """What a plain assert says: its message, or else its own line."""
    text = str(failed).strip()
    line = traceback.extract_tb(failed.__traceback__)[-1].line if not text else text.splitlines()[0]
    return line or "assert"


_LOOKED_AT = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")


class _quiet_environment:  # noqa: N801  used as a block
    """Nothing that the user has set for pytest, and no plugin that is installed, changes how the hidden tests run. The
    environment is that of the whole process, so it ends as soon as pytest has looked there."""

    def __enter__(self) -> _quiet_environment:
        self._before = {name: os.environ.get(name) for name in _LOOKED_AT}
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
            os.environ.pop(name, None)
        return self

    def end(self) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._before = {}

    def __exit__(self, *error: object) -> None:
        self.end()
