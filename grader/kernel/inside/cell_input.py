"""Answers `input()` in the notebook's cells, where the course says with what; elsewhere nobody answers."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Sequence

from grader.kernel.inside.calling import NOT_ENOUGH


class CellInput:
    """The answers of each group of cells, which are given in turn through all of its cells. A cell that is run again,
    or a second attempt at the same, begins anew: after the last answer comes the first. One cell gets each but once."""

    def __init__(self, groups: Sequence[tuple[Sequence[int], Sequence[str]]]) -> None:
        """`groups`: the indices of cells, and the lines for them."""
        self._lines = {cell: lines for cells, lines in groups for cell in cells}
        self._next = {id(lines): 0 for lines in self._lines.values()}

    def begin_cell(self, cell: int) -> None:
        """Answer in this cell from here on. IPython has put its own `input` there, and takes it away at the end."""
        lines = self._lines.get(cell)
        if lines is None:
            return
        left = len(lines)

        def answer(prompt: object = "") -> str:
            nonlocal left
            sys.stdout.write(f"{prompt}")
            if not left:
                raise EOFError(NOT_ENOUGH)
            left -= 1
            at = self._next[id(lines)]
            self._next[id(lines)] = (at + 1) % len(lines)
            sys.stdout.write(f"{lines[at]}\n")
            return lines[at]

        builtins.input = answer
