"""Code for a newer Python is recognised as that; a mistake never is, however new what stands beside it."""

from __future__ import annotations

import sys
import time

import pytest

from grader.kernel.newer_syntax import python_needed

NEWER = {
    'print(f"{history["loss"]}")': (3, 12),
    "x = f'{d['a']:.2f} {d['b']!r:>{width}} {d['c']=}'": (3, 12),
    'f"{"\\n".join(rows)}"': (3, 12),
    'f"{x:{"a"}}"': (3, 12),
    'f"{\n    x\n}"': (3, 12),
    'f"""{\n    x  # the loss\n}"""': (3, 12),
    'f"{f"{f"{1}"}"}"': (3, 12),
    'print("Zażółć", rf"\\d{a["ą"]}", "gęślą" f"{b["ć"]}")': (3, 12),
    'def f(a):\n    """Doc { here."""\n    # it\'s "open\n    print(f"{a["x"]:>{w}}")\n    return a': (3, 12),
    'async def f(a):\n    return f"{await a["b"]}"': (3, 12),
    '%matplotlib inline\n!pip install x\nprint(f"{h["a"]}")': (3, 12),
    "type Vector = list[float]": (3, 12),
    "type Pairs[T] = list[tuple[T, T]]": (3, 12),
    "def first[T](a: list[T]) -> T:\n    return a[0]": (3, 12),
    "async def first[**P, *Ts, T: (int, str)](a):\n    pass": (3, 12),
    "class Model[T: int](Base):\n    x = 1": (3, 12),
    "class Model[T]:\n    def f[U](self): pass": (3, 12),
    "def f[T = int](a): pass": (3, 13),
    'def f[T = int](a):\n    return f"{a["b"]}"': (3, 13),
    "try:\n    pass\nexcept* ValueError:\n    pass": (3, 11),
    "try:\n    pass\nexcept *(KeyError, ValueError) as group:\n    pass": (3, 11),
    "try:\n    pass\nexcept ValueError, KeyError:\n    pass": (3, 14),
    "try:\n    pass\nexcept ValueError, np.linalg.LinAlgError:\n    pass": (3, 14),
    "t'{x}'": (3, 14),
    "a[*b]": (3, 11),
    "a[0, *b] = a[(1)][*c]": (3, 11),
    "lazy import json\nlazy from math import pi": (3, 15),
}
MISTAKES = [
    'print(f"{h["loss"}")', 'print(f"{h["loss"]}', 'print(f"{h["loss"]}"', 'f"{"a" b}"', 'f"{x["a"]}" )', 'f"{x["a"])}"',
    'f"{x]}"', 'f"{x["a"]!z}"', 'f"{}" f"{a["b"]}"', 'f"{lambda x: x["a"]}"', 'f"{x["a"]}" = 1', "f'{a['b']'",
    'f"{x["a"]}"\n"unclosed', 'print(f"a {b["c"]} "d")', 'x = f"{d["a"]}" y', 'return f"{x["a"]}"', 't"{"',
    'def f(x)\n    return f"{x["a"]}"', 'x = 1 +\nf"{x["a"]}"', 'for i in range(3)\n    f"{a["b"]}"',
    'while True print(f"{x["a"]}")', 'except ValueError:\n    f"{x["a"]}"', 'if x = 1:\n    f"{x["a"]}"',
    '"C:\\Users"\nf"{a["b"]}"', 'await = f"{x["a"]}"', 'def f[T](a):\nreturn 1', "def f[T](a, a): pass", "def f[](a): pass",
    "def f[T(a): pass", "def f[1](a): pass", "def f[T=](a): pass", "def f[T, T](a): pass", "class A[T]\n    pass",
    "type X int", "type X =", "type X[T] list", "except* A:\n    pass", "try:\n    pass\nexcept*:\n    pass",
    "try:\n    pass\nexcept ValueError, error:\n    pass", "try:\n    pass\nexcept ValueError, e:\n    print(e)",
    "a[**b]", "[*x for x in y]", 'print "a"', "x = (1", "if x\n    pass", "lazy x", "lazy import", "x = 5 6", "def f(:",
    "  x = 1\n y = 2", "1 = x", "\ue000", "'" * 7,
]  # fmt: skip
OLDER = [
    'print(f"{a}")',
    "match x:\n    case [1, *_]: pass",
    "type = 3\ntype(x)",
    "a = [*b]",
    "f(*a)",
    "x[a * b]",
    "%run x",
]


@pytest.mark.parametrize("source", NEWER)
def test_what_needs_a_newer_python_is_named_with_it(source: str) -> None:
    major, minor = NEWER[source]
    assert python_needed(source, (3, 10)) == (major, minor)
    assert python_needed(source, (major, minor - 1)) == (major, minor)
    assert python_needed(source, (major, minor)) is None
    if sys.version_info < (major, minor):
        with pytest.raises(SyntaxError):
            compile(source.replace("%", "#").replace("!pip", "#"), "cell", "exec")


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_is_not_excused(source: str) -> None:
    assert python_needed(source, (3, 10)) is None


@pytest.mark.parametrize("source", OLDER)
def test_what_every_python_reads_needs_none(source: str) -> None:
    assert python_needed(source, (3, 10)) is None


@pytest.mark.parametrize("source", NEWER)
@pytest.mark.parametrize(
    "slip", [")", "\nx = = 1", '\n"', "\nfor x in y\n    pass", "\nif True:\nx = 1", "\nx = 'it's'"]
)
def test_a_mistake_beside_what_is_new_is_not_excused(slip: str, source: str) -> None:
    assert python_needed(source + slip, (3, 10)) is None


@pytest.mark.parametrize(
    "source",
    [
        'f"{' * 400 + 'a["b"]' + '}"' * 400, 'f"{' * 15 + 'a["b"]' + '}"' * 15, "a[" * 190 + "*b" + "]" * 190,
        "a[" * 16_000, "def f[" * 8_000, "f'{" * 16_000, 'f"{a["b"]}"\n' * 4_000, "a[*b]\n" * 8_000,
        "def f[T](): pass\n" * 2_900, 'f"{a["b"]}"\n' + "-" * 45_000 + "1", '"""' * 16_000, "{" * 49_000,
    ],
)  # fmt: skip
def test_no_source_takes_long(source: str) -> None:
    started = time.process_time()
    python_needed(source, (3, 10))
    assert time.process_time() - started < 2
