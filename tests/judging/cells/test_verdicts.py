"""Test cells do here what they do in a notebook: the course's own solution passes, and a wrong one fails."""

from __future__ import annotations

import pytest

from grader.model import CheckStatus, Grade
from tests.conftest import result
from tests.judging.cells.conftest import GradeHandIn
from tests.source_notebooks import HandIn, Raw, cell, course_of, graded, solution


def _case(given: str, right: str, wrong: str, test: str) -> tuple[str, str, str, str]:
    return given, right, wrong, test


CELLS = {
    "values are data": _case("", "x = [1, 2]", "x = [2, 1]", "assert x == [1, 2]"),
    "a function is called in the kernel": _case(
        "",
        "def f(n):\n    return n * 2",
        "def f(n):\n    return n",
        "assert f(2) == 4\nassert [f(i) for i in range(3)] == [0, 2, 4]",
    ),
    "a library is the course's": _case(
        "import numpy as np", "a = np.arange(3)", "a = np.zeros(3)", "np.testing.assert_array_equal(a, [0, 1, 2])"
    ),
    "a given helper is the course's": _case(
        "def near(a, b):\n    return abs(a - b) < 0.1", "y = 1.0", "y = 2.0", "assert near(y, 1.05)"
    ),
    "a given helper that calls the participant's function": _case(
        "def twice(n):\n    return f(f(n))",
        "def f(n):\n    return n + 1",
        "def f(n):\n    return n",
        "assert twice(1) == 3",
    ),
    "a name is deleted, missed and given back": _case(
        "",
        "def f(n):\n    return n + 1\ndef g(n):\n    return 2 * f(n)",
        "def f(n):\n    return n + 1\ndef g(n):\n    return 2 * (n + 1)",
        "old = f\ndel f\ntry:\n    g(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError('no f')\n"
        "finally:\n    f = old\nassert g(1) == 4",
    ),
    "a given function is missed and replaced": _case(
        "def edge(n):\n    return n + 1",
        "def inner(n):\n    return 2 * edge(n)",
        "def inner(n):\n    return 2 * (n + 1)",
        "old_edge = edge\ndel edge\ntry:\n    inner(1)\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('no edge')\nfinally:\n    edge = old_edge\nassert inner(1) == 4\n"
        "def edge(n):\n    return 10\nassert inner(1) == 20\nedge = old_edge\nassert inner(1) == 4",
    ),
    "a function is replaced": _case(
        "",
        "def ask():\n    return 'a'\ndef g():\n    return ask() * 2",
        "def ask():\n    return 'a'\ndef g():\n    return 'aa'",
        "ask = lambda: 'x'\nassert g() == 'xx'",
    ),
    "globals": _case("", "answer = 3", "other = 3", "assert 'answer' in globals() and globals()['answer'] == 3"),
    "what is printed is redirected": _case(
        "",
        "def hello(name):\n    print('Cześć,', name)",
        "def hello(name):\n    return 'Cześć, ' + name",
        "import io\nfrom contextlib import redirect_stdout\nout = io.StringIO()\n"
        "with redirect_stdout(out):\n    hello('Ola')\nassert out.getvalue() == 'Cześć, Ola\\n'",
    ),
    "sys.stdout is replaced": _case(
        "",
        "def hello():\n    print(1)",
        "def hello():\n    print(2)",
        "import io, sys\nold, sys.stdout = sys.stdout, io.StringIO()\nhello()\nout = sys.stdout.getvalue()\n"
        "sys.stdout = old\nassert out.strip() == '1'",
    ),
    "input is patched": _case(
        "",
        "def age():\n    return int(input('?')) + 1",
        "def age():\n    return 5",
        "from unittest.mock import patch\nwith patch('builtins.input', return_value='41'):\n    assert age() == 42",
    ),
    "input is patched with several lines": _case(
        "",
        "def both():\n    return input() + input()",
        "def both():\n    return input() * 2",
        "from unittest.mock import patch\nwith patch('builtins.input', side_effect=['a', 'b']):\n"
        "    assert both() == 'ab'",
    ),
    "input is a function of the test's": _case(
        "",
        "def age():\n    return int(input('?')) + 1",
        "def age():\n    return 5",
        "input = lambda prompt='': '41'\nassert age() == 42\ndel input",
    ),
    "the source is read": _case(
        "",
        "def total(xs):\n    return sum(xs)",
        "def total(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n",
        "import inspect\nassert 'sum(' in inspect.getsource(total)",
    ),
    "the docstring": _case(
        "", 'def f():\n    """Says it."""', "def f():\n    pass", "assert f.__doc__ and 'Says' in f.__doc__"
    ),
    "the code object": _case(
        "",
        "def f(a, b):\n    return a",
        "def f(a):\n    return a",
        "assert f.__code__.co_argcount == 2\nassert f.__name__ == 'f'",
    ),
    "the signature": _case(
        "",
        "def f(a, b=1):\n    return a",
        "def f(a, c=1):\n    return a",
        "from inspect import signature\nassert list(signature(f).parameters) == ['a', 'b']",
    ),
    "a hash of the type and the value": _case(
        "",
        "x = 12.5",
        "x = 12",
        "from hashlib import sha1\n"
        "assert sha1(str(type(x)).encode()).hexdigest() == sha1(b\"<class 'float'>\").hexdigest()\n"
        "assert sha1(str(x).encode()).hexdigest() == sha1(b'12.5').hexdigest()",
    ),
    "the type of an object": _case(
        "class Dog:\n    pass",
        "d = Dog()",
        "d = 3",
        "assert str(type(d)) == \"<class '__main__.Dog'>\"",
    ),
    "a class": _case(
        "",
        "class Dog:\n    def __init__(self, name):\n        self.name = name\n    def bark(self):\n"
        "        return self.name + '!'",
        "class Dog:\n    def __init__(self, name):\n        self.name = name\n    def bark(self):\n"
        "        return self.name",
        "d = Dog('Ax')\nassert isinstance(d, Dog) and hasattr(d, 'name') and not hasattr(d, 'age')\n"
        "assert d.bark() == 'Ax!'\nd.name = 'Bo'\nassert d.bark() == 'Bo!'\nassert callable(d.bark)",
    ),
    "an exception": _case(
        "",
        "class Empty(ValueError):\n    pass\ndef f(x):\n    if not x:\n        raise Empty('nic')\n    return x",
        "class Empty(ValueError):\n    pass\ndef f(x):\n    return x",
        "try:\n    f([])\n    assert False, 'no error'\nexcept Empty as e:\n    assert str(e) == 'nic'\n"
        "assert issubclass(Empty, ValueError)",
    ),
    "unittest": _case(
        "",
        "def f(n):\n    if n < 0:\n        raise ValueError\n    return n",
        "def f(n):\n    return n",
        "import unittest\nt = unittest.TestCase()\nt.assertEqual(f(1), 1)\nwith t.assertRaises(ValueError):\n    f(-1)",
    ),
    "a list that a function changes": _case(
        "",
        "items = ['a']\ndef add(x):\n    items.append(x)",
        "items = ['a']\ndef add(x):\n    items.insert(0, x)",
        "assert items == ['a']\nadd('b')\nassert items == ['a', 'b']",
    ),
    "a list that the test changes": _case(
        "",
        "items = ['a']\ndef count():\n    return len(items)",
        "items = ['a']\ndef count():\n    return 1",
        "items.append('b')\nassert count() == 2\nitems.pop()\nassert count() == 1",
    ),
    "a counter": _case(
        "",
        "n = 0\ndef step():\n    global n\n    n += 1",
        "n = 0\ndef step():\n    n = 1",
        "assert n == 0\nstep()\nstep()\nassert n == 2",
    ),
    "an argument that is changed": _case(
        "",
        "def sort(xs):\n    xs.sort()",
        "def sort(xs):\n    xs = sorted(xs)",
        "xs = [3, 1, 2]\nassert sort(xs) is None\nassert xs == [1, 2, 3]",
    ),
    "a function as an argument": _case(
        "",
        "def each(f, xs):\n    return [f(x) for x in xs]",
        "def each(f, xs):\n    return list(xs)",
        "assert each(lambda x: x + 1, [1, 2]) == [2, 3]\nassert each(str, [1]) == ['1']\nassert each(abs, [-1]) == [1]",
    ),
    "seeded random numbers": _case(
        "import random\nimport numpy as np",
        "def roll():\n    return random.randint(1, 6), int(np.random.randint(100))",
        "def roll():\n    return random.randint(1, 6) + 1, int(np.random.randint(100))",
        "random.seed(5)\nnp.random.seed(7)\nexpected = random.randint(1, 6), int(np.random.randint(100))\n"
        "random.seed(5)\nnp.random.seed(7)\nassert roll() == expected",
    ),
    "a table": _case(
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3]})",
        "big = df[df.a > 1]",
        "big = df[df.a > 2]",
        "assert isinstance(big, pd.DataFrame)\npd.testing.assert_frame_equal(big, df[df['a'] > 1])\n"
        "assert big.shape == (2, 1)",
    ),
    "given data that the solution changes": _case(
        "stock = {'a': 1}", "stock['b'] = 2", "stock['c'] = 2", "assert stock == {'a': 1, 'b': 2}"
    ),
    "given code that uses the solution": _case(
        "", "def f(n):\n    return n * 2", "def f(n):\n    return n", "assert table == [0, 2, 4]"
    ),
    "a generator": _case(
        "",
        "def count():\n    n = 0\n    while True:\n        yield n\n        n += 1",
        "def count():\n    yield 0\n    yield 2",
        "g = count()\nassert [next(g) for _ in range(3)] == [0, 1, 2]",
    ),
    "a file that the notebook writes": _case(
        "",
        "with open('wynik.csv', 'w') as f:\n    f.write('a,b\\n1,2\\n')",
        "with open('wynik.csv', 'w') as f:\n    f.write('a,b\\n1,3\\n')",
        "import os\nimport pandas as pd\nassert os.path.exists('wynik.csv')\n"
        "assert open('wynik.csv').read() == 'a,b\\n1,2\\n'\n"
        "assert pd.read_csv('wynik.csv')['b'][0] == 2",
    ),
    "a plot": _case(
        "import matplotlib.pyplot as plt",
        "fig, ax = plt.subplots()\nax.plot([1, 2], [3, 4])\nax.set_title('Wykres')",
        "fig, ax = plt.subplots()\nax.plot([1, 2], [3, 4])",
        "assert ax.get_title() == 'Wykres'\nassert list(ax.lines[0].get_ydata()) == [3, 4]\n"
        "assert isinstance(fig, plt.Figure)",
    ),
    "the current figure": _case(
        "import matplotlib.pyplot as plt",
        "def draw():\n    plt.figure()\n    plt.plot([1, 2])\n    plt.xlabel('czas')",
        "def draw():\n    plt.figure()\n    plt.plot([1, 2])",
        "draw()\nax = plt.gca()\nassert ax.get_xlabel() == 'czas'\nassert len(plt.gcf().axes) == 1\nplt.close('all')",
    ),
    "an object that can't be sent": _case(
        "class Point:\n    def __init__(self, x):\n        self.x = x",
        "def move(p):\n    return Point(p.x + 1)",
        "def move(p):\n    return p",
        "assert move(Point(2)).x == 3\nq = Point(5)\nassert move(q).x == 6",
    ),
    "an array in a list": _case(
        "import numpy as np\narr = np.arange(3)",
        "mixed = [0, arr, ['x', arr]]\nkept = {'a': arr}",
        "mixed = [0, arr + 1, ['x', arr]]\nkept = {'a': arr}",
        "assert mixed == [0, arr, ['x', arr]]\nassert kept == {'a': arr}",
    ),
    "a function of a module": _case(
        "import math\nimport statistics",
        "chosen = statistics.median\nroot = math.sqrt",
        "chosen = statistics.mean\nroot = abs",
        "assert chosen == statistics.median\nassert root is math.sqrt and chosen != statistics.mean",
    ),
    "a name of the test's that the solution reads": _case(
        "",
        "def scaled(n):\n    return n * FACTOR + shift()",
        "def scaled(n):\n    return n",
        "FACTOR = 3\ndef shift():\n    return 1\nassert scaled(2) == 7\nFACTOR = 4\nassert scaled(2) == 9",
    ),
    "an array that a function changes, under two names": _case(
        "import numpy as np",
        "grid = np.zeros(3)\ndef fill(a, n):\n    a[:] = n",
        "grid = np.zeros(3)\ndef fill(a, n):\n    a = a + n",
        "other = grid\nfill(other, 5)\nassert other.shape == grid.shape\n"
        "assert (other == 5).all() and (grid == 5).all()",
    ),
    "two names of one object": _case(
        "first = [1, 2]",
        "alias = first\ncopied = list(first)",
        "alias = list(first)\ncopied = first",
        "assert alias is first\nassert copied is not first\nassert alias is pair[0]\nassert pair[1] is not alias",
    ),
    "magics": _case("%matplotlib inline", "x = 1", "x = 2", "%matplotlib inline\nassert x == 1"),
    "the name of the module": _case("", "x = 1", "x = 2", "if __name__ == '__main__':\n    assert x == 1"),
}


