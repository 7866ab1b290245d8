"""What the cells of a notebook say about a name: who gave it another value, and which of them nobody reads."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from grader.model import Cell

MAX_CELL = 10_000  # characters of a cell that are looked at
_BOUND = re.compile(r"^([ \t]*)([^\W\d]\w*(?:[ \t]*,[ \t]*[^\W\d]\w*){0,9})[ \t]*=(?!=)[^\n]*", re.MULTILINE)


def last_assignment(name: str, cells: Iterable[Cell], code: str, until: int | None) -> tuple[int, str] | None:
    """The cell and the line that gave a name its value last, before the end of cell `until`. A line inside a function
    counts only in a cell with `code`, the line that reads the name."""
    found = None
    for cell in cells:
        if until is not None and cell.index > until:
            break
        for line in _assignments(cell.source[:MAX_CELL]):
            indent, names, text = line
            if name in names and (not indent or code in cell.source):
                found = cell.index, text
    return found


@lru_cache(256)
def _assignments(source: str) -> tuple[tuple[str, frozenset[str], str], ...]:
    found = _BOUND.finditer(source)
    return tuple((one[1], frozenset(re.findall(r"\w+", one[2])), one[0].strip()) for one in found)


def unread_names(code: str, cells: Iterable[Cell]) -> frozenset[str]:
    """The variables that a function with the line `code` gives a value and never reads."""
    return frozenset(name for cell in cells if code in cell.source for name in _unread(cell.source[:MAX_CELL], code))


def _unread(source: str, code: str) -> Iterator[str]:
    for function in _functions_with(code, source):
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        yield from (node.id for node in names if isinstance(node.ctx, ast.Store) and node.id not in read)


def functions_around(code: str, cells: Iterable[Cell]) -> Iterator[ast.FunctionDef]:
    """The functions with the line `code`."""
    for cell in cells:
        if code in cell.source:
            yield from _functions_with(code, cell.source[:MAX_CELL])


def _functions_with(code: str, source: str) -> Iterator[ast.FunctionDef]:
    try:
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a participant wrote it
        return
    for function in functions:
        if code and code in (ast.get_source_segment(source, function) or ""):
            yield function


def defined_functions(cells: Iterable[Cell]) -> frozenset[str]:
    """The functions that the cells define."""
    pattern = r"^[ \t]*(?:async[ \t]+)?def[ \t]+([^\W\d]\w*)"
    return frozenset(name for cell in cells for name in re.findall(pattern, cell.source[:MAX_CELL], re.MULTILINE))


def is_builtin(name: str) -> bool:
    return hasattr(builtins, name)
