"""Exercises that failed get words on why; points and verdicts stay as they were judged."""

from __future__ import annotations

import re

import pytest

from grader.config import Config, Limits
from grader.course.course import Course
from grader.diagnosis.diagnose import diagnose, name_known_mistake
from grader.i18n import render
from grader.judging.attempts import Attempt
from grader.judging.binding import Binding
from grader.judging.judge import judge
from grader.judging.results import Judged, result_of
from grader.judging.stand_in import Call, Function
from grader.judging.subject import Subject
from grader.judging.suite import Suite
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Answer, Version, run
from grader.model import Cell, CheckStatus, ExerciseStatus, Notebook
from grader.submissions.code_digest import code_digest
from tests.conftest import QUICK, GradeCells, result

SHORT = Limits(cell_timeout_s=1.0, call_timeout_s=0.5, total_timeout_s=60.0)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def update_params(w, b, alpha, dw, db)\n    return w - alpha * dw, b - alpha * db", "expected ':'"),
        ("np.nic()\ndef update_params(w, b, alpha, dw, db):\n    return w - alpha * dw, b", "AttributeError"),
        ("while True:\n    pass\ndef update_params(w, b, alpha, dw, db):\n    return w, b", "took too long"),
        ("import os\nos._exit(1)\ndef update_params(w, b, alpha, dw, db):\n    return w, b", "did not run to its end"),
    ],
    ids=["syntax", "error-above", "endless", "ended"],
)
def test_a_function_in_a_cell_that_did_not_run_is_reported_with_that_cell(
    code: str, says: str, grade_cells: GradeCells
) -> None:
    exercise = result(grade_cells(code, limits=SHORT), "4")
    assert exercise.status is ExerciseStatus.MISSING
    assert exercise.cell == 1
    text = " ".join(render(note, "en") for note in exercise.notes)
    assert re.search("update_params is in cell 2, which", text)
    assert says in text


def test_a_later_version_that_did_not_run_is_reported_beside_the_one_that_was_judged(grade_cells: GradeCells) -> None:
    vectors = "def get_backprop(y_hat, y, x):\n    return 2 * (y_hat - y) * x, 2 * (y_hat - y)"
    mean = "def get_backprop(y_hat, y, x):\n    return np.mean(2 * (y_hat - y) * x), np.mean(2 * (y_hat - y)"
    grade = grade_cells(vectors, mean)
    assert result(grade, "3a").status is ExerciseStatus.PASSED
    assert "cell 3" in render(result(grade, "3b").notes[0], "en")
    assert "opened and never closed" in render(result(grade, "3b").notes[1], "en")


@pytest.mark.parametrize(
    ("body", "shows"),
    [
        ("i = 0\n    while i < 10:\n        y = w * x + b\n    return y", "`i < 10`"),
        ("while True:\n        y = w * x + b", "`True`"),
    ],
)
def test_a_loop_that_never_ends_is_shown(body: str, shows: str, grade_cells: GradeCells) -> None:
    code = f"def get_linear_forward(x, w, b):\n    {body}"
    check = result(grade_cells(code, limits=SHORT), "1a").checks[0]
    assert check.status is CheckStatus.TIMED_OUT
    assert check.diagnosis is not None
    assert shows in render(check.diagnosis.hint, "en")


def test_a_passed_exercise_and_a_bonus_that_was_not_reached_get_no_hint(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    silent = solutions["5"].replace("verbose=True", "verbose=False")
    grade = grade_cells(*{**solutions, "5": silent}.values())
    assert result(grade, "5").status is ExerciseStatus.PASSED
    assert result(grade, "5").bonus == 0
    assert not any(check.diagnosis for check in result(grade, "5").checks)


def test_points_and_verdicts_stay_as_they_were_judged(
    course: Course, suite: Suite, warm: ForkServerClient | None, solutions: dict[str, str]
) -> None:
    wrong = {
        **solutions,
        "1a": "def get_linear_forward(x, w, b):\n    return w * x",
        "1b": "def compute_mse_loss(y_hat, y):\n    return np.mean(np.power(y_hat - y, 2) + nieznana)",
        "3b": "def get_backprop(y_hat, y, x):\n    return None",
        "6": "def normalize(x):\n    x == x - np.mean(x)\n    return x",
    }
    cells = tuple(Cell(index, source) for index, source in enumerate(["import numpy as np", *wrong.values()]))
    notebook, config = Notebook("n.ipynb", "n", "0" * 64, cells), Config(limits=QUICK, hidden=(str(course.folder),))
    with run(notebook, config, warm) as session:
        judged = judge(session, course, suite, config, code_digest(notebook))
        results = diagnose(judged, session, course)
    assert not any(check.diagnosis for one in judged for check in one.result.checks)
    for one, said in zip(judged, results, strict=True):
        assert (said.points, said.bonus, said.status) == (one.result.points, one.result.bonus, one.result.status)
        assert [check.status for check in said.checks] == [check.status for check in one.result.checks]
    named = {said.id: check.diagnosis.mistake for said in results for check in said.checks if check.diagnosis}
    assert named["1a"] == "no-bias"
    assert named["1b"] == "unknown-name"
    assert named["6"] == "compared-not-stored"


def attempt_at_1a(course: Course, suite: Suite, source: str, value: object) -> Attempt:
    """What came of a function that always gives the same value."""
    version = Version("v", "get_linear_forward", 1, "", None, source, False)
    function = Function("f", lambda cases: [Answer(value)] * len(cases))
    checks = suite.run("1a", Subject("get_linear_forward", function), [1])
    return Attempt(version, Binding((0, 1, 2)), checks, tuple(function.calls))


def test_a_known_mistake_is_named_at_the_first_check_that_failed(course: Course, suite: Suite) -> None:
    exercise = course.exercise("1a")
    attempt = attempt_at_1a(course, suite, "def get_linear_forward(x, w, b):\n    print(w * x + b)", None)
    printed = [Call(call.function, call.args, Answer(None, printed="7")) for call in attempt.calls]
    attempt = Attempt(attempt.version, attempt.binding, attempt.results, tuple(printed))
    judged = Judged(exercise, result_of(exercise, attempt), attempt, (attempt,))
    checks = name_known_mistake(judged, course).checks
    assert [check.diagnosis.mistake if check.diagnosis else None for check in checks] == ["prints-not-returns", None]
    nothing = Judged(exercise, judged.result, attempt, ())
    assert not any(check.diagnosis for check in name_known_mistake(nothing, course).checks)


def test_a_function_with_a_return_that_gives_none_is_no_known_mistake(course: Course, suite: Suite) -> None:
    exercise = course.exercise("1a")
    attempt = attempt_at_1a(course, suite, "def get_linear_forward(x, w, b):\n    return print(w * x + b)", None)
    judged = Judged(exercise, result_of(exercise, attempt), attempt, (attempt,))
    assert not any(check.diagnosis for check in name_known_mistake(judged, course).checks)
