"""The texts of functions, noted when their cells are compiled: to find the end of each later takes much longer."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator
from typing import Any

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Fields of a node that hold statements, or what holds such."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_OTHER_LINE_ENDS = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # lines for `splitlines`, and none for Python


class Sources:
    """Knows what `inspect.getsource` would say of functions without a decorator."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, int], tuple[list[str], int, ast.stmt]] = {}
        self._next: tuple[str, str] | None = None

    def begin(self, file: str, code: str) -> None:
        """The next tree to be noted is that of `code`, which is compiled as `file`."""
        self._next = file, code

    def note(self, tree: ast.AST) -> None:
        """It has not been changed yet. A second tree without a `begin` is something else's, as of a command."""
        if self._next is None:
            return
        (file, code), self._next = self._next, None
        if _OTHER_LINE_ENDS.search(code):
            return
        lines = code.splitlines()
        for function in _functions(tree):
            self._noted[file, function.lineno] = lines, function.end_lineno or 0, function.body[0]

    def find(self, value: Any) -> str | None:
        """The text of a function of a cell; None where it must be looked for."""
        if type(value) in (staticmethod, classmethod):
            value = value.__func__
        if type(value) is not types.FunctionType or value.__dict__:  # it may stand for another
            return None
        start = value.__code__.co_firstlineno
        noted = self._noted.get((value.__code__.co_filename, start))
        if noted is None:
            return None
        lines, end, first = noted
        return "".join(f"{line}\n" for line in lines[start - 1 : _with_comments(lines, end, first)])


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Those without a decorator, however deep they stand."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, _FUNCTIONS) and not node.decorator_list:
            yield node
        for field in BLOCKS:
            block = getattr(node, field, None)
            if isinstance(block, list):  # `lambda` has another
                todo += block


def _with_comments(lines: list[str], end: int, first: ast.stmt) -> int:
    """The last line of a function that ends in line `end`, with the comments below it that stand as deep as its first
    statement."""
    if lines[first.lineno - 1][: first.col_offset].strip():  # which stands in the line of its `def`
        return end
    for number, line in enumerate(lines[end:], end + 1):
        text = line.lstrip()
        if text and not text.startswith("#"):
            break
        if text and len(line) - len(text) >= first.col_offset:
            end = number
    return end
