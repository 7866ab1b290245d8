"""What the agent says of functions and methods: parameters, sources, names; and which methods need an object."""

from __future__ import annotations

import linecache
from typing import Any

import pytest

from grader.kernel.inside.functions import OWN, Kept, names_used, parameters_of, source_of, target_of
from grader.kernel.protocol.messages import MAX_SOURCE
from grader.model import ExerciseStatus
from tests.conftest import GradeCells, result


def define(source: str) -> dict[str, Any]:
    """The names of a cell, whose source Python can find as it finds a notebook's."""
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, name, "exec"), namespace)
    return namespace


def kept(source: str, name: str = "f", owner: str = "A") -> tuple[Kept, dict[str, Any]]:
    names = define(source)
    return Kept("0", name, 0, owner, names[owner or name], OWN), names


NEED_AN_OBJECT = {
    "self": "class A:\n    def f(self, x, w): return x * w",
    "self that is passed on": "class A:\n    def f(self, x, w): return g(self, x, w)",
    "another name, unused": "class A:\n    def f(this, x, w): return x * w",
    "another name, calls a method": "class A:\n    def g(me, x): return x\n    def f(me, x, w): return me.g(x) * w",
    "another name, attribute set elsewhere": (
        "class A:\n    def __init__(me): me.bias = 1\n    def f(me, x, w): return x * w + me.bias"
    ),
    "another name, class attribute": "class A:\n    bias = 1\n    def f(s, x, w): return x * w + s.bias",
    "decorated": (
        "import functools\ndef plain(g):\n    @functools.wraps(g)\n    def wrapper(*a): return g(*a)\n"
        "    return wrapper\nclass A:\n    @plain\n    def f(self, x, w): return x * w"
    ),
}
NEED_NONE = {
    "static": "class A:\n    @staticmethod\n    def f(x, w): return x * w",
    "class method": "class A:\n    @classmethod\n    def f(cls, x, w): return x * w",
    "without self": "class A:\n    def f(x, w): return x * w",
    "without self, an attribute of the data": "class A:\n    def f(x, w): return x.real * w",
    "without self, a method of the data": "class A:\n    def f(x, w): return x.__mul__(w)",
    "without self, passed to a function": "class A:\n    def f(x, w): return float(x) * w",
    "a lambda": "class A:\n    f = lambda x, w: x * w",
    "Polish names": "class A:\n    def f(wejście, waga): return wejście * waga",
}


@pytest.mark.parametrize("how", NEED_AN_OBJECT)
def test_a_method_that_needs_an_object_is_called_on_one(how: str) -> None:
    version, names = kept(NEED_AN_OBJECT[how] + "\ndef g(a, x, w): return x * w")
    assert version.takes_object
    assert len([one for one in parameters_of(version) if one.kind != "var_positional"]) == 2
    factor = 2 if "bias" not in NEED_AN_OBJECT[how] else 2.5
    assert target_of(version, names)(3.0 if factor == 2 else 2.0, 2.0) in (6.0, 5.0)


@pytest.mark.parametrize("how", NEED_NONE)
def test_a_method_written_without_self_is_called_on_its_class(how: str) -> None:
    version, names = kept(NEED_NONE[how])
    assert not version.takes_object
    assert [one.kind for one in parameters_of(version)] == ["positional_or_keyword"] * 2
    assert target_of(version, names)(3.0, 2.0) == 6.0


@pytest.mark.parametrize("first", ["inputs", "a", "dane", "X"])
def test_no_course_knows_the_name_of_the_first_parameter(first: str, grade_cells: GradeCells) -> None:
    method = f"    def get_linear_forward({first}, w, b):\n        return {first} * w + b"
    assert result(grade_cells(f"class Neuron:\n{method}"), "1a").status is ExerciseStatus.PASSED


def test_an_object_that_exists_is_used_before_a_new_one() -> None:
    version, names = kept("class A:\n    def __init__(self, n): self.n = n\n    def f(self): return self.n\na = A(7)")
    assert target_of(version, names)() == 7


def test_a_class_whose_source_is_lost_has_methods_with_self() -> None:
    names: dict[str, Any] = {}
    exec("class A:\n    def f(x, w): return x * w", names)
    assert Kept("0", "f", 0, "A", names["A"], OWN).takes_object


def test_a_plain_function_needs_no_object() -> None:
    version, names = kept("def f(a, b=1, *, c=2, **rest): return a", owner="")
    assert not version.takes_object
    assert [(one.name, one.kind, one.has_default) for one in parameters_of(version)] == [
        ("a", "positional_or_keyword", False),
        ("b", "positional_or_keyword", True),
        ("c", "keyword_only", True),
        ("rest", "var_keyword", False),
    ]
    assert target_of(version, names)(4) == 4


def test_a_source_is_cut_and_can_be_sent() -> None:
    names = define(f"def f():\n    return '\\ud800 ż' {'#' * MAX_SOURCE}\n")
    assert source_of(names["f"]).startswith("def f():\n    return")
    assert len(source_of(names["f"])) == MAX_SOURCE
    assert source_of(len) == source_of(3) == ""


def test_names_used_are_those_of_the_functions_that_it_calls_too() -> None:
    names = define("a = b = 1\ndef f(x):\n    return [g(y) for y in x]\ndef g(y):\n    return (lambda: y + a)()\n")
    assert {"g", "a"} <= names_used(names["f"], names)
    assert "b" not in names_used(names["f"], names)
