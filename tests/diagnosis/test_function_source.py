"""What is read from a participant's function without running it."""

from __future__ import annotations

import ast

import pytest

from grader.course.course import Course
from grader.diagnosis.function_source import FunctionSource, SourceContext, read_function
from grader.kernel.session import Version

LOOP = """def f(x, w):
    total = 0
    for value in x:
        total += w * value
        if total > 9:
            return total
    return np.sum(total)
"""


def parsed(source: str, course: Course, own: dict[str, str] | None = None, **around: object) -> FunctionSource:
    context = SourceContext(course, **around)  # type: ignore[arg-type]
    function = read_function(Version("v", "f", 0, "", None, source, False), own or {}, context)
    assert function is not None
    return function


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def f(:\n",
        "x = 1",
        "(" * 300,
        "-" * 9000 + "1",
        "def g(x): pass",
        "def f(x):\n    return x" + " + x" * 5000,
    ],
    ids=lambda source: source[:12],
)
def test_a_source_that_cannot_be_read_is_no_function(source: str, course: Course) -> None:
    version = Version("v", "f", 0, "", None, source, False)
    assert read_function(version, {}, SourceContext(course)) is None


def test_what_a_function_returns_calls_and_loops_over(course: Course) -> None:
    function = parsed(LOOP, course)
    assert [ast.unparse(value) for value in function.returned] == ["total", "np.sum(total)"]
    assert [function.code(call) for call in function.calls("sum")] == ["np.sum(total)"]
    assert [function.code(loop)[:17] for loop in function.loops] == ["for value in x: t"]
    assert function.in_loop(function.returned[0])
    assert not function.in_loop(function.returned[1])
    assert function.uses("w")
    assert not function.uses("y")


def test_a_lambda_and_an_indented_method_are_functions_too(course: Course) -> None:
    assert [ast.unparse(value) for value in parsed("f = lambda x: 2 * x", course).returned] == ["2 * x"]
    assert [ast.unparse(value) for value in parsed("    def f(self, x):\n        return x", course).returned] == ["x"]


@pytest.mark.parametrize(
    ("body", "free"),
    [
        ("return x + rate", ("rate",)),
        ("total = len(x)\n    return total", ()),
        ("return [item for item in x]", ()),
        ("return math.pi * łączna_suma", ("math", "łączna_suma")),
    ],
)
def test_names_that_it_reads_and_does_not_bind_are_free(body: str, free: tuple[str, ...], course: Course) -> None:
    assert parsed(f"def f(x):\n    {body}", course).free == free


@pytest.mark.parametrize(
    ("source", "closed"),
    [
        ("def f(x):\n    return np.mean(x)", True),
        ("def f(x):\n    return get_linear_forward(x, 1, 2)", True),
        ("def f(x):\n    return helper(x)", False),
        ("def f(x):\n    def inner(v):\n        return v\n    return inner(x)", False),
        ("@decorated\ndef f(x):\n    return x", False),
        ("def f(self, x):\n    return x", False),
    ],
)
def test_a_function_is_closed_where_no_step_of_it_stands_elsewhere(source: str, closed: bool, course: Course) -> None:
    assert parsed(source, course, imported=frozenset({"np"})).closed is closed


@pytest.mark.parametrize(
    ("body", "in_place"),
    [("x -= 1\n    return x", True), ("x[0] = 1\n    return x", True), ("y = x - 1\n    return y", False)],
)
def test_writing_into_an_argument_is_seen(body: str, in_place: bool, course: Course) -> None:
    assert parsed(f"def f(x):\n    {body}", course, {"x": "x"}).in_place is in_place


def test_long_code_is_cut_to_a_line(course: Course) -> None:
    function = parsed("def f(x):\n    return (x +\n        " + "x + " * 50 + "x)", course)
    assert len(function.code(function.returned[0])) == 60
