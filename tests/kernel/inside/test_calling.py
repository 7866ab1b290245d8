"""Where a call failed: the innermost line of the notebook, and of calls without an end the line that makes them."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from typing import Any

import pytest

from grader.kernel.inside import calling
from grader.kernel.protocol.messages import MAX_CALLERS, Raised

FILE = "cell_3.py"
SOURCE = """def helper(n):
    if n > 20:
        raise {error}("too deep")
def f(n):
    helper(n)
    return f(n + 1)
"""


@pytest.fixture(params=["RecursionError", "ValueError"])
def failing(request: pytest.FixtureRequest) -> Iterator[Any]:
    source = SOURCE.format(error=request.param)
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    found: dict[str, Any] = {}
    exec(compile(source, FILE, "exec"), found)
    yield found["f"]
    del linecache.cache[FILE]


def described(failing: Any) -> Raised:
    try:
        failing(1)
    except Exception as error:
        return calling._describe_error(error, {FILE: 3}, lambda _: None)
    raise AssertionError


def test_of_calls_without_an_end_the_line_that_calls_is_shown(failing: Any) -> None:
    raised = described(failing)
    places = {"RecursionError": (3, 6, "return f(n + 1)"), "ValueError": (3, 3, f'raise {raised.type}("too deep")')}
    assert (raised.cell, raised.line, raised.code) == places[raised.type]
    assert len(raised.callers) == MAX_CALLERS
    assert set(raised.callers) <= {"return f(n + 1)", "helper(n)"}
