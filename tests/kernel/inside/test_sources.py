"""The texts of a cell's functions, and their parameters, are those that `inspect` finds."""

from __future__ import annotations

import argparse
import ast
import inspect
import linecache
import statistics
import textwrap
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.kernel.inside.functions import Kept, parameters_of
from grader.kernel.inside.sources import Sources
from grader.kernel.protocol.messages import Parameter

CELLS = {
    "plain": "def f(x):\n    return x\n\n\nf(1)",
    "one line": "def f(x): return x\n    # nie jego\nf(1)",
    "two lines before the body": "def f(x,\n      y=1): return x; z = 2\n# nie jego",
    "a comment below": "def f():\n    return 1\n    # jego\n\n        # też jego\n# nie jego\nx = 1",
    "a comment below, deeper again": "def f():\n    return 1\n# nie jego\n    # jego\nx = 1",
    "a comment that is less deep": "def f():\n        return 1\n    # nie jego\nx = 1",
    "text at the margin": 'def f():\n    """Opis\nprzy marginesie\n    """\n    return """\na\n# b\n"""\nx = 1',
    "brackets at the margin": "def f():\n    return [\n1,\n# środek\n2,\n]\nx = 1",
    "tabs": "def f():\n\tif True:\n\t\treturn 1\n\t# jego\nx = 1",
    "nothing below": "def f():\n    pass",
    "blanks below": "def f():\n    pass\n   \n\t\n",
    "a line that goes on": "def f():\n    return 1 + \\\n        2\nx = 1",
    "within an if": "if True:\n    def f():\n        return 1\n        # jego\n    # nie jego\n    x = 1",
    "within a function": "def g():\n    def f():\n        return 1\n    return f\nf = g()",
    "async": "async def f():\n    return 1\nx = 1",
    "a lambda in its line": "def f(x=lambda: 1): return x\ng = f()",
    "a method": "class A:\n    def f(self):\n        return 1\n\n    def g(self): pass\nf = A.f",
    "a decorated function within": "def f():\n    @staticmethod\n    def g(): pass\n    return g\nx = 1",
    "Polish letters": "def f(wartość='żółć'):  # ą\n    return wartość  # ę\nx = 1",
}
NOT_NOTED = {
    "a decorator": "def d(f): return f\n@d\ndef f():\n    return 1",
    "a lambda": "f = lambda x: x",
    "another end of lines": "s = '\x1c'\ndef f():\n    return 1",
    "stands for another": "def g(): pass\ndef f():\n    return 1\nf.__wrapped__ = g",
    "a class": "class f:\n    pass",
    "an object that answers everything": "class A:\n    def __getattr__(self, name): raise KeyboardInterrupt\nf = A()",
}


def run(code: str, file: str) -> tuple[Sources, dict[str, Any]]:
    sources, tree = Sources(), ast.parse(code)
    sources.begin(file, code)
    sources.note(tree)
    linecache.cache[file] = len(code), None, [f"{line}\n" for line in code.splitlines()], file
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(tree, file, "exec"), names)
    return sources, names


@pytest.mark.parametrize("code", CELLS.values(), ids=CELLS.keys())
def test_a_noted_text_is_what_inspect_finds(code: str) -> None:
    sources, names = run(code, "komórka")
    assert sources.find(names["f"]) == inspect.getsource(names["f"])
    assert sources.find(staticmethod(names["f"])) == inspect.getsource(names["f"])


@pytest.mark.parametrize("code", NOT_NOTED.values(), ids=NOT_NOTED.keys())
def test_what_may_differ_is_looked_for(code: str) -> None:
    sources, names = run(code, "komórka")
    assert sources.find(names["f"]) is None


def test_a_tree_that_is_not_the_cells_is_not_noted() -> None:
    sources, names = run("\nx = 1\ndef f():\n    return 1", "komórka")
    sources.note(ast.parse("def inner(): pass"))
    assert sources.find(names["f"]) == "def f():\n    return 1\n"
    assert sources.find(test_what_may_differ_is_looked_for) is None


def functions_in(owner: Any, file: str) -> Iterator[types.FunctionType]:
    for value in vars(owner).values():
        if isinstance(value, type) and value.__module__ == getattr(owner, "__name__", ""):
            yield from functions_in(value, file)
        if isinstance(value, types.FunctionType) and value.__code__.co_filename == file:
            yield value


@pytest.mark.parametrize("module", [argparse, statistics, textwrap])
def test_whole_modules_are_read_as_inspect_does(module: types.ModuleType) -> None:
    file = str(module.__file__)
    sources, code = Sources(), Path(file).read_text("utf-8")
    sources.begin(file, code)
    sources.note(ast.parse(code))
    found = [(function, sources.find(function)) for function in functions_in(module, file)]
    texts = [(function, text) for function, text in found if text is not None]
    assert len(texts) > 10
    assert all(text == inspect.getsource(function) for function, text in texts)


@pytest.mark.parametrize(
    "head",
    ["", "a", "a, b=1", "a, /, b", "a=1, /, b=2", "*args", "**kwargs", "a, *, b", "a, *args, b=1, c, **kwargs",
     "ż, /, ó=None, *ł, ć, ę=2, **ą", "*, a=1"],
)  # fmt: skip
def test_parameters_are_what_inspect_finds(head: str) -> None:
    names: dict[str, Any] = {}
    exec(f"def f({head}): x = 1", names)
    expected = [
        Parameter(one.name, one.kind.name.lower(), one.default is not one.empty)
        for one in inspect.signature(names["f"]).parameters.values()
    ]
    assert parameters_of(Kept("", "f", 0, "", names["f"], 0)) == expected


def test_a_signature_that_a_function_states_itself_is_the_one() -> None:
    def f(*args: object) -> None: ...

    f.__signature__ = inspect.signature(lambda x, y=1: x)  # type: ignore[attr-defined]
    assert [one.name for one in parameters_of(Kept("", "f", 0, "", f, 0))] == ["x", "y"]


def test_names_that_are_none_are_no_parameters() -> None:
    def f(a: int) -> int:
        return a

    f.__code__ = f.__code__.replace(co_varnames=("\ud800",))
    with pytest.raises(ValueError, match="not a valid parameter name"):
        parameters_of(Kept("", "f", 0, "", f, 0))
