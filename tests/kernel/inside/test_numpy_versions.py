"""What a notebook makes of numpy does not depend on the version that is installed here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from grader.i18n import render
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings
from grader.model import CellStatus
from tests.conftest import QUICK, GradeCells, result
from tests.kernel.inside.test_agent import Notebook

ONE = "np.array([[3.5]])"
NAMES = {
    "np.trapz([1, 2, 3])": "4.0",
    "np.trapz([1, 2, 3], dx=2.0)": "8.0",
    "np.product([2, 3]), np.cumproduct([2, 3])": "6 [2 6]",
    "np.alltrue([1, 0]), np.sometrue([1, 0])": "False True",
    "np.in1d([[1, 2], [3, 4]], [2, 3])": "[False  True  True False]",
    "np.Inf, np.NINF, np.NaN, np.infty": "inf -inf nan inf",
    "np.float_(1), np.float(2), np.int(3.5), np.array([1.7], dtype=np.int)": "1.0 2.0 3 [1]",
    "np.array([1, 2], dtype=np.float_).dtype, np.zeros(1, np.float).dtype": "float64 float64",
    "np.round_(2.567, 1), np.row_stack([[1], [2]]).shape, np.asfarray([1]).dtype": "2.6 (2, 1) float64",
    "np.msort(np.array([[2, 1], [1, 2]])).tolist(), type(np.mat([1])).__name__": "[[1, 1], [2, 2]] matrix",
    "np.trapezoid([1, 2, 3]), np.concat([[1], [2]]), np.pow(2, 3), np.bool is bool": "4.0 [1 2] 8 False",
    "np.array([1, 2], copy=False), np.array(range(2), dtype=float, copy=False)": "[1 2] [0. 1.]",
    "(lambda x: np.array(x, copy=False) is x)(np.ones(2)), np.array([3], copy=True)": "True [3]",
    "np.unicode_('ż'), np.bool8(1), np.math.sqrt(4), np.cfloat(1), np.longfloat(2)": "ż True 2.0 (1+0j) 2.0",
    "np.array([3, 1, 2]).ptp(), np.array([[3, 1], [2, 9]]).ptp(axis=0), np.ptp([1, 4])": "2 [1 8] 3",
    "(lambda x: (x.itemset(0, 5), x.itemset((1,), 6), x.tolist()))(np.zeros(3))": "(None, None, [5.0, 6.0, 0.0])",
    "np.reshape([1, 2], newshape=(2, 1)).shape, np.reshape([1, 2], shape=(2, 1)).shape": "(2, 1) (2, 1)",
    "np.std([1, 3], ddof=1) ** 2, np.var([1, 3], correction=1), np.var([1, 3])": "2.0000000000000004 2.0 1.0",
    "np.percentile([1, 2, 3], 50, interpolation='nearest'), np.quantile([1, 2, 3], 0.5, method='nearest')": "2 2",
    "np.sum(a * b for a, b in zip([1, 2], [3, 4])), np.sum([1, 2]), np.sum((x for x in [2.5, 1]))": "11 3 3.5",
    "sum(x for x in [1, 2]), sum([[1], [2]], []), np.sum([[1, 2], [3, 4]], axis=0), sum(range(3))": "3 [1, 2] [4 6] 3",
    "getattr(np, 'product')([2, 3]), hasattr(np, 'trapz'), hasattr(np, 'no_such')": "6 True False",
}
NUMBERS = {
    f"float({ONE}), int({ONE}), complex(np.array([2]))": "3.5 3 (2+0j)",
    "float(np.array([[True]])), int(np.array(['7'])), float(np.matrix([[2.0]]))": "1.0 7 2.0",
    f"math.sqrt(4 * {ONE} + 2), m.floor({ONE}), exp(0 * {ONE}), math.pow({ONE}, 2)": "4.0 3 1.0 12.25",
    f"math.hypot({ONE}, 12.0), math.isclose(np.array([1.0]), 1)": "12.5 True",
    f"'%.2f' % {ONE}, '%d %s %r' % ({ONE}, {ONE}, {ONE})": "3.50 3 [[3.5]] array([[3.5]])",
    "list(map(float, np.array([[1], [2]]))), [*map(int, np.array([[1], [2]]))]": "[1.0, 2.0] [1, 2]",
    "[float(row) for row in np.array([[1.0], [2.0]])], (lambda e: float(e))(np.ones((1, 1, 1)))": "[1.0, 2.0] 1.0",
    # and what is as it ever was
    "type(float('2')) is float, isinstance(1.0, float), float is type(1.0), float.__name__": "True True True float",
    "np.array([1], dtype=float).dtype, np.zeros(2, int).dtype, float.fromhex('0x1p1')": "float64 int64 2.0",
    "'%s' % [1], '%s %d' % ('a', 2), '%(x)d' % {'x': 3}, 7 % 4, '%%' % ()": "[1] a 2 3 3 %",
    "int('11', base=2), int('z', 36), float(), int(x=3) if 0 else 3, float(np.float32(2))": "3 35 0.0 3 2.0",
    "list(map(str, [1])), list(map(max, [1, 5], [2, 3])), [*map(float, ['1'])]": "['1'] [2, 5] [1.0]",
    "math.fsum(np.array([2.0])), math.prod([2, 3]), math.gcd(4, 6)": "2.0 6 2",
}
REFUSED = [
    "float(np.array([1.0, 2.0]))",
    "float(np.array([]))",
    "math.sqrt(np.ones((2, 1)))",
    "'%f' % np.ones(2)",
    "x = np.zeros(3); x[0] = np.ones(2)",
    "x = np.zeros((2, 2)); x[0] = np.ones((3, 1))",
    "range(np.array([3]))",
    "np.no_such_name",
    "from numpy import no_such_name",
]
ITEMS = """
x = np.zeros(4)
x[0] = np.array([[1.5]])
x[1] += np.array([2.0])
x[1:3] = np.array([7.0])
x[-1], y = np.ones((1, 1)), 5
whole = np.zeros(2, int); whole[0] = np.array([3.7])
d = {}; d["a"] = np.array([1.0]); l = [0]; l[0] = np.array([2.0]); d["n"] = {}; d["n"]["k"] = 1
table = np.zeros((2, 2)); table[0, 1] = np.array([4.0]); table[1][0] = np.array([[5.0]]); table[:, 1] *= 2
for epoch in range(2): x[epoch] = np.dot(np.ones((1, 2)), np.ones((2, 1)))
print(x, whole, d["a"], l, d["n"], table.tolist())
"""


@pytest.fixture
def notebook(warm: ForkServerClient | None) -> Iterator[Notebook]:
    kernel = Kernel(QUICK, SandboxSettings(), warm)
    notebook = Notebook(kernel)
    notebook.run("import math, math as m\nimport numpy as np\nfrom math import exp\nimport warnings")
    notebook.run("warnings.simplefilter('ignore')")
    yield notebook
    kernel.close()


def test_names_that_newer_numpy_has_dropped_and_older_has_not_yet_work(notebook: Notebook) -> None:
    for expression, expected in NAMES.items():
        answer = notebook.run(f"print({expression})")
        assert (answer.error, answer.printed.strip()) == (None, expected), expression
    answer = notebook.run("from numpy import product, NaN as nic\nprint(product([2, 4]), nic)")
    assert (answer.error, answer.printed) == (None, "8 nan\n")


def test_an_array_of_one_element_is_a_number_where_the_code_makes_one_of_it(notebook: Notebook) -> None:
    for expression, expected in NUMBERS.items():
        answer = notebook.run(f"print({expression})")
        assert (answer.error, answer.printed.strip()) == (None, expected), expression
    answer = notebook.run(ITEMS)
    expected = "[2. 2. 7. 1.] [3 0] [1.] [array([2.])] {'k': 1} [[0.0, 8.0], [5.0, 0.0]]\n"
    assert (answer.error, answer.printed) == (None, expected)


@pytest.mark.parametrize("own", ["def float(x): return 'mine'", "def float(*x, **k): return 'mine'"])
def test_a_function_of_the_notebooks_own_is_what_is_called(own: str, notebook: Notebook) -> None:
    answer = notebook.run(f"{own}\nprint(float(np.array([1.0])), *map(float, [1]))")
    assert (answer.error, answer.printed) == (None, "mine mine\n")


def test_what_every_numpy_refuses_is_refused(notebook: Notebook) -> None:
    for statement in REFUSED:
        answer = notebook.run(f"y = 1\n{statement}")
        assert (answer.status, answer.line, answer.code) == (CellStatus.ERROR, 2, statement), answer.error


def test_libraries_see_numpy_as_it_is(notebook: Notebook) -> None:
    notebook.run(
        "import types\nlib = types.ModuleType('lib')\nlib.np = np\nexec('x = hasattr(np, \"Inf\")', vars(lib))"
    )
    assert notebook.run("print(lib.x)").printed == f"{hasattr(np, 'Inf')}\n"


def test_a_module_that_the_notebook_wrote_may_use_them_too(notebook: Notebook) -> None:
    notebook.run("%%writefile area.py\nimport numpy as np\ndef area(y): return np.trapz(y)")
    assert notebook.run("import area\nprint(area.area([1, 2, 3]))").printed == "4.0\n"


OWN_FILE = """%%writefile {name}.py
import math
import numpy as np
from math import exp

