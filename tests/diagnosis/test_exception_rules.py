"""An exception comes with what usually causes it: in a cell, in a call, and in a cell that a function was lost with."""

from __future__ import annotations

import pytest

from grader.course.course import Course
from grader.diagnosis.exception_hints import fault_of, find_exception_hint, notebook_context
from grader.diagnosis.exception_rule import Fault
from grader.diagnosis.exception_rules import RULES
from grader.i18n import render
from grader.kernel.inside.calling import NOT_ENOUGH
from grader.model import Cell, CellStatus, CheckStatus, Grade
from tests.conftest import GradeCells, result

FIRST = """v = np.array([1, 2, 3])
numbers = [1, 2, 3]

def nothing(x):
    x + 1

def two(a, b):
    inside = a
    return a"""
# The cause's name, what its text must show, the cell. All of them make one notebook.
CELLS = [
    ("unknown-name", "`import matplotlib.pyplot as plt`", "plt.plot([1, 2])"),
    ("unknown-name", "`True`, not `true`", "flag = true"),
    ("unknown-name", "Did you mean `numbers`", "sum(nubmers)"),
    ("unknown-name", "Did you mean `np`", "NP.mean(v)"),
    ("unknown-name", "Did you mean `print`", "Print(3)"),
    ("unknown-name", "only inside the function", "inside + 1"),
    ("unknown-name", "further down", "made_later + 1"),
    ("unknown-name", "misspelt", "qqqqqq + 1"),
    ("unknown-name", "did not run to its end", "print(never_made)"),
    ("unknown-name", "write `np.mean`", "mean(v)"),
    ("unknown-name", "write `np.sqrt`", "2 * sqrt(v)"),
    ("unknown-name", "first cells", "np.mean(x_train)"),
    ("unknown-name", "first cells", "print(y_train)"),
    (
        "unknown-name",
        "Did you mean `grab_w`",
        "def mistyped(grad_i):\n    grab_w = grad_i\n    return grad_w\nmistyped(1)",
    ),
    (
        "unknown-name",
        "Did you mean `new_ww`",
        "def mistaken(new_1):\n    new_ww = new_1 + 1\n    return new_w\nmistaken(1)",
    ),
    ("name-overwritten", "`max = 3` in cell", "max = 3\nmax(v)"),
    ("name-overwritten", "`list = []` in cell", "def g():\n    list = []\n    return list(v)\ng()"),
    ("name-overwritten", "`two2 = two2(1)` in cell", "def two2(a):\n    return a\ntwo2 = two2(1)\ntwo2(2)"),
    ("name-overwritten", "`math = 3` in cell", "math = 3\nmath.sqrt(4)"),
    ("decimal-comma", "`rate = 0,1` in cell", "rate = 0,1\n0.5 * rate"),
    ("decimal-comma", "`rate1 = 1,5` in cell", "rate1 = 1,5\nv * rate1"),
    ("decimal-comma", "`rate2 = 0,5` in cell", "rate2 = 0,5\ndef stepped(a):\n    return 0.5 * a\nstepped(rate2)"),
    ("decimal-comma", "`0,0001`", "two(v, 0,0001)"),
    ("decimal-comma", "`0,01`", "alpha = 0,01"),
    ("decimal-comma", "`0,1`", "two(v, 0,1)"),
    ("used-before-it-has-a-value", "`total` gets its value", "def f():\n    total += 1\nf()"),
    ("none-for-a-value", "Check that nothing ends with return", "z = nothing(3) * 2"),
    ("none-for-a-value", "Check that nothing ends with return", "dw, db = nothing(3)"),
    ("none-for-a-value", "Check that nothing ends with return", "nothing(3)[0]"),
    ("none-for-a-value", "One of the values here is None", "z = nothing(3)\nz + 1"),
    ("none-for-a-value", "is None", "y = nothing(3)\ny.mean()"),
    ("program-forbidden", "`subprocess.run(['ls'])` fails", "import subprocess\nsubprocess.run(['ls'])"),
    ("program-forbidden", "a plain loop", "import os\nos.popen('ls').read()"),
    ("program-forbidden", "sandbox", "from multiprocessing import Pool\nwith Pool(2) as pool:\n    pool.map(abs, v)"),
    (
        "program-forbidden",
        "sandbox",
        "from concurrent.futures import *\nProcessPoolExecutor(2).submit(abs, 1).result()",
    ),
    ("program-forbidden", "`multiprocessing.Manager()`", "import multiprocessing\nmultiprocessing.Manager()"),
    ("program-forbidden", "`p = mp.Pool(3)`", "import multiprocessing as mp\np = mp.Pool(3)"),
    ("memory-forbidden", "`mmap.mmap(-1, 4096)`", "import mmap\nmmap.mmap(-1, 4096)"),
    ("memory-forbidden", "`big = mmap.mmap(-1, 8)`", "import mmap\nbig = mmap.mmap(-1, 8)"),
    ("refused-by-the-sandbox", "`os.chown('.', 0, 0)`", "import os\nos.chown('.', 0, 0)"),
    ("refused-by-the-sandbox", "`os.mkfifo('p')`", "import os\nos.mkfifo('p')"),
    ("power-with-caret", "`a ** 2`", "2.5 ^ 2"),
    ("power-with-caret", "`a ** 2`", "(v - 0.5) ^ 2"),
    ("function-not-called", "round brackets are missing", "v - v.mean"),
    ("function-not-called", "`minus(two, 2)` names", "def minus(a, b):\n    return a - b\nminus(two, 2)"),
    ("function-not-called", "`kept = two` in cell", "kept = two\nminus(kept, 2)"),
    ("function-not-called", "`through(v.mean)` names", "def through(a):\n    return minus(a, 1)\nthrough(v.mean)"),
    ("text-for-a-number", "leave out the quotes", "'3' - 1"),
    ("text-for-a-number", "leave out the quotes", "'3' + 1"),
    ("text-for-a-number", "leave out the quotes", "float('trzy')"),
    ("text-for-a-number", "leave out the quotes", "np.array(['1', '2']) * 2.0"),
    ("arithmetic-on-lists", "np.array", "numbers - [1, 2, 3]"),
    ("arithmetic-on-lists", "np.array", "numbers * 0.5"),
    ("arithmetic-on-lists", "np.array", "numbers + 1"),
    ("array-for-one-number", "`math.pow(v, 2)`", "import math\nmath.pow(v, 2)"),
    ("array-for-one-number", "np.round", "float(v)"),
    ("array-for-a-count", "range", "for i in range(v):\n    pass"),
    ("array-for-a-count", "range", "for i in range(3.0):\n    pass"),
    ("array-for-a-count", "`np.sum` takes one array", "np.sum(v, v)"),
    ("array-for-a-count", "`np.mean` takes one array", "u = 2 * np.mean(v, v + 1) / 3"),
    ("array-for-a-count", "`np.mean` takes one array", "np.mean(v, 3)"),
    ("number-called", "Write `2 * (a + b)`", "2(3 + 4)"),
    ("number-called", "is not a function", "w = 3\nw(4)"),
    ("number-called", "is not a function", "v(0)"),
    ("argument-missing", "b is missing", "two(1)"),
    ("argument-too-many", "more arguments", "two(1, 2, 3)"),
    ("argument-too-many", "close too early", "np.power(v - 1), 2"),
    ("argument-too-many", "close too early", "np.dot(np.power(v), 2)"),
    ("argument-too-many", "more values than it takes", "v.mean(0, None, None, False, 1, 2, 3)"),
    ("argument-unknown", "no argument called lr", "two(1, lr=2)"),
    ("argument-twice", "gives a to two twice", "two(1, a=2)"),
    ("one-value-for-several", "takes several", "p, q = two(1, 2)"),
    ("number-looped-over", "range(n)", "for i in 10:\n    pass"),
    ("number-indexed", "leave out the square brackets", "two(1, 2)[0]"),
    ("number-indexed", "leave out the square brackets", "v[0][0]"),
    ("function-indexed", "round brackets ()", "print['a']"),
    ("nothing-to-count", "`len(3)`", "len(3)"),
    ("index-not-whole", "whole number", "numbers[1.0]"),
    ("index-not-whole", "whole number", "v[0.5]"),
    ("changed-in-place", "`v -= 0.5`", "v -= 0.5"),
    ("shapes-differ", "(3,) (2,)", "v + np.zeros(2)"),
    ("shapes-not-aligned", "number by number", "np.dot(v, np.zeros(2))"),
    ("shapes-not-aligned", "number by number", "v @ np.zeros(2)"),
    ("values-too-few", "takes 3 values and got 2", "a, b, c = (1, 2)"),
    ("values-too-many", "takes 2 values and got more", "a, b = v"),
    ("vector-for-a-number", "takes one number", "u = np.zeros(3)\nu[0] = v"),
    ("truth-of-an-array", "np.all", "if v > 1:\n    pass"),
    ("math-domain", "negative", "math.sqrt(-1)"),
    ("index-out-of-range", "len(x) - 1", "v[3]"),
    ("index-out-of-range", "something empty", "v[:0][0]"),
    ("index-out-of-range", "more items than it got", "single = v[:1]\nnp.gradient(single, single)"),
    ("axis-missing", "Leave axis out", "np.mean(v, axis=1)"),
    ("arithmetic-on-tuples", "a tuple", "(1, 2) / 3"),
    ("index-out-of-range", "len(x) - 1", "numbers[3]"),
    ("too-many-indices", "`x[i]`", "v[:, 0]"),
    ("key-missing", "'w'", "{'b': 1}['w']"),
    ("list-is-no-array", "A list has no `mean`", "numbers.mean()"),
    ("number-is-no-array", "single number", "(3).mean()"),
    ("number-is-no-array", "single number", "np.float64(3).dot(v)"),
    ("number-is-no-array", "single number", "np.mean(v).append(1)"),
    ("array-append", "can't grow", "v.append(4)"),
    ("numpy-has-no", "Did you mean `mean`", "np.maen(v)"),
    ("numpy-has-no", "has no `qqqqqqqq`", "np.qqqqqqqq(v)"),
    ("attribute-unknown", "`menan`", "v.menan()"),
    ("division-by-zero", "`1 / 0`", "1 / 0"),
    ("grown-without-end", "learning rate", "10.0 ** 400"),
    ("calls-itself", "`return f(x)` calls f itself", "def f(x):\n    return f(x)\nf(1)"),
    ("calls-itself", "a count that falls", "def fall(n):\n    return 0 if n == 0 else fall(n)\nfall(9)"),
    ("calls-itself", "each other", "def odd(n):\n    return even(n)\ndef even(n):\n    return odd(n)\nodd(1)"),
    ("third-value", "`np.multiply(v, v, 3)` has one value too many", "np.add(np.multiply(v, v, 3))"),
    ("module-missing", "`nmupy`", "import nmupy"),
    ("import-unknown", "`maen`", "from numpy import maen"),
    ("file-missing", "data into a cell", "open('dane.csv')"),
    ("keyboard-asked", "input()", "input('w?')"),
    ("asked-too-often", "more often than the exercise says", f"raise EOFError({NOT_ENOUGH!r})"),
    ("not-written-yet", "your code", "raise NotImplementedError"),
    ("out-of-memory", "memory", "raise MemoryError"),
    ("return-outside", "under def", "x = 1\nreturn x"),
    ("indent-missing", "under line 1", "def f(x):\nreturn x"),
    ("indent-unexpected", "further to the right", "x = 1\n    y = 2"),
    ("indent-uneven", "four spaces", "def f(x):\n    y = 1\n  return y"),
    ("colon-missing", "`def f(x)`", "def f(x)\n    return x"),
    ("bracket-not-closed", "count the brackets", "y = np.mean((1 + 2)\nz = 3"),
    ("bracket-not-opened", "too many", "y = (1 + 2))"),
    ("ends-too-early", "never closed", "y = np.mean((1 + 2)"),
    ("quote-not-closed", "quote", "print('epoka)"),
    ("assignment-for-comparison", "==", "if len(v) = 3:\n    pass"),
    ("assignment-for-comparison", "==", "if v = 3:\n    pass"),
    ("comma-missing", "side by side", "two(1 v)"),
    ("times-missing", "write a *", "y = 2v"),
    ("print-without-brackets", "print(...)", "print 'a'"),
    ("character-unknown", "type the line again", "y = 1 – 2"),
    ("assigned-to-no-name", "must be a name", "v + 1 = 2"),
    ("not-python", "`y = = 2`", "y = = 2"),
    ("not-python", "`never_made = 1 +`", "never_made = 1 +"),
]
CALLS = [
    ("program-forbidden", "sandbox", "import subprocess\n    return subprocess.run(['bc', '-e', f'{w} * 1'])"),
    ("ends-python", "A function ends with return", "raise SystemExit"),
    ("unknown-name", "missing from the arguments", "return x * weights_vector"),
    ("none-for-a-value", "Check that print_all ends with return", "return print_all(x) + b"),
    ("number-called", "`2 * (a + b)`", "return 2(w * x) + b"),
]


