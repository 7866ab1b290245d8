"""A test of otter's holds for the same answers when it is a cell of assertions."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from grader.course.readers.otter_tests import read_test
from grader.course.readers.sources import RawCell
from grader.judging.cells.shown import Shown
from grader.judging.verdicts import Failed


def holds(source: str, shows: str, **names: Any) -> bool:
    """Whether the answer passes the test that was saved with this output."""
    test = read_test(RawCell(1, "code", source, {}, shows), "cell 1", by_output=True)
    try:
        exec(test.code, dict(names))
    except (AssertionError, Failed):
        return False
    return True


@pytest.mark.parametrize(
    ("source", "shows", "right", "wrong"),
    [
        ("x == 2", "True", 2, 3),
        ("x", "2", 2, 2.5),
        ("x", "'2'", "2", 2),
        ("x > 5", "False", 2, 9),
        ("len(x) == 2 and x[0] == 1", "True", [1, 5], [2, 5]),
        ("y = x * 2\ny", "4", 2, 3),
        ("print(x)", "2\n", 2, 3),
        ("print(x)\nx + 1", "2\n3", 2, 3),
        ("for i in range(2):\n    print(x + i)", "2\n3\n", 2, 3),
        ("x", "array([1, 2])", np.array([1, 2]), np.array([1, 3])),
        ("x.sum() == 3", "True", np.array([1, 2]), np.array([1, 3])),
        ("x.mean()", "1.5", np.array([1, 2]), np.array([1, 3])),
        ("x.mean()", "np.float64(1.5)", np.array([1, 2]), np.array([1, 3])),
        ("x", "'a\\n  b'", "a\n  b", "a\n b"),
        ("assert x == 2", "", 2, 3),
        ("x.get('a')", "", {}, {"a": 1}),
    ],
)
def test_right_answers_pass_and_wrong_ones_fail(source: str, shows: str, right: Any, wrong: Any) -> None:
    assert holds(source, shows, x=right)
    assert not holds(source, shows, x=wrong)


def test_what_a_function_prints_besides_is_not_held_against_it() -> None:
    def chatty() -> int:
        sys.stdout.write("debugging\n")
        return 4

    assert holds("f()", "4", f=chatty)


def test_truth_is_shown_alike_by_python_and_numpy_and_is_no_list() -> None:
    assert holds("x", "True", x=np.True_)
    assert holds("x", "1", x=True)
    assert not holds("x", "True", x=[True])


def test_an_exception_in_a_test_leaves_the_output_as_it_was() -> None:
    before = sys.stdout
    with pytest.raises(ZeroDivisionError), Shown("2"):
        raise ZeroDivisionError
    assert sys.stdout is before


def test_a_function_gets_the_notebooks_names() -> None:
    source = "def test_it(x, env):\n    assert x == env['x'] == 2\n\ntest_it(x, globals())"
    code = read_test(RawCell(1, "code", source), "cell 1", by_output=False).code
    exec(code, {"x": 2})
    with pytest.raises(AssertionError):
        exec(code, {"x": 3})


@pytest.mark.parametrize(
    ("source", "shows", "visible"),
    [
        ("x == 2", "True", "assert x == 2"),
        ("x + 1", "3", "x + 1\n# shows: 3"),
        ("print(1); x", "1\n3", "print(1); x\n# shows:\n# 1\n# 3"),
    ],
)
def test_participants_can_run_a_visible_test_without_otter(source: str, shows: str, visible: str) -> None:
    assert read_test(RawCell(1, "code", source, {}, shows), "cell 1", by_output=True).visible == visible


def test_what_a_visible_test_should_show_is_said_and_of_a_hidden_one_nothing() -> None:
    def failed(source: str) -> BaseException:
        test = read_test(RawCell(1, "code", source, {}, "[1, 2]"), "cell 1", by_output=True)
        with pytest.raises((Failed, AssertionError)) as raised:
            exec(test.code, {"x": [1]})
        return raised.value

    visible = failed("x")
    assert isinstance(visible, Failed)
    assert (visible.input, visible.expected, visible.actual) == ("x", "[1, 2]", "[1]")
    assert failed("# HIDDEN\nx").args == ()
