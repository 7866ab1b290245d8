"""Cells that IPython would change are changed as it does it; plain ones are not looked at by it, and are the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.kernel.inside.plain_cells import ask_where_it_may_wait, pass_plain_cells

PLAIN = [
    "x = 1",
    "x = 1\n",
    "def f(a):\n    return a % 2 != 0\n\nf(3)",
    "# zażółć # gęślą\nx = {'a': 1, 'b': [1, 2]}\n\nx['a'] /= 2",
    "y = [\n    1,\n    2,\n]",
    "if x != 1:\n\tprint('tab')",
    "x = 3 ;y = 4",
    "@decorated\nclass A:\n    pass",
    "text = f'{x}'",
    "",
]
CHANGED = [
    "%time x",
    "  %time x",
    "x = %who_ls",
    "x=%who_ls",
    "%%time\nx",
    "!ls",
    "x = !ls",
    "if 1:\n    !ls\n    y = 3",
    "x?",
    "?x",
    "len??",
    ",print a b",
    ";print a b",
    "/len 'abc'",
    ">>> 1 + 1\n2",
    "    >>> x = 1\n    ... y = 2",
    "In [1]: 5",
    "In [1]: x = 1\n   ...: y = 2",
    "x = [1,\n\u00a0\u00a0...: 2]",  # as pasted from a page
    "[nav] In [3]: 5",
    "  z = 4\n  z",
    "\n\nz",
    " \nz",
    "s = '''a\n   \nb'''",
    "a\r%time x",
    "a\x0c%time x",
    "a = 1\u2028%time x",
    "x = \\\n  %who_ls",
]
SAME_BUT_UNSURE = [
    "s = 'In [brackets]'",
    "'100 %' if x else '?'",
    "s = 'x=%d' % 3",
    "x = 5 \\\n% 3",
    "def e():\n    ...",
    "print('''\n%magic\n''')",
    "a = (1\n/ 2)",
    "'wow!'",
    "f'{x!r}'",
]


def shell() -> Any:
    """As much of IPython's shell as there is to it. `looked`: the cells that IPython tokenized."""
    manager = TransformerManager()
    looked: list[str] = []
    tokens = manager.do_token_transforms

    def look(lines: list[str]) -> list[str]:
        looked.append("".join(lines))
        return tokens(lines)

    manager.do_token_transforms = look  # type: ignore[method-assign]
    made = SimpleNamespace(input_transformer_manager=manager, looked=looked)
    pass_plain_cells(made)
    return made


@pytest.mark.parametrize("cell", PLAIN + CHANGED + SAME_BUT_UNSURE)
@pytest.mark.filterwarnings("ignore:.make_tokens_by_line")
def test_every_cell_is_what_ipython_makes_of_it(cell: str) -> None:
    assert shell().input_transformer_manager.transform_cell(cell) == TransformerManager().transform_cell(cell)


def test_plain_cells_are_not_tokenized() -> None:
    ours = shell()
    for cell in PLAIN:
        ours.input_transformer_manager.transform_cell(cell)
    assert ours.looked == []


@pytest.mark.parametrize("kind", ["cleanup_transforms", "line_transforms"])
def test_what_a_notebook_adds_sees_plain_cells(kind: str) -> None:
    ours = shell()
    getattr(ours.input_transformer_manager, kind).append(lambda lines: [line.replace("ZZZ", "42") for line in lines])
    assert ours.input_transformer_manager.transform_cell("x = ZZZ") == "x = 42\n"


def test_only_cells_that_may_await_are_asked_about() -> None:
    asked: list[str] = []
    ours = SimpleNamespace(should_run_async=lambda raw, transformed_cell: asked.append(raw) or True)
    ask_where_it_may_wait(ours)
    cells = ["x = 1", "await f()", "async with a: pass", "[await f() for _ in x]"]
    assert [ours.should_run_async(cell, transformed_cell=cell) for cell in cells] == [False, True, True, True]
    assert asked == cells[1:]
