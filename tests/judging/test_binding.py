"""Which of a participant's parameters gets which argument: by name first, then by position."""

from __future__ import annotations

import pytest

from grader.course.course import Course
from grader.judging.binding import Binding, bindings, near_miss
from grader.kernel.session import Parameter, Version
from grader.model import ExerciseStatus
from tests.conftest import GradeCells, result


def test_names_settle_the_order_of_arguments(grade_cells: GradeCells) -> None:
    swapped = "def get_linear_forward(x, w, b):\n    return b * x + w"
    assert result(grade_cells(swapped), "1a").status is not ExerciseStatus.PASSED


def version(*parameters: str, name: str = "get_linear_forward") -> Version:
    """A version of a function. A star makes a parameter keyword-only, two of them *args; `=` gives it a default."""
    kinds = {0: "positional_or_keyword", 1: "keyword_only", 2: "var_positional"}
    own = [Parameter(one.strip("*="), kinds[one.count("*")], one.endswith("=")) for one in parameters]
    return Version("v", name, 1, "", own, "", False)


def ways(course: Course, *parameters: str) -> list[Binding]:
    return list(bindings(version(*parameters), course.exercise("1a"), course))


@pytest.mark.parametrize(
    ("parameters", "first", "count"),
    [
        (("x", "w", "b"), Binding((0, 1, 2)), 1),
        (("bias", "X_train", "waga"), Binding((2, 0, 1)), 1),
        (("x", "p", "q"), Binding((0, 1, 2)), 2),
        (("p", "q", "r"), Binding((0, 1, 2)), 6),
        (("x", "*w", "*b"), Binding((0,), (("w", 1), ("b", 2))), 1),
        (("**args",), Binding((0, 1, 2)), 6),
        (("x", "w", "b", "verbose="), Binding((0, 1, 2)), 1),
        (("x", "verbose=", "w", "b"), Binding((0,), (("w", 1), ("b", 2))), 1),
        (("x", "w"), None, 0),
        (("x", "w", "b", "c"), None, 0),
    ],
    ids=str,
)
def test_names_come_first_and_every_order_of_the_rest_is_tried(
    parameters: tuple[str, ...], first: Binding | None, count: int, course: Course
) -> None:
    found = ways(course, *parameters)
    assert len(found) == count
    assert (found[0] if found else None) == first


def test_a_callable_whose_parameters_are_unknown_is_called_in_the_courses_order(course: Course) -> None:
    unknown = Version("v", "get_linear_forward", 1, "", None, "", False)
    assert list(bindings(unknown, course.exercise("1a"), course)) == [Binding((0, 1, 2))]


def test_arguments_are_collected_back_into_the_courses_order(course: Course) -> None:
    own = version("b", "x", "w")
    (binding,) = bindings(own, course.exercise("1a"), course)
    assert binding.arrange(["x", "w", "b"]) == (["b", "x", "w"], {})
    assert binding.collect(["b", "x", "w"], {}, own) == ["x", "w", "b"]
    assert binding.collect(["b"], {"w": "w", "x": "x"}, own) == ["x", "w", "b"]
    with pytest.raises(KeyError):
        binding.collect(["b"], {"x": "x"}, own)


@pytest.mark.parametrize(
    ("name", "near"),
    [("get_linear_foward", True), ("getLinearForward", True), ("linear", False), ("get_linear_forward", False)],
)
def test_a_name_that_is_almost_the_exercises_is_a_near_miss(name: str, near: bool, course: Course) -> None:
    found = near_miss([version("x", name=name), version("x", name="pomocnicza")], course.exercise("1a"))
    assert (found.name if found else None) == (name if near else None)
