"""The curves beside the points: what a function gives, what the reference gives, and never a point more or less."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.course import loader
from grader.course.course import Course
from grader.errors import CourseError
from grader.judging import curve
from grader.kernel.session import Answer, Problem
from grader.model import Curve, ExerciseResult, Grade
from tests.conftest import ROOT, GradeCells, result

EARLIER = ("1a", "1b", "3b", "4")
TRAIN = """
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)
        w, b = update_params(w, b, {alpha}, dw, db)
        print(compute_mse_loss(get_linear_forward(x, w, b), y))
{ending}
"""
RIGHT = TRAIN.format(alpha="alpha", ending="    return w, b")


@pytest.fixture(scope="module")
def graded(grade_cells: GradeCells, solutions: dict[str, str]) -> Callable[..., Grade]:
    def grade(train: str, **config: object) -> Grade:
        return grade_cells(*(solutions[id] for id in EARLIER), train, **config)

    return grade


def test_a_right_function_has_the_references_curve(graded: Callable[..., Grade]) -> None:
    drawn = result(graded(RIGHT), "5").curves
    assert [one.title.en for one in drawn] == [
        "The loss: alpha = 0.1, generated_data",
        "The loss: alpha = 0.001, generated_data",
        "The loss: alpha = 0.4, (x - mean(x)) / std(x)",
        "The loss: alpha = 0.0001, generated_data",
    ]
    assert all(one.heights == pytest.approx(one.reference) for one in drawn)
    without_end, grows, normalized, slow = (one.reference for one in drawn)
    assert without_end[0] == grows[0] == slow[0] == pytest.approx(14596.5, abs=0.1)
    assert without_end[-1] > 1e20
    assert grows[-1] > 1e10
    assert normalized[-1] < 100 < slow[-1] < 200
    assert drawn[3].places[-1] == 1000


def test_a_wrong_function_has_a_curve_of_its_own(graded: Callable[..., Grade]) -> None:
    drawn = result(graded(TRAIN.format(alpha="alpha / 2", ending="    return w, b")), "5").curves[2]
    assert drawn.heights[0] == drawn.reference[0]
    assert all(own > right for own, right in zip(drawn.heights[1:], drawn.reference[1:], strict=True))


LARGE = "    if len(x) == 200 and epochs == 8:\n        {what}\n    return w, b"


@pytest.mark.parametrize(
    "what",
    [
        "import os; os._exit(0)",
        "while True: pass",
        "raise SystemExit",
        "return 'w', 'b'",
        "return np.zeros(100_000), {}",
        "return {'w': w, 'b': b}",
        "return float('nan'), float('inf')",
        "return None",
    ],
)
def test_whatever_happens_in_a_call_for_the_curve_all_points_are_kept(
    what: str, graded: Callable[..., Grade], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve, "WITHIN_S", 0.5)
    exercise = result(graded(TRAIN.format(alpha="alpha", ending=LARGE.format(what=what))), "5")
    assert (exercise.points, exercise.bonus) == (5, 1)
    assert exercise.curves[0].heights == pytest.approx(exercise.curves[0].reference)
    for drawn in exercise.curves[1:]:  # the other places stand, this one is left out
        at = drawn.places.index(8) if 8 in drawn.places else len(drawn.places)
        assert drawn.heights[:at] == pytest.approx(drawn.reference[:at])
        assert set(drawn.heights[at : at + 1]) <= {None}


def test_points_and_words_are_the_same_without_a_curve(graded: Callable[..., Grade]) -> None:
    with_curve = graded(RIGHT).exercises
    without = graded(RIGHT, curves=False).exercises
    assert [_without_curve(exercise) for exercise in with_curve] == list(without)


def _without_curve(exercise: ExerciseResult) -> ExerciseResult:
    from dataclasses import replace

    return replace(exercise, curves=())


def test_the_same_notebook_has_the_same_curve(graded: Callable[..., Grade]) -> None:
    assert result(graded(RIGHT), "5").curves == result(graded(RIGHT), "5").curves


@pytest.mark.parametrize("why", ["another exercise only", "no function", "it failed already"])
def test_where_there_is_nothing_to_draw_there_is_no_curve(why: str, graded: Callable[..., Grade]) -> None:
    if why == "another exercise only":
        exercises = graded(RIGHT, only=("4",)).exercises
    else:
        exercises = graded("pass" if why == "no function" else "def train(x, y, w, b, alpha, epochs): 1 / 0").exercises
    assert all(not exercise.curves for exercise in exercises)


# ---- asked by hand


def ask_right(course: Course) -> Callable[..., list[Answer]]:
    solution = course.solution("5")
    return lambda cases: [Answer(solution(*case, verbose=False)) for case in cases]


def drawn(course: Course, answers: Callable[..., list[Answer]]) -> tuple[Curve, ...]:
    return curve.draw(course.exercise("5"), course, answers)


@pytest.mark.parametrize("problem", [Problem.TIMED_OUT, Problem.CRASHED, Problem.GARBLED, Problem.OUT_OF_TIME])
def test_there_is_no_curve_of_part_of_the_calls(problem: Problem, course: Course) -> None:
    """Where it stopped may be a matter of the machine: the same notebook must not have now this curve, now that."""
    assert drawn(course, lambda cases: [*ask_right(course)(cases[:3]), Answer(problem=problem)]) == ()
    assert drawn(course, lambda cases: ask_right(course)(cases[:3])) == ()
    assert drawn(course, lambda cases: [Answer(problem=problem)] * len(cases)) == ()


@pytest.mark.parametrize("value", [None, 3.0, "wb", (1.0,), (1.0, 2.0, 3.0), ("w", 1.0), (np.zeros(9), 1.0), {}, [[]]])
def test_answers_of_the_wrong_kind_have_no_height(value: object, course: Course) -> None:
    assert drawn(course, lambda cases: [Answer(value)] * len(cases)) == ()


@pytest.mark.parametrize("value", [(1.0, 2.0), [1, 2], np.array([1.0, 2.0]), (np.array(1.0), np.array([2.0]))])
def test_answers_are_taken_in_any_style(value: object, course: Course) -> None:
    found = drawn(course, lambda cases: [Answer(value)] * len(cases))
    assert len(found) == 4
    assert found[1].heights == pytest.approx([found[1].heights[0]] * 9)


def test_an_exercise_without_a_curve_asks_nothing(course: Course) -> None:
    def refuse(cases: object) -> list[Answer]:
        raise AssertionError

    assert curve.draw(course.exercise("1a"), course, refuse) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("def height", "def heigth"), "it does not define height"),
        (("def height", "def height("), r"curve\.py, line \d+: "),
        (("return compute_mse_loss", "return np.nan * compute_mse_loss"), "a finite height"),
        (("range(9)", "range(31)"), "from 2 to 30 places"),
        (("range(9)", "(1,)"), "from 2 to 30 places"),
        (("title = [", "title = [{}] + ["), "it has 5 titles, and cases for 4 curves"),
        (('"en": "epochs"', '"de": "Epochen"'), "KeyError: 'en'"),
    ],
)
def test_a_curve_that_the_author_got_wrong_is_told_with_its_file(
    change: tuple[str, str], says: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "reference", tmp_path / "course")
    path = tmp_path / "course" / "5" / "curve.py"
    assert change[0] in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    course = loader.load(tmp_path / "course")
    with pytest.raises(CourseError, match=says) as told:
        drawn(course, ask_right(course))
    assert str(path) in str(told.value)