@pytest.fixture(scope="module")
def notebook(grade_cells: GradeCells) -> Grade:
    return grade_cells(FIRST, *(code for _, _, code in CELLS), "made_later = 1")


@pytest.mark.parametrize(("name", "shows", "code"), CELLS, ids=lambda value: value[:30])
def test_a_cells_exception_comes_with_its_usual_cause(
    name: str, shows: str, code: str, notebook: Grade, course: Course
) -> None:
    index = 2 + [row[2] for row in CELLS].index(code)
    cell = notebook.cells[index]
    assert cell.status is CellStatus.ERROR
    assert shows in render(cell.notes[-1], "en"), cell
    assert render(cell.notes[-1], "pl") != render(cell.notes[-1], "en")
    fault = fault_of(cell)
    assert fault is not None
    assert found_name(fault, sources(notebook), notebook, course) == name


def sources(notebook: Grade) -> list[Cell]:
    codes = ["import numpy as np", FIRST, *(code for _, _, code in CELLS), "made_later = 1"]
    return [Cell(index, code) for index, code in enumerate(codes)]


def found_name(fault: Fault, cells: list[Cell], notebook: Grade, course: Course) -> str | None:
    found = find_exception_hint(fault, notebook_context(cells, notebook.cells, course, notebook.walls))
    return found.mistake if found else None


