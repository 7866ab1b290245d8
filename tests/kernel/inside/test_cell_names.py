"""However many functions a notebook imports or makes up, those that its cells define are found."""

from __future__ import annotations

import ast
import importlib.util

import numpy as np
import pytest

from grader.kernel.inside.cell_names import KeepRebound, nodes_of
from grader.kernel.inside.fake_modules import Finder
from grader.kernel.inside.imports import ImportStatements
from grader.kernel.inside.numpy_versions import NumpyVersions
from grader.kernel.inside.refusals import Refusals
from tests.conftest import GradeCells, result

STARS = ["numpy", "math", "numpy.random", "numpy.linalg", "pylab", "matplotlib.pyplot", "scipy.stats", "tkinter", "os"]
THOUSANDS = {
    "lambdas": "for i in range(3000): globals()[f'made_{i}'] = lambda x, i=i: x + i",
    "exec": "for i in range(1500): exec(f'def made_{i}(x): return x')",
    "callables": "from functools import partial\nfor i in range(3000): globals()[f'made_{i}'] = partial(max, i)",
    "methods": "Many = type('Many', (), {f'made_{i}': (lambda self: 1) for i in range(3000)})",
    "exec of a star": "for name in ('numpy', 'numpy.random', 'numpy.linalg', 'math'): exec(f'from {name} import *')",
    "stars": "from numpy import *\nfrom numpy.random import *\nfrom numpy.linalg import *\nfrom math import *",
}
ALIASES = {
    "a function of numpy": "get_linear_forward = np.multiply",
    "renamed on import": "from numpy import multiply as get_linear_forward",
    "after a star": "from numpy import *\nget_linear_forward = multiply",
    "vectorized": "get_linear_forward = np.vectorize(lambda x, w, b: w * x + b)",
    "partial": "import functools\nget_linear_forward = functools.partial(lambda c, x, w, b: w * x + b, 1)",
    "lambda": "get_linear_forward = lambda x, w, b: w * x + b",
    "object": "class F:\n    def __call__(self, x, w, b): return w * x + b\nget_linear_forward = F()",
    "in a branch": "if True:\n    try:\n        def get_linear_forward(x, w, b): return w * x + b\n    finally: pass",
    "made up": "exec('def get_linear_forward(x, w, b): return w * x + b')",
}


@pytest.mark.parametrize("module", STARS)
def test_a_star_import_crowds_out_nothing(module: str, grade_cells: GradeCells, solutions: dict[str, str]) -> None:
    root = module.partition(".")[0]
    if importlib.util.find_spec(root) is None and root in ("pylab", "tkinter"):
        pytest.skip(f"no {root} here")
    grade = grade_cells(f"from {module} import *", "import numpy as np", *solutions.values())
    assert (grade.score, grade.bonus) == (18, 4), grade.cells


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("how", THOUSANDS)
def test_thousands_of_functions_crowd_out_nothing(
    how: str, where: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    cells = [THOUSANDS[how], "import numpy as np\nfrom builtins import *", *solutions.values()]
    grade = grade_cells(*(cells if where == "before" else [*cells[2:], cells[0]]))
    assert (grade.score, grade.bonus) == (18, 4), grade.cells


@pytest.mark.parametrize("how", ALIASES)
def test_what_a_cell_gives_a_name_is_the_participants_own(how: str, grade_cells: GradeCells) -> None:
    grade = grade_cells(ALIASES[how])
    assert result(grade, "1a").cell == 1


def test_a_cell_too_deep_for_a_recursive_reader_costs_nothing(
    grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    deep = "x = " + "+".join(["1"] * 4000)
    grade = grade_cells(deep, "from numpy import *\nimport numpy as np", *solutions.values())
    assert (grade.score, grade.bonus) == (18, 4)


CELL = """
import numpy as np, pandas
from math import *
async def f(x, *more, key=lambda a: [b ** 2 for b in a if b], **others):
    global y
    y = x[1:] @ x if x else -float(np.sum(z for z in x))
    match x:
        case {"a": [1, *rest]}: z = f"{x!r:>{y}} %d" % x.itemset(3)
    with open("ż") as file, suppress(ImportError): import nothing; x[0] = int(y); x = list(map(float, x))
    try: yield
    except* (KeyError, OSError) as error: del error
class A(list): a: int = 1; b = a; b = 2
f = f; f = np.array([1], copy=False)
""".replace("except*", "except")


def test_the_nodes_of_a_cell_are_those_that_a_walk_gives() -> None:
    tree = ast.parse(CELL)
    assert nodes_of(tree) == [node for node in ast.walk(tree) if node._fields]


def test_whatever_is_rewritten_of_a_cell_has_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    tree: ast.AST = ast.parse(CELL)
    monkeypatch.setattr(np, "__getattr__", np.__getattr__)  # which the next line replaces
    numpy = NumpyVersions()
    monkeypatch.setattr(numpy, "_one_element", True)
    monkeypatch.setattr(numpy, "_generators", True)
    monkeypatch.setattr(numpy, "_methods", {"itemset"})
    for transformer in (KeepRebound(), numpy, ImportStatements(Finder(), Refusals(()))):
        tree = transformer.visit(tree)
    assert [node for node in ast.walk(tree) if "lineno" in node._attributes and not hasattr(node, "lineno")] == []
    compile(tree, "cell", "exec")  # type: ignore[call-overload]
