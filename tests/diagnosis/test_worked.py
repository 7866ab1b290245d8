"""A call worked out by the course's solution: what each step says is so."""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader.course.course import Course
from grader.diagnosis.worked import Step, work_out

CALLS = {
    "1a": (np.array([2, -3]), 4, 0),
    "1b": (np.array([3, 5]), np.array([1, 1])),
    "2": (np.array([0, 3]), np.array([4, 1]), 2, -1),
    "3a": (np.array([5]), np.array([3]), np.array([4])),
    "3b": (np.array([5, 1]), np.array([3, 4]), np.array([3, -2])),
    "4": (-2, 5, 0.1, -10, 20),
    "5": (np.array([1]), np.array([5]), 2, 0, 0.1, 2),
    "6": (np.array([2.0, 6.0]),),
}


def steps(course: Course, id: str, *args: object) -> list[Step]:
    return work_out(course, course.exercise(id), args or CALLS[id])


def test_the_steps_of_a_training_are_told_with_their_numbers(course: Course) -> None:
    told = [step.text for step in steps(course, "5", np.array([1]), np.array([5]), 2, 0, 0.1, 1)]
    assert told == [
        "y_hat = get_linear_forward(1, 2, 0) = 2 * 1 + 0 = 2",
        "  dw = mean(2 * (2 - 5) * 1) = mean(-6) = -6",
        "  db = mean(2 * (2 - 5)) = mean(-6) = -6",
        "w_gradient, b_gradient = get_backprop(2, 5, 1) = (-6, -6)",
        "  new_w = 2 - 0.1 * -6 = 2.6",
        "  new_b = 0 - 0.1 * -6 = 0.6",
        "w, b = update_params(2, 0, 0.1, -6, -6) = (2.6, 0.6)",
    ]


@pytest.mark.parametrize("id", CALLS)
def test_every_part_of_a_step_is_the_same_number(id: str, course: Course) -> None:
    scope = {"mean": np.mean, "std": np.std, **course.scope(id)}
    told = steps(course, id)
    assert told
    for step in told:
        values = [eval(re.sub(r"\[[^]]*\]", r"A(\g<0>)", part), scope | {"A": np.array}) for part in step.chain]
        assert all(np.allclose(np.asarray(value), np.asarray(values[-1]), rtol=1e-4) for value in values), step.text


@pytest.mark.parametrize("id", CALLS)
def test_the_last_step_is_what_the_solution_gives(id: str, course: Course) -> None:
    expected = course.solution(id)(*CALLS[id])
    told = steps(course, id)
    last = [step.chain[-1] for step in told if not step.depth]
    ends = [last[-1]] if told[-1].label in ("return", "w, b") else last
    got = [value for text in ends for value in np.ravel(np.asarray(eval(text)))]
    assert np.allclose(np.ravel(np.asarray(expected)), got)


def test_what_is_too_long_for_a_line_is_not_worked_out(course: Course) -> None:
    assert steps(course, "1a", np.arange(9), 2, 3) == []


def test_a_call_of_an_earlier_function_is_kept_so_that_it_can_be_compared(course: Course) -> None:
    called = [(step.function, step.value) for step in steps(course, "2") if step.function]
    assert [name for name, _ in called] == ["get_linear_forward", "compute_mse_loss"]
    assert called[1][1] == pytest.approx(20.5)


@pytest.mark.parametrize(
    "body",
    [
        "    while True:\n        pass",
        "    return [one for one in x]",
        "    try:\n        return x\n    except ValueError:\n        return w",
        "    return np.clip(x, a_min=w, a_max=b)",
        "    for _ in range(10**9):\n        b = b + 1\n    return b",
    ],
)
def test_a_solution_of_another_shape_is_left_alone(
    body: str, course: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from dataclasses import replace

    folder = tmp_path_factory.mktemp("course") / "1a"
    folder.mkdir()
    (folder / "solution.py").write_text(f"def get_linear_forward(x, w, b):\n{body}\n", "utf-8")
    exercise = replace(course.exercise("1a"), folder=folder)
    assert work_out(course, exercise, (np.arange(9), 2, 3)) == []
