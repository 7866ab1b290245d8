"""The texts of functions, noted when their cells are compiled: to find the end of each later takes much longer."""

from __future__ import annotations

import ast
import re
import types
from typing import Any

from grader.kernel.inside.cell_names import statements_of

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
        for node in statements_of(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
                self._noted[file, node.lineno] = lines, node.end_lineno or 0, node.body[0]

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
