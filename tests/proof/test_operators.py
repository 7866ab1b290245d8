"""Which changes are made of each kind of node."""

from __future__ import annotations

import pytest

from grader.proof.mutants import mutants, same_lines


def made(expression: str, parameters: str = "a, b") -> dict[str, list[str]]:
    """The changes of `return expression`, by kind, without what every statement and name gives."""
    found: dict[str, list[str]] = {}
    for mutant in mutants(f"def f({parameters}):\n    return {expression}\n"):
        assert mutant.before == f"return {expression}"
        if mutant.kind not in ("dropped statement", "name"):
            found.setdefault(mutant.kind, []).append(mutant.after.removeprefix("return "))
    return found


@pytest.mark.parametrize(
    ("expression", "changes"),
    [
        ("a + b", {"operator": ["a - b", "a * b"], "dropped operand": ["a", "b"]}),
        (
            "a / b",
            {"operator": ["a * b", "a - b"], "dropped operand": ["a", "b"], "swapped operands": ["b / a"]},
        ),
        (
            "(a - b) / c",
            {
                "operator": ["(a - b) * c", "a - b - c", "(a + b) / c", "a * b / c"],
                "dropped operand": ["a - b", "c", "a / c", "b / c"],
                "swapped operands": ["c / (a - b)", "(b - a) / c"],
                "brackets": ["a - b / c"],
            },
        ),
        ("-a", {"operator": ["a"]}),
        ("3", {"constant": ["4", "2", "-3", "0"]}),
        ("0.5", {"constant": ["1.5", "-0.5", "0"]}),
        ("True", {"constant": ["False"]}),
        ("'text'", {}),
        ("a < b", {"comparison": ["a <= b", "a > b"]}),
        ("a == b", {"comparison": ["a != b"]}),
        ("a and b", {"condition": ["a or b", "a", "b"]}),
        ("a if b else 1", {"condition": ["a", "1"], "constant": ["a if b else 2", "a if b else 0", "a if b else -1"]}),
        ("g(a)", {"dropped call": ["a"]}),
        ("a.copy()", {"dropped call": ["a"]}),
        ("g(a, b)", {"dropped call": ["a"], "swapped arguments": ["g(b, a)"]}),
        ("g(a, axis=b)", {"dropped call": ["a"], "dropped argument": ["g(a)"]}),
        ("np.mean(a)", {"dropped call": ["a"], "function": ["np.sum(a)", "np.median(a)"]}),
        ("a.std()", {"dropped call": ["a"], "function": ["a.var()"]}),
        ("range(a)", {"dropped call": ["a"], "off by one": ["range(a + 1)", "range(a - 1)"]}),
        ("a[b:]", {"off by one": ["a[b + 1:]", "a[b - 1:]"]}),
        ("(a, b)", {"order": ["(b, a)"]}),
        ("[a, b, c]", {"order": ["[b, a, c]", "[c, b, a]", "[a, c, b]"]}),
    ],
)
def test_an_expression_is_changed_in_every_way_that_its_kind_allows(
    expression: str, changes: dict[str, list[str]]
) -> None:
    assert made(expression) == changes


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("def f(a):\n    a += 1\n    return a", [("operator", "a += 1", "a -= 1"), ("operator", "a += 1", "a *= 1")]),
        ("def f(a):\n    b = a\n    return b", [("dropped statement", "b = a", "pass")]),
        (
            "def f(a):\n    if a:\n        return 1",
            [("condition", "if a:", "if False:"), ("condition", "if a:", "if True:")],
        ),
        ("def f(a):\n    while a:\n        a = g(a)", [("condition", "while a:", "while False:")]),
        (
            "def f(a):\n    for b in a:\n        g(b)",
            [
                ("dropped statement", "for b in a:\n    g(b)", "pass"),
                ("off by one", "for b in a:", "for b in list(a)[:1]:"),
                ("off by one", "for b in a:", "for b in list(a)[1:]:"),
                ("off by one", "for b in a:", "for b in list(a)[:-1]:"),
            ],
        ),
        ("def f(a):\n    b, c = a\n    return b", [("order", "b, c = a", "c, b = a")]),
        ("def f(a=1):\n    return a", [("constant", "def f(a=1):", "def f(a=2):")]),
        ("def f(a):\n    return f'{a + 1} ok'", [("operator", "return f'{a + 1} ok'", "return f'{a - 1} ok'")]),
        (
            "RATE = 2\ndef f(a):\n    return a * RATE",
            [("constant", "RATE = 2", "RATE = 3"), ("name", "return a * RATE", "return RATE * RATE")],
        ),
        ("f = lambda a, b: a", [("name", "f = lambda a, b: a", "f = lambda a, b: b")]),
    ],
)
def test_statements_are_changed_and_dropped(source: str, changes: list[tuple[str, str, str]]) -> None:
    found = [
        (mutant.kind, same)
        for mutant in mutants(source)
        for same in changes
        if mutant.kind == same[0] and same_lines(mutant.before, same[1]) and same_lines(mutant.after, same[2])
    ]
    assert [change for _, change in found] == changes


def test_a_name_becomes_each_other_name_of_its_function() -> None:
    source = "import math\ndef f(a):\n    c = a\n    return c\ndef g(b):\n    return b"
    changes = [(mutant.before, mutant.after) for mutant in mutants(source) if mutant.kind == "name"]
    assert changes == [("c = a", "c = c"), ("return c", "return a")]
