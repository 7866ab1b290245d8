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
        ("'text'", {"constant": ["'text_'"]}),
        ("''", {}),
        ("0.0", {"constant": ["1.0", "-1.0"]}),
        ("0", {"constant": ["1", "-1"]}),
        (
            "{'a': a, 'b': b}",
            {
                "dropped item": ["{'b': b}", "{'a': a}"],
                "constant": ["{'a_': a, 'b': b}", "{'a': a, 'b_': b}"],
            },
        ),
        ("{a, b}", {"dropped item": ["{b}", "{a}"]}),
        (
            "(a > b) & b",
            {
                "operator": ["(a > b) | b"],
                "dropped operand": ["a > b", "b"],
                "comparison": ["(a >= b) & b", "(a < b) & b"],
            },
        ),
        ("a.head(b)", {"dropped call": ["b", "a"], "function": ["a.tail(b)"]}),
        (
            "a['x'].max()",
            {
                "dropped call": ["a['x']"],
                "function": ["a['x'].min()"],
                "constant": ["a['x_'].max()"],
            },
        ),
        ("input('a: ')", {"dropped call": ["'a: '"]}),
        ("g(a, color='red')", {"dropped call": ["a"], "dropped argument": ["g(a)"]}),
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
        ("[a, b, c]", {"order": ["[b, a, c]", "[c, b, a]", "[a, c, b]"], "dropped item": ["[b, c]", "[a, b]"]}),
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


CLASS = """
class Account(Base):
    def __init__(self, owner, balance):
        self.owner, self.balance = owner, balance

    def name(self):
        return self.owner

    def pay(self, much):
        if much > self.balance:
            raise ValueError(f"{self.owner} has {much - 1}")
"""


def test_of_a_class_methods_and_bases_are_dropped_and_attributes_confused() -> None:
    made = {(mutant.kind, mutant.before, mutant.after) for mutant in mutants(CLASS)}
    assert ("name", "return self.owner", "return self.balance") in made
    assert ("dropped base", "class Account(Base):", "class Account:") in made
    assert ("dropped method", "def name(self):\n    return self.owner\n", "") in made
    assert ("dropped statement", "raise ValueError(f'{self.owner} has {much - 1}')", "pass") in made
    assert not [mutant for mutant in made if "raise" in mutant[2]], "what an exception says is for people"


def test_variables_are_changed_as_functions_are() -> None:
    made = [(mutant.before, mutant.after) for mutant in mutants("prices = [1, 2]\ntotal = sum(prices)\nok = None\n")]
    assert ("total = sum(prices)", "total = max(prices)") in made
    assert ("prices = [1, 2]", "prices = [2]") in made
    assert ("ok = None", "pass") in made


def test_lines_that_only_print_are_changed_only_where_output_is_asked_for() -> None:
    source = "def f(a):\n    print(a + 1)\n    return a\n"
    assert all("print(a + 1)" in mutant.source for mutant in mutants(source))
    assert "print(a - 1)" in {mutant.after for mutant in mutants(source, prints=True)}


def test_a_long_list_gives_no_more_variants_than_a_short_one() -> None:
    counts = [len(mutants(f"a = {list(range(3, 3 + long))}")) for long in (6, 60, 300)]
    assert counts[1] == counts[2] <= counts[0]
