"""A function that may answer otherwise the next time is known by its code."""

from __future__ import annotations

from typing import Any

import pytest

from grader.course.course import Course
from grader.judging.steady import is_steady

HEAD = """
import itertools, math, random, time
import numpy as np
from math import sqrt
from random import random as losowa
A, B, KNOWN, NUMBERS, rng = 2.5, "ż", {}, itertools.count(), np.random.default_rng(1)
def double(x): return 2 * x
def roll(x): return rng.integers(x)
class Licznik: pass
"""
STEADY = [
    "def f(x, y=True, *, z=None): return np.mean(x) * A + len(B) + math.pi + sqrt(4) + double(x)",
    "def f(x):\n    for i in range(3): x = [one + i for one in x]\n    return sum(x)",
    "def f(x):\n    def inner(y): return y + x\n    return f(x - 1) + inner(1)",
    "def f(x):\n    table = {}\n    table[x] = 1\n    return table",
]
UNSTEADY = [
    "def f(x): return random.randint(1, x)",
    "def f(x): return losowa()",
    "def f(x): return np.random.rand()",
    "def f(x): return roll(x)",
    "def f(x): return (lambda y: rng.normal())(x)",
    "def f(x):\n    import secrets\n    return secrets.randbelow(x)",
    "def f(x): return time.time()",
    "def f(x):\n    global A\n    A += x\n    return A",
    "def f(x):\n    KNOWN[x] = KNOWN.get(x, 0) + 1\n    return KNOWN[x]",
    "def f(x, known=[]):\n    known.append(x)\n    return len(known)",
    "def f(x, *, known={}): return known.setdefault(x, len(known))",
    "def f(x): return next(NUMBERS)",
    "def f(x):\n    f.calls = getattr(f, 'calls', 0) + 1\n    return f.calls",
    "def made():\n    seen = []\n    def f(x):\n        seen.append(x)\n        return seen\n    return f\nf = made()",
    "def f(x):\n    Licznik.ile = x\n    return x",
    "class C:\n    def __call__(self, x): return x\nf = C()",
    "def f(x): return input()",
    "def f(x): return np.empty(x)",
]


def made(source: str) -> Any:
    names: dict[str, Any] = {}
    exec(HEAD + source, names)
    return names["f"]


@pytest.mark.parametrize("source", STEADY)
def test_what_only_computes_is_steady(source: str) -> None:
    assert is_steady(made(source))


@pytest.mark.parametrize("source", UNSTEADY)
def test_what_may_answer_otherwise_the_next_time_is_not(source: str) -> None:
    assert not is_steady(made(source))


def test_the_references_of_the_built_in_course_are_steady(course: Course) -> None:
    assert all(is_steady(course.solution(exercise.id)) for exercise in course.tested)
