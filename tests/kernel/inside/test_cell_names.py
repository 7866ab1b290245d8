"""However many functions a notebook imports or makes up, those that its cells define are found."""

from __future__ import annotations

import importlib.util

import pytest

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