def number(e):
    x = np.zeros(1)
    x[0] = e
    return float(e), int(e), math.sqrt(e), exp(0 * e), '%.1f' % e, [*map(float, e)], x.tolist()

def old(y):
    return np.array(range(y), copy=False), np.product([y, y]), np.trapezoid([1, 2, 3])
"""
OWN_FILES = {
    "module": ("pole", "import pole\nnumber, old = pole.number, pole.old"),
    "names": ("pole", "from pole import number as number, old"),
    "star": ("pole", "from pole import *"),
    "reloaded": ("pole", "import importlib, pole\nimportlib.reload(pole)\nfrom pole import *"),
    "run": ("pole", "%run pole.py"),
    "run in these names": ("pole", "%run -i pole"),
    "package": ("sieć/pole", "from sieć.pole import *"),
    "folder on the path": ("sieć/pole", "import sys\nsys.path.append('sieć')\nfrom pole import *"),
    "twice": ("pole", "import pole\n%run pole.py"),
}


@pytest.mark.parametrize("how", OWN_FILES)
def test_a_file_of_the_notebooks_own_has_the_bridges_of_its_cells(how: str, notebook: Notebook) -> None:
    name, use = OWN_FILES[how]
    notebook.run("import os\nos.mkdir('sieć')")
    notebook.run(OWN_FILE.format(name=name))
    assert notebook.run(use).error is None
    answer = notebook.run("print(number(np.array([4.0])), *old(3))")
    expected = "(4.0, 4, 2.0, 1.0, '4.0', [4.0], [4.0]) [0 1 2] 9 4.0\n"
    assert (answer.error, answer.printed) == (None, expected)
    old_names = [name for name, _ in notebook.kernel.describe().old_names]
    assert old_names == ([] if hasattr(np, "product") else ["product"])


def test_an_error_in_a_file_of_the_notebooks_own_stays_where_it_is(notebook: Notebook) -> None:
    notebook.run("%%writefile pole.py\ndef f(x):\n    return x +")
    notebook.run("%%writefile kodowanie.py\n# -*- coding: iso-8859-2 -*-\nx = 1")
    broken = notebook.run("import pole").error
    assert broken is not None
    assert broken.startswith("SyntaxError: invalid syntax (pole.py, line 2)")
    assert notebook.run("%run pole.py\nprint('on')").printed.endswith("on\n")
    assert notebook.run("import kodowanie\nprint(kodowanie.x)").printed == "1\n"


def test_the_report_says_which_names_are_gone(grade_cells: GradeCells) -> None:
    code = "def compute_mse_loss(y_hat, y):\n    return np.product([np.mean((y_hat - y) ** 2, dtype=np.float_), 1])"
    grade = grade_cells(code)
    assert result(grade, "1b").points == result(grade, "1b").max_points
    said = [render(note, "en") for note in grade.notes]
    gone = [name for name in ("float_", "product") if not hasattr(np, name)]
    assert [name for name in gone if any(f"`np.{name}` is gone from newer numpy" in note for note in said)] == gone
    assert all(render(note, "pl") != render(note, "en") for note in grade.notes)


RIGHT = {
    "1b sum of a generator": ("1b", "return np.sum((a - b) ** 2 for a, b in zip(y_hat, y)) / len(y)"),
    "1b generator first": ("1b", "e = ((a - b) ** 2 for a, b in zip(y_hat, y))\n    return np.sum(e) / len(y)"),
    "1b float of a product": ("1b", "e = (y_hat - y).reshape(-1, 1)\n    return float(np.dot(e.T, e) / len(e))"),
    "1b root of a square": (
        "1b",
        "import math\n    e = np.matrix(y_hat - y)\n    return math.pow(math.sqrt(e * e.T), 2) / e.size",
    ),
    "1b into an array": (
        "1b",
        "a = np.zeros(1)\n    e = (y_hat - y).reshape(-1, 1)\n    a[0] = e.T @ e\n    return a[0] / e.size",
    ),
    "1b mapped": ("1b", "e = (y_hat - y).reshape(-1, 1)\n    return sum(map(float, e ** 2)) / e.size"),
}


@pytest.mark.parametrize(("id", "body"), RIGHT.values(), ids=RIGHT)
def test_right_code_of_an_older_numpy_has_its_points(id: str, body: str, grade_cells: GradeCells) -> None:
    code = f"def compute_mse_loss(y_hat, y):\n    y_hat, y = np.array(y_hat), np.array(y)\n    {body}"
    grade = grade_cells(code)
    assert result(grade, id).points == result(grade, id).max_points, result(grade, id)
    if "for a, b" not in body and np.lib.NumpyVersion(np.__version__) >= "2.4.0":
        assert "`.item()`" in " ".join(render(note, "en") for note in grade.notes)
