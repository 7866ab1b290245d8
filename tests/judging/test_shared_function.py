"""Of two exercises with one function: for which it was written, so that one mistake is said and counted once."""

from __future__ import annotations

import pytest

from grader.course.course import Course
from grader.i18n import render
from grader.model import ExerciseStatus, Grade, SubmissionStatus
from tests.conftest import GradeCells, result

HALF_MEANS = "def get_backprop(y_hat, y, x):\n    return np.mean((y_hat - y) * x), np.mean(y_hat - y)"
HALF_VECTORS = "def get_backprop(y_hat, y, x):\n    return (y_hat - y) * x, y_hat - y"
WRONG_LOSS = "def train(x, y, init_w, init_b):\n    return compute_mse_loss(get_linear_forward(x, init_w, init_w), y)"
WRONG_TRAIN = (
    "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n    for _ in range(epochs + 1):\n"
    "        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)\n"
    "        w, b = update_params(w, b, alpha, dw, db)\n    return w, b"
)


def stub(id: str, course: Course) -> str:
    return course.exercise(id).stub


def note(grade: Grade, id: str) -> str:
    return " ".join(render(one, "en") for one in result(grade, id).notes)


def test_a_mistake_in_a_function_that_was_edited_in_place_is_said_once(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    cells = [solutions["1a"], solutions["1b"], solutions["5"], HALF_MEANS, solutions["4"]]
    grade = grade_cells(*cells)
    first, later = result(grade, "3a"), result(grade, "3b")
    assert (first.status, first.points, first.together) == (ExerciseStatus.MISSING, 0, "3b")
    assert "counts together with exercise 3b" in note(grade, "3a")
    assert not any(check.diagnosis for check in first.checks)
    assert later.status is ExerciseStatus.FAILED
    assert (result(grade, "2").status, result(grade, "2").points) == (ExerciseStatus.SUPERSEDED, 2)
    assert (result(grade, "5").points, grade.score) == (4, 12)


def test_a_train_that_counts_without_the_functions_it_calls_credits_the_first_step(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(solutions["5"])
    assert (result(grade, "5").points, result(grade, "2").points, grade.score) == (4, 2, 6)


def test_a_train_that_is_wrong_counts_together_with_the_first_step(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    grade = grade_cells(*(solutions[id] for id in ("1a", "1b", "3b", "4")), WRONG_TRAIN)
    assert (result(grade, "2").together, result(grade, "2").points) == ("5", 0)
    assert result(grade, "5").status is not ExerciseStatus.PASSED


@pytest.mark.parametrize("first", [HALF_VECTORS, "def get_backprop(y_hat, y, x):\n    return (y_hat - y) * y, 2 * y"])
@pytest.mark.parametrize("words", ["Returns two numbers", "Since then it says"])
def test_an_untouched_stub_is_not_begun_though_an_earlier_version_of_the_function_is_wrong(
    words: str, first: str, grade_cells: GradeCells, course: Course
) -> None:
    grade = grade_cells(first, stub("3b", course).replace("Returns two numbers", words))
    assert result(grade, "3a").status in (ExerciseStatus.FAILED, ExerciseStatus.PARTIAL)
    assert (result(grade, "3b").status, result(grade, "3b").begun) == (ExerciseStatus.MISSING, False)
    assert "still that of exercise 3a" in note(grade, "3b")


def test_whoever_is_at_the_first_step_has_not_begun_the_training(grade_cells: GradeCells, course: Course) -> None:
    for cells in ([WRONG_LOSS], [WRONG_LOSS, stub("5", course)], [stub("5", course), WRONG_LOSS]):
        assert not result(grade_cells(*cells), "5").begun


def test_whoever_wrote_it_a_second_time_has_begun(grade_cells: GradeCells, course: Course) -> None:
    for cells in ([HALF_VECTORS, stub("3b", course), HALF_VECTORS], [HALF_VECTORS, HALF_VECTORS]):
        grade = grade_cells(*cells)
        assert result(grade, "3b").begun
        assert result(grade, "3b").status is ExerciseStatus.FAILED


def test_whoever_began_with_the_later_exercise_is_told_of_that_one(grade_cells: GradeCells, course: Course) -> None:
    grade = grade_cells(stub("3a", course), HALF_MEANS)
    assert result(grade, "3a").together == "3b"
    assert result(grade, "3b").status is ExerciseStatus.FAILED


def test_two_versions_that_are_wrong_are_two_mistakes(grade_cells: GradeCells) -> None:
    grade = grade_cells(HALF_VECTORS, HALF_MEANS)
    assert not result(grade, "3a").together
    assert result(grade, "3a").status is ExerciseStatus.FAILED


def test_the_untouched_notebook_says_where_to_start(grade_cells: GradeCells, course: Course) -> None:
    grade = grade_cells(*(exercise.stub for exercise in course.exercises))
    assert (grade.status, grade.score, grade.max_score) == (SubmissionStatus.GRADED, 0, 18)
    assert not any(exercise.begun for exercise in grade.exercises)
    assert "Start with exercise 1a" in render(grade.notes[0], "en")
    begun = grade_cells(*(exercise.stub for exercise in course.exercises[:-1]), "def normalize(x):\n    return x")
    assert [exercise.id for exercise in begun.exercises if exercise.begun] == ["6"]


def test_a_function_in_a_cell_that_does_not_run_or_in_a_text_is_begun(grade_cells: GradeCells) -> None:
    grade = grade_cells(
        "def update_params(w, b, alpha, dw, db)\n    return w - alpha * dw, b - alpha * db",
        "# def normalize(x):\n#     return x - np.mean(x)",
    )
    assert [exercise.id for exercise in grade.exercises if exercise.begun] == ["4", "6"]
