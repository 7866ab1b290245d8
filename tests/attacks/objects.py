"""The attacks on a hidden test that looks at objects: what a participant's code answers, and the rule that holds it.

Each is a cell of a notebook, and a test that is right for an honest notebook. A test that comes to its end was
deceived; so was one that sent SECRET, which the notebook's code then has in `seen`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.judging import handles, notebook_view
from grader.judging.handles import Handle, do
from grader.judging.kernel_errors import NotebookError
from grader.judging.notebook_view import NotebookView
from grader.kernel.protocol import tables
from grader.kernel.sending import Sending
from grader.kernel.timer import Timer

SECRET = 4242
LONG_AFTER = 150  # questions of 10 ms, when the time of a call has been over for a while


@dataclass(frozen=True)
class ObjectAttack:
    """An attack.

    Attributes:
        name, tries, held_by: for the docs.
        code: the participant's cell.
        test: what the hidden test does with the notebook.
        rule: the object and the name of its attribute that hold the attack, and what stands there without the rule.
    """

    name: str
    tries: str
    held_by: str
    code: str
    test: Callable[[NotebookView], object]
    rule: tuple[object, str, object]


def asked(sign: str) -> Callable[[Handle, Any], Any]:
    """What an operator would be that asks the participant's object."""
    return lambda self, other: do(self, "", "operate", sign, other)


SLY = f"""
seen = []
class Sly:
    def __eq__(self, other): seen.append(other); return True
    def __sub__(self, other): seen.append(other); return 0
    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    def __contains__(self, item): seen.append(item); return True
    def __bool__(self): return True
    def __len__(self): return 10 ** 18
    def __iter__(self): return iter([1])
    def __dir__(self): return [str(n) for n in range(10 ** 6)]
    def __getattr__(self, name): seen.append(name); return {SECRET}
    __class__ = property(lambda self: int)
    __hash__ = None
answer = Sly()
"""


class Liar(Handle):
    """A handle that says of itself what the object says."""

    __class__ = property(lambda self: int)  # type: ignore[assignment]


def of_objects(self: Handle, *_: Any, **__: Any) -> np.ndarray:
    return np.empty(1, object)


def claim(holds: object) -> None:
    assert holds


def endless(notebook: NotebookView) -> None:
    for number, _ in enumerate(notebook.answer):
        if number > 1_000:
            return


class AskedForEver(Exception):
    """The grader would go on answering: nothing has ended the call by now."""


def asks_for_ever(notebook: NotebookView) -> object:
    questions = itertools.count()

    def echo(value: int) -> int:
        time.sleep(0.01)
        if next(questions) > LONG_AFTER:
            raise AskedForEver
        return value

    try:
        return notebook.ask(echo)
    except NotebookError as error:  # what a function of the test raises, the notebook's code gets
        raise AskedForEver if AskedForEver.__name__ in str(error) else error from None


def swallows(notebook: NotebookView) -> None:
    def must_be_even(number: int) -> bool:
        assert number % 2 == 0
        return True

    claim(notebook.ask(must_be_even) == SECRET)


def reads_what_was_expected(notebook: NotebookView) -> None:
    notebook.f(1)
    notebook.equal(1, SECRET)


def sends_what_is_expected(self: NotebookView, actual: Any, expected: Any, rtol: float = 0) -> None:
    self.f(expected)


def changed(notebook: NotebookView) -> None:
    own = [SECRET]
    notebook.f(own)
    claim(own == [SECRET] and len(own) == 1)


FORGED_TABLE = """
import grader.kernel.inside.objects as objects
from grader.kernel.protocol import values
names = values.Labels([], [values.Nothing()], [0, 10**10, 1])
objects.encode = lambda *a: values.Frame(names, values.Labels([], [values.Nothing()], [0, 0, 1]), [])
answer = seen = 1
"""

