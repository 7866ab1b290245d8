"""The questions that a hidden test asks of a source."""

from __future__ import annotations

import pytest

from grader.judging.source_view import SourceView

SOURCE = """
    import numpy as np
    from math import sqrt
    def silnia(n):  # for while sorted(
        return 1 if n < 2 else n * silnia(n - 1) + np.linalg.norm([1]) + "a".join([str(x) for x in range(3)]).count("for")
"""


def test_what_a_source_does() -> None:
    view = SourceView(SOURCE, "silnia")
    assert (view.uses_loop, view.uses_comprehension, view.is_recursive) == (False, True, True)
    calls = {
        name: view.calls(name) for name in ("np.linalg.norm", ".norm", "norm", "range", "sorted", ".join", ".count")
    }
    assert calls == {
        "np.linalg.norm": True, ".norm": True, "norm": False, "range": True, "sorted": False, ".join": True, ".count": True,
    }  # fmt: skip
    assert (view.imports("numpy"), view.imports("math"), view.imports("mat")) == (True, True, False)
    assert (view.mentions("linalg"), view.mentions("while")) == (True, False)


@pytest.mark.parametrize("source", ["for x in y: pass", "while True:\n  break", "  for x in y:\n    pass"])
def test_a_loop_is_a_loop(source: str) -> None:
    assert SourceView(source, "x").uses_loop


def test_what_is_no_python_does_nothing() -> None:
    view = SourceView("def f(:\0", "f")
    assert not any((view.uses_loop, view.is_recursive, view.imports("os"), view.mentions("f")))
