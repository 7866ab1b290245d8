"""Which variants of a solution are made, and when two pieces of code are the same."""

from __future__ import annotations

import pytest

from grader.proof.mutants import mutants, same_lines


def test_what_does_not_run_is_left_alone() -> None:
    source = '"""Text."""\nimport math\n\n\ndef f(a: int) -> int:\n    """Text."""\n    # a comment\n    return a\n'
    assert [mutant.after for mutant in mutants(source)] == ["pass"]


def test_each_variant_is_there_once_and_none_is_the_solution() -> None:
    source = "def f(a, b):\n    return 1 * (a - b) - 0"
    texts = [mutant.source for mutant in mutants(source)]
    assert len(texts) == len(set(texts))
    assert not any(same_lines(text, source) for text in texts)


@pytest.mark.filterwarnings("error")
def test_what_python_thinks_of_a_mutant_is_not_shown() -> None:
    assert mutants('mean = table.groupby("city")["temperature"].mean()')


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("return a, b", "return (a, b)", True),
        ("print(f'{a}')", 'print(f"{a}")', True),
        ("for a in b:", "for a in (b):", True),
        ("(a - b) / c", "a - b / c", False),
        ("if a:", "if b:", False),
    ],
)
def test_layout_makes_no_difference_and_meaning_does(one: str, other: str, same: bool) -> None:
    assert same_lines(one, other) is same