def test_every_rule_of_the_table_is_met_by_a_cell_or_a_call() -> None:
    assert {rule.name for rule in RULES} == {name for name, *_ in CELLS + CALLS}


@pytest.mark.parametrize(("name", "shows", "body"), CALLS, ids=lambda value: value[:30])
def test_an_exception_in_a_call_comes_with_its_usual_cause(
    name: str, shows: str, body: str, grade_cells: GradeCells
) -> None:
    code = f"def print_all(x):\n    print(x)\n\ndef get_linear_forward(x, w, b):\n    {body}"
    check = result(grade_cells(code), "1a").checks[0]
    assert check.status is CheckStatus.ERROR
    assert check.diagnosis is not None
    assert check.diagnosis.mistake == name
    assert shows in render(check.diagnosis.hint, "en")


@pytest.mark.parametrize(
    ("body", "shows"),
    [
        ("return compute_mse_loss(get_linear_forward, y)", "`return compute_mse_loss(get_linear_forward, y)` names"),
        ("y_hat = get_linear_forward\n    return compute_mse_loss(y_hat, y)", "`y_hat = get_linear_forward` in cell 4"),
        ("return through(get_linear_forward, y)", "`return through(get_linear_forward, y)` names"),
    ],
)
def test_a_function_that_was_handed_on_without_a_call_is_blamed_where_it_was(
    body: str, shows: str, grade_cells: GradeCells, solutions: dict[str, str]
) -> None:
    train = f"def through(a, y):\n    return compute_mse_loss(a, y)\ndef train(x, y, w, b):\n    {body}"
    check = result(grade_cells(solutions["1a"], solutions["1b"], train), "2").checks[0]
    assert check.diagnosis is not None
    assert check.diagnosis.mistake == "function-not-called"
    assert shows in render(check.diagnosis.hint, "en")
