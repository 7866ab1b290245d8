"""Every way to call a function is tried, and one bad call costs no other exercise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from grader.config import Limits
from grader.course.course import Course
from grader.i18n import Titles, render
from grader.judging import attempts
from grader.judging.attempts import Attempt, Examiner, best
from grader.judging.binding import Binding
from grader.judging.suite import Suite
from grader.kernel.budget import Budget
from grader.kernel.session import Answer, Case, Invocation, Opaque, Parameter, Problem, StandInAnswer, Version
from grader.model import Cell, CellResult, CheckResult, CheckStatus, ExerciseStatus
from tests.conftest import BRIEF, QUICK, GradeCells, result
from tests.sample_files import notebook

LINEAR = "def get_linear_forward(x, w, b):\n    return w * x + b"


def test_the_best_of_several_versions_counts(grade_cells: GradeCells) -> None:
    grade = grade_cells(LINEAR, "def get_linear_forward(x, w, b):\n    return w * x")
    assert result(grade, "1a").points == 2
    assert result(grade, "1a").cell == 1


@pytest.mark.parametrize(
    "source",
    [
        "def get_linear_forward(w, x, b):\n    return w * x + b",
        "def get_linear_forward(bias, waga, X):\n    return waga * X + bias",
        "def get_linear_forward(p, q, r):\n    return q * p + r",
        "def get_linear_forward(p, q, r):\n    return r * q + p",
        "def get_linear_forward(x, w, b, verbose=False):\n    return w * x + b",
        "def get_linear_forward(*args):\n    x, w, b = args\n    return w * x + b",
        "get_linear_forward = lambda x, w, b: w * x + b",
        "def linear(x, w, b):\n    return w * x + b\nget_linear_forward = linear",
        "class Neuron:\n    def get_linear_forward(self, x, w, b):\n        return w * x + b",
        "class Neuron:\n    @staticmethod\n    def get_linear_forward(x, w, b):\n        return w * x + b",
        "class Neuron:\n    def __init__(self, n):\n        self.n = n\n"
        "    def get_linear_forward(self, x, w, b):\n        return w * x + b\nneuron = Neuron(1)",
        "import functools\ndef log(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n"
        "    return inner\n@log\ndef get_linear_forward(x, w, b):\n    return w * x + b",
        "%%time\ndef get_linear_forward(x, w, b):\n    return w * x + b",
        "def get_linear_forward(x, w, b):\n    x = x.astype(float)\n    x *= w\n    x += b\n    return x",
    ],
)
def test_a_function_is_found_however_it_was_made(source: str, grade_cells: GradeCells) -> None:
    assert result(grade_cells(source), "1a").status is ExerciseStatus.PASSED


def test_arguments_that_a_function_changes_harm_no_later_check(grade_cells: GradeCells) -> None:
    spoiling = "def get_linear_forward(x, w, b):\n    y = w * x + b\n    x[:] = 0\n    return y"
    assert result(grade_cells(spoiling), "1a").status is ExerciseStatus.PASSED


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("\n    while True: pass", CheckStatus.TIMED_OUT),
        ("\n    while True:\n        try:\n            while True: pass\n        except: pass", CheckStatus.TIMED_OUT),
        ("import os; os._exit(0)", CheckStatus.CRASHED),
        ("import ctypes; ctypes.string_at(0)", CheckStatus.CRASHED),
        ("raise SystemExit", CheckStatus.ERROR),
        ("return get_linear_forward(x, w, b)", CheckStatus.ERROR),
    ],
)
def test_a_call_that_hangs_dies_or_exits_costs_its_own_exercise_only(
    body: str, status: CheckStatus, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    bad = {**solutions, "1a": f"def get_linear_forward(x, w, b): {body}"}
    grade = grade_cells(*bad.values(), limits=BRIEF)
    assert result(grade, "1a").points == 0
    assert result(grade, "1a").checks[0].status is status
    assert {item.id for item in grade.exercises if item.status is ExerciseStatus.PASSED} >= {"1b", "3a", "3b", "4", "6"}


def test_a_call_that_ends_the_kernel_costs_its_own_check_only(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    dying = "import os\ndef get_linear_forward(x, w, b):\n    if b == 5: os._exit(0)\n    return w * x + b"
    exercise = result(grade_cells(*{**solutions, "1a": dying}.values()), "1a")
    assert [check.status for check in exercise.checks] == [CheckStatus.PASSED, CheckStatus.CRASHED]
    assert exercise.checks[1].input == "get_linear_forward(np.array([0, 4]), -2, 5)"


def test_names_that_calls_give_values_are_as_the_cells_left_them_for_each_check(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    counting = (
        "calls = 0\ndef get_linear_forward(x, w, b):\n    global calls\n    calls += 1\n"
        "    return w * x + b if calls <= 5 else None"
    )
    exercise = result(grade_cells(*{**solutions, "1a": counting}.values()), "1a")
    assert exercise.status is ExerciseStatus.PASSED, "its checks make four calls, and five"


X, W, B = (Parameter(name, "positional_or_keyword", False) for name in "xwb")


@dataclass
class FakeSession:
    """Gives the same answer to the first case of every message."""

    versions: tuple[Version, ...]
    answer: Answer
    messages: list[Invocation] = field(default_factory=list)
    sources: tuple[Cell, ...] = ()
    cells: tuple[CellResult, ...] = ()
    alive: bool = True
    budget: Budget = field(default_factory=lambda: Budget(Limits()))
    walls: tuple[str, ...] = ()

    def call(
        self,
        invocation: Invocation,
        cases: Sequence[Case],
        seed: int,
        answer: StandInAnswer | None = None,
        within_s: float = 0.0,
        within_bytes: float = 0.0,
    ) -> list[Answer]:
        self.messages.append(invocation)
        return [self.answer]


def test_when_the_time_is_up_no_other_way_to_call_is_tried(course: Course, suite: Suite) -> None:
    session = FakeSession((version("1"), version("2")), Answer(1.0))
    examiner = Examiner(session, course, suite, (1,))
    assert len(list(examiner.ways(course.exercise("1a"), session.versions))) > 1
    session.budget = Budget(Limits(total_timeout_s=0.0))
    assert len(list(examiner.ways(course.exercise("1a"), session.versions))) == 1


def version(id: str, rebound: bool = False, source: str = "pass") -> Version:
    return Version(id, "get_linear_forward", 1, "", [X, W, B], source, rebound)


@pytest.mark.parametrize("problem", [Problem.TIMED_OUT, Problem.CRASHED])
def test_a_version_that_ends_the_kernel_twice_is_not_called_again(
    problem: Problem, course: Course, suite: Suite
) -> None:
    session = FakeSession((version("v"),), Answer(problem=problem))
    ask = Examiner(session, course, suite, (1,)).asker(Binding((0, 1, 2)), Invocation(session.versions[0]))
    answers = [ask([(1, 2, 3)])[0].problem for _ in range(4)]
    assert answers == [problem, problem, Problem.OUT_OF_TIME, Problem.OUT_OF_TIME]
    assert len(session.messages) == 2


def test_the_latest_version_comes_first_and_a_stub_never(course: Course, suite: Suite) -> None:
    exercise = course.exercise("1a")
    session = FakeSession((version("old"), version("new"), version("stub", source=exercise.stub)), Answer(0))
    assert [one.id for one in Examiner(session, course, suite, (1,)).versions(exercise)] == ["new", "old"]


def test_a_version_whose_names_were_bound_again_is_tried_in_both_states(course: Course, suite: Suite) -> None:
    session = FakeSession((version("v", rebound=True),), Answer(0))
    ways = Examiner(session, course, suite, (1,)).ways(course.exercise("1a"), session.versions, ("other",))
    assert [(way.after_cell, way.asked) for _, way in ways] == [(False, ("other",)), (True, ("other",))]


def attempt(*checks: tuple[CheckStatus, float, float], problem: Problem | None = None) -> Attempt:
    title = Titles("tak", "so")
    results = tuple(CheckResult("test", title, status, points, bonus) for status, points, bonus in checks)
    return Attempt(version("v"), Binding((0, 1, 2)), results, ())


PASSED, FAILED = CheckStatus.PASSED, CheckStatus.FAILED


@pytest.mark.parametrize(
    ("checks", "passed", "flawless"),
    [
        ([(PASSED, 1, 0), (PASSED, 0, 1)], True, True),
        ([(PASSED, 1, 0), (FAILED, 0, 1)], True, False),
        ([(FAILED, 1, 0), (PASSED, 0, 1)], False, False),
        ([(FAILED, 0, 1), (PASSED, 0, 1)], False, False),
        ([(PASSED, 0, 1)], True, True),
    ],
)
def test_an_attempt_passes_by_the_checks_that_are_worth_points(
    checks: list[tuple[CheckStatus, float, float]], passed: bool, flawless: bool
) -> None:
    assert (attempt(*checks).passed, attempt(*checks).flawless) == (passed, flawless)


def test_the_best_attempt_earns_most_and_comes_first() -> None:
    half, bonus, whole = attempt((PASSED, 1, 0)), attempt((PASSED, 0, 3)), attempt((PASSED, 1, 0), (PASSED, 1, 0))
    assert best([half, whole, bonus]) is bonus
    assert best([half, attempt((PASSED, 1, 0))]) is half


LARGE = "import numpy as np\ndef get_linear_forward(x, w, b):\n    return np.zeros({items})"


def test_answers_that_are_too_large_together_fail_their_exercise_only_and_say_so(
    grade_cells: GradeCells, solutions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MAX_ANSWER_BYTES", 100_000)
    grade = grade_cells(*{**solutions, "1a": LARGE.format(items=20_000)}.values())
    (check, *_) = result(grade, "1a").checks
    assert check.status is CheckStatus.ERROR
    assert "together they take more memory than fits" in render(check.message or "", "en")
    assert result(grade, "1a").points == 0
    assert {item.id for item in grade.exercises if item.status is ExerciseStatus.PASSED} >= {"1b", "3a", "3b", "4", "6"}


@pytest.mark.parametrize("kept_bytes", [0, 64 << 20])
def test_points_do_not_depend_on_what_is_kept(
    kept_bytes: int, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    limits = replace(QUICK, kept_bytes=kept_bytes)
    right = grade_cells(*solutions.values(), limits=limits)
    assert (right.score, right.bonus) == (18, 4)
    wrong = "def get_linear_forward(x, w, b):\n    return w * x - b"
    graded = result(grade_cells(*{**solutions, "1a": wrong}.values(), limits=limits), "1a")
    assert graded.points == 1
    assert any(check.diagnosis for check in graded.checks) is bool(kept_bytes), "and only words are lost"


def test_what_is_not_kept_of_an_answer_is_its_value() -> None:
    answer = Answer(np.zeros(1000), printed=" \nprinted\n")
    assert answer.size_bytes > 8000
    kept = answer.without_value()
    assert (kept.value, kept.printed, kept.problem) == (Opaque("ndarray", ""), "p", None)
    nothing = Answer(None, printed=" ")
    assert nothing.without_value() == Answer(None, printed="")


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux counts")
def test_many_versions_with_large_answers_and_loud_cells_take_little_memory_of_the_grader(tmp_path: Path) -> None:
    """On the code before: 1.2 GB for a third of what stands here."""
    functions = (("get_linear_forward", "x, w, b"), ("compute_mse_loss", "y_hat, y"))
    cells = ["import numpy as np", *["print('🙂' * (1 << 20))"] * 20]
    cells += [f"def {name}({args}):\n    return np.zeros(900_000)" for name, args in functions for _ in range(3)]
    (tmp_path / "Żółw.ipynb").write_text(notebook(*cells), "utf-8")
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'grader', *sys.argv[1:]], stdout=subprocess.DEVNULL)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    report = tmp_path / "out.json"
    command = [sys.executable, "-c", code, str(tmp_path / "Żółw.ipynb"), "--report", f"json={report}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, start_new_session=True)
    returned, most_mib = map(int, done.stdout.split())
    assert returned == 1, done.stderr
    assert most_mib < 450
    assert report.stat().st_size < 100_000
