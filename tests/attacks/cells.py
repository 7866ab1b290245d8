"""The attacks on the test cells of an assignment: what a participant's notebook does, and the rule that holds it.

Each is a hand-in of one small assignment whose answers are wrong. None of its units may earn a point, and the notebook
may not find what the tests expect. Where the same tests run in the notebook, as nbgrader runs them, each gets through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.source_notebooks import HandIn, Raw, cell, graded, locked, solution

SECRET = 8484
FOUND = "FOUND"

ASSIGNMENT: Sequence[Raw] = [
    cell("import numpy as np\nimport pandas as pd"),
    locked("helpers", "def near(a, b):\n    return abs(a - b) < 0.001"),
    solution("number", "x = 2.5"),
    graded("check number", "assert near(x, 2.5)\n### BEGIN HIDDEN TESTS\nassert isinstance(x, float)\n### END HIDDEN TESTS"),
    solution("double", "def double(n):\n    return 2 * n"),
    graded("check double", f"assert double(3) == 6\n### BEGIN HIDDEN TESTS\nassert double(4242) == {SECRET}\n"
           "### END HIDDEN TESTS"),
    solution("array", "a = np.array([1.0, 2.0])"),
    graded("check array", "np.testing.assert_allclose(a, [1, 2])\nassert np.allclose(a, [1, 2]) and len(a) == 2"),
    solution("table", "df = pd.DataFrame({'a': [1, 2]})"),
    graded("check table", "pd.testing.assert_frame_equal(df, pd.DataFrame({'a': [1, 2]}))"),
]  # fmt: skip
WRONG = {
    "number": "x = 7.5",
    "double": "def double(n):\n    return n",
    "array": "a = np.array([5.0])",
    "table": "df = 3",
}


@dataclass(frozen=True)
class CellAttack:
    """An attack.

    Attributes:
        name, tries, held_by: for the docs.
        make: the hand-in, from one with wrong answers.
        units: the units that it earns where tests run in the notebook; empty where it wants to see what is expected.
    """

    name: str
    tries: str
    held_by: str
    make: Callable[[HandIn], HandIn]
    units: tuple[str, ...] = ()


def before(id: str, code: str) -> Callable[[HandIn], HandIn]:
    return lambda one: one.before(id, code)


def answer(id: str, code: str) -> Callable[[HandIn], HandIn]:
    return lambda one: one.also(id, code)


SLY = """
class Sly(float):
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): return Sly(0)
    def __abs__(self): return Sly(0)
    __rsub__ = __sub__
    __hash__ = None
"""
LOOK = """
import gc, sys, linecache, inspect, os
def look():
    frames = []
    frame = sys._getframe()
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    texts = [repr(one.f_locals)[:10000] + repr(one.f_code.co_consts) for one in frames]
    texts += ["".join(one[2]) for one in linecache.cache.values() if len(one) > 2]
    texts += [one for one in gc.get_objects() if isinstance(one, str)]
    texts += [repr(one)[:2000] for one in gc.get_objects() if isinstance(one, (list, tuple, dict)) and len(one) < 50]
    for folder, _, files in os.walk("."):
        texts += [open(os.path.join(folder, one), errors="replace").read() for one in files]
    return any("4848 == )2424(elbuod" in one[::-1] for one in texts)
"""

CELL_ATTACKS = [
    CellAttack("cells-patch-numpy", "make numpy's own comparisons always true",
               "numpy is the course's where tests run", before("array",
               "np.allclose = np.array_equal = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\n"
               "len = lambda x: 2"), ("check array",)),
    CellAttack("cells-patch-pandas", "make pandas' own comparisons say nothing",
               "pandas is the course's where tests run", before("table",
               "pd.testing.assert_frame_equal = lambda *a, **k: None"), ("check table",)),
    CellAttack("cells-patch-builtins", "replace a built-in function for the whole process",
               "tests have built-in functions of their own", before("number",
               "import builtins\nbuiltins.abs = lambda x: 0"), ("check number",)),
    CellAttack("cells-redefine-helper", "define the course's helper anew, below the locked cell",
               "a helper is the one of the course's own locked cell", before("number",
               "def near(a, b): return True\ndef isinstance(x, t): return True"), ("check number",)),
    CellAttack("cells-change-locked", "write another helper into the locked cell itself",
               "a locked cell is the course's, whatever stands in it",
               answer("helpers", "def near(a, b): return True\nisinstance = lambda *a: True"), ("check number",)),
    CellAttack("cells-equal-to-all", "answer with an object that is equal to everything, and a float",
               "an object is compared in the grader, which asks its class nothing",
               answer("number", SLY + "x = Sly(7)"), ("check number",)),
    CellAttack("cells-equal-answer", "return an object that is equal to everything",
               "an object is compared in the grader, which asks its class nothing",
               answer("double", SLY + "def double(n): return Sly(n)"), ("check double",)),
    CellAttack("cells-own-test", "mark a cell of one's own as the test, and delete the test",
               "a test is the course's, found by its place", lambda one: one.also("check double", "assert True"),
               ("check double",)),
    CellAttack("cells-doubled-test", "copy the test's cell, and empty one of the two",
               "of several cells with an id one is the place, and what runs there is the course's",
               lambda one: one.after("check double", "pass", "check double").also("check double", "pass"),
               ("check double",)),
    CellAttack("cells-deleted-test", "delete all tests",
               "a test that is missing runs where it belongs",
               lambda one: one.without("check number", "check double", "check array", "check table"),
               ("check number", "check double", "check array", "check table")),
    CellAttack("cells-catch-error", "replace what the notebook shows of an error, so that none is seen",
               "a test ends in the grader", before("number",
               "get_ipython().showtraceback = lambda *a, **k: None\nget_ipython()._showtraceback = lambda *a, **k: None\n"
               "AssertionError = ValueError = None"), ()),
    CellAttack("cells-look-for-test", "look for the test in frames, objects and files while it calls",
               "neither tests nor what they expect ever enter the participant's process", answer("double",
               LOOK + "def double(n):\n    if look(): print('FOUND')\n    return n"), ()),
    CellAttack("cells-look-afterwards", "look for what the tests left, in the cells below them",
               "neither tests nor what they expect ever enter the participant's process",
               before("array", LOOK + "if look(): print('FOUND')"), ()),
    CellAttack("cells-end-process", "end the process during the test",
               "a test without a verdict earns nothing", answer("double",
               "import os\ndef double(n): os._exit(0)"), ()),
    CellAttack("cells-exit", "raise SystemExit and KeyboardInterrupt out of a test",
               "an exception of the notebook's is one of its own in the test", answer("double",
               "def double(n): raise (SystemExit if n < 9 else KeyboardInterrupt)"), ()),
]  # fmt: skip