OBJECT_ATTACKS = [
    ObjectAttack(
        "always-equal-object",
        "be equal to everything, and note what that was",
        "a handle is compared with no data",
        SLY,
        lambda notebook: claim(notebook.answer == SECRET),
        (Handle, "__eq__", asked("eq")),
    ),
    ObjectAttack(
        "difference-of-nothing",
        "be zero away from everything",
        "no arithmetic of a handle with data",
        SLY,
        lambda notebook: claim(abs(notebook.answer - SECRET) < 1e-9),
        (Handle, "__sub__", asked("sub")),
    ),
    ObjectAttack(
        "greater-than-everything",
        "be greater than everything",
        "no order of a handle and data",
        SLY,
        lambda notebook: claim(notebook.answer > SECRET),
        (Handle, "__gt__", asked("gt")),
    ),
    ObjectAttack(
        "true-object",
        "be true where a truth is asked for",
        "a handle has no truth",
        SLY,
        lambda notebook: claim(notebook.answer),
        (Handle, "__bool__", lambda self: True),
    ),
    ObjectAttack(
        "holds-everything",
        "hold whatever is looked for in it",
        "`in` asks no handle",
        SLY,
        lambda notebook: claim(SECRET in notebook.answer),
        (Handle, "__contains__", lambda self, item: do(self, "", "attribute", "__contains__")(item)),
    ),
    ObjectAttack(
        "lying-class",
        "have `__class__` say that it is a number",
        "a handle is of its own class, and of a class of the notebook's by the interpreter's word",
        SLY,
        lambda notebook: claim(isinstance(notebook.answer, int)),
        (notebook_view, "Handle", Liar),
    ),
    ObjectAttack(
        "lying-metaclass",
        "have a class say that everything is one of its objects",
        "a handle is of its own class, and of a class of the notebook's by the interpreter's word",
        "class M(type):\n    __instancecheck__ = lambda *a: True\nclass Net(metaclass=M): pass\nclass Other: pass\n"
        "answer, seen = Other(), []",
        lambda notebook: claim(isinstance(notebook.answer, notebook.Net)),
        (Handle, "__instancecheck__", lambda self, other: do(self, ".", "attribute", "__instancecheck__")(other)),
    ),
    ObjectAttack(
        "lying-getattr",
        "have every attribute, those that numpy looks for too",
        "names with two underscores are not asked for",
        SLY,
        lambda notebook: claim(hasattr(notebook.answer, "__array_interface__")),
        (Handle, "__getattr__", lambda self, name: do(self, f".{name}", "attribute", name)),
    ),
    ObjectAttack(
        "lying-length",
        "be longer than any memory",
        "a length is bounded",
        SLY,
        lambda notebook: claim(len(notebook.answer) > 0),
        (handles, "MAX_LENGTH", 10**30),
    ),
    ObjectAttack(
        "array-of-objects",
        "become an array of objects that are equal to everything",
        "an array of a handle is data, or none",
        "seen = []\nclass Sly:\n    def __eq__(self, other): seen.append(other); return True\n"
        "    def __array__(self, *_, **__):\n        box = np.empty(1, object)\n        box[0] = self\n        return box\n"
        "answer = Sly()",
        lambda notebook: np.asarray(notebook.answer),
        (Handle, "__array__", of_objects),
    ),
    ObjectAttack(
        "endless-iterator",
        "never come to an end",
        "what a check may ask is bounded",
        "import itertools\nanswer, seen = itertools.count(), []",
        endless,
        (notebook_view, "MAX_DEEDS", 10**9),
    ),
    ObjectAttack(
        "million-attributes",
        "have a million attributes",
        "a message has so many parts at most",
        SLY,
        lambda notebook: claim(dir(notebook.answer)),
        (Handle, "__dir__", lambda self: [str(number) for number in range(10**6)]),
    ),
    ObjectAttack(
        "forged-table",
        "send a table of 10^10 rows and no columns",
        "labels of a table are bounded",
        FORGED_TABLE,
        lambda notebook: claim(notebook.answer is not None),
        (tables, "MAX_LABELS", 10**30),
    ),
    ObjectAttack(
        "callback-without-end",
        "ask a function of the test for ever",
        "a call's questions count to its time",
        "seen = []\ndef ask(f):\n    while True: f(1)",
        asks_for_ever,
        (Timer, "is_over", lambda self: False),
    ),
    ObjectAttack(
        "callback-swallowed",
        "swallow the failed assert of a function of the test",
        "what a test's function raises ends the check",
        f"seen = []\ndef ask(f):\n    try: f(1)\n    except BaseException: pass\n    return {SECRET}",
        swallows,
        (Sending, "broken", property(lambda self: None, lambda self, error: None)),
    ),
    ObjectAttack(
        "read-what-is-expected",
        "find in its own process what a test expects",
        "expectations are not sent",
        "seen = []\ndef f(x): seen.append(x)",
        reads_what_was_expected,
        (NotebookView, "equal", sends_what_is_expected),
    ),
    ObjectAttack(
        "write-back-of-an-object",
        "put an always-equal object into the test's own list",
        "what is written back is data or a handle",
        SLY + "\ndef f(x): x[:] = [Sly()]\n",
        changed,
        (Handle, "__eq__", asked("eq")),
    ),
]
