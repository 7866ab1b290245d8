"""A cell of tests asks `notebook` for what is the participant's, and keeps what is its own."""

from __future__ import annotations

import pytest

from grader.course.unfolding.hidden_tests import helpers, rewrite
from grader.course.unfolding.names import bound_names, used_names

THEIRS = {"f", "x", "żółw"}


@pytest.mark.parametrize(
    ("source", "asking"),
    [
        ("assert f(2) == x  # the answer", "assert notebook.f(2) == notebook.x  # the answer"),
        ("assert żółw == 'ż', żółw", "assert notebook.żółw == 'ż', notebook.żółw"),
        ("old = f\ndel f\nf = old", 'old = notebook.f\ndel notebook["f"]\nnotebook["f"] = old'),
        ("for x in range(3):\n    f(x)", "for x in range(3):\n    notebook.f(x)"),
        ("[f(x) for x in (1, 2)]\nx", "[notebook.f(x) for x in (1, 2)]\nnotebook.x"),
        ("def test(x):\n    return x\ntest(x=x)", "def test(x):\n    return x\ntest(x=notebook.x)"),
        ("def g(a=x):\n    x = 1\n    return f(x)", "def g(a=notebook.x):\n    x = 1\n    return notebook.f(x)"),
        ("def f(): pass\nf()", "def f(): pass\nf()"),
        ("from math import x\nassert f(x)", "from math import x\nassert notebook.f(x)"),
        ("assert f(1), f'{x} is wrong'", "assert notebook.f(1), f'{notebook.x} is wrong'"),
        ("assert f('''a\nb''')", "assert notebook.f('a\\nb')"),
        ("y.x = f", "y.x = notebook.f"),
        ("(lambda x: x + f(1))(x)", "(lambda x: x + notebook.f(1))(notebook.x)"),
    ],
)  # fmt: skip
def test_names_of_participants_are_asked_for(source: str, asking: str) -> None:
    assert rewrite(source, THEIRS) == asking


def test_a_cell_that_is_no_plain_python_is_not_rewritten() -> None:
    assert rewrite("%matplotlib inline\nassert f(1)", THEIRS) is None


def test_helpers_are_those_that_are_needed_with_all_that_these_need() -> None:
    given = (
        "import numpy as np\nimport os\nTOL = 1e-6\n\ndef near(a, b):  # close\n    return np.abs(a - b) < TOL\nplot(x)"
    )
    assert helpers(given, {"near"}, THEIRS) == (
        "import numpy as np\nTOL = 1e-6\ndef near(a, b):  # close\n    return np.abs(a - b) < TOL"
    )
    assert helpers("y = x + 1", {"y"}, THEIRS) == ""


def test_names_are_bound_and_used_in_functions_too() -> None:
    source = (
        "import os.path as p\ndef f(a):\n    global g\n    g = a + h\n    return len(a)\nx: int = 1\nfor i in x: pass"
    )
    assert bound_names(source) == {"p", "f", "g", "x", "i"}
    assert used_names(source) >= {"h", "x"}
    assert used_names(source).isdisjoint({"a", "len"})
    assert bound_names("!ls") == used_names("!ls") == frozenset()