@pytest.fixture(scope="module")
def grades(tmp_path_factory: pytest.TempPathFactory, grade_hand_in: GradeHandIn) -> dict[str, Grade]:
    """The solution of all cases, and wrong answers to all of them, each in one notebook."""
    course = course_of(tmp_path_factory.mktemp("zażółć gęślą"), *(one for name in CELLS for one in _cells(name)))
    wrong = {f"{name}: answer": case[2] for name, case in CELLS.items()}
    return {"right": grade_hand_in(HandIn.of(course)), "wrong": grade_hand_in(HandIn.of(course, wrong))}


def _cells(name: str) -> list[Raw]:
    given, right, _, test = CELLS[name]
    after = [cell("table = [f(i) for i in range(3)]")] if "table ==" in test else []
    after += [cell("pair = [alias, copied]")] if "pair[" in test else []
    before = [cell(given)] if given else []
    return [*before, solution(f"{name}: answer", right), *after, graded(name, test)]


@pytest.mark.parametrize("name", CELLS)
def test_the_solution_passes(name: str, grades: dict[str, Grade]) -> None:
    check = result(grades["right"], name).checks[0]
    assert (check.status, check.message) == (CheckStatus.PASSED, None)


@pytest.mark.parametrize("name", CELLS)
def test_a_wrong_answer_fails(name: str, grades: dict[str, Grade]) -> None:
    check = result(grades["wrong"], name).checks[0]
    assert check.status in (CheckStatus.FAILED, CheckStatus.ERROR), check.message
